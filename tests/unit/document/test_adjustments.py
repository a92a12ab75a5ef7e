"""Adjustments change chroma as they say, keep grey grey, and look at no pixel but the one they change."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.adjustments import RANGES, SKIN_HUE, WARM_HUE, WARM_SHARE, Adjustments

HUES = np.radians(np.arange(0, 360, 3, dtype=np.float64))
CHROMAS = np.linspace(0.5, 120, 60)
EVERYTHING = Adjustments(strength=0.8, saturation=1.4, vibrance=0.6, hue=35, warmth=-0.7)


def wheel() -> np.ndarray:
    """(2, chromas, hues) float32 a*b*."""
    return (CHROMAS[None, :, None] * np.stack([np.cos(HUES), np.sin(HUES)])[:, None, :]).astype(np.float32)


def polar(ab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chroma, and hue in degrees."""
    a, b = ab.astype(np.float64)
    return np.hypot(a, b), np.degrees(np.arctan2(b, a))


def colour(chroma: float, hue: float) -> np.ndarray:
    angle = math.radians(hue)
    return np.array([[[chroma * math.cos(angle)]], [[chroma * math.sin(angle)]]], np.float32)


def turn(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """Degrees from the old hues to the new ones, -180..180."""
    return (polar(new)[1] - polar(old)[1] + 180) % 360 - 180


adjustments = st.builds(Adjustments, **{name: st.floats(*limits) for name, limits in RANGES.items()})


def test_nothing_is_done_by_default() -> None:
    ab = wheel()
    assert Adjustments().is_neutral
    assert Adjustments().apply(ab) is ab


@given(st.sampled_from(sorted(RANGES)), st.sampled_from([0, 1]))
def test_whatever_is_not_its_default_is_not_neutral(name: str, end: int) -> None:
    changed = Adjustments(**{name: RANGES[name][end]})
    assert changed.is_neutral == (getattr(changed, name) == getattr(Adjustments(), name))


@given(adjustments)
def test_grey_stays_exactly_grey(adjusted: Adjustments) -> None:
    assert not adjusted.apply(np.zeros((2, 3, 5), np.float32)).any()


@given(adjustments)
def test_a_new_finite_array_is_given_and_the_old_one_left_alone(adjusted: Adjustments) -> None:
    ab = wheel()
    result = adjusted.apply(ab)
    np.testing.assert_array_equal(ab, wheel())
    assert result.dtype == np.float32
    assert result.shape == ab.shape
    assert np.isfinite(result).all()
    assert adjusted.is_neutral or not np.shares_memory(result, ab)


@given(adjustments, st.integers(1, CHROMAS.size - 1), st.integers(1, HUES.size - 1))
def test_tiles_meet(adjusted: Adjustments, row: int, column: int) -> None:
    ab = wheel()
    whole = adjusted.apply(ab)
    for part in (np.s_[:, :row, :column], np.s_[:, row:, column:], np.s_[:, row : row + 1, column : column + 1]):
        np.testing.assert_array_equal(adjusted.apply(ab[part]), whole[part])


def test_planes_that_are_not_stored_one_after_the_other_give_the_same() -> None:
    ab = wheel()
    interleaved = np.moveaxis(np.ascontiguousarray(np.moveaxis(ab, 0, 2)), 2, 0)
    result = EVERYTHING.apply(interleaved)
    np.testing.assert_array_equal(result, EVERYTHING.apply(ab))
    assert result.flags.c_contiguous


@given(st.floats(0, 1), st.floats(0, 2))
def test_strength_and_saturation_scale_the_chroma(strength: float, saturation: float) -> None:
    result = Adjustments(strength=strength, saturation=saturation).apply(wheel())
    np.testing.assert_allclose(result, wheel() * strength * saturation, rtol=1e-5, atol=1e-6)


@given(st.floats(-180, 180))
def test_hue_turns_and_keeps_the_chroma(degrees: float) -> None:
    result = Adjustments(hue=degrees).apply(wheel())
    np.testing.assert_allclose(polar(result)[0], polar(wheel())[0], rtol=1e-5)
    np.testing.assert_allclose((turn(result, wheel()) - degrees + 180) % 360, 180, atol=1e-3)


def test_a_quarter_turn_brings_red_to_yellow() -> None:
    np.testing.assert_allclose(Adjustments(hue=90).apply(colour(50, 0)), colour(50, 90), atol=1e-4)


@given(st.floats(-1, 1))
def test_vibrance_keeps_the_hue_and_the_order_of_pale_and_vivid(amount: float) -> None:
    result = Adjustments(vibrance=amount).apply(wheel())
    chroma, _ = polar(result)
    assert (np.diff(chroma, axis=0) >= -1e-4).all()
    assert (np.sum(result * wheel(), axis=0) >= 0).all()
    np.testing.assert_allclose(turn(result, wheel())[chroma > 0.1], 0, atol=1e-3)


@pytest.mark.parametrize("amount", [-1.0, -0.4, 0.4, 1.0])
def test_vibrance_changes_pale_colours_more_than_vivid_ones_and_skin_least(amount: float) -> None:
    def gain(chroma: float, hue: float) -> float:
        return abs(float(polar(Adjustments(vibrance=amount).apply(colour(chroma, hue)))[0].item()) / chroma - 1)

    for hue in (SKIN_HUE, 140, 260):
        gains = [gain(chroma, hue) for chroma in (5, 20, 40, 80, 120)]
        assert gains == sorted(gains, reverse=True)
    assert gain(5, 260) > 0.9 * abs(amount)
    assert gain(100, 260) < 0.2 * abs(amount)
    assert gain(20, SKIN_HUE) < 0.3 * gain(20, 260)
    assert gain(20, SKIN_HUE + 60) == pytest.approx(gain(20, 260), rel=1e-3)


def test_warmth_moves_towards_yellow_and_cold_towards_blue() -> None:
    for warmth in (1.0, 0.3, -0.3, -1.0):
        moved = Adjustments(warmth=warmth).apply(wheel()) - wheel()
        length, way = polar(moved)
        np.testing.assert_allclose(length, polar(wheel())[0] * WARM_SHARE * abs(warmth), rtol=1e-3)
        np.testing.assert_allclose(way, WARM_HUE if warmth > 0 else WARM_HUE - 180, atol=0.1)


@given(st.floats(-1, 1))
def test_no_warmth_turns_a_colour_into_its_opposite(warmth: float) -> None:
    result = Adjustments(warmth=warmth).apply(wheel())
    assert (np.sum(result * wheel(), axis=0) > 0).all()
    opposite = Adjustments(warmth=1).apply(colour(60, WARM_HUE - 180))
    np.testing.assert_allclose(opposite, colour(30, WARM_HUE - 180), atol=1e-3)


def test_strength_comes_last() -> None:
    without = Adjustments(saturation=1.4, vibrance=0.6, hue=35, warmth=-0.7).apply(wheel())
    np.testing.assert_allclose(EVERYTHING.apply(wheel()), 0.8 * without, rtol=1e-5, atol=1e-6)


def test_skin_is_spared_by_its_own_hue_wherever_it_is_turned_to() -> None:
    turned = Adjustments(vibrance=1, hue=120).apply(colour(20, SKIN_HUE))
    np.testing.assert_allclose(polar(turned)[0], polar(Adjustments(vibrance=1).apply(colour(20, SKIN_HUE)))[0])


@given(adjustments)
def test_a_file_gives_them_back(adjusted: Adjustments) -> None:
    assert Adjustments.from_dict(json.loads(json.dumps(adjusted.to_dict()))) == adjusted


def test_what_a_file_does_not_name_is_neutral() -> None:
    assert Adjustments.from_dict({}) == Adjustments()
    assert Adjustments.from_dict({"hue": 30}) == Adjustments(hue=30)


@pytest.mark.parametrize("name", sorted(RANGES))
@pytest.mark.parametrize("value", [-181, 180.5, math.nan, math.inf, 10**400, True, None, "1", [1.0]])
def test_what_is_out_of_range_is_refused_with_a_sentence(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"^The {name} of a layer's colours is .* to .*\.$"):
        Adjustments.from_dict({name: value})


def test_what_is_no_adjustment_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"^A layer's colours are adjusted by strength, .* not by 'glow'\.$"):
        Adjustments.from_dict({"glow": 1.0})
