"""Other plausible colourings of a region: which colours it could have instead, and hints that ask for them.

A region's distribution over a*b* averages many things it could be. Sampling place by place would be confetti; here one
colour is chosen for the whole region, asked for at a few places where the network finds it plausible, and the network
itself carries it to the region's edges, around what it is sure of: the green of leaves, the brown heart of a daisy.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.colour import BIN_SIDE
from model.metrics import gamut_mapped

Float = NDArray[np.float32]

CELL = 4
"""Network pixels a cell of the distribution."""

LIKENESS = float(BIN_SIDE)  # ΔE*ab; the standard deviation of a colour's neighbourhood
LEAST_CHROMA = 12.0  # C* from which a colour is one
FULL_CHROMA = 40.0  # C* beyond which more of it makes a colour neither more welcome nor another one
LEAST_DIFFERENCE = 25.0  # ΔE*ab, chroma beyond FULL_CHROMA not counted, between any two colourings
DARKEST, BRIGHTEST = (
    30.0,
    80.0,
)  # L* at which the gamut is asked: dark cloth is named by the colour of its folds in light
SHOWN = 0.8  # the share of its chroma that the gamut must have room for
HINTS = 8
HINT_SIDE = 5  # network pixels
PLAUSIBLE = 0.6
"""The share of a colour's plausibility in its best places from which a place is asked to take it."""

SURE = 0.12
"""A place where the colour is this much less plausible than the network's own is not to take it."""


@dataclass(frozen=True, eq=False)
class Region:
    """The ``n`` cells of a masked region.

    places: (n, 2) rows and columns. lightness: (n,) L*. painted: (n, 2) a*b* the network chose. chances: (n, Q) how
    plausible each bin's colour is there, near ones included, relative to what the network chose.
    """

    places: NDArray[np.intp]
    lightness: Float
    painted: Float
    chances: Float
    depth: Float
    """(n,) distance to the region's edge, in cells."""

    @classmethod
    def of(cls, distribution: Float, centres: Float, mask: Float, lightness: Float, painted: Float) -> Region:
        """From planes of cells: distribution (h, w, Q), mask 0..1 and lightness (h, w), painted (h, w, 2)."""
        inside = mask >= 0.5
        if not inside.any():
            inside = mask > 0
        deep = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        likely, own = distribution[inside], painted[inside]
        around_own = (likely * _likeness(own, centres)).sum(axis=1, keepdims=True)
        chances = likely @ _likeness(centres, centres) / np.maximum(around_own, 1e-6)
        depth = np.asarray(deep, np.float32)[1:-1, 1:-1][inside]
        return cls(np.argwhere(inside), lightness[inside], own, chances.astype(np.float32), depth)


def other_colours(region: Region, centres: Float, count: int, seed: int = 0) -> list[int]:
    """The bins of up to ``count`` colours that places of the region could have instead, no two alike.

    centres: (Q, 2) a*b*. Seed 0 gives the most plausible ones in their order; any other draws among the plausible.
    """
    if not len(region.places) or count < 1:
        return []
    chroma = np.hypot(centres[:, 0], centres[:, 1])
    L = np.clip(np.median(region.lightness), DARKEST, BRIGHTEST)
    shown = gamut_mapped(np.full(len(centres), L, np.float32), centres.T)
    possible = (chroma >= LEAST_CHROMA) & (np.hypot(*shown) >= SHOWN * chroma)
    told_apart, painted = _told_apart(centres), _told_apart(region.painted)
    changes = np.hypot(*(painted[:, None] - told_apart[None]).transpose(2, 0, 1)) >= LEAST_DIFFERENCE
    value = (np.minimum(region.chances, 1) * changes).mean(axis=0) * np.minimum(chroma / FULL_CHROMA, 1) * possible
    if seed:
        # Whoever is first after noise of Gumbel's distribution is drawn in proportion to the value.
        value = value * np.exp(np.random.default_rng(seed).gumbel(size=len(value)))
    found: list[int] = []
    while len(found) < count:
        best = int(np.argmax(value))
        if value[best] <= 0:
            break
        found.append(best)
        value = value * (np.hypot(*(told_apart - told_apart[best]).T) >= LEAST_DIFFERENCE)
    return found


def hints_for(region: Region, centres: Float, colour: int, size: tuple[int, int]) -> tuple[Float, NDArray[np.uint8]]:
    """Hints that ask for a bin's colour where it is plausible, and for the network's own where it is sure of that.

    size: (h, w) in network pixels. Returns hint_ab (2, h, w) and hint_mask (h, w).
    """
    chance = region.chances[:, colour]
    deep = region.depth >= min(2.0, float(np.median(region.depth)))
    takes = np.where(deep & (chance >= PLAUSIBLE * np.quantile(chance, 0.9)), chance, 0)
    if not takes.any():
        takes = chance
    shown = gamut_mapped(region.lightness, np.repeat(centres[colour][:, None], len(chance), axis=1)).T
    keeps = np.where(deep & (chance < SURE), 1.0, 0.0)
    hint_ab, hint_mask = np.zeros((2, *size), np.float32), np.zeros(size, np.uint8)
    for cells, own in ((_scattered(region.places, keeps), True), (_scattered(region.places, takes), False)):
        for cell in cells:
            row, column = region.places[cell] * CELL + (CELL - HINT_SIDE) // 2
            rows, columns = slice(max(row, 0), row + HINT_SIDE), slice(max(column, 0), column + HINT_SIDE)
            hint_ab[:, rows, columns] = (region.painted if own else shown)[cell][:, None, None]
            hint_mask[rows, columns] = 1
    return hint_ab, hint_mask


def _scattered(places: NDArray[np.intp], welcome: NDArray[np.floating]) -> list[int]:
    """Up to HINTS places, each as welcome and as far from the others as can be; none where the welcome is 0."""
    chosen: list[int] = []
    distance = np.ones(len(places))
    while len(chosen) < HINTS:
        best = int(np.argmax(np.sqrt(welcome) * distance))
        if welcome[best] * distance[best] <= 0:
            break
        away = np.hypot(*(places - places[best]).T)
        distance = np.minimum(distance, away) if chosen else away
        chosen.append(best)
    return chosen


def _likeness(first: Float, second: Float) -> Float:
    """(n, m): 1 for equal colours, falling with their ΔE*ab as a Gaussian does."""
    squared = ((first[:, None] - second[None]) ** 2).sum(axis=-1)
    return np.asarray(np.exp(-squared / (2 * LIKENESS**2)), np.float32)


def _told_apart(ab: Float) -> Float:
    """(n, 2) colours with no more than FULL_CHROMA: a deeper blue beside a blue is no other colouring."""
    chroma = np.hypot(ab[:, 0], ab[:, 1])
    return np.asarray(ab * np.minimum(1, FULL_CHROMA / np.maximum(chroma, 1e-6))[:, None], np.float32)
