"""A stroke made of single dabs, whose flow builds up to the opacity."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from app.document.brush import Brush, Floats
from app.document.edge_aware import EdgeAware
from app.document.geometry import TILE, Rect, tile_rect, tiles
from app.document.segment import Knot, Meeting
from app.document.strength import FULL_STRENGTH, Strength, StrokeStrength, times
from app.document.tiles import TileKey
from app.document.tips import Stamps
from app.document.walk import Dab, Walk


class Dabs:
    """Lays dabs on a stroke's strength s: each adds (ceiling - s) · flow · tip, and takes nothing away.

    The weight of an edge-aware brush lowers the ceiling, so that no rubbing lets colour seep over an edge.
    """

    def __init__(self, strength: StrokeStrength, brush: Brush, edges: EdgeAware | None = None) -> None:
        self._strength = strength
        self._stamps = Stamps(brush)
        self._edges = edges
        self._walk = Walk(brush)
        self._waiting: list[Dab] = []

    def extend(self, last: Knot | None, end: Knot, last_flow: float, flow: float) -> None:
        """Continue from the knot before, where it has a dab or was swept over, to `end`; painted by `lay`."""
        dabs = self._walk.extend(last, end, (last_flow, flow), self._strength.area)
        self._waiting += (dab for dab in dabs if dab.flow > 0 and dab.knot.ceiling > 0)

    def lay(self) -> None:
        """Paint what waits, tile by tile, in the order of the path."""
        waiting, self._waiting = self._waiting, []
        by_tile: dict[TileKey, list[_Placed]] = {}
        for dab in waiting:
            placed = _Placed(dab, self._stamps, self._edges)
            for key in tiles(placed.box.intersect(self._strength.area)):
                if self._strength.can_rise(key):
                    by_tile.setdefault(key, []).append(placed)
        for key, those in by_tile.items():
            for placed in those:
                if self._strength.can_rise(key):
                    self._lay_on(key, placed)

    def _lay_on(self, key: TileKey, placed: _Placed) -> None:
        strength, tile, flow = self._strength, tile_rect(*key), placed.dab.flow
        meeting = placed.meets(tile)
        if meeting is Meeting.NOTHING:
            return
        if meeting is Meeting.ALL and placed.paints_all:
            strength.fill(key)
            return
        part = placed.box.intersect(tile)
        codes = placed.codes(part) if meeting is Meeting.PART else None
        if codes is not None and key not in strength.tiles and not codes.any():
            return
        within = part._replace(x=part.x - tile.x, y=part.y - tile.y)
        here = strength.at(key)[within.slices]
        ceiling = placed.ceiling_of(part)
        missing = ceiling - np.minimum(here, ceiling)  # none where more is there already
        risen = _share_of(missing, codes, flow, placed.dab.number)
        if risen.any():
            here += risen
            strength.note(key, within)


class _Placed:
    """A dab with its tip in place."""

    def __init__(self, dab: Dab, stamps: Stamps, edges: EdgeAware | None) -> None:
        knot = dab.knot
        self.dab = dab
        self._ceiling = np.uint16(round(knot.ceiling * FULL_STRENGTH))
        self._region = None if edges is None else edges.region(knot.x, knot.y, knot.radius)
        self._stamp, self._left, self._top = stamps.at(knot)
        box = self._stamp.piece.box
        self.box = box._replace(x=box.x + self._left, y=box.y + self._top)
        self.paints_all = dab.flow == 1 and self._ceiling == FULL_STRENGTH and edges is None

    def meets(self, tile: Rect) -> Meeting:
        return self._stamp.piece.meets(self._local(tile))

    def codes(self, part: Rect) -> Strength:
        return self._stamp.codes(self._local(part))

    def ceiling_of(self, part: Rect) -> Strength | np.uint16:
        """The strength that the dab builds up to."""
        if self._region is None:
            return self._ceiling
        codes, share = self._region.codes(part), self.dab.knot.ceiling
        return np.asarray(cv2.addWeighted(codes, share, codes, 0.0, 0.0), np.uint16)

    def _local(self, rect: Rect) -> Rect:
        return rect._replace(x=rect.x - self._left, y=rect.y - self._top)


def _share_of(missing: Strength, codes: Strength | None, flow: float, number: int) -> Strength:
    """missing · codes · flow as whole codes; no codes stand for full ones.

    Rounding to nearest would stall at little flow. Thresholds that differ from dab to dab round up as often as is
    due, so that the sum over many dabs is exact.
    """
    if flow > _NEARLY_ALL:
        return missing if codes is None else times(missing, codes, 1 / FULL_STRENGTH)
    share: Floats
    if codes is None:
        share = missing * np.float32(flow)
    else:
        share = np.asarray(cv2.multiply(missing, codes, scale=flow / FULL_STRENGTH, dtype=cv2.CV_32F), np.float32)
    height, width = share.shape
    down, across = number // _SHIFTS % _SHIFTS, number % _SHIFTS
    share += _thresholds()[down : down + height, across : across + width]
    return share.astype(np.uint16)


_NEARLY_ALL = 0.9999  # above it, float32 could round 65535 and a threshold up, out of range
_SHIFTS = 256


@lru_cache(maxsize=1)
def _thresholds() -> Floats:
    """(512, 512) float32 0..1: evenly distributed over neighbouring pixels and, moved on by one, over dabs.

    Source: Roberts, The Unreasonable Effectiveness of Quasirandom Sequences, 2018 (R2).
    """
    steps = np.arange(TILE + _SHIFTS)
    values = (0.5698402909980532 * steps[None, :] + 0.7548776662466927 * steps[:, None]) % 1
    thresholds: Floats = np.minimum(values, 1 - 2.0**-24).astype(np.float32)
    thresholds.flags.writeable = False
    return thresholds
