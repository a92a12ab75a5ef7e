"""Gradients: masks that fall evenly from 255 to 0, along a line or from a point outwards. 8 bit, not dithered."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import TILE, Point, tile_grid, tile_rect
from app.document.tiles import FULL, Tile, TileKey, TileMask


def linear_gradient(height: int, width: int, start: Point, end: Point) -> TileMask:
    """255 at `start` falling to 0 at `end`, in photo pixels, the same on every line across; even beyond both.

    Where both are the same point nothing is covered.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy
    found: dict[TileKey, Tile] = {}
    if square:
        across, down = (
            -255 * step / square * (np.arange(length * TILE) + 0.5 - origin)
            for step, origin, length in zip((dx, dy), start, reversed(tile_grid(height, width)), strict=True)
        )
        down += 255
        for ty in range(tile_grid(height, width)[0]):
            for tx in range(tile_grid(height, width)[1]):
                rows, columns = tile_rect(ty, tx).slices
                if down[rows].min() + across[columns].min() >= 254.5:
                    found[ty, tx] = FULL
                elif down[rows].max() + across[columns].max() > 0.5:
                    found[ty, tx] = _rounded(np.add.outer(down[rows], across[columns], dtype=np.float32))
    return TileMask.empty(height, width).with_tiles(found)


def radial_gradient(height: int, width: int, centre: Point, edge: Point) -> TileMask:
    """255 at `centre` falling to 0 at the distance of `edge`, in photo pixels, and 0 beyond.

    Where both are the same point nothing is covered.
    """
    radius = math.dist(centre, edge)
    found: dict[TileKey, Tile] = {}
    if radius:
        across, down = (
            np.square((np.arange(length * TILE) + 0.5 - origin) * (255 / radius))
            for origin, length in zip(centre, reversed(tile_grid(height, width)), strict=True)
        )
        for ty in range(tile_grid(height, width)[0]):
            for tx in range(tile_grid(height, width)[1]):
                rows, columns = tile_rect(ty, tx).slices
                if down[rows].min() + across[columns].min() < 254.5**2:
                    square = np.add.outer(down[rows], across[columns], dtype=np.float32)
                    found[ty, tx] = _rounded(np.subtract(255, np.sqrt(square, out=square), out=square))
    return TileMask.empty(height, width).with_tiles(found)


def _rounded(coverage: npt.NDArray[np.float32]) -> Tile:
    """The tile of (256, 256) float32; what lies outside 0..255 saturates."""
    return Tile.of(np.asarray(cv2.convertScaleAbs(np.maximum(coverage, 0)), np.uint8))
