"""The history panel: the steps by name, the present one marked, undone ones dim; a click or Return goes there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.document.photo import Photo
from app.main_window import MainWindow
from app.panels.history_model import CURRENT_ROLE, EARLIEST, OPENED, UNDONE_ROLE
from app.panels.history_panel import HistoryPanel
from app.settings import Settings
from tests.e2e.conftest import Hand

LEFT = Qt.MouseButton.LeftButton


def rows(panel: HistoryPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def present(panel: HistoryPanel) -> int:
    """The one row that is marked."""
    marked = [row for row in range(panel.model.rowCount()) if panel.model.index(row).data(CURRENT_ROLE)]
    assert len(marked) == 1
    return marked[0]


def click(panel: HistoryPanel, row: int) -> None:
    place = panel.model.index(row)
    panel.list.scrollTo(place)
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=panel.list.visualRect(place).center())


@pytest.fixture
def panel(window: MainWindow, hand: Hand) -> HistoryPanel:
    """After two strokes and an inverted mask."""
    window.resize(1280, 1250)
    window.side_panel.fold([])
    hand.settle()
    hand.stroke([(100, 100), (300, 100)])
    hand.stroke([(100, 300), (300, 300)])
    window.actions_by_id["invert"].trigger()
    hand.settle()
    return window.side_panel.history


def test_the_steps_stand_there_oldest_first(panel: HistoryPanel) -> None:
    assert rows(panel) == [OPENED, "Brush stroke", "Brush stroke", "Invert mask"]
    assert present(panel) == 3
    assert panel.size_note.text().endswith("of 1 GB")
    assert not panel.dropped_note.isVisible()


def test_a_click_goes_there_and_back_again(window: MainWindow, hand: Hand, panel: HistoryPanel) -> None:
    assert window.document is not None
    newest = window.document.state
    click(panel, 1)
    assert window.document.undo_name == "Brush stroke"
    assert present(panel) == 1
    assert [panel.model.index(row).data(UNDONE_ROLE) for row in range(4)] == [False, False, True, True]
    assert hand.coverage()[300, 200] == 0
    click(panel, 0)
    assert not hand.coverage().any()
    click(panel, 3)
    assert window.document.state is newest
    assert rows(panel) == [OPENED, "Brush stroke", "Brush stroke", "Invert mask"]


def test_a_click_on_the_present_step_changes_nothing(window: MainWindow, panel: HistoryPanel) -> None:
    assert window.document is not None
    before, epoch = window.document.state, window.document.colour_epoch
    click(panel, 3)
    assert window.document.state is before
    assert window.document.colour_epoch == epoch


def test_the_keys_look_first_and_go_on_return(window: MainWindow, hand: Hand, panel: HistoryPanel) -> None:
    panel.list.setFocus()
    for _ in range(2):
        QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert present(panel) == 3
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert present(panel) == 1
    assert hand.coverage()[300, 200] == 0
    QTest.keyClick(panel.list, Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()


def test_painting_after_going_back_replaces_what_was_undone(hand: Hand, panel: HistoryPanel) -> None:
    click(panel, 1)
    hand.stroke([(200, 50), (200, 350)])
    hand.settle()
    assert rows(panel) == [OPENED, "Brush stroke", "Brush stroke"]
    assert present(panel) == 2


def test_a_step_back_ends_a_stroke_that_is_still_being_painted(
    window: MainWindow, hand: Hand, panel: HistoryPanel
) -> None:
    hand.press(100, 200)
    hand.move(200, 200)
    click(panel, 0)
    assert window.document is not None
    assert not window.document.is_painting
    assert window.document.undo_name != "Brush stroke" or present(panel) > 0


def test_dropped_steps_are_told(open_window: Callable[..., MainWindow], make_photo: Callable[..., Photo]) -> None:
    window = open_window(make_photo(), settings=Settings(undo_megabytes=0, hidden_panels=[]))
    hand = Hand(window)
    hand.settle()
    window.brush.set_hardness(0.0)
    for row in (50, 150, 250, 350):
        hand.stroke([(100, row), (300, row)])
    hand.settle()
    panel = window.side_panel.history
    window.side_panel.ensureWidgetVisible(panel)
    assert rows(panel) == [EARLIEST, "Brush stroke"]
    assert panel.dropped_note.isVisible()
    assert panel.dropped_note.text() == "3 oldest steps dropped for want of room"


def test_a_folded_panel_catches_up_when_it_opens(window: MainWindow, panel: HistoryPanel) -> None:
    section = window.side_panel.sections["History"]
    section.set_open(False)
    window.actions_by_id["undo"].trigger()
    section.set_open(True)
    assert present(panel) == 2


def test_another_photo_begins_another_history(
    window: MainWindow, panel: HistoryPanel, make_photo: Callable[..., Photo]
) -> None:
    window.show_photo(make_photo(100, 100))
    assert rows(panel) == [OPENED]
    assert present(panel) == 0
