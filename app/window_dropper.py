"""An eyedropper for all of the window: the next click anywhere takes the colour that is seen there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


class WindowDropper(QObject):
    """``picked`` carries the (r, g, b) codes of the pixel clicked in ``window``; Esc, or a click elsewhere, ends it."""

    picked = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.is_active = False

    def start(self) -> None:
        """Take the colour under the next click."""
        if not self.is_active:
            self.is_active = True
            QApplication.setOverrideCursor(Qt.CursorShape.CrossCursor)
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr] # there is one: it has windows

    def stop(self) -> None:
        """Give up."""
        if self.is_active:
            self.is_active = False
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            QApplication.restoreOverrideCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The click is ours, and so is what belongs to it."""
        if not isinstance(watched, QWidget):
            return False
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                event.accept()
                self.stop()
                return True
            return False
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._take(watched.mapToGlobal(event.position().toPoint()))
            return True
        return False

    def _take(self, place: QPoint) -> None:
        here = self._window.mapFromGlobal(place)
        inside = self._window.rect().contains(here)
        self.stop()
        if inside:
            color = self._window.grab(QRect(here, QSize(1, 1))).toImage().pixelColor(0, 0)
            self.picked.emit((color.red(), color.green(), color.blue()))
