"""What a layer does to its colours, whatever their source: chroma only, the light is never touched.

The order is fixed: saturation, vibrance, hue, warmth, strength. Every step keeps grey exactly grey and depends on the
pixel's own a*b* alone, so tiles meet and mip levels agree. Only the turn of the hue can make a colour its opposite.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.document.space import Floats

RANGES: dict[str, tuple[float, float]] = {
    "strength": (0.0, 1.0),
    "saturation": (0.0, 2.0),
    "vibrance": (-1.0, 1.0),
    "hue": (-180.0, 180.0),
    "warmth": (-1.0, 1.0),
}
"""Lowest and highest value of each adjustment."""

PALE = 40.0
"""Chroma C* at which vibrance has half its effect: fog and skin are far below it, a ripe orange far above."""
SKIN_HUE = 58.0
"""Degrees in the a*b* plane around which people's skin lies on photos, from about 45 to 72."""
SKIN_REACH = 40.0
"""Degrees from :data:`SKIN_HUE` to where vibrance has its whole effect again."""
SKIN_SPARED = 0.75
"""Share of the vibrance that is kept from a colour of exactly :data:`SKIN_HUE`."""
WARM_HUE = 75.0
"""Degrees in the a*b* plane: the way a white takes from daylight to lamplight. D65 to D50 is 82°, D65 to A is 68°."""
WARM_SHARE = 0.5
"""Share of its own chroma by which a colour moves at full warmth; below 1, so that none is carried past grey."""

_TINY = np.float32(1e-12)  # keeps 0 / 0 from being NaN


@dataclass(frozen=True)
class Adjustments:
    """Five numbers that change the chroma of one layer; the defaults change nothing.

    strength: 0..1, how much of the finished colour is shown. saturation: 0..2, factor on the chroma. vibrance: -1..1,
    more or less chroma for pale colours above all, and little of it for skin. hue: -180..180 degrees, the turn in the
    a*b* plane, from red towards yellow. warmth: -1..1, from blue towards yellow with a little red, by a share of the
    pixel's own chroma.

    Raises ValueError, with a sentence, for a number outside :data:`RANGES`.
    """

    strength: float = 1.0
    saturation: float = 1.0
    vibrance: float = 0.0
    hue: float = 0.0
    warmth: float = 0.0

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value: object = getattr(self, name)
            if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
                raise ValueError(f"The {name} of a layer's colours is {low:g} to {high:g}, not {value!r:.20}.")

    @property
    def is_neutral(self) -> bool:
        """Whether the colours stay as they are."""
        return self == NEUTRAL

    def apply(self, ab: Floats) -> Floats:
        """(2, h, w) float32 a*b*, of any size, adjusted; a new array, but ``ab`` itself where this is neutral."""
        if self.is_neutral:
            return ab
        adjusted = np.multiply(ab, np.float32(self.saturation), dtype=np.float32, order="C")
        if self.vibrance:
            adjusted *= _vibrance(adjusted, self.vibrance)
        if self.hue:
            adjusted = _turned(adjusted, math.radians(self.hue))
        if self.warmth:
            a, b = adjusted
            shift = _length(a, b)
            shift *= np.float32(WARM_SHARE * self.warmth)
            a += shift * np.float32(math.cos(math.radians(WARM_HUE)))
            b += shift * np.float32(math.sin(math.radians(WARM_HUE)))
        if self.strength != 1:
            adjusted *= np.float32(self.strength)
        return adjusted

    def to_dict(self) -> dict[str, float]:
        """Its numbers by name, in JSON's types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Adjustments:
        """From what :meth:`to_dict` gave; what is missing is neutral. Raises ValueError for anything else."""
        unknown = sorted(set(stored) - set(RANGES))
        if unknown:
            raise ValueError(f"A layer's colours are adjusted by {', '.join(RANGES)}, not by {unknown[0]!r:.40}.")
        return cls(**stored)


NEUTRAL = Adjustments()


def _vibrance(ab: Floats, amount: float) -> Floats:
    """(h, w) factor on the chroma, 0..2.

    It is 1 + amount · skin / (1 + u²) with u = C/PALE and skin in 0..1. What was paler stays paler: the chroma times
    this has the slope 1 + amount · skin · (1 - u²) / (1 + u²)², whose last factor lies in -1/8..1.
    """
    a, b = ab
    chroma = _length(a, b)
    hue = math.radians(SKIN_HUE)
    edge = math.cos(math.radians(SKIN_REACH))
    # Cosine of the distance from the hue of skin: no arc tangent is needed for a bump that ends smoothly.
    near: Floats = a * np.float32(math.cos(hue))
    near += b * np.float32(math.sin(hue))
    near /= np.maximum(chroma, _TINY)
    near -= np.float32(edge)
    np.maximum(near, np.float32(0.0), out=near)
    near *= near
    near *= np.float32(-SKIN_SPARED / (1 - edge) ** 2)
    near += np.float32(1.0)
    chroma *= np.float32(1 / PALE)
    chroma *= chroma
    chroma += np.float32(1.0)
    near /= chroma
    near *= np.float32(amount)
    near += np.float32(1.0)
    return np.maximum(near, np.float32(0.0), out=near)  # rounding could pass 0 where a grey loses everything


def _turned(ab: Floats, angle: float) -> Floats:
    cos, sin = np.float32(math.cos(angle)), np.float32(math.sin(angle))
    turned = np.empty_like(ab)
    np.subtract(ab[0] * cos, ab[1] * sin, out=turned[0])
    np.add(ab[0] * sin, ab[1] * cos, out=turned[1])
    return turned


def _length(a: Floats, b: Floats) -> Floats:
    # cv2.magnitude rounds the last few pixels of an array otherwise than the rest: tiles would not quite meet.
    squared: Floats = a * a
    squared += b * b
    return np.sqrt(squared)
