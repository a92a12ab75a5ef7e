"""The edge-aware brush: which part of a dab belongs to the region of the photo under its centre.

A pixel belongs to it where its lightness is near the centre's and where it hangs together with the centre inside
the dab. Wide dabs look at a smaller level of the photo.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import Rect
from app.document.photo import Photo
from app.document.strength import FULL_STRENGTH, Strength

Bytes = npt.NDArray[np.uint8]

STRICTEST, LOOSEST = 6.0, 48.0
"""L* from the centre's that still wholly belongs to its region, at full strength and at hardly any."""
MOST_PIXELS = 192
"""Longest side, in pixels of the level that is looked at, of what a dab covers."""
CORE = 0.08
"""Share of the radius within which the centre's lightness is the median."""
FINEST = 2.0
"""Radius in pixels of the level below which every single pixel counts; from four times it on, grain hardly does."""
_CODES_PER_LIGHTNESS = 2.55


class Region(NamedTuple):
    """The weight of each pixel around one dab. weights: (h, w) 16-bit codes at `level`, of which (0, 0) is at x, y."""

    weights: Strength
    x: int
    y: int
    level: int

    def codes(self, part: Rect) -> Strength:
        """(height, width) 0..65535 for the photo pixels of `part`; beyond what was looked at, the nearest's."""
        size = 1 << self.level
        seen = part.scaled_out(self.level).grown(1)  # a margin to lean on
        rows = np.clip(np.arange(seen.y, seen.bottom) - self.y, 0, self.weights.shape[0] - 1)
        columns = np.clip(np.arange(seen.x, seen.right) - self.x, 0, self.weights.shape[1] - 1)
        near = self.weights[rows[:, None], columns[None, :]]
        if self.level:
            whole = (seen.width * size, seen.height * size)
            near = np.asarray(cv2.resize(near, whole, interpolation=cv2.INTER_LINEAR), np.uint16)
        return near[part._replace(x=part.x - seen.x * size, y=part.y - seen.y * size).slices]


class EdgeAware:
    """Finds the regions of a photo for dabs of one stroke. strength: above 0 (keeps to broad regions) .. 1 (strict)."""

    def __init__(self, photo: Photo, strength: float) -> None:
        self._photo = photo
        self._tolerance = STRICTEST * (LOOSEST / STRICTEST) ** (1 - strength)
        self._lightness = np.rint(
            photo.space.lightness_of_codes(np.arange(1 << photo.bits).astype(photo.dtype)) * _CODES_PER_LIGHTNESS
        ).astype(np.uint8)

    def region(self, x: float, y: float, radius: float) -> Region:
        """The region under a dab around the point (x, y), all in photo pixels.

        A centre outside the photo stands for the photo's pixel nearest to it.
        """
        level = max(0, math.ceil(math.log2((2 * radius + 4) / MOST_PIXELS)))
        size = 1 << level
        codes = self._photo.grey_level(level)
        height, width = codes.shape
        x, y = min(max(x, 0.0), self._photo.width - 0.5), min(max(y, 0.0), self._photo.height - 0.5)
        reach = math.ceil(radius + 2)
        left, top = math.floor(x) - reach, math.floor(y) - reach
        box = Rect(left, top, 2 * reach + 1, 2 * reach + 1).scaled_out(level).clip(height, width)
        lightness = _calmed(self._lightness.take(codes[box.slices]), radius / size)
        centre = (x / size - box.x, y / size - box.y)
        return Region(_weights(lightness, centre, radius / size, self._tolerance), box.x, box.y, level)


def _calmed(lightness: Bytes, radius: float) -> Bytes:
    """Without most of its grain, edges kept; the finest brushes see every pixel."""
    if radius < FINEST:
        return lightness
    return np.asarray(cv2.medianBlur(lightness, 3 if radius < 4 * FINEST else 5), np.uint8)


def _weights(lightness: Bytes, centre: tuple[float, float], radius: float, tolerance: float) -> Strength:
    """Weights of the pixels around `centre`, (x, y) in the array's own pixels."""
    cx, cy = int(centre[0]), int(centre[1])
    core = max(1, round(CORE * radius))
    around = (slice(max(cy - core, 0), cy + core + 1), slice(max(cx - core, 0), cx + core + 1))
    middle = float(np.median(lightness[around]))
    near = _nearness(middle, tolerance).take(lightness)
    alike = (near >= _HALF).view(np.uint8)
    _, labels = cv2.connectedComponents(alike, connectivity=4, ltype=cv2.CV_16U)
    found = np.bincount(labels[around].ravel())
    found[0] = 0  # what is not alike
    inside = (labels == found.argmax()).view(np.uint8) if found.any() else np.zeros_like(alike)
    # A fringe around it fades with the lightness
    near *= np.asarray(cv2.dilate(inside, _FRINGE), np.uint8)
    return np.asarray(cv2.GaussianBlur(near, (3, 3), 0), np.uint16) * np.uint16(FULL_STRENGTH // 255)


_HALF = 128
_FRINGE = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def _nearness(middle: float, tolerance: float) -> Bytes:
    """(256,) weight 0..255 of each lightness code: all of it within the tolerance, half at 1.5 times that."""
    away = np.abs(np.arange(256) - middle) / (tolerance * _CODES_PER_LIGHTNESS)
    share = np.clip(2 - away, 0, 1)
    weights: Bytes = np.rint(255 * share * share * (3 - 2 * share)).astype(np.uint8)
    return weights
