"""CIE L*a*b* (CIE 15:2004, D65, 2°) for sRGB pictures as in :mod:`model.colour`, on tensors of any device.

Differentiable, in float32, also where autocast is on: the matrices are written out as sums of planes, since a matrix
product would be rounded to bf16 there (and to TF32 on a GPU), which is visible in colours.
"""

from __future__ import annotations

import torch
from torch import Tensor

from model.colour import _DELTA, _RELATIVE_TO_RGB, _RGB_TO_RELATIVE

_TO_RELATIVE: list[list[float]] = _RGB_TO_RELATIVE.tolist()
_TO_RGB: list[list[float]] = _RELATIVE_TO_RGB.tolist()
_SLOPE, _LIFT = 1 / (3 * _DELTA**2), 4 / 29  # the straight part of CIE's f, below _DELTA³


def rgb_to_lab(rgb: Tensor) -> Tensor:
    """Convert sRGB (N, 3, H, W) in 0..1 to CIE L*a*b* (N, 3, H, W) float32: L* 0..100, a*b* ±110."""
    linear = decoded(rgb.float())
    x, y, z = (_cube_root(_mixed(linear, row)) for row in _TO_RELATIVE)
    return torch.cat([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)


def lab_to_rgb(lab: Tensor) -> Tensor:
    """Convert CIE L*a*b* (N, 3, H, W) to sRGB (N, 3, H, W) float32 in 0..1.

    What lies outside the gamut is clipped channel by channel; no gradient flows through what was clipped.
    """
    lab = lab.float()
    y = (lab[:, :1] + 16) / 116
    relative = _cubed(torch.cat([y.add(lab[:, 1:2], alpha=1 / 500), y, y.sub(lab[:, 2:], alpha=1 / 200)], dim=1))
    return encoded(torch.cat([_mixed(relative, row) for row in _TO_RGB], dim=1).clamp_(0, 1))


def L_to_grey(L: Tensor) -> Tensor:
    """The sRGB code 0..1 of the grey (R = G = B) that has this L* 0..100; any shape."""
    return encoded(_cubed((L.float() + 16) / 116).clamp_(0, 1))


def rgb_to_grey(rgb: Tensor) -> Tensor:
    """The sRGB code 0..1 of the grey with the same luminance as a colour (N, 3, H, W): (N, 1, H, W)."""
    return encoded(_mixed(decoded(rgb.float()), _TO_RELATIVE[1]).clamp_(0, 1))


def decoded(rgb: Tensor) -> Tensor:
    """sRGB codes 0..1 as linear light 0..1 (IEC 61966-2-1), any shape."""
    curve = rgb.clamp_min(0.04045).add_(0.055).div_(1.055).pow(2.4)
    return torch.where(rgb <= 0.04045, rgb / 12.92, curve)


def encoded(linear: Tensor) -> Tensor:
    """Linear light 0..1 as sRGB codes 0..1, any shape."""
    # The branch not taken needs a finite gradient too: at 0 a power below 1 has none.
    curve = linear.clamp_min(0.0031308).pow(1 / 2.4).mul(1.055).sub_(0.055)
    return torch.where(linear <= 0.0031308, 12.92 * linear, curve)


def _mixed(planes: Tensor, row: list[float]) -> Tensor:
    """One row of a 3x3 matrix times (N, 3, H, W): (N, 1, H, W)."""
    return (planes[:, :1] * row[0]).add_(planes[:, 1:2], alpha=row[1]).add_(planes[:, 2:], alpha=row[2])


def _cube_root(relative: Tensor) -> Tensor:
    """CIE's f: the cube root, with a straight line near black."""
    return torch.where(relative > _DELTA**3, relative.clamp_min(_DELTA**3).pow(1 / 3), (relative * _SLOPE).add_(_LIFT))


def _cubed(f: Tensor) -> Tensor:
    """The inverse of CIE's f."""
    return torch.where(f > _DELTA, f * f * f, (f - _LIFT) / _SLOPE)
