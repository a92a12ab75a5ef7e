"""Undo and redo: the older and newer roots of a document, bounded by the bytes they keep alive.

Roots share what an edit left alone, so a step costs only what its neighbour does not have. What lies far back
is packed: mask tiles are compressed and fitted fields left out, for they can be fitted from the chroma again.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from dataclasses import dataclass, replace

from app.document.layer import DocumentState, LayerState
from app.document.sources.painted import Painted
from app.document.tiles import EMPTY, FULL, Tile, TileMask

DEFAULT_LIMIT = 1 << 30
WARM_STEPS = 8
"""Steps on either side of the present that keep their fields and unpacked tiles."""
_PACKING_SECONDS = 0.002  # per step: far below what a hand notices when it lifts the pen


@dataclass(eq=False)
class _Step:
    """A root that can be returned to, and what it alone keeps alive."""

    name: str
    state: DocumentState
    place: int
    tiles: list[Tile]
    cost: int
    cold: bool = False
    gone: bool = False

    def weigh(self, neighbour: DocumentState) -> None:
        """Find what this root has and its neighbour towards the present has not."""
        self.tiles, self.cost = _kept_alive(self.state, neighbour)


class History:
    """Two stacks of roots around the present one, which the document holds itself.

    `limit` is in bytes. When it is passed the oldest steps are forgotten, but never the newest one.
    `place` names the present root: it comes back when undo and redo come back to the same root.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.place = 0
        self.forgotten = 0
        """Steps dropped for want of room since the document was opened."""
        self._newest_place = 0
        self._undo: deque[_Step] = deque()
        self._redo: deque[_Step] = deque()
        self._to_pack: deque[_Step] = deque()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """Bytes kept alive by the history alone, not counting what the present root has too."""
        return self._bytes

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the steps that can be undone, oldest first."""
        return tuple(step.name for step in self._undo)

    @property
    def redo_names(self) -> tuple[str, ...]:
        """Names of the steps that can be done again, nearest first."""
        return tuple(step.name for step in reversed(self._redo))

    @property
    def undo_name(self) -> str | None:
        """Name of the step that `undo` takes back, None where there is none."""
        return self._undo[-1].name if self._undo else None

    @property
    def redo_name(self) -> str | None:
        """Name of the step that `redo` does again, None where there is none."""
        return self._redo[-1].name if self._redo else None

    @property
    def newest(self) -> DocumentState | None:
        """The root that `undo` would return to."""
        return self._undo[-1].state if self._undo else None

    def push(self, name: str, before: DocumentState, after: DocumentState) -> int:
        """Note the step `name` that led from `before` to `after`, the present root from now on.

        Returns how many of the oldest steps had to be forgotten to stay within `limit`.
        """
        for step in self._redo:
            self._forget(step)
        self._redo.clear()
        if self._undo:  # `before` may have been settled since, and then shares less
            newest = self._undo[-1]
            self._bytes -= newest.cost
            newest.weigh(before)
            self._bytes += newest.cost
        self._add(self._undo, name, before, after)
        self._pack_some()
        self._newest_place += 1
        self.place = self._newest_place
        return self.drop_oldest()

    def drop_oldest(self) -> int:
        """Forget the oldest steps that pass `limit`, but never the newest, then the farthest that `redo` would come to;
        returns how many of the oldest."""
        dropped = 0
        while self._bytes > self.limit and len(self._undo) > 1:
            self._forget(self._undo.popleft())
            dropped += 1
        while self._bytes > self.limit and self._redo:
            self._forget(self._redo.popleft())
        self.forgotten += dropped
        return dropped

    def undo(self, present: DocumentState) -> DocumentState | None:
        """The root before the newest step, None where there is none. `present` goes to the redo side."""
        return self._move(self._undo, self._redo, present)

    def redo(self, present: DocumentState) -> DocumentState | None:
        """The root after the step last undone, None where there is none."""
        return self._move(self._redo, self._undo, present)

    def amend_newest(self, state: DocumentState, present: DocumentState) -> None:
        """Exchange the root that `undo` would return to. Raises IndexError where there is none."""
        step = self._undo[-1]
        self._bytes -= step.cost
        step.state = state
        step.weigh(present)
        self._bytes += step.cost

    def _move(self, source: deque[_Step], target: deque[_Step], present: DocumentState) -> DocumentState | None:
        if not source:
            return None
        step = source.pop()
        self._forget(step)
        self._add(target, step.name, present, step.state)
        self.place = step.place
        return step.state

    def _add(self, stack: deque[_Step], name: str, state: DocumentState, neighbour: DocumentState) -> None:
        step = _Step(name, state, self.place, [], 0)
        step.weigh(neighbour)
        self._bytes += step.cost
        stack.append(step)
        if len(stack) > WARM_STEPS:
            cooling = stack[-1 - WARM_STEPS]
            if not cooling.cold:
                self._cool(cooling, stack[-WARM_STEPS].state)

    def _forget(self, step: _Step) -> None:
        step.gone = True
        self._bytes -= step.cost

    def _cool(self, step: _Step, neighbour: DocumentState) -> None:
        step.cold = True
        self._bytes -= step.cost
        # Nobody makes the field of a pinned layer again.
        layers = tuple(
            layer if layer.field is None or layer.pinned else replace(layer, field=None) for layer in step.state.layers
        )
        step.state = replace(step.state, layers=layers)
        step.weigh(neighbour)
        self._bytes += step.cost
        self._to_pack.append(step)

    def _pack_some(self) -> None:
        """Compress cold tiles for a moment; what is left waits for the next step."""
        deadline = time.perf_counter() + _PACKING_SECONDS
        while self._to_pack and time.perf_counter() < deadline:
            step = self._to_pack[0]
            if step.gone or not step.tiles:
                self._to_pack.popleft()
                continue
            tile = step.tiles.pop()
            unpacked = tile.bytes
            tile.pack()
            step.cost += tile.bytes - unpacked
            self._bytes += tile.bytes - unpacked


def _kept_alive(state: DocumentState, neighbour: DocumentState) -> tuple[list[Tile], int]:
    """(tiles, all bytes) that `state` has and `neighbour` has not."""
    tiles: list[Tile] = []
    cost = 0
    others = {layer.id: layer for layer in neighbour.layers}
    for layer in state.layers:
        other = others.get(layer.id)
        if layer is other:
            continue
        if other is None or layer.mask is not other.mask:
            tiles.extend(_own_tiles(layer.mask, None if other is None else other.mask))
            cost += sys.getsizeof(layer.mask.tiles)
        if other is None or layer.hints is not other.hints:
            cost += sys.getsizeof(layer.hints)
        cost += _answer_bytes(layer, other)
    if state.selection is not None and state.selection is not neighbour.selection:
        tiles.extend(_own_tiles(state.selection, neighbour.selection))
        cost += sys.getsizeof(state.selection.tiles)
    return tiles, cost + sum(tile.bytes for tile in tiles)


def _own_tiles(mask: TileMask, other: TileMask | None) -> list[Tile]:
    places = mask.tiles.items() - (other.tiles.items() if other is not None else set())
    return list({id(tile): tile for _, tile in places if tile is not EMPTY and tile is not FULL}.values())


def _answer_bytes(layer: LayerState, other: LayerState | None) -> int:
    cost = 0
    if layer.chroma is not None and (other is None or layer.chroma is not other.chroma):
        cost += layer.chroma.ab.nbytes + layer.chroma.support.nbytes
    if layer.field is not None and (other is None or layer.field is not other.field):
        cost += layer.field.coefficients.nbytes
    if isinstance(layer.source, Painted) and (other is None or layer.source is not other.source):
        theirs = other.source.tiles.tiles if other is not None and isinstance(other.source, Painted) else {}
        own = layer.source.tiles.tiles.items()
        cost += sum(tile.nbytes for place, tile in own if theirs.get(place) is not tile)
    return cost
