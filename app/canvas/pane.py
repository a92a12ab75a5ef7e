"""Keeping the visible part of one view of the photo up to date without ever holding up the window.

A pane owns the buffer of the present zoom plus a small *overview* of the whole photo. New places first show the
overview, or the buffer of the zoom before, enlarged; tiles are then filled a few milliseconds at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter, QTransform

from app.canvas.view_buffer import ViewBuffer
from app.canvas.viewport import Viewport
from app.document.geometry import TILE, Rect, level_size, tile_grid

Render = Callable[[int, Rect], NDArray[np.uint8]]
"""(mip level, rectangle at that level) -> (height, width, 3) RGB uint8."""

OVERVIEW_SIDE = 1024
SLICE_SECONDS = 0.008
AT_ONCE_SECONDS = 0.008
"""A change is recomposited before the next paint as far as this goes; the rest follows in slices."""


class Pane:
    """One way of seeing one photo of ``size`` = (width, height)."""

    def __init__(self, size: tuple[int, int], render: Render) -> None:
        self._size = size
        self._render = render
        level = max(0, math.ceil(math.log2(max(size) / OVERVIEW_SIDE)))
        width, height = self._level_size(level)
        rows, columns = tile_grid(height, width)
        self._overview = ViewBuffer(level, (width, height), Rect(0, 0, columns, rows))
        self._buffer: ViewBuffer | None = None

    def _level_size(self, level: int) -> tuple[int, int]:
        """(width, height) of the photo at a mip level."""
        height, width = level_size(self._size[1], self._size[0], level)
        return width, height

    def prime(self, render: Render) -> None:
        """Put a first, perhaps plainer, picture into the overview; its tiles still count as stale."""
        for ty, tx in self._overview.tiles_in(self._overview.area):
            rect = self._overview.tile_rect(ty, tx)
            self._overview.write(rect, render(self._overview.level, rect))

    def fill_overview(self) -> bool:
        """Bring one tile of the overview up to date; False when there was nothing to do."""
        width, height = self._level_size(self._overview.level)
        for ty, tx in self._overview.invalid_tiles(Rect(0, 0, width, height)):
            self._fill_tile(self._overview, ty, tx)
            return True
        return False

    def look(self, viewport: Viewport) -> None:
        """Have a buffer over all that ``viewport`` shows; cheap when the present one already reaches far enough."""
        visible = viewport.visible(viewport.level)
        if visible.is_empty:
            return
        left, top = visible.x // TILE, visible.y // TILE
        needed = Rect(left, top, -(-visible.right // TILE) - left, -(-visible.bottom // TILE) - top)
        old = self._buffer
        if old is not None and old.level == viewport.level and old.grid.contains(needed):
            return
        width, height = self._level_size(viewport.level)
        fresh = ViewBuffer(viewport.level, (width, height), needed.grown(1).clip(*tile_grid(height, width)))
        fresh.adopt(self._overview)
        if old is not None:
            fresh.adopt(old)
        self._buffer = fresh

    def change(self, viewport: Viewport, rect: Rect | None, near: tuple[float, float] | None) -> list[Rect]:
        """Photo pixels in ``rect`` (all without one) look different now.

        What is visible is recomposited at once, starting near the photo point ``near``, as far as the time allows; the
        rest is left to :meth:`fill`. Returns the rectangles, in pixels of the buffer's level, that must be painted.
        """
        self._overview.invalidate(rect and rect.scaled_out(self._overview.level))
        buffer = self._buffer
        if buffer is None:
            return []
        visible = viewport.visible(buffer.level)
        part = buffer.area if rect is None else rect.scaled_out(buffer.level)
        middle = (part.x + part.width / 2, part.y + part.height / 2)
        if near is not None:
            middle = (near[0] / 2**buffer.level, near[1] / 2**buffer.level)

        def distance(tile: tuple[int, int]) -> float:
            return abs((tile[0] + 0.5) * TILE - middle[1]) + abs((tile[1] + 0.5) * TILE - middle[0])

        painted: list[Rect] = []
        deadline = perf_counter() + AT_ONCE_SECONDS
        for ty, tx in sorted(buffer.tiles_in(part), key=distance):
            tile = buffer.tile_rect(ty, tx)
            if not buffer.is_valid(ty, tx):
                continue
            if tile.intersect(visible).is_empty or (painted and perf_counter() > deadline):
                buffer.invalidate(tile)
                continue
            changed = tile.intersect(part)
            buffer.write(changed, self._render(buffer.level, changed))
            painted.append(changed)
        return painted

    def fill(self, viewport: Viewport, seconds: float = SLICE_SECONDS) -> list[Rect]:
        """Fill stale visible tiles, the middle of the view first, for about ``seconds``; at least one.

        Returns the rectangles filled, in pixels of :attr:`level`; empty when everything visible is up to date.
        """
        if self._buffer is None:
            return []
        deadline = perf_counter() + seconds
        filled: list[Rect] = []
        for ty, tx in self._buffer.invalid_tiles(viewport.visible(self._buffer.level)):
            filled.append(self._fill_tile(self._buffer, ty, tx))
            if perf_counter() > deadline:
                break
        return filled

    def _fill_tile(self, buffer: ViewBuffer, ty: int, tx: int) -> Rect:
        rect = buffer.tile_rect(ty, tx)
        buffer.write(rect, self._render(buffer.level, rect))
        buffer.validate(ty, tx)
        return rect

    @property
    def level(self) -> int:
        """The mip level that is drawn at present."""
        return self._buffer.level if self._buffer is not None else self._overview.level

    def is_settled(self, viewport: Viewport) -> bool:
        """Whether all that is visible is up to date."""
        buffer = self._buffer
        return buffer is not None and not buffer.invalid_tiles(viewport.visible(buffer.level))

    def draw(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw through a painter in device pixels; its clip decides how much work that is."""
        buffer = self._buffer
        if buffer is None:
            return
        step = viewport.scale * 2.0**buffer.level
        left, top = viewport.to_view(buffer.area.x * 2.0**buffer.level, buffer.area.y * 2.0**buffer.level)
        smooth = step < 2.0 and step != 1.0  # single pixels are what one wants to see from 200 % on
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.setTransform(QTransform(step, 0, 0, step, left, top), combine=True)
        painter.drawImage(0, 0, buffer.image)
