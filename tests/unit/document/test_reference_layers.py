"""Stacks of layers against a painter of whole arrays in double precision, who follows the definitions to the letter.

Alpha-over (Porter and Duff 1984) in linear RGB, of colours at the pixel's luminance; CIE 15:2004 for L*a*b*; the
sources, the adjustments, the lock and the dabs by what their docstrings say, without tables, tiles or caches.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.adjustments import PALE, SKIN_HUE, SKIN_REACH, SKIN_SPARED, WARM_HUE, WARM_SHARE, Adjustments
from app.document.chroma import ChromaField
from app.document.chroma_tiles import ChromaTiles
from app.document.composite import Compositor
from app.document.dab_chroma import EXACT
from app.document.gamut import KNEE
from app.document.geometry import TILE, Rect
from app.document.layer import DocumentState, Hint, LayerState, srgb_ab
from app.document.palette import GREY, Palette, PaletteLock, Swatch
from app.document.photo import Photo
from app.document.sources.neural import NEURAL, Neural
from app.document.sources.original import ORIGINAL, Original
from app.document.sources.painted import Painted
from app.document.sources.tint import Stop, Tint
from app.document.space import SRGB
from app.document.tiles import TileMask
from app.document.tone import Tone

Plane = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HEIGHT, WIDTH = 24, 268  # beyond one tile
TO_XYZ, FROM_XYZ, WHITE = SRGB.to_xyz, SRGB.from_xyz, SRGB.white
WEIGHTS = TO_XYZ[1] / TO_XYZ[1].sum()
MOST_BENT = 16
"""Codes of 255, in one channel: on the sharp ridge of light yellows. Elsewhere it is one or two."""
SMOOTH = np.linspace(-1, 1, WIDTH)[None] * np.linspace(0.2, 1, HEIGHT)[:, None]
"""(HEIGHT, WIDTH), what masks and paint are made of."""


# The painter


class Picture(NamedTuple):
    """codes: (H, W, 3), before rounding. bent: where a colour came near the gamut's edge; vague: where rounding
    decides between two colours."""

    codes: Plane
    bent: Bools
    vague: Bools


def painted(photo: Photo, state: DocumentState) -> Picture:
    top = np.iinfo(photo.dtype).max
    shown = state.tone.apply(photo.grey, photo.source, photo.space)
    light = SRGB.curve.to_linear(shown / top)
    linear = np.stack([light] * 3)
    copied, bent, vague = (np.zeros(light.shape, np.bool_) for _ in range(3))
    for layer in state.seen:
        coverage = layer.coverage.to_array()
        alpha = coverage / 255 * layer.opacity
        colour, is_bent, is_vague = at_light(photo, layer, light, state.tone.is_neutral)
        linear = colour * alpha + linear * (1 - alpha)
        bent |= is_bent & (alpha > 0)
        vague |= is_vague & (alpha > 0)
        copied = (copied & (coverage == 0)) | (layer.copies & state.tone.is_neutral & (coverage == 255))
    codes = np.moveaxis(SRGB.curve.from_linear(np.clip(linear, 0, 1)) * top, 0, 2)
    assert photo.source is not None
    return Picture(np.where(copied[:, :, None], photo.source, codes), bent, vague)


def at_light(photo: Photo, layer: LayerState, light: Plane, plain: bool) -> tuple[Plane, Bools, Bools]:
    """(3, H, W) linear RGB of the layer's full-strength colour, and where it is bent or vague."""
    top = np.iinfo(photo.dtype).max
    assert photo.source is not None
    original = np.moveaxis(SRGB.curve.to_linear(photo.source / top), 2, 0)
    nowhere = np.zeros(light.shape, np.bool_)
    if layer.is_unadjusted and isinstance(layer.source, Original) and plain:
        return original - np.tensordot(WEIGHTS, original, 1) + light, nowhere, nowhere
    lightness = lab_of(np.stack([SRGB.curve.to_linear(photo.grey / top)] * 3))[0]
    ab = chroma_of(layer, lightness, original)
    if ab is None:
        return np.stack([light] * 3), nowhere, nowhere
    ab = adjusted(dabbed(ab, layer), layer.adjustments)
    vague = nowhere
    if layer.palette is not None and layer.palette.softness == 0:
        ab, vague = snapped(ab, layer.palette.palette.ab)
    return in_gamut(light, ab, layer.source.bends, vague)


def chroma_of(layer: LayerState, lightness: Plane, original: Plane) -> Plane | None:
    source = layer.source
    if isinstance(source, Original):
        return lab_of(original)[1:]
    if isinstance(source, Tint):
        places = [stop.lightness for stop in source.stops]
        ends = np.array([srgb_ab(stop.color) for stop in source.stops])
        return np.stack([np.interp(lightness, places, ends[:, i]) for i in range(2)])
    if isinstance(source, Painted):
        whole = np.zeros((2, HEIGHT, 2 * TILE))
        for (_, tx), tile in source.tiles.tiles.items():
            whole[:, :, tx * TILE : (tx + 1) * TILE] = tile[:2, :HEIGHT]
        return whole[:, :, :WIDTH]
    if layer.field is None:
        return None
    slope_a, slope_b, a, b = layer.field.coefficients[0, 0].astype(np.float64)
    return np.clip(np.stack([slope_a * lightness + a, slope_b * lightness + b]), -128, 128)


def dabbed(ab: Plane, layer: LayerState) -> Plane:
    """Squares of colour: whole in the middle, falling smoothly to nothing at the border, the last on top."""
    if not isinstance(layer.source, Neural):
        return ab
    columns, rows = np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5
    for dab in layer.hints:
        fade = (1 - EXACT) * dab.size / 2
        near = [
            np.clip(1 - (np.abs(places - centre) - 0.5 - EXACT * dab.size / 2) / fade, 0, 1)
            for places, centre in ((rows, dab.y), (columns, dab.x))
        ]
        inside = np.zeros((HEIGHT, WIDTH), np.bool_)
        inside[dab.rect.clip(HEIGHT, WIDTH).slices] = True
        share = np.minimum(near[0][:, None], near[1][None]) * inside
        share = share * share * (3 - 2 * share)
        ab = ab + share * (np.array(srgb_ab(dab.color))[:, None, None] - ab)
    return ab


def adjusted(ab: Plane, adjustments: Adjustments) -> Plane:
    a, b = ab * adjustments.saturation
    chroma, hue = np.hypot(a, b), np.arctan2(b, a)
    edge = math.cos(math.radians(SKIN_REACH))
    skin = np.maximum(np.cos(hue - math.radians(SKIN_HUE)) - edge, 0) / (1 - edge)
    chroma = chroma * (1 + adjustments.vibrance * (1 - SKIN_SPARED * skin**2) / (1 + (chroma / PALE) ** 2))
    hue = hue + math.radians(adjustments.hue)
    a, b = chroma * np.cos(hue), chroma * np.sin(hue)
    warm = WARM_SHARE * adjustments.warmth * chroma
    a, b = a + warm * math.cos(math.radians(WARM_HUE)), b + warm * math.sin(math.radians(WARM_HUE))
    return np.stack([a, b]) * adjustments.strength


def snapped(ab: Plane, swatches: npt.NDArray[np.float32]) -> tuple[Plane, Bools]:
    """Each pixel in the nearest swatch's a*b*, greys left; and where two swatches are about as near, or grey begins."""
    away = np.stack([np.hypot(ab[0] - a, ab[1] - b) for a, b in swatches.astype(np.float64)])
    chroma = np.hypot(*ab)
    nearest = np.moveaxis(swatches[away.argmin(axis=0)].astype(np.float64), 2, 0)
    two = np.sort([*away, np.full(chroma.shape, np.inf)], axis=0)[:2]
    return np.where(chroma < GREY, ab, nearest), (two[1] - two[0] < 2) | (np.abs(chroma - GREY) < 0.01)


def in_gamut(light: Plane, ab: Plane, bends: bool, vague: Bools) -> tuple[Plane, Bools, Bools]:
    """Chroma bent below the gamut's edge along constant L* and hue, then the straight line to grey."""
    lightness = lab_of(np.stack([light] * 3))[0]
    chroma = np.hypot(*ab)
    bent = np.zeros(light.shape, np.bool_)
    if bends:
        greatest = greatest_chroma(lightness, ab / np.maximum(chroma, 1e-9))
        knee, rest = KNEE * greatest, (1 - KNEE) * greatest
        bent = chroma > 0.97 * knee
        over = np.maximum(chroma - knee, 0)
        scale = (np.minimum(chroma, knee) + over * rest / np.maximum(over + rest, 1e-9)) / np.maximum(chroma, 1e-9)
        ab = ab * scale
    offset = linear_of(lightness, ab)
    offset = offset - np.tensordot(WEIGHTS, offset, 1)
    room = np.where(offset > 0, 1 - light, light) / np.maximum(np.abs(offset), 1e-12)
    step = np.minimum(room.min(axis=0), 1)
    return light + offset * step, bent | (step < 1), vague


def greatest_chroma(lightness: Plane, direction: Plane) -> Plane:
    low, high = np.zeros(lightness.shape), np.full(lightness.shape, 256.0)
    for _ in range(24):
        middle = (low + high) / 2
        linear = linear_of(lightness, direction * middle)
        good = ((linear >= -1e-6) & (linear <= 1 + 1e-6)).all(axis=0)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return low


def lab_of(linear: Plane) -> Plane:
    relative = np.tensordot(TO_XYZ, linear, 1) / WHITE[:, None, None]
    x, y, z = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def linear_of(lightness: Plane, ab: Plane) -> Plane:
    y = (lightness + 16) / 116
    f = np.stack([y + ab[0] / 500, y, y - ab[1] / 200])
    relative = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    return np.tensordot(FROM_XYZ, relative * WHITE[:, None, None], 1)


# What is painted


@lru_cache(maxsize=2)
def photo_of(bits: int) -> Photo:
    """Every lightness, in pale and in vivid colours."""
    dtype = np.uint8 if bits == 8 else np.uint16
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    rgb = 0.5 + 0.5 * np.stack([np.sin(x / 19 + y), np.sin(x / 23 + 2), np.sin(x / 31 + y / 3 + 4)], axis=-1)
    return Photo.from_rgb(np.rint(rgb * np.iinfo(dtype).max).astype(dtype))


def mask_of(kind: str) -> TileMask:
    codes = {
        "full": 255 + 0 * SMOOTH,
        "soft": 128 + 127 * SMOOTH,
        "hard": 255 * (SMOOTH > 0),
        "thin": 3 * (SMOOTH > 0.1),
    }
    return TileMask.from_array(codes[kind].astype(np.uint8))


def paint(shift: float) -> Painted:
    planes = np.zeros((3, TILE, 2 * TILE), np.float16)
    planes[0, :HEIGHT, :WIDTH], planes[1, :HEIGHT, :WIDTH] = 60 * SMOOTH + shift, 40 * SMOOTH - shift
    planes[2, :HEIGHT, :WIDTH] = 1
    return Painted(ChromaTiles().with_tiles({(0, tx): planes[:, :, tx * TILE :][:, :, :TILE].copy() for tx in (0, 1)}))


def answered(slope: float, a: float, b: float) -> ChromaField:
    return ChromaField(np.full((4, 4, 4), (slope, -slope, a, b), np.float32), (HEIGHT, WIDTH))


colours = st.tuples(*[st.integers(0, 255)] * 3)
sources = st.one_of(
    st.just(ORIGINAL),
    colours.map(Tint.of),
    st.tuples(colours, colours).map(lambda pair: Tint((Stop(20, pair[0]), Stop(85, pair[1])))),
    st.integers(-30, 30).map(paint),
    st.just(NEURAL),
)
values = st.sampled_from([-1.0, -0.3, 0.0, 0.0, 0.0, 0.5, 1.0])
adjustments = st.builds(
    Adjustments,
    st.sampled_from([1.0, 1.0, 0.4]),
    st.sampled_from([1.0, 1.0, 0.5, 1.6]),
    values,
    values.map(lambda value: 180 * value),
    values,
)
palettes = st.lists(colours, min_size=1, max_size=4, unique=True).map(
    lambda found: Palette("some", tuple(map(Swatch, found)))
)
locks = st.one_of(st.none(), st.none(), st.builds(PaletteLock, palettes, st.sampled_from([0.0, 1.0])))
dabs = st.builds(Hint, st.integers(0, WIDTH), st.integers(0, HEIGHT), st.integers(4, 90), colours)
layers = st.builds(
    LayerState,
    st.just("a layer"),
    st.sampled_from(["full", "soft", "hard", "thin"]).map(mask_of),
    hints=st.lists(dabs, max_size=2).map(tuple),
    source=sources,
    field=st.one_of(st.none(), st.builds(answered, values, st.integers(-40, 40), st.integers(-40, 40))),
    opacity=st.sampled_from([1.0, 1.0, 0.7, 0.2, 0.0]),
    visible=st.sampled_from([True, True, True, False]),
    adjustments=adjustments,
    palette=locks,
)
tones = st.sampled_from([Tone(), Tone(), Tone(), Tone(contrast=0.4), Tone(mixer=(0.8, 0.1, 0.1))])


@st.composite
def roots(draw: Callable[..., Any]) -> DocumentState:
    stack = draw(st.lists(layers, min_size=1, max_size=6))
    numbered = tuple(replace(layer, id=number) for number, layer in enumerate(stack))
    place = st.integers(0, len(stack) - 1)
    return DocumentState(numbered, draw(place), solo=draw(st.one_of(st.none(), st.none(), place)), tone=draw(tones))


@pytest.mark.parametrize(("bits", "most", "most_bent"), [(8, 1, MOST_BENT), (16, 2, 257 * MOST_BENT)])
@settings(max_examples=30, deadline=None)
@given(state=roots())
def test_layers_lie_over_each_other_as_a_painter_of_whole_arrays_lays_them(
    bits: int, most: int, most_bent: int, state: DocumentState
) -> None:
    photo = photo_of(bits)
    """To a code; where colours bend, the program's table of the gamut's edge may differ from the edge itself."""
    expected = painted(photo, state)
    found = Compositor(photo).region(state, 0, Rect(0, 0, WIDTH, HEIGHT))
    off = np.where(expected.vague[:, :, None], 0, np.abs(found - np.rint(expected.codes)))
    assert np.where(expected.bent[:, :, None], 0, off).max() <= most
    assert off.max() <= most_bent
    assert (found == np.concatenate(list(Compositor(photo).rows(state)))).all()
