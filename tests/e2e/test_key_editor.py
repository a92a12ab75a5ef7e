"""Changing keys in the editor, by keyboard, through the window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.keymap import Keymap
from app.main_window import MainWindow
from app.panels.key_editor import KeyEditor
from app.settings import Settings

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier
OK, CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel


@pytest.fixture
def editor(qtbot: QtBot, window: MainWindow) -> Iterator[KeyEditor]:
    del window  # it has the theme
    editor = KeyEditor(Keymap(ACTIONS))
    qtbot.addWidget(editor)
    with qtbot.waitExposed(editor):
        editor.show()
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    yield editor
    editor.close()


def press(editor: KeyEditor, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Press and release a key wherever the dialog has the keyboard."""
    focus = editor.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, keys)


def rows(editor: KeyEditor) -> dict[str, str]:
    """Action's words to keys of the rows in sight."""
    groups = [editor.tree.topLevelItem(place) for place in range(editor.tree.topLevelItemCount())]
    shown = [group.child(row) for group in groups if not group.isHidden() for row in range(group.childCount())]
    return {row.text(0): row.text(1) for row in shown if not row.isHidden()}


def go_to(editor: KeyEditor, action: str) -> None:
    editor.show_action(action)
    editor.tree.setFocus()


def test_enter_records_a_key(editor: KeyEditor) -> None:
    go_to(editor, "brush")
    press(editor, Qt.Key.Key_Return)
    assert "“Brush”" in editor.recorder.words.text()
    press(editor, Qt.Key.Key_J, CONTROL | SHIFT)
    assert editor.keymap.keys("brush") == ("Ctrl+Shift+J",)
    assert rows(editor)["Brush"] == "Ctrl+Shift+J  (changed)"
    assert editor.tree.hasFocus()
    assert not editor.recorder.is_asking


@pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_Tab, "Tab"), (Qt.Key.Key_F3, "F3"), (Qt.Key.Key_Delete, "Del")])
def test_any_key_can_be_recorded(editor: KeyEditor, key: Qt.Key, name: str) -> None:
    editor.keymap.set_keys("hide_panels", [])
    go_to(editor, "brush")
    press(editor, Qt.Key.Key_Return)
    press(editor, key)
    assert editor.keymap.keys("brush") == (name,)


def test_insert_adds_one_and_delete_takes_all(editor: KeyEditor) -> None:
    go_to(editor, "brush")
    press(editor, Qt.Key.Key_Insert)
    press(editor, Qt.Key.Key_F3)
    assert rows(editor)["Brush"] == "B or F3  (changed)"
    press(editor, Qt.Key.Key_Delete)
    assert editor.keymap.keys("brush") == ()
    QTest.mouseClick(editor.reset, Qt.MouseButton.LeftButton)
    assert rows(editor)["Brush"] == "B"
    assert not editor.reset.isEnabled()


def test_escape_gives_up_waiting_and_then_the_dialog(editor: KeyEditor) -> None:
    go_to(editor, "brush")
    press(editor, Qt.Key.Key_Return)
    press(editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    assert editor.keymap.keys("brush") == ("B",)
    assert editor.tree.hasFocus()
    press(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()


def test_a_key_that_is_taken_is_replaced_only_after_a_warning_in_words(editor: KeyEditor) -> None:
    go_to(editor, "brush")
    press(editor, Qt.Key.Key_Return)
    press(editor, Qt.Key.Key_I, CONTROL)
    assert editor.recorder.words.text() == "Ctrl+I is used by “Invert” in the menu Mask. Replace it?"
    assert editor.recorder.cancel.hasFocus()
    press(editor, Qt.Key.Key_Return)
    assert editor.keymap.changes == {}
    press(editor, Qt.Key.Key_Return)
    press(editor, Qt.Key.Key_I, CONTROL)
    press(editor, Qt.Key.Key_Backtab, SHIFT)
    assert editor.recorder.replace.hasFocus()
    press(editor, Qt.Key.Key_Return)
    assert editor.keymap.keys("brush") == ("Ctrl+I",)
    assert editor.keymap.keys("invert") == ()
    assert rows(editor)["Invert"] == "–  (changed)"
    assert editor.isVisible()


def test_keys_of_the_canvas_are_warned_of_too(editor: KeyEditor) -> None:
    go_to(editor, "brush")
    press(editor, Qt.Key.Key_Return)
    press(editor, Qt.Key.Key_Y)
    words = editor.recorder.words.text()
    assert words == "Y shows the photo before your colour while it is held, and would no longer do that. Replace it?"
    QTest.mouseClick(editor.recorder.replace, Qt.MouseButton.LeftButton)
    assert editor.keymap.keys("brush") == ("Y",)


def test_the_space_bar_stays_the_hand(editor: KeyEditor) -> None:
    go_to(editor, "brush")
    press(editor, Qt.Key.Key_Return)
    press(editor, Qt.Key.Key_Space)
    assert "That cannot be changed; choose another key." in editor.recorder.words.text()
    assert not editor.recorder.replace.isVisible()
    press(editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    assert editor.keymap.changes == {}


def test_the_filter_finds_words_and_keys(editor: KeyEditor) -> None:
    QTest.keyClicks(editor.search, "feather")
    assert set(rows(editor)) == {"Feather selection", "Feather and density"}
    editor.search.clear()
    QTest.keyClicks(editor.search, "shift+f6")
    assert set(rows(editor)) == {"Feather selection"}
    press(editor, Qt.Key.Key_Return)
    assert editor.tree.hasFocus()
    assert editor.current is not None
    assert editor.current.id == "feather_selection"
    editor.search.setFocus()
    QTest.keyClicks(editor.search, "zzz")
    assert rows(editor) == {}
    assert editor.nothing.isVisible()


def test_the_preset_changes_the_list_and_keeps_what_was_chosen(editor: KeyEditor) -> None:
    editor.keymap.set_keys("about", ["F3"])
    editor.preset.setFocus()
    press(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor.preset, Qt.Key.Key_Return)
    assert editor.keymap.preset == "Krita"
    assert rows(editor)["Mirror view"] == "M"
    assert rows(editor)["About Huebrush"] == "F3  (changed)"
    QTest.mouseClick(editor.reset_all, Qt.MouseButton.LeftButton)
    assert editor.keymap.changes == {}
    assert editor.keymap.preset == "Krita"


def test_everything_can_be_reached_by_tab(editor: KeyEditor) -> None:
    visited = set()
    for _ in range(20):
        visited.add(editor.focusWidget())
        press(editor, Qt.Key.Key_Tab)
    assert {editor.search, editor.preset, editor.tree, editor.change, editor.add, editor.clear} <= visited
    assert {editor.load, editor.store, editor.buttons.button(OK), editor.buttons.button(CANCEL)} <= visited


def test_keys_go_through_a_file(editor: KeyEditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    editor.keymap.set_keys("brush", ["F3"])
    QTest.mouseClick(editor.store, Qt.MouseButton.LeftButton)
    assert json.loads(path.read_text())["keys"] == {"brush": ["F3"]}
    editor.keymap.reset_all()
    QTest.mouseClick(editor.load, Qt.MouseButton.LeftButton)
    assert rows(editor)["Brush"] == "F3  (changed)"
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, sentence: told.append(sentence))
    path.write_text("rubbish")
    QTest.mouseClick(editor.load, Qt.MouseButton.LeftButton)
    assert "is not a file of keys" in told[0]
    assert editor.keymap.keys("brush") == ("F3",)


def with_editor(qtbot: QtBot, window: MainWindow, work: Callable[[KeyEditor], None]) -> None:
    """Open the editor from the menu and work in it; it is modal, so a timer does."""
    errors: list[BaseException] = []

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, KeyEditor)
        try:
            work(dialog)
        except BaseException as error:  # raised below: Qt would swallow it
            errors.append(error)
            dialog.done(0)

    QTimer.singleShot(0, act)
    window.actions_by_id["key_editor"].trigger()
    window.activateWindow()  # what a window system does by itself
    qtbot.waitUntil(window.isActiveWindow)
    if errors:
        raise errors[0]


def test_cancel_changes_nothing_and_ok_holds_at_once_and_at_the_next_start(
    qtbot: QtBot, hand: Hand, window: MainWindow, open_window: Callable[..., MainWindow]
) -> None:
    def change(editor: KeyEditor, button: QDialogButtonBox.StandardButton) -> None:
        go_to(editor, "eraser")
        press(editor, Qt.Key.Key_Return)
        press(editor, Qt.Key.Key_N)
        editor.buttons.button(button).setFocus()
        press(editor, Qt.Key.Key_Space)

    with_editor(qtbot, window, lambda editor: change(editor, CANCEL))
    window.canvas.setFocus()
    hand.key(Qt.Key.Key_N)
    assert window.canvas.tool == "brush"
    with_editor(qtbot, window, lambda editor: change(editor, OK))
    window.canvas.setFocus()
    hand.key(Qt.Key.Key_N)
    assert window.canvas.tool == "eraser"
    hand.key(Qt.Key.Key_B)
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool == "brush"
    assert window.actions_by_id["eraser"].toolTip() == "Turn grey again (N)"
    again = open_window(settings=Settings.load())
    assert again.actions_by_id["eraser"].toolTip() == "Turn grey again (N)"


def test_the_krita_preset_makes_shift_dragging_size_the_brush(qtbot: QtBot, hand: Hand, window: MainWindow) -> None:
    def choose(editor: KeyEditor) -> None:
        editor.preset.setFocus()
        press(editor, Qt.Key.Key_Down)
        editor.accept()

    assert not window.canvas.shift_drag_resizes
    with_editor(qtbot, window, choose)
    assert window.canvas.shift_drag_resizes
    assert not hand.coverage().any()
    size = window.brush.size
    hand.stroke([(100, 100), (110, 100), (120, 100)], keys=SHIFT)
    assert window.brush.size > size
    assert not hand.coverage().any()
