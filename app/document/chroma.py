"""Small chroma brought up to the photo: the network answers at 256 pixels, the artist sees every leaf edged.

Around each network pixel the answer is modelled as a straight line on lightness, ab = A·L + b (the local
linear model of the guided filter: He, Sun and Tang 2013, section 3). It is fitted where the answer was
made, at network size: there lightness and chroma have been averaged alike, so A is not biased by the photo's
fine detail. The line then carries the photo's own edges into the enlarged answer:

    ab(x) = enlarged(ab) + A · (L(x) - enlarged(L)),   so   b = enlarged(ab) - A · enlarged(L)

Where A is 0 this is plain bicubic enlargement: the filter itself blurs nothing, and averaged back to network
size the picture is the answer again. Every mean is weighted by the support, so the emptiness beside a mask
never greys its rim.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.geometry import TILE, Rect, level_size
from app.document.space import Floats

GUIDE_LONG_SIDE = 1024
"""Longer side, in cells, of the lightness that guides :func:`fit` and of the coefficients it returns."""

RADIUS = 1
"""Half width of a window in *network* pixels: 3 x 3, one and a half network pixels around the point."""

EPS = 16.0
"""Squared L* below which contrast counts as grain: an edge of 8 L* carries half its colour (8² / 4 = 16).

With grain of 2 L* on the photo, 16 gave the smallest error against true colours on six test photos; less
lets the grain speckle the chroma, more blurs the edges.
"""

STEEPEST = 1.5
"""Greatest length of A = (A_a, A_b), in a*b* per L*: grain never becomes confetti."""

ROOM = 2.0
"""a*b* units by which the line may pass the colours of the nearest network pixels: no edge gets a halo."""

SUPPORT_MARGIN = 2
"""Network pixels by which support reaches beyond the painted presence; enlargement looks two pixels far."""

_OLD_MEETS_NEW = (
    (1.5, 8.0),
    (3.0, 2.0),
    (6.0, 1.0),
)  # sigma in network pixels, weight: near differences count most
_FADE = 18.0  # network pixels from the old colour at which its influence on the new has ended


@dataclass(frozen=True, eq=False)
class Chroma:
    """One answer of the network.

    ab: (2, h, w) float16, CIE a*b* in ±128, at network size. support: (h, w) uint8, 1 where ab has a meaning.
    """

    ab: NDArray[np.float16]
    support: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.ab.ndim != 3 or self.ab.shape != (2, *self.support.shape):
            raise ValueError(f"ab {self.ab.shape} and support {self.support.shape} do not belong together")
        self.ab.flags.writeable = False
        self.support.flags.writeable = False

    @classmethod
    def of(cls, ab: NDArray[np.floating], support: NDArray[np.uint8]) -> Chroma:
        """From (2, h, w) a*b* of any float type: limited to ±128, zero (also for NaN) outside the support."""
        known = np.where((support > 0) & np.isfinite(ab), np.clip(ab, -128.0, 128.0), 0.0)
        return cls(known.astype(np.float16), (support > 0).astype(np.uint8))


@dataclass(frozen=True, eq=False)
class Succession:
    """A field that gives the same colours as an older one outside of ``changed``, a rectangle of photo pixels."""

    older: weakref.ref[ChromaField]
    changed: Rect


@dataclass(frozen=True, eq=False)
class ChromaField:
    """Chroma as a function of lightness, for any pixel of the photo at any mip level.

    coefficients: (gh, gw, 4) float32, A_a, A_b, b_a, b_b per guide cell. photo_size: (H, W) of the photo.
    limits: (h, w, 4) float32 at network size, least a*, least b*, greatest a*, greatest b* that the line may
    reach there; None sets no limit but ±128. succeeds: the field this one differs from in a part only, so that
    what was drawn of the rest can be kept.
    """

    coefficients: Floats
    photo_size: tuple[int, int]
    limits: Floats | None = None
    succeeds: Succession | None = None

    def __post_init__(self) -> None:
        self.coefficients.flags.writeable = False
        if self.limits is not None:
            self.limits.flags.writeable = False

    def evaluate_tile(self, lightness: Floats, level: int, ty: int, tx: int) -> Floats:
        """(h, w, 2) float32 a*b* in ±128 of tile (ty, tx) at a mip level, from its (h, w) L*.

        Every pixel depends on its own place and lightness alone; neighbouring tiles meet exactly.
        """
        origin = (ty * TILE, tx * TILE)
        # Plane after plane: each fits the processor's cache, and numpy is slow where the last axis is short.
        line = self._sampled(self._grid(level), lightness.shape, level, origin)
        ab = line[:2]
        ab *= lightness
        ab += line[2:]
        if self.limits is not None:
            limits = self._sampled(self.limits, lightness.shape, level, origin)
            np.maximum(ab, limits[:2], out=ab)
            np.minimum(ab, limits[2:], out=ab)
        return np.moveaxis(np.clip(ab, -128.0, 128.0, out=ab), 0, 2)

    def _sampled(self, grid: Floats, shape: tuple[int, ...], level: int, origin: tuple[int, int]) -> Floats:
        """(4, h, w): a grid over the whole photo, bilinearly at each pixel's centre."""
        rows, below, fy = _taps(origin[0], shape[0], level, self.photo_size[0], grid.shape[0])
        columns, right, fx = _taps(origin[1], shape[1], level, self.photo_size[1], grid.shape[1])
        near = np.moveaxis(grid[rows[0] : below[-1] + 1, columns[0] : right[-1] + 1], 2, 0)
        # Along the few rows of cells first: what is then done for every pixel copies whole rows.
        wide = near[:, :, columns - columns[0]]
        wide += (near[:, :, right - columns[0]] - wide) * fx
        sampled, further = np.empty((4, *shape), np.float32), np.empty(shape, np.float32)
        for plane, cells in zip(sampled, wide, strict=True):
            cells.take(rows - rows[0], axis=0, out=plane, mode="clip")  # any mode but "raise" writes straight to out
            cells.take(below - rows[0], axis=0, out=further, mode="clip")
            further -= plane
            further *= fy[:, None]
            plane += further
        return sampled

    def _grid(self, level: int) -> Floats:
        """The coefficients, averaged over each pixel of the level where a pixel spans more than one cell.

        The average must be over the pixel and no more: a blurred b beside a sharp L would be false detail.
        """
        if level not in self._averaged:
            height, width = level_size(*self.photo_size, level)
            cells = self.coefficients.shape
            if level and cells[0] > height and cells[1] > width:
                grid = cv2.resize(self.coefficients, (width, height), interpolation=cv2.INTER_AREA)
                self._averaged[level] = np.asarray(grid, np.float32)
            else:
                self._averaged[level] = self.coefficients
        return self._averaged[level]

    @cached_property
    def _averaged(self) -> dict[int, Floats]:
        return {}


def support_of(presence: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w) {0, 1}: where the network is asked for chroma, the mask's presence and a margin around it."""
    side = 2 * SUPPORT_MARGIN + 1
    return np.asarray(cv2.dilate(presence, np.ones((side, side), np.uint8)), np.uint8)


def fit(
    chroma: Chroma,
    guide_L: Floats,
    photo_size: tuple[int, int],
    *,
    radius: int = RADIUS,
    eps: float = EPS,
    fallback: ChromaField | None = None,
) -> ChromaField:
    """The field of an answer.

    guide_L: (gh, gw) float32 L*, ``photo.lightness_at(GUIDE_LONG_SIDE)``. photo_size: (H, W).
    radius: half width of the windows in network pixels. eps: see :data:`EPS`, squared L*.
    fallback: a field of the same sizes that holds where no window meets the support, from one network pixel
    further out (without one it is grey there); everywhere else the result does not depend on it.
    """
    size = chroma.support.shape
    support = chroma.support.astype(np.float32)
    lightness = _resized(guide_L, size, cv2.INTER_AREA)
    slopes, means, reached = _local_lines(chroma.ab.astype(np.float32), support, lightness, radius, eps)
    ab = np.where(chroma.support > 0, chroma.ab.astype(np.float32), means)
    planes = np.concatenate([ab, slopes, _limits(ab, reached)])
    ab, slopes, least, most = _spread(planes, reached, rings=3).reshape(4, 2, *size)

    coefficients = np.empty((*guide_L.shape, 4), np.float32)
    grey = _enlarged(lightness, guide_L.shape)
    for channel in range(2):
        slope = _resized(slopes[channel], guide_L.shape, cv2.INTER_LINEAR)
        coefficients[:, :, channel] = slope
        coefficients[:, :, 2 + channel] = _enlarged(ab[channel], guide_L.shape) - slope * grey
    limits = np.ascontiguousarray(np.moveaxis(np.concatenate([least, most]), 0, 2))
    if not reached.all():
        # The limits change hands one ring further out, so that no pixel of the answer is sampled across.
        _beyond(coefficients, reached, 1, None if fallback is None else fallback.coefficients)
        _beyond(limits, reached, 2, None if fallback is None else fallback.limits)
    return ChromaField(coefficients, photo_size, limits)


def merge(old: Chroma | None, new: Chroma) -> Chroma:
    """Painted colour stays: ``old`` where it has support, bit for bit; beyond it ``new``, shifted to meet it.

    The shift is the difference old - new carried outward by a normalised kernel (near differences weigh
    most), fading to nothing 18 network pixels away. Both answers must be of one size.
    """
    if old is None or not old.support.any():
        return new
    if old.support.shape != new.support.shape:
        raise ValueError(f"answers of {old.support.shape} and {new.support.shape} pixels do not merge")
    both = (old.support & new.support).astype(np.float32)
    fresh = new.ab.astype(np.float32)
    difference = (old.ab.astype(np.float32) - fresh) * both
    distance = cv2.distanceTransform((both == 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    fade = 0.5 + 0.5 * np.cos(np.pi * np.minimum(np.asarray(distance, np.float32) / _FADE, 1.0))
    weight = _carried(both)
    shift = np.stack([_carried(plane) for plane in difference]) / np.maximum(weight, 1e-12)
    met = np.clip(fresh + np.where(weight > 1e-9, shift * fade, 0.0), -128.0, 128.0).astype(np.float16)
    support = old.support | new.support
    return Chroma(np.where(old.support > 0, old.ab, np.where(support > 0, met, np.float16(0))), support)


def _local_lines(
    ab: Floats, support: Floats, lightness: Floats, radius: int, eps: float
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Slopes (2, h, w) and mean ab (2, h, w) averaged over windows; (h, w) where these reach support."""

    def total(plane: Floats) -> Floats:
        side = 2 * radius + 1
        sums = cv2.boxFilter(plane, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(sums, np.float32)

    count = total(support)
    per_window = np.where(count > 0.5, 1.0 / np.maximum(count, 1.0), 0.0).astype(np.float32)
    windows = total(count)
    reached = windows > 0.5
    per_mean = np.where(reached, 1.0 / np.maximum(windows, 1.0), 0.0).astype(np.float32)
    # About their own mean the squares stay small: float32 keeps the variance of even a faint texture.
    relative = lightness - np.float32(lightness.mean())
    mean_L = total(relative * support) * per_window
    variance = np.maximum(total(relative * relative * support) * per_window - mean_L * mean_L, 0.0)
    slopes, means = np.empty_like(ab), np.empty_like(ab)
    for channel, plane in enumerate(ab):
        mean = total(plane * support) * per_window
        covariance = total(plane * relative * support) * per_window - mean * mean_L
        slopes[channel] = total(count * covariance / (variance + np.float32(eps))) * per_mean
        means[channel] = total(count * mean) * per_mean
    length = np.hypot(slopes[0], slopes[1])
    slopes *= np.minimum(1.0, np.float32(STEEPEST) / np.maximum(length, np.float32(STEEPEST)))
    return slopes, means, reached


def _spread(planes: Floats, known: NDArray[np.bool_], rings: int) -> Floats:
    """Planes (n, h, w) carried outward: each ring of unknown pixels takes the mean of its neighbours."""
    weight = known.astype(np.float32)
    for _ in range(rings):
        if weight.all():
            break
        count = cv2.boxFilter(weight, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        ring = (weight == 0) & (np.asarray(count) > 0.5)
        for plane in planes:
            sums = cv2.boxFilter(plane * weight, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
            plane[ring] = np.asarray(sums)[ring] / np.asarray(count)[ring]
        weight[ring] = 1.0
    return planes


def _limits(ab: Floats, known: NDArray[np.bool_]) -> Floats:
    """(4, h, w): least a*, b* and greatest a*, b* among the known pixels next to each, and a little room."""
    box = np.ones((3, 3), np.uint8)
    least = [cv2.erode(np.where(known, plane, np.float32(999)), box) - np.float32(ROOM) for plane in ab]
    most = [cv2.dilate(np.where(known, plane, np.float32(-999)), box) + np.float32(ROOM) for plane in ab]
    return np.asarray([*least, *most], np.float32)


def _beyond(grid: Floats, reached: NDArray[np.bool_], rings: int, fallback: Floats | None) -> None:
    """Put the fallback, or 0, into a grid's cells further than some rings of network pixels past the reach."""
    side = 2 * rings + 1
    near = cv2.dilate(reached.astype(np.uint8), np.ones((side, side), np.uint8))
    near = cv2.resize(near, (grid.shape[1], grid.shape[0]), interpolation=cv2.INTER_NEAREST_EXACT)
    outside = np.asarray(near == 0, np.uint8)
    if fallback is not None and fallback.shape != grid.shape:
        raise ValueError(f"a fallback of {fallback.shape} does not fit {grid.shape}")
    # cv2 copies by mask many times faster than numpy's index does, and this runs at every answer.
    cv2.copyTo(np.zeros_like(grid) if fallback is None else fallback, outside, grid)


def _enlarged(plane: Floats, size: tuple[int, ...]) -> Floats:
    """Bicubic at a new size, kept between the four samples around each point: crisp, yet no halo anywhere.

    Lightness and chroma are limited alike, so where one is a straight line on the other it remains so.
    """
    cubic = _resized(plane, size, cv2.INTER_CUBIC)
    rows, _, _ = _taps(0, size[0], 0, size[0], plane.shape[0])
    columns, _, _ = _taps(0, size[1], 0, size[1], plane.shape[1])
    for extreme, keep in ((np.minimum, np.maximum), (np.maximum, np.minimum)):
        corners = extreme(plane, np.concatenate([plane[1:], plane[-1:]]))
        corners = extreme(corners, np.concatenate([corners[:, 1:], corners[:, -1:]], axis=1))
        keep(cubic, corners.take(columns, axis=1)[rows], out=cubic)
    return cubic


def _taps(
    start: int, count: int, level: int, whole: int, cells: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """The two cells around each pixel centre of a mip level along one axis, and the second's share."""
    centre = (np.arange(start, start + count) + 0.5) * (2.0**level * cells / whole) - 0.5
    centre = np.clip(centre, 0.0, cells - 1.0)
    first = np.floor(centre).astype(np.intp)
    return first, np.minimum(first + 1, cells - 1), (centre - first).astype(np.float32)


def _resized(plane: Floats, size: tuple[int, ...], interpolation: int) -> Floats:
    resized = cv2.resize(plane, (size[1], size[0]), interpolation=interpolation)
    return np.asarray(resized, np.float32)


def _carried(plane: Floats) -> Floats:
    """A sum of Gaussians whose narrow ones weigh most."""
    total = np.zeros_like(plane)
    for sigma, weight in _OLD_MEETS_NEW:
        blurred = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
        total += np.float32(weight) * np.asarray(blurred, np.float32)
    return total
