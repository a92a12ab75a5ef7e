"""A caption, a slider and a field that always agree: one number of the brush."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QWidget

STEPS = 1000


class NumberField(QSpinBox):
    """A spin box that gives the keyboard back (``done``) after Return or Escape."""

    done = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.accept()
            self.done.emit()


class LabelledSlider(QWidget):
    """An integer from ``low`` to ``high``; with ``logarithmic`` equal ways of the slider are equal ratios.

    ``edited`` reports what the user sets, not what :meth:`show_value` does.
    """

    edited = Signal(int)
    done = Signal()

    def __init__(
        self,
        caption: str,
        low: int,
        high: int,
        suffix: str,
        *,
        logarithmic: bool = False,
        captioned: bool = True,
        slider_width: int = 96,
        field_width: int = 72,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high, self._logarithmic = low, high, logarithmic
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setSingleStep(STEPS // 50)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setMinimumWidth(slider_width)
        self.slider.setAccessibleName(caption)
        self.field = NumberField()
        self.field.setRange(low, high)
        self.field.setSuffix(suffix)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.field.setFixedWidth(field_width)
        self.field.lineEdit().setTextMargins(0, 0, 4, 0)
        self.field.setKeyboardTracking(False)
        self.field.setAccessibleName(caption)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        if captioned:
            label = QLabel(caption)
            label.setProperty("role", "caption")
            label.setBuddy(self.field)
            layout.addWidget(label)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.slider.valueChanged.connect(self._slid)
        self.field.valueChanged.connect(self._typed)
        self.field.done.connect(self.done)

    def show_value(self, value: int) -> None:
        """Show ``value`` without reporting it."""
        for widget, number in ((self.slider, self._position(value)), (self.field, value)):
            blocked = widget.blockSignals(True)
            widget.setValue(number)
            widget.blockSignals(blocked)

    def _slid(self, position: int) -> None:
        value = self._value(position)
        self.field.blockSignals(True)
        self.field.setValue(value)
        self.field.blockSignals(False)
        self.edited.emit(value)

    def _typed(self, value: int) -> None:
        self.show_value(value)
        self.edited.emit(value)

    def _position(self, value: int) -> int:
        if self._logarithmic:
            return round(STEPS * math.log(value / self._low) / math.log(self._high / self._low))
        return round(STEPS * (value - self._low) / (self._high - self._low))

    def _value(self, position: int) -> int:
        share = position / STEPS
        if self._logarithmic:
            return round(self._low * math.pow(self._high / self._low, share))
        return round(self._low + share * (self._high - self._low))
