"""Waits for one key, and warns in words when something else answers to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QKeySequenceEdit, QLabel, QPushButton, QWidget

from app import theme
from app.action_spec import ActionSpec
from app.keymap import Keymap, canvas_keys, native, normalised

RESTING = "Enter changes the key of the marked action, Insert adds one, Delete leaves it without."


class ChordEdit(QKeySequenceEdit):
    """Takes one key with what is held beside it, Tab as well; Esc gives up."""

    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)
        self.setFinishingKeyCombinations([])
        self.setAccessibleName("New key")

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab is a key like any other here."""
        del forward
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # else Esc would close the dialog
            return True
        return super().event(event)


class KeyRecorder(QFrame):
    """A strip that asks for a key, and asks again before another action loses it.

    ``chosen`` carries the action's id, the key in portable words, and whether it is one more; ``ended`` follows in any
    case, and when the user gives up.
    """

    chosen = Signal(str, str, bool)
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keymap: Keymap | None = None
        self._spec: ActionSpec | None = None
        self._add = False
        self._key = ""
        self.setObjectName("keyRecorder")
        self.setStyleSheet(
            f"#keyRecorder {{ background: {theme.FIELD}; border: 1px solid {theme.LINE}; border-radius: 6px; }}"
        )
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.edit = ChordEdit()
        self.edit.setFixedWidth(160)
        self.replace = QPushButton("&Replace")
        self.cancel = QPushButton("Cancel")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.edit)
        for button in (self.replace, self.cancel):
            layout.addWidget(button)
        self.setMinimumHeight(56)
        self.edit.editingFinished.connect(self._typed)
        self.edit.given_up.connect(self.end)
        self.replace.clicked.connect(self._take)
        self.cancel.clicked.connect(self.end)
        self._rest()

    @property
    def is_asking(self) -> bool:
        """Whether a key, or an answer, is waited for."""
        return self._spec is not None

    def ask(self, keymap: Keymap, spec: ActionSpec, *, add: bool) -> None:
        """Wait for a key for the action."""
        self._keymap, self._spec, self._add = keymap, spec, add
        more = "one more key" if add else "the new key"
        self._say(f"Press {more} for “{spec.name}”. Esc leaves it as it is.")
        self.edit.clear()
        for button in (self.replace, self.cancel):
            button.hide()
        self.edit.show()
        self.edit.setFocus()

    def end(self) -> None:
        """Wait no longer."""
        if self._spec is not None:
            self._rest()
            self.ended.emit()

    def _rest(self) -> None:
        self._spec = None
        self._say(RESTING)
        for widget in (self.edit, self.replace, self.cancel):
            widget.hide()

    def _say(self, sentence: str) -> None:
        self.words.setText(sentence)
        self.edit.setAccessibleDescription(sentence)
        self.replace.setAccessibleDescription(sentence)
        self.cancel.setAccessibleDescription(sentence)

    def _typed(self) -> None:
        key = normalised(self.edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText))
        if self._spec is None or self._keymap is None or key is None or self.edit.isHidden():
            return
        self._key = key
        others = self._keymap.conflicts(self._spec.id, key)
        if not others:
            self._take()
            return
        possible = all((row := canvas_keys(other)) is None or row.yields for other in others)
        self._say(warning(self._keymap, key, others[0]))
        self.edit.hide()
        self.replace.setVisible(possible)
        self.cancel.show()
        self.cancel.setFocus()

    def _take(self) -> None:
        if self._spec is not None:
            self.chosen.emit(self._spec.id, self._key, self._add)
            self.end()


def warning(keymap: Keymap, key: str, other: str) -> str:
    """What taking ``key`` away from ``other`` – an action or a row of the canvas's own keys – would mean."""
    row = canvas_keys(other)
    if row is None:
        spec = next(spec for spec in keymap.specs if spec.id == other)
        return f"{native(key)} is used by “{spec.name}” in the menu {spec.menu_name}. Replace it?"
    if row.yields:
        return f"{native(key)} {row.does}, and would no longer do that. Replace it?"
    return f"{native(key)} {row.does}. That cannot be changed; choose another key."
