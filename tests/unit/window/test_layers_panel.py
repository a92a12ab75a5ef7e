"""The Layers panel shows what it is given, says what is wanted, and changes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app import theme
from app.panels.layer_delegate import Zone, zone_rect
from app.panels.layer_model import LayerRow
from app.panels.layers_panel import LayersPanel

LEFT = Qt.MouseButton.LeftButton
Keys, Key = Qt.KeyboardModifier, Qt.Key


def row(layer_id: int, **values: object) -> LayerRow:
    given = {"visible": True, "locked": False, "pinned": False, "opacity": 1.0, "source": "Neural", **values}
    return LayerRow(id=layer_id, name=f"Layer {layer_id}", **given)  # type: ignore[arg-type]


ROWS = [row(0), row(1, opacity=0.8, source="Tint"), row(2, locked=True), row(3, visible=False, pinned=True)]


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> LayersPanel:
    theme.apply(qapp)
    made = LayersPanel([QAction("New layer")], [QAction("Merge down")])
    qtbot.addWidget(made)
    made.resize(208, 420)
    made.show_layers(ROWS, 1, None)
    with qtbot.waitExposed(made):
        made.show()
    return made


def spot(panel: LayersPanel, place: int, zone: Zone) -> QPoint:
    view = panel.list
    return zone_rect(view.visualRect(view.model().index(place, 0)), zone).center()


def names(panel: LayersPanel) -> list[str]:
    model = panel.list.model()
    return [model.index(place, 0).data() for place in range(model.rowCount())]


def test_the_top_layer_stands_first_and_showing_says_nothing(panel: LayersPanel) -> None:
    spies = [
        QSignalSpy(signal)
        for signal in (panel.activated, panel.visibility_wanted, panel.renamed, panel.moved, panel.opacity_edited)
    ]
    panel.show_layers([*ROWS, row(4)], 4, 2)
    panel.show_layers(ROWS[:2], 0, None)
    assert names(panel) == ["Layer 1", "Layer 0"]
    assert [spy.count() for spy in spies] == [0] * len(spies)
    assert panel.opacity.field.value() == 100


@pytest.mark.parametrize(
    ("zone", "place", "keys", "signal", "told"),
    [
        (Zone.EYE, 0, Keys.NoModifier, "visibility_wanted", [3, True]),
        (Zone.EYE, 3, Keys.NoModifier, "visibility_wanted", [0, False]),
        (Zone.EYE, 3, Keys.AltModifier, "solo_wanted", [0]),
        (Zone.LOCK, 1, Keys.NoModifier, "lock_wanted", [2, False]),
        (Zone.LOCK, 3, Keys.NoModifier, "lock_wanted", [0, True]),
        (Zone.THUMBNAIL, 3, Keys.ControlModifier, "selection_wanted", [0, "replace"]),
        (Zone.NAME, 3, Keys.NoModifier, "activated", [0]),
    ],
)
def test_a_click_says_what_is_wanted(
    panel: LayersPanel, zone: Zone, place: int, keys: Qt.KeyboardModifier, signal: str, told: Sequence[object]
) -> None:
    spy = QSignalSpy(getattr(panel, signal))
    QTest.mouseClick(panel.list.viewport(), LEFT, keys, spot(panel, place, zone))
    assert spy.count() == 1
    assert list(spy.at(0)) == list(told)


def test_arrows_choose_the_active_layer(panel: LayersPanel) -> None:
    spy = QSignalSpy(panel.activated)
    panel.list.setFocus()
    QTest.keyClick(panel.list, Key.Key_Down)
    QTest.keyClick(panel.list, Key.Key_Up)
    QTest.keyClick(panel.list, Key.Key_Up)
    assert [spy.at(turn)[0] for turn in range(spy.count())] == [0, 1, 2]


@pytest.mark.parametrize(("typed", "told"), [("Coat", 1), ("   ", 0), ("Layer 1", 0)])
def test_a_name_is_typed_over_and_a_blank_or_the_old_one_is_none(panel: LayersPanel, typed: str, told: int) -> None:
    spy = QSignalSpy(panel.renamed)
    panel.rename_active()
    editor = panel.list.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, Key.Key_Return)
    QApplication.processEvents()
    assert spy.count() == told
    if told:
        assert list(spy.at(0)) == [1, typed]


def test_a_name_that_is_being_typed_survives_what_is_shown_meanwhile(panel: LayersPanel) -> None:
    panel.rename_active()
    editor = panel.list.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Coat")
    panel.show_layers([ROWS[0], row(1, opacity=0.3), *ROWS[2:]], 1, None)
    assert panel.list.findChild(QLineEdit) is editor
    assert editor.text() == "Coat"


def test_the_opacity_is_told_while_it_is_dragged(panel: LayersPanel) -> None:
    assert panel.opacity.field.value() == 80
    spy = QSignalSpy(panel.opacity_edited)
    panel.opacity.slider.setSliderDown(True)
    assert panel.is_opacity_dragged
    panel.opacity.slider.setValue(500)
    panel.opacity.slider.setSliderDown(False)
    assert list(spy.at(spy.count() - 1)) == [0.5]


def test_each_row_tells_its_state_to_a_screen_reader(panel: LayersPanel) -> None:
    model = panel.list.model()
    spoken = [str(model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)).lower() for place in range(4)]
    assert "hidden" in spoken[0]
    assert "locked" in spoken[1]
    assert "tint" in spoken[2]
    assert "80" in spoken[2]


def test_twenty_layers_scroll_and_six_do_not(panel: LayersPanel) -> None:
    panel.show_layers([row(layer_id) for layer_id in range(6)], 0, None)
    six = panel.list.height()
    assert panel.list.verticalScrollBar().maximum() == 0
    panel.show_layers([row(layer_id) for layer_id in range(20)], 0, None)
    QApplication.processEvents()
    assert panel.list.height() == six
    assert panel.list.verticalScrollBar().maximum() > 0
