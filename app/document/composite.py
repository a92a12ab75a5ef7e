"""The picture of a document: the one function that the canvas, the exporter and the command line all draw with.

Layers mix in linear light over the grey of the photo. A layer's full-strength colour has the pixel's own
luminance, so whatever is mixed has it too. Where nothing is painted the grey codes are copied; where the
original is painted fully, the source's codes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.adjustments import Adjustments
from app.document.chroma import ChromaField
from app.document.dab_chroma import touching
from app.document.gamut import exceeds_gamut, planes_at_luminance
from app.document.geometry import TILE, Rect, level_size, tile_rect, tiles
from app.document.layer import DocumentState, Hint, LayerState
from app.document.mixing import Mix
from app.document.photo import Photo
from app.document.sources.original import Original
from app.document.sources.painted import Painted
from app.document.sources.source import ColourSource, PhotoTile
from app.document.space import Codes, Floats
from app.document.tile_cache import TileCache
from app.document.tone import Tone

CACHE_BYTES = 512 << 20
"""Default budget: colour tiles of a large screen's layers, ten or more, and what lies below and above one of them."""

_REACH = 8
"""Pixels of a zoomed-out level around a changed region in which sampling may notice it."""

_FEWEST_STACKED = 2
"""Layers below or above the active one from which on their mixture is kept."""
_WHOLE = (slice(None), slice(None))


class _Look(NamedTuple):
    """What a colour tile depends on; fields, sources and palettes by numbers, so that the cache keeps none alive."""

    field: int
    source: tuple[str, int]
    adjustments: Adjustments
    palette: int
    tone: Tone
    dabs: tuple[Hint, ...]


_Place = tuple[int, int, int]  # level, ty, tx


class Compositor:
    """Draws any state of one photo's document. May be shared between threads.

    Colour tiles, the full-strength colour minus its grey, are kept within ``cache_bytes``; those unused longest
    go first. After the first look at a tile a stroke costs a mix and an encoding of what it changed.
    """

    def __init__(self, photo: Photo, cache_bytes: int = CACHE_BYTES) -> None:
        self.photo = photo
        self._colours: TileCache[tuple[_Look, _Place], _Plane] = TileCache(cache_bytes * 3 // 4)
        self._stacks: TileCache[tuple[tuple[int, ...], Tone, _Place], Mix] = TileCache(cache_bytes // 4)
        self._tokens: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._next_token = 1
        self._lock = Lock()

    @property
    def cached_bytes(self) -> int:
        """Bytes of the tiles that are kept."""
        return self._colours.bytes + self._stacks.bytes

    def mixed(self, state: DocumentState, layers: Sequence[LayerState], ty: int, tx: int) -> Mix:
        """These layers alone over nothing, at full size: a tile's mix, which tells how much it lets through."""
        rect = tile_rect(ty, tx).clip(self.photo.height, self.photo.width)
        mix = Mix((rect.height, rect.width), tracks_through=True)
        inside = (slice(0, rect.height), slice(0, rect.width))
        for layer in layers:
            coverage = layer.coverage.coverage(0, ty, tx)[inside]
            if coverage.any():
                self._lay_one(mix, state.tone, layer, coverage, (0, ty, tx), _WHOLE, keep=False)
        return mix

    def beyond(self, state: DocumentState, level: int, rect: Rect) -> NDArray[np.bool_]:
        """(h, w): where the uppermost layer asks for more chroma than the gamut holds at the pixel's lightness."""
        rect = rect.clip(*level_size(self.photo.height, self.photo.width, level))
        out = np.zeros((rect.height, rect.width), np.bool_)
        for ty, tx in tiles(rect):
            part = rect.intersect(tile_rect(ty, tx))
            inside = Rect(part.x - tx * TILE, part.y - ty * TILE, part.width, part.height).slices
            target = Rect(part.x - rect.x, part.y - rect.y, part.width, part.height).slices
            whole = tile_rect(ty, tx).clip(*level_size(self.photo.height, self.photo.width, level))
            lightness = self.photo.space.lightness_of_codes(self.photo.grey_level(level)[whole.slices])
            tile = PhotoTile(self.photo, level, ty, tx, lightness)
            shown = self.photo.space.lightness_of_codes(self.grey(state.tone, level, part))
            for layer in state.seen:
                covered = layer.coverage.coverage(level, ty, tx)[inside] > 0
                ab = layer.chroma_at(tile) if covered.any() else None
                if ab is not None:
                    exceeds = exceeds_gamut(shown, ab[(slice(None), *inside)], self.photo.space)
                    out[target] = np.where(covered, exceeds, out[target])
        return out

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
        grey = self.grey(state.tone, level, part)
        mix = Mix(grey.shape)
        below, active, above = _groups(state)
        self._lay(mix, state.tone, below, (level, *place), inside, keep)
        self._lay(mix, state.tone, active, (level, *place), inside, keep)
        self._lay(mix, state.tone, above, (level, *place), inside, keep)
        if mix.planes is None:
            return np.asarray(cv2.merge([grey, grey, grey]))
        space = self.photo.space
        mix.planes += space.decode(grey)
        codes = np.asarray(cv2.merge(list(space.encode(mix.planes, grey.dtype))))
        if not mix.painted.all():
            np.copyto(codes, grey[:, :, None], where=~mix.painted[:, :, None])
        if state.tone.is_neutral and mix.copied.any():
            np.copyto(codes, self.photo.source_level(level)[part.slices], where=mix.copied[:, :, None])
        return codes

    def grey(self, tone: Tone, level: int, rect: Rect) -> Codes:
        """(h, w) codes of the grey that everything lies on, of a rectangle within a level."""
        grey = self.photo.grey_level(level)[rect.slices]
        if tone.is_neutral:
            return grey
        has_colours = self.photo.source is not None
        return tone.apply(grey, self.photo.source_level(level)[rect.slices] if has_colours else None, self.photo.space)

    def _lay(
        self,
        mix: Mix,
        tone: Tone,
        layers: Sequence[LayerState],
        at: _Place,
        inside: tuple[slice, slice],
        keep: bool,
    ) -> None:
        """Lay these layers over the mix; several that cover the tile are mixed once and kept.

        Also where nothing is kept they are mixed first: the last bit would differ else.
        """
        covering = [(layer, layer.coverage.coverage(*at)) for layer in layers]
        covering = [(layer, coverage) for layer, coverage in covering if coverage.any()]
        if len(covering) >= _FEWEST_STACKED:
            with self._lock:
                key = (tuple(self._token(layer) for layer, _ in covering), tone, at)
                stack = self._stacks.get(key)
            if stack is None:
                shape = tile_rect(*at[1:]).clip(*level_size(self.photo.height, self.photo.width, at[0]))
                stack = Mix((shape.height, shape.width), tracks_through=True)
                for layer, coverage in covering:
                    self._lay_one(stack, tone, layer, coverage[: shape.height, : shape.width], at, _WHOLE, keep)
                if keep:
                    with self._lock:
                        self._stacks.put(key, stack)
            mix.lay_mix(stack, inside)
            return
        for layer, coverage in covering:
            if coverage[inside].any():
                self._lay_one(mix, tone, layer, coverage[inside], at, inside, keep)

    def _lay_one(
        self,
        mix: Mix,
        tone: Tone,
        layer: LayerState,
        coverage: NDArray[np.uint8],
        at: _Place,
        inside: tuple[slice, slice],
        keep: bool,
    ) -> None:
        share = (np.arange(256, dtype=np.float32) * np.float32(min(layer.opacity, 1.0) / 255)).take(coverage)
        colour = self._colour(layer, tone, at, keep)
        mix.lay(None if colour is None else colour[(slice(None), *inside)], share, coverage, copies=layer.copies)

    def _colour(self, layer: LayerState, tone: Tone, at: _Place, keep: bool) -> Floats | None:
        """Planes (3, h, w) of a whole tile: the layer's colour minus its grey. None where that is all grey."""
        with self._lock:
            key = (self._look(layer, tone, at), at)
            found = self._colours.get(key)
        if found is not None:
            return found.planes
        level, ty, tx = at
        rect = tile_rect(ty, tx).clip(*level_size(self.photo.height, self.photo.width, level))
        space = self.photo.space
        grey = self.photo.grey_level(level)[rect.slices]
        tile = PhotoTile(self.photo, level, ty, tx, space.lightness_of_codes(grey))
        shown = self.grey(tone, level, rect)
        luminance = space.decode(shown)
        colour: Floats | None
        if layer.is_unadjusted and isinstance(layer.source, Original) and tone.is_neutral:
            colour = None if tile.original is None else tile.original - luminance
            if colour is not None and level == 0:
                # The grey codes are rounded; without this a half-painted original would be half a code too light.
                colour -= np.tensordot(space.luminance_weights, colour, axes=1)
        else:
            ab = layer.chroma_at(tile)
            lightness = tile.lightness if shown is grey else space.lightness_of_codes(shown)
            colour = None
            if ab is not None:
                older, inside = self._replaced(layer.source, key) if keep else (None, _WHOLE)
                light, bends = luminance[inside], layer.source.bends
                ab_inside = np.moveaxis(ab, 0, 2)[inside]
                colour = planes_at_luminance(light, ab_inside, space, lightness[inside], bends=bends)
                colour -= light
                if older is not None:
                    patched = older.copy()
                    patched[(slice(None), *inside)] = colour
                    colour = patched
        if keep:
            with self._lock:
                self._colours.put(key, _Plane(colour))
        return colour

    def _look(self, layer: LayerState, tone: Tone, at: _Place) -> _Look:
        palette = 0 if layer.palette is None else self._token(layer.palette)
        field = 0 if layer.field is None or not layer.source.shows_field else self._field_token(layer.field)
        dabs = touching(layer.dabs, tile_rect(*at[1:]), at[0]) if layer.dabs else ()
        return _Look(field, self._source_number(layer.source, at), layer.adjustments, palette, tone, dabs)

    def _source_number(self, source: ColourSource, at: _Place) -> tuple[str, int]:
        """The source's own, or that of what was painted in this place: a stroke changes little of all there is."""
        if not isinstance(source, Painted):
            return source.id, self._token(source)
        return source.id, source.tiles.mark(*at).number

    def _replaced(self, source: ColourSource, key: tuple[_Look, _Place]) -> tuple[Floats | None, tuple[slice, slice]]:
        """What was kept of a painted tile as it was a moment ago, and where it differs now; else None and everywhere.

        It is forgotten: the states that a stroke goes through do not come back.
        """
        look, at = key
        if not isinstance(source, Painted) or (mark := source.tiles.mark(*at)).replaces is None:
            return None, _WHOLE
        with self._lock:
            older = self._colours.pop((look._replace(source=(source.id, mark.replaces)), at))
        return (None, _WHOLE) if older is None or older.planes is None else (older.planes, mark.part.slices)

    def _token(self, thing: object) -> int:
        # A number of its own for each, and no hold on it: cached tiles must not keep old answers alive,
        # nor may a new one be taken for an old one that had the same address.
        token = self._tokens.get(thing)
        if token is None:
            token = self._tokens[thing] = self._next_token
            self._next_token += 1
        return token

    def _field_token(self, field: ChromaField) -> int:
        known = field in self._tokens
        token = self._token(field)
        if not known:
            self._inherit(field, token)
        return token

    def _inherit(self, field: ChromaField, token: int) -> None:
        """Take over the tiles of the field that this one succeeds, but for those where it differs."""
        older = None if field.succeeds is None else field.succeeds.older()
        if field.succeeds is None or older is None or older not in self._tokens:
            return
        changed, before = field.succeeds.changed, self._tokens[older]
        for look, at in [key for key in self._colours if key[0].field == before]:
            # Far out a cell spans several pixels of the level, so the change reaches a little further there.
            level, ty, tx = at
            reach = changed.grown(_REACH << level if level else 0)
            if reach.intersect(tile_rect(ty, tx).scaled_in(level)).is_empty:
                self._colours.rename((look, at), (look._replace(field=token), at))


def _groups(state: DocumentState) -> tuple[list[LayerState], list[LayerState], list[LayerState]]:
    """What shows below the active layer, the active layer, what shows above it.

    A pixel's last bit depends on where the stack is cut, so a hidden layer cuts it where it would be.
    """
    seen = {layer.id for layer in state.seen}
    parts = (
        state.layers[: state.active],
        state.layers[state.active : state.active + 1],
        state.layers[state.active + 1 :],
    )
    below, active, above = ([layer for layer in part if layer.id in seen] for part in parts)
    return below, active, above


class _Plane(NamedTuple):
    """A colour tile, also one that is all grey."""

    planes: Floats | None

    @property
    def nbytes(self) -> int:
        return 64 if self.planes is None else self.planes.nbytes


def display8(codes: Codes) -> NDArray[np.uint8]:
    """8-bit codes of 8- or 16-bit ones, rounded: what a screen shows and an 8-bit export writes."""
    if codes.dtype == np.uint8:
        return codes.astype(np.uint8, copy=False)
    wide = codes.astype(np.uint32)
    wide *= 255
    wide += 32895  # half of 65535 and the rest that makes the shift a division by 65535 for every code
    return (wide >> 16).astype(np.uint8)
