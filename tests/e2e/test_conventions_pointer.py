"""Painting conventions by mouse and pen: moving the photo, outlines, pressure, calm lines, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QImage, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog

from app.document.smoothing import Smoothing
from app.main_window import MainWindow
from tests.e2e.test_looking import turn_wheel
from tests.e2e.test_pen import NONE, Pen

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PLAIN = Qt.KeyboardModifier.NoModifier
TIP, OTHER_END = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser
HOVER = QEvent.Type.TabletMove
BRUSH, HANDS = Qt.CursorShape.BlankCursor, (Qt.CursorShape.OpenHandCursor, Qt.CursorShape.ClosedHandCursor)


def extent(hand: Hand) -> tuple[int, int, int, int]:
    """The first and last row, the first and last column that are covered at all."""
    rows, columns = np.nonzero(hand.coverage())
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


def outlined(hand: Hand, x: float, y: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in device pixels of what the pointer changes in the picture when it rests there."""
    plain = hand.picture().astype(int)
    hand.move(x + 40, y)  # the system tells nothing when the pointer is there already
    hand.move(x, y)
    QApplication.processEvents()
    image = hand.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    shown = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    shown = shown[:, : 3 * image.width()].reshape(plain.shape)
    rows, columns = np.nonzero((np.abs(shown - plain) > 40).any(axis=-1))
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


# -- moving the photo --------------------------------------------------------------------------------------------------


def test_the_middle_button_pans_in_the_middle_of_a_stroke(hand: Hand, window: MainWindow) -> None:
    window.canvas.zoom_actual()
    hand.press(100, 200)
    hand.move(150, 200)
    origin, spot = window.canvas.viewport.origin_x, hand.spot(150, 200)
    QTest.mousePress(window.canvas, MIDDLE, PLAIN, spot)
    spot.setX(spot.x() + 60)
    QTest.mouseMove(window.canvas, spot)
    QTest.mouseRelease(window.canvas, MIDDLE, PLAIN, spot)
    assert window.canvas.viewport.origin_x == origin + 60
    assert window.canvas.is_painting
    hand.move(200, 200)
    hand.release(200, 200)
    assert hand.coverage()[200, 90:210].min() == 255
    assert extent(hand) == pytest.approx((188, 211, 88, 211), abs=1)


def test_space_and_a_press_pan_as_often_as_one_likes(hand: Hand, window: MainWindow) -> None:
    window.canvas.zoom_actual()
    hand.move(200, 200)
    assert window.canvas.cursor().shape() == BRUSH
    QTest.keyPress(window.canvas, Qt.Key.Key_Space)
    assert window.canvas.cursor().shape() == HANDS[0]
    origin = window.canvas.viewport.origin_y
    for turn in (1, 2):
        spot = hand.spot(200, 200)
        QTest.mousePress(window.canvas, LEFT, PLAIN, spot)
        assert window.canvas.cursor().shape() == HANDS[1]
        QTest.mouseMove(window.canvas, spot + QPoint(0, 25))
        QTest.mouseRelease(window.canvas, LEFT, PLAIN, spot + QPoint(0, 25))
        assert window.canvas.viewport.origin_y == origin + 25 * turn
    QTest.keyRelease(window.canvas, Qt.Key.Key_Space)
    assert window.canvas.cursor().shape() == BRUSH
    assert not hand.coverage().any()


@pytest.mark.parametrize("kind", list(Smoothing))
def test_zooming_in_the_middle_of_a_stroke_leaves_it_on_its_way(
    hand: Hand, window: MainWindow, kind: Smoothing
) -> None:
    window.brush.set_smoothing(kind, 0.5)
    hand.press(100, 300)
    hand.move(150, 300)
    QApplication.processEvents()
    turn_wheel(hand, hand.spot(150, 300), 4)
    for x in (160, 180, 200, 220):
        hand.move(x, 300)
        QApplication.processEvents()
    hand.release(220, 300)
    assert extent(hand) == pytest.approx((288, 311, 88, 231), abs=2)


def test_a_dialog_in_the_middle_of_a_stroke_ends_it(hand: Hand, window: MainWindow) -> None:
    """The release goes to the dialog; afterwards the pointer must not paint with no button down."""

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QColorDialog)
        dialog.reject()

    hand.press(100, 100)
    hand.move(150, 100)
    QTimer.singleShot(0, close)
    hand.key(Qt.Key.Key_C)
    assert not window.canvas.is_painting
    assert window.document is not None
    assert window.document.undo_name == "Brush stroke"
    hand.move(300, 300)
    QApplication.processEvents()
    assert extent(hand) == pytest.approx((88, 111, 88, 161), abs=1)


# -- outlines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
def test_the_outline_is_what_a_click_paints(hand: Hand, window: MainWindow, scale: float) -> None:
    canvas = window.canvas
    window.brush.set_size(90)
    canvas.zoom_by(scale / canvas.viewport.scale, *canvas.viewport.middle)
    hand.settle()
    box = outlined(hand, 300, 200)
    hand.stroke([(300, 200)])
    top, bottom, left, right = extent(hand)
    expected = (*canvas.viewport.to_view(left, top), *canvas.viewport.to_view(right + 1, bottom + 1))
    assert box == pytest.approx(expected, abs=3 + scale)


@pytest.mark.parametrize(("degrees", "mirrored"), [(0.0, False), (60.0, False), (25.0, True)])
def test_the_outline_of_a_flat_tip_turns_with_the_photo(
    hand: Hand, window: MainWindow, degrees: float, mirrored: bool
) -> None:
    canvas = window.canvas
    window.brush.set_size(120)
    window.brush.set_roundness(0.2)
    window.brush.set_angle(30)
    canvas.set_rotation(degrees)
    canvas.mirror_view(mirrored)
    hand.settle()
    box = outlined(hand, 300, 200)
    hand.stroke([(300, 200)])
    rows, columns = np.nonzero(hand.coverage() > 127)
    x, y = canvas.viewport.to_view(columns + 0.5, rows + 0.5)
    assert box == pytest.approx((x.min(), y.min(), x.max(), y.max()), abs=5)


def test_the_pens_other_end_shows_that_it_erases_before_it_touches(hand: Hand, window: MainWindow) -> None:
    """The eraser's minus in the middle of its outline, whatever tool is in hand."""
    window.brush.set_size(80)
    plain = hand.picture()

    def middle_differs() -> bool:
        spot = hand.spot(300, 200)
        pixel = window.canvas.grab().toImage().pixelColor(spot)
        return abs(pixel.red() - int(plain[spot.y(), spot.x(), 0])) > 40

    Pen(hand, TIP).send(HOVER, 300, 200, NONE)
    assert not middle_differs()
    Pen(hand, OTHER_END).send(HOVER, 300, 200, NONE)
    assert middle_differs()
    hand.key(Qt.Key.Key_L)
    Pen(hand, OTHER_END).send(HOVER, 300, 200, NONE)
    assert window.canvas.cursor().shape() == BRUSH
    Pen(hand, TIP).send(HOVER, 300, 200, NONE)
    assert window.canvas.cursor().shape() == Qt.CursorShape.CrossCursor


# -- the pen -----------------------------------------------------------------------------------------------------------


def test_pressure_sets_the_opacity_once_it_is_switched_on(hand: Hand, window: MainWindow) -> None:
    pen = Pen(hand, TIP)
    pen.pressure = 0.4
    window.actions_by_id["pressure_sizes"].trigger()
    pen.stroke([(100, 100), (300, 100)])
    assert hand.coverage()[100, 200] == 255
    window.actions_by_id["pressure_opacity"].trigger()
    pen.stroke([(100, 200), (300, 200)])
    assert hand.coverage()[200, 200] == pytest.approx(0.4 * 255, abs=2)


def test_a_pen_gives_the_keyboard_back_to_the_photo(hand: Hand, window: MainWindow) -> None:
    window.brush_bar.size_slider.field.setFocus()
    Pen(hand, TIP).stroke([(100, 100), (300, 100)])
    assert window.canvas.hasFocus()
    hand.key(Qt.Key.Key_E)
    assert window.canvas.tool == "eraser"


# -- calm lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Smoothing.BASIC, Smoothing.STABILISER])
def test_smoothing_calms_a_trembling_hand_and_reaches_its_end(hand: Hand, window: MainWindow, kind: Smoothing) -> None:
    window.brush.set_size(6)
    trembling = [(100 + 4 * step, 100 + 6 * (step % 2)) for step in range(100)]

    def height() -> int:
        for place in trembling:
            (hand.press if place is trembling[0] else hand.move)(*place)
            QApplication.processEvents()
        hand.release(*trembling[-1])
        rows = np.flatnonzero(hand.coverage()[:, 250:400].any(axis=1))
        return int(rows.max() - rows.min())

    rough = height()
    window.actions_by_id["undo"].trigger()
    window.brush.set_smoothing(kind, 0.6)
    assert height() <= rough - 3
    assert hand.coverage()[106, 494:497].min() == 255, "where the pen was lifted"


# -- before and after --------------------------------------------------------------------------------------------------


def test_the_divider_is_dragged_and_says_so(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(100, 100), (500, 100)])
    hand.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    hand.settle()
    canvas = window.canvas
    assert canvas.split is not None
    assert (len(set(hand.shown(200, 100))), len(set(hand.shown(400, 100)))) == (1, 3)
    place = QPoint(canvas.split.x, 60)
    QTest.mouseMove(canvas, place)
    assert canvas.cursor().shape() == Qt.CursorShape.SplitHCursor
    QTest.mousePress(canvas, LEFT, PLAIN, place)
    QTest.mouseMove(canvas, QPoint(hand.spot(150, 100).x(), 60))
    QTest.mouseRelease(canvas, LEFT, PLAIN, QPoint(hand.spot(150, 100).x(), 60))
    hand.settle()
    assert (len(set(hand.shown(120, 100))), len(set(hand.shown(200, 100)))) == (1, 3)
    assert window.document is not None
    assert window.document.history.names == ("Brush stroke",), "the divider is no brush"
    hand.move(400, 100)
    assert canvas.cursor().shape() == BRUSH
    hand.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    hand.settle()
    assert len(set(hand.shown(120, 100))) == 3
