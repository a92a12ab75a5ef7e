"""The narrow strip of tools and views to the left of the photo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from app.panels.buttons import icon_button, separator_line

SIDE = 32
GAP = 2
MARGIN = 6
LINE_ROOM = 11
"""Between two groups: a line with as much room above as below."""


class ToolStrip(QWidget):
    """Groups of actions as icon buttons, a line between groups, and the *hold to compare* button at the end.

    One column, or two in a window too low for that. ``compared`` is True while that button is held.
    """

    compared = Signal(bool)

    def __init__(self, groups: Sequence[Sequence[QAction]], compare: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Tools")
        self._groups: list[list[QToolButton]] = [[icon_button(action, SIDE) for action in group] for group in groups]
        self.compare_button = self._hold_button(compare)
        self._groups[-1].append(self.compare_button)
        self._lines: list[QFrame] = [separator_line() for _ in self._groups[1:]]
        for button in (button for group in self._groups for button in group):
            button.setParent(self)
        for line in self._lines:
            line.setParent(self)
        self.columns = 1
        self.setMinimumHeight(self._height_in(2))
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self._height_in(self.columns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 1 if self._height_in(1) <= self.height() else 2
        if columns != self.columns:
            self.columns = columns
            self._place()

    def _height_in(self, columns: int) -> int:
        rows = sum(-(-len(group) // columns) for group in self._groups)
        return 2 * MARGIN + rows * (SIDE + GAP) - GAP * len(self._groups) + LINE_ROOM * len(self._lines)

    def _place(self) -> None:
        width = 2 * MARGIN + self.columns * (SIDE + GAP) - GAP
        self.setFixedWidth(width)
        y = MARGIN
        for number, group in enumerate(self._groups):
            if number:
                self._lines[number - 1].setGeometry(MARGIN, y + LINE_ROOM // 2, width - 2 * MARGIN, 1)
                y += LINE_ROOM
            for place, button in enumerate(group):
                row, column = divmod(place, self.columns)
                button.move(MARGIN + column * (SIDE + GAP), y + row * (SIDE + GAP))
            y += -(-len(group) // self.columns) * (SIDE + GAP) - GAP

    def _hold_button(self, compare: QAction) -> QToolButton:
        """A button that acts while it is held, unlike its menu action, which switches."""
        button = QToolButton()
        button.setIcon(compare.icon())
        button.setIconSize(icon_button(compare).iconSize())
        button.setFixedSize(SIDE, SIDE)
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
