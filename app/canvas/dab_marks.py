"""How colour dabs look over the photo: rings of one size on the screen, readable on black, white and anything busy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRegion

from app.canvas.lines import photo_to_view
from app.canvas.photo_view import PhotoView
from app.canvas.viewport import Viewport
from app.document.colour_dabs import dabs_of, is_grey, takes_dabs
from app.document.layer import Hint, LayerState

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
            way = QPointF(inner, -inner) * 0.55
            for colour, width in ((DARK, 3.0), (LIGHT, 1.3)):
                painter.setPen(QPen(colour, width * dpr))
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


class DabMarks:
    """The marks of a layer's dabs in a view: repaints where they were and are, once they have been drawn."""

    def __init__(self, view: PhotoView) -> None:
        self._view = view
        self._drawn: tuple[DabMark, ...] = ()
        self._region = QRegion()
        self._is_in_sight = False
        self._counting: dict[Hint, bool] = {}
        self._counted: tuple[object, ...] = ()

    def draw(self, painter: QPainter, layer: LayerState, selected: Hint | None, hovered: Hint | None) -> None:
        """Draw through a painter in device pixels."""
        self._is_in_sight = True
        self._drawn = self._seen(layer, selected, hovered)
        self._region = self._covered(self._drawn)
        for mark in self._drawn:
            mark.draw(painter, self._view.viewport, self._view.devicePixelRatioF())

    def refresh(self, layer: LayerState, selected: Hint | None, hovered: Hint | None) -> None:
        """Something may be different now: repaint what is."""
        if not self._is_in_sight:
            return
        marks = self._seen(layer, selected, hovered)
        if marks != self._drawn:
            region = self._covered(marks)
            self._view.update_device(self._region.united(region))
            self._drawn, self._region = marks, region

    def rest(self) -> None:
        """Repaint nothing until they are drawn again: another tool may be taken."""
        self._is_in_sight = False

    def count(self, layer: LayerState, dab: Hint) -> bool:
        """Whether the network hears of the dab: its middle lies in the mask, and the layer's source takes dabs."""
        state = (layer.mask, layer.feather, layer.density, layer.source)
        if len(state) != len(self._counted) or any(a is not b for a, b in zip(state, self._counted, strict=True)):
            self._counting.clear()
            self._counted = state
        if dab not in self._counting:
            self._counting[dab] = takes_dabs(layer.source) and layer.coverage.at(dab.x, dab.y) > 0
        return self._counting[dab]

    def _seen(self, layer: LayerState, selected: Hint | None, hovered: Hint | None) -> tuple[DabMark, ...]:
        """All dabs, the selected one last."""
        marks = [
            DabMark(
                dab,
                *self._view.viewport.to_view(dab.x, dab.y),
                counts=self.count(layer, dab),
                is_selected=dab is selected,
                is_hovered=dab is hovered,
            )
            for dab in dabs_of(layer.hints)
        ]
        return tuple(sorted(marks, key=lambda mark: (mark.is_selected, mark.is_hovered)))

    def _covered(self, marks: tuple[DabMark, ...]) -> QRegion:
        region = QRegion()
        for mark in marks:
            region += mark.region(self._view.viewport, self._view.devicePixelRatioF())
        return region


def _whole(rect: QRectF) -> QRect:
    return rect.toAlignedRect()
