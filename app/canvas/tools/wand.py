"""The wand: selects what is as light as the place that was clicked."""

from __future__ import annotations

from functools import partial

from app.busy import run_busy
from app.canvas.tools.region import RegionTool
from app.canvas.tools.tool import Sample, Studio
from app.document.tiles import TileMask
from app.document.wand import wand


def like(studio: Studio, place: Sample) -> TileMask | None:
    """What is like ``place`` by the options of the wand; None off the photo, or where the user had no patience."""
    photo, options = studio.document.photo, studio.options
    if not (0 <= place.x < photo.width and 0 <= place.y < photo.height):
        return None
    find = partial(
        wand,
        photo,
        place.x,
        place.y,
        options.tolerance,
        contiguous=options.contiguous,
        antialias=options.antialias,
    )
    return run_busy(studio.view, "Finding what is as light as this place…", lambda progress: find(progress=progress))


class WandTool(RegionTool):
    """Acts when the button goes up, so that nothing is lost where a large photo takes a moment."""

    step = "Select by wand"

    def finish(self) -> None:
        photo, place = self.studio.document.photo, self._pressed
        if not (0 <= place.x < photo.width and 0 <= place.y < photo.height):
            self.deselect()
            return
        region = like(self.studio, place)
        if region is not None:
            self.combine(region)
