"""A mask seen through its feather and density: blurred and lightened when it is read, the mask itself untouched.

Effective coverage is E = density · blur(coverage). Photoshop's density lifts what is hidden; ours lowers what is
painted, because zero spill wants bare pixels bare. The blur is Gaussian with σ = feather / 2 photo pixels, cut off at
3σ along each axis: further from the mask E is exactly 0.

A tile is blurred when somebody looks at it, at the mip level of the view: what is seen there differs from the mean of
level 0 by a code or two, along the photo's edge by a few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np

from app.document import blur
from app.document.geometry import EMPTY_RECT, TILE, Rect, level_size, tile_rect, tiles
from app.document.pooling import Codes, pooled
from app.document.tiles import DEEPEST_LEVEL, EMPTY, FULL, Softened, TileMask

_SMOOTH_SIGMA = 2.0
"""From this σ on, in pixels, a level's means tell where its finest pixels are covered."""
_KEPT_TILES = 512  # of 64 KiB: several screens of one family of masks


@dataclass(frozen=True, eq=False)
class SoftMask:
    """`mask` with a feather (photo pixels, 0..1000) and a density (0..1): what is drawn and what the network sees.

    Reads like a `TileMask`. Results are kept with the family of the mask, so that after a stroke only the tiles
    near it are blurred again.
    """

    mask: TileMask
    feather: float
    density: float

    @property
    def _sigma(self) -> float:
        return self.feather / 2

    @property
    def reach(self) -> int:
        """How many photo pixels, along each axis, coverage may pass the mask."""
        return blur.reach(self._sigma)

    @property
    def is_empty(self) -> bool:
        """True where the mask is, or where density leaves nothing of it."""
        return _lowest(self.density) is None or self.mask.is_empty

    def grown(self, rect: Rect) -> Rect:
        """Where coverage may change when the mask does in `rect`, clipped to the photo."""
        if rect.is_empty:
            return EMPTY_RECT
        return rect.grown(self.reach).clip(self.mask.height, self.mask.width)

    def bounds(self) -> Rect | None:
        """Where coverage may lie, clipped to the photo; None where there is none."""
        rect = self.mask.bounds() if _lowest(self.density) is not None else None
        return None if rect is None else self.grown(rect)

    def changed_since(self, other: SoftMask) -> Rect:
        """Where two masks of one photo may differ, clipped to the photo; maybe empty."""
        if (self.feather, self.density) == (other.feather, other.density):
            return self.grown(self.mask.changed_since(other.mask))
        return (self.bounds() or EMPTY_RECT).union(other.bounds() or EMPTY_RECT)

    def at(self, x: float, y: float) -> int:
        """Coverage 0..255 of the photo pixel that contains the point (x, y); 0 outside the photo."""
        if not (0 <= x < self.mask.width and 0 <= y < self.mask.height):
            return 0
        column, row = int(x), int(y)
        return int(self.coverage(0, row // TILE, column // TILE)[row % TILE, column % TILE])

    def to_array(self) -> Codes:
        """(H, W) uint8, a fresh array."""
        coverage = np.empty((self.mask.height, self.mask.width), np.uint8)
        for ty, tx in tiles(Rect(0, 0, self.mask.width, self.mask.height)):
            rect = tile_rect(ty, tx).clip(*coverage.shape)
            coverage[rect.slices] = self.coverage(0, ty, tx)[: rect.height, : rect.width]
        return coverage

    def coverage(self, level: int, ty: int, tx: int) -> Codes:
        """(256, 256) uint8, read-only: tile (ty, tx) of mip level `level`, which must have a pixel in the photo."""
        codes = self._feathered(level, ty, tx) if self.reach else self.mask.coverage(level, ty, tx)
        if self.density == 1 or codes is EMPTY.pixels:
            return codes
        return _frozen(np.asarray(cv2.LUT(codes, _table(self.density)), np.uint8))

    def _feathered(self, level: int, ty: int, tx: int) -> Codes:
        """The blurred coverage of a tile, rounded."""
        window = blur.Window(self.mask, self._sigma, level, ty, tx)
        different = set(window.sources)
        if different == {EMPTY} or different == {FULL}:
            return window.sources[0].pixels
        kept = self.mask.softened.get((level, ty, tx))
        if kept is not None and kept.feather == self.feather and kept.sources == window.sources:
            return kept.codes
        codes = _frozen(np.asarray(cv2.convertScaleAbs(window.blurred()), np.uint8))
        if len(self.mask.softened) >= _KEPT_TILES:
            self.mask.softened.clear()
        self.mask.softened[level, ty, tx] = Softened(self.feather, window.sources, codes)
        return codes

    def presence(self, h: int, w: int) -> Codes:
        """(h, w) uint8 {0, 1}, a fresh array: 1 wherever coverage > 0 touches that network pixel.

        None is missed; around what is covered, and where density takes away what is painted lightly, a pixel or
        two may be too many. Costs the same for every size of the photo.
        """
        height, width = self.mask.height, self.mask.width
        lowest = _lowest(self.density)
        if lowest is None:
            return np.zeros((h, w), np.uint8)
        if not self.reach:
            return self.mask.presence(h, w)
        level = 0
        while level < DEEPEST_LEVEL and height >> (level + 1) >= h and width >> (level + 1) >= w:
            level += 1
        if self._sigma < _SMOOTH_SIGMA * 2**level:
            down, across = (math.ceil((self.reach + 1) * count / side) for count, side in ((h, height), (w, width)))
            reached = cv2.dilate(self.mask.presence(h, w), np.ones((2 * down + 1, 2 * across + 1), np.uint8))
            return np.asarray(reached, np.uint8)
        return pooled(self._marks(level, 0.8 * (lowest - 0.5)), level, (height, width), (h, w))

    def _marks(self, level: int, least: float) -> Codes:
        """(h, w) uint8 {0, 1}: the pixels of a level whose blurred coverage is `least` or more, and those beside them.

        The highest of a pixel's photo pixels is little above its mean, or below the mean of the next.
        """
        marks = np.empty(level_size(self.mask.height, self.mask.width, level), np.uint8)
        for ty, tx in tiles(Rect(0, 0, marks.shape[1], marks.shape[0])):
            rect = tile_rect(ty, tx).clip(*marks.shape)
            blurred = blur.Window(self.mask, self._sigma, level, ty, tx).blurred()
            marks[rect.slices] = blurred[: rect.height, : rect.width] >= least
        return np.asarray(cv2.dilate(marks, np.ones((3, 3), np.uint8)), np.uint8)


Coverage: TypeAlias = TileMask | SoftMask
"""What can be drawn: a mask as it is, or softened."""


@lru_cache(maxsize=64)
def _table(density: float) -> Codes:
    """(256,) uint8: what a density leaves of blurred coverage 0..255."""
    return _frozen(np.rint(np.arange(256) * density).astype(np.uint8))


def _lowest(density: float) -> int | None:
    """The least blurred coverage of which a density leaves anything; None where it leaves nothing of any."""
    left = np.flatnonzero(_table(density))
    return int(left[0]) if left.size else None


def _frozen(codes: Codes) -> Codes:
    codes.flags.writeable = False
    return codes
