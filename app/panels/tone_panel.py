"""The light of the whole photo: the black-and-white mixer, brightness, contrast and a curve."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.document.space import SRGB
from app.document.tone import RANGES, STRAIGHT, Mixer, Tone
from app.panels.adjustments_panel import AmountPanel, AmountSlider
from app.panels.buttons import separator_line
from app.panels.curve_editor import CurveEditor
from app.pressure import PressureCurve

NOTE = "Tone changes the light of the whole photo. Layers change only the colours."
NO_COLOURS = "This photo was opened without colours, so there are none to mix its grey from."
CURVE_TIP = (
    "From dark to light: what was there before, from left to right, and what it becomes, from bottom to top. "
    "Drag a point, press beside the points to add one, pull one off to remove it."
)
CURVE_HEIGHT = 120
RED, GREEN, BLUE = (float(weight) for weight in SRGB.luminance_weights)
COLOURS = ("red", "green", "blue")


class ToneCurve(CurveEditor):
    """The curve editor with words for light instead of pressure."""

    def _describe(self) -> None:
        dark, light = self.curve.points[self.chosen]
        self.setAccessibleDescription(
            f"Point {self.chosen + 1} of {len(self.curve.points)}: lightness {dark:.0%} becomes {light:.0%}. "
            "Arrows move it, Page Up and Page Down choose another, Insert adds one, Delete removes it."
        )


class TonePanel(AmountPanel):
    """``edited`` carries :class:`Tone`. What the user leaves alone keeps its value to the last digit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Leave the light of the photo as it is", parent)
        self._value = Tone()
        self._weights: Mixer = (RED, GREEN, BLUE)
        self._bends = False
        self._add_note(NOTE)
        self.column.addWidget(_caption("Black-and-white mix"))
        self.mixer = tuple(self._mixer_slider(place, colour) for place, colour in enumerate(COLOURS))
        self.column.addWidget(separator_line())
        self.brightness = self._slider("brightness", "Makes the photo lighter or darker; black and white stay")
        self.contrast = self._slider("contrast", "Spreads light and dark apart, or brings them closer")
        self._add_curve()
        self.finish()
        self.reset.clicked.connect(self._reset)
        self.show_tone(self._value, has_colours=False)

    def _add_note(self, text: str) -> None:
        note = QLabel(text)
        note.setProperty("role", "hint")
        note.setWordWrap(True)
        self.column.addWidget(note)

    def _mixer_slider(self, place: int, colour: str) -> AmountSlider:
        low, high = (round(100 * limit) for limit in RANGES["share"])
        slider = AmountSlider(colour.title(), low, high, " %", "", f"Share of {colour} in the grey")
        slider.edited.connect(partial(self._mixed, place))
        slider.reset.connect(partial(self._unmixed, place))
        self.add_slider(slider)
        return slider

    def _slider(self, name: str, tip: str) -> AmountSlider:
        low, high = (round(100 * limit) for limit in RANGES[name])
        slider = AmountSlider(name.title(), low, high, " %", tip)
        slider.edited.connect(partial(self._slid, name))
        slider.reset.connect(partial(self._slid, name, 0))
        self.add_slider(slider)
        return slider

    def _add_curve(self) -> None:
        self.curve = ToneCurve("Tone curve")
        self.curve.setToolTip(CURVE_TIP)
        self.curve.setFixedHeight(CURVE_HEIGHT)
        self.curve.installEventFilter(self)
        self.curve.edited.connect(self._curved)
        self.straight = QPushButton("Straight")
        self.straight.setProperty("role", "small")
        self.straight.setToolTip("Make the curve a straight line again")
        self.straight.setAutoDefault(False)
        self.straight.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.straight.clicked.connect(self._straighten)
        head = QHBoxLayout()
        head.addWidget(_caption("Curve"), 1)
        head.addWidget(self.straight)
        self.column.addLayout(head)
        self.column.addWidget(self.curve)

    @property
    def tone(self) -> Tone:
        """What the panel shows."""
        return self._value

    @property
    def is_dragged(self) -> bool:
        """Whether a slider, or the curve, is held at this moment: what comes until it is let go is one step."""
        return self._bends or super().is_dragged

    def show_tone(self, tone: Tone, has_colours: bool, weights: Mixer = (RED, GREEN, BLUE)) -> None:
        """Show this without reporting it.

        weights: shares of red, green and blue in the photo's own grey, the luminance weights of its space.
        """
        self._weights = weights
        for colour, slider in zip(COLOURS, self.mixer, strict=True):
            slider.setEnabled(has_colours)
            tip = f"How light things that are {colour} become; shares that add up to 100 % leave grey as it is"
            slider.explain(tip if has_colours else NO_COLOURS)
        self._show(tone)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice, before the curve does, when it is taken hold of and when it is let go."""
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            pressed = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
            if pressed and not self._bends:
                self.drag_began.emit()
            self._bends = pressed
        return super().eventFilter(watched, event)

    def _show(self, tone: Tone) -> None:
        self._value = tone
        for slider, share in zip(self.mixer, tone.mixer or self._weights, strict=True):
            slider.show_value(round(100 * share))
        self.brightness.show_value(round(100 * tone.brightness))
        self.contrast.show_value(round(100 * tone.contrast))
        self.curve.show_curve(PressureCurve(tone.curve))
        self.straight.setEnabled(tone.curve != STRAIGHT)
        self.reset.setEnabled(not tone.is_neutral)

    def _mixed(self, place: int, percent: int) -> None:
        self._mix(place, percent / 100)

    def _unmixed(self, place: int) -> None:
        self._mix(place, self._weights[place])

    def _mix(self, place: int, share: float) -> None:
        shares = list(self._value.mixer or self._weights)
        shares[place] = share
        red, green, blue = shares
        mixer = (red, green, blue)
        self._take(replace(self._value, mixer=None if mixer == self._weights else mixer))

    def _slid(self, name: str, percent: int) -> None:
        changed: dict[str, Any] = {name: percent / 100}
        self._take(replace(self._value, **changed))

    def _curved(self, curve: PressureCurve) -> None:
        self._take(replace(self._value, curve=curve.points))

    def _straighten(self) -> None:
        self._take(replace(self._value, curve=STRAIGHT))

    def _reset(self) -> None:
        self._take(Tone())

    def _take(self, tone: Tone) -> None:
        if tone != self._value:
            self._show(tone)
            self.edited.emit(tone)


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    return label
