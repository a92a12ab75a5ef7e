"""A pressure curve to be bent by hand: pressure from left to right, what it makes from bottom to top."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme
from app.pressure import LINEAR, CurvePoint, PressureCurve

Key = Qt.Key

MARGIN = 8
"""Free around the plot, so that a point on its border is drawn and caught whole; logical pixels."""
CATCH = 10.0
"""A press this near to a point takes hold of it, logical pixels."""
PULL_OUT = 28.0
"""A point dragged this far off the plot goes."""
STEP, LEAP = 0.01, 0.1
"""What an arrow key moves a point by, alone and with Shift."""

_ARROWS: dict[int, CurvePoint] = {
    Key.Key_Left: (-1.0, 0.0),
    Key.Key_Right: (1.0, 0.0),
    Key.Key_Up: (0.0, 1.0),
    Key.Key_Down: (0.0, -1.0),
}


class CurveEditor(QWidget):
    """Drag a point, press on an empty place to add one, drag it off or press Delete to remove it.

    Page Up and Page Down choose a point, arrows move it (with Shift in leaps), Insert adds one. ``edited`` carries the
    new :class:`PressureCurve`.
    """

    edited = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = LINEAR
        self._chosen = 0
        self._held: int | None = None
        self._before: PressureCurve | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip("Drag a point, press beside the curve's points to add one, pull one off to remove it")
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(168, 112)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 80)

    @property
    def curve(self) -> PressureCurve:
        return self._curve

    @property
    def chosen(self) -> int:
        """Which point the keys move."""
        return self._chosen

    def show_curve(self, curve: PressureCurve) -> None:
        """Show ``curve`` without reporting it."""
        if curve != self._curve:
            self._curve = curve
            self._chosen = min(self._chosen, len(curve.points) - 1)
            self._describe()
            self.update()

    def place_of(self, point: CurvePoint) -> QPointF:
        """Where a point of the curve is drawn, logical pixels."""
        plot = self._plot()
        return QPointF(plot.left() + point[0] * plot.width(), plot.bottom() - point[1] * plot.height())

    def _point_at(self, place: QPointF) -> CurvePoint:
        plot = self._plot()
        return (place.x() - plot.left()) / plot.width(), (plot.bottom() - place.y()) / plot.height()

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def _take(self, curve: PressureCurve) -> None:
        if curve != self._curve:
            self._curve = curve
            self.edited.emit(curve)
        self._describe()
        self.update()

    def _describe(self) -> None:
        pressure, share = self._curve.points[self._chosen]
        self.setAccessibleDescription(
            f"Point {self._chosen + 1} of {len(self._curve.points)}: pressure {pressure:.0%} makes {share:.0%}. "
            "Arrows move it, Page Up and Page Down choose another, Insert adds one, Delete removes it."
        )

    # -- the pointer -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        where = event.position()
        distances = [math.hypot(*(self.place_of(point) - where).toTuple()) for point in self._curve.points]
        nearest = min(range(len(distances)), key=distances.__getitem__)
        if distances[nearest] <= CATCH:
            self._held = self._chosen = nearest
            self._take(self._curve)
        else:
            curve, self._held = self._curve.with_point(self._point_at(where))
            self._chosen = self._held
            self._take(curve)
        self._before = self._curve

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None or self._before is None:
            return
        where, plot = event.position(), self._plot()
        reach = plot.adjusted(-PULL_OUT, -PULL_OUT, PULL_OUT, PULL_OUT)
        if not reach.contains(where) and len(self._before.points) > 2:
            self._chosen = max(0, self._held - 1)
            self._take(self._before.without_point(self._held))
        else:
            self._chosen = self._held
            self._take(self._before.moved(self._held, self._point_at(where)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._before = None

    # -- keys ------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, points = event.key(), self._curve.points
        if key in _ARROWS:
            step = LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
            (x, y), (dx, dy) = points[self._chosen], _ARROWS[key]
            self._take(self._curve.moved(self._chosen, (x + dx * step, y + dy * step)))
        elif key in (Key.Key_PageUp, Key.Key_PageDown):
            step_along = 1 if key == Key.Key_PageUp else -1
            self._chosen = (self._chosen + step_along) % len(points)
            self._take(self._curve)
        elif key in (Key.Key_Delete, Key.Key_Backspace):
            curve = self._curve.without_point(self._chosen)
            self._chosen = min(self._chosen, len(curve.points) - 1)
            self._take(curve)
        elif key == Key.Key_Insert:
            self._insert()
        else:
            super().keyPressEvent(event)

    def _insert(self) -> None:
        """A point on the curve, halfway to the chosen one's right neighbour; the last point's to its left one."""
        points = self._curve.points
        first = min(self._chosen, len(points) - 2)
        pressure = (points[first][0] + points[first + 1][0]) / 2
        curve, self._chosen = self._curve.with_point((pressure, self._curve.at(pressure)))
        self._take(curve)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        plot, on = self._plot(), self.isEnabled()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.ACCENT if self.hasFocus() else theme.LINE), 1))
            painter.setBrush(QColor(theme.FIELD))
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, 6, 6)
            painter.setPen(QPen(QColor(theme.LINE), 1))
            for share in (0.25, 0.5, 0.75):
                x, y = round(plot.left() + share * plot.width()) + 0.5, round(plot.top() + share * plot.height()) + 0.5
                painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
                painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QPen(QColor(theme.TEXT if on else theme.FAINT), 1.75))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._path(plot))
            for number, point in enumerate(self._curve.points):
                chosen = on and number == self._chosen and (self.hasFocus() or self._held is not None)
                painter.setPen(QPen(QColor(theme.FIELD), 1.5))
                painter.setBrush(QColor(theme.ACCENT if chosen else theme.TEXT if on else theme.FAINT))
                painter.drawEllipse(self.place_of(point), 5.0, 5.0)

    def _path(self, plot: QRectF) -> QPainterPath:
        steps = max(2, int(plot.width()) // 2)
        path = QPainterPath(self.place_of((0.0, self._curve.at(0.0))))
        for step in range(1, steps + 1):
            path.lineTo(self.place_of((step / steps, self._curve.at(step / steps))))
        return path
