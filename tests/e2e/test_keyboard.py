"""Every action is in a menu and has a name; the canvas's keys stay out of text fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu

from app.actions import ACTIONS
from app.canvas.toolbox import ToolName
from app.frame import Frame
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand


@pytest.mark.parametrize("key", ["b", "e", "x", "d", "q", "y", "\\", "[", "]", "a", "h", " "])
def test_canvas_keys_do_nothing_while_a_field_has_the_keyboard(hand: Hand, window: MainWindow, key: str) -> None:
    hand.stroke([(60, 100), (140, 100)])
    window.canvas.set_tool(ToolName.HAND if key in "bx" else ToolName.BRUSH)
    tool, size, overlay = window.canvas.tool, window.brush.size, window.canvas.overlay
    field = window.brush_bar.size_slider.field
    field.setFocus()
    QTest.keyClicks(field, key)
    assert field.hasFocus()
    assert (window.canvas.tool, window.brush.size, window.canvas.overlay) == (tool, size, overlay)
    assert not window.actions_by_id["compare"].isChecked()
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hand.coverage().any()


def test_return_gives_the_keyboard_back_to_the_photo(hand: Hand, window: MainWindow) -> None:
    field = window.brush_bar.size_slider.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "77")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.brush.size == 77
    assert window.canvas.hasFocus()
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool is ToolName.ERASER


def test_every_action_is_in_a_menu(window: MainWindow) -> None:
    shown = {action for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()}
    assert set(window.actions_by_id.values()) <= shown
    assert set(window.actions_by_id) == {spec.id for spec in ACTIONS}


def test_no_two_actions_share_a_key() -> None:
    keys = [key for spec in ACTIONS for key in spec.keys]
    assert len(keys) == len(set(keys))


def test_every_button_has_a_name(window: MainWindow) -> None:
    buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) > 30
    assert [button for button in buttons if not (button.accessibleName() or button.text())] == []


def test_every_visible_control_can_be_reached_by_tab(window: MainWindow) -> None:
    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_clicking_a_tool_leaves_the_keyboard_to_the_photo(hand: Hand, window: MainWindow) -> None:
    QTest.mouseClick(window.side_panel.colour.swatches[0], Qt.MouseButton.LeftButton)
    assert window.canvas.hasFocus()
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool is ToolName.ERASER


def test_tab_goes_from_the_bar_to_the_tools_the_photo_and_the_panel(window: MainWindow) -> None:
    frame = window.centralWidget()
    assert isinstance(frame, Frame)
    parts = (frame.brush_bar, frame.tool_strip, window.canvas, frame.side_panel)
    visited: list[int] = []
    widget = window.nextInFocusChain()
    while widget is not window:
        part = next((i for i, part in enumerate(parts) if part is widget or part.isAncestorOf(widget)), None)
        if part is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and (not visited or visited[-1] != part):
            visited.append(part)
        widget = widget.nextInFocusChain()
    turn = visited.index(0)
    assert visited[turn:] + visited[:turn] == [0, 1, 2, 3]
