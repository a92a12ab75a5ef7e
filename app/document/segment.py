"""One piece of a stroke's path: how strongly the brush paints around it, pixel by pixel.

A piece with one radius is a capsule. One whose radius changes evenly is a cone with round ends, and each pixel
takes the place of the path at which it lies deepest in the brush; both are exact, no dabs are laid.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from app.document.brush import Brush, Floats, shaped
from app.document.geometry import TILE, Point, Rect
from app.document.strength import FULL_STRENGTH, Strength


class Knot(NamedTuple):
    """A point of the path: x, y, radius in photo pixels; ceiling: 0..1, the strength that dabs there build up to."""

    x: float
    y: float
    radius: float
    ceiling: float = 1.0


_COARSE_RIM = 96.0  # from this width on, a soft rim is computed at every 4th pixel and interpolated …
_CELLS = 24  # … or more, 24 times across the rim: the error, 5.8 / 24² / 8 of full strength, is 0.33 code
_COARSEST = 32

_STILL = 1e-3
"""A pen that moved by no more photo pixels than this has only been pressed harder; slopes would overflow."""

_HALF_DIAGONAL = TILE / math.sqrt(2)


class Meeting(enum.Enum):
    """What of a tile a piece paints; PART where it is not sure."""

    NOTHING = enum.auto()
    PART = enum.auto()
    ALL = enum.auto()


class Piece(Protocol):
    """box: all pixels that may be painted; width: photo pixels of the narrowest soft rim."""

    box: Rect
    width: float

    def meets(self, tile: Rect) -> Meeting:
        """NOTHING where no pixel gets more than the path up to the start has given it, ALL where each gets all."""

    def codes(self, part: Rect, step: int) -> Strength:
        """(height / step, width / step) at pixel centres of `part`, or at those of blocks of step × step."""


def piece_of(a: Knot, b: Knot, brush: Brush) -> Piece:
    """The brush's piece from a to b. Between radii that differ, `evenly_changing` cuts it."""
    return Capsule(a, b, brush) if a.radius == b.radius else Cone(a, b, brush)


class Raster:
    """The codes of one piece, part by part. What is computed coarsely is computed once for all of them."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self._step = 1
        if piece.width >= _COARSE_RIM:
            self._step = min(_COARSEST, 1 << int(math.log2(piece.width / _CELLS)))
        self._coarse: Strength | None = None
        left, top = (side // self._step * self._step for side in (piece.box.x, piece.box.y))
        self._corner = left - self._step, top - self._step  # a margin to lean on

    def codes(self, part: Rect) -> Strength:
        """(height, width) strength in a part of the piece's box."""
        step, box, (left, top) = self._step, self.piece.box, self._corner
        if step == 1:
            return self.piece.codes(part, 1)
        if self._coarse is None:
            columns, rows = -(-(box.right - left) // step) + 1, -(-(box.bottom - top) // step) + 1
            self._coarse = self.piece.codes(Rect(left, top, columns * step, rows * step), step)
        x, y = (part.x - left) // step - 1, (part.y - top) // step - 1
        right, bottom = -(-(part.right - left) // step) + 1, -(-(part.bottom - top) // step) + 1
        size = (right - x) * step, (bottom - y) * step
        fine = cv2.resize(self._coarse[y:bottom, x:right], size, interpolation=cv2.INTER_LINEAR)
        within = part._replace(x=part.x - left - x * step, y=part.y - top - y * step)
        return np.asarray(fine, np.uint16)[within.slices]


class Capsule:
    """All pixels around a segment of one radius."""

    def __init__(self, a: Knot, b: Knot, brush: Brush) -> None:
        sized = brush.of_radius(a.radius)
        self._a, self._b = a, b
        self._length = math.hypot(b.x - a.x, b.y - a.y)
        self._core, self._rim = sized.core, sized.rim
        self.box = _around(a, b, sized.rim)
        self.width = sized.rim - sized.core

    def meets(self, tile: Rect) -> Meeting:
        a, b = self._a, self._b
        x, y = tile.x + TILE / 2, tile.y + TILE / 2
        distance = _distance((x, y), a, b)
        if distance > self._rim + _HALF_DIAGONAL:
            return Meeting.NOTHING
        if self._length:
            # What lies behind the start is no nearer to the piece than to the start
            ux, uy = (b.x - a.x) / self._length, (b.y - a.y) / self._length
            if (x - a.x) * ux + (y - a.y) * uy <= -TILE / 2 * (abs(ux) + abs(uy)):
                return Meeting.NOTHING
        filled = distance <= self._core and _farthest_corner(tile, a, b) <= self._core
        return Meeting.ALL if filled else Meeting.PART

    def codes(self, part: Rect, step: int) -> Strength:
        a, b, length = self._a, self._b, self._length
        xs, ys = centres(part, step)
        if length == 0:
            return depth_codes(_roots(xs - b.x, ys - b.y), self._rim, self.width)
        # Along and across the segment, from its middle: the distance along counts only beyond the ends
        ux, uy = (b.x - a.x) / length, (b.y - a.y) / length
        along = plane(xs - (a.x + b.x) / 2, ys - (a.y + b.y) / 2, ux, uy)
        across = plane(xs - (a.x + b.x) / 2, ys - (a.y + b.y) / 2, -uy, ux)
        np.abs(along, out=along)
        along -= np.float32(length / 2)
        np.maximum(along, 0, out=along)
        distance = np.asarray(cv2.magnitude(along, across, across), np.float32)
        return depth_codes(distance, self._rim, self.width)


class Cone:
    """All pixels around a segment whose radius grows evenly from its small end to its large end.

    A pixel at the distance d(t) from the place t of the segment, where the brush reaches R(t) = R0 + R1 t and
    its rim is W(t) = W0 + W1 t wide, lies v = (R - d) / W deep in it. v has one greatest value: its slope has the
    sign of K d - s W(x) + W1 y², where (x, y) is the pixel along and across the segment, s = t - x and
    K = R1 W0 - R0 W1. With W(x) > K that is zero at
    s = (W(x) W1 y² + K |y| √(W1² y² + W(x)² - K²)) / (W(x)² - K²), and otherwise v rises up to the large end.
    """

    def __init__(self, a: Knot, b: Knot, brush: Brush) -> None:
        small, large = (a, b) if a.radius < b.radius else (b, a)
        thin, wide = brush.of_radius(small.radius), brush.of_radius(large.radius)
        self._small, self._large, self._thin, self._wide = small, large, thin, wide
        self.box = _around(small, large, wide.rim)
        self.width = thin.rim - thin.core

    def meets(self, tile: Rect) -> Meeting:
        small, large = self._small, self._large
        distance = _distance((tile.x + TILE / 2, tile.y + TILE / 2), small, large)
        if distance > self._wide.rim + _HALF_DIAGONAL:
            return Meeting.NOTHING
        if distance > self._wide.core:
            return Meeting.PART
        filled = _farthest_corner(tile, small, large) <= self._thin.core
        filled = filled or _farthest_corner(tile, large, large) <= self._wide.core
        return Meeting.ALL if filled else Meeting.PART

    def codes(self, part: Rect, step: int) -> Strength:
        small, large = self._small, self._large
        length = math.hypot(large.x - small.x, large.y - small.y)
        xs, ys = centres(part, step)
        if length <= _STILL:  # the pen was pressed harder in place
            distance = _roots(xs - large.x, ys - large.y)
            return depth_codes(distance, self._wide.rim, self._wide.rim - self._wide.core)
        ux, uy = (large.x - small.x) / length, (large.y - small.y) / length
        along = plane(xs - small.x, ys - small.y, ux, uy)
        across = plane(xs - small.x, ys - small.y, -uy, ux)
        np.square(across, out=across)
        reach0, width0 = self._thin.rim, self.width
        reach1 = (self._wide.rim - reach0) / length
        width1 = (self._wide.rim - self._wide.core - width0) / length
        place = _deepest(along, across, (reach0, reach1), (width0, width1))
        np.clip(place, 0, np.float32(length), out=place)
        along -= place
        along *= along
        along += across
        distance = np.asarray(cv2.sqrt(along, along), np.float32)
        reach = place * np.float32(reach1)
        reach += np.float32(reach0)
        if width1 == 0:
            distance -= reach
            return depth_codes(distance, 0.0, width0)
        width = place
        width *= np.float32(width1)
        width += np.float32(width0)
        reach -= distance
        reach /= width
        strength = shaped(reach, width)
        strength *= np.float32(FULL_STRENGTH)
        strength += np.float32(0.5)
        return strength.astype(np.uint16)


def _deepest(along: Floats, squared: Floats, reach: tuple[float, float], width: tuple[float, float]) -> Floats:
    """Where along the segment a pixel lies deepest, see `Cone`; maybe beyond the ends. `squared`: of across."""
    (reach0, reach1), (width0, width1) = reach, width
    k = reach1 * width0 - reach0 * width1
    if width1 == 0:
        if width0 <= k:
            return np.full_like(along, np.inf)
        place = np.asarray(cv2.sqrt(squared), np.float32)
        place *= np.float32(k / math.sqrt(width0 * width0 - k * k))
        place += along
        return place
    foot = along * np.float32(width1)
    foot += np.float32(width0)
    below = foot * foot
    below -= np.float32(k * k)
    root = squared * np.float32(width1 * width1)
    root += below
    root *= squared
    np.maximum(root, 0, out=root)
    np.sqrt(root, out=root)
    root *= np.float32(k)
    shift = foot * np.float32(width1)
    shift *= squared
    shift += root
    inside = (foot > k) & (below > 0)
    place = np.full_like(along, np.inf)
    np.divide(shift, below, out=place, where=inside)
    place += along
    return place


def evenly_changing(start: Knot, end: Knot, hardness: float) -> Iterator[tuple[Knot, Knot]]:
    """The segment, cut where its soft rim ceases to be the thinnest there is, for only then does it grow evenly."""
    low, high = sorted((start.radius, end.radius))
    bend = 0.5 / (1 - hardness) if hardness < 1 else math.inf  # see `Brush.core`
    if not low < bend < high:
        yield start, end
        return
    middle = between(start, end, (bend - start.radius) / (end.radius - start.radius))
    yield start, middle
    yield middle, end


def depth_codes(distance: Floats, rim: float, width: float) -> Strength:
    """Codes of `Brush.strength` at these distances, for a soft rim of `width` pixels that ends at `rim`."""
    scale = FULL_STRENGTH / width
    # One pass that scales, rounds and clips
    linear = np.asarray(cv2.addWeighted(distance, -scale, distance, 0.0, rim * scale, dtype=cv2.CV_16U), np.uint16)
    if width <= 1:
        return linear
    smooth: Strength = _smooth_codes().take(linear)
    if width >= 2:
        return smooth
    return np.asarray(cv2.addWeighted(linear, 2 - width, smooth, width - 1, 0.0), np.uint16)


@lru_cache(maxsize=1)
def _smooth_codes() -> Strength:
    """(65536,) code of the strength at each code of the depth in a wide rim."""
    depth = np.linspace(0, 1, FULL_STRENGTH + 1).astype(np.float32)
    codes: Strength = np.rint(shaped(depth, 2.0) * np.float32(FULL_STRENGTH)).astype(np.uint16)
    return codes


def centres(part: Rect, step: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """x and y of the centres of the pixels, or of blocks of step × step."""
    xs = part.x + step / 2 + step * np.arange(part.width // step, dtype=np.float64)
    ys = part.y + step / 2 + step * np.arange(part.height // step, dtype=np.float64)
    return xs, ys


def plane(xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64], ux: float, uy: float) -> Floats:
    """(height, width) float32: x ux + y uy."""
    return np.asarray((xs * ux).astype(np.float32)[None, :] + (ys * uy).astype(np.float32)[:, None], np.float32)


def _roots(xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64]) -> Floats:
    """(height, width) float32: √(x² + y²)."""
    squared = np.square(xs).astype(np.float32)[None, :] + np.square(ys).astype(np.float32)[:, None]
    return np.asarray(cv2.sqrt(squared, squared), np.float32)


def _around(a: Knot, b: Knot, rim: float) -> Rect:
    """The pixels up to `rim` from the segment."""
    x, y = math.floor(min(a.x, b.x) - rim), math.floor(min(a.y, b.y) - rim)
    return Rect(x, y, math.ceil(max(a.x, b.x) + rim) - x, math.ceil(max(a.y, b.y) + rim) - y)


def _distance(point: Point, a: Knot, b: Knot) -> float:
    """Of the point from the segment a–b."""
    dx, dy = b.x - a.x, b.y - a.y
    squared = dx * dx + dy * dy
    px, py = point[0] - a.x, point[1] - a.y
    t = min(max((px * dx + py * dy) / squared, 0.0), 1.0) if squared > 0 else 0.0
    return math.hypot(px - t * dx, py - t * dy)


def _farthest_corner(tile: Rect, a: Knot, b: Knot) -> float:
    """Greatest distance of any pixel of a tile from the segment a–b, or a little more."""
    # The distance from a convex set is a convex function, so it is greatest at a corner
    return max(_distance((x, y), a, b) for x in (tile.x, tile.right) for y in (tile.y, tile.bottom))


def shares_inside(start: Knot, end: Knot, rect: Rect) -> tuple[float, float] | None:
    """From which share 0..1 of the way to which the segment lies in the rectangle; None where it does nowhere.

    What lies outside a rectangle grown by the brush's reach cannot touch a pixel inside the rectangle.
    Source: Liang and Barsky, 1984.
    """
    low, high = 0.0, 1.0
    for origin, delta, first, last in (
        (start.x, end.x - start.x, rect.x, rect.right),
        (start.y, end.y - start.y, rect.y, rect.bottom),
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
    return low, high


def between(start: Knot, end: Knot, share: float) -> Knot:
    """The knot at a share 0..1 of the way; the ends come back exactly."""
    if share in (0, 1):
        return end if share else start
    return Knot(*(a + share * (b - a) for a, b in zip(start, end, strict=True)))
