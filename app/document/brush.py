"""The brush and its stroke: coverage laid along a polyline, tile by tile.

A stroke is the union of capsules: every pixel takes the profile of its distance from the path, so there are
no gaps at any speed and no dabs to see. The stroke keeps this strength in its own 16-bit buffer and lays it
over the mask it began on, so that going over the same place twice never exceeds the opacity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import EMPTY_RECT, TILE, Point, Rect, tile_grid, tile_rect, tiles
from app.document.pooling import Codes
from app.document.tiles import EMPTY, FULL, Tile, TileKey, TileMask

Strength = npt.NDArray[np.uint16]

SMALLEST_RADIUS, LARGEST_RADIUS = 0.5, 5000.0
FULL_STRENGTH = 65535
_COARSE = 4  # wide soft rims are computed at every 4th pixel and interpolated …
_COARSE_RIM = 96.0  # … from this width on: the error, 5.8 / 96² · 4² / 8 of full strength, is 0.33 code


@dataclass(frozen=True)
class Brush:
    """radius 0.5..5000 photo pixels; hardness 0 (soft to the centre) .. 1 (sharp); opacity 0..1."""

    radius: float
    hardness: float = 1.0
    opacity: float = 1.0

    def __post_init__(self) -> None:
        if not SMALLEST_RADIUS <= self.radius <= LARGEST_RADIUS:
            raise ValueError(f"brush radius {self.radius} is outside {SMALLEST_RADIUS}..{LARGEST_RADIUS}")
        if not (0 <= self.hardness <= 1 and 0 <= self.opacity <= 1):
            raise ValueError(f"hardness and opacity are 0..1, not {self.hardness} and {self.opacity}")

    @property
    def core(self) -> float:
        """Distance in photo pixels up to which the brush paints at full strength.

        At least a pixel inside `rim`: a hard edge runs through half strength at exactly the radius, and the
        finest brush shares itself among the pixels it touches, losing nothing between them.
        """
        return min(self.hardness * self.radius, self.radius - 0.5)

    @property
    def rim(self) -> float:
        """Distance in photo pixels from which the brush paints nothing."""
        return self.radius + 0.5

    def strength(self, distance: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Strength 0..1 at `distance` photo pixels from the path, before opacity.

        A rim one pixel wide falls linearly, which is the share of the pixel that lies inside; a smooth fall
        there would make fine lines swell and thin as they pass over the pixels. From two pixels on it is smooth.
        """
        width = self.rim - self.core
        v = np.asarray(np.clip((self.rim - distance) / np.float32(width), 0.0, 1.0), np.float32)
        if width <= 1:
            return v
        smooth = _smooth(v)
        return smooth if width >= 2 else v + (smooth - v) * np.float32(width - 1)


@overload
def profile(distance: float, hardness: float) -> float: ...
@overload
def profile(distance: npt.NDArray[np.float32], hardness: float) -> npt.NDArray[np.float32]: ...
def profile(distance: float | npt.NDArray[np.float32], hardness: float) -> float | npt.NDArray[np.float32]:
    """The ideal falloff 0..1 at `distance` in units of the radius: 1 up to `hardness`, 0 from 1 on.

    What a brush far larger than a pixel paints; `Brush.strength` adds the pixel-wide soft edge.
    """
    where = np.asarray(distance, np.float32)
    width = max(1.0 - hardness, 1e-6)
    strength = _smooth(np.asarray(np.clip((1.0 - where) / np.float32(width), 0.0, 1.0), np.float32))
    return float(strength) if np.isscalar(distance) else strength


def _smooth(v: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Quintic step of v in 0..1: from 0 to 1 with first and second derivatives 0 at both ends.

    A corner in the slope would show as a bright ring. s(v) + s(1 - v) = 1.
    Source: Perlin, Improving Noise, SIGGRAPH 2002.
    """
    s = v * np.float32(6.0)
    s -= np.float32(15.0)
    s *= v
    s += np.float32(10.0)
    s *= v
    s *= v
    s *= v
    return s


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
        self._last: Point | None = None
        # None stands for full strength everywhere: nothing can change there any more
        self._strength: dict[TileKey, Strength | None] = {}
        self._grid = tile_grid(base.height, base.width)
        self._even: Tile | None = None

    def add(self, points: Sequence[Point]) -> Rect:
        """Continue the path to `points` (photo pixels, anywhere; not finite ones are left out).

        A first point alone paints a round dab. Returns the photo pixels that may have changed; maybe empty.
        """
        touched: dict[TileKey, Rect] = {}
        for x, y in points:
            if not math.isfinite(x + y):
                continue
            start = self._last if self._last is not None else (x, y)
            if start != (x, y) or self._last is None:
                self._lay(start, (x, y), touched)
            self._last = (x, y)
        changed = EMPTY_RECT
        changes: dict[TileKey, Tile] = {}
        for (ty, tx), part in touched.items():
            tile = self._laid_over((ty, tx), part)
            if tile is not self.mask.tile(ty, tx):
                changes[ty, tx] = tile
                changed = changed.union(Rect(part.x + tx * TILE, part.y + ty * TILE, part.width, part.height))
        self.mask = self.mask.with_tiles(changes)
        return changed.clip(self.base.height, self.base.width)

    def _lay(self, start: Point, end: Point, touched: dict[TileKey, Rect]) -> None:
        """Raise the strength along one segment; notes the pixels of each tile that may have risen."""
        rows, columns = self._grid
        reach = math.ceil(self.brush.rim) + 1
        whole = Rect(0, 0, columns * TILE, rows * TILE)
        inside = _clipped(start, end, whole.grown(reach))
        if inside is None:
            return
        (ax, ay), (bx, by) = inside
        box = Rect(math.floor(min(ax, bx)), math.floor(min(ay, by)), 0, 0)
        box = box._replace(width=math.ceil(max(ax, bx)) - box.x, height=math.ceil(max(ay, by)) - box.y)
        box = box.grown(reach).intersect(whole)
        unchanging = EMPTY if self.erase else FULL
        for key in tiles(box):
            if self._strength.get(key, _NOTHING) is None or self.base.tile(*key) is unchanging:
                continue
            rect = tile_rect(*key)
            near = _clipped(*inside, rect.grown(reach))  # short, so that float32 is exact to 1/1000 pixel
            if near is None:
                continue
            ty, tx = key
            a = near[0][0] - tx * TILE, near[0][1] - ty * TILE
            b = near[1][0] - tx * TILE, near[1][1] - ty * TILE
            part = self._raise(key, a, b)
            if part is not None:
                touched[key] = part.union(touched.get(key, EMPTY_RECT))

    def _raise(self, key: TileKey, a: Point, b: Point) -> Rect | None:
        """Lay the segment a–b (pixels of the tile) onto the tile's strength; None where nothing rises."""
        brush = self.brush
        if _farthest_corner(a, b) <= brush.core:
            self._strength[key] = None
            return Rect(0, 0, TILE, TILE)
        x0 = max(math.floor(min(a[0], b[0]) - brush.rim), 0)
        y0 = max(math.floor(min(a[1], b[1]) - brush.rim), 0)
        x1 = min(math.ceil(max(a[0], b[0]) + brush.rim), TILE)
        y1 = min(math.ceil(max(a[1], b[1]) + brush.rim), TILE)
        if x0 >= x1 or y0 >= y1:
            return None
        part = Rect(x0, y0, x1 - x0, y1 - y0)
        if brush.rim - brush.core >= _COARSE_RIM:
            strength = _interpolated(part, a, b, brush)
        else:
            distance = _distances(part, a, b, 1)
            strength = _codes(brush.strength(distance))
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


_NOTHING: Strength = np.zeros((1, 1), np.uint16)


def _codes(strength: npt.NDArray[np.float32]) -> Strength:
    """16-bit codes of strengths 0..1, rounded."""
    strength *= np.float32(FULL_STRENGTH)
    strength += np.float32(0.5)
    return strength.astype(np.uint16)


def _distances(part: Rect, a: Point, b: Point, step: int) -> npt.NDArray[np.float32]:
    """(height / step, width / step) float32: distance of pixel centres from the segment a–b.

    With a step, of the centres of blocks of step × step pixels.
    """
    xs = (part.x + step / 2 + step * np.arange(part.width // step)).astype(np.float32)
    ys = (part.y + step / 2 + step * np.arange(part.height // step)).astype(np.float32)
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    if length == 0:
        squared = np.square(xs - np.float32(a[0]))[None, :] + np.square(ys - np.float32(a[1]))[:, None]
        return np.asarray(np.sqrt(squared, out=squared), np.float32)
    # Along and across the segment, from its middle: the distance along counts only beyond the ends
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    mx, my = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    along = ((xs - mx) * ux).astype(np.float32)[None, :] + ((ys - my) * uy).astype(np.float32)[:, None]
    across = ((xs - mx) * -uy).astype(np.float32)[None, :] + ((ys - my) * ux).astype(np.float32)[:, None]
    np.abs(along, out=along)
    along -= np.float32(length / 2)
    np.maximum(along, 0, out=along)
    along *= along
    across *= across
    across += along
    return np.asarray(np.sqrt(across, out=across), np.float32)


def _interpolated(part: Rect, a: Point, b: Point, brush: Brush) -> Strength:
    """Strength of a wide soft rim over `part`, from every 4th pixel down and across."""
    x, y = part.x // _COARSE * _COARSE, part.y // _COARSE * _COARSE
    width = -(-part.right // _COARSE) * _COARSE - x
    height = -(-part.bottom // _COARSE) * _COARSE - y
    grown = Rect(x - _COARSE, y - _COARSE, width + 2 * _COARSE, height + 2 * _COARSE)  # a margin to lean on
    coarse = _codes(brush.strength(_distances(grown, a, b, _COARSE)))
    fine = cv2.resize(coarse, (grown.width, grown.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine, np.uint16)[part._replace(x=part.x - grown.x, y=part.y - grown.y).slices]


def _farthest_corner(a: Point, b: Point) -> float:
    """Greatest distance of any pixel of a tile from the segment a–b, or a little more."""
    length = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    farthest = 0.0
    # The distance from a convex set is a convex function, so it is greatest at a corner
    for x, y in ((0.0, 0.0), (TILE, 0.0), (0.0, TILE), (TILE, TILE)):
        t = 0.0
        if length > 0:
            t = min(max(((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / length, 0.0), 1.0)
        dx, dy = x - a[0] - t * (b[0] - a[0]), y - a[1] - t * (b[1] - a[1])
        farthest = max(farthest, math.hypot(dx, dy))
    return farthest


def _clipped(start: Point, end: Point, rect: Rect) -> tuple[Point, Point] | None:
    """The part of the segment inside the rectangle, None where there is none. Source: Liang and Barsky, 1984.

    What lies outside a rectangle grown by the brush's reach cannot touch a pixel inside the rectangle.
    """
    low, high = 0.0, 1.0
    for origin, delta, first, last in (
        (start[0], end[0] - start[0], rect.x, rect.right),
        (start[1], end[1] - start[1], rect.y, rect.bottom),
    ):
        if delta == 0:
            if not first <= origin <= last:
                return None
            continue
        entry, leave = (first - origin) / delta, (last - origin) / delta
        if entry > leave:
            entry, leave = leave, entry
        low, high = max(low, entry), min(high, leave)
        if low > high:
            return None
    dx, dy = end[0] - start[0], end[1] - start[1]
    a = start if low == 0 else (start[0] + low * dx, start[1] + low * dy)
    b = end if high == 1 else (start[0] + high * dx, start[1] + high * dy)
    return a, b
