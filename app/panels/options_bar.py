"""What the tool in hand can be told: one page per kind of tool, all of the same size, so that nothing jumps."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.brush_settings import BrushSettings
from app.panels.brush_page import BrushPage
from app.panels.tool_pages import DabPage, EyedropperPage, FillPage, GradientPage, SelectPage, ViewPage, WandPage
from app.tool_options import ToolOptions

VIEW_ACTIONS = ("zoom_fit", "zoom_actual", "reset_rotation")


class OptionsBar(QStackedWidget):
    """Pages "brush", "select", "wand", "fill", "gradient", "eyedropper", "dab", "view", and "" for nothing to tell.

    ``rotation_edited`` carries degrees that the view is to be turned to; ``done`` asks to give the keyboard back.
    """

    rotation_edited = Signal(float)
    done = Signal()

    def __init__(
        self,
        brush: BrushSettings,
        options: ToolOptions,
        actions: Mapping[str, QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.brush, self.view = BrushPage(brush), ViewPage([actions[name] for name in VIEW_ACTIONS])
        self.select, self.wand, self.fill = SelectPage(options), WandPage(options), FillPage(options)
        self.gradient, self.eyedropper = GradientPage(options), EyedropperPage(options)
        self.dab = DabPage(options)
        self._pages: dict[str, QWidget] = {
            "brush": self.brush,
            "select": self.select,
            "wand": self.wand,
            "fill": self.fill,
            "gradient": self.gradient,
            "eyedropper": self.eyedropper,
            "dab": self.dab,
            "view": self.view,
            "": QWidget(),
        }
        self._holders: dict[str, QWidget] = {}
        for name, page in self._pages.items():
            self._holders[name] = holder = QWidget()
            layout = QHBoxLayout(holder)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(page)
            layout.addStretch(1)
            self.addWidget(holder)
        for page in (self.brush, self.select, self.wand, self.fill, self.dab, self.view):
            page.done.connect(self.done)
        self.view.rotation_edited.connect(self.rotation_edited)
        self.show_page("brush")

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        shown = self.currentWidget()
        return next(name for name, holder in self._holders.items() if holder is shown)

    def show_page(self, name: str) -> None:
        """Show the page of this name. Raises KeyError where there is none."""
        self.setCurrentWidget(self._holders[name])

    def show_rotation(self, degrees: float) -> None:
        """Tell by how much the view is turned."""
        self.view.show_rotation(degrees)
