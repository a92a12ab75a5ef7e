"""How sure a figure is: bootstrap intervals over photos, and paired differences between two columns.

Photos, not pixels or masks, are drawn with replacement, since they are what differs (B. Efron, R. Tibshirani, "An
Introduction to the Bootstrap", 1993, ch. 13). A figure keeps what it needs of each photo and tells its value for any
draw of them: nearly every one is a ratio of sums (:class:`Sample`), a worst case is a :class:`Largest`, and a distance
of pooled histograms :class:`Histograms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from model.metrics import jensen_shannon

RESAMPLES = 1000
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure, its 95 % interval, and how many photos it rests on; all ``nan`` where nothing could be measured."""

    value: float
    low: float
    high: float
    photos: int


class Measured(Protocol):
    """What was measured on each photo, keyed by its place in the set."""

    @property
    def photos(self) -> AbstractSet[int]:
        """The photos that it was measured on."""
        ...

    def restricted(self, photos: AbstractSet[int]) -> Self:
        """The same on those of its photos that are in ``photos``."""
        ...

    def figures(self, draws: Doubles) -> Doubles:
        """(R,) its value in each of ``draws: (R, N)``, how often each of N photos counts; ``nan`` where none does."""
        ...


@dataclass
class Sample:
    """A ratio of sums over photos, ``Σ numerator / Σ denominator``.

    A mean over photos is the case where each denominator counts what was averaged; a leak or a fill divides two sums of
    chroma.
    """

    sums: dict[int, tuple[float, float]] = field(default_factory=dict)

    def add(self, photo: int, numerator: float, denominator: float = 1.0) -> None:
        """Add a measurement of ``photo``; one with a ``nan`` in it was not possible there, and is left out."""
        if np.isnan(numerator) or np.isnan(denominator):
            return
        old_numerator, old_denominator = self.sums.get(photo, (0.0, 0.0))
        self.sums[photo] = (old_numerator + numerator, old_denominator + denominator)

    @property
    def photos(self) -> AbstractSet[int]:
        return self.sums.keys()

    def restricted(self, photos: AbstractSet[int]) -> Sample:
        return Sample({photo: sums for photo, sums in self.sums.items() if photo in photos})

    def figures(self, draws: Doubles) -> Doubles:
        numerators, denominators = np.zeros(draws.shape[1]), np.zeros(draws.shape[1])
        for photo, (numerator, denominator) in self.sums.items():
            numerators[photo], denominators[photo] = numerator, denominator
        # One product gives a sum in every draw.
        below = draws @ denominators
        ratio = np.full(len(draws), np.nan)
        np.divide(draws @ numerators, below, out=ratio, where=below > 0)
        return ratio


@dataclass
class Largest:
    """The largest value that any photo has. Its interval says how it varies with the photos; it has no upper bound."""

    values: dict[int, float] = field(default_factory=dict)

    def add(self, photo: int, value: float) -> None:
        self.values[photo] = max(value, self.values.get(photo, value))

    @property
    def photos(self) -> AbstractSet[int]:
        return self.values.keys()

    def restricted(self, photos: AbstractSet[int]) -> Largest:
        return Largest({photo: value for photo, value in self.values.items() if photo in photos})

    def figures(self, draws: Doubles) -> Doubles:
        values = np.full(draws.shape[1], -np.inf)
        for photo, value in self.values.items():
            values[photo] = value
        largest = np.where(draws > 0, values, -np.inf).max(axis=1)
        return np.where(np.isfinite(largest), largest, np.nan)


@dataclass
class Histograms:
    """The Jensen-Shannon distance between two histograms, each pooled over the photos.

    counts: the two histograms of a photo, (n,) each.
    """

    counts: dict[int, tuple[Doubles, Doubles]] = field(default_factory=dict)

    def add(self, photo: int, first: Doubles, second: Doubles) -> None:
        self.counts[photo] = (first, second)

    @property
    def photos(self) -> AbstractSet[int]:
        return self.counts.keys()

    def restricted(self, photos: AbstractSet[int]) -> Histograms:
        return Histograms({photo: counts for photo, counts in self.counts.items() if photo in photos})

    def figures(self, draws: Doubles) -> Doubles:
        result = np.full(len(draws), np.nan)
        if self.counts:
            drawn = draws[:, list(self.counts)]
            some = drawn.any(axis=1)
            first, second = (drawn[some] @ np.array(each) for each in zip(*self.counts.values(), strict=True))
            result[some] = jensen_shannon(first, second)
        return result


class Bootstrap:
    """One fixed set of resamples of ``count`` photos, shared by all figures and columns: differences are paired."""

    def __init__(self, count: int, seed: int = 0, resamples: int = RESAMPLES) -> None:
        self.count = count
        generator = np.random.default_rng([seed, count])
        # (resamples, count): how often each photo was drawn.
        self.draws: Doubles = generator.multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.float64)

    def estimate(self, sample: Measured) -> Estimate:
        """The figure over all its photos."""
        return self.mean_estimate([sample])

    def mean_estimate(self, samples: Sequence[Measured]) -> Estimate:
        """The plain mean of several figures (one per mask family, say), each counted once whatever its photos."""
        return _interval(self._point(samples), self._resampled(samples), _photos(samples))

    def difference(self, ours: Sequence[Measured], reference: Sequence[Measured]) -> Estimate:
        """Ours minus the reference's (each the mean of its figures, in the same order), on the photos that both were
        measured on.
        """
        first, second = [], []
        for one, other in zip(ours, reference, strict=True):
            shared = one.photos & other.photos
            first.append(one.restricted(shared))
            second.append(other.restricted(shared))
        return _interval(
            self._point(first) - self._point(second), self._resampled(first) - self._resampled(second), _photos(first)
        )

    def _point(self, samples: Sequence[Measured]) -> float:
        return float(_mean(samples, np.ones((1, self.count)))[0])

    def _resampled(self, samples: Sequence[Measured]) -> Doubles:
        return _mean(samples, self.draws)


def _photos(samples: Sequence[Measured]) -> int:
    return len({photo for sample in samples for photo in sample.photos})


def _mean(samples: Sequence[Measured], draws: Doubles) -> Doubles:
    """Mean of the figures in each row of ``draws``; one of whose photos none was drawn sits out."""
    total, present = np.zeros(len(draws)), np.zeros(len(draws))
    for sample in samples:
        figures = sample.figures(draws)
        measured = ~np.isnan(figures)
        total[measured] += figures[measured]
        present += measured
    result = np.full(len(draws), np.nan)
    np.divide(total, present, out=result, where=present > 0)
    return result


def _interval(value: float, resampled: Doubles, photos: int) -> Estimate:
    """The percentile interval around ``value``."""
    known = resampled[~np.isnan(resampled)]
    if np.isnan(value) or known.size == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    low, high = np.percentile(known, [2.5, 97.5])
    return Estimate(value, float(low), float(high), photos)
