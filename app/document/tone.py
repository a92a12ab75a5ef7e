"""The light of the whole photo, changed on purpose: how its colours make the grey, brightness, contrast, a curve.

Neutral by default, and set apart from the layers' colours, which never touch the light. Every pixel of the result
depends on its own codes alone, so tiles meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.space import Codes, RgbSpace, each_strip
from app.pressure import MOST_POINTS, NEAREST, CurvePoint, PressureCurve

Mixer = tuple[float, float, float]
"""Shares of red, green and blue in the grey."""

RANGES: dict[str, tuple[float, float]] = {"share": (-2.0, 3.0), "brightness": (-1.0, 1.0), "contrast": (-1.0, 1.0)}
"""Lowest and highest value of each share of the mixer, of brightness and of contrast."""

STRAIGHT: tuple[CurvePoint, ...] = ((0.0, 0.0), (1.0, 1.0))

STEEPEST = 4.0
"""Slope of full contrast at mid grey, and of full brightness at black."""

_Doubles = NDArray[np.float64]
_THIRDS = np.linspace(0.0, 1.0, 4)


@dataclass(frozen=True)
class Tone:
    """What is done to the grey that everything lies on; the defaults change nothing.

    mixer: shares of red, green and blue in the light of the grey, -2..3 each; None, like a photo without colours,
    leaves the grey as it is. brightness, contrast: -1..1. curve: points (L*, L*)/100 of a
    :class:`~app.pressure.PressureCurve`, from left to right.

    The mixer sums *linear light*, as film behind a coloured glass does: shares equal to the luminance weights of the
    space give the photo's own grey, a thing in half the light becomes half as light a grey, and shares that sum to 1
    leave grey as it was. A sum below black or above white is cut off there: a soft shoulder would grey white paper.

    Brightness, contrast and curve follow in this order and work on L*/100, so that they mean the same in every RGB
    space. Brightness and contrast keep black and white and cut nothing off: bias and gain of Schlick, "Fast
    alternatives to Perlin's bias and gain functions", Graphics Gems IV (1994).

    Raises ValueError, with a sentence, for what is out of range.
    """

    mixer: Mixer | None = None
    brightness: float = 0.0
    contrast: float = 0.0
    curve: tuple[CurvePoint, ...] = STRAIGHT

    def __post_init__(self) -> None:
        if self.mixer is not None:
            if not isinstance(self.mixer, tuple) or len(self.mixer) != 3:
                raise ValueError("The grey is mixed from three shares: of red, of green and of blue.")
            for colour, share in zip(("red", "green", "blue"), self.mixer, strict=True):
                _check(f"share of {colour} in the grey", share, RANGES["share"])
        _check("brightness of a photo", self.brightness, RANGES["brightness"])
        _check("contrast of a photo", self.contrast, RANGES["contrast"])
        _check_curve(self.curve)

    @property
    def is_neutral(self) -> bool:
        """Whether the photo stays as it is."""
        return self.mixer is None and not self._bends

    @property
    def _bends(self) -> bool:
        return bool(self.brightness or self.contrast or self.curve != STRAIGHT)

    def apply(self, grey: Codes, source: Codes | None, space: RgbSpace) -> Codes:
        """(h, w) codes of the type of ``grey`` (h, w): a new array, but ``grey`` itself where nothing changes.

        source: (h, w, 3) codes of the photo's colours, None where it has none.
        """
        if self.mixer is not None and source is not None:
            grey = _mixed(source, self.mixer, space)
        if not self._bends or not grey.size:
            return grey
        table = _table(self.brightness, self.contrast, self.curve, space, grey.dtype.itemsize)
        return np.asarray(cv2.LUT(np.ascontiguousarray(grey), table))

    def to_dict(self) -> dict[str, Any]:
        """Its settings by name, in JSON's types."""
        return {
            "mixer": None if self.mixer is None else list(self.mixer),
            "brightness": self.brightness,
            "contrast": self.contrast,
            "curve": [list(point) for point in self.curve],
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Tone:
        """From what :meth:`to_dict` gave; what is missing is neutral. Raises ValueError for anything else."""
        unknown = sorted(set(stored) - {"mixer", "brightness", "contrast", "curve"})
        if unknown:
            raise ValueError(f"Tone is mixer, brightness, contrast and curve, not {unknown[0]!r:.40}.")
        settings = dict(stored)
        if isinstance(settings.get("mixer"), list):
            settings["mixer"] = tuple(settings["mixer"])
        if isinstance(settings.get("curve"), list):
            settings["curve"] = tuple(tuple(p) if isinstance(p, list) else p for p in settings["curve"])
        return cls(**settings)


def _check(what: str, value: object, allowed: tuple[float, float]) -> None:
    low, high = allowed
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"The {what} is {low:g} to {high:g}, not {value!r:.20}.")


def _check_curve(points: tuple[CurvePoint, ...]) -> None:
    try:
        hash(PressureCurve(points))
    except (ValueError, TypeError):
        raise ValueError(
            f"A tone curve has 2 to {MOST_POINTS} points, each two numbers 0 to 1, from left to right and at least "
            f"{NEAREST:g} apart."
        ) from None


def _mixed(source: Codes, mixer: Mixer, space: RgbSpace) -> Codes:
    """(h, w) codes of the mixed light of (h, w, 3) codes."""
    grey: Codes = np.empty(source.shape[:2], source.dtype)

    def mix(rows: slice) -> None:
        red, green, blue = (space.decode(np.asarray(plane)) for plane in cv2.split(source[rows]))
        # Not cv2.transform, which may round the last few pixels otherwise than the rest.
        red *= np.float32(mixer[0])
        red += green * np.float32(mixer[1])
        red += blue * np.float32(mixer[2])
        grey[rows] = space.encode(red, source.dtype)

    each_strip(mix, *source.shape[:2])
    return grey


@lru_cache(maxsize=16)
def _table(brightness: float, contrast: float, curve: tuple[CurvePoint, ...], space: RgbSpace, size: int) -> Codes:
    """The code, of ``size`` bytes, that each code becomes."""
    dtype, greatest = (np.uint8, 255) if size == 1 else (np.uint16, 65535)
    codes: Codes = np.arange(greatest + 1).astype(dtype)
    share = space.lightness_of_codes(codes).astype(np.float64) / 100
    share = _biased(share, STEEPEST**brightness)
    lower = _biased(np.minimum(2 * share, 1), STEEPEST**-contrast)
    upper = _biased(np.maximum(2 * share - 1, 0), STEEPEST**contrast)
    share = _curved((lower + upper) / 2, curve)
    light = space.luminance((100 * share).astype(np.float32)).astype(np.float64)
    # The curve itself, not the space's table of it, which may be off by a fifth of a 16-bit code.
    table: Codes = np.rint(np.clip(space.curve.from_linear(light), 0, 1) * greatest).astype(dtype)
    table.flags.writeable = False
    return table


def _biased(share: _Doubles, slope: float) -> _Doubles:
    """Schlick's bias of 0..1, told by its slope at 0, which is 1 / its slope at 1."""
    return np.asarray(share * slope / (share * slope + (1 - share)))


def _curved(share: _Doubles, points: tuple[CurvePoint, ...]) -> _Doubles:
    """The curve through the points at each share 0..1.

    Between two points it is a cubic, and four of its places tell which: 65536 codes need not ask one by one.
    """
    if points == STRAIGHT:
        return share
    curve = PressureCurve(points)
    bent = np.where(share <= points[0][0], points[0][1], points[-1][1])
    for (x0, y0), (x1, y1) in pairwise(points):
        inside = (share > x0) & (share < x1)
        places = [curve.at(x0 + (x1 - x0) * float(third)) for third in _THIRDS]
        cubic = np.linalg.solve(np.vander(_THIRDS), places)
        value = np.polyval(cubic, (share[inside] - x0) / (x1 - x0))
        bent[inside] = np.clip(value, min(y0, y1), max(y0, y1))
    return bent


PLAIN = Tone()
"""The photo's own grey."""
