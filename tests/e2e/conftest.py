"""A real window with real events, a small photo and a colour service that answers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.document.chroma import Chroma, fit
from app.document.document import Document
from app.document.photo import Photo
from app.document.smoothing import Smoothing
from app.jobs.colour import ColourService
from app.main_window import MainWindow

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


class InstantColours(QObject):
    """Stands for the network: the whole photo is answered orange the moment a document opens."""

    state_changed = Signal(object)
    suggested = Signal(object)
    alternatives = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    def open_document(self, document: Document) -> None:
        photo = document.photo
        ab = np.zeros((2, 32, 48), np.float32)
        ab[0], ab[1] = 30.0, 40.0
        chroma = Chroma.of(ab, np.ones((32, 48), np.uint8))
        field = fit(chroma, photo.lightness_at(64), (photo.height, photo.width))
        document.settle(0, chroma, field, None)
        self.state_changed.emit(SimpleNamespace(device="CPU", state="ready", message="", last_ms=92.0))

    def suggest(self, x: float, y: float) -> None:
        self.asked = (x, y)

    def try_others(self) -> None:
        self.asked = None

    def close(self) -> None:
        self.closed = True


class Hand:
    """Works the canvas through events, aiming at photo pixels."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.canvas = window.canvas

    def spot(self, x: float, y: float) -> QPoint:
        """The widget position nearest to a photo position."""
        view_x, view_y = self.canvas.viewport.to_view(x, y)
        dpr = self.canvas.devicePixelRatioF()
        return QPoint(round(view_x / dpr), round(view_y / dpr))

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.mousePress(self.canvas, button, keys, self.spot(x, y))

    def move(self, x: float, y: float) -> None:
        QTest.mouseMove(self.canvas, self.spot(x, y))

    def release(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.canvas, button, NO_KEYS, self.spot(x, y))

    def stroke(self, points: Sequence[tuple[float, float]], keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.press(*points[0], keys=keys)
        for point in points[1:]:
            self.move(*point)
        self.release(*points[-1])

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Press and release a key wherever the keyboard is."""
        QTest.keyClick(self.window.focusWidget() or self.window, key, keys)

    def settle(self) -> None:
        """Let the window catch up."""
        for _ in range(1000):
            QApplication.processEvents()
            if self.canvas.is_settled():
                break
        QApplication.processEvents()

    def coverage(self) -> NDArray[np.uint8]:
        """(H, W) of the active layer."""
        assert self.window.document is not None
        return self.window.document.state.layer.mask.to_array()

    def picture(self) -> NDArray[np.uint8]:
        """(rows, columns, 3) RGB of what the canvas shows, without the brush outline."""
        QApplication.sendEvent(self.canvas, QEvent(QEvent.Type.Leave))
        image = self.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()

    def shown(self, x: float, y: float) -> tuple[int, int, int]:
        """RGB on the screen at a photo position."""
        view_x, view_y = self.canvas.viewport.to_view(x, y)
        red, green, blue = self.picture()[int(view_y), int(view_x)]
        return int(red), int(green), int(blue)


def photo_of(height: int = 400, width: int = 600, path: Path | None = None) -> Photo:
    """A colourful photo: a smooth landscape of hues."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([60 + x * 120 // width, 80 + y * 100 // height, 140 - x * 60 // width], axis=-1)
    return Photo.from_rgb(rgb.astype(np.uint8), path)


@pytest.fixture
def make_photo() -> Callable[..., Photo]:
    """A function of (height, width, path) that makes a colourful photo."""
    return photo_of


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., MainWindow]]:
    """A function that opens a window of a fixed size; it is closed without questions at the end."""
    theme.apply(qapp)
    windows: list[MainWindow] = []

    def make(photo: Photo | None = None, *, service: object = InstantColours, **options: object) -> MainWindow:
        window = MainWindow(service, photo, **options)  # type: ignore[arg-type]
        windows.append(window)
        window.resize(1280, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make
    for window in windows:
        window.canvas.cancel_stroke()
        if window.document is not None:
            window.document.mark_saved()
        window.close()
        window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def open_live_window(
    open_window: Callable[..., MainWindow], tiny_weights: Path
) -> Iterator[Callable[..., tuple[MainWindow, ColourService, Hand]]]:
    """A function that opens a window over the real colour worker: (window, service, hand).

    The network is the tiny one unless ``shipped`` is asked for.
    """
    services: list[ColourService] = []

    def make(photo: Photo, *, shipped: bool = False) -> tuple[MainWindow, ColourService, Hand]:
        def serve() -> ColourService:
            services.append(ColourService(None if shipped else tiny_weights, "cpu"))
            return services[-1]

        window = open_window(photo, service=serve)
        window.brush.set_smoothing(Smoothing.NONE, 0.0)
        return window, services[-1], Hand(window)

    yield make
    for service in services:
        service.close()


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window(photo_of())


@pytest.fixture
def hand(window: MainWindow) -> Hand:
    hand = Hand(window)
    hand.settle()
    window.brush.set_size(24)
    window.brush.set_hardness(1.0)
    window.brush.set_smoothing(Smoothing.NONE, 0.0)  # a smoothed stroke cuts the corners of a few far points
    return hand
