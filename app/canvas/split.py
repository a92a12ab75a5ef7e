"""The divider between before and after: an upright line across the view with a round handle to drag."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRegion

HANDLE_RADIUS = 14.0
LINE_REACH = 4.0
"""Logical pixels beside the line where it can still be caught."""

LINE, EDGE, FACE = QColor(245, 245, 247), QColor(0, 0, 0, 110), QColor(24, 25, 27, 225)


class Split:
    """A divider at ``share`` (0..1) of the width of a view of ``width`` x ``height`` device pixels.

    It stays upright however the photo is turned, and at its share when the view changes size.
    """

    def __init__(self, share: float = 0.5) -> None:
        self.share = share
        self.is_dragged = False
        self._width, self._height, self._dpr = 1, 1, 1.0
        self._caught = 0.0

    def fit(self, width: int, height: int, dpr: float) -> None:
        """The view has this size in device pixels, ``dpr`` of them to a logical one."""
        self._width, self._height, self._dpr = width, height, dpr

    @property
    def x(self) -> int:
        """The first device column of what lies to the right of the divider."""
        return round(self.share * self._width)

    def hits(self, x: float, y: float) -> bool:
        """Whether a press at a device position catches the line or its handle."""
        on_handle = math.hypot(x - self.x, y - self._height / 2) <= (HANDLE_RADIUS + 2) * self._dpr
        return on_handle or abs(x - self.x) <= LINE_REACH * self._dpr

    def press(self, x: float, y: float) -> bool:
        """Catch the divider; False where there is none."""
        if self.hits(x, y):
            self.is_dragged, self._caught = True, x - self.x
        return self.is_dragged

    def drag_to(self, x: float) -> None:
        """Move the divider so that the point it was caught at comes to device column ``x``; it stays in the view."""
        self.share = min(1.0, max(0.0, (x - self._caught) / self._width))

    def release(self) -> None:
        self.is_dragged, self._caught = False, 0.0

    def left(self) -> QRect:
        """The device pixels that show before."""
        return QRect(0, 0, self.x, self._height)

    def right(self) -> QRect:
        """The device pixels that show after."""
        return QRect(self.x, 0, self._width - self.x, self._height)

    def region(self) -> QRegion:
        """The device pixels that the line and its handle are drawn on."""
        line, reach = math.ceil(2 * self._dpr), math.ceil((HANDLE_RADIUS + 3) * self._dpr)
        region = QRegion(self.x - line, 0, 2 * line, self._height)
        return region + QRegion(self.x - reach, self._height // 2 - reach, 2 * reach, 2 * reach)

    def draw(self, painter: QPainter) -> None:
        """Draw through a painter in device pixels."""
        painter.save()
        dpr, middle = self._dpr, self._height / 2
        half = max(1, round(dpr / 2))
        painter.fillRect(QRect(self.x - half - round(dpr), 0, 2 * half + 2 * round(dpr), self._height), EDGE)
        painter.fillRect(QRect(self.x - half, 0, 2 * half, self._height), LINE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.x, middle)
        painter.scale(dpr, dpr)
        painter.setBrush(FACE)
        painter.setPen(QPen(EDGE, 1.0))
        painter.drawEllipse(QPointF(0, 0), HANDLE_RADIUS + 1, HANDLE_RADIUS + 1)
        painter.setPen(QPen(LINE, 1.5))
        painter.drawEllipse(QRectF(-HANDLE_RADIUS, -HANDLE_RADIUS, 2 * HANDLE_RADIUS, 2 * HANDLE_RADIUS))
        pen = QPen(LINE, 1.75)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for way in (-1, 1):
            painter.drawPolyline(QPolygonF([QPointF(way * 3.5, -4), QPointF(way * 7.5, 0), QPointF(way * 3.5, 4)]))
        painter.restore()
