"""Gaussian blur of tiled coverage, a tile of any mip level at a time, each pixel the same however the picture is cut.

A wide blur is made of a coarser mip, on which σ is still 6 pixels or more, and brought up linearly; one that hardly
reaches the next pixel of a level is made of a finer mip and averaged. The grids of all levels begin at the photo's
corner. What a pixel weighs is the photo's part of it: beyond the photo's edge there is nothing to blur with, so what
is covered up to the edge does not fade there.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import TILE, Rect, level_size, tile_grid, tile_rect
from app.document.pooling import Codes
from app.document.tiles import DEEPEST_LEVEL, EMPTY, Tile, TileMask

Floats = npt.NDArray[np.float32]

CUT_OFF = 3.0
"""In σ: a blur reaches no further than this along each axis."""
_COARSE_SIGMA = 12.0
"""A blur with a greater σ, in pixels of its level, is made one level coarser."""
_FINE_SIGMA = 1.0
"""One with a smaller σ is made one or two levels finer: pixels say too little of the edges inside them."""
_NO_SIGMA = 1 / 12
"""One with a σ below this moves no pixel by more than a code or so, and is none."""


class Window:
    """A tile of a mip level, and the part of a mask that its blur is made from. σ in photo pixels, up to 3072.

    `sources` are the mask's tiles there, row by row: where they and σ are the same, so is the blur.
    """

    def __init__(self, mask: TileMask, sigma: float, level: int, ty: int, tx: int) -> None:
        self._mask, self._level, self._blur = mask, level, _blur(sigma, level)
        made_at = self._blur.level
        tile = tile_rect(ty, tx)
        tile = tile.scaled_in(level - made_at) if level > made_at else tile.scaled_out(made_at - level)
        # Rectangles of that level's pixels, the grid one of whole tiles.
        self._wanted = tile.grown(self._blur.margin)
        self._is_inside = Rect(0, 0, mask.width, mask.height).contains(self._wanted.scaled_in(made_at))
        self._part = self._wanted.clip(*level_size(mask.height, mask.width, made_at))
        self._grid = self._part.scaled_out(DEEPEST_LEVEL - made_at).clip(*tile_grid(mask.height, mask.width))
        places, default, grid = mask.tiles, mask.default, self._grid
        self.sources: tuple[Tile, ...] = tuple(
            places.get((row, column), default)
            for row in range(grid.y, grid.bottom)
            for column in range(grid.x, grid.right)
        )

    def blurred(self) -> Floats:
        """(256, 256) float32 coverage 0..255, not rounded; exactly 0 where the blur reaches no coverage."""
        kernel = self._blur.kernel
        radius = len(kernel) // 2
        full = np.asarray(cv2.sepFilter2D(self._gathered(), cv2.CV_32F, kernel, kernel), np.float32)
        blurred = self._fitted(full[radius : full.shape[0] - radius, radius : full.shape[1] - radius])
        if self._is_inside:
            return blurred
        down = self._weights(self._wanted.y, self._wanted.height, self._mask.height)
        across = self._weights(self._wanted.x, self._wanted.width, self._mask.width)
        share = np.maximum(self._fitted(down[:, None] * across), 1e-9)  # beyond the photo there may be none at all
        return np.asarray(blurred / share, np.float32)

    def _gathered(self) -> Codes | Floats:
        """What is wanted of the mip; at the photo's edge float32, each pixel times its share that lies in the photo."""
        part, grid, wanted = self._part, self._grid, self._wanted
        side = TILE >> self._blur.level
        whole = np.zeros((grid.height * side, grid.width * side), np.uint8 if self._is_inside else np.float32)
        for index, tile in enumerate(self.sources):
            if tile is not EMPTY:
                row, column = divmod(index, grid.width)
                here = whole[row * side : (row + 1) * side, column * side : (column + 1) * side]
                here[:] = self._mip(tile, grid.y + row, grid.x + column)
        near = whole[part.y - grid.y * side :, part.x - grid.x * side :][: part.height, : part.width]
        edges = part.y - wanted.y, wanted.bottom - part.bottom, part.x - wanted.x, wanted.right - part.right
        return np.asarray(cv2.copyMakeBorder(near, *edges, cv2.BORDER_CONSTANT, value=0), whole.dtype)

    def _mip(self, tile: Tile, ty: int, tx: int) -> Codes | Floats:
        """A tile's mip without what the tile holds beyond the photo's edge, which is no coverage."""
        level = self._blur.level
        rect = tile_rect(ty, tx).clip(self._mask.height, self._mask.width)
        if level == 0 or (rect.height == TILE and rect.width == TILE):
            return tile.mip(level)
        inside = np.zeros((TILE, TILE), np.float32)
        inside[: rect.height, : rect.width] = tile.pixels[: rect.height, : rect.width]
        side = TILE >> level
        return np.asarray(cv2.resize(inside, (side, side), interpolation=cv2.INTER_AREA), np.float32)

    def _weights(self, start: int, count: int, length: int) -> Floats:
        """Of pixels `start` and on, the blurred share that lies in a side of `length` photo pixels."""
        pixels = np.arange(start, start + count)
        inside = np.where(pixels >= 0, np.clip(length / 2**self._blur.level - pixels, 0, 1), 0)
        return np.convolve(inside, self._blur.kernel[:, 0], mode="valid").astype(np.float32)

    def _fitted(self, plane: Floats) -> Floats:
        """A blurred plane at the level of the tile, without what was only there to be interpolated with."""
        if self._blur.level == self._level:
            return plane
        if self._blur.level < self._level:
            return np.asarray(cv2.resize(plane, (TILE, TILE), interpolation=cv2.INTER_AREA), np.float32)
        factor = 1 << (self._blur.level - self._level)
        size = plane.shape[1] * factor, plane.shape[0] * factor
        large = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.float32)
        return large[factor:-factor, factor:-factor]


class _Blur(NamedTuple):
    """How one σ is made for one mip level: on which level, with which kernel, from how far around a tile."""

    level: int
    kernel: Floats  # (2 * radius + 1, 1)
    margin: int


@lru_cache(maxsize=64)
def _blur(sigma: float, level: int) -> _Blur:
    made_at = level
    while sigma > _COARSE_SIGMA * 2**made_at:
        made_at += 1
    if sigma >= _NO_SIGMA * 2**level:
        while made_at > max(0, level - 2) and sigma < _FINE_SIGMA * 2**made_at:
            made_at -= 1
    wanted = sigma / 2**made_at
    if made_at <= level:
        radius = int(CUT_OFF * wanted)
        return _Blur(made_at, _kernel(radius, wanted), radius)
    # Half a pixel that the mip spreads, and one that the interpolation does, keep the whole within the cut-off. Both
    # blur a little themselves: a box of one pixel has a variance of 1/12, linear interpolation one of 1/6.
    radius = int(CUT_OFF * wanted - 1.5)
    own = (1 - 0.25 ** (made_at - level)) / 12 + 1 / 6
    return _Blur(made_at, _kernel(radius, math.sqrt(wanted**2 - own)), radius + 1)


def _kernel(radius: int, sigma: float) -> Floats:
    if radius == 0:
        return np.ones((1, 1), np.float32)
    return np.asarray(cv2.getGaussianKernel(2 * radius + 1, sigma, cv2.CV_32F), np.float32)


def reach(sigma: float) -> int:
    """How many photo pixels, along each axis, a blur carries coverage at most."""
    return math.floor(CUT_OFF * sigma)
