"""Regions that are dragged from corner to corner."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

from app.canvas.lines import Line
from app.canvas.tools.region import LateKeys, RegionTool
from app.canvas.tools.tool import Sample, Studio
from app.document.geometry import Point, Rect
from app.document.tiles import TileMask


def dragged_box(start: Point, end: Point, *, square: bool, centred: bool) -> Rect:
    """The whole photo pixels between two corners, at least one; ``centred`` makes ``start`` the middle.

    A ``square`` has the longer of both sides.
    """
    ways = (end[0] - start[0], end[1] - start[1])
    if square:
        side = max(abs(way) for way in ways)
        side = (_nearest(2 * side) / 2) if centred else _nearest(side)  # a whole number of pixels wide
        ways = (math.copysign(side, ways[0]), math.copysign(side, ways[1]))
    left, right = _span(start[0], ways[0], centred)
    top, bottom = _span(start[1], ways[1], centred)
    return Rect(left, top, right - left, bottom - top)


def _span(start: float, way: float, centred: bool) -> tuple[int, int]:
    low = start - abs(way) if centred else min(start, start + way)
    high = start + abs(way) if centred else max(start, start + way)
    first, last = _nearest(low), _nearest(high)
    return (first, last) if last > first else (math.floor(low), math.floor(low) + 1)


def _nearest(value: float) -> int:
    """Halves go up, also below 0: Python's round would make squares of unequal sides."""
    return math.floor(value + 0.5)


class BoxTool(RegionTool, ABC):
    """Shift during the drag makes both sides equal, Alt grows the box from its middle."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._keys = LateKeys(self._pressed)
        self._box: Rect | None = None

    @abstractmethod
    def region(self, box: Rect) -> TileMask:
        """The region in ``box``, which may pass the photo's edge."""

    @abstractmethod
    def outline(self, box: Rect) -> Line:
        """Its outline, closed, in photo pixels."""

    def begin(self, sample: Sample) -> None:
        self._keys = LateKeys(sample)
        self._box = None

    def drag(self, samples: Sequence[Sample]) -> None:
        held = [self._keys.held(sample) for sample in samples]
        if self._box is None and not any(map(self.is_drag, samples)):
            return
        start, end = self._pressed, samples[-1]
        square, centred = held[-1]
        self._box = dragged_box((start.x, start.y), (end.x, end.y), square=square, centred=centred)
        self.show(self.outline(self._box))

    def finish(self) -> None:
        box, self._box = self._box, None
        self.show()
        if box is None:
            self.deselect()
        else:
            self.combine(self.region(box))
