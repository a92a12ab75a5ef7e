"""Rectangles, tiles and mip sizes: whole-number geometry of the photo.

Photo pixels run x right and y down; pixel (x, y) covers [x, x+1) × [y, y+1), so its centre lies at +0.5.
Mip level k halves the photo k times: an array of shape (ceil(H / 2**k), ceil(W / 2**k)).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

TILE = 256
"""Side of a tile in pixels, at every mip level."""

Point = tuple[float, float]
"""(x, y) in photo pixels."""


class Rect(NamedTuple):
    """Half-open rectangle of whole pixels: x <= column < x + width, y <= row < y + height.

    Any width or height <= 0 means empty. An empty rectangle covers nothing, wherever it lies.
    """

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column beyond the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row beyond the rectangle."""
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index into an (H, W, …) array. The rectangle must not reach left of 0 or above 0."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def intersect(self, other: Rect) -> Rect:
        """What both cover; EMPTY_RECT where they share nothing."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width, height = min(self.right, other.right) - x, min(self.bottom, other.bottom) - y
        return Rect(x, y, width, height) if width > 0 and height > 0 else EMPTY_RECT

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle that covers both; an empty one adds nothing."""
        if self.is_empty:
            return EMPTY_RECT if other.is_empty else other
        if other.is_empty:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def grown(self, margin: int) -> Rect:
        """The rectangle with `margin` pixels more on each side (fewer, if negative)."""
        return Rect(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def clip(self, height: int, width: int) -> Rect:
        """The part inside an array of shape (height, width)."""
        return self.intersect(Rect(0, 0, width, height))

    def contains(self, other: Rect) -> bool:
        """True where every pixel of `other` lies inside; always true for an empty `other`."""
        return other.is_empty or self.intersect(other) == other

    def scaled_out(self, level: int) -> Rect:
        """The smallest rectangle at mip level `level` whose pixels cover this one of level 0."""
        if self.is_empty:
            return EMPTY_RECT
        x, y = self.x >> level, self.y >> level
        return Rect(x, y, -(-self.right >> level) - x, -(-self.bottom >> level) - y)

    def scaled_in(self, level: int) -> Rect:
        """The pixels of level 0 under this rectangle of mip level `level` (may pass the photo's edge)."""
        return Rect(self.x << level, self.y << level, self.width << level, self.height << level)


EMPTY_RECT = Rect(0, 0, 0, 0)


def tiles(rect: Rect) -> Iterator[tuple[int, int]]:
    """(ty, tx) of every tile that shares a pixel with `rect`, row by row."""
    if rect.is_empty:
        return
    for ty in range(rect.y // TILE, (rect.bottom - 1) // TILE + 1):
        for tx in range(rect.x // TILE, (rect.right - 1) // TILE + 1):
            yield ty, tx


def tile_rect(ty: int, tx: int) -> Rect:
    """The whole tile, also where it passes the edge of the photo."""
    return Rect(tx * TILE, ty * TILE, TILE, TILE)


def tile_grid(height: int, width: int) -> tuple[int, int]:
    """(rows, columns) of tiles that cover an array of shape (height, width)."""
    return -(-height // TILE), -(-width // TILE)


def level_size(height: int, width: int, level: int) -> tuple[int, int]:
    """Shape (h, w) of mip level `level` of an array of shape (height, width)."""
    return -(-height >> level), -(-width >> level)


def bounding(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle that covers all of them; empty for none."""
    covered = EMPTY_RECT
    for rect in rects:
        covered = covered.union(rect)
    return covered
