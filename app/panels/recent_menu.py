"""The submenu of recently opened photos."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


class RecentMenu(QObject):
    """``chosen`` carries the Path."""

    chosen = Signal(object)

    def __init__(self, menu: QMenu, *, before: QAction) -> None:
        super().__init__(menu)
        self.menu = QMenu("Open &recent", menu)
        menu.insertMenu(before, self.menu)
        self.menu.triggered.connect(self._chosen)

    def show_files(self, files: list[str]) -> None:
        """The latest first; the first nine get a digit."""
        self.menu.clear()
        self.menu.setEnabled(bool(files))
        for place, file in enumerate(files, start=1):
            name = Path(file).name.replace("&", "&&")
            action = self.menu.addAction(f"&{place}  {name}" if place < 10 else f"     {name}")
            action.setData(file)
            action.setToolTip(file)
            action.setStatusTip(file)

    def _chosen(self, action: QAction) -> None:
        self.chosen.emit(Path(action.data()))
