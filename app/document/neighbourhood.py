"""Reading a mask through windows that pass tile borders, and changing each pixel by what lies around it.

A change computed tile by tile equals the same change of the whole array: every tile is computed from a window that
reaches as far as the change looks. Beyond the photo's border the mask goes on as it is at the border.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from app.document.geometry import TILE, Rect, level_size, tile_grid, tile_rect
from app.document.pooling import Codes
from app.document.progress import Progress, counted
from app.document.tiles import EMPTY, FULL, Tile, TileKey, TileMask

_MIXED = 128  # in the grid of `_states`: neither EMPTY, which is 0, nor FULL, which is 255


def window(mask: TileMask, rect: Rect, level: int = 0) -> Codes:
    """(height, width) uint8, a fresh array: coverage at mip `level` in `rect`, which must touch the photo.

    Like the mips of tiles these are means over blocks, but what a tile holds beyond the photo's edge is left out.
    """
    part = rect.clip(*level_size(mask.height, mask.width, level))
    side = TILE >> level
    codes = np.empty((part.height, part.width), np.uint8)
    for ty in range(part.y // side, (part.bottom - 1) // side + 1):
        top, bottom = max(part.y, ty * side), min(part.bottom, (ty + 1) * side)
        for tx in range(part.x // side, (part.right - 1) // side + 1):
            left, right = max(part.x, tx * side), min(part.right, (tx + 1) * side)
            tile = mask.tile(ty, tx)
            here = codes[top - part.y : bottom - part.y, left - part.x : right - part.x]
            if tile is EMPTY or tile is FULL:
                here[:] = 0 if tile is EMPTY else 255
            else:
                mip = tile.pixels if level == 0 else _clean_mip(mask, level, ty, tx)
                here[:] = mip[top - ty * side : bottom - ty * side, left - tx * side : right - tx * side]
    beyond = part.y - rect.y, rect.bottom - part.bottom, part.x - rect.x, rect.right - part.right
    if any(beyond):
        codes = np.asarray(cv2.copyMakeBorder(codes, *beyond, cv2.BORDER_REPLICATE), np.uint8)
    return codes


def visible(mask: TileMask, ty: int, tx: int) -> Rect:
    """The part of a tile that lies in the photo, in photo pixels."""
    return tile_rect(ty, tx).clip(mask.height, mask.width)


def tile_of(codes: Codes) -> Tile:
    """The tile of the part that lies in the photo, (≤ 256, ≤ 256) uint8; beyond the photo it goes on as at the edge."""
    if codes.shape != (TILE, TILE):
        codes = np.pad(codes, ((0, TILE - codes.shape[0]), (0, TILE - codes.shape[1])), mode="edge")
    return Tile.of(codes)


def filtered(
    mask: TileMask,
    halo: int,
    change: Callable[[Codes], Codes],
    progress: Progress | None = None,
    known: Mapping[TileKey, Tile] | None = None,
    level: int = 0,
) -> TileMask:
    """The mask with every pixel changed by what lies up to `halo` pixels around it.

    `change` turns the window (256 + 2 halo)² around a tile into the tile's new (256, 256) uint8; where all it sees
    is 0 or all is 255 it must change nothing, and it is not asked. Nor is it for the tiles that are `known`.
    A tile that stays the same is the same object. With a mip `level`, the window and its halo count pixels of that
    level. Raises Cancelled.
    """
    known = known or {}
    changes: dict[TileKey, Tile] = {}
    for key in counted(restless(mask, halo << level), progress):
        old, tile, inner = mask.tile(*key), known.get(key), visible(mask, *key)
        if tile is None:
            around = window(mask, tile_rect(*key).scaled_out(level).grown(halo), level)
            if around[0, 0] in (0, 255) and (around == around[0, 0]).all():
                continue
            codes = change(around)[: inner.height, : inner.width]
            if np.array_equal(codes, old.pixels[: inner.height, : inner.width]):
                continue
            tile = tile_of(codes)
        if tile is not old:
            changes[key] = tile
    return mask.with_tiles(changes)


def restless(mask: TileMask, halo: int) -> list[TileKey]:
    """The tiles that see more than nothing, or more than everything, within `halo` pixels along each axis."""
    states = np.full(tile_grid(mask.height, mask.width), _state(mask.default), np.uint8)
    for key, tile in mask.tiles.items():
        states[key] = _state(tile)
    reach = -(-halo // TILE)
    box = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    low, high = cv2.erode(states, box), cv2.dilate(states, box)
    rows, columns = np.nonzero((low != high) | (low == _MIXED))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _state(tile: Tile) -> int:
    return 0 if tile is EMPTY else 255 if tile is FULL else _MIXED


def _clean_mip(mask: TileMask, level: int, ty: int, tx: int) -> Codes:
    tile, inner = mask.tile(ty, tx), visible(mask, ty, tx)
    if inner.height == TILE and inner.width == TILE:
        return tile.mip(level)
    return tile_of(tile.pixels[: inner.height, : inner.width]).mip(level)
