"""Pictures go out as the compositor made them: every format, depth and profile, whole or not at all."""

from __future__ import annotations

import errno
import itertools
import os
import tracemalloc

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.errors import HuebrushError
from app.files.limits import MAX_JPEG_SIDE
from app.files.reading import read_photo
from app.files.writing import write_picture

pytestmark = pytest.mark.usefixtures("no_leftovers")

LOSSLESS = [("png", np.uint8), ("png", np.uint16), ("tif", np.uint8), ("tif", np.uint16), ("tiff", np.uint16)]


def opencv(path):
    """The picture as OpenCV sees it, a reader that we did not write with."""
    codes = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert codes is not None
    return codes[:, :, ::-1]


@pytest.mark.parametrize(("suffix", "dtype"), LOSSLESS)
@pytest.mark.parametrize("rows", [1, 7, 64, 1000])
def test_lossless_formats_keep_every_code(tmp_path, picture, in_strips, suffix, dtype, rows):
    rgb = picture(150, 61, dtype)
    path = tmp_path / f"picture.{suffix}"
    write_picture(path, in_strips(rgb, rows), (150, 61), dtype)
    np.testing.assert_array_equal(opencv(path), rgb)
    np.testing.assert_array_equal(read_photo(path).source, rgb)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_pillow_reads_them_too(tmp_path, picture, in_strips, suffix):
    rgb = picture(150, 61, np.uint8)
    path = tmp_path / f"picture.{suffix}"
    write_picture(path, in_strips(rgb), (150, 61), np.uint8)
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), rgb)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("compress", [False, True])
def test_tiff_is_made_of_strips(tmp_path, picture, in_strips, dtype, compress):
    rgb = picture(700, 900, dtype)
    path = tmp_path / "picture.tif"
    write_picture(path, in_strips(rgb, 256), (700, 900), dtype, compress=compress)
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages.first
        assert len(page.dataoffsets) > 3
        assert page.compression == (tifffile.COMPRESSION.ADOBE_DEFLATE if compress else tifffile.COMPRESSION.NONE)
        np.testing.assert_array_equal(page.asarray(), rgb)


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "JPG"])
def test_jpeg_is_close_and_keeps_full_chroma(tmp_path, picture, in_strips, suffix):
    rgb = cv2.GaussianBlur(picture(64, 80, np.uint8), (0, 0), 2)
    path = tmp_path / f"picture.{suffix}"
    write_picture(path, in_strips(rgb), (64, 80), np.uint8, quality=98)
    with Image.open(path) as image:
        assert image.format == "JPEG"
        assert {layer[1:3] for layer in image.layer} == {(1, 1)}
        assert np.abs(np.asarray(image).astype(int) - rgb).max() <= 6


def test_jpeg_quality_changes_the_size(tmp_path, picture, in_strips):
    sizes = []
    for quality in (30, 95):
        write_picture(tmp_path / "a.jpg", in_strips(picture(99, 99, np.uint8)), (99, 99), np.uint8, quality=quality)
        sizes.append((tmp_path / "a.jpg").stat().st_size)
    assert sizes[0] * 2 < sizes[1]


@pytest.mark.parametrize(
    ("suffix", "dtype"),
    [("png", np.uint8), ("png", np.uint16), ("tif", np.uint8), ("tif", np.uint16), ("jpg", np.uint8)],
)
def test_profile_makes_the_round_trip(tmp_path, picture, in_strips, srgb_profile, suffix, dtype):
    path = tmp_path / f"picture.{suffix}"
    write_picture(path, in_strips(picture(20, 30, dtype)), (20, 30), dtype, icc_profile=srgb_profile)
    photo = read_photo(path)
    assert photo.icc_profile == srgb_profile
    assert photo.dtype == dtype


def test_a_profile_larger_than_a_jpeg_segment(tmp_path, picture, in_strips, srgb_profile):
    large = bytearray(srgb_profile + np.random.default_rng(1).bytes(200_000))
    large[:4] = len(large).to_bytes(4, "big")
    for suffix in ("jpg", "png", "tif"):
        path = tmp_path / f"picture.{suffix}"
        write_picture(path, in_strips(picture(20, 30, np.uint8)), (20, 30), np.uint8, icc_profile=bytes(large))
        assert read_photo(path).icc_profile == bytes(large)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_extreme_shapes(tmp_path, picture, in_strips, shape, suffix):
    path = tmp_path / f"picture.{suffix}"
    rgb = picture(*shape, np.uint8)
    write_picture(path, in_strips(rgb), shape, np.uint8)
    assert opencv(path).shape == rgb.shape
    if suffix != "jpg":
        np.testing.assert_array_equal(opencv(path), rgb)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_an_unpainted_grey_photo_comes_back_bit_for_bit(tmp_path, picture, in_strips, dtype, suffix):
    grey = np.repeat(picture(150, 61, dtype, grey=True)[:, :, None], 3, axis=2)
    original = tmp_path / "original.png"
    assert cv2.imwrite(str(original), grey)
    photo = read_photo(original)
    export = tmp_path / f"export.{suffix}"
    unpainted = np.repeat(photo.grey[:, :, None], 3, axis=2)
    write_picture(export, in_strips(unpainted), (photo.height, photo.width), photo.dtype)
    np.testing.assert_array_equal(opencv(export), grey)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    rows=st.integers(1, 50),
    deep=st.booleans(),
    levels=st.sampled_from([1, 2, 255, 65535]),
    seed=st.integers(0, 1000),
)
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_any_codes_survive(tmp_path_factory, shape, rows, deep, levels, seed, suffix):
    """Extreme differences between neighbours (0, full scale) wrap around in the filters and come back."""
    dtype = np.uint16 if deep else np.uint8
    full = np.iinfo(dtype).max
    steps = np.random.default_rng(seed).integers(0, min(levels, full), (*shape, 3), endpoint=True)
    rgb = (steps * (full // min(levels, full))).astype(dtype)
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    write_picture(path, (rgb[top : top + rows] for top in range(0, shape[0], rows)), shape, dtype)
    np.testing.assert_array_equal(opencv(path), rgb)


@pytest.mark.parametrize(("suffix", "share"), [("png", 0.4), ("tif", 0.1), ("jpg", 1.1)])
def test_memory_while_writing(tmp_path, suffix, share):
    """PNG and TIFF never hold the picture, JPEG holds it once (what OpenCV adds inside is not seen here)."""
    strip = np.zeros((256, 6144, 3), np.uint8)
    tracemalloc.start()
    try:
        write_picture(tmp_path / f"a.{suffix}", itertools.repeat(strip, 24), (6144, 6144), np.uint8)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < share * 24 * strip.nbytes


@pytest.mark.parametrize("name", ["picture.gif", "picture", "picture.", "picture.png.bak"])
def test_unknown_suffix(tmp_path, name):
    with pytest.raises(HuebrushError, match=r"does not write; end it in \.png, \.jpg or \.tif"):
        write_picture(tmp_path / name, iter(()), (1, 1), np.uint8)
    assert not list(tmp_path.iterdir())


def test_jpeg_of_sixteen_bits(tmp_path):
    with pytest.raises(HuebrushError, match="cannot hold 16 bits"):
        write_picture(tmp_path / "a.jpg", iter(()), (1, 1), np.uint16)


def test_jpeg_that_is_too_long(tmp_path):
    with pytest.raises(HuebrushError, match="JPEG ends at 65500 a side"):
        write_picture(tmp_path / "a.jpg", iter(()), (1, MAX_JPEG_SIDE + 1), np.uint8)


def test_the_longest_jpeg(tmp_path, picture, in_strips):
    rgb = picture(1, MAX_JPEG_SIDE, np.uint8)
    write_picture(tmp_path / "a.jpg", in_strips(rgb), (1, MAX_JPEG_SIDE), np.uint8)
    assert opencv(tmp_path / "a.jpg").shape == rgb.shape


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
@pytest.mark.parametrize("height", [9, 11])
def test_too_few_or_many_rows_write_nothing(tmp_path, picture, in_strips, suffix, height):
    path = tmp_path / f"picture.{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="rows for a picture of 10"):
        write_picture(path, in_strips(picture(height, 5, np.uint8)), (10, 5), np.uint8)
    assert path.read_bytes() == b"old"


def test_strips_of_another_kind_write_nothing(tmp_path, picture, in_strips):
    for wrong in (picture(10, 6, np.uint8), picture(10, 5, np.uint16), picture(10, 5, np.uint8, grey=True)):
        with pytest.raises(ValueError, match="a strip of"):
            write_picture(tmp_path / "a.png", in_strips(wrong), (10, 5), np.uint8)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_cancelling_keeps_the_old_file(tmp_path, picture, suffix):
    class CancelledError(Exception):
        pass

    def rows():
        yield picture(5, 5, np.uint8)
        raise CancelledError

    path = tmp_path / f"picture.{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(CancelledError):
        write_picture(path, rows(), (10, 5), np.uint8)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_a_full_disk_keeps_the_old_file(tmp_path, picture, in_strips, monkeypatch, suffix):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / f"picture.{suffix}"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HuebrushError, match="its disk is full"):
        write_picture(path, in_strips(picture(10, 5, np.uint8)), (10, 5), np.uint8)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("quality", [0, 101])
def test_wrong_quality(tmp_path, picture, in_strips, quality):
    with pytest.raises(ValueError, match=r"1\.\.100"):
        write_picture(tmp_path / "a.jpg", in_strips(picture(5, 5, np.uint8)), (5, 5), np.uint8, quality=quality)
