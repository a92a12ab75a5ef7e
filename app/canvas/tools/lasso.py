"""The lasso: a region drawn freehand, closed by a straight line where the pointer goes up."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.canvas.tools.region import RegionTool
from app.canvas.tools.tool import Sample, Studio
from app.document.geometry import Point
from app.document.shapes import polygon

STEP_PIXELS = 1.0
"""Device pixels between two corners."""


class LassoTool(RegionTool):
    """Keeps the path as it was drawn, at any zoom."""

    step = "Lasso"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._points: list[Point] = []
        self._is_drag = False

    def begin(self, sample: Sample) -> None:
        self._points = [(sample.x, sample.y)]
        self._is_drag = False

    def drag(self, samples: Sequence[Sample]) -> None:
        step = STEP_PIXELS / self.studio.view.viewport.scale
        for sample in samples:
            self._is_drag = self._is_drag or self.is_drag(sample)
            if math.dist(self._points[-1], (sample.x, sample.y)) >= step:
                self._points.append((sample.x, sample.y))
        self.show(np.array(self._points))

    def finish(self) -> None:
        points, self._points = self._points, []
        self.show()
        if not self._is_drag or len(points) < 3:
            self.deselect()
            return
        photo, options = self.studio.document.photo, self.studio.options
        self.combine(polygon(photo.height, photo.width, points, antialias=options.antialias))
