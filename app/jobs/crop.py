"""Where the network looks: at the whole photo, or at a part of it when little is painted.

The network's input is small, so a mouth in a group portrait is a few of its pixels. When the mask's box is small the
network looks at a crop around it instead. Crops lie on the pixels of a *grid*, the whole photo at 1.4 or 2 times the
usual network size; what comes back is chroma of the whole photo at that size, known inside the mask. Fitting, merging,
storing and drawing it are the same as ever.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.chroma import Chroma, ChromaField, fit
from app.document.geometry import Rect, tile_rect, tiles
from app.document.photo import Photo, fitted_size
from app.document.space import Floats

SCALES = (2.0, math.sqrt(2.0))
"""How much larger than usual the photo may be looked at, finest first: steps so wide that a stroke crosses few."""

CONTEXT = 1 / 6
"""The share of the photo's side that a crop shows beyond the mask's box, both ways, so that the network can tell what
it sees; it is never less than the box itself."""

FLATTEST = 3 / 4
"""The least ratio of a crop's sides, though the photo be a panorama."""

STEP = 32
"""Network pixels to which a crop's place is rounded: a stroke that grows moves it rarely."""

_REMEMBERED = 4


@dataclass(frozen=True)
class View:
    """A part of the photo as the network sees it. grid: (h, w) of the whole photo at its scale; rect: in the grid."""

    grid: tuple[int, int]
    rect: Rect

    @classmethod
    def whole(cls, height: int, width: int) -> View:
        """All of the photo on a grid of this size."""
        return cls((height, width), Rect(0, 0, width, height))

    @property
    def is_whole(self) -> bool:
        return self.rect == Rect(0, 0, self.grid[1], self.grid[0])


def view_for(presence: NDArray[np.uint8], photo_size: tuple[int, int]) -> View:
    """Where to look for a mask.

    presence: (h, w) {0, 1}, where the mask is, at the network's usual size; every crop has its longer side.
    photo_size: (H, W). Depends on nothing else, so a mask is seen alike however it was painted.
    """
    whole = View.whole(presence.shape[0], presence.shape[1])
    usual, long_side = whole.grid, max(whole.grid)
    box = Rect(*cv2.boundingRect(presence))
    if box.is_empty:
        return whole
    for scale in SCALES:
        finer = round(scale * long_side)
        if finer > max(photo_size):
            continue  # there is no more detail to be seen
        grid = fitted_size(*photo_size, finer)
        rect = _crop(box, usual, grid, long_side)
        if rect is not None:
            return View(grid, rect)
    return whole


def _crop(box: Rect, usual: tuple[int, int], grid: tuple[int, int], long_side: int) -> Rect | None:
    """The crop on a grid, None where the box and its context do not fit into one."""
    shorter = max(FLATTEST, min(grid) / max(grid))
    height, width = (long_side if side == max(grid) else round(shorter * long_side) for side in grid)
    down = _span(box.y, box.bottom, usual[0], grid[0], height)
    across = _span(box.x, box.right, usual[1], grid[1], width)
    return None if down is None or across is None else Rect(across[0], down[0], across[1], down[1])


def _span(begin: int, end: int, length: int, cells: int, wanted: int) -> tuple[int, int] | None:
    """First cell and number of cells along one axis; None where too little would be seen beside the box."""
    low, high = begin * cells / length, end * cells / length
    count = min(wanted, cells)
    first = round(((low + high) / 2 - count / 2) / STEP) * STEP
    first = min(max(first, 0), cells - count)
    context = max(high - low, CONTEXT * cells)
    seen = first <= max(low - context, 0) and first + count >= min(high + context, cells)
    return (first, count) if seen else None


class PhotoViews:
    """The lightness of one photo's views; the last few are kept, so that the network knows them again."""

    def __init__(self, photo: Photo) -> None:
        self._photo = photo
        self._grids: dict[tuple[int, int], Floats] = {}
        self._cut: OrderedDict[View, Floats] = OrderedDict()

    def whole(self, grid: tuple[int, int]) -> Floats:
        """(h, w) L* of the whole photo at a grid; the same array each time, never to be changed."""
        if grid not in self._grids:
            self._grids[grid] = self._photo.lightness_at(max(grid))
        return self._grids[grid]

    def lightness(self, view: View) -> Floats:
        """(h, w) L* of what the view shows; the same array as long as few others are asked for."""
        if view.is_whole:
            return self.whole(view.grid)
        if view not in self._cut:
            self._cut[view] = np.ascontiguousarray(self.whole(view.grid)[view.rect.slices])
        self._cut.move_to_end(view)
        while len(self._cut) > _REMEMBERED:
            self._cut.popitem(last=False)
        return self._cut[view]


def laid_out(
    ab: Floats,
    known: NDArray[np.uint8],
    view: View,
    views: PhotoViews,
    grid: tuple[int, int],
    support: NDArray[np.uint8],
) -> Chroma:
    """What the network answered in a view, as chroma of the whole photo at a grid as fine as the view's or finer.

    ab: (2, h, w) and known: (h, w) {0, 1}, of the view. support: (h, w) {0, 1} of the grid, where chroma is wanted: a
    part of what is known. On a finer grid the answer's colours are led by the photo's lightness, as on the photo.
    """
    whole, there = np.zeros((2, *view.grid), np.float32), np.zeros(view.grid, np.uint8)
    whole[(slice(None), *view.rect.slices)] = ab
    there[view.rect.slices] = known
    if grid == view.grid:
        return Chroma.of(whole, support & there)
    lightness = views.whole(grid)
    field = fit(Chroma.of(whole, there), lightness, grid)
    finer = np.zeros((2, *grid), np.float32)
    x, y, w, h = cv2.boundingRect(support)
    for ty, tx in tiles(Rect(x, y, w, h)):
        place = tile_rect(ty, tx).clip(*grid).slices
        here = field.evaluate_tile(np.ascontiguousarray(lightness[place]), 0, ty, tx)
        finer[(slice(None), *place)] = np.moveaxis(here, 2, 0)
    return Chroma.of(finer, support)


def on_grid(field: ChromaField, grid: tuple[int, int]) -> ChromaField:
    """The field with its limits at another grid, to stand beside an answer of that grid."""
    if field.limits is None or field.limits.shape[:2] == grid:
        return field
    limits = cv2.resize(field.limits, grid[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
    return replace(field, limits=np.asarray(limits, np.float32), succeeds=None)
