"""An answer: what stays, what is new, and who a hint speaks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.document.brush import Brush
from app.document.chroma import GUIDE_LONG_SIDE
from app.document.document import Document
from app.document.layer import Hint, LayerState
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.tiles import TileMask
from app.jobs.answering import Kept, PhotoLight, answer, full_answer, with_colours
from app.jobs.rendering import with_fields

GREEN = (-40.0, 40.0)
RED = (200, 20, 30)


class FakeColorizer:
    """Green everywhere inside the mask, a little different at each call; the mean hint's colour if there are hints."""

    def __init__(self) -> None:
        self.calls: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []

    def colorize(
        self,
        L: NDArray[np.float32],
        mask: NDArray[np.uint8],
        hint_ab: NDArray[np.float32],
        hint_mask: NDArray[np.uint8],
        *,
        vividness: float | None = None,
    ) -> NDArray[np.float32]:
        del vividness
        assert L.shape == mask.shape
        self.calls.append((mask.copy(), hint_mask.copy()))
        colour = np.array(GREEN, np.float32) + len(self.calls)
        if hint_mask.any():
            colour = hint_ab[:, hint_mask > 0].mean(axis=1)
        return np.where(hint_mask > 0, hint_ab, colour[:, None, None] * mask).astype(np.float32)


@pytest.fixture
def photo() -> Photo:
    rng = np.random.default_rng(0)
    return Photo.from_rgb(rng.integers(60, 200, (300, 450), np.uint8))


@pytest.fixture
def light(photo: Photo) -> PhotoLight:
    return PhotoLight.of(photo)


def painted(
    photo: Photo, *strokes: tuple[tuple[float, float], ...], colour: tuple[int, int, int] | None = None
) -> LayerState:
    document = Document(photo)
    for points in strokes:
        document.begin_stroke(Brush(20), colour=colour)
        document.extend_stroke(list(points))
        document.commit_stroke()
    return document.state.layer


def test_painted_colour_stays_bit_for_bit(photo: Photo, light: PhotoLight) -> None:
    fake = FakeColorizer()
    first = answer(fake, light, painted(photo, ((50, 50), (150, 50))))
    assert first.chroma is not None
    grown = painted(photo, ((50, 50), (150, 50)), ((150, 60), (300, 200)))
    second = answer(fake, light, grown, kept=Kept(first.chroma, (), first.field))
    assert second.chroma is not None
    old = first.chroma.support > 0
    assert np.array_equal(second.chroma.ab[:, old], first.chroma.ab[:, old])
    assert second.chroma.support.sum() > first.chroma.support.sum()
    height, width = light.size
    assert second.changed.width < width or second.changed.height < height


def test_what_is_covered_already_asks_no_network(photo: Photo, light: PhotoLight) -> None:
    fake = FakeColorizer()
    layer = painted(photo, ((50, 50), (150, 50)))
    first = answer(fake, light, layer)
    again = answer(fake, light, layer, kept=Kept(first.chroma, (), first.field))
    assert len(fake.calls) == 1
    assert again.field is first.field
    assert again.changed.is_empty


def test_a_hint_speaks_for_its_own_region_only(photo: Photo, light: PhotoLight) -> None:
    fake = FakeColorizer()
    document = Document(photo)
    document.begin_stroke(Brush(15), colour=RED)
    document.extend_stroke([(60.0, 60.0), (100.0, 60.0)])
    document.begin_stroke(Brush(15))
    document.extend_stroke([(350.0, 240.0), (400.0, 240.0)])
    document.commit_stroke()
    told = answer(fake, light, document.state.layer)
    assert told.chroma is not None
    scale = light.small.shape[1] / photo.width
    near = told.chroma.ab[:, int(60 * scale), int(80 * scale)].astype(float)
    apart = told.chroma.ab[:, int(240 * scale), int(375 * scale)].astype(float)
    assert near == pytest.approx(Hint(0, 0, 1, RED).ab, abs=0.1)
    assert apart[0] < -30


def test_a_stroke_of_a_colour_leaves_its_neighbours(photo: Photo, light: PhotoLight) -> None:
    """Red beside painted green: the green stays, and new Auto paint beside the red is not tinted by it."""
    fake = FakeColorizer()
    document = Document(photo)
    document.begin_stroke(Brush(20))
    document.extend_stroke([(50.0, 100.0), (200.0, 100.0)])
    document.commit_stroke()
    first = answer(fake, light, document.state.layer)
    document.begin_stroke(Brush(20), colour=RED)
    document.extend_stroke([(260.0, 100.0), (300.0, 100.0)])
    document.commit_stroke()
    second = answer(fake, light, document.state.layer, kept=Kept(first.chroma, (), first.field))
    assert first.chroma is not None
    assert second.chroma is not None
    scale = light.small.shape[1] / photo.width
    green = np.s_[:, int(100 * scale), int(60 * scale) : int(190 * scale)]
    assert np.array_equal(second.chroma.ab[green], first.chroma.ab[green])
    red = second.chroma.ab[:, int(100 * scale), int(280 * scale)].astype(float)
    assert red == pytest.approx(Hint(0, 0, 1, RED).ab, abs=0.1)


def test_refreshed_equals_what_the_command_line_gives(photo: Photo, light: PhotoLight) -> None:
    layer = painted(photo, ((50, 50), (150, 50), (300, 200)))
    live, batch = FakeColorizer(), FakeColorizer()
    ambient = full_answer(live, light)
    live.calls.clear()
    refreshed = answer(live, light, layer, kept=Kept(), ambient=ambient)
    state = with_colours(lambda: batch, photo, Document(photo).state.with_layer(0, layer))
    assert refreshed.chroma is not None
    assert state.layer.chroma is not None
    assert np.array_equal(refreshed.chroma.ab, state.layer.chroma.ab)
    lightness = photo.space.lightness_of_codes(photo.grey)
    with_ambient = refreshed.field.evaluate_tile(lightness[:256, :256], 0, 0, 0)
    alone = state.layer.field.evaluate_tile(lightness[:256, :256], 0, 0, 0)
    inside = layer.mask.coverage(0, 0, 0) > 0
    assert np.array_equal(with_ambient[inside], alone[inside])


def test_stored_chroma_is_fitted_without_a_network(photo: Photo, light: PhotoLight) -> None:
    told = answer(FakeColorizer(), light, painted(photo, ((50, 50), (150, 50))))
    layer = replace(painted(photo, ((50, 50), (150, 50))), chroma=told.chroma)
    state = with_fields(photo, Document(photo).state.with_layer(0, layer))
    assert state.layer.field is not None
    assert np.array_equal(state.layer.field.coefficients, told.field.coefficients)
    assert max(state.layer.field.coefficients.shape[:2]) == GUIDE_LONG_SIDE or max(light.size) < GUIDE_LONG_SIDE


def test_empty_and_original_layers_ask_nothing(photo: Photo, light: PhotoLight) -> None:
    fake = FakeColorizer()
    ambient = full_answer(fake, light)
    told = answer(fake, light, LayerState("Colour", TileMask.empty(*light.size)), ambient=ambient)
    assert told.chroma is None
    assert told.field is ambient
    full = LayerState("Colour", TileMask.full(*light.size), source=ORIGINAL)
    with_colours(lambda: fake, photo, Document(photo).state.with_layer(0, full))
    assert len(fake.calls) == 1


def test_the_network_colours_all_that_the_feather_reaches(photo: Photo, light: PhotoLight) -> None:
    hard = painted(photo, ((200, 150), (250, 150)))
    told = [answer(FakeColorizer(), light, layer).chroma for layer in (hard, replace(hard, feather=60.0))]
    assert told[0] is not None
    assert told[1] is not None
    soft = TileMask.from_array(replace(hard, feather=60.0).coverage.to_array())
    covered = [soft.presence(*chroma.support.shape) > 0 for chroma in told]  # each at its own working size
    assert (told[0].support[covered[0]] == 0).any()
    assert (told[1].support[covered[1]] == 1).all()
    assert told[1].support.mean() < 0.5


def test_a_layer_of_no_density_asks_nothing(photo: Photo) -> None:
    fake = FakeColorizer()
    layer = replace(painted(photo, ((50, 50), (150, 50))), density=0.0)
    assert with_colours(lambda: fake, photo, Document(photo).state.with_layer(0, layer)).layer.chroma is None
    assert not fake.calls
