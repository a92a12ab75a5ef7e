"""What Levin's equations cost: size × method × seconds × residual, on a sample photo.

Skipped in ordinary runs; ``OPENBLAS_NUM_THREADS=1 pytest tests/benchmarks/test_levin.py --benchmark-only -s`` measures
and prints the table. One thread, because many small matrices lose more to waiting for each other than they win. Run it
on an otherwise idle machine, or judge it by the processor's seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from app.resources import resources_folder
from model.classical.fronts import fronts_of
from model.classical.levin import Levin2004
from model.classical.scribbles import ScribbleSolver
from model.colour import rgb_to_lab

SMALL, WIDE, SQUARE, LARGE = (192, 256), (408, 612), (500, 500), (768, 1024)
CASES = [
    *((size, mask, hints) for size in (SMALL, SQUARE) for mask in ("full", "blobs") for hints in (5, 50, 500)),
    (WIDE, "full", 50),
    (LARGE, "full", 50),
]
FIRST_AT_A_QUARTER_MP, DRAGGED_AT_256 = 1.0, 0.1

Size = tuple[int, int]
Planes = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    rows = [f"{'size':>10} {'mask':>6} {'hints':>5}  {'method':<26} {'wall s':>7} {'cpu s':>7}  residual"]
    yield rows
    print("\n" + "\n".join(rows))


def planes(size: Size, mask_name: str, hints: int) -> Planes:
    """L* of the sample photo, a mask, and hints of the photo's own colours: dabs if they are 50, else single pixels."""
    height, width = size
    bgr = cv2.imread(str(resources_folder() / "samples" / "cat.jpg"))
    rgb = cv2.cvtColor(cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    lab = np.moveaxis(rgb_to_lab(rgb), -1, 0).astype(np.float32)
    rng = np.random.default_rng(0)
    mask = np.ones(size, np.uint8)
    if mask_name == "blobs":
        coarse = rng.normal(size=(12, 16)).astype(np.float32)
        mask = (cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) > 0).astype(np.uint8)
    hint_mask = np.zeros(size, np.uint8)
    rows, columns = np.nonzero(mask)
    for k in rng.choice(len(rows), hints, replace=False):
        cv2.circle(hint_mask, (int(columns[k]), int(rows[k])), 2 if hints == 50 else 0, 1, -1)
    return lab[0], mask, lab[1:] * hint_mask, hint_mask


def measured(
    benchmark: Any, table: list[str], case: tuple[Size, str, int], method: str, run: Callable[[], float], rounds: int
) -> tuple[float, float]:
    """Least wall seconds of some rounds, and the residual that ``run`` returned; both go into the table."""
    spent = []

    def timed() -> float:
        started = time.process_time()
        residual = run()
        spent.append(time.process_time() - started)
        return residual

    residual: float = benchmark.pedantic(timed, rounds=rounds)
    wall: float = benchmark.stats.stats.min
    (height, width), mask, hints = case
    table.append(
        f"{width:>5}×{height:<4} {mask:>6} {hints:>5}  {method:<26} {wall:>7.3f} {min(spent):>7.3f}  {residual:.0e}"
    )
    return wall, residual


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.benchmark(group="scribbles: the first answer on a photo")
def test_first_answer(benchmark: Any, table: list[str], case: tuple[Size, str, int]) -> None:
    L, *rest = planes(*case)
    fronts_of(*L.shape)

    def run() -> float:
        solver = ScribbleSolver(L)
        solver.solve(*rest)
        return solver.residual

    seconds, residual = measured(benchmark, table, case, "multifrontal, first answer", run, rounds=3)
    assert residual <= 1e-6
    if L.size <= 250_000:
        assert seconds <= FIRST_AT_A_QUARTER_MP


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.benchmark(group="scribbles: one hint is dragged")
def test_dragging(benchmark: Any, table: list[str], case: tuple[Size, str, int]) -> None:
    L, mask, hint_ab, hint_mask = planes(*case)
    height, width = L.shape
    solver = ScribbleSolver(L)
    solver.solve(mask, hint_ab, hint_mask)
    column = width // 4

    def run() -> float:
        nonlocal column
        column += 1
        placed, places = hint_ab.copy(), hint_mask.copy()
        placed[:, height // 3, column], places[height // 3, column] = (40, -20), 1
        solver.solve(mask, placed, places)
        return solver.residual

    seconds, residual = measured(benchmark, table, case, "multifrontal, hint dragged", run, rounds=10)
    assert residual <= 1e-6
    if max(L.shape) <= 256:
        assert seconds <= DRAGGED_AT_256


@pytest.mark.parametrize("size", [SMALL, WIDE, SQUARE], ids=str)
@pytest.mark.benchmark(group="scribbles: the first answer on a photo")
def test_superlu(benchmark: Any, table: list[str], size: Size) -> None:
    """The predictor's way, to compare with: the same answer, and any change costs the same again."""
    pytest.importorskip("scipy", reason="scipy is an extra of the tests")
    L, mask, hint_ab, hint_mask = planes(size, "full", 50)
    answers = []

    def run() -> float:
        answers.append(Levin2004().colorize(L, mask, hint_ab, hint_mask))
        return np.nan  # the predictor does not tell

    measured(benchmark, table, (size, "full", 50), "SuperLU (Levin2004)", run, rounds=1)
    np.testing.assert_allclose(ScribbleSolver(L).solve(mask, hint_ab, hint_mask), answers[0], atol=0.01)
