"""What random hands have found."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.tone import Tone
from app.main_window import MainWindow
from app.panels.palette_view import Lock
from tests.e2e.random_checks import check_screen
from tests.e2e.random_hands import Child, pen_of

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand
    from tests.e2e.skilled_hand import SkilledHand

Keys, Key, Button, Kind = Qt.KeyboardModifier, Qt.Key, Qt.MouseButton, QEvent.Type


@pytest.fixture
def skilled(window: MainWindow) -> SkilledHand:
    from tests.e2e.skilled_hand import SkilledHand

    return SkilledHand(window)


def turn_wheel(hand: Hand, x: float, y: float, units: int) -> None:
    place, keys = QPointF(hand.spot(x, y)), Keys.NoModifier
    everywhere, turned, phase = hand.canvas.mapToGlobal(place), QPoint(0, units), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, everywhere, QPoint(), turned, Button.NoButton, keys, phase, False)
    QApplication.sendEvent(hand.canvas, event)


@pytest.mark.parametrize("tool", ["select_rectangle", "select_ellipse", "lasso", "zoom", "gradient"])
def test_zooming_in_mid_drag_leaves_no_old_outline(skilled: SkilledHand, tool: str) -> None:
    skilled.take(tool)
    skilled.down((100, 100))
    skilled.go((400, 300))
    check_screen(skilled)
    turn_wheel(skilled, 300, 200, 240)
    check_screen(skilled)
    skilled.go((320, 220))
    check_screen(skilled)


def test_zooming_between_two_corners_leaves_no_old_line(skilled: SkilledHand) -> None:
    skilled.take("polygon")
    skilled.click((100, 100))
    skilled.click((300, 100))
    skilled.hover((340, 300))
    check_screen(skilled)
    turn_wheel(skilled, 300, 100, 360)
    check_screen(skilled)
    skilled.hover((200, 110))
    check_screen(skilled)


def test_return_does_not_close_a_polygon_while_the_pen_erases(skilled: SkilledHand) -> None:
    document = skilled.document
    skilled.take("polygon")
    for corner in ((100, 100), (300, 100), (300, 300)):
        skilled.click(corner)
    child = Child(skilled, QTest.createTouchDevice(), random.Random(0))
    child.pen = pen_of(QPointingDevice.PointerType.Eraser)
    child.draw(Kind.TabletPress)
    skilled.key(Key.Key_Return)
    skilled.key(Key.Key_Backspace)
    assert document.is_painting
    child.pen_goes_on()
    child.pen_up()
    assert document.state.selection is None
    skilled.key(Key.Key_Return)
    assert document.state.selection is not None


@pytest.mark.parametrize("how", ["escape", "tool"])
def test_a_press_that_waits_to_become_a_line_can_be_given_up(skilled: SkilledHand, how: str) -> None:
    """Where Shift and a drag size the brush, a press with Shift is not yet a stroke."""
    skilled.canvas.shift_drag_resizes = True
    skilled.down((200, 200), Keys.ShiftModifier)
    if how == "escape":
        skilled.key(Key.Key_Escape)
    else:
        skilled.take("eraser")
    skilled.go((260, 200), Keys.ShiftModifier)
    skilled.up((260, 200), Keys.ShiftModifier)
    assert not skilled.document.can_undo
    assert skilled.window.brush.size == pytest.approx(38, abs=2), "nor has it sized the brush"


def test_a_drag_that_ends_by_a_command_leaves_no_brush_outline(skilled: SkilledHand) -> None:
    """The pen's other end, held over the photo during the drag, shows the eraser's outline after it."""
    skilled.take("select_ellipse")
    skilled.down((300, 200))
    child = Child(skilled, QTest.createTouchDevice(), random.Random(0))
    child.pen = pen_of(QPointingDevice.PointerType.Eraser)
    child.draw(Kind.TabletMove)
    skilled.window.actions_by_id["fill"].trigger()
    check_screen(skilled)
    skilled.canvas.update()
    skilled.settle()
    skilled.hover((550, 350))
    check_screen(skilled)


def test_a_palette_lock_in_the_middle_of_a_stroke_ends_the_stroke(skilled: SkilledHand) -> None:
    palettes = skilled.window.side_panel.palettes
    skilled.down((100, 100))
    skilled.go((200, 100))
    palettes.lock.modes[Lock.HARD].click()
    assert skilled.document.state.layer.palette is not None
    assert not skilled.canvas.is_painting
    assert not skilled.document.is_painting
    skilled.go((300, 100))
    skilled.up((300, 100))
    assert skilled.document.history.names == ("Brush stroke", "Lock to palette")


def test_a_tool_that_refuses_does_not_paint(skilled: SkilledHand) -> None:
    """There is no paint to smudge; redo, which waits for the end of a stroke, does not wait for this."""
    skilled.window.actions_by_id["fill"].trigger()
    skilled.window.actions_by_id["undo"].trigger()
    skilled.take("smudge")
    skilled.down((100, 100))
    assert not skilled.canvas.is_painting
    skilled.window.actions_by_id["redo"].trigger()
    assert not skilled.document.state.layer.mask.is_empty


@pytest.mark.parametrize("view", ["compare", "split_view"])
def test_another_tone_shows_beside_the_result_as_well(skilled: SkilledHand, view: str) -> None:
    skilled.window.actions_by_id["fill"].trigger()
    skilled.window.actions_by_id[view].trigger()
    check_screen(skilled)
    skilled.document.set_tone(Tone(brightness=0.5))
    check_screen(skilled)
    skilled.window.actions_by_id["undo"].trigger()
    check_screen(skilled)
