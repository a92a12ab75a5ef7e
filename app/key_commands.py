"""The keys of the window: who has which, changing them, finding commands without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions import ACTIONS
from app.canvas.canvas import Canvas
from app.key_guard import KeyGuard
from app.keymap import Keymap
from app.panels import dialogs
from app.panels.command_search import CommandSearch
from app.panels.key_editor import edit_keys
from app.settings import Settings


class KeyCommands(QObject):
    """``keymap`` holds what is in the settings; :meth:`attach` gives it to the actions."""

    def __init__(self, window: QWidget, canvas: Canvas, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._canvas, self._settings = window, canvas, settings
        self._actions: Mapping[str, QAction] = {}
        self._guard = KeyGuard(window, canvas)
        self.keymap = Keymap(ACTIONS, settings.key_preset, settings.keys)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Action id to what it does."""
        return {"command_search": self._search, "key_editor": self._edit, "keys": self._show}

    def attach(self, actions: Mapping[str, QAction]) -> None:
        """Give these actions their keys now, and the search its list."""
        self._actions = actions
        self.search = CommandSearch(self._window, ACTIONS, actions)
        self.search.recent = list(self._settings.recent_commands)
        self.search.closed.connect(self._canvas.setFocus)
        self._apply()

    def _apply(self) -> None:
        self.keymap.apply(self._actions)
        self._canvas.shift_drag_resizes = self.keymap.shift_drag_resizes

    def _search(self) -> None:
        self.search.pop_up(has_photo=self._actions["zoom_fit"].isEnabled())

    def _edit(self) -> None:
        changed = edit_keys(self._window, self.keymap, self._settings.export_folder)
        if changed is not None:
            self.keymap = changed
            self._apply()
            self.remember()
            self._settings.save()

    def _show(self) -> None:
        dialogs.show_keys(self._window, self.keymap)

    def remember(self) -> None:
        """Put keys and recent commands into the settings."""
        self._settings.key_preset = self.keymap.preset
        self._settings.keys = self.keymap.changes
        self._settings.recent_commands = list(self.search.recent)
