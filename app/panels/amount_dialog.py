"""By how many pixels: the question behind Grow, Shrink, Smooth and Feather."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.document.mask_ops import MOST_PIXELS
from app.panels.question import Question
from app.panels.slider import LabelledSlider


class AmountDialog(Question):
    """``amount`` is a number of photo pixels from 1 to 500; ``changed`` follows it while the user looks for it."""

    changed = Signal(int)

    def __init__(self, title: str, label: str, amount: float, parent: QWidget | None = None) -> None:
        """``label`` ends in a word that the number follows, such as "Grow by"."""
        super().__init__(title, title.split()[0], parent)
        self.slider = LabelledSlider(label, 1, MOST_PIXELS, " px", logarithmic=True, slider_width=200, field_width=80)
        self.slider.show_value(round(amount))
        self.slider.edited.connect(self.changed)
        self.body.addWidget(self.slider)
        self.slider.field.setFocus()
        self.slider.field.selectAll()

    @property
    def amount(self) -> int:
        return self.slider.field.value()


def ask_amount(parent: QWidget, title: str, label: str, amount: float) -> float | None:
    """The pixels that the user wants, beginning with ``amount``; None when the question was cancelled."""
    dialog = AmountDialog(title, label, amount, parent)
    accepted = dialog.exec()
    dialog.deleteLater()
    return float(dialog.amount) if accepted else None
