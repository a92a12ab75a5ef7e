"""The tip of a brush that lays dabs: what a single dab looks like."""

from __future__ import annotations

import math

import numpy as np

from app.document.brush import SMALLEST_RADIUS, Brush, shaped
from app.document.geometry import Point, Rect
from app.document.segment import Capsule, Knot, Meeting, Piece, Raster, centres, plane
from app.document.strength import FULL_STRENGTH, Strength

LARGEST_STAMP = 512.0
"""Radius in photo pixels up to which a tip is kept whole: 2 MB."""


class Ellipse:
    """An elliptical tip: the profile of `Brush.strength` along every normal, with a rim one pixel wide at least.

    At a pixel, q is the size of the ellipse through it in units of the tip's and g = 1 / |grad q| the radius that a
    round tip would have there; the pixel takes what that tip paints at the distance q g.
    """

    def __init__(self, knot: Knot, brush: Brush) -> None:
        self._knot = knot
        self._long = knot.radius
        self._short = max(SMALLEST_RADIUS, knot.radius * brush.roundness)
        self._turn = math.radians(brush.angle)
        self._hardness = brush.hardness
        self.width = max(self._short * (1 - brush.hardness) + 0.5, 1.0)
        self._inner = Capsule(knot._replace(radius=self._short), knot._replace(radius=self._short), brush)
        self._outer = Capsule(knot, knot, brush)
        self.box = self._outer.box

    def meets(self, tile: Rect) -> Meeting:
        if self._inner.meets(tile) is Meeting.ALL:
            return Meeting.ALL
        return Meeting.NOTHING if self._outer.meets(tile) is Meeting.NOTHING else Meeting.PART

    def codes(self, part: Rect, step: int) -> Strength:
        xs, ys = centres(part, step)
        xs, ys = xs - self._knot.x, ys - self._knot.y
        cos, sin = math.cos(self._turn), math.sin(self._turn)
        u = plane(xs, ys, cos / self._long, sin / self._long)
        v = plane(xs, ys, -sin / self._short, cos / self._short)
        u *= u
        u += np.float32(1e-12)  # the middle itself has no direction
        v *= v
        squared = u + v  # q²
        u *= np.float32(1 / self._long**2)
        v *= np.float32(1 / self._short**2)
        u += v
        steepness = np.sqrt(u, out=u)  # q |grad q|
        g = np.sqrt(squared)
        g /= steepness
        distance = squared
        distance /= steepness
        width = np.maximum(g * np.float32(1 - self._hardness) + np.float32(0.5), np.float32(1))
        g += np.float32(0.5)
        g -= distance
        g /= width
        strength = shaped(g, width)
        strength *= np.float32(FULL_STRENGTH)
        strength += np.float32(0.5)
        return strength.astype(np.uint16)


class Stamps:
    """The tips of a stroke's dabs: as long as the radius stays the same, each is computed once per phase.

    A dab's middle is rounded to 1/8 photo pixel, for large tips to the power of two below 1/250 of the radius but to
    no more than a pixel; nobody sees it, and few phases are left.
    """

    def __init__(self, brush: Brush) -> None:
        self._brush = brush
        self._radius = 0.0
        self._known: dict[Point, Stamp] = {}

    def at(self, knot: Knot) -> tuple[Stamp, int, int]:
        """The stamp for a dab, and the photo pixel where its own (0, 0) goes."""
        if knot.radius != self._radius:
            self._known.clear()
            self._radius = knot.radius
        grid = 2.0 ** min(max(math.floor(math.log2(knot.radius / 250)), -3), 0)
        x, y = round(knot.x / grid) * grid, round(knot.y / grid) * grid
        left, top = math.floor(x), math.floor(y)
        phase = x - left, y - top
        stamp = self._known.get(phase)
        if stamp is None:
            stamp = self._known[phase] = Stamp(Knot(*phase, knot.radius), self._brush)
        return stamp, left, top


class Stamp:
    """One tip around a point of the photo pixel (0, 0). Small ones are kept whole, large ones computed in part."""

    def __init__(self, knot: Knot, brush: Brush) -> None:
        self.piece: Piece = Ellipse(knot, brush) if brush.roundness < 1 else Capsule(knot, knot, brush)
        self._raster = Raster(self.piece)
        self._whole = self._raster.codes(self.piece.box) if knot.radius <= LARGEST_STAMP else None

    def codes(self, part: Rect) -> Strength:
        """(height, width) of a part of the piece's box."""
        if self._whole is None:
            return self._raster.codes(part)
        return self._whole[part._replace(x=part.x - self.piece.box.x, y=part.y - self.piece.box.y).slices]
