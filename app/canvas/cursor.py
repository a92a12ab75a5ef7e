"""The brush's outline at its true size, readable on black, white and grey."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from app.document.brush import Brush

DARK, LIGHT = QColor(0, 0, 0, 150), QColor(255, 255, 255, 230)
MARK = 8.0
"""Half the side of what is drawn in the middle, with room to spare."""

SMALLEST_RING = 3.0
"""Below this radius a ring is not seen: a cross marks the place instead."""


@dataclass(frozen=True)
class BrushCursor:
    """A ring round (x, y) with ``radius``, all in device pixels; a faint inner ring shows the hard core."""

    x: float
    y: float
    radius: float
    hardness: float
    color: tuple[int, int, int] | None
    erases: bool
    dpr: float

    @classmethod
    def of(
        cls,
        position: tuple[float, float],
        brush: Brush,
        scale: float,
        color: tuple[int, int, int] | None,
        *,
        erases: bool,
        dpr: float,
    ) -> BrushCursor:
        """The outline of ``brush`` (photo pixels) at ``scale`` device pixels per photo pixel."""
        return cls(*position, brush.radius * scale, brush.hardness, color, erases, dpr)

    def region(self) -> QRegion:
        """The device pixels it covers: a frame rather than a full square, to repaint less under a big brush."""
        reach = round(max(self.radius + 3 * self.dpr, MARK * self.dpr) + 2)
        outer = QRect(round(self.x) - reach, round(self.y) - reach, 2 * reach, 2 * reach)
        core = self.radius * self.hardness if self._shows_core else self.radius
        hole = int(core * 0.7) - round(3 * self.dpr) - 2
        region = QRegion(outer)
        if hole > 16:
            region -= QRegion(round(self.x) - hole, round(self.y) - hole, 2 * hole, 2 * hole)
            mark = round(MARK * self.dpr)
            region += QRegion(round(self.x) - mark, round(self.y) - mark, 2 * mark, 2 * mark)
        return region

    @property
    def _shows_core(self) -> bool:
        return self.hardness < 0.95 and self.radius * self.hardness > 8 * self.dpr

    def draw(self, painter: QPainter) -> None:
        """Draw through a painter in device pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        centre = QPointF(self.x, self.y)
        if self.radius < SMALLEST_RING * self.dpr:
            self._cross(painter, centre)
            return
        self._ring(painter, centre, self.radius, 1.0)
        if self._shows_core:
            self._ring(painter, centre, self.radius * self.hardness, 0.35)
        self._middle(painter, centre)

    def _ring(self, painter: QPainter, centre: QPointF, radius: float, strength: float) -> None:
        for color, width, grow in ((DARK, 1.5, 1.0), (LIGHT, 1.25, 0.0)):
            faint = QColor(color)
            faint.setAlphaF(color.alphaF() * strength)
            painter.setPen(QPen(faint, width * self.dpr))
            painter.drawEllipse(centre, radius + grow * self.dpr, radius + grow * self.dpr)

    def _middle(self, painter: QPainter, centre: QPointF) -> None:
        """A dot of the brush's colour, or the eraser's minus; nothing when the network chooses the colour."""
        if self.radius < 10 * self.dpr:
            return
        if self.erases:
            for color, width, half in ((DARK, 3.5, 4.5), (LIGHT, 1.5, 4.0)):
                painter.setPen(QPen(color, width * self.dpr))
                reach = QPointF(half * self.dpr, 0)
                painter.drawLine(centre - reach, centre + reach)
        elif self.color is not None:
            painter.setPen(QPen(LIGHT, self.dpr))
            painter.setBrush(QColor(*self.color))
            painter.drawEllipse(centre, 3 * self.dpr, 3 * self.dpr)

    def _cross(self, painter: QPainter, centre: QPointF) -> None:
        for color, width in ((DARK, 3.0), (LIGHT, 1.25)):
            painter.setPen(QPen(color, width * self.dpr))
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(dx * self.dpr, dy * self.dpr)
                painter.drawLine(centre + way * 2.0, centre + way * 5.0)
