"""What hands do on the canvas besides painting: sizing the brush, keeping a line straight, typing the opacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier


def drag(
    hand: Hand,
    points: list[tuple[float, float]],
    keys: Qt.KeyboardModifier,
    button: Qt.MouseButton = LEFT,
    *,
    lift: bool = True,
) -> None:
    """A press, moves and a release with these keys held all along; positions in photo pixels."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(points) - 1)]
    if lift:
        points, kinds = [*points, points[-1]], [*kinds, QEvent.Type.MouseButtonRelease]
    for kind, point in zip(kinds, points, strict=True):
        place = QPointF(hand.spot(*point))
        held = NONE if kind is QEvent.Type.MouseButtonRelease else button
        changed = NONE if kind is QEvent.Type.MouseMove else button
        event = QMouseEvent(kind, place, hand.canvas.mapToGlobal(place), changed, held, keys)
        QApplication.sendEvent(hand.canvas, event)


def test_alt_and_the_right_button_size_the_brush(hand: Hand, window: MainWindow) -> None:
    size, hardness = window.brush.size, window.brush.hardness
    drag(hand, [(200, 200), (220, 200), (250, 200)], ALT, RIGHT)
    assert window.brush.size == pytest.approx(size + 100, abs=2)
    assert window.brush.hardness == hardness
    drag(hand, [(200, 200), (200, 240)], ALT, RIGHT)
    assert window.brush.hardness < hardness
    assert not hand.coverage().any()


def test_escape_gives_the_size_back(hand: Hand, window: MainWindow) -> None:
    size = window.brush.size
    drag(hand, [(200, 200), (260, 200)], ALT, RIGHT, lift=False)
    assert window.brush.size > size
    hand.key(Qt.Key.Key_Escape)
    assert window.brush.size == size


def test_shift_keeps_a_stroke_straight(hand: Hand) -> None:
    drag(hand, [(100, 100), (150, 104), (250, 112), (400, 90)], SHIFT)
    rows = np.flatnonzero(hand.coverage().any(axis=1))
    assert rows.max() - rows.min() <= 25, "a hard brush of 24 pixels along one row"
    assert hand.coverage()[100, 105:395].min() == 255


def test_shift_draws_a_diagonal_too(hand: Hand) -> None:
    drag(hand, [(100, 100), (150, 155), (250, 240)], SHIFT)
    for x in range(110, 230, 10):
        assert hand.coverage()[x, x] == 255
        assert hand.coverage()[x, x + 24] == 0


def test_in_the_other_preset_shift_sizes_the_brush_and_still_draws_lines(hand: Hand, window: MainWindow) -> None:
    window.canvas.shift_drag_resizes = True
    size = window.brush.size
    drag(hand, [(200, 200), (210, 200), (240, 200)], SHIFT)
    assert window.brush.size == pytest.approx(size + 80, abs=2)
    assert not hand.coverage().any()
    window.brush.set_size(size)
    hand.stroke([(100, 100)])
    drag(hand, [(300, 100)], SHIFT)
    assert hand.coverage()[100, 100:300].min() == 255


@pytest.mark.parametrize(
    ("digits", "opacity"),
    [([Qt.Key.Key_5], 0.5), ([Qt.Key.Key_0], 1.0), ([Qt.Key.Key_4, Qt.Key.Key_2], 0.42)],
)
def test_digits_set_the_opacity(hand: Hand, window: MainWindow, digits: list[Qt.Key], opacity: float) -> None:
    window.brush.set_opacity(0.77)
    for digit in digits:
        hand.key(digit)
    assert window.brush.opacity == opacity


def test_painting_turns_before_off(hand: Hand, window: MainWindow) -> None:
    window.actions_by_id["compare"].trigger()
    hand.press(100, 100)
    hand.move(200, 100)
    assert not window.actions_by_id["compare"].isChecked()
    red, _green, blue = hand.shown(150, 100)
    assert red > blue + 20
    hand.release(200, 100)


def test_a_pan_goes_on_until_the_button_is_up(hand: Hand, window: MainWindow) -> None:
    before = window.canvas.viewport.to_view(200, 200)
    QTest.keyPress(hand.canvas, Qt.Key.Key_Space)
    hand.press(200, 200)
    spot = hand.spot(200, 200)
    QTest.mouseMove(hand.canvas, spot + QPoint(30, 0))
    QTest.keyRelease(hand.canvas, Qt.Key.Key_Space)
    QTest.mouseMove(hand.canvas, spot + QPoint(70, 20))
    QTest.mouseRelease(hand.canvas, LEFT, NO_KEYS, spot + QPoint(70, 20))
    after = window.canvas.viewport.to_view(200, 200)
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((70, 20), abs=2)
    assert not hand.coverage().any()
    hand.stroke([(100, 100), (150, 100)])
    assert hand.coverage().any(), "the next press paints again"


def test_a_stroke_that_something_else_has_ended_stays_ended(hand: Hand, window: MainWindow) -> None:
    assert window.document is not None
    hand.press(100, 100)
    window.document.commit_stroke()
    hand.move(300, 100)
    hand.release(300, 100)
    assert hand.coverage()[100, 100] == 255
    assert not hand.coverage()[:, 200:].any()
    assert window.document.history.names == ("Brush stroke",)
