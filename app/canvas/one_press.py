"""Which changes belong to one press of a mouse button, such as those of a slider that is dragged."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication


class OnePress(QObject):
    """Ask :meth:`goes_on` at every change; it looks at the program's events only while a button is down."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_watching = False

    def goes_on(self) -> bool:
        """Whether the change before this one came while the same button was down."""
        if self._is_watching:
            return True
        application = QCoreApplication.instance()
        if application is not None and QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            application.installEventFilter(self)
            self._is_watching = True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() in (QEvent.Type.MouseButtonRelease, QEvent.Type.TabletRelease):
            QTimer.singleShot(0, self, self._end)  # the release may bring the last change
        return False

    def _end(self) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._is_watching = False
