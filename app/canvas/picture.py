"""What a region of the photo looks like in each way of viewing it: coloured, grey, with its mask, or the mask alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.composite import Compositor, display8
from app.document.document import Document
from app.document.geometry import TILE, Rect

Pixels = NDArray[np.uint8]

OVERLAY_FLOOR = 72
"""Multiplying leaves shadows black; the tint starts from this grey value so that a mask is seen on black hair too."""


WARNING = np.array((255, 0, 255), np.uint8)
"""Magenta, which photos do not have."""


class View(Enum):
    """How the photo is shown."""

    RESULT = "result"
    BEFORE = "before"
    MASK = "mask"


@dataclass(frozen=True)
class Overlay:
    """The mask's tint over the picture: ``color`` is sRGB 0..255, ``opacity`` 0..1 where the mask is full."""

    shown: bool = False
    color: tuple[int, int, int] = (255, 64, 48)
    opacity: float = 0.6


class Picture:
    """Renders regions of one document as 8-bit RGB for the screen, always from its present state."""

    def __init__(self, document: Document, compositor: Compositor) -> None:
        self.document = document
        self.compositor = compositor
        self.overlay = Overlay()
        self.warns = False
        """Whether :data:`WARNING` marks colours that the photo's light does not allow."""

    def render(self, view: View, level: int, rect: Rect) -> Pixels:
        """(height, width, 3) uint8 of ``rect`` in pixels of mip ``level``, which must lie inside that level."""
        if view is View.BEFORE:
            return self._grey(level, rect)
        if view is View.MASK:
            return np.asarray(cv2.cvtColor(self.coverage(level, rect), cv2.COLOR_GRAY2RGB), np.uint8)
        codes = display8(self.compositor.region(self.document.state, level, rect))
        if self.warns:
            codes = np.where(self.compositor.beyond(self.document.state, level, rect)[:, :, None], WARNING, codes)
        return self._tinted(codes, level, rect) if self.overlay.shown else codes

    def coverage(self, level: int, rect: Rect) -> Pixels:
        """(height, width) uint8: the active layer's mask in ``rect``, as it is drawn: feathered, at its density."""
        state = self.document.state
        mask = state.layer.coverage
        out = np.empty((rect.height, rect.width), np.uint8)
        for ty in range(rect.y // TILE, (rect.y + rect.height - 1) // TILE + 1):
            for tx in range(rect.x // TILE, (rect.x + rect.width - 1) // TILE + 1):
                part = rect.intersect(Rect(tx * TILE, ty * TILE, TILE, TILE))
                x, y = part.x - tx * TILE, part.y - ty * TILE
                tile = mask.coverage(level, ty, tx)[y : y + part.height, x : x + part.width]
                out[part.y - rect.y :, part.x - rect.x :][: part.height, : part.width] = tile
        return out

    def lab_at(self, x: int, y: int, level: int) -> tuple[float, float, float]:
        """CIE L*, a*, b* of the result at one pixel of mip ``level``, relative to the photo's own white.

        L* is the luminance's; a* and b* follow CIE 15:2004 from XYZ over white.
        """
        space = self.document.photo.space
        codes = self.compositor.region(self.document.state, level, Rect(x, y, 1, 1))
        xyz = space.to_xyz @ space.decode(codes)[0, 0]
        curved = [_cube_root(float(value)) for value in xyz / space.white]
        return 116 * curved[1] - 16, 500 * (curved[0] - curved[1]), 200 * (curved[1] - curved[2])

    def _grey(self, level: int, rect: Rect) -> Pixels:
        codes = self.compositor.grey(self.document.state.tone, level, rect)
        grey = display8(np.ascontiguousarray(codes))
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)

    def _tinted(self, rgb: Pixels, level: int, rect: Rect) -> Pixels:
        coverage = self.coverage(level, rect)
        if not coverage.any():
            return rgb
        weight = coverage.astype(np.float32) * (self.overlay.opacity / 255.0)
        grey = cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        tint = cv2.LUT(grey, _tint_table(self.overlay.color))
        return np.asarray(cv2.blendLinear(rgb, tint, 1.0 - weight, weight), np.uint8)


def _tint_table(color: tuple[int, int, int]) -> Pixels:
    """(1, 256, 3) uint8: ``color`` multiplied by each grey value, lifted off black."""
    lifted = OVERLAY_FLOOR + np.arange(256) * (255 - OVERLAY_FLOOR) / 255.0
    table = lifted[:, np.newaxis] * np.asarray(color) / 255.0
    return np.asarray(np.rint(table)[np.newaxis], np.uint8)


def _cube_root(share: float) -> float:
    """CIE's f(t): the cube root, with a straight foot below (6/29)³."""
    return float(np.cbrt(share)) if share > (6 / 29) ** 3 else share * (29 / 6) ** 2 / 3 + 4 / 29
