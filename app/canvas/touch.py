"""Fingers on a touch screen: one paints, two move, zoom and turn the photo, a tap of two undoes and of three redoes.

Plain arithmetic over finger positions; the canvas feeds it and does what it says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple, Protocol

TAP_SECONDS = 0.3
TAP_PIXELS = 14.0
"""A touch that lasts and moves no more than this is a tap."""
SECOND_FINGER_SECONDS = 0.25
"""A second finger this late is a palm, not a pinch; the stroke goes on."""
TURN_DEGREES = 12.0
"""Two fingers that turn by less only zoom: nobody holds them perfectly still."""

Fingers = Mapping[int, tuple[float, float]]
"""Where each finger is, in device pixels of the view."""


class TouchTarget(Protocol):
    """What fingers can do."""

    def finger_down(self, x: float, y: float) -> None: ...
    def finger_moved(self, x: float, y: float) -> None: ...
    def finger_up(self) -> None: ...
    def finger_cancelled(self) -> None:
        """What the finger has painted was the beginning of a gesture."""

    def pinched(self, x: float, y: float, dx: float, dy: float, factor: float, degrees: float) -> None:
        """Two fingers round (x, y) moved by (dx, dy), spread by ``factor`` and turned clockwise by ``degrees``."""

    def tapped(self, fingers: int) -> None:
        """Two or more fingers touched for a moment."""


class _Pair(NamedTuple):
    x: float
    y: float
    distance: float
    angle: float

    @classmethod
    def of(cls, fingers: Fingers) -> _Pair:
        (ax, ay), (bx, by) = list(fingers.values())[:2]
        return cls((ax + bx) / 2, (ay + by) / 2, max(1.0, math.hypot(bx - ax, by - ay)), math.atan2(by - ay, bx - ax))


class TouchGestures:
    """Tells painting, pinching and tapping apart."""

    def __init__(self, target: TouchTarget) -> None:
        self._target = target
        self._began = 0.0
        self._starts: dict[int, tuple[float, float]] = {}
        self._most = 0
        self._travelled = 0.0
        self._painting = False
        self._pair: _Pair | None = None
        self._turned = 0.0

    def touch(self, fingers: Fingers, seconds: float) -> None:
        """All fingers on the screen at the time ``seconds``; none when the last was lifted."""
        if not fingers:
            self._end(seconds)
            return
        if not self._starts:
            self._began, self._most, self._travelled, self._turned = seconds, 0, 0.0, 0.0
        for finger, (x, y) in fingers.items():
            start = self._starts.setdefault(finger, (x, y))
            self._travelled = max(self._travelled, math.hypot(x - start[0], y - start[1]))
        self._most = max(self._most, len(fingers))
        if len(fingers) == 1:
            self._one(*next(iter(fingers.values())))
        else:
            self._several(fingers, seconds)

    def cancel(self) -> None:
        """The system took the fingers away."""
        if self._painting:
            self._target.finger_cancelled()
        self._painting, self._pair, self._starts = False, None, {}

    def _one(self, x: float, y: float) -> None:
        self._pair = None
        if self._painting:
            self._target.finger_moved(x, y)
        elif self._most == 1:
            self._painting = True
            self._target.finger_down(x, y)

    def _several(self, fingers: Fingers, seconds: float) -> None:
        if self._painting:
            if seconds - self._began > SECOND_FINGER_SECONDS:
                self._target.finger_moved(*next(iter(fingers.values())))
                return
            self._painting = False
            self._target.finger_cancelled()
        pair, before = _Pair.of(fingers), self._pair
        self._pair = pair
        if before is None or self._travelled < TAP_PIXELS / 2:
            return
        degrees = math.degrees(math.remainder(pair.angle - before.angle, math.tau))
        self._turned += degrees
        turn = degrees if abs(self._turned) > TURN_DEGREES else 0.0
        self._target.pinched(
            before.x, before.y, pair.x - before.x, pair.y - before.y, pair.distance / before.distance, turn
        )

    def _end(self, seconds: float) -> None:
        if self._painting:
            self._target.finger_up()
        elif self._most > 1 and seconds - self._began <= TAP_SECONDS and self._travelled <= TAP_PIXELS:
            self._target.tapped(self._most)
        self._painting, self._pair, self._starts = False, None, {}
