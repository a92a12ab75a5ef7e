"""The figures against published pairs, an independent implementation, and pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from model import metrics
from model.colour import lab_to_linear, rgb_to_lab

# Sharma, Wu, Dalal 2005, table 1: L*a*b* of both colours, ΔE00.
PUBLISHED = np.array(
    [
        (50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425),
        (50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615),
        (50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412),
        (50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000),
        (50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000),
        (50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000),
        (50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669),
        (50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669),
        (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792),
        (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792),
        (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195),
        (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195),
        (50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045),
        (50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045),
        (50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461),
        (50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065),
        (50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492),
        (50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977),
        (50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030),
        (50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535),
        (50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000),
        (50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000),
        (50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000),
        (50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000),
        (60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644),
        (63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630),
        (61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731),
        (35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645),
        (22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373),
        (36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146),
        (90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441),
        (90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381),
        (6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377),
        (2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082),
    ]
)
FULL = np.ones((8, 8), bool)
lab_colours = arrays.arrays(np.float64, (3,), elements=st.floats(-100, 100, allow_subnormal=False))


def plane(a: float, b: float, side: int = 8) -> np.ndarray:
    return np.stack([np.full((side, side), a, np.float32), np.full((side, side), b, np.float32)])


def test_ciede2000_reproduces_the_published_pairs() -> None:
    np.testing.assert_allclose(metrics.ciede2000(PUBLISHED[:, :3], PUBLISHED[:, 3:6]), PUBLISHED[:, 6], atol=5e-5)


def test_ciede2000_agrees_with_scikit_image() -> None:
    color = pytest.importorskip("skimage.color", reason="scikit-image is an extra of the tests")
    rng = np.random.default_rng(1)
    first, second = (rng.uniform((0, -100, -100), (100, 100, 100), (5000, 3)) for _ in range(2))
    expected = color.deltaE_ciede2000(first, second)
    np.testing.assert_allclose(metrics.ciede2000(first, second), expected, atol=1e-9)
    single = metrics.ciede2000(first.astype(np.float32), second.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, expected, atol=2e-3)


@settings(max_examples=200)
@given(lab_colours, lab_colours)
def test_ciede2000_is_a_symmetric_difference(first: np.ndarray, second: np.ndarray) -> None:
    distance = metrics.ciede2000(first, second)
    assert distance >= 0
    assert metrics.ciede2000(first, first) == 0
    turn = abs(np.degrees(np.arctan2(first[2], first[1]) - np.arctan2(second[2], second[1])))
    if abs(turn - 180) > 1:  # at opposite hues the published formula itself jumps
        assert metrics.ciede2000(second, first) == pytest.approx(distance, abs=1e-6)


def test_ab_rmse_and_psnr() -> None:
    assert metrics.ab_rmse(plane(3, 4), plane(0, 0), FULL) == pytest.approx(np.sqrt(12.5))
    assert np.isnan(metrics.ab_rmse(plane(3, 4), plane(0, 0), ~FULL))
    black = np.zeros((8, 8, 3))
    assert metrics.psnr(black + 0.1, black) == pytest.approx(20.0)
    assert metrics.psnr(black, black) == pytest.approx(58.92, abs=0.01)
    half = black.copy()
    half[:4] = 0.1
    assert metrics.psnr(half, black, np.arange(8)[:, None].repeat(8, 1) < 4) == pytest.approx(20.0)


def test_hue_error_goes_the_short_way_and_needs_two_hues() -> None:
    def at(degrees: float) -> np.ndarray:
        return plane(20 * np.cos(np.radians(degrees)), 20 * np.sin(np.radians(degrees)))

    assert metrics.hue_error(at(175), at(-175), FULL) == pytest.approx(10, abs=1e-3)
    assert np.isnan(metrics.hue_error(plane(0, 0), at(30), FULL))
    assert np.isnan(metrics.hue_error(at(30), plane(5, 5), FULL))


def test_leak_separates_the_sides_and_the_bands() -> None:
    mask = np.zeros((1, 20), bool)
    mask[:, :4] = True
    distance = np.maximum(np.arange(20, dtype=np.float32) - 3, 0)[None]
    ab = np.zeros((2, 1, 20), np.float32)
    ab[0, 0] = np.where(distance == 0, 40, np.where(distance <= 2, 8, np.where(distance <= 8, 2, 1)))
    found = metrics.leak(ab, mask, distance)
    assert (found.inside, found.near, found.middle, found.far) == (40, 8, 2, 1)
    assert found.outside == pytest.approx((2 * 8 + 6 * 2 + 8 * 1) / 16)
    assert found.p99 == pytest.approx(8, abs=0.01)
    everything = metrics.leak(ab, np.ones_like(mask), distance * 0)
    assert np.isnan(everything.outside)
    assert np.isnan(everything.p99)


def test_fill_coverage_and_neutrals() -> None:
    truth = plane(0, 20)
    truth[:, :4] = 0  # the upper half is neutral
    answer = plane(0, 10)
    answer[:, 6:] = 0
    answer[:, :4] = plane(3, 4)[:, :4]
    coloured = np.arange(8)[:, None].repeat(8, 1) >= 4
    assert metrics.fill(answer, truth, coloured) == (5, 20)
    assert metrics.coverage(answer, truth, FULL) == 0.5
    assert metrics.neutrals(answer, truth, FULL) == pytest.approx(5)
    assert np.isnan(metrics.neutrals(answer, plane(0, 20), FULL))
    assert np.isnan(metrics.coverage(answer, plane(0, 1), FULL))


def test_iou_and_boundary_f() -> None:
    def square(left: int) -> np.ndarray:
        region = np.zeros((40, 40), bool)
        region[10:30, left : left + 20] = True
        return region

    assert metrics.intersection_over_union(square(10), square(10)) == 1
    assert metrics.intersection_over_union(square(5), square(15)) == pytest.approx(10 / 30)
    assert metrics.boundary_f(square(10), square(10)) == 1
    assert metrics.boundary_f(square(10), square(12)) == 1
    assert metrics.boundary_f(square(10), square(13)) < 0.7
    assert metrics.boundary_f(square(10), np.zeros((40, 40), bool)) == 0
    assert np.isnan(metrics.boundary_f(np.ones((9, 9), bool), np.zeros((9, 9), bool)))  # a border is no boundary


def test_colourfulness() -> None:
    grey = np.random.default_rng(0).random((16, 16, 1)).repeat(3, axis=2)
    assert metrics.colourfulness(grey) == pytest.approx(0, abs=1e-9)
    red = np.zeros((4, 4, 3))
    red[..., 0] = 1
    assert metrics.colourfulness(red) == pytest.approx(0.3 * np.hypot(255, 127.5))
    red[:2] = 0  # half red, half black: rg and yb now vary as well
    assert metrics.colourfulness(red) == pytest.approx(np.hypot(127.5, 63.75) + 0.3 * np.hypot(127.5, 63.75))


def test_a_colour_srgb_has_is_kept_and_another_loses_chroma_only() -> None:
    rng = np.random.default_rng(0)
    lab = rgb_to_lab(rng.integers(0, 256, (500, 3), np.uint8))
    np.testing.assert_array_equal(metrics.gamut_mapped(lab[:, 0], lab[:, 1:].T), lab[:, 1:].T)

    lightness, angle = rng.uniform(3, 97, 500).astype(np.float32), rng.uniform(0, 2 * np.pi, 500)
    wish = (200 * np.stack([np.cos(angle), np.sin(angle)])).astype(np.float32)  # no sRGB colour has so much
    found = metrics.gamut_mapped(lightness, wish)
    np.testing.assert_allclose(np.arctan2(found[1], found[0]), np.arctan2(wish[1], wish[0]), atol=1e-4)

    def outside(ab: np.ndarray) -> np.ndarray:
        linear = lab_to_linear(np.stack([lightness, *ab], axis=-1))
        return np.maximum(-linear, linear - 1).max(axis=-1)

    assert outside(found).max() < 2e-4
    assert outside(found + 0.5 * found / metrics.chroma(found)).min() > 1e-4  # half a unit more would be too much
    assert metrics.gamut_mapped(np.float32(50), np.zeros((2,), np.float32)).tolist() == [0, 0]


def test_ab_histogram_counts_cells() -> None:
    ab = plane(0, 0)
    ab[:, 0] = plane(32, -48)[:, 0]
    ab[:, 1] = plane(500, 0)[:, 0]
    found = metrics.ab_histogram(ab).reshape(metrics.AB_CELLS, metrics.AB_CELLS)
    assert found.sum() == 64
    assert found[11, 11] == 48
    assert found[11 + 3, 11 - 5] == 8
    assert found[22, 11] == 8


def test_jensen_shannon_distance() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 9, (2, 4, 30)).astype(float)
    scipy = pytest.importorskip("scipy.spatial.distance", reason="scipy is an extra of the tests")
    expected = [scipy.jensenshannon(p, q, base=2) for p, q in zip(first, second, strict=True)]
    np.testing.assert_allclose(metrics.jensen_shannon(first, second), expected, atol=1e-12)
    assert metrics.jensen_shannon(first[0], 3 * first[0]) == pytest.approx(0, abs=1e-7)
    assert metrics.jensen_shannon(np.array([1.0, 0]), np.array([0, 5.0])) == 1


def test_lightness_of_codes_of_either_depth() -> None:
    codes = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    expected = rgb_to_lab(codes)[..., 0]
    np.testing.assert_allclose(metrics.lightness_of(codes), expected, atol=1e-3)
    np.testing.assert_allclose(metrics.lightness_of(codes.astype(np.uint16) * 257), expected, atol=1e-3)
