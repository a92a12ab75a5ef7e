"""Small pictures of masks and layers: what is covered is where it is, and an artist can tell it from what is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.photo import Photo
from app.document.softness import SoftMask
from app.document.thumbnails import BARS, layer_thumbnail, mask_thumbnail
from app.document.tiles import TileMask


def boxed(height: int, width: int, box: tuple[int, int, int, int], code: int = 255) -> TileMask:
    coverage = np.zeros((height, width), np.uint8)
    x, y, w, h = box
    coverage[y : y + h, x : x + w] = code
    return TileMask.from_array(coverage)


@settings(max_examples=20)
@given(st.integers(1, 900), st.integers(1, 900), st.integers(8, 64), st.integers(8, 96))
def test_its_mean_is_the_masks(height: int, width: int, h: int, w: int) -> None:
    half = boxed(height, width, (0, 0, width, (height + 1) // 2))
    picture = mask_thumbnail(half, (h, w))
    assert picture.shape == (h, w)
    assert picture.mean() == pytest.approx(half.to_array().mean(), abs=255 / min(h, 2 * height) + 2)
    assert (mask_thumbnail(TileMask.full(height, width), (h, w)) == 255).all()
    assert not mask_thumbnail(TileMask.empty(height, width), (h, w)).any()


def test_density_and_feather_show() -> None:
    mask = boxed(400, 600, (150, 100, 300, 200))
    hard = mask_thumbnail(mask, (40, 60)).astype(int)
    assert mask_thumbnail(SoftMask(mask, 0, 0.5), (40, 60)).max() == pytest.approx(hard.max() / 2, abs=2)
    soft = mask_thumbnail(SoftMask(mask, 80, 1.0), (40, 60)).astype(int)
    assert soft[20, 12] > hard[20, 12]
    assert soft[20, 15] < 255


@pytest.mark.parametrize("grey", [0, 90, 255])
def test_what_is_covered_stands_out_on_any_photo(grey: int) -> None:
    photo = Photo.from_rgb(np.full((400, 600), grey, np.uint8))
    picture = layer_thumbnail(photo, boxed(400, 600, (300, 0, 300, 400)), (64, 96)).astype(int)
    bare, covered = picture[32, 20], picture[32, 76]
    assert covered.max() - bare.max() > 60


def test_the_photo_keeps_its_shape_between_bars() -> None:
    photo = Photo.from_rgb(np.full((900, 300), 128, np.uint8))
    picture = layer_thumbnail(photo, TileMask.full(900, 300), (64, 96))
    assert tuple(picture[32, 2]) == tuple(picture[32, 93]) == BARS
    assert tuple(picture[32, 48]) != BARS
    inside = (picture != np.array(BARS, np.uint8)).any(axis=2)[32]
    assert inside.sum() == pytest.approx(64 / 3, abs=1)


def test_a_stroke_thinner_than_a_pixel_of_it_is_seen() -> None:
    photo = Photo.from_rgb(np.full((4000, 6000), 128, np.uint8))
    line = layer_thumbnail(photo, boxed(4000, 6000, (0, 2000, 6000, 6)), (64, 96)).astype(int)
    assert line[32, 48].max() - line[10, 48].max() > 15
