"""The picture on the screen: one array of 8-bit pixels over the visible tiles of one mip level.

One buffer instead of one image per tile, because neighbouring images drawn at a fractional zoom leave hairline seams.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.document.geometry import TILE, Rect, tiles

Pixels = NDArray[np.uint8]


class ViewBuffer:
    """Pixels of mip ``level`` over a rectangle of whole tiles, and which of those tiles are up to date.

    ``level_size`` is the level's (width, height); ``grid`` counts tiles: x, y of the first, width, height. ``image``
    shares its memory with the array ``pixels`` (rows, columns, 4: blue, green, red, 255) and shows each write at once.
    """

    def __init__(self, level: int, level_size: tuple[int, int], grid: Rect) -> None:
        self.level = level
        self.grid = grid
        self.area = Rect(grid.x * TILE, grid.y * TILE, grid.width * TILE, grid.height * TILE)
        self._inside = self.area.intersect(Rect(0, 0, *level_size))
        self.pixels: Pixels = np.full((self.area.height, self.area.width, 4), 255, np.uint8)
        self._valid = np.zeros((grid.height, grid.width), np.bool_)
        stride = self.pixels.strides[0]  # QImage must be told: it assumes nothing about padding
        self.image = QImage(self.pixels.data, self.area.width, self.area.height, stride, QImage.Format.Format_RGB32)

    def write(self, rect: Rect, rgb: Pixels) -> None:
        """Put ``rgb`` (height, width, 3) at ``rect`` (pixels of the level, inside the buffer)."""
        x, y = rect.x - self.area.x, rect.y - self.area.y
        cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA, dst=self.pixels[y : y + rect.height, x : x + rect.width])
        self._repeat_edges(rect)

    def _repeat_edges(self, rect: Rect) -> None:
        """Copy the photo's last column and row once more: smooth drawing looks one pixel past the edge."""
        right, bottom = self._inside.right, self._inside.bottom
        x, y = right - self.area.x, bottom - self.area.y
        if rect.right == right and x < self.area.width:
            self.pixels[:, x] = self.pixels[:, x - 1]
        if rect.bottom == bottom and y < self.area.height:
            self.pixels[y] = self.pixels[y - 1]

    def tile_rect(self, ty: int, tx: int) -> Rect:
        """The pixels of one tile that belong to the photo."""
        return Rect(tx * TILE, ty * TILE, TILE, TILE).intersect(self._inside)

    def is_valid(self, ty: int, tx: int) -> bool:
        return bool(self._valid[ty - self.grid.y, tx - self.grid.x])

    def validate(self, ty: int, tx: int) -> None:
        """The tile shows the present state."""
        self._valid[ty - self.grid.y, tx - self.grid.x] = True

    def invalidate(self, rect: Rect | None = None) -> None:
        """Tiles that ``rect`` touches (all without one) keep their pixels until they are filled again."""
        if rect is None:
            self._valid[:] = False
        for ty, tx in self.tiles_in(rect) if rect is not None else ():
            self._valid[ty - self.grid.y, tx - self.grid.x] = False

    def tiles_in(self, rect: Rect) -> Iterator[tuple[int, int]]:
        """(ty, tx) of the buffer's tiles that ``rect`` (pixels of the level) touches."""
        return tiles(rect.intersect(self._inside))

    def invalid_tiles(self, rect: Rect) -> list[tuple[int, int]]:
        """Tiles under ``rect`` that are not up to date, the ones nearest to its middle first."""
        middle_y, middle_x = rect.y + rect.height / 2, rect.x + rect.width / 2

        def distance(tile: tuple[int, int]) -> float:
            return abs((tile[0] + 0.5) * TILE - middle_y) + abs((tile[1] + 0.5) * TILE - middle_x)

        return sorted((tile for tile in self.tiles_in(rect) if not self.is_valid(*tile)), key=distance)

    def adopt(self, other: ViewBuffer) -> None:
        """Take over what another buffer shows of the same photo, resized if its level differs.

        Only tiles of the same level stay valid; anything else merely stands in until the tile is filled.
        """
        if other.level == self.level:
            self._copy(other)
        else:
            self._resize(other)

    def _copy(self, other: ViewBuffer) -> None:
        part = self.area.intersect(other.area)
        if part.is_empty:
            return
        self._part(part)[:] = other._part(part)
        for ty, tx in self.tiles_in(part):
            if other.is_valid(ty, tx):
                self.validate(ty, tx)

    def _resize(self, other: ViewBuffer) -> None:
        factor = 2.0 ** (other.level - self.level)  # pixels of this level per pixel of the other
        step = max(1, int(factor))
        inside = other._inside
        x0 = max(self.area.x, _multiple(inside.x * factor, step, up=True))
        y0 = max(self.area.y, _multiple(inside.y * factor, step, up=True))
        x1 = min(self.area.right, _multiple(inside.right * factor, step, up=False))
        y1 = min(self.area.bottom, _multiple(inside.bottom * factor, step, up=False))
        part = Rect(x0, y0, x1 - x0, y1 - y0)
        source = Rect(*(round(side / factor) for side in part))
        if part.width <= 0 or part.height <= 0 or source.width <= 0 or source.height <= 0:
            return
        method = cv2.INTER_LINEAR if factor > 1 else cv2.INTER_AREA
        cv2.resize(other._part(source), (part.width, part.height), dst=self._part(part), interpolation=method)

    def _part(self, rect: Rect) -> Pixels:
        x, y = rect.x - self.area.x, rect.y - self.area.y
        return self.pixels[y : y + rect.height, x : x + rect.width]


def _multiple(value: float, step: int, *, up: bool) -> int:
    """``value`` rounded up or down to a whole multiple of ``step``."""
    whole = -(-value // step) if up else value // step
    return int(whole) * step
