"""Colours of other models as sRGB codes. Values beyond a model's range count as the nearest within it."""

from __future__ import annotations

import colorsys

import numpy as np

from app.document.layer import Colour
from app.document.space import SRGB

# ICC.1:2022, annex E: Bradford's adaptation from D50, at which Adobe's L*a*b* is taken, to sRGB's D65.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D50 = np.array([0.9642, 1.0, 0.8249])
_DELTA = 6 / 29


def rgb_colour(red: float, green: float, blue: float) -> Colour:
    """sRGB codes of sRGB values 0..1."""
    return _code(red), _code(green), _code(blue)


def grey_colour(brightness: float) -> Colour:
    """sRGB codes of a grey, 0 black to 1 white."""
    return rgb_colour(brightness, brightness, brightness)


def hsb_colour(hue: float, saturation: float, brightness: float) -> Colour:
    """sRGB codes of hue (0..1 round the circle), saturation and brightness 0..1."""
    return rgb_colour(*colorsys.hsv_to_rgb(hue, saturation, brightness))


def cmyk_colour(cyan: float, magenta: float, yellow: float, black: float) -> Colour:
    """sRGB codes of shares of ink 0..1, without any printer's profile: each ink takes its own light away."""
    light = 1 - _unit(black)
    return rgb_colour(*((1 - _unit(ink)) * light for ink in (cyan, magenta, yellow)))


def lab_colour(lightness: float, a: float, b: float) -> Colour:
    """sRGB codes of CIE L*a*b* at D50: L* 0..100, a* and b* -128..127; channel by channel beyond the gamut."""
    f_y = (min(max(lightness, 0.0), 100.0) + 16) / 116
    f = np.array([f_y + min(max(a, -128.0), 127.0) / 500, f_y, f_y - min(max(b, -128.0), 127.0) / 200])
    xyz = _D50 * np.where(f > _DELTA, f**3, 3 * _DELTA**2 * (f - 4 / 29))
    cones = _BRADFORD @ SRGB.white / (_BRADFORD @ _D50)
    adapted = np.linalg.solve(_BRADFORD, cones * (_BRADFORD @ xyz))
    codes = SRGB.curve.from_linear(np.clip(SRGB.from_xyz @ adapted, 0.0, 1.0))
    return rgb_colour(*codes.tolist())


def _code(value: float) -> int:
    return round(255 * _unit(value))


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
