"""How slow work tells how far it is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Progress = Callable[[float], bool]
"""Told the share done, 0..1; answers whether to go on."""

T = TypeVar("T")


def stage(progress: Progress | None, begin: float, end: float) -> Progress | None:
    """What to tell a stage of the work that makes out the shares from `begin` to `end` of the whole."""
    if progress is None:
        return None
    tell = progress
    return lambda share: tell(begin + share * (end - begin))


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Whoever was told the progress answered that nobody wants the result any more."""


def counted(items: Sequence[T], progress: Progress | None) -> Iterator[T]:
    """The items in turn; before each, `progress` is told the share done. Raises Cancelled where it says False."""
    for done, item in enumerate(items):
        if progress is not None and not progress(done / len(items)):
            raise Cancelled("The work was stopped; nothing has been changed.")
        yield item
