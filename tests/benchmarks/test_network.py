"""The network and what surrounds it in an answer; ``pytest tests/benchmarks --benchmark-only`` measures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from app.document.brush import Brush
from app.document.document import Document
from app.document.photo import Photo
from app.jobs.answering import Kept, PhotoLight, answer, full_answer
from model.colorizer import Colorizer

FORWARD_256 = 0.060


@pytest.fixture(params=[1, None], ids=["one core", "all cores"])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param or os.cpu_count() or 1)
    yield torch.get_num_threads()
    torch.set_num_threads(before)


@pytest.mark.parametrize("side", [256, 384, 512])
@pytest.mark.benchmark(group="one whole forward, fp32")
def test_forward(benchmark: Any, threads: int, side: int) -> None:
    colorizer = Colorizer(device="cpu")
    rng = np.random.default_rng(0)
    mask, none = np.ones((side, side), np.uint8), np.zeros((side, side), np.uint8)
    hint = np.zeros((2, side, side), np.float32)

    def another() -> tuple[tuple[np.ndarray, ...], dict[str, float]]:
        light = rng.uniform(0, 100, (side, side)).astype(np.float32)  # a new array, so that nothing is remembered
        return (light, mask, hint, none), {"vividness": 0.0}

    benchmark.pedantic(colorizer.colorize, setup=another, rounds=15, warmup_rounds=2)
    benchmark.extra_info["threads"] = threads
    if side == 256 and threads > 1:
        assert benchmark.stats.stats.median <= FORWARD_256


@pytest.mark.parametrize("side", [256, 384, 512])
@pytest.mark.benchmark(group="one forward with the photo remembered, fp32")
def test_same_photo(benchmark: Any, threads: int, side: int) -> None:
    colorizer = Colorizer(device="cpu")
    light = np.random.default_rng(0).uniform(0, 100, (side, side)).astype(np.float32)
    mask, none = np.ones((side, side), np.uint8), np.zeros((side, side), np.uint8)
    hint = np.zeros((2, side, side), np.float32)
    benchmark.pedantic(colorizer.colorize, (light, mask, hint, none), {"vividness": 0.0}, rounds=15, warmup_rounds=2)
    benchmark.extra_info["threads"] = threads


@pytest.mark.benchmark(group="one answer while the pen moves, one core")
def test_answer(benchmark: Any) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    small = np.random.default_rng(0).integers(20, 235, (40, 60, 3), np.uint8)
    photo = Photo.from_rgb(np.asarray(cv2.resize(small, (6000, 4000))))
    colorizer, light = Colorizer(device="cpu"), PhotoLight.of(photo)
    ambient = full_answer(colorizer, light)
    document = Document(photo)
    document.begin_stroke(Brush(200), colour=(200, 30, 40))
    kept = Kept()
    step = 0

    def move() -> tuple[tuple[Any, ...], dict[str, Any]]:
        nonlocal step
        step += 1
        document.extend_stroke([(300.0 + 100 * step, 1500.0 + 50 * (step % 7))])
        return (colorizer, light, document.state.layer), {"kept": kept, "ambient": ambient}

    def told(*arguments: Any, **options: Any) -> None:
        nonlocal kept
        layer = arguments[2]
        given = answer(*arguments, **options)
        kept = Kept(given.chroma, layer.hints, given.field)

    benchmark.pedantic(told, setup=move, rounds=30, warmup_rounds=2)
    torch.set_num_threads(before)
