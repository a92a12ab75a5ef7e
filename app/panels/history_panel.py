"""The steps that led here, and those that were undone: click one to go there."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.document.document import Document
from app.panels.history_model import CURRENT_ROLE, UNDONE_ROLE, HistoryModel

ROW_HEIGHT = 24
LIST_HEIGHT = 7 * ROW_HEIGHT + 2


class HistoryPanel(QWidget):
    """Follows one document. ``steps_wanted`` carries how many steps to redo (positive) or undo (negative)."""

    steps_wanted = Signal(int)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._stale = False
        self.model = HistoryModel()
        self.list = _StepList()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_StepDelegate(self.list))
        self.list.chosen.connect(self._chosen)
        self.list.left.connect(self.done)
        self.size_note, self.dropped_note = QLabel(), QLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.list, 1)
        for note in (self.size_note, self.dropped_note):
            note.setProperty("role", "hint")
            layout.addWidget(note)
        self.set_document(None)

    def set_document(self, document: Document | None) -> None:
        """Follow another document, or none."""
        if self._document is not None:
            self._document.history_changed.disconnect(self._history_changed)
        self._document = document
        self.model.clear()
        if document is not None:
            document.history_changed.connect(self._history_changed)
        self._refresh()

    def _history_changed(self) -> None:
        """A panel that nobody sees waits until somebody does."""
        if self.isVisible():
            self._refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def _refresh(self) -> None:
        self._stale = False
        document = self._document
        self.size_note.setVisible(document is not None)
        self.dropped_note.setVisible(document is not None and document.history.forgotten > 0)
        if document is None:
            return
        history = document.history
        before = self.model.current
        self.model.show(history.names, history.redo_names, history.forgotten)
        self.size_note.setText(f"Uses {size_words(history.bytes)} of {size_words(history.limit)}")
        steps = "1 oldest step" if history.forgotten == 1 else f"{history.forgotten:,} oldest steps"
        self.dropped_note.setText(f"{steps} dropped for want of room")
        if self.model.current != before:
            present = self.model.index(self.model.current)
            self.list.setCurrentIndex(present)
            self.list.scrollTo(present, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _chosen(self, row: int) -> None:
        if row != self.model.current:
            self.steps_wanted.emit(row - self.model.current)


class _StepList(QTableView):
    """``chosen`` when a row is clicked, or Return or Space pressed on it; ``left`` on Escape.

    A table of one column: its rows of fixed height cost nothing, a list view lays all of them out at every step.
    """

    chosen = Signal(int)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(LIST_HEIGHT)
        self.setAccessibleName("History")
        self.setAccessibleDescription("Arrow keys look through the steps, Return goes to one.")
        self.clicked.connect(self._clicked)

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())

    def keyboardSearch(self, _typed: str) -> None:
        """Letters are the photo's keys; nobody looks for a stroke by its name."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(160, LIST_HEIGHT)


class _StepDelegate(QStyledItemDelegate):
    """The present step wears the accent, undone ones are dim."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect, state = QRectF(option.rect), option.state
        current, undone = index.data(CURRENT_ROLE), index.data(UNDONE_ROLE)
        painter.save()
        if current or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.RAISED))
        if current:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), QColor(theme.ACCENT))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.MUTED))
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QColor(theme.MUTED if undone else theme.TEXT))
        font = option.font
        font.setItalic(undone)
        painter.setFont(font)
        room = rect.adjusted(10, 0, -8, 0)
        text = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def size_words(count: int) -> str:
    """Bytes in words: 0 MB, 12 MB, 1.5 GB; powers of 1024."""
    megabytes = count / (1 << 20)
    if megabytes >= 1000:
        return f"{megabytes / 1024:.1f}".removesuffix(".0") + " GB"
    return "less than 1 MB" if 0 < megabytes < 1 else f"{megabytes:.0f} MB"
