"""A hand that holds keys while it presses, drags and clicks, and sees what is selected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.document.document import Document
from app.document.photo import Photo
from app.main_window import MainWindow
from tests.e2e.conftest import LEFT, NO_KEYS, Hand

Keys = Qt.KeyboardModifier
SHIFT, ALT, CTRL = Keys.ShiftModifier, Keys.AltModifier, Keys.ControlModifier
Place = tuple[float, float]


class SkilledHand(Hand):
    """Presses, drags and clicks with keys held; photo pixels are screen pixels."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.settle()
        self.canvas.zoom_actual()
        self.settle()

    @property
    def document(self) -> Document:
        assert self.window.document is not None
        return self.window.document

    def take(self, tool: str) -> None:
        self.canvas.set_tool(tool)

    def send(self, kind: QEvent.Type, place: Place, keys: Keys = NO_KEYS) -> None:
        position = QPointF(self.spot(*place))
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
        event = QMouseEvent(kind, position, self.canvas.mapToGlobal(position), button, held, keys)
        QApplication.sendEvent(self.canvas, event)

    def down(self, place: Place, keys: Keys = NO_KEYS) -> None:
        self.send(QEvent.Type.MouseButtonPress, place, keys)

    def go(self, place: Place, keys: Keys = NO_KEYS) -> None:
        self.send(QEvent.Type.MouseMove, place, keys)
        QApplication.processEvents()  # movements are gathered until the window has had time to paint

    def up(self, place: Place, keys: Keys = NO_KEYS) -> None:
        self.send(QEvent.Type.MouseButtonRelease, place, keys)

    def hover(self, place: Place) -> None:
        position = QPointF(self.spot(*place))
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, position, self.canvas.mapToGlobal(position), none, none, NO_KEYS)
        QApplication.sendEvent(self.canvas, event)

    def drag(self, places: Sequence[Place], keys: Keys = NO_KEYS, *, late: Keys = NO_KEYS) -> None:
        """``keys`` are held at the press, ``late`` from the first movement on."""
        self.down(places[0], keys)
        for place in places[1:]:
            self.go(place, late)
        self.up(places[-1], late)

    def click(self, place: Place, keys: Keys = NO_KEYS) -> None:
        self.drag([place], keys, late=keys)

    def double_click(self, place: Place) -> None:
        self.click(place)
        self.send(QEvent.Type.MouseButtonDblClick, place)
        self.up(place)

    def selected(self) -> NDArray[np.uint8]:
        """(H, W) coverage of the selection, which there must be."""
        selection = self.document.state.selection
        assert selection is not None
        return selection.to_array()

    def select_box(self, x0: int, y0: int, x1: int, y1: int, keys: Keys = NO_KEYS) -> None:
        self.take("select_rectangle")
        self.drag([(x0, y0), (x1, y1)], keys)

    def status(self) -> str:
        return self.window.statusBar().currentMessage()


def box(x0: int, y0: int, x1: int, y1: int) -> NDArray[np.bool_]:
    """(400, 600): true inside."""
    inside = np.zeros((400, 600), np.bool_)
    inside[y0:y1, x0:x1] = True
    return inside


def is_exactly(coverage: NDArray[np.uint8], inside: NDArray[np.bool_]) -> bool:
    return np.array_equal(coverage, inside * np.uint8(255))


def plateaus() -> Photo:
    """Dark, with two light squares of the same grey and one a little lighter."""
    grey = np.full((400, 600), 60, np.uint8)
    grey[100:200, 100:200] = 180
    grey[100:200, 300:400] = 180
    grey[250:350, 100:200] = 200
    return Photo.from_rgb(grey)
