"""A stroke as the exact union of its pieces: no gaps at any speed and no dabs to see."""

from __future__ import annotations

import math

from app.document.brush import Brush
from app.document.geometry import tile_rect, tiles
from app.document.segment import Knot, Meeting, Raster, between, evenly_changing, piece_of, shares_inside
from app.document.strength import StrokeStrength

LONGEST_PIECE = 4096.0
"""Photo pixels: the boxes around shorter pieces hold few tiles that the path does not touch."""


class Sweep:
    """Raises a stroke's strength along its path: every pixel takes the greatest that any part of it has there."""

    def __init__(self, strength: StrokeStrength, brush: Brush) -> None:
        self._strength = strength
        self._brush = brush

    def extend(self, last: Knot | None, end: Knot) -> None:
        """From the point before, already painted, to `end`; the first point alone paints a round dab."""
        start = last or end
        if start == end and last is not None:
            return
        reach = math.ceil(self._brush.of_radius(max(start.radius, end.radius)).rim) + 1
        inside = shares_inside(start, end, self._strength.area.grown(reach))
        if inside is None:
            return
        start, end = between(start, end, inside[0]), between(start, end, inside[1])
        count = max(1, math.ceil(math.hypot(end.x - start.x, end.y - start.y) / LONGEST_PIECE))
        for i in range(count):
            ends = between(start, end, i / count), between(start, end, (i + 1) / count)
            for a, b in evenly_changing(*ends, self._brush.hardness):
                self._lay(a, b)

    def _lay(self, a: Knot, b: Knot) -> None:
        strength, raster = self._strength, Raster(piece_of(a, b, self._brush))
        box = raster.piece.box.intersect(strength.area)
        for key in tiles(box):
            if not strength.can_rise(key):
                continue
            tile = tile_rect(*key)
            meeting = raster.piece.meets(tile)
            if meeting is Meeting.ALL:
                strength.fill(key)
            elif meeting is Meeting.PART:
                part = box.intersect(tile)
                within = part._replace(x=part.x - tile.x, y=part.y - tile.y)
                strength.raise_to(key, within, raster.codes(part))
