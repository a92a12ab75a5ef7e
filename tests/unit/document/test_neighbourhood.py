"""Windows into masks, and changes that look around: as on the whole array."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import Rect, level_size
from app.document.neighbourhood import filtered, restless, window
from app.document.progress import Cancelled, counted, stage
from app.document.tiles import FULL, TileMask

Coverage = npt.NDArray[np.uint8]


def noise(height: int, width: int, seed: int = 0) -> Coverage:
    """Noise in the middle, nothing and everything around."""
    coverage = np.zeros((height, width), np.uint8)
    coverage[:, width // 2 :] = 255
    rng = np.random.default_rng(seed)
    part = coverage[height // 3 : height // 2, width // 3 : 2 * width // 3]
    part[:] = rng.integers(0, 256, part.shape)
    return coverage


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 700), st.integers(1, 700), st.floats(0, 1), st.floats(0, 1), st.integers(1, 400), st.integers(1, 400)
)
def test_a_window_goes_on_beyond_the_photo(
    height: int, width: int, right: float, down: float, across: int, high: int
) -> None:
    coverage = noise(height, width)
    x, y = round(-across + 1 + right * (width + across - 2)), round(-high + 1 + down * (height + high - 2))
    rows = np.clip(np.arange(y, y + high), 0, height - 1)
    columns = np.clip(np.arange(x, x + across), 0, width - 1)
    seen = window(TileMask.from_array(coverage), Rect(x, y, across, high))
    assert np.array_equal(seen, coverage[np.ix_(rows, columns)])


@pytest.mark.parametrize("level", [1, 3, 5, 8])
def test_a_window_at_a_mip_level_holds_means(level: int) -> None:
    coverage = noise(600, 777)
    height, width = level_size(600, 777, level)
    block = 1 << level
    padded = np.pad(coverage, ((0, height * block - 600), (0, width * block - 777)), mode="edge").astype(np.float64)
    means = padded.reshape(height, block, width, block).mean(axis=(1, 3))
    mask = TileMask.from_array(coverage)
    assert np.abs(window(mask, Rect(0, 0, width, height), level) - means).max() <= 0.5 + 1e-9
    corner = window(mask, Rect(width - 1, height - 1, 4, 3), level)
    assert np.abs(corner - means[-1, -1]).max() <= 0.5 + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 600), st.integers(1, 600), st.integers(0, 9), st.integers(1, 5))
def test_filtering_tiles_is_filtering_the_array(height: int, width: int, seed: int, reach: int) -> None:
    coverage = noise(height, width, seed)
    side = 2 * reach + 1

    def blurred(around: Coverage) -> Coverage:
        return np.asarray(cv2.blur(around, (side, side))[reach:-reach, reach:-reach], np.uint8)

    whole = blurred(np.pad(coverage, reach, mode="edge"))
    assert np.array_equal(filtered(TileMask.from_array(coverage), reach, blurred).to_array(), whole)


def test_known_tiles_are_taken_as_they_are() -> None:
    mask = TileMask.from_array(noise(600, 600))
    result = filtered(mask, 3, lambda around: around[3:-3, 3:-3], known={(0, 0): FULL})
    assert result.tile(0, 0) is FULL
    assert all(result.tile(*key) is mask.tile(*key) for key in mask.tiles if key != (0, 0))


def test_only_what_sees_a_difference_is_restless() -> None:
    mask = TileMask.empty(2000, 2000).with_tiles({(3, 3): FULL})
    assert set(restless(mask, 1)) == {(ty, tx) for ty in range(2, 5) for tx in range(2, 5)}
    assert restless(mask, 0) == []
    assert len(restless(mask, 257)) == 25
    assert restless(TileMask.full(2000, 2000), 500) == []


def test_counting_tells_the_share_and_stops() -> None:
    shares: list[float] = []
    assert list(counted("abcd", lambda share: not shares.append(share))) == list("abcd")
    assert shares == [0, 0.25, 0.5, 0.75]
    with pytest.raises(Cancelled, match="stopped"):
        list(counted("abcd", lambda share: share < 0.5))
    assert list(counted("ab", None)) == ["a", "b"]


def test_a_stage_is_a_share_of_the_whole() -> None:
    shares: list[float] = []
    tell = stage(lambda share: not shares.append(share), 0.5, 0.9)
    assert tell is not None
    assert tell(0)
    assert tell(0.5)
    assert shares == pytest.approx([0.5, 0.7])
    assert stage(None, 0, 1) is None
