"""Tiles kept within a budget of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class _Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


_Key = TypeVar("_Key")
_Value = TypeVar("_Value", bound=_Sized)


class TileCache(Generic[_Key, _Value]):
    """Tiles within a budget of bytes; the one unused longest goes first."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self.bytes = 0
        self._tiles: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key) -> _Value | None:
        if key in self._tiles:
            self._tiles.move_to_end(key)
        return self._tiles.get(key)

    def __iter__(self) -> Iterator[_Key]:
        """All keys, those unused longest first."""
        return iter(list(self._tiles))

    def rename(self, old: _Key, new: _Key) -> None:
        """The same tile belongs to another key now."""
        self._tiles[new] = self._tiles.pop(old)

    def pop(self, key: _Key) -> _Value | None:
        """Keep the tile no longer; None where it was not kept."""
        popped = self._tiles.pop(key, None)
        self.bytes -= 0 if popped is None else popped.nbytes
        return popped

    def put(self, key: _Key, tile: _Value) -> None:
        replaced = self._tiles.pop(key, None)
        self.bytes += tile.nbytes - (0 if replaced is None else replaced.nbytes)
        self._tiles[key] = tile
        while self.bytes > self._budget and self._tiles:
            _, oldest = self._tiles.popitem(last=False)
            self.bytes -= oldest.nbytes
