"""What is asked of the network beside a layer's colours: what a place could be, and how else a region could look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.chroma import support_of
from app.document.gamut import colour_at_luminance
from app.document.layer import Colour, LayerState, hint_raster
from app.document.photo import Photo
from app.document.sources.neural import Neural
from app.document.space import SRGB

if TYPE_CHECKING:
    from app.jobs.answering import PhotoLight
    from model.colorizer import Colorizer

CHOICES = 5
"""The most likely colouring and four others."""
PICTURE_SIDE = 96
"""Pixels of the longer side of the small pictures."""
_AROUND = 0.25  # of the mask's box, shown beside it


@dataclass(frozen=True)
class Errand:
    """place: a point in photo pixels whose likely colours are asked for; None asks for the layer's alternatives."""

    photo: Photo
    layer: LayerState
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class Suggested:
    """Likely colours of a place, sRGB codes at its lightness and the share 0..1 of each, most likely first."""

    errand: Errand
    colours: list[tuple[Colour, float]]


@dataclass(frozen=True)
class Alternatives:
    """Small pictures, (h, w, 3) uint8 sRGB, of how the layer could look; their places are `Neural.choice`."""

    errand: Errand
    pictures: list[NDArray[np.uint8]]


def run_errand(colorizer: Colorizer, light: PhotoLight, errand: Errand) -> Suggested | Alternatives:
    """Ask the network."""
    if errand.place is not None:
        return Suggested(errand, _likely(colorizer, light, *errand.place))
    return Alternatives(errand, _alternatives(colorizer, light, errand.layer))


def _likely(colorizer: Colorizer, light: PhotoLight, x: float, y: float) -> list[tuple[Colour, float]]:
    h, w = light.small.shape
    height, width = light.size
    column, row = x * w / width, y * h / height
    lightness = light.small[min(h - 1, max(0, int(row))), min(w - 1, max(0, int(column)))]
    found = colorizer.suggestions(light.small, column, row)
    return [(_codes(float(lightness), ab), share) for ab, share in found]


def _codes(lightness: float, ab: tuple[float, float]) -> Colour:
    """The sRGB codes of a colour as it would look at a lightness."""
    Y = SRGB.luminance(np.full((1, 1), lightness, np.float32))
    linear = colour_at_luminance(Y, np.array(ab, np.float32).reshape(1, 1, 2), SRGB)
    red, green, blue = SRGB.encode(linear, np.uint8)[0, 0]
    return int(red), int(green), int(blue)


def _alternatives(colorizer: Colorizer, light: PhotoLight, layer: LayerState) -> list[NDArray[np.uint8]]:
    h, w = light.small.shape
    presence = layer.coverage.presence(h, w)
    if not presence.any():
        presence[:] = 1
    support = support_of(presence)
    hint_ab, hint_mask = hint_raster(layer.hints, light.size, (h, w))
    vividness = layer.source.vividness if isinstance(layer.source, Neural) else None
    found = colorizer.alternatives(
        light.small, support, hint_ab, hint_mask & support, count=CHOICES, vividness=vividness
    )
    box = _box(presence)
    return [_picture(light.small, ab * presence, box) for ab in found]


def _box(presence: NDArray[np.uint8]) -> tuple[slice, slice]:
    """What is covered and a little around it: a square, as far as the photo has room."""
    x, y, w, h = cv2.boundingRect(presence)
    side = round((1 + 2 * _AROUND) * max(w, h)) + 2
    return _span(y, h, side, presence.shape[0]), _span(x, w, side, presence.shape[1])


def _span(start: int, length: int, wanted: int, room: int) -> slice:
    wanted = min(wanted, room)
    begin = min(max(0, start + (length - wanted) // 2), room - wanted)
    return slice(begin, begin + wanted)


def _picture(L: NDArray[np.float32], ab: NDArray[np.float32], box: tuple[slice, slice]) -> NDArray[np.uint8]:
    part = np.ascontiguousarray(np.moveaxis(ab[(slice(None), *box)], 0, 2), np.float32)
    linear = colour_at_luminance(SRGB.luminance(L[box]), part, SRGB)
    codes = SRGB.encode(linear, np.uint8).astype(np.uint8)
    scale = PICTURE_SIDE / max(codes.shape[:2])
    size = max(1, round(codes.shape[1] * scale)), max(1, round(codes.shape[0] * scale))
    return np.asarray(cv2.resize(codes, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8)
