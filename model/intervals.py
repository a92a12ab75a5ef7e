"""How sure a figure is: bootstrap intervals over photos, and paired differences between two columns.

Every figure is a ratio of sums over photos, ``Σ numerator / Σ denominator``: a mean over photos is the case
where each denominator counts what was averaged, a leak or a fill divides two sums of chroma. Photos, not
pixels or masks, are drawn with replacement, since they are what differs (B. Efron, R. Tibshirani, "An
Introduction to the Bootstrap", 1993, ch. 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure, its 95 % interval, and how many photos it rests on; all ``nan`` where nothing could be
    measured.
    """

    value: float
    low: float
    high: float
    photos: int


@dataclass
class Sample:
    """One figure's sums per photo, keyed by the photo's place in the set."""

    sums: dict[int, tuple[float, float]] = field(default_factory=dict)

    def add(self, photo: int, numerator: float, denominator: float = 1.0) -> None:
        """Add a measurement of ``photo``; one with a ``nan`` in it was not possible there, and is left out."""
        if np.isnan(numerator) or np.isnan(denominator):
            return
        old_numerator, old_denominator = self.sums.get(photo, (0.0, 0.0))
        self.sums[photo] = (old_numerator + numerator, old_denominator + denominator)

    def restricted(self, photos: set[int]) -> Sample:
        """The same figure on those of its photos that are in ``photos``."""
        return Sample({photo: sums for photo, sums in self.sums.items() if photo in photos})

    def arrays(self, count: int) -> tuple[Doubles, Doubles]:
        """Numerators and denominators of all ``count`` photos, zero where a photo was not measured."""
        numerators, denominators = np.zeros(count), np.zeros(count)
        for photo, (numerator, denominator) in self.sums.items():
            numerators[photo], denominators[photo] = numerator, denominator
        return numerators, denominators


class Bootstrap:
    """One fixed set of resamples of ``count`` photos, shared by all figures and columns so that differences
    are paired.
    """

    def __init__(self, count: int, seed: int = 0, resamples: int = RESAMPLES) -> None:
        self.count = count
        generator = np.random.default_rng([seed, count])
        # (resamples, count): how often each photo was drawn. One product then gives a sum in every resample.
        self.draws: Doubles = generator.multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.float64)

    def estimate(self, sample: Sample) -> Estimate:
        """The figure over all its photos."""
        return self.mean_estimate([sample])

    def mean_estimate(self, samples: Sequence[Sample]) -> Estimate:
        """The plain mean of several figures (one per mask family, say), each counted once however many photos
        it has.
        """
        photos = {photo for sample in samples for photo in sample.sums}
        return _interval(self._point(samples), self._resampled(samples), len(photos))

    def difference(self, ours: Sequence[Sample], reference: Sequence[Sample]) -> Estimate:
        """Ours minus the reference's (each the mean of its figures), on the photos that both were measured
        on.
        """
        pairs = []
        for one, other in zip(ours, reference, strict=True):
            shared = one.sums.keys() & other.sums.keys()
            pairs.append((one.restricted(shared), other.restricted(shared)))
        first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        photos = {photo for sample in first for photo in sample.sums}
        return _interval(
            self._point(first) - self._point(second),
            self._resampled(first) - self._resampled(second),
            len(photos),
        )

    def _point(self, samples: Sequence[Sample]) -> float:
        return float(self._mean_ratio(samples, np.ones((1, self.count)))[0])

    def _resampled(self, samples: Sequence[Sample]) -> Doubles:
        return self._mean_ratio(samples, self.draws)

    def _mean_ratio(self, samples: Sequence[Sample], draws: Doubles) -> Doubles:
        """Mean over ``samples`` of Σn/Σd for each row of ``draws``; a sample none of whose photos were drawn
        sits out.
        """
        total, present = np.zeros(len(draws)), np.zeros(len(draws))
        for sample in samples:
            numerators, denominators = sample.arrays(self.count)
            below = draws @ denominators
            measured = below > 0
            total[measured] += (draws @ numerators)[measured] / below[measured]
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
