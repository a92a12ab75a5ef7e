"""What menus do to a whole mask or selection: grow, shrink, smooth, feather. Tiles far from an edge are shared.

Beyond the photo's border the mask goes on as it is at the border; only feather leaves out what lies there, as layers
do. All of them raise Cancelled where `progress` says that nobody wants the result any more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import TILE, tile_grid
from app.document.neighbourhood import filtered, restless, tile_of, visible
from app.document.pooling import Codes
from app.document.progress import Progress, counted
from app.document.softness import SoftMask
from app.document.tiles import EMPTY, FULL, Tile, TileKey, TileMask

Floats = npt.NDArray[np.float32]

MOST_FEATHER = 2000.0
"""Photo pixels."""
MOST_PIXELS = 500
"""Largest radius of `grow`, `shrink` and `smooth`."""

_CELL = 32
_COARSE_RADIUS = 48  # from here on it pays to look at cells first


def grow(mask: TileMask, pixels: int, progress: Progress | None = None) -> TileMask:
    """Each pixel takes the greatest coverage within `pixels` (1..500): grey-scale dilation by a disc.

    The disc holds the pixels whose centres are at most `pixels` away. A soft edge moves as it is.
    """
    return _moved(mask, pixels, _GREATEST, progress)


def shrink(mask: TileMask, pixels: int, progress: Progress | None = None) -> TileMask:
    """Each pixel takes the smallest coverage within `pixels` (1..500): what `grow` does to the inverse."""
    return _moved(mask, pixels, _SMALLEST, progress)


def smooth(mask: TileMask, pixels: int, progress: Progress | None = None) -> TileMask:
    """Round off what is smaller than `pixels` (1..500): jagged outlines become even, corners round, specks go.

    Gaussian blur with σ = `pixels` / 2, made steeper again around the middle between the smallest and the greatest
    coverage nearby, so that a hard edge ends up 1.5 pixels wide. An edge that is soft over more than `pixels` is
    blurred only, and stays soft; even partial coverage stays as it is.
    """
    _check(pixels)
    blur = _Smoothing.of(pixels / 2)
    return filtered(mask, blur.halo, blur.of_window, progress, level=blur.level)


def feather(mask: TileMask, pixels: float, progress: Progress | None = None) -> TileMask:
    """Gaussian blur with σ = `pixels` / 2 (0..2000): what a layer's feather shows, pixel for pixel, made permanent.

    So an edge becomes a ramp that is a little wider than `pixels` to either side and ends at 1.5 times that.
    """
    if not 0 <= pixels <= MOST_FEATHER:
        raise ValueError(f"a mask is feathered by 0 to {MOST_FEATHER:g} pixels, not {pixels}")
    soft = SoftMask(TileMask(mask.height, mask.width, mask.default, mask.tiles), pixels, 1.0)
    changes: dict[TileKey, Tile] = {}
    for key in counted(restless(mask, soft.reach), progress):
        inner = visible(mask, *key)
        codes = soft.coverage(0, *key)[: inner.height, : inner.width]
        if not np.array_equal(codes, mask.tile(*key).pixels[: inner.height, : inner.width]):
            changes[key] = tile_of(codes)
    return mask.with_tiles(changes)


# Grow and shrink


class _Extreme(NamedTuple):
    """Greatest or smallest: of two arrays, of the cells of one, and of what lies under a kernel."""

    of_two: Callable[..., Any]
    of_cells: Callable[..., Any]
    under: Callable[..., Any]


_GREATEST = _Extreme(cv2.max, np.max, cv2.dilate)
_SMALLEST = _Extreme(cv2.min, np.min, cv2.erode)


def _moved(mask: TileMask, pixels: int, extreme: _Extreme, progress: Progress | None) -> TileMask:
    _check(pixels)
    known = _foreseen(mask, pixels, extreme) if pixels >= _COARSE_RADIUS else None
    return filtered(mask, pixels, lambda around: _under_disc(around, pixels, extreme), progress, known)


def _under_disc(around: Codes, radius: int, extreme: _Extreme) -> Codes:
    """(h, w) uint8 from (h + 2 radius, w + 2 radius): the extreme within a disc, exactly.

    A disc is a stack of level lines. The extreme along a line of n pixels is that of two overlapping ones whose length
    is the greatest power of two up to n, and those double from one length to the next.
    """
    height, width = around.shape[0] - 2 * radius, around.shape[1] - 2 * radius
    found = around[radius : radius + height, radius : radius + width].copy()
    doubled, length = around, 1
    for dy in range(radius, -1, -1):
        half = math.isqrt(radius * radius - dy * dy)
        while 2 * length <= 2 * half + 1:
            doubled = extreme.of_two(doubled[:, :-length], doubled[:, length:])
            length *= 2
        left, right = radius - half, radius + half + 1 - length
        for top in {radius - dy, radius + dy}:
            lines = doubled[top : top + height]
            extreme.of_two(found, lines[:, left : left + width], dst=found)
            extreme.of_two(found, lines[:, right : right + width], dst=found)
    return found


def _foreseen(mask: TileMask, radius: int, extreme: _Extreme) -> dict[TileKey, Tile]:
    """The tiles that will be even, told from cells of 32 pixels without looking closer.

    What all of a cell's pixels are sure to reach bounds the result from one side, what any of them might reach from the
    other. Where the two agree, for all cells of a tile, nothing more has to be known.
    """
    rows, columns = tile_grid(mask.height, mask.width)
    side = TILE // _CELL
    cells = np.empty((rows * side, columns * side), np.uint8)
    cells[:] = mask.default.pixels[0, 0]
    for (ty, tx), tile in mask.tiles.items():
        inner = visible(mask, ty, tx)
        pixels = tile_of(tile.pixels[: inner.height, : inner.width]).pixels.reshape(side, _CELL, side, _CELL)
        cells[ty * side : (ty + 1) * side, tx * side : (tx + 1) * side] = extreme.of_cells(pixels, axis=(1, 3))
    reach = radius // _CELL + 1
    steps = _CELL * np.abs(np.arange(-reach, reach + 1))
    surely, perhaps = (
        np.hypot(*np.meshgrid(step, step)) <= radius for step in (steps + _CELL - 1, np.maximum(steps - _CELL + 1, 0))
    )
    bounds = [extreme.under(cells, kernel.astype(np.uint8)) for kernel in (surely, perhaps)]
    lowest, highest = (
        pick(np.stack(bounds).reshape(2, rows, side, columns, side), axis=(0, 2, 4)) for pick in (np.min, np.max)
    )
    nothing, everything = _keys(highest == 0), _keys(lowest == 255)
    return dict.fromkeys(nothing, EMPTY) | dict.fromkeys(everything, FULL)


def _keys(chosen: npt.NDArray[np.bool_]) -> list[TileKey]:
    rows, columns = np.nonzero(chosen)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


# Smooth

_FINEST_SIGMA = 20.0
"""A wider blur is made of coarser pixels; the result is brought up linearly before it is made steep."""
_EDGE_WIDTH = 1.5  # pixels


class _Smoothing(NamedTuple):
    """How one σ is smoothed: on which mip level, with which kernel (2 radius + 1, 1) and how much steepness."""

    level: int
    kernel: Floats
    most_gain: float

    @classmethod
    def of(cls, sigma: float) -> _Smoothing:
        level = 0
        while sigma > _FINEST_SIGMA * 2**level:
            level += 1
        radius = round(2 * sigma / 2**level)
        kernel = np.asarray(cv2.getGaussianKernel(2 * radius + 1, sigma / 2**level, cv2.CV_32F), np.float32)
        slope = float(kernel.max()) / 2**level  # of a blurred jump from 0 to 1, per photo pixel
        return cls(level, kernel, max(1.0, 1 / (_EDGE_WIDTH * slope)))

    @property
    def halo(self) -> int:
        """How far around a tile it looks; one pixel is for the interpolation."""
        return len(self.kernel) // 2 + 1

    def of_window(self, around: Codes) -> Codes:
        """(256, 256) uint8 from the window, at the level, with the halo."""
        box = np.ones((len(self.kernel), len(self.kernel)), np.uint8)  # what the kernel sees
        low, high = cv2.erode(around, box), cv2.dilate(around, box)
        # A jump's whole height lies within 3 pixels; of a slope, less the longer it is.
        steepest = cv2.dilate(cv2.morphologyEx(around, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)), box)
        hardness = steepest / np.maximum(high - low, 1).astype(np.float32)
        gain = 1 + (self.most_gain - 1) * np.clip(4 * hardness - 1, 0, 1)
        mean = cv2.sepFilter2D(around, cv2.CV_32F, self.kernel, self.kernel)
        mean, low, high, gain = (self._brought_up(np.asarray(plane, np.float32)) for plane in (mean, low, high, gain))
        middle = (low + high) / 2
        steep = np.clip(middle + gain * (mean - middle), low, high)
        return np.rint(steep, out=steep).astype(np.uint8)

    def _brought_up(self, plane: Floats) -> Floats:
        """The plane at photo size, without the halo."""
        factor, halo = 1 << self.level, self.halo
        if factor == 1:
            return plane[halo:-halo, halo:-halo]
        near = plane[halo - 1 : 1 - halo, halo - 1 : 1 - halo]
        size = near.shape[1] * factor, near.shape[0] * factor
        large = np.asarray(cv2.resize(near, size, interpolation=cv2.INTER_LINEAR), np.float32)
        return large[factor:-factor, factor:-factor]


def _check(pixels: int) -> None:
    if not 1 <= pixels <= MOST_PIXELS:
        raise ValueError(f"a mask grows, shrinks or is smoothed by 1 to {MOST_PIXELS} pixels, not {pixels}")
