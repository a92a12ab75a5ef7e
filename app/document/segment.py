"""One piece of a stroke's path: how strongly the brush paints around it, pixel by pixel.

A piece with one radius is a capsule. One whose radius changes evenly is a cone with round ends, and each pixel
takes the place of the path at which it lies deepest in the brush; both are exact, no dabs are laid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from app.document.brush import Brush, Floats, shaped
from app.document.geometry import TILE, Point, Rect

Strength = npt.NDArray[np.uint16]
Knot = tuple[float, float, float]
"""A point of the path: x, y, radius in photo pixels."""

FULL_STRENGTH = 65535
_COARSE = 4  # wide soft rims are computed at every 4th pixel and interpolated …
_COARSE_RIM = 96.0  # … from this width on: the error, 5.8 / 96² · 4² / 8 of full strength, is 0.33 code


_STILL = 1e-3
"""A pen that moved by no more photo pixels than this has only been pressed harder; slopes would overflow."""


class Piece(Protocol):
    """rim: photo pixels from the path beyond which nothing is painted; width: of the narrowest soft rim on it."""

    rim: float
    width: float

    def fills_tile(self) -> bool:
        """Whether every pixel of the tile certainly gets full strength; False may err."""

    def strength(self, part: Rect, step: int) -> Floats:
        """(height / step, width / step) 0..1 at pixel centres of `part`, or at those of blocks of step × step."""


def piece_of(a: Knot, b: Knot, brush: Brush) -> Piece:
    """The brush's piece from a to b, in pixels of a tile. Between radii that differ, `evenly_changing` cuts it."""
    return Capsule(a, b, brush) if a[2] == b[2] else Cone(a, b, brush)


def codes_of(piece: Piece, part: Rect) -> Strength:
    """The piece's strength in `part` of a tile, as 16-bit codes."""
    return _interpolated(part, piece) if piece.width >= _COARSE_RIM else _codes(piece.strength(part, 1))


class Capsule:
    """All pixels around a segment of one radius."""

    def __init__(self, a: Knot, b: Knot, brush: Brush) -> None:
        self._a, self._b, self._brush = (a[0], a[1]), (b[0], b[1]), brush.of_radius(a[2])
        self.rim = self._brush.rim
        self.width = self._brush.rim - self._brush.core

    def fills_tile(self) -> bool:
        return _farthest_corner(self._a, self._b) <= self._brush.core

    def strength(self, part: Rect, step: int) -> Floats:
        return self._brush.strength(_distances(part, self._a, self._b, step))


class Cone:
    """All pixels around a segment whose radius grows evenly from its small end to its large end.

    At the place t of the segment (pixels from the small end) the brush reaches R(t) = R0 + R1 t, its soft rim is
    W(t) = W0 + W1 t wide, and a pixel at the distance d(t) lies v = (R - d) / W deep in it. v has one greatest
    value: its slope has the sign of K d - s W(x) + W1 y², where (x, y) is the pixel along and across the segment,
    s = t - x and K = R1 W0 - R0 W1. With W(x) > K that is zero at
    s = (W(x) W1 y² + K |y| √(W1² y² + W(x)² - K²)) / (W(x)² - K²), and otherwise v rises up to the large end.
    """

    def __init__(self, a: Knot, b: Knot, brush: Brush) -> None:
        small, large = (a, b) if a[2] < b[2] else (b, a)
        thin, wide = brush.of_radius(small[2]), brush.of_radius(large[2])
        self._small, self._large, self._thin, self._wide = small, large, thin, wide
        self.rim = wide.rim
        self.width = thin.rim - thin.core

    def fills_tile(self) -> bool:
        small, large = self._small[:2], self._large[:2]
        if _farthest_corner(small, large) <= self._thin.core:
            return True
        return _farthest_corner(large, large) <= self._wide.core

    def strength(self, part: Rect, step: int) -> Floats:
        (ax, ay, _), (bx, by, _) = self._small, self._large
        length = math.hypot(bx - ax, by - ay)
        if length <= _STILL:  # the pen was pressed harder in place
            return self._wide.strength(_distances(part, (bx, by), (bx, by), step))
        xs, ys = _centres(part, step)
        ux, uy = (bx - ax) / length, (by - ay) / length
        along = ((xs - ax) * ux).astype(np.float32)[None, :] + ((ys - ay) * uy).astype(np.float32)[:, None]
        across = ((xs - ax) * -uy).astype(np.float32)[None, :] + ((ys - ay) * ux).astype(np.float32)[:, None]
        np.square(across, out=across)
        reach0, width0 = self._thin.rim, self.width
        reach1 = (self._wide.rim - reach0) / length
        width1 = (self._wide.rim - self._wide.core - width0) / length
        k = reach1 * width0 - reach0 * width1
        foot = width0 + np.float32(width1) * along
        below = foot * foot - np.float32(k * k)
        root = np.sqrt(np.maximum(np.float32(width1 * width1) * across * across + across * below, 0))
        shift = foot * np.float32(width1) * across + np.float32(k) * root
        inside = (foot > k) & (below > 0)
        place = np.full_like(along, np.float32(length))
        np.divide(shift, below, out=place, where=inside)
        np.add(place, along, out=place, where=inside)
        np.clip(place, 0, np.float32(length), out=place)
        along -= place
        along *= along
        along += across
        distance = np.sqrt(along, out=along)
        reach = np.float32(reach0) + np.float32(reach1) * place
        width = np.float32(width0) + np.float32(width1) * place
        return shaped((reach - distance) / width, width)


def evenly_changing(start: Knot, end: Knot, hardness: float) -> Iterator[tuple[Knot, Knot]]:
    """The segment, cut where its soft rim ceases to be the thinnest there is, for only then does it grow evenly."""
    low, high = sorted((start[2], end[2]))
    bend = 0.5 / (1 - hardness) if hardness < 1 else math.inf  # see `Brush.core`
    if not low < bend < high:
        yield start, end
        return
    middle = _between(start, end, (bend - start[2]) / (end[2] - start[2]))
    yield start, middle
    yield middle, end


def _codes(strength: Floats) -> Strength:
    """16-bit codes of strengths 0..1, rounded."""
    strength *= np.float32(FULL_STRENGTH)
    strength += np.float32(0.5)
    return strength.astype(np.uint16)


def _centres(part: Rect, step: int) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """x and y of the centres of the pixels, or of blocks of step × step."""
    xs = part.x + step / 2 + step * np.arange(part.width // step)
    ys = part.y + step / 2 + step * np.arange(part.height // step)
    return xs, ys


def _distances(part: Rect, a: Point, b: Point, step: int) -> Floats:
    """(height / step, width / step) float32: distance of pixel centres from the segment a–b.

    With a step, of the centres of blocks of step × step pixels.
    """
    xs, ys = (centres.astype(np.float32) for centres in _centres(part, step))
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


def _interpolated(part: Rect, piece: Piece) -> Strength:
    """Strength of a wide soft rim over `part`, from every 4th pixel down and across."""
    x, y = part.x // _COARSE * _COARSE, part.y // _COARSE * _COARSE
    width = -(-part.right // _COARSE) * _COARSE - x
    height = -(-part.bottom // _COARSE) * _COARSE - y
    grown = Rect(x - _COARSE, y - _COARSE, width + 2 * _COARSE, height + 2 * _COARSE)  # a margin to lean on
    coarse = _codes(piece.strength(grown, _COARSE))
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


def clipped(start: Knot, end: Knot, rect: Rect) -> tuple[Knot, Knot] | None:
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
    return _between(start, end, low), _between(start, end, high)


def _between(start: Knot, end: Knot, share: float) -> Knot:
    """The knot at a share 0..1 of the way; the ends come back exactly."""
    if share in (0, 1):
        return end if share else start
    x, y, radius = (a + share * (b - a) for a, b in zip(start, end, strict=True))
    return x, y, radius
