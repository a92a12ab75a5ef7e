"""The gradient: the mask becomes full where the drag began and fades to nothing where it ended."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.busy import run_busy
from app.canvas.tools.gradient_preview import GradientPreview
from app.canvas.tools.polygon import constrained
from app.canvas.tools.region import is_drag
from app.canvas.tools.tool import Sample, Studio, Tool
from app.document.geometry import Point
from app.document.gradient import linear_gradient, radial_gradient
from app.tool_options import GradientShape

HANDLE = 5.0
"""Logical pixels: radius of the rings at both ends."""
DARK, LIGHT = QColor(0, 0, 0, 170), QColor(255, 255, 255)


class GradientTool(Tool):
    """Shift keeps the drag to one of eight directions; only what is selected changes."""

    edits = True

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._pressed = Sample(0, 0, 0, 0)
        self._end: Point | None = None
        self._preview = GradientPreview(studio)

    def press(self, sample: Sample) -> None:
        self.studio.view.compare(False)
        self._pressed, self._end, self.is_active = sample, None, True

    def move(self, samples: Sequence[Sample]) -> None:
        if not self.is_active or not samples:
            return
        last, view = samples[-1], self.studio.view
        if self._end is None and not is_drag(view.devicePixelRatioF(), self._pressed, last):
            return
        place = (last.x, last.y)
        self._end = constrained(self._start, place) if last.shift else place
        view.update()

    def release(self) -> None:
        end = self._end if self.is_active else None
        self.cancel()
        if end is None or end == self._start:
            return
        photo, options = self.studio.document.photo, self.studio.options
        spread = linear_gradient if options.gradient is GradientShape.LINEAR else radial_gradient
        start = self._start
        mask = run_busy(
            self.studio.view, "Drawing the gradient…", lambda _: spread(photo.height, photo.width, start, end)
        )
        if mask is not None:
            wanted = mask.inverted() if options.reversed else mask
            self.studio.document.edit_mask("Gradient", lambda _: wanted)

    def cancel(self) -> None:
        self._end, self.is_active = None, False
        self._preview.forget()
        self.studio.view.update()

    @property
    def _start(self) -> Point:
        return self._pressed.x, self._pressed.y

    def draw(self, painter: QPainter) -> None:
        if self._end is None:
            return
        self._preview.draw(painter, self._start, self._end)
        viewport, dpr = self.studio.view.viewport, self.studio.view.devicePixelRatioF()
        start, end = QPointF(*viewport.to_view(*self._start)), QPointF(*viewport.to_view(*self._end))
        way = end - start
        length = math.hypot(way.x(), way.y())
        gap = way * (HANDLE * dpr / length) if length > 2 * HANDLE * dpr else QPointF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((DARK, 3.5), (LIGHT, 1.5)):
            painter.setPen(QPen(colour, width * dpr))
            painter.drawLine(start + gap, end - gap)
            for centre in (start, end):
                painter.drawEllipse(centre, HANDLE * dpr, HANDLE * dpr)
