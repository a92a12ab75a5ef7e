"""The picture of a document: the one function that the canvas, the exporter and the command line all draw with.

Layers mix in linear light over the grey of the photo. A layer's full-strength colour has the pixel's own
luminance, so whatever is mixed has it too. Where nothing is painted the grey codes are copied; where the
original is painted fully, the source's codes are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.chroma import ChromaField
from app.document.gamut import planes_at_luminance
from app.document.geometry import TILE, Rect, level_size, tile_rect, tiles
from app.document.layer import DocumentState, LayerState, Source
from app.document.photo import Photo
from app.document.space import Codes, Floats

CACHE_BYTES = 256 << 20
"""Default budget of colour tiles: about 340, a large screen twice over."""

_REACH = 8
"""Pixels of a zoomed-out level around a changed region in which sampling may notice it."""

_Key = tuple[int, int, int, int]  # token of the colour's origin, level, ty, tx


class Compositor:
    """Draws any state of one photo's document. May be shared between threads.

    Colour tiles, the full-strength colour minus its grey, are kept within ``cache_bytes``; those unused longest
    go first. After the first look at a tile a stroke costs a mix and an encoding of what it changed.
    """

    def __init__(self, photo: Photo, cache_bytes: int = CACHE_BYTES) -> None:
        self.photo = photo
        self._cache = _TileCache(cache_bytes)
        self._tokens: WeakKeyDictionary[ChromaField, int] = WeakKeyDictionary()
        self._next_token = 1
        self._lock = Lock()

    def region(self, state: DocumentState, level: int, rect: Rect) -> Codes:
        """(h, w, 3) RGB codes, in the photo's type, of a rectangle of a mip level.

        The rectangle is cut to the level's size first. Every pixel is the same however the picture is cut.
        """
        return self._region(state, level, rect, keep=True)

    def tile(self, state: DocumentState, level: int, ty: int, tx: int) -> Codes:
        """(h, w, 3) RGB codes of a tile of a mip level; smaller than 256 at the right and lower edge."""
        return self.region(state, level, tile_rect(ty, tx))

    def rows(self, state: DocumentState) -> Iterator[Codes]:
        """The whole picture at full size, from top to bottom, as (h, W, 3) strips one tile high: the export.

        The canvas's cached tiles are used but not displaced.
        """
        for top in range(0, self.photo.height, TILE):
            yield self._region(state, 0, Rect(0, top, self.photo.width, TILE), keep=False)

    def _region(self, state: DocumentState, level: int, rect: Rect, keep: bool) -> Codes:
        rect = rect.clip(*level_size(self.photo.height, self.photo.width, level))
        out = np.empty((rect.height, rect.width, 3), self.photo.dtype)
        for ty, tx in tiles(rect):
            part = rect.intersect(tile_rect(ty, tx))
            inside = Rect(part.x - tx * TILE, part.y - ty * TILE, part.width, part.height).slices
            target = Rect(part.x - rect.x, part.y - rect.y, part.width, part.height).slices
            out[target] = self._part(state, level, (ty, tx), part, inside, keep)
        return out

    def _part(
        self,
        state: DocumentState,
        level: int,
        place: tuple[int, int],
        part: Rect,
        inside: tuple[slice, slice],
        keep: bool,
    ) -> Codes:
        """The codes of ``part`` (in pixels of the level), which lies ``inside`` the tile at ``place``."""
        grey = self.photo.grey_level(level)[part.slices]
        mixed: Floats | None = None  # planes (3, h, w): how far the picture stands from its grey, linear light
        painted = np.zeros(grey.shape, np.bool_)
        copied = np.zeros(grey.shape, np.bool_)
        for layer in state.layers:
            if not layer.visible or layer.opacity <= 0:
                continue
            coverage = layer.coverage.coverage(level, *place)[inside]
            if not coverage.any():
                continue
            share = (np.arange(256, dtype=np.float32) * np.float32(min(layer.opacity, 1.0) / 255)).take(coverage)
            colour = self._colour(layer, level, *place, keep)
            mixed = _over(mixed, None if colour is None else colour[(slice(None), *inside)], share)
            painted |= coverage > 0
            copied &= coverage == 0
            if layer.source is Source.ORIGINAL and layer.opacity >= 1:
                copied |= coverage == 255
        if mixed is None:
            return np.asarray(cv2.merge([grey, grey, grey]))
        space = self.photo.space
        mixed += space.decode(grey)
        codes = np.asarray(cv2.merge(list(space.encode(mixed, grey.dtype))))
        if not painted.all():
            np.copyto(codes, grey[:, :, None], where=~painted[:, :, None])
        if copied.any():
            np.copyto(codes, self.photo.source_level(level)[part.slices], where=copied[:, :, None])
        return codes

    def _colour(self, layer: LayerState, level: int, ty: int, tx: int, keep: bool) -> Floats | None:
        """Planes (3, h, w) of a whole tile: the layer's colour minus its grey. None where that is all grey."""
        field = layer.field if layer.source is Source.NEURAL else None
        if field is None and (layer.source is Source.NEURAL or self.photo.source is None):
            return None
        with self._lock:
            key = (self._token(field), level, ty, tx)
            found = self._cache.get(key)
        if found is not None:
            return found
        rect = tile_rect(ty, tx).clip(*level_size(self.photo.height, self.photo.width, level))
        grey = self.photo.grey_level(level)[rect.slices]
        luminance = self.photo.space.decode(grey)
        if field is None:
            colour = self._original(level, rect)
        else:
            lightness = self.photo.space.lightness_of_codes(grey)
            ab = field.evaluate_tile(lightness, level, ty, tx)
            colour = planes_at_luminance(luminance, ab, self.photo.space, lightness)
        colour -= luminance
        if field is None and level == 0:
            # The grey codes are rounded; without this a half-painted original would be half a code too light.
            colour -= np.tensordot(self.photo.space.luminance_weights, colour, axes=1)
        if keep:
            with self._lock:
                self._cache.put(key, colour)
        return colour

    def _original(self, level: int, rect: Rect) -> Floats:
        linear = self.photo.space.decode(self.photo.source_level(level)[rect.slices])
        return np.ascontiguousarray(np.moveaxis(linear, 2, 0))

    def _token(self, field: ChromaField | None) -> int:
        # A number of its own for each field, and no hold on it: cached tiles must not keep old answers alive,
        # nor may a new field be taken for an old one that had the same address.
        if field is None:
            return 0
        if field not in self._tokens:
            self._tokens[field] = self._next_token
            self._next_token += 1
            self._inherit(field)
        return self._tokens[field]

    def _inherit(self, field: ChromaField) -> None:
        """Take over the tiles of the field that this one succeeds, but for those where it differs."""
        older = None if field.succeeds is None else field.succeeds.older()
        if field.succeeds is None or older is None or older not in self._tokens:
            return
        changed = field.succeeds.changed
        for token, level, ty, tx in self._cache.keys(self._tokens[older]):
            # Far out a cell spans several pixels of the level, so the change reaches a little further there.
            reach = changed.grown(_REACH << level if level else 0)
            if reach.intersect(tile_rect(ty, tx).scaled_in(level)).is_empty:
                self._cache.rename((token, level, ty, tx), (self._tokens[field], level, ty, tx))


class _TileCache:
    """Arrays within a budget of bytes; the one unused longest goes first."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._bytes = 0
        self._arrays: OrderedDict[_Key, Floats] = OrderedDict()

    def get(self, key: _Key) -> Floats | None:
        if key in self._arrays:
            self._arrays.move_to_end(key)
        return self._arrays.get(key)

    def keys(self, token: int) -> list[_Key]:
        """The keys of one origin's tiles, those unused longest first."""
        return [key for key in self._arrays if key[0] == token]

    def rename(self, old: _Key, new: _Key) -> None:
        """The same tile belongs to another origin now."""
        self._arrays[new] = self._arrays.pop(old)

    def put(self, key: _Key, array: Floats) -> None:
        replaced = self._arrays.pop(key, None)
        self._bytes += array.nbytes - (0 if replaced is None else replaced.nbytes)
        self._arrays[key] = array
        while self._bytes > self._budget and self._arrays:
            _, oldest = self._arrays.popitem(last=False)
            self._bytes -= oldest.nbytes


def display8(codes: Codes) -> NDArray[np.uint8]:
    """8-bit codes of 8- or 16-bit ones, rounded: what a screen shows and an 8-bit export writes."""
    if codes.dtype == np.uint8:
        return codes.astype(np.uint8, copy=False)
    wide = codes.astype(np.uint32)
    wide *= 255
    wide += 32895  # half of 65535 and the rest that makes the shift a division by 65535 for every code
    return (wide >> 16).astype(np.uint8)


def _over(below: Floats | None, colour: Floats | None, share: Floats) -> Floats:
    """A layer over what lies below, both as distances from grey (None: grey itself)."""
    if below is None:
        return np.zeros((3, *share.shape), np.float32) if colour is None else np.asarray(colour * share, np.float32)
    below *= np.float32(1.0) - share
    if colour is not None:
        below += colour * share
    return below
