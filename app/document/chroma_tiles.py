"""Chroma at photo resolution as sparse tiles with half-size levels. Immutable: a change shares what it left alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.geometry import EMPTY_RECT, TILE, Rect, bounding, tile_rect
from app.document.space import Floats
from app.document.strength import WHOLE
from app.document.tiles import DEEPEST_LEVEL

Halves = NDArray[np.float16]
ChromaTile = Halves
"""(3, 256, 256), read-only: a*, b*, and how much of the pixel has a colour, 0..1. Without any, a* = b* = 0."""

Place = tuple[int, int]
_Key = tuple[int, int, int]  # level, ty, tx


class Mark(NamedTuple):
    """Stands for what one tile of a level looks like. Where two tiles have the same number they look alike.

    `replaces` is the number of what was there before, if anybody has seen it; the two differ in no pixel outside of
    `part`, counted from the tile's corner.
    """

    number: int
    replaces: int | None
    part: Rect


class _Coarse(NamedTuple):
    """A tile of a level, and which quarters (y, x) of it are out of date."""

    tile: ChromaTile | None
    stale: frozenset[Place]


_QUARTERS = frozenset({(0, 0), (0, 1), (1, 0), (1, 1)})
_UNKNOWN = _Coarse(None, _QUARTERS)
_NOT_SEEN = 0  # the number of a mark that nobody has asked for yet
_numbers = itertools.count(1)


@dataclass(frozen=True, eq=False)
class ChromaTiles:
    """Tiles by place (ty, tx); where there is none, no pixel has a colour. Raises ValueError for other arrays."""

    tiles: Mapping[Place, ChromaTile] = field(default_factory=lambda: MappingProxyType({}))
    # Entries are replaced whole, so that threads may ask at the same time.
    _coarse: dict[_Key, _Coarse] = field(default_factory=dict, init=False, repr=False)
    _marks: dict[_Key, Mark] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for tile in self.tiles.values():
            _accept(tile)

    def with_tiles(self, changes: Mapping[Place, ChromaTile], parts: Mapping[Place, Rect] | None = None) -> ChromaTiles:
        """With these tiles in place of those that were there. Costs what they cost, however many others there are.

        `parts` tells which pixels of them differ, from each tile's corner, for who draws them; all, where it does not.
        The coarser tiles over them go to the new one, which brings them up to date when asked: here they are made
        again, if anybody asks.
        """
        for tile in changes.values():
            _accept(tile)
        made = ChromaTiles()
        object.__setattr__(made, "tiles", MappingProxyType({**self.tiles, **changes}))
        made._coarse.update(self._coarse.copy())
        made._marks.update(self._marks.copy())
        for ty, tx in changes:
            part = WHOLE if parts is None else parts.get((ty, tx), WHOLE)
            placed = part._replace(x=part.x + tx * TILE, y=part.y + ty * TILE)
            for level in range(DEEPEST_LEVEL + 1):
                key = (level, ty >> level, tx >> level)
                mark, coarse = made._marks.get(key), made._coarse.get(key)
                if mark is not None:
                    made._marks[key] = _outdated(mark, placed.scaled_out(level), tile_rect(*key[1:]))
                if coarse is not None:
                    quarter = (ty >> (level - 1) & 1, tx >> (level - 1) & 1)
                    made._coarse[key] = coarse._replace(stale=coarse.stale | {quarter})
                    self._coarse.pop(key, None)
        return made

    @property
    def nbytes(self) -> int:
        return sum(tile.nbytes for tile in self.tiles.values())

    def changed_since(self, other: ChromaTiles) -> Rect:
        """Box of the tiles that differ, in photo pixels; maybe empty, maybe beyond the photo's edge."""
        if self is other:
            return EMPTY_RECT
        keys = self.tiles.keys() | other.tiles.keys()
        return bounding(tile_rect(*key) for key in keys if self.tiles.get(key) is not other.tiles.get(key))

    def mark(self, level: int, ty: int, tx: int) -> Mark:
        """What tells whether the tile looks as it did."""
        key = (level, ty, tx)
        mark = self._marks.get(key, Mark(_NOT_SEEN, None, WHOLE))
        if mark.number == _NOT_SEEN:
            mark = self._marks[key] = mark._replace(number=next(_numbers))
        return mark

    def tile(self, level: int, ty: int, tx: int) -> ChromaTile | None:
        """A tile of a level 0..8; each coarser pixel is the mean of four, weighed by how much of them has a colour."""
        if level == 0:
            return self.tiles.get((ty, tx))
        if not 0 < level <= DEEPEST_LEVEL:
            raise ValueError(f"level {level} is outside 0..{DEEPEST_LEVEL}")
        key = (level, ty, tx)
        known = self._coarse.get(key, _UNKNOWN)
        if known.stale:
            known = self._coarse[key] = _Coarse(self._brought_up(known, key), frozenset())
        return known.tile

    def chroma(self, level: int, ty: int, tx: int, shape: tuple[int, ...]) -> Floats | None:
        """(2, h, w) float32 a*b* of the tile's upper left part; None where no pixel has a colour."""
        tile = self.tile(level, ty, tx)
        return None if tile is None else widened(tile[:2, : shape[0], : shape[1]])

    def _brought_up(self, known: _Coarse, key: _Key) -> ChromaTile | None:
        level, ty, tx = key
        finer = {(y, x): self.tile(level - 1, 2 * ty + y, 2 * tx + x) for y, x in known.stale}
        if known.tile is None and all(tile is None for tile in finer.values()):
            return None
        half = TILE // 2
        out = np.zeros((3, TILE, TILE), np.float16) if known.tile is None else known.tile.copy()
        for (y, x), tile in finer.items():
            if tile is not None:
                out[:, y * half : (y + 1) * half, x * half : (x + 1) * half] = _halved(tile)
        out.flags.writeable = False
        return out


def widened(planes: Halves) -> Floats:
    """The same as float32."""
    # numpy takes five to ten times as long, both ways; cv2 would take a short last side for channels
    flat = planes.reshape(1, -1)
    wide = cv2.addWeighted(flat, 1.0, flat, 0.0, 0.0, dtype=cv2.CV_32F)
    return np.asarray(wide, np.float32).reshape(planes.shape)


def narrowed(planes: Floats) -> Halves:
    """Rounded to the nearest float16."""
    flat = planes.reshape(1, -1)
    halves = cv2.addWeighted(flat, 1.0, flat, 0.0, 0.0, dtype=cv2.CV_16F)
    return np.asarray(halves, np.float16).reshape(planes.shape)


def same_bits(one: Halves, other: Halves) -> bool:
    """Whether two arrays of one shape hold the same numbers to the last bit."""
    return bool((one.view(np.uint16) == other.view(np.uint16)).all())


def _outdated(mark: Mark, placed: Rect, tile: Rect) -> Mark:
    """The mark of a tile after a change in `placed`, which like `tile` is in pixels of the level."""
    part = placed._replace(x=placed.x - tile.x, y=placed.y - tile.y)
    if mark.number == _NOT_SEEN:
        return mark._replace(part=mark.part.union(part))
    return Mark(_NOT_SEEN, mark.number, part)


def _halved(tile: ChromaTile) -> Halves:
    a, b, presence = widened(tile)
    small = [_means(a * presence), _means(b * presence), _means(presence)]
    weight = np.maximum(small[2], np.float32(1e-7))
    return narrowed(np.stack([small[0] / weight, small[1] / weight, small[2]]))


def _means(plane: Floats) -> Floats:
    return np.asarray(cv2.resize(plane, (TILE // 2, TILE // 2), interpolation=cv2.INTER_AREA), np.float32)


def _accept(tile: NDArray[Any]) -> None:
    if tile.shape != (3, TILE, TILE) or tile.dtype != np.float16:
        raise ValueError(f"a tile of chroma is (3, {TILE}, {TILE}) float16, not {tile.shape} {tile.dtype}")
    tile.flags.writeable = False
