"""Thumbnails: right for every size of photo, which keeps its shape; a mask shows in black and in white alike."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.photo import Photo
from app.document.softness import SoftMask
from app.document.thumbnails import BARS, COVERED, layer_thumbnail, mask_thumbnail
from app.document.tiles import FULL, Tile, TileMask

SIZE = (32, 48)


def blob(height: int, width: int, x: float, y: float, radius: int) -> np.ndarray:
    coverage = np.zeros((height, width), np.uint8)
    cv2.circle(coverage, (int(x * width), int(y * height)), radius, 255, -1)
    return coverage


@given(st.integers(33, 900), st.integers(49, 900), st.floats(0.3, 0.7), st.floats(0.3, 0.7), st.floats(0.03, 0.29))
def test_a_disc_is_where_it_is_and_as_large(height: int, width: int, x: float, y: float, size: float) -> None:
    """The coarse levels end up to a pixel beyond the photo: hence up to 1 pixel, and up to 1/33 + 1/49 of the area."""
    coverage = blob(height, width, x, y, max(2, round(size * min(height, width))))
    made = mask_thumbnail(TileMask.from_array(coverage), SIZE)
    assert made.shape == SIZE
    assert made.dtype == np.uint8
    exact = cv2.resize(coverage.astype(np.float32), SIZE[::-1], interpolation=cv2.INTER_AREA)
    assert abs(centre(made) - centre(exact)).max() <= 1
    assert float(made.sum()) == pytest.approx(float(exact.sum()), rel=0.06)


def centre(plane: np.ndarray) -> np.ndarray:
    """(row, column) of the centre of mass."""
    rows, columns = np.indices(plane.shape)
    return np.array([(rows * plane).sum(), (columns * plane).sum()]) / plane.sum()


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (32, 48), (33, 20000), (5000, 3)])
@pytest.mark.parametrize("size", [(1, 1), (32, 48), (300, 20)])
def test_constant_masks_of_every_shape_fill_every_thumbnail(shape: tuple[int, int], size: tuple[int, int]) -> None:
    for mask, code in ((TileMask.empty(*shape), 0), (TileMask.full(*shape), 255)):
        made = mask_thumbnail(mask, size)
        assert made.shape == size
        assert (made == code).all()


def test_a_mask_larger_than_one_tile_of_its_level_is_whole() -> None:
    """A long panorama in a small thumbnail has more than 256 pixels at the level that is read."""
    height, width = 40, 3000
    coverage = np.zeros((height, width), np.uint8)
    coverage[:, 2000:2500] = 255
    made = mask_thumbnail(TileMask.from_array(coverage), (32, 48))
    covered = np.flatnonzero(made[16] > 127)
    assert (covered.min(), covered.max()) == (32, 39)


def test_density_and_feather_are_seen() -> None:
    mask = TileMask.from_array(blob(2000, 3000, 0.5, 0.5, 500))
    hard = mask_thumbnail(mask, SIZE).astype(int)
    half = mask_thumbnail(SoftMask(mask, 0, 0.5), SIZE).astype(int)
    assert np.abs(half - hard / 2).max() <= 1
    wide = mask_thumbnail(SoftMask(mask, 600, 1), SIZE)
    assert int((wide > 0).sum()) > 1.3 * int((hard > 0).sum())
    fine = mask_thumbnail(SoftMask(mask, 2, 1), SIZE)
    assert np.array_equal(fine, hard)


def test_a_feather_far_below_a_pixel_costs_no_blur() -> None:
    mask = TileMask.from_array(blob(2000, 3000, 0.5, 0.5, 500))
    mask_thumbnail(SoftMask(mask, 30, 1), SIZE)
    assert not mask.softened
    mask_thumbnail(SoftMask(mask, 300, 1), SIZE)
    assert mask.softened


def test_a_mip_of_an_untouched_tile_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a stroke the thumbnail costs what the stroke did, not what the photo does."""
    mask = TileMask.from_array(np.tile(np.arange(256, dtype=np.uint8), (4096, 24)))
    mask_thumbnail(mask, SIZE)
    shrunk = []
    resize = cv2.resize
    monkeypatch.setattr(cv2, "resize", lambda *a, **k: shrunk.append(a[0].shape) or resize(*a, **k))
    mask_thumbnail(mask.with_tiles({(2, 2): Tile.of(np.full((256, 256), 9, np.uint8)), (0, 0): FULL}), SIZE)
    assert shrunk.count((256, 256)) <= 2
    assert len(shrunk) <= 3


@pytest.mark.parametrize(("shape", "bars"), [((600, 400), "sides"), ((400, 600), "none"), ((100, 900), "ends")])
def test_the_photo_keeps_its_shape_between_bars(shape: tuple[int, int], bars: str) -> None:
    photo = Photo.from_rgb(np.full(shape, 200, np.uint8))
    made = layer_thumbnail(photo, TileMask.empty(*shape), SIZE)
    assert made.shape == (*SIZE, 3)
    assert made.dtype == np.uint8
    is_photo = (made != BARS).any(axis=2)
    rows, columns = np.flatnonzero(is_photo.any(axis=1)), np.flatnonzero(is_photo.any(axis=0))
    height, width = len(rows), len(columns)
    assert abs(height / width - shape[0] / shape[1]) <= 0.05
    expected = {"sides": (True, False), "none": (True, True), "ends": (False, True)}
    assert (height == SIZE[0], width == SIZE[1]) == expected[bars]
    assert abs(rows[0] + rows[-1] - (SIZE[0] - 1)) <= 1, "in the middle"
    assert abs(columns[0] + columns[-1] - (SIZE[1] - 1)) <= 1


@pytest.mark.parametrize("colour", [COVERED, (0, 0, 80), (255, 255, 255), (0, 0, 0)])
def test_covered_black_outshines_bare_white_in_every_tint(colour: tuple[int, int, int]) -> None:
    grey = np.zeros((64, 96), np.uint8)
    grey[:, 48:] = 255  # black, covered; white, bare
    coverage = np.zeros_like(grey)
    coverage[:, :48] = 255
    made = layer_thumbnail(Photo.from_rgb(grey), TileMask.from_array(coverage), SIZE, colour)
    assert made[:, :23].max(axis=2).min() > made[:, 25:].max()


def test_the_photo_is_recognised_under_and_beside_the_mask() -> None:
    """Grey steps stay steps, in the covered half and in the bare one, of 8 and of 16 bits alike."""
    steps = np.repeat(np.arange(8, dtype=np.uint16) * 8192, 12)[None].repeat(64, axis=0)
    coverage = np.zeros(steps.shape, np.uint8)
    coverage[:32] = 255
    mask = TileMask.from_array(coverage)
    deep = layer_thumbnail(Photo.from_rgb(steps), mask, SIZE)
    shallow = layer_thumbnail(Photo.from_rgb((steps >> 8).astype(np.uint8)), mask, SIZE)
    assert np.array_equal(deep, shallow)
    for row in (4, 28):
        codes = deep[row, 3::6, 0].astype(int)
        assert (np.diff(codes) > 5).all()
    bare = deep[28, :, :].astype(int)
    assert (bare.max(axis=1) - bare.min(axis=1) == 0).all(), "no colour where nothing is covered"


def test_a_thin_line_can_be_seen() -> None:
    """10 photo pixels of 12 000, less than a tenth of a pixel of the thumbnail."""
    coverage = np.zeros((800, 12000), np.uint8)
    coverage[395:405] = 255
    photo = Photo.from_rgb(np.full(coverage.shape, 128, np.uint8))
    bare = layer_thumbnail(photo, TileMask.empty(*coverage.shape), SIZE).astype(int)
    made = layer_thumbnail(photo, TileMask.from_array(coverage), SIZE).astype(int)
    assert (made - bare).max() >= 24
