"""The Select and Mask menus, through their actions and dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QDialog

from app.document import shapes
from app.document.tiles import TileMask
from app.main_window import MainWindow
from app.panels.amount_dialog import AmountDialog
from app.panels.luminance_dialog import LuminanceDialog
from app.panels.softness_dialog import SoftnessDialog

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand


def answer(window: MainWindow, kind: type[QDialog], fill: Callable[[QDialog], object], *, accept: bool = True) -> None:
    """As soon as a dialog of this kind is open, fill it in and close it."""

    def look() -> None:
        dialog = window.findChild(kind)
        if dialog is None or not dialog.isVisible():
            timer.start()
            return
        fill(dialog)
        (dialog.accept if accept else dialog.reject)()

    timer = QTimer(window, singleShot=True, interval=10)
    timer.timeout.connect(look)
    timer.start()


def do(window: MainWindow, *actions: str) -> None:
    for action in actions:
        assert window.actions_by_id[action].isEnabled()
        window.actions_by_id[action].trigger()


def select_box(window: MainWindow, x0: int, y0: int, x1: int, y1: int) -> None:
    assert window.document is not None
    photo = window.document.photo
    window.document.select(shapes.rectangle(photo.height, photo.width, x0, y0, x1, y1), "Select rectangle")


def selected(window: MainWindow) -> np.ndarray | None:
    assert window.document is not None
    selection = window.document.state.selection
    return None if selection is None else selection.to_array()


@pytest.mark.usefixtures("hand")
def test_all_none_again_and_inverted(window: MainWindow) -> None:
    do(window, "select_all")
    everything = selected(window)
    assert everything is not None
    assert everything.min() == 255
    do(window, "deselect")
    assert selected(window) is None
    select_box(window, 100, 100, 200, 200)
    do(window, "deselect", "reselect", "invert_selection")
    inverted = selected(window)
    assert inverted is not None
    assert (inverted[150, 150], inverted[50, 50]) == (0, 255)
    assert window.document is not None
    assert window.document.undo_name == "Invert selection"


@pytest.mark.usefixtures("hand")
def test_what_cannot_be_done_is_said(window: MainWindow) -> None:
    for action, words in (
        ("invert_selection", "Nothing is selected"),
        ("selection_to_mask", "Nothing is selected"),
        ("grow_selection", "Nothing is selected"),
        ("select_from_mask", "The mask is empty"),
        ("grow_mask", "The mask is empty"),
        ("reselect", "no earlier selection"),
    ):
        do(window, action)
        assert words in window.statusBar().currentMessage()
    assert window.document is not None
    assert not window.document.can_undo


def test_selections_become_masks_and_masks_selections(window: MainWindow, hand: Hand) -> None:
    select_box(window, 100, 100, 200, 200)
    do(window, "selection_to_mask", "deselect")
    assert hand.coverage().sum() == 255 * 100 * 100
    select_box(window, 150, 100, 300, 200)
    do(window, "add_selection_to_mask")
    assert hand.coverage().sum() == 255 * 200 * 100
    select_box(window, 100, 100, 150, 200)
    do(window, "subtract_selection_from_mask", "deselect", "select_from_mask")
    chosen = selected(window)
    assert chosen is not None
    assert np.array_equal(chosen, hand.coverage())
    assert chosen.sum() == 255 * 150 * 100


def test_painting_keeps_to_the_selection(window: MainWindow, hand: Hand) -> None:
    select_box(window, 100, 50, 200, 350)
    hand.stroke([(50, 200), (500, 200)])
    columns = np.flatnonzero(hand.coverage().any(axis=0))
    assert (columns.min(), columns.max()) == (100, 199)


@pytest.mark.usefixtures("hand")
@pytest.mark.parametrize(
    ("action", "amount", "side"),
    [("grow_selection", 10, 120), ("shrink_selection", 10, 80), ("feather_selection", 8, 100)],
)
def test_selections_change_by_an_amount(window: MainWindow, action: str, amount: int, side: int) -> None:
    select_box(window, 100, 100, 200, 200)
    answer(window, AmountDialog, lambda dialog: dialog.slider.field.setValue(amount))
    do(window, action)
    changed = selected(window)
    assert changed is not None
    assert np.count_nonzero(changed[150] >= 128) == pytest.approx(side, abs=1)


def test_masks_grow_and_the_question_can_be_cancelled(window: MainWindow, hand: Hand) -> None:
    hand.stroke([(100, 200), (300, 200)])
    before = hand.coverage()
    answer(window, AmountDialog, lambda dialog: dialog.slider.field.setValue(12), accept=False)
    do(window, "grow_mask")
    assert np.array_equal(hand.coverage(), before)
    answer(window, AmountDialog, lambda dialog: dialog.slider.field.setValue(12))
    do(window, "grow_mask")
    assert np.count_nonzero(hand.coverage()[:, 200]) == pytest.approx(24 + 24, abs=2)
    assert window.document is not None
    assert window.document.undo_name == "Grow mask"


def test_a_range_of_lightness(window: MainWindow, hand: Hand) -> None:
    assert window.document is not None
    lightness = window.document.photo.lightness_at(600)
    middle = float(np.median(lightness))

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, LuminanceDialog)
        dialog.low.setValue(0)
        dialog.high.setValue(round(middle))

    answer(window, LuminanceDialog, fill)
    do(window, "mask_from_luminance")
    covered = hand.coverage() == 255
    assert covered[lightness < round(middle) - 1].all()
    assert not hand.coverage()[lightness > middle + 30].any()
    answer(window, LuminanceDialog, fill)
    do(window, "luminance_range")
    chosen = selected(window)
    assert chosen is not None
    assert np.array_equal(chosen == 255, covered)


def test_softness_is_tried_out_and_taken_back(window: MainWindow, hand: Hand) -> None:
    hand.stroke([(100, 200), (300, 200)])
    assert window.document is not None
    tried: list[float] = []

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, SoftnessDialog)
        for feather in (10, 20, 30):
            dialog.sliders.feather.field.setValue(feather)
            tried.append(window.document.state.layer.feather)

    answer(window, SoftnessDialog, fill, accept=False)
    do(window, "feather_mask")
    assert tried == [10, 20, 30]
    assert window.document.state.layer.feather == 0
    answer(window, SoftnessDialog, fill)
    do(window, "feather_mask")
    assert window.document.state.layer.feather == 30
    assert window.document.history.names == ("Brush stroke", "Feather mask")
    assert window.side_panel.softness.softness == (30, 1.0)


def test_the_panels_sliders_soften_while_they_are_dragged(window: MainWindow, hand: Hand) -> None:
    hand.stroke([(100, 200), (300, 200)])
    assert window.document is not None
    slider = window.side_panel.softness.feather.slider
    slider.setSliderDown(True)
    for position in (300, 400, 500):
        slider.setValue(position)
    slider.setSliderDown(False)
    assert window.document.state.layer.feather > 0
    assert window.document.history.names == ("Brush stroke", "Feather mask")
    slider.setSliderDown(True)
    slider.setValue(200)
    slider.setSliderDown(False)
    assert window.document.history.names == ("Brush stroke", "Feather mask", "Feather mask")


def test_a_mask_is_copied_and_pasted(window: MainWindow, hand: Hand) -> None:
    hand.stroke([(100, 200), (300, 200)])
    copied = hand.coverage()
    do(window, "copy_mask", "clear", "paste_mask")
    assert np.array_equal(hand.coverage(), copied)
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    QApplication.clipboard().setImage(image)
    do(window, "paste_mask")
    assert "60 × 40" in window.statusBar().currentMessage()
    QApplication.clipboard().clear()
    do(window, "paste_mask")
    assert "no picture to paste" in window.statusBar().currentMessage()
    assert np.array_equal(hand.coverage(), copied)


@pytest.mark.usefixtures("hand")
def test_dropping_old_steps_is_said(window: MainWindow) -> None:
    document = window.document
    assert document is not None
    rng = np.random.default_rng(0)
    for _ in range(4):
        document.set_mask(TileMask.from_array(rng.integers(0, 256, (400, 600), np.uint8)))
    assert document.history.forgotten == 0
    document.limit_history(400_000)
    assert document.history.forgotten > 0
    assert "oldest steps" in window.statusBar().currentMessage()
    assert document.can_undo
