"""Painting conventions by keyboard: what every layout sends, what is held, and who a key belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.key_editor import KeyEditor

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

pytestmark = pytest.mark.usefixtures("hand")

Key, Keys = Qt.Key, Qt.KeyboardModifier
PLAIN, SHIFT, CONTROL, ALT = Keys.NoModifier, Keys.ShiftModifier, Keys.ControlModifier, Keys.AltModifier
KEYPAD, ALTGR = Keys.KeypadModifier, Keys.GroupSwitchModifier
PRESS, RELEASE = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
LEFT = Qt.MouseButton.LeftButton


def key(window: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """As the window system sends it: to whatever has the keyboard."""
    QTest.keyClick(window.windowHandle(), key, keys)


def raw(
    window: MainWindow, kind: QEvent.Type, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN, *, repeat: bool = False
) -> None:
    """One half of a key, or a repetition while it is held, to the photo."""
    QApplication.sendEvent(window.canvas, QKeyEvent(kind, key, keys, "", repeat))


def is_before(window: MainWindow) -> bool:
    return window.actions_by_id["compare"].isChecked()


# -- what layouts send -------------------------------------------------------------------------------------------------


def test_shifted_brackets_of_a_us_keyboard_change_the_hardness(window: MainWindow) -> None:
    """Shift makes braces of them."""
    key(window, Key.Key_BraceLeft, SHIFT)
    assert window.brush.hardness == pytest.approx(0.9)
    key(window, Key.Key_BraceRight, SHIFT)
    assert window.brush.hardness == pytest.approx(1.0)
    assert window.brush.size == 24


def test_a_recorded_shifted_bracket_is_the_key_that_the_menu_shows(window: MainWindow, qtbot: QtBot) -> None:
    editor = KeyEditor(window.keys.keymap.copy(), window)
    with qtbot.waitExposed(editor):
        editor.show()
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    editor.show_action("brush")
    editor.tree.setFocus()
    key(editor, Key.Key_Return)
    key(editor, Key.Key_BraceLeft, SHIFT)
    assert editor.recorder.words.text() == "Shift+[ is used by “Softer” in the menu Brush. Replace it?"
    QTest.mouseClick(editor.recorder.replace, LEFT)
    assert editor.keymap.keys("brush") == ("Shift+[",)
    editor.close()


@pytest.mark.parametrize(
    ("pressed", "keys", "scale"),
    [
        (Key.Key_Plus, CONTROL | SHIFT, 1.5),  # US: Shift and the key of =
        (Key.Key_Equal, CONTROL, 1.5),
        (Key.Key_Plus, CONTROL, 1.5),  # German: a key of its own
        (Key.Key_Plus, CONTROL | KEYPAD, 1.5),
        (Key.Key_Minus, CONTROL, 0.75),
        (Key.Key_Minus, CONTROL | KEYPAD, 0.75),
        (Key.Key_1, CONTROL | KEYPAD, 1.0),
    ],
)
def test_zoom_keys_of_every_keyboard(
    window: MainWindow, pressed: Qt.Key, keys: Qt.KeyboardModifier, scale: float
) -> None:
    key(window, Key.Key_1, CONTROL)
    key(window, pressed, keys)
    assert window.canvas.viewport.scale == scale
    key(window, Key.Key_0, CONTROL | KEYPAD)
    assert window.canvas.viewport.scale == window.canvas.viewport.fit_scale


@pytest.mark.parametrize("keys", [PLAIN, KEYPAD, SHIFT])
def test_digits_of_every_keyboard_set_the_opacity(window: MainWindow, keys: Qt.KeyboardModifier) -> None:
    """On the keypad; with Shift on a French one."""
    key(window, Key.Key_3, keys)
    assert window.brush.opacity == 0.3


# -- keys that are held ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [PLAIN, ALTGR, CONTROL | ALT])
def test_the_backslash_compares_with_altgr_too(window: MainWindow, keys: Qt.KeyboardModifier) -> None:
    """Windows tells AltGr as Ctrl and Alt."""
    raw(window, PRESS, Key.Key_Backslash, keys)
    assert is_before(window)
    raw(window, RELEASE, Key.Key_Backslash, keys)
    assert not is_before(window)


@pytest.mark.parametrize(("pressed", "other"), [(Key.Key_Backslash, Key.Key_Bar), (Key.Key_Backslash, Key.Key_ssharp)])
def test_a_key_that_comes_up_as_another_one_is_not_stuck(window: MainWindow, pressed: Qt.Key, other: Qt.Key) -> None:
    """Shift was pressed, or AltGr let go, while it was down."""
    raw(window, PRESS, pressed)
    raw(window, PRESS, Key.Key_Shift, SHIFT)
    raw(window, RELEASE, Key.Key_Shift)
    assert is_before(window), "a modifier is not the key"
    raw(window, RELEASE, other)
    assert not is_before(window)


def test_a_held_key_that_repeats_never_hides_a_stroke(hand: Hand, window: MainWindow) -> None:
    def repeat() -> None:
        raw(window, RELEASE, Key.Key_Y, repeat=True)
        raw(window, PRESS, Key.Key_Y, repeat=True)

    raw(window, PRESS, Key.Key_Y)
    repeat()
    assert is_before(window)
    hand.press(100, 100)
    hand.move(200, 100)
    repeat()
    assert not is_before(window)
    hand.release(200, 100)
    raw(window, RELEASE, Key.Key_Y)
    assert not is_before(window)


def test_before_chosen_in_the_menu_stays_while_a_number_is_typed(window: MainWindow) -> None:
    window.actions_by_id["compare"].trigger()
    window.brush_bar.size_slider.field.setFocus()
    assert is_before(window)


def test_another_window_ends_what_a_key_holds(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyPress(window.windowHandle(), Key.Key_Y)
    assert is_before(window)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    assert not is_before(window)


def test_letting_alt_go_leaves_the_keyboard_to_the_photo(window: MainWindow) -> None:
    """Alt is the eyedropper's; it must not open the menu bar. Alt and a letter still does."""
    QTest.keyPress(window.windowHandle(), Key.Key_Alt, ALT)
    QTest.keyRelease(window.windowHandle(), Key.Key_Alt)
    assert window.canvas.hasFocus()
    assert window.menuBar().activeAction() is None
    key(window, Key.Key_V, ALT)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()


# -- whose key it is ---------------------------------------------------------------------------------------------------


CONTROLS = ("slider", "list", "button", "heading", "box")


def control(window: MainWindow, kind: str) -> QWidget:
    return {
        "slider": window.brush_bar.opacity.slider,
        "list": window.side_panel.history.list,
        "button": window.side_panel.colour.swatches[0],
        "heading": window.side_panel.sections["Mask"].heading,
        "box": window.options_bar.brush.edge_aware,
    }[kind]


@pytest.mark.parametrize("kind", CONTROLS)
def test_shortcuts_work_while_a_control_that_is_no_text_has_the_keyboard(
    hand: Hand, window: MainWindow, kind: str
) -> None:
    hand.stroke([(60, 100), (140, 100)])
    focus = control(window, kind)
    focus.setFocus()
    assert focus.hasFocus()
    view = window.canvas.viewport
    key(window, Key.Key_E)
    assert window.canvas.tool == "eraser"
    key(window, Key.Key_X)
    assert window.canvas.tool == "brush"
    key(window, Key.Key_BracketRight)
    assert window.brush.size == 28
    key(window, Key.Key_Left)
    assert window.canvas.viewport == view, "arrows are the control's"
    assert not window.canvas.hasFocus()
    key(window, Key.Key_Z, CONTROL)
    assert not hand.coverage().any()
    key(window, Key.Key_Escape)
    assert window.canvas.hasFocus(), "Esc gives the keyboard back"


@pytest.mark.parametrize("kind", [kind for kind in CONTROLS if kind != "list"])
def test_what_the_photo_itself_understands_works_there_too(window: MainWindow, kind: str) -> None:
    control(window, kind).setFocus()
    QTest.keyPress(window.windowHandle(), Key.Key_Y)
    assert is_before(window)
    QTest.keyRelease(window.windowHandle(), Key.Key_Y)
    assert not is_before(window)
    key(window, Key.Key_4)
    assert window.brush.opacity == 0.4


def test_escape_in_a_number_gives_back_what_was_there(window: MainWindow) -> None:
    field = window.brush_bar.size_slider.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "5")
    key(window, Key.Key_Escape)
    assert window.canvas.hasFocus()
    assert (window.brush.size, field.value(), field.text()) == (24, 24, "24 px")


def test_after_choosing_a_colour_space_is_the_hand_again(hand: Hand, window: MainWindow, qtbot: QtBot) -> None:
    """The button that opened the dialog must not be pressed once more."""
    button = next(one for one in window.side_panel.colour.findChildren(QPushButton) if one.text() == "Other colour…")
    asked: list[QColorDialog] = []

    def give_up() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QColorDialog)
        asked.append(dialog)
        dialog.reject()

    QTimer.singleShot(0, give_up)
    QTest.mouseClick(button, LEFT)
    assert len(asked) == 1
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.canvas.hasFocus()
    origin = window.canvas.viewport.origin_x
    QTest.keyPress(window.windowHandle(), Key.Key_Space)
    spot = hand.spot(200, 200)
    QTest.mousePress(window.canvas, LEFT, PLAIN, spot)
    spot.setX(spot.x() + 30)
    QTest.mouseMove(window.canvas, spot)
    QTest.mouseRelease(window.canvas, LEFT, PLAIN, spot)
    QTest.keyRelease(window.windowHandle(), Key.Key_Space)
    assert window.canvas.viewport.origin_x == origin + 30
    assert not hand.coverage().any()


# -- what a key ends ---------------------------------------------------------------------------------------------------


def test_escape_means_what_is_nearest(hand: Hand, window: MainWindow) -> None:
    """First a list over the photo, then the stroke; a selection is left alone, Ctrl+D drops it."""
    assert window.document is not None
    key(window, Key.Key_A, CONTROL)
    hand.press(60, 100)
    hand.move(140, 100)
    key(window, Key.Key_K, CONTROL)
    key(window, Key.Key_Escape)
    assert not window.keys.search.isVisible()
    assert window.canvas.is_painting
    key(window, Key.Key_Escape)
    assert not window.canvas.is_painting
    hand.release(140, 100)
    assert not hand.coverage().any()
    key(window, Key.Key_Escape)
    assert window.document.state.selection is not None
    key(window, Key.Key_D, CONTROL)
    assert window.document.state.selection is None


def test_selection_keys(hand: Hand, window: MainWindow) -> None:
    document = window.document
    assert document is not None
    key(window, Key.Key_I, CONTROL | SHIFT)
    assert window.statusBar().currentMessage().startswith("Nothing is selected")
    key(window, Key.Key_M)
    hand.stroke([(100, 50), (300, 150)])
    assert document.state.selection is not None
    inside = document.state.selection.to_array()
    key(window, Key.Key_I, CONTROL | SHIFT)
    assert document.state.selection is not None
    assert np.array_equal(document.state.selection.to_array(), 255 - inside)
    key(window, Key.Key_A, CONTROL)
    assert document.state.selection is not None
    assert document.state.selection.to_array().min() == 255
    key(window, Key.Key_D, CONTROL)
    assert document.state.selection is None


def test_tab_in_the_middle_of_a_stroke_leaves_it_where_it_is(hand: Hand, window: MainWindow) -> None:
    """The photo gets more room, and the paint stays under the pointer."""
    key(window, Key.Key_1, CONTROL)
    hand.press(100, 100)
    hand.move(200, 100)
    key(window, Key.Key_Tab)
    QApplication.processEvents()
    assert not window.tool_strip.isVisible()
    assert window.canvas.is_painting
    hand.move(300, 100)
    hand.release(300, 100)
    rows, columns = np.nonzero(hand.coverage())
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx((88, 111, 88, 311), abs=1)
    key(window, Key.Key_Tab)
    assert window.tool_strip.isVisible()


@pytest.mark.parametrize("pressed", [Key.Key_F11, Key.Key_F])
def test_full_screen_and_back_to_a_maximised_window(window: MainWindow, pressed: Qt.Key) -> None:
    window.showMaximized()
    key(window, pressed)
    assert window.isFullScreen()
    assert window.actions_by_id["full_screen"].isChecked()
    key(window, pressed)
    assert not window.isFullScreen()
    assert window.isMaximized()


def test_the_menu_knows_when_the_system_ends_full_screen(window: MainWindow) -> None:
    key(window, Key.Key_F11)
    window.showNormal()
    assert not window.actions_by_id["full_screen"].isChecked()
    key(window, Key.Key_F11)
    assert window.isFullScreen()
