"""Marching ants: a line round the selection that moves slowly, so that it is never taken for part of the photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from app.canvas.lines import CELL, Line, path_of, photo_to_view, region_of_cells
from app.canvas.photo_view import PhotoView
from app.canvas.stripes import PERIOD, StripedImage, draw_striped, thickness_on
from app.canvas.viewport import Viewport
from app.document.document import Document
from app.document.geometry import Rect, level_size
from app.document.neighbourhood import window
from app.document.outline import HALF, outline
from app.document.tiles import DEEPEST_LEVEL, TileMask

STEP_MILLISECONDS = 120
TRACE_MILLISECONDS = 50
"""A view that moves has the line traced again no more often than this."""
MOST_CORNERS = 30_000
"""Corners of the line, beyond which it is traced more coarsely."""


@dataclass(frozen=True, eq=False)
class _Traced:
    """The line round the part of a selection in ``area``, in pixels of mip ``level``."""

    selection: TileMask
    level: int
    area: Rect
    lines: Sequence[Line]

    @classmethod
    def of(cls, selection: TileMask, level: int, area: Rect) -> Self:
        """As finely as can be drawn quickly."""
        finest, part = level, area
        while finest < DEEPEST_LEVEL and _corners(selection, finest, part) > MOST_CORNERS:
            finest += 1
            part = area.scaled_in(level).scaled_out(finest)
        return cls(selection, level, area, outline(selection, finest, part))

    @cached_property
    def path(self) -> QPainterPath:
        """Its lines in photo pixels."""
        return path_of(self.lines)


def _corners(selection: TileMask, level: int, part: Rect) -> int:
    """How many corners the line has: far quicker than to follow it."""
    part = part.clip(*level_size(selection.height, selection.width, level))
    if part.is_empty:
        return 0
    inside = window(selection, part, level) >= HALF
    borders = inside[1:] ^ inside[:-1]
    left, right = borders[:, :-1], borders[:, 1:]
    crossings = left & right & (inside[1:, 1:] ^ inside[1:, :-1])
    return int(np.count_nonzero(left ^ right) + 2 * np.count_nonzero(crossings))


class _Resting:
    """The line drawn once for a view that stands still, and the region that changes when it marches."""

    def __init__(self, key: tuple[object, ...], path: QPainterPath, place: QTransform, viewport: Viewport, dpr: float):
        self.key = key
        spare = 1 + thickness_on(dpr)
        bounds = place.mapRect(path.boundingRect()).toAlignedRect().adjusted(-1, -1, spare, spare)
        area = bounds.intersected(QRect(0, 0, viewport.view_width, viewport.view_height))
        self.image = StripedImage(path, place, dpr, area)
        x, y = self.image.points()
        cells = np.zeros((viewport.view_height // CELL + 1, viewport.view_width // CELL + 1), np.bool_)
        cells[y // CELL, x // CELL] = True
        self.region = region_of_cells(cells)


class MarchingAnts(QObject):
    """Belongs to one document in one view. The line is traced for what the view shows, with room around it.

    ``animated`` False makes it stand still. It also stands still while a stroke is painted, and costs nothing while
    nothing is selected or seen.
    """

    def __init__(self, view: PhotoView, document: Document) -> None:
        super().__init__(view)
        self.animated = True
        self._view, self._document = view, document
        self._traced: _Traced | None = None
        self._resting: _Resting | None = None
        self._offset = (0, 0)
        self._phase = 0
        self._timer = QTimer(self, interval=STEP_MILLISECONDS)
        self._timer.timeout.connect(self._march)
        self._trace_timer = QTimer(self, singleShot=True, interval=TRACE_MILLISECONDS)
        self._trace_timer.timeout.connect(self._trace)
        document.selection_changed.connect(self._selection_changed)
        self._selection_changed()

    @classmethod
    def on(cls, view: PhotoView) -> MarchingAnts | None:
        """The ants in ``view``, if there are any."""
        return view.findChild(cls, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def close(self) -> None:
        """Another document comes."""
        self._document.selection_changed.disconnect(self._selection_changed)
        self._timer.stop()
        self._trace_timer.stop()
        self._traced = self._resting = None
        self.setParent(None)
        self.deleteLater()

    def carry(self, dx: int, dy: int) -> None:
        """Show the line this many photo pixels from where the selection is: it is being moved."""
        if (dx, dy) != self._offset:
            self._offset = (dx, dy)
            self._view.update()

    @property
    def is_marching(self) -> bool:
        """Whether the line moves at all."""
        return self._timer.isActive()

    def draw(self, painter: QPainter) -> None:
        """Draw through a painter in device pixels."""
        traced = self._traced
        if traced is None:
            return
        if self.animated and not self._timer.isActive():
            self._timer.start()
        viewport = self._view.viewport
        suits = traced.level == viewport.level and traced.area.contains(self._visible(viewport))
        if not suits and not self._trace_timer.isActive():
            self._trace_timer.start()  # what there is will do meanwhile: zooming must not wait
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._resting is not None and self._resting.key == self._key():
            self._resting.image.draw(painter)
        else:
            draw_striped(painter, traced.path, self._place(), self._view.devicePixelRatioF(), self._phase)

    # -- inside --------------------------------------------------------------------------------------------------

    def _selection_changed(self) -> None:
        self._offset = (0, 0)
        self._trace()

    def _trace(self) -> None:
        """Find the line for what the view shows now."""
        selection, viewport = self._document.state.selection, self._view.viewport
        self._resting = self._traced = None
        self._view.update()
        if selection is None:
            self._timer.stop()
            return
        visible = self._visible(viewport)
        height, width = level_size(selection.height, selection.width, viewport.level)
        room = max(visible.width, visible.height) // 4
        self._traced = _Traced.of(selection, viewport.level, visible.grown(room).clip(height, width))

    def _visible(self, viewport: Viewport) -> Rect:
        """The part of the selection that is seen, in pixels of the view's mip level; elsewhere while it is carried."""
        visible = viewport.visible(viewport.level)
        if self._offset == (0, 0):
            return visible
        dx, dy = (round(way / 2**viewport.level) for way in self._offset)
        height, width = level_size(viewport.photo_height, viewport.photo_width, viewport.level)
        return Rect(visible.x - dx, visible.y - dy, visible.width, visible.height).clip(height, width)

    def _place(self) -> QTransform:
        return photo_to_view(self._view.viewport).translate(*self._offset)

    def _key(self) -> tuple[object, ...]:
        """What the drawn line depends on."""
        return self._view.viewport, self._view.devicePixelRatioF(), self._offset

    def _march(self) -> None:
        if not self._view.isVisible() or not self.animated or self._traced is None:
            self._timer.stop()  # drawing starts it again
            return
        if self._document.is_painting:
            return
        key, viewport = self._key(), self._view.viewport
        if self._resting is None or self._resting.key != key:
            dpr = self._view.devicePixelRatioF()
            self._resting = _Resting(key, self._traced.path, self._place(), viewport, dpr)
        self._phase = (self._phase + 1) % PERIOD
        self._resting.image.set_phase(self._phase)
        self._view.update_device(self._resting.region)
