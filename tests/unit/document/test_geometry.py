"""Rectangles: intersection and union against sets of pixels, covering rectangles at mip levels, tiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.geometry import (
    EMPTY_RECT,
    TILE,
    Rect,
    bounding,
    level_size,
    tile_grid,
    tile_rect,
    tiles,
)

small = st.builds(Rect, st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 9), st.integers(0, 9))
large = st.builds(Rect, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 5000), st.integers(1, 5000))
levels = st.integers(0, 8)


def pixels(rect: Rect) -> set[tuple[int, int]]:
    return {(x, y) for x in range(rect.x, rect.right) for y in range(rect.y, rect.bottom)}


@given(small, small)
def test_intersection_is_the_shared_pixels(a: Rect, b: Rect) -> None:
    assert pixels(a.intersect(b)) == pixels(a) & pixels(b)
    assert a.intersect(b).is_empty == (not pixels(a) & pixels(b))


@given(small, small)
def test_union_is_the_smallest_rectangle_around_both(a: Rect, b: Rect) -> None:
    both = pixels(a) | pixels(b)
    union = a.union(b)
    assert both <= pixels(union)
    assert union.is_empty == (not both)
    if both:
        xs, ys = [x for x, _ in both], [y for _, y in both]
        expected = Rect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)
        assert union == expected
        assert bounding([a, EMPTY_RECT, b]) == expected


@given(small, small)
def test_contains_means_every_pixel(a: Rect, b: Rect) -> None:
    assert a.contains(b) == (pixels(b) <= pixels(a))


@given(large, levels)
def test_scaled_out_covers_and_is_tight(rect: Rect, level: int) -> None:
    out = rect.scaled_out(level)
    back = out.scaled_in(level)
    assert back.contains(rect)
    shrunk = [
        Rect(out.x + 1, out.y, out.width - 1, out.height),
        Rect(out.x, out.y + 1, out.width, out.height - 1),
        out._replace(width=out.width - 1),
        out._replace(height=out.height - 1),
    ]
    assert not any(part.scaled_in(level).contains(rect) for part in shrunk)


@given(large, levels)
def test_scaled_in_then_out_is_identity(rect: Rect, level: int) -> None:
    assert rect.scaled_in(level).scaled_out(level) == rect


@given(large, levels, levels)
def test_scaling_out_twice_is_scaling_once(rect: Rect, first: int, second: int) -> None:
    assert rect.scaled_out(first).scaled_out(second) == rect.scaled_out(first + second)


@given(large)
def test_tiles_cover_the_rectangle_exactly_once(rect: Rect) -> None:
    found = list(tiles(rect))
    assert len(found) == len(set(found))
    parts = [tile_rect(*key).intersect(rect) for key in found]
    assert all(not part.is_empty for part in parts)
    assert sum(part.width * part.height for part in parts) == rect.width * rect.height


def test_nothing_has_no_tiles() -> None:
    assert list(tiles(Rect(300, 300, 0, 7))) == []
    assert Rect(300, 300, 0, 7).scaled_out(3).is_empty


@given(st.integers(1, 2000), st.integers(1, 2000), levels)
def test_levels_halve_with_the_odd_edge_kept(height: int, width: int, level: int) -> None:
    expected = (height, width)
    for _ in range(level):
        expected = ((expected[0] + 1) // 2, (expected[1] + 1) // 2)
    assert level_size(height, width, level) == expected


@pytest.mark.parametrize(("size", "grid"), [((1, 1), (1, 1)), ((256, 257), (1, 2)), ((8000, 12000), (32, 47))])
def test_tile_grid(size: tuple[int, int], grid: tuple[int, int]) -> None:
    assert tile_grid(*size) == grid
    assert (grid[0] - 1) * TILE < size[0] <= grid[0] * TILE
    assert (grid[1] - 1) * TILE < size[1] <= grid[1] * TILE


def test_slices_index_arrays() -> None:
    array = np.arange(20).reshape(4, 5)
    assert array[Rect(1, 2, 3, 2).slices].tolist() == [[11, 12, 13], [16, 17, 18]]


def test_clip_and_grow() -> None:
    assert Rect(-3, 8, 10, 10).clip(height=12, width=5) == Rect(0, 8, 5, 4)
    assert Rect(50, 50, 2, 2).clip(10, 10) == EMPTY_RECT
    assert Rect(4, 4, 2, 2).grown(3) == Rect(1, 1, 8, 8)
