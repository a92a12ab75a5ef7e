"""How strongly a stroke has painted so far: 16-bit codes in sparse tiles."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import EMPTY_RECT, TILE, Rect, tile_grid
from app.document.tiles import EMPTY, Tile, TileKey, TileMask

Strength = npt.NDArray[np.uint16]
"""Codes 0..65535 for nothing .. all of the brush's opacity."""

FULL_STRENGTH = 65535

WHOLE = Rect(0, 0, TILE, TILE)


def times(codes: Strength, factor: Strength | npt.NDArray[np.uint8], scale: float) -> Strength:
    """codes · factor · scale, rounded."""
    # OpenCV is five times as fast where both have the same type
    return np.asarray(cv2.multiply(codes, np.asarray(factor, np.uint16), scale=scale), np.uint16)


class StrokeStrength:
    """The strength of one stroke, and what has risen since `taken` was asked last.

    `tiles` holds (256, 256) codes; None stands for full strength everywhere, where nothing can rise any more.
    """

    def __init__(self, base: TileMask, unchanging: Tile, clip: TileMask | None) -> None:
        """Tiles where `base` has the tile `unchanging`, or the clip lets nothing through, are left alone."""
        self.tiles: dict[TileKey, Strength | None] = {}
        rows, columns = tile_grid(base.height, base.width)
        self.area = Rect(0, 0, columns * TILE, rows * TILE)
        self._base, self._unchanging, self._clip = base, unchanging, clip
        self._risen: dict[TileKey, Rect] = {}

    def can_rise(self, key: TileKey) -> bool:
        """Whether painting on the tile may show."""
        if self.tiles.get(key, _NOTHING) is None or self._base.tile(*key) is self._unchanging:
            return False
        return self._clip is None or self._clip.tile(*key) is not EMPTY

    def at(self, key: TileKey) -> Strength:
        """The codes of a tile that is not full, to be written to."""
        codes = self.tiles.get(key)
        if codes is None:
            codes = self.tiles[key] = np.zeros((TILE, TILE), np.uint16)
        return codes

    def fill(self, key: TileKey) -> None:
        """Full strength everywhere on the tile."""
        self.tiles[key] = None
        self._risen[key] = WHOLE

    def note(self, key: TileKey, part: Rect) -> None:
        """Tell that the codes of this part of the tile have risen."""
        self._risen[key] = part.union(self._risen.get(key, EMPTY_RECT))

    def raise_to(self, key: TileKey, part: Rect, codes: Strength) -> None:
        """Raise a part of the tile to `codes` where these are greater."""
        if key not in self.tiles and not codes.any():
            return
        here = self.at(key)[part.slices]
        raised = cv2.max(here, codes)
        x, y, width, height = cv2.boundingRect(cv2.compare(raised, here, cv2.CMP_NE))
        if width:  # mostly a rim on one side: what is told here is composited again
            here[:] = raised
            self.note(key, Rect(part.x + x, part.y + y, width, height))

    def taken(self) -> dict[TileKey, Rect]:
        """Which pixels of which tiles may have risen since this was called last."""
        risen, self._risen = self._risen, {}
        return risen


_NOTHING: Strength = np.zeros((1, 1), np.uint16)
