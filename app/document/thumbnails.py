"""Small pictures of masks and layers, made from mip levels: they cost the same for every size of the photo."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from app.document.geometry import TILE, Rect, level_size, tile_rect, tiles
from app.document.layer import Colour
from app.document.photo import Photo
from app.document.softness import Coverage, SoftMask
from app.document.tiles import DEEPEST_LEVEL

Codes = npt.NDArray[np.uint8]

COVERED: Colour = (255, 170, 128)
"""What covered white looks like where a layer has no colour of its own."""
BARS: Colour = (20, 21, 22)
"""Beside, or above and below, a photo of another shape than the thumbnail."""

_BARE_WHITE = 84
"""The code of white where nothing is covered: enough to recognise the photo, too dark to be taken for covered."""
_COVERED_BLACK = 92
"""The strongest code of black where all is covered: above anything bare, so that a mask shows in deep shadow too."""


def mask_thumbnail(coverage: Coverage, size: tuple[int, int]) -> Codes:
    """(h, w) uint8: the mean coverage 0..255 under each pixel of a thumbnail of size (h, w), filled by the photo.

    A mask of the size of the thumbnail or smaller is interpolated.
    """
    mask = coverage.mask if isinstance(coverage, SoftMask) else coverage
    level = _level(mask.height, mask.width, size)
    if isinstance(coverage, SoftMask) and coverage.feather < 2 << level:  # σ below a pixel: nobody would see it
        coverage = replace(coverage, feather=0.0)
    return _resized(_level_coverage(coverage, level, level_size(mask.height, mask.width, level)), size)


def layer_thumbnail(photo: Photo, coverage: Coverage, size: tuple[int, int], colour: Colour = COVERED) -> Codes:
    """(h, w, 3) uint8 sRGB codes: the photo in dark grey, bright and in `colour` where the layer covers it.

    `size` is (h, w); the photo keeps its shape, in the middle between bars. `coverage` has the size of the photo.
    Of the colour only the ratios count: a dark tint shows as brightly as any.
    """
    inner = _inside(photo.height, photo.width, size)
    grey = _grey(photo, inner).astype(np.float32) / 255
    # A line much thinner than a thumbnail's pixel covers a few per cent of it; the square root lets it be seen.
    share = np.sqrt(mask_thumbnail(coverage, inner).astype(np.float32) / 255)[:, :, None]
    bare = (_BARE_WHITE * grey)[:, :, None]
    ratios = np.array(colour, np.float32) / max(colour) if any(colour) else np.ones(3, np.float32)
    covered = (_COVERED_BLACK + (255 - _COVERED_BLACK) * grey)[:, :, None] * ratios
    picture = np.empty((*size, 3), np.uint8)
    picture[:] = BARS
    top, left = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    picture[top : top + inner[0], left : left + inner[1]] = np.rint(bare + share * (covered - bare))
    return picture


def _inside(height: int, width: int, size: tuple[int, int]) -> tuple[int, int]:
    """(h, w) of the largest picture of a photo's shape in a thumbnail of `size`; each side is at least 1."""
    scale = min(size[0] / height, size[1] / width)
    h, w = (max(1, min(round(side * scale), room)) for side, room in zip((height, width), size, strict=True))
    return h, w


def _level(height: int, width: int, size: tuple[int, int]) -> int:
    """The coarsest mip level that has a pixel or more for each of the thumbnail's."""
    level = 0
    while level < DEEPEST_LEVEL and height >> (level + 1) >= size[0] and width >> (level + 1) >= size[1]:
        level += 1
    return level


def _level_coverage(coverage: Coverage, level: int, size: tuple[int, int]) -> Codes:
    """(h, w) uint8: a whole mip level."""
    if max(size) <= TILE:  # as a rule it is a single tile
        return coverage.coverage(level, 0, 0)[: size[0], : size[1]]
    whole = np.empty(size, np.uint8)
    for ty, tx in tiles(Rect(0, 0, size[1], size[0])):
        rect = tile_rect(ty, tx).clip(*size)
        whole[rect.slices] = coverage.coverage(level, ty, tx)[: rect.height, : rect.width]
    return whole


def _grey(photo: Photo, size: tuple[int, int]) -> Codes:
    """(h, w) uint8: the photo's grey codes."""
    codes = photo.grey_level(_level(photo.height, photo.width, size))
    if codes.dtype != np.uint8:
        codes = np.asarray(codes >> 8, np.uint8)
    return _resized(np.asarray(codes, np.uint8), size)


def _resized(codes: Codes, size: tuple[int, int]) -> Codes:
    shrinks = codes.shape[0] >= size[0] and codes.shape[1] >= size[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(codes, (size[1], size[0]), interpolation=interpolation), np.uint8)
