"""Reference: Reinhard 2001 to the letter, its statistics reached, swatches, histograms, and tiles that meet."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.chroma import Chroma, ChromaField, fit
from app.document.photo import Photo
from app.document.sources.reference import MOST_PAIRS, Method, Reference, make_reference, reinhard, transferred_chroma
from app.document.sources.source import PhotoTile, Work
from app.document.sources.statistics import (
    LMS_TO_RGB,
    PRINTED_LMS_TO_RGB,
    RGB_TO_LMS,
    Space,
    cielab,
    lab_alpha_beta,
    statistics_of,
)
from app.document.space import SRGB, Curve, RgbSpace

METHODS = list(Method)


def picture(seed: int, tint: tuple[float, float, float], size: tuple[int, int] = (24, 32)) -> np.ndarray:
    """(3, h, w) linear RGB: soft blotches around a colour, nowhere black or white."""
    noise = np.random.default_rng(seed).random((*size, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 1.5) - np.float32(0.5)
    return np.clip(np.moveaxis(soft, 2, 0) * 0.8 + np.array(tint, np.float32)[:, None, None], 0.05, 0.9)


PHOTO = picture(1, (0.35, 0.4, 0.45))
PAINTING = picture(2, (0.5, 0.35, 0.2))


def literal_reinhard(
    photo: np.ndarray, base: np.ndarray, target: np.ndarray, back: np.ndarray
) -> np.ndarray:  # as the paper tells it, number by number, in float64
    def lab(rgb: np.ndarray) -> list[float]:
        cones = [sum(float(RGB_TO_LMS[row, k]) * float(rgb[k]) for k in range(3)) for row in range(3)]
        long, middle, short = (math.log10(cone) for cone in cones)
        return [
            (long + middle + short) / math.sqrt(3),
            (long + middle - 2 * short) / math.sqrt(6),
            (long - middle) / math.sqrt(2),
        ]

    def moments(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        labs = np.array([lab(image[:, y, x]) for y, x in np.ndindex(image.shape[1:])])
        return labs.mean(axis=0), labs.std(axis=0)

    (base_mean, base_deviation), (mean, deviation) = moments(base), moments(target)
    result = np.empty(photo.shape)
    for y, x in np.ndindex(photo.shape[1:]):
        shifted = (np.array(lab(photo[:, y, x])) - base_mean) * deviation / base_deviation + mean
        first, second, third = (
            shifted[0] * math.sqrt(3) / 3,
            shifted[1] * math.sqrt(6) / 6,
            shifted[2] * math.sqrt(2) / 2,
        )
        cones = [10 ** (first + second + third), 10 ** (first + second - third), 10 ** (first - 2 * second)]
        for row in range(3):
            result[row, y, x] = sum(float(back[row, k]) * cones[k] for k in range(3))
    return result


@pytest.mark.parametrize("back", [PRINTED_LMS_TO_RGB, LMS_TO_RGB], ids=["printed inverse", "exact inverse"])
def test_reinhard_is_the_papers_definition(back: np.ndarray) -> None:
    expected = literal_reinhard(PHOTO, PHOTO, PAINTING, back)
    result = reinhard(PHOTO, statistics_of(PHOTO), statistics_of(PAINTING), Space.LAB_ALPHA_BETA, back)
    assert np.abs(result - expected).max() <= 1e-4


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(Space))
def test_the_result_has_the_references_statistics(seed: int, other: int, space: Space) -> None:
    base, target = picture(seed, (0.4, 0.4, 0.4)), picture(other, (0.5, 0.3, 0.25))
    wanted = statistics_of(target).moments(space)
    result = reinhard(base, statistics_of(base), statistics_of(target), space)
    # Straight from the colours: some may be outside sRGB, none is clipped.
    planes = (lab_alpha_beta if space is Space.LAB_ALPHA_BETA else cielab)(result).reshape(3, -1)
    scale = 1.0 if space is Space.LAB_ALPHA_BETA else 100.0
    np.testing.assert_allclose(planes.mean(axis=1), wanted.mean, atol=1e-4 * scale)
    np.testing.assert_allclose(planes.std(axis=1), wanted.deviation, atol=1e-4 * scale)


@pytest.mark.parametrize("method", METHODS)
def test_a_photo_referred_to_itself_stays(method: Method) -> None:
    pairs = make_reference("itself", method, PHOTO, PHOTO).pairs
    tolerance = 0.6 if method is Method.HISTOGRAM else 0.01  # a histogram's curve is smooth
    assert np.abs(transferred_chroma(PHOTO, method, pairs) - cielab(PHOTO)[1:]).max() <= tolerance
    twice = pairs * 2  # the same swatch twice is the same as once
    assert np.abs(transferred_chroma(PHOTO, method, twice) - cielab(PHOTO)[1:]).max() <= tolerance


def test_a_histogram_is_matched() -> None:
    pairs = make_reference("painting", Method.HISTOGRAM, PHOTO, PAINTING).pairs
    result = transferred_chroma(PHOTO, Method.HISTOGRAM, pairs).reshape(2, -1)
    levels = np.linspace(0.1, 0.9, 9)
    wanted = np.quantile(cielab(PAINTING)[1:].reshape(2, -1), levels, axis=1)
    assert np.abs(np.quantile(result, levels, axis=1) - wanted).max() <= 0.5


@pytest.mark.parametrize("method", METHODS)
def test_a_grey_reference_makes_grey(method: Method) -> None:
    grey = np.broadcast_to(PAINTING[:1], PAINTING.shape).astype(np.float32)
    result = transferred_chroma(PHOTO, method, make_reference("grey", method, PHOTO, grey).pairs)
    assert np.abs(result).max() <= 0.05


@pytest.mark.parametrize("method", METHODS)
def test_a_grey_base_takes_the_references_mean_colour_and_no_noise(method: Method) -> None:
    grey = np.broadcast_to(PHOTO[:1], PHOTO.shape).astype(np.float32)
    result = transferred_chroma(grey, method, make_reference("painting", method, grey, PAINTING).pairs)
    assert np.isfinite(result).all()
    mean = cielab(PAINTING)[1:].mean(axis=(1, 2))
    # Equal cone ratios are not equal a*b* at all lightnesses, so lαβ reaches it but roughly.
    np.testing.assert_allclose(result.mean(axis=(1, 2)), mean, atol=6)
    if method is not Method.REINHARD_LAB_ALPHA_BETA:
        assert result.std(axis=(1, 2)).max() < 0.05


@pytest.mark.parametrize("method", METHODS)
def test_nothing_known_makes_infinite_colours(method: Method) -> None:
    wild = np.random.default_rng(3).random((3, 16, 16)).astype(np.float32)
    wild[:, :4] = 0
    wild[:, 4:8] = 1
    flat = np.full((3, 4, 4), 0.5, np.float32)
    flat[0] += np.linspace(0, 1e-4, 16, dtype=np.float32).reshape(4, 4)
    for base, target in ((flat, wild), (wild, flat), (wild, wild)):
        result = transferred_chroma(wild, method, make_reference("wild", method, base, target).pairs)
        assert np.isfinite(result).all()


@pytest.mark.parametrize("method", METHODS)
def test_swatches_carry_each_colour_to_its_own(method: Method) -> None:
    left, right = picture(4, (0.5, 0.2, 0.2)), picture(5, (0.2, 0.3, 0.6))
    green, yellow = picture(6, (0.2, 0.5, 0.2)), picture(7, (0.7, 0.6, 0.15))
    photo, painting = np.concatenate([left, right], axis=2), np.concatenate([green, yellow], axis=2)
    west = np.zeros(photo.shape[1:], np.uint8)
    west[:, : left.shape[2]] = 1
    reference = make_reference("swatches", method, photo, painting, west, west)
    reference = reference.with_pair(statistics_of(photo, 1 - west), statistics_of(painting, 1 - west))
    result = transferred_chroma(photo, method, reference.pairs)
    wanted = [cielab(swatch)[1:].mean(axis=(1, 2)) for swatch in (green, yellow)]
    for half, own, other in ((result[:, :, :32], *wanted), (result[:, :, 32:], *wanted[::-1])):
        reached = half.mean(axis=(1, 2))
        assert np.hypot(*(reached - own)) < 0.7 * np.hypot(*(reached - other))


def test_swatches_are_mixed_by_inverse_distance_in_deviations() -> None:
    first, second = (statistics_of(picture(seed, tint)) for seed, tint in ((4, (0.5, 0.2, 0.2)), (5, (0.2, 0.3, 0.6))))
    green, yellow = (statistics_of(picture(seed, tint)) for seed, tint in ((6, (0.2, 0.5, 0.2)), (7, (0.7, 0.6, 0.1))))
    pairs = ((first, green), (second, yellow))
    lab = cielab(PHOTO)[:, 3, 5].astype(np.float64)
    weights, moved = [], []
    for base, target in pairs:
        of_base, of_target = base.cielab, target.cielab
        away = [(lab[k] - of_base.mean[k]) / of_base.deviation[k] for k in range(3)]
        weights.append(1 / math.sqrt(sum(part * part for part in away)))
        moved.append([away[k] * of_target.deviation[k] + of_target.mean[k] for k in (1, 2)])
    expected = np.average(moved, axis=0, weights=weights)
    result = transferred_chroma(PHOTO, Method.REINHARD_CIELAB, pairs)[:, 3, 5]
    np.testing.assert_allclose(result, expected, atol=0.01)


def rgb_photo(space: RgbSpace = SRGB) -> Photo:
    linear = picture(9, (0.4, 0.35, 0.3), (300, 280))
    return Photo.from_rgb(space.encode(np.ascontiguousarray(np.moveaxis(linear, 0, 2)), np.uint16), space=space)


def tile(photo: Photo, ty: int, tx: int) -> PhotoTile:
    part = np.s_[256 * ty : 256 * ty + 256, 256 * tx : 256 * tx + 256]
    return PhotoTile(photo, 0, ty, tx, photo.space.lightness_of_codes(photo.grey[part]))


@pytest.mark.parametrize("method", METHODS)
def test_tiles_meet(method: Method) -> None:
    photo = rgb_photo()
    reference = make_reference("painting", method, PHOTO, PAINTING)
    reference = reference.with_pair(statistics_of(PAINTING), statistics_of(PHOTO))
    assert photo.source is not None
    linear = np.ascontiguousarray(np.moveaxis(photo.space.decode(photo.source), 2, 0))
    whole = transferred_chroma(linear, method, reference.pairs)
    assert reference.work(photo) is Work.NOTHING
    for ty, tx in np.ndindex(2, 2):
        part = reference.chroma(tile(photo, ty, tx), None)
        assert part is not None
        assert part.dtype == np.float32
        expected = whole[:, 256 * ty : 256 * ty + 256, 256 * tx : 256 * tx + 256]
        np.testing.assert_allclose(part, expected, atol=1e-3)


def test_the_colours_of_a_photo_in_another_space_are_taken_at_its_own_white() -> None:
    d50 = np.array([[0.7977, 0.1352, 0.0313], [0.2880, 0.7119, 0.0001], [0.0, 0.0, 0.8249]])
    photo = rgb_photo(RgbSpace("wide", d50, Curve(gamma=1.8)))
    itself = tile(photo, 0, 0)
    assert itself.original is not None
    same = statistics_of(PHOTO)
    reference = Reference("itself", Method.REINHARD_CIELAB, ((same, same),))
    chroma = reference.chroma(itself, None)
    np.testing.assert_allclose(chroma, photo.space.chroma(itself.original), atol=0.02)


def grey_photo_and_field() -> tuple[Photo, ChromaField]:
    grey = np.linspace(60, 200, 128 * 96).reshape(96, 128).astype(np.uint8)
    photo = Photo.from_rgb(grey)
    ab = np.zeros((2, 24, 32), np.float32)
    ab[0], ab[1, :, :16] = 12, 20
    answer = Chroma.of(ab, np.ones((24, 32), np.uint8))
    return photo, fit(answer, photo.lightness_at(128), (96, 128))


def test_a_photo_without_colours_is_coloured_by_the_network_first() -> None:
    photo, field = grey_photo_and_field()
    same = statistics_of(PHOTO)
    reference = Reference("itself", Method.REINHARD_CIELAB, ((same, same),))
    assert reference.work(photo) is Work.NETWORK
    part = tile(photo, 0, 0)
    assert reference.chroma(part, None) is None
    expected = np.moveaxis(field.evaluate_tile(part.lightness, 0, 0, 0), 2, 0)
    np.testing.assert_allclose(reference.chroma(part, field), expected, atol=0.05)


def test_settings_round_trip_and_equal_references_are_equal() -> None:
    reference = make_reference("Sunset.jpg", Method.HISTOGRAM, PHOTO, PAINTING)
    again = Reference.from_dict(json.loads(json.dumps(reference.to_dict())))
    assert again == reference
    assert hash(again) == hash(reference)
    assert again != reference.with_pair(*reference.pairs[0])


def test_settings_that_make_no_sense_are_refused() -> None:
    good = make_reference("Sunset.jpg", Method.HISTOGRAM, PHOTO, PAINTING).to_dict()
    for key, value in (
        ("pairs", []),
        ("pairs", 7),
        ("pairs", [{}]),
        ("pairs", good["pairs"] * (MOST_PAIRS + 1)),
        ("method", "magic"),
        ("method", [1]),
    ):
        with pytest.raises(ValueError, match=r"reference|Method"):
            Reference.from_dict({**good, key: value})
    with pytest.raises(ValueError, match="needs its name"):
        Reference.from_dict({})
