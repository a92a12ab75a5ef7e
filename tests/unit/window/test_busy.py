"""Work beside the window: its result, its errors, and stopping it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressDialog, QWidget
from pytestqt.qtbot import QtBot

from app.busy import run_busy
from app.document.progress import Progress


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_quick_work_just_returns(parent: QWidget) -> None:
    assert run_busy(parent, "Adding …", lambda _progress: 2 + 2) == 4


def test_what_it_raises_is_raised(parent: QWidget) -> None:
    def fail(_progress: Progress) -> None:
        raise ValueError("no such tile")

    with pytest.raises(ValueError, match="no such tile"):
        run_busy(parent, "Failing …", fail)


def test_it_runs_beside_the_window_and_shows_how_far_it_is(parent: QWidget) -> None:
    seen: list[int] = []
    may_end = threading.Event()

    def look() -> None:
        dialog = parent.findChild(QProgressDialog)
        if dialog is not None and dialog.value() == 500:
            seen.append(dialog.value())
            may_end.set()

    timer = QTimer(parent, interval=10)
    timer.timeout.connect(look)
    timer.start()

    def work(progress: Progress) -> int:
        while not may_end.wait(0.01):
            progress(0.5)
        return threading.get_ident()

    assert run_busy(parent, "Growing …", work) != threading.get_ident()
    timer.stop()
    assert seen[0] == 500


def test_it_can_be_stopped(parent: QWidget) -> None:
    def press_cancel() -> None:
        dialog = parent.findChild(QProgressDialog)
        if dialog is not None:
            dialog.cancel()

    timer = QTimer(parent, interval=10)
    timer.timeout.connect(press_cancel)
    timer.start()

    def work(progress: Progress) -> int:
        while progress(0.1):
            threading.Event().wait(0.01)
        raise RuntimeError("stopped half-way, which nobody needs to hear of")

    assert run_busy(parent, "Growing …", work) is None
    timer.stop()
