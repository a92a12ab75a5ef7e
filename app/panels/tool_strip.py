"""The narrow strip of tools and views to the left of the photo."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.panels.brush_bar import icon_button, separator_line

WIDTH = 48


class ToolStrip(QWidget):
    """Groups of actions as icon buttons, a line between groups, and the *hold to compare* button at the end.

    ``compared`` is True while that button is held.
    """

    compared = Signal(bool)

    def __init__(self, groups: list[list[QAction]], compare: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 8)
        layout.setSpacing(4)
        for group in groups:
            for action in group:
                layout.addWidget(icon_button(action, 36))
            layout.addSpacing(3)
            layout.addWidget(separator_line())
            layout.addSpacing(3)
        self.compare_button = self._hold_button(compare)
        layout.addWidget(self.compare_button)
        layout.addStretch(1)

    def _hold_button(self, compare: QAction) -> QToolButton:
        """A button that acts while it is held, unlike its menu action, which switches."""
        button = QToolButton()
        button.setIcon(compare.icon())
        button.setIconSize(icon_button(compare).iconSize())
        button.setFixedSize(36, 36)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip("Hold to see the photo before your colour (\\ or Y)")
        button.setAccessibleName("Hold to compare")
        button.pressed.connect(self._hold)
        button.released.connect(self._let_go)
        compare.enabledChanged.connect(button.setEnabled)
        button.setEnabled(compare.isEnabled())
        return button

    def _hold(self) -> None:
        self.compared.emit(True)

    def _let_go(self) -> None:
        self.compared.emit(False)
