"""What layers cost at 24 megapixels: a stroke on one of twenty, a reorder, tone, a merger, as ratios and milliseconds.

Skipped in ordinary runs; ``pytest tests/benchmarks/test_layers.py --benchmark-only -s`` measures and prints. The ratios
hold on any machine; the milliseconds want an otherwise idle one.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.bench import strokes
from app.bench.studio import Studio
from app.document import merge, stack
from app.document.adjustments import Adjustments
from app.document.document import Document
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.sources.tint import TINTS
from app.document.tiles import TileMask
from app.document.tone import Tone

HEIGHT, WIDTH = 4000, 6000
MOST_RATIO = 2.0
"""A stroke on one of twenty layers, in strokes on a single one."""
LAYERS = 20


@lru_cache(maxsize=1)
def photo() -> Photo:
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    noise = np.random.default_rng(0).integers(0, 20, (HEIGHT, WIDTH), np.uint8)
    rgb = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    rgb[..., 0] = (x * 200 // WIDTH + 20).astype(np.uint8) + noise
    rgb[..., 1] = (y * 180 // HEIGHT + 30).astype(np.uint8) + noise
    rgb[..., 2] = ((x + y) // 64 % 200).astype(np.uint8) + noise
    return Photo.from_rgb(rgb)


def root(count: int) -> DocumentState:
    """Layers that all cover the whole photo, by half; the active one, in the middle, covers nothing yet."""
    whole = TileMask.from_array(np.full((HEIGHT, WIDTH), 128, np.uint8))
    sources = [ORIGINAL, *(tint for _, tint in TINTS)]
    layers = [
        LayerState(f"Layer {i}", whole, source=sources[i % len(sources)], adjustments=Adjustments(hue=9.0 * i), id=i)
        for i in range(count)
    ]
    layers[count // 2] = replace(layers[count // 2], mask=TileMask.empty(HEIGHT, WIDTH), source=TINTS[0][1])
    return DocumentState(tuple(layers), active=count // 2)


@pytest.fixture(scope="module")
def studio(qapp: QApplication) -> Iterator[Studio]:
    assert qapp is not None
    made = Studio()
    made.window.show_photo(photo())
    made.settle()
    yield made
    made.close()


def show(studio: Studio, count: int) -> Document:
    document = studio.document
    document.edit(f"{count} layers", lambda _: root(count))
    studio.settle()
    return document


def told(benchmark: Any, measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    figures: dict[str, float] = benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info.update(figures)
    print("\n" + ", ".join(f"{name} {value:.2f}" for name, value in figures.items()))
    return figures


@pytest.mark.parametrize("zoom", ["actual", "fit"])
def test_a_stroke_on_one_of_twenty_layers(benchmark: Any, studio: Studio, zoom: str) -> None:
    def measure() -> dict[str, float]:
        figures = {}
        for count in (1, LAYERS):
            show(studio, count)
            studio.canvas.zoom_actual() if zoom == "actual" else studio.canvas.zoom_fit()
            studio.settle()
            studio.take_brush(strokes.BRUSH)
            frames, _ = strokes.stroke(studio, 1.0)
            studio.settle()
            figures[f"{count}_first_ms"] = frames[0].cpu
            figures[f"{count}_ms"] = statistics.median(frame.cpu for frame in frames)
            figures[f"{count}_worst_ms"] = max(frame.cpu for frame in frames)
            studio.document.undo()
        return {**figures, "ratio": figures[f"{LAYERS}_ms"] / figures["1_ms"]}

    assert told(benchmark, measure)["ratio"] <= MOST_RATIO


@pytest.mark.parametrize("count", [3, LAYERS])
@pytest.mark.parametrize("zoom", ["actual", "fit"])
def test_a_reorder(benchmark: Any, studio: Studio, count: int, zoom: str) -> None:
    """To the next frame, which may be rough, and until all of the view is up to date."""

    def measure() -> dict[str, float]:
        document = show(studio, count)
        studio.canvas.zoom_actual() if zoom == "actual" else studio.canvas.zoom_fit()
        studio.settle()
        frames, settled = [], []
        for place in (0, count - 1, 1):
            top = document.state.layers[-1].id

            def move(top: int = top, place: int = place) -> None:
                document.edit("Move layer", lambda state: stack.moved(state, top, place))

            began = time.perf_counter()
            frames.append(studio.frame(move).wall)
            studio.until(studio.canvas.is_settled)
            settled.append((time.perf_counter() - began) * 1000)
        return {"frame_ms": statistics.median(frames), "settled_ms": statistics.median(settled)}

    told(benchmark, measure)


def test_another_active_layer(benchmark: Any, studio: Studio) -> None:
    def measure() -> dict[str, float]:
        document = show(studio, LAYERS)
        studio.canvas.zoom_fit()
        studio.settle()
        began = time.perf_counter()
        frame = studio.frame(lambda: document.activate(3)).wall
        studio.until(studio.canvas.is_settled)
        return {"frame_ms": frame, "settled_ms": (time.perf_counter() - began) * 1000}

    told(benchmark, measure)


@pytest.mark.parametrize("count", [1, LAYERS])
def test_a_slider_of_the_tone(benchmark: Any, studio: Studio, count: int) -> None:
    def measure() -> dict[str, float]:
        document = show(studio, count)
        studio.canvas.zoom_fit()
        studio.settle()
        tones = [Tone(contrast=0.1 * step) for step in (1, 2, 3)]
        frames = [studio.frame(lambda tone=tone: document.set_tone(tone)).wall for tone in tones]  # type: ignore[misc]
        settled = studio.settled_ms(lambda: document.set_tone(Tone()))
        return {"frame_ms": statistics.median(frames), "settled_ms": settled}

    told(benchmark, measure)


def test_merging_down(benchmark: Any) -> None:
    """Beside the window, with a bar that tells how far it is."""
    benchmark.pedantic(lambda: merge.merged_down(root(3), photo(), 2), rounds=1)
