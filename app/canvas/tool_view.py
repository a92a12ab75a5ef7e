"""The photo view with tools in hand: presses, drags and lifts become their work, their outlines lie over the photo."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from app.brush_settings import BrushSettings
from app.canvas.ants import MarchingAnts
from app.canvas.cursor import BrushCursor
from app.canvas.photo_view import PhotoView
from app.canvas.toolbox import Toolbox
from app.canvas.tools.tool import Sample, Studio
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.tool_options import ToolOptions

REPORT_MILLISECONDS = 50
CLICK_PIXELS = 4.0
"""Logical pixels: a press that moves no further is a click."""


class ToolView(PhotoView):
    """Knows nothing of Qt's events; see :class:`app.canvas.canvas.Canvas` for those.

    ``hovered`` carries the photo position under the pointer, (x, y) floats, or None outside; ``tool_changed`` the id of
    the tool in hand; ``told`` a sentence for the status bar; ``asked`` a
    photo position whose likely colours are wanted. ``shift_drag_resizes`` makes a drag with Shift held size
    the brush, as in Krita, instead of drawing straight.
    """

    hovered = Signal(object)
    tool_changed = Signal(object)
    told = Signal(str)
    asked = Signal(float, float)

    def __init__(
        self, settings: BrushSettings, options: ToolOptions | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.shift_drag_resizes = False
        self.options = options or ToolOptions(self)
        self._settings = settings
        self._tool = "brush"
        self._toolbox: Toolbox | None = None
        self._ants: MarchingAnts | None = None
        self._pending: list[Sample] = []
        self._pointer: tuple[float, float] | None = None
        self._held_back: Sample | None = None
        self._space = False
        self._alt = False
        self._eraser_end = False
        self._cursor_region = QRegion()
        settings.changed.connect(self._refresh_cursor)
        self.viewed.connect(self._refresh_cursor)
        self.viewed.connect(self._report_pointer)
        self._report_timer = QTimer(self, singleShot=True, interval=REPORT_MILLISECONDS)
        self._report_timer.timeout.connect(self._report_pointer_now)
        self._flush_timer = QTimer(self, singleShot=True, interval=0)
        self._flush_timer.timeout.connect(self._flush)

    def set_document(self, document: Document, compositor: Compositor) -> None:
        self.finish_stroke()
        if self._ants is not None:
            self._ants.close()
        studio = Studio(document, self._settings, self.options, self, self.told.emit)
        self._toolbox = Toolbox(studio, self._tool)
        super().set_document(document, compositor)
        self._ants = MarchingAnts(self, document)
        self._refresh_cursor()

    def _photo_changed(self, rect: Rect) -> None:
        super()._photo_changed(rect)
        place = self._attention()
        if place is not None and rect.contains(Rect(int(place[0]), int(place[1]), 1, 1)):
            self._report_pointer()  # the colour under a resting pointer is another one now

    # -- over the photo ------------------------------------------------------------------------------------------

    def draw_over(self, painter: QPainter) -> None:
        if self._ants is not None:
            self._ants.draw(painter)
        if self._toolbox is not None:
            painter.save()
            self._toolbox.at_work.draw(painter)
            painter.restore()
        cursor = self._brush_cursor()
        if cursor is not None:
            painter.save()
            cursor.draw(painter)
            painter.restore()

    def _attention(self) -> tuple[float, float] | None:
        return self.viewport.to_photo(*self._pointer) if self._pointer is not None else None

    def _brush_cursor(self) -> BrushCursor | None:
        toolbox = self._toolbox
        if toolbox is None or self._pointer is None or toolbox.pan.is_active or self._space:
            return None
        if self._is_on_divider():
            return None
        resizing = toolbox.resize.is_active
        would_work = toolbox.held_with(alt=self._alt, eraser_end=self._eraser_end)
        tool = toolbox.at_work if toolbox.is_working else would_work
        if not (resizing or tool.shows_brush):
            return None
        brush = self._settings.brush()
        return BrushCursor.of(
            toolbox.resize.place if resizing else self._pointer,
            brush,
            self.viewport.scale,
            self._settings.color,
            erases=tool.erases,
            dpr=self.devicePixelRatioF(),
            angle=self.viewport.angle_in_view(brush.angle),
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
        elif self._toolbox is None:
            self.unsetCursor()
        elif self._toolbox.pan.is_active:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._is_on_divider():
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.setCursor(self._toolbox.cursor(alt=self._alt, eraser_end=self._eraser_end))

    def _is_on_divider(self) -> bool:
        """Whether a press here would drag the line between before and after."""
        if self._pointer is None or self._toolbox is None or self._toolbox.is_working:
            return False
        return self.split_hits(*self._pointer)

    # -- tools ---------------------------------------------------------------------------------------------------

    @property
    def tool(self) -> str:
        """The id of the tool in hand."""
        return self._tool

    def set_tool(self, name: str) -> None:
        """Take another tool; a stroke in progress ends where it is. Raises KeyError for a tool there is none of."""
        self.finish_stroke()
        if self._toolbox is not None:
            self._toolbox.choose(name)
        self._tool = name
        self._refresh_cursor()
        self.update()
        self.tool_changed.emit(name)

    def swap_tool(self) -> None:
        """From the brush to the eraser and back."""
        self.set_tool("brush" if self._tool == "eraser" else "eraser")

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is in progress."""
        return self._toolbox is not None and self._toolbox.is_painting

    def finish_stroke(self) -> None:
        """End a stroke in progress as if the pointer had gone up."""
        self._flush()
        self._held_back = None
        if self._toolbox is not None:
            self._toolbox.release()
            self._refresh_cursor()  # that of the tool in hand again

    def cancel_stroke(self) -> bool:
        """Undo a stroke, or whatever a tool has begun; False when there was nothing."""
        self._pending.clear()
        cancelled = self._held_back is not None
        self._held_back = None
        if self._toolbox is not None and self._toolbox.cancel():
            cancelled = True
        if cancelled:
            self._refresh_cursor()
            self.update()
        return cancelled

    def _flush(self) -> None:
        """Hand the positions gathered since the last frame to the tool."""
        if self._pending and self._toolbox is not None:
            samples, self._pending = self._pending, []
            self._toolbox.move(samples)
            self.point_at(samples[-1])  # the outline moves with the paint, never ahead of it

    def press_at(self, sample: Sample, button: Qt.MouseButton, *, double: bool = False) -> None:
        """A button, or the pen, went down."""
        toolbox = self._toolbox
        if toolbox is None:
            return
        self._alt, self._eraser_end = sample.alt, sample.eraser_end
        self.point_at(sample)
        self._flush()
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self._space):
            toolbox.pan.press(sample)
        elif button == Qt.MouseButton.RightButton:
            if sample.alt and toolbox.in_hand.shows_brush:
                toolbox.resize.press(sample)
            else:
                toolbox.at_work.right_press(sample)
        elif button == Qt.MouseButton.LeftButton and not self.split_press(sample.view_x, sample.view_y):
            if self.shift_drag_resizes and sample.shift and toolbox.in_hand.shows_brush:
                self._held_back = sample  # a click draws a line, a drag sizes the brush
            else:
                toolbox.press(sample, double=double)
                if toolbox.at_work.asks:
                    self.asked.emit(sample.x, sample.y)
                self._report_pointer()
        self._refresh_cursor()

    def drag_to(self, sample: Sample) -> None:
        """The pointer moved, with a button down or not."""
        toolbox = self._toolbox
        self._alt, self._eraser_end = sample.alt, sample.eraser_end
        if toolbox is None:
            return
        if self.split_drag(sample.view_x, sample.view_y):
            self.point_at(sample)
        elif toolbox.pan.is_active:
            self.point_at(sample)
            toolbox.pan.move([sample])
        elif toolbox.resize.is_active:
            toolbox.resize.move([sample])
        elif self._held_back is not None:
            self._drag_held_back(sample)
        elif toolbox.is_working:
            self._pending.append(sample)
            if not self._flush_timer.isActive():  # at once, but only once until the window has had time to paint
                self._flush()
                self._flush_timer.start()
        else:
            toolbox.held_with(alt=sample.alt, eraser_end=sample.eraser_end).hover(sample)
            self.point_at(sample)

    def _drag_held_back(self, sample: Sample) -> None:
        assert self._held_back is not None
        assert self._toolbox is not None
        way = max(abs(sample.view_x - self._held_back.view_x), abs(sample.view_y - self._held_back.view_y))
        if way > CLICK_PIXELS * self.devicePixelRatioF():
            self._toolbox.resize.press(self._held_back)
            self._toolbox.resize.move([sample])
            self._held_back = None

    def lift(self, button: Qt.MouseButton) -> None:
        """A button, or the pen, went up."""
        toolbox = self._toolbox
        if toolbox is None:
            return
        self._flush()
        if button == Qt.MouseButton.MiddleButton:
            toolbox.pan.release()
        elif button == Qt.MouseButton.RightButton:
            toolbox.resize.release()
        elif button == Qt.MouseButton.LeftButton:
            if self._held_back is not None:
                toolbox.press(self._held_back)
                self._held_back = None
            self.split_release()
            toolbox.pan.release()
            toolbox.resize.release()
            toolbox.release()
        self._refresh_cursor()
        self._report_pointer()

    def point_at(self, sample: Sample) -> None:
        """The pointer is there now."""
        self._pointer = (sample.view_x, sample.view_y)
        self._refresh_cursor()
        self._report_pointer()

    def point_away(self) -> None:
        """There is no pointer over the photo any more."""
        self._pointer = None
        self._refresh_cursor()
        self._report_pointer()

    def _report_pointer(self) -> None:
        """Tell where the pointer is; while a tool works no more often than anybody reads it."""
        if self._toolbox is None or not self._toolbox.is_working:
            self._report_pointer_now()
        elif not self._report_timer.isActive():
            self._report_timer.start()

    def _report_pointer_now(self) -> None:
        self.hovered.emit(self.viewport.to_photo(*self._pointer) if self._pointer is not None else None)

    def hold_space(self, held: bool) -> None:
        """While the space bar is held the pointer moves the photo, even in the middle of a stroke."""
        if held == self._space:
            return
        self._space = held
        self._flush()
        if self._toolbox is not None:
            if held and self._toolbox.is_working and self._pointer is not None:
                x, y = self._pointer  # mid-stroke: the button is down already
                self._toolbox.pan.press(Sample(*self.viewport.to_photo(x, y), x, y))
            elif not held and self._toolbox.is_working:
                self._toolbox.pan.release()  # the stroke goes on; a mere pan ends with the button
        self._refresh_cursor()

    def hold_alt(self, held: bool) -> None:
        """While Alt is held another tool stands in for the one in hand."""
        self._alt = held
        self._refresh_cursor()

    def confirm(self) -> bool:
        """Finish what several clicks have begun; False where there is nothing."""
        return self._toolbox is not None and self._toolbox.at_work.confirm()

    def tool_wants(self, key: Qt.Key, *, shift: bool) -> bool:
        """Whether the tool has a use for a key without Ctrl or Alt, before any shortcut."""
        return self._toolbox is not None and self._toolbox.at_work.wants_key(key, shift=shift)

    def give_key(self, key: Qt.Key, *, shift: bool) -> bool:
        """Hand a key to the tool; False where it does not want it."""
        if self._toolbox is None or not self.tool_wants(key, shift=shift):
            return False
        self._toolbox.at_work.press_key(key, shift=shift)
        return True

    def step_back(self) -> bool:
        """Take back the last of several clicks; False where there is none."""
        return self._toolbox is not None and self._toolbox.at_work.step_back()
