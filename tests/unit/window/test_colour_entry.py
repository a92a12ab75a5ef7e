"""Colours are entered in three notations that agree; what is no colour is refused in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.document.gamut_map import srgb_lab
from app.panels.colour_entry import ColourEntry, Notation, read_hex
from app.panels.swatches import Color, css_name

LEFT = Qt.MouseButton.LeftButton
RED = (192, 24, 48)


class Reports:
    """What an entry said."""

    def __init__(self, entry: ColourEntry) -> None:
        self.colors: list[Color] = []
        self.dones = 0
        entry.edited.connect(self.colors.append)
        entry.done.connect(self._done)

    def _done(self) -> None:
        self.dones += 1


@pytest.fixture
def entry(qtbot: QtBot, qapp: QApplication) -> ColourEntry:
    theme.apply(qapp)  # sizes are those of the program
    entry = ColourEntry()
    entry.setFixedWidth(208)
    qtbot.addWidget(entry)
    entry.show()
    return entry


@pytest.fixture
def reports(entry: ColourEntry) -> Reports:
    return Reports(entry)


def write(field: QWidget, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, end)


@given(color=st.tuples(*[st.integers(0, 255)] * 3), hash_sign=st.booleans(), upper=st.booleans())
def test_every_colour_is_read_back(color: Color, hash_sign: bool, upper: bool) -> None:
    text = css_name(color)
    text = text.upper() if upper else text
    assert read_hex(text if hash_sign else text[1:]) == color


@pytest.mark.parametrize(
    ("text", "color"),
    [("#c01830", RED), (" c0 18 30\n", RED), ("#FA0", (255, 170, 0)), ("fa0", (255, 170, 0)), ("\t# c01830 ", RED)],
)
def test_short_forms_and_pasted_spaces_are_read(text: str, color: Color) -> None:
    assert read_hex(text) == color


@pytest.mark.parametrize(
    "text", ["", "#", "red", "#12", "#1234", "#c0183", "##c01830", "#c0183०", "c01830ff", "#g00000"]
)
def test_anything_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no colour\. Write 3 or 6 digits from 0 to f, such as #c01830\."):
        read_hex(text)


def test_a_refused_text_is_not_repeated_at_length() -> None:
    with pytest.raises(ValueError, match="…") as refusal:
        read_hex("x" * 5000)
    assert len(str(refusal.value)) < 120


def test_hexadecimal_is_entered_with_return(entry: ColourEntry, reports: Reports) -> None:
    write(entry.hex, "c01830")
    assert reports.colors == [RED]
    assert reports.dones == 1
    assert entry.hex.text() == "#c01830"
    assert [field.value() for field in entry.rgb.fields] == list(RED)
    write(entry.hex, "#c01830")
    assert reports.colors == [RED]  # the same again is no edit


def test_hexadecimal_is_pasted(entry: ColourEntry, reports: Reports) -> None:
    QGuiApplication.clipboard().setText("  #FA0 ")
    entry.hex.setFocus()
    entry.hex.selectAll()
    QTest.keyClick(entry.hex, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(entry.hex, Qt.Key.Key_Return)
    assert reports.colors == [(255, 170, 0)]


def test_what_is_no_colour_is_said_and_stays_to_be_put_right(entry: ColourEntry, reports: Reports) -> None:
    entry.show_colour((1, 2, 3))
    write(entry.hex, "#c018")
    assert (reports.colors, reports.dones) == ([], 0)
    assert entry.note.isVisible()
    assert "“#c018” is no colour" in entry.note.text()
    assert entry.hex.accessibleDescription() == entry.note.text()
    assert entry.hex.text() == "#c018"
    QTest.keyClicks(entry.hex, "30")
    QTest.keyClick(entry.hex, Qt.Key.Key_Return)
    assert reports.colors == [RED]
    assert not entry.note.isVisible()


def test_escape_brings_the_colour_back(entry: ColourEntry, reports: Reports) -> None:
    entry.show_colour(RED)
    write(entry.hex, "zzz", end=Qt.Key.Key_Escape)
    assert entry.hex.text() == "#c01830"
    assert (reports.colors, reports.dones) == ([], 1)


def test_an_emptied_field_keeps_the_colour(entry: ColourEntry, reports: Reports) -> None:
    entry.show_colour(RED)
    write(entry.hex, " ")
    assert entry.hex.text() == "#c01830"
    assert reports.colors == []
    assert not entry.note.isVisible()


def test_leaving_the_field_enters_too(entry: ColourEntry, reports: Reports, qtbot: QtBot) -> None:
    entry.hex.setFocus()
    qtbot.waitUntil(entry.hex.hasFocus)
    QTest.keyClicks(entry.hex, "c01830")
    QTest.keyClick(entry.hex, Qt.Key.Key_Tab)
    assert not entry.hex.hasFocus()
    assert reports.colors == [RED]


def test_red_green_and_blue_are_entered_singly(entry: ColourEntry, reports: Reports) -> None:
    QTest.mouseClick(entry.modes[Notation.RGB], LEFT)
    assert entry.rgb.isVisible()
    assert not entry.hex.isVisible()
    entry.show_colour(RED)
    write(entry.rgb.fields[1], "200")
    assert reports.colors == [(192, 200, 48)]
    QTest.keyClick(entry.rgb.fields[2], Qt.Key.Key_Up)
    assert reports.colors[-1] == (192, 200, 49)
    assert entry.hex.text() == "#c0c831"


def test_lab_changes_one_number_and_keeps_the_others(entry: ColourEntry, reports: Reports) -> None:
    QTest.mouseClick(entry.modes[Notation.LAB], LEFT)
    entry.show_colour((111, 154, 61))
    lightness, a, b = srgb_lab((111, 154, 61))
    assert [field.value() for field in entry.lab.fields] == [round(lightness), round(a), round(b)]
    write(entry.lab.fields[1], "-10")
    assert srgb_lab(reports.colors[-1]) == pytest.approx((lightness, -10, b), abs=0.6)
    write(entry.lab.fields[0], "40")
    assert srgb_lab(reports.colors[-1]) == pytest.approx((40, -10, b), abs=0.6)
    write(entry.lab.fields[2], "-5")
    assert srgb_lab(reports.colors[-1]) == pytest.approx((40, -10, -5), abs=0.6)


def test_steps_add_up_where_codes_are_coarse(entry: ColourEntry) -> None:
    entry.set_notation(Notation.LAB)
    entry.show_colour((12, 12, 12))
    for _ in range(6):
        QTest.keyClick(entry.lab.fields[1], Qt.Key.Key_Up)
    assert entry.lab.fields[1].value() == 6
    assert srgb_lab(entry.color or (0, 0, 0))[1] == pytest.approx(6, abs=1)


def test_what_srgb_does_not_have_is_shown_as_what_came_of_it(entry: ColourEntry, reports: Reports) -> None:
    entry.set_notation(Notation.LAB)
    entry.show_colour(RED)
    write(entry.lab.fields[0], "95")
    lightness, a, b = srgb_lab(reports.colors[-1])
    assert lightness < 75
    assert [field.value() for field in entry.lab.fields] == [round(lightness), round(a), round(b)]
    assert (a, b) == pytest.approx(srgb_lab(RED)[1:], abs=1)  # the light gave way, not the colour


def test_a_colour_is_begun_from_auto(entry: ColourEntry, reports: Reports) -> None:
    entry.show_colour(RED)
    entry.show_colour(None)
    entry.show_lightness(70)
    assert entry.hex.text() == ""
    assert [field.text() for field in (*entry.rgb.fields, *entry.lab.fields)] == ["–"] * 6
    entry.set_notation(Notation.LAB)
    QTest.mouseClick(entry.lab.fields[1].lineEdit(), LEFT)
    QTest.keyClicks(entry.lab.fields[1], "20")
    QTest.keyClick(entry.lab.fields[1], Qt.Key.Key_Return)
    assert srgb_lab(reports.colors[0]) == pytest.approx((70, 20, 0), abs=0.6)
    entry.show_colour(None)
    entry.set_notation(Notation.RGB)
    write(entry.rgb.fields[0], "9")
    assert reports.colors[-1] == (9, 0, 0)
    assert [field.minimum() for field in entry.rgb.fields] == [0, 0, 0]


def test_showing_reports_nothing(entry: ColourEntry, reports: Reports) -> None:
    for color in (RED, None, (0, 0, 0), (255, 255, 255)):
        entry.show_colour(color)
        assert entry.color == color
    assert reports.colors == []


@pytest.mark.parametrize("notation", list(Notation))
def test_every_notation_fits_the_panel_and_its_longest_numbers_are_seen_whole(
    entry: ColourEntry, notation: Notation
) -> None:
    entry.show_colour((0, 0, 255))
    entry.set_notation(notation)
    assert entry.notation is notation
    assert entry.minimumSizeHint().width() <= 208
    for field in entry.lab.fields:
        line = field.lineEdit()
        needed = line.fontMetrics().horizontalAdvance("-108")
        assert line.width() - line.textMargins().right() >= needed


def test_every_field_has_a_name(entry: ColourEntry) -> None:
    controls = (entry.hex, *entry.rgb.fields, *entry.lab.fields, *entry.modes.values())
    assert len({control.accessibleName() for control in controls}) == 10
