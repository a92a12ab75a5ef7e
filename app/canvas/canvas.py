"""The canvas: pointer, pen, fingers and keys of Qt, handed to the tools."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QEventPoint,
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.brush_settings import BrushSettings
from app.canvas.digits import OpacityDigits
from app.canvas.tool_view import ToolView
from app.canvas.tools.tool import Sample
from app.canvas.touch import TouchGestures
from app.tool_options import ToolOptions

Keys = Qt.KeyboardModifier

PAN_KEYS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
COMPARE_KEYS = {
    Qt.Key.Key_Y: (Keys.NoModifier,),
    Qt.Key.Key_Backslash: (Keys.NoModifier, Keys.GroupSwitchModifier, Keys.ControlModifier | Keys.AltModifier),
}
"""And what may be held with them: many keyboards have the backslash behind AltGr, on Windows told as Ctrl and Alt."""
MODIFIER_KEYS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Mode_switch,
    Qt.Key.Key_CapsLock,
)
TOOL_MODIFIERS = (Keys.NoModifier, Keys.ShiftModifier)
WHEEL_DOUBLING = 480.0
"""Wheel units (eighths of a degree) that double the scale: four notches."""


class Canvas(ToolView):
    """The painting surface. ``undo_wanted`` and ``redo_wanted`` come from fingers."""

    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(
        self, settings: BrushSettings, options: ToolOptions | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(settings, options, parent)
        self._digits = OpacityDigits()
        self._compare_key_down = False
        self._touch = TouchGestures(self)
        self.setObjectName("canvas")
        self.setAccessibleName("Photo")
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _sample(
        self, position: QPointF, *, pressure: float = 1.0, keys: Keys = Keys.NoModifier, eraser_end: bool = False
    ) -> Sample:
        dpr = self.devicePixelRatioF()
        view = (position.x() * dpr, position.y() * dpr)
        shift, alt, ctrl = (bool(keys & key) for key in (Keys.ShiftModifier, Keys.AltModifier, Keys.ControlModifier))
        return Sample(*self.viewport.to_photo(*view), *view, pressure, shift, alt, ctrl, eraser_end)

    # -- fingers -------------------------------------------------------------------------------------------------

    def finger_down(self, x: float, y: float) -> None:
        self.press_at(self._sample(QPointF(x, y) / self.devicePixelRatioF()), Qt.MouseButton.LeftButton)

    def finger_moved(self, x: float, y: float) -> None:
        self.drag_to(self._sample(QPointF(x, y) / self.devicePixelRatioF()))

    def finger_up(self) -> None:
        self.lift(Qt.MouseButton.LeftButton)
        self.point_away()

    def finger_cancelled(self) -> None:
        if self._toolbox is not None:
            self._toolbox.pan.cancel()
        self.split_release()
        self.cancel_stroke()
        self.point_away()

    def pinched(self, x: float, y: float, dx: float, dy: float, factor: float, degrees: float) -> None:
        if self._toolbox is not None:
            self.pan(dx, dy)
            self.zoom_by(factor, x + dx, y + dy)
            if degrees:
                self.rotate_view(degrees, x + dx, y + dy)

    def tapped(self, fingers: int) -> None:
        (self.undo_wanted if fingers == 2 else self.redo_wanted).emit()

    def _touched(self, event: QTouchEvent) -> None:
        if event.type() == QEvent.Type.TouchCancel:
            self._touch.cancel()
            return
        dpr = self.devicePixelRatioF()
        down = [point for point in event.points() if point.state() != QEventPoint.State.Released]
        fingers = {point.id(): (point.position().x() * dpr, point.position().y() * dpr) for point in down}
        self._touch.touch(fingers, event.timestamp() / 1000)

    def _gestured(self, event: QNativeGestureEvent) -> None:
        """Two fingers on a touch pad."""
        dpr = self.devicePixelRatioF()
        x, y = event.position().x() * dpr, event.position().y() * dpr
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.pinched(x, y, 0, 0, max(0.1, 1 + event.value()), 0)
        elif event.gestureType() == Qt.NativeGestureType.RotateNativeGesture:
            self.pinched(x, y, 0, 0, 1, event.value())

    # -- Qt's events ---------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touched(event)
            event.accept()
            return True
        if isinstance(event, QNativeGestureEvent):
            self._gestured(event)
            return True
        if event.type() == QEvent.Type.WindowBlocked:
            for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
                self.lift(button)  # a dialog has opened: it, not the photo, will be told when the button goes up
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key, modifiers = Qt.Key(event.key()), _without_keypad(event)
            # Alt is held for the eyedropper: letting it go must not open the menu bar.
            if key == Qt.Key.Key_Alt or (
                modifiers in TOOL_MODIFIERS and self.tool_wants(key, shift=bool(modifiers & Keys.ShiftModifier))
            ):
                event.accept()
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.press_at(self._sample(event.position(), keys=event.modifiers()), event.button())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.press_at(self._sample(event.position(), keys=event.modifiers()), event.button(), double=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.drag_to(self._sample(event.position(), keys=event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.lift(event.button())

    def tabletEvent(self, event: QTabletEvent) -> None:
        feels = event.pointingDevice().hasCapability(QInputDevice.Capability.Pressure)
        pressure = event.pressure() if feels else 1.0
        eraser_end = event.pointerType() == QPointingDevice.PointerType.Eraser
        sample = self._sample(event.position(), pressure=pressure, keys=event.modifiers(), eraser_end=eraser_end)
        if event.type() == QEvent.Type.TabletPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # Qt gives the keyboard to what a mouse clicks, not a pen
            self.press_at(sample, event.button())
        elif event.type() == QEvent.Type.TabletMove:
            self.drag_to(sample)
        elif event.type() == QEvent.Type.TabletRelease:
            self.lift(event.button())
        event.accept()  # else Qt makes a mouse event of it as well

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Keys.AltModifier:
            turned = turned or event.angleDelta().x()  # Qt turns a step sideways while Alt is held
        if self._picture is not None and turned:
            dpr = self.devicePixelRatioF()
            self.zoom_by(2.0 ** (turned / WHEEL_DOUBLING), event.position().x() * dpr, event.position().y() * dpr)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.press_key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.release_key(event):
            super().keyReleaseEvent(event)

    def press_key(self, event: QKeyEvent) -> bool:
        """Act on a key that is held or moves the view; False for any other. The window passes on unclaimed keys."""
        modifiers = _without_keypad(event)
        key = Qt.Key(event.key())
        if modifiers in TOOL_MODIFIERS and self.give_key(key, shift=bool(modifiers & Keys.ShiftModifier)):
            return True
        if key == Qt.Key.Key_Space:
            self.hold_space(True)
        elif key == Qt.Key.Key_Alt:
            self.hold_alt(True)
            return False
        elif modifiers in COMPARE_KEYS.get(key, ()):
            if not event.isAutoRepeat():  # a stroke may have ended it since: the key must not hide what is painted
                self._compare_key_down = True
                self.compare(True)
        elif key == Qt.Key.Key_Escape and not modifiers:
            return self.cancel_stroke()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers:
            return self.confirm()
        elif key == Qt.Key.Key_Backspace and not modifiers:
            return self.step_back()
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and modifiers in (Keys.NoModifier, Keys.ShiftModifier):
            self._settings.set_opacity(self._digits.typed(key - Qt.Key.Key_0, monotonic()))
        elif key in PAN_KEYS and not modifiers:
            dx, dy = PAN_KEYS[key]
            self.pan(dx * self.viewport.view_width / 10, dy * self.viewport.view_height / 10)
        else:
            return False
        return True

    def release_key(self, event: QKeyEvent) -> bool:
        """The counterpart of :meth:`press_key`."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hold_space(False)
        elif event.key() == Qt.Key.Key_Alt:
            self.hold_alt(False)
            return False
        elif self._compare_key_down and event.key() not in MODIFIER_KEYS:
            if not event.isAutoRepeat():  # with Shift or AltGr changed meanwhile, it comes up as another key
                self._let_compare_key_go()
        else:
            return False
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # a menu only borrows the keyboard
            self.hold_space(False)
            self.hold_alt(False)
            self._let_compare_key_go()
        super().focusOutEvent(event)

    def _let_compare_key_go(self) -> None:
        """No key is held to compare any more; what the menu has switched on stays on."""
        if self._compare_key_down:
            self._compare_key_down = False
            self.compare(False)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.point_at(self._sample(event.position()))
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.point_away()
        super().leaveEvent(event)


def _without_keypad(event: QKeyEvent) -> Keys:
    return event.modifiers() & ~Keys.KeypadModifier
