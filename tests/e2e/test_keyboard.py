"""Every action is in a menu and has a name; the canvas's keys stay out of text fields."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS, make_actions
from app.brush_settings import BrushSettings
from app.canvas.canvas import Canvas
from app.frame import Frame
from app.key_guard import KeyGuard
from app.keymap import PRESETS, Keymap
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT, PLAIN = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


def state(window: MainWindow) -> tuple[object, ...]:
    """What a key could change without a question."""
    canvas, brush, document = window.canvas, window.brush, window.document
    assert document is not None
    checked = tuple(name for name, action in window.actions_by_id.items() if action.isChecked())
    view = (canvas.viewport, canvas.tool, canvas.overlay, window.windowState())
    return (
        *view,
        checked,
        brush.size,
        brush.hardness,
        brush.opacity,
        brush.color,
        document.state,
        window.keys.search.isVisible(),
    )


@pytest.mark.parametrize("text", [False, True])
def test_canvas_keys_do_nothing_while_a_field_has_the_keyboard(hand: Hand, window: MainWindow, text: bool) -> None:
    hand.stroke([(60, 100), (140, 100)])
    field = QLineEdit(window) if text else window.brush_bar.hardness.field
    field.setVisible(True)
    field.setFocus()
    before = state(window)
    for key in "beqydxacgikolmwzhnf[]\\/ BEYOLMG":
        QTest.keyClicks(field, key)
        assert field.hasFocus()
        assert state(window) == before, key
    if text:
        assert field.text() == "beqydxacgikolmwzhnf[]\\/ BEYOLMG"


EDITING = [
    *((key, keys) for key in (Qt.Key.Key_Left, Qt.Key.Key_Right) for keys in (PLAIN, SHIFT, CONTROL, CONTROL | SHIFT)),
    *((key, keys) for key in (Qt.Key.Key_Up, Qt.Key.Key_Down) for keys in (PLAIN, SHIFT)),
    *((Qt.Key.Key_Backspace, keys) for keys in (PLAIN, CONTROL, ALT, SHIFT)),
    *((key, CONTROL) for key in (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_Z, Qt.Key.Key_Y)),
    (Qt.Key.Key_Home, PLAIN),
    (Qt.Key.Key_End, SHIFT),
    (Qt.Key.Key_Delete, PLAIN),
    (Qt.Key.Key_5, PLAIN),
    (Qt.Key.Key_Return, PLAIN),
]


@pytest.mark.parametrize("preset", ["Photoshop", "Krita"])
def test_keys_that_edit_a_text_edit_it(hand: Hand, window: MainWindow, preset: str) -> None:
    window.keys.keymap.set_preset(preset)
    window.keys.keymap.apply(window.actions_by_id)
    hand.stroke([(60, 100), (140, 100)])
    field = QLineEdit("forty two", window)
    field.setVisible(True)
    field.setFocus()
    before = state(window)
    for key, keys in EDITING:
        QTest.keyClick(field, key, keys)
        assert state(window) == before, (key, keys)
    QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(field, "12")
    assert field.text() == "12"


def test_altgr_writes_its_character_instead_of_a_shortcut(hand: Hand, window: MainWindow) -> None:
    """Windows tells AltGr as Ctrl and Alt together."""
    del hand
    window.keys.keymap.set_keys("invert", ["Ctrl+Alt+Q"])
    window.keys.keymap.apply(window.actions_by_id)
    field = QLineEdit(window)
    field.setVisible(True)
    field.setFocus()
    before = state(window)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Q, CONTROL | ALT, "@")
    event.ignore()
    QApplication.sendEvent(field, event)
    assert event.isAccepted()
    assert state(window) == before


def test_tab_hides_the_panels_on_the_photo_and_moves_on_elsewhere(window: MainWindow) -> None:
    panels = (window.brush_bar, window.tool_strip, window.side_panel)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert not any(panel.isVisible() for panel in panels)
    assert window.canvas.hasFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert all(panel.isVisible() for panel in panels)
    for start in (
        window.brush_bar.size_slider.field,
        window.brush_bar.size_slider.slider,
        window.side_panel.colour.auto,
    ):
        start.setFocus()
        QTest.keyClick(start, Qt.Key.Key_Tab)
        assert not start.hasFocus()
        assert all(panel.isVisible() for panel in panels)


def test_arrows_with_shift_size_and_soften_the_brush_only_on_the_photo(hand: Hand, window: MainWindow) -> None:
    window.brush.set_hardness(0.5)
    for key, value in ((Qt.Key.Key_Up, 28), (Qt.Key.Key_Down, 24)):
        hand.key(key, SHIFT)
        assert window.brush.size == value
    hand.key(Qt.Key.Key_Right, SHIFT)
    assert window.brush.hardness == 0.6
    hand.key(Qt.Key.Key_Left, SHIFT)
    assert window.brush.hardness == 0.5
    window.brush_bar.opacity.slider.setFocus()
    hand.key(Qt.Key.Key_Up, SHIFT)
    assert window.brush.size == 24


def test_the_view_turns_and_comes_back_by_keys(hand: Hand, window: MainWindow) -> None:
    upright = window.canvas.viewport
    hand.key(Qt.Key.Key_Right, CONTROL)
    assert window.canvas.viewport.rotation == 15
    hand.key(Qt.Key.Key_Left, CONTROL)
    hand.key(Qt.Key.Key_Left, CONTROL)
    assert window.canvas.viewport.rotation == 345
    hand.key(Qt.Key.Key_Escape, SHIFT)
    assert window.canvas.viewport.rotation == 0
    assert window.canvas.viewport == upright
    hand.key(Qt.Key.Key_F4)
    assert window.canvas.viewport.mirrored


def test_the_krita_preset_changes_what_keys_do(hand: Hand, window: MainWindow) -> None:
    window.keys.keymap.set_preset("Krita")
    window.keys.keymap.apply(window.actions_by_id)
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool == "eraser"
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool == "brush"
    hand.key(Qt.Key.Key_6)
    assert window.canvas.viewport.rotation == 15
    hand.key(Qt.Key.Key_5)
    assert window.canvas.viewport.rotation == 0
    hand.key(Qt.Key.Key_M)
    assert window.canvas.viewport.mirrored
    hand.key(Qt.Key.Key_I)
    assert window.brush.opacity == pytest.approx(0.9)
    hand.key(Qt.Key.Key_9)
    assert window.brush.opacity == pytest.approx(0.9)


@pytest.mark.parametrize("preset", [preset.name for preset in PRESETS])
def test_every_key_of_a_preset_reaches_its_action_from_the_photo(qtbot: QtBot, preset: str) -> None:
    """Nothing is ambiguous, and nothing on the canvas swallows a key before its action."""
    window = QMainWindow()
    qtbot.addWidget(window)
    canvas = Canvas(BrushSettings(window))
    window.setCentralWidget(canvas)
    guard = KeyGuard(window, canvas)
    heard: list[str] = []
    tools = {spec.id for spec in ACTIONS if spec.group}

    def hear(name: str, on: bool = True) -> None:
        if on or name not in tools:  # taking a tool puts another down
            heard.append(name)

    actions = make_actions(window, {spec.id: partial(hear, spec.id) for spec in ACTIONS})
    keymap = Keymap(ACTIONS, preset)
    keymap.apply(actions)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    canvas.setFocus()
    for spec in ACTIONS:
        actions[spec.id].setEnabled(True)
    for spec in ACTIONS:
        for key in keymap.keys(spec.id):
            chord = QKeySequence(key)[0]
            heard.clear()
            QTest.keyClick(canvas, chord.key(), chord.keyboardModifiers())
            assert heard == [spec.id], key
    guard.deleteLater()


def test_return_gives_the_keyboard_back_to_the_photo(hand: Hand, window: MainWindow) -> None:
    field = window.brush_bar.size_slider.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "77")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.brush.size == 77
    assert window.canvas.hasFocus()
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool == "eraser"


def test_every_action_is_in_a_menu(window: MainWindow) -> None:
    shown = {action for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()}
    assert set(window.actions_by_id.values()) <= shown
    assert set(window.actions_by_id) == {spec.id for spec in ACTIONS}


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
    assert window.canvas.tool == "eraser"


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
