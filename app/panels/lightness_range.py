"""How often each lightness occurs, and two handles that choose from where to where."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app import theme

Counts = npt.NDArray[np.integer]

HANDLE = 6
"""Half the width of a handle, logical pixels; the histogram leaves as much room at either side."""
HANDLE_HEIGHT = 12
TOP = 8
"""Free above the highest bar, logical pixels."""


class LightnessRange(QWidget):
    """A histogram over L* 0..100 under a range with soft shoulders; ``edited`` carries low and high of a drag.

    The keyboard has the number fields beside it.
    """

    edited = Signal(float, float)

    def __init__(self, counts: Counts, parent: QWidget | None = None) -> None:
        """counts: (n,) how many pixels lie in each of n even steps of L* from 0 to 100."""
        super().__init__(parent)
        bars = np.sqrt(counts / max(1, counts.max()))  # the root: rare lightnesses are to be seen too
        self._bars: list[float] = [float(bar) for bar in bars]
        self._low, self._high, self._softness = 0.0, 100.0, 0.0
        self._held: str | None = None
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName("Histogram of lightness")

    def sizeHint(self) -> QSize:
        return QSize(332, 112)

    minimumSizeHint = sizeHint  # noqa: N815 - Qt's name

    def show_range(self, low: float, high: float, softness: float) -> None:
        """All in L*."""
        self._low, self._high, self._softness = low, high, softness
        self.update()

    def handle(self, end: str) -> QPointF:
        """Where the handle of "low" or "high" stands, logical pixels."""
        value = self._low if end == "low" else self._high
        return QPointF(self._x(value), self.height() - HANDLE_HEIGHT / 2)

    def _x(self, lightness: float) -> float:
        return HANDLE + lightness / 100 * (self.width() - 2 * HANDLE)

    def _lightness(self, x: float) -> float:
        return min(100.0, max(0.0, 100 * (x - HANDLE) / (self.width() - 2 * HANDLE)))

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        bottom = self.height() - HANDLE_HEIGHT
        plot = QRectF(HANDLE, 0, self.width() - 2 * HANDLE, bottom)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(plot, QColor(theme.FIELD))
            painter.setClipRect(plot)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.FAINT))
            painter.drawPolygon(self._outline(plot))
            chosen = QColor(theme.ACCENT)
            chosen.setAlphaF(0.4)
            painter.setBrush(chosen)
            painter.drawPolygon(self._trapezium(plot))
            painter.setClipping(False)
            for value in (self._low, self._high):
                self._draw_handle(painter, self._x(value), bottom)

    def _outline(self, plot: QRectF) -> QPolygonF:
        width = plot.width() / len(self._bars)
        points = [QPointF(plot.left(), plot.bottom())]
        for place, bar in enumerate(self._bars):
            y = plot.bottom() - bar * (plot.height() - TOP)
            points += [QPointF(plot.left() + place * width, y), QPointF(plot.left() + (place + 1) * width, y)]
        return QPolygonF([*points, QPointF(plot.right(), plot.bottom())])

    def _trapezium(self, plot: QRectF) -> QPolygonF:
        corners = ((self._low - self._softness, plot.bottom()), (self._low, plot.top()))
        mirrored = ((self._high, plot.top()), (self._high + self._softness, plot.bottom()))
        return QPolygonF([QPointF(self._x(value), y) for value, y in (*corners, *mirrored)])

    @staticmethod
    def _draw_handle(painter: QPainter, x: float, top: float) -> None:
        painter.setPen(QPen(QColor(theme.TEXT), 1))
        painter.drawLine(QPointF(x, 0), QPointF(x, top))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.TEXT))
        painter.drawPolygon([QPointF(x, top), QPointF(x + HANDLE, top + HANDLE_HEIGHT), QPointF(x - HANDLE, top + 12)])

    # -- dragging ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        lightness = self._lightness(event.position().x())
        self._held = "low" if lightness < (self._low + self._high) / 2 else "high"
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        lightness = float(round(self._lightness(event.position().x())))
        if self._held == "low":
            self._low = min(lightness, self._high)
        elif self._held == "high":
            self._high = max(lightness, self._low)
        else:
            return
        self.update()
        self.edited.emit(self._low, self._high)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = None
