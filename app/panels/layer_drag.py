"""Dragging a layer to another place of the list: a line shows where it would go, the list scrolls at its ends."""

from __future__ import annotations

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QListView

from app import theme
from app.panels.layer_delegate import ROW_HEIGHT

_END = 14
"""Nearer to an end of the list than this, in logical pixels, the pointer scrolls it."""
_STEP, _PERIOD = 8, 30  # logical pixels, milliseconds
_KNOB = 3.0


class LayerDrag(QObject):
    """Follows a pressed pointer; ``dropped`` carries the row, and the row above which there it was let go.

    Not Qt's drag and drop, which would take the layer out of the list, and the pointer away from it. Escape ends it,
    whoever has the keyboard.
    """

    dropped = Signal(int, int)

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._index: QPersistentModelIndex | None = None
        self._pressed_at = self._place = QPoint()
        self._ghost: QPixmap | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD)
        self._timer.timeout.connect(self._scroll)

    @property
    def is_running(self) -> bool:
        """Whether a layer has left its place."""
        return self._ghost is not None

    def press(self, place: QPoint) -> None:
        """The pointer holds the layer at a place of the viewport."""
        self._index = QPersistentModelIndex(self._view.indexAt(place))
        self._pressed_at = place

    def move(self, place: QPoint) -> bool:
        """The pointer is somewhere else; False where it holds nothing."""
        if self._index is None:
            return False
        self._place = place
        if self.is_running:
            self._view.viewport().update()
        elif (place - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
            self._begin()
        return True

    def release(self) -> None:
        """The pointer lets go."""
        index, gap, was_running = self._index, self._gap(), self.is_running
        self.cancel()
        if was_running and index is not None and index.isValid():
            self.dropped.emit(index.row(), gap)

    def cancel(self) -> None:
        """Nothing is held any more."""
        self._index = None
        if self.is_running:
            self._ghost = None
            self._timer.stop()
            _application().removeEventFilter(self)
            self._view.viewport().update()

    def _begin(self) -> None:
        assert self._index is not None
        self._ghost = self._view.viewport().grab(self._row())
        self._timer.start()
        _application().installEventFilter(self)
        self._view.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # before a shortcut has it
            if event.type() == QEvent.Type.KeyPress:
                self.cancel()
            return True
        return False

    def _row(self) -> QRect:
        assert self._index is not None
        return self._view.visualRect(self._view.model().index(self._index.row(), 0))

    def _top(self) -> int:
        """Where row 0 begins in the viewport, above it where the list is scrolled."""
        return self._view.visualRect(self._view.model().index(0, 0)).top()

    def _gap(self) -> int:
        """The row above which the layer would go; the number of rows at the end."""
        return min(max(round((self._place.y() - self._top()) / ROW_HEIGHT), 0), self._view.model().rowCount())

    def _scroll(self) -> None:
        bar, height = self._view.verticalScrollBar(), self._view.viewport().height()
        if self._place.y() < _END:
            bar.setValue(bar.value() - _STEP)
        elif self._place.y() >= height - _END:
            bar.setValue(bar.value() + _STEP)
        self._view.viewport().update()

    def paint(self) -> None:
        """Over the list: the layer under the pointer, and the line."""
        if self._ghost is None or self._index is None or not self._index.isValid():
            return
        viewport = self._view.viewport()
        line = min(max(self._top() + self._gap() * ROW_HEIGHT, 1), viewport.height() - 1) - 0.5
        with QPainter(viewport) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(0.65)
            painter.fillRect(self._row(), QColor(theme.FIELD))
            painter.drawPixmap(0, self._place.y() - ROW_HEIGHT // 2, self._ghost)
            painter.setOpacity(1)
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawLine(QPointF(2 * _KNOB + 2, line), QPointF(viewport.width(), line))
            painter.drawEllipse(
                QPointF(_KNOB + 2, min(max(line, _KNOB + 1), viewport.height() - _KNOB - 1)), _KNOB, _KNOB
            )


def _application() -> QCoreApplication:
    application = QApplication.instance()
    assert application is not None
    return application
