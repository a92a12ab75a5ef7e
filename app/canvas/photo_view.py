"""Seeing the photo: in which way, beside what it was before, kept up to date while the document changes."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from app.canvas.badge import draw_badge
from app.canvas.pane import SLICE_SECONDS, Pane
from app.canvas.picture import Overlay, Picture, View
from app.canvas.split import Split
from app.canvas.view_buffer import ViewBuffer
from app.canvas.viewport import Viewport
from app.canvas.viewport_widget import ViewportWidget
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.tone import PLAIN

IDLE_MILLISECONDS = 250
"""The overview of the whole photo, and what lies around the view, are brought up to date after this much rest."""

BETWEEN_MILLISECONDS = 10
"""Rest between two tiles of them."""

MOVING_SECONDS = 0.004
"""Time for new tiles before a frame of a moving view; the rest follows while it stands."""

STROKE_SECONDS = 0.003
"""Time for stale tiles between two events while a stroke is in progress: its next point must not wait."""

WHOLE_SECONDS = 0.030
"""The grey photo and the mask are cheap: this much time is enough to have them at once rather than tile by tile."""

NAMES = {View.BEFORE: "Before", View.RESULT: "After", View.MASK: "Mask only"}


class PhotoView(ViewportWidget):
    """Shows one document at a time, and an empty ground before the first.

    ``viewed`` follows each zoom, pan and change of view, ``painted`` each paint event; ``compared`` tells whether the
    grey photo is shown instead, ``split_changed`` whether it is shown beside; ``overview_changed`` follows each change
    of :attr:`overview`.
    """

    painted = Signal()
    compared = Signal(bool)
    split_changed = Signal(bool)
    overview_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.background = QColor("#1a1b1d")
        self.view = View.RESULT
        self.overlay = Overlay()
        self.split: Split | None = None
        self._comparing = False
        self._pixel_grid = True
        self._warns = False
        self._tone = PLAIN
        self._picture: Picture | None = None
        self._pane: Pane | None = None
        self._before: Pane | None = None
        self._moved = False
        self._frame_due = False
        self._fill_timer = QTimer(self, interval=0)
        self._fill_timer.timeout.connect(self._fill)
        self._idle_timer = QTimer(self, singleShot=True)
        self._idle_timer.timeout.connect(self._prepare)

    # -- the document --------------------------------------------------------------------------------------------

    def set_document(self, document: Document, compositor: Compositor) -> None:
        """Show another document, upright and fitted to the window."""
        if self._picture is not None:
            self._picture.document.changed.disconnect(self._photo_changed)
            self._picture.document.active_changed.disconnect(self._layer_changed)
        self._picture = Picture(document, compositor)
        self._picture.overlay, self._picture.warns = self.overlay, self._warns
        self._tone = document.state.tone
        document.changed.connect(self._photo_changed)
        document.active_changed.connect(self._layer_changed)
        self._before = None
        self._pane = self._new_pane(self.view)
        photo = document.photo
        self.viewport = Viewport(photo.width, photo.height, *self._device_size()).fitted()
        self._fits = True
        self._look()
        self.overview_changed.emit()

    @property
    def picture(self) -> Picture | None:
        """What is shown, or None before the first document."""
        return self._picture

    @property
    def overview(self) -> ViewBuffer | None:
        """The whole photo as it looks, small, a moment behind; None before the first document."""
        return self._pane.overview if self._pane is not None else None

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
        document = self._picture.document if self._picture is not None else None
        if document is not None and document.state.tone != self._tone:
            self._tone, self._before = document.state.tone, None
            if self._comparing or self.split is not None:
                self._fill_whole(self._have_before())
        parts = (document.changed_parts if document is not None else ()) or (rect,)
        waits = self._frame_due and document is not None and document.is_settling  # a stroke is to be seen first
        steady = document is not None and (document.is_settling or document.is_painting)  # to blur then would flicker
        painted = self._pane.change(self.viewport, parts, self._attention(), at_once=not waits, rough=not steady)
        if not self._comparing and painted:
            self._frame_due = self.isVisible()
            self._update_level(painted, self._pane.level)
        self._schedule_fill()

    def _layer_changed(self) -> None:
        """Slot of the document: another layer is active, and what shows its mask shows another one."""
        if self.overlay.shown or self.view is View.MASK:
            self._redraw()

    def _redraw(self) -> None:
        """Make everything on screen anew."""
        if self._pane is not None:
            self._update_level(self._pane.change(self.viewport, None, None), self._pane.level)
            self._look()

    def _attention(self) -> tuple[float, float] | None:
        """The photo point that is brought up to date first; None for the middle."""
        return None

    def lab_at(self, x: float, y: float) -> tuple[float, float, float] | None:
        """CIE L*a*b* of the result under a photo position, as finely as it is drawn; None off the photo."""
        photo = self._picture.document.photo if self._picture is not None else None
        if self._picture is None or photo is None or not (0 <= x < photo.width and 0 <= y < photo.height):
            return None
        level = self.viewport.level
        return self._picture.lab_at(int(x) >> level, int(y) >> level, level)

    # -- having the pixels ---------------------------------------------------------------------------------------

    def _shown(self) -> list[Pane]:
        """The panes that can be seen, the one that changes first."""
        before = [self._before] if self._before is not None and (self._comparing or self.split is not None) else []
        after = [self._pane] if self._pane is not None and not self._comparing else []
        return after + before

    def _look(self) -> None:
        """The viewport has moved, or what it shows has. However often before the next frame, it costs one."""
        self._moved = True
        self._schedule_fill()
        super()._look()

    def _catch_up(self) -> None:
        """Have something to draw for the viewport as it is now."""
        if not self._moved:
            return
        self._moved = False
        for pane in self._shown():
            if not pane.look(self.viewport):
                pane.fill(self.viewport, MOVING_SECONDS, at_least=0)
        self._schedule_fill()

    def _schedule_fill(self) -> None:
        if not self._moved and not self.is_settled():
            self._fill_timer.start()
        self._idle_timer.start(IDLE_MILLISECONDS)

    def hideEvent(self, event: QHideEvent) -> None:
        self._frame_due = False
        self._schedule_fill()
        super().hideEvent(event)

    def _fill(self) -> None:
        for pane in () if self._moved or self._frame_due else self._shown():  # the next frame comes first
            filled = pane.fill(self.viewport, STROKE_SECONDS if self._is_stroked() else SLICE_SECONDS)
            if filled:
                self._update_level(filled, pane.level)
                return
        self._fill_timer.stop()

    def _is_stroked(self) -> bool:
        return self._picture is not None and self._picture.document.is_painting

    def _prepare(self) -> None:
        """While nothing else is to be done: a tile of the overview, or one that a movement of the view would need."""
        if self._pane is None:
            return
        if self._pane.fill_overview():
            self.overview_changed.emit()
        elif not any(pane.fill_around(self.viewport) for pane in self._shown()):
            return
        self._idle_timer.start(BETWEEN_MILLISECONDS)

    def is_settled(self) -> bool:
        """Whether all that is visible shows the document's present state."""
        return all(pane.is_settled(self.viewport) for pane in self._shown())

    # -- ways of viewing -----------------------------------------------------------------------------------------

    def set_view(self, view: View) -> None:
        """Show the result or the mask alone."""
        self.view = view
        if self._pane is not None:
            self._pane = self._new_pane(view)
            self._fill_whole(self._pane)
            self.overview_changed.emit()

    def set_overlay(self, overlay: Overlay) -> None:
        """Tint the masked part of the picture, or not."""
        self.overlay = overlay
        if self._picture is not None and overlay != self._picture.overlay:
            self._picture.overlay = overlay
            self._redraw()

    def set_gamut_warning(self, on: bool) -> None:
        """Mark where a layer's colour is more vivid than the photo's light allows."""
        self._warns = on
        if self._picture is not None and self._picture.warns != on:
            self._picture.warns = on
            self._redraw()

    def set_pixel_grid(self, on: bool) -> None:
        """Draw lines between the photo's pixels from 800 % on, or never."""
        self._pixel_grid = on
        self.update()

    @property
    def is_comparing(self) -> bool:
        """Whether the grey photo is shown instead of the result."""
        return self._comparing

    def compare(self, before: bool) -> None:
        """While ``before``, the grey photo without any colour."""
        if self._pane is None or before == self._comparing:
            return
        self._comparing = before
        if before:
            self._fill_whole(self._have_before())
        else:
            self._look()
        self.compared.emit(before)

    def _have_before(self) -> Pane:
        self._before = self._before or self._new_pane(View.BEFORE)
        return self._before

    def _fill_whole(self, pane: Pane) -> None:
        pane.look(self.viewport)
        deadline = perf_counter() + WHOLE_SECONDS
        while perf_counter() < deadline and pane.fill(self.viewport):
            pass
        self._look()

    # -- before and after side by side ---------------------------------------------------------------------------

    def set_split(self, on: bool) -> None:
        """Show the grey photo to the left of a divider, the result to its right."""
        if on == (self.split is not None):
            return
        self.split = Split() if on else None
        if on and self._pane is not None:
            self._fill_whole(self._have_before())
        self.update()
        self.split_changed.emit(on)

    def split_hits(self, x: float, y: float) -> bool:
        """Whether a press at a device position would catch the divider."""
        return self.split is not None and self._pane is not None and self.split.hits(x, y)

    def split_press(self, x: float, y: float) -> bool:
        """A press at a device position; True if it has caught the divider, so that no tool should have it."""
        return self.split_hits(x, y) and self.split is not None and self.split.press(x, y)

    def split_drag(self, x: float, y: float) -> bool:  # noqa: ARG002 - any pointer position has both
        """The pointer has moved; True while it drags the divider."""
        if self.split is None or not self.split.is_dragged:
            return False
        before, touched = self.split.x, self.split.region()
        self.split.drag_to(x)
        swept = QRect(min(before, self.split.x), 0, abs(before - self.split.x), self.viewport.view_height)
        self.update_device(touched + self.split.region() + QRegion(swept))
        return True

    def split_release(self) -> None:
        """The pointer was lifted."""
        if self.split is not None:
            self.split.release()

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self._catch_up()
        with QPainter(self) as painter:
            self._paint(painter, event.rect())
        if self._frame_due:
            self._frame_due = False
            self._schedule_fill()
        self.painted.emit()

    def _paint(self, painter: QPainter, exposed: QRect) -> None:
        area = self._in_device_pixels(exposed)
        if self._pane is None or not self.viewport.fills(area.x(), area.y(), area.right() + 1, area.bottom() + 1):
            painter.fillRect(exposed, self.background)
        if self._pane is None:
            return
        self._count_device_pixels(painter)
        for pane, side, _ in self._parts():
            painter.save()
            if side is not None:
                painter.setClipRect(side)
            pane.draw(painter, self.viewport)
            if self._pixel_grid:
                pane.draw_grid(painter, self.viewport, area)
            painter.restore()
        self.draw_over(painter)
        if self.split is not None and not self._comparing:
            self.split.draw(painter)
        self._label(painter)

    def _parts(self) -> list[tuple[Pane, QRect | None, View]]:
        """What is drawn: from which pane, where (None: everywhere), and what it shows."""
        assert self._pane is not None
        if self._before is None or (self.split is None and not self._comparing):
            return [(self._pane, None, self.view)]
        if self._comparing or self.split is None:
            return [(self._before, None, View.BEFORE)]
        self.split.fit(self.viewport.view_width, self.viewport.view_height, self.devicePixelRatioF())
        return [(self._before, self.split.left(), View.BEFORE), (self._pane, self.split.right(), self.view)]

    def _label(self, painter: QPainter) -> None:
        """Say what is shown unless it is simply the result."""
        dpr, width = self.devicePixelRatioF(), float(self.viewport.view_width)
        for _, side, view in self._parts():
            if side is None:
                if view is not View.RESULT:
                    draw_badge(painter, NAMES[view], dpr)
                continue
            painter.save()
            painter.setClipRect(side)
            draw_badge(painter, NAMES[view], dpr, right_edge=None if view is View.BEFORE else width)
            painter.restore()

    def draw_over(self, painter: QPainter) -> None:
        """What a subclass shows on top, in device pixels."""

    def _update_level(self, rects: list[Rect], level: int) -> None:
        for rect in rects:
            self.update_device(QRegion(*self.viewport.covering(rect, level)))
