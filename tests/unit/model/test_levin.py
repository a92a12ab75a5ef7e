"""Levin 2004: hints are kept, colour spreads to edges and stops there, the solver solves its equations."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.classical import levin

pytest.importorskip("scipy", reason="scipy is an extra of the tests")


def solve(L: np.ndarray, hints: dict[tuple[int, int], tuple[float, float]]) -> np.ndarray:
    hint_ab = np.zeros((2, *L.shape), np.float32)
    hint_mask = np.zeros(L.shape, np.uint8)
    for (y, x), ab in hints.items():
        hint_ab[:, y, x], hint_mask[y, x] = ab, 1
    return levin.Levin2004().colorize(L, np.ones(L.shape, np.uint8), hint_ab, hint_mask)


def two_tone(height: int = 40, width: int = 60) -> np.ndarray:
    grain = np.random.default_rng(3).normal(0, 0.5, (height, width))
    return (np.where(np.arange(width) < width // 2, 30, 70) + grain).astype(np.float32)


def test_without_hints_the_answer_is_grey() -> None:
    assert not solve(two_tone(), {}).any()


def test_one_hint_colours_everything() -> None:
    answer = solve(two_tone(), {(5, 5): (30.0, -20.0)})
    np.testing.assert_allclose(answer[0], 30, atol=1e-3)
    np.testing.assert_allclose(answer[1], -20, atol=1e-3)


def test_hints_are_kept_exactly_and_stop_at_an_edge() -> None:
    L = two_tone()
    answer = solve(L, {(20, 5): (50.0, 0.0), (20, 55): (0.0, -50.0)})
    assert tuple(answer[:, 20, 5]) == (50, 0)
    assert tuple(answer[:, 20, 55]) == (0, -50)
    assert answer[0, :, :28].min() > 45
    assert answer[1, :, 32:].max() < -45


def test_solution_is_the_dense_systems_solution() -> None:
    """Against numpy's dense solver on the equations written out pixel by pixel, without any reordering."""
    rng = np.random.default_rng(0)
    L = rng.uniform(0, 100, (13, 17)).astype(np.float32)
    hints = {(2, 3): (10.0, 5.0), (9, 12): (-30.0, 40.0), (12, 0): (0.0, -25.0)}
    weights = levin.neighbour_weights(L / 100)
    height, width = L.shape
    matrix, wanted = np.eye(L.size), np.zeros((L.size, 2))
    for y in range(height):
        for x in range(width):
            if (y, x) in hints:
                wanted[y * width + x] = hints[y, x]
                continue
            for k, (dy, dx) in enumerate([(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]):
                if 0 <= y + dy < height and 0 <= x + dx < width:
                    matrix[y * width + x, (y + dy) * width + x + dx] -= weights[k, y, x]
    expected = np.linalg.solve(matrix, wanted).T.reshape(2, height, width)
    np.testing.assert_allclose(solve(L, hints), expected, atol=1e-4)


def test_weights_sum_to_one_and_prefer_like_luminance() -> None:
    weights = levin.neighbour_weights(two_tone() / 100)
    np.testing.assert_allclose(weights.sum(axis=0), 1, atol=1e-12)
    at_edge = weights[:, 20, 29]  # the last dark column: neighbours 2, 4 and 7 lie across the edge
    assert at_edge[[2, 4, 7]].sum() < 0.05
    assert weights[:3, 0].max() == 0  # nothing above the first row


def test_extreme_contrast_leaves_no_pixel_without_colour() -> None:
    L = np.zeros((20, 20), np.float32)
    L[:, 10:] = 100
    L[5, 5] = 100
    np.testing.assert_allclose(solve(L, {(0, 0): (20.0, 20.0)}), 20, atol=1e-2)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_dissection_order_names_every_pixel_once(height: int, width: int) -> None:
    order = levin.dissection_order(height, width)
    np.testing.assert_array_equal(np.sort(order), np.arange(height * width))


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (2, 2)])
def test_odd_sizes(shape: tuple[int, int]) -> None:
    answer = solve(np.full(shape, 50, np.float32), {(0, 0): (7.0, -7.0)})
    np.testing.assert_allclose(answer[0], 7, atol=1e-3)


def test_missing_scipy_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(ImportError, match="needs scipy"):
        levin.Levin2004()
