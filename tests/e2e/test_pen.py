"""A pen paints with its tip, erases with its other end, and pans with its middle button."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.settings import Settings

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Pen:
    """Sends what a graphics tablet sends."""

    def __init__(self, hand: Hand, end: QPointingDevice.PointerType, *, feels: bool = True) -> None:
        self.hand = hand
        abilities = QInputDevice.Capability.Position
        if feels:
            abilities |= QInputDevice.Capability.Pressure
        kind = QInputDevice.DeviceType.Stylus
        self.pressure = 0.5
        self.device = QPointingDevice("pen", 1, kind, end, abilities, 1, 3, "", QPointingDeviceUniqueId())

    def send(self, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        place = QPointF(self.hand.spot(x, y))
        held = NONE if kind is QEvent.Type.TabletRelease else button
        changed = NONE if kind is QEvent.Type.TabletMove else button
        event = QTabletEvent(
            kind, self.device, place, self.hand.canvas.mapToGlobal(place), self.pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, changed, held,
        )  # fmt: skip
        QApplication.sendEvent(self.hand.canvas, event)
        assert event.isAccepted()

    def stroke(self, points: list[tuple[float, float]]) -> None:
        self.send(QEvent.Type.TabletPress, *points[0])
        for point in points[1:]:
            self.send(QEvent.Type.TabletMove, *point)
        self.send(QEvent.Type.TabletRelease, *points[-1])


def test_the_tip_paints_and_the_other_end_erases(hand: Hand, window: MainWindow) -> None:
    Pen(hand, QPointingDevice.PointerType.Pen).stroke([(60, 100), (140, 100), (140, 200)])
    assert hand.coverage()[100, 100] == 255
    assert hand.coverage()[180, 140] == 255
    Pen(hand, QPointingDevice.PointerType.Eraser).stroke([(100, 60), (100, 140)])
    assert hand.coverage()[100, 100] == 0
    assert window.canvas.tool == "brush"
    assert window.document is not None
    assert window.document.undo_name == "Eraser stroke"


@pytest.mark.parametrize("end", [QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser])
def test_a_hovering_pen_paints_nothing(hand: Hand, end: QPointingDevice.PointerType) -> None:
    pen = Pen(hand, end)
    pen.send(QEvent.Type.TabletMove, 60, 100, NONE)
    pen.send(QEvent.Type.TabletMove, 140, 100, NONE)
    assert not hand.coverage().any()
    assert hand.window.status.position.text().startswith("1")


def thickness(hand: Hand, x: int) -> float:
    """How much of column x is covered, in photo pixels."""
    return float(hand.coverage()[:, x].sum()) / 255


def test_pressure_sets_the_size(hand: Hand) -> None:
    """Lightly at the left, firmly at the right: a stroke that grows evenly, and is one step."""
    pen = Pen(hand, QPointingDevice.PointerType.Pen)
    hand.window.brush.set_size(80)
    for x in range(100, 501, 50):
        pen.pressure = 0.2 + 0.8 * (x - 100) / 400
        kind = QEvent.Type.TabletPress if x == 100 else QEvent.Type.TabletMove
        pen.send(kind, x, 200)
    pen.pressure = 0.0  # what a tablet says while the pen leaves it
    pen.send(QEvent.Type.TabletRelease, 500, 200)
    for x in (150, 175, 300, 425):
        radius = 80 / 2 * (0.2 + 0.8 * (x - 100) / 400)
        assert thickness(hand, x) == pytest.approx(2 * radius, rel=0.03)
    growth = [thickness(hand, x) for x in range(120, 480, 5)]
    assert all(0 < b - a < 2.5 for a, b in itertools.pairwise(growth))
    assert hand.window.document is not None
    assert hand.window.document.undo()
    assert not hand.coverage().any()


def test_pressure_may_be_ignored(hand: Hand, window: MainWindow) -> None:
    assert window.brush.pressure_sizes, "it is on at first"
    window.actions_by_id["pressure_sizes"].trigger()
    assert not window.brush.pressure_sizes
    window.brush.set_size(80)
    pen = Pen(hand, QPointingDevice.PointerType.Pen)
    pen.pressure = 0.1
    pen.stroke([(100, 200), (300, 200)])
    assert thickness(hand, 200) == pytest.approx(80, abs=0.1)
    assert window.document is not None
    window.document.mark_saved()
    window.close()
    assert not Settings.load().pressure_sizes


def test_a_pen_that_feels_no_pressure_paints_at_full_size(hand: Hand, window: MainWindow) -> None:
    window.brush.set_size(80)
    pen = Pen(hand, QPointingDevice.PointerType.Pen, feels=False)
    pen.pressure = 0.0
    pen.stroke([(100, 200), (300, 200)])
    assert thickness(hand, 200) == pytest.approx(80, abs=0.1)
