"""The brush: brings colour back where it passes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.brush_settings import BrushSettings
from app.canvas.tools.tool import Sample
from app.document.document import Document


class Trail:
    """Where the last stroke ended: Shift-click draws a straight line from there, whichever tool made it."""

    def __init__(self) -> None:
        self.end: tuple[float, float] | None = None


class BrushTool:
    """One stroke of the document per press; ``erases`` turns it into an eraser."""

    erases = False

    def __init__(self, document: Document, settings: BrushSettings, trail: Trail) -> None:
        self._document = document
        self._settings = settings
        self._trail = trail
        self._active = False
        self._end = (0.0, 0.0)

    @property
    def is_active(self) -> bool:
        return self._active

    def press(self, sample: Sample) -> None:
        if self._active:
            return
        color = None if self.erases else self._settings.color
        self._document.begin_stroke(self._settings.brush(), erase=self.erases, colour=color)
        self._active = True
        points = [(sample.x, sample.y)]
        if sample.shift and self._trail.end is not None:
            points.insert(0, self._trail.end)
        self._end = points[-1]
        self._document.extend_stroke(points, self._radius(sample))

    def move(self, samples: Sequence[Sample]) -> None:
        if self._active and samples:
            self._end = (samples[-1].x, samples[-1].y)
            for radius, run in groupby(samples, self._radius):
                self._document.extend_stroke([(sample.x, sample.y) for sample in run], radius)

    def _radius(self, sample: Sample) -> float | None:
        """Photo pixels where the pen's pressure sets them, else None: the brush's own."""
        return self._settings.size / 2 * sample.pressure if self._settings.pressure_sizes else None

    def release(self) -> None:
        if self._active:
            self._active = False
            self._trail.end = self._end
            self._document.commit_stroke()

    def cancel(self) -> None:
        if self._active:
            self._active = False
            self._document.abort_stroke()
