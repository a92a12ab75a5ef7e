"""The small questions: pixels, feather and density, a range of lightness; each tells its trials and its answer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.panels.amount_dialog import AmountDialog, ask_amount
from app.panels.luminance_dialog import FIRST_RANGE, LuminanceDialog
from app.panels.softness_dialog import SoftnessDialog, ask_softness

LEFT = Qt.MouseButton.LeftButton


def lightness() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(40, 101) L* that rises from 0 to 100."""
    return np.repeat(np.arange(101, dtype=np.float32)[None, :], 40, axis=0)


@pytest.mark.parametrize(("key", "answer"), [(Qt.Key.Key_Return, 37.0), (Qt.Key.Key_Escape, None)])
def test_a_number_of_pixels_is_asked_for(qtbot: QtBot, key: Qt.Key, answer: float | None) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    heard: list[tuple[str, bool]] = []

    def answer_it() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, AmountDialog):
            field = dialog.focusWidget()  # the number, ready to be typed over
            QTest.keyClicks(field, "37")
            QTest.keyClick(field, key)
            heard.append((dialog.accept_button.text(), dialog.isVisible()))
            dialog.hide()  # so that a failure ends as well

    QTimer.singleShot(0, answer_it)
    assert ask_amount(parent, "Grow selection", "Grow by", 4.0) == answer
    assert heard == [("Grow", False)]


def test_the_pixels_are_told_while_they_are_looked_for(qtbot: QtBot) -> None:
    dialog = AmountDialog("Shrink mask", "Shrink by", 8.0)
    qtbot.addWidget(dialog)
    tried: list[int] = []
    dialog.changed.connect(tried.append)
    dialog.slider.slider.setValue(dialog.slider.slider.maximum())
    dialog.slider.slider.setValue(0)
    assert tried == [500, 1]
    assert dialog.amount == 1


def test_feather_and_density_are_tried_out_before_they_are_taken(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    tried: list[tuple[float, float]] = []

    def answer_it() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, SoftnessDialog):
            tried.append(dialog.sliders.softness)
            dialog.sliders.feather.field.setValue(50)
            dialog.sliders.density.field.setValue(30)
            dialog.accept()

    QTimer.singleShot(0, answer_it)
    assert ask_softness(parent, 20.0, 0.8, lambda *softness: tried.append(softness)) == (50, 0.3)
    assert tried == [(20, 0.8), (50, 0.8), (50, 0.3)]


def test_a_range_of_lightness_is_dragged_and_typed(qtbot: QtBot) -> None:
    dialog = LuminanceDialog("Select by lightness", lightness())
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.chosen == FIRST_RANGE
    tried: list[tuple[float, float, float]] = []
    dialog.changed.connect(lambda *chosen: tried.append(chosen))
    start = dialog.range.handle("low").toPoint()
    QTest.mousePress(dialog.range, LEFT, pos=start)
    QTest.mouseMove(dialog.range, start - QPoint(dialog.range.width() // 4, 0))
    QTest.mouseRelease(dialog.range, LEFT, pos=start - QPoint(dialog.range.width() // 4, 0))
    low, high, softness = dialog.chosen
    assert low == pytest.approx(FIRST_RANGE[0] - 25, abs=2)
    assert (high, softness) == FIRST_RANGE[1:]
    assert tried[-1] == dialog.chosen
    assert dialog.low.value() == low
    dialog.high.setValue(10)  # below the lower end, which goes along
    assert dialog.chosen == (10, 10, softness)
    dialog.softness.field.setValue(0)
    assert dialog.chosen == (10, 10, 0)


def test_the_picture_tints_what_is_chosen(qtbot: QtBot) -> None:
    dialog = LuminanceDialog("Mask from lightness", lightness())
    qtbot.addWidget(dialog)
    dialog.low.setValue(50)
    dialog.softness.field.setValue(0)
    picture = dialog.picture.pixmap().toImage()
    dark, light = picture.pixelColor(30, 20), picture.pixelColor(80, 20)
    assert dark.red() == dark.green() == dark.blue()
    assert light.red() > light.blue() + 40
