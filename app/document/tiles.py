"""The mask: 8-bit coverage in sparse, immutable tiles of 256² pixels.

Fill, clear and invert cost nothing where a tile is constant, an edit shares every tile it leaves alone, and
the network's small view of the mask is brought up to date from the tiles that changed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import cv2
import numpy as np

from app.document.geometry import EMPTY_RECT, TILE, Rect, tile_grid, tile_rect
from app.document.pooling import Codes as Codes
from app.document.pooling import axis, covered_pieces

TileKey = tuple[int, int]

TILE_BYTES = TILE * TILE
DEEPEST_LEVEL = 8
"""At level 8 a tile is one pixel; no deeper level is kept."""
_PRESENCE_SIZES = 4  # network sizes remembered per family of masks: live, fine, crop, spare


class Tile:
    """256 × 256 uint8 coverage that never changes. Compare tiles by identity.

    Mips, and the pixels of an inverted tile, are computed when first asked for. `pack` trades the pixels for
    a compressed copy; the next reader gets them back unpacked, so packing shows in the bytes only.

    Readers in other threads are safe: what pixels can be made from again is never taken away.
    """

    __slots__ = ("_mips", "_negative", "_packed", "_pixels")

    def __init__(self, pixels: Codes | None, negative: Tile | None = None) -> None:
        """Keep `pixels` (256, 256) uint8, contiguous; from now on read-only. Callers want `Tile.of`.

        Without pixels, the tile is the inverse of `negative`.
        """
        if pixels is not None:
            pixels.flags.writeable = False
        self._pixels = pixels
        self._negative = negative
        self._packed: bytes | None = None
        self._mips: dict[int, Codes] = {}

    @classmethod
    def of(cls, pixels: Codes) -> Tile:
        """The tile of `pixels` (256, 256) uint8; EMPTY or FULL where all are 0 or all 255.

        An array that owns its memory is taken over and becomes read-only; a view is copied.
        """
        if pixels.shape != (TILE, TILE) or pixels.dtype != np.uint8:
            raise ValueError(f"a tile is uint8 of shape ({TILE}, {TILE}), not {pixels.dtype} {pixels.shape}")
        if pixels.base is not None or not pixels.flags.c_contiguous:
            pixels = pixels.copy()
        first = pixels[0, 0]
        if first == 0 and not pixels.view(np.uint64).any():
            return EMPTY
        if first == 255 and bool((pixels.view(np.uint64) == np.uint64(2**64 - 1)).all()):
            return FULL
        return cls(pixels)

    @property
    def pixels(self) -> Codes:
        """(256, 256) uint8, read-only."""
        pixels = self._pixels
        if pixels is None:
            pixels = self._pixels = self._made_again()
        return pixels

    def _made_again(self) -> Codes:
        pixels = self._pixels
        if pixels is not None:
            return pixels
        packed = self._packed
        if packed is not None:
            return np.frombuffer(zlib.decompress(packed), np.uint8).reshape(TILE, TILE)
        assert self._negative is not None
        pixels = np.invert(self._negative._made_again())
        pixels.flags.writeable = False
        return pixels

    @property
    def bytes(self) -> int:
        """Bytes of the pixels now: none for EMPTY, FULL and an inverse nobody has read, few while packed."""
        if self is EMPTY or self is FULL:
            return 0
        if self._pixels is None:
            return 0 if self._packed is None else len(self._packed)
        return TILE_BYTES

    def pack(self) -> None:
        """Keep a compressed copy only, until somebody reads the pixels again. EMPTY and FULL stay."""
        if self is EMPTY or self is FULL:
            return
        if self._packed is None:
            self._packed = zlib.compress(self.pixels.data, 1)
        self._mips = {}
        self._pixels = None

    def mip(self, level: int) -> Codes:
        """Mean over blocks of 2**level pixels, rounded once: (256 >> level)² uint8, read-only. Level 0..8."""
        if level == 0:
            return self.pixels
        mip = self._mips.get(level)
        if mip is None:
            if not 0 < level <= DEEPEST_LEVEL:
                raise ValueError(f"mip level {level} is outside 0..{DEEPEST_LEVEL}")
            side = TILE >> level
            mip = np.asarray(cv2.resize(self.pixels, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
            mip.flags.writeable = False
            self._mips[level] = mip
        return mip

    def inverted(self) -> Tile:
        """255 - coverage, everywhere. Costs nothing until the pixels are read; twice is the tile itself."""
        if self is EMPTY:
            return FULL
        if self is FULL:
            return EMPTY
        return Tile(None, self) if self._negative is None else self._negative


EMPTY = Tile(np.zeros((TILE, TILE), np.uint8))
FULL = Tile(np.full((TILE, TILE), 255, np.uint8))


class _Pieces(NamedTuple):
    """Which pieces are covered, and the mask that was true for."""

    default: Tile
    tiles: Mapping[TileKey, Tile]
    covered: Codes


class Softened(NamedTuple):
    """A feathered tile, and what it was made of: the feather and the mask's tiles around it."""

    feather: float
    sources: tuple[Tile, ...]
    codes: Codes


@dataclass(frozen=True, eq=False)
class TileMask:
    """Coverage 0..255 of a photo of `height` × `width` pixels. Immutable; compare masks by identity.

    `tiles` holds the tiles that differ from `default`, keyed (ty, tx). Pixels that an edge tile has beyond
    the photo's edge mean nothing and are never seen by `to_array`, `presence`, `at` and `is_empty`.
    """

    height: int
    width: int
    default: Tile
    tiles: Mapping[TileKey, Tile]
    # Shared by all masks that descend from each other: the newest presence, to be brought up to date by
    # whoever asks next. Entries are replaced whole, so that threads may ask at the same time.
    _seen: dict[tuple[int, int], _Pieces] = field(default_factory=dict, repr=False)
    softened: dict[tuple[int, int, int], Softened] = field(default_factory=dict, repr=False)
    """Shared likewise: feathered tiles by mip level, row and column. Only softness.py reads and writes it."""

    @classmethod
    def empty(cls, height: int, width: int) -> TileMask:
        """Nothing covered."""
        return cls(height, width, EMPTY, {})

    @classmethod
    def full(cls, height: int, width: int) -> TileMask:
        """Everything covered. Allocates no tile."""
        return cls(height, width, FULL, {})

    @classmethod
    def from_array(cls, coverage: Codes) -> TileMask:
        """The mask of a (H, W) uint8 array."""
        if coverage.ndim != 2 or coverage.dtype != np.uint8 or not coverage.size:
            raise ValueError(f"a mask is uint8 of shape (H, W), not {coverage.dtype} {coverage.shape}")
        height, width = coverage.shape
        rows, columns = tile_grid(height, width)
        found: dict[TileKey, Tile] = {}
        for ty in range(rows):
            for tx in range(columns):
                part = coverage[tile_rect(ty, tx).slices]
                if part.shape != (TILE, TILE):  # the edge goes on, so that it does not fade in small mips
                    part = np.pad(part, ((0, TILE - part.shape[0]), (0, TILE - part.shape[1])), mode="edge")
                tile = Tile.of(part)
                if tile is not EMPTY:
                    found[ty, tx] = tile
        return cls(height, width, EMPTY, found)

    def to_array(self) -> Codes:
        """(H, W) uint8, a fresh array."""
        coverage = np.empty((self.height, self.width), np.uint8)
        coverage[:] = self.default.pixels[0, 0]
        for key, tile in self.tiles.items():
            rect = tile_rect(*key).clip(self.height, self.width)
            coverage[rect.slices] = tile.pixels[: rect.height, : rect.width]
        return coverage

    def tile(self, ty: int, tx: int) -> Tile:
        return self.tiles.get((ty, tx), self.default)

    def at(self, x: float, y: float) -> int:
        """Coverage 0..255 of the photo pixel that contains the point (x, y); 0 outside the photo."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return 0
        column, row = int(x), int(y)
        return int(self.tile(row // TILE, column // TILE).pixels[row % TILE, column % TILE])

    def with_tiles(self, changes: Mapping[TileKey, Tile]) -> TileMask:
        """The mask with these tiles put in place; every other tile is shared."""
        if not changes:
            return self
        changed = dict(self.tiles)
        changed.update(changes)
        for key, tile in changes.items():
            if tile is self.default:
                del changed[key]
        return TileMask(self.height, self.width, self.default, changed, self._seen, self.softened)

    def inverted(self) -> TileMask:
        """255 - coverage, everywhere."""
        return TileMask(
            self.height,
            self.width,
            self.default.inverted(),
            {key: tile.inverted() for key, tile in self.tiles.items()},
            self._seen,
            self.softened,
        )

    @property
    def is_empty(self) -> bool:
        """True where no pixel of the photo has any coverage."""
        return not any(self._is_covered(key, tile) for key, tile in self._laid())

    @property
    def bytes(self) -> int:
        """Bytes of the mask's own tiles, each counted once; shared constants are free."""
        return sum(tile.bytes for tile in {id(tile): tile for tile in self.tiles.values()}.values())

    def bounds(self) -> Rect | None:
        """Where coverage lies, to whole tiles and clipped to the photo; None where there is none."""
        covered = [key for key, tile in self._laid() if self._is_covered(key, tile)]
        if not covered:
            return None
        return _box(covered).clip(self.height, self.width)

    def changed_since(self, other: TileMask) -> Rect:
        """Where two masks of one photo may differ, to whole tiles and clipped to the photo; maybe empty."""
        if self is other:
            return EMPTY_RECT
        if self.default is not other.default:
            return Rect(0, 0, self.width, self.height)
        differing = self.tiles.items() ^ other.tiles.items()
        return _box({key for key, _ in differing}).clip(self.height, self.width)

    def coverage(self, level: int, ty: int, tx: int) -> Codes:
        """(256, 256) uint8, read-only: tile (ty, tx) at mip level `level`, put together from tiles' mips."""
        if level == 0:
            return self.tile(ty, tx).pixels
        if not 0 < level <= DEEPEST_LEVEL:
            raise ValueError(f"mip level {level} is outside 0..{DEEPEST_LEVEL}")
        rows, columns = tile_grid(self.height, self.width)
        span, side = 1 << level, TILE >> level
        top, left = ty << level, tx << level
        parts: dict[TileKey, Tile] = {}
        for row in range(top, min(top + span, rows)):
            for column in range(left, min(left + span, columns)):
                tile = self.tiles.get((row, column))
                if tile is not None:
                    parts[row - top, column - left] = tile
        if not parts:
            return self.default.pixels
        pixels = np.empty((TILE, TILE), np.uint8)
        pixels[:] = self.default.pixels[0, 0]
        for (row, column), tile in parts.items():
            pixels[row * side : (row + 1) * side, column * side : (column + 1) * side] = tile.mip(level)
        pixels.flags.writeable = False
        return pixels

    def presence(self, h: int, w: int) -> Codes:
        """(h, w) uint8 {0, 1}, a fresh array: 1 where any coverage > 0 touches that network pixel.

        An exact max-pool for every size, larger than the photo too: neither a thin stroke is lost nor a
        pixel added. Costs a tile's worth of work for each tile that changed since a related mask was asked.
        """
        down, across = axis(self.height, h), axis(self.width, w)
        known = self._seen.get((h, w))
        if known is not None and known.default is self.default:
            covered = known.covered.copy()
            changed: Iterable[TileKey] = {key for key, _ in known.tiles.items() ^ self.tiles.items()}
        else:
            covered = np.full((len(down.starts), len(across.starts)), self.default is FULL, np.uint8)
            changed = self.tiles
        for ty, tx in changed:
            here = covered[down.first[ty] : down.first[ty + 1], across.first[tx] : across.first[tx + 1]]
            tile = self.tile(ty, tx)
            if tile is EMPTY or tile is FULL:
                here[:] = tile is FULL
            else:
                here[:] = covered_pieces(tile.pixels, down.cuts(ty), across.cuts(tx)) != 0
        if len(self._seen) >= _PRESENCE_SIZES and (h, w) not in self._seen:
            self._seen.clear()
        self._seen[h, w] = _Pieces(self.default, self.tiles, covered)
        rows = np.bitwise_or.reduceat(covered[down.order], down.heads, axis=0)
        present: Codes = np.bitwise_or.reduceat(rows[:, across.order], across.heads, axis=1)
        return present

    def _laid(self) -> Iterable[tuple[TileKey, Tile]]:
        """Every place whose tile is not EMPTY, as far as that needs looking at all."""
        if self.default is EMPTY:
            return self.tiles.items()
        rows, columns = tile_grid(self.height, self.width)
        return (((ty, tx), self.tile(ty, tx)) for ty in range(rows) for tx in range(columns))

    def _is_covered(self, key: TileKey, tile: Tile) -> bool:
        if tile is EMPTY or tile is FULL:
            return tile is FULL
        if (key[0] + 1) * TILE <= self.height and (key[1] + 1) * TILE <= self.width:
            return True  # `Tile.of` made it: had it no coverage at all, it would be EMPTY
        rect = tile_rect(*key).clip(self.height, self.width)
        return bool(tile.pixels[: rect.height, : rect.width].any())


def _box(keys: Iterable[TileKey]) -> Rect:
    """The smallest rectangle that covers these whole tiles; empty for none."""
    places = list(keys)
    if not places:
        return EMPTY_RECT
    rows, columns = [key[0] for key in places], [key[1] for key in places]
    top, left = min(rows), min(columns)
    return Rect(left * TILE, top * TILE, (max(columns) + 1 - left) * TILE, (max(rows) + 1 - top) * TILE)
