"""The brush: how strongly it paints at what distance from its path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import overload

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

SMALLEST_RADIUS, LARGEST_RADIUS = 0.5, 5000.0


@dataclass(frozen=True)
class Brush:
    """radius 0.5..5000 photo pixels; hardness 0 (soft to the centre) .. 1 (sharp); opacity 0..1."""

    radius: float
    hardness: float = 1.0
    opacity: float = 1.0

    def __post_init__(self) -> None:
        if not SMALLEST_RADIUS <= self.radius <= LARGEST_RADIUS:
            raise ValueError(f"brush radius {self.radius} is outside {SMALLEST_RADIUS}..{LARGEST_RADIUS}")
        if not (0 <= self.hardness <= 1 and 0 <= self.opacity <= 1):
            raise ValueError(f"hardness and opacity are 0..1, not {self.hardness} and {self.opacity}")

    @property
    def core(self) -> float:
        """Distance in photo pixels up to which the brush paints at full strength.

        At least a pixel inside `rim`: a hard edge runs through half strength at exactly the radius, and the
        finest brush shares itself among the pixels it touches, losing nothing between them.
        """
        return min(self.hardness * self.radius, self.radius - 0.5)

    @property
    def rim(self) -> float:
        """Distance in photo pixels from which the brush paints nothing."""
        return self.radius + 0.5

    def strength(self, distance: Floats) -> Floats:
        """Strength 0..1 at `distance` photo pixels from the path, before opacity.

        A rim one pixel wide falls linearly, which is the share of the pixel that lies inside; a smooth fall
        there would make fine lines swell and thin as they pass over the pixels. From two pixels on it is smooth.
        """
        width = self.rim - self.core
        return shaped((self.rim - distance) / np.float32(width), width)

    def of_radius(self, radius: float) -> Brush:
        """The same brush of another size, as near as a brush can have it."""
        return replace(self, radius=min(LARGEST_RADIUS, max(SMALLEST_RADIUS, radius)))


@overload
def profile(distance: float, hardness: float) -> float: ...
@overload
def profile(distance: npt.NDArray[np.float32], hardness: float) -> npt.NDArray[np.float32]: ...
def profile(distance: float | npt.NDArray[np.float32], hardness: float) -> float | npt.NDArray[np.float32]:
    """The ideal falloff 0..1 at `distance` in units of the radius: 1 up to `hardness`, 0 from 1 on.

    What a brush far larger than a pixel paints; `Brush.strength` adds the pixel-wide soft edge.
    """
    where = np.asarray(distance, np.float32)
    width = max(1.0 - hardness, 1e-6)
    strength = _smooth(np.asarray(np.clip((1.0 - where) / np.float32(width), 0.0, 1.0), np.float32))
    return float(strength) if np.isscalar(distance) else strength


def shaped(depth: Floats, width: float | Floats) -> Floats:
    """Strength 0..1 at a depth of 0 (outer border) .. 1 (core) in a rim `width` pixels wide, see `Brush.strength`."""
    v = np.asarray(np.clip(depth, 0.0, 1.0), np.float32)
    narrowest, widest = (width, width) if isinstance(width, float) else (float(width.min()), float(width.max()))
    if widest <= 1:
        return v
    smooth = _smooth(v)
    if narrowest >= 2:
        return smooth
    blend = np.asarray(np.clip(np.asarray(width, np.float32) - np.float32(1), 0, 1), np.float32)
    return v + (smooth - v) * blend


def _smooth(v: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Quintic step of v in 0..1: from 0 to 1 with first and second derivatives 0 at both ends.

    A corner in the slope would show as a bright ring. s(v) + s(1 - v) = 1.
    Source: Perlin, Improving Noise, SIGGRAPH 2002.
    """
    s = v * np.float32(6.0)
    s -= np.float32(15.0)
    s *= v
    s += np.float32(10.0)
    s *= v
    s *= v
    s *= v
    return s
