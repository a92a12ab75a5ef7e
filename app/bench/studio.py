"""A real window over a photo, the real worker, and a hand that moves the pointer and looks at the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.document.document import Document
from app.document.smoothing import Smoothing
from app.jobs.colour import Answered, ColourService
from app.main_window import MainWindow
from app.settings import Settings

WINDOW = 1400, 900
PATIENCE = 120.0
WAKE_MILLISECONDS = 500
LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton


class Frame(NamedTuple):
    """Milliseconds from an event to the end of the paint event that shows it.

    cpu: of these, the processor time of the window's thread; the rest it waited for a core.
    """

    wall: float
    cpu: float


class _NobodysSettings(Settings):
    """A measured window closes like any other, but must not overwrite what the user's own windows remember."""

    def save(self, path: Path | None = None) -> None:
        """Forget everything."""


class Studio(QObject):
    """Places are device pixels from the canvas's corner."""

    def __init__(self) -> None:
        super().__init__()
        services: list[ColourService] = []

        def serve() -> ColourService:
            services.append(ColourService())
            return services[0]

        self.window = MainWindow(serve, settings=_NobodysSettings())
        self.service = services[0]
        self.canvas = self.window.canvas
        self.window.brush.set_smoothing(Smoothing.NONE, 0.0)
        self.window.resize(*WINDOW)
        self.window.show()
        self._frames: list[tuple[float, float]] = []
        self._glimpses: list[float] = []
        self.window.glimpse.painted.connect(self._glimpsed)
        self.canvas.painted.connect(self._painted)
        self._waker = QTimer(self, interval=WAKE_MILLISECONDS)  # so that waiting ends even where nothing happens
        self._waker.start()
        self.until(lambda: self.service.status.state in ("ready", "error"))

    def close(self) -> None:
        """Put everything away, painted or not."""
        self._waker.stop()
        self.canvas.painted.disconnect(self._painted)
        self.window.glimpse.painted.disconnect(self._glimpsed)
        self.canvas.cancel_stroke()
        if self.window.document is not None:
            self.window.document.mark_saved()
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()

    @property
    def document(self) -> Document:
        """What is open."""
        assert self.window.document is not None
        return self.window.document

    # -- waiting -------------------------------------------------------------------------------------------------

    def until(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is true; TimeoutError after two minutes."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing came within {PATIENCE:.0f} seconds")

    def settle(self) -> None:
        """Until all is answered and shown, and nothing is being read."""
        self.until(
            lambda: self.service.is_idle and self.canvas.is_settled() and not self.window.opener.is_reading
        )  # fmt: skip

    def rest(self, until: float) -> float:
        """Let the window work up to a time of perf_counter; the longest it was busy in one go, in milliseconds."""
        longest = 0.0
        while True:
            began = time.perf_counter()
            QApplication.processEvents()
            now = time.perf_counter()
            longest = max(longest, (now - began) * 1000)
            if now > until:
                return longest
            time.sleep(0.0005)

    # -- timing --------------------------------------------------------------------------------------------------

    def frame(self, act: Callable[[], object]) -> Frame:
        """What it takes from doing something to the end of the next paint event."""
        self._frames.clear()
        started, worked = time.perf_counter(), time.thread_time()
        act()
        self.until(lambda: bool(self._frames))
        ended, done = self._frames[0]
        return Frame((ended - started) * 1000, (done - worked) * 1000)

    def settled_ms(self, act: Callable[[], object]) -> float:
        """Milliseconds from doing something until everything visible is up to date."""
        started = time.perf_counter()
        act()
        self.until(self.canvas.is_settled)
        return (time.perf_counter() - started) * 1000

    def opened_s(self, path: Path) -> tuple[float, float]:
        """Seconds from asking for a photo to the end of the first paint event that shows it, and of the first that
        shows it ready to be painted on."""
        if self.window.document is not None:
            self.window.document.mark_saved()
        before = self.window.document
        self._frames.clear()
        self._glimpses.clear()
        started = time.perf_counter()
        self.window.open_path(path)
        while self.window.document is before or not self._frames:
            if self.window.document is before:
                self._frames.clear()  # the window tells that it reads, which paints other things
            self.until_something()
            if time.perf_counter() - started > PATIENCE:
                raise TimeoutError(f"“{path}” was not shown within {PATIENCE:.0f} seconds")
        ready = self._frames[0][0]
        return min([*self._glimpses, ready]) - started, ready - started

    def until_something(self) -> None:
        """Wait for the next event and see to it."""
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def _painted(self) -> None:
        self._frames.append((time.perf_counter(), time.thread_time()))

    def _glimpsed(self) -> None:
        self._glimpses.append(time.perf_counter())

    # -- the hand ------------------------------------------------------------------------------------------------

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        self._deliver(QEvent.Type.MouseButtonPress, x, y, button, button)

    def move(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        self._deliver(QEvent.Type.MouseMove, x, y, NONE, button)

    def release(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        self._deliver(QEvent.Type.MouseButtonRelease, x, y, button, NONE)

    def wheel(self, x: float, y: float, notches: float) -> None:
        """Away from the hand is positive."""
        place = self._place(x, y)
        event = QWheelEvent(
            place,
            QPointF(self.canvas.mapToGlobal(place)),
            QPoint(),
            QPoint(0, round(120 * notches)),
            NONE,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.canvas, event)

    def _deliver(self, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        place = self._place(x, y)
        keys = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, place, self.canvas.mapToGlobal(place), button, held, keys)
        QApplication.sendEvent(self.canvas, event)

    def _place(self, x: float, y: float) -> QPointF:
        return QPointF(x, y) / self.canvas.devicePixelRatioF()

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the canvas in device pixels."""
        return self.canvas.viewport.view_width, self.canvas.viewport.view_height

    def take_brush(self, screen_pixels: float, flow: float = 1.0) -> float:
        """A brush of about that diameter on the screen at the present zoom; returns what it came to be."""
        self.canvas.set_tool("brush")
        self.window.brush.set_flow(flow)
        self.window.brush.set_size(screen_pixels / self.canvas.viewport.scale)
        return self.window.brush.size * self.canvas.viewport.scale


class Answers:
    """Notes, while it listens, how old the newest point in each answer was when the answer was painted."""

    def __init__(self, studio: Studio) -> None:
        self.milliseconds: list[float] = []
        self._waiting: list[Answered] = []
        self._studio = studio
        studio.service.settled.connect(self._waiting.append)
        studio.canvas.painted.connect(self._painted)

    def _painted(self) -> None:
        now = time.perf_counter()
        while self._waiting:
            self.milliseconds.append((now - self._waiting.pop().request.asked) * 1000)

    def stop(self) -> None:
        self._studio.service.settled.disconnect(self._waiting.append)
        self._studio.canvas.painted.disconnect(self._painted)
