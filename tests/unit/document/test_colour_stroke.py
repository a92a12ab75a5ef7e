"""Colour painted on a painted layer, against a naive painter: whole arrays of float64, the formula as it is said."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.brush import Brush, Touch
from app.document.chroma_tiles import ChromaTiles
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import TILE, Rect, tile_rect, tiles
from app.document.layer import Colour, DocumentState, Hint, LayerState, srgb_ab
from app.document.photo import Photo
from app.document.sources.neural import NEURAL
from app.document.sources.painted import Painted
from app.document.stroke import Stroke
from app.document.tiles import TileMask

Reals = NDArray[np.float64]

HEIGHT, WIDTH = 290, 350  # 2 × 2 tiles, none of them whole
RED, BLUE = (220, 30, 40), (30, 60, 220)


def chroma_of(planes: NDArray[Any]) -> ChromaTiles:
    """Of (3, H, W)."""
    found = {}
    for ty, tx in tiles(Rect(0, 0, planes.shape[2], planes.shape[1])):
        part = planes[(slice(None), *tile_rect(ty, tx).clip(*planes.shape[1:]).slices)]
        found[ty, tx] = np.zeros((3, TILE, TILE), np.float16)
        found[ty, tx][:, : part.shape[1], : part.shape[2]] = part
    return ChromaTiles(found)


def planes_of(layer: LayerState) -> NDArray[np.float16]:
    """(3, H, W) a*, b*, presence."""
    assert isinstance(layer.source, Painted)
    whole = np.zeros((3, 2 * TILE, 2 * TILE), np.float16)
    for (ty, tx), tile in layer.source.tiles.tiles.items():
        whole[:, ty * TILE : (ty + 1) * TILE, tx * TILE : (tx + 1) * TILE] = tile
    assert not whole[:, HEIGHT:].any(), "colour below the photo"
    assert not whole[:, :, WIDTH:].any(), "colour beside the photo"
    return whole[:, :HEIGHT, :WIDTH]


def photo() -> Photo:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return Photo.from_rgb(((x + y) * 255 // (HEIGHT + WIDTH)).astype(np.uint8))


def document(mask: str = "empty", chroma: str = "none", *, clipped: bool = False, **options: Any) -> Document:
    """A photo with one painted layer, which may have a mask and colours already."""
    random = np.random.default_rng(5)
    noise = random.integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
    coverage = {"empty": np.zeros_like(noise), "full": np.full_like(noise, 255), "noise": noise}[mask]
    planes = random.uniform(-80, 80, (3, HEIGHT, WIDTH)).astype(np.float16)
    planes[2] = random.random((HEIGHT, WIDTH)) < 0.6
    planes[:2] *= planes[2]
    source = Painted(chroma_of(planes) if chroma == "noise" else ChromaTiles())
    selection = None
    if clipped:
        clip = np.zeros_like(noise)
        clip[20:200] = noise[::-1][20:200]
        clip[200:, :300] = 255
        selection = TileMask.from_array(clip)
    layer = LayerState("Paint", TileMask.from_array(coverage), source=source, **options)
    return Document(photo(), DocumentState((layer,), selection=selection))


def stroke(made: Document, touches: list[Touch], brush: Brush, colour: Colour | None = RED, **options: Any) -> None:
    made.begin_stroke(brush, colour=colour, **options)
    for touch in touches:
        made.extend_stroke([touch])
    made.commit_stroke()


def naive(before: DocumentState, touches: list[Touch], brush: Brush, colour: Colour) -> tuple[Reals, Reals]:
    """(2, H, W) a*b* that are due, and (H, W) how much the stroke covers, 0..1."""
    alone = Stroke(TileMask.empty(HEIGHT, WIDTH), brush)
    alone.add(touches)
    strength = np.zeros((2 * TILE, 2 * TILE))
    for key in alone.risen:
        codes = alone.strength(key, Rect(0, 0, TILE, TILE))
        strength[tile_rect(*key).slices] = 1.0 if codes is None else codes / 65535
    s = strength[:HEIGHT, :WIDTH] * brush.opacity
    if before.selection is not None:
        s = s * before.selection.to_array() / 255
    m = before.layer.mask.to_array() / 255
    old = planes_of(before.layer)[:2].astype(np.float64)
    new = np.array(srgb_ab(colour))[:, None, None]
    seen = m * (1 - s) + s
    return np.where(s > 0, (old * m * (1 - s) + new * s) / np.where(seen > 0, seen, 1), old), s


@settings(max_examples=60)
@given(
    radius=st.one_of(st.floats(0.5, 3), st.floats(3, 250)),
    hardness=st.floats(0, 1),
    opacity=st.one_of(st.just(1.0), st.floats(0.05, 1)),
    flow=st.one_of(st.just(1.0), st.floats(0.1, 1)),
    path=st.lists(st.tuples(st.floats(-80, 430), st.floats(-80, 370)), min_size=1, max_size=5),
    mask=st.sampled_from(["empty", "full", "noise"]),
    chroma=st.sampled_from(["none", "noise"]),
    clipped=st.booleans(),
    cuts=st.sets(st.integers(1, 4), max_size=3),
)
def test_the_colour_lies_over_what_was_seen(
    radius: float,
    hardness: float,
    opacity: float,
    flow: float,
    path: list[tuple[float, float]],
    mask: str,
    chroma: str,
    clipped: bool,
    cuts: set[int],
) -> None:
    made = document(mask, chroma, clipped=clipped)
    brush = Brush(radius, hardness, opacity, flow)
    touches = [Touch(*spot) for spot in path]
    before, old = made.state, planes_of(made.state.layer)
    expected, covered = naive(before, touches, brush, RED)
    plain = Stroke(before.layer.mask, brush, clip=before.selection)
    plain.add(touches)

    told = np.zeros((HEIGHT, WIDTH), bool)
    made.begin_stroke(brush, colour=RED)
    ends = [0, *sorted(cuts), len(touches)]
    for a, b in itertools.pairwise(ends):
        shown = planes_of(made.state.layer)
        told[:] = False
        told[made.extend_stroke(touches[a:b]).slices] = True
        changed = (planes_of(made.state.layer) != shown).any(axis=0)
        assert not changed[~told].any(), "a change outside the rectangle that was returned"
    made.commit_stroke()

    got = planes_of(made.state.layer)
    reached = covered > 2e-5  # a code or two of 16 bits, which the selection may round to none
    # half a step of float16 at 128, and as much for the code by which a little over nothing may differ
    np.testing.assert_allclose(got[:2, reached], expected[:, reached], atol=0.07, rtol=1e-3)
    assert (got[2, reached] == 1).all()
    np.testing.assert_array_equal(got[:, covered == 0], old[:, covered == 0])
    np.testing.assert_array_equal(made.state.layer.mask.to_array(), plain.mask.to_array())
    after = made.state
    if made.undo():
        assert made.state is before
        assert made.redo()
        assert made.state is after


def test_how_a_stroke_is_cut_into_calls_is_not_seen() -> None:
    path = [Touch(30 + 40 * i, 60 + 25 * (i % 3), 1.0, 1.0, 0.4) for i in range(8)]
    whole, cut = document("noise", "noise"), document("noise", "noise")
    brush = Brush(30, 0.3, 0.6, 0.5)
    whole.begin_stroke(brush, colour=BLUE)
    whole.extend_stroke(path)
    whole.commit_stroke()
    stroke(cut, path, brush, BLUE)
    np.testing.assert_array_equal(planes_of(whole.state.layer), planes_of(cut.state.layer))


def test_a_selection_clips_the_colour() -> None:
    made = document("full", "noise", clipped=True)
    before = planes_of(made.state.layer)
    assert made.state.selection is not None
    bare = made.state.selection.to_array() == 0
    stroke(made, [Touch(0, 20), Touch(350, 280)], Brush(60))
    after = planes_of(made.state.layer)
    np.testing.assert_array_equal(after[:, bare], before[:, bare])
    assert (after[:, ~bare] != before[:, ~bare]).any()


def test_full_strength_is_exactly_the_colour_and_half_opacity_the_middle() -> None:
    made = document("full")
    stroke(made, [Touch(100, 100)], Brush(40))
    stroke(made, [Touch(100, 100)], Brush(40, opacity=0.5), BLUE)
    middle = (np.array(srgb_ab(RED)) + np.array(srgb_ab(BLUE))) / 2
    np.testing.assert_allclose(planes_of(made.state.layer)[:2, 100, 100], middle, atol=0.06)
    stroke(made, [Touch(100, 100)], Brush(40), BLUE)
    np.testing.assert_array_equal(
        planes_of(made.state.layer)[:2, 100, 100], np.array(srgb_ab(BLUE), np.float32).astype(np.float16)
    )


def test_the_colour_is_what_is_seen() -> None:
    made = document()
    stroke(made, [Touch(100, 100), Touch(200, 100)], Brush(40), (180, 120, 120))
    codes = Compositor(made.photo).region(made.state, 0, Rect(140, 90, 20, 20)).astype(float)
    assert (codes[:, :, 0] > codes[:, :, 1] + 20).all()
    outside = Compositor(made.photo).region(made.state, 0, Rect(0, 200, 50, 50))
    np.testing.assert_array_equal(outside, np.repeat(made.photo.grey[200:250, :50, None], 3, axis=2))


def test_a_stroke_grows_before_the_eyes_and_is_one_step() -> None:
    made = document("full")
    made.begin_stroke(Brush(20), colour=RED)
    sources = [made.state.layer.source]
    for x in (50, 100, 150):
        made.extend_stroke([(x, 100)])
        sources.append(made.state.layer.source)
        assert planes_of(made.state.layer)[2, 100, x] == 1
    assert len(set(map(id, sources))) == 4
    assert made.commit_stroke()
    assert made.history.names == ("Colour stroke",)
    made.undo()
    assert made.state.layer.source is sources[0]


def test_only_tiles_that_changed_are_new_and_their_bytes_count() -> None:
    made = document("full", "noise")
    before = made.state.layer.source
    stroke(made, [Touch(40, 40)], Brush(20))
    after = made.state.layer.source
    assert isinstance(before, Painted)
    assert isinstance(after, Painted)
    different = [key for key in after.tiles.tiles if after.tiles.tiles[key] is not before.tiles.tiles.get(key)]
    assert different == [(0, 0)]
    assert 3 * TILE * TILE * 2 <= made.history.bytes < 3 * TILE * TILE * 2 + 20_000


@pytest.mark.parametrize("brush", [Brush(50), Brush(50, opacity=0.0)], ids=["the same colour again", "no opacity"])
def test_a_stroke_that_changes_nothing_is_no_step(brush: Brush) -> None:
    made = document("full")
    stroke(made, [Touch(100, 100), Touch(300, 250)], Brush(400))
    stroke(made, [Touch(100, 100)], brush)
    assert made.history.names == ("Colour stroke",)


def test_without_a_colour_only_the_mask_grows() -> None:
    made = document("empty", "noise", hints=(Hint(100, 100, 9, RED),))
    source, hints = made.state.layer.source, made.state.layer.hints
    stroke(made, [Touch(100, 100)], Brush(40), None)
    assert made.state.layer.mask.at(100, 100) == 255
    assert made.state.layer.source is source
    assert made.state.layer.hints is hints


def test_the_eraser_leaves_colours_and_hints() -> None:
    made = document("full", "noise", hints=(Hint(100, 100, 9, RED),))
    source, hints = made.state.layer.source, made.state.layer.hints
    stroke(made, [Touch(100, 100)], Brush(40), None, erase=True)
    assert made.state.layer.mask.at(100, 100) == 0
    assert made.state.layer.source is source
    assert made.state.layer.hints is hints


def test_hints_are_laid_where_they_mean_something_only() -> None:
    painted, neural = document(), Document(photo(), DocumentState((LayerState("L", TileMask.empty(HEIGHT, WIDTH)),)))
    assert neural.state.layer.source is NEURAL
    for made in (painted, neural):
        stroke(made, [Touch(100, 100), Touch(200, 100)], Brush(20))
    assert painted.state.layer.hints == ()
    assert len(neural.state.layer.hints) > 1


@pytest.mark.parametrize("level", [0, 1, 2])
def test_the_compositor_keeps_what_a_stroke_left_alone(level: int) -> None:
    """Patched as the stroke grows, and back after undo, every pixel is what a fresh compositor draws."""
    made = document("noise", "noise")
    kept, whole = Compositor(made.photo), Rect(0, 0, WIDTH, HEIGHT)
    kept.region(made.state, level, whole)
    made.begin_stroke(Brush(35, 0.4, 0.8), colour=BLUE)
    for x in range(20, 340, 25):
        made.extend_stroke([(x, 60 + x / 2), (x + 12, 66 + x / 2)])
        if x % 50 == 20:  # what is not drawn is caught up with
            got = kept.region(made.state, level, whole)
            np.testing.assert_array_equal(got, Compositor(made.photo).region(made.state, level, whole))
    made.commit_stroke()
    bytes_kept = kept.cached_bytes
    made.undo()
    fresh = Compositor(made.photo)
    np.testing.assert_array_equal(kept.region(made.state, level, whole), fresh.region(made.state, level, whole))
    assert bytes_kept <= fresh.cached_bytes, "states of the stroke that nobody will see again are kept"
