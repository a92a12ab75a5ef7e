"""The a*b* plane at one lightness: a picture of it, where sRGB's gamut ends in it, the codes of a place on it.

Colours are shown as the photo shows them, through :mod:`app.document.gamut`: within the gamut's outline the picture
has at (a*, b*) what a pixel of that L* becomes when (a*, b*) is painted on it.
"""

from __future__ import annotations

import itertools
import math
import threading
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.gamut import gamut_mapped_ab, planes_at_luminance, rgb_to_lab
from app.document.layer import Colour, srgb_ab
from app.document.space import SRGB, Floats

Numbers = float | NDArray[np.float64]

RADIUS = 110.0
"""C* at the rim of the picture. Only lights hold more (sRGB's own green, blue and magenta), no photo does."""
DIM, FAINT = 0.32, 0.12
"""Opacities of the picture where only another lightness holds what is asked, and where none does."""

_HUES = 1440  # a quarter of a degree: no edge is off by half a pixel, at any size a disc has on a screen
_SIDE = 176  # of the plane for which colours are worked out
_FADE = 10.0  # units of C*
_FAR = 1e6  # a chroma asked for this strongly is the greatest there is, to 1e-4
_LIGHTNESSES = np.linspace(0.0, 100.0, 201)  # where a colour is looked for that does not fit at its own
_SHARES = np.linspace(1.0, 0.0, 129)  # of the chroma, the greatest first
_NEIGHBOURS = np.array(list(itertools.product((0, -1, 1), repeat=3)))
_DELTA = 6.0 / 29.0  # CIE: below this the cube root of L*a*b* is a straight line


_prepared = threading.Event()


def prepare() -> None:
    """Make the tables that every picture needs, a third of a second, in any thread."""
    ab_picture(50, 8)
    gamut_outline(50)
    _prepared.set()


def is_prepared() -> bool:
    """Whether pictures come at once."""
    return _prepared.is_set()


def ab_picture(lightness: float, side: int) -> NDArray[np.uint8]:
    """(side, side, 4) uint8 sRGB and opacity, not premultiplied: the disc of all a*b* up to :data:`RADIUS`.

    a* grows to the right, b* upwards. What L* ``lightness`` (0..100, rounded to whole units) cannot hold is shown
    in the nearest lightness that can, at opacity :data:`DIM`, which fades to :data:`FAINT` where none can. The
    other edges are smooth over one pixel. Read-only: it is kept.
    """
    return _picture(_whole(lightness), side)


def gamut_outline(lightness: float, steps: int = 180) -> Floats:
    """(steps, 2) float32: a*b* of the most colourful that sRGB holds, hue by hue from 0 degrees on.

    At L* ``lightness`` (0..100, rounded to whole units). Read-only: it is kept.
    """
    return _outline(_whole(lightness), steps)


def colour_at(lightness: float, a: float, b: float) -> Colour:
    """The sRGB codes for a*, b*, at L* ``lightness`` where sRGB can.

    Where it cannot, lightness gives way first, for the photo's own takes its place anyway; only a chroma that sRGB has
    at no lightness is reduced, at the same hue.
    """
    inside = min(max(lightness, 0.0), 100.0)
    if _is_in_gamut(_linear_rgb(inside, a, b)):
        return nearest_code(inside, a, b)
    fits = _is_in_gamut(_linear_rgb(_LIGHTNESSES[:, None], a * _SHARES, b * _SHARES))
    greatest = int(np.argmax(fits.any(axis=0)))  # grey fits somewhere, so there is one
    possible = _LIGHTNESSES[fits[:, greatest]]
    nearest = float(possible[np.argmin(np.abs(possible - inside))])
    return nearest_code(nearest, a * float(_SHARES[greatest]), b * float(_SHARES[greatest]))


def nearest_code(lightness: float, a: float, b: float) -> Colour:
    """The codes nearest in a*b* among those around (L*, a*, b*); lightness decides between equals.

    Of the codes around, because rounding alone may miss a*b* by 2 in the dark, while half a code of light is nothing
    where only chroma counts. The a*b* of codes, at their own L*, gives the very same codes back.
    """
    codes = 255.0 * SRGB.curve.from_linear(np.clip(_linear_rgb(lightness, a, b), 0.0, 1.0))
    around = np.clip(np.rint(codes) + _NEIGHBOURS, 0, 255)
    away = rgb_to_lab(np.asarray(SRGB.curve.to_linear(around / 255.0)), SRGB) - np.array([lightness, a, b])
    nearest = around[np.argmin((away**2) @ np.array([0.02, 1.0, 1.0]))]
    return int(nearest[0]), int(nearest[1]), int(nearest[2])


def srgb_lab(color: Colour) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of sRGB codes."""
    lab = rgb_to_lab(np.asarray(SRGB.curve.to_linear(np.array(color, np.float64) / 255.0)), SRGB)
    return float(lab[0]), float(lab[1]), float(lab[2])


def shown_at(lightness: float, color: Colour) -> Colour:
    """The codes in which a pixel of L* ``lightness`` (rounded to whole units) shows ``color``."""
    return _shown(_whole(lightness), color)


def _whole(lightness: float) -> int:
    return round(min(max(lightness, 0.0), 100.0))


@lru_cache(maxsize=1024)
def _shown(lightness: int, color: Colour) -> Colour:
    L = np.full((1, 1), lightness, np.float32)
    ab = np.asarray(srgb_ab(color), np.float32)[None, None]
    red, green, blue = SRGB.encode(planes_at_luminance(SRGB.luminance(L), ab, SRGB, L), np.uint8)[:, 0, 0]
    return int(red), int(green), int(blue)


@lru_cache(maxsize=128)
def _outline(lightness: int, steps: int) -> Floats:
    hue = np.linspace(0.0, 2 * np.pi, steps, endpoint=False)
    asked = np.asarray(_FAR * np.stack([np.cos(hue), np.sin(hue)], axis=-1), np.float32)[None]
    outline: Floats = gamut_mapped_ab(np.full((1, steps), lightness, np.float32), asked, SRGB)[0]
    outline.flags.writeable = False
    return outline


@lru_cache(maxsize=24)
def _picture(lightness: int, side: int) -> NDArray[np.uint8]:
    chroma, hue_step, rim = _plane(side)
    opacity = np.full((side, side), FAINT, np.float32)
    pixel = 2 * RADIUS / side
    for edge, more, width in ((_edges().max(axis=0), DIM - FAINT, _FADE), (_edges()[lightness], 1.0 - DIM, pixel)):
        inside = (edge[hue_step] - chroma) * np.float32(1.0 / width) + np.float32(0.5)
        opacity += np.clip(inside, 0.0, 1.0) * np.float32(more)
    picture = np.empty((side, side, 4), np.uint8)
    picture[:, :, :3] = cv2.resize(_colours(lightness), (side, side), interpolation=cv2.INTER_LINEAR)
    picture[:, :, 3] = np.rint(opacity * rim * np.float32(255.0))
    picture.flags.writeable = False
    return picture


@lru_cache(maxsize=8)
def _colours(lightness: int) -> NDArray[np.uint8]:
    """(_SIDE, _SIDE, 3) sRGB codes of the plane; they change so gently that a larger picture needs no more."""
    ab, low, high = _reach()
    L = np.minimum(np.maximum(low, np.float32(lightness)), high)
    return np.ascontiguousarray(
        np.moveaxis(SRGB.encode(planes_at_luminance(SRGB.luminance(L), ab, SRGB, L), np.uint8), 0, 2)
    )


@lru_cache(maxsize=1)
def _reach() -> tuple[Floats, Floats, Floats]:
    """Of each place on the plane: a*b* (_SIDE, _SIDE, 2), the lowest and the highest L* at which sRGB has it.

    Where it has it at none, both are the L* at which it has most chroma of that hue.
    """
    chroma, hue_step, _ = _plane(_SIDE)
    low, high = (np.asarray(_edges().argmax(axis=0)[hue_step], np.float32) for _ in range(2))
    for lightness, edge in enumerate(_edges()):
        holds = edge[hue_step] >= chroma
        np.minimum(low, lightness, out=low, where=holds)
        np.maximum(high, lightness, out=high, where=holds)
    angle = hue_step * np.float32(2 * np.pi / _HUES)
    return np.stack([chroma * np.cos(angle), chroma * np.sin(angle)], axis=-1), low, high


@lru_cache(maxsize=1)
def _edges() -> Floats:
    """(101, _HUES) float32: the greatest C* at each whole L* and each hue."""
    return np.stack([np.hypot(*gamut_outline(lightness, _HUES).T) for lightness in range(101)])


@lru_cache(maxsize=3)
def _plane(side: int) -> tuple[Floats, NDArray[np.int16], Floats]:
    """(side, side) of each pixel: C*, which of the hue steps it has, how much of it lies within the disc."""
    line = (np.arange(side, dtype=np.float32) + np.float32(0.5)) * np.float32(2 * RADIUS / side) - np.float32(RADIUS)
    a, b = np.meshgrid(line, -line)
    chroma = np.hypot(a, b)
    hue_step = np.asarray(np.rint(np.arctan2(b, a) * (_HUES / (2 * math.pi))), np.int16) % _HUES
    rim = np.clip((RADIUS - chroma) * side / (2 * RADIUS), 0.0, 1.0)
    return chroma, hue_step, np.asarray(rim, np.float32)


def _linear_rgb(lightness: Numbers, a: Numbers, b: Numbers) -> NDArray[np.float64]:
    """(..., 3) linear sRGB of L*a*b* (D65), not limited to 0..1. Source: CIE 15:2004, 8.2.1, solved for X, Y, Z."""
    fy = (np.asarray(lightness, np.float64) + 16.0) / 116.0
    f = np.stack(np.broadcast_arrays(fy + a / 500.0, fy, fy - b / 200.0), axis=-1)
    relative = np.where(f > _DELTA, f * f * f, 3 * _DELTA**2 * (f - 4.0 / 29.0))
    return np.asarray((relative * SRGB.white) @ SRGB.from_xyz.T)


def _is_in_gamut(rgb: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether linear RGB (..., 3) is within 0..1, save for what rounding to codes takes away."""
    return np.asarray(((rgb > -1e-4) & (rgb < 1.0 + 1e-4)).all(axis=-1))
