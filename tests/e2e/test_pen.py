"""A pen paints with its tip, erases with its other end, and pans with its middle button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication

from app.canvas.toolbox import ToolName
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Pen:
    """Sends what a graphics tablet sends."""

    def __init__(self, hand: Hand, end: QPointingDevice.PointerType) -> None:
        self.hand = hand
        abilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
        kind = QInputDevice.DeviceType.Stylus
        self.device = QPointingDevice("pen", 1, kind, end, abilities, 1, 3, "", QPointingDeviceUniqueId())

    def send(self, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        place = QPointF(self.hand.spot(x, y))
        held = NONE if kind is QEvent.Type.TabletRelease else button
        changed = NONE if kind is QEvent.Type.TabletMove else button
        event = QTabletEvent(
            kind, self.device, place, self.hand.canvas.mapToGlobal(place), 0.5, 0, 0, 0, 0, 0,
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
    assert window.canvas.tool is ToolName.BRUSH
    assert window.document is not None
    assert window.document.undo_name == "Eraser stroke"


@pytest.mark.parametrize("end", [QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser])
def test_a_hovering_pen_paints_nothing(hand: Hand, end: QPointingDevice.PointerType) -> None:
    pen = Pen(hand, end)
    pen.send(QEvent.Type.TabletMove, 60, 100, NONE)
    pen.send(QEvent.Type.TabletMove, 140, 100, NONE)
    assert not hand.coverage().any()
    assert hand.window.status.position.text().startswith("1")
