"""The brush: brings colour back where it passes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.canvas.tools.tool import Sample, Studio, Tool
from app.document.smoothing import Smoother

CONSTRAINT_PIXELS = 6.0
"""Device pixels of a drag with Shift held after which it is clear which way the line goes."""


class BrushTool(Tool):
    """One stroke of the document per press; ``erases`` turns it into an eraser.

    Shift at the press draws a straight line from the end of the last stroke; while it stays held the stroke keeps to
    one of eight directions.
    """

    shows_brush = True
    paints = True
    edits = True
    holds_alt = "eyedropper"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._smoother = Smoother(*studio.brush.smoothing)
        self._end = (0.0, 0.0)
        self._scale = 1.0
        self._anchor: Sample | None = None
        self._direction: tuple[float, float] | None = None

    def press(self, sample: Sample) -> None:
        if self.is_active:
            return
        studio, brush = self.studio, self.studio.brush
        studio.view.compare(False)  # else the stroke would not be seen
        studio.document.begin_stroke(brush.brush(), erase=self.erases, colour=None if self.erases else brush.color)
        self.is_active = True
        self._anchor, self._direction = sample, None
        self._scale = studio.view.viewport.scale  # for the whole stroke, though the view may be zoomed meanwhile
        self._smoother = Smoother(*brush.smoothing)
        self._smoother.begin(*self._raw(sample))
        self._end = (sample.x, sample.y)
        touches = [brush.touch(sample.x, sample.y, sample.pressure)]
        if sample.shift and studio.trail.end is not None:
            touches.insert(0, brush.touch(*studio.trail.end, sample.pressure))
        studio.document.extend_stroke(touches)

    def move(self, samples: Sequence[Sample]) -> None:
        if self.is_active and samples:
            self._extend(self._smoother.add([self._raw(self._constrained(sample)) for sample in samples]))

    def release(self) -> None:
        if self.is_active:
            self._extend(self._smoother.end())
            self.is_active = False
            self.studio.trail.end = self._end
            self.studio.document.commit_stroke()

    def cancel(self) -> None:
        if self.is_active:
            self.is_active = False
            self.studio.document.abort_stroke()

    def _extend(self, smoothed: Sequence[tuple[float, ...]]) -> None:
        brush = self.studio.brush
        touches = [brush.touch(x / self._scale, y / self._scale, pressure) for x, y, pressure in smoothed]
        if touches and self.studio.document.is_painting:  # whatever else ended the stroke, it stays ended
            self._end = (touches[-1].x, touches[-1].y)
            self.studio.document.extend_stroke(touches)

    def _raw(self, sample: Sample) -> tuple[float, float, float]:
        """Photo pixels in the size of device pixels, so that smoothing feels the same at any zoom."""
        return sample.x * self._scale, sample.y * self._scale, sample.pressure

    def _constrained(self, sample: Sample) -> Sample:
        """The sample on the line that Shift holds the stroke to; itself without Shift."""
        anchor = self._anchor
        if not sample.shift or anchor is None or not anchor.shift:
            self._anchor = None  # Shift was let go: free from here on
            return sample
        if self._direction is None:
            dx, dy = sample.view_x - anchor.view_x, sample.view_y - anchor.view_y
            if math.hypot(dx, dy) < CONSTRAINT_PIXELS:
                return anchor
            angle = round(math.atan2(sample.y - anchor.y, sample.x - anchor.x) / (math.pi / 4)) * math.pi / 4
            self._direction = (math.cos(angle), math.sin(angle))
        ux, uy = self._direction
        along = (sample.x - anchor.x) * ux + (sample.y - anchor.y) * uy
        return Sample(
            anchor.x + along * ux, anchor.y + along * uy, sample.view_x, sample.view_y, sample.pressure, shift=True
        )
