"""The brush is set from the bar and its panel: presets, curves, tip, smoothing; every tool has its page of options."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.brush_presets import BUILT_IN
from app.canvas.tools.table import TOOLS
from app.document.photo import Photo
from app.document.selection import Combine
from app.document.smoothing import Smoothing
from app.main_window import MainWindow
from app.panels.brush_panel import BrushPanel
from app.panels.curve_editor import LEAP, STEP, CurveEditor
from app.pressure import LINEAR
from app.settings import Settings
from app.tool_options import GradientShape
from tests.e2e.conftest import Hand

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def panel(window: MainWindow) -> BrushPanel:
    """Opened by its button."""
    page = window.options_bar.brush
    QTest.mouseClick(page.button, LEFT)
    assert page.panel.isVisible()
    return page.panel


def names(panel: BrushPanel) -> list[str]:
    return [preset.name for preset in panel.shelf.list.presets.presets]


def type_name(panel: BrushPanel, text: str) -> None:
    """Into the field that is open in the grid."""
    field = panel.shelf.list.findChild(QLineEdit)
    assert field is not None
    assert field.selectedText() == field.text()
    if text:
        QTest.keyClicks(field, text)
    else:
        QTest.keyClick(field, Key.Key_Backspace)
    QTest.keyClick(field, Key.Key_Return)
    QApplication.processEvents()  # Qt takes the name when the key has been dealt with


def click_preset(panel: BrushPanel, name: str) -> None:
    grid = panel.shelf.list
    place = grid.presets.index(names(panel).index(name))
    grid.scrollTo(place)
    QTest.mouseClick(grid.viewport(), LEFT, pos=grid.visualRect(place).center())


def grab_point(editor: CurveEditor, start: tuple[float, float], end: tuple[float, float] | QPointF) -> None:
    """Drag from one place of the curve's plane to another, or off the plot."""
    QTest.mousePress(editor, LEFT, pos=editor.place_of(start).toPoint())
    target = end if isinstance(end, QPointF) else editor.place_of(end)
    QTest.mouseMove(editor, target.toPoint())
    QTest.mouseRelease(editor, LEFT, pos=target.toPoint())


# -- presets -----------------------------------------------------------------------------------------------------------


def test_a_click_on_a_preset_takes_it_and_the_next_stroke_paints_with_it(
    window: MainWindow, hand: Hand, panel: BrushPanel
) -> None:
    window.brush.set_size(40)
    click_preset(panel, "Glaze 30 %")
    assert (window.brush.opacity, window.brush.hardness, window.brush.size) == (0.3, 0.3, 40)
    QTest.keyClick(panel, Key.Key_Escape)
    assert not panel.isVisible()
    hand.stroke([(100, 200), (300, 200)])
    hand.settle()
    assert hand.coverage().max() == pytest.approx(0.3 * 255, abs=1)


def test_the_present_brush_is_saved_under_a_name_and_there_again_after_a_restart(
    open_window: Callable[..., MainWindow], make_photo: Callable[..., Photo]
) -> None:
    window = open_window(make_photo())
    window.brush.set_flow(0.2)
    window.brush.set_size(17)
    page = window.options_bar.brush
    QTest.mouseClick(page.button, LEFT)
    page.panel.shelf.with_size.click()
    QTest.mouseClick(page.panel.shelf.save, LEFT)
    type_name(page.panel, "Eyelashes")
    assert names(page.panel)[-1] == "Eyelashes"
    page.panel.close()
    assert window.document is not None
    window.document.mark_saved()
    window.close()

    again = open_window(make_photo())
    panel = again.options_bar.brush.panel
    assert names(panel) == [*(preset.name for preset in BUILT_IN), "Eyelashes"]
    QTest.mouseClick(again.options_bar.brush.button, LEFT)
    click_preset(panel, "Eyelashes")
    assert (again.brush.flow, again.brush.size) == (0.2, 17)


def test_presets_are_taken_renamed_and_removed_by_keys_and_the_built_in_ones_come_back(
    window: MainWindow, panel: BrushPanel
) -> None:
    grid = panel.shelf.list
    assert grid.hasFocus()
    grid.setCurrentIndex(grid.presets.index(0))
    QTest.keyClick(grid, Key.Key_Right)
    QTest.keyClick(grid, Key.Key_Return)
    assert window.brush.hardness == 0
    QTest.keyClick(grid, Key.Key_F2)
    type_name(panel, "Fog")
    assert names(panel)[:2] == ["Hard round", "Fog"]
    grid.setCurrentIndex(grid.presets.index(0))
    QTest.keyClick(grid, Key.Key_Delete)
    assert names(panel)[0] == "Fog"
    QTest.mouseClick(panel.shelf.restore, LEFT)
    assert names(panel) == [*(preset.name for preset in BUILT_IN), "Fog"]


def test_an_empty_name_leaves_the_old_one(panel: BrushPanel) -> None:
    grid = panel.shelf.list
    grid.setCurrentIndex(grid.presets.index(1))
    QTest.mouseClick(panel.shelf.rename, LEFT)
    type_name(panel, "")
    assert names(panel)[1] == BUILT_IN[1].name


# -- curves ------------------------------------------------------------------------------------------------------------


def test_a_curve_is_bent_by_the_pointer(window: MainWindow, panel: BrushPanel) -> None:
    editor = panel.pressures["size"].editor
    grab_point(editor, (0.5, 0.9), (0.5, 0.8))  # an empty place: a new point, dragged on
    assert len(window.brush.size_curve.points) == 3
    assert window.brush.size_curve.at(0.5) == pytest.approx(0.8, abs=0.02)
    assert window.brush.touch(0, 0, 0.5).size == pytest.approx(0.8, abs=0.02)
    point = window.brush.size_curve.points[1]
    grab_point(editor, point, QPointF(editor.width() / 2, -60))
    assert len(window.brush.size_curve.points) == 2
    grab_point(editor, (1.0, 1.0), QPointF(editor.width() + 80, editor.height() / 2))
    assert len(window.brush.size_curve.points) == 2  # the last two cannot be pulled off
    QTest.mouseClick(panel.pressures["size"].straight, LEFT)
    assert window.brush.size_curve == LINEAR


def test_a_curve_is_bent_by_keys(window: MainWindow, panel: BrushPanel) -> None:
    editor = panel.pressures["size"].editor
    editor.setFocus()
    QTest.keyClick(editor, Key.Key_Insert)
    assert window.brush.size_curve.points[1] == pytest.approx((0.5, 0.5))
    QTest.keyClick(editor, Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(editor, Key.Key_Right)
    assert window.brush.size_curve.points[1] == pytest.approx((0.5 + STEP, 0.5 + LEAP))
    QTest.keyClick(editor, Key.Key_PageUp)
    QTest.keyClick(editor, Key.Key_Down)
    assert window.brush.size_curve.points[2] == pytest.approx((1.0, 1.0 - STEP))
    assert "Point 3 of 3" in editor.accessibleDescription()
    QTest.keyClick(editor, Key.Key_PageDown)
    QTest.keyClick(editor, Key.Key_Delete)
    assert len(window.brush.size_curve.points) == 2
    QTest.keyClick(editor, Key.Key_PageUp)
    QTest.keyClick(editor, Key.Key_Delete)
    assert len(window.brush.size_curve.points) == 2


def test_a_curve_that_is_off_cannot_be_bent(window: MainWindow, panel: BrushPanel) -> None:
    column = panel.pressures["flow"]
    assert not column.editor.isEnabled()
    QTest.mouseClick(column.on, LEFT, pos=QPoint(8, column.on.height() // 2))
    assert window.brush.pressure_flow
    assert column.editor.isEnabled()
    assert window.actions_by_id["pressure_flow"].isChecked()


# -- the tip, smoothing, edges -----------------------------------------------------------------------------------------


def test_tip_and_smoothing_are_set_in_the_panel(window: MainWindow, panel: BrushPanel) -> None:
    tip = panel.tip
    assert not tip.angle.isEnabled()
    tip.roundness.field.setValue(30)
    assert tip.angle.isEnabled()
    tip.angle.field.setValue(-45)
    tip.spacing.field.setValue(25)
    assert (window.brush.roundness, window.brush.angle, window.brush.spacing) == (0.3, -45, 0.25)
    tip.smoothing.kind.setFocus()
    QTest.keyClick(tip.smoothing.kind, Key.Key_Down)
    assert window.brush.smoothing == (Smoothing.STABILISER, 0.5)
    tip.smoothing.strength.setValue(80)
    assert window.brush.smoothing == (Smoothing.STABILISER, 0.8)
    assert window.options_bar.brush.smoothing.strength.value() == 80


def test_the_previews_follow_the_brush(qtbot: QtBot, window: MainWindow, panel: BrushPanel) -> None:
    button = window.options_bar.brush.button

    def pictures() -> tuple[QImage, QImage]:
        return panel.preview.pixmap().toImage(), button.icon().pixmap(button.iconSize()).toImage()

    click_preset(panel, "Hard round")
    qtbot.waitUntil(lambda: not button.icon().isNull())
    before = pictures()
    click_preset(panel, "Calligraphy")
    qtbot.waitUntil(lambda: all(old != new for old, new in zip(before, pictures(), strict=True)))


def test_keeping_to_edges_is_switched_on_the_bar_and_keeps_its_strength(window: MainWindow) -> None:
    page = window.options_bar.brush
    assert not page.edge_strength.isEnabled()
    QTest.mouseClick(page.edge_aware, LEFT, pos=QPoint(8, page.edge_aware.height() // 2))
    assert window.brush.edge > 0
    assert window.actions_by_id["edge_aware"].isChecked()
    page.edge_strength.setValue(80)
    assert window.brush.brush().edge == 0.8
    window.actions_by_id["edge_aware"].trigger()
    assert not page.edge_aware.isChecked()
    assert page.edge_strength.value() == 80


def test_flow_is_always_in_sight_and_set_from_the_bar(window: MainWindow, hand: Hand) -> None:
    window.brush_bar.flow.field.setValue(10)
    assert window.brush.flow == 0.1
    hand.stroke([(100, 200), (101, 200)])
    hand.settle()
    assert 0 < hand.coverage().max() < 128


# -- pages of the tools ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", [spec.id for spec in TOOLS])
def test_the_page_follows_the_tool(window: MainWindow, tool: str) -> None:
    window.actions_by_id[tool].trigger()
    spec = next(one for one in TOOLS if one.id == tool)
    assert window.options_bar.page == spec.options


def test_pages_tell_the_tools(window: MainWindow) -> None:
    bar, options = window.options_bar, window.canvas.options
    bar.show_page("wand")
    QTest.mouseClick(bar.wand.combine.buttons[Combine.SUBTRACT], LEFT)
    bar.wand.tolerance.field.setValue(33)
    for box in (bar.wand.contiguous, bar.wand.antialias):
        QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert (options.combine, options.tolerance) == (Combine.SUBTRACT, 33)
    assert (options.contiguous, options.antialias) == (False, False)
    bar.show_page("select")
    assert bar.select.combine.buttons[Combine.SUBTRACT].isChecked()
    bar.select.feather.field.setValue(25)
    assert options.feather == 25
    bar.show_page("gradient")
    bar.gradient.shape.setFocus()
    QTest.keyClick(bar.gradient.shape, Key.Key_Down)
    QTest.mouseClick(bar.gradient.reverse, LEFT, pos=QPoint(8, bar.gradient.reverse.height() // 2))
    assert (options.gradient, options.reversed) == (GradientShape.RADIAL, True)
    bar.show_page("eyedropper")
    bar.eyedropper.sample.setFocus()
    QTest.keyClick(bar.eyedropper.sample, Key.Key_End)
    assert options.sample_size == 101
    bar.show_page("fill")
    assert bar.fill.tolerance.field.value() == 33
    assert not bar.fill.contiguous.isChecked()


def test_the_rotation_of_the_view_is_typed_and_shown(window: MainWindow) -> None:
    window.actions_by_id["hand"].trigger()
    field = window.options_bar.view.rotation
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "-30")
    QTest.keyClick(field, Key.Key_Return)
    assert window.canvas.viewport.rotation == pytest.approx(330)
    assert window.canvas.hasFocus()
    window.actions_by_id["reset_rotation"].trigger()
    assert field.value() == 0


# -- room --------------------------------------------------------------------------------------------------------------


def cut_off(window: MainWindow, whole: QWidget) -> list[str]:
    """What does not lie wholly inside ``whole`` or has not the room that its words need."""
    bad = []
    for widget in whole.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        place = widget.mapTo(whole, QPoint(0, 0))
        inside = whole.rect().contains(place) and whole.rect().contains(place + widget.rect().bottomRight())
        words = isinstance(widget, QLabel | QAbstractButton)
        if not inside or (words and widget.width() < widget.sizeHint().width()):
            bad.append(f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}")
    return bad


@pytest.mark.parametrize(("width", "height"), [(960, 600), (1280, 800), (1920, 1080)])
def test_nothing_is_cut_off_and_nothing_jumps(window: MainWindow, width: int, height: int) -> None:
    window.resize(width, height)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (width, height)
    canvas = window.canvas.geometry()
    for spec in TOOLS:
        window.actions_by_id[spec.id].trigger()
        QApplication.processEvents()
        assert cut_off(window, window.brush_bar) == []
        assert cut_off(window, window.tool_strip) == []
        assert window.canvas.geometry() == canvas


def test_the_bar_has_a_second_row_only_where_it_needs_one(window: MainWindow) -> None:
    found = []
    for width in (1280, 960, 1280):
        window.resize(width, 800)
        QApplication.processEvents()
        found.append((window.brush_bar.two_rows, window.brush_bar.height()))
    assert found[0] == found[2] == (False, 48)
    assert found[1][0]
    assert window.brush_bar.isAncestorOf(window.options_bar)


def test_a_low_window_has_its_tools_in_two_columns(window: MainWindow) -> None:
    for height, columns in ((1000, 1), (600, 2), (1000, 1)):
        window.resize(1280, height)
        QApplication.processEvents()
        assert window.tool_strip.columns == columns


def test_a_wheel_that_passes_by_changes_no_number(window: MainWindow) -> None:
    slider = window.side_panel.softness.density
    middle = QPointF(slider.slider.rect().center())
    window.side_panel.ensureWidgetVisible(slider)
    before = slider.field.value()
    for widget in (slider.slider, slider.field):
        QTest.wheelEvent(window.windowHandle(), QPointF(widget.mapTo(window, middle.toPoint())), QPoint(0, -120))
    QApplication.processEvents()
    assert slider.field.value() == before


def test_folded_sections_stay_folded_after_a_restart(
    open_window: Callable[..., MainWindow], make_photo: Callable[..., Photo]
) -> None:
    window = open_window(make_photo())
    window.side_panel.fold([])
    QTest.mouseClick(window.side_panel.sections["Colour"].heading, LEFT)
    assert not window.side_panel.colour.isVisible()
    window.side_panel.sections["Overlay"].heading.setFocus()
    QTest.keyClick(window.side_panel.sections["Overlay"].heading, Key.Key_Space)
    assert not window.side_panel.overlay.isVisible()
    window.close()
    assert {"Colour", "Overlay"} <= set(Settings.load().hidden_panels)
    again = open_window(make_photo())
    assert not again.side_panel.colour.isVisible()
    assert again.side_panel.sections["Mask"].is_open


def test_feather_and_density_soften_what_is_seen_and_leave_the_mask(window: MainWindow, hand: Hand) -> None:
    hand.stroke([(100, 200), (300, 200)])
    hand.settle()
    before = hand.coverage()
    window.side_panel.softness.density.field.setValue(40)
    window.side_panel.softness.feather.field.setValue(12)
    assert window.document is not None
    layer = window.document.state.layer
    assert (layer.feather, layer.density) == (12, 0.4)
    assert np.array_equal(hand.coverage(), before)
    window.actions_by_id["undo"].trigger()
    assert window.side_panel.softness.softness == (0, 0.4)
