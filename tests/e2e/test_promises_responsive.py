"""The window never waits for the network: a watchdog over the real window while the real worker answers.

No absolute times: a busy machine is slow, not wrong. Work of the GUI thread is counted in its own processor time and
compared with a fixed piece of work; waiting shows as event-loop turns that do not happen while an answer is computed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.photo import Photo
from app.jobs.colour import ColourService, WorkerStatus
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

    LiveWindow = Callable[..., tuple[MainWindow, ColourService, Hand]]

WAIT = 60_000


def print_size_photo() -> Photo:
    """24 megapixels of soft, colourful structure."""
    small = np.random.default_rng(0).integers(20, 235, (40, 60, 3), np.uint8)
    return Photo.from_rgb(np.asarray(cv2.resize(small, (6000, 4000), interpolation=cv2.INTER_LINEAR)))


def fifty_milliseconds() -> float:
    """Processor seconds, on this machine as it is now, of work that takes 50 ms where the promise was measured."""
    plane = np.random.default_rng(0).random((768, 1024)).astype(np.float32)
    times = []
    for _ in range(5):
        started = time.thread_time()
        for _ in range(52):
            cv2.boxFilter(plane, -1, (9, 9))
        times.append(time.thread_time() - started)
    return float(np.median(times))


class Watchdog:
    """Turns the event loop and notes each turn: its processor time, and whether the worker was thinking."""

    def __init__(self, service: ColourService) -> None:
        self.turns: list[float] = []
        self.turns_per_answer: list[int] = []
        self.ticks = 0
        self._turns_of_this_answer = 0
        self._state = service.status.state
        service.state_changed.connect(self._noted)
        self.timer = QTimer(interval=0)
        self.timer.timeout.connect(self._tick)
        self.timer.start()

    def _tick(self) -> None:
        self.ticks += 1

    def _noted(self, status: WorkerStatus) -> None:
        if status.state == "thinking":
            self._turns_of_this_answer = 0
        elif self._state == "thinking":
            self.turns_per_answer.append(self._turns_of_this_answer)
        self._state = status.state

    def turn(self) -> None:
        began = time.thread_time()
        QApplication.processEvents()
        self.turns.append(time.thread_time() - began)
        self._turns_of_this_answer += 1


@pytest.mark.slow
def test_the_window_never_blocks_while_the_worker_answers(open_live_window: LiveWindow, qtbot: QtBot) -> None:
    window, service, hand = open_live_window(print_size_photo())
    qtbot.waitUntil(lambda: service.is_idle and window.canvas.is_settled(), timeout=WAIT)
    window.brush.set_size(700)
    window.brush.set_color((200, 30, 40))
    unit = fifty_milliseconds()
    dog = Watchdog(service)
    answers: list[object] = []
    service.settled.connect(answers.append)
    moved = 0
    while len(answers) < 12 and moved < 5000:
        angle = moved / 40
        place = (3000 + 2000 * math.cos(angle), 2000 + 1200 * math.sin(2 * angle))
        if moved == 0:
            hand.press(*place)
        else:
            hand.move(*place)
        moved += 1
        dog.turn()
    hand.release(*place)
    deadline = 5000
    while not (service.is_idle and window.canvas.is_settled()) and deadline:
        dog.turn()
        deadline -= 1
        time.sleep(0)
    dog.timer.stop()
    service.settled.disconnect(answers.append)
    longest = np.sort(dog.turns)[::-1]
    told = dog.turns_per_answer
    print(
        f"{len(answers)} answers, {len(dog.turns)} turns, longest {longest[0] / unit * 50:.0f} of a machine's "
        f"“milliseconds”, p99 {np.quantile(dog.turns, 0.99) / unit * 50:.0f}, turns while an answer is made: "
        f"median {np.median(told):.0f}, fewest {min(told)}"
    )
    assert len(answers) >= 12, "the worker did not keep answering while the pen moved"
    assert longest[0] <= unit
    assert np.median(told) >= 2, "the window stood still while answers were made"


def test_the_window_works_while_the_network_is_loading(open_live_window: LiveWindow, qtbot: QtBot) -> None:
    window, service, hand = open_live_window(Photo.from_rgb(np.full((300, 400, 3), (90, 120, 60), np.uint8)))
    first: list[str] = []
    service.state_changed.connect(lambda status: first.append(status.state))
    assert window.document is not None
    hand.stroke([(100, 100), (200, 150)])  # before a single event of the worker was delivered
    assert not window.document.state.layer.mask.is_empty
    assert window.document.undo_name == "Brush stroke"
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert window.document.state.layer.chroma is not None
