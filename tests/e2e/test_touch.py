"""Fingers on the canvas, through Qt's touch events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest

from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand


class Fingers:
    """Touches the canvas at widget positions."""

    def __init__(self, hand: Hand, device: QPointingDevice) -> None:
        self.hand, self.device = hand, device
        self.places: dict[int, QPoint] = {}

    def down(self, **fingers: tuple[float, float]) -> None:
        self._send("press", fingers)

    def move(self, **fingers: tuple[float, float]) -> None:
        self._send("move", fingers)

    def up(self) -> None:
        event = QTest.touchEvent(self.hand.canvas, self.device)
        for finger, place in self.places.items():
            event.release(finger, place, self.hand.canvas)
        event.commit()
        self.places = {}

    def _send(self, kind: str, fingers: dict[str, tuple[float, float]]) -> None:
        event = QTest.touchEvent(self.hand.canvas, self.device)
        moved = {int(name[1:]): self.hand.spot(*place) for name, place in fingers.items()}
        for finger in self.places:
            if finger not in moved:
                event.stationary(finger)
        for finger, place in moved.items():
            getattr(event, kind)(finger, place, self.hand.canvas)
        self.places.update(moved)
        event.commit()


@pytest.fixture
def fingers(hand: Hand) -> Iterator[Fingers]:
    touching = Fingers(hand, QTest.createTouchDevice())
    yield touching
    if touching.places:
        touching.up()


def test_one_finger_paints(fingers: Fingers, hand: Hand) -> None:
    fingers.down(f0=(60, 100))
    fingers.move(f0=(140, 100))
    fingers.up()
    assert hand.coverage()[100, 62:138].min() == 255


def test_two_fingers_zoom_and_paint_nothing(fingers: Fingers, hand: Hand, window: MainWindow) -> None:
    scale = window.canvas.viewport.scale
    middle = window.canvas.viewport.to_view(300, 200)
    fingers.down(f0=(250, 200), f1=(350, 200))
    fingers.move(f0=(200, 200), f1=(400, 200))
    assert window.canvas.viewport.scale == pytest.approx(2 * scale, rel=0.02)
    assert window.canvas.viewport.to_view(300, 200) == pytest.approx(middle, abs=3)
    fingers.up()
    assert not hand.coverage().any()
    assert window.document is not None
    assert not window.document.can_undo


def test_two_fingers_move_the_photo(fingers: Fingers, window: MainWindow) -> None:
    before = window.canvas.viewport.to_view(300, 200)
    fingers.down(f0=(250, 200), f1=(350, 200))
    fingers.move(f0=(270, 230), f1=(370, 230))
    after = window.canvas.viewport.to_view(300, 200)
    scale = window.canvas.viewport.scale
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((20 * scale, 30 * scale), abs=3)


def test_a_tap_of_two_undoes_and_of_three_redoes(fingers: Fingers, hand: Hand) -> None:
    hand.stroke([(60, 100), (140, 100)])
    fingers.down(f0=(250, 200), f1=(350, 200))
    fingers.up()
    assert not hand.coverage().any()
    fingers.down(f0=(250, 200), f1=(350, 200), f2=(300, 250))
    fingers.up()
    assert hand.coverage().any()
