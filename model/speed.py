"""How long one answer takes, on how many threads, in which precision, from how many parameters."""

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
from model.colorizer import Colorizer
from model.predictors import Predictor
from model.recipe import autocast_type

SIDES = (256, 384, 512)
THREADS = (1, 2)
REPEATS = 5


@dataclass(frozen=True)
class Speed:
    """Milliseconds for one answer at ``side``², for a photo not seen before and for the photo just asked about.

    threads: of the processor, 0 on a graphics card; precision: fp32, or bf16 where autocast computes in it.
    """

    column: str
    device: str
    threads: int
    precision: str
    side: int
    new_photo_ms: float
    same_photo_ms: float
    parameters: int
    bytes: int

    @property
    def ratio(self) -> float:
        """The share of the time that is left when what depends on L* only is remembered."""
        return self.same_photo_ms / self.new_photo_ms


def measure_speed(column: str, weights: Path, device: str = "auto") -> tuple[Speed, ...]:
    """Time the network in ``weights`` on the processor, on one thread and two, and on ``device`` if that is another.

    fp32 everywhere, and bf16 where the chip computes in it.
    """
    colorizer = Colorizer(weights, device)
    places = [(colorizer, 0)] if colorizer.device.type != "cpu" else []
    processor = Colorizer(weights, "cpu") if places else colorizer
    parameters = sum(parameter.numel() for parameter in load_generator(weights)[0].parameters())
    found = []
    for used, threads in [*((processor, threads) for threads in THREADS), *places]:
        lower = autocast_type(used.device, "auto")
        for precision, kind in (("fp32", None), *([("bf16", lower)] if lower else [])):
            with cpu_threads(threads), torch.autocast(used.device.type, kind, enabled=kind is not None):
                found += [
                    Speed(
                        column, used.device_name, threads, precision, side, *_times(used, side),
                        parameters=parameters, bytes=weights.stat().st_size,
                    )
                    for side in SIDES
                ]  # fmt: skip
    return tuple(found)


def not_timed() -> list[str]:
    """What this machine cannot time, in sentences."""
    said = []
    if autocast_type(torch.device("cpu"), "auto") is None:
        said.append("bf16 on this processor, which does not compute in it")
    if not torch.cuda.is_available() and not torch.backends.mps.is_available():
        said.append("a graphics card, since there is none")
    return said


def _times(predictor: Predictor, side: int) -> tuple[float, float]:
    """Median milliseconds for new photos and for the same one; the answer comes back as an array: it is complete."""
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
