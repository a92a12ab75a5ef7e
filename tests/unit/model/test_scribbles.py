"""Scribbles: the equations are solved exactly, colour stays inside the mask, following a hint is exact and cheap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.classical.fronts import NEIGHBOURS, fronts_of
from model.classical.levin import Levin2004, neighbour_weights
from model.classical.scribbles import ScribbleSolver

sides = st.integers(1, 40)
seeds = st.integers(0, 2**32 - 1)


def scene(height: int, width: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A photo of few tones with grain, a ragged mask, hints inside and outside it."""
    rng = np.random.default_rng(seed)
    tones = rng.choice([20.0, 50.0, 90.0], (height // 8 + 1, width // 8 + 1)).repeat(8, 0).repeat(8, 1)
    L = (tones[:height, :width] + rng.normal(0, 1, (height, width))).astype(np.float32)
    mask = (rng.random((height, width)) < rng.uniform(0.3, 1)).astype(np.uint8)
    hint_mask = (rng.random((height, width)) < rng.choice([0.0, 0.01, 0.1])).astype(np.uint8)
    hint_ab = (rng.uniform(-80, 80, (2, height, width)) * hint_mask).astype(np.float32)
    return L, mask, hint_ab, hint_mask


def equations(
    L: np.ndarray, mask: np.ndarray, hint_ab: np.ndarray, hint_mask: np.ndarray
) -> tuple[dict[tuple[int, int], float], np.ndarray]:
    """The system's entries and right-hand sides, written out pixel by pixel; parts without a hint are left at 0."""
    height, width = L.shape
    weights = neighbour_weights(L / 100)
    inside = {(y, x) for y in range(height) for x in range(width) if mask[y, x]}
    reached = {place for place in inside if hint_mask[place]}
    waiting = list(reached)
    while waiting:
        y, x = waiting.pop()
        near = ({(y + dy, x + dx) for dy, dx in NEIGHBOURS} & inside) - reached
        reached |= near
        waiting += near
    entries = {(i, i): 1.0 for i in range(L.size)}
    wanted = np.zeros((L.size, 2))
    for y, x in reached:
        i = y * width + x
        if hint_mask[y, x]:
            wanted[i] = hint_ab[:, y, x]
            continue
        near_weights = {
            (y + dy) * width + x + dx: weights[k, y, x]
            for k, (dy, dx) in enumerate(NEIGHBOURS)
            if (y + dy, x + dx) in inside
        }
        for j, weight in near_weights.items():
            entries[i, j] = -weight / sum(near_weights.values())
    return entries, wanted


def walked(entries: dict[tuple[int, int], float], wanted: np.ndarray) -> np.ndarray:
    """The system's exact solution (n, 2), as of a random walk that ends at hints: nothing is subtracted or cancels."""
    takes = np.zeros((len(wanted), len(wanted)))
    for (i, j), entry in entries.items():
        takes[i, j] = -entry if i != j else 0
    walks = list(np.flatnonzero(takes.any(axis=1)))
    ends = [i for i in range(len(wanted)) if i not in set(walks)]
    order = walks + ends
    takes = takes[np.ix_(order, order)]
    for last in reversed(range(len(walks))):
        others = np.r_[:last, len(walks) : len(order)]
        takes[last, others] /= takes[last, others].sum()
        takes[np.ix_(range(last), others)] += np.outer(takes[:last, last], takes[last, others])
        takes[range(last), range(last)] = 0
    values = wanted[order]
    for k in range(len(walks)):
        values[k] = takes[k, :k] @ values[:k] + takes[k, len(walks) :] @ values[len(walks) :]
    solution = np.empty_like(values)
    solution[order] = values
    return solution


@settings(max_examples=40)
@given(st.integers(1, 18), st.integers(1, 18), seeds)
def test_it_is_the_exact_solution(height: int, width: int, seed: int) -> None:
    given_scene = scene(height, width, seed)
    expected = walked(*equations(*given_scene)).T.reshape(2, height, width)
    solver = ScribbleSolver(given_scene[0])
    np.testing.assert_allclose(solver.solve(*given_scene[1:]), expected, atol=1e-4)
    assert solver.residual < 1e-10


@pytest.mark.parametrize("seed", [77, 797, 1089])
def test_parts_that_hang_together_by_a_hair_get_their_colour(seed: int) -> None:
    """Where elimination in double precision is far off, or finds the matrix singular."""
    given_scene = scene(14, 14, seed)
    entries, wanted = equations(*given_scene)
    expected = walked(entries, wanted).T.reshape(2, 14, 14)
    matrix = np.zeros((196, 196))
    matrix[tuple(np.array(list(entries)).T)] = list(entries.values())
    try:
        usual = np.linalg.solve(matrix, wanted).T.reshape(2, 14, 14)
    except np.linalg.LinAlgError:
        usual = np.full((2, 14, 14), np.inf)
    assert np.abs(usual - expected).max() > 10
    np.testing.assert_allclose(ScribbleSolver(given_scene[0]).solve(*given_scene[1:]), expected, atol=1e-4)


@pytest.mark.parametrize(("height", "width"), [(97, 120), (33, 200)])
def test_it_is_the_sparse_systems_solution(height: int, width: int) -> None:
    """Against SuperLU, at a size where fronts of every kind occur."""
    sparse = pytest.importorskip("scipy.sparse", reason="scipy is an extra of the tests")
    linalg = pytest.importorskip("scipy.sparse.linalg")
    rng = np.random.default_rng(1)
    L = rng.uniform(40, 60, (height, width)).astype(np.float32)
    mask, hint_mask = (rng.random((2, height, width)) < [[[0.9]], [[0.003]]]).astype(np.uint8)
    hint_ab = (rng.uniform(-80, 80, (2, height, width)) * hint_mask).astype(np.float32)
    entries, wanted = equations(L, mask, hint_ab, hint_mask)
    matrix = sparse.csc_matrix((list(entries.values()), tuple(np.array(list(entries)).T)), shape=(height * width,) * 2)
    expected = linalg.splu(matrix).solve(wanted).T.reshape(2, height, width)
    assert np.abs(expected).max() > 50
    solver = ScribbleSolver(L)
    answer = solver.solve(mask, hint_ab, hint_mask)
    np.testing.assert_allclose(answer, expected, atol=1e-4)
    rest = np.linalg.norm(matrix @ answer.reshape(2, -1).T - wanted, axis=0) / np.linalg.norm(wanted, axis=0)
    assert rest.max() <= 1e-6
    assert solver.residual < 1e-10


def test_a_full_mask_gives_what_levin_2004_gives() -> None:
    pytest.importorskip("scipy", reason="scipy is an extra of the tests")
    L, _, hint_ab, hint_mask = scene(50, 70, 2)
    assert hint_mask.any()
    full = np.ones_like(hint_mask)
    expected = Levin2004().colorize(L, full, hint_ab, hint_mask)
    np.testing.assert_allclose(ScribbleSolver(L).solve(full, hint_ab, hint_mask), expected, atol=1e-3)


@settings(max_examples=20)
@given(sides, sides, seeds)
def test_hints_are_kept_bit_for_bit_and_nothing_is_outside_the_mask(height: int, width: int, seed: int) -> None:
    L, mask, hint_ab, hint_mask = scene(height, width, seed)
    answer = ScribbleSolver(L).solve(mask, hint_ab, hint_mask)
    assert answer.dtype == np.float32
    kept = (mask & hint_mask).astype(bool)
    np.testing.assert_array_equal(answer[:, kept], hint_ab[:, kept])
    assert not answer[:, mask == 0].any()
    if kept.any():  # a mean lies between what it is taken of
        assert answer.min() >= min(0, hint_ab[:, kept].min()) - 1e-4
        assert answer.max() <= max(0, hint_ab[:, kept].max()) + 1e-4
    else:
        assert not answer.any()


def test_hints_outside_the_mask_count_for_nothing() -> None:
    L, _, hint_ab, hint_mask = scene(40, 60, 2)
    mask = np.zeros_like(hint_mask)
    mask[10:30, 10:50] = 1
    clean = ScribbleSolver(L).solve(mask, hint_ab, hint_mask * mask)
    assert clean.any()
    np.testing.assert_array_equal(ScribbleSolver(L).solve(mask, hint_ab, hint_mask), clean)


def test_colour_never_crosses_the_masks_border() -> None:
    L = np.full((30, 60), 50, np.float32)  # nothing in the light stops it
    mask = np.ones(L.shape, np.uint8)
    mask[:, 30] = 0
    hint_ab, hint_mask = np.zeros((2, *L.shape), np.float32), np.zeros_like(mask)
    hint_ab[:, 15, 10], hint_mask[15, 10] = (40, -30), 1
    answer = ScribbleSolver(L).solve(mask, hint_ab, hint_mask)
    np.testing.assert_allclose(answer[0, :, :30], 40, atol=1e-4)
    assert not answer[:, :, 30:].any()
    mask[0, 30] = 1  # a bridge of one pixel, and colour comes
    np.testing.assert_allclose(ScribbleSolver(L).solve(mask, hint_ab, hint_mask)[0, :, 31:], 40, atol=1e-3)


def test_pixels_that_touch_at_a_corner_belong_together() -> None:
    L, mask = np.full((20, 20), 50, np.float32), np.zeros((20, 20), np.uint8)
    mask[:10, :10] = mask[10:, 10:] = 1
    hint_ab, hint_mask = np.zeros((2, 20, 20), np.float32), np.zeros_like(mask)
    hint_ab[:, 2, 2], hint_mask[2, 2] = 25, 1
    np.testing.assert_allclose(ScribbleSolver(L).solve(mask, hint_ab, hint_mask)[:, mask > 0], 25, atol=1e-3)


def test_a_grey_hint_holds_colour_back() -> None:
    L, mask = np.full((20, 41), 50, np.float32), np.ones((20, 41), np.uint8)
    hint_ab, hint_mask = np.zeros((2, 20, 41), np.float32), np.zeros_like(mask)
    hint_mask[:, [0, 40]] = 1
    hint_ab[0, :, 0] = 60
    across = ScribbleSolver(L).solve(mask, hint_ab, hint_mask)[0, 10]
    np.testing.assert_allclose(across, np.linspace(60, 0, 41), atol=0.5)


@pytest.mark.parametrize("size", [64, 200])
def test_extreme_contrast_leaves_no_pixel_without_colour(size: int) -> None:
    """Black next to white: what ties the parts together is a millionth of a millionth of what ties each."""
    L = np.zeros((size, size), np.float32)
    L[:, size // 2 :] = 100
    mask = np.ones(L.shape, np.uint8)
    mask[:, size // 2] = 0
    mask[size // 3, size // 2] = 1
    hint_ab, hint_mask = np.zeros((2, *L.shape), np.float32), np.zeros_like(mask)
    hint_ab[:, 0, 0], hint_mask[0, 0] = 20, 1
    solver = ScribbleSolver(L)
    np.testing.assert_allclose(solver.solve(mask, hint_ab, hint_mask)[:, mask > 0], 20, atol=1e-2)
    assert solver.residual < 1e-10


@settings(max_examples=15)
@given(st.integers(1, 80), st.integers(1, 80), seeds, st.lists(seeds, min_size=1, max_size=6))
def test_following_changes_gives_what_a_fresh_solver_gives(
    height: int, width: int, first: int, then: list[int]
) -> None:
    """Hints come, go, move and change colour, the mask grows and shrinks: bit for bit the same answer."""
    L, mask, hint_ab, hint_mask = scene(height, width, first)
    solver = ScribbleSolver(L)
    solver.solve(mask, hint_ab, hint_mask)
    for seed in then:
        rng = np.random.default_rng(seed)
        y, x = int(rng.integers(height)), int(rng.integers(width))
        if rng.random() < 0.3:
            mask[y : y + 6, x : x + 9] ^= 1
        else:
            hint_mask[y, x] ^= 1
            hint_ab[:, y, x] = rng.uniform(-80, 80, 2)
        expected = ScribbleSolver(L).solve(mask, hint_ab, hint_mask)
        np.testing.assert_array_equal(solver.solve(mask, hint_ab, hint_mask), expected)


def test_moving_a_hint_does_a_small_part_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = 0
    dense = np.linalg.solve

    def counted(matrix: np.ndarray, wanted: np.ndarray) -> Any:
        nonlocal spent
        count, size = matrix.shape[:2]
        spent += count * size**2 * wanted.shape[-1]
        return dense(matrix, wanted)

    monkeypatch.setattr(np.linalg, "solve", counted)
    L, mask = np.full((192, 256), 50, np.float32), np.ones((192, 256), np.uint8)
    hint_ab, hint_mask = np.zeros((2, 192, 256), np.float32), np.zeros_like(mask)
    hint_mask[50, 60] = hint_mask[150, 200] = 1
    solver = ScribbleSolver(L)
    solver.solve(mask, hint_ab, hint_mask)
    first, spent = spent, 0
    hint_mask[50, 60], hint_mask[52, 61] = 0, 1
    solver.solve(mask, hint_ab, hint_mask)
    assert 0 < spent < first / 3
    spent = 0
    solver.solve(mask, hint_ab, hint_mask)
    assert spent == 0


def test_a_failure_leaves_no_half_done_state(monkeypatch: pytest.MonkeyPatch) -> None:
    L, mask, hint_ab, hint_mask = scene(40, 50, 2)
    solver = ScribbleSolver(L)
    expected = solver.solve(mask, hint_ab, hint_mask)

    def fail(*_: np.ndarray) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(np.linalg, "solve", fail)
        with pytest.raises(MemoryError):
            solver.solve(np.ones_like(mask), hint_ab, hint_mask)
    np.testing.assert_array_equal(solver.solve(mask, hint_ab, hint_mask), expected)


def test_it_goes_on_where_the_dense_solver_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    L, mask, hint_ab, hint_mask = scene(20, 30, 2)
    expected = ScribbleSolver(L).solve(mask, hint_ab, hint_mask)

    def singular(*_: np.ndarray) -> None:
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(np.linalg, "solve", singular)
    np.testing.assert_allclose(ScribbleSolver(L).solve(mask, hint_ab, hint_mask), expected, atol=1e-4)


def test_without_hints_or_without_a_mask_the_answer_is_grey() -> None:
    L, mask, hint_ab, hint_mask = scene(20, 30, 2)
    solver = ScribbleSolver(L)
    assert not solver.solve(mask, hint_ab, np.zeros_like(hint_mask)).any()
    assert not solver.solve(np.zeros_like(mask), hint_ab, hint_mask).any()
    assert solver.residual == 0


def test_wrong_sizes_are_a_sentence() -> None:
    solver = ScribbleSolver(np.zeros((4, 5), np.float32))
    plane, ab = np.ones((4, 5), np.uint8), np.zeros((2, 4, 5), np.float32)
    for mask, hints, places in [(plane.T, ab, plane), (plane, ab[:1], plane), (plane, ab, plane[:3])]:
        with pytest.raises(ValueError, match="must have the photo's size"):
            solver.solve(mask, hints, places)
    with pytest.raises(ValueError, match="one plane"):
        ScribbleSolver(np.zeros((2, 4, 5), np.float32))


@settings(max_examples=30)
@given(sides, sides)
def test_every_pixel_is_eliminated_once_and_every_coupling_read_once(height: int, width: int) -> None:
    fronts = fronts_of(height, width)
    eliminated = np.concatenate([front.pixels[:, : front.eliminated].ravel() for front in fronts])
    np.testing.assert_array_equal(np.sort(eliminated), np.arange(height * width))
    read = np.zeros((8, height * width), int)
    for front in fronts:
        for entries in (front.inner, front.outer):
            directions = np.broadcast_to(entries.directions, (front.count, len(entries.directions)))
            np.add.at(read, (directions, front.pixels[:, entries.sources]), 1)
    ones = np.pad(np.ones((height, width), int), 1)
    there = [ones[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width].ravel() for dy, dx in NEIGHBOURS]
    np.testing.assert_array_equal(read, there)
