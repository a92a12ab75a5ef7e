"""The evaluation's result: figures with intervals, as Markdown for the model card and JSON for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from model.intervals import Estimate
from model.measure import Key
from model.speed import Speed


class Figure(NamedTuple):
    """How a figure is named and printed."""

    label: str
    digits: int
    better: str  # "higher", "lower", "1" or "0": what to wish for


FIGURES: Mapping[str, Figure] = {
    "leak": Figure("leak, C* outside ÷ inside", 4, "lower"),
    "near": Figure("leak 0–2 px outside", 4, "lower"),
    "middle": Figure("leak 2–8 px outside", 4, "lower"),
    "far": Figure("leak > 8 px outside", 4, "lower"),
    "p99": Figure("99th percentile of C* outside", 2, "lower"),
    "fill": Figure("fill, C* ÷ truth", 3, "1"),
    "coverage": Figure("coverage of truly coloured pixels", 3, "higher"),
    "delta_e": Figure("ΔE2000", 2, "lower"),
    "ab_rmse": Figure("ab RMSE", 2, "lower"),
    "psnr": Figure("PSNR, dB", 2, "higher"),
    "hue": Figure("hue error where C* > 10, degrees", 1, "lower"),
    "neutrals": Figure("C* where the truth is neutral", 2, "lower"),
    "iou": Figure("IoU of visible colour with mask ∩ truly coloured", 3, "higher"),
    "boundary_f": Figure("boundary F within 2 px", 3, "higher"),
    "gain": Figure("gain over grey, dB", 2, "higher"),
    "at_hints": Figure("ΔE2000 at the hints to the colour asked for", 2, "lower"),
    "near_hints": Figure("ΔE2000 to the truth 2–8 px from a hint", 2, "lower"),
    "median": Figure("ΔE2000 of what was already painted, median", 2, "lower"),
    "p95": Figure("ΔE2000 of what was already painted, 95th percentile", 2, "lower"),
    "colourfulness": Figure("colourfulness (Hasler & Süsstrunk)", 1, "as the truth's"),
    "gap": Figure("colourfulness minus the truth's", 1, "0"),
}

SECTIONS: Mapping[str, tuple[str, str]] = {
    "leak": ("Leak", "Raw answers, before any multiplication by the mask; families without full and empty."),
    "full": ("Whole picture", "Full mask, no hints."),
    "masks": ("Inside partial masks", "No hints; over the pixels of each mask."),
    "obedience": (
        "Mask obedience",
        "Visible colour (C* > 2.3) against mask ∩ truly coloured (C* > 5); pale truth keeps even itself below 1.",
    ),
    "hints": ("Hints", "Full mask, 6×6 patches of the true colour; rows are hint counts."),
    "steadiness": ("Steadiness", "A mask grown in ten strokes, each answer against the one before; no hints."),
    "set": ("Colourfulness", "Full mask, no hints."),
}
MEAN, MEAN_HELD_OUT = "mean of families", "mean of held-out families"


@dataclass(frozen=True)
class Row:
    """One figure: an estimate per column, and each other column's paired difference from the reference
    column.
    """

    key: Key
    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]


@dataclass(frozen=True)
class Report:
    """What was measured, on what material (``header``), by whom (``columns``, the first being the reference)."""

    header: Mapping[str, object]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    speeds: tuple[Speed, ...] = ()

    def value(self, section: str, figure: str, column: str, group: str = "") -> Estimate:
        """One figure of one column; KeyError if it was not measured."""
        for row in self.rows:
            if row.key == (section, group, figure):
                return row.values[column]
        raise KeyError((section, group, figure))

    def json(self) -> str:
        """Everything, with null for what could not be measured; the same evaluation gives the same text but
        for speed.
        """
        figures = [
            {
                **row.key._asdict(),
                "values": {column: _plain(estimate) for column, estimate in row.values.items()},
                "differences": {column: _plain(estimate) for column, estimate in row.differences.items()},
            }
            for row in self.rows
        ]
        document = {
            **self.header,
            "columns": self.columns,
            "figures": figures,
            "speed": [asdict(speed) for speed in self.speeds],
        }
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)

    def markdown(self) -> str:
        """The tables of the model card."""
        lines = ["## Evaluation", "", "| | |", "|---|---|"]
        lines += [f"| {name} | {_told(value)} |" for name, value in self.header.items()]
        lines += ["", "Values are `estimate [95 % interval]`, bootstrapped over photos; differences are paired.", ""]
        for section, (title, remark) in SECTIONS.items():
            rows = [row for row in self.rows if row.key.section == section]
            if rows:
                lines += [f"### {title}", "", remark, ""]
                lines += self._leak(rows) if section == "leak" else self._section(rows)
        if self.speeds:
            lines += list(self._speed())
        return "\n".join(lines).rstrip() + "\n"

    def _section(self, rows: Sequence[Row]) -> Iterator[str]:
        columns = [column for column in self.columns if any(column in row.values for row in rows)]
        labels = [_label(row.key) for row in rows]
        yield from _table(
            ["", *columns],
            [
                [label, *(_cell(row, row.values, column) for column in columns)]
                for label, row in zip(labels, rows, strict=True)
            ],
        )
        others = [column for column in columns if any(column in row.differences for row in rows)]
        if others:
            yield from _table(
                [f"minus {self.columns[0]}", *others],
                [
                    [label, *(_cell(row, row.differences, column) for column in others)]
                    for label, row in zip(labels, rows, strict=True)
                ],
            )

    def _leak(self, rows: Sequence[Row]) -> Iterator[str]:
        """The means as any section, then a table of families for each column."""
        yield from self._section([row for row in rows if row.key.group in (MEAN, MEAN_HELD_OUT)])
        families = [row for row in rows if row.key.group not in (MEAN, MEAN_HELD_OUT)]
        figures = list(dict.fromkeys(row.key.figure for row in families))
        for column in self.columns:
            cells: dict[str, dict[str, str]] = {}
            for row in families:
                if column in row.values:
                    group = cells.setdefault(row.key.group, {})
                    group[row.key.figure] = _cell(row, row.values, column)
                    group["photos"] = str(row.values[column].photos)
            if cells:
                yield from _table(
                    [f"{column}, by family", "photos", *(FIGURES[figure].label for figure in figures)],
                    [
                        [family, *(group.get(name, "–") for name in ("photos", *figures))]
                        for family, group in cells.items()
                    ],
                )

    def _speed(self) -> Iterator[str]:
        yield from ["### Speed", "", "Median time of one answer; *same photo* may reuse what depends on L* only.", ""]
        yield from _table(
            ["network", "device", "threads", "side", "new photo, ms", "same photo, ms"],
            [
                [s.column, s.device, str(s.threads), f"{s.side}²", f"{s.new_photo_ms:.0f}", f"{s.same_photo_ms:.0f}"]
                for s in self.speeds
            ],
        )
        sizes = {s.column: f"{s.column}: {s.parameters:,} parameters, {s.bytes:,} bytes on disk" for s in self.speeds}
        yield from [*(f"- {size}" for size in sizes.values()), ""]


def _label(key: Key) -> str:
    figure = FIGURES[key.figure]
    group = f"{key.group}: " if key.group else ""
    return f"{group}{figure.label} ({figure.better})"


def _cell(row: Row, estimates: Mapping[str, Estimate], column: str) -> str:
    estimate = estimates.get(column)
    if estimate is None or math.isnan(estimate.value):
        return "–"
    digits = FIGURES[row.key.figure].digits
    return f"{estimate.value:.{digits}f} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_told(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _plain(estimate: Estimate) -> dict[str, float | int | None]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in asdict(estimate).items()
    }
