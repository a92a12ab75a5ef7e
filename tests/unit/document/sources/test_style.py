"""Style: the painting's colours where the painting is alike, smooth and always the same."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.sources.style import style_chroma


def blotches(seed: int, size: tuple[int, int]) -> np.ndarray:
    noise = np.random.default_rng(seed).random(size).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), max(size) / 12)
    return (soft - soft.mean()) / max(float(soft.std()), 1e-6)


def dawn(size: tuple[int, int], top: tuple[float, float], bottom: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """A light sky over a dark ground, each of one colour."""
    sky = np.arange(size[0])[:, None] < size[0] // 2
    lightness = np.where(sky, 80, 30) + np.zeros(size) + 2 * blotches(1, size)
    ab = np.stack([np.where(sky, top[k], bottom[k]) + np.zeros(size) for k in range(2)])
    return lightness.astype(np.float32), ab.astype(np.float32)


PAINTING = dawn((90, 120), top=(25, 50), bottom=(10, -35))  # orange over blue


def test_a_grey_photo_takes_the_paintings_colours_where_it_is_alike() -> None:
    lightness, ab = dawn((80, 100), (0, 0), (0, 0))
    result = style_chroma(lightness, ab, *PAINTING)
    np.testing.assert_allclose(result[:, :30].mean(axis=(1, 2)), (25, 50), atol=8)
    np.testing.assert_allclose(result[:, 50:].mean(axis=(1, 2)), (10, -35), atol=8)


def test_it_says_more_than_one_mean_and_deviation_could() -> None:
    # The photo's colours run against the painting's; only lightness tells which place is like which.
    lightness, ab = dawn((80, 100), (0, 0), (0, 0))
    ab[1, :, :50] = 2
    result = style_chroma(lightness, ab, *PAINTING)
    assert result[1, :30].mean() > 30
    assert result[1, 50:].mean() < -20


def test_colours_as_a_whole_become_the_paintings() -> None:
    size = (96, 128)
    photo_ab = np.stack([20 * blotches(2, size), 10 * blotches(3, size)])
    painting_ab = np.stack([8 * blotches(4, size) + 12, 16 * blotches(5, size) - 8])
    result = style_chroma(50 + 15 * blotches(6, size), photo_ab, 40 + 20 * blotches(7, size), painting_ab)
    np.testing.assert_allclose(result.mean(axis=(1, 2)), (12, -8), atol=2.5)
    spread = np.array([plane.std() for plane in result])
    np.testing.assert_allclose(spread, (8, 16), rtol=0.3)


def test_a_grey_painting_makes_grey() -> None:
    lightness, ab = dawn((60, 60), (20, 30), (-10, 5))
    result = style_chroma(lightness, ab, PAINTING[0], np.zeros_like(PAINTING[1]))
    assert np.hypot(*result).max() < 5


def test_no_colour_is_more_vivid_than_the_paintings() -> None:
    lightness, ab = dawn((60, 60), (90, 90), (-90, -90))
    result = style_chroma(lightness, ab, *PAINTING)
    assert np.hypot(*result).max() <= np.hypot(*PAINTING[1]).max() + 1


def test_an_even_place_gets_no_edges_and_noise_in_the_photos_colours_is_not_stretched() -> None:
    size = (120, 160)
    lightness = np.tile(np.linspace(30, 70, size[1], dtype=np.float32), (size[0], 1))
    noise = np.random.default_rng(8).normal(0, 1.5, (2, *size)).astype(np.float32)
    result = style_chroma(lightness, noise, *PAINTING)
    assert np.abs(np.diff(result, axis=1)).max() < 1.5
    assert np.abs(np.diff(result, axis=2)).max() < 6  # the orange meets the blue within a few pixels of the ramp


def test_strength_goes_straight_from_the_base_to_the_style() -> None:
    lightness, ab = dawn((60, 70), (5, 9), (-10, 4))
    whole = style_chroma(lightness, ab, *PAINTING)
    np.testing.assert_array_equal(style_chroma(lightness, ab, *PAINTING, strength=0), ab)
    half = style_chroma(lightness, ab, *PAINTING, strength=0.5)
    np.testing.assert_allclose(half, (ab + whole) / 2, atol=1e-3)


def test_the_same_pictures_give_the_same_chroma_and_are_left_alone() -> None:
    lightness, ab = dawn((60, 70), (5, 9), (-10, 4))
    before = [plane.copy() for plane in (lightness, ab, *PAINTING)]
    first, second = (style_chroma(lightness, ab, *PAINTING) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    for plane, copy in zip((lightness, ab, *PAINTING), before, strict=True):
        np.testing.assert_array_equal(plane, copy)


@settings(max_examples=25, deadline=None)
@given(
    *[st.tuples(st.integers(1, 70), st.integers(1, 70))] * 2,
    st.floats(0, 100),
    st.sampled_from([0.0, 1.0, 60.0]),
    st.integers(0, 1000),
)
def test_pictures_of_any_size_and_evenness(
    size: tuple[int, int], other: tuple[int, int], level: float, spread: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    lightness = np.full(size, level, np.float32)
    ab = (random.random((2, *size)) * spread).astype(np.float32)
    painting_ab = (random.random((2, *other)) * 60 - 30).astype(np.float32)
    result = style_chroma(lightness, ab, random.random(other).astype(np.float32) * 100, painting_ab)
    assert result.shape == (2, *size)
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    assert np.hypot(*result).max() <= 30 * 2**0.5 + 1.01


def test_what_does_not_fit_is_refused() -> None:
    lightness, ab = dawn((20, 20), (5, 9), (-10, 4))
    with pytest.raises(ValueError, match="0 to 1"):
        style_chroma(lightness, ab, *PAINTING, strength=1.5)
    with pytest.raises(ValueError, match="belong together"):
        style_chroma(lightness, ab[:, :10], *PAINTING)
    with pytest.raises(ValueError, match="belong together"):
        style_chroma(lightness, ab, PAINTING[0][:5], PAINTING[1])
