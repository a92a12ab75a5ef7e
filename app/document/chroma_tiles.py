"""Chroma at photo resolution as sparse tiles with half-size levels. Immutable: a change shares what it left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import TILE, Rect
from app.document.space import Floats

ChromaTile = NDArray[np.float16]
"""(3, 256, 256), read-only: a*, b*, and how much of the pixel has a colour, 0..1. Without any, a* = b* = 0."""

Place = tuple[int, int]


@dataclass(frozen=True, eq=False)
class ChromaTiles:
    """Tiles by place (ty, tx); where there is none, no pixel has a colour."""

    tiles: Mapping[Place, ChromaTile] = field(default_factory=lambda: MappingProxyType({}))
    _coarse: dict[tuple[int, int, int], ChromaTile | None] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for tile in self.tiles.values():
            if tile.shape != (3, TILE, TILE) or tile.dtype != np.float16:
                raise ValueError(f"a tile of chroma is (3, {TILE}, {TILE}) float16, not {tile.shape} {tile.dtype}")
            tile.flags.writeable = False

    def with_tiles(self, changes: Mapping[Place, ChromaTile]) -> ChromaTiles:
        """With these tiles in place of those that were there."""
        made = ChromaTiles(MappingProxyType({**self.tiles, **changes}))
        stale = {
            (level, ty >> level, tx >> level) for ty, tx in changes for level in range(1, 1 + _deepest(self._coarse))
        }
        made._coarse.update({key: tile for key, tile in list(self._coarse.items()) if key not in stale})
        return made

    @property
    def nbytes(self) -> int:
        return sum(tile.nbytes for tile in self.tiles.values())

    def changed_since(self, other: ChromaTiles) -> Rect:
        """Box of the tiles that differ, in photo pixels; maybe empty, maybe beyond the photo's edge."""
        keys = {
            key for key in self.tiles.keys() | other.tiles.keys() if self.tiles.get(key) is not other.tiles.get(key)
        }
        if not keys:
            return Rect(0, 0, 0, 0)
        rows, columns = [ty for ty, _ in keys], [tx for _, tx in keys]
        height, width = max(rows) + 1 - min(rows), max(columns) + 1 - min(columns)
        return Rect(min(columns) * TILE, min(rows) * TILE, width * TILE, height * TILE)

    def tile(self, level: int, ty: int, tx: int) -> ChromaTile | None:
        """A tile of a level; each coarser pixel is the mean of four, weighed by how much of them has a colour."""
        if level == 0:
            return self.tiles.get((ty, tx))
        key = (level, ty, tx)
        if key not in self._coarse:
            self._coarse[key] = self._halved(level, ty, tx)
        return self._coarse[key]

    def chroma(self, level: int, ty: int, tx: int, shape: tuple[int, ...]) -> Floats | None:
        """(2, h, w) float32 a*b* of the tile's upper left part; None where no pixel has a colour."""
        tile = self.tile(level, ty, tx)
        return None if tile is None else tile[:2, : shape[0], : shape[1]].astype(np.float32)

    def _halved(self, level: int, ty: int, tx: int) -> ChromaTile | None:
        half = TILE // 2
        finer = {(y, x): self.tile(level - 1, 2 * ty + y, 2 * tx + x) for y in (0, 1) for x in (0, 1)}
        if all(tile is None for tile in finer.values()):
            return None
        out = np.zeros((3, TILE, TILE), np.float16)
        for (y, x), tile in finer.items():
            if tile is None:
                continue
            planes = tile.astype(np.float32)
            planes[:2] *= planes[2]
            sums = planes.reshape(3, half, 2, half, 2).sum(axis=(2, 4))
            sums[:2] /= np.maximum(sums[2], 1e-6)
            sums[2] /= 4
            out[:, y * half : (y + 1) * half, x * half : (x + 1) * half] = sums
        out.flags.writeable = False
        return out


def _deepest(coarse: Mapping[tuple[int, int, int], object]) -> int:
    return max((level for level, _, _ in coarse), default=0)
