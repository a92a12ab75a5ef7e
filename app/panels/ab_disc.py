"""The a*b* disc: which chroma, at the lightness the photo has there."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from app import theme
from app.document.gamut_map import RADIUS, ab_picture, colour_at, gamut_outline, is_prepared, prepare, shown_at
from app.document.layer import srgb_ab
from app.panels.swatches import Color, css_name

Key = Qt.Key

SIDE = 208
MARGIN = 4
"""Free around the disc for the focus ring and for half of a marker on the rim; logical pixels."""
STEP, LEAP = 1.0, 10.0
"""What an arrow key changes a* or b* by, alone and with Shift."""
ROUNDED = 1.5
"""What 8-bit codes may miss a* and b* by; a colour further off is one that sRGB does not have."""

_ARROWS: dict[int, tuple[float, float]] = {
    Key.Key_Left: (-1.0, 0.0),
    Key.Key_Right: (1.0, 0.0),
    Key.Key_Up: (0.0, 1.0),
    Key.Key_Down: (0.0, -1.0),
}
_OUTLINE_STEPS = 360
_PATIENCE_MILLISECONDS, _LOOK_MILLISECONDS = 300, 30
_RING, _MARKER = 6.5, 3.0  # radii, logical pixels


class AbDisc(QWidget):
    """Drag to choose; arrows move by one unit of a* or b*, with Shift by ten; Home is grey; Escape takes a drag back.

    ``picked`` carries the (r, g, b) at every move, None when a drag that began at *Auto* is taken back. ``settled``
    says that a choice is made: the button went up, or the keyboard went elsewhere. ``done`` gives the keyboard back.

    Inside the outline lies what the photo's lightness can hold. Outside it, the colour chosen has another lightness,
    and the photo shows it with less chroma where it is as light or dark as here.
    """

    picked = Signal(object)
    settled = Signal()
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lightness = 60
        self._ab: tuple[float, float] | None = None  # finer than the codes of the colour, so that keys add up
        self._color: Color | None = None
        self._markers: tuple[Color, ...] = ()
        self._before: Color | None = None
        self._is_dragging = False
        self._is_stepping = False
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Colour disc")
        self.setToolTip(
            "Green to red from left to right, blue to yellow upwards, grey in the middle.\n"
            "Inside the line: what a place this light or dark can show."
        )
        self._warming = QTimer(self)
        self._thread: threading.Thread | None = None
        self._warming.timeout.connect(self._look)
        self._describe()

    @property
    def color(self) -> Color | None:
        return self._color

    @property
    def lightness(self) -> int:
        """L* of the plane shown, 0..100."""
        return self._lightness

    @property
    def is_dragging(self) -> bool:
        return self._is_dragging

    def show_lightness(self, lightness: float) -> None:
        """Show the plane at L* ``lightness``, 0..100, to the nearest unit; a drag keeps the plane it began on."""
        whole = round(min(max(lightness, 0.0), 100.0))
        if not self._is_dragging and whole != self._lightness:
            self._lightness = whole
            self._describe()
            self.update()

    def show_colour(self, color: Color | None) -> None:
        """Put the ring on a colour, or take it away, without reporting it."""
        if color != self._color:
            self._color = color
            self._ab = None if color is None else srgb_ab(color)
            self._describe()
            self.update()

    def show_markers(self, colors: Sequence[Color]) -> None:
        """Small dots for other colours, such as those used before."""
        if tuple(colors) != self._markers:
            self._markers = tuple(colors)
            self.update()

    def place_of(self, a: float, b: float) -> QPointF:
        """Where (a*, b*) is drawn, logical pixels; what lies beyond the rim is drawn on it."""
        inward = min(1.0, RADIUS / max(math.hypot(a, b), 1e-9))
        disc = self._disc()
        scale = disc.width() / (2 * RADIUS) * inward
        return disc.center() + QPointF(a * scale, -b * scale)

    def ab_at(self, place: QPointF) -> tuple[float, float]:
        """(a*, b*) at a place in the widget; beside the disc that of the rim."""
        disc = self._disc()
        offset = (place - disc.center()) * (2 * RADIUS / disc.width())
        inward = min(1.0, RADIUS / max(math.hypot(offset.x(), offset.y()), 1e-9))
        return offset.x() * inward, -offset.y() * inward

    def _disc(self) -> QRectF:
        """The disc's box, on whole pixels of the screen."""
        ratio = self.devicePixelRatioF()
        side = math.floor((min(self.width(), self.height()) - 2 * MARGIN) * ratio) / ratio
        left = round((self.width() - side) / 2 * ratio) / ratio
        top = round((self.height() - side) / 2 * ratio) / ratio
        return QRectF(left, top, side, side)

    def _take(self, a: float, b: float) -> None:
        color = colour_at(self._lightness, a, b)
        reached = srgb_ab(color)
        is_met = math.dist((a, b), reached) < ROUNDED
        is_new, self._color = color != self._color, color
        self._ab = (a, b) if is_met else reached
        self._describe()
        self.update()
        if is_new:
            self.picked.emit(color)

    def _describe(self) -> None:
        plane = f"at lightness {self._lightness}"
        if self._color is None or self._ab is None:
            words = f"No colour chosen, {plane}."
        else:
            words = f"{css_name(self._color)}: a* {self._ab[0]:.0f}, b* {self._ab[1]:.0f}, {plane}."
        self.setAccessibleDescription(f"{words} Arrows move by one, with Shift by ten, Home is grey.")

    # -- the pointer -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        disc = self._disc()
        offset = event.position() - disc.center()
        if event.button() != Qt.MouseButton.LeftButton or math.hypot(*offset.toTuple()) > disc.width() / 2 + MARGIN:
            event.ignore()
            return
        self._before, self._is_dragging = self._color, True
        self._take(*self.ab_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._take(*self.ab_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging and event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    def _finish(self) -> None:
        self._is_dragging = self._is_stepping = False
        self.update()
        self.settled.emit()
        self.done.emit()

    # -- keys ------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        a, b = self._ab or (0.0, 0.0)
        if key in _ARROWS:
            step = LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
            dx, dy = _ARROWS[key]
            self._is_stepping = True
            self._take(a + dx * step, b + dy * step)
        elif key == Key.Key_Home:
            self._is_stepping = True
            self._take(0.0, 0.0)
        elif key == Key.Key_Escape and self._is_dragging:
            self._take_back()
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Escape):
            self._finish()
        else:
            super().keyPressEvent(event)

    def _take_back(self) -> None:
        self._is_dragging = self._is_stepping = False
        if self._color != self._before:
            self.show_colour(self._before)
            self.picked.emit(self._before)
        self.settled.emit()
        self.done.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._is_stepping:
            self._is_stepping = False
            self.settled.emit()
        self.update()

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        disc = self._disc()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.FIELD))
            painter.drawEllipse(disc)
            painter.setOpacity(1.0 if self.isEnabled() else 0.35)
            if not is_prepared():
                self._warm()
                return
            painter.drawImage(disc, self._picture(disc))
            self._draw_axes(painter, disc)
            self._draw_outline(painter)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.ACCENT if self.hasFocus() else theme.LINE), 1.5 if self.hasFocus() else 1))
            painter.drawEllipse(disc.adjusted(-2, -2, 2, 2) if self.hasFocus() else disc)
            for color in self._markers:
                self._draw_spot(painter, self.place_of(*srgb_ab(color)), _MARKER, color)
            if self._color is not None and self._ab is not None:
                self._draw_spot(painter, self.place_of(*self._ab), _RING, self._color)
            self._draw_lightness(painter)

    def _warm(self) -> None:
        """Have the tables made beside the window once it works; it must not wait for them, nor for the processor."""
        if not self._warming.isActive():
            self._thread = threading.Thread(target=prepare, name="gamut tables", daemon=True)
            self._warming.start(_PATIENCE_MILLISECONDS)

    def _look(self) -> None:
        if is_prepared():
            self._warming.stop()
            self.update()
        elif self._thread is not None and self._thread.ident is None:
            self._warming.setInterval(_LOOK_MILLISECONDS)
            self._thread.start()

    def _picture(self, disc: QRectF) -> QImage:
        codes = ab_picture(self._lightness, round(disc.width() * self.devicePixelRatioF()))
        side = codes.shape[0]
        return QImage(np.ascontiguousarray(codes).data, side, side, 4 * side, QImage.Format.Format_RGBA8888)

    @staticmethod
    def _draw_axes(painter: QPainter, disc: QRectF) -> None:
        """a* = 0 and b* = 0, faint enough not to be taken for colour."""
        centre = disc.center()
        painter.setPen(QPen(QColor(255, 255, 255, 26), 1))
        painter.drawLine(QPointF(disc.left() + 1, centre.y()), QPointF(disc.right() - 1, centre.y()))
        painter.drawLine(QPointF(centre.x(), disc.top() + 1), QPointF(centre.x(), disc.bottom() - 1))

    def _draw_outline(self, painter: QPainter) -> None:
        """Light over dark, so that it is seen on every colour; its corners stay sharp."""
        line = QPolygonF([self.place_of(float(a), float(b)) for a, b in gamut_outline(self._lightness, _OUTLINE_STEPS)])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(0, 0, 0, 110), 2.5), (QColor(255, 255, 255, 210), 1.0)):
            pen = QPen(color, width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(line)

    def _draw_spot(self, painter: QPainter, place: QPointF, radius: float, color: Color) -> None:
        """A disc of the colour as the photo shows it here, ringed in white and black."""
        is_ring = radius == _RING
        painter.setBrush(QColor(*shown_at(self._lightness, color)))
        painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
        painter.drawEllipse(place, radius + (1.5 if is_ring else 0.5), radius + (1.5 if is_ring else 0.5))
        painter.setPen(QPen(QColor(255, 255, 255, 255 if is_ring else 190), 2.0 if is_ring else 1.0))
        painter.drawEllipse(place, radius, radius)

    def _draw_lightness(self, painter: QPainter) -> None:
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(theme.MUTED))
        corner = QRectF(self.rect()).adjusted(0, 0, 0, -1)
        painter.drawText(corner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, f"L* {self._lightness}")
