"""The summary: which figure is held against which bound, and in which word."""

from __future__ import annotations

import math

import pytest

from model.figures import FIGURES, SECTIONS
from model.goals import GOALS, Goal, Network, summary, verdict
from model.intervals import Estimate
from model.measure import Key
from model.report import Report, Row
from model.speed import Speed

OURS, OTHER = Network("ours", "faithful", "vivid"), Network("other", "other faithful", "other vivid")


def row(section: str, figure: str, group: str = "", photos: int = 50, **values: tuple[float, float, float]) -> Row:
    """Values and, under ``ahead_``, differences from the rival, each as estimate, low, high."""
    told = {name: Estimate(*value, photos) for name, value in values.items()}
    ahead = {name.removeprefix("ahead_"): each for name, each in told.items() if name.startswith("ahead_")}
    return Row(Key(section, group, figure), told, {}, ahead)


def reached(report: Report, about: str) -> list[tuple[str, str]]:
    (found,) = [each for each in summary(report) if each[0] == about]
    return [tuple(network) for network in found[2]]


def report(*rows: Row, speeds: tuple[Speed, ...] = (), networks: tuple[Network, ...] = (OURS,)) -> Report:
    return Report({}, ("faithful", "vivid", "Levin 2004"), rows, "Levin 2004", networks, speeds)


@pytest.mark.parametrize(
    ("value", "low", "high", "word"),
    [
        (0.90, 0.87, 1.00, "met"),
        (0.90, 0.80, 1.00, "just met"),
        (1.05, 0.90, 1.20, "just met"),
        (0.80, 0.70, 0.84, "missed"),
        (0.80, 0.70, 0.90, "just missed"),
        (1.20, 1.15, 1.30, "missed"),
    ],
)
def test_words_tell_how_sure_it_is(value: float, low: float, high: float, word: str) -> None:
    assert verdict(Goal("fill", "full", "fill", 0.85, 1.1), Estimate(value, low, high, 9)) == word


def test_every_goal_is_a_figure_of_the_report() -> None:
    for goal in GOALS:
        assert goal.section in SECTIONS
        assert goal.figure in FIGURES
        assert math.isfinite(goal.least) or math.isfinite(goal.most)


def test_vivid_and_faithful_goals_look_at_their_own_columns() -> None:
    told = report(row("full", "fill", faithful=(0.6, 0.56, 0.65), vivid=(1.2, 1.15, 1.25)))
    assert reached(told, "faithful fill, whole picture") == [("0.600 [0.560, 0.650]", "met")]
    assert reached(told, "vivid fill, whole picture") == [("1.200 [1.150, 1.250]", "missed")]
    assert reached(told, "raw leak") == [("–", "not measured")]


def test_the_worst_hint_count_decides() -> None:
    rows = [
        row("hints", "gain", count, faithful=(7, 6, 8), ahead_faithful=(ahead, ahead - 0.1, ahead + 0.1))
        for count, ahead in (("0", -9.0), ("1", 1.0), ("10", -0.3), ("50", 0.4))
    ]
    (found,) = reached(report(*rows), "gain minus Levin's, dB, worst hint count")
    assert found == ("-0.30 [-0.40, -0.20] at 10 hints", "missed")
    assert reached(report(*rows), "gain at 10 hints, dB") == [("7.00 [6.00, 8.00]", "met")]


def test_few_photos_are_told() -> None:
    few = row("bleeding", "bleeding", "alone", photos=3, ahead_faithful=(-0.5, -0.6, -0.4))
    assert reached(report(few), "bleeding of a lone hint minus Levin's") == [("-0.500 [-0.600, -0.400], n = 3", "met")]


def test_every_network_has_its_column_and_speed_counts() -> None:
    speeds = tuple(
        Speed(label, "CPU", threads, "fp32", 256, 100.0, same, 1, 1)
        for label, same in (("ours", 55.0), ("other", 70.0))
        for threads in (1, 2)
    )
    told = report(speeds=speeds, networks=(OURS, OTHER))
    assert reached(told, "time for the same photo ÷ a new one, 256², fp32, one thread") == [
        ("0.55", "met"),
        ("0.70", "missed"),
    ]
    assert reached(told, "time of a new photo, 256², fp32, two threads, ms") == [("100", "missed"), ("100", "missed")]
    (line,) = [line for line in told.markdown().splitlines() if line.startswith("| time for the same photo")]
    assert line.endswith("| ≤ 0.65 | 0.55 | met | 0.70 | missed |")


def test_no_cell_breaks_its_table() -> None:
    rows = [
        row(goal.section, goal.figure, goal.groups[0], faithful=(1, 1, 1), vivid=(1, 1, 1), ahead_faithful=(0, 0, 0))
        for goal in {(goal.section, goal.figure, goal.groups[0]): goal for goal in GOALS}.values()
    ]
    table: int | None = None
    for line in report(*rows).markdown().splitlines():
        table = None if not line.startswith("|") else table or line.count("|")
        assert table in (None, line.count("|")), line
