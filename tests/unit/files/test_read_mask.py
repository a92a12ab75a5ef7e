"""A mask from a file is coverage 0..255 at the photo's own size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from app.errors import HuebrushError
from app.files.reading import read_mask


def test_eight_bit_grey_is_taken_as_it_is(tmp_path, picture):
    codes = picture(37, 53, np.uint8, grey=True)
    Image.fromarray(codes).save(tmp_path / "mask.png")
    mask = read_mask(tmp_path / "mask.png", (37, 53))
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask, codes)


def test_grey_stored_as_rgb(tmp_path):
    codes = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    Image.fromarray(codes).save(tmp_path / "mask.tif")
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.tif", (16, 16)), codes[:, :, 0])


def test_sixteen_bits_are_scaled_to_the_nearest(tmp_path):
    codes = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    assert cv2.imwrite(str(tmp_path / "mask.png"), codes)
    expected = np.round(codes / 257).astype(np.uint8)
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.png", (256, 256)), expected)


def test_transparent_is_not_covered(tmp_path):
    rgba = np.array([[[255, 255, 255, 255], [255, 255, 255, 0], [255, 255, 255, 64]]], np.uint8)
    Image.fromarray(rgba).save(tmp_path / "mask.png")
    assert read_mask(tmp_path / "mask.png", (1, 3)).tolist() == [[255, 0, 64]]


def test_black_and_white_of_one_bit(tmp_path):
    Image.fromarray(np.array([[True, False, True]])).save(tmp_path / "mask.png")
    assert read_mask(tmp_path / "mask.png", (1, 3)).tolist() == [[255, 0, 255]]


def test_wrong_size_names_both(tmp_path):
    path = tmp_path / "mask.png"
    Image.new("L", (40, 30)).save(path)
    with pytest.raises(HuebrushError, match=r"mask\.png.*40 × 30 pixels, but the photo has 30 × 40;"):
        read_mask(path, (40, 30))


def test_no_mask(tmp_path):
    with pytest.raises(HuebrushError, match="There is no file"):
        read_mask(tmp_path / "mask.png", (1, 1))
