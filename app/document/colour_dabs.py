"""Dabs among the hints of a layer: colours put down one by one, to be found, moved, changed and removed again.

A dab is a hint that is a square: what the dab tool lays and hint files hold. The discs are strokes of colour, many to a
stroke, and no thing to take hold of. Hints are told apart by identity: two may be equal and lie on top of each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.document.geometry import Point
from app.document.sources.neural import Neural
from app.document.sources.scribbles import Scribbles

if TYPE_CHECKING:
    from app.document.layer import Hint
    from app.document.sources.source import ColourSource

NO_COLOUR = (119, 119, 119)
"""sRGB codes of a dab that asks for grey: any three equal codes do, these have L* 50."""


def takes_dabs(source: ColourSource) -> bool:
    """Whether hints mean anything to this source."""
    return isinstance(source, Neural | Scribbles)


def is_grey(dab: Hint) -> bool:
    """Whether it asks for no colour."""
    return len(set(dab.color)) == 1


def dabs_of(hints: Sequence[Hint]) -> tuple[Hint, ...]:
    """The dabs among the hints, the topmost last."""
    return tuple(hint for hint in hints if not hint.disc)


def is_among(hints: Sequence[Hint], dab: Hint | None) -> bool:
    """Whether this very dab is one of the hints."""
    return any(hint is dab for hint in hints)


def nearest(dabs: Sequence[Hint], places: Sequence[Point], place: Point, reach: float) -> Hint | None:
    """The dab whose place (one for each, in any pixels) is nearest to `place`, no farther than `reach`.

    Of several as near, the topmost.
    """
    found, least = None, reach
    for dab, where in zip(dabs, places, strict=True):
        away = math.dist(where, place)
        if away <= least:
            found, least = dab, away
    return found


def exchanged(hints: Sequence[Hint], dab: Hint, new: Hint) -> tuple[Hint, ...]:
    """The hints with `new` where this very dab was. Raises ValueError where it is not among them."""
    if not is_among(hints, dab):
        raise ValueError(f"{dab} is not among the hints")
    return tuple(new if hint is dab else hint for hint in hints)


def without(hints: Sequence[Hint], dab: Hint) -> tuple[Hint, ...]:
    """The hints but for this very dab."""
    return tuple(hint for hint in hints if hint is not dab)


def inside_photo(x: float, y: float, size: tuple[int, int]) -> Point:
    """(x, y) brought onto a photo of (H, W): a dab dragged over the edge stays within reach."""
    height, width = size
    return min(max(x, 0.0), width - 0.5), min(max(y, 0.0), height - 0.5)
