"""The smudge: drags painted colours along, as a finger drags wet paint."""

from __future__ import annotations

from collections.abc import Sequence

from app.canvas.tools.tool import Sample, Studio, Tool
from app.document.smoothing import Smoother
from app.document.smudge import LARGEST_RADIUS
from app.document.sources.painted import Painted

NOT_PAINTED = "Smudge works on painted colours: turn them into paint first (Layer > Turn colours into paint)."
TOO_LARGE = f"Smudge drags {2 * LARGEST_RADIUS:.0f} pixels at most: of this brush only the middle counts."


class SmudgeTool(Tool):
    """One drag of the document per press. The brush's opacity is the strength, its hardness how that falls off."""

    shows_brush = True
    paints = True
    edits = True

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._smoother = Smoother(*studio.brush.smoothing)
        self._scale = 1.0

    def press(self, sample: Sample) -> None:
        if self.is_active:
            return
        studio, brush = self.studio, self.studio.brush
        if not isinstance(studio.document.state.layer.source, Painted):
            studio.tell(NOT_PAINTED)
            return
        if brush.brush().radius > LARGEST_RADIUS:
            studio.tell(TOO_LARGE)
        studio.view.compare(False)  # else the drag would not be seen
        studio.document.begin_smudge(brush.brush())
        self.is_active = True
        self._scale = studio.view.viewport.scale  # for the whole drag, though the view may be zoomed meanwhile
        self._smoother = Smoother(*brush.smoothing)
        self._smoother.begin(*self._raw(sample))
        studio.document.extend_stroke([brush.touch(sample.x, sample.y, sample.pressure)])

    def move(self, samples: Sequence[Sample]) -> None:
        if self.is_active and samples:
            self._extend(self._smoother.add([self._raw(sample) for sample in samples]))

    def release(self) -> None:
        if self.is_active:
            self._extend(self._smoother.end())
            self.is_active = False
            self.studio.document.commit_stroke()

    def cancel(self) -> None:
        if self.is_active:
            self.is_active = False
            self.studio.document.abort_stroke()

    def _extend(self, smoothed: Sequence[tuple[float, ...]]) -> None:
        brush = self.studio.brush
        touches = [brush.touch(x / self._scale, y / self._scale, pressure) for x, y, pressure in smoothed]
        if touches and self.studio.document.is_painting:  # whatever else ended the drag, it stays ended
            self.studio.document.extend_stroke(touches)

    def _raw(self, sample: Sample) -> tuple[float, float, float]:
        """Photo pixels in the size of device pixels, so that smoothing feels the same at any zoom."""
        return sample.x * self._scale, sample.y * self._scale, sample.pressure
