"""From which lightness to which: the question behind a selection or a mask by luminance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app import theme
from app.document.wand import coverage_in_range
from app.panels.lightness_range import LightnessRange
from app.panels.question import Question
from app.panels.slider import LabelledSlider, NumberField

Lightness = npt.NDArray[np.float32]

BINS = 128
FIRST_RANGE = (60.0, 100.0, 10.0)
"""The lights, with soft shoulders: low, high, softness in L*."""


class LuminanceDialog(Question):
    """``changed`` carries low, high and softness, all in L* 0..100, while the user looks for them.

    The small picture shows in the accent colour what would be chosen.
    """

    changed = Signal(float, float, float)

    def __init__(self, title: str, lightness: Lightness, parent: QWidget | None = None) -> None:
        """lightness: (h, w) L* 0..100 of the photo in small."""
        super().__init__(title, "Select" if title.startswith("Select") else "Apply", parent)
        self._lightness = lightness
        counts, _edges = np.histogram(lightness, BINS, (0.0, 100.0))
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName("What is chosen")
        self.range = LightnessRange(counts)
        self.low = NumberField(0, 100, "", 56, "Darkest L*")
        self.high = NumberField(0, 100, "", 56, "Lightest L*")
        self.softness = LabelledSlider("Softness", 0, 100, "", bend=1.6, slider_width=160, field_width=56)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        self._add_end(ends, "Darkest L*", self.low)
        ends.addStretch(1)
        self._add_end(ends, "Lightest L*", self.high)
        for widget in (self.picture, self.range):
            self.body.addWidget(widget)
        self.body.addLayout(ends)
        self.body.addWidget(self.softness)
        self.range.edited.connect(self._dragged)
        self.low.valueChanged.connect(self._typed_low)
        self.high.valueChanged.connect(self._typed_high)
        self.softness.edited.connect(self._softened)
        self._chosen = FIRST_RANGE
        self._show()

    @staticmethod
    def _add_end(ends: QHBoxLayout, caption: str, field: NumberField) -> None:
        label = QLabel(caption)
        label.setProperty("role", "caption")
        label.setBuddy(field)
        ends.addWidget(label)
        ends.addWidget(field)

    @property
    def chosen(self) -> tuple[float, float, float]:
        """low <= high and softness, L*."""
        return self._chosen

    def _dragged(self, low: float, high: float) -> None:
        self._take(low, high, self._chosen[2])

    def _typed_low(self, low: int) -> None:
        self._take(float(low), max(float(low), self._chosen[1]), self._chosen[2])

    def _typed_high(self, high: int) -> None:
        self._take(min(float(high), self._chosen[0]), float(high), self._chosen[2])

    def _softened(self, softness: int) -> None:
        self._take(*self._chosen[:2], float(softness))

    def _take(self, low: float, high: float, softness: float) -> None:
        self._chosen = (low, high, softness)
        self._show()
        self.changed.emit(low, high, softness)

    def _show(self) -> None:
        low, high, softness = self._chosen
        self.range.show_range(low, high, softness)
        self.low.show_value(round(low))
        self.high.show_value(round(high))
        self.softness.show_value(round(softness))
        self.picture.setPixmap(_tinted(self._lightness, self._chosen))


def _tinted(lightness: Lightness, chosen: tuple[float, float, float]) -> QPixmap:
    """The photo in grey, what is chosen in the accent colour and as light as it is."""
    accent = QColor(theme.ACCENT)
    share = coverage_in_range(lightness, *chosen)[:, :, None] * np.float32(0.7 / 255)
    grey = np.repeat(lightness[:, :, None] * np.float32(2.55), 3, axis=2)
    tint = np.array([accent.red(), accent.green(), accent.blue()], np.float32)
    rgb = np.ascontiguousarray(np.rint(grey + share * (tint * (0.25 + 0.75 * grey / 255) - grey)).astype(np.uint8))
    height, width = lightness.shape
    return QPixmap.fromImage(QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888))


def ask_luminance(parent: QWidget, title: str, lightness: Lightness) -> tuple[float, float, float] | None:
    """Low, high and softness in L* 0..100; None when the question was cancelled. lightness: (h, w) L* in small."""
    dialog = LuminanceDialog(title, lightness, parent)
    accepted = dialog.exec()
    dialog.deleteLater()
    return dialog.chosen if accepted else None
