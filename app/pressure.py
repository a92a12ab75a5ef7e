"""What a pen's pressure makes of a number: a curve through a few points, which rises or falls but never wobbles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

CurvePoint = tuple[float, float]
"""Pressure and share, both 0..1."""

NEAREST = 0.02
"""Least distance of neighbouring points in pressure: closer ones could not be told apart, nor taken hold of."""
MOST_POINTS = 10


@dataclass(frozen=True)
class PressureCurve:
    """A monotone cubic through ``points``, two to ten with rising pressures, each (pressure, share) in 0..1.

    Where the points rise the curve rises, where they fall it falls, and it never leaves their range; before the first
    point and after the last it stays level. Source: Fritsch, Carlson, Monotone Piecewise Cubic Interpolation, SIAM J.
    Numer. Anal. 17 (1980), section 4. Raises ValueError for points that make no curve.
    """

    points: tuple[CurvePoint, ...] = ((0.0, 0.0), (1.0, 1.0))

    def __post_init__(self) -> None:
        if not 2 <= len(self.points) <= MOST_POINTS:
            raise ValueError(f"A pressure curve has 2 to {MOST_POINTS} points, not {len(self.points)}.")
        if not all(0 <= number <= 1 for point in self.points for number in point):
            raise ValueError("The points of a pressure curve lie between 0 and 1.")
        pressures = [pressure for pressure, _ in self.points]
        if any(after - before < NEAREST - 1e-9 for before, after in pairwise(pressures)):
            raise ValueError(f"The points of a pressure curve stand from left to right, at least {NEAREST} apart.")

    @classmethod
    def from_list(cls, value: Any) -> PressureCurve:
        """From a list of [pressure, share], as a file holds it. Raises ValueError where it holds something else."""
        if not isinstance(value, list) or not all(
            isinstance(point, list) and len(point) == 2 and all(map(_is_number, point)) for point in value
        ):
            raise ValueError("A pressure curve is a list of points, each two numbers.")
        return cls(tuple((float(pressure), float(share)) for pressure, share in value))

    def to_list(self) -> list[list[float]]:
        return [list(point) for point in self.points]

    def at(self, pressure: float) -> float:
        """The share 0..1 at a pressure; outside 0..1 it is as at the nearer end."""
        (first, start), (last, end) = self.points[0], self.points[-1]
        if not pressure > first:
            return start
        if pressure >= last:
            return end
        after = next(i for i, (x, _) in enumerate(self.points) if x > pressure)
        (x0, y0), (x1, y1) = self.points[after - 1], self.points[after]
        width, rise = x1 - x0, y1 - y0
        t = (pressure - x0) / width
        m0, m1 = self._slopes[after - 1] * width, self._slopes[after] * width
        share = y0 + t * (m0 + t * (3 * rise - 2 * m0 - m1 + t * (m0 + m1 - 2 * rise)))  # cubic Hermite
        return min(max(share, min(y0, y1)), max(y0, y1))  # rounding could leave the range by 1e-17

    @cached_property
    def _slopes(self) -> tuple[float, ...]:
        """The curve's slope at each point; level at a summit or a valley, so that it goes no further."""
        secants = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(self.points)]
        inner = [0.0 if a * b <= 0 else (a + b) / 2 for a, b in pairwise(secants)]
        slopes = [secants[0], *inner, secants[-1]]
        for i, secant in enumerate(secants):
            if secant == 0:
                slopes[i] = slopes[i + 1] = 0.0
                continue
            length = math.hypot(slopes[i] / secant, slopes[i + 1] / secant)
            if length > 3:  # the circle of radius 3 holds only monotone pairs of slopes
                slopes[i] *= 3 / length
                slopes[i + 1] *= 3 / length
        return tuple(slopes)

    # -- changes, each a new curve ---------------------------------------------------------------------------------

    def with_point(self, point: CurvePoint) -> tuple[PressureCurve, int]:
        """With one more point, and its place; one that would stand too close to another moves that one instead.

        A curve that has its ten points stays as it is, and the place is that of the nearest point.
        """
        pressure, share = _within(point)
        near = self.nearest(pressure)
        if abs(self.points[near][0] - pressure) < NEAREST or len(self.points) == MOST_POINTS:
            return (self if len(self.points) == MOST_POINTS else self.moved(near, (pressure, share))), near
        points = tuple(sorted((*self.points, (pressure, share))))
        return PressureCurve(points), points.index((pressure, share))

    def without_point(self, place: int) -> PressureCurve:
        """Without one point; the last two stay."""
        if len(self.points) == 2:
            return self
        return PressureCurve(self.points[:place] + self.points[place + 1 :])

    def moved(self, place: int, point: CurvePoint) -> PressureCurve:
        """With one point elsewhere, kept between its neighbours."""
        pressure, share = _within(point)
        low = self.points[place - 1][0] + NEAREST if place > 0 else 0.0
        high = self.points[place + 1][0] - NEAREST if place + 1 < len(self.points) else 1.0
        changed: Sequence[CurvePoint] = (
            *self.points[:place],
            (min(max(pressure, low), max(low, high)), share),
            *self.points[place + 1 :],
        )
        return PressureCurve(tuple(changed))

    def nearest(self, pressure: float) -> int:
        """The place of the point nearest in pressure."""
        return min(range(len(self.points)), key=lambda place: abs(self.points[place][0] - pressure))


LINEAR = PressureCurve()


def _within(point: CurvePoint) -> CurvePoint:
    return min(max(point[0], 0.0), 1.0), min(max(point[1], 0.0), 1.0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
