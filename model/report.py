"""The evaluation's result: figures with intervals, as Markdown for the model card and JSON for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from model.figures import BY_FIGURE, FIGURES, MEAN, MEAN_HELD_OUT, SECTIONS, written
from model.goals import FEW_PHOTOS, Network, summary
from model.intervals import Estimate
from model.masks import HELD_OUT
from model.measure import Key
from model.speed import Speed


@dataclass(frozen=True)
class Row:
    """One figure: an estimate per column, and paired differences.

    differences: the other columns minus the first column. ahead: the columns minus the rival.
    """

    key: Key
    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]
    ahead: Mapping[str, Estimate]


@dataclass(frozen=True)
class Report:
    """What was measured, on what material (``header``), by whom (``columns``, the first being the reference).

    networks: which columns are a network's; goals are judged for these. left_out: what was not measured, and why.
    """

    header: Mapping[str, object]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    rival: str = ""
    networks: tuple[Network, ...] = ()
    speeds: tuple[Speed, ...] = ()
    left_out: tuple[str, ...] = ()

    def value(self, section: str, figure: str, column: str, group: str = "") -> Estimate:
        """One figure of one column; KeyError if it was not measured."""
        for row in self.rows:
            if row.key == (section, group, figure):
                return row.values[column]
        raise KeyError((section, group, figure))

    def json(self) -> str:
        """Everything, null for what could not be measured; the same evaluation gives the same text but for speed."""
        figures = [
            {
                **row.key._asdict(),
                "values": {column: _plain(estimate) for column, estimate in row.values.items()},
                "differences": {column: _plain(estimate) for column, estimate in row.differences.items()},
                "minus rival": {column: _plain(estimate) for column, estimate in row.ahead.items()},
            }
            for row in self.rows
        ]
        goals = [
            {
                "goal": about,
                "wanted": wanted,
                "networks": {
                    network.label: each._asdict() for network, each in zip(self.networks, reached, strict=True)
                },
            }
            for about, wanted, reached in summary(self)
        ]
        document = {
            **self.header,
            "left out": self.left_out,
            "columns": self.columns,
            "rival": self.rival,
            "goals": goals if self.networks else [],
            "figures": figures,
            "speed": [asdict(speed) for speed in self.speeds],
        }
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)

    def markdown(self) -> str:
        """The tables of the model card."""
        lines = ["## Evaluation", "", *(self._goals() if self.networks else ())]
        lines += ["### What was measured", "", *_table(["", ""], [[n, _told(v)] for n, v in self.header.items()])]
        if self.left_out:
            lines += [f"Not measured: {'; '.join(self.left_out)}.", ""]
        lines += ["Values are `estimate [95 % interval]`, bootstrapped over photos; differences are paired.", ""]
        for section, (title, remark) in SECTIONS.items():
            rows = [row for row in self.rows if row.key.section == section]
            if rows:
                lines += [f"### {title}", "", remark, ""]
                lines += self._leak(rows) if section == "leak" else self._section(rows)
        if self.speeds:
            lines += list(self._speed())
        return "\n".join(lines).rstrip() + "\n"

    def _goals(self) -> Iterator[str]:
        yield from ["### Goals", ""]
        heads = [part for network in self.networks for part in (network.label, "")]
        yield from _table(
            ["", "goal", *heads],
            [[about, wanted, *(part for each in reached for part in each)] for about, wanted, reached in summary(self)],
        )
        yield from [
            "*Just* met or missed: the interval reaches across the goal, so other photos may say otherwise. "
            f"n: how many photos were measured, where fewer than {FEW_PHOTOS}.",
            "",
        ]

    def _section(self, rows: Sequence[Row]) -> Iterator[str]:
        """Tables of rows that have a figure, or a group, in common; under each the paired differences."""
        by_figure = rows[0].key.section in BY_FIGURE
        for common in dict.fromkeys(row.key.figure if by_figure else row.key.group for row in rows):
            together = [row for row in rows if common == (row.key.figure if by_figure else row.key.group)]
            head = _label(common) if by_figure else common
            labels = [row.key.group if by_figure else _label(row.key.figure) for row in together]
            yield from self._rows(head, labels, together)

    def _rows(self, head: str, labels: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
        columns = [column for column in self.columns if any(column in row.values for row in rows)]
        others = [column for column in columns if any(column in row.differences for row in rows)]
        yield from _table(
            [head, *columns],
            [
                [label, *(_cell(row, row.values, column) for column in columns)]
                for label, row in zip(labels, rows, strict=True)
            ],
        )
        if others:
            yield from _table(
                [f"minus {self.columns[0]}", *others],
                [
                    [label, *(_cell(row, row.differences, column) for column in others)]
                    for label, row in zip(labels, rows, strict=True)
                ],
            )

    def _leak(self, rows: Sequence[Row]) -> Iterator[str]:
        """The means as any section, then the leak of each family; its bands by family are in the JSON."""
        yield from self._section([row for row in rows if row.key.group in (MEAN, MEAN_HELD_OUT)])
        families = [row for row in rows if row.key.figure == "leak" and row.key.group not in (MEAN, MEAN_HELD_OUT)]
        columns = [column for column in self.columns if any(column in row.values for row in families)]
        yield from _table(
            [f"{FIGURES['leak'].label}, by family", "photos", *columns],
            [
                [
                    row.key.group + (" (held out)" if row.key.group in HELD_OUT else ""),
                    str(max(estimate.photos for estimate in row.values.values())),
                    *(_cell(row, row.values, column) for column in columns),
                ]
                for row in families
            ],
        )

    def _speed(self) -> Iterator[str]:
        yield from ["### Speed", "", "Median time of one answer; *same photo* may reuse what depends on L* only.", ""]
        yield from _table(
            ["network", "device", "threads", "precision", "side", "new photo, ms", "same photo, ms", "same ÷ new"],
            [
                [
                    *(speed.column, speed.device, str(speed.threads or "–"), speed.precision, f"{speed.side}²"),
                    *(f"{speed.new_photo_ms:.0f}", f"{speed.same_photo_ms:.0f}", f"{speed.ratio:.2f}"),
                ]
                for speed in self.speeds
            ],
        )
        sizes = {s.column: f"{s.column}: {s.parameters:,} parameters, {s.bytes:,} bytes on disk" for s in self.speeds}
        yield from [*(f"- {size}" for size in sizes.values()), ""]


def _label(name: str) -> str:
    return f"{FIGURES[name].label} ({FIGURES[name].better})"


def _cell(row: Row, estimates: Mapping[str, Estimate], column: str) -> str:
    signed = estimates is not row.values
    return written(estimates.get(column), FIGURES[row.key.figure].digits, signed=signed)


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
