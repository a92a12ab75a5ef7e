"""How the hand is calmed: the kind of smoothing, and how much of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.brush_settings import BrushSettings
from app.document.smoothing import Smoothing
from app.panels.buttons import bare
from app.panels.slider import NumberField

KINDS: tuple[tuple[str, Smoothing, str], ...] = (
    ("No smoothing", Smoothing.NONE, "The stroke goes exactly where the pen goes"),
    ("Smooth", Smoothing.BASIC, "Corners of a fast hand become curves"),
    ("Stabiliser", Smoothing.STABILISER, "The brush follows as on a string, for long even lines"),
)


class SmoothingChoice(QWidget):
    """Shows and changes the smoothing of the shared :class:`BrushSettings`."""

    done = Signal()

    def __init__(self, settings: BrushSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.kind = QComboBox()
        self.kind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.kind.setAccessibleName("Smoothing")
        for place, (words, kind, tip) in enumerate(KINDS):
            self.kind.addItem(words, kind)
            self.kind.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.strength = NumberField(0, 100, " %", 60, "Strength of smoothing")
        self.strength.setToolTip("Strength of smoothing")
        layout = QHBoxLayout(self)
        bare(layout, 6)
        layout.addWidget(self.kind, 1)
        layout.addWidget(self.strength)
        self.kind.activated.connect(self._edited)
        self.strength.valueChanged.connect(self._edited)
        self.strength.done.connect(self.done)
        settings.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the settings as they are."""
        kind, strength = self._settings.smoothing
        place = next(number for number, row in enumerate(KINDS) if row[1] is kind)
        self.kind.setCurrentIndex(place)
        self.kind.setToolTip(KINDS[place][2])
        self.strength.show_value(round(strength * 100))
        self.strength.setEnabled(kind is not Smoothing.NONE)

    def _edited(self) -> None:
        kind = KINDS[self.kind.currentIndex()][1]
        self._settings.set_smoothing(kind, self.strength.value() / 100)
