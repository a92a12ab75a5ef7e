"""Which panels are shown: folded sections, hidden parts, all of it put away for the photo alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.panels.side_panel import SidePanel
from app.settings import Settings

SECTIONS = {
    "navigator": "Navigator",
    "layers_panel": "Layers",
    "adjustments_panel": "Adjustments",
    "palettes_panel": "Palettes",
    "tone_panel": "Tone",
    "histogram": "Histogram",
    "history_panel": "History",
}
"""Actions that show or fold a section of the side panel."""


class PanelControl(QObject):
    """``attach`` once the parts are made; until then the handlers do nothing."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._settings = settings
        self._panel: SidePanel | None = None
        self._parts: list[QWidget] = []
        self._actions: Mapping[str, QAction] = {}

    def handlers(self) -> dict[str, Callable[[bool], object]]:
        """Action id to what it does."""
        shown = {action: self._shower(title) for action, title in SECTIONS.items()}
        return {**shown, "hide_panels": self._hide}

    def attach(self, panel: SidePanel, parts: list[QWidget], actions: Mapping[str, QAction]) -> None:
        """``parts`` are what *Hide panels* hides, the side panel among them."""
        self._panel, self._parts, self._actions = panel, parts, actions
        panel.fold(self._settings.hidden_panels)
        panel.folded.connect(self._folded)
        self._folded()

    def _shower(self, title: str) -> Callable[[bool], None]:
        def show(on: bool) -> None:
            if self._panel is not None:
                self._panel.sections[title].set_open(on)

        return show

    def _folded(self) -> None:
        assert self._panel is not None
        away = self._panel.folded_away
        self._settings.hidden_panels = away
        for action, title in SECTIONS.items():
            self._actions[action].setChecked(title not in away)

    def _hide(self, hidden: bool) -> None:
        for part in self._parts:
            part.setVisible(not hidden)
