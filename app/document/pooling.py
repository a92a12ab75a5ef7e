"""Max-pooling of tiled coverage onto a grid that fits neither tiles nor pixels: exact, tile by tile."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.document.geometry import TILE

Codes = npt.NDArray[np.uint8]


class Axis(NamedTuple):
    """How one side of the photo falls onto the pixels of one side of the network's view.

    The side is cut at tile borders as well as at network pixels; each piece belongs to one tile and one
    network pixel. `first[t]:first[t + 1]` are the pieces of tile t, `starts`/`ends` their pixels inside it,
    `order` sorts the pieces by network pixel and `heads` says where each one's pieces begin in that order.
    """

    first: list[int]
    starts: npt.NDArray[np.intp]
    ends: npt.NDArray[np.intp]
    order: npt.NDArray[np.intp]
    heads: npt.NDArray[np.intp]

    def cuts(self, tile: int) -> npt.NDArray[np.intp]:
        """Begin and end of each piece of a tile in turn, as ufunc.reduceat wants them."""
        pieces = slice(self.first[tile], self.first[tile + 1])
        return np.column_stack((self.starts[pieces], self.ends[pieces])).ravel()


@lru_cache(maxsize=32)
def axis(length: int, count: int) -> Axis:
    """Pieces of a side of `length` photo pixels seen as `count` network pixels.

    Network pixel i covers the photo pixels floor(i * length / count) up to ceil((i + 1) * length / count):
    every photo pixel that it touches, whether the view is smaller or larger than the photo.
    """
    tile_count = -(-length // TILE)
    begin = [i * length // count for i in range(count)]
    end = [-(-(i + 1) * length // count) for i in range(count)]
    pieces: list[tuple[int, int, int, int]] = []
    for i in range(count):
        for t in range(begin[i] // TILE, (end[i] - 1) // TILE + 1):
            pieces.append((t, i, max(begin[i] - t * TILE, 0), min(end[i] - t * TILE, TILE)))
    pieces.sort()
    tile_of = np.array([piece[0] for piece in pieces])
    pixel_of = np.array([piece[1] for piece in pieces])
    order = np.argsort(pixel_of, kind="stable")
    return Axis(
        first=[int(n) for n in np.searchsorted(tile_of, np.arange(tile_count + 1))],
        starts=np.array([piece[2] for piece in pieces], np.intp),
        ends=np.array([piece[3] for piece in pieces], np.intp),
        order=order,
        heads=np.searchsorted(pixel_of[order], np.arange(count)),
    )


def covered_pieces(pixels: Codes, row_cuts: npt.NDArray[np.intp], column_cuts: npt.NDArray[np.intp]) -> Codes:
    """(pieces down, pieces across) uint8: not 0 where any pixel of the piece is covered."""
    padded = np.zeros((TILE + 1, TILE // 8), np.uint64)  # one row more, to end a piece at the rim
    padded[:TILE] = pixels.view(np.uint64)
    rows = np.bitwise_or.reduceat(padded, row_cuts, axis=0)[::2]
    wide = np.zeros((len(rows), TILE + 1), np.uint8)
    wide[:, :TILE] = np.ascontiguousarray(rows).view(np.uint8)
    covered: Codes = np.bitwise_or.reduceat(wide, column_cuts, axis=1)[:, ::2]
    return covered


def pooled(marks: Codes, level: int, photo_size: tuple[int, int], size: tuple[int, int]) -> Codes:
    """(h, w) uint8: the greatest mark under each network pixel. The marks are at a mip level of a photo (H, W)."""
    down, across = (_cuts(length, count, level) for length, count in zip(photo_size, size, strict=True))
    rows = np.maximum.reduceat(np.pad(marks, ((0, 1), (0, 0))), down, axis=0)[::2]
    greatest: Codes = np.maximum.reduceat(np.pad(rows, ((0, 0), (0, 1))), across, axis=1)[:, ::2]
    return greatest


def _cuts(length: int, count: int, level: int) -> list[int]:
    """Begin and end, in pixels of a mip level, of what each network pixel touches, as ufunc.reduceat wants them."""
    spans = ((i * length // count, -(-(i + 1) * length // count)) for i in range(count))
    return [cut for begin, end in spans for cut in (begin >> level, -(-end >> level))]
