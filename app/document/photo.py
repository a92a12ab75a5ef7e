"""The photo: what was opened, as grey codes with its own colours beside them, and half-size levels."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.space import SRGB, Codes, Floats, RgbSpace, strips


def fitted_size(height: int, width: int, long_side: int) -> tuple[int, int]:
    """(h, w) of a height x width picture scaled to the given longer side; each side is at least 1."""
    scale = long_side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


@dataclass(frozen=True, eq=False)
class Photo:
    """One photo, never changed after opening.

    grey: (H, W) uint8 or uint16, C-contiguous, read-only: the codes of the luminance in ``space``.
    source: (H, W, 3) RGB codes of the same type, or None when the photo was grey already (R = G = B).
    icc_profile: the embedded profile's bytes, to be embedded again on export.
    """

    grey: Codes
    source: Codes | None
    space: RgbSpace = SRGB
    path: Path | None = None
    icc_profile: bytes | None = None
    _levels: dict[tuple[str, int], Codes] = field(default_factory=dict, init=False, repr=False)
    # One each: whoever wants the grey does not wait until somebody has halved the colours.
    _grey_lock: Lock = field(default_factory=Lock, init=False, repr=False)
    _source_lock: Lock = field(default_factory=Lock, init=False, repr=False)

    @classmethod
    def from_rgb(cls, rgb: Codes, path: Path | None = None, icc: bytes | None = None, space: RgbSpace = SRGB) -> Self:
        """A photo of (H, W) grey or (H, W, 3) RGB codes, uint8 or uint16.

        The array is not copied when it is C-contiguous: it belongs to the photo from now on.
        """
        well_shaped = rgb.ndim >= 2 and rgb.shape[2:] in ((), (3,)) and rgb.size > 0
        if not well_shaped or rgb.dtype not in (np.uint8, np.uint16):
            raise ValueError(f"a photo is (H, W) or (H, W, 3), 8 or 16 bit, not {rgb.shape} of {rgb.dtype}")
        if rgb.ndim == 2:
            return cls(_frozen(rgb), None, space, path, icc)
        if _is_grey(rgb):
            return cls(_frozen(rgb[:, :, 0]), None, space, path, icc)
        return cls(_frozen(space.grey_codes(rgb)), _frozen(rgb), space, path, icc)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.grey.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.grey.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """numpy's uint8 or uint16."""
        return self.grey.dtype

    @property
    def bits(self) -> int:
        """8 or 16 per channel."""
        return 8 * self.grey.dtype.itemsize

    @property
    def megapixels(self) -> float:
        """Pixels in millions."""
        return self.height * self.width / 1e6

    def grey_level(self, level: int) -> Codes:
        """(h, w) grey codes at a mip level: sides are ceil(side / 2^level), each the 2x2 mean of the last."""
        return self._level("grey", self.grey, level, self._grey_lock)

    def source_level(self, level: int) -> Codes:
        """(h, w, 3) original colours at a mip level; for a photo without colours, a view of its grey."""
        if self.source is None:
            grey = self.grey_level(level)
            return np.broadcast_to(grey[:, :, None], (*grey.shape, 3))
        return self._level("source", self.source, level, self._source_lock)

    def make_levels(self, long_side: int, *, colours: bool = False) -> None:
        """Have the grey levels, or those of the original colours, ready down to about this long side.

        Any other level is made when it is first asked for, at the asker's expense.
        """
        level = 0
        while max(self.width, self.height) >> level > long_side:
            level += 1
        if not colours:
            self.grey_level(level)
        elif self.source is not None:
            self.source_level(level)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the codes and all levels made so far take."""
        return sum(
            array.nbytes for array in (self.grey, self.source, *list(self._levels.values())) if array is not None
        )

    def lightness_at(self, long_side: int) -> Floats:
        """(h, w) float32 L* 0..100 at :func:`fitted_size`: what the network and the guided filter see.

        Averaged over area from a mip level at least twice as large; a smaller photo is interpolated instead.
        """
        height, width = fitted_size(self.height, self.width, long_side)
        level = 0
        while max(self.height, self.width) >> (level + 1) >= 2 * long_side:
            level += 1
        lightness = self.space.lightness_of_codes(self.grey_level(level))
        shrinks = lightness.shape[0] >= height and lightness.shape[1] >= width
        interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(lightness, (width, height), interpolation=interpolation), np.float32)

    def _level(self, kind: str, full: Codes, level: int, lock: Lock) -> Codes:
        if level == 0:
            return full
        ready = self._levels.get((kind, level))
        if ready is not None:
            return ready
        with lock:  # the worker and the window may ask for the same level at once
            finer = full
            for k in range(1, level + 1):
                if (kind, k) not in self._levels:
                    self._levels[kind, k] = _frozen(halved(finer))
                finer = self._levels[kind, k]
            return finer


def rough_grey(codes: Codes, long_side: int) -> NDArray[np.uint8]:
    """(h, w) uint8 grey for a first look at (H, W) or (H, W, 3) codes: a few pixels of many.

    Its long side is between one and two times ``long_side``, or the picture's own.
    """
    step = max(1, max(codes.shape[:2]) // (2 * long_side))
    few = np.ascontiguousarray(codes[::step, ::step])
    grey = halved(few if few.ndim == 2 else SRGB.grey_codes(few))
    return grey.astype(np.uint8) if grey.dtype == np.uint8 else (grey >> 8).astype(np.uint8)


def halved(codes: Codes) -> Codes:
    """2x2 means of (h, w) or (h, w, 3) codes, rounded half up; an odd last row or column counts twice."""
    height, width = codes.shape[:2]
    out: Codes = np.empty(((height + 1) // 2, (width + 1) // 2, *codes.shape[2:]), codes.dtype)
    h, w = height // 2, width // 2
    if h and w:
        # Of all sizes, exactly half is the one for which cv2 takes whole numbers: (a + b + c + d + 2) >> 2.
        cv2.resize(codes[: 2 * h, : 2 * w], (w, h), dst=out[:h, :w], interpolation=cv2.INTER_AREA)
    if width % 2 and h:
        column = codes[: 2 * h, -1:]
        out[:h, w:] = _mean_of_four(np.repeat(column, 2, axis=1))
    if height % 2:  # the whole last row, the corner included
        row = codes[-1:] if width % 2 == 0 else np.concatenate([codes[-1:], codes[-1:, -1:]], axis=1)
        out[h:] = _mean_of_four(np.repeat(row, 2, axis=0))
    return out


def _mean_of_four(codes: Codes) -> Codes:
    wide = np.uint16 if codes.dtype == np.uint8 else np.uint32
    total = np.add(codes[0::2, 0::2], codes[0::2, 1::2], dtype=wide)
    total += codes[1::2, 0::2]
    total += codes[1::2, 1::2]
    total += 2
    return np.asarray(total >> 2, codes.dtype)


def _is_grey(rgb: Codes) -> bool:
    for rows in strips(*rgb.shape[:2]):
        red, green, blue = (rgb[rows, :, channel] for channel in range(3))
        if not (np.array_equal(red, green) and np.array_equal(green, blue)):
            return False
    return True


def _frozen(codes: Codes) -> Codes:
    view = np.ascontiguousarray(codes).view()
    view.flags.writeable = False
    return view
