"""Outlines: closed lines along pixel borders that enclose exactly what is half selected."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import Rect
from app.document.outline import outline
from app.document.shapes import ellipse, rectangle
from app.document.tiles import TileMask

Lines = list[npt.NDArray[np.float32]]
Piece = tuple[int, int, int, int]


def pieces(lines: Lines) -> list[Piece]:
    """Every unit step along the lines, from its left or upper end to the other."""
    found = []
    for line in lines:
        for (x0, y0), (x1, y1) in zip(line[:-1].astype(int).tolist(), line[1:].astype(int).tolist(), strict=True):
            assert (x0 == x1) != (y0 == y1), "lines run along rows and columns"
            (x0, x1), (y0, y1) = sorted((x0, x1)), sorted((y0, y1))
            found += [(x, y0, x + 1, y0) for x in range(x0, x1)] + [(x0, y, x0, y + 1) for y in range(y0, y1)]
    return found


def borders(inside: npt.NDArray[np.bool_], part: Rect) -> set[Piece]:
    """The pixel borders between inside and outside that bound a pixel of `part`."""
    padded = np.pad(inside, 1)
    found = set()
    height, width = inside.shape
    near = part.grown(1).clip(height, width)
    for y in range(near.y, near.bottom + 1):
        for x in range(near.x, near.right + 1):
            if x < near.right and padded[y, x + 1] != padded[y + 1, x + 1]:
                found.add((x, y, x + 1, y))
            if y < near.bottom and padded[y + 1, x] != padded[y + 1, x + 1]:
                found.add((x, y, x, y + 1))
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32), st.sampled_from([0.1, 0.5, 0.9]), st.data())
def test_lines_are_exactly_the_borders(height: int, width: int, seed: int, share: float, data: st.DataObject) -> None:
    """Random pixels: holes, islands, pixels that touch by corners, selections up to the photo's edge."""
    rng = np.random.default_rng(seed)
    coverage = np.where(rng.random((height, width)) < share, rng.integers(128, 256), rng.integers(0, 128))
    mask = TileMask.from_array(coverage.astype(np.uint8))
    whole = Rect(0, 0, width, height)
    lines = outline(mask, 0, whole)
    steps = pieces(lines)
    assert len(steps) == len(set(steps))
    assert set(steps) == borders(coverage >= 128, whole)
    assert all((line[0] == line[-1]).all() for line in lines)
    part = Rect(
        data.draw(st.integers(-5, width)),
        data.draw(st.integers(-5, height)),
        *data.draw(st.tuples(*[st.integers(1, 30)] * 2)),
    )
    near = part.grown(1).clip(height, width)
    shown = pieces(outline(mask, 0, part))
    assert len(shown) == len(set(shown))
    inner = part.clip(height, width)
    wanted = {step for step in borders(coverage >= 128, part) if touches(step, inner)}
    assert wanted <= set(shown) <= borders(coverage >= 128, part)
    assert not shown or not near.is_empty


def touches(step: Piece, part: Rect) -> bool:
    """Whether a unit step is a side of one of the part's pixels."""
    x, y, right, bottom = step
    if part.is_empty:
        return False
    if y == bottom:
        return part.x <= x < part.right and part.y <= y <= part.bottom
    assert x == right
    return part.x <= x <= part.right and part.y <= y < part.bottom


def test_a_line_that_leaves_the_rectangle_is_open_and_nothing_is_drawn_along_its_sides() -> None:
    mask = rectangle(1000, 1000, 100, 100, 900, 900)
    lines = outline(mask, 0, Rect(50, 50, 300, 400))
    assert {tuple(corner) for line in lines for corner in line.tolist()} == {(100, 451), (100, 100), (351, 100)}
    assert len(pieces(lines)) == 351 + 251
    assert outline(mask, 0, Rect(300, 300, 200, 200)) == []
    assert outline(mask, 0, Rect(0, 0, 50, 50)) == []


def test_the_region_lies_to_the_right_of_its_lines() -> None:
    mask = ellipse(300, 300, 30, 30, 270, 270)
    (line,) = outline(mask, 0, Rect(0, 0, 300, 300))
    x, y = line[:-1].T.astype(np.float64)
    area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
    assert area == (mask.to_array() >= 128).sum()  # positive: clockwise, y being down


@pytest.mark.parametrize("level", [1, 2, 3])
def test_at_mip_levels_lines_are_in_photo_pixels_and_end_at_the_photo(level: int) -> None:
    height, width = 301, 403
    mask = TileMask.full(height, width)
    (line,) = outline(mask, level, Rect(0, 0, -(-width >> level), -(-height >> level)))
    assert {tuple(corner) for corner in line.tolist()} == {(0, 0), (width, 0), (width, height), (0, height)}
    mask = rectangle(height, width, 80, 40, 240, 200)
    (line,) = outline(mask, level, Rect(0, 0, -(-width >> level), -(-height >> level)))
    assert {tuple(corner) for corner in line.tolist()} == {(80, 40), (240, 40), (240, 200), (80, 200)}


def test_half_is_where_the_line_runs() -> None:
    coverage = np.full((50, 50), 127, np.uint8)
    assert outline(TileMask.from_array(coverage), 0, Rect(0, 0, 50, 50)) == []
    coverage[10:20, 10:20] = 128
    assert len(outline(TileMask.from_array(coverage), 0, Rect(0, 0, 50, 50))) == 1


def test_no_selection_has_no_lines_nor_has_a_rectangle_beyond_the_photo() -> None:
    assert outline(TileMask.empty(500, 500), 0, Rect(0, 0, 500, 500)) == []
    assert outline(TileMask.full(500, 500), 0, Rect(600, 600, 100, 100)) == []
    assert outline(TileMask.full(500, 500), 0, Rect(10, 10, 0, 10)) == []
