"""A colour as numbers: in hexadecimal, as red, green and blue, or as L*a*b*."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.document.gamut_map import colour_at, srgb_lab
from app.panels.buttons import bare
from app.panels.slider import NumberField
from app.panels.swatches import Color, css_name

FIELD_WIDTH = 52
LONGEST = 24
"""Characters of a refused text that are repeated."""

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Notation(enum.Enum):
    """How a colour is written."""

    HEX = "Hex"
    RGB = "RGB"
    LAB = "Lab"


def read_hex(text: str) -> Color:
    """The colour of #rgb or #rrggbb, with or without # and with any spaces. Raises ValueError with a sentence."""
    packed = "".join(text.split())
    found = _HEX.fullmatch(packed)
    if found is None:
        shown = packed if len(packed) <= LONGEST else packed[:LONGEST] + "…"
        raise ValueError(f"“{shown}” is no colour. Write 3 or 6 digits from 0 to f, such as #c01830.")
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


class ColourEntry(QWidget):
    """``edited`` carries the (r, g, b) that was entered; ``done`` gives the keyboard back after Return or Escape.

    Of L*a*b* that sRGB does not have, lightness gives way first, as in :func:`app.document.gamut_map.colour_at`.
    """

    edited = Signal(object)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color: Color | None = None
        self._lightness = 60.0
        self._lab = (60.0, 0.0, 0.0)  # finer than codes and fields: one number changes without the others
        self.hex = HexField()
        self.rgb = Triple((("R", "Red", 0, 255), ("G", "Green", 0, 255), ("B", "Blue", 0, 255)))
        self.lab = Triple(
            (
                ("L", "Lightness L*", 0, 100),
                ("a", "a*, green to red", -128, 127),
                ("b", "b*, blue to yellow", -128, 127),
            )
        )
        self.note = QLabel()
        self.note.setProperty("role", "hint")
        self.note.setWordWrap(True)
        self.note.hide()
        self._pages = QStackedWidget()
        self.modes: dict[Notation, QToolButton] = {}
        layout = QVBoxLayout(self)
        bare(layout, 6)
        layout.addLayout(self._mode_row())
        layout.addWidget(self._pages)
        layout.addWidget(self.note)
        for page in (self.hex, self.rgb, self.lab):
            self._pages.addWidget(page)
            page.done.connect(self.done)
        self.hex.edited.connect(self._enter)
        self.hex.refused.connect(self._say)
        self.rgb.edited.connect(self._rgb_edited)
        self.lab.edited.connect(self._lab_edited)
        self.set_notation(Notation.HEX)
        self._refresh()

    def _mode_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        bare(row, 4)
        group = QButtonGroup(self)
        for notation in Notation:
            button = QToolButton()
            button.setText(notation.value)
            button.setCheckable(True)
            button.setFixedHeight(24)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"Write colours as {notation.value}")
            group.addButton(button)
            row.addWidget(button, 1)
            self.modes[notation] = button
        group.buttonClicked.connect(self._mode_clicked)
        return row

    @property
    def color(self) -> Color | None:
        return self._color

    @property
    def notation(self) -> Notation:
        return list(Notation)[self._pages.currentIndex()]

    def set_notation(self, notation: Notation) -> None:
        """Write colours this way."""
        self.modes[notation].setChecked(True)
        self._pages.setCurrentIndex(list(Notation).index(notation))
        self._say("")
        self._refresh()

    def _mode_clicked(self, button: QToolButton) -> None:
        self.set_notation(next(notation for notation, own in self.modes.items() if own is button))

    def showEvent(self, event: QShowEvent) -> None:
        """All pages are as high as a field is in the style that has been given by now."""
        self._pages.setFixedHeight(self.hex.sizeHint().height())
        super().showEvent(event)

    def show_colour(self, color: Color | None) -> None:
        """Show a colour, or empty fields for None, without reporting it."""
        if color != self._color:
            self._color = color
            self._lab = (self._lightness, 0.0, 0.0) if color is None else srgb_lab(color)
            self._say("")
            self._refresh()

    def show_lightness(self, lightness: float) -> None:
        """L* 0..100 of the colour that is begun with a* or b* while there is none."""
        self._lightness = lightness
        if self._color is None:
            self._lab = (lightness, 0.0, 0.0)

    def _enter(self, color: Color) -> None:
        self._say("")
        if color != self._color:
            self.show_colour(color)
            self.edited.emit(color)

    def _rgb_edited(self, place: int, value: int) -> None:
        codes = list(self._color or (0, 0, 0))
        codes[place] = value
        self._enter((codes[0], codes[1], codes[2]))

    def _lab_edited(self, place: int, value: int) -> None:
        wish = list(self._lab)
        wish[place] = float(value)
        color = colour_at(wish[0], wish[1], wish[2])
        reached = srgb_lab(color)
        is_met = all(abs(asked - got) < 1.0 for asked, got in zip(wish, reached, strict=True))
        is_new, self._color = color != self._color, color
        self._lab = (wish[0], wish[1], wish[2]) if is_met else reached
        self._refresh()
        if is_new:
            self.edited.emit(color)

    def _refresh(self) -> None:
        if self._color is None:
            self.hex.show_text("")
            self.rgb.show_values(None)
            self.lab.show_values(None)
        else:
            self.hex.show_text(css_name(self._color))
            self.rgb.show_values(self._color)
            self.lab.show_values([round(value) for value in self._lab])

    def _say(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        self.hex.setAccessibleDescription(sentence)


class HexField(QLineEdit):
    """``edited`` carries the (r, g, b) entered with Return or by leaving the field, ``refused`` why it was none.

    ``done`` gives the keyboard back after Return, or after Escape with the text it had.
    """

    edited = Signal(object)
    refused = Signal(str)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.setPlaceholderText("#rrggbb")
        self.setAccessibleName("Colour in hexadecimal")
        self.setToolTip("Three or six hexadecimal digits, such as #c01830")
        self.editingFinished.connect(self._enter)

    def show_text(self, text: str) -> None:
        """Show a text without reporting it."""
        self._shown = text
        self.setText(text)

    def _enter(self) -> None:
        if not self.isModified() or self.text() == self._shown:
            return
        if not self.text().strip():
            self.show_text(self._shown)
            return
        try:
            color = read_hex(self.text())
        except ValueError as error:
            self.refused.emit(str(error))
        else:
            self.show_text(css_name(color))
            self.edited.emit(color)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.show_text(self._shown)
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.setAccepted(not isinstance(self.window(), QDialog))
            if not self.isModified():  # else it was refused, and waits to be put right
                self.done.emit()


class _DashedField(NumberField):
    """What is typed takes the place of the dash that stands for no number."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.specialValueText() and self.text() == self.specialValueText():
            self.selectAll()
        super().keyPressEvent(event)


class Triple(QWidget):
    """Three whole numbers side by side, each (caption, name, low, high); ``edited`` carries which and its new value."""

    edited = Signal(int, int)
    done = Signal()

    def __init__(self, numbers: Sequence[tuple[str, str, int, int]]) -> None:
        super().__init__()
        self._ranges = [(low, high) for _, _, low, high in numbers]
        self.fields: list[NumberField] = []
        layout = QHBoxLayout(self)
        bare(layout, 4)
        for place, (caption, name, low, high) in enumerate(numbers):
            field = _DashedField(low, high, "", FIELD_WIDTH, name)
            field.valueChanged.connect(lambda value, place=place: self.edited.emit(place, value))
            field.done.connect(self.done)
            label = QLabel(caption)
            label.setProperty("role", "caption")
            label.setBuddy(field)
            if place:
                layout.addStretch(1)
            layout.addWidget(label)
            layout.addWidget(field)
            self.fields.append(field)

    def show_values(self, values: Sequence[int] | None) -> None:
        """Show three numbers, or a dash in each for None, without reporting it."""
        for place, (field, (low, high)) in enumerate(zip(self.fields, self._ranges, strict=True)):
            blocked = field.blockSignals(True)
            field.setSpecialValueText("–" if values is None else "")
            field.setRange(low - 1 if values is None else low, high)
            field.setValue(low - 1 if values is None else values[place])
            field.blockSignals(blocked)
