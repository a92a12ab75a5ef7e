"""Regions of like lightness: the wand, and a range of L* with soft shoulders.

L* grows with the grey code, so lightness between two limits is a grey code between two others: no pixel is converted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import TILE, Rect, tile_grid, tile_rect, tiles
from app.document.neighbourhood import filtered, tile_of
from app.document.photo import Photo
from app.document.pooling import Codes
from app.document.progress import Cancelled as Cancelled
from app.document.progress import Progress, counted, stage
from app.document.tiles import Tile, TileKey, TileMask

_EQUAL = 1e-4
"""L* by which rounding may part what is equal."""

Flags = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.unsignedinteger[Any]]


def wand(
    photo: Photo,
    x: float,
    y: float,
    tolerance: float,
    *,
    contiguous: bool = True,
    antialias: bool = True,
    progress: Progress | None = None,
) -> TileMask:
    """What is as light as the place clicked: L* (0..100) within ± `tolerance` of the mean over the 3 × 3 pixels there.

    `contiguous` takes only what hangs together with the pixel (x, y), over the sides of pixels and not their
    corners; it costs as much as the tiles it reaches. The pixel itself is always taken. `antialias` blurs the edge
    by a pixel to either side (binomial 1-2-1). Raises ValueError for a place off the photo, Cancelled.
    """
    if not (0 <= x < photo.width and 0 <= y < photo.height):
        raise ValueError(f"the place ({x:g}, {y:g}) is not on the photo of {photo.width} × {photo.height} pixels")
    column, row = int(x), int(y)
    near = Rect(column - 1, row - 1, 3, 3).clip(photo.height, photo.width)
    lightness = float(photo.space.lightness_of_codes(photo.grey[near.slices]).mean(dtype=np.float64))
    alike = _Alike(photo, *_codes_between(photo, lightness - tolerance, lightness + tolerance), column, row)
    region = (_connected if contiguous else _everywhere)(alike, stage(progress, 0, 0.6))
    return filtered(region, 1, _softened, stage(progress, 0.6, 1)) if antialias else region


def luminance_range(
    photo: Photo, low: float, high: float, softness: float, progress: Progress | None = None
) -> TileMask:
    """255 where low <= L* <= high (0..100), falling smoothly to 0 over `softness` L* to either side. Raises Cancelled.

    The shoulders are cubic (3t² - 2t³): even at both ends.
    """
    table = coverage_in_range(_lightness_by_code(photo), low, high, softness)
    found: dict[TileKey, Tile] = {}
    for key in counted(list(tiles(Rect(0, 0, photo.width, photo.height))), progress):
        grey = photo.grey[tile_rect(*key).slices]
        found[key] = tile_of(np.asarray(cv2.LUT(grey, table) if photo.bits == 8 else table.take(grey), np.uint8))
    return TileMask.empty(photo.height, photo.width).with_tiles(found)


def coverage_in_range(lightness: npt.NDArray[np.float32], low: float, high: float, softness: float) -> Codes:
    """Coverage, uint8 of any shape, of these L*: see `luminance_range`."""
    outside = np.maximum(np.maximum(low - lightness.astype(np.float64), lightness - high) - _EQUAL, 0)
    inside = 1 - np.clip(outside / max(softness, _EQUAL), 0, 1)
    return np.asarray(np.rint(255 * inside * inside * (3 - 2 * inside)), np.uint8)


def _lightness_by_code(photo: Photo) -> npt.NDArray[np.float32]:
    """(256,) or (65536,) float32: L* of each grey code, rising."""
    return photo.space.lightness_of_codes(np.arange(1 << photo.bits, dtype=photo.dtype))


def _codes_between(photo: Photo, low: float, high: float) -> tuple[int, int]:
    """First and last grey code with L* from low to high; where there is none, the last comes before the first."""
    lightness = _lightness_by_code(photo)
    first = np.searchsorted(lightness, low - _EQUAL, side="left")
    return int(first), int(np.searchsorted(lightness, high + _EQUAL, side="right")) - 1


def _softened(around: Codes) -> Codes:
    return np.asarray(cv2.GaussianBlur(around, (3, 3), 0)[1:-1, 1:-1], np.uint8)


class _Alike(NamedTuple):
    """What the wand looks for: pixels of a photo with grey codes first..last, and the pixel (x, y)."""

    photo: Photo
    first: int
    last: int
    x: int
    y: int

    def within(self, key: TileKey) -> Codes:
        """(≤ 256, ≤ 256) uint8, 255 where a pixel of the tile is one of them."""
        rect = tile_rect(*key)
        found = np.asarray(cv2.inRange(self.photo.grey[rect.slices], self.first, self.last), np.uint8)
        if key == self.start:
            found[self.y % TILE, self.x % TILE] = 255
        return found

    @property
    def start(self) -> TileKey:
        """The tile with the pixel (x, y)."""
        return self.y // TILE, self.x // TILE


def _everywhere(alike: _Alike, progress: Progress | None) -> TileMask:
    photo = alike.photo
    keys = list(tiles(Rect(0, 0, photo.width, photo.height)))
    found = {key: tile_of(alike.within(key)) for key in counted(keys, progress)}
    return TileMask.empty(photo.height, photo.width).with_tiles(found)


def _connected(alike: _Alike, progress: Progress | None) -> TileMask:
    """Floods from tile to tile: each is parted into its connected pieces once, and pieces touch over tile borders."""
    photo = alike.photo
    rows, columns = tile_grid(photo.height, photo.width)
    pieces = {alike.start: _Pieces.of(alike.within(alike.start))}
    first = pieces[alike.start]
    waiting = {alike.start: first.only(first.labels[alike.y % TILE, alike.x % TILE, None])}
    while waiting:
        if progress is not None and not progress(len(pieces) / (rows * columns)):
            raise Cancelled("The work was stopped; nothing has been changed.")
        key = next(iter(waiting))
        here = pieces[key]
        fresh = waiting.pop(key) & ~here.taken
        here.taken[fresh] = True
        for side, (down, right) in enumerate(_SIDES):
            near = key[0] + down, key[1] + right
            touching = fresh[here.edge(side)]
            if not (0 <= near[0] < rows and 0 <= near[1] < columns and touching.any()):
                continue
            if near not in pieces:
                pieces[near] = _Pieces.of(alike.within(near))
            there = pieces[near]
            reached = there.only(there.edge(side ^ 1)[touching]) & ~there.taken
            if reached.any():
                waiting[near] = waiting[near] | reached if near in waiting else reached
    found = {key: piece.tile() for key, piece in pieces.items()}
    return TileMask.empty(photo.height, photo.width).with_tiles(found)


_SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
"""Rows down and columns right to the neighbour over each side; side ^ 1 is the opposite one."""
_WHOLE = np.ones((TILE, TILE), np.uint8)


@dataclass(frozen=True, eq=False)
class _Pieces:
    """A tile's pieces: labels (≤ 256, ≤ 256) uint8 or uint16 with 0 for none, and which of them are taken."""

    labels: Labels
    taken: Flags

    @classmethod
    def of(cls, within: Codes) -> _Pieces:
        if within.min() == 255:
            return cls(_WHOLE[: within.shape[0], : within.shape[1]], np.zeros(2, np.bool_))
        count, labels = cv2.connectedComponents(within, connectivity=4, ltype=cv2.CV_16U)
        return cls(labels.astype(np.uint8 if count <= 256 else np.uint16), np.zeros(count, np.bool_))

    def only(self, labels: Labels) -> Flags:
        """Flags of these pieces; never of 0, which is none."""
        flags = np.zeros_like(self.taken)
        flags[labels] = True
        flags[0] = False
        return flags

    def edge(self, side: int) -> Labels:
        """The labels along one side of the tile."""
        return (self.labels[0], self.labels[-1], self.labels[:, 0], self.labels[:, -1])[side]

    def tile(self) -> Tile:
        if self.labels.dtype != np.uint8:
            return tile_of(np.where(self.taken, np.uint8(255), np.uint8(0)).take(self.labels))
        table = np.zeros(256, np.uint8)
        table[: len(self.taken)][self.taken] = 255
        return tile_of(np.asarray(cv2.LUT(self.labels, table), np.uint8))
