"""Any order of pointer, pen, finger, wheel, key, menu and panel events leaves nothing stuck, nothing half drawn, and
nothing that undo cannot take back."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QColorDialog, QDialog, QFileDialog, QInputDialog, QMessageBox

from app.main_window import MainWindow
from tests.e2e.random_checks import check_nothing_is_stuck, check_screen
from tests.e2e.random_hands import Child
from tests.e2e.random_panels import ChildAtThePanels

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

EVENTS = 300
SEEDS = ((Child, 1), (Child, 2), *((ChildAtThePanels, seed) for seed in range(1, 6)))


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[random.Random], None]:
    """Questions are answered at once, one way or the other."""
    picture = tmp_path / "autumn.png"
    noise = np.random.default_rng(1).normal(0, 30, (60, 80, 3))
    assert cv2.imwrite(str(picture), np.clip(np.array([70, 110, 170]) + noise, 0, 255).astype(np.uint8))

    def answer_by(chance: random.Random) -> None:
        def exec_(_dialog: QDialog) -> int:
            return chance.randint(0, 1)

        def get_int(*_: Any) -> tuple[int, bool]:
            return 1024, True

        def get_picture(*_: Any) -> tuple[str, str]:
            return chance.choice([str(picture), ""]), ""

        monkeypatch.setattr(QDialog, "exec", exec_)
        monkeypatch.setattr(QInputDialog, "getInt", get_int)
        monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(chance.choice(["red", ""])))
        monkeypatch.setattr(QMessageBox, "about", lambda *_: None)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", get_picture)
        monkeypatch.setattr("app.reference_commands.ask_region", lambda *_: chance.choice([None, (5, 5, 30, 20)]))

    return answer_by


@pytest.mark.parametrize(("kind", "seed"), SEEDS, ids=lambda value: getattr(value, "__name__", value))
def test_whatever_hands_do(
    kind: type[Child], seed: int, hand: Hand, window: MainWindow, answered: Callable[[random.Random], None]
) -> None:
    chance = random.Random(seed)
    answered(chance)
    child = kind(hand, QTest.createTouchDevice(), chance)
    for number in range(EVENTS):
        child.act()
        assert hand.canvas.is_painting == child.document.is_painting, "; ".join(child.done[-30:])
        if number % 60 == 59:
            check_screen(hand, child.done)
    child.let_go_of_everything()
    check_screen(hand, child.done)
    check_nothing_is_stuck(child)
    check_screen(hand, child.done)
    window.showNormal()
