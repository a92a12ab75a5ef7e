"""A smudge in progress on a painted layer: the tip drags chroma along, as a finger drags paint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.brush import Brush, Touch
from app.document.chroma_tiles import ChromaTile, ChromaTiles, narrowed, widened
from app.document.edge_aware import EdgeAware
from app.document.geometry import EMPTY_RECT, TILE, Point, Rect, bounding, tile_grid, tile_rect, tiles
from app.document.layer import DocumentState
from app.document.photo import Photo
from app.document.segment import Knot
from app.document.sources.painted import Painted
from app.document.space import Floats
from app.document.strength import FULL_STRENGTH
from app.document.tiles import TileKey, TileMask
from app.document.tips import Stamps
from app.document.walk import Dab, Walk

SPACING = 1 / 8
"""Distance of the tip's steps in diameters."""
LARGEST_RADIUS = 512.0
"""Photo pixels: what a larger tip carries would take longer to mix than a hand can wait."""

_MOST_REPLACED = 1 - 2.0**-20  # of what lies below, in one step: what nothing was carried to keeps its colour


class Smudge:
    """One drag on the active layer of the root `before`, to which it returns if it is aborted.

    At every step the tip mixes what it carries, c = s c + (1 - s) below, and leaves it there, below = below +
    tip (c - below), where s is the brush's opacity and the tip falls off by its hardness. Colours count by how much of
    them the mask shows, so that none comes from outside it and what is grey there greys; the mask itself stays as it
    is. The selection lets the tip leave colour inside of it only. Flow means nothing here.
    Source: the smudge of GIMP, User Manual, "Smudge" ("rate").
    """

    name = "Smudge"

    def __init__(self, before: DocumentState, brush: Brush, photo: Photo) -> None:
        """Raises ValueError where the layer is not painted. A brush larger than `LARGEST_RADIUS` has that one."""
        source = before.layer.source
        if not isinstance(source, Painted):
            raise ValueError("only a painted layer has colours to be smudged")
        self.before = before
        self.parts: tuple[Rect, ...] = ()
        """Where the last `extend` changed the chroma, tile by tile."""
        brush = replace(brush, radius=min(brush.radius, LARGEST_RADIUS), spacing=SPACING)
        self._brush, self._index = brush, before.active
        self._ground = _Ground(source.tiles, before.layer.mask, before.selection)
        self._walk, self._stamps = Walk(brush), Stamps(brush)
        self._edges = EdgeAware(photo, brush.edge) if brush.edge > 0 else None
        self._reach = math.ceil(brush.rim) + 1
        self._carried: Floats | None = None
        self._last: tuple[Knot, float] | None = None

    def extend(self, present: DocumentState, touches: Sequence[Touch | Point]) -> tuple[DocumentState, Rect]:
        """Continue to `touches`: the new root, and what changed. They mean what they mean to `Stroke.add`."""
        for place in touches:
            touch = Touch(*place)
            if not math.isfinite(sum(touch)):
                continue
            size, share, _ = (min(1.0, max(0.0, factor)) for factor in touch[2:])
            knot = Knot(touch.x, touch.y, self._brush.of_radius(self._brush.radius * size).radius)
            strength = self._brush.opacity * share
            last, before = self._last or (None, strength)
            for dab in self._walk.extend(last, knot, (before, strength), self._ground.area):
                self._drag(dab)
            self._last = knot, strength
        self.parts = self._ground.settle()
        if not self.parts:
            return present, EMPTY_RECT
        layer = replace(present.layers[self._index], source=Painted(self._ground.tiles))
        return present.with_layer(self._index, layer), bounding(self.parts)

    def finish(self, present: DocumentState) -> tuple[DocumentState, Rect] | None:
        """The root to keep; None where nothing has changed."""
        changed = present.layers[self._index].source is not self.before.layers[self._index].source
        return (present, EMPTY_RECT) if changed else None

    def _drag(self, dab: Dab) -> None:
        stamp, left, top = self._stamps.at(dab.knot)
        reach, box = self._reach, stamp.piece.box
        around = Rect(left - reach, top - reach, 2 * reach, 2 * reach)
        below = self._ground.seen(around)
        carried = self._carried
        if carried is None:
            self._carried = below
            return
        shape = -1, 2 * reach  # cv2 would take the three planes for the rows of a picture with many channels
        strength = dab.flow  # which is what the walk was told to change evenly
        cv2.accumulateWeighted(below.reshape(shape), carried.reshape(shape), 1 - strength)
        tip = box._replace(x=box.x + left, y=box.y + top).intersect(self._ground.area)
        if tip.is_empty or strength == 0:
            return
        codes = stamp.codes(tip._replace(x=tip.x - left, y=tip.y - top))
        share = codes * np.float32(_MOST_REPLACED / FULL_STRENGTH)
        if self._edges is not None:
            share *= self._edges.region(dab.knot.x, dab.knot.y, dab.knot.radius).codes(tip)
            share *= np.float32(1 / FULL_STRENGTH)
        within = (slice(None), *tip._replace(x=tip.x - around.x, y=tip.y - around.y).slices)
        self._ground.leave(tip, below[within], carried[within], share)


@dataclass(eq=False)
class _Plot:
    """A tile in work. planes: (3, 256, 256), a* and b*, both times the mask, and the mask 0..1, nothing beyond the
    photo; clip: (256, 256) uint8, None for everything; worked: what has changed since it was settled."""

    planes: Floats
    clip: NDArray[np.uint8] | None
    worked: Rect = EMPTY_RECT


class _Ground:
    """The layer's chroma in float32 while it is smudged, tile by tile as the tip comes to them."""

    def __init__(self, tiles: ChromaTiles, mask: TileMask, clip: TileMask | None) -> None:
        rows, columns = tile_grid(mask.height, mask.width)
        self.tiles = tiles
        self.area = Rect(0, 0, columns * TILE, rows * TILE)
        self._mask, self._clip = mask, clip
        self._plots: dict[TileKey, _Plot] = {}

    def seen(self, around: Rect) -> Floats:
        """(3, height, width): what a `_Plot` holds, of any rectangle; nothing beyond the photo."""
        out = np.zeros((3, around.height, around.width), np.float32)
        for key in tiles(around.intersect(self.area)):
            here, there = _overlap(around, key)
            out[(slice(None), *there)] = self._plot(key).planes[(slice(None), *here)]
        return out

    def leave(self, tip: Rect, below: Floats, carried: Floats, share: Floats) -> None:
        """Mix a share (height, width) of what is carried into what lies below, and show as much of it as before."""
        for key in tiles(tip):
            plot = self._plot(key)
            here, there = _overlap(tip, key)
            if plot.clip is not None:
                share[there] *= plot.clip[here] * np.float32(1 / 255)
        mixed = (np.float32(1) - share) * below + share * carried  # even where one of them is next to nothing
        shown = below[2] / np.maximum(mixed[2], np.float32(1e-12))
        mixed[:2] *= shown
        for key in tiles(tip):
            plot = self._plot(key)
            here, there = _overlap(tip, key)
            plot.planes[:2][(slice(None), *here)] = mixed[:2][(slice(None), *there)]
            part = tip.intersect(tile_rect(*key))
            plot.worked = plot.worked.union(part._replace(x=part.x - key[1] * TILE, y=part.y - key[0] * TILE))

    def settle(self) -> tuple[Rect, ...]:
        """Bring `tiles` up to date. Returns what changed there, in photo pixels."""
        changes: dict[TileKey, ChromaTile] = {}
        parts: dict[TileKey, Rect] = {}
        for key, plot in self._plots.items():
            part, plot.worked = plot.worked, EMPTY_RECT
            changed = None if part.is_empty else self._settled(self.tiles.tiles.get(key), plot.planes, part)
            if changed is not None:
                changes[key], parts[key] = changed, part
        if changes:
            self.tiles = self.tiles.with_tiles(changes, parts)
        return tuple(part._replace(x=part.x + tx * TILE, y=part.y + ty * TILE) for (ty, tx), part in parts.items())

    @staticmethod
    def _settled(now: ChromaTile | None, planes: Floats, part: Rect) -> ChromaTile | None:
        """The tile with its colours as they are in `part`; None where they are as they were."""
        inside = (slice(None), *part.slices)
        mask = planes[2][part.slices]
        ab = narrowed(planes[:2][inside] / np.maximum(mask, np.float32(1e-12)))
        old = np.zeros_like(ab) if now is None else now[:2][inside]
        differs = (widened(ab) != widened(old)).any(axis=0) & (mask > 0)
        if not differs.any():
            return None
        made = np.zeros((3, TILE, TILE), np.float16) if now is None else now.copy()
        np.copyto(made[:2][inside], ab, where=differs)
        np.copyto(made[2][part.slices], np.float16(1), where=differs)
        return made

    def _plot(self, key: TileKey) -> _Plot:
        plot = self._plots.get(key)
        if plot is None:
            plot = self._plots[key] = self._begun(key)
        return plot

    def _begun(self, key: TileKey) -> _Plot:
        inside = tile_rect(*key).clip(self._mask.height, self._mask.width)
        within = slice(inside.height), slice(inside.width)
        planes = np.zeros((3, TILE, TILE), np.float32)
        planes[2][within] = self._mask.tile(*key).pixels[within] * np.float32(1 / 255)
        chroma = self.tiles.tiles.get(key)
        if chroma is not None:
            np.multiply(widened(chroma[:2]), planes[2], out=planes[:2])
        return _Plot(planes, None if self._clip is None else self._clip.tile(*key).pixels)


def _overlap(rect: Rect, key: TileKey) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """What a tile and a rectangle share: its place in the tile, and in the rectangle."""
    tile = tile_rect(*key)
    both = rect.intersect(tile)
    return (
        both._replace(x=both.x - tile.x, y=both.y - tile.y).slices,
        both._replace(x=both.x - rect.x, y=both.y - rect.y).slices,
    )
