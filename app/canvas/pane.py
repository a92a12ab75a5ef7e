"""Keeping the visible part of one view of the photo up to date without ever holding up the window.

A pane owns the buffer of the present zoom plus a small *overview* of the whole photo. New places first show the
overview, or the buffer of the zoom before, enlarged; tiles are then filled a few milliseconds at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas.pixel_grid import draw_grid
from app.canvas.steady import steady
from app.canvas.view_buffer import ViewBuffer
from app.canvas.viewport import Viewport
from app.document.geometry import EMPTY_RECT, TILE, Rect, bounding, level_size, tile_grid

Render = Callable[[int, Rect], NDArray[np.uint8]]
"""(mip level, rectangle at that level) -> (height, width, 3) RGB uint8."""

OVERVIEW_SIDE = 1024
SLICE_SECONDS = 0.008
AT_ONCE_SECONDS = 0.004
"""A change is recomposited before the next paint as far as this goes; the rest follows in slices."""

MANY_TILES, MOST_ROUGH = 8, 2
"""When so many tiles in sight are stale the overview is brought up to date first and stands in for them, unless it is
more than so many levels coarser: then what was there before is the better sight."""

CRISP_STEP = 2.0
"""From 200 % on one wants to see single pixels."""
CRISP_STEP_TURNED = 4.0
"""Turned by an odd angle, smaller pixels have edges too ragged to be worth seeing."""


class Pane:
    """One way of seeing one photo of ``size`` = (width, height)."""

    def __init__(self, size: tuple[int, int], render: Render) -> None:
        self._size = size
        self._render = render
        level = max(0, math.ceil(math.log2(max(size) / OVERVIEW_SIDE)))
        width, height = self._level_size(level)
        rows, columns = tile_grid(height, width)
        self.overview = ViewBuffer(level, (width, height), Rect(0, 0, columns, rows))
        """The whole photo, its long side at most 1024 pixels."""
        self._buffer: ViewBuffer | None = None
        self._spare: NDArray[np.uint8] | None = None
        self._tile_seconds = 0.0
        self._is_rough = False

    def _level_size(self, level: int) -> tuple[int, int]:
        """(width, height) of the photo at a mip level."""
        height, width = level_size(self._size[1], self._size[0], level)
        return width, height

    def prime(self, render: Render) -> None:
        """Put a first, perhaps plainer, picture into the overview; its tiles still count as stale."""
        for ty, tx in self.overview.tiles_in(self.overview.area):
            rect = self.overview.tile_rect(ty, tx)
            self.overview.write(rect, render(self.overview.level, rect))

    def fill_overview(self) -> bool:
        """Bring one tile of the overview up to date; False when there was nothing to do."""
        width, height = self._level_size(self.overview.level)
        for ty, tx in self.overview.invalid_tiles(Rect(0, 0, width, height)):
            self._fill_tile(self.overview, ty, tx)
            return True
        return False

    def _needed(self, viewport: Viewport) -> Rect:
        """The tiles of its level that ``viewport`` can show; perhaps none."""
        visible = viewport.visible(viewport.level)
        left, top = visible.x // TILE, visible.y // TILE
        return Rect(left, top, -(-visible.right // TILE) - left, -(-visible.bottom // TILE) - top)

    def _reaches(self, viewport: Viewport) -> bool:
        """Whether the buffer is what ``viewport`` is drawn from, and large enough."""
        buffer = self._buffer
        return (
            buffer is not None
            and buffer.level == viewport.level
            and buffer.sideways == viewport.lies_sideways
            and buffer.grid.contains(self._needed(viewport))
        )

    def look(self, viewport: Viewport) -> bool:
        """Have a buffer over all that ``viewport`` shows; cheap when the present one already reaches far enough.

        Returns whether everything merely stands in, because the mip level is another one than before.
        """
        needed = self._needed(viewport)
        if needed.is_empty or self._reaches(viewport):
            return False
        width, height = self._level_size(viewport.level)
        grid = needed.grown(1).clip(*tile_grid(height, width))
        sideways, old = viewport.lies_sideways, self._buffer
        self._buffer = ViewBuffer(viewport.level, (width, height), grid, sideways=sideways, memory=self._spare)
        if old is None:
            self._buffer.adopt(self.overview)
            return False
        self._buffer.adopt_around(self.overview, self._buffer.reach_of(old))
        self._buffer.adopt(old)
        self._spare = old.memory
        return old.level != viewport.level

    def change(
        self,
        viewport: Viewport,
        rects: Sequence[Rect] | None,
        near: tuple[float, float] | None,
        *,
        at_once: bool = True,
        rough: bool = True,
    ) -> list[Rect]:
        """Photo pixels in ``rects`` (all without any) look different now.

        What is visible is recomposited at once, starting near the photo point ``near``, as far as the time allows; the
        rest, or without ``at_once`` all of it, is left to :meth:`fill`. Returns the rectangles, in pixels of the
        buffer's level, that must be painted. With ``rough`` a large change is shown coarsely before it is shown finely.
        """
        level = self.overview.level
        for rect in rects or (None,):
            self.overview.invalidate(rect and rect.scaled_out(level))
        buffer = self._buffer
        if buffer is None:
            return []
        parts = [buffer.area] if rects is None else [rect.scaled_out(buffer.level) for rect in rects]
        whole = bounding(parts)
        middle = (whole.x + whole.width / 2, whole.y + whole.height / 2)
        if near is not None:
            middle = (near[0] / 2**buffer.level, near[1] / 2**buffer.level)

        def distance(tile: tuple[int, int]) -> float:
            return abs((tile[0] + 0.5) * TILE - middle[1]) + abs((tile[1] + 0.5) * TILE - middle[0])

        touched: dict[tuple[int, int], Rect] = {}
        for part in parts:
            for key in buffer.tiles_in(part):
                touched[key] = touched.get(key, EMPTY_RECT).union(part.intersect(buffer.tile_rect(*key)))
        painted: list[Rect] = []
        deadline = perf_counter() + AT_ONCE_SECONDS
        for ty, tx in sorted(touched, key=distance):
            tile = buffer.tile_rect(ty, tx)
            if not buffer.is_valid(ty, tx):
                continue
            late = not at_once or (painted and perf_counter() > deadline)
            if late or not viewport.shows(tile, buffer.level):
                buffer.invalidate(tile)
                continue
            changed = touched[ty, tx]
            buffer.write(changed, self._render(buffer.level, changed))
            painted.append(changed)
        finer = self.overview.level - buffer.level
        if rough and 0 < finer <= MOST_ROUGH and len(self._stale(buffer, viewport)) >= MANY_TILES:
            self._is_rough = True
        return painted

    def fill(self, viewport: Viewport, seconds: float = SLICE_SECONDS, *, at_least: int = 1) -> list[Rect]:
        """Fill stale visible tiles, the middle of the view first, as many as can be expected to take ``seconds``.

        Returns the rectangles filled, in pixels of :attr:`level`; empty when everything visible is up to date.
        """
        if self._buffer is None:
            return []
        if self._is_rough:
            rough = self._fill_roughly(self._buffer, viewport)
            if rough:
                return rough
            self._is_rough = False
        deadline = perf_counter() + seconds
        filled: list[Rect] = []
        for ty, tx in self._stale(self._buffer, viewport):
            if len(filled) >= at_least and perf_counter() + self._tile_seconds > deadline:
                break
            filled.append(self._fill_tile(self._buffer, ty, tx))
        return filled

    def _fill_roughly(self, buffer: ViewBuffer, viewport: Viewport) -> list[Rect]:
        """One stale tile of the overview that is seen, and what it stands in for; nothing when there is none."""
        stale = [buffer.tile_rect(*tile) for tile in self._stale(buffer, viewport)]
        for ty, tx in self.overview.invalid_tiles(viewport.visible(self.overview.level)):
            filled = self._fill_tile(self.overview, ty, tx).scaled_in(self.overview.level - buffer.level)
            parts = [part for part in (filled.intersect(tile) for tile in stale) if not part.is_empty]
            for part in parts:
                buffer.stand_in(self.overview, part)
            if parts:
                return parts
        return []

    def fill_around(self, viewport: Viewport) -> bool:
        """Fill one stale tile near the view, so that it is there when the view moves; False when all are."""
        if self._buffer is None or not self._reaches(viewport):
            return False
        for ty, tx in self._buffer.invalid_tiles(self._buffer.area):
            self._fill_tile(self._buffer, ty, tx)
            return True
        return False

    def _fill_tile(self, buffer: ViewBuffer, ty: int, tx: int) -> Rect:
        started = perf_counter()
        rect = buffer.tile_rect(ty, tx)
        buffer.write(rect, self._render(buffer.level, rect))
        buffer.validate(ty, tx)
        self._tile_seconds += (perf_counter() - started - self._tile_seconds) / 2
        return rect

    def _stale(self, buffer: ViewBuffer, viewport: Viewport) -> list[tuple[int, int]]:
        """Tiles that are seen and not up to date."""
        stale = buffer.invalid_tiles(viewport.visible(buffer.level))
        if viewport.is_square:
            return stale
        return [(ty, tx) for ty, tx in stale if viewport.shows(buffer.tile_rect(ty, tx), buffer.level)]

    @property
    def level(self) -> int:
        """The mip level that is drawn at present."""
        return self._buffer.level if self._buffer is not None else self.overview.level

    def is_settled(self, viewport: Viewport) -> bool:
        """Whether all that ``viewport`` shows is there and up to date."""
        buffer = self._buffer
        return buffer is not None and self._reaches(viewport) and not self._stale(buffer, viewport)

    def draw(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the photo, and nothing beside it, through a painter in device pixels; its clip decides how much work
        that is."""
        buffer = self._buffer
        if buffer is None:
            return
        painter.save()
        step = viewport.scale * 2.0**buffer.level
        crisp = step >= CRISP_STEP if viewport.is_square else step >= CRISP_STEP_TURNED
        exact = viewport.is_square and step == 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not crisp and not exact)
        if viewport.is_square:
            painter.setClipRect(_frame(viewport), Qt.ClipOperation.IntersectClip)
            placed = buffer.placed(viewport)
            painter.setTransform(placed if exact else steady(placed, viewport.middle), combine=True)
            painter.drawImage(0, 0, buffer.image)
        else:
            self._draw_turned(painter, buffer, viewport)
        painter.restore()

    def draw_grid(self, painter: QPainter, viewport: Viewport, exposed: QRect) -> None:
        """Draw lines between pixels that are large enough, inside ``exposed`` device pixels."""
        if self._buffer is not None:
            draw_grid(painter, viewport, self._buffer, exposed)

    def _draw_turned(self, painter: QPainter, buffer: ViewBuffer, viewport: Viewport) -> None:
        """With the photo's edge blended into what is there, pixel by pixel, as far as it covers each."""
        photo_width, photo_height = (side / 2.0**buffer.level for side in self._size)
        x, y = buffer.area.x, buffer.area.y
        width, height = min(buffer.area.right, photo_width) - x, min(buffer.area.bottom, photo_height) - y
        part = QRectF(0, 0, height, width) if buffer.sideways else QRectF(0, 0, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(steady(buffer.placed(viewport), viewport.middle), combine=True)
        painter.drawImage(part, buffer.image, part)


def _frame(viewport: Viewport) -> QRect:
    """The device pixels that the photo covers at a right angle; at least one."""
    left, top, width, height = viewport.photo_in_view()
    return QRect(round(left), round(top), max(1, round(width)), max(1, round(height)))
