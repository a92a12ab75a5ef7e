"""What a layer is made of: its mask, the colours asked for, where its colour comes from. Immutable values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.document.adjustments import NEUTRAL, Adjustments
from app.document.colour_dabs import takes_dabs
from app.document.dab_chroma import hint_chroma, standing
from app.document.geometry import EMPTY_RECT, Rect, bounding
from app.document.palette import PaletteLock
from app.document.softness import Coverage, SoftMask
from app.document.sources.neural import NEURAL
from app.document.sources.original import Original
from app.document.sources.painted import Painted
from app.document.sources.source import ColourSource, PhotoTile
from app.document.space import SRGB, Floats
from app.document.tiles import TileMask
from app.document.tone import PLAIN, Tone

if TYPE_CHECKING:
    from app.document.chroma import Chroma, ChromaField

Colour = tuple[int, int, int]
"""sRGB codes (red, green, blue), each 0..255."""


@dataclass(frozen=True)
class Hint:
    """A colour asked for at a place: a square of `size` photo pixels around the point (x, y), or a disc.

    Squares are what hint files and dabs ask for; a brush lays discs, which are as round as it is.
    """

    x: float
    y: float
    size: float
    color: Colour
    disc: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.x) and math.isfinite(self.y) and math.isfinite(self.size) and self.size > 0):
            raise ValueError(f"a hint needs a finite place and a size above 0, not {self}")
        if len(self.color) != 3 or not all(0 <= code <= 255 for code in self.color):
            raise ValueError(f"a hint's colour is three codes 0..255, not {self.color}")

    @property
    def ab(self) -> tuple[float, float]:
        """CIE a*, b* of the colour, relative to D65."""
        return srgb_ab(self.color)

    @property
    def rect(self) -> Rect:
        """The whole photo pixels that the square, or the disc's, touches (may pass the photo's edge)."""
        half = self.size / 2
        x, y = math.floor(self.x - half), math.floor(self.y - half)
        return Rect(x, y, math.ceil(self.x + half) - x, math.ceil(self.y + half) - y)


@lru_cache(maxsize=4096)
def srgb_ab(color: Colour) -> tuple[float, float]:
    """CIE a*, b* (D65) of sRGB codes 0..255. Sources: IEC 61966-2-1; CIE 15:2004, 8.2.1."""
    codes = np.array(color, np.float64) / 255
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    relative = (SRGB.to_xyz @ linear) / SRGB.white
    root = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    return float(500 * (root[0] - root[1])), float(200 * (root[1] - root[2]))


def hint_raster(
    hints: Sequence[Hint], photo_size: tuple[int, int], size: tuple[int, int]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """The hints as the network sees them: (ab (2, h, w) float32 a*b*, mask (h, w) uint8 {0, 1}).

    `photo_size` is (H, W) of the photo, `size` the network's (h, w). A later hint lies over an earlier one.
    Each fills at least the network pixel that contains its centre; centres outside the photo are left out.
    """
    (height, width), (h, w) = photo_size, size
    ab, mask = np.zeros((2, h, w), np.float32), np.zeros((h, w), np.uint8)
    if not hints:
        return ab, mask
    x, y, side = np.array([(hint.x, hint.y, hint.size) for hint in hints], np.float64).T
    left, right = _network_span(x, side, width, w)
    top, bottom = _network_span(y, side, height, h)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    # Many hints fall on the same pixels in a small view; of equal squares with equal colours one is enough.
    seen = set()
    drawn = []
    spans = zip(left.tolist(), right.tolist(), top.tolist(), bottom.tolist(), strict=True)
    for hint, span, lies_inside in zip(reversed(hints), reversed(list(spans)), inside[::-1], strict=True):
        if lies_inside and (hint.disc, span) not in seen:
            seen.add((hint.disc, span))
            drawn.append((hint, span))
    for hint, (x0, x1, y0, y1) in reversed(drawn):
        if hint.disc:
            disc = _disc(x1 - x0, y1 - y0)
            ab[0, y0:y1, x0:x1][disc], ab[1, y0:y1, x0:x1][disc] = hint.ab
            mask[y0:y1, x0:x1][disc] = 1
        else:
            ab[0, y0:y1, x0:x1], ab[1, y0:y1, x0:x1] = hint.ab
            mask[y0:y1, x0:x1] = 1
    return ab, mask


@lru_cache(maxsize=256)
def _disc(width: int, height: int) -> npt.NDArray[np.bool_]:
    """(height, width): the pixels whose middle lies in the ellipse that fills the box, and a little more.

    The little more makes a line of one or two network pixels whole.
    """
    x = (np.arange(width) + 0.5 - width / 2) / (width / 2 + 0.25)
    y = (np.arange(height) + 0.5 - height / 2) / (height / 2 + 0.25)
    disc: npt.NDArray[np.bool_] = x[None, :] ** 2 + y[:, None] ** 2 <= 1
    disc.flags.writeable = False
    return disc


def _network_span(
    centre: npt.NDArray[np.float64], side: npt.NDArray[np.float64], length: int, count: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First and one-past-last network pixel of each square along one axis, at least one, within 0..count."""
    begin = np.rint((centre - side / 2) * count / length)
    end = np.rint((centre + side / 2) * count / length)
    own = np.minimum(np.floor(centre * count / length), count - 1)
    begin, end = np.where(end <= begin, own, begin), np.where(end <= begin, own + 1, end)
    return np.clip(begin, 0, count).astype(np.intp), np.clip(end, 0, count).astype(np.intp)


@dataclass(frozen=True, eq=False)
class LayerState:
    """One layer. Immutable; compare by identity, share by `dataclasses.replace`.

    `chroma` is what has been made for the source – the network's last answer –, `field` the same fitted to the photo.
    `field` is None with a chroma present after undo from far back (it is left out of cold history): fit it again, no
    network needed. `made_by` and `made_with` are the source and the hints that `chroma` was made for, None where these
    are the present ones. `opacity` is 0..1. `feather` (photo pixels) and `density` (0..1) soften the mask without
    touching it. `adjustments`, then `palette`, change the source's chroma. A `locked` layer cannot be edited; a
    `pinned` one keeps its chroma whatever happens to weights or versions. `id` tells it from the document's other
    layers for good; `refreshes` counts how often its colours were asked for anew.
    """

    name: str
    mask: TileMask
    hints: tuple[Hint, ...] = ()
    source: ColourSource = NEURAL
    chroma: Chroma | None = None
    field: ChromaField | None = None
    opacity: float = 1.0
    visible: bool = True
    feather: float = 0.0
    density: float = 1.0
    adjustments: Adjustments = NEUTRAL
    palette: PaletteLock | None = None
    locked: bool = False
    pinned: bool = False
    id: int = 0
    made_by: ColourSource | None = None
    refreshes: int = 0
    made_with: tuple[Hint, ...] | None = None

    @property
    def coverage(self) -> Coverage:
        """The mask as it is drawn and as the network sees it: feathered, at its density."""
        is_plain = self.feather == 0 and self.density == 1  # and then drawing costs nothing more
        return self.mask if is_plain else self.soft

    @property
    def soft(self) -> SoftMask:
        """The same, also where feather and density do nothing."""
        return SoftMask(self.mask, self.feather, self.density)

    @property
    def copies(self) -> bool:
        """Whether full coverage shows the photo's own codes."""
        return self.is_unadjusted and self.opacity >= 1 and isinstance(self.source, Original)

    @property
    def is_unadjusted(self) -> bool:
        """Whether the source's chroma is shown as it is."""
        return self.adjustments.is_neutral and self.palette is None

    @property
    def own_chroma(self) -> Chroma | None:
        """`chroma`, if it was made for the present source."""
        return self.chroma if self.made_by is None or self.made_by == self.source else None

    @property
    def own_hints(self) -> tuple[Hint, ...]:
        """The hints that `chroma` was made with."""
        return self.hints if self.made_with is None else self.made_with

    def answered(
        self, chroma: Chroma | None, field: ChromaField | None, hints: tuple[Hint, ...] | None = None
    ) -> LayerState:
        """With what has been made for its source, and for these hints where it was not for the present ones."""
        hints = self.hints if hints is None else hints
        return replace(self, chroma=chroma, field=field, made_by=self.source, made_with=hints)

    def asks_the_same(self, other: LayerState) -> bool:
        """Whether the network, asked for this layer and for the other, is asked the same."""
        softness = (self.feather, self.density) == (other.feather, other.density)
        same = softness and self.mask is other.mask and self.hints is other.hints
        same = same and (self.pinned, self.refreshes) == (other.pinned, other.refreshes)
        return same and self.source == other.source

    @cached_property
    def dabs(self) -> tuple[Hint, ...]:
        """The hints whose colour is kept exactly where they are."""
        return standing(self.hints) if self.hints and takes_dabs(self.source) else ()

    def chroma_at(self, tile: PhotoTile) -> Floats | None:
        """(2, h, w) float32 a*b* of a tile: the source's, adjusted and locked to the palette; None for grey."""
        ab = self.source.chroma(tile, self.field)
        if ab is None:
            return None
        ab = self.adjustments.apply(hint_chroma(ab, self.dabs, tile))
        return ab if self.palette is None else self.palette.snap(ab)


@dataclass(frozen=True, eq=False)
class DocumentState:
    """The root of a document: layers from bottom to top, the index of the one being painted, and what goes for all.

    `selection` clips what is painted; None stands for the whole photo. It is never part of the picture. `solo` is the
    id of the only layer to be seen, if there is one. `tone` changes the grey that everything lies on.
    """

    layers: tuple[LayerState, ...]
    active: int = 0
    selection: TileMask | None = None
    solo: int | None = None
    tone: Tone = PLAIN

    @property
    def layer(self) -> LayerState:
        """The active layer."""
        return self.layers[self.active]

    @property
    def seen(self) -> tuple[LayerState, ...]:
        """The layers that show, from bottom to top."""
        if self.solo is not None:
            return tuple(layer for layer in self.layers if layer.id == self.solo and layer.opacity > 0)
        return tuple(layer for layer in self.layers if layer.visible and layer.opacity > 0)

    def index_of(self, layer_id: int) -> int:
        """Where in `layers` it is. Raises KeyError where there is no such layer."""
        for index, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return index
        raise KeyError(f"no layer with the id {layer_id}")

    def with_layer(self, index: int, layer: LayerState) -> DocumentState:
        """The root with one layer exchanged."""
        if not 0 <= index < len(self.layers):
            raise IndexError(f"no layer {index} among {len(self.layers)}")
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))

    def differs_in_hints_only(self, other: DocumentState) -> bool:
        """Whether the network, asked for any layer of the one, is asked the same as in the other but for hints."""
        older = {layer.id: layer.hints for layer in other.layers}
        layers = tuple(replace(layer, hints=older.get(layer.id, ())) for layer in self.layers)
        return replace(self, layers=layers).asks_the_same(other)

    def settled(self, asked: LayerState, chroma: Chroma | None, field: ChromaField | None) -> DocumentState:
        """The root with an answer to `asked`, if it has that layer asking the very same; else itself."""
        for index, layer in enumerate(self.layers):
            if layer.id == asked.id and layer.asks_the_same(asked):
                return self.with_layer(index, layer.answered(chroma, field))
        return self

    def asks_the_same(self, other: DocumentState) -> bool:
        """Whether an answer to any layer of the one is right for the other as well."""
        if self.layers == other.layers:
            return True
        older = {layer.id: layer for layer in other.layers}
        return older.keys() == {layer.id for layer in self.layers} and all(
            layer.asks_the_same(older[layer.id]) and layer.chroma is older[layer.id].chroma for layer in self.layers
        )

    def changed_since(self, other: DocumentState) -> Rect:
        """Where two roots of one photo may look different, in photo pixels; maybe beyond the photo's edge."""
        if self.tone != other.tone:
            mask = self.layers[0].mask
            return Rect(0, 0, mask.width, mask.height)
        if self.solo != other.solo:
            return bounding(_whole(layer) for layer in (*self.layers, *other.layers))
        older = {layer.id: layer for layer in other.layers}
        newer = {layer.id: layer for layer in self.layers}
        pairs = [(layer, older[layer.id]) for layer in self.layers if layer.id in older]
        lonely = [layer for layer in self.layers if layer.id not in older]
        lonely += [layer for layer in other.layers if layer.id not in newer]
        rect = bounding((*(_difference(new, old) for new, old in pairs), *map(_whole, lonely)))
        orders = [
            [layer.id for layer in layers if layer.id in older and layer.id in newer]
            for layers in (self.layers, other.layers)
        ]
        moved = [newer[a] for a, b in zip(*orders, strict=True) if a != b]
        return bounding((rect, *map(_whole, moved), *map(_whole, self._mixed_otherwise(other))))

    def _mixed_otherwise(self, other: DocumentState) -> set[LayerState]:
        """Layers that lie above the active one in one of the roots alone, where those above are mixed by themselves
        before they are laid over the rest: of such colours the last bit may differ."""
        seen = {layer.id for layer in self.seen} & {layer.id for layer in other.seen}
        above = [{layer for layer in root.layers[root.active + 1 :] if layer.id in seen} for root in (self, other)]
        ids = [{layer.id for layer in layers} for layers in above]
        return set.union(*above) if ids[0] != ids[1] and max(map(len, ids)) > 1 else set()


def changed_dabs(new: LayerState, old: LayerState) -> Rect:
    """Where dabs that stand come, go or lie over each other in another order, also because a stroke of colour has
    covered or bared their middle."""
    if new.dabs == old.dabs:
        return EMPTY_RECT
    ids = [{id(dab) for dab in dabs} for dabs in (new.dabs, old.dabs)]
    stay = [[dab for dab in dabs if id(dab) in ids[0] & ids[1]] for dabs in (new.dabs, old.dabs)]
    differ = [dab for dab in (*new.dabs, *old.dabs) if id(dab) not in ids[0] & ids[1]]
    return bounding(dab.rect for dab in (*differ, *(stay[0] if stay[0] != stay[1] else ())))


def _whole(layer: LayerState) -> Rect:
    return layer.soft.bounds() or EMPTY_RECT


def _difference(new: LayerState, old: LayerState) -> Rect:
    if new is old:
        return EMPTY_RECT
    rect = new.soft.changed_since(old.soft)
    if new.hints is not old.hints:
        gone = {id(hint): hint for hint in old.hints}
        come = [hint for hint in new.hints if gone.pop(id(hint), None) is None]
        rect = bounding((rect, *(hint.rect for hint in come), *(hint.rect for hint in gone.values())))
        rect = rect.union(changed_dabs(new, old))
    if isinstance(new.source, Painted) and isinstance(old.source, Painted):
        rect = rect.union(new.source.tiles.changed_since(old.source.tiles))
    elif new.source != old.source:
        rect = bounding((rect, _whole(new), _whole(old)))
    if any(
        getattr(new, value) != getattr(old, value)
        for value in ("field", "opacity", "visible", "adjustments", "palette")
    ):
        rect = bounding((rect, _whole(new), _whole(old)))
    return rect
