"""Fill: covers what is as light as the place that was clicked, or with Alt takes its coverage away."""

from __future__ import annotations

from app.canvas.tools.tool import Sample, Studio, Tool
from app.canvas.tools.wand import like
from app.document.selection import mixed
from app.document.tiles import TileMask


class FillTool(Tool):
    """Works on the mask where the wand works on the selection."""

    edits = True

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._pressed: Sample | None = None

    def press(self, sample: Sample) -> None:
        self._pressed, self.is_active = sample, True

    def release(self) -> None:
        place, self._pressed, self.is_active = self._pressed, None, False
        region = like(self.studio, place) if place is not None else None
        if place is None or region is None:
            return
        self.studio.view.compare(False)  # else it would not be seen
        wanted = TileMask.empty if place.alt else TileMask.full
        target = wanted(region.height, region.width)
        name = "Clear region" if place.alt else "Fill region"
        self.studio.document.edit_mask(name, lambda mask: mixed(mask, target, region))

    def cancel(self) -> None:
        self._pressed, self.is_active = None, False
