"""The panel of adjustments tells what is set, keeps what is not touched, and is whole with the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.document.adjustments import NEUTRAL, RANGES, Adjustments
from app.panels.adjustments_panel import AdjustmentsPanel, AmountSlider

WIDTH = 208
"""What the side panel leaves beside its scroll bar, logical pixels."""


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> AdjustmentsPanel:
    theme.apply(qapp)
    made = AdjustmentsPanel()
    qtbot.addWidget(made)
    made.resize(WIDTH, made.sizeHint().height())
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


@pytest.fixture
def told(panel: AdjustmentsPanel) -> list[Adjustments]:
    heard: list[Adjustments] = []
    panel.edited.connect(heard.append)
    return heard


def handle(control: AmountSlider) -> QPoint:
    """The middle of the slider's handle."""
    option = QStyleOptionSlider()
    control.slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    return control.slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, control.slider).center()


def type_in(control: AmountSlider, text: str) -> None:
    control.field.setFocus()
    control.field.selectAll()
    QTest.keyClicks(control.field, text)
    QTest.keyClick(control.field, Qt.Key.Key_Return)


def test_it_fits_the_side_panel(panel: AdjustmentsPanel) -> None:
    assert panel.width() == WIDTH
    for control in panel.sliders.values():
        assert control.caption.width() >= control.caption.sizeHint().width()
        assert control.field.geometry().right() < control.width() <= WIDTH
    assert len({control.slider.x() for control in panel.sliders.values()}) == 1


def test_what_is_shown_is_not_told(panel: AdjustmentsPanel, told: list[Adjustments]) -> None:
    shown = Adjustments(0.8, 1.35, -0.4, -120, 0.25)
    panel.show_adjustments(shown)
    assert [control.field.value() for control in panel.sliders.values()] == [80, 135, -40, -120, 25]
    assert panel.adjustments == shown
    assert told == []


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("strength", "35", 0.35),
        ("saturation", "180", 1.8),
        ("vibrance", "-50", -0.5),
        ("hue", "-90", -90.0),
        ("warmth", "100", 1.0),
    ],
)
def test_a_typed_number_is_told_and_the_others_keep_their_digits(
    panel: AdjustmentsPanel, told: list[Adjustments], name: str, typed: str, value: float
) -> None:
    before = Adjustments(0.123, 1.234, 0.345, 45.6, -0.567)
    panel.show_adjustments(before)
    type_in(panel.sliders[name], typed)
    assert told == [Adjustments(**{**before.to_dict(), name: value})]
    assert panel.adjustments == told[-1]


@pytest.mark.parametrize("name", list(RANGES))
def test_keys_on_a_slider_reach_both_ends(panel: AdjustmentsPanel, told: list[Adjustments], name: str) -> None:
    slider = panel.sliders[name].slider
    for key, end in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 1)):
        QTest.keyClick(slider, key)
        assert getattr(panel.adjustments, name) == RANGES[name][end]
    assert told


def test_a_drag_tells_every_step_and_that_it_goes_on(panel: AdjustmentsPanel, told: list[Adjustments]) -> None:
    control, dragged, begun = panel.sliders["hue"], [], []
    panel.edited.connect(lambda _value: dragged.append(panel.is_dragged))
    panel.drag_began.connect(lambda: begun.append(len(told)))
    start = handle(control)
    QTest.mousePress(control.slider, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        QTest.mouseMove(control.slider, start + QPoint(step, 0))
    assert panel.is_dragged
    QTest.mouseRelease(control.slider, Qt.MouseButton.LeftButton, pos=start + QPoint(10, 0))
    assert not panel.is_dragged
    hues = [value.hue for value in told]
    assert len(hues) >= 5
    assert hues == sorted(set(hues))
    assert all(dragged)
    assert begun == [0]


@pytest.mark.parametrize("part", ["caption", "slider"])
def test_a_double_click_puts_one_back(panel: AdjustmentsPanel, told: list[Adjustments], part: str) -> None:
    panel.show_adjustments(Adjustments(saturation=1.5, warmth=0.5))
    control = panel.sliders["saturation"]
    target, where = getattr(control, part), handle(control) if part == "slider" else QPoint(4, 4)
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseDClick(target, Qt.MouseButton.LeftButton, pos=where)
    assert told[-1] == Adjustments(warmth=0.5)
    assert control.field.value() == 100
    assert not panel.is_dragged


def test_reset_puts_all_back_and_is_there_only_when_it_can(panel: AdjustmentsPanel, told: list[Adjustments]) -> None:
    assert not panel.reset.isEnabled()
    panel.show_adjustments(Adjustments(0.5, 0.5, 0.5, 50, 0.5))
    assert panel.reset.isEnabled()
    QTest.mouseClick(panel.reset, Qt.MouseButton.LeftButton)
    assert told == [NEUTRAL]
    assert not panel.reset.isEnabled()
    assert [control.field.value() for control in panel.sliders.values()] == [100, 100, 0, 0, 0]


def test_the_same_again_is_not_told(panel: AdjustmentsPanel, told: list[Adjustments]) -> None:
    type_in(panel.sliders["strength"], "100")
    QTest.mouseDClick(panel.sliders["hue"].caption, Qt.MouseButton.LeftButton)
    QTest.keyClick(panel.sliders["strength"].slider, Qt.Key.Key_End)
    assert told == []


def test_tab_comes_to_everything(panel: AdjustmentsPanel) -> None:
    panel.show_adjustments(Adjustments(hue=5))
    wanted: list[QWidget] = [panel.reset]
    for control in panel.sliders.values():
        wanted += [control.slider, control.field]
    panel.sliders["strength"].slider.setFocus()
    seen = set()
    for _ in wanted:
        seen.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert seen == set(wanted)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_return_and_escape_give_the_keyboard_back(panel: AdjustmentsPanel, key: Qt.Key) -> None:
    done: list[QWidget | None] = []
    panel.done.connect(lambda: done.append(QApplication.focusWidget()))
    panel.show_adjustments(Adjustments(hue=5))
    widgets = (panel.sliders["vibrance"].slider, panel.sliders["hue"].field, panel.reset)
    for widget in widgets:
        widget.setFocus()
        QTest.keyClick(widget, key)
    assert tuple(done) == widgets


def test_space_resets(panel: AdjustmentsPanel, told: list[Adjustments]) -> None:
    panel.show_adjustments(Adjustments(hue=5))
    panel.reset.setFocus()
    QTest.keyClick(panel.reset, Qt.Key.Key_Space)
    assert told == [NEUTRAL]


def test_everything_is_named_and_explained(panel: AdjustmentsPanel) -> None:
    for name, control in panel.sliders.items():
        for widget in (control.slider, control.field):
            assert widget.accessibleName().lower() == name
            assert len(widget.toolTip()) > 20
            assert widget.accessibleDescription() == widget.toolTip()
    assert panel.reset.accessibleName()
    assert panel.reset.toolTip()
