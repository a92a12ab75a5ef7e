"""The presets of the brush as a grid of small strokes with their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from app.brush_presets import BUILT_IN, BrushPreset, free_name, renamed, restored
from app.panels.stroke_preview import stroke_pixmap

Index = QModelIndex | QPersistentModelIndex

PREVIEW = (96, 32)
"""Logical pixels."""
CELL = (120, 62)


class PresetModel(QAbstractListModel):
    """A list of presets whose names can be edited; ``changed`` follows every change but :meth:`show`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.dpr = 1.0
        self._presets: list[BrushPreset] = list(BUILT_IN)

    @property
    def presets(self) -> list[BrushPreset]:
        return list(self._presets)

    def show(self, presets: Sequence[BrushPreset]) -> None:
        self.beginResetModel()
        self._presets = list(presets)
        self.endResetModel()

    def add(self, preset: BrushPreset) -> QModelIndex:
        """At the end, numbered where the name is taken."""
        row = len(self._presets)
        self.beginInsertRows(QModelIndex(), row, row)
        name = free_name(self._presets, preset.name)
        self._presets.append(BrushPreset(name, preset.values, preset.keep_size))
        self.endInsertRows()
        self.changed.emit()
        return self.index(row)

    def remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._presets[row]
        self.endRemoveRows()
        self.changed.emit()

    def restore(self) -> None:
        """The built-in ones as they were; the user's own stay."""
        self.show(restored(self._presets))
        self.changed.emit()

    # -- Qt's questions --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._presets)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not 0 <= index.row() < len(self._presets):
            return None
        preset = self._presets[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return preset.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{preset.name}, {preset.values.size:g} px" if preset.keep_size else preset.name
        if role == Qt.ItemDataRole.DecorationRole:
            picture = stroke_pixmap(preset.values, *PREVIEW, self.dpr)
            icon = QIcon(picture)
            icon.addPixmap(picture, QIcon.Mode.Selected)  # or Qt would tint it
            return icon
        return None

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Rename; a name that cannot be one leaves the old."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        try:
            self._presets = renamed(self._presets, index.row(), str(value))
        except ValueError:
            return False
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable


class PresetList(QListView):
    """``chosen`` carries the preset that was clicked, or on which Return or Space was pressed."""

    chosen = Signal(object)

    def __init__(self, presets: PresetModel) -> None:
        super().__init__()
        self.presets = presets
        self.setModel(self.presets)
        self.setProperty("role", "grid")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(*PREVIEW))
        self.setGridSize(QSize(*CELL))
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setAccessibleName("Brush presets")
        self.setAccessibleDescription("Return takes a preset, F2 renames it, Delete removes it.")
        self.clicked.connect(self._choose)

    def showEvent(self, event: QShowEvent) -> None:
        self.presets.dpr = self.devicePixelRatioF()
        super().showEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.presets.presets[index.row()])

    def remove_current(self) -> None:
        """The preset that the keys stand on goes."""
        if self.currentIndex().isValid():
            self.presets.remove(self.currentIndex().row())

    def rename_current(self) -> None:
        """Open the name of the preset that the keys stand on."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if not editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentIndex())
        elif not editing and event.key() == Qt.Key.Key_Delete:
            self.remove_current()
        else:
            super().keyPressEvent(event)
