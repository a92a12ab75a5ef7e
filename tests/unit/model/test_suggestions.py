"""Suggestions: the likeliest colours first, no two alike, from the place that was clicked."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.colorizer import Colorizer
from model.colour import bin_centres
from model.metrics import gamut_mapped
from model.suggestions import LEAST_DIFFERENCE, modes, place_weights

CENTRES = bin_centres()


def peak(*colours: tuple[float, float, float]) -> np.ndarray:
    """A distribution with these (a*, b*, share), each spread as an eye would not notice, and a little everywhere."""
    total = np.full(len(CENTRES), 1e-6)
    for a, b, share in colours:
        near = np.exp(-((CENTRES - (a, b)) ** 2).sum(axis=1) / 50)
        total += share * near / near.sum()
    return (total / total.sum()).astype(np.float32)


def test_the_likeliest_colour_is_first_and_the_next_is_another() -> None:
    found = modes(peak((-40, 40, 0.6), (10, 20, 0.3), (0, -30, 0.1)), CENTRES, 60.0, 3)
    for suggestion, (ab, share) in zip(found, (((-40, 40), 0.6), ((10, 20), 0.3), ((0, -30), 0.1)), strict=True):
        assert suggestion.ab == pytest.approx(ab, abs=2)
        assert suggestion.share == pytest.approx(share, abs=0.06)


def test_a_colour_between_bins_is_found_between_them() -> None:
    found = modes(peak((25, 34, 1.0)), CENTRES, 60.0, 1)
    assert found[0].ab == pytest.approx((25, 34), abs=1.5)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), lightness=st.floats(0, 100), flat=st.floats(0.2, 8))
def test_nine_that_differ_and_can_be_shown(seed: int, lightness: float, flat: float) -> None:
    logits = np.random.default_rng(seed).normal(0, flat, len(CENTRES))
    distribution = (np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()).astype(np.float32)
    found = modes(distribution, CENTRES, lightness, 9)
    assert len(found) == 9
    for one, other in itertools.combinations(found, 2):
        assert np.hypot(one.ab[0] - other.ab[0], one.ab[1] - other.ab[1]) >= LEAST_DIFFERENCE - 1e-3
    shares = [suggestion.share for suggestion in found]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-5
    L = np.full(9, min(max(lightness, 25), 85), np.float32)
    ab = np.array([suggestion.ab for suggestion in found], np.float32).T
    assert np.abs(gamut_mapped(L, ab) - ab).max() < 2, "a mean of colours inside the gamut hardly leaves it"


def test_only_like_lightness_nearby_is_asked() -> None:
    lightness = np.full((40, 40), 30, np.float32)
    lightness[:, 20:] = 80
    weights = place_weights(lightness, 20.0, 19.0)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert weights[:, 20:].sum() < 1e-6
    assert weights[:, :10].sum() == 0
    assert weights[20, 18] > weights[20, 16] > 0


@pytest.mark.parametrize(("x", "y"), [(0, 0), (49.9, 32.9), (-3, 99)])
def test_every_place_has_some(tiny_weights: Path, x: float, y: float) -> None:
    L = np.random.default_rng(0).uniform(20, 80, (33, 50)).astype(np.float32)
    found = Colorizer(tiny_weights, "cpu").suggestions(L, x, y)
    assert len(found) == 9
    assert np.isfinite([suggestion.ab for suggestion in found]).all()


def test_a_second_click_runs_no_network(tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    colorizer = Colorizer(tiny_weights, "cpu")
    calls = []
    decode = colorizer.generator.decode
    monkeypatch.setattr(colorizer.generator, "decode", lambda *planes: calls.append(planes[1].min()) or decode(*planes))
    L = np.random.default_rng(1).uniform(20, 80, (48, 64)).astype(np.float32)
    first = colorizer.suggestions(L, 10, 10)
    assert colorizer.suggestions(L, 10, 10) == first
    colorizer.suggestions(L, 50, 40, count=3)
    assert calls == [1], "decoded once, with everything masked"


def test_hints_are_heard_inside_the_mask(tiny_weights: Path) -> None:
    colorizer = Colorizer(tiny_weights, "cpu")
    L = np.random.default_rng(2).uniform(20, 80, (48, 64)).astype(np.float32)
    hint_ab, hint_mask = np.zeros((2, 48, 64), np.float32), np.zeros((48, 64), np.uint8)
    hint_ab[:, 20:26, 20:26], hint_mask[20:26, 20:26] = 60, 1
    plain = colorizer.suggestions(L, 23, 23)
    told = colorizer.suggestions(L, 23, 23, hint_ab=hint_ab, hint_mask=hint_mask)
    elsewhere = colorizer.suggestions(L, 23, 23, mask=1 - hint_mask, hint_ab=hint_ab, hint_mask=hint_mask)
    assert told != plain
    assert elsewhere == plain


def test_the_shipped_network_knows_the_sky() -> None:
    """Bright and even above, dark and rough below: blue is among the first for the upper half."""
    rng = np.random.default_rng(0)
    L = np.linspace(85, 70, 160, dtype=np.float32)[:, None] * np.ones((1, 224), np.float32)
    L[100:] = 35 + 12 * rng.standard_normal((60, 224)).astype(np.float32)
    found = Colorizer().suggestions(np.clip(L, 0, 100), 112, 30)
    assert min(suggestion.ab[1] for suggestion in found[:3]) < -8
