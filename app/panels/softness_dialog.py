"""Feather and density of a mask: how soft it is seen, and how strong; the mask itself stays as it was painted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.document.document import MOST_FEATHER
from app.panels.question import Question
from app.panels.slider import LabelledSlider, align

NOTE = "The mask stays as you painted it; both can be changed or taken back at any time."


class SoftnessSliders(QWidget):
    """Two sliders. ``edited`` carries the feather in photo pixels and the density 0..1, while they are dragged too."""

    edited = Signal(float, float)
    done = Signal()

    def __init__(self, *, slider_width: int = 48, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.feather, self.density = (
            LabelledSlider(
                caption,
                0,
                high,
                suffix,
                bend=bend,
                slider_width=slider_width,
                field_width=68,
            )
            for caption, high, suffix, bend in (("Feather", int(MOST_FEATHER), " px", 2.5), ("Density", 100, " %", 1.0))
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for slider in (self.feather, self.density):
            slider.edited.connect(self._tell)
            slider.done.connect(self.done)
            layout.addWidget(slider)
        align((self.feather, self.density))
        self.show_softness(0.0, 1.0)

    @property
    def softness(self) -> tuple[float, float]:
        """Feather in photo pixels, density 0..1."""
        return float(self.feather.field.value()), self.density.field.value() / 100

    @property
    def is_dragged(self) -> bool:
        """Whether a slider is held at this moment."""
        return self.feather.slider.isSliderDown() or self.density.slider.isSliderDown()

    def show_softness(self, feather: float, density: float) -> None:
        """Show these without reporting them."""
        self.feather.show_value(round(feather))
        self.density.show_value(round(density * 100))

    def _tell(self) -> None:
        self.edited.emit(*self.softness)


class SoftnessDialog(Question):
    """``changed`` carries feather and density while the user looks for them."""

    changed = Signal(float, float)

    def __init__(self, feather: float, density: float, parent: QWidget | None = None) -> None:
        super().__init__("Feather and density", "Apply", parent)
        self.sliders = SoftnessSliders(slider_width=220)
        self.sliders.show_softness(feather, density)
        self.sliders.edited.connect(self.changed)
        note = QLabel(NOTE)
        note.setProperty("role", "hint")
        note.setWordWrap(True)
        self.body.addWidget(self.sliders)
        self.body.addWidget(note)
        self.sliders.feather.field.setFocus()
        self.sliders.feather.field.selectAll()


def ask_softness(
    parent: QWidget, feather: float, density: float, changed: Callable[[float, float], object] | None = None
) -> tuple[float, float] | None:
    """The feather (photo pixels) and density (0..1) wanted; None when cancelled. ``changed`` hears of each trial."""
    dialog = SoftnessDialog(feather, density, parent)
    if changed is not None:
        dialog.changed.connect(changed)
    accepted = dialog.exec()
    dialog.deleteLater()
    return dialog.sliders.softness if accepted else None
