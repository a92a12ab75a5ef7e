"""Likely colours read from the network's distribution over a*b*: a few that look different, each with its share.

The distribution (Zhang 2016, section 2.1) has a bin for every ten units of a* and b*, far too many to choose from, and
neighbours look alike. Here bins gather around the likeliest colours, none of which may look like another.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.colour import BIN_SIDE
from model.metrics import gamut_mapped

Float = NDArray[np.float32]

LEAST_DIFFERENCE = 12.0
"""ΔE*ab between any two suggestions: five times what an eye just notices, so that swatches differ side by side."""

REACH = 3
"""Cells of the distribution's grid, four network pixels each, around the place that are looked at."""

SHIFTS = 3  # of the mean towards a peak that lies between bins (mean shift: Comaniciu and Meer 2002)
SPREAD = 1.5  # cells; the standard deviation of their weights by distance
LIKE_LIGHTNESS = 6.0  # L*; the same by difference of lightness: a petal's colours are not those of the leaf beside it
DARKEST, BRIGHTEST = 25.0, 85.0  # L* at which there is something to choose from: black and white hold no chroma at all


class Suggestion(NamedTuple):
    """A colour for a place. ab: CIE a*, b*; share: 0..1, how much of the distribution it stands for."""

    ab: tuple[float, float]
    share: float


def place_weights(lightness: Float, row: float, column: float) -> Float:
    """How much each cell says about a place, (h, w) float32 with sum 1.

    lightness: (h, w) L* of the cells. row, column: the place, in cells; the first cell's centre is at 0.5.
    """
    h, w = lightness.shape
    y, x = min(max(int(row), 0), h - 1), min(max(int(column), 0), w - 1)
    rows, columns = np.ogrid[0:h, 0:w]
    distance = (rows + 0.5 - row) ** 2 + (columns + 0.5 - column) ** 2
    unlike = (lightness - lightness[y, x]) ** 2
    weights = np.exp(-distance / (2 * SPREAD**2) - unlike / (2 * LIKE_LIGHTNESS**2))
    weights *= (np.abs(rows - y) <= REACH) & (np.abs(columns - x) <= REACH)
    return np.asarray(weights / weights.sum(), np.float32)


def modes(
    distribution: Float, centres: Float, lightness: float, count: int, least_difference: float = LEAST_DIFFERENCE
) -> list[Suggestion]:
    """The likeliest colours of a distribution, most likely first.

    distribution: (Q,) probabilities. centres: (Q, 2) a*b* of their bins. lightness: L* of the place; every colour is
    one that sRGB can show there. count: 1 or more; the result is shorter only if no further colour differs enough.
    """
    L = np.full(len(centres), min(max(lightness, DARKEST), BRIGHTEST), np.float32)
    shown = gamut_mapped(L, centres.T).T
    # A colour between bins is split among them: a peak is the bin around which most lies, not the one that holds most.
    near = _likeness(shown, shown)
    order = np.argsort(-(near @ distribution), kind="stable")
    colours: list[NDArray[np.float64]] = []
    # Where the network is sure there are few peaks; bins beside them fill up what is missing.
    for colour in chain((_centred(distribution * near[peak], distribution, shown) for peak in order), shown[order]):
        if all(np.hypot(*(colour - other)) >= least_difference for other in colours):
            colours.append(np.asarray(colour, np.float64))
        if len(colours) == count:
            break
    distances = _squared_distances(np.array(colours), shown)
    nearest = distances.argmin(axis=0)
    counts = distances.min(axis=0) <= least_difference**2
    shares = [float(distribution[(nearest == i) & counts].sum()) for i in range(len(colours))]
    found = [Suggestion((float(a), float(b)), share) for (a, b), share in zip(colours, shares, strict=True)]
    return sorted(found, key=lambda suggestion: -suggestion.share)


def _centred(weight: NDArray[np.floating], distribution: Float, shown: Float) -> NDArray[np.float64]:
    """The peak, between bins, on whose slope the weighted ones lie."""
    colour = np.zeros(2)
    for _ in range(SHIFTS):
        colour = np.asarray(weight @ shown / max(float(weight.sum()), 1e-30), np.float64)
        weight = distribution * _likeness(colour[None], shown)[0]
    return colour


def _likeness(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, m): 1 for equal colours, falling with their distance as a Gaussian does, to 0.46 at the next bin."""
    return np.asarray(np.exp(-_squared_distances(first, second) / (2 * (0.8 * BIN_SIDE) ** 2)))


def _squared_distances(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, m) squared ΔE*ab between (n, 2) and (m, 2) colours."""
    return np.asarray(((first[:, None] - second[None]).astype(np.float64) ** 2).sum(axis=-1))
