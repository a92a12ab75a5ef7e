"""The brush: how strongly it paints at what distance from its path."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

SMALLEST_RADIUS, LARGEST_RADIUS = 0.5, 5000.0
SWEPT_SPACING = 0.25
"""Dabs closer than this can hardly be told from the sweep of a round tip; from here on they are meant to be seen."""


class Touch(NamedTuple):
    """A point of a stroke's path, x and y in photo pixels, with shares 0..1 of the brush's radius, opacity and flow.

    Between two touches all of them change evenly.
    """

    x: float
    y: float
    size: float = 1.0
    opacity: float = 1.0
    flow: float = 1.0


@dataclass(frozen=True)
class Brush:
    """What a stroke is painted with.

    radius: 0.5..5000 photo pixels. hardness: 0 (soft to the centre) .. 1 (sharp). opacity: 0..1, which no stroke
    exceeds. flow: 0..1, how much of that opacity one dab lays. spacing: 0.01..2, the distance of dabs as a share of
    the tip's diameter. roundness: 0.05..1, the tip's short diameter as a share of its long one. angle: degrees by
    which the long one is turned from the x axis towards the y axis, clockwise as seen. edge: 0 (off) .. 1 (strict),
    how closely the brush keeps to the region of the photo under its centre.
    """

    radius: float
    hardness: float = 1.0
    opacity: float = 1.0
    flow: float = 1.0
    spacing: float = 0.1
    roundness: float = 1.0
    angle: float = 0.0
    edge: float = 0.0

    def __post_init__(self) -> None:
        if not SMALLEST_RADIUS <= self.radius <= LARGEST_RADIUS:
            raise ValueError(f"brush radius {self.radius} is outside {SMALLEST_RADIUS}..{LARGEST_RADIUS}")
        if not (0 <= self.hardness <= 1 and 0 <= self.opacity <= 1):
            raise ValueError(f"hardness and opacity are 0..1, not {self.hardness} and {self.opacity}")
        if not (0 <= self.flow <= 1 and 0 <= self.edge <= 1):
            raise ValueError(f"flow and edge strength are 0..1, not {self.flow} and {self.edge}")
        if not 0.01 <= self.spacing <= 2:
            raise ValueError(f"brush spacing is 0.01..2 diameters, not {self.spacing}")
        if not (0.05 <= self.roundness <= 1 and math.isfinite(self.angle)):
            raise ValueError(
                f"brush roundness is 0.05..1 and its angle a number of degrees, not {self.roundness} and {self.angle}"
            )

    @property
    def lays_dabs(self) -> bool:
        """Whether single dabs make up the stroke; otherwise it is what the round tip sweeps over."""
        return self.flow < 1 or self.roundness < 1 or self.edge > 0 or self.spacing > SWEPT_SPACING

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
