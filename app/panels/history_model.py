"""The steps of a document's history as rows: the photo as opened, what can be undone, what can be done again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

OPENED, EARLIEST = "Opened", "Earliest step kept"

CURRENT_ROLE = int(Qt.ItemDataRole.UserRole)
UNDONE_ROLE = CURRENT_ROLE + 1

Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """Row 0 is the oldest root, every other row the step that led to its root; ``current`` is the present one.

    `show` finds out what changed at the two ends and tells the views only that, so a step costs the same after a
    thousand others.
    """

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._forgotten = 0
        self.current = -1

    @property
    def forgotten(self) -> int:
        """Oldest steps that are no longer there."""
        return self._forgotten

    def clear(self) -> None:
        """No document."""
        self.beginResetModel()
        self._names, self._forgotten, self.current = (), 0, -1
        self.endResetModel()

    def show(self, done: Sequence[str], undone: Sequence[str], forgotten: int) -> None:
        """done: names of what can be undone, oldest first. undone: of what can be done again, nearest first."""
        names = (OPENED if forgotten == 0 else EARLIEST, *done, *undone)
        dropped = max(0, forgotten - self._forgotten)
        self._forgotten = forgotten
        self._drop_oldest(min(dropped, len(self._names) - 1))
        self._exchange_end(names)
        self._move_current(len(done))
        if self._names[0] != names[0]:
            self._names = names
            self.dataChanged.emit(self.index(0), self.index(0))

    def _drop_oldest(self, count: int) -> None:
        if count > 0:
            self.beginRemoveRows(QModelIndex(), 1, count)
            self._names = (self._names[0], *self._names[count + 1 :])
            self.current = max(0, self.current - count)
            self.endRemoveRows()

    def _exchange_end(self, names: tuple[str, ...]) -> None:
        """Rows from the first that differs on; the oldest row differs at most in its name."""
        old = self._names
        same = min(len(old), len(names))
        if old[1:same] != names[1:same]:
            same = next(row for row in range(1, same) if old[row] != names[row])
        if len(old) > same:
            self.beginRemoveRows(QModelIndex(), same, len(old) - 1)
            self._names = old[:same]
            self.endRemoveRows()
        if len(names) > same:
            self.beginInsertRows(QModelIndex(), same, len(names) - 1)
            self._names = (*self._names, *names[same:])
            self.endInsertRows()

    def _move_current(self, row: int) -> None:
        before, self.current = self.current, row
        if before != row:
            first, last = sorted((max(0, min(before, len(self._names) - 1)), row))
            self.dataChanged.emit(self.index(first), self.index(last))

    # -- Qt's questions --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = index.row()
        if not 0 <= row < len(self._names):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names[row]
        if role == CURRENT_ROLE:
            return row == self.current
        if role == UNDONE_ROLE:
            return row > self.current
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = ", present" if row == self.current else ", undone" if row > self.current else ""
            return self._names[row] + state
        return None
