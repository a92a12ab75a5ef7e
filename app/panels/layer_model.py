"""The layers as rows of a list, the top layer first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

Index = QModelIndex | QPersistentModelIndex

LAYER_ROLE = int(Qt.ItemDataRole.UserRole)
"""The :class:`LayerRow`."""
SOLO_ROLE = LAYER_ROLE + 1
"""True for the one layer that is shown alone, False for those it hides, None while there is no such layer."""


@dataclass(frozen=True)
class LayerRow:
    """What the list shows of one layer.

    `id` stays the layer's own wherever it moves; `opacity` is 0..1; `source` the title of its colour source.
    """

    id: int
    name: str
    visible: bool
    locked: bool
    pinned: bool
    opacity: float
    source: str
    thumbnail: QImage | None = None

    @property
    def percent(self) -> int:
        """The opacity in whole per cents."""
        return round(self.opacity * 100)


class LayerModel(QAbstractListModel):
    """Finds out which rows came, went, moved or changed, and tells the views only that; it changes nothing itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[LayerRow] = []
        self._solo_id: int | None = None

    @property
    def rows(self) -> Sequence[LayerRow]:
        """The top layer first."""
        return tuple(self._rows)

    def row_of(self, layer_id: int) -> int | None:
        """Where a layer stands, 0 at the top; None where there is none of this id."""
        return next((row for row, layer in enumerate(self._rows) if layer.id == layer_id), None)

    def show(self, rows: Sequence[LayerRow], solo_id: int | None) -> None:
        """rows: the top layer first."""
        self._remove_others({layer.id for layer in rows})
        for place, layer in enumerate(rows):
            self._bring(layer, place)
        old_solo, self._solo_id = self._solo_id, solo_id
        for place, layer in enumerate(rows):
            if self._rows[place] != layer:
                self._rows[place] = layer
                self.dataChanged.emit(self.index(place), self.index(place))
        if old_solo != solo_id and rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def _remove_others(self, wanted: set[int]) -> None:
        for row in reversed(range(len(self._rows))):
            if self._rows[row].id not in wanted:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row]
                self.endRemoveRows()

    def _bring(self, layer: LayerRow, place: int) -> None:
        """The layer to a row above which all are in place; one that was further down leaves where it was."""
        if place < len(self._rows) and self._rows[place].id == layer.id:
            return
        row = self.row_of(layer.id)
        if row is None:
            self.beginInsertRows(QModelIndex(), place, place)
            self._rows.insert(place, layer)
            self.endInsertRows()
        else:
            self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), place)
            self._rows.insert(place, self._rows.pop(row))
            self.endMoveRows()

    # -- Qt's questions --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        layer = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return layer.name
        if role == LAYER_ROLE:
            return layer
        if role == SOLO_ROLE:
            return None if self._solo_id is None else layer.id == self._solo_id
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(layer)
        return None

    def _spoken(self, layer: LayerRow) -> str:
        words = [
            layer.name,
            "visible" if layer.visible else "hidden",
            "shown alone" if layer.id == self._solo_id else "",
            "locked" if layer.locked else "",
            "colours pinned" if layer.pinned else "",
            layer.source,
            f"opacity {layer.percent} percent",
        ]
        return ", ".join(word for word in words if word)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable
