"""Selections: regions that clip painting. Combined with each other, moved, applied to masks; all of it immutable."""

from __future__ import annotations

import enum
from collections.abc import Callable

import cv2
import numpy as np

from app.document.geometry import Rect, tiles
from app.document.neighbourhood import tile_of, visible, window
from app.document.tiles import EMPTY, FULL, Tile, TileMask


class Combine(enum.Enum):
    """What a new region does to the present selection."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


def combined(present: TileMask | None, region: TileMask, how: Combine) -> TileMask | None:
    """The selection after `region` came. None, where nothing was or stays selected, stands for the whole photo.

    Of a pixel's two coverages the greater stays (add), the smaller (intersect), or what the region leaves of the
    present one (subtract: the difference, at least 0). So a region added to itself or intersected with itself is
    the same region, soft edges included, and one subtracted from itself is nothing.
    """
    if how is Combine.REPLACE or (present is None and how is not Combine.SUBTRACT):
        chosen = region
    elif present is None:
        chosen = region.inverted()
    else:
        chosen = _joined(present, region, _JOINS[how])
    return None if chosen.is_empty else chosen


def mixed(old: TileMask, new: TileMask, share: TileMask | None) -> TileMask:
    """old + (new - old) * share / 255, rounded, tile by tile; `share` None is 255 everywhere.

    Where the share is 0 the old tile itself is kept, where it is 255 the new one.
    """
    if share is None or old is new:
        return new
    changes = {}
    for key in share.tiles if share.default is EMPTY else tiles(Rect(0, 0, old.width, old.height)):
        tile = _mixed_tile(old.tile(*key), new.tile(*key), share.tile(*key))
        if tile is not old.tile(*key):
            changes[key] = tile
    return old.with_tiles(changes)


def translated(selection: TileMask, dx: int, dy: int) -> TileMask:
    """The selection moved by whole pixels. What leaves the photo is gone; what comes in from beyond it is 0."""
    if (dx, dy) == (0, 0):
        return selection
    height, width = selection.height, selection.width
    landed = Rect(dx, dy, width, height).clip(height, width)
    moved = {}
    for key in tiles(landed):
        inner = visible(selection, *key)
        target = inner.intersect(landed)
        source = Rect(target.x - dx, target.y - dy, target.width, target.height)
        origins = {selection.tile(*place) for place in tiles(source)}
        if origins == {EMPTY} or (origins == {FULL} and target == inner):
            moved[key] = origins.pop()
        else:
            codes = np.zeros((inner.height, inner.width), np.uint8)
            place = Rect(target.x - inner.x, target.y - inner.y, target.width, target.height)
            codes[place.slices] = window(selection, source)
            moved[key] = tile_of(codes)
    return TileMask.empty(height, width).with_tiles(moved)


def _mixed_tile(old: Tile, new: Tile, share: Tile) -> Tile:
    if share is EMPTY or old is new:
        return old
    if share is FULL:
        return new
    difference = new.pixels.astype(np.int32) - old.pixels
    difference *= share.pixels
    difference += 127 + 255 * 255  # a whole number of steps up, so that the division rounds to nearest
    difference //= 255
    difference += old.pixels
    difference -= 255
    return Tile.of(difference.astype(np.uint8))


def _united(one: Tile, other: Tile) -> Tile:
    if one is other or other is EMPTY or one is FULL:
        return one
    if one is EMPTY or other is FULL:
        return other
    return Tile.of(np.asarray(cv2.max(one.pixels, other.pixels), np.uint8))


def _common(one: Tile, other: Tile) -> Tile:
    if one is other or other is FULL or one is EMPTY:
        return one
    if one is FULL or other is EMPTY:
        return other
    return Tile.of(np.asarray(cv2.min(one.pixels, other.pixels), np.uint8))


def _left(one: Tile, other: Tile) -> Tile:
    if other is EMPTY or one is EMPTY:
        return one
    if one is other or other is FULL:
        return EMPTY
    if one is FULL:
        return other.inverted()
    return Tile.of(np.asarray(cv2.subtract(one.pixels, other.pixels), np.uint8))


_JOINS: dict[Combine, Callable[[Tile, Tile], Tile]] = {
    Combine.ADD: _united,
    Combine.SUBTRACT: _left,
    Combine.INTERSECT: _common,
}


def _joined(one: TileMask, other: TileMask, join: Callable[[Tile, Tile], Tile]) -> TileMask:
    default = join(one.default, other.default)
    joined = {key: join(one.tile(*key), other.tile(*key)) for key in one.tiles.keys() | other.tiles.keys()}
    return TileMask(one.height, one.width, default, {}).with_tiles(joined)
