"""One answer of the network for one layer: from mask and hints to a chroma field at any size.

Pure functions between the document and the model, without Qt: the live worker and the command line call the same ones,
so a layer refreshed in the window equals what ``huebrush colorize`` writes for the same mask.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.chroma import GUIDE_LONG_SIDE, Chroma, ChromaField, fit, merge, support_of
from app.document.geometry import EMPTY_RECT, Rect
from app.document.layer import DocumentState, Hint, LayerState, Source, hint_raster
from app.document.photo import Photo
from model.colorizer import LONG_SIDE, Colorizer

SETTLED = 0.05
"""Coefficients whose colour changes by less than this (a*b* units) are left as they were: what is painted stays."""


@dataclass(frozen=True, eq=False)
class PhotoLight:
    """What the network sees of a photo: L* at network size, L* at guide size. Arrays are kept and never changed."""

    photo: Photo
    small: NDArray[np.float32]
    guide: NDArray[np.float32]

    @classmethod
    def of(cls, photo: Photo, long_side: int = LONG_SIDE) -> PhotoLight:
        return cls(photo, photo.lightness_at(long_side), photo.lightness_at(GUIDE_LONG_SIDE))

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the photo."""
        return self.photo.height, self.photo.width


class Kept(NamedTuple):
    """What is already painted: its chroma, the hints it was made with, and the field on screen."""

    chroma: Chroma | None = None
    hints: tuple[Hint, ...] = ()
    field: ChromaField | None = None


NOTHING_KEPT = Kept()


class Answer(NamedTuple):
    """The chroma of a layer, its field, and the photo pixels whose colour may differ from what was kept."""

    chroma: Chroma | None
    field: ChromaField
    changed: Rect


def full_answer(colorizer: Colorizer, light: PhotoLight) -> ChromaField:
    """The colours of the whole photo without any hint: what a first stroke shows before it is answered."""
    h, w = light.small.shape
    ab = colorizer.colorize(
        light.small, np.ones((h, w), np.uint8), np.zeros((2, h, w), np.float32), np.zeros((h, w), np.uint8)
    )
    return fit(Chroma.of(ab, np.ones((h, w), np.uint8)), light.guide, light.size)


def answer(
    colorizer: Colorizer,
    light: PhotoLight,
    layer: LayerState,
    *,
    kept: Kept = NOTHING_KEPT,
    ambient: ChromaField | None = None,
) -> Answer:
    """Ask the network for a layer's colours.

    Painted colour stays: where ``kept`` has chroma and its hints are the same, it is not touched; new places are shifted
    to meet it. ``ambient`` is the field beyond the mask. Where kept chroma already covers the mask, the network is not
    run at all.
    """
    h, w = light.small.shape
    support = support_of(layer.mask.presence(h, w))
    hint_ab, hint_mask = hint_raster(layer.hints, light.size, (h, w))
    pinned = _pinned(kept, light, hint_ab, hint_mask)
    if pinned is not None and not np.any(support > pinned.support):
        chroma = pinned
    elif not support.any() and ambient is not None:
        return _settled(None, ambient, kept, light)
    else:
        ab = colorizer.colorize(light.small, support, hint_ab, hint_mask)
        chroma = merge(pinned, Chroma.of(ab, support))
        if pinned is not None and hint_mask.any():
            chroma = Chroma.of(np.where(hint_mask & support > 0, ab, chroma.ab), chroma.support)
    return _settled(chroma, fit(chroma, light.guide, light.size, fallback=ambient), kept, light)


def with_colours(colorizer: Colorizer, photo: Photo, state: DocumentState, long_side: int = LONG_SIDE) -> DocumentState:
    """The state with every neural layer answered from scratch; what the command line exports."""
    light = PhotoLight.of(photo, long_side)
    layers = []
    for layer in state.layers:
        if layer.source is Source.NEURAL and not layer.mask.is_empty:
            told = answer(colorizer, light, layer)
            layer = replace(layer, chroma=told.chroma, field=told.field)
        layers.append(layer)
    return replace(state, layers=tuple(layers))


def _pinned(kept: Kept, light: PhotoLight, hint_ab: NDArray[np.float32], hint_mask: NDArray[np.uint8]) -> Chroma | None:
    """The kept chroma without the surroundings of hints that came, went or changed."""
    if kept.chroma is None:
        return None
    old_ab, old_mask = hint_raster(kept.hints, light.size, light.small.shape)
    differs = (old_mask != hint_mask) | (np.abs(old_ab - hint_ab).max(axis=0) > 0)
    if not differs.any():
        return kept.chroma
    support = kept.chroma.support * (1 - support_of(differs.astype(np.uint8)))
    return Chroma.of(kept.chroma.ab, support) if support.any() else None


def _settled(chroma: Chroma | None, field: ChromaField, kept: Kept, light: PhotoLight) -> Answer:
    """Leave every cell that barely changed exactly as it was, and say which part of the photo did change."""
    height, width = light.size
    old = kept.field
    if old is None:
        return Answer(chroma, field, Rect(0, 0, width, height))
    if old is field:
        return Answer(chroma, field, EMPTY_RECT)
    step = np.abs(field.coefficients - old.coefficients)
    moved = ((step[..., :2] * 100 + step[..., 2:]).max(axis=-1) > SETTLED).astype(np.uint8)
    if not moved.any():
        return Answer(chroma, old, EMPTY_RECT)
    field = ChromaField(np.where(moved[..., None] > 0, field.coefficients, old.coefficients), field.photo_size)
    x, y, w, h = cv2.boundingRect(moved)
    # A pixel reads the four cells around it, so the change reaches one cell beyond those that moved.
    across, down = width / moved.shape[1], height / moved.shape[0]
    left, top = int((x - 1) * across), int((y - 1) * down)
    right, bottom = int((x + w + 1) * across) + 1, int((y + h + 1) * down) + 1
    return Answer(chroma, field, Rect(left, top, right - left, bottom - top).clip(height, width))
