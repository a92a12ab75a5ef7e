"""Dabs keep their colour: whatever the network makes of a hint, the middle of a dab has exactly what was asked for.

The network answers at its own size, where a dab may be smaller than one pixel, and its answer is then enlarged along
the photo's edges. Neither keeps a colour to the last unit, so the colour of a dab is laid over the answer again, pixel
for pixel: whole in the middle, fading towards the dab's border, where the answer has come near to it by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.document.geometry import Rect
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.layer import Hint
    from app.document.sources.source import PhotoTile

EXACT = 0.5
"""Share of a dab's side, around its middle, that has exactly its colour."""


def standing(hints: Sequence[Hint]) -> tuple[Hint, ...]:
    """The dabs among a layer's hints, in their order, without those that a later stroke of colour has painted over."""
    first = next((place for place, hint in enumerate(hints) if not hint.disc), len(hints))
    discs = [hint for hint in hints[first:] if hint.disc]
    x, y, radius = np.array([(disc.x, disc.y, disc.size / 2) for disc in discs], np.float64).reshape(-1, 3).T
    found, earlier = [], 0
    for hint in hints[first:]:
        if hint.disc:
            earlier += 1
        elif not (np.hypot(x[earlier:] - hint.x, y[earlier:] - hint.y) < radius[earlier:]).any():
            found.append(hint)
    return tuple(found)


def touching(dabs: Sequence[Hint], rect: Rect, level: int) -> tuple[Hint, ...]:
    """Those that touch a rectangle of a mip level: all that its chroma depends on."""
    place = rect.scaled_in(level)
    return tuple(dab for dab in dabs if not dab.rect.intersect(place).is_empty)


def hint_chroma(ab: Floats, dabs: Sequence[Hint], tile: PhotoTile) -> Floats:
    """(2, h, w) float32 a*b* of a tile with the dabs' own colours laid over `ab`, which stays as it is.

    Every pixel depends on its own place alone. A later dab lies over an earlier one.
    """
    rect, level = tile.rect, tile.level
    near = touching(dabs, rect, level)
    if not near:
        return ab
    ab = np.array(ab, np.float32)
    for dab in near:
        part = dab.rect.scaled_out(level).intersect(rect)
        if part.is_empty:
            continue
        across = _nearness(part.x, part.width, dab.x, dab.size, level)
        down = _nearness(part.y, part.height, dab.y, dab.size, level)
        share = np.minimum(down[:, None], across[None, :])
        share *= share * (3 - 2 * share)
        share *= min(1.0, dab.size / 2**level) ** 2  # of a pixel that is larger than the dab
        inside = Rect(part.x - rect.x, part.y - rect.y, part.width, part.height).slices
        for plane, asked in zip(ab, dab.ab, strict=True):
            plane[inside] += share * (np.float32(asked) - plane[inside])
    return ab


def _nearness(start: int, count: int, centre: float, size: float, level: int) -> Floats:
    """(count,) along one axis, in pixels of a level: 1 for those that touch the exact part, 0 from the border on."""
    pixel = 2.0**level
    away = np.abs((np.arange(start, start + count) + 0.5) * pixel - centre) - pixel / 2
    fade = (1 - EXACT) * size / 2
    return np.asarray(np.clip(1 - (away - EXACT * size / 2) / fade, 0, 1), np.float32)
