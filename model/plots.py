"""Curves of a run as a PNG, drawn with OpenCV alone: a rented machine has no plotting library."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, MARGIN = 420, 240, 44
PANELS: Sequence[tuple[str, ...]] = (
    ("loss", "huber"),
    ("bins",),
    ("hints_0", "hints_10"),
    ("fill", "vivid_fill"),
    ("leak",),
)
COLOURS = ((214, 112, 32), (40, 96, 220))  # BGR: blue, then orange-red
INK, PAPER, GRID = (40, 40, 40), (255, 255, 255), (225, 225, 225)
Curve = tuple[Sequence[float], Sequence[float]]  # minutes, values


def read_curves(log: Path) -> dict[str, Curve]:
    """Every figure of a run's ``log.jsonl`` over the minutes of training; half-written lines are skipped."""
    curves: dict[str, tuple[list[float], list[float]]] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        for name, value in entry["figures"].items():
            minutes, values = curves.setdefault(name, ([], []))
            minutes.append(entry["seconds"] / 60)
            values.append(value)
    return dict(curves)


def plot_run(log: Path, picture: Path) -> None:
    """Draw the curves of ``log.jsonl`` into ``picture``: losses, gain over grey, fill and leak."""
    curves = read_curves(log)
    together = [{name: curves[name] for name in names if name in curves} for names in PANELS]
    panels = [_panel(some) for some in together if some]
    if panels:
        cv2.imwrite(str(picture), np.concatenate(panels, axis=0))


def _panel(curves: Mapping[str, Curve]) -> NDArray[np.uint8]:
    paper = np.full((HEIGHT, WIDTH, 3), PAPER, np.uint8)
    every = np.concatenate([np.asarray(values) for _, values in curves.values()])
    last = max(minutes[-1] for minutes, _ in curves.values())
    low, high = float(np.percentile(every, 1)), float(np.percentile(every, 99))
    low, high = (low - 0.5, high + 0.5) if high - low < 1e-9 else (low, high)

    def place(minute: float, value: float) -> tuple[int, int]:
        x = MARGIN + (WIDTH - MARGIN - 12) * minute / max(last, 1e-9)
        y = HEIGHT - 28 - (HEIGHT - 56) * (min(max(value, low), high) - low) / (high - low)
        return round(x), round(y)

    def write(text: str, at: tuple[int, int], colour: tuple[int, int, int] = INK) -> None:
        cv2.putText(paper, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.38, colour, 1, cv2.LINE_AA)

    for value in np.linspace(low, high, 4):
        _, y = place(0, float(value))
        cv2.line(paper, (MARGIN, y), (WIDTH - 12, y), GRID, 1)
        write(f"{value:.3g}", (4, y + 4))
    write("0", (MARGIN, HEIGHT - 10))
    write(f"{last:.0f} min", (WIDTH - 58, HEIGHT - 10))
    for i, (name, (minutes, values)) in enumerate(curves.items()):
        points = [place(minute, value) for minute, value in zip(minutes, values, strict=True)]
        cv2.polylines(paper, [np.array(points, np.int32)], False, COLOURS[i], 1, cv2.LINE_AA)
        write(name, (MARGIN + 4 + 110 * i, 16), COLOURS[i])
    return paper
