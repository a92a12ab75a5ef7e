"""Keys and actions that random hands try."""

from __future__ import annotations

from PySide6.QtCore import Qt

Keys, Key = Qt.KeyboardModifier, Qt.Key

LEAVES_THE_WINDOW = {"open", "sample", "export", "quit", "command_search", "key_editor", "keys", "about", "full_screen"}
"""Actions that lead elsewhere; each has tests of its own."""
CLICKED_KEYS = (
    *(Key.Key_Escape, Key.Key_Return, Key.Key_Backspace, Key.Key_Left, Key.Key_Down, Key.Key_Tab),
    *(Key.Key_0, Key.Key_3, Key.Key_7, Key.Key_X, Key.Key_D, Key.Key_Q, Key.Key_K, Key.Key_A, Key.Key_C),
    *(Key.Key_B, Key.Key_E, Key.Key_M, Key.Key_L, Key.Key_W, Key.Key_G, Key.Key_I, Key.Key_H, Key.Key_Z),
    *(Key.Key_BracketLeft, Key.Key_BracketRight, Key.Key_F4, Key.Key_F5, Key.Key_O, Key.Key_F8),
)
CONTROL_KEYS = (
    *(Key.Key_Z, Key.Key_Z, Key.Key_Y, Key.Key_A, Key.Key_D, Key.Key_I, Key.Key_C, Key.Key_V, Key.Key_Backspace),
    *(Key.Key_0, Key.Key_1, Key.Key_Plus, Key.Key_Minus, Key.Key_Left, Key.Key_Right),
)
HELD_KEYS = {Key.Key_Space: Keys.NoModifier, Key.Key_Y: Keys.NoModifier, Key.Key_Backslash: Keys.NoModifier} | {
    Key.Key_Alt: Keys.AltModifier,
    Key.Key_Shift: Keys.ShiftModifier,
    Key.Key_Control: Keys.ControlModifier,
}
