"""The picture on the screen: one array of 8-bit pixels over the visible tiles of one mip level.

One buffer instead of one image per tile, because neighbouring images drawn at a fractional zoom leave hairline seams.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QTransform

from app.canvas.viewport import Viewport
from app.document.geometry import EMPTY_RECT, TILE, Rect, tiles

Pixels = NDArray[np.uint8]

PADDING = 16
"""Spare pixels at the end of each row: rows a power of two apart would push each other out of the processor's cache
when a turned photo is drawn."""

SPARE = 2
"""How many times larger memory is asked for than needed, so that later zooms find room in it; what they do not use is
never touched and takes no memory."""


class ViewBuffer:
    """Pixels of mip ``level`` over a rectangle of whole tiles, and which of those tiles are up to date.

    ``level_size`` is the level's (width, height); ``grid`` counts tiles: x, y of the first, width, height. ``image``
    shares its memory with the array ``pixels`` (rows, columns, 4: blue, green, red, 255) and shows each write at once.
    Until something is written or adopted they hold anything.

    ``sideways`` keeps columns as rows, in ``image`` too: a photo that lies on its side is then drawn along the rows of
    both, which is several times faster. ``pixels`` is the right way round in either case.

    ``memory`` is that of a buffer that is no longer used, with whatever it held: the first touch of each new page of
    memory can cost more than all the drawing. It is used where it is large enough.
    """

    def __init__(
        self,
        level: int,
        level_size: tuple[int, int],
        grid: Rect,
        *,
        sideways: bool = False,
        memory: Pixels | None = None,
    ) -> None:
        self.level = level
        self.grid = grid
        self.sideways = sideways
        self.area = Rect(grid.x * TILE, grid.y * TILE, grid.width * TILE, grid.height * TILE)
        self.inside = self.area.intersect(Rect(0, 0, *level_size))
        """The part that belongs to the photo."""
        columns, rows = (grid.height * TILE, grid.width * TILE) if sideways else (grid.width * TILE, grid.height * TILE)
        stride = 4 * (columns + PADDING)  # QImage must be told: it assumes nothing about padding
        if memory is None or memory.size < rows * stride:
            memory = np.empty(SPARE * rows * stride, np.uint8)
        self.memory = memory
        """One-dimensional."""
        self._store: Pixels = memory[: rows * stride].reshape(rows, columns + PADDING, 4)[:, :columns]
        self.pixels: Pixels = self._store.transpose(1, 0, 2) if sideways else self._store
        self._valid = np.zeros((grid.height, grid.width), np.bool_)
        self.image = QImage(memory.data, columns, rows, stride, QImage.Format.Format_RGB32)

    def placed(self, viewport: Viewport) -> QTransform:
        """From pixels of ``image`` to device pixels of the view."""
        step = 2.0**self.level
        right_x, right_y, down_x, down_y = (part * step for part in viewport.transform()[:4])
        origin = viewport.to_view(self.area.x * step, self.area.y * step)
        if self.sideways:
            return QTransform(down_x, down_y, right_x, right_y, *origin)
        return QTransform(right_x, right_y, down_x, down_y, *origin)

    def write(self, rect: Rect, rgb: Pixels) -> None:
        """Put ``rgb`` (height, width, 3) at ``rect`` (pixels of the level, inside the buffer)."""
        target = self._stored(rect)
        if self.sideways:
            cv2.transpose(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA), dst=target)
        else:
            cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA, dst=target)
        self._repeat_edges(rect)

    def _repeat_edges(self, rect: Rect) -> None:
        """Copy the photo's last column and row once more: smooth drawing looks one pixel past the edge."""
        right, bottom = self.inside.right, self.inside.bottom
        x, y = right - self.area.x, bottom - self.area.y
        if rect.right == right and x < self.area.width:
            self.pixels[:, x] = self.pixels[:, x - 1]
        if rect.bottom == bottom and y < self.area.height:
            self.pixels[y] = self.pixels[y - 1]

    def tile_rect(self, ty: int, tx: int) -> Rect:
        """The pixels of one tile that belong to the photo."""
        return Rect(tx * TILE, ty * TILE, TILE, TILE).intersect(self.inside)

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
        return tiles(rect.intersect(self.inside))

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
            self._resize(other, self.inside)

    def adopt_around(self, other: ViewBuffer, hole: Rect) -> None:
        """Like :meth:`adopt`, but only the tiles that do not lie wholly inside ``hole`` (pixels of this level)."""
        left, top = -(-hole.x // TILE) * TILE, -(-hole.y // TILE) * TILE
        right = hole.right if hole.right >= self.inside.right else hole.right // TILE * TILE
        bottom = hole.bottom if hole.bottom >= self.inside.bottom else hole.bottom // TILE * TILE
        if hole.is_empty or right <= left or bottom <= top:
            self.adopt(other)
            return
        area = self.inside
        for part in (
            Rect(area.x, area.y, area.width, top - area.y),
            Rect(area.x, bottom, area.width, area.bottom - bottom),
            Rect(area.x, top, left - area.x, bottom - top),
            Rect(right, top, area.right - right, bottom - top),
        ):
            if other.level == self.level:
                self._copy(other, part)
            else:
                self._resize(other, part.intersect(area))

    def stand_in(self, other: ViewBuffer, part: Rect) -> None:
        """Show in ``part`` (pixels of this level) what a buffer of another level has there, until it is filled."""
        self._resize(other, part)

    def reach_of(self, other: ViewBuffer) -> Rect:
        """The pixels of this level that ``other`` can stand in for; perhaps empty."""
        return self._landing(other, self.inside)[0]

    def _copy(self, other: ViewBuffer, within: Rect | None = None) -> None:
        part = self.area.intersect(other.area).intersect(self.area if within is None else within)
        if part.is_empty:
            return
        if other.sideways == self.sideways:
            np.copyto(self._stored(part), other._stored(part))
        else:
            cv2.transpose(other._stored(part), dst=self._stored(part))
        for ty, tx in self.tiles_in(part):
            if other.is_valid(ty, tx):
                self.validate(ty, tx)

    def _landing(self, other: ViewBuffer, within: Rect) -> tuple[Rect, Rect]:
        """Where a buffer of another level lands inside ``within``, and which of its pixels do."""
        factor = 2.0 ** (other.level - self.level)  # pixels of this level per pixel of the other
        step = max(1, int(factor))
        inside = other.inside
        x0 = max(within.x, _multiple(inside.x * factor, step, up=True))
        y0 = max(within.y, _multiple(inside.y * factor, step, up=True))
        x1 = min(within.right, _multiple(inside.right * factor, step, up=False))
        y1 = min(within.bottom, _multiple(inside.bottom * factor, step, up=False))
        part = Rect(x0, y0, x1 - x0, y1 - y0)
        source = Rect(*(round(side / factor) for side in part))
        if part.width <= 0 or part.height <= 0 or source.width <= 0 or source.height <= 0:
            return EMPTY_RECT, EMPTY_RECT
        return part, source

    def _resize(self, other: ViewBuffer, within: Rect) -> None:
        part, source = self._landing(other, within)
        if part.is_empty:
            return
        method = cv2.INTER_LINEAR if other.level > self.level else cv2.INTER_AREA
        seen, target = other._stored(source), self._stored(part)
        if other.sideways != self.sideways:
            seen = np.asarray(cv2.transpose(seen), np.uint8)
        cv2.resize(seen, (target.shape[1], target.shape[0]), dst=target, interpolation=method)
        if self.inside.right == part.right + 1:  # half a pixel of the photo's odd edge is a pixel here
            self._stored(part._replace(x=part.right, width=1))[:] = self._stored(
                part._replace(x=part.right - 1, width=1)
            )
        if self.inside.bottom == part.bottom + 1:
            self.pixels[part.bottom - self.area.y] = self.pixels[part.bottom - 1 - self.area.y]

    def _stored(self, rect: Rect) -> Pixels:
        """``rect`` (pixels of the level) as it lies in memory."""
        x, y = rect.x - self.area.x, rect.y - self.area.y
        if self.sideways:
            return self._store[x : x + rect.width, y : y + rect.height]
        return self._store[y : y + rect.height, x : x + rect.width]


def _multiple(value: float, step: int, *, up: bool) -> int:
    """``value`` rounded up or down to a whole multiple of ``step``."""
    whole = -(-value // step) if up else value // step
    return int(whole) * step
