"""The brush, the eraser and their keys, through real events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.photo import Photo
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

MIDDLE = Qt.MouseButton.MiddleButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def test_the_photo_is_grey_until_it_is_painted(hand: Hand) -> None:
    red, green, blue = hand.shown(100, 100)
    assert red == green == blue
    hand.stroke([(60, 100), (140, 100)])
    red, green, blue = hand.shown(100, 100)
    assert red > green > blue


def test_a_stroke_shows_before_the_button_is_released(hand: Hand) -> None:
    hand.press(60, 100)
    hand.move(140, 100)
    QApplication.processEvents()
    red, green, _blue = hand.shown(120, 100)
    assert red > green


def test_no_point_of_a_quick_stroke_is_lost(hand: Hand) -> None:
    hand.press(60, 100)
    hand.move(100, 300)  # all before the window gets a chance to work
    hand.move(140, 100)
    hand.release(140, 100)
    assert hand.coverage()[300, 100] == 255


def test_outside_the_stroke_every_pixel_stays(hand: Hand) -> None:
    before = hand.picture()
    hand.stroke([(60, 100), (140, 100)])
    after = hand.picture()
    left, top = hand.canvas.viewport.to_view(40, 80)
    right, bottom = hand.canvas.viewport.to_view(160, 120)
    changed = np.argwhere((before != after).any(axis=-1))
    assert changed.size > 0
    assert changed[:, 0].min() >= int(top)
    assert changed[:, 0].max() <= int(bottom)
    assert changed[:, 1].min() >= int(left)
    assert changed[:, 1].max() <= int(right)


def test_shift_click_draws_a_straight_line_from_the_last_stroke(hand: Hand) -> None:
    hand.stroke([(60, 300)])
    hand.stroke([(300, 60)], keys=SHIFT)
    assert hand.coverage()[180, 180] == 255
    hand.stroke([(500, 60)], keys=SHIFT)
    assert hand.coverage()[60, 400] == 255


def test_escape_aborts_the_stroke(hand: Hand, window: MainWindow) -> None:
    assert window.document is not None
    before = window.document.state
    hand.press(60, 100)
    hand.move(140, 100)
    hand.key(Qt.Key.Key_Escape)
    hand.move(200, 200)
    hand.release(200, 200)
    assert window.document.state is before
    assert not window.document.can_undo
    assert not window.isWindowModified()


def test_one_stroke_is_one_undo_step(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (100, 120), (140, 100)])
    hand.stroke([(300, 100), (340, 100)])
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert hand.coverage()[100, 320] == 0
    assert hand.coverage()[110, 100] > 0
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert not hand.coverage().any()
    assert not window.actions_by_id["undo"].isEnabled()
    hand.key(Qt.Key.Key_Y, CONTROL)
    hand.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert hand.coverage()[100, 320] == 255


def test_undo_in_the_middle_of_a_stroke_aborts_it(hand: Hand) -> None:
    hand.press(60, 100)
    hand.move(140, 100)
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.release(140, 100)
    assert not hand.coverage().any()


def test_the_eraser_and_the_swap_key(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    hand.key(Qt.Key.Key_X)
    assert window.canvas.tool == "eraser"
    assert window.actions_by_id["eraser"].isChecked()
    hand.stroke([(100, 60), (100, 140)])
    assert hand.coverage()[100, 100] == 0
    assert hand.coverage()[100, 70] == 255
    hand.key(Qt.Key.Key_X)
    assert window.canvas.tool == "brush"
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool == "eraser"
    hand.key(Qt.Key.Key_B)
    assert window.canvas.tool == "brush"


def test_the_keys_for_size_and_hardness(hand: Hand, window: MainWindow) -> None:
    hand.key(Qt.Key.Key_BracketRight)
    assert window.brush.size == 28
    assert window.brush_bar.size_slider.field.value() == 28
    hand.key(Qt.Key.Key_BracketLeft)
    assert window.brush.size == 24
    hand.key(Qt.Key.Key_BracketLeft, SHIFT)
    assert window.brush.hardness == pytest.approx(0.9)
    hand.key(Qt.Key.Key_BracketRight, SHIFT)
    assert window.brush.hardness == pytest.approx(1.0)


def test_d_resets_the_brush(hand: Hand, window: MainWindow) -> None:
    window.brush.set_color((192, 24, 48))
    window.brush.set_opacity(0.4)
    hand.key(Qt.Key.Key_E)
    hand.key(Qt.Key.Key_D)
    assert window.canvas.tool == "brush"
    assert (window.brush.color, window.brush.opacity) == (None, 1.0)
    assert window.side_panel.colour.auto.isChecked()


def test_space_pans_in_the_middle_of_a_stroke(hand: Hand, window: MainWindow) -> None:
    window.canvas.zoom_actual()
    hand.press(100, 200)
    hand.move(150, 200)
    origin = window.canvas.viewport.origin_x
    QTest.keyPress(window.canvas, Qt.Key.Key_Space)
    moved = hand.spot(150, 200)
    moved.setX(moved.x() + 60)
    QTest.mouseMove(window.canvas, moved)
    QTest.keyRelease(window.canvas, Qt.Key.Key_Space)
    assert window.canvas.viewport.origin_x == origin + 60
    hand.move(200, 200)
    hand.release(200, 200)
    row = hand.coverage()[200]
    assert (row[100:200] == 255).all()
    assert not hand.coverage()[:180].any()
    assert window.document is not None
    assert window.document.undo_name == "Brush stroke"


def test_the_middle_button_pans_and_never_paints(hand: Hand, window: MainWindow) -> None:
    origin = window.canvas.viewport.origin_y
    start = hand.spot(100, 100)
    QTest.mousePress(window.canvas, MIDDLE, Qt.KeyboardModifier.NoModifier, start)
    start.setY(start.y() + 40)
    QTest.mouseMove(window.canvas, start)
    QTest.mouseRelease(window.canvas, MIDDLE, Qt.KeyboardModifier.NoModifier, start)
    assert window.canvas.viewport.origin_y == origin + 40
    assert not hand.coverage().any()


def test_a_swatch_lays_hints_of_its_colour_and_auto_does_not(hand: Hand, window: MainWindow) -> None:
    assert window.document is not None
    hand.stroke([(60, 100), (140, 100)])
    assert window.document.state.layer.hints == ()
    swatch = window.side_panel.colour.swatches[6]
    QTest.mouseClick(swatch, Qt.MouseButton.LeftButton)
    hand.stroke([(60, 200), (140, 200)])
    hints = window.document.state.layer.hints
    assert hints
    assert {hint.color for hint in hints} == {swatch.color}
    hand.key(Qt.Key.Key_A)
    assert window.side_panel.colour.auto.isChecked()


def test_mask_commands(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    hand.key(Qt.Key.Key_I, CONTROL)
    assert hand.coverage()[100, 100] == 0
    assert hand.coverage()[300, 300] == 255
    window.actions_by_id["fill"].trigger()
    assert (hand.coverage() == 255).all()
    window.actions_by_id["clear"].trigger()
    assert not hand.coverage().any()


def test_original_colours(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["fill"].trigger()
    hand.key(Qt.Key.Key_O)
    hand.settle()
    assert window.actions_by_id["original"].isChecked()
    assert window.side_panel.source.choice.currentText() == "Original"
    assert window.document is not None
    assert window.document.photo.source is not None
    window.canvas.zoom_actual()
    hand.settle()
    assert hand.shown(100.5, 100.5) == tuple(window.document.photo.source[100, 100])
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert not window.actions_by_id["original"].isChecked()
    assert window.side_panel.source.choice.currentText() == "Neural"


def test_a_photo_without_colours_has_no_original_to_bring_back(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(Photo.from_rgb(np.full((60, 90), 120, np.uint8)))
    assert not window.actions_by_id["original"].isEnabled()
    choice = window.side_panel.source.choice
    place = choice.model().index(choice.findData("original"), 0)
    assert not place.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "none to bring back" in place.data(Qt.ItemDataRole.ToolTipRole)
