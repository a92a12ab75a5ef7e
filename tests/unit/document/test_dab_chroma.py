"""The middle of a dab has exactly its colour, at any size, level and cut, and composited with the shipped network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.composite import Compositor
from app.document.dab_chroma import hint_chroma, standing, touching
from app.document.gamut import planes_at_luminance, rgb_to_lab
from app.document.geometry import TILE, Rect, level_size, tile_rect, tiles
from app.document.layer import DocumentState, Hint, LayerState
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.sources.scribbles import Scribbles
from app.document.sources.source import PhotoTile
from app.document.tiles import TileMask
from app.jobs.answering import PhotoLight, answer
from app.resources import resources_folder

if TYPE_CHECKING:
    from model.colorizer import Colorizer

RED, BLUE, GREY = (200, 40, 50), (40, 70, 200), (119, 119, 119)
HEIGHT, WIDTH = 300, 700


def photo() -> Photo:
    return Photo.from_rgb(np.full((HEIGHT, WIDTH), 128, np.uint8))


def chroma_of(dabs: tuple[Hint, ...], level: int = 0, start: float = 0.0) -> NDArray[np.float32]:
    """(2, h, w): a whole level of one a* = b*, with the dabs laid over it tile by tile."""
    base, (h, w) = photo(), level_size(HEIGHT, WIDTH, level)
    whole = np.full((2, h, w), start, np.float32)
    for ty, tx in tiles(Rect(0, 0, w, h)):
        rect = tile_rect(ty, tx).clip(h, w)
        tile = PhotoTile(base, level, ty, tx, np.zeros((rect.height, rect.width), np.float32))
        before = whole[(slice(None), *rect.slices)].copy()
        after = hint_chroma(before, dabs, tile)
        assert (before == start).all()  # it is never changed in place
        whole[(slice(None), *rect.slices)] = after
    return whole


dabs = st.builds(
    Hint,
    st.floats(0, WIDTH, exclude_max=True),
    st.floats(0, HEIGHT, exclude_max=True),
    st.floats(1, 300),
    st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)),
)


@given(dabs)
def test_the_middle_is_exact_and_nothing_outside_changes(dab: Hint) -> None:
    ab = chroma_of((dab,), start=7.0)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    away = np.maximum(np.abs(x - dab.x), np.abs(y - dab.y))
    middle = away <= dab.size / 4 + 0.5  # and every pixel it cuts through
    assert np.allclose(ab[:, middle].T, dab.ab, atol=1e-4)
    rect = dab.rect.clip(HEIGHT, WIDTH)
    outside = np.ones((HEIGHT, WIDTH), np.bool_)
    outside[rect.slices] = False
    assert (ab[:, outside] == 7.0).all()
    low, high = np.minimum(7.0, dab.ab), np.maximum(7.0, dab.ab)
    assert (ab >= low[:, None, None] - 1e-4).all()
    assert (ab <= high[:, None, None] + 1e-4).all()


@given(dabs, st.integers(1, 4))
def test_zoomed_out_a_dab_is_no_larger(dab: Hint, level: int) -> None:
    ab = chroma_of((dab,), level)
    touched = np.argwhere(np.abs(ab).max(axis=0) > 0)
    seen = dab.rect.scaled_out(level)
    for y, x in touched:
        assert seen.x <= x < seen.right
        assert seen.y <= y < seen.bottom
    full = np.abs(chroma_of((dab,))).sum() / 4**level
    assert np.abs(ab).sum() <= full * 4 + 200  # a dab lost in one pixel of the level does not fill it


def test_a_later_dab_lies_over_an_earlier_one() -> None:
    red, blue = Hint(100.5, 100.5, 40, RED), Hint(110.5, 100.5, 20, BLUE)
    assert chroma_of((red, blue))[:, 100, 110] == pytest.approx(blue.ab)
    assert chroma_of((blue, red))[:, 100, 110] == pytest.approx(red.ab)


def test_a_stroke_of_colour_over_a_dab_takes_its_place() -> None:
    dab, disc = Hint(100, 100, 20, RED), Hint(105, 100, 20, BLUE, disc=True)
    beside = replace(disc, x=111.0)
    assert standing((disc, dab)) == (dab,)
    assert standing((dab, disc)) == ()
    assert standing((dab, beside)) == (dab,)
    assert standing(()) == ()


def test_only_dabs_that_touch_the_tile_are_looked_at() -> None:
    here, there = Hint(TILE - 5, 10, 20, RED), Hint(400, 10, 20, RED)
    assert touching((here, there), tile_rect(0, 0), 0) == (here,)
    assert touching((here, there), tile_rect(0, 1), 0) == (here, there)
    assert touching((here, there), tile_rect(0, 0), 1) == (here, there)


def test_sources_that_take_no_dabs_show_none() -> None:
    layer = LayerState("a", TileMask.full(HEIGHT, WIDTH), (Hint(5, 5, 8, RED),))
    assert layer.dabs == layer.hints
    assert replace(layer, source=Scribbles()).dabs == layer.hints
    assert replace(layer, source=ORIGINAL).dabs == ()


# -- composited ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ask() -> Callable[[Photo, tuple[Hint, ...]], DocumentState]:
    """A function that lets the shipped network colour a whole photo."""
    import torch

    from model.colorizer import Colorizer

    torch.set_num_threads(1)
    colorizer: Colorizer = Colorizer(None, "cpu")
    light_of = lru_cache(PhotoLight.of)

    def make(photo: Photo, hints: tuple[Hint, ...]) -> DocumentState:
        layer = LayerState("a", TileMask.full(photo.height, photo.width), hints)
        told = answer(colorizer, light_of(photo), layer)
        return DocumentState((layer.answered(told.chroma, told.field),))

    return make


@lru_cache
def sample(name: str) -> Photo:
    stored = cv2.imread(str(resources_folder() / "samples" / f"{name}.jpg"))
    assert stored is not None
    return Photo.from_rgb(cv2.cvtColor(stored, cv2.COLOR_BGR2RGB))


def farthest(photo: Photo, state: DocumentState, dab: Hint) -> float:
    """The greatest ΔE*ab in the dab's central half, between what is drawn and what can be had at each pixel's L*."""
    q = dab.size / 4
    left, top = int(np.floor(dab.x - q)), int(np.floor(dab.y - q))
    rect = Rect(left, top, int(np.ceil(dab.x + q)) - left, int(np.ceil(dab.y + q)) - top)
    rect = rect.clip(photo.height, photo.width)
    luminance = photo.space.decode(photo.grey[rect.slices])
    asked = np.broadcast_to(np.float32(dab.ab), (*luminance.shape, 2))
    wanted = rgb_to_lab(np.moveaxis(planes_at_luminance(luminance, asked, photo.space), 0, 2), photo.space)
    drawn = rgb_to_lab(photo.space.decode(Compositor(photo).region(state, 0, rect)), photo.space)
    return float(np.linalg.norm(wanted - drawn, axis=-1).max())


@pytest.mark.parametrize("name", ["astronaut", "china", "coffee"])
@pytest.mark.parametrize("network_pixels", [1.0, 2.0, 4.0])
def test_the_colour_that_is_drawn_is_the_one_that_was_asked_for(
    ask: Callable[[Photo, tuple[Hint, ...]], DocumentState], name: str, network_pixels: float
) -> None:
    """Dabs from one network pixel up, on edges and on even ground, near others of another colour."""
    base = sample(name)
    size = network_pixels * max(base.height, base.width) / 256
    colours = (RED, BLUE, GREY, (60, 140, 60), (230, 190, 40))
    laid = tuple(
        Hint(base.width * (0.13 + 0.18 * (i % 5)), base.height * (0.17 + 0.31 * (i // 5)), size, colours[i % 5])
        for i in range(13)
    )
    state = ask(base, laid)
    assert max(farthest(base, state, dab) for dab in laid) <= 1.0


def test_a_dab_is_drawn_at_once_and_nothing_else_changes(
    ask: Callable[[Photo, tuple[Hint, ...]], DocumentState],
) -> None:
    """The field is the old one still; the compositor must not show the tiles it has kept."""
    base = sample("coffee")
    state = ask(base, ())
    compositor, whole = Compositor(base), Rect(0, 0, base.width, base.height)
    before = compositor.region(state, 0, whole)
    dab = Hint(255.0, 200.0, 30, BLUE)
    moved = state.with_layer(0, replace(state.layer, hints=(dab,)))
    after = compositor.region(moved, 0, whole)
    differs = np.argwhere((before != after).any(axis=2))
    assert differs.min(axis=0).tolist() >= [dab.rect.y, dab.rect.x]
    assert (differs.max(axis=0) < (dab.rect.bottom, dab.rect.right)).all()
    assert farthest(base, moved, dab) <= 1.0
    assert np.array_equal(compositor.region(state, 0, whole), before)
    assert np.array_equal(Compositor(base).region(moved, 0, whole), after)
