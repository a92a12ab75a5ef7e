"""What a release should reach, and whether it did: the summary at the head of a report."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from model import protocol
from model.figures import FIGURES, MEAN, MEAN_HELD_OUT, written
from model.intervals import Estimate
from model.measure import Key

if TYPE_CHECKING:
    from model.report import Report, Row

HINTED = tuple(str(count) for count in protocol.HINT_COUNTS if count)


class Network(NamedTuple):
    """A network of a report: how it is called, and its two columns."""

    label: str
    faithful: str
    vivid: str


@dataclass(frozen=True)
class Goal:
    """A figure that should lie within ``least`` and ``most``.

    section, groups, figure: which; of several groups the worst counts. vivid: of a network's vivid column, not the
    faithful one. paired: the figure is the column's difference from the rival's (Levin's solver).
    """

    about: str
    section: str
    figure: str
    least: float = -math.inf
    most: float = math.inf
    groups: tuple[str, ...] = ("",)
    vivid: bool = False
    paired: bool = False

    @property
    def wanted(self) -> str:
        """The bounds in words."""
        if self.paired:
            return "not below Levin's" if self.least == 0 else "not above Levin's"
        if math.isfinite(self.least) and math.isfinite(self.most):
            return f"{self.least:g} to {self.most:g}"
        return f"≥ {self.least:g}" if math.isfinite(self.least) else f"≤ {self.most:g}"

    def excess(self, value: float) -> float:
        """How far beyond its bounds a value is, negative within them."""
        return max(self.least - value, value - self.most)


GOALS: Sequence[Goal] = (
    Goal("raw leak", "leak", "leak", most=0.02, groups=(MEAN,)),
    Goal("raw leak, held-out families", "leak", "leak", most=0.03, groups=(MEAN_HELD_OUT,)),
    Goal("vivid fill, whole picture", "full", "fill", 0.85, 1.1, vivid=True),
    Goal("vivid fill, partial masks", "masks", "fill", 0.85, 1.1, vivid=True),
    Goal("vivid coverage, whole picture", "full", "coverage", least=0.97, vivid=True),
    Goal("vivid coverage, partial masks", "masks", "coverage", least=0.97, vivid=True),
    Goal("faithful fill, whole picture", "full", "fill", least=0.55),
    Goal("faithful fill, partial masks", "masks", "fill", least=0.55),
    Goal("C* where the truth is neutral, vivid", "full", "neutrals", most=5, vivid=True),
    Goal("gain without hints, dB", "hints", "gain", least=1.6, groups=("0",)),
    Goal("gain at 10 hints, dB", "hints", "gain", least=5.6, groups=("10",)),
    Goal("gain at 50 hints, dB", "hints", "gain", least=8.5, groups=("50",)),
    Goal("gain minus Levin's, dB, worst hint count", "hints", "gain", least=0, groups=HINTED, paired=True),
    Goal("ΔE at the hints, worst hint count", "hints", "at_hints", most=1, groups=HINTED),
    Goal(
        "ΔE 2–8 px from a hint, same segment, minus Levin's, worst hint count",
        "hints",
        "same_segment",
        most=0,
        groups=HINTED,
        paired=True,
    ),
    Goal("ΔE of painted colour as the mask grows, median", "steadiness", "median", most=1),
    Goal("ΔE of painted colour as the mask grows, 95th percentile", "steadiness", "p95", most=2.3),
    Goal("ΔE to network size 192, median, no hints", "sizes", "at_192", most=4, groups=("0",)),
    Goal("ΔE to network size 384, median, no hints", "sizes", "at_384", most=4, groups=("0",)),
    Goal("ΔE to network size 192, median, 5 or 10 hints", "sizes", "at_192", most=2.3, groups=("5", "10")),
    Goal("ΔE to network size 384, median, 5 or 10 hints", "sizes", "at_384", most=2.3, groups=("5", "10")),
    Goal("bleeding of a lone hint minus Levin's", "bleeding", "bleeding", most=0, groups=("alone",), paired=True),
    Goal(
        "bleeding among true hints minus Levin's",
        "bleeding",
        "bleeding",
        most=0,
        groups=(f"among {protocol.AMONG} true hints",),
        paired=True,
    ),
    Goal(
        "largest change of L* by an 8-bit export",
        "lightness",
        "largest_change",
        most=0.35,
        groups=("8 bits",),
        vivid=True,
    ),
    Goal(
        "largest change of L* by a 16-bit export",
        "lightness",
        "largest_change",
        most=0.005,
        groups=("16 bits",),
        vivid=True,
    ),
)
FEW_PHOTOS = 20
"""Below this an interval says little: the summary tells the number n."""
SAME_PHOTO = 0.65
FORWARD_MS = 60
WORDS: Mapping[tuple[bool, bool], str] = {
    (True, True): "met",
    (True, False): "just met",
    (False, False): "just missed",
    (False, True): "missed",
}


class Reached(NamedTuple):
    """What was reached of a goal: value and interval as printed, and the verdict in a word or two."""

    figure: str
    verdict: str


NOT_MEASURED = Reached("–", "not measured")


def summary(report: Report) -> Iterator[tuple[str, str, list[Reached]]]:
    """Each goal with its bounds and what each network of the report reached."""
    rows = {row.key: row for row in report.rows}
    for goal in GOALS:
        keys = [Key(goal.section, group, goal.figure) for group in goal.groups]
        found = [rows[key] for key in keys if key in rows]
        yield goal.about, goal.wanted, [_reached(goal, found, network) for network in report.networks]
    yield (
        "time for the same photo ÷ a new one, 256², fp32, one thread",
        f"≤ {SAME_PHOTO}",
        [_timed(report, network, 1, SAME_PHOTO) for network in report.networks],
    )
    yield (
        "time of a new photo, 256², fp32, two threads, ms",
        f"≤ {FORWARD_MS}",
        [_timed(report, network, 2, FORWARD_MS) for network in report.networks],
    )


def _reached(goal: Goal, rows: Sequence[Row], network: Network) -> Reached:
    column = network.vivid if goal.vivid else network.faithful
    estimates = [(row.ahead if goal.paired else row.values).get(column) for row in rows]
    known = [
        (goal.excess(each.value), row.key.group, each)
        for row, each in zip(rows, estimates, strict=True)
        if each is not None and not math.isnan(each.value)
    ]
    if not known:
        return NOT_MEASURED
    _, group, worst = max(known, key=lambda each: each[0])
    text = written(worst, FIGURES[goal.figure].digits, signed=goal.paired)
    text += f" at {group} hints" if len(goal.groups) > 1 else ""
    text += f", n = {worst.photos}" if worst.photos < FEW_PHOTOS else ""
    return Reached(text, verdict(goal, worst))


def verdict(goal: Goal, estimate: Estimate) -> str:
    """*met* or *missed*; with *just* where the interval reaches across the bound, so that other photos may say else."""
    met = goal.excess(estimate.value) <= 0
    ends = [goal.excess(end) <= 0 for end in (estimate.low, estimate.high)]
    return WORDS[met, ends == [met, met]]


def _timed(report: Report, network: Network, threads: int, most: float) -> Reached:
    for speed in report.speeds:
        if (speed.column, speed.threads, speed.precision, speed.side) == (network.label, threads, "fp32", 256):
            value = speed.ratio if most < 1 else speed.new_photo_ms
            return Reached(f"{value:.2f}" if most < 1 else f"{value:.0f}", "met" if value <= most else "missed")
    return NOT_MEASURED
