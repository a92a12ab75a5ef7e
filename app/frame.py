"""The parts of the window and where they stand: bar above, tools left, photo in the middle, panel right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.brush_settings import BrushSettings
from app.canvas.canvas import Canvas
from app.canvas.glimpse import Glimpse
from app.canvas.navigator import Navigator
from app.canvas.tools.table import TOOLS
from app.panels.brush_bar import BrushBar
from app.panels.options_bar import OptionsBar
from app.panels.side_panel import SidePanel
from app.panels.start_page import StartPage
from app.panels.tool_strip import ToolStrip

BAR_ACTIONS = ("open", "undo", "redo")
VIEW_GROUPS = (("zoom_fit", "zoom_actual"), ("overlay", "mask_only"))


class Frame(QWidget):
    """Holds the parts; nothing is connected here but what shows the same action twice."""

    def __init__(self, canvas: Canvas, brush: BrushSettings, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.options_bar = OptionsBar(brush, canvas.options, actions)
        self.brush_bar = BrushBar(brush, self.options_bar, [actions[name] for name in BAR_ACTIONS], actions["export"])
        groups = [[actions[name] for name in group] for group in (*_tool_groups(), *VIEW_GROUPS)]
        self.tool_strip = ToolStrip(groups, actions["compare"])
        self.navigator = Navigator(canvas)
        self.side_panel = SidePanel(actions, self.navigator)
        self.start_page = StartPage(actions["open"], actions["sample"])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(canvas)
        self.glimpse = Glimpse(canvas.background)
        self.pages.addWidget(self.glimpse)
        middle = QHBoxLayout()
        outer = QVBoxLayout(self)
        for layout in (middle, outer):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        middle.addWidget(self.tool_strip)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self.side_panel)
        outer.addWidget(self.brush_bar)
        outer.addLayout(middle, 1)


def _tool_groups() -> list[list[str]]:
    """The ids of the tools, as the table groups them."""
    groups: list[list[str]] = []
    for spec in TOOLS:
        if spec.starts_group or not groups:
            groups.append([])
        groups[-1].append(spec.id)
    return groups
