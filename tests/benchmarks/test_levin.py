"""What Levin's equations cost: size × method × seconds × residual, on a sample photo.

Skipped in ordinary runs; ``OPENBLAS_NUM_THREADS=1 pytest tests/benchmarks/test_levin.py --benchmark-only -s`` measures
and prints the table. One thread, because the many small matrices lose more to waiting for each other than they win.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from app.resources import resources_folder
from model.classical.fronts import fronts_of
from model.classical.levin import Levin2004
from model.classical.scribbles import ScribbleSolver
from model.colour import rgb_to_lab

SIZES = [(192, 256), (408, 612), (500, 500), (768, 1024)]
HINTS = [5, 50, 500]
FIRST_AT_A_QUARTER_MP, MOVED_AT_256 = 1.0, 0.1

Planes = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    rows = [f"{'size':>10} {'mask':>6} {'hints':>5}  {'method':<28} {'s':>7}  residual"]
    yield rows
    print("\n" + "\n".join(rows))


def planes(size: tuple[int, int], mask_name: str, hints: int) -> Planes:
    """L* of the sample photo, a mask, and hints of the photo's own colours: dabs of 5 pixels, or single ones."""
    height, width = size
    bgr = cv2.imread(str(resources_folder() / "samples" / "cat.jpg"))
    rgb = cv2.cvtColor(cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    lab = np.moveaxis(rgb_to_lab(rgb), -1, 0).astype(np.float32)
    rng = np.random.default_rng(0)
    mask = np.ones(size, np.uint8)
    if mask_name == "blobs":
        mask = (cv2.GaussianBlur(rng.normal(size=size), (0, 0), width / 20) > 0).astype(np.uint8)
    hint_mask = np.zeros(size, np.uint8)
    rows, columns = np.nonzero(mask)
    for k in rng.choice(len(rows), hints, replace=False):
        cv2.circle(hint_mask, (int(columns[k]), int(rows[k])), 2 if hints == 50 else 0, 1, -1)
    return lab[0], mask, lab[1:] * hint_mask, hint_mask


def row(size: tuple[int, int], mask: str, hints: int, method: str, seconds: float, residual: str) -> str:
    return f"{size[1]:>5}×{size[0]:<4} {mask:>6} {hints:>5}  {method:<28} {seconds:>7.3f}  {residual}"


@pytest.mark.parametrize("hints", HINTS)
@pytest.mark.parametrize("mask_name", ["full", "blobs"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.benchmark(group="scribbles: the first answer on a photo")
def test_first_answer(benchmark: Any, table: list[str], size: tuple[int, int], mask_name: str, hints: int) -> None:
    L, *rest = planes(size, mask_name, hints)
    fronts_of(*size)

    def run() -> float:
        solver = ScribbleSolver(L)
        solver.solve(*rest)
        return solver.residual

    residual = benchmark.pedantic(run, rounds=3)
    seconds = benchmark.stats.stats.min
    table.append(row(size, mask_name, hints, "multifrontal, first answer", seconds, f"{residual:.0e}"))
    assert residual <= 1e-6
    if size[0] * size[1] <= 250_000:
        assert seconds <= FIRST_AT_A_QUARTER_MP


@pytest.mark.parametrize("hints", HINTS)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.benchmark(group="scribbles: one hint is dragged")
def test_dragging(benchmark: Any, table: list[str], size: tuple[int, int], hints: int) -> None:
    L, mask, hint_ab, hint_mask = planes(size, "full", hints)
    solver = ScribbleSolver(L)
    solver.solve(mask, hint_ab, hint_mask)
    column = size[1] // 4

    def run() -> float:
        nonlocal column
        column += 1
        placed, places = hint_ab.copy(), hint_mask.copy()
        placed[:, size[0] // 3, column], places[size[0] // 3, column] = (40, -20), 1
        solver.solve(mask, placed, places)
        return solver.residual

    residual = benchmark.pedantic(run, rounds=10)
    seconds = benchmark.stats.stats.min
    table.append(row(size, "full", hints, "multifrontal, hint dragged", seconds, f"{residual:.0e}"))
    assert residual <= 1e-6
    if max(size) <= 256:
        assert seconds <= MOVED_AT_256


@pytest.mark.parametrize("size", SIZES[:3], ids=str)
@pytest.mark.benchmark(group="scribbles: the first answer on a photo")
def test_superlu(benchmark: Any, table: list[str], size: tuple[int, int]) -> None:
    """The predictor's way, to compare with: its answers agree, and any change costs the same again."""
    pytest.importorskip("scipy", reason="scipy is an extra of the tests")
    L, mask, hint_ab, hint_mask = planes(size, "full", 50)
    answer = benchmark.pedantic(lambda: Levin2004().colorize(L, mask, hint_ab, hint_mask), rounds=1)
    table.append(row(size, "full", 50, "SuperLU, first answer", benchmark.stats.stats.min, "as float32"))
    np.testing.assert_allclose(ScribbleSolver(L).solve(mask, hint_ab, hint_mask), answer, atol=0.01)
