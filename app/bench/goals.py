"""What the figures ought to be, and the table that says whether they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """A figure, what it is called, and the most that it should be. key: its place, like "undo_ms" or "pan_ms.p95"."""

    key: str
    name: str
    most: float
    unit: str


GOALS = (
    Goal("stroke_to_frame_ms.p95", "stroke → frame, 200-px brush, p95", 8, "ms"),
    Goal("large_brush_to_frame_ms.p95", "stroke → frame, 1000-px brush, p95", 16, "ms"),
    Goal("fitted_brush_to_frame_ms.p95", "the same over the fitted photo, p95", 16, "ms"),
    Goal("scribble_to_frame_ms.p95", "10 000 dabs in a row, p95", 8, "ms"),
    Goal("scribble_slowdown", "the last thousand by the first, the window's own work", 1.5, "×"),
    Goal("pan_ms.p95", "pan, p95", 16, "ms"),
    Goal("zoom_ms.p95", "zoom, p95", 16, "ms"),
    Goal("undo_ms", "undo of a stroke", 16, "ms"),
    Goal("stroke_to_answer_ms.p95", "stroke → answer, p95", 200, "ms"),
    Goal("open_ratio", "open to first paint, by OpenCV's decoding", 1.5, "×"),
    Goal("export_tiff_ratio", "export half covered, plain TIFF, by encoding", 3, "×"),
    Goal("export_png_ratio", "export half covered, PNG level 1, by encoding", 3, "×"),
    Goal("bytes_per_pixel", "an open photo, levels included, per pixel", 6, "bytes"),
)


def value_of(told: dict[str, Any], key: str) -> float:
    """The figure at a place like ``"pan_ms.p95"``."""
    value: Any = told
    for part in key.split("."):
        value = value[part]
    return float(value)


def judged(told: dict[str, Any], goals: Sequence[Goal] = GOALS) -> dict[str, dict[str, Any]]:
    """By key: the value, the goal and whether it is met."""
    values = {goal.key: (value_of(told, goal.key), goal.most) for goal in goals}
    return {key: {"value": value, "goal": most, "met": value <= most} for key, (value, most) in values.items()}


def _work(told: dict[str, Any], goal: Goal) -> str:
    """The window's own work where it was noted: on a busy machine the clock tells of others' work too."""
    figures = told[goal.key.split(".")[0]]
    if not isinstance(figures, dict) or "cpu_p95" not in figures:
        return ""
    return f"  (own work p50 {figures['cpu_p50']:.1f}, p95 {figures['cpu_p95']:.1f})"


def table(told: dict[str, Any]) -> str:
    """All goals of one size in lines, and below them the figures that have none."""
    lines = [f"{told['megapixels']:g} MP"]
    for goal in GOALS:
        value = value_of(told, goal.key)
        mark = "met" if value <= goal.most else "missed"
        lines.append(f"  {goal.name:<54} {value:8.2f} {goal.unit:<5}  goal {goal.most:4g}  {mark}{_work(told, goal)}")
    lines.append(
        f"  stroke → frame p50 {told['stroke_to_frame_ms']['p50']:.1f} ms; stroke → answer p50 "
        f"{told['stroke_to_answer_ms']['p50']:.0f} ms, {told['answers_per_stroke']} answers in a 3 s stroke, "
        f"longest block {told['longest_block_ms']:.0f} ms"
    )
    lines.append(
        f"  whole view anew {told['recomposite_view_ms']:.0f} ms; open {told['open_s']:.2f} s; export JPEG "
        f"{told['export_s']:.2f} s, TIFF {told['export_tiff_s']:.2f} s, PNG {told['export_png_s']:.2f} s; "
        f"peak {told['peak_mb']:.0f} MB"
    )
    return "\n".join(lines)
