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

GESTURES: tuple[tuple[str, str], ...] = (
    ("Wheel", "Zoom at the pointer"),
    ("Space or middle button, dragged", "Move the photo, even in the middle of a stroke"),
    ("Shift + click", "Straight line from the end of the last stroke"),
    ("Esc", "Abort the stroke"),
    ("Hold \\ or Y", "The photo before your colour"),
    ("B   E   X", "Brush, eraser, from one to the other"),
    ("[   ]", "Smaller, larger brush"),
    ("Shift + [   ]", "Softer, harder brush"),
    ("A   C   D", "Auto colour, choose a colour, reset the brush"),
    ("Q   Alt + Q", "Mask over the photo, mask alone"),
    ("Ctrl + 0   Ctrl + 1", "Fit in the window, one photo pixel per screen pixel"),
    ("Arrow keys", "Move the photo"),
)


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


def show_keys(parent: QWidget) -> None:
    """The gestures that no menu can show."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keys and gestures")
    grid = QGridLayout()
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(8)
    for row, (keys, meaning) in enumerate(GESTURES):
        caption = QLabel(keys)
        caption.setProperty("role", "section")
        grid.addWidget(caption, row, 0)
        grid.addWidget(QLabel(meaning), row, 1)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 24, 24, 24)
    layout.setSpacing(24)
    layout.addLayout(grid)
    layout.addWidget(buttons)
    dialog.exec()
    dialog.deleteLater()


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
