"""The view buffer shows what is written, knows what is stale, and takes over other buffers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import qBlue, qGreen, qRed

from app.canvas.view_buffer import ViewBuffer
from app.canvas.viewport import Viewport
from app.document.geometry import TILE, Rect, level_size, tile_grid

PHOTO_WIDTH, PHOTO_HEIGHT = 1500, 900


def ramp(level: int) -> NDArray[np.uint8]:
    """A photo whose red and green tell the place, at a mip level."""
    height, width = level_size(PHOTO_HEIGHT, PHOTO_WIDTH, level)
    y, x = np.mgrid[0:height, 0:width]
    step = 2**level
    rgb = np.stack([(x + 0.5) * step * 255 / PHOTO_WIDTH, (y + 0.5) * step * 255 / PHOTO_HEIGHT, 0 * x], axis=-1)
    return np.clip(rgb, 0, 255).astype(np.uint8)


def whole(level: int, *, sideways: bool = False) -> ViewBuffer:
    """A valid buffer over the whole photo."""
    height, width = level_size(PHOTO_HEIGHT, PHOTO_WIDTH, level)
    rows, columns = tile_grid(height, width)
    buffer = ViewBuffer(level, (width, height), Rect(0, 0, columns, rows), sideways=sideways)
    picture = ramp(level)
    for ty, tx in list(buffer.tiles_in(buffer.area)):
        rect = buffer.tile_rect(ty, tx)
        buffer.write(rect, np.ascontiguousarray(picture[rect.slices]))
        buffer.validate(ty, tx)
    return buffer


def bright() -> NDArray[np.uint8]:
    """Memory that was white before."""
    return np.full(8 << 20, 255, np.uint8)


WHOLE = {level: whole(level) for level in (0, 2)}


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


def test_a_sideways_buffer_keeps_columns_as_rows() -> None:
    buffer = ViewBuffer(0, (600, 300), Rect(0, 0, 3, 2), sideways=True)
    buffer.write(Rect(10, 20, 2, 1), np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8))
    assert (buffer.image.width(), buffer.image.height()) == (512, 768)
    assert [qRed(buffer.image.pixel(20, y)) for y in (10, 11)] == [1, 4]
    assert buffer.pixels.shape == (512, 768, 4)
    assert buffer.pixels[20, 10:12, 2].tolist() == [1, 4]
    assert np.array_equal(inside(whole(1, sideways=True)), inside(whole(1)))


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("rotation", [0.0, 90.0, 200.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_it_is_placed_where_the_photo_lies(sideways: bool, rotation: float, mirrored: bool) -> None:
    viewport = Viewport(PHOTO_WIDTH, PHOTO_HEIGHT, 800, 600, 0.3, 40.0, 70.0, rotation, mirrored)
    buffer = ViewBuffer(1, (750, 450), Rect(1, 0, 2, 2), sideways=sideways)
    column, row = (30, 11) if sideways else (11, 30)
    assert buffer.placed(viewport).map(column, row) == pytest.approx(viewport.to_view(2 * (256 + 11), 2 * 30))


@pytest.mark.parametrize("sideways", [False, True])
def test_the_photos_edge_is_repeated_once(sideways: bool) -> None:
    buffer = ViewBuffer(0, (300, 300), Rect(1, 1, 1, 1), sideways=sideways)
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


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize(("finer", "coarser"), [(0, 1), (0, 2), (1, 3)])
def test_another_level_stands_in_at_the_right_place(finer: int, coarser: int, sideways: bool) -> None:
    for level, source in ((finer, coarser), (coarser, finer)):
        size = level_size(PHOTO_HEIGHT, PHOTO_WIDTH, level)[::-1]
        buffer = ViewBuffer(level, size, whole(level).grid, sideways=sideways)
        buffer.adopt(whole(source))
        error = np.abs(inside(buffer).astype(int) - ramp(level))
        border = 2 ** abs(finer - coarser)
        assert error[border:-border, border:-border].max() <= 2
        assert buffer.invalid_tiles(buffer.area)  # it only stands in


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("old_sideways", [False, True])
def test_the_same_level_stays_valid_when_the_view_moves_or_turns(sideways: bool, old_sideways: bool) -> None:
    old = whole(0, sideways=old_sideways)
    fresh = ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(2, 1, 3, 2), sideways=sideways)
    fresh.adopt(old)
    assert fresh.invalid_tiles(fresh.area) == []
    assert np.array_equal(inside(fresh), ramp(0)[256:768, 512:1280])


@pytest.mark.parametrize("size", [(1500, 900), (1501, 901)])
@pytest.mark.parametrize(("level", "other"), [(0, 2), (2, 0), (1, 3), (3, 0)])
def test_nothing_of_the_photo_stays_empty(size: tuple[int, int], level: int, other: int) -> None:
    def dark(level: int) -> ViewBuffer:
        width, height = size[0] + (1 << level) - 1 >> level, size[1] + (1 << level) - 1 >> level
        rows, columns = tile_grid(height, width)
        return ViewBuffer(level, (width, height), Rect(0, 0, columns, rows), memory=bright())

    source, target = dark(other), dark(level)
    source.write(source.inside, np.zeros((source.inside.height, source.inside.width, 3), np.uint8))
    target.adopt(source)
    assert not target.pixels[: target.inside.height, : target.inside.width, :3].any()


@settings(deadline=None)
@given(
    st.integers(-300, 1500), st.integers(-300, 900), st.integers(0, 1500), st.integers(0, 900), st.sampled_from([0, 2])
)
def test_around_a_hole_everything_is_taken_over(x: int, y: int, width: int, height: int, level: int) -> None:
    hole = Rect(x, y, width, height).clip(PHOTO_HEIGHT, PHOTO_WIDTH)
    buffer = ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(0, 0, 6, 4), memory=bright())
    buffer.adopt_around(WHOLE[level], hole)
    missing = np.argwhere((buffer.pixels[:PHOTO_HEIGHT, :PHOTO_WIDTH, :3] == 255).all(axis=-1))
    for row, column in missing[:: max(1, len(missing) // 50)].tolist():
        assert hole.contains(Rect(column, row, 1, 1))
    taken = {(ty, tx) for ty, tx in buffer.tiles_in(buffer.area) if hole.contains(buffer.tile_rect(ty, tx))}
    assert bool(taken) <= bool(len(missing))


def test_memory_is_used_again_where_it_suffices() -> None:
    first = ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(0, 0, 6, 4))
    second = ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(1, 0, 3, 2), sideways=True, memory=first.memory)
    assert second.memory is first.memory
    assert np.shares_memory(second.pixels, first.memory)
    small = np.empty(1000, np.uint8)
    assert ViewBuffer(0, (PHOTO_WIDTH, PHOTO_HEIGHT), Rect(0, 0, 1, 1), memory=small).memory is not small
