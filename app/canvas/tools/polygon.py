"""The polygon: a region with straight sides, one click for each corner."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt

from app.canvas.tools.region import LateKeys, RegionTool
from app.canvas.tools.tool import Sample, Studio
from app.document.geometry import Point
from app.document.shapes import polygon

CLOSE_PIXELS = 8.0
"""Logical pixels: a click this near to the first corner closes the polygon."""


def constrained(anchor: Point, place: Point) -> Point:
    """``place`` brought into the nearest of the eight directions from ``anchor``."""
    dx, dy = place[0] - anchor[0], place[1] - anchor[1]
    angle = round(math.atan2(dy, dx) / (math.pi / 4)) * math.pi / 4
    along = dx * math.cos(angle) + dy * math.sin(angle)
    return anchor[0] + along * math.cos(angle), anchor[1] + along * math.sin(angle)


class PolygonTool(RegionTool):
    """A double click, a click on the first corner or Return closes it; Backspace takes back a corner, Esc all.

    Shift, once it means no longer that the region is added, keeps a side to one of eight directions.
    """

    step = "Select polygon"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._corners: list[Point] = []
        self._keys = LateKeys(self._pressed)
        self._closes = False

    # -- corners -------------------------------------------------------------------------------------------------

    def begin(self, sample: Sample) -> None:
        self.is_active = True
        self._keys = LateKeys(sample)
        self._corners = [(sample.x, sample.y)]
        self._show(sample)

    def press(self, sample: Sample) -> None:
        if not self._corners:
            super().press(sample)
        elif len(self._corners) > 2 and self._is_near_first(sample):
            self._closes = True
        else:
            self._corners.append(self._place(sample))
            self._show(sample)

    def double_click(self, sample: Sample) -> None:
        if not self._corners:
            self.press(sample)
        else:
            self._closes = len(self._corners) > 2

    def move(self, samples: Sequence[Sample]) -> None:
        if not self._corners:
            super().move(samples)
        elif samples and len(self._corners) > 1 and not self._closes:
            del self._corners[-1]  # until the button is up, the new corner follows the pointer
            self._corners.append(self._place(samples[-1]))
            self._show(samples[-1])

    def release(self) -> None:
        if not self._corners:
            super().release()
        elif self._closes:
            self.confirm()

    def finish(self) -> None:
        """The first corner has been set by a click inside the selection; more will follow."""
        self.is_active = True

    def hover(self, sample: Sample) -> None:
        if not self._corners:
            super().hover(sample)
            return
        closes = len(self._corners) > 2 and self._is_near_first(sample)
        self.cursor = Qt.CursorShape.PointingHandCursor if closes else Qt.CursorShape.CrossCursor
        self._show(sample)

    # -- the end -------------------------------------------------------------------------------------------------

    def confirm(self) -> bool:
        corners = self._corners
        if not corners:
            return False
        self.cancel()
        if len(corners) > 2:
            photo, options = self.studio.document.photo, self.studio.options
            self.combine(polygon(photo.height, photo.width, corners, antialias=options.antialias))
        return True

    def step_back(self) -> bool:
        if not self._corners:
            return False
        del self._corners[-1]
        if self._corners:
            self.show(np.array(self._corners))
        else:
            self.cancel()
        return True

    def cancel(self) -> None:
        self._corners, self._closes = [], False
        self.cursor = Qt.CursorShape.CrossCursor
        super().cancel()

    # -- inside --------------------------------------------------------------------------------------------------

    def _place(self, sample: Sample) -> Point:
        shift, _ = self._keys.held(sample)
        place = (sample.x, sample.y)
        return constrained(self._corners[-1], place) if shift else place

    def _is_near_first(self, sample: Sample) -> bool:
        first = self.studio.view.viewport.to_view(*self._corners[0])
        reach = CLOSE_PIXELS * self.studio.view.devicePixelRatioF()
        return math.dist(first, (sample.view_x, sample.view_y)) <= reach

    def _show(self, sample: Sample) -> None:
        """The corners, and the line to the pointer."""
        self.show(np.array([*self._corners, self._place(sample)]))
