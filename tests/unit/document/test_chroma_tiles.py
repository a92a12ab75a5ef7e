"""Tiles of chroma: shared by a change, halved by how much has a colour, told apart by marks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.chroma_tiles import ChromaTile, ChromaTiles, narrowed, widened
from app.document.geometry import TILE, Rect

PART = Rect(10, 20, 30, 41)


def noise(seed: int, presence: float = 0.7) -> ChromaTile:
    """Any colour in a share of the pixels, none in the others."""
    random = np.random.default_rng(seed)
    tile = random.uniform(-100, 100, (3, TILE, TILE)).astype(np.float16)
    tile[2] = random.random((TILE, TILE)) < presence
    tile[:2] *= tile[2]
    return tile


def with_part(tile: ChromaTile, seed: int) -> ChromaTile:
    changed = tile.copy()
    changed[(slice(None), *PART.slices)] = noise(seed)[(slice(None), *PART.slices)]
    return changed


def weighed_mean(tiles: dict[tuple[int, int], ChromaTile], level: int) -> NDArray[np.float64]:
    """(3, 512 >> level, 512 >> level): a*, b* and presence of 2 × 2 tiles, by the definition."""
    whole = np.zeros((3, 2 * TILE, 2 * TILE))
    for (ty, tx), tile in tiles.items():
        whole[:, ty * TILE : (ty + 1) * TILE, tx * TILE : (tx + 1) * TILE] = tile
    side = whole.shape[1] >> level
    blocks = whole.reshape(3, side, 1 << level, side, 1 << level)
    presence = blocks[2].sum(axis=(1, 3))
    ab = (blocks[:2] * blocks[2]).sum(axis=(2, 4)) / np.maximum(presence, 1e-9)
    return np.concatenate([ab, presence[None] / 4**level])


def seen(tiles: ChromaTiles, level: int) -> NDArray[np.float64]:
    """The same, as the tiles have it."""
    side = 2 * TILE >> level
    if level > 0:
        tile = tiles.tile(level, 0, 0)
        assert tile is not None
        return tile[:, :side, :side].astype(np.float64)
    parts = [[tiles.tile(0, ty, tx) for tx in (0, 1)] for ty in (0, 1)]
    return np.block([[np.zeros((3, TILE, TILE)) if part is None else part for part in row] for row in parts])


def test_tiles_are_read_only_and_of_one_kind() -> None:
    tile = noise(1)
    tiles = ChromaTiles({(0, 0): tile})
    with pytest.raises(ValueError, match="read-only"):
        tile[0, 0, 0] = 1
    with pytest.raises(ValueError, match="float16"):
        ChromaTiles({(0, 0): tile.astype(np.float32)})
    with pytest.raises(ValueError, match="float16"):
        tiles.with_tiles({(0, 1): noise(2)[:2]})
    with pytest.raises(ValueError, match="level 9"):
        tiles.tile(9, 0, 0)


def test_a_change_shares_what_it_left_alone_and_counts_its_bytes() -> None:
    one, other = noise(1), noise(2)
    before = ChromaTiles({(0, 0): one, (3, 2): other})
    after = before.with_tiles({(3, 2): noise(3), (3, 5): noise(4)})
    assert after.tiles[0, 0] is one
    assert before.tiles[3, 2] is other
    assert (before.nbytes, after.nbytes) == (2 * one.nbytes, 3 * one.nbytes)
    assert after.changed_since(before) == Rect(2 * TILE, 3 * TILE, 4 * TILE, TILE)
    assert after.changed_since(after).is_empty


@pytest.mark.parametrize("level", range(5))
def test_levels_are_means_weighed_by_presence(level: int) -> None:
    tiles = {(0, 0): noise(1), (0, 1): noise(2, 0.02), (1, 1): noise(3, 1.0)}
    expected = weighed_mean(tiles, level)
    got = seen(ChromaTiles(tiles), level)
    np.testing.assert_allclose(got[:2], expected[:2], atol=0.05 * (level + 1))
    np.testing.assert_allclose(got[2], expected[2], atol=1e-3)


@given(changes=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 4)), min_size=1, max_size=6))
def test_levels_looked_at_before_follow_every_change(changes: list[tuple[int, int, int]]) -> None:
    tiles = ChromaTiles({(0, 0): noise(0)})
    older = [tiles]
    for ty, tx, level in changes:
        if tiles.tile(level, 0, 0) is not None:
            tiles = tiles.with_tiles({(ty, tx): noise(len(older))})
        older.append(tiles)
    for known in (tiles, older[len(older) // 2], older[0]):  # and those that were changed since are what they were
        for level in range(1, 5):
            fresh = ChromaTiles(dict(known.tiles)).tile(level, 0, 0)
            np.testing.assert_array_equal(known.tile(level, 0, 0), fresh)


def test_a_level_without_any_colour_is_no_tile() -> None:
    tiles = ChromaTiles({(0, 0): noise(0)})
    assert tiles.tile(1, 0, 1) is None
    assert tiles.chroma(1, 0, 1, (4, 4)) is None
    assert tiles.with_tiles({(0, 2): noise(1)}).tile(1, 0, 1) is not None


def test_marks_change_with_what_they_stand_for_and_come_back_with_it() -> None:
    before = ChromaTiles({(0, 0): noise(0), (0, 1): noise(1)})
    kept, changed, coarse = before.mark(0, 0, 0), before.mark(0, 0, 1), before.mark(1, 0, 0)
    assert len({mark.number for mark in (kept, changed, coarse)}) == 3
    after = before.with_tiles({(0, 1): with_part(before.tiles[0, 1], 2)}, {(0, 1): PART})
    assert after.mark(0, 0, 0) == kept
    for old, new in ((changed, after.mark(0, 0, 1)), (coarse, after.mark(1, 0, 0))):
        assert new.number != old.number
        assert new.replaces == old.number
    assert after.mark(0, 0, 1).part == PART
    assert after.mark(1, 0, 0).part == Rect(128 + 5, 10, 15, 21)  # the second tile's half, and each pixel it touches
    assert before.mark(0, 0, 1) == changed


def test_a_mark_nobody_saw_is_skipped() -> None:
    """Several changes between two looks: the newest tells how it differs from what was looked at last."""
    first = ChromaTiles({(0, 0): noise(0)})
    number = first.mark(0, 0, 0).number
    second = first.with_tiles({(0, 0): noise(1)}, {(0, 0): Rect(0, 0, 4, 4)})
    third = second.with_tiles({(0, 0): noise(2)}, {(0, 0): Rect(8, 8, 4, 4)})
    mark = third.mark(0, 0, 0)
    assert mark.replaces == number
    assert mark.part == Rect(0, 0, 12, 12)


@given(shape=st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40)), seed=st.integers(0, 99))
def test_halves_and_floats_are_the_same_numbers(shape: tuple[int, ...], seed: int) -> None:
    floats = (np.random.default_rng(seed).standard_normal(shape) * 60).astype(np.float32)
    halves = narrowed(floats)
    np.testing.assert_array_equal(halves, floats.astype(np.float16))
    np.testing.assert_array_equal(widened(halves), halves.astype(np.float32))
