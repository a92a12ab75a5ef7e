"""Tiles and masks: shared constants, mips, packing, presence against a plain max-pool."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import TILE, Rect, level_size
from app.document.tiles import EMPTY, FULL, TILE_BYTES, Tile, TileMask

Coverage = npt.NDArray[np.uint8]


def random_tile(seed: int = 0) -> Tile:
    return Tile.of(np.random.default_rng(seed).integers(0, 256, (TILE, TILE)).astype(np.uint8))


@st.composite
def coverages(draw: st.DrawFn, largest: int = 700) -> Coverage:
    """(H, W) coverage: mostly nothing, everything or noise, with single pixels here and there."""
    height, width = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    coverage = np.full((height, width), draw(st.sampled_from([0, 0, 255])), np.uint8)
    if draw(st.booleans()):
        coverage[rng.integers(height) :, rng.integers(width) :] = rng.integers(256)
    for _ in range(draw(st.integers(0, 4))):
        coverage[rng.integers(height), rng.integers(width)] = rng.integers(256)
    return coverage


def max_pooled(coverage: Coverage, h: int, w: int) -> Coverage:
    """1 where any covered pixel touches the network pixel, by the plain definition."""
    height, width = coverage.shape
    pooled = np.zeros((h, w), np.uint8)
    for i, j in itertools.product(range(h), range(w)):
        rows = slice(i * height // h, -(-(i + 1) * height // h))
        columns = slice(j * width // w, -(-(j + 1) * width // w))
        pooled[i, j] = coverage[rows, columns].any()
    return pooled


@settings(max_examples=60, deadline=None)
@given(coverages())
def test_array_round_trip(coverage: Coverage) -> None:
    mask = TileMask.from_array(coverage)
    assert np.array_equal(mask.to_array(), coverage)
    assert mask.is_empty == (not coverage.any())
    assert np.array_equal(mask.inverted().to_array(), 255 - coverage)
    assert mask.inverted().is_empty == bool((coverage == 255).all())


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(1, 60), st.integers(1, 60))
def test_presence_is_the_exact_max_pool(coverage: Coverage, h: int, w: int) -> None:
    mask = TileMask.from_array(coverage)
    assert np.array_equal(mask.presence(h, w), max_pooled(coverage, h, w))
    assert np.array_equal(mask.inverted().presence(h, w), max_pooled(255 - coverage, h, w))


@pytest.mark.parametrize("size", [(1, 5), (3, 2), (5, 700), (300, 7)])
def test_presence_larger_than_the_photo(size: tuple[int, int]) -> None:
    coverage = np.zeros(size, np.uint8)
    coverage[size[0] // 2, size[1] - 1] = 1
    assert np.array_equal(TileMask.from_array(coverage).presence(64, 80), max_pooled(coverage, 64, 80))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)), max_size=12))
def test_presence_follows_changes_in_any_order(changes: list[tuple[int, int, int]]) -> None:
    """What masks of one family remember together must be right for each of them, old and new."""
    choice = [EMPTY, FULL, random_tile(), Tile.of(np.eye(TILE, dtype=np.uint8))]
    masks = [TileMask.empty(1000, 700)]
    for ty, tx, which in changes:
        masks.append(masks[-1].with_tiles({(ty, tx): choice[which]}))
        masks[-1].presence(40, 28)
    for mask in (*reversed(masks), *masks, *(mask.inverted() for mask in masks)):
        assert np.array_equal(mask.presence(40, 28), max_pooled(mask.to_array(), 40, 28))


def test_presence_ignores_what_lies_beyond_the_photo() -> None:
    pixels = np.zeros((TILE, TILE), np.uint8)
    pixels[100:, 50:] = 255
    mask = TileMask.empty(100, 50).with_tiles({(0, 0): Tile.of(pixels)})
    assert not mask.presence(10, 5).any()
    assert mask.is_empty
    assert mask.bounds() is None


def test_presence_asked_by_many_threads() -> None:
    base = TileMask.empty(2000, 2000)
    masks = [base.with_tiles({(i % 8, i // 8): random_tile(i)}) for i in range(16)]
    expected = [max_pooled(mask.to_array(), 20, 20) for mask in masks]
    wrong: list[int] = []

    def ask(offset: int) -> None:
        for i in range(64):
            which = (i * 5 + offset) % 16
            if not np.array_equal(masks[which].presence(20, 20), expected[which]):
                wrong.append(which)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_constant_tiles_are_shared() -> None:
    assert Tile.of(np.zeros((TILE, TILE), np.uint8)) is EMPTY
    assert Tile.of(np.full((TILE, TILE), 255, np.uint8)) is FULL
    for corner in ((0, 0), (TILE - 1, TILE - 1), (17, 200)):
        nearly_empty, nearly_full = np.zeros((TILE, TILE), np.uint8), np.full((TILE, TILE), 255, np.uint8)
        nearly_empty[corner], nearly_full[corner] = 1, 254
        assert Tile.of(nearly_empty) is not EMPTY
        assert Tile.of(nearly_full) is not FULL


def test_tiles_cannot_be_written() -> None:
    own = np.eye(TILE, dtype=np.uint8)
    tile = Tile.of(own)
    for pixels in (own, tile.pixels, tile.mip(3), EMPTY.pixels, tile.inverted().pixels):
        with pytest.raises(ValueError, match="read-only"):
            pixels[0, 0] = 7


def test_a_view_is_copied() -> None:
    whole = np.random.default_rng(1).integers(0, 256, (TILE, 2 * TILE)).astype(np.uint8)
    tile = Tile.of(whole[:, :TILE])
    first = int(tile.pixels[0, 0])
    whole[0, 0] = 255 - first
    assert tile.pixels[0, 0] == first


@pytest.mark.parametrize("wrong", [np.zeros((TILE, 255), np.uint8), np.zeros((TILE, TILE), np.uint16)])
def test_a_tile_of_another_size_is_refused(wrong: Coverage) -> None:
    with pytest.raises(ValueError, match="a tile is uint8"):
        Tile.of(wrong)


@pytest.mark.parametrize("level", range(9))
def test_mips_are_the_mean_rounded_once(level: int) -> None:
    tile = random_tile(level)
    side, block = TILE >> level, 1 << level
    mean = tile.pixels.reshape(side, block, side, block).astype(float).mean(axis=(1, 3))
    assert tile.mip(level).shape == (side, side)
    assert np.abs(tile.mip(level) - mean).max() <= 0.5 + 1e-6
    assert (EMPTY.mip(level) == 0).all()
    assert (FULL.mip(level) == 255).all()


@pytest.mark.parametrize("level", range(6))
def test_coverage_is_put_together_from_mips(level: int) -> None:
    mask = TileMask.full(1500, 900).with_tiles({(0, 0): random_tile(1), (3, 2): random_tile(2), (5, 3): EMPTY})
    height, width = level_size(6 * TILE, 4 * TILE, level)
    whole = np.full((max(height, TILE), max(width, TILE)), 255, np.uint8)
    for ty, tx in itertools.product(range(6), range(4)):
        part = mask.tile(ty, tx).mip(level)
        side = len(part)
        whole[ty * side : (ty + 1) * side, tx * side : (tx + 1) * side] = part
    for ty, tx in itertools.product(range(-(-height // TILE)), range(-(-width // TILE))):
        found = mask.coverage(level, ty, tx)
        expected = whole[ty * TILE : (ty + 1) * TILE, tx * TILE : (tx + 1) * TILE]
        assert np.array_equal(found[: expected.shape[0], : expected.shape[1]], expected)
        assert not found.flags.writeable


def test_level_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.8"):
        TileMask.empty(10, 10).coverage(9, 0, 0)
    with pytest.raises(ValueError, match=r"outside 0\.\.8"):
        EMPTY.mip(9)


def test_packing_gives_the_same_pixels_back_in_fewer_bytes() -> None:
    pixels = np.zeros((TILE, TILE), np.uint8)
    pixels[60:90, 20:200] = np.arange(180, dtype=np.uint8)
    before = pixels.copy()
    tile = Tile.of(pixels)
    assert tile.bytes == TILE_BYTES
    for _ in range(2):
        tile.pack()
        assert 0 < tile.bytes < TILE_BYTES // 10
        assert np.array_equal(tile.mip(2), Tile.of(before.copy()).mip(2))
        assert np.array_equal(tile.pixels, before)
        assert tile.bytes == TILE_BYTES


def test_packing_leaves_the_constants() -> None:
    EMPTY.pack()
    FULL.pack()
    assert EMPTY._pixels is not None
    assert FULL._pixels is not None


def test_inverse_of_a_packed_tile() -> None:
    tile = random_tile(3)
    expected = 255 - tile.pixels
    inverse = tile.inverted()
    assert inverse.inverted() is tile
    assert inverse.bytes == 0
    tile.pack()
    assert np.array_equal(inverse.pixels, expected)
    inverse.pack()
    assert np.array_equal(inverse.pixels, expected)


def test_masks_share_what_they_do_not_change() -> None:
    first = TileMask.empty(1000, 1000).with_tiles({(0, 0): random_tile(1), (1, 1): random_tile(2)})
    second = first.with_tiles({(1, 1): EMPTY, (2, 2): FULL})
    assert second.tile(0, 0) is first.tile(0, 0)
    assert set(first.tiles) == {(0, 0), (1, 1)}
    assert set(second.tiles) == {(0, 0), (2, 2)}
    assert first.with_tiles({}) is first
    assert second.changed_since(first) == Rect(256, 256, 512, 512)
    assert first.changed_since(first).is_empty
    assert TileMask.full(1000, 1000).changed_since(first) == Rect(0, 0, 1000, 1000)


def test_bytes_count_each_tile_once() -> None:
    tile = random_tile()
    mask = TileMask.empty(3000, 3000).with_tiles({(0, 0): tile, (1, 0): tile, (2, 0): random_tile(1), (3, 0): FULL})
    assert mask.bytes == 2 * TILE_BYTES


def test_fill_and_invert_of_100_megapixels_allocate_no_pixels() -> None:
    full = TileMask.full(8000, 12000)
    assert full.bytes == 0
    assert full.inverted().bytes == 0
    assert full.tile(31, 46) is FULL
    assert full.inverted().tile(3, 4) is EMPTY
    assert full.inverted().is_empty
    assert full.bounds() == Rect(0, 0, 12000, 8000)
    assert full.presence(171, 256).all()


def test_bounds_lie_on_tiles_and_inside_the_photo() -> None:
    mask = TileMask.empty(600, 600).with_tiles({(1, 2): FULL, (2, 2): random_tile()})
    assert mask.bounds() == Rect(512, 256, 88, 344)


def test_at_reads_single_pixels() -> None:
    coverage = np.random.default_rng(5).integers(0, 256, (300, 400)).astype(np.uint8)
    mask = TileMask.from_array(coverage)
    assert mask.at(399.9, 299.9) == coverage[299, 399]
    assert mask.at(256.0, 255.99) == coverage[255, 256]
    assert mask.at(-0.1, 5) == 0
    assert mask.at(400.0, 5) == 0
