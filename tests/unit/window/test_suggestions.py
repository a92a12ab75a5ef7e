"""Suggestions are picked by click, by number and by arrows, and say how likely they are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app import theme
from app.panels.suggestions import EMPTY, MOST, Suggestions
from app.panels.swatches import Color

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
OFFERS = [((10 * place + 20, 90, 200 - 9 * place), share) for place, share in enumerate((0.34, 0.2, 0.12, 0.1, 0.08))]
NINE = [((20 * place, 90, 100), 0.1) for place in range(11)]


@pytest.fixture
def row(qtbot: QtBot, qapp: QApplication) -> Suggestions:
    theme.apply(qapp)  # sizes are those of the program
    row = Suggestions()
    row.resize(208, 40)
    qtbot.addWidget(row)
    row.show_suggestions(OFFERS)
    row.show()
    row.setFocus()
    qtbot.waitUntil(row.hasFocus)
    return row


@pytest.fixture
def picked(row: Suggestions) -> list[Color]:
    colors: list[Color] = []
    row.picked.connect(colors.append)
    return colors


def middle(row: Suggestions, place: int) -> QPoint:
    return row.box_of(place).center().toPoint()


def test_a_click_picks_what_is_drawn_there(row: Suggestions, picked: list[Color]) -> None:
    picture = row.grab().toImage()
    for place, (color, _) in enumerate(OFFERS):
        seen = picture.pixelColor(middle(row, place))
        assert (seen.red(), seen.green(), seen.blue()) == color
        QTest.mouseClick(row, LEFT, NONE, middle(row, place))
    assert picked == [color for color, _ in OFFERS]


def test_clicks_on_free_places_and_with_other_buttons_pick_nothing(row: Suggestions, picked: list[Color]) -> None:
    QTest.mouseClick(row, LEFT, NONE, middle(row, 7))
    QTest.mouseClick(row, Qt.MouseButton.RightButton, NONE, middle(row, 0))
    assert picked == []


def test_digits_pick(row: Suggestions, picked: list[Color]) -> None:
    QTest.keyClick(row, Qt.Key.Key_3)
    QTest.keyClick(row, Qt.Key.Key_1)
    QTest.keyClick(row, Qt.Key.Key_9)  # there are five
    assert picked == [OFFERS[2][0], OFFERS[0][0]]
    row.show_suggestions(NINE)
    QTest.keyClick(row, Qt.Key.Key_9)
    assert picked[-1] == NINE[8][0]


@pytest.mark.parametrize(
    ("modifiers", "is_claimed"), [(NONE, True), (Qt.KeyboardModifier.ControlModifier, False)], ids=["plain", "Ctrl"]
)
def test_digits_are_claimed_from_the_photo(row: Suggestions, modifiers: Qt.KeyboardModifier, is_claimed: bool) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_4, modifiers, "4")
    event.ignore()
    QApplication.sendEvent(row, event)
    assert event.isAccepted() == is_claimed


def test_arrows_move_and_return_picks(row: Suggestions, picked: list[Color]) -> None:
    dones: list[bool] = []
    row.done.connect(lambda: dones.append(True))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space):
        QTest.keyClick(row, key)
    assert picked == [OFFERS[1][0]]
    QTest.keyClick(row, Qt.Key.Key_End)
    QTest.keyClick(row, Qt.Key.Key_Right)  # stays at the last
    assert dones == []
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert picked[-1] == OFFERS[-1][0]
    QTest.keyClick(row, Qt.Key.Key_Home)
    QTest.keyClick(row, Qt.Key.Key_Escape)
    assert dones == [True, True]
    assert len(picked) == 2


def test_each_says_how_likely_it_is(row: Suggestions) -> None:
    assert row.caption(0) == "#145ac8, 34 % likely (key 1)"
    assert "34 % likely" in row.accessibleDescription()
    QTest.keyClick(row, Qt.Key.Key_Right)
    assert "20 % likely" in row.accessibleDescription()
    row.show_suggestions([((1, 2, 3), 0.004)])
    assert row.caption(0) == "#010203, less than 1 % likely (key 1)"


def test_the_tooltip_is_that_of_the_swatch(row: Suggestions) -> None:
    place = middle(row, 2)
    QApplication.sendEvent(row, QHelpEvent(QEvent.Type.ToolTip, place, row.mapToGlobal(place)))
    assert QToolTip.text() == row.caption(2)
    QToolTip.hideText()


def test_without_suggestions_it_says_how_to_ask(row: Suggestions, picked: list[Color]) -> None:
    row.show_suggestions([])
    assert row.accessibleDescription() == EMPTY
    assert not row.focusPolicy() & Qt.FocusPolicy.TabFocus
    for key in (Qt.Key.Key_1, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(row, key)
    QTest.mouseClick(row, LEFT, NONE, middle(row, 0))
    assert picked == []
    words = row.grab().toImage()
    row.show_suggestions(OFFERS)
    assert row.grab().toImage() != words


def test_no_more_than_nine_are_offered_and_all_fit(row: Suggestions) -> None:
    row.show_suggestions(NINE)
    assert row.suggestions == NINE[:MOST]
    boxes = [row.box_of(place) for place in range(MOST)]
    assert boxes[0].left() == 0
    assert boxes[-1].right() == pytest.approx(208)
    assert all(left.right() < right.left() for left, right in pairwise(boxes))


def test_the_present_colour_is_marked(row: Suggestions) -> None:
    plain = row.grab().toImage()
    corner = row.box_of(3).topLeft() + QPointF(9, 0)
    row.show_colour(OFFERS[3][0])
    assert row.grab().toImage().pixelColor(corner.toPoint()) != plain.pixelColor(corner.toPoint())
    row.show_colour(None)
    assert row.grab().toImage() == plain
