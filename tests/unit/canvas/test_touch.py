"""Fingers: painting, pinching and tapping are told apart."""

from __future__ import annotations

import math

import pytest

from app.canvas.touch import SECOND_FINGER_SECONDS, TAP_SECONDS, Fingers, TouchGestures


class Told:
    """Writes down what the gestures ask for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[float, ...]]] = []

    def finger_down(self, x: float, y: float) -> None:
        self.calls.append(("down", (x, y)))

    def finger_moved(self, x: float, y: float) -> None:
        self.calls.append(("moved", (x, y)))

    def finger_up(self) -> None:
        self.calls.append(("up", ()))

    def finger_cancelled(self) -> None:
        self.calls.append(("cancelled", ()))

    def pinched(self, x: float, y: float, dx: float, dy: float, factor: float, degrees: float) -> None:
        self.calls.append(("pinched", (x, y, dx, dy, factor, degrees)))

    def tapped(self, fingers: int) -> None:
        self.calls.append(("tapped", (fingers,)))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def after(*steps: tuple[Fingers, float]) -> Told:
    told = Told()
    gestures = TouchGestures(told)
    for fingers, seconds in steps:
        gestures.touch(fingers, seconds)
    return told


def test_one_finger_paints() -> None:
    told = after(({1: (10, 10)}, 0), ({1: (20, 10)}, 0.1), ({}, 0.2))
    assert told.calls == [("down", (10, 10)), ("moved", (20, 10)), ("up", ())]


def test_a_second_finger_soon_after_takes_the_stroke_back_and_zooms() -> None:
    told = after(
        ({1: (100, 100)}, 0.0),
        ({1: (100, 100), 2: (200, 100)}, 0.1),
        ({1: (50, 100), 2: (250, 100)}, 0.2),
        ({1: (50, 100)}, 0.3),
        ({}, 0.4),
    )
    assert told.names == ["down", "cancelled", "pinched"]
    x, y, dx, dy, factor, degrees = told.calls[-1][1]
    assert (x, y, dx, dy) == (150, 100, 0, 0)
    assert factor == pytest.approx(2)
    assert degrees == 0


def test_a_late_second_finger_is_a_palm() -> None:
    late = SECOND_FINGER_SECONDS + 0.05
    told = after(({1: (0, 0)}, 0), ({1: (9, 0), 2: (300, 300)}, late), ({1: (20, 0), 2: (300, 300)}, late), ({}, 1))
    assert told.names == ["down", "moved", "moved", "up"]


def test_two_fingers_move_the_photo() -> None:
    told = after(({1: (0, 0), 2: (100, 0)}, 0), ({1: (30, 40), 2: (130, 40)}, 0.1), ({}, 0.5))
    assert told.names == ["pinched"]
    assert told.calls[0][1] == pytest.approx((50, 0, 30, 40, 1, 0))


def test_turning_waits_until_it_is_meant() -> None:
    def fingers(degrees: float) -> Fingers:
        angle = math.radians(degrees)
        return {1: (0, 0), 2: (200 * math.cos(angle), 200 * math.sin(angle))}

    told = after(*((fingers(degrees), degrees / 100) for degrees in range(0, 31, 5)), ({}, 1))
    turns = [call[1][5] for call in told.calls if call[0] == "pinched"]
    assert turns[:2] == [0, 0]
    assert turns[2:] == pytest.approx([5] * len(turns[2:]))
    assert len(turns) == 6


@pytest.mark.parametrize("count", [2, 3])
def test_a_tap_of_several_fingers(count: int) -> None:
    fingers = {finger: (100.0 * finger, 50.0) for finger in range(count)}
    assert after((fingers, 0), ({}, TAP_SECONDS / 2)).calls == [("tapped", (count,))]
    assert after((fingers, 0), ({}, TAP_SECONDS * 2)).calls == []


def test_the_system_may_take_a_finger_away() -> None:
    told = Told()
    gestures = TouchGestures(told)
    gestures.touch({1: (0, 0)}, 0)
    gestures.cancel()
    gestures.touch({}, 0.1)
    assert told.names == ["down", "cancelled"]
