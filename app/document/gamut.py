"""Chroma brought to a pixel's own light: every colour the program shows is made here.

The luminance of the photo is never touched. A colour that the RGB space cannot hold at that luminance
loses chroma along constant L* and hue, softly, and is never clipped: clipping a channel would change both
its light and its hue.

Two steps. A table of the greatest chroma per lightness and hue bends the request with a soft knee; then,
because a table is only nearly right, the colour is fitted exactly in linear RGB, on the straight line to
the grey of its luminance. All colours on that line share their luminance: no light is lost.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.space import Floats, RgbSpace

KNEE = 0.85
"""Requests up to this share of the greatest chroma are kept as they are; only beyond it do they bend."""

_LIGHTNESS_STEPS = 128  # table rows, L* 0..100
_HUE_STEPS = 480  # table columns, 0..360 degrees; fine enough that the exact fit turns no hue by a degree
_COARSE = 8.0  # step of the scan for the gamut's edge, in units of chroma
_MOST_CHROMA = 256.0  # beyond any RGB space in use (ProPhoto's deepest is about 230)
_DELTA = 6.0 / 29.0
_JUST_NOTICED = 2.0  # chroma


def colour_at_luminance(luminance: Floats, ab: Floats, space: RgbSpace) -> Floats:
    """Linear RGB (h, w, 3) float32, in gamut, of a* b* at exactly the given luminance.

    luminance: (h, w) float32 Y in 0..1; ab: (h, w, 2) float32 CIE a*b* at the space's white, any size.
    The result is within 0..1, its luminance is Y to 1e-6, its hue that of ``ab``; its chroma grows with the
    request and equals it up to :data:`KNEE` of what the space can hold there.
    """
    return np.asarray(cv2.merge(list(planes_at_luminance(luminance, ab, space))), np.float32)


def planes_at_luminance(
    luminance: Floats, ab: Floats, space: RgbSpace, lightness: Floats | None = None, *, bends: bool = True
) -> Floats:
    """The same as three planes (3, h, w), the form in which layers are mixed.

    lightness: (h, w) L* of the same luminance, for who has it at hand: cube roots are a third of the work. bends:
    whether chroma beyond :data:`KNEE` bends; colours that came out of the gamut go back into it as they are.
    """
    Y = np.ascontiguousarray(luminance, np.float32)
    if lightness is None:
        lightness = space.lightness(Y)
    if bends:
        a, b = _within_reach(lightness, ab, space)
    else:
        a, b = (np.ascontiguousarray(ab[:, :, channel], np.float32) for channel in range(2))
    offset = _linear_rgb(lightness, a, b, space)  # planes (3, h, w): the colour, from here on minus its grey
    weights = space.luminance_weights
    grey = offset[0] * weights[0]
    grey += offset[1] * weights[1]
    grey += offset[2] * weights[2]
    offset -= grey
    # The longest step from grey towards the colour that stays within 0..1, at most the whole way.
    highest = np.maximum(np.maximum(offset[0], offset[1]), offset[2])
    lowest = np.minimum(np.minimum(offset[0], offset[1]), offset[2])
    np.maximum(highest, np.float32(1e-9), out=highest)
    np.minimum(lowest, np.float32(-1e-9), out=lowest)
    step = np.minimum((np.float32(1.0) - Y) / highest, -Y / lowest)
    np.minimum(step, np.float32(1.0), out=step)
    np.maximum(step, np.float32(0.0), out=step)
    offset *= step
    offset += Y
    np.clip(offset, 0.0, 1.0, out=offset)  # the last bit of a float32 only: the step above has done the work
    return offset


def prepare(space: RgbSpace) -> None:
    """Build the space's tables now, a tenth of a second, so that the first colour drawn need not wait for them."""
    _greatest_chroma(space)
    for dtype in (np.uint8, np.uint16):
        space.decode(space.encode(np.zeros((1, 1), np.float32), dtype))
        space.lightness_of_codes(np.zeros((1, 1), dtype))


def gamut_mapped_ab(lightness: Floats, ab: Floats, space: RgbSpace) -> Floats:
    """(h, w, 2) float32: the a* b* really reached when ``ab`` is asked for at L* ``lightness`` (h, w)."""
    rgb = colour_at_luminance(space.luminance(lightness), ab, space)
    return rgb_to_lab(rgb, space)[:, :, 1:]


def rgb_to_lab(rgb: Floats, space: RgbSpace) -> Floats:
    """CIE L*a*b* (..., 3) float32, at the space's own white, of linear RGB (..., 3) in 0..1."""
    xyz = np.asarray(rgb, np.float64) @ (space.to_xyz / space.white[:, None]).T
    f = np.where(xyz > _DELTA**3, np.cbrt(xyz), xyz / (3 * _DELTA**2) + 4 / 29)
    lab = np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)
    return np.asarray(lab, np.float32)


def exceeds_gamut(lightness: Floats, ab: Floats, space: RgbSpace) -> NDArray[np.bool_]:
    """(h, w): where a*b* (2, h, w) asks for more chroma than the space holds at L* (h, w), by what an eye can tell."""
    chroma, greatest = _chroma_and_greatest(lightness, ab[0], ab[1], space)
    return np.asarray(chroma > greatest + np.float32(_JUST_NOTICED))


def _chroma_and_greatest(lightness: Floats, a: Floats, b: Floats, space: RgbSpace) -> tuple[Floats, Floats]:
    chroma, hue = cv2.cartToPolar(
        np.ascontiguousarray(a, np.float32), np.ascontiguousarray(b, np.float32), angleInDegrees=True
    )
    hue *= np.float32(_HUE_STEPS / 360.0)
    row = lightness * np.float32(_LIGHTNESS_STEPS / 100.0)
    greatest = cv2.remap(_greatest_chroma(space), hue, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(chroma, np.float32), np.asarray(greatest, np.float32)


def _within_reach(lightness: Floats, ab: Floats, space: RgbSpace) -> tuple[Floats, Floats]:
    """a* and b* planes with the chroma bent below the table's greatest chroma at that lightness and hue."""
    a, b = (np.ascontiguousarray(ab[:, :, channel], np.float32) for channel in range(2))
    scale = _knee(*_chroma_and_greatest(lightness, a, b, space))
    return a * scale, b * scale


def _knee(chroma: Floats, greatest: Floats) -> Floats:
    """Factor on the chroma: 1 up to the knee; beyond it the chroma reached grows towards ``greatest``.

    Beyond the knee it is knee + rest * x / (1 + x) with x = (asked - knee) / rest: slope 1 at the knee.
    """
    knee = greatest * np.float32(KNEE)
    rest = greatest - knee
    over = chroma - knee
    np.maximum(over, np.float32(0.0), out=over)
    asked = np.maximum(chroma, np.float32(1e-6))
    bent: Floats = over * rest / np.maximum(rest + over, np.float32(1e-6))
    bent += np.minimum(chroma, knee)
    bent /= asked
    return bent


def _linear_rgb(lightness: Floats, a: Floats, b: Floats, space: RgbSpace) -> Floats:
    """(3, h, w) float32 linear RGB planes of L*, a*, b* planes; not limited to 0..1."""
    fy = (lightness + np.float32(16.0)) * np.float32(1.0 / 116.0)
    white = space.white
    x = _light_of(fy + a * np.float32(1.0 / 500.0))
    y = _light_of(fy)
    z = _light_of(fy - b * np.float32(1.0 / 200.0))
    matrix = (space.from_xyz * white).astype(np.float32)
    planes = np.empty((3, *lightness.shape), np.float32)
    for plane, (of_x, of_y, of_z) in zip(planes, matrix, strict=True):
        np.multiply(x, of_x, out=plane)
        plane += y * of_y
        plane += z * of_z
    return planes


def _light_of(f: Floats) -> Floats:
    """CIE's inverse of f(t): t / t_white from L*a*b*'s cube-root scale."""
    foot = (f - np.float32(4.0 / 29.0)) * np.float32(3 * _DELTA**2)
    return np.asarray(np.where(f > np.float32(_DELTA), f * f * f, foot), np.float32)


@lru_cache(maxsize=8)
def _greatest_chroma(space: RgbSpace) -> Floats:
    """(L* steps + 1, hue steps + 1) float32: the greatest C* in gamut, L* 0..100 by hue 0..360 degrees.

    The gamut's edge is the *first* way out when going from grey: a scan in coarse steps finds its interval,
    bisection refines it.
    """
    lightness = np.linspace(0.0, 100.0, _LIGHTNESS_STEPS + 1)
    hue = np.linspace(0.0, 2 * np.pi, _HUE_STEPS + 1)
    cos, sin = np.cos(hue).astype(np.float32), np.sin(hue).astype(np.float32)
    table = np.empty((lightness.size, hue.size), np.float32)
    for index, value in enumerate(lightness):
        row = np.full(hue.size, value, np.float32)
        table[index] = _edge_of_gamut(row, cos, sin, space)
    table[[0, -1]] = 0.0  # black and white hold no colour at all
    return table


def _edge_of_gamut(lightness: Floats, cos: Floats, sin: Floats, space: RgbSpace) -> NDArray[np.float32]:
    coarse = np.arange(0.0, _MOST_CHROMA + 1, _COARSE, dtype=np.float32)[:, None]
    inside = _in_gamut(np.broadcast_to(lightness, (coarse.size, lightness.size)), coarse * cos, coarse * sin, space)
    inside[0] = True  # grey itself, whatever the last bit says
    first_out = np.where(inside.all(axis=0), coarse.size - 1, np.argmin(inside, axis=0))
    high = coarse[first_out, 0]
    low = np.maximum(high - np.float32(_COARSE), np.float32(0.0))
    for _ in range(14):
        middle = (low + high) * np.float32(0.5)
        good = _in_gamut(lightness[None], (middle * cos)[None], (middle * sin)[None], space)[0]
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return np.asarray(low, np.float32)


def _in_gamut(lightness: Floats, a: Floats, b: Floats, space: RgbSpace) -> NDArray[np.bool_]:
    rgb = _linear_rgb(lightness, a, b, space)
    return np.asarray(((rgb >= -1e-6) & (rgb <= 1 + 1e-6)).all(axis=0))
