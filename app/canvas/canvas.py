"""The canvas: the photo view that pointer and keys can touch; it turns them into tools' work."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPointingDevice,
    QRegion,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.brush_settings import BrushSettings
from app.canvas.cursor import BrushCursor
from app.canvas.photo_view import PhotoView
from app.canvas.toolbox import Toolbox, ToolName
from app.canvas.tools.tool import Sample
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect

PAN_KEYS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
COMPARE_KEYS = (Qt.Key.Key_Backslash, Qt.Key.Key_Y)
WHEEL_DOUBLING = 480.0
"""Wheel units (eighths of a degree) that double the scale: four notches."""


class Canvas(PhotoView):
    """The painting surface.

    ``hovered`` carries the photo position under the pointer, (x, y) floats, or None outside; ``tool_changed`` names the
    tool in hand.
    """

    hovered = Signal(object)
    tool_changed = Signal(object)

    def __init__(self, settings: BrushSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._toolbox = Toolbox(settings, self.pan)
        self._pending: list[Sample] = []
        self._pointer: tuple[float, float] | None = None
        self._space = False
        self._cursor_region = QRegion()
        self.setObjectName("canvas")
        self.setAccessibleName("Photo")
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        settings.changed.connect(self._refresh_cursor)
        self.viewed.connect(self._refresh_cursor)
        self.viewed.connect(self._report_pointer)
        self._flush_timer = QTimer(self, singleShot=True, interval=0)
        self._flush_timer.timeout.connect(self._flush)

    def set_document(self, document: Document, compositor: Compositor) -> None:
        self.finish_stroke()
        self._toolbox.set_document(document)
        super().set_document(document, compositor)

    def _photo_changed(self, rect: Rect) -> None:
        super()._photo_changed(rect)
        place = self._attention()
        if place is not None and rect.contains(Rect(int(place[0]), int(place[1]), 1, 1)):
            self._report_pointer()  # the colour under a resting pointer is another one now

    # -- the outline ---------------------------------------------------------------------------------------------

    def draw_over(self, painter: QPainter) -> None:
        cursor = self._brush_cursor()
        if cursor is not None:
            painter.save()
            cursor.draw(painter)
            painter.restore()

    def _attention(self) -> tuple[float, float] | None:
        return self.viewport.to_photo(*self._pointer) if self._pointer is not None else None

    def _brush_cursor(self) -> BrushCursor | None:
        paints = self._toolbox.shows_brush and not self._toolbox.pan.is_active and not self._space
        if self._pointer is None or not paints or self._picture is None:
            return None
        return BrushCursor.of(
            self._pointer,
            self._settings.brush(),
            self.viewport.scale,
            self._settings.color,
            erases=self._toolbox.erases,
            dpr=self.devicePixelRatioF(),
        )

    def _refresh_cursor(self) -> None:
        """The outline has moved or changed: repaint where it was and where it is, choose the system's cursor."""
        cursor = self._brush_cursor()
        region = cursor.region() if cursor is not None else QRegion()
        self.update_device(self._cursor_region)
        self.update_device(region)
        self._cursor_region = region
        if cursor is not None:
            self.setCursor(Qt.CursorShape.BlankCursor)
        elif self._picture is None:
            self.unsetCursor()
        else:
            held = self._toolbox.pan.is_active
            self.setCursor(Qt.CursorShape.ClosedHandCursor if held else Qt.CursorShape.OpenHandCursor)

    # -- tools ---------------------------------------------------------------------------------------------------

    @property
    def tool(self) -> ToolName:
        """The tool in hand."""
        return self._toolbox.name

    def set_tool(self, name: ToolName) -> None:
        """Take another tool; a stroke in progress ends where it is."""
        self.finish_stroke()
        self._toolbox.choose(name)
        self._refresh_cursor()
        self.tool_changed.emit(name)

    def swap_tool(self) -> None:
        """From the brush to the eraser and back."""
        self.set_tool(ToolName.BRUSH if self._toolbox.name is ToolName.ERASER else ToolName.ERASER)

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is in progress."""
        return self._toolbox.is_painting

    def finish_stroke(self) -> None:
        """End a stroke in progress as if the pointer had gone up."""
        self._flush()
        self._toolbox.release()

    def cancel_stroke(self) -> bool:
        """Undo a stroke in progress; False when there was none."""
        self._pending.clear()
        return self._toolbox.cancel()

    def _flush(self) -> None:
        """Hand the positions gathered since the last frame to the tool."""
        if self._pending:
            samples, self._pending = self._pending, []
            self._toolbox.move(samples)
            self._point_at(samples[-1])  # the outline moves with the paint, never ahead of it

    def _sample(self, position: QPointF, *, pressure: float = 1.0, shift: bool = False) -> Sample:
        dpr = self.devicePixelRatioF()
        view = (position.x() * dpr, position.y() * dpr)
        return Sample(*self.viewport.to_photo(*view), *view, pressure, shift)

    def _press(self, sample: Sample, button: Qt.MouseButton, *, eraser_end: bool = False) -> None:
        if self._picture is None:
            return
        self._point_at(sample)
        self._flush()
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self._space):
            self._toolbox.pan.press(sample)
        elif button == Qt.MouseButton.LeftButton:
            self._toolbox.press(sample, eraser_end=eraser_end)
            self._report_pointer()
        self._refresh_cursor()

    def _drag(self, sample: Sample) -> None:
        if self._toolbox.pan.is_active:
            self._point_at(sample)
            self._toolbox.pan.move([sample])
        elif self._toolbox.is_painting:
            self._pending.append(sample)
            if not self._flush_timer.isActive():  # at once, but only once until the window has had time to paint
                self._flush()
                self._flush_timer.start()
        else:
            self._point_at(sample)

    def _lift(self, button: Qt.MouseButton) -> None:
        self._flush()
        if button == Qt.MouseButton.MiddleButton:
            self._toolbox.pan.release()
        elif button == Qt.MouseButton.LeftButton:
            self._toolbox.pan.release()
            self._toolbox.release()
        self._refresh_cursor()

    def _point_at(self, sample: Sample) -> None:
        self._pointer = (sample.view_x, sample.view_y)
        self._refresh_cursor()
        self._report_pointer()

    def _report_pointer(self) -> None:
        self.hovered.emit(self.viewport.to_photo(*self._pointer) if self._pointer is not None else None)

    # -- Qt's events ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._press(self._sample(event.position(), shift=shift), event.button())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick dabs are two dabs

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._drag(self._sample(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._lift(event.button())

    def tabletEvent(self, event: QTabletEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        feels = event.pointingDevice().hasCapability(QInputDevice.Capability.Pressure)
        sample = self._sample(event.position(), pressure=event.pressure() if feels else 1.0, shift=shift)
        if event.type() == QEvent.Type.TabletPress:
            eraser_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._press(sample, event.button(), eraser_end=eraser_end)
        elif event.type() == QEvent.Type.TabletMove:
            self._drag(sample)
        elif event.type() == QEvent.Type.TabletRelease:
            self._lift(event.button())
        event.accept()  # else Qt makes a mouse event of it as well

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
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
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self._hold_space(True, event)
        elif key in COMPARE_KEYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.compare(True)
        elif key == Qt.Key.Key_Escape and plain:
            return self.cancel_stroke()
        elif key in PAN_KEYS and plain:
            dx, dy = PAN_KEYS[key]
            self.pan(dx * self.viewport.view_width / 10, dy * self.viewport.view_height / 10)
        else:
            return False
        return True

    def release_key(self, event: QKeyEvent) -> bool:
        """The counterpart of :meth:`press_key`."""
        if event.key() == Qt.Key.Key_Space:
            self._hold_space(False, event)
        elif event.key() in COMPARE_KEYS:
            if not event.isAutoRepeat():
                self.compare(False)
        else:
            return False
        return True

    def _hold_space(self, held: bool, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or held == self._space:
            return
        self._space = held
        self._flush()
        if held and self._toolbox.is_painting and self._pointer is not None:
            x, y = self._pointer  # mid-stroke: the button is down already
            self._toolbox.pan.press(Sample(*self.viewport.to_photo(x, y), x, y))
        elif not held:
            self._toolbox.pan.release()
        self._refresh_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # a menu only borrows the keyboard
            self._space = False
            self.compare(False)
            self._refresh_cursor()
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point_at(self._sample(event.position()))
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._refresh_cursor()
        self._report_pointer()
        super().leaveEvent(event)
