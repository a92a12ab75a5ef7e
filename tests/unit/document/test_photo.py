"""The photo: grey or not, its levels, and what the network gets to see of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.photo import Photo, fitted_size, halved, rough_grey
from app.document.space import SRGB


def some_codes(*shape: int, dtype: type[np.unsignedinteger] = np.uint8, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_colour_photo_keeps_its_codes_and_gets_a_grey(dtype: type[np.unsignedinteger]) -> None:
    rgb = some_codes(20, 30, 3, dtype=dtype)
    photo = Photo.from_rgb(rgb.copy())
    assert photo.source is not None
    np.testing.assert_array_equal(photo.source, rgb)
    np.testing.assert_array_equal(photo.grey, SRGB.grey_codes(rgb))
    assert (photo.height, photo.width, photo.dtype, photo.bits) == (20, 30, dtype, 8 * np.dtype(dtype).itemsize)
    assert photo.megapixels == pytest.approx(0.0006)


def test_a_photo_without_colour_has_no_source_and_its_own_codes() -> None:
    grey = some_codes(20, 30, dtype=np.uint16)
    for codes in (grey, np.stack([grey] * 3, axis=-1)):
        photo = Photo.from_rgb(codes)
        assert photo.source is None
        np.testing.assert_array_equal(photo.grey, grey)
        np.testing.assert_array_equal(photo.source_level(0)[:, :, 1], grey)


def test_one_coloured_pixel_makes_a_colour_photo() -> None:
    rgb = np.full((300, 5000, 3), 90, np.uint8)
    rgb[299, 4999, 2] = 91
    assert Photo.from_rgb(rgb).source is not None


def test_nothing_of_a_photo_can_be_written_to() -> None:
    photo = Photo.from_rgb(some_codes(9, 9, 3))
    assert photo.source is not None
    levels = (photo.grey, photo.source, photo.grey_level(1), photo.source_level(2))
    assert not any(array.flags.writeable for array in levels)
    assert photo.grey.flags.c_contiguous


@pytest.mark.parametrize(
    "bad",
    [np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4), np.uint8), np.zeros(4, np.uint8)],
)
def test_what_is_no_photo_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a photo is"):
        Photo.from_rgb(bad)


@given(st.integers(1, 23), st.integers(1, 23), st.sampled_from([np.uint8, np.uint16]), st.booleans())
def test_a_level_is_the_mean_of_four(height: int, width: int, dtype: type[np.unsignedinteger], rgb: bool) -> None:
    codes = some_codes(height, width, *([3] if rgb else []), dtype=dtype, seed=height * 31 + width)
    pad = [(0, height % 2), (0, width % 2), (0, 0)][: codes.ndim]
    even = np.pad(codes, pad, mode="edge").astype(np.int64)
    mean = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2] + 2) // 4
    np.testing.assert_array_equal(halved(codes), mean)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(514, 1030), (513, 1029), (514, 1030, 3), (515, 1027, 3)])
def test_a_large_level_rounds_like_a_small_one(shape: tuple[int, ...], dtype: type[np.unsignedinteger]) -> None:
    """cv2 takes other paths for long rows; each has to round half up."""
    codes = some_codes(*shape, dtype=dtype)
    pad = [(0, shape[0] % 2), (0, shape[1] % 2), (0, 0)][: codes.ndim]
    even = np.pad(codes, pad, mode="edge").astype(np.int64)
    mean = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2] + 2) // 4
    np.testing.assert_array_equal(halved(codes), mean)


@pytest.mark.parametrize(("dtype", "most"), [(np.uint8, 6), (np.uint16, 11)])
@pytest.mark.parametrize("shape", [(301, 403, 3), (300, 400)])
def test_an_untouched_photo_keeps_to_its_bytes_per_pixel(
    shape: tuple[int, ...], dtype: type[np.unsignedinteger], most: float
) -> None:
    photo = Photo.from_rgb(some_codes(*shape, dtype=dtype))
    bare = photo.nbytes
    assert bare == shape[0] * shape[1] * np.dtype(dtype).itemsize * (4 if len(shape) == 3 else 1)
    photo.make_levels(1)
    assert photo.nbytes > bare
    photo.make_levels(1, colours=True)
    assert photo.nbytes <= most * shape[0] * shape[1]


def test_levels_in_advance_go_down_to_the_side_asked_for() -> None:
    photo = Photo.from_rgb(some_codes(40, 100, 3))
    bare = photo.nbytes
    photo.make_levels(50)
    assert photo.nbytes == bare + 20 * 50
    photo.make_levels(25, colours=True)
    assert photo.nbytes == bare + 20 * 50 + 3 * (20 * 50 + 10 * 25)


def test_the_grey_does_not_wait_for_somebody_who_halves_the_colours() -> None:
    photo = Photo.from_rgb(some_codes(40, 60, 3))
    with photo._source_lock:
        assert photo.grey_level(2).shape == (10, 15)
        assert photo.source_level(0).shape == (40, 60, 3)


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 8))
def test_levels_have_the_size_of_the_contract(height: int, width: int, level: int) -> None:
    photo = Photo.from_rgb(some_codes(height, width, 3))
    size = (-(-height // 2**level), -(-width // 2**level))
    assert photo.grey_level(level).shape == size
    assert photo.source_level(level).shape == (*size, 3)


def test_a_level_is_made_once() -> None:
    photo = Photo.from_rgb(some_codes(50, 50, 3))
    assert photo.grey_level(2) is photo.grey_level(2)
    assert photo.source_level(2) is photo.source_level(2)


@given(st.integers(1, 9000), st.integers(1, 9000), st.integers(1, 1024))
def test_fitted_size_has_the_long_side_asked_for(height: int, width: int, long_side: int) -> None:
    h, w = fitted_size(height, width, long_side)
    assert max(h, w) == long_side
    assert min(h, w) >= 1
    assert abs(h / long_side - height / max(height, width)) <= 1 / long_side


@pytest.mark.parametrize(
    ("shape", "long_side", "size"),
    [((1, 5000), 256, (1, 256)), ((5000, 1), 256, (256, 1)), ((1, 1), 256, (256, 256)), ((30, 40), 256, (192, 256)),
     ((700, 1100), 256, (163, 256)), ((3, 5000), 1024, (1, 1024))],
)  # fmt: skip
def test_lightness_at_any_size(shape: tuple[int, int], long_side: int, size: tuple[int, int]) -> None:
    lightness = Photo.from_rgb(np.full(shape, 119, np.uint8)).lightness_at(long_side)
    assert lightness.shape == size
    assert lightness.dtype == np.float32
    np.testing.assert_allclose(lightness, SRGB.lightness_of_codes(np.array([[119]], np.uint8))[0, 0], atol=1e-3)


def test_lightness_is_averaged_over_area() -> None:
    checks = np.indices((1024, 1024)).sum(axis=0) % 2 * 40 + 100  # a pattern that point sampling would alias
    lightness = Photo.from_rgb(checks.astype(np.uint8)).lightness_at(100)
    np.testing.assert_allclose(lightness, SRGB.lightness_of_codes(np.array([[120]], np.uint8))[0, 0], atol=0.3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(900, 1400), (900, 1400, 3), (90, 3000, 3), (3, 5), (1, 1, 3)])
def test_a_rough_grey_is_small_and_nearly_right(shape: tuple[int, ...], dtype: type[np.unsignedinteger]) -> None:
    top = np.iinfo(dtype).max
    codes = np.broadcast_to(np.linspace(0, top, shape[1]).astype(dtype)[:, None], (*shape[:2], 3))
    codes = np.ascontiguousarray(codes if len(shape) == 3 else codes[:, :, 0])
    grey = rough_grey(codes, 100)
    assert grey.dtype == np.uint8
    assert grey.flags.c_contiguous
    assert min(100, max(shape[:2]) // 2) <= max(grey.shape) <= 200
    wanted = np.linspace(0, 255, grey.shape[1]) if grey.shape[1] > 3 else [np.mean([0, 63]), np.mean([127, 191]), 255]
    if shape[1] > 1:
        assert np.abs(grey - np.asarray(wanted)).max() <= 3
