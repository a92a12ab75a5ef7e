"""Five sliders that change the colours of one layer: strength, saturation, vibrance, hue and warmth."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.document.adjustments import NEUTRAL, RANGES, Adjustments
from app.panels.buttons import bare
from app.panels.slider import LabelledSlider, align

_SHOWN = (
    ("strength", "Strength", " %", "How much of the layer's colour is shown; at 0 % it is grey"),
    ("saturation", "Saturation", " %", "Makes all colours of the layer stronger or paler"),
    ("vibrance", "Vibrance", " %", "Makes pale colours stronger or paler, vivid ones and skin only a little"),
    ("hue", "Hue", "°", "Turns all colours of the layer around the colour wheel"),
    ("warmth", "Warmth", " %", "Moves colours towards yellow, below 0 towards blue; grey stays grey"),
)
"""Field of :class:`Adjustments`, caption, unit, what it does."""


class AmountSlider(LabelledSlider):
    """A slider with words for those who point at it or listen; ``reset`` follows a double click on it or its caption.

    ``name`` is what a screen reader says where the caption alone would be too short.
    """

    reset = Signal()

    def __init__(self, caption: str, low: int, high: int, suffix: str, tip: str, name: str = "") -> None:
        super().__init__(caption, low, high, suffix, slider_width=48, field_width=68)
        for watched in (self.caption, self.slider):
            watched.installEventFilter(self)
        for control in (self.slider, self.field):
            control.setAccessibleName(name or caption)
        self.explain(tip)

    def explain(self, tip: str) -> None:
        """Say this of the slider."""
        for widget in (self.caption, self.slider, self.field):
            widget.setToolTip(tip)
            widget.setAccessibleDescription(tip)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonDblClick:
            if event.button() == Qt.MouseButton.LeftButton:
                self.reset.emit()
            return True
        return super().eventFilter(watched, event)


class AmountPanel(QWidget):
    """What both panels of sliders share: who is told, what a drag is, and a button that brings everything back.

    ``edited`` carries the new value while a slider is dragged too; ``drag_began`` comes before the first of them.
    ``done`` gives the keyboard back, after Return and Escape.
    """

    edited = Signal(object)
    drag_began = Signal()
    done = Signal()

    def __init__(self, reset_tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sliders: list[AmountSlider] = []
        self.reset = QPushButton("Reset")
        self.reset.setProperty("role", "small")
        self.reset.setToolTip(reset_tip)
        self.reset.setAccessibleName(reset_tip)
        self.reset.setAutoDefault(False)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.column = QVBoxLayout(self)
        bare(self.column, 8)

    @property
    def is_dragged(self) -> bool:
        """Whether a slider is held at this moment: what comes until it is let go is one step."""
        return any(slider.slider.isSliderDown() for slider in self._sliders)

    def add_slider(self, slider: AmountSlider) -> None:
        """Put a slider below what is there."""
        slider.slider.sliderPressed.connect(self.drag_began)
        slider.done.connect(self.done)
        self._sliders.append(slider)
        self.column.addWidget(slider)

    def finish(self) -> None:
        """Give the captions one width and put the button below all."""
        align(self._sliders)
        self.column.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.done.emit()
        else:
            super().keyPressEvent(event)


class AdjustmentsPanel(AmountPanel):
    """``edited`` carries :class:`Adjustments`. What the user leaves alone keeps its value to the last digit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Leave the layer's colours as they are", parent)
        self._value = NEUTRAL
        self.sliders: dict[str, AmountSlider] = {}
        self._scales: dict[str, int] = {}
        for name, caption, suffix, tip in _SHOWN:
            low, high = RANGES[name]
            scale = self._scales[name] = 100 if "%" in suffix else 1
            slider = AmountSlider(caption, round(low * scale), round(high * scale), suffix, tip)
            slider.edited.connect(partial(self._slid, name))
            slider.reset.connect(partial(self._put_back, name))
            self.sliders[name] = slider
            self.add_slider(slider)
        self.finish()
        self.reset.clicked.connect(self._reset)
        self.show_adjustments(NEUTRAL)

    @property
    def adjustments(self) -> Adjustments:
        """What the panel shows."""
        return self._value

    def show_adjustments(self, adjustments: Adjustments) -> None:
        """Show these without reporting them."""
        self._value = adjustments
        for name, slider in self.sliders.items():
            slider.show_value(round(getattr(adjustments, name) * self._scales[name]))
        self.reset.setEnabled(not adjustments.is_neutral)

    def _slid(self, name: str, value: int) -> None:
        self._take(replace(self._value, **{name: value / self._scales[name]}))

    def _put_back(self, name: str) -> None:
        self._take(replace(self._value, **{name: getattr(NEUTRAL, name)}))

    def _reset(self) -> None:
        self._take(NEUTRAL)

    def _take(self, adjustments: Adjustments) -> None:
        if adjustments != self._value:
            self.show_adjustments(adjustments)
            self.edited.emit(adjustments)
