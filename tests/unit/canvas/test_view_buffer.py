"""The view buffer shows what is written, knows what is stale, and takes over other buffers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import qBlue, qGreen, qRed

from app.canvas.view_buffer import ViewBuffer
from app.document.geometry import TILE, Rect, level_size, tile_grid

PHOTO_WIDTH, PHOTO_HEIGHT = 1500, 900


def ramp(level: int) -> NDArray[np.uint8]:
    """A photo whose red and green tell the place, at a mip level."""
    height, width = level_size(PHOTO_HEIGHT, PHOTO_WIDTH, level)
    y, x = np.mgrid[0:height, 0:width]
    step = 2**level
    rgb = np.stack([(x + 0.5) * step * 255 / PHOTO_WIDTH, (y + 0.5) * step * 255 / PHOTO_HEIGHT, 0 * x], axis=-1)
    return np.clip(rgb, 0, 255).astype(np.uint8)


def whole(level: int) -> ViewBuffer:
    """A valid buffer over the whole photo."""
    height, width = level_size(PHOTO_HEIGHT, PHOTO_WIDTH, level)
    rows, columns = tile_grid(height, width)
    buffer = ViewBuffer(level, (width, height), Rect(0, 0, columns, rows))
    picture = ramp(level)
    for ty, tx in list(buffer.tiles_in(buffer.area)):
        rect = buffer.tile_rect(ty, tx)
        buffer.write(rect, np.ascontiguousarray(picture[rect.slices]))
        buffer.validate(ty, tx)
    return buffer


def inside(buffer: ViewBuffer) -> NDArray[np.uint8]:
    """RGB of the part that belongs to the photo."""
    height, width = level_size(PHOTO_HEIGHT, PHOTO_WIDTH, buffer.level)
    part = buffer.area.clip(height, width)
    return buffer.pixels[: part.height, : part.width, 2::-1]


def test_the_image_shares_the_arrays_memory() -> None:
    buffer = ViewBuffer(0, (300, 300), Rect(0, 0, 2, 2))
    buffer.write(Rect(10, 20, 1, 1), np.array([[[1, 2, 3]]], np.uint8))
    pixel = buffer.image.pixel(10, 20)
    assert (qRed(pixel), qGreen(pixel), qBlue(pixel)) == (1, 2, 3)
    assert buffer.image.bytesPerLine() == buffer.pixels.strides[0]


def test_the_photos_edge_is_repeated_once() -> None:
    buffer = ViewBuffer(0, (300, 300), Rect(1, 1, 1, 1))
    buffer.write(Rect(256, 256, 44, 44), np.full((44, 44, 3), 77, np.uint8))
    assert buffer.pixels[44, 10, 0] == 77
    assert buffer.pixels[10, 44, 0] == 77


@given(st.integers(0, 1499), st.integers(0, 899), st.integers(1, 700), st.integers(1, 700))
def test_exactly_the_touched_tiles_become_stale(x: int, y: int, width: int, height: int) -> None:
    buffer = ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(0, 0, 6, 4))
    for tile in list(buffer.tiles_in(buffer.area)):
        buffer.validate(*tile)
    buffer.invalidate(Rect(x, y, width, height))
    for ty in range(4):
        for tx in range(6):
            touched = not Rect(tx * TILE, ty * TILE, TILE, TILE).intersect(Rect(x, y, width, height)).is_empty
            assert buffer.is_valid(ty, tx) != touched


def test_stale_tiles_come_nearest_first() -> None:
    buffer = ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(0, 0, 6, 4))
    tiles = buffer.invalid_tiles(Rect(0, 0, PHOTO_WIDTH, PHOTO_HEIGHT))
    assert len(tiles) == 24
    assert tiles[0] in {(1, 2), (1, 3), (2, 2), (2, 3)}
    assert tiles[-1] in {(0, 0), (0, 5), (3, 0), (3, 5)}


@pytest.mark.parametrize(("finer", "coarser"), [(0, 1), (0, 2), (1, 3)])
def test_another_level_stands_in_at_the_right_place(finer: int, coarser: int) -> None:
    for level, source in ((finer, coarser), (coarser, finer)):
        buffer = ViewBuffer(level, level_size(PHOTO_HEIGHT, PHOTO_WIDTH, level)[::-1], whole(level).grid)
        buffer.adopt(whole(source))
        error = np.abs(inside(buffer).astype(int) - ramp(level))
        border = 2 ** abs(finer - coarser)
        assert error[border:-border, border:-border].max() <= 2
        assert buffer.invalid_tiles(buffer.area)  # it only stands in


def test_the_same_level_stays_valid_when_the_view_moves() -> None:
    old = whole(0)
    fresh = ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(2, 1, 3, 2))
    fresh.adopt(old)
    assert fresh.invalid_tiles(fresh.area) == []
    assert np.array_equal(inside(fresh), ramp(0)[256:768, 512:1280])
