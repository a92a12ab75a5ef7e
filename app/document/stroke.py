"""A stroke: coverage laid along a path over the mask it began on, tile by tile.

The stroke keeps its strength in a 16-bit buffer of its own and lays it over the mask it began on, so that going
over the same place twice never exceeds the opacity. A round tip at full flow sweeps over its path; every other
brush lays dabs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from app.document.brush import Brush, Touch
from app.document.dabs import Dabs
from app.document.edge_aware import EdgeAware
from app.document.geometry import TILE, Point, Rect, bounding
from app.document.photo import Photo
from app.document.pooling import Codes
from app.document.segment import Knot
from app.document.strength import FULL_STRENGTH, WHOLE, Strength, StrokeStrength, times
from app.document.sweep import Sweep
from app.document.tiles import EMPTY, FULL, Tile, TileKey, TileMask


class Stroke:
    """One stroke on the mask `base`: `add` touches as they come, look at `mask` whenever you like.

    Painting lays c + (255 - c) · s · opacity over coverage c, erasing leaves c · (1 - s · opacity), where s is the
    stroke's strength at that pixel times the coverage of `clip`. A tile the clip does not touch stays the same object.
    """

    def __init__(
        self,
        base: TileMask,
        brush: Brush,
        erase: bool = False,
        clip: TileMask | None = None,
        photo: Photo | None = None,
        *,
        everywhere: bool = False,
    ) -> None:
        """`photo` is what a brush with `edge` > 0 keeps to; such a brush without a photo raises ValueError.

        With `everywhere` the strength rises also where the mask cannot, for who lays more than coverage.
        """
        if brush.edge > 0 and photo is None:
            raise ValueError("an edge-aware brush needs the photo whose edges it keeps to")
        self.base = base
        self.brush = brush
        self.erase = erase
        self.clip = clip
        self.mask = base
        self.parts: tuple[Rect, ...] = ()
        """What the last `add` changed, tile by tile: of a large brush that is little but its rim."""
        self.risen: Mapping[TileKey, Rect] = {}
        """Which pixels of which tiles, from the tile's corner, the last `add` may have made stronger."""
        limits = TileMask.empty(base.height, base.width) if everywhere else base
        self._strength = StrokeStrength(limits, EMPTY if erase else FULL, clip)
        self._sweep = Sweep(self._strength, brush)
        edges = EdgeAware(photo, brush.edge) if photo is not None and brush.edge > 0 else None
        self._dabs = Dabs(self._strength, brush, edges)
        self._lays_dabs = brush.lays_dabs
        self._last: tuple[Knot, float] | None = None
        self._even: Tile | None = None

    def add(self, touches: Sequence[Touch | Point]) -> Rect:
        """Continue the path to `touches` (photo pixels, anywhere; not finite ones are left out).

        A plain (x, y) paints with all of the brush's size, opacity and flow; factors are brought into 0..1. A first
        touch alone paints one dab. From the first touch on whose opacity or flow is not 1, the stroke lays dabs.
        Returns the photo pixels that may have changed; maybe empty.
        """
        for place in touches:
            touch = Touch(*place)
            if not math.isfinite(sum(touch)):
                continue
            size, opacity, flow = (min(1.0, max(0.0, factor)) for factor in touch[2:])
            knot = Knot(touch.x, touch.y, self.brush.of_radius(self.brush.radius * size).radius, opacity)
            flow *= self.brush.flow
            last, last_flow = self._last or (None, flow)
            self._lays_dabs = self._lays_dabs or opacity < 1 or flow < 1
            if self._lays_dabs:
                self._dabs.extend(last, knot, last_flow, flow)
            else:
                self._sweep.extend(last, knot)
            self._last = knot, flow
        self._dabs.lay()
        changed: list[Rect] = []
        changes: dict[TileKey, Tile] = {}
        self.risen = self._strength.taken()
        for (ty, tx), part in self.risen.items():
            tile = self._laid_over((ty, tx), part)
            if tile is not self.mask.tile(ty, tx):
                changes[ty, tx] = tile
                changed.append(Rect(part.x + tx * TILE, part.y + ty * TILE, part.width, part.height))
        self.mask = self.mask.with_tiles(changes)
        self.parts = tuple(part.clip(self.base.height, self.base.width) for part in changed)
        return bounding(self.parts)

    def strength(self, key: TileKey, part: Rect) -> Strength | None:
        """(h, w) codes, before opacity, of a part of a tile that has risen, as far as the clip lets the stroke through.

        None stands for full strength. To be read at once: the next `add` may change what is returned.
        """
        codes = self._strength.tiles[key]
        clip = FULL if self.clip is None else self.clip.tile(*key)
        if clip is FULL:
            return None if codes is None else codes[part.slices]
        if codes is None:
            codes = np.full((TILE, TILE), FULL_STRENGTH, np.uint16)
        return times(codes[part.slices], clip.pixels[part.slices], 1 / 255)

    def _laid_over(self, key: TileKey, part: Rect) -> Tile:
        """The tile of the mask with the stroke so far, where only `part` of it changed since last time."""
        base = self.base.tile(*key)
        if base is FULL and not self.erase:
            return FULL
        codes = self.strength(key, part)
        if codes is None:
            if self.brush.opacity == 1:
                return EMPTY if self.erase else FULL
            if base is EMPTY or base is FULL:
                return self._evenly_covered(base)
            codes, part = np.full((TILE, TILE), FULL_STRENGTH, np.uint16), WHOLE
        laid = self._over(base.pixels[part.slices], codes, base)
        if part == WHOLE:
            return Tile.of(laid)
        pixels = self.mask.tile(*key).pixels.copy()
        pixels[part.slices] = laid
        return Tile.of(pixels)

    def _evenly_covered(self, base: Tile) -> Tile:
        """Full strength over an EMPTY tile (painting) or a FULL one (erasing): one tile for all places."""
        if self._even is None:
            strength = np.full((TILE, TILE), FULL_STRENGTH, np.uint16)
            self._even = Tile.of(self._over(base.pixels, strength, base))
        return self._even

    def _over(self, under: Codes, strength: Strength, base: Tile) -> Codes:
        """Coverage with the stroke laid over `under`."""
        share = self.brush.opacity / FULL_STRENGTH
        if base is EMPTY:
            return np.asarray(cv2.convertScaleAbs(strength, alpha=255 * share), np.uint8)
        if base is FULL:
            return np.asarray(cv2.convertScaleAbs(strength, alpha=-255 * share, beta=255), np.uint8)
        moved = times(strength, under if self.erase else ~under, share).astype(np.uint8)
        return np.asarray(cv2.subtract(under, moved) if self.erase else cv2.add(under, moved), np.uint8)
