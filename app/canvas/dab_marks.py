"""How colour dabs look over the photo: rings of one size on the screen, readable on black, white and anything busy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRegion

from app.canvas.lines import photo_to_view
from app.canvas.viewport import Viewport
from app.document.colour_dabs import is_grey
from app.document.layer import Hint

RADIUS, SELECTED_RADIUS, IDLE_RADIUS = 6.0, 8.0, 4.5
"""Logical pixels, to the middle of the white ring; the last is that of a dab that counts for nothing."""
RING = 2.0
DARK, LIGHT, SHADE = QColor(0, 0, 0, 190), QColor(255, 255, 255, 245), QColor(0, 0, 0, 70)
FAINT = 0.75
"""Opacity of a dab that counts for nothing."""
ROOM = 5.0
"""Logical pixels from the ring's middle to the last pixel that it touches, and one to spare."""


@dataclass(frozen=True)
class DabMark:
    """(x, y): the dab's place in device pixels of the view. counts: whether the network hears of it."""

    dab: Hint
    x: float
    y: float
    counts: bool = True
    is_selected: bool = False
    is_hovered: bool = False

    @property
    def _radius(self) -> float:
        """Logical pixels."""
        return SELECTED_RADIUS if self.is_selected else RADIUS if self.counts else IDLE_RADIUS

    def draw(self, painter: QPainter, viewport: Viewport, dpr: float) -> None:
        """Draw through a painter in device pixels; the square that the dab covers too, where it is pointed at."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.counts or self.is_selected else FAINT)
        if self._shows_square(viewport, dpr):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            square = self._square(viewport)
            for colour, width in ((DARK, 3.0), (LIGHT, 1.25)):
                painter.setPen(QPen(colour, width * dpr))
                painter.drawPolygon(square)
        centre, radius = QPointF(self.x, self.y), self._radius * dpr
        painter.setPen(QPen(SHADE, (RING + 4) * dpr))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QPen(DARK, (RING + 1.8) * dpr))
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QPen(LIGHT, RING * dpr))
        if self.counts:
            painter.setBrush(QColor(*self.dab.color))
        painter.drawEllipse(centre, radius, radius)
        if self.counts:
            self._draw_inside(painter, centre, radius, dpr)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*self.dab.color))
            painter.drawEllipse(centre, radius / 2, radius / 2)
        painter.setOpacity(1.0)

    def _draw_inside(self, painter: QPainter, centre: QPointF, radius: float, dpr: float) -> None:
        """The line between ring and colour, and the stroke that crosses out the colour of a grey dab."""
        inner = radius - RING / 2 * dpr
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(DARK, 0.9 * dpr))
        painter.drawEllipse(centre, inner, inner)
        if is_grey(self.dab):
            way = QPointF(inner, -inner) * (0.6 / math.sqrt(1.2))
            painter.setPen(QPen(LIGHT, 1.5 * dpr))
            painter.drawLine(centre - way, centre + way)

    def region(self, viewport: Viewport, dpr: float) -> QRegion:
        """The device pixels it may touch."""
        reach = (self._radius + ROOM) * dpr
        region = QRegion(_whole(QRectF(self.x - reach, self.y - reach, 2 * reach, 2 * reach)))
        if self._shows_square(viewport, dpr):
            edge = math.ceil(2 * dpr)
            region += _whole(self._square(viewport).boundingRect()).adjusted(-edge, -edge, edge, edge)
        return region

    def _shows_square(self, viewport: Viewport, dpr: float) -> bool:
        """Only where it would not vanish behind the ring."""
        pointed_at = self.is_selected or self.is_hovered
        return pointed_at and self.dab.size * viewport.scale > 2 * (self._radius + RING) * dpr

    def _square(self, viewport: Viewport) -> QPolygonF:
        half = self.dab.size / 2
        place = QRectF(self.dab.x - half, self.dab.y - half, self.dab.size, self.dab.size)
        square = QPolygonF([place.topLeft(), place.topRight(), place.bottomRight(), place.bottomLeft()])
        return photo_to_view(viewport).map(square)


def _whole(rect: QRectF) -> QRect:
    return rect.toAlignedRect()
