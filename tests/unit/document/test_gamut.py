"""Colour at a pixel's own light: luminance exact, in gamut, hue kept, chroma growing with the request."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.document.gamut import KNEE, colour_at_luminance, gamut_mapped_ab, planes_at_luminance, rgb_to_lab
from app.document.space import SRGB

LIGHTNESS, HUE = np.meshgrid(np.linspace(0, 100, 101, dtype=np.float32), np.linspace(0, 2 * np.pi, 721))
REQUESTS = (0, 2, 5, 10, 20, 40, 60, 80, 100, 130, 155)


def polar(chroma: float) -> np.ndarray:
    return np.stack([chroma * np.cos(HUE), chroma * np.sin(HUE)], axis=-1).astype(np.float32)


@pytest.mark.parametrize("chroma", REQUESTS)
def test_the_light_is_exact_and_nothing_leaves_the_gamut(chroma: float) -> None:
    Y = SRGB.luminance(LIGHTNESS)
    rgb = colour_at_luminance(Y, polar(chroma), SRGB)
    assert rgb.min() >= 0
    assert rgb.max() <= 1
    assert np.abs(rgb.astype(np.float64) @ SRGB.luminance_weights - Y).max() <= 1e-6


@pytest.mark.parametrize("chroma", REQUESTS)
def test_the_hue_stays(chroma: float) -> None:
    reached = gamut_mapped_ab(LIGHTNESS, polar(chroma), SRGB).astype(np.float64)
    turned = np.angle(np.exp(1j * (np.arctan2(reached[..., 1], reached[..., 0]) - HUE)))
    visible = np.hypot(reached[..., 0], reached[..., 1]) > 5
    assert np.degrees(np.abs(turned[visible])).max(initial=0.0) <= 1.5


def test_more_asked_is_more_reached() -> None:
    before = np.zeros(LIGHTNESS.shape)
    for chroma in np.linspace(0, 200, 41):
        reached = np.hypot(*np.moveaxis(gamut_mapped_ab(LIGHTNESS, polar(chroma), SRGB).astype(np.float64), 2, 0))
        assert (reached - before).min() >= -1e-3  # the last digits of a float32 a*b*
        before = reached


def test_modest_colours_are_reached_exactly() -> None:
    most = np.hypot(*np.moveaxis(gamut_mapped_ab(LIGHTNESS, polar(2000.0), SRGB), 2, 0))
    most = cv2.erode(most, np.ones((3, 3), np.uint8))  # beside the knife's edge of yellow, not on it
    share = (most * KNEE * 0.9)[:, :, None] / 100
    asked = polar(100.0) * share
    np.testing.assert_allclose(gamut_mapped_ab(LIGHTNESS, asked, SRGB), asked, atol=0.01)


def test_black_white_and_grey_stay() -> None:
    Y = np.array([[0.0, 1.0, 0.3]], np.float32)
    ab = np.array([[[90, -90], [90, -90], [0, 0]]], np.float32)
    np.testing.assert_allclose(colour_at_luminance(Y, ab, SRGB), np.repeat(Y[..., None], 3, axis=2), atol=1e-6)


def test_planes_are_the_same_colours() -> None:
    Y, ab = SRGB.luminance(LIGHTNESS), polar(50)
    planes = planes_at_luminance(Y, ab, SRGB)
    np.testing.assert_array_equal(np.moveaxis(planes, 0, 2), colour_at_luminance(Y, ab, SRGB))


@given(
    hnp.arrays(np.float32, (3, 5), elements=st.floats(0, 1, width=32)),
    hnp.arrays(np.float32, (3, 5, 2), elements=st.floats(-1000, 1000, width=32)),
)
def test_any_request_keeps_the_light(Y: np.ndarray, ab: np.ndarray) -> None:
    rgb = colour_at_luminance(Y, ab, SRGB)
    assert np.isfinite(rgb).all()
    assert np.abs(rgb.astype(np.float64) @ SRGB.luminance_weights - Y).max() <= 1e-6


def test_lab_agrees_with_an_independent_library() -> None:
    colour = pytest.importorskip("skimage.color")
    codes = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    np.testing.assert_allclose(rgb_to_lab(SRGB.decode(codes), SRGB), colour.rgb2lab(codes), atol=0.05)
