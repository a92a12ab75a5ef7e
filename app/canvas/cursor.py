"""The brush's outline at its true size, readable on black, white and grey."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRegion

from app.document.brush import Brush

DARK, LIGHT = QColor(0, 0, 0, 150), QColor(255, 255, 255, 230)
MARK = 8.0
"""Half the side of what is drawn in the middle, with room to spare."""

KEPT_RINGS = (24.0, 320.0)
"""Radii, the first in logical pixels, whose outline is drawn once and moved as a picture: half a pixel aside is not
seen then, and smooth lines are slow to draw. Still larger ones would take too much memory."""

SMALLEST_RING = 3.0
"""Below this radius a ring is not seen: a cross marks the place instead."""


@dataclass(frozen=True)
class BrushCursor:
    """A ring round (x, y) with ``radius``, all in device pixels; a faint inner ring shows the hard core.

    An elliptical tip's ring has that radius along a line turned clockwise by ``angle`` degrees in the view, and
    ``roundness`` (0..1] times as much across it.
    """

    x: float
    y: float
    radius: float
    hardness: float
    color: tuple[int, int, int] | None
    erases: bool
    dpr: float
    roundness: float = 1.0
    angle: float = 0.0

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
        angle: float | None = None,
    ) -> BrushCursor:
        """The outline of ``brush`` (photo pixels) at ``scale`` device pixels per photo pixel.

        ``angle`` is the tip's in the view, where it differs from that in the photo: see `Viewport.angle_in_view`.
        """
        seen = brush.angle if angle is None else angle
        return cls(*position, brush.radius * scale, brush.hardness, color, erases, dpr, brush.roundness, seen)

    @property
    def _across(self) -> float:
        """Half the short diameter."""
        return self.radius * self.roundness

    def region(self) -> QRegion:
        """The device pixels it covers: a frame rather than a full square, to repaint less under a big brush."""
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        reach_x = self._reach(self.radius * cos, self._across * sin)
        reach_y = self._reach(self.radius * sin, self._across * cos)
        region = QRegion(QRect(round(self.x) - reach_x, round(self.y) - reach_y, 2 * reach_x, 2 * reach_y))
        core = self._across * self.hardness if self._shows_core else self._across
        hole = int(core * 0.7) - round(3 * self.dpr) - 2
        if hole > 16:
            region -= QRegion(round(self.x) - hole, round(self.y) - hole, 2 * hole, 2 * hole)
            mark = round(MARK * self.dpr)
            region += QRegion(round(self.x) - mark, round(self.y) - mark, 2 * mark, 2 * mark)
        return region

    def _reach(self, long: float, short: float) -> int:
        """How far an ellipse reaches along x or y, given its half axes' parts that way; with room for the line."""
        return round(max(math.hypot(long, short) + 3 * self.dpr, MARK * self.dpr) + 2)

    @property
    def _shows_core(self) -> bool:
        return self.hardness < 0.95 and self._across * self.hardness > 8 * self.dpr

    def draw(self, painter: QPainter) -> None:
        """Draw through a painter in device pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        centre = QPointF(self.x, self.y)
        if self.radius < SMALLEST_RING * self.dpr:
            self._cross(painter, centre)
            return
        if KEPT_RINGS[0] * self.dpr <= self.radius <= KEPT_RINGS[1]:
            image = _kept_rings(replace(self, x=0.0, y=0.0, color=None, erases=False))
            painter.drawImage(round(self.x - image.width() / 2), round(self.y - image.height() / 2), image)
        else:
            painter.save()
            painter.translate(centre)
            self.draw_rings(painter)
            painter.restore()
        self._middle(painter, centre)

    def draw_rings(self, painter: QPainter) -> None:
        """The outline, and the core's, round the painter's origin."""
        painter.rotate(self.angle if self.roundness < 1 else 0.0)
        self._ring(painter, 1.0, 1.0)
        if self._shows_core:
            self._ring(painter, self.hardness, 0.35)

    def _ring(self, painter: QPainter, share: float, strength: float) -> None:
        """The outline at a ``share`` of the brush's size."""
        for color, width, grow in ((DARK, 1.5, 1.0), (LIGHT, 1.25, 0.0)):
            faint = QColor(color)
            faint.setAlphaF(color.alphaF() * strength)
            painter.setPen(QPen(faint, width * self.dpr))
            more = grow * self.dpr
            painter.drawEllipse(QPointF(0, 0), self.radius * share + more, self._across * share + more)

    def _middle(self, painter: QPainter, centre: QPointF) -> None:
        """A dot of the brush's colour, or the eraser's minus; nothing when the network chooses the colour."""
        if self._across < 10 * self.dpr:
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


@lru_cache(maxsize=4)
def _kept_rings(cursor: BrushCursor) -> QImage:
    """The rings of a cursor at (0, 0), in the middle of the image."""
    half = math.ceil(cursor.radius + 4 * cursor.dpr)
    image = QImage(2 * half, 2 * half, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(half, half)
        cursor.draw_rings(painter)
    return image
