"""Which control a key belongs to: a field that is typed into keeps what it can use, the photo gets the rest."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QKeySequenceEdit, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

Keys = Qt.KeyboardModifier

TEXT_FIELDS = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit, QKeySequenceEdit)
MOVING_KEYS = frozenset(
    {
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
    }
)
"""What a control that is no text field is worked with."""
EDITING_KEYS = MOVING_KEYS | {Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Insert}


class KeyGuard(QObject):
    """Watches the keys that reach the window, after the focused control has had its say and before a shortcut.

    Qt asks the control first whether it wants a key that is also a shortcut, then its parents, the window last. A text
    field there claims letters, but neither Tab nor Shift + arrow nor Ctrl + Backspace; this claims them for it. The
    photo claims nothing, so with it in focus every shortcut works.
    """

    def __init__(self, window: QWidget, photo: QWidget) -> None:
        super().__init__(window)
        self._window, self._photo = window, photo
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if not isinstance(event, QKeyEvent):
            return False
        focus = self._window.focusWidget()
        if event.type() == QEvent.Type.ShortcutOverride and self._claims(focus, event):
            event.accept()
            return True
        # What a text field let pass, such as Up in a single line, must not move the photo.
        return event.type() == QEvent.Type.KeyPress and isinstance(focus, TEXT_FIELDS) and _types(event)

    def _claims(self, focus: QWidget | None, event: QKeyEvent) -> bool:
        if focus is None or focus in (self._photo, self._window):
            return False
        if isinstance(focus, TEXT_FIELDS):
            return _types(event)
        plain = event.modifiers() & ~(Keys.ShiftModifier | Keys.KeypadModifier) == Keys.NoModifier
        return plain and Qt.Key(event.key()) in MOVING_KEYS


def _types(event: QKeyEvent) -> bool:
    """Whether the key means something to a text field: it edits, or it writes a character.

    On Windows AltGr arrives as Ctrl and Alt together.
    """
    if Qt.Key(event.key()) in EDITING_KEYS:
        return True
    control, alt = (bool(event.modifiers() & key) for key in (Keys.ControlModifier, Keys.AltModifier))
    return event.text().isprintable() and bool(event.text()) and control == alt
