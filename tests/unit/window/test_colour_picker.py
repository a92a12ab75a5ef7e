"""The ways to choose a colour agree, and what was chosen comes among the recent ones once, when it is settled."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.document.gamut_map import srgb_lab
from app.panels.colour_entry import Notation
from app.panels.colour_picker import WIDTH, ColourPicker
from app.panels.swatches import NAMED_COLORS, Color

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
RED = (192, 24, 48)
OTHER = (120, 60, 180)


@pytest.fixture
def picker(qtbot: QtBot, qapp: QApplication) -> ColourPicker:
    theme.apply(qapp)  # sizes are those of the program
    picker = ColourPicker()
    picker.setFixedWidth(WIDTH)
    qtbot.addWidget(picker)
    picker.show()
    return picker


@pytest.fixture
def picked(picker: ColourPicker) -> list[Color | None]:
    colors: list[Color | None] = []
    picker.picked.connect(colors.append)
    return colors


def agree(picker: ColourPicker, color: Color | None) -> bool:
    return picker.color == picker.disc.color == picker.entry.color == color


def test_a_swatch_shows_on_the_disc_and_in_the_entry(picker: ColourPicker, picked: list[Color | None]) -> None:
    for (_, color), swatch in zip(NAMED_COLORS, picker.swatches, strict=True):
        QTest.mouseClick(swatch, LEFT)
        assert picked[-1] == color
        assert agree(picker, color)
        assert swatch.isChecked()
    QTest.mouseClick(picker.auto, LEFT)
    assert picked[-1] is None
    assert agree(picker, None)
    assert picker.auto.isChecked()
    assert picker.recent_colors == []


def test_a_drag_is_remembered_once_where_it_ends(picker: ColourPicker, picked: list[Color | None]) -> None:
    disc = picker.disc
    dones: list[bool] = []
    picker.done.connect(lambda: dones.append(True))
    picker.show_lightness(55)
    picker.set_recent([OTHER])
    QTest.mousePress(disc, LEFT, NONE, disc.place_of(30, 20).toPoint())
    for a in (20, 10, 0):
        QTest.mouseMove(disc, disc.place_of(a, 20).toPoint())
    assert len(picked) == 4
    assert agree(picker, picked[-1])
    assert picker.recent_colors == [OTHER]
    assert not picker.auto.isChecked()
    picker.show_colour(picked[-1])  # as the window answers
    assert (picker.recent_colors, dones) == ([OTHER], [])
    QTest.mouseRelease(disc, LEFT, NONE, disc.place_of(0, 20).toPoint())
    assert picker.recent_colors == [picked[-1], OTHER]
    assert picker.recent[0].isChecked()
    assert dones == [True]


def test_a_drag_taken_back_leaves_no_trace(picker: ColourPicker, picked: list[Color | None], qtbot: QtBot) -> None:
    picker.disc.setFocus()
    qtbot.waitUntil(picker.disc.hasFocus)
    QTest.mousePress(picker.disc, LEFT, NONE, picker.disc.place_of(30, 20).toPoint())
    QTest.keyClick(picker.disc, Qt.Key.Key_Escape)
    assert picked[-1] is None
    assert agree(picker, None)
    assert picker.auto.isChecked()
    assert picker.recent_colors == []


def test_keys_on_the_disc_are_remembered_when_they_rest(
    picker: ColourPicker, picked: list[Color | None], qtbot: QtBot
) -> None:
    picker.disc.setFocus()
    qtbot.waitUntil(picker.disc.hasFocus)
    for _ in range(5):
        QTest.keyClick(picker.disc, Qt.Key.Key_Right)
    assert len(picked) == 5
    assert picker.recent_colors == []
    QTest.keyClick(picker.disc, Qt.Key.Key_Tab)
    assert picker.recent_colors == [picked[-1]]


def test_numbers_and_suggestions_pick(picker: ColourPicker, picked: list[Color | None], qtbot: QtBot) -> None:
    picker.entry.hex.setFocus()
    qtbot.waitUntil(picker.entry.hex.hasFocus)
    QTest.keyClicks(picker.entry.hex, "#c01830")
    QTest.keyClick(picker.entry.hex, Qt.Key.Key_Return)
    assert picked == [RED]
    assert agree(picker, RED)
    assert picker.swatches[6].isChecked()
    picker.show_suggestions([(OTHER, 0.5), ((1, 2, 3), 0.1)])
    QTest.mouseClick(picker.suggestions, LEFT, NONE, picker.suggestions.box_of(0).center().toPoint())
    assert picked[-1] == OTHER
    assert agree(picker, OTHER)
    assert picker.recent_colors == [OTHER]


def test_lightness_goes_to_disc_and_numbers(picker: ColourPicker, picked: list[Color | None]) -> None:
    picker.show_lightness(42)
    assert picker.disc.lightness == 42
    picker.entry.set_notation(Notation.LAB)
    field = picker.entry.lab.fields[1]
    QTest.mouseClick(field.lineEdit(), LEFT)
    QTest.keyClicks(field, "20")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert srgb_lab(picked[-1] or (0, 0, 0)) == pytest.approx((42, 20, 0), abs=0.6)


def test_recent_colours_fill_swatches_and_dots(picker: ColourPicker, picked: list[Color | None]) -> None:
    colors = [(30 * place, 200 - 25 * place, 90) for place in range(8)]
    picker.set_recent(colors)
    assert picker.recent_colors == colors[:6]
    QTest.mouseClick(picker.recent[2], LEFT)
    assert picked == [colors[2]]
    assert picker.recent_colors == [colors[2], *colors[:2], *colors[3:6]]
    with_dots = picker.disc.grab().toImage()
    picker.set_recent([])
    assert picker.disc.grab().toImage() != with_dots


def test_showing_reports_nothing_and_the_latest_comes_first(picker: ColourPicker, picked: list[Color | None]) -> None:
    for color in (OTHER, RED, (1, 2, 3), OTHER, None):
        picker.show_colour(color)
        assert agree(picker, color)
    assert picked == []
    assert picker.recent_colors == [OTHER, (1, 2, 3)]


def test_the_dialog_is_asked_for(picker: ColourPicker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(picker.custom_wanted):
        QTest.mouseClick(picker.custom, LEFT)


@pytest.mark.parametrize("notation", list(Notation))
def test_it_fits_the_side_panel(picker: ColourPicker, notation: Notation) -> None:
    picker.entry.set_notation(notation)
    assert picker.minimumSizeHint().width() <= WIDTH
