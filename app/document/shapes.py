"""Regions with a shape: rectangle, ellipse and polygon as selections, placed to fractions of a pixel.

A pixel's coverage is the share of its area inside the shape: exact for rectangles. Ellipses and polygons are cut by
20 lines per row of pixels, each line's part inside a pixel taken exactly, which is within 7/255 of the area. Without
anti-aliasing a pixel belongs to the shape where its centre does. Only tiles under the outline are computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.document.geometry import TILE, Point, tile_grid
from app.document.neighbourhood import tile_of
from app.document.pooling import Codes
from app.document.tiles import EMPTY, FULL, Tile, TileKey, TileMask

Doubles = npt.NDArray[np.float64]

_LINES = 20
"""Lines per row of pixels. Near a level edge a pixel's coverage is wrong by at most half of one: 6.4/255."""


def rectangle(
    height: int, width: int, x0: float, y0: float, x1: float, y1: float, *, antialias: bool = True
) -> TileMask:
    """The rectangle between two opposite corners, in photo pixels, of a photo of `height` × `width`.

    Corners may lie outside the photo. Raises ValueError where one is not finite.
    """
    _check_finite((x0, y0, x1, y1))
    down, across = (
        _overlap(min(first, last), max(first, last), length, antialias)
        for first, last, length in ((y0, y1, height), (x0, x1, width))
    )
    rows = [down[top : top + TILE] for top in range(0, height, TILE)]
    columns = [across[left : left + TILE] for left in range(0, width, TILE)]
    same: dict[tuple[bytes, bytes], Tile] = {}  # along an edge all tiles are alike
    found: dict[TileKey, Tile] = {}
    for ty, row in enumerate(rows):
        if not row.any():
            continue
        for tx, column in enumerate(columns):
            if column.any():
                alike = row.tobytes(), column.tobytes()
                if alike not in same:
                    same[alike] = tile_of(np.rint(255 * np.outer(row, column)).astype(np.uint8))
                found[ty, tx] = same[alike]
    return TileMask.empty(height, width).with_tiles(found)


def ellipse(height: int, width: int, x0: float, y0: float, x1: float, y1: float, *, antialias: bool = True) -> TileMask:
    """The ellipse inscribed in the rectangle between two opposite corners, in photo pixels.

    Corners may lie outside the photo. Raises ValueError where one is not finite.
    """
    _check_finite((x0, y0, x1, y1))
    x, y, across, down = (x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0) / 2, abs(y1 - y0) / 2
    if not across or not down:
        return TileMask.empty(height, width)

    def spans(first: int, count: int, lines: int) -> _Spans:
        place = (first + np.arange(count) + 0.5) / lines
        square = 1 - ((place - y) / down) ** 2
        line = np.flatnonzero(square > 0)
        half = across * np.sqrt(square[line])
        return _Spans(line, x - half, x + half)

    return _filled(height, width, (y - down, y + down), spans, antialias)


def polygon(height: int, width: int, points: Sequence[Point], *, antialias: bool = True) -> TileMask:
    """What the closed line through `points` winds around, in photo pixels.

    The rule is *nonzero*: a lasso that crosses its own path keeps what it went round twice, where the even-odd
    rule would punch a hole. Points may lie outside the photo; fewer than three enclose nothing. Raises ValueError
    where one is not finite.
    """
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    _check_finite(corners)
    if len(corners) < 3:
        return TileMask.empty(height, width)
    start, end = corners, np.roll(corners, -1, axis=0)
    turn = np.where(start[:, 1] < end[:, 1], 1, -1)
    upper, lower = np.where(turn[:, None] > 0, start, end), np.where(turn[:, None] > 0, end, start)

    def spans(first: int, count: int, lines: int) -> _Spans:
        # A line at y meets an edge where upper <= y < lower: each end of an edge counts for one of two neighbours.
        begin = np.clip(np.ceil(upper[:, 1] * lines - 0.5) - first, 0, count).astype(np.intp)
        stop = np.clip(np.ceil(lower[:, 1] * lines - 0.5) - first, 0, count).astype(np.intp)
        met = stop - begin
        edge = np.repeat(np.arange(len(upper)), met)
        line = np.arange(len(edge)) - np.repeat(np.cumsum(met) - met, met) + begin[edge]
        (x0, y0), (x1, y1) = upper[edge].T, lower[edge].T
        x = np.clip(x0 + ((line + first + 0.5) / lines - y0) * ((x1 - x0) / (y1 - y0)), 0, width)
        order = np.lexsort((x, line))
        line, x = line[order], x[order]
        winding = np.cumsum(turn[edge[order]])  # back to 0 at the end of every line, for the polygon is closed
        inside = winding != 0
        was_inside = np.concatenate(([False], inside[:-1]))
        enters, leaves = inside & ~was_inside, was_inside & ~inside
        return _Spans(line[enters], x[enters], x[leaves])

    return _filled(height, width, (float(upper[:, 1].min()), float(lower[:, 1].max())), spans, antialias)


class _Spans(NamedTuple):
    """The parts of lines inside a shape: which line, counted from the first asked for, and where from and to."""

    line: npt.NDArray[np.intp]
    left: Doubles
    right: Doubles


def _filled(
    height: int,
    width: int,
    extent: tuple[float, float],
    spans: Callable[[int, int, int], _Spans],
    antialias: bool,
) -> TileMask:
    """The mask of what lies in the spans of all lines, one row of tiles at a time.

    `extent` is the shape's top and bottom. `spans(first, count, lines)` cuts it by `count` lines from number `first`
    on, `lines` per row of pixels.
    """
    top, bottom = max(0, math.floor(extent[0])), min(height, math.ceil(extent[1]))
    lines = _LINES if antialias else 1
    found: dict[TileKey, Tile] = {}
    for ty in range(top // TILE, -(-bottom // TILE)):
        first = ty * TILE
        count = min(TILE, height - first)
        line, left, right = spans(first * lines, count * lines, lines)
        if not antialias:
            left, right = np.ceil(left - 0.5), np.ceil(right - 0.5)
        _fill_row(found, ty, (count, width), _Spans(line // lines, left, right), lines)
    return TileMask.empty(height, width).with_tiles(found)


def _fill_row(found: dict[TileKey, Tile], ty: int, size: tuple[int, int], spans: _Spans, lines: int) -> None:
    """Add one row of tiles, (height, width) pixels, to `found`; `spans.line` counts rows of pixels."""
    height, width = size
    columns = tile_grid(height, width)[1]
    row, column, change = _changes(spans, width)
    tx = column // TILE
    entered = np.bincount(row * columns + tx, change, height * columns).reshape(height, columns)
    carried: Doubles = np.cumsum(entered, axis=1, dtype=np.float64) - entered  # lines inside, left of each tile
    order = np.argsort(tx.astype(np.min_scalar_type(columns)), kind="stable")
    bounds = np.searchsorted(tx[order], np.arange(columns + 1))
    for place in range(columns):
        here, across = order[bounds[place] : bounds[place + 1]], min(TILE, width - place * TILE)
        if not len(here):
            even = np.rint(carried[:, place, None] * (255 / lines)).astype(np.uint8)
            found[ty, place] = _constant(even) or tile_of(np.repeat(even, across, axis=1))
            continue
        index = row[here] * across + column[here] - place * TILE
        inside = np.asarray(np.bincount(index, change[here], height * across), np.float64).reshape(height, across)
        inside[:, 0] += carried[:, place]
        coverage = np.cumsum(inside, axis=1, dtype=np.float64) * (255 / lines)
        found[ty, place] = tile_of(np.rint(coverage).astype(np.uint8))


def _constant(codes: Codes) -> Tile | None:
    return EMPTY if codes.max() == 0 else FULL if codes.min() == 255 else None


def _changes(spans: _Spans, width: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Doubles]:
    """Row, column and by how many lines more of a pixel are inside than of the one before.

    So a span is four numbers however long it is: at either end one for the pixel that the end cuts, and one for the
    rest in the next.
    """
    row = np.concatenate((spans.line, spans.line))
    x = np.clip(np.concatenate((spans.left, spans.right)), 0, width)
    sign = np.repeat((1.0, -1.0), len(spans.line))
    column = np.floor(x).astype(np.intp)
    rest = (x - column) * sign
    row, column = np.concatenate((row, row)), np.concatenate((column, column + 1))
    change = np.concatenate((sign - rest, rest))
    matters = (change != 0) & (column < width)
    return row[matters], column[matters], change[matters]


def _overlap(first: float, last: float, length: int, antialias: bool) -> Doubles:
    """(length,) float64, 0..1: the share of each pixel in a row that lies between two places."""
    if not antialias:
        first, last = math.ceil(first - 0.5), math.ceil(last - 0.5)
    begin = np.arange(length)
    share: Doubles = np.clip(np.minimum(last, begin + 1.0) - np.maximum(first, begin), 0, 1)
    return share


def _check_finite(places: npt.ArrayLike) -> None:
    if not np.isfinite(places).all():
        raise ValueError("a shape's corners have to be finite numbers")
