"""Where along a stroke's path its dabs stand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from app.document.brush import Brush
from app.document.geometry import Rect
from app.document.segment import Knot, shares_inside

CLOSEST = 0.5
"""Photo pixels between dabs at least; closer ones cost time that nobody sees."""

CEILING_STEPS = 40
"""Dabs at least while a ceiling rises from 0 to 1 at full flow; with fewer, each would stand out from the next."""


class Dab(NamedTuple):
    """knot: its middle, radius and ceiling; flow: 0..1; number: how many of the stroke's dabs came before."""

    knot: Knot
    flow: float
    number: int


class Walk:
    """Places dabs along a path, evenly in units of the tip's diameter at each place, however the path is cut.

    A way is measured across the tip, as far as it is wide in that direction, so that narrow tips leave no gaps. A
    radius or a ceiling that changes in one place counts as a way, too.
    """

    def __init__(self, brush: Brush) -> None:
        self._brush = brush
        self._since = 0.0  # share of the way to the next dab
        self._count = 0

    def extend(self, last: Knot | None, end: Knot, flows: tuple[float, float], area: Rect) -> Iterator[Dab]:
        """The dabs after `last`, where the path goes on to `end`, as far as they may touch the area.

        The first knot gets a dab; `flows` are those at both ends.
        """
        if last is None:
            yield Dab(end, flows[1], self._count)
            self._count += 1
            return
        dx, dy, grown = end.x - last.x, end.y - last.y, end.radius - last.radius
        real, length = math.hypot(dx, dy, grown), math.hypot(*self._across(dx, dy), grown)
        closest = CLOSEST * length / real if real else CLOSEST
        first, final = (max(2 * self._brush.spacing * knot.radius, closest) for knot in (last, end))
        steps = CEILING_STEPS * abs(end.ceiling - last.ceiling) * (flows[0] + flows[1]) / 2
        length = math.hypot(length, steps * (first + final) / 2)
        if length == 0:
            return
        change = (final - first) / length
        # The number of dabs up to a share t of the way is the integral of length dt / (first + (final - first) t)
        even = abs(final - first) < 1e-6 * first
        total = length / first if even else math.log1p((final - first) / first) / change
        reach = math.ceil(max(last.radius, end.radius)) + 2
        inside = shares_inside(last, end, area.grown(reach))
        begun, count = self._since, self._count
        whole = math.floor(begun + total)
        self._since, self._count = begun + total - whole, count + whole
        if inside is None:
            return
        low, high = (
            begun + (length * t / first if even else math.log1p((final - first) * t / first) / change) for t in inside
        )
        for i in range(max(1, math.ceil(low)), min(whole, math.floor(high)) + 1):
            way = i - begun
            t = way * first / length if even else math.expm1(way * change) * first / (final - first)
            knot = Knot(*(a + (b - a) * t for a, b in zip(last, end, strict=True)))
            yield Dab(knot, flows[0] + (flows[1] - flows[0]) * t, count + i - 1)

    def _across(self, dx: float, dy: float) -> tuple[float, float]:
        """The way in the tip's own axes, the short one stretched to the long one's size."""
        if self._brush.roundness == 1:
            return dx, dy
        turn = math.radians(self._brush.angle)
        cos, sin = math.cos(turn), math.sin(turn)
        return dx * cos + dy * sin, (dy * cos - dx * sin) / self._brush.roundness
