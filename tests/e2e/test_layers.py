"""Layers in the window, by keys, menu and panel: what is locked stays, undo brings everything back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QScrollBar,
)

from app.document.document import Document
from app.document.layer import srgb_ab
from app.document.sources.painted import Painted
from app.document.sources.reference import Reference
from app.document.sources.tint import TINTS, Tint
from app.jobs.errands import Alternatives, Errand
from app.main_window import MainWindow
from app.panels.layer_delegate import Zone, zone_rect
from app.settings import Settings
from tests.e2e.conftest import Hand, InstantColours

Key, Keys = Qt.Key, Qt.KeyboardModifier
CONTROL, SHIFT = Keys.ControlModifier, Keys.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def document_of(window: MainWindow) -> Document:
    assert window.document is not None
    return window.document


def names(window: MainWindow) -> list[str]:
    """From bottom to top."""
    return [layer.name for layer in document_of(window).state.layers]


def told(window: MainWindow) -> str:
    return window.statusBar().currentMessage()


def zone_of(window: MainWindow, row: int, zone: Zone) -> QPoint:
    """A place to click in a row of the list, 0 at the top."""
    view = window.side_panel.layers.list
    return zone_rect(view.visualRect(view.model().index(row, 0)), zone).center()


def test_keys_add_copy_walk_move_merge_and_undo_gives_each_root_back(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    hand.key(Key.Key_N, CONTROL | SHIFT)
    assert names(window) == ["Colour", "Layer"]
    assert not hand.coverage().any()
    hand.stroke([(60, 200), (140, 200)])
    hand.key(Key.Key_J, CONTROL)
    assert names(window) == ["Colour", "Layer", "Layer 2"]
    assert hand.coverage()[200, 100] == 255
    hand.key(Key.Key_PageDown, CONTROL)
    assert names(window) == ["Colour", "Layer 2", "Layer"]
    hand.key(Key.Key_PageUp)
    assert document_of(window).state.layer.name == "Layer"
    hand.key(Key.Key_PageDown)
    hand.key(Key.Key_PageDown)
    assert document_of(window).state.layer.name == "Colour"
    hand.key(Key.Key_PageUp)
    hand.key(Key.Key_M, CONTROL | SHIFT)
    assert names(window) == ["Colour", "Layer"]
    assert isinstance(document_of(window).state.layer.source, Painted)
    assert hand.coverage()[100, 100] == hand.coverage()[200, 100] == 255
    for expected in (3, 3, 2, 2, 1, 1):
        hand.key(Key.Key_Z, CONTROL)
        assert len(names(window)) == expected


def test_the_panel_hides_locks_and_solos_by_the_mouse(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["fill"].trigger()
    hand.key(Key.Key_O)
    window.actions_by_id["duplicate_layer"].trigger()
    hand.settle()
    view = window.side_panel.layers.list
    window.side_panel.ensureWidgetVisible(view)
    assert len(set(hand.shown(100, 100))) == 3
    for row in (0, 1):
        QTest.mouseClick(view.viewport(), LEFT, Keys.NoModifier, zone_of(window, row, Zone.EYE))
    assert [layer.visible for layer in document_of(window).state.layers] == [False, False]
    hand.settle()
    assert len(set(hand.shown(100, 100))) == 1
    QTest.mouseClick(view.viewport(), LEFT, Keys.AltModifier, zone_of(window, 1, Zone.EYE))
    hand.settle()
    assert len(set(hand.shown(100, 100))) == 3
    QTest.mouseClick(view.viewport(), LEFT, Keys.AltModifier, zone_of(window, 1, Zone.EYE))
    hand.settle()
    assert len(set(hand.shown(100, 100))) == 1
    QTest.mouseClick(view.viewport(), LEFT, Keys.NoModifier, zone_of(window, 0, Zone.LOCK))
    assert document_of(window).state.layers[1].locked


@pytest.mark.parametrize("tool", ["brush", "eraser", "fill_tool", "gradient"])
def test_a_locked_or_hidden_layer_says_so_and_stays(hand: Hand, window: MainWindow, tool: str) -> None:
    window.actions_by_id["lock_layer"].trigger()
    window.actions_by_id[tool].trigger()
    mask = document_of(window).state.layer.mask
    hand.stroke([(60, 100), (140, 100)])
    assert document_of(window).state.layer.mask is mask
    assert "locked" in told(window)
    window.actions_by_id["lock_layer"].trigger()
    window.actions_by_id["show_layer"].trigger()
    hand.stroke([(60, 100), (140, 100)])
    assert document_of(window).state.layer.mask is mask
    assert "hidden" in told(window)
    window.actions_by_id["show_layer"].trigger()
    window.actions_by_id["brush"].trigger()
    hand.stroke([(60, 100), (140, 100)])
    assert document_of(window).state.layer.mask is not mask


def test_commands_on_a_locked_layer_say_so(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    window.actions_by_id["lock_layer"].trigger()
    state = document_of(window).state
    for command in ("fill", "clear", "invert", "delete_layer", "paint_layer", "refresh", "original"):
        window.statusBar().clearMessage()
        window.actions_by_id[command].trigger()
        assert "locked" in told(window), command
        assert document_of(window).state is state
    assert not window.actions_by_id["original"].isChecked()


def test_opacity_is_dragged_in_one_step(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["fill"].trigger()
    hand.key(Key.Key_O)
    steps = len(document_of(window).history.names)
    slider = window.side_panel.layers.opacity.slider
    slider.setSliderDown(True)
    for value in (800, 600, 500):
        slider.setValue(value)
    slider.setSliderDown(False)
    assert document_of(window).state.layer.opacity == 0.5
    assert len(document_of(window).history.names) == steps + 1
    hand.key(Key.Key_Z, CONTROL)
    assert document_of(window).state.layer.opacity == 1.0


def test_the_source_is_chosen_in_the_panel_and_a_tint_takes_the_brushs_colour(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["fill"].trigger()
    window.brush.set_color((40, 90, 160))
    panel = window.side_panel.source
    panel.choice.setFocus()
    panel.choice.activated.emit(panel.choice.findData("tint"))
    assert document_of(window).state.layer.source == Tint.of((40, 90, 160))
    hand.settle()
    red, green, blue = hand.shown(300, 200)
    assert blue > green > red
    panel.tint.presets.activated.emit(0)
    assert document_of(window).state.layer.source == TINTS[0][1]
    assert panel.tint.presets.currentText() == TINTS[0][0]
    hand.key(Key.Key_Z, CONTROL)
    hand.key(Key.Key_Z, CONTROL)
    assert panel.choice.currentText() == "Neural"


def test_a_reference_is_another_pictures_colour(
    hand: Hand, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "autumn.png"
    noise = np.random.default_rng(1).normal(0, 10, (90, 120, 3))
    cv2.imwrite(str(path), np.clip(np.array([70, 110, 170]) + noise, 0, 255).astype(np.uint8))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    window.actions_by_id["fill"].trigger()
    window.actions_by_id["source_reference"].trigger()
    source = document_of(window).state.layer.source
    assert isinstance(source, Reference)
    assert any("autumn.png" in label.text() for label in window.side_panel.source.reference.findChildren(QLabel))
    hand.settle()
    a, b = srgb_ab(hand.shown(300, 200))
    assert a > 5
    assert b > 10
    window.actions_by_id["select_all"].trigger()
    monkeypatch.setattr("app.reference_commands.ask_region", lambda *_args: (10, 10, 60, 60))
    window.side_panel.source.reference.pair.click()
    matched = document_of(window).state.layer.source
    assert isinstance(matched, Reference)
    assert matched.pairs != source.pairs
    assert len(matched.pairs) == 1


def test_a_grey_reference_is_refused_in_a_sentence(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "grey.png"
    cv2.imwrite(str(path), np.full((20, 20), 90, np.uint8))
    said: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    monkeypatch.setattr("app.panels.dialogs.show_error", lambda _parent, sentence: said.append(sentence))
    window.actions_by_id["source_reference"].trigger()
    assert "grey.png" in said[0]
    assert "in colour" in said[0]
    assert window.side_panel.source.choice.currentText() == "Neural"


def test_adjustments_change_colour_and_leave_light(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["fill"].trigger()
    hand.key(Key.Key_O)
    hand.settle()
    before = np.array(hand.shown(300, 200))
    panel = window.side_panel.adjustments
    panel.sliders["hue"].field.setValue(120)
    hand.settle()
    turned = np.array(hand.shown(300, 200))
    assert (turned != before).any()
    weights = np.array([0.2126, 0.7152, 0.0722])
    light = [(weights * (codes / 255.0) ** 2.2).sum() for codes in (before, turned)]
    assert light[0] == pytest.approx(light[1], rel=0.03)
    window.actions_by_id["reset_adjustments"].trigger()
    assert document_of(window).state.layer.is_unadjusted
    hand.settle()
    assert tuple(before) == hand.shown(300, 200)


def test_tone_changes_the_grey_beneath_also_before_colour(hand: Hand, window: MainWindow) -> None:
    hand.settle()
    plain = hand.shown(300, 200)
    window.side_panel.tone.brightness.field.setValue(50)
    hand.settle()
    lighter = hand.shown(300, 200)
    assert lighter[0] > plain[0]
    window.canvas.compare(True)
    hand.settle()
    assert hand.shown(300, 200) == lighter
    window.canvas.compare(False)
    hand.key(Key.Key_Z, CONTROL)
    hand.settle()
    assert hand.shown(300, 200) == plain


def test_the_gamut_warning_marks_what_this_light_cannot_hold(hand: Hand, window: MainWindow) -> None:
    window.brush.set_color((0, 0, 255))
    window.actions_by_id["fill"].trigger()
    window.actions_by_id["source_tint"].trigger()
    hand.settle()
    assert hand.shown(300, 200) != (255, 0, 255)
    window.actions_by_id["gamut_warning"].trigger()
    hand.settle()
    assert hand.shown(300, 200) == (255, 0, 255)
    window.actions_by_id["gamut_warning"].trigger()
    hand.settle()
    assert hand.shown(300, 200) != (255, 0, 255)


def test_the_mask_overlay_follows_the_active_layer(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["fill"].trigger()
    window.actions_by_id["overlay"].trigger()
    hand.settle()
    tinted = hand.shown(300, 200)
    window.actions_by_id["new_layer"].trigger()
    hand.settle()
    assert hand.shown(300, 200) != tinted
    hand.key(Key.Key_PageDown)
    hand.settle()
    assert hand.shown(300, 200) == tinted


def test_a_mask_is_taken_over_from_another_layer(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    painted = hand.coverage()
    window.actions_by_id["new_layer"].trigger()
    window.actions_by_id["mask_from_below"].trigger()
    np.testing.assert_array_equal(hand.coverage(), painted)


def test_renaming_in_place(hand: Hand, window: MainWindow) -> None:
    window.side_panel.ensureWidgetVisible(window.side_panel.layers.list)
    hand.key(Key.Key_F2)
    editor = window.side_panel.layers.list.findChild(QLineEdit)
    QTest.keyClick(editor, Key.Key_A, CONTROL)
    QTest.keyClicks(editor, "Coat")
    QTest.keyClick(editor, Key.Key_Return)
    hand.settle()
    assert names(window) == ["Coat"]
    hand.key(Key.Key_Z, CONTROL)
    assert names(window) == ["Colour"]


def test_a_colour_is_taken_from_anywhere_in_the_window(hand: Hand, window: MainWindow) -> None:
    swatch = window.side_panel.colour.swatches[6]
    window.side_panel.ensureWidgetVisible(swatch)
    hand.settle()
    hand.key(Key.Key_I, SHIFT)
    assert window.colours.dropper.is_active
    QTest.mouseClick(swatch, LEFT, Keys.NoModifier, swatch.rect().center())
    assert window.brush.color == swatch.color
    assert not window.colours.dropper.is_active
    hand.key(Key.Key_I, SHIFT)
    hand.key(Key.Key_Escape)
    assert not window.colours.dropper.is_active
    QTest.mouseClick(window.side_panel.colour.swatches[0], LEFT)
    assert window.brush.color == window.side_panel.colour.swatches[0].color


def test_every_control_has_a_name_and_is_reached_by_tab(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(settings=Settings(hidden_panels=[]))
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
    controls = [control for kind in kinds for control in window.findChildren(kind)]
    own = [
        control
        for control in controls
        if not isinstance(control, QScrollBar)
        and not isinstance(control.parent(), QAbstractSpinBox | QComboBox)
        and not control.objectName().startswith("qt_")  # Qt's own
    ]
    assert len(own) > 150
    nameless = [
        type(control).__name__
        for control in own
        if not (control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()))
    ]
    assert nameless == []
    assert [type(control).__name__ for control in own if control.focusPolicy() == Qt.FocusPolicy.NoFocus] == []


def test_other_colourings_are_those_of_the_active_layer(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["fill"].trigger()
    window.actions_by_id["new_layer"].trigger()
    layers = document_of(window).state.layers
    photo, pictures = document_of(window).photo, [np.zeros((9, 9, 3), np.uint8)] * 3
    window.colours.serve(service := InstantColours())
    choices = window.side_panel.source.neural.choices
    service.alternatives.emit(Alternatives(Errand(photo, layers[0]), pictures))
    assert not choices[0].isVisibleTo(window.side_panel.source.neural)
    service.alternatives.emit(Alternatives(Errand(photo, layers[1]), pictures))
    assert choices[0].isVisibleTo(window.side_panel.source.neural)
    hand.key(Key.Key_PageDown)
    assert not choices[0].isVisibleTo(window.side_panel.source.neural)
