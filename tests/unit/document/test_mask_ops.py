"""Grow, shrink, smooth and feather: tile by tile as on the whole array, borders, sharing, stopping."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document import mask_ops
from app.document.geometry import TILE
from app.document.progress import Cancelled
from app.document.shapes import ellipse, polygon
from app.document.softness import SoftMask
from app.document.tiles import EMPTY, FULL, TileMask

Coverage = npt.NDArray[np.uint8]
Operation = Callable[..., TileMask]
OPERATIONS: list[Operation] = [mask_ops.grow, mask_ops.shrink, mask_ops.smooth, mask_ops.feather]


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    """(H, W) coverage with soft blobs, hard boxes and single pixels, sometimes inverted."""
    height, width = draw(st.integers(1, 600)), draw(st.integers(1, 600))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    coverage = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(0, 3))):
        top, left = rng.integers(height), rng.integers(width)
        coverage[top : top + rng.integers(1, 300), left : left + rng.integers(1, 300)] = rng.choice([255, 90, 200])
    if draw(st.booleans()):
        coverage = cv2.GaussianBlur(coverage, (0, 0), 3)
    for _ in range(draw(st.integers(0, 3))):
        coverage[rng.integers(height), rng.integers(width)] = rng.integers(256)
    return 255 - coverage if draw(st.booleans()) else coverage


def disc(radius: int) -> Coverage:
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return (x * x + y * y <= radius * radius).astype(np.uint8)


def wobbly(height: int, width: int, tooth: float) -> TileMask:
    """A circle whose edge is a saw."""
    angle = np.linspace(0, 2 * math.pi, 720, endpoint=False)
    reach = 0.35 * min(height, width) + tooth * np.resize([-1.0, 1.0], 720)
    return polygon(
        height, width, list(zip(width / 2 + reach * np.cos(angle), height / 2 + reach * np.sin(angle), strict=True))
    )


@settings(max_examples=50, deadline=None)
@given(coverages(), st.integers(1, 24))
def test_growing_and_shrinking_are_morphology_with_a_disc(coverage: Coverage, pixels: int) -> None:
    mask = TileMask.from_array(coverage)
    assert np.array_equal(mask_ops.grow(mask, pixels).to_array(), cv2.dilate(coverage, disc(pixels)))
    assert np.array_equal(mask_ops.shrink(mask, pixels).to_array(), cv2.erode(coverage, disc(pixels)))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 799), st.integers(0, 899), st.sampled_from([255, 255, 77])), max_size=5),
    st.integers(mask_ops._COARSE_RADIUS, mask_ops.MOST_PIXELS),
    st.booleans(),
)
def test_large_radii_are_exact_too(dots: list[tuple[int, int, int]], pixels: int, holes: bool) -> None:
    """Of dots, dilation by a disc is a matter of distances."""
    coverage, wanted = np.zeros((2, 800, 900), np.uint8)
    y, x = np.mgrid[:800, :900]
    for row, column, value in sorted(dots, key=lambda dot: dot[2]):
        coverage[row, column] = value
        wanted[(x - column) ** 2 + (y - row) ** 2 <= pixels**2] = value
    if holes:
        result = mask_ops.shrink(TileMask.from_array(255 - coverage), pixels).inverted()
    else:
        result = mask_ops.grow(TileMask.from_array(coverage), pixels)
    assert np.array_equal(result.to_array(), wanted)


@pytest.mark.parametrize("pixels", [0, -3, 501])
def test_radii_out_of_range_are_refused(pixels: int) -> None:
    for operation in OPERATIONS[:3]:
        with pytest.raises(ValueError, match="1 to 500"):
            operation(TileMask.full(9, 9), pixels)


@pytest.mark.parametrize("pixels", [-0.5, 2000.5, math.nan])
def test_feathers_out_of_range_are_refused(pixels: float) -> None:
    with pytest.raises(ValueError, match="0 to 2000"):
        mask_ops.feather(TileMask.full(9, 9), pixels)


@settings(max_examples=15, deadline=None)
@given(coverages(), st.sampled_from([1, 4, 9, 17, 40]), st.integers(1, 255), st.integers(1, 255))
def test_where_tiles_lie_does_not_show(coverage: Coverage, pixels: int, right: int, down: int) -> None:
    """The same coverage further into a photo, so that it falls on other tiles, gives the same."""
    step = 8  # whole pixels of every mip level used here
    down, right = down // step * step, right // step * step
    moved = np.pad(coverage, ((down, 0), (right, 0)), mode="edge")
    for operation in OPERATIONS:
        here = operation(TileMask.from_array(coverage), pixels).to_array()
        there = operation(TileMask.from_array(moved), pixels).to_array()[down:, right:]
        difference = np.abs(here.astype(int) - there)
        if operation is mask_ops.feather:  # it leaves out what lies beyond the photo
            difference = difference[2 * pixels :, 2 * pixels :]
        assert difference.max(initial=0) <= (0 if operation in OPERATIONS[:2] else 1), operation


@settings(max_examples=20, deadline=None)
@given(coverages(), st.floats(0, 60))
def test_feather_is_the_one_of_layers_made_permanent(coverage: Coverage, pixels: float) -> None:
    mask = TileMask.from_array(coverage)
    assert np.array_equal(mask_ops.feather(mask, pixels).to_array(), SoftMask(mask, pixels, 1.0).to_array())


def test_feather_is_a_gaussian_of_half_the_width() -> None:
    step = np.zeros((300, 600), np.uint8)
    step[:, 300:] = 255
    row = mask_ops.feather(TileMask.from_array(step), 40).to_array()[150] / 255
    x = np.arange(600) - 299.5
    exact = np.array([0.5 * (1 + math.erf(place / (20 * math.sqrt(2)))) for place in x])
    assert np.abs(row - exact).max() < 0.01


def test_smooth_takes_the_teeth_out_of_an_edge_and_leaves_it_hard() -> None:
    jagged = wobbly(700, 800, 2.5)
    smooth = mask_ops.smooth(jagged, 12).to_array() / 255
    y, x = np.mgrid[:700, :800] + 0.5
    distance = np.hypot(x - 400, y - 350) - 245
    assert smooth[distance < -3].min() == 1
    assert smooth[distance > 3].max() == 0
    assert np.abs(smooth - np.clip(0.5 - distance / 1.5, 0, 1)).max() < 0.6
    assert np.abs(jagged.to_array() / 255 - np.clip(0.5 - distance / 1.5, 0, 1)).max() > 0.9
    partial = (smooth > 0.02) & (smooth < 0.98)
    assert partial.sum() < 2.2 * 2 * math.pi * 245


@pytest.mark.parametrize("pixels", [10, 60, 300])
def test_smooth_keeps_a_straight_edge_in_place(pixels: int) -> None:
    step = np.zeros((900, 1100), np.uint8)
    step[:, 500:] = 255
    row = mask_ops.smooth(TileMask.from_array(step), pixels).to_array()[450]
    assert (row[:498] == 0).all()
    assert (row[502:] == 255).all()
    assert row[499] < 128 <= row[500]


def test_smooth_removes_specks_and_holes_and_rounds_corners() -> None:
    coverage = np.zeros((400, 500), np.uint8)
    coverage[100:300, 100:400] = 255
    coverage[30:33, 30:33] = 255
    coverage[200:203, 250:253] = 0
    smooth = mask_ops.smooth(TileMask.from_array(coverage), 16).to_array()
    assert smooth[31, 31] == 0
    assert smooth[201, 251] == 255
    assert smooth[101, 101] == 0
    assert smooth[110, 110] == 255


def test_smooth_keeps_soft_edges_soft_and_partial_coverage_partial() -> None:
    ramp = np.zeros((300, 600), np.uint8)
    ramp[:] = np.clip((np.arange(600) - 200) * 255 / 100, 0, 140)
    smooth = mask_ops.smooth(TileMask.from_array(ramp), 12).to_array()
    assert np.abs(smooth.astype(int) - ramp).max() <= 8
    assert (smooth[:, 280:] == 140).all()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_mask_goes_on_beyond_the_photo(operation: Operation) -> None:
    """An edge that meets the photo's border at a right angle is the same there as in the middle."""
    step = np.zeros((700, 500), np.uint8)
    step[:, 250:] = 255
    result = operation(TileMask.from_array(step), 30).to_array()
    assert (result == result[350]).all()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_lies_in_tiles_beyond_the_photo_means_nothing(operation: Operation) -> None:
    clean = TileMask.from_array(np.pad(np.full((200, 200), 255, np.uint8), ((40, 60), (40, 60))))
    tile = clean.tile(1, 1).pixels.copy()
    tile[44:], tile[:, 44:] = 255, 255
    dirty = clean.with_tiles({(1, 1): type(FULL).of(tile)})
    assert np.array_equal(operation(clean, 20).to_array(), operation(dirty, 20).to_array())


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("inverted", [False, True])
def test_tiles_that_do_not_change_are_shared(operation: Operation, inverted: bool) -> None:
    mask = ellipse(3000, 3000, 300, 300, 1300, 1200)
    noise = np.random.default_rng(0).integers(0, 2, (TILE, TILE)).astype(np.uint8) * 255
    mask = mask.with_tiles({(10, 10): type(FULL).of(noise)})
    mask = mask.inverted() if inverted else mask
    result = operation(mask, 10)
    assert result.tile(10, 10) is not mask.tile(10, 10)
    assert result.tile(3, 3) is (EMPTY if inverted else FULL)
    assert result.tile(7, 8) is (FULL if inverted else EMPTY)
    assert result.default is mask.default
    assert set(result.tiles) <= {(ty, tx) for ty in range(7) for tx in range(7)} | {
        (ty, tx) for ty in range(9, 12) for tx in range(9, 12)
    }
    assert operation(TileMask.full(600, 600), 10).tiles == {}


def test_a_tile_that_was_looked_at_and_stays_the_same_is_shared() -> None:
    coverage = np.zeros((256, 1024), np.uint8)
    coverage[:, :256] = 100
    mask = TileMask.from_array(coverage)
    for operation in OPERATIONS:
        assert operation(mask, 12).tile(0, 3) is mask.tile(0, 3)
    assert mask_ops.grow(mask, 12).tile(0, 0) is mask.tile(0, 0)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_slow_work_can_be_stopped(operation: Operation) -> None:
    mask = ellipse(1500, 1500, 100, 100, 1400, 1400)
    shares: list[float] = []
    operation(mask, 60, lambda share: not shares.append(share))
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1
    left = iter([True, True])
    with pytest.raises(Cancelled):
        operation(mask, 60, lambda _: next(left, False))
