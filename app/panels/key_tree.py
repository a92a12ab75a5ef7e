"""The list of actions and their keys, a group for every menu."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QTreeWidgetItemIterator

from app import theme

ROW_HEIGHT = 28


class KeyTree(QTreeWidget):
    """Two columns, action and keys. Insert wants one more key for the marked row, Delete none any more."""

    more_wanted = Signal()
    none_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(2)
        self.setHeaderLabels(["Action", "Keys"])
        self.setAccessibleName("Actions and their keys")
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setIndentation(16)
        self.setStyleSheet(
            f"QTreeWidget {{ background: {theme.FIELD}; border: 1px solid {theme.LINE}; border-radius: 6px;"
            f" outline: none; padding: 4px; }}"
            f"QTreeWidget:focus {{ border-color: {theme.ACCENT}; }}"
            f"QTreeWidget::item:selected {{ background: {theme.RAISED}; color: {theme.TEXT}; }}"
            f"QHeaderView {{ background: transparent; }}"
            f"QHeaderView::section {{ background: transparent; color: {theme.MUTED}; border: none; padding: 4px 3px; }}"
        )

    def add_group(self, title: str) -> QTreeWidgetItem:
        """A heading; it cannot be marked."""
        group = QTreeWidgetItem(self, [title, ""])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        group.setForeground(0, QColor(theme.MUTED))
        group.setSizeHint(0, QSize(0, ROW_HEIGHT))
        return group

    def select_first(self) -> None:
        """Mark the first row in sight."""
        rows = QTreeWidgetItemIterator(self, QTreeWidgetItemIterator.IteratorFlag.NotHidden)
        while (row := rows.value()) is not None:
            group = row.parent()
            if group is not None and not group.isHidden():
                self.setCurrentItem(row)
                return
            rows += 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Insert:
            self.more_wanted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.none_wanted.emit()
        else:
            super().keyPressEvent(event)
