"""The panel of tone tells what is set, says when there are no colours to mix, and is whole with the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.document.tone import STRAIGHT, Tone
from app.panels.adjustments_panel import AmountSlider
from app.panels.tone_panel import NO_COLOURS, TonePanel

WIDTH = 208
"""What the side panel leaves beside its scroll bar, logical pixels."""
WEIGHTS = (0.25, 0.625, 0.125)
"""Shares of red, green and blue in the grey of a photo that is not in sRGB."""
BENT = Tone((0.333, 0.444, 0.222), 0.123, -0.234, ((0.0, 0.0), (0.3, 0.456), (1.0, 1.0)))


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> TonePanel:
    theme.apply(qapp)
    made = TonePanel()
    qtbot.addWidget(made)
    made.resize(WIDTH, made.sizeHint().height())
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.show_tone(Tone(), True, WEIGHTS)
    return made


@pytest.fixture
def told(panel: TonePanel) -> list[Tone]:
    heard: list[Tone] = []
    panel.edited.connect(heard.append)
    return heard


def type_in(control: AmountSlider, text: str) -> None:
    control.field.setFocus()
    control.field.selectAll()
    QTest.keyClicks(control.field, text)
    QTest.keyClick(control.field, Qt.Key.Key_Return)


def at(panel: TonePanel, x: float, y: float) -> QPoint:
    """A place of the curve's plot, 0..1 both, in pixels of the editor."""
    place: QPointF = panel.curve.place_of((x, y))
    return place.toPoint()


def test_it_fits_the_side_panel(panel: TonePanel) -> None:
    assert panel.width() == WIDTH
    sliders = (*panel.mixer, panel.brightness, panel.contrast)
    for control in sliders:
        assert control.caption.width() >= control.caption.sizeHint().width()
        assert control.field.geometry().right() < control.width() <= WIDTH
    assert len({control.slider.x() for control in sliders}) == 1
    assert panel.curve.width() == WIDTH


def test_what_is_shown_is_not_told(panel: TonePanel, told: list[Tone]) -> None:
    panel.show_tone(BENT, True, WEIGHTS)
    assert [control.field.value() for control in panel.mixer] == [33, 44, 22]
    assert (panel.brightness.field.value(), panel.contrast.field.value()) == (12, -23)
    assert panel.curve.curve.points == BENT.curve
    assert panel.tone == BENT
    assert told == []


def test_without_a_mixer_the_photos_own_shares_are_shown(panel: TonePanel) -> None:
    assert [control.field.value() for control in panel.mixer] == [25, 62, 12]
    panel.show_tone(Tone(), True)
    assert [control.field.value() for control in panel.mixer] == [21, 72, 7]


def test_one_share_starts_the_mixer_from_the_photos_own_shares(panel: TonePanel, told: list[Tone]) -> None:
    type_in(panel.mixer[0], "-150")
    assert told == [Tone(mixer=(-1.5, 0.625, 0.125))]
    type_in(panel.mixer[2], "300")
    assert told[1:] == [Tone(mixer=(-1.5, 0.625, 3.0))]


def test_what_is_not_touched_keeps_its_digits(panel: TonePanel, told: list[Tone]) -> None:
    panel.show_tone(BENT, True, WEIGHTS)
    type_in(panel.contrast, "40")
    assert told == [Tone(BENT.mixer, BENT.brightness, 0.4, BENT.curve)]
    type_in(panel.brightness, "-5")
    assert told[1:] == [Tone(BENT.mixer, -0.05, 0.4, BENT.curve)]


def test_a_photo_without_colours_says_why_there_is_nothing_to_mix(panel: TonePanel) -> None:
    panel.show_tone(Tone(), False)
    for control in panel.mixer:
        assert not control.isEnabled()
        assert control.slider.toolTip() == control.field.toolTip() == NO_COLOURS
    assert panel.brightness.isEnabled()
    panel.show_tone(Tone(), True)
    for control in panel.mixer:
        assert control.isEnabled()
        assert NO_COLOURS not in control.slider.toolTip()


def test_a_double_click_puts_one_share_back_and_the_last_one_ends_the_mixer(panel: TonePanel, told: list[Tone]) -> None:
    panel.show_tone(Tone(mixer=(1.0, 0.0, 0.125)), True, WEIGHTS)
    for control, mixer in zip(panel.mixer, ((0.25, 0.0, 0.125), None, None), strict=True):
        QTest.mouseDClick(control.caption, Qt.MouseButton.LeftButton)
        assert panel.tone.mixer == mixer
    assert told == [Tone(mixer=(0.25, 0.0, 0.125)), Tone()]


@pytest.mark.parametrize("name", ["brightness", "contrast"])
def test_keys_and_a_double_click_on_a_slider(panel: TonePanel, told: list[Tone], name: str) -> None:
    control: AmountSlider = getattr(panel, name)
    QTest.keyClick(control.slider, Qt.Key.Key_End)
    assert told[-1] == Tone(**{name: 1.0})
    QTest.keyClick(control.slider, Qt.Key.Key_Home)
    assert told[-1] == Tone(**{name: -1.0})
    QTest.mouseDClick(control.slider, Qt.MouseButton.LeftButton)
    assert told[-1] == Tone()


def test_a_point_pulled_out_of_the_curve_is_one_drag(panel: TonePanel, told: list[Tone]) -> None:
    dragged: list[bool] = []
    begun: list[int] = []
    panel.edited.connect(lambda _tone: dragged.append(panel.is_dragged))
    panel.drag_began.connect(lambda: begun.append(len(told)))
    for times in (1, 2):
        height = 0.5 + 0.1 * times
        QTest.mousePress(panel.curve, Qt.MouseButton.LeftButton, pos=at(panel, 0.5, height))
        for step in range(1, 6):
            QTest.mouseMove(panel.curve, at(panel, 0.5, height + step / 50))
        assert panel.is_dragged
        QTest.mouseRelease(panel.curve, Qt.MouseButton.LeftButton, pos=at(panel, 0.5, height + 0.1))
        assert not panel.is_dragged
    (x, y) = told[-1].curve[1]
    assert (x, y) == (pytest.approx(0.5, abs=0.01), pytest.approx(0.8, abs=0.01))
    assert len(told) >= 8
    assert all(dragged)
    assert begun[0] == 0
    assert len(begun) == 2


def test_keys_bend_the_curve_and_straight_makes_it_a_line(panel: TonePanel, told: list[Tone]) -> None:
    assert not panel.straight.isEnabled()
    panel.curve.setFocus()
    QTest.keyClick(panel.curve, Qt.Key.Key_Insert)
    QTest.keyClick(panel.curve, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert told[-1].curve == ((0.0, 0.0), (0.5, pytest.approx(0.6)), (1.0, 1.0))
    assert "lightness 50% becomes 60%" in panel.curve.accessibleDescription()
    assert "pressure" not in panel.curve.accessibleDescription()
    panel.straight.setFocus()
    QTest.keyClick(panel.straight, Qt.Key.Key_Space)
    assert told[-1] == Tone()
    assert panel.curve.curve.points == STRAIGHT


def test_reset_puts_all_back_and_is_there_only_when_it_can(panel: TonePanel, told: list[Tone]) -> None:
    assert not panel.reset.isEnabled()
    panel.show_tone(BENT, True, WEIGHTS)
    QTest.mouseClick(panel.reset, Qt.MouseButton.LeftButton)
    assert told == [Tone()]
    assert not panel.reset.isEnabled()
    assert [control.field.value() for control in panel.mixer] == [25, 62, 12]


def test_tab_comes_to_everything(panel: TonePanel) -> None:
    panel.show_tone(BENT, True)
    wanted: list[QWidget] = [panel.straight, panel.curve, panel.reset]
    for control in (*panel.mixer, panel.brightness, panel.contrast):
        wanted += [control.slider, control.field]
    panel.mixer[0].slider.setFocus()
    seen = []
    for _ in wanted:
        seen.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert set(seen) == set(wanted)
    assert [widget.mapTo(panel, QPoint()).y() for widget in seen[::2]] == sorted(
        widget.mapTo(panel, QPoint()).y() for widget in seen[::2]
    )


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_return_and_escape_give_the_keyboard_back(panel: TonePanel, key: Qt.Key) -> None:
    done: list[QWidget | None] = []
    panel.done.connect(lambda: done.append(QApplication.focusWidget()))
    widgets = (panel.mixer[1].slider, panel.brightness.field, panel.curve)
    for widget in widgets:
        widget.setFocus()
        QTest.keyClick(widget, key)
    assert tuple(done) == widgets


def test_everything_is_named_and_explained(panel: TonePanel) -> None:
    names = set()
    for control in (*panel.mixer, panel.brightness, panel.contrast):
        for widget in (control.slider, control.field):
            assert len(widget.toolTip()) > 20
            names.add(widget.accessibleName())
    assert names == {*(f"Share of {c} in the grey" for c in ("red", "green", "blue")), "Brightness", "Contrast"}
    assert panel.curve.accessibleName() == "Tone curve"
    for button in (panel.straight, panel.reset):
        assert button.toolTip()
        assert button.accessibleName() or button.text()
