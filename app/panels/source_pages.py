"""A page of settings for each colour source that has any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.document.layer import Colour
from app.document.sources.neural import MOST_VIVID, Neural
from app.document.sources.painting import Style
from app.document.sources.reference import Method, Reference
from app.document.sources.source import ColourSource
from app.document.sources.tint import TINTS, Stop, Tint
from app.panels.buttons import bare
from app.panels.slider import LabelledSlider
from app.panels.swatches import Swatch

THUMBNAIL = QSize(60, 44)
REFERENCE = QSize(208, 110)
CHOICES = 5
"""The most likely colouring and four others."""
CUSTOM = "Own colours"
STOP_NAMES = ("Shadows", "Midtones", "Highlights")
METHODS = {
    Method.REINHARD_CIELAB: "Mean and spread",
    Method.REINHARD_LAB_ALPHA_BETA: "Mean and spread (lαβ)",
    Method.HISTOGRAM: "Whole distribution",
}


class SourcePage(QWidget):
    """``edited`` carries the source with other settings; ``done`` gives the keyboard back."""

    id = ""
    edited = Signal(object)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        bare(self.column, 8)

    def show_source(self, source: ColourSource) -> None:
        """Show these settings without reporting them."""


class NotePage(SourcePage):
    """A source without settings: a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.column.addWidget(note(sentence))


class NeuralPage(SourcePage):
    """Vividness, and other plausible colourings as small pictures. ``alternatives_wanted`` asks for these."""

    id = Neural.id
    alternatives_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source = Neural()
        self.vividness = LabelledSlider("Vividness", 0, round(100 * MOST_VIVID), " %", slider_width=48, field_width=68)
        self.vividness.setToolTip("Lower is safer, higher is bolder")
        self.vividness.edited.connect(self._vividness_edited)
        self.vividness.done.connect(self.done)
        self.another = small_button("Try another…", "Show other plausible colourings (Ctrl+F5)")
        self.another.clicked.connect(self.alternatives_wanted)
        self.choices = [self._choice(place) for place in range(CHOICES)]
        self._row = QWidget()
        grid = QHBoxLayout(self._row)
        bare(grid, 4)
        for button in self.choices:
            grid.addWidget(button)
        grid.addStretch(1)
        self.column.addWidget(self.vividness)
        self.column.addWidget(self.another, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._row)
        self.show_alternatives(())

    def _choice(self, place: int) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "picture")
        button.setCheckable(True)
        button.setIconSize(QSize(34, 34))
        button.setFixedSize(38, 38)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        name = f"Other colouring {place}" if place else "The most likely colouring"
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(partial(self._choose, place))
        return button

    def show_source(self, source: ColourSource) -> None:
        assert isinstance(source, Neural)
        self._source = source
        self.vividness.show_value(round(100 * source.vividness))
        self._mark()

    def show_alternatives(self, pictures: Sequence[QImage]) -> None:
        """Show these colourings, the most likely one first; none hides them."""
        self._row.setVisible(bool(pictures))
        for button, picture in zip(self.choices, pictures, strict=False):
            button.setIcon(QIcon(QPixmap.fromImage(picture)))
        for place, button in enumerate(self.choices):
            button.setVisible(place < len(pictures))
        self._mark()

    def _mark(self) -> None:
        for place, button in enumerate(self.choices):
            button.setChecked(place == self._source.choice)

    def _choose(self, place: int) -> None:
        self._mark()
        if place != self._source.choice:
            self.edited.emit(replace(self._source, choice=place))

    def _vividness_edited(self, percent: int) -> None:
        self.edited.emit(replace(self._source, vividness=percent / 100))


class TintPage(SourcePage):
    """Ready-made tints, and a colour each for the shadows, the midtones and the highlights.

    ``color_wanted`` asks for another colour of a stop, by its place.
    """

    id = Tint.id
    color_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._source = TINTS[0][1]
        self.presets = narrow(QComboBox())
        self.presets.setAccessibleName("Ready-made tints")
        for name, tint in TINTS:
            self.presets.addItem(name, tint)
        self.presets.addItem(CUSTOM)
        self.presets.activated.connect(self._preset_chosen)
        self.stops = [Swatch(None) for _ in STOP_NAMES]
        row = QWidget()
        line = QHBoxLayout(row)
        bare(line, 8)
        for place, swatch in enumerate(self.stops):
            swatch.setCheckable(False)
            swatch.clicked.connect(partial(self.color_wanted.emit, place))
            line.addWidget(swatch)
        line.addWidget(note("dark to light; click to change"), 1)
        self.column.addWidget(self.presets)
        self.column.addWidget(row)

    def show_source(self, source: ColourSource) -> None:
        assert isinstance(source, Tint)
        self._source = source
        place = next((index for index, (_, tint) in enumerate(TINTS) if tint == source), len(TINTS))
        self.presets.setCurrentIndex(place)
        for index, swatch in enumerate(self.stops):
            stop = source.stops[index] if index < len(source.stops) else None
            only = "Colour" if len(source.stops) == 1 else STOP_NAMES[index]
            swatch.set_color(None if stop is None else stop.color, only if stop is not None else "")
            swatch.setVisible(stop is not None)

    def color_of(self, place: int) -> Colour:
        """The colour of a stop."""
        return self._source.stops[place].color

    def set_color(self, place: int, color: Colour) -> None:
        """Give a stop another colour, and report it."""
        stops = list(self._source.stops)
        stops[place] = Stop(stops[place].lightness, color)
        self.edited.emit(Tint(tuple(stops)))

    def _preset_chosen(self, index: int) -> None:
        tint = self.presets.itemData(index)
        if tint is not None:
            self.edited.emit(tint)
        else:
            self.show_source(self._source)


class ReferencePage(SourcePage):
    """Which picture the colours are taken from, and how. ``picture_wanted`` asks for another, ``pair_wanted`` for two
    regions that shall look alike."""

    id = Reference.id
    picture_wanted = Signal()
    pair_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source: Reference | None = None
        self.name = note("")
        self.shown = QLabel()
        self.shown.setAccessibleName("The reference picture; colours can be taken from it")
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_picture(None)
        self.method = narrow(QComboBox())
        self.method.setAccessibleName("How the reference's colours are taken over")
        for method, title in METHODS.items():
            self.method.addItem(title, method)
        self.method.activated.connect(self._method_chosen)
        self.picture = small_button("Picture…", "Take the colours of another picture")
        self.picture.clicked.connect(self.picture_wanted)
        self.pair = small_button("Regions…", "Choose a region of the reference for what is selected in the photo")
        self.pair.clicked.connect(self.pair_wanted)
        row = QWidget()
        line = QHBoxLayout(row)
        bare(line, 6)
        line.addWidget(self.picture)
        line.addWidget(self.pair)
        line.addStretch(1)
        for widget in (self.name, self.shown, self.method, row):
            self.column.addWidget(widget)

    def show_source(self, source: ColourSource) -> None:
        assert isinstance(source, Reference)
        self._source = source
        pairs = len(source.pairs)
        self.name.setText(source.name if pairs == 1 else f"{source.name} ({pairs} pairs of regions)")
        self.method.setCurrentIndex(self.method.findData(source.method))

    def show_picture(self, picture: QImage | None) -> None:
        """Show the reference itself, small, where it is still known."""
        self.shown.setVisible(picture is not None)
        if picture is not None:
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.shown.setPixmap(QPixmap.fromImage(picture).scaled(REFERENCE, keep, smooth))

    def _method_chosen(self, index: int) -> None:
        if self._source is not None:
            self.edited.emit(replace(self._source, method=self.method.itemData(index)))


class StylePage(SourcePage):
    """Which picture the colours stand together as in, and how much. ``picture_wanted`` asks for another."""

    id = Style.id
    picture_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source: Style | None = None
        self.name = note("")
        self.strength = LabelledSlider("Strength", 0, 100, " %", slider_width=48, field_width=68)
        self.strength.edited.connect(self._strength_edited)
        self.strength.done.connect(self.done)
        self.picture = small_button("Picture…", "Take the style of another picture")
        self.picture.clicked.connect(self.picture_wanted)
        self.column.addWidget(self.name)
        self.column.addWidget(self.strength)
        self.column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)

    def show_source(self, source: ColourSource) -> None:
        assert isinstance(source, Style)
        self._source = source
        self.name.setText(f"Like “{source.name}”")
        self.strength.show_value(round(100 * source.strength))

    def _strength_edited(self, percent: int) -> None:
        if self._source is not None:
            self.edited.emit(replace(self._source, strength=percent / 100))


def small_button(text: str, tip: str) -> QPushButton:
    """A small button that Space does not press while the photo is moved."""
    button = QPushButton(text)
    button.setProperty("role", "small")
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def narrow(combo: QComboBox) -> QComboBox:
    """A choice that gives up width rather than make the panel wider."""
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    return combo


def note(sentence: str) -> QLabel:
    """Words in the muted style, wrapped."""
    label = QLabel(sentence)
    label.setProperty("role", "hint")
    label.setWordWrap(True)
    return label
