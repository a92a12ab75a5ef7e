"""The buttons and lines that the bars and panels are made of; each button mirrors an action of the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget


def icon_button(action: QAction, side: int = 32) -> QToolButton:
    """A square icon-only button of an action, named for screen readers."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFixedSize(side, side)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.iconText())
    return button


class ActionButton(QPushButton):
    """A button with an action's words; ``role`` is a style of the theme, such as "primary"."""

    def __init__(self, action: QAction, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.iconText())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())


class ActionSwitch(QCheckBox):
    """A check box that mirrors a checkable action."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self._tip = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_tip(self, tip: str) -> None:
        """Say this instead of the action's own tip; an empty one says that again."""
        self._tip = tip
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.iconText())
        self.setToolTip(self._tip or self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())


def separator_line(orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> QFrame:
    """A thin line."""
    line = QFrame()
    line.setProperty("role", "line" if orientation is Qt.Orientation.Horizontal else "upright line")
    return line


def row(widgets: Sequence[QWidget], spacing: int = 8) -> QWidget:
    """Side by side, without margins."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    bare(layout, spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return holder


def bare(layout: QBoxLayout, spacing: int) -> None:
    """Take a layout's margins away."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
