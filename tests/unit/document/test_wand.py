"""The wand and the luminance range, against a plain flood and plain formulas."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.photo import Photo
from app.document.tiles import EMPTY, FULL
from app.document.wand import Cancelled, luminance_range, wand

HEIGHT, WIDTH = 300, 530


def photo_of(grey: npt.NDArray[np.integer], bits: int = 8) -> Photo:
    return Photo.from_rgb(grey.astype(np.uint8) if bits == 8 else grey.astype(np.uint16) * 257)


def blotches(seed: int, size: float) -> npt.NDArray[np.integer]:
    """(HEIGHT, WIDTH) codes 0..255 with blotches of about `size` pixels."""
    noise = cv2.GaussianBlur(np.random.default_rng(seed).normal(size=(HEIGHT, WIDTH)), (0, 0), size)
    return np.rint((noise - noise.min()) / np.ptp(noise) * 255).astype(np.int64)


def flooded(alike: npt.NDArray[np.bool_], x: int, y: int) -> npt.NDArray[np.bool_]:
    _, labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)
    return np.asarray(labels == labels[y, x])


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    size=st.sampled_from([0.6, 2.0, 20.0]),
    x=st.integers(0, WIDTH - 1),
    y=st.integers(0, HEIGHT - 1),
    tolerance=st.floats(0, 60),
    bits=st.sampled_from([8, 16]),
)
def test_the_wand_takes_what_is_as_light(seed: int, size: float, x: int, y: int, tolerance: float, bits: int) -> None:
    photo = photo_of(blotches(seed, size), bits)
    lightness = photo.space.lightness_of_codes(photo.grey).astype(np.float64)
    clicked = lightness[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].mean()
    alike = np.abs(lightness - clicked) <= tolerance + 1e-4
    alike[y, x] = True
    everywhere = wand(photo, x, y, tolerance, contiguous=False, antialias=False).to_array()
    assert np.array_equal(everywhere, np.where(alike, 255, 0))
    together = wand(photo, x, y, tolerance, antialias=False).to_array()
    assert np.array_equal(together, np.where(flooded(alike, x, y), 255, 0))


def test_a_flood_finds_its_way_through_a_spiral_over_many_tiles() -> None:
    """A corridor that passes every tile many times, back and forth."""
    walls = np.full((HEIGHT, WIDTH), 200)
    walls[1::4] = walls[2::4] = walls[3::4] = 50
    for n, row in enumerate(range(4, HEIGHT, 4)):
        walls[row, 0 if n % 2 else WIDTH - 1] = 50
    photo = photo_of(walls)
    assert np.array_equal(wand(photo, 3, 2, 5, antialias=False).to_array(), np.where(walls == 50, 255, 0))


def test_corners_alone_do_not_connect() -> None:
    board = np.full((HEIGHT, WIDTH), 200)
    board[100:200, 100:256] = 50
    board[200:280, 256:400] = 50  # touches at a corner, where tiles meet as well
    result = wand(photo_of(board), 120, 120, 5, antialias=False).to_array()
    assert np.array_equal(result == 255, (board == 50) & (np.arange(HEIGHT) < 200)[:, None])


@pytest.mark.parametrize("contiguous", [True, False])
def test_antialias_is_the_binomial_blur_of_the_edge(contiguous: bool) -> None:
    photo = photo_of(blotches(3, 12))
    hard = wand(photo, 250, 150, 12, contiguous=contiguous, antialias=False).to_array()
    soft = wand(photo, 250, 150, 12, contiguous=contiguous).to_array()
    padded = np.pad(hard.astype(np.float64), 1, mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    exact = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    assert np.abs(soft - exact).max() <= 0.51
    assert ((soft > 0) & (soft < 255)).any()


def test_the_pixel_clicked_is_always_taken() -> None:
    board = (np.indices((HEIGHT, WIDTH)).sum(axis=0) % 2) * 255
    for contiguous in (True, False):
        result = wand(photo_of(board), 101, 100, 3, contiguous=contiguous, antialias=False).to_array()
        assert result[100, 101] == 255
        assert (result == 255).sum() == 1


def test_an_even_photo_is_one_region_of_constants() -> None:
    photo = photo_of(np.full((600, 700), 99))
    for contiguous in (True, False):
        mask = wand(photo, 3, 4, 0, contiguous=contiguous)
        assert set(mask.tiles.values()) == {FULL}


def test_a_small_region_looks_at_few_tiles() -> None:
    photo = photo_of(np.pad(np.full((100, 100), 50), 2000, constant_values=200))
    told: list[float] = []
    assert wand(photo, 2050, 2050, 5, progress=lambda share: not told.append(share)).bytes <= 4 * 2**16
    assert len(told) < 40


def test_a_place_off_the_photo_is_refused() -> None:
    photo = photo_of(blotches(0, 5))
    for x, y in ((-1, 5), (5, -1), (WIDTH, 5), (5, HEIGHT)):
        with pytest.raises(ValueError, match="not on the photo"):
            wand(photo, x, y, 10)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 40), st.sampled_from([8, 16]))
def test_luminance_range_has_smooth_shoulders(one: float, other: float, softness: float, bits: int) -> None:
    low, high = min(one, other), max(one, other)
    photo = photo_of(blotches(1, 6), bits)
    lightness = photo.space.lightness_of_codes(photo.grey).astype(np.float64)
    result = luminance_range(photo, low, high, softness).to_array()
    inside = (lightness >= low) & (lightness <= high)
    assert (result[inside] == 255).all()
    outside = np.maximum(low - lightness, lightness - high)
    assert (result[outside > softness + 1e-3] == 0).all()
    if softness > 1:
        t = 1 - np.clip(outside / softness, 0, 1)
        assert np.abs(result - 255 * t * t * (3 - 2 * t)).max() <= 0.6


def test_the_whole_range_is_full_and_none_is_empty() -> None:
    photo = photo_of(blotches(1, 6))
    assert set(luminance_range(photo, 0, 100, 0).tiles.values()) == {FULL}
    assert luminance_range(photo_of(np.full((9, 9), 128)), 0, 10, 5).tile(0, 0) is EMPTY


def test_all_of_it_can_be_stopped() -> None:
    photo = photo_of(blotches(1, 6))
    calls = [
        lambda progress: wand(photo, 5, 5, 50, progress=progress),
        lambda progress: wand(photo, 5, 5, 50, contiguous=False, progress=progress),
        lambda progress: luminance_range(photo, 0, 50, 5, progress=progress),
    ]
    for call in calls:
        shares: list[float] = []
        call(lambda share, shares=shares: not shares.append(share))
        assert shares == sorted(shares)
        assert 0 <= shares[0] < shares[-1] <= 1
        left = iter([True])
        with pytest.raises(Cancelled):
            call(lambda _, left=left: next(left, False))
