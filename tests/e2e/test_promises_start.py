"""Started in a moment: the window is there, and works, hardly later than an empty one; torch comes behind it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3

WATCH = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow

class FirstFrame(QObject):
    '''Tells when a main window has painted for the first time and then taken a key; then closes it.'''

    seen = False

    def eventFilter(self, watched, event):
        if not self.seen and event.type() == QEvent.Type.Paint:
            window = watched.window() if watched.isWidgetType() else None
            if isinstance(window, QMainWindow):
                self.seen = True
                QTimer.singleShot(0, lambda: self.usable(window))
        return False

    def usable(self, window):
        key = QKeyEvent(QEvent.Type.KeyPress, 0x41, __import__("PySide6.QtCore").QtCore.Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(window, key)
        torch = sys.modules.get("torch")
        print(time.clock_gettime(time.CLOCK_MONOTONIC), hasattr(torch, "nn"), flush=True)
        QTimer.singleShot(0, window.close)
"""

EMPTY = (
    WATCH
    + """
application = QApplication([])
watch = FirstFrame()
application.installEventFilter(watch)
window = QMainWindow()
window.resize(1280, 800)
window.show()
sys.exit(application.exec())
"""
)

HUEBRUSH = (
    WATCH
    + """
import app.window
prepare = app.window.prepare_application
watch = None

def prepared():
    global watch
    application = prepare()
    watch = FirstFrame()
    application.installEventFilter(watch)
    return application

app.window.prepare_application = prepared
from app.cli import main
sys.exit(main([]))
"""
)


def environment(folder: Path) -> dict[str, str]:
    """As for somebody who has started the program before: its bytecode is there from the second round on."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    return {**kept, **own, "HUEBRUSH_SETTINGS": str(folder), "QT_QPA_PLATFORM": "offscreen"}


def started(script: str, folder: Path) -> tuple[float, bool]:
    """Seconds from starting the process to a window that takes keys, and whether torch was there by then."""
    began = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    at, torch = done.stdout.split()
    return float(at) - began, torch == "True"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(time, "clock_gettime"), reason="two processes need one clock")
def test_the_window_works_hardly_later_than_an_empty_one(tmp_path: Path) -> None:
    """The one absolute figure here is the promise's own: 1.5 × an empty PySide6 window + 1 s, side by side."""
    empty, ours = [], []
    for _ in range(ROUNDS):
        empty.append(started(EMPTY, tmp_path)[0])
        seconds, torch = started(HUEBRUSH, tmp_path)
        ours.append(seconds)
        assert not torch, "torch was loaded before the window worked"
    print(f"empty window {min(empty):.2f} s, Huebrush {min(ours):.2f} s")
    assert min(ours) <= 1.5 * min(empty) + 1.0


def test_nothing_before_the_window_imports_torch(tmp_path: Path) -> None:
    """Held apart from any race: the whole window is built and painted without a worker."""
    script = (
        "import sys, app.cli\n"
        "from app.window import prepare_application\n"
        "application = prepare_application()\n"
        "from app.main_window import MainWindow\n"
        "window = MainWindow(); window.show(); application.processEvents(); window.grab()\n"
        "print('torch' in sys.modules, 'model' in sys.modules)\n"
        "window.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HUEBRUSH_SETTINGS": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["False", "False"], done.stderr
