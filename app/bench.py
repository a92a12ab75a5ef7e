"""``huebrush bench``: what painting costs on this machine, measured on the real window, drawn offscreen.

Pointer events are delivered to the real canvas while the real worker answers; times end where the paint event that
shows them ends. Photos are synthetic, saved to a temporary folder and opened like any other.
"""

from __future__ import annotations

import json
import math
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from app.settings import Settings

if TYPE_CHECKING:
    from app.jobs.colour import Answered
    from app.main_window import MainWindow

BRUSH_PIXELS = 100  # diameter on the screen, at 100 %
STROKE_EVENTS = 180  # a pen moving for three seconds at 60 events a second
STROKES = 3
PATIENCE = 120.0


def run_bench(megapixels: Sequence[float], *, as_json: bool) -> int:
    """Measure each size and print a table, or JSON; returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.window import prepare_application

    prepare_application()
    sizes = []
    with tempfile.TemporaryDirectory(prefix="huebrush-bench-") as folder:
        for size in megapixels:
            sizes.append(_Bench(size, Path(folder)).measure())
            if not as_json:
                print(_line(sizes[-1]), flush=True)
    forward, device, threads = _forward()
    told = {"device": device, "threads": threads, "forward_ms": forward, "sizes": sizes}
    if as_json:
        print(json.dumps(told))
    else:
        print(f"network forward on {device}, {threads} threads, fp32: " + ", ".join(
            f"{side}² {value:.0f} ms" for side, value in forward.items()
        ))  # fmt: skip
    return 0


def _line(told: dict[str, Any]) -> str:
    frame, answer = told["stroke_to_frame_ms"], told["stroke_to_answer_ms"]
    return (
        f"{told['megapixels']:g} MP: stroke → frame {frame['p50']:.1f} ms (p95 {frame['p95']:.1f}), "
        f"stroke → answer {answer['p50']:.0f} ms (p95 {answer['p95']:.0f}), {told['answers_per_stroke']:.0f} answers "
        f"in a 3 s stroke, longest block {told['longest_block_ms']:.0f} ms, view {told['recomposite_view_ms']:.0f} ms, "
        f"undo {told['undo_ms']:.1f} ms, open {told['open_s']:.2f} s, export {told['export_s']:.2f} s, "
        f"peak {told['peak_mb']:.0f} MB"
    )


def synthetic_photo(megapixels: float, path: Path) -> None:
    """A textured colour JPEG of about that many megapixels, 3 : 2: smooth shapes, edges and some grain."""
    width = max(1, round(math.sqrt(megapixels * 1e6 * 1.5)))
    height = max(1, round(megapixels * 1e6 / width))
    rng = np.random.default_rng(7)
    coarse = cv2.resize(rng.integers(0, 256, (12, 18, 3), np.uint8), (1536, 1024), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        centre = tuple(int(v) for v in rng.integers(0, 1500, 2))
        cv2.circle(
            coarse, centre, int(rng.integers(10, 160)), [int(v) for v in rng.integers(0, 256, 3)], -1, cv2.LINE_AA
        )
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    grain = rng.integers(0, 12, (min(height, 512), min(width, 512), 1), np.uint8).repeat(3, axis=2)
    for top in range(0, height, 512):
        for left in range(0, width, 512):
            part = picture[top : top + 512, left : left + 512]
            cv2.add(part, grain[: part.shape[0], : part.shape[1]], dst=part)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])


class _NobodysSettings(Settings):
    """A measured window closes like any other, but must not overwrite what the user's own windows remember."""

    def save(self, path: Path | None = None) -> None:
        """Forget everything."""


class _Bench:
    """One size, measured in a fresh window."""

    def __init__(self, megapixels: float, folder: Path) -> None:
        self.megapixels = megapixels
        self.path = folder / f"{megapixels:g}mp.jpg"
        self.target = folder / f"{megapixels:g}mp-out.jpg"

    def measure(self) -> dict[str, Any]:
        from app.files.reading import read_photo
        from app.jobs.colour import ColourService
        from app.jobs.rendering import export_picture
        from app.main_window import MainWindow

        synthetic_photo(self.megapixels, self.path)
        started = time.perf_counter()
        photo = read_photo(self.path)
        open_s = time.perf_counter() - started
        services: list[ColourService] = []

        def service() -> ColourService:
            services.append(ColourService())
            return services[0]

        window = MainWindow(colour_service_factory=service, settings=_NobodysSettings())
        window.resize(1400, 900)
        window.show()
        window.show_photo(photo)
        try:
            self._until(lambda: services[0].is_idle and window.canvas.is_settled())
            window.canvas.zoom_actual()
            self._until(lambda: window.canvas.is_settled())
            told = self._strokes(window, services[0])
            document = window.document
            assert document is not None
            undo_ms = self._painted_after(window, document.undo)
            document.redo()
            self._until(lambda: services[0].is_idle and window.canvas.is_settled())
            window.canvas.zoom_fit()
            self._until(lambda: window.canvas.is_settled())
            recomposite_ms = self._settled_after(window, document.invert_mask)
            started = time.perf_counter()
            export_picture(photo, document.state, self.target)
            export_s = time.perf_counter() - started
        finally:
            services[0].close()
            if window.document is not None:
                window.document.mark_saved()
            window.close()
            window.deleteLater()
        return {
            "megapixels": self.megapixels,
            **told,
            "recomposite_view_ms": recomposite_ms,
            "undo_ms": undo_ms,
            "open_s": open_s,
            "export_s": export_s,
            "peak_mb": _peak_mb(),
        }

    def _strokes(self, window: MainWindow, service: Any) -> dict[str, Any]:
        """Three strokes of three seconds each in the middle of the view, at 60 events a second."""
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        canvas = window.canvas
        window.brush.set_size(BRUSH_PIXELS / canvas.devicePixelRatioF())
        frames: list[float] = []
        answers: list[float] = []
        waiting: list[Answered] = []
        longest = 0.0

        def painted() -> None:
            now = time.perf_counter()
            if sent:
                frames.append((now - sent.pop()) * 1000)
            while waiting:
                answers.append((now - waiting.pop().request.asked) * 1000)

        sent: list[float] = []
        canvas.painted.connect(painted)
        service.settled.connect(waiting.append)

        def deliver(kind: QEvent.Type, x: float, y: float) -> None:
            nonlocal longest
            button = Qt.MouseButton.LeftButton
            held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
            place = QPointF(x, y)
            event = QMouseEvent(kind, place, canvas.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
            sent[:] = [time.perf_counter()]
            QApplication.sendEvent(canvas, event)
            due = time.perf_counter() + 1 / 60
            while True:
                began = time.perf_counter()
                QApplication.processEvents()
                longest = max(longest, (time.perf_counter() - began) * 1000)
                if time.perf_counter() > due:
                    return
                time.sleep(0.0005)

        middle_x, middle_y = canvas.width() / 2, canvas.height() / 2
        for stroke in range(STROKES):
            reach = min(middle_x, middle_y) * (0.35 + 0.2 * stroke)
            for i in range(STROKE_EVENTS):
                angle = 2 * math.pi * i / STROKE_EVENTS
                x, y = middle_x + reach * math.cos(angle), middle_y + reach * math.sin(2 * angle) * 0.7
                deliver(QEvent.Type.MouseMove if i else QEvent.Type.MouseButtonPress, x, y)
            deliver(QEvent.Type.MouseButtonRelease, x, y)
        during = len(answers)
        self._until(lambda: service.is_idle and canvas.is_settled())
        canvas.painted.disconnect(painted)
        service.settled.disconnect(waiting.append)
        return {
            "stroke_to_frame_ms": _percentiles(frames),
            "stroke_to_answer_ms": _percentiles(answers),
            "answers_per_stroke": during / STROKES,
            "longest_block_ms": longest,
        }

    def _painted_after(self, window: MainWindow, change: Callable[[], object]) -> float:
        """Milliseconds from the call to the end of the next paint event."""
        ended: list[float] = []

        def painted() -> None:
            ended.append(time.perf_counter())

        window.canvas.painted.connect(painted)
        started = time.perf_counter()
        change()
        self._until(lambda: bool(ended))
        window.canvas.painted.disconnect(painted)
        return (ended[0] - started) * 1000

    def _settled_after(self, window: MainWindow, change: Callable[[], object]) -> float:
        """Milliseconds from the call until everything visible is up to date."""
        started = time.perf_counter()
        change()
        self._until(lambda: window.canvas.is_settled())
        return (time.perf_counter() - started) * 1000

    def _until(self, done: Callable[[], bool]) -> None:
        from PySide6.QtWidgets import QApplication

        deadline = time.monotonic() + PATIENCE
        while not done():
            QApplication.processEvents()
            time.sleep(0.0005)
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing came within {PATIENCE:.0f} seconds")


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"p50": math.nan, "p95": math.nan}
    return {"p50": statistics.median(values), "p95": float(np.percentile(values, 95))}


def _peak_mb() -> float:
    """The largest resident size of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def _forward() -> tuple[dict[str, float], str, int]:
    """Median milliseconds of one whole forward (no cached features), all cores, fp32."""
    import torch

    from model.colorizer import Colorizer

    torch.set_num_threads(os.cpu_count() or 1)
    colorizer = Colorizer()
    told = {}
    for side in (256, 512):
        mask, none = np.ones((side, side), np.uint8), np.zeros((side, side), np.uint8)
        times = []
        for i in range(12):
            light = np.random.default_rng(i).uniform(0, 100, (side, side)).astype(np.float32)
            started = time.perf_counter()
            colorizer.colorize(light, mask, np.zeros((2, side, side), np.float32), none, vividness=0.0)
            times.append((time.perf_counter() - started) * 1000)
        told[str(side)] = statistics.median(times[2:])
    return told, colorizer.device.type, torch.get_num_threads()
