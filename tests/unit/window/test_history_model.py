"""The rows of the history panel are always the steps of the history, and views hear only of what changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.panels.history_model import CURRENT_ROLE, EARLIEST, OPENED, UNDONE_ROLE, HistoryModel
from app.panels.history_panel import size_words

STEPS = st.lists(st.sampled_from(["Brush stroke", "Fill mask", "undo", "redo", "drop", "jump"]), max_size=40)


def rows(model: HistoryModel) -> list[tuple[str, bool, bool]]:
    """(name, present, undone) of every row."""
    places = [model.index(row) for row in range(model.rowCount())]
    return [(place.data(), place.data(CURRENT_ROLE), place.data(UNDONE_ROLE)) for place in places]


@given(STEPS)
def test_whatever_happens_the_rows_are_the_steps(steps: list[str]) -> None:
    model = HistoryModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    done: list[str] = []
    undone: list[str] = []
    forgotten = 0
    model.show(done, undone, forgotten)
    for step in steps:
        if step == "undo" and done:
            undone.insert(0, done.pop())
        elif step == "redo" and undone:
            done.append(undone.pop(0))
        elif step == "drop" and len(done) > 1:
            del done[0]
            forgotten += 1
        elif step == "jump":
            undone, done = done + undone, []
        elif step in ("Brush stroke", "Fill mask"):
            done, undone = [*done, step], []
        model.show(done, undone, forgotten)
        first = OPENED if forgotten == 0 else EARLIEST
        names = [first, *done, *undone]
        assert rows(model) == [(name, n == len(done), n > len(done)) for n, name in enumerate(names)]
    del tester


def test_one_step_after_thousands_adds_one_row(qtbot: QtBot) -> None:
    model = HistoryModel()
    names = [f"Step {number}" for number in range(5000)]
    model.show(names, [], 0)
    heard: list[tuple[str, int, int]] = []
    model.rowsInserted.connect(lambda _parent, first, last: heard.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: heard.append(("out", first, last)))
    model.modelReset.connect(lambda: heard.append(("reset", 0, 0)))
    model.show([*names, "Brush stroke"], [], 0)
    assert heard == [("in", 5001, 5001)]
    heard.clear()
    model.show([*names[2:], "Brush stroke"], [], 2)
    assert heard == [("out", 1, 2)]
    heard.clear()
    with qtbot.waitSignal(model.dataChanged):
        model.show(names[2:], ["Brush stroke"], 2)
    assert heard == []
    assert model.rowCount(QModelIndex()) == 5000


def test_without_a_document_there_are_no_rows() -> None:
    model = HistoryModel()
    model.show(["Fill mask"], [], 0)
    model.clear()
    assert model.rowCount() == 0
    assert model.index(0).data() is None


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 MB"),
        (1, "less than 1 MB"),
        (12 << 20, "12 MB"),
        (999 << 20, "999 MB"),
        (1 << 30, "1 GB"),
        (3 << 29, "1.5 GB"),
    ],
)
def test_bytes_are_told_in_words(count: int, words: str) -> None:
    assert size_words(count) == words
