"""The colours that a reference starts from: the photo's own or the network's, small, for their statistics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.document.chroma import ChromaField
from app.document.geometry import Rect, level_size, tile_rect, tiles
from app.document.photo import Photo
from app.document.sources.reference import base_colours
from app.document.sources.source import PhotoTile
from app.document.space import Floats
from app.document.tiles import TileMask

LONG_SIDE = 512
"""Pixels at least, as far as the photo has them: plenty for means, and quick."""


def small_level(photo: Photo) -> int:
    """The coarsest mip level with a long side of :data:`LONG_SIDE` or more."""
    level = 0
    while max(photo.width, photo.height) >> (level + 1) >= LONG_SIDE:
        level += 1
    return level


def small_colours(photo: Photo, field: ChromaField | None) -> Floats | None:
    """(3, h, w) linear sRGB relative to its white, at :func:`small_level`; None where the photo has no colours and
    the network has not answered yet."""
    level = small_level(photo)
    height, width = level_size(photo.height, photo.width, level)
    out = np.empty((3, height, width), np.float32)
    for ty, tx in tiles(Rect(0, 0, width, height)):
        rect = tile_rect(ty, tx).clip(height, width)
        lightness = photo.space.lightness_of_codes(photo.grey_level(level)[rect.slices])
        colours = base_colours(PhotoTile(photo, level, ty, tx, lightness), field)
        if colours is None:
            return None
        out[(slice(None), *rect.slices)] = colours
    return out


def small_region(photo: Photo, region: TileMask) -> NDArray[np.uint8]:
    """(h, w) uint8 coverage of a region at :func:`small_level`."""
    level = small_level(photo)
    height, width = level_size(photo.height, photo.width, level)
    out = np.empty((height, width), np.uint8)
    for ty, tx in tiles(Rect(0, 0, width, height)):
        rect = tile_rect(ty, tx).clip(height, width)
        out[rect.slices] = region.coverage(level, ty, tx)[: rect.height, : rect.width]
    return out
