"""The line around a selection, for the marching ants: along the borders of pixels, where coverage passes one half."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect, level_size
from app.document.neighbourhood import window
from app.document.tiles import TileMask

HALF = 128
"""Coverage from which a pixel is inside."""
_BAND = 32  # rows: what is looked at together stays in the cache


def outline(selection: TileMask, level: int, rect: Rect) -> list[NDArray[np.float32]]:
    """Lines (n, 2) float32, x and y in photo pixels, around what is at least half selected at mip `level`.

    `rect` counts pixels of that level. Lines keep to it and to one pixel around; they run along pixel borders, and
    along the photo's where the selection reaches it. One that comes back to its beginning ends with its first point,
    one that leaves the rectangle is open, and may be in parts.
    """
    height, width = level_size(selection.height, selection.width, level)
    part = rect.grown(1).clip(height, width)
    if part.is_empty or rect.is_empty:
        return []
    corners, first = _loops(window(selection, part, level))
    corners += (part.x, part.y)
    goes_on = np.ones(len(corners), np.bool_)  # from this corner to the next
    goes_on[first[1:] - 1] = False
    # The part's own border closes the loops where the selection goes on, unless the photo ends there too.
    for axis, border, end in (0, part.x, 0), (0, part.right, width), (1, part.y, 0), (1, part.bottom, height):
        if border != end:
            on_border = corners[:, axis] == border
            goes_on[:-1] &= ~(on_border[:-1] & on_border[1:])
    places = np.minimum(corners << level, (selection.width, selection.height)).astype(np.float32)
    turns = np.flatnonzero(np.diff(goes_on, prepend=False, append=False)).tolist()
    return [places[begin : end + 1] for begin, end in zip(turns[::2], turns[1::2], strict=True)]


def _loops(coverage: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(n, 2): x, y of the corners of all loops, each ending with its first; and (loops + 1,): where each begins.

    Nothing is inside beyond the array. Along a row of the grid of pixel corners, every other stretch between two
    corners is a border of the region, and along a column likewise. So each corner has one neighbour in its row and
    one in its column, and going along rows and columns by turns leads round: clockwise, the region to the right.
    """
    height, width = coverage.shape
    inside = np.zeros((height + 2, width + 2), np.bool_)
    np.greater_equal(coverage, HALF, out=inside[1:-1, 1:-1])
    by_row = np.sort(np.concatenate([part for top in range(0, height + 1, _BAND) for part in _turns(inside, top)]))
    y, x = np.divmod(by_row, width + 1)
    by_column = np.argsort(x.astype(np.min_scalar_type(width + 1)), kind="stable")
    in_column = np.empty_like(by_column)
    in_column[by_column[::2]], in_column[by_column[1::2]] = by_column[1::2], by_column[::2]
    # Neighbours in a row are 2k and 2k + 1; where the region lies above, the way leads from the right one to the left.
    begin = np.arange(0, len(x), 2) + ~inside[y[::2] + 1, x[::2] + 1]
    path, first = _traced((in_column[begin ^ 1] >> 1).tolist())
    corners = np.stack((begin[path], begin[path] ^ 1), axis=1).ravel()
    closed = np.insert(corners, 2 * first[1:], corners[2 * first[:-1]])
    return np.stack((x[closed], y[closed]), axis=1), 2 * first + np.arange(len(first))


def _turns(inside: NDArray[np.bool_], top: int) -> tuple[NDArray[np.intp], ...]:
    """Where borders turn in the band of grid rows from `top` on, as places in the whole grid."""
    band = inside[top : top + _BAND + 1]
    level_border = band[1:] ^ band[:-1]
    turns = np.flatnonzero(level_border[:, 1:] ^ level_border[:, :-1])
    # Where two pixels touch by a corner only, two corners lie in one place; there the level border changes sides.
    crossings = level_border[:, 1:] & level_border[:, :-1]
    crossings &= band[1:, 1:] ^ band[1:, :-1]
    twice = np.flatnonzero(crossings)
    offset = top * (inside.shape[1] - 1)
    return turns + offset, twice + offset, twice + offset


def _traced(following: list[int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All numbers in the order in which they follow each other, loop after loop; and where each loop begins."""
    path: list[int] = []
    first = [0]
    for start in range(len(following)):
        here = start
        while (after := following[here]) >= 0:
            path.append(here)
            following[here] = -1
            here = after
        if len(path) > first[-1]:
            first.append(len(path))
    return np.array(path, np.intp), np.array(first, np.intp)
