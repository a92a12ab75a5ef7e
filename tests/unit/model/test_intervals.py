"""Bootstrap intervals of ratios, worst cases and pooled histograms."""

from __future__ import annotations

import numpy as np
import pytest

from model.intervals import Bootstrap, Histograms, Largest, Sample


def test_interval_covers_the_true_mean_about_19_times_in_20() -> None:
    rng = np.random.default_rng(5)
    bootstrap = Bootstrap(60, seed=0)
    hits = 0
    for _ in range(200):
        sample = Sample()
        for photo, value in enumerate(rng.normal(3.0, 1.0, 60)):
            sample.add(photo, float(value))
        estimate = bootstrap.estimate(sample)
        hits += estimate.low <= 3.0 <= estimate.high
    assert 180 <= hits <= 199


def test_paired_difference_is_narrower_than_its_parts() -> None:
    rng = np.random.default_rng(0)
    hard = rng.normal(20, 5, 50)
    ours, theirs = Sample(), Sample()
    for photo, value in enumerate(hard):
        ours.add(photo, value + 1 + rng.normal(0, 0.1))
        if photo % 2:  # the other column was measured on half of the photos only
            theirs.add(photo, value)
    bootstrap = Bootstrap(50)
    difference = bootstrap.difference([ours], [theirs])
    assert difference.photos == 25
    assert difference.value == pytest.approx(1, abs=0.1)
    assert difference.high - difference.low < 0.15
    alone = bootstrap.estimate(ours)
    assert alone.high - alone.low > 1


def test_ratio_of_sums_and_missing_values() -> None:
    sample, other = Sample(), Sample()
    sample.add(0, 1, 10)
    sample.add(1, 5, 10)
    sample.add(1, 5, 10)
    sample.add(2, float("nan"), 10)
    other.add(3, 1.0)
    bootstrap = Bootstrap(4)
    assert bootstrap.estimate(sample).value == pytest.approx(11 / 30)
    assert bootstrap.estimate(sample).photos == 2
    assert bootstrap.mean_estimate([sample, other]).value == pytest.approx((11 / 30 + 1) / 2)
    assert np.isnan(bootstrap.estimate(Sample()).value)


def test_the_largest_is_the_worst_of_the_photos() -> None:
    largest, other = Largest(), Largest()
    for photo, value in enumerate([0.1, 0.9, 0.3, 0.2]):
        largest.add(photo, value)
        other.add(photo, 0.1)
    largest.add(1, 0.5)  # a second, smaller value of the same photo
    bootstrap = Bootstrap(4)
    estimate = bootstrap.estimate(largest)
    assert (estimate.value, estimate.high, estimate.photos) == (0.9, 0.9, 4)
    assert estimate.low < 0.9  # the photo with 0.9 is not in every resample
    assert bootstrap.difference([largest], [other]).value == pytest.approx(0.8)
    assert bootstrap.difference([largest], [other.restricted({0, 2})]).value == pytest.approx(0.2)
    assert np.isnan(bootstrap.estimate(Largest()).value)


def test_histograms_are_pooled_before_they_are_compared() -> None:
    mirrored, same = Histograms(), Histograms()
    red, blue = np.array([10.0, 0]), np.array([0, 10.0])
    for photo, (ours, truth) in enumerate([(red, blue), (blue, red)] * 10):
        mirrored.add(photo, ours, truth)
        same.add(photo, truth, truth)
    bootstrap = Bootstrap(20)
    estimate = bootstrap.estimate(mirrored)
    assert estimate.value == 0  # every photo is wrong, the set as a whole is right
    assert 0 <= estimate.low < estimate.high < 1
    assert bootstrap.estimate(same).high == pytest.approx(0, abs=1e-7)
    one = mirrored.restricted({0})
    assert bootstrap.estimate(one).value == 1
    assert bootstrap.difference([one], [same]).value == pytest.approx(1)
    assert bootstrap.difference([one], [same]).photos == 1
    assert np.isnan(bootstrap.estimate(Histograms()).value)
