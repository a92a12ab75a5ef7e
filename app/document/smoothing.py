"""Smoothing of the pointer's path, before anything is painted along it. Plain numbers, no Qt."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable

Position = tuple[float, ...]
"""x, y in device pixels, and what else is to change as smoothly, such as pressure."""

LONGEST_STRING = 120.0
"""Device pixels between pen and brush at full strength of the stabiliser."""
CURVE_STEP = 4.0
"""Device pixels between the points of a smoothed curve, about: finer than anybody sees corners."""


class Smoothing(enum.Enum):
    """How the pointer's path is smoothed."""

    NONE = "none"
    BASIC = "basic"
    STABILISER = "stabiliser"


class Smoother:
    """The path of one stroke: `begin` where the pen comes down, `add` as it moves, `end` when it is lifted.

    NONE: the points as they are. BASIC: a curve near the pen's path, which follows it within one sample.
    STABILISER: the pen draws the brush behind it on a string, whose length grows with the strength; inside its
    reach a trembling hand moves nothing. What comes out is always a weighted mean of what went in, so it never
    overshoots; positions with a number that is not finite are left out.
    """

    def __init__(self, kind: Smoothing, strength: float) -> None:
        """strength: 0 (hardly) .. 1 (as smooth as the kind can be)."""
        if not 0 <= strength <= 1:
            raise ValueError(f"the strength of smoothing is 0..1, not {strength}")
        self._kind = kind
        self._strength = strength
        self._pen: Position = ()
        self._calm: Position = ()
        self._brush: Position = ()

    def begin(self, x: float, y: float, *others: float) -> None:
        """The stroke begins here; whatever a stroke before left is forgotten."""
        self._pen = self._calm = self._brush = (x, y, *others)

    def add(self, points: Iterable[Position]) -> list[Position]:
        """The smoothed path's next points, maybe none, after the pen has moved along these."""
        path: list[Position] = []
        for point in points:
            if not math.isfinite(sum(point)):
                continue
            if self._kind is Smoothing.NONE:
                path.append(point)
            elif self._kind is Smoothing.BASIC:
                path += self._curve_to(point)
            else:
                path += self._pulled_to(point)
            self._pen = point
        return path

    def end(self) -> list[Position]:
        """The rest of the way, to where the pen was lifted; none if the path is there already."""
        path: list[Position] = []
        if self._kind is Smoothing.BASIC and self._brush != self._calm:
            path.append(self._calm)
            self._brush = self._calm
        if self._kind is not Smoothing.NONE and self._brush != self._pen:
            path.append(self._pen)
            self._brush = self._pen
        return path

    def _curve_to(self, point: Position) -> list[Position]:
        """A quadratic B-spline: from the middle of the last two calmed points to the middle of this and the last.

        Calming lags by half a sample at most, and so does the middle.
        """
        corner, begin = self._calm, self._brush
        self._calm = _mean(point, corner, self._strength / 3)
        self._brush = _mean(self._calm, corner, 0.5)
        steps = max(1, math.ceil(min(math.dist(begin[:2], self._brush[:2]) / CURVE_STEP, 64)))
        shares = [(i + 1) / steps for i in range(steps - 1)]
        curve = [_mean(_mean(self._brush, corner, 1 - t), _mean(corner, begin, 1 - t), 1 - t) for t in shares]
        return [*curve, self._brush]

    def _pulled_to(self, point: Position) -> list[Position]:
        length = self._strength * LONGEST_STRING
        distance = math.dist(self._brush[:2], point[:2])
        if distance <= length:
            return []
        self._brush = _mean(point, self._brush, length / distance)
        return [self._brush]


def _mean(new: Position, old: Position, share_of_old: float) -> Position:
    """Both averaged; a share of 0 is `new` exactly."""
    if share_of_old == 0:
        return new
    return tuple(a + (b - a) * share_of_old for a, b in zip(new, old, strict=True))
