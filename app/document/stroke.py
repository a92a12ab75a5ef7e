"""A stroke: coverage laid along a polyline, tile by tile.

A stroke is the union of its pieces: every pixel takes the profile of its distance from the path, so there are
no gaps at any speed and no dabs to see. The stroke keeps this strength in its own 16-bit buffer and lays it
over the mask it began on, so that going over the same place twice never exceeds the opacity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from app.document.brush import Brush
from app.document.geometry import EMPTY_RECT, TILE, Point, Rect, tile_grid, tile_rect, tiles
from app.document.pooling import Codes
from app.document.segment import FULL_STRENGTH, Knot, Strength, clipped, codes_of, evenly_changing, piece_of
from app.document.tiles import EMPTY, FULL, Tile, TileKey, TileMask

_NOTHING: Strength = np.zeros((1, 1), np.uint16)


class Stroke:
    """One stroke on the mask `base`: `add` points as they come, look at `mask` whenever you like.

    Painting lays c + (255 - c) · s · opacity over coverage c, erasing leaves c · (1 - s · opacity), where s
    is the greatest strength any part of the path has at that pixel.
    """

    def __init__(self, base: TileMask, brush: Brush, erase: bool = False) -> None:
        self.base = base
        self.brush = brush
        self.erase = erase
        self.mask = base
        self._last: Knot | None = None
        # None stands for full strength everywhere: nothing can change there any more
        self._strength: dict[TileKey, Strength | None] = {}
        self._grid = tile_grid(base.height, base.width)
        self._even: Tile | None = None

    def add(self, points: Sequence[Point], radius: float | None = None) -> Rect:
        """Continue the path to `points` (photo pixels, anywhere; not finite ones are left out).

        With a `radius` (photo pixels), the path has that radius at each of them, and changes evenly on the way
        there from the point before; without one it is the brush's. A first point alone paints a round dab.
        Returns the photo pixels that may have changed; maybe empty.
        """
        touched: dict[TileKey, Rect] = {}
        size = self.brush.radius if radius is None else self.brush.of_radius(radius).radius
        for x, y in points:
            if not math.isfinite(x + y):
                continue
            start, end = self._last or (x, y, size), (x, y, size)
            if start != end or self._last is None:
                for a, b in evenly_changing(start, end, self.brush.hardness):
                    self._lay(a, b, touched)
            self._last = end
        changed = EMPTY_RECT
        changes: dict[TileKey, Tile] = {}
        for (ty, tx), part in touched.items():
            tile = self._laid_over((ty, tx), part)
            if tile is not self.mask.tile(ty, tx):
                changes[ty, tx] = tile
                changed = changed.union(Rect(part.x + tx * TILE, part.y + ty * TILE, part.width, part.height))
        self.mask = self.mask.with_tiles(changes)
        return changed.clip(self.base.height, self.base.width)

    def _lay(self, start: Knot, end: Knot, touched: dict[TileKey, Rect]) -> None:
        """Raise the strength along one segment; notes the pixels of each tile that may have risen."""
        rows, columns = self._grid
        reach = math.ceil(self.brush.of_radius(max(start[2], end[2])).rim) + 1
        whole = Rect(0, 0, columns * TILE, rows * TILE)
        inside = clipped(start, end, whole.grown(reach))
        if inside is None:
            return
        (ax, ay, _), (bx, by, _) = inside
        box = Rect(math.floor(min(ax, bx)), math.floor(min(ay, by)), 0, 0)
        box = box._replace(width=math.ceil(max(ax, bx)) - box.x, height=math.ceil(max(ay, by)) - box.y)
        box = box.grown(reach).intersect(whole)
        unchanging = EMPTY if self.erase else FULL
        for key in tiles(box):
            if self._strength.get(key, _NOTHING) is None or self.base.tile(*key) is unchanging:
                continue
            rect = tile_rect(*key)
            near = clipped(*inside, rect.grown(reach))  # short, so that float32 is exact to 1/1000 pixel
            if near is None:
                continue
            ty, tx = key
            a, b = ((x - tx * TILE, y - ty * TILE, radius) for x, y, radius in near)
            part = self._raise(key, a, b)
            if part is not None:
                touched[key] = part.union(touched.get(key, EMPTY_RECT))

    def _raise(self, key: TileKey, a: Knot, b: Knot) -> Rect | None:
        """Lay the segment a–b (pixels of the tile) onto the tile's strength; None where nothing rises."""
        piece = piece_of(a, b, self.brush)
        if piece.fills_tile():
            self._strength[key] = None
            return Rect(0, 0, TILE, TILE)
        x0 = max(math.floor(min(a[0], b[0]) - piece.rim), 0)
        y0 = max(math.floor(min(a[1], b[1]) - piece.rim), 0)
        x1 = min(math.ceil(max(a[0], b[0]) + piece.rim), TILE)
        y1 = min(math.ceil(max(a[1], b[1]) + piece.rim), TILE)
        if x0 >= x1 or y0 >= y1:
            return None
        part = Rect(x0, y0, x1 - x0, y1 - y0)
        strength = codes_of(piece, part)
        buffer = self._strength.get(key)
        if buffer is None:
            if not strength.any():
                return None
            buffer = self._strength[key] = np.zeros((TILE, TILE), np.uint16)
        here = buffer[part.slices]
        if not (strength > here).any():
            return None
        np.maximum(here, strength, out=here)
        return part

    def _laid_over(self, key: TileKey, part: Rect) -> Tile:
        """The tile of the mask with the stroke so far, where only `part` of it changed since last time."""
        base, strength = self.base.tile(*key), self._strength[key]
        if strength is None:
            if self.brush.opacity == 1:
                return EMPTY if self.erase else FULL
            if base is EMPTY or base is FULL:
                return self._evenly_covered(base)
            part, strength = Rect(0, 0, TILE, TILE), np.full((TILE, TILE), FULL_STRENGTH, np.uint16)
        pixels = self.mask.tile(*key).pixels.copy()
        under = base.pixels[part.slices]
        pixels[part.slices] = self._over(under, strength[part.slices], base)
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
        moved = (under if self.erase else 255 - under).astype(np.float32)
        moved *= strength
        moved *= np.float32(-share if self.erase else share)
        moved += under
        moved += np.float32(0.5)
        return moved.astype(np.uint8)
