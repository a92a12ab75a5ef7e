"""A caption, a slider and a field that always agree: one number of the brush."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QSlider, QSpinBox, QWidget

STEPS = 1000


class NumberField(QSpinBox):
    """A spin box that gives the keyboard back (``done``) after Return, or after Escape with the number it had.

    In a dialog both keys are the dialog's.
    """

    done = Signal()

    def __init__(self, low: int, high: int, suffix: str, width: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setSuffix(suffix)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedWidth(width)
        self.lineEdit().setTextMargins(0, 0, 4, 0)
        self.setKeyboardTracking(False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that only passes by scrolls the panel instead."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def show_value(self, value: int) -> None:
        """Show ``value`` without reporting it."""
        blocked = self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(blocked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.lineEdit().setText(self.textFromValue(self.value()))  # what was typed and not confirmed
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.setAccepted(not isinstance(self.window(), QDialog))
            self.done.emit()


class _Slider(QSlider):
    """Leaves the wheel to the panel it is on, as long as it has not the keyboard."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LabelledSlider(QWidget):
    """An integer from ``low`` to ``high``; with ``logarithmic`` equal ways of the slider are equal ratios.

    ``bend`` above 1 makes the slider finer near ``low``. ``stacked`` puts the slider under its caption. ``edited``
    reports what the user sets, not what :meth:`show_value` does.
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
        bend: float = 1.0,
        captioned: bool = True,
        stacked: bool = False,
        slider_width: int = 96,
        field_width: int = 72,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high, self._logarithmic, self._bend = low, high, logarithmic, bend
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setSingleStep(STEPS // 50)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setMinimumWidth(slider_width)
        self.slider.setAccessibleName(caption)
        self.field = NumberField(low, high, suffix, field_width, caption)
        self.caption = QLabel(caption)
        self.caption.setProperty("role", "caption")
        self.caption.setBuddy(self.field)
        self.caption.setVisible(captioned)
        self._arrange(stacked)
        self.slider.valueChanged.connect(self._slid)
        self.field.valueChanged.connect(self._typed)
        self.field.done.connect(self.done)

    def _arrange(self, stacked: bool) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(0)
        layout.addWidget(self.caption, 0, 0)
        if stacked:
            self.field.setProperty("role", "flat")
            self.slider.setProperty("role", "fine")
            layout.setHorizontalSpacing(0)
            layout.addWidget(self.field, 0, 1, Qt.AlignmentFlag.AlignRight)
            layout.addWidget(self.slider, 1, 0, 1, 2)
        else:
            layout.addWidget(self.slider, 0, 1)
            layout.addWidget(self.field, 0, 2)
            layout.setColumnStretch(1, 1)

    def show_value(self, value: int) -> None:
        """Show ``value`` without reporting it."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(self._position(value))
        self.slider.blockSignals(blocked)
        self.field.show_value(value)

    def _slid(self, position: int) -> None:
        value = self._value(position)
        self.field.show_value(value)
        self.edited.emit(value)

    def _typed(self, value: int) -> None:
        self.show_value(value)
        self.edited.emit(value)

    def _position(self, value: int) -> int:
        value = min(max(value, self._low), self._high)
        if self._logarithmic:
            return round(STEPS * math.log(value / self._low) / math.log(self._high / self._low))
        return round(STEPS * math.pow((value - self._low) / (self._high - self._low), 1 / self._bend))

    def _value(self, position: int) -> int:
        share = position / STEPS
        if self._logarithmic:
            return round(self._low * math.pow(self._high / self._low, share))
        return round(self._low + math.pow(share, self._bend) * (self._high - self._low))


def align(sliders: Sequence[LabelledSlider]) -> None:
    """Give captions that stand below each other the same width."""
    width = max(slider.caption.sizeHint().width() for slider in sliders)
    for slider in sliders:
        slider.caption.setMinimumWidth(width)
