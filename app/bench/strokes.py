"""What strokes cost: from the pointer's event to the frame, and to the network's answer."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from app.bench.studio import Answers, Frame, Studio

BRUSH, LARGE_BRUSH = 200, 1000
"""Diameters on the screen."""

EVENTS_A_SECOND = 60
SECONDS = 3
DABS = 10_000
SCRIBBLE_STEP = 200.0
SCRIBBLE_FLOW = 0.5
"""Below 1, so that the brush lays single dabs."""


def painting(studio: Studio) -> dict[str, Any]:
    """Strokes with a middling and a large brush at 100 %, and with a large one over the whole photo."""
    studio.canvas.zoom_actual()
    studio.settle()
    studio.take_brush(BRUSH)
    answers = Answers(studio)
    frames, longest = stroke(studio, SECONDS)
    during = len(answers.milliseconds)
    studio.settle()
    answers.stop()
    studio.take_brush(LARGE_BRUSH)
    large, _ = stroke(studio, SECONDS / 2)
    studio.settle()
    studio.canvas.zoom_fit()
    studio.settle()
    told = {
        "stroke_to_frame_ms": percentiles(frames),
        "stroke_to_answer_ms": quantiles(answers.milliseconds),
        "answers_per_stroke": during,
        "longest_block_ms": longest,
        "large_brush_to_frame_ms": percentiles(large),
        "fitted_brush_pixels": studio.take_brush(LARGE_BRUSH),
        "fitted_brush_to_frame_ms": percentiles(stroke(studio, SECONDS / 2)[0]),
    }
    studio.settle()
    return told


def stroke(studio: Studio, seconds: float) -> tuple[list[Frame], float]:
    """A figure of eight in the middle of the view, at 60 events a second.

    Returns each event's frame, and the longest time in milliseconds that the window was busy in between.
    """
    (width, height), count = studio.size, max(2, round(seconds * EVENTS_A_SECOND))
    reach = min(width, height) * 0.35
    path = [
        (width / 2 + reach * math.cos(turn), height / 2 + 0.7 * reach * math.sin(2 * turn))
        for turn in np.linspace(0, 2 * math.pi, count)
    ]
    frames, longest = [], 0.0
    studio.press(*path[0])
    for place in path[1:]:
        due = time.perf_counter() + 1 / EVENTS_A_SECOND
        frames.append(studio.frame(lambda place=place: studio.move(*place)))  # type: ignore[misc]
        longest = max(longest, frames[-1].wall, studio.rest(due))
    studio.release(*path[-1])
    return frames, longest


def scribbling(studio: Studio) -> dict[str, Any]:
    """One stroke of ten thousand dabs: whether the last thousand come as fast as the first."""
    studio.canvas.zoom_actual()
    studio.settle()
    studio.take_brush(BRUSH, SCRIBBLE_FLOW)
    brush = studio.window.brush
    spacing = brush.spacing * brush.size * studio.canvas.viewport.scale
    events = math.ceil(DABS * spacing / SCRIBBLE_STEP)
    path = zigzag(*studio.size)
    studio.press(*next(path))
    frames = []
    for place in islice(path, events):
        frames.append(studio.frame(lambda place=place: studio.move(*place)))  # type: ignore[misc]
        studio.rest(0.0)
    studio.release(*next(path))
    tenth = len(frames) // 10
    studio.settle()
    studio.take_brush(BRUSH)
    first, last = percentiles(frames[:tenth]), percentiles(frames[-tenth:])
    return {
        "scribble_dabs": round(events * SCRIBBLE_STEP / spacing),
        "scribble_to_frame_ms": percentiles(frames),
        "scribble_first_tenth_ms": first,
        "scribble_last_tenth_ms": last,
        "scribble_slowdown": last["cpu_p50"] / first["cpu_p50"],
    }


def zigzag(width: float, height: float) -> Iterator[tuple[float, float]]:
    """Steps of :data:`SCRIBBLE_STEP` pixels through the view, thrown back by its edges, for ever."""
    x, y, dx, dy = width / 3, height / 3, SCRIBBLE_STEP * 0.8, SCRIBBLE_STEP * 0.6
    while True:
        yield x, y
        dx = -dx if not 0 <= x + dx < width else dx
        dy = -dy if not 0 <= y + dy < height else dy
        x, y = min(max(x + dx, 0.0), width - 1), min(max(y + dy, 0.0), height - 1)


def percentiles(frames: Sequence[Frame]) -> dict[str, float]:
    """p50 and p95 of the milliseconds by the clock, cpu_p50 and cpu_p95 of the window's own work."""
    wall, cpu = quantiles([frame.wall for frame in frames]), quantiles([frame.cpu for frame in frames])
    return {**wall, **{f"cpu_{name}": value for name, value in cpu.items()}}


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """p50 and p95; at least one value."""
    p50, p95 = np.percentile(values, [50, 95])
    return {"p50": float(p50), "p95": float(p95)}
