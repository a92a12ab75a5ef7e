"""The small questions and messages of the window."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.keymap import Keymap

DRAG_SHIFT = "Shift, dragged"
"""What it means depends on the preset of keys."""

GESTURES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Mouse and pen",
        (
            ("Wheel", "Zoom at the pointer"),
            ("Middle button, dragged", "Move the photo, even in the middle of a stroke"),
            ("Shift + click", "Straight line from the end of the last stroke"),
            (DRAG_SHIFT, ""),
            ("Alt + right button, dragged", "Sideways the size of the brush, up and down its hardness"),
            ("Alt + click", "Take the colour under the pointer"),
            ("The pen's other end", "Eraser"),
        ),
    ),
    (
        "Colour dabs",
        (
            ("Click, Ctrl + click", "Ask for the brush's colour in this place, for grey"),
            ("Dragged", "Move a dab"),
            ("Right click, Delete", "Remove the dab under the pointer, the selected one"),
            ("Alt + click", "Take a dab's colour"),
            ("Arrow keys, with Shift", "Move the selected dab by 1, by 10 pixels of the screen"),
            ("Esc, Return", "Select none"),
        ),
    ),
    (
        "Selections",
        (
            ("Shift, Alt, both", "Add, subtract, intersect"),
            ("Return, Backspace, Esc", "Finish, take back the last corner, give up"),
        ),
    ),
    (
        "Keys on the photo",
        (
            ("Space, held", "Move the photo, even in the middle of a stroke"),
            ("\\ or Y, held", "The photo before your colour"),
            ("1 … 9, 0", "Opacity 10 … 90 %, 100 %; two quickly: 4 2 is 42 %"),
            ("Arrow keys", "Move the photo"),
            ("Esc", "Abort the stroke"),
        ),
    ),
    (
        "Fingers",
        (
            ("Two, moved", "Move, zoom and turn the photo"),
            ("A tap of two, of three", "Undo, redo"),
        ),
    ),
)
"""Headed groups of gesture and meaning."""


class Unsaved(Enum):
    """What to do with a picture that was not exported."""

    EXPORT = "export"
    DISCARD = "discard"
    CANCEL = "cancel"


def ask_unsaved(parent: QWidget, name: str) -> Unsaved:
    """Ask before work is lost."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Huebrush")
    box.setText(f"“{name}” has changes that were not exported.")
    box.setInformativeText("Export the picture, or lose what you have painted?")
    export = box.addButton("Export…", QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(export)
    box.setEscapeButton(cancel)
    box.exec()
    if box.clickedButton() is export:
        return Unsaved.EXPORT
    return Unsaved.DISCARD if box.clickedButton() is discard else Unsaved.CANCEL


def show_error(parent: QWidget, sentence: str) -> None:
    """Tell what went wrong."""
    QMessageBox.warning(parent, "Huebrush", sentence)


def show_keys(parent: QWidget, keymap: Keymap) -> None:
    """The gestures that no menu can show, and where to find the keys of what is in one."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keys and gestures")
    grid = QGridLayout()
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(6)
    for title, gestures in GESTURES:
        heading = QLabel(title)
        heading.setProperty("role", "section")
        heading.setContentsMargins(0, 8 if grid.rowCount() > 1 else 0, 0, 0)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for keys, meaning in gestures:
            row = grid.rowCount()
            caption = QLabel(keys)
            caption.setProperty("role", "caption")
            grid.addWidget(caption, row, 0)
            grid.addWidget(QLabel(meaning or _shift_drag(keymap)), row, 1)
    note = QLabel(_where_keys_are(keymap))
    note.setProperty("role", "hint")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 24, 24, 24)
    layout.setSpacing(20)
    layout.addLayout(grid)
    layout.addWidget(note)
    layout.addWidget(buttons)
    dialog.exec()
    dialog.deleteLater()


def _shift_drag(keymap: Keymap) -> str:
    if keymap.shift_drag_resizes:
        return "Sideways the size of the brush, up and down its hardness"
    return "Stroke in one of eight directions"


def _where_keys_are(keymap: Keymap) -> str:
    search = keymap.shown("command_search")
    find = f"press {search} to search them" if search else "Edit > Find a command searches them"
    return f"All other keys stand in the menus; {find}, choose Edit > Keyboard shortcuts to change them."


def show_about(parent: QWidget) -> None:
    """What this program is."""
    QMessageBox.about(
        parent,
        "Huebrush",
        "<h3>Huebrush</h3><p>Brush colour back into black-and-white photos.</p>"
        "<p>What you do not paint stays grey, bit for bit; the light of the photo is never touched.</p>",
    )


class ExportProgress(QDialog):
    """How far the export is; ``cancelled`` when the user wants it stopped."""

    cancelled = Signal()

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(400)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._label = QLabel(f"Writing {path.name} …")
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addWidget(self._label)
        layout.addWidget(self._bar)
        layout.addWidget(self._buttons)

    def show_progress(self, share: float) -> None:
        """``share`` 0..1."""
        self._bar.setValue(round(share * 1000))

    def reject(self) -> None:
        """Escape, the button or the title bar: ask the job to stop; the window closes when it has."""
        self._label.setText("Stopping …")
        self._buttons.setEnabled(False)
        self.cancelled.emit()
