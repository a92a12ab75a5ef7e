"""A palette is picked from with mouse and keys; everything else about palettes is asked for by signals."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.document.palette import Palette, Swatch
from app.panels.palette_view import COLUMNS, MOST_ROWS, Lock, PaletteView
from app.panels.swatches import Color

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
AUTUMN = Palette("Autumn", tuple(Swatch((9 * place, 120, 200 - 9 * place), f"Leaf {place}") for place in range(20)))
SEA = Palette("", (Swatch((10, 60, 140)), Swatch((200, 220, 230), "Foam")))
BIG = Palette("Big", tuple(Swatch((place % 256, place // 256, 77)) for place in range(3000)))


class Reports:
    """What a view said, in order."""

    def __init__(self, view: PaletteView) -> None:
        self.said: list[object] = []
        for name in ("picked", "chosen", "removed", "lock_edited"):
            getattr(view, name).connect(lambda value, name=name: self.said.append((name, value)))
        for name in ("load_wanted", "save_wanted", "extract_wanted", "add_colour_wanted", "done"):
            getattr(view, name).connect(lambda name=name: self.said.append(name))


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> PaletteView:
    theme.apply(qapp)  # sizes are those of the program
    view = PaletteView()
    view.setFixedWidth(208)
    qtbot.addWidget(view)
    view.show_palettes([AUTUMN, SEA], 0)
    view.show()
    return view


@pytest.fixture
def reports(view: PaletteView) -> Reports:
    return Reports(view)


def middle(view: PaletteView, place: int) -> QPoint:
    return view.grid.visualRect(view.grid.swatches.index(place)).center()


def colour_at(view: PaletteView, place: int) -> Color:
    seen = view.grid.viewport().grab().toImage().pixelColor(middle(view, place))
    return seen.red(), seen.green(), seen.blue()


def test_a_click_picks_the_square_drawn_there(view: PaletteView, reports: Reports) -> None:
    for place in (0, 7, 19):
        color = AUTUMN.swatches[place].color
        assert colour_at(view, place) == color
        QTest.mouseClick(view.grid.viewport(), LEFT, NONE, middle(view, place))
        assert reports.said[-1] == ("picked", color)
    assert len(reports.said) == 3
    QTest.mouseClick(view.grid.viewport(), LEFT, NONE, middle(view, 19) + QPoint(44, 0))
    assert len(reports.said) == 3


def test_names_are_in_the_tooltips(view: PaletteView) -> None:
    model = view.grid.swatches
    assert model.data(model.index(3), Qt.ItemDataRole.ToolTipRole) == "Leaf 3 #1b78ad"
    view.show_palettes([AUTUMN, SEA], 1)
    assert model.data(model.index(0), Qt.ItemDataRole.ToolTipRole) == "#0a3c8c"
    assert model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole) == "Foam #c8dce6"


def test_arrows_move_between_squares_and_return_picks(view: PaletteView, reports: Reports, qtbot: QtBot) -> None:
    grid = view.grid
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.setCurrentIndex(grid.swatches.index(0))
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert reports.said == [("picked", AUTUMN.swatches[COLUMNS + 1].color)]
    QTest.keyClick(grid, Qt.Key.Key_Left)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert reports.said[1:] == [("picked", AUTUMN.swatches[0].color), "done"]
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert reports.said[3:] == ["done"]


def test_the_first_arrow_begins_at_the_first_square(view: PaletteView, reports: Reports, qtbot: QtBot) -> None:
    view.grid.setFocus()
    qtbot.waitUntil(view.grid.hasFocus)
    QTest.keyClick(view.grid, Qt.Key.Key_Return)
    assert reports.said == [("picked", AUTUMN.swatches[0].color), "done"]


def test_the_list_of_palettes_chooses(view: PaletteView, reports: Reports, qtbot: QtBot) -> None:
    assert [view.names.itemText(place) for place in range(view.names.count())] == ["Autumn", "Untitled"]
    view.names.setFocus()
    qtbot.waitUntil(view.names.hasFocus)
    QTest.keyClick(view.names, Qt.Key.Key_Down)
    assert reports.said == [("chosen", 1)]
    view.show_palettes([AUTUMN, SEA], 1)
    assert view.grid.swatches.swatches == SEA.swatches
    assert reports.said == [("chosen", 1)]


def test_buttons_ask(view: PaletteView, reports: Reports) -> None:
    for button in (view.load, view.save, view.extract, view.add, view.remove):
        QTest.mouseClick(button, LEFT)
    wanted = ["load_wanted", "save_wanted", "extract_wanted", "add_colour_wanted", ("removed", 0)]
    assert reports.said == wanted


def test_without_palettes_only_what_makes_one_is_offered(view: PaletteView, reports: Reports) -> None:
    full = view.grid.grab().toImage()
    view.show_palettes([], -1)
    for control in (view.save, view.remove, view.lock, view.names):
        assert not control.isEnabled()
    for control in (view.load, view.extract, view.add):
        assert control.isEnabled()
    assert view.grid.swatches.rowCount() == 0
    assert view.grid.grab().toImage() != full
    QTest.keyClick(view.grid, Qt.Key.Key_Return)
    assert reports.said == ["done"]


def test_many_colours_scroll(view: PaletteView, reports: Reports) -> None:
    few = view.grid.height()
    view.show_palettes([AUTUMN, BIG], 1)
    assert few < view.grid.height() < 30 * MOST_ROWS
    view.grid.scrollToBottom()
    last = len(BIG.swatches) - 1
    assert view.grid.viewport().rect().contains(middle(view, last))
    QTest.mouseClick(view.grid.viewport(), LEFT, NONE, middle(view, last))
    assert reports.said == [("picked", BIG.swatches[last].color)]


def test_the_present_colour_is_marked(view: PaletteView) -> None:
    plain = view.grid.grab().toImage()
    view.show_colour(AUTUMN.swatches[5].color)
    assert view.grid.grab().toImage() != plain
    view.show_colour((1, 1, 1))
    assert view.grid.grab().toImage() == plain


def test_the_lock_is_off_soft_or_hard(view: PaletteView, reports: Reports) -> None:
    lock = view.lock
    assert not lock.softness.isEnabled()
    QTest.mouseClick(lock.modes[Lock.HARD], LEFT)
    QTest.mouseClick(lock.modes[Lock.SOFT], LEFT)
    assert lock.softness.isEnabled()
    QTest.keyClick(lock.softness.field, Qt.Key.Key_Up)
    QTest.mouseClick(lock.modes[Lock.OFF], LEFT)
    assert reports.said == [("lock_edited", value) for value in (0.0, 0.5, 0.51, None)]
    assert not lock.softness.isEnabled()


@pytest.mark.parametrize(("softness", "lock"), [(None, Lock.OFF), (0.0, Lock.HARD), (0.3, Lock.SOFT), (1.0, Lock.SOFT)])
def test_the_lock_shows_what_the_layer_has(
    view: PaletteView, reports: Reports, softness: float | None, lock: Lock
) -> None:
    view.show_lock(softness)
    assert view.lock.lock is lock
    assert view.lock.softness.isEnabled() == (lock is Lock.SOFT)
    if softness:
        assert view.lock.softness.field.value() == round(100 * softness)
    assert reports.said == []


def test_it_fits_the_side_panel_and_every_button_has_a_name(view: PaletteView) -> None:
    assert view.minimumSizeHint().width() <= 208
    for button in (view.load, view.save, view.extract, view.add, view.remove):
        assert button.text()
        assert button.toolTip()
    assert len({button.accessibleName() for button in view.lock.modes.values()}) == 3
