"""Seeing the photo: what part of it, at what zoom, in which way, kept up to date while the document changes.

Positions from Qt are logical; everything inside is in device pixels (see :mod:`app.canvas.viewport`).
"""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.canvas.badge import draw_badge
from app.canvas.pane import Pane
from app.canvas.picture import Overlay, Picture, View
from app.canvas.viewport import Viewport
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect

IDLE_MILLISECONDS = 250
"""The overview of the whole photo is refreshed after this much rest."""


class PhotoView(QWidget):
    """Shows one document at a time, and an empty ground before the first.

    ``viewed`` follows each zoom, pan and change of view, ``painted`` each paint event; ``compared`` tells whether the
    grey photo is shown instead.
    """

    viewed = Signal()
    painted = Signal()
    compared = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.background = QColor("#1a1b1d")
        self.viewport = Viewport(1, 1, 1, 1)
        self.view = View.RESULT
        self.overlay = Overlay()
        self._fits = True
        self._picture: Picture | None = None
        self._pane: Pane | None = None
        self._before: Pane | None = None
        self._fill_timer = QTimer(self, interval=0)
        self._fill_timer.timeout.connect(self._fill)
        self._idle_timer = QTimer(self, singleShot=True)
        self._idle_timer.timeout.connect(self._refresh_overview)

    # -- the document --------------------------------------------------------------------------------------------

    def set_document(self, document: Document, compositor: Compositor) -> None:
        """Show another document, fitted to the window."""
        if self._picture is not None:
            self._picture.document.changed.disconnect(self._photo_changed)
        self._picture = Picture(document, compositor)
        self._picture.overlay = self.overlay
        document.changed.connect(self._photo_changed)
        self._before = None
        self._pane = self._new_pane(self.view)
        photo = document.photo
        self.viewport = Viewport(photo.width, photo.height, *self._device_size()).fitted()
        self._fits = True
        self._look()

    @property
    def picture(self) -> Picture | None:
        """What is shown, or None before the first document."""
        return self._picture

    def _new_pane(self, view: View) -> Pane:
        assert self._picture is not None
        photo, picture = self._picture.document.photo, self._picture
        pane = Pane((photo.width, photo.height), lambda level, rect: picture.render(view, level, rect))
        pane.prime(lambda level, rect: picture.render(View.BEFORE, level, rect))
        return pane

    def _photo_changed(self, rect: Rect) -> None:
        """Slot of the document: the photo pixels in ``rect`` look different."""
        if self._pane is None or rect.is_empty:
            return
        painted = self._pane.change(self.viewport, rect, self._attention())
        if self._before is None:
            self._update_level(painted, self._pane.level)
        self._schedule_fill()

    def _attention(self) -> tuple[float, float] | None:
        """The photo point that is brought up to date first; None for the middle."""
        return None

    # -- looking -------------------------------------------------------------------------------------------------

    def _device_size(self) -> tuple[int, int]:
        dpr = self.devicePixelRatioF()
        return max(1, round(self.width() * dpr)), max(1, round(self.height() * dpr))

    @property
    def _shown(self) -> Pane | None:
        return self._before if self._before is not None else self._pane

    def _look(self) -> None:
        """The viewport has moved, or what it shows has: have the pixels, paint everything."""
        if self._shown is not None:
            self._shown.look(self.viewport)
            self._shown.fill(self.viewport)
        self._schedule_fill()
        self.update()
        self.viewed.emit()

    def _schedule_fill(self) -> None:
        if self._shown is not None and not self._shown.is_settled(self.viewport):
            self._fill_timer.start()
        self._idle_timer.start(IDLE_MILLISECONDS)

    def _fill(self) -> None:
        filled = self._shown.fill(self.viewport) if self._shown is not None else []
        if not filled or self._shown is None:
            self._fill_timer.stop()
            return
        self._update_level(filled, self._shown.level)

    def _refresh_overview(self) -> None:
        if self._pane is not None and self._before is None and self._pane.fill_overview():
            self._idle_timer.start(10)

    def is_settled(self) -> bool:
        """Whether all that is visible shows the document's present state."""
        return self._shown is None or self._shown.is_settled(self.viewport)

    def lab_at(self, x: float, y: float) -> tuple[float, float, float] | None:
        """CIE L*a*b* of the result under a photo position, as finely as it is drawn; None off the photo."""
        photo = self._picture.document.photo if self._picture is not None else None
        if self._picture is None or photo is None or not (0 <= x < photo.width and 0 <= y < photo.height):
            return None
        level = self.viewport.level
        return self._picture.lab_at(int(x) >> level, int(y) >> level, level)

    def zoom_by(self, factor: float, x: float, y: float) -> None:
        """Multiply the scale; the photo point at (x, y) device pixels stays there."""
        self._move_to(self.viewport.scaled_to(self.viewport.scale * factor, x, y))

    def zoom_step(self, direction: int) -> None:
        """To the next zoom stop in (1) or out (-1), about the middle."""
        self._move_to(self.viewport.stepped(direction, *self._middle()))

    def zoom_actual(self) -> None:
        """One photo pixel per device pixel, about the middle."""
        self._move_to(self.viewport.scaled_to(1.0, *self._middle()))

    def zoom_fit(self) -> None:
        """The whole photo; it stays fitted when the window is resized."""
        self._fits = True
        self.viewport = self.viewport.fitted()
        self._look()

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by device pixels."""
        self._move_to(self.viewport.panned(dx, dy))

    def _move_to(self, viewport: Viewport) -> None:
        self._fits = False
        self.viewport = viewport
        self._look()

    def _middle(self) -> tuple[float, float]:
        return self.viewport.view_width / 2, self.viewport.view_height / 2

    def set_view(self, view: View) -> None:
        """Show the result or the mask alone."""
        self.view = view
        if self._pane is not None:
            self._pane = self._new_pane(view)
            self._fill_whole(self._pane)

    def set_overlay(self, overlay: Overlay) -> None:
        """Tint the masked part of the picture, or not."""
        self.overlay = overlay
        if self._picture is not None and self._pane is not None and overlay != self._picture.overlay:
            self._picture.overlay = overlay
            self._update_level(self._pane.change(self.viewport, None, None), self._pane.level)
            self._look()

    def compare(self, before: bool) -> None:
        """While ``before``, the grey photo without any colour."""
        if self._pane is None or before == (self._before is not None):
            return
        self._before = self._new_pane(View.BEFORE) if before else None
        if self._before is not None:
            self._fill_whole(self._before)
        else:
            self._look()
        self.compared.emit(before)

    def _fill_whole(self, pane: Pane) -> None:
        """Cheap views (the grey photo, the mask) are there at once rather than tile by tile."""
        pane.look(self.viewport)
        deadline = perf_counter() + 0.030
        while perf_counter() < deadline and pane.fill(self.viewport):
            pass
        self._look()

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint(event)
        self.painted.emit()

    def _paint(self, event: QPaintEvent) -> None:
        dpr = self.devicePixelRatioF()
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.background)
        if self._shown is None:
            return
        painter.scale(1 / dpr, 1 / dpr)
        painter.save()
        left, top, width, height = self.viewport.photo_in_view()
        painter.setClipRect(
            QRect(round(left), round(top), max(1, round(width)), max(1, round(height))),
            Qt.ClipOperation.IntersectClip,
        )
        self._shown.draw(painter, self.viewport)
        painter.restore()
        self.draw_over(painter)
        if self._before is not None or self.view is View.MASK:
            draw_badge(painter, "Before" if self._before is not None else "Mask only", dpr)

    def draw_over(self, painter: QPainter) -> None:
        """What a subclass shows on top, in device pixels."""

    def _update_level(self, rects: list[Rect], level: int) -> None:
        for rect in rects:
            self.update_device(QRegion(*self.viewport.covering(rect, level)))

    def update_device(self, region: QRegion) -> None:
        """Ask for a repaint of device pixels."""
        dpr = self.devicePixelRatioF()
        if dpr == 1.0:
            self.update(region)
            return
        for rect in region:  # type: ignore[attr-defined] # PySide's stubs do not know that regions iterate
            left, top = int(rect.left() // dpr), int(rect.top() // dpr)
            right, bottom = -int(-(rect.right() + 1) // dpr), -int(-(rect.bottom() + 1) // dpr)
            self.update(QRect(left, top, right - left, bottom - top))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._resized()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resized()
        return super().event(event)

    def _resized(self) -> None:
        viewport = self.viewport.resized(*self._device_size())
        self.viewport = viewport.fitted() if self._fits else viewport
        self._look()

    def sizeHint(self) -> QSize:
        return QSize(960, 640)
