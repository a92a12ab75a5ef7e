"""Layers made one, and sources made paint: what was mixed from several becomes chroma at photo resolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.document.chroma_tiles import ChromaTile, ChromaTiles
from app.document.composite import Compositor
from app.document.geometry import TILE, Rect, bounding, tile_rect, tiles
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.progress import Progress, counted
from app.document.sources.painted import Painted
from app.document.space import Floats
from app.document.tiles import EMPTY, Tile, TileMask


def merged_down(state: DocumentState, photo: Photo, layer_id: int, progress: Progress | None = None) -> DocumentState:
    """The layer and the one below it as one painted layer, which looks like the two to a code of rounding.

    It keeps the lower one's id and name and is active. Hints are forgotten: the colours stand. Raises KeyError for an
    unknown id, ValueError where there is no layer below, and Cancelled.
    """
    place = state.index_of(layer_id)
    if place == 0:
        raise ValueError("There is no layer below this one to merge it with.")
    lower, upper = state.layers[place - 1 : place + 1]
    shown = [layer for layer in (lower, upper) if layer.visible and layer.opacity > 0]
    coverage, chroma = _flattened(state, photo, shown, progress)
    layer = LayerState(lower.name, coverage, source=Painted(chroma), id=lower.id)
    layers = (*state.layers[: place - 1], layer, *state.layers[place + 1 :])
    solo = lower.id if state.solo == upper.id else state.solo
    return replace(state, layers=layers, active=place - 1, solo=solo)


def painted(state: DocumentState, photo: Photo, layer_id: int, progress: Progress | None = None) -> DocumentState:
    """The layer with its present colours as paint: mask, opacity and name stay, so it looks the same."""
    place = state.index_of(layer_id)
    layer = state.layers[place]
    _, chroma = _flattened(state, photo, [replace(layer, opacity=1.0)], progress)
    paint = replace(layer, source=Painted(chroma), adjustments=type(layer.adjustments)(), palette=None)
    return state.with_layer(place, replace(paint, hints=(), chroma=None, field=None, made_by=None, pinned=False))


def _flattened(
    state: DocumentState, photo: Photo, layers: Sequence[LayerState], progress: Progress | None
) -> tuple[TileMask, ChromaTiles]:
    """The mask and the chroma of these layers as one, as they are seen, in the light that the tone leaves."""
    compositor = Compositor(photo, cache_bytes=0)
    covers: dict[tuple[int, int], Tile] = {}
    colours: dict[tuple[int, int], ChromaTile] = {}
    box = bounding(layer.coverage.bounds() or Rect(0, 0, 0, 0) for layer in layers)
    places = list(tiles(box.clip(photo.height, photo.width)))
    for ty, tx in counted(places, progress):
        mix = compositor.mixed(state, layers, ty, tx)
        if mix.is_empty:
            continue
        assert mix.through is not None
        alpha = np.float32(1) - mix.through
        codes = np.rint(alpha * 255).astype(np.uint8)
        codes = np.maximum(codes, mix.painted.astype(np.uint8))
        tile = Tile.of(_whole(codes))
        if tile is not EMPTY:
            covers[ty, tx] = tile
        grey = photo.space.decode(compositor.grey(state.tone, 0, tile_rect(ty, tx).clip(photo.height, photo.width)))
        full = np.zeros((3, *grey.shape), np.float32) if mix.planes is None else mix.planes
        share = np.maximum(codes.astype(np.float32) / 255, np.float32(1 / 255))
        colours[ty, tx] = _chroma_tile(full / share + grey, codes, photo)
    return TileMask(photo.height, photo.width, EMPTY, covers), ChromaTiles().with_tiles(colours)


def _chroma_tile(linear: Floats, codes: NDArray[np.uint8], photo: Photo) -> ChromaTile:
    tile = np.zeros((3, TILE, TILE), np.float16)
    height, width = codes.shape
    tile[:2, :height, :width] = np.where(codes > 0, photo.space.chroma(linear), 0)
    tile[2, :height, :width] = codes > 0
    return tile


def _whole(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = codes.shape
    return np.pad(codes, ((0, TILE - height), (0, TILE - width)), mode="edge")
