"""CIE L*a*b* (CIE 15:2004, D65, 2°) for sRGB pictures, and the quantised a*b* plane the network classifies into.

The bins follow Zhang, Isola, Efros 2016 (section 2.1): a square grid of side 10 over a*b*, kept where the sRGB gamut
reaches into the cell.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]

# IEC 61966-2-1; the rows are divided by the white point, so that white is (1, 1, 1).
_RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_RGB_TO_RELATIVE = (_RGB_TO_XYZ / _RGB_TO_XYZ.sum(axis=1, keepdims=True)).astype(np.float32)
_RELATIVE_TO_RGB = np.linalg.inv(_RGB_TO_RELATIVE.astype(np.float64)).astype(np.float32)
_DELTA = 6 / 29

BIN_SIDE = 10


def _linear(encoded: NDArray[np.floating[Any]]) -> Float:
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR_OF_CODE = _linear(np.arange(256, dtype=np.float32) / 255)


def rgb_to_lab(rgb: NDArray[np.integer[Any]] | NDArray[np.floating[Any]]) -> Float:
    """Convert sRGB to CIE L*a*b*.

    rgb: (..., 3) codes 0..255 of any integer type, or float in 0..1. Returns (..., 3) float32: L* 0..100, a*b* ±110.
    """
    linear = _LINEAR_OF_CODE[rgb] if np.issubdtype(rgb.dtype, np.integer) else _linear(np.asarray(rgb, np.float32))
    relative = linear @ _RGB_TO_RELATIVE.T
    f = np.where(relative > _DELTA**3, np.cbrt(relative), relative / (3 * _DELTA**2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


def lab_to_linear(lab: Float) -> Float:
    """Convert (..., 3) CIE L*a*b* to linear sRGB, unclipped: values outside 0..1 are out of gamut."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    relative = np.where(f > _DELTA, f**3, 3 * _DELTA**2 * (f - 4 / 29)).astype(np.float32)
    return np.asarray(relative @ _RELATIVE_TO_RGB.T, np.float32)


def lab_to_rgb(lab: Float) -> NDArray[np.uint8]:
    """Convert (..., 3) CIE L*a*b* to sRGB uint8; what lies outside the gamut is clipped channel by channel."""
    linear = np.clip(lab_to_linear(lab), 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(encoded * 255), np.uint8)


@lru_cache(maxsize=1)
def bin_centres() -> Float:
    """Centres of the in-gamut a*b* cells, (Q, 2) float32, sorted by a* then b*."""
    codes = np.stack(np.meshgrid(*[np.arange(0, 256, 5, dtype=np.uint8)] * 3, indexing="ij"), axis=-1)
    cells = np.rint(rgb_to_lab(codes.reshape(-1, 3))[:, 1:] / BIN_SIDE).astype(int)
    centres = np.unique(cells, axis=0).astype(np.float32) * BIN_SIDE
    centres.setflags(write=False)
    return np.asarray(centres, np.float32)
