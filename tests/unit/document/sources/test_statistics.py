"""What is remembered of a picture's colours, and the two spaces of colour transfer."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.document.gamut import rgb_to_lab
from app.document.sources.statistics import (
    LEAST_LIGHT,
    LMS_TO_RGB,
    LOG_LMS_TO_LAB,
    PRINTED_LMS_TO_RGB,
    QUANTILES,
    RGB_TO_LMS,
    Moments,
    Space,
    Statistics,
    cielab,
    from_cielab,
    from_lab_alpha_beta,
    lab_alpha_beta,
    relative_srgb,
    statistics_of,
)
from app.document.space import SRGB, Curve, RgbSpace

PICTURE = np.random.default_rng(0).random((3, 30, 40)).astype(np.float32) ** 2
WIDE = RgbSpace(  # primaries and white of no sRGB: D50, wide
    "wide",
    np.array([[0.7977, 0.1352, 0.0313], [0.2880, 0.7119, 0.0001], [0.0, 0.0, 0.8249]]),
    Curve(gamma=1.8),
)


def lab_of(linear: np.ndarray, space: RgbSpace = SRGB) -> np.ndarray:
    return np.moveaxis(rgb_to_lab(np.moveaxis(linear, 0, -1), space), -1, 0)


@given(hnp.arrays(np.float32, (3, 4, 5), elements=st.floats(0, 1, width=32)))
def test_cielab_is_the_compositors_and_comes_back(linear: np.ndarray) -> None:
    np.testing.assert_allclose(cielab(linear), lab_of(linear), atol=2e-3)
    np.testing.assert_allclose(from_cielab(cielab(linear)), linear, atol=1e-5)


@given(hnp.arrays(np.float32, (3, 4, 5), elements=st.floats(np.float32(0.01), 1, width=32)))
def test_lab_alpha_beta_is_the_papers_and_comes_back(linear: np.ndarray) -> None:
    lab = lab_alpha_beta(linear)
    for y, x in np.ndindex(4, 5):
        cones = [sum(RGB_TO_LMS[row, k] * float(linear[k, y, x]) for k in range(3)) for row in range(3)]
        L, M, S = (math.log10(cone) for cone in cones)
        expected = [(L + M + S) / math.sqrt(3), (L + M - 2 * S) / math.sqrt(6), (L - M) / math.sqrt(2)]
        np.testing.assert_allclose(lab[:, y, x], expected, atol=2e-5)
    np.testing.assert_allclose(from_lab_alpha_beta(lab), linear, atol=2e-5)


def test_grey_there_and_back_is_grey_but_not_with_the_printed_inverse() -> None:
    grey = np.broadcast_to(np.linspace(0.01, 1, 50, dtype=np.float32), (3, 50))
    np.testing.assert_allclose(from_lab_alpha_beta(lab_alpha_beta(grey)), grey, atol=1e-5)
    assert np.abs(LMS_TO_RGB @ RGB_TO_LMS - np.eye(3)).max() < 1e-12
    assert np.abs(LMS_TO_RGB - PRINTED_LMS_TO_RGB).max() < 0.02  # a rounding of the same matrix
    assert (PRINTED_LMS_TO_RGB @ RGB_TO_LMS @ np.ones(3))[2] == pytest.approx(1.0072, abs=1e-4)


def test_black_has_a_place_in_lab_alpha_beta() -> None:
    black = lab_alpha_beta(np.zeros((3, 2, 2), np.float32))
    expected = LOG_LMS_TO_LAB @ np.full(3, math.log10(LEAST_LIGHT))
    np.testing.assert_allclose(black, np.broadcast_to(expected[:, None, None], black.shape), atol=1e-5)


def test_other_rgb_spaces_keep_their_lab_and_their_grey() -> None:
    relative = relative_srgb(PICTURE, WIDE)
    np.testing.assert_allclose(cielab(relative), lab_of(PICTURE, WIDE), atol=0.02)
    grey = np.full((3, 2, 2), 0.3, np.float32)
    np.testing.assert_allclose(relative_srgb(grey, WIDE), grey, atol=1e-6)
    assert relative_srgb(PICTURE, SRGB) is PICTURE


def test_means_deviations_and_quantiles_are_the_textbooks() -> None:
    statistics = statistics_of(PICTURE)
    for space, planes in ((Space.LAB_ALPHA_BETA, lab_alpha_beta(PICTURE)), (Space.CIELAB, cielab(PICTURE))):
        moments = statistics.moments(space)
        np.testing.assert_allclose(moments.mean, planes.reshape(3, -1).mean(axis=1), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(moments.deviation, planes.reshape(3, -1).std(axis=1), rtol=1e-4, atol=1e-4)
    levels = np.linspace(0, 1, QUANTILES)
    expected = np.quantile(cielab(PICTURE).reshape(3, -1), levels, axis=1, method="hazen").T
    np.testing.assert_allclose(statistics.quantiles, expected, atol=1e-3)


def test_a_list_of_colours_is_as_good_as_a_picture() -> None:
    assert statistics_of(PICTURE.reshape(3, -1).T) == statistics_of(PICTURE)


def test_a_mask_takes_only_its_region_and_weights_count_as_repetition() -> None:
    mask = np.zeros(PICTURE.shape[1:], np.uint8)
    mask[5:20, 10:30] = 255
    region = statistics_of(PICTURE[:, 5:20, 10:30])
    inside = statistics_of(PICTURE, mask)
    np.testing.assert_allclose(inside.cielab.mean, region.cielab.mean, atol=1e-5)
    np.testing.assert_allclose(inside.quantiles, region.quantiles, atol=1e-4)
    twice = np.concatenate([PICTURE, PICTURE[:, :10]], axis=1)
    weights = np.ones(PICTURE.shape[1:])
    weights[:10] = 2
    weighted = statistics_of(PICTURE, weights)
    np.testing.assert_allclose(weighted.cielab.deviation, statistics_of(twice).cielab.deviation, rtol=1e-4)
    np.testing.assert_allclose(weighted.quantiles, statistics_of(twice).quantiles, atol=2.5)


def test_an_empty_region_is_refused() -> None:
    with pytest.raises(ValueError, match="no pixels"):
        statistics_of(PICTURE, np.zeros(PICTURE.shape[1:], bool))
    with pytest.raises(ValueError, match="weights"):
        statistics_of(PICTURE, np.ones((2, 2)))
    with pytest.raises(ValueError, match="colours are"):
        statistics_of(np.ones((5, 4), np.float32))


def test_one_grey_pixel_has_statistics() -> None:
    statistics = statistics_of(np.full((3, 1, 1), 0.2, np.float32))
    assert statistics.cielab.deviation == (0, 0, 0)
    np.testing.assert_allclose(statistics.cielab.mean[1:], 0, atol=1e-3)


def test_json_round_trip() -> None:
    statistics = statistics_of(PICTURE)
    again = Statistics.from_dict(json.loads(json.dumps(statistics.to_dict())))
    assert again == statistics
    assert hash(again) == hash(statistics)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cielab", None),
        ("cielab", {"mean": [0, 0, 0], "deviation": [1, 1]}),
        ("cielab", {"mean": [0, 0, float("nan")], "deviation": [1, 1, 1]}),
        ("lab_alpha_beta", {"mean": [0, 0, 0], "deviation": [1, -1, 1]}),
        ("lab_alpha_beta", {"mean": [0, 0, 1e30], "deviation": [1, 1, 1]}),
        ("lab_alpha_beta", {"mean": "abc", "deviation": [1, 1, 1]}),
        ("quantiles", [[0.0] * QUANTILES] * 2),
        ("quantiles", [[0.0] * 3] * 3),
        ("quantiles", [[float(-k) for k in range(QUANTILES)]] * 3),
        ("quantiles", [["x"] * QUANTILES] * 3),
        ("quantiles", 5),
    ],
)
def test_what_is_no_statistics_is_refused(key: str, value: object) -> None:
    data = statistics_of(PICTURE).to_dict()
    data[key] = value
    with pytest.raises(ValueError, match=r"statistics|deviation|quantiles|convert|unpack"):
        Statistics.from_dict(data)


def test_moments_say_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="never below 0"):
        Moments((0, 0, 0), (-1, 0, 0))
