"""How long one answer takes, on how many threads, from how many parameters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch

from model.checkpoint import load_generator
from model.predictors import Predictor

SIDES = (256, 512)
THREADS = (1, 2)
REPEATS = 5


@dataclass(frozen=True)
class Speed:
    """Milliseconds for one answer at ``side``², for a photo not seen before and for the photo just asked
    about.
    """

    column: str
    device: str
    threads: int
    side: int
    new_photo_ms: float
    same_photo_ms: float
    parameters: int
    bytes: int


def measure_speed(column: str, predictor: Predictor, device: str, weights: Path) -> tuple[Speed, ...]:
    """Time ``predictor`` (a Colorizer with ``weights`` on ``device``) at every side, on one and two threads."""
    parameters = sum(parameter.numel() for parameter in load_generator(weights)[0].parameters())
    size = weights.stat().st_size
    found = []
    for threads in THREADS:
        with cpu_threads(threads):
            for side in SIDES:
                new, same = _times(predictor, side)
                found.append(Speed(column, device, threads, side, new, same, parameters, size))
    return tuple(found)


def _times(predictor: Predictor, side: int) -> tuple[float, float]:
    """Median milliseconds for new photos and for the same photo; the answer comes back as an array, so it is
    complete.
    """
    rng = np.random.default_rng(0)
    mask = np.ones((side, side), np.uint8)
    hint_ab, hint_mask = np.zeros((2, side, side), np.float32), np.zeros((side, side), np.uint8)
    photos = [rng.uniform(0, 100, (side, side)).astype(np.float32) for _ in range(REPEATS + 1)]

    def answer(L: np.ndarray) -> Callable[[], object]:
        return lambda: predictor.colorize(L, mask, hint_ab, hint_mask)

    _milliseconds(answer(photos[-1]))  # the first call of a size allocates and plans
    new = median(_milliseconds(answer(L)) for L in photos[:REPEATS])
    same = median(_milliseconds(answer(photos[REPEATS - 1])) for _ in range(REPEATS))
    return new, same


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


@contextmanager
def cpu_threads(count: int) -> Iterator[None]:
    """Let the network use ``count`` threads for a while; 0 changes nothing."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
