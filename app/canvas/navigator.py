"""The whole photo in small, with a frame round what the canvas shows: click or drag to look elsewhere."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.canvas.photo_view import PhotoView
from app.document.geometry import Point

MARGIN = 4
REFRESH_MILLISECONDS = 120
"""At most this often the picture is scaled down anew."""

WHEEL_DOUBLING = 480.0
"""Wheel units (eighths of a degree) that double the scale: four notches."""

SHADOW = QColor(0, 0, 0, 140)


class Navigator(QWidget):
    """Follows one :class:`PhotoView` and moves it; the photo itself stays upright.

    The picture is the view's own overview, which is brought up to date while nobody paints.
    """

    def __init__(self, view: PhotoView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._image: QImage | None = None
        self._stale = True
        self._grip: QPointF | None = None
        self.setAccessibleName("Navigator")
        self.setAccessibleDescription("The whole photo. Click or drag to move the view, turn the wheel to zoom.")
        self.setMinimumHeight(96)
        self._timer = QTimer(self, singleShot=True, interval=REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self._refresh)
        view.viewed.connect(self.update)
        view.overview_changed.connect(self._overview_changed)

    def sizeHint(self) -> QSize:
        return QSize(208, 150)

    def _overview_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _refresh(self) -> None:
        self._stale = True
        self.update()

    # -- where things are ----------------------------------------------------------------------------------------

    def photo_rect(self) -> QRectF:
        """Where the photo is drawn, in logical pixels; empty without a document."""
        if self._view.overview is None:
            return QRectF()
        photo_width, photo_height = self._view.viewport.photo_width, self._view.viewport.photo_height
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        size = min(room.width() / photo_width, room.height() / photo_height)
        width, height = max(1, round(photo_width * size)), max(1, round(photo_height * size))
        return QRectF(round(room.center().x() - width / 2), round(room.center().y() - height / 2), width, height)

    def view_frame(self) -> QPolygonF:
        """The corners of what the view shows, in logical pixels, cut to the photo."""
        photo = self.photo_rect()
        seen = QPolygonF([self._to_widget(*corner) for corner in self._view.viewport.view_in_photo()])
        return seen.intersected(QPolygonF(photo))

    def _to_widget(self, x: float, y: float) -> QPointF:
        place, viewport = self.photo_rect(), self._view.viewport
        return QPointF(
            place.x() + x * place.width() / viewport.photo_width,
            place.y() + y * place.height() / viewport.photo_height,
        )

    def _to_photo(self, position: QPointF) -> Point:
        place, viewport = self.photo_rect(), self._view.viewport
        return (
            (position.x() - place.x()) * viewport.photo_width / place.width(),
            (position.y() - place.y()) * viewport.photo_height / place.height(),
        )

    def _middle(self) -> QPointF:
        """The middle of the view."""
        viewport = self._view.viewport
        return self._to_widget(*viewport.to_photo(*viewport.middle))

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        place = self.photo_rect()
        if place.isEmpty():
            return
        with QPainter(self) as painter:
            painter.drawImage(place, self._picture(place))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(place.adjusted(-2, -2, 2, 2))
            frame = self.view_frame()
            for pen in (QPen(SHADOW, 3.5), QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.5)):
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.drawPolygon(frame)

    def _picture(self, place: QRectF) -> QImage:
        """The overview at the size it is drawn, scaled down when it or the size has changed."""
        overview, dpr = self._view.overview, self.devicePixelRatioF()
        assert overview is not None
        width, height = max(1, round(place.width() * dpr)), max(1, round(place.height() * dpr))
        if self._stale or self._image is None or (self._image.width(), self._image.height()) != (width, height):
            whole = overview.pixels[: overview.inside.height, : overview.inside.width]
            small = np.ascontiguousarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA))
            image = QImage(small.data, width, height, small.strides[0], QImage.Format.Format_RGB32)
            self._image = image.copy()  # numpy's memory goes away
            self._stale = False
        return self._image

    # -- moving the view -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.photo_rect().isEmpty():
            return
        inside = self.view_frame().containsPoint(event.position(), Qt.FillRule.OddEvenFill)
        self._grip = event.position() - self._middle() if inside else QPointF(0, 0)
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._view.centre_on(*self._to_photo(event.position() - self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned and not self.photo_rect().isEmpty():
            self._view.zoom_by(2.0 ** (turned / WHEEL_DOUBLING), *self._view.viewport.middle)
        event.accept()
