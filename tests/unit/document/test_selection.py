"""Combining, mixing and moving selections, against plain arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import TILE
from app.document.selection import Combine, combined, mixed, translated
from app.document.tiles import EMPTY, FULL, TileMask

Coverage = npt.NDArray[np.uint8]
HEIGHT, WIDTH = 520, 300


@st.composite
def regions(draw: st.DrawFn) -> TileMask:
    """A mask of HEIGHT × WIDTH with even, partial and noisy tiles, sometimes FULL by default."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    coverage = np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(draw(st.integers(0, 3))):
        top, left = rng.integers(HEIGHT), rng.integers(WIDTH)
        block = coverage[top : top + rng.integers(1, 400), left : left + rng.integers(1, 300)]
        block[:] = (
            rng.choice([255, 255, rng.integers(256)]) if draw(st.booleans()) else rng.integers(256, size=block.shape)
        )
    mask = TileMask.from_array(coverage)
    return mask.inverted() if draw(st.booleans()) else mask


def array_of(selection: TileMask | None) -> Coverage:
    return np.zeros((HEIGHT, WIDTH), np.uint8) if selection is None else selection.to_array()


def box(left: int, right: int, value: int = 255) -> TileMask:
    coverage = np.zeros((HEIGHT, WIDTH), np.uint8)
    coverage[:, left:right] = value
    return TileMask.from_array(coverage)


@settings(max_examples=60, deadline=None)
@given(regions(), regions())
def test_combinations_are_those_of_the_pixels(present: TileMask, region: TileMask) -> None:
    a, b = present.to_array(), region.to_array()
    wanted = {
        Combine.REPLACE: b,
        Combine.ADD: np.maximum(a, b),
        Combine.SUBTRACT: np.where(a > b, a - b, 0),
        Combine.INTERSECT: np.minimum(a, b),
    }
    for how, pixels in wanted.items():
        result = combined(present, region, how)
        assert np.array_equal(array_of(result), pixels), how
        assert (result is None) == (not pixels.any())


@settings(max_examples=40, deadline=None)
@given(regions(), regions())
def test_identities(one: TileMask, other: TileMask) -> None:
    assert combined(one, one, Combine.SUBTRACT) is None
    for how in (Combine.ADD, Combine.INTERSECT):
        once = combined(one, other, how)
        again = combined(once, other, how) if once is not None else None
        assert np.array_equal(array_of(once), array_of(again))
        assert np.array_equal(array_of(once), array_of(combined(other, one, how)))
    assert np.array_equal(one.inverted().inverted().to_array(), one.to_array())


@pytest.mark.parametrize("how", list(Combine))
def test_no_selection_is_the_whole_photo_only_to_take_away_from(how: Combine) -> None:
    region = box(0, 100, 200)
    wanted = 255 - region.to_array() if how is Combine.SUBTRACT else region.to_array()
    assert np.array_equal(array_of(combined(None, region, how)), wanted)


def test_tiles_the_region_does_not_touch_are_shared() -> None:
    noise = np.random.default_rng(0).integers(1, 255, (HEIGHT, WIDTH), np.uint8)
    present = TileMask.from_array(noise)
    corner = np.zeros((HEIGHT, WIDTH), np.uint8)
    corner[:10, :10] = 255
    region = TileMask.from_array(corner)
    for how in (Combine.ADD, Combine.SUBTRACT):
        result = combined(present, region, how)
        assert result is not None
        assert result.tile(0, 0) is not present.tile(0, 0)
        assert result.tile(1, 1) is present.tile(1, 1)
    kept = combined(present, TileMask.full(HEIGHT, WIDTH), Combine.INTERSECT)
    assert kept is not None
    assert kept.tile(2, 1) is present.tile(2, 1)


@settings(max_examples=60, deadline=None)
@given(regions(), regions(), regions())
def test_mixed_is_the_rounded_lerp(old: TileMask, new: TileMask, share: TileMask) -> None:
    a, b, s = (mask.to_array().astype(np.float64) for mask in (old, new, share))
    exact = a + (b - a) * s / 255
    result = mixed(old, new, share).to_array()
    assert np.abs(result - exact).max() <= 0.5 + 1e-9
    assert np.array_equal(result[s == 0], old.to_array()[s == 0])
    assert np.array_equal(result[s == 255], new.to_array()[s == 255])
    assert mixed(old, new, None) is new


def test_mixed_keeps_the_old_tile_or_takes_the_new_one() -> None:
    old, new = (TileMask.from_array(np.full((HEIGHT, WIDTH), value, np.uint8)) for value in (90, 120))
    share = TileMask.empty(HEIGHT, WIDTH).with_tiles({(0, 0): FULL})
    result = mixed(old, new, share)
    assert result.tile(0, 0) is new.tile(0, 0)
    assert result.tile(1, 0) is old.tile(1, 0)


@settings(max_examples=60, deadline=None)
@given(regions(), st.integers(-600, 600), st.integers(-400, 400))
def test_moving_by_whole_pixels(selection: TileMask, dx: int, dy: int) -> None:
    before = selection.to_array()
    wanted = np.zeros_like(before)
    height, width = HEIGHT - abs(dy), WIDTH - abs(dx)
    if height > 0 and width > 0:
        source = before[max(-dy, 0) :, max(-dx, 0) :][:height, :width]
        wanted[max(dy, 0) :, max(dx, 0) :][:height, :width] = source
    assert np.array_equal(translated(selection, dx, dy).to_array(), wanted)


def test_moving_nowhere_is_the_selection_itself_and_even_tiles_stay_constants() -> None:
    selection = TileMask.full(4 * TILE, 4 * TILE)
    assert translated(selection, 0, 0) is selection
    moved = translated(selection, 10, 0)
    assert all(moved.tile(ty, tx) is FULL for ty in range(4) for tx in range(1, 4))
    assert translated(TileMask.empty(4 * TILE, 4 * TILE), 10, 7).tile(2, 2) is EMPTY
    assert translated(selection, 4 * TILE, 0).is_empty
