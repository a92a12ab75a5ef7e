"""``huebrush demo``: brush strokes replayed on the sample photo, through the real document, worker and compositor.

Where there is a display the window opens and one sees the strokes being painted; without one the result is written as a
picture. Nothing is staged: the same network answers the same strokes as a user's.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.document.brush import Brush
from app.document.document import Document
from app.document.geometry import Point
from app.document.layer import Colour
from app.errors import HuebrushError

PACE = 0.016  # seconds between two movements of the pen
PATIENCE = 60.0  # seconds to wait for the last answer


@dataclass(frozen=True)
class ScriptedStroke:
    """One stroke: sizes and places as shares of the photo's width, so that it fits any size of the sample."""

    radius: float
    colour: Colour | None
    path: tuple[Point, ...]


def _spiral(centre: Point, reach: float, turns: int, steps: int) -> tuple[Point, ...]:
    """From the centre outwards in so many turns, and once more around at full reach."""
    places = []
    for i in range(steps + steps // turns + 1):
        angle, radius = 2 * math.pi * turns * i / steps, reach * min(1.0, i / steps)
        places.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)))
    return tuple(places)


PETALS, LEAF = (201, 42, 92), (98, 118, 84)
SCRIPT = (
    ScriptedStroke(0.038, PETALS, _spiral((0.483, 0.345), 0.176, 4, 120)),
    ScriptedStroke(0.030, PETALS, ((0.475, 0.657), (0.52, 0.634), (0.565, 0.643), (0.61, 0.63), (0.665, 0.662))),
    ScriptedStroke(0.075, LEAF, ((0.03, 0.20), (0.10, 0.17), (0.16, 0.22), (0.12, 0.33), (0.04, 0.42), (0.03, 0.30))),
    ScriptedStroke(0.075, None, ((0.83, 0.14), (0.90, 0.17), (0.86, 0.25), (0.80, 0.20))),
)


def movements(script: tuple[ScriptedStroke, ...], width: int) -> Iterator[tuple[ScriptedStroke, list[Point], bool]]:
    """(stroke, the next photo points, whether it is the stroke's first): one item for each movement of the pen."""
    for stroke in script:
        points = [(x * width, y * width) for x, y in stroke.path]
        fine = [points[0]]
        for start, end in pairwise(points):
            steps = max(1, round(math.dist(start, end) / (0.012 * width)))
            fine += [
                (start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
                for i in range(1, steps + 1)
            ]
        for i, point in enumerate(fine):
            yield stroke, [point], i == 0


class Replay:
    """Lays the script onto a document, one movement at a call."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._movements = movements(SCRIPT, document.photo.width)

    def step(self) -> bool:
        """The next movement; False when all is painted."""
        item = next(self._movements, None)
        if item is None:
            self._document.commit_stroke()
            return False
        stroke, points, first = item
        if first:
            self._document.commit_stroke()
            brush = Brush(stroke.radius * self._document.photo.width, 0.7, 1.0)
            self._document.begin_stroke(brush, colour=stroke.colour)
        self._document.extend_stroke(points)
        return True


def run_demo(output: Path | None, *, headless: bool) -> int:
    """In the window where there is a display and ``headless`` is not asked for, else into a PNG."""
    from app.resources import sample_photo

    sample = sample_photo()
    if sample is None:
        raise HuebrushError("The sample photo is missing; install Huebrush again.")
    if headless or not _has_display():
        target = output or Path("huebrush-demo.png")
        _write(sample, target)
        print(f"The demo's picture is {target.resolve()}")
        return 0
    return _show(sample)


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def _write(sample: Path, target: Path) -> None:
    from PySide6.QtCore import QCoreApplication

    from app.files.reading import read_photo
    from app.jobs.colour import ColourService
    from app.jobs.rendering import export_picture

    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    document = Document(read_photo(sample))
    service = ColourService()
    try:
        service.open_document(document)
        _wait(application, service)
        replay = Replay(document)
        while replay.step():
            application.processEvents()
            time.sleep(PACE)
        _wait(application, service)
        export_picture(document.photo, document.state, target)
    finally:
        service.close()


def _wait(application: object, service: object) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop

    from app.jobs.colour import ColourService

    assert isinstance(application, QCoreApplication)
    assert isinstance(service, ColourService)
    deadline = time.monotonic() + PATIENCE
    while not service.is_idle:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if service.status.state == "error":
            raise HuebrushError(service.status.message)
        if time.monotonic() > deadline:
            raise HuebrushError(
                f"The network gave no answer within {PATIENCE:.0f} seconds; try again on an idle machine."
            )
        time.sleep(0.002)


def _show(sample: Path) -> int:
    from PySide6.QtCore import QTimer

    from app.files.reading import read_photo
    from app.jobs.colour import ColourService
    from app.main_window import MainWindow
    from app.window import prepare_application

    application = prepare_application()
    window = MainWindow(colour_service_factory=ColourService, photo=read_photo(sample))
    window.show()
    document = window.document
    assert document is not None
    replay = Replay(document)
    timer = QTimer(window)
    timer.setInterval(round(PACE * 1000))

    def paint() -> None:
        # The user may open another photo meanwhile: then the demo is over.
        if window.document is not document or not replay.step():
            timer.stop()

    timer.timeout.connect(paint)
    QTimer.singleShot(1500, timer.start)
    return application.exec()
