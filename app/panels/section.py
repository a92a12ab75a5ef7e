"""A part of the side panel with a heading that folds it away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.panels.buttons import bare


class _Heading(QToolButton):
    """Right opens and Left folds, as in a tree; no arrow leads away from it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.setChecked(event.key() == Qt.Key.Key_Right)
        elif event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)


class Section(QWidget):
    """``opened`` follows the heading: True when the widgets are shown."""

    opened = Signal(bool)

    def __init__(self, title: str, widgets: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.heading = _Heading()
        self.heading.setText(title)
        self.heading.setProperty("role", "heading")
        self.heading.setCheckable(True)
        self.heading.setChecked(True)
        self.heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.setIcon(theme.fold_icon())
        self.heading.toggled.connect(self._show)
        self.content = QWidget()
        inner = QVBoxLayout(self.content)
        bare(inner, 8)
        inner.setContentsMargins(0, 0, 0, 8)
        for widget in widgets:
            inner.addWidget(widget)
        layout = QVBoxLayout(self)
        bare(layout, 4)
        layout.addWidget(self.heading)
        layout.addWidget(self.content, 1)
        self._describe()

    @property
    def is_open(self) -> bool:
        return self.heading.isChecked()

    def set_open(self, on: bool) -> None:
        """Unfold it or fold it away."""
        self.heading.setChecked(on)

    def _show(self, on: bool) -> None:
        self.content.setVisible(on)
        self._describe()
        self.opened.emit(on)

    def _describe(self) -> None:
        self.heading.setAccessibleName(f"{self.title}, {'open' if self.is_open else 'folded away'}")
        self.heading.setToolTip(f"{'Fold away' if self.is_open else 'Show'} {self.title.lower()}")
