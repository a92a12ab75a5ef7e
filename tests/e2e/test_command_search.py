"""Ctrl+K, a few letters, Return."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.panels.command_search import KEYS, PLACE, CommandSearch
from app.settings import Settings

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def search(hand: Hand, window: MainWindow) -> CommandSearch:
    hand.key(Qt.Key.Key_K, CONTROL)
    assert window.keys.search.isVisible()
    return window.keys.search


def names(search: CommandSearch) -> list[str]:
    return [search.list.item(row).text() for row in range(search.list.count())]


def press(search: CommandSearch, key: Qt.Key) -> None:
    QTest.keyClick(search.field, key)


def test_it_shows_everything_with_menu_and_keys_over_the_top_of_the_window(
    search: CommandSearch, window: MainWindow
) -> None:
    assert search.field.hasFocus()
    shown = names(search)
    hidden = {"command_search"} | {name for name, action in window.actions_by_id.items() if not action.isVisible()}
    assert len(shown) == len(window.actions_by_id) - len(hidden)
    item = search.list.item(shown.index("Invert"))
    assert (item.data(PLACE), item.data(KEYS)) == ("Mask", "Ctrl+I")
    middle = search.geometry().center().x()
    assert abs(middle - window.rect().center().x()) <= 1
    assert search.y() < window.height() / 4
    window.resize(1000, 700)
    assert abs(search.geometry().center().x() - window.rect().center().x()) <= 1


def test_typing_and_return_do_it_and_give_the_keyboard_back(search: CommandSearch, window: MainWindow) -> None:
    QTest.keyClicks(search.field, "eras")
    assert names(search)[0] == "Eraser"
    assert window.canvas.tool == "brush"
    press(search, Qt.Key.Key_Return)
    assert window.canvas.tool == "eraser"
    assert not search.isVisible()
    assert window.canvas.hasFocus()


def test_arrows_choose_another_one(search: CommandSearch, window: MainWindow) -> None:
    QTest.keyClicks(search.field, "brush")
    first, second = names(search)[:2]
    viewport = window.canvas.viewport
    press(search, Qt.Key.Key_Down)
    assert search.list.currentItem().text() == second
    press(search, Qt.Key.Key_Up)
    assert search.list.currentItem().text() == first
    press(search, Qt.Key.Key_Up)
    assert search.list.currentRow() == search.list.count() - 1
    assert window.canvas.viewport == viewport
    assert search.field.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_K])
def test_escape_or_the_same_key_leave_everything_as_it_was(
    search: CommandSearch, window: MainWindow, key: Qt.Key
) -> None:
    QTest.keyClicks(search.field, "clear")
    QTest.keyClick(search.field, key, CONTROL if key == Qt.Key.Key_K else Qt.KeyboardModifier.NoModifier)
    assert not search.isVisible()
    assert window.canvas.hasFocus()
    assert search.recent == []


def test_what_is_not_possible_says_why_and_does_nothing(search: CommandSearch, window: MainWindow) -> None:
    QTest.keyClicks(search.field, "undo")
    assert search.list.item(0).data(PLACE) == "Edit · nothing to undo"
    press(search, Qt.Key.Key_Return)
    assert search.isVisible()
    assert not window.canvas.hasFocus()


def test_without_a_photo_it_says_that_one_is_needed(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
    search = window.keys.search
    QTest.keyClicks(search.field, "clear")
    assert search.list.item(0).data(PLACE) == "Mask · needs a photo"
    search.field.clear()
    QTest.keyClicks(search.field, "redo")
    assert search.list.item(0).data(PLACE) == "Edit · needs a photo"
    press(search, Qt.Key.Key_Escape)


def test_undo_says_what_it_would_undo(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    hand.key(Qt.Key.Key_K, CONTROL)
    search = window.keys.search
    QTest.keyClicks(search.field, "undo")
    assert window.document is not None
    assert names(search)[0] == f"Undo {window.document.undo_name}"
    press(search, Qt.Key.Key_Return)
    assert not hand.coverage().any()


def test_a_switch_shows_that_it_is_on(hand: Hand, window: MainWindow) -> None:
    hand.key(Qt.Key.Key_Q)
    hand.key(Qt.Key.Key_K, CONTROL)
    search = window.keys.search
    QTest.keyClicks(search.field, "mask overlay")
    assert search.list.item(0).data(PLACE) == "View · on"


def test_the_recently_used_come_first_now_and_at_the_next_start(
    hand: Hand, window: MainWindow, open_window: Callable[..., MainWindow]
) -> None:
    for words in ("rotate view right", "fit in"):
        hand.key(Qt.Key.Key_K, CONTROL)
        QTest.keyClicks(window.keys.search.field, words)
        press(window.keys.search, Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_K, CONTROL)
    assert names(window.keys.search)[:2] == ["Fit in window", "Rotate view right"]
    press(window.keys.search, Qt.Key.Key_Escape)
    assert window.document is not None
    window.document.mark_saved()
    window.close()
    again = open_window(settings=Settings.load())
    assert again.keys.search.recent == ["zoom_fit", "rotate_right"]


def test_clicking_a_row_does_it_and_clicking_the_photo_closes_it(
    search: CommandSearch, hand: Hand, window: MainWindow
) -> None:
    QTest.keyClicks(search.field, "hand")
    row = search.list.visualItemRect(search.list.item(0))
    QTest.mouseClick(search.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert window.canvas.tool == "hand"
    hand.key(Qt.Key.Key_K, CONTROL)
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.rect().bottomLeft())
    assert not search.isVisible()
    assert window.canvas.hasFocus()


def test_nothing_found_is_said(search: CommandSearch) -> None:
    QTest.keyClicks(search.field, "zzz")
    assert search.nothing.isVisible()
    assert not search.list.isVisible()
    press(search, Qt.Key.Key_Return)
    press(search, Qt.Key.Key_Down)
    assert search.isVisible()


def test_a_screen_reader_hears_what_is_marked(search: CommandSearch) -> None:
    QTest.keyClicks(search.field, "undo")
    interface = QAccessible.queryAccessibleInterface(search.field)
    assert interface.text(QAccessible.Text.Name) == "Search for a command"
    assert interface.text(QAccessible.Text.Description) == "Undo, Edit · nothing to undo, Ctrl+Z"
    QTest.keyClicks(search.field, "zz")
    assert interface.text(QAccessible.Text.Description) == "No command is called that."
