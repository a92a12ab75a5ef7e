"""The eyedropper: the brush takes the colour under the pointer, as the picture shows it or as the photo was."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from app.canvas.tools.tool import Sample, Studio, Tool
from app.document.geometry import Rect
from app.document.layer import Colour, srgb_ab
from app.document.space import SRGB, Codes, RgbSpace

GREY_CHROMA = 2.0
"""CIE chroma C*ab below which a colour is taken for grey: a rounded grey code has less, a visible tint more."""

RING_RADIUS, RING_WIDTH = 32.0, 12.0
"""Logical pixels, to the middle of the ring."""
NO_COLOUR = QColor(119, 119, 119)


def mean_colour(codes: Codes, space: RgbSpace) -> Colour:
    """The sRGB codes of the mean light of (h, w, 3) codes in ``space``; what sRGB cannot show saturates.

    White goes to white: XYZ are scaled from one to the other, as L*a*b* does.
    """
    light = space.decode(codes).reshape(-1, 3).mean(axis=0, dtype=np.float64)
    linear = SRGB.from_xyz @ (space.to_xyz @ light / space.white * SRGB.white)
    red, green, blue = SRGB.encode(linear.astype(np.float32), np.uint8)
    return int(red), int(green), int(blue)


class EyedropperTool(Tool):
    """Ctrl takes the photo's original colour; a ring shows the colour above and the one before below."""

    asks = True

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._before: Colour | None = None
        self._place = (0.0, 0.0)
        self._region = QRegion()

    def press(self, sample: Sample) -> None:
        self.is_active = True
        self._before = self.studio.brush.color
        self._take(sample)

    def move(self, samples: Sequence[Sample]) -> None:
        if self.is_active and samples:
            self._take(samples[-1])

    def release(self) -> None:
        self.is_active = False
        self._update(QRegion())

    def cancel(self) -> None:
        if self.is_active:
            self.release()
            self.studio.brush.set_color(self._before)

    def colour_at(self, x: float, y: float, *, original: bool) -> Colour | None:
        """The mean sRGB codes around a photo position; None off the photo."""
        picture = self.studio.view.picture
        photo = self.studio.document.photo
        if picture is None or not (0 <= x < photo.width and 0 <= y < photo.height):
            return None
        side = self.studio.options.sample_size
        rect = Rect(int(x) - side // 2, int(y) - side // 2, side, side).clip(photo.height, photo.width)
        if original:
            return mean_colour(np.ascontiguousarray(photo.source_level(0)[rect.slices]), photo.space)
        return mean_colour(picture.compositor.region(self.studio.document.state, 0, rect), photo.space)

    def _take(self, sample: Sample) -> None:
        colour = self.colour_at(sample.x, sample.y, original=sample.ctrl)
        self._place = (sample.view_x, sample.view_y)
        self._update(self._ring_region())
        if colour is None:
            return
        if math.hypot(*srgb_ab(colour)) >= GREY_CHROMA:
            self.studio.brush.set_color(colour)
        elif sample.ctrl and self.studio.document.photo.source is None:
            self.studio.tell("There is no colour here: the photo was opened without any.")
        elif sample.ctrl:
            self.studio.tell("There is no colour here: the photo is grey in this place.")
        else:
            self.studio.tell(
                "There is no colour here: choose a place that has been painted, or hold Ctrl for the photo's."
            )

    # -- the ring ------------------------------------------------------------------------------------------------

    def _ring_region(self) -> QRegion:
        reach = math.ceil((RING_RADIUS + RING_WIDTH) * self.studio.view.devicePixelRatioF())
        return QRegion(QRect(round(self._place[0]) - reach, round(self._place[1]) - reach, 2 * reach, 2 * reach))

    def _update(self, region: QRegion) -> None:
        self.studio.view.update_device(self._region.united(region))
        self._region = region

    def draw(self, painter: QPainter) -> None:
        if not self.is_active:
            return
        dpr = self.studio.view.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius, width = RING_RADIUS * dpr, RING_WIDTH * dpr
        centre = QPointF(*self._place)
        painter.setPen(QPen(QColor(0, 0, 0, 150), width + 4 * dpr))
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QPen(QColor(255, 255, 255), width + 2 * dpr))
        painter.drawEllipse(centre, radius, radius)
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        for colour, start in ((self.studio.brush.color, 0), (self._before, 180)):
            shown = QColor(*colour) if colour is not None else NO_COLOUR
            painter.setPen(QPen(shown, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawArc(box, start * 16, 180 * 16)
