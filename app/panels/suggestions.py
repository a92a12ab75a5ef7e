"""Up to nine colours that a place could have, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.panels.swatches import Color, css_name

MOST = 9
EMPTY = "Click a place with the eyedropper or the dab tool to see."

_WIDTH, _HEIGHT = 208, 40
_GAP = 4.0
_SWATCH = 24.0  # the height of a swatch; its share stands below
_DIGITS = {int(Qt.Key.Key_1) + place: place for place in range(MOST)}


class Suggestions(QWidget):
    """``picked`` carries the (r, g, b) clicked; keys 1 to 9 pick as well, arrows and Return too, while it has focus.

    ``done`` gives the keyboard back after Return and Escape.
    """

    picked = Signal(object)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: list[tuple[Color, float]] = []
        self._color: Color | None = None
        self._current = 0
        self._hovered: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("Suggested colours")
        self.show_suggestions([])

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    @property
    def suggestions(self) -> list[tuple[Color, float]]:
        return list(self._offers)

    def show_suggestions(self, suggestions: Sequence[tuple[Color, float]]) -> None:
        """Offer (colour, share 0..1) in this order, at most nine; with none, say how to ask for them."""
        self._offers = list(suggestions[:MOST])
        self._current, self._hovered = 0, None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._offers else Qt.FocusPolicy.NoFocus)
        self._describe()
        self.update()

    def show_colour(self, color: Color | None) -> None:
        """Mark the colour if it is offered."""
        if color != self._color:
            self._color = color
            self.update()

    def box_of(self, place: int) -> QRectF:
        """Where the swatch ``place`` is drawn, logical pixels."""
        width = (self.width() - (MOST - 1) * _GAP) / MOST
        return QRectF(place * (width + _GAP), 0, width, _SWATCH)

    def caption(self, place: int) -> str:
        """What is said of the swatch ``place``, such as "#c01830, 34 % likely (key 1)"."""
        color, share = self._offers[place]
        return f"{css_name(color)}, {_percent(share)} likely (key {place + 1})"

    def _place_at(self, point: QPointF) -> int | None:
        inside = (place for place in range(len(self._offers)) if self._cell(place).contains(point))
        return next(inside, None)

    def _cell(self, place: int) -> QRectF:
        """The swatch, its share, and half of the gap to each neighbour."""
        return self.box_of(place).adjusted(-_GAP / 2, 0, _GAP / 2, _HEIGHT - _SWATCH)

    def _pick(self, place: int) -> None:
        if 0 <= place < len(self._offers):
            self._go(place)
            self.picked.emit(self._offers[place][0])

    def _go(self, place: int) -> None:
        self._current = max(0, min(place, len(self._offers) - 1))
        self._describe()
        self.update()

    def _describe(self) -> None:
        if not self._offers:
            self.setAccessibleDescription(EMPTY)
            return
        self.setAccessibleDescription(f"{self.caption(self._current)}. Arrows move, Return or its key picks.")

    def event(self, event: QEvent) -> bool:
        """Digits are the brush's opacity elsewhere, so they are claimed here; tooltips say what each swatch is."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _place_of(event) is not None
        ):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            if place is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.caption(place), self, self._cell(place).toRect())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._pick(place)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, place: int | None) -> None:
        if place != self._hovered:
            self._hovered = place
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, digit = event.key(), _place_of(event)
        if digit is not None:
            self._pick(digit)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(self._current + (1 if key == Qt.Key.Key_Right else -1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else MOST)
        elif key == Qt.Key.Key_Space:
            self._pick(self._current)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self._current)
            self.done.emit()
        elif key == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = painter.font()
            font.setPixelSize(11 if self._offers else 12)
            painter.setFont(font)
            if not self._offers:
                painter.setPen(QColor(theme.MUTED))
                wrapped = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(self.rect(), wrapped, EMPTY)
            for place in range(len(self._offers)):
                self._draw(painter, place)

    def _draw(self, painter: QPainter, place: int) -> None:
        color, share = self._offers[place]
        box = self.box_of(place)
        chosen, focused = color == self._color, self.hasFocus() and place == self._current
        is_ringed = chosen or focused or place == self._hovered
        inset = 3.0 if is_ringed else 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*color))
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 4, 4)
        if is_ringed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            width = 1.5 if chosen else 1.0
            painter.setPen(QPen(QColor(theme.ACCENT if chosen else theme.TEXT if focused else theme.MUTED), width))
            painter.drawRoundedRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2), 6, 6)
        below = QRectF(box.left() - _GAP / 2, _SWATCH, box.width() + _GAP, _HEIGHT - _SWATCH)
        painter.setPen(QColor(theme.TEXT if chosen else theme.MUTED))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{100 * share:.0f}" if share >= 0.01 else "<1")


def _place_of(event: QKeyEvent) -> int | None:
    """Which swatch a digit without modifiers stands for."""
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
    return _DIGITS.get(event.key()) if plain else None


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"
