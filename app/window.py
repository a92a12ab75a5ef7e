"""Starting the window: the application object, its theme, the services, the event loop."""

from __future__ import annotations

import gc
import sys
from functools import partial
from pathlib import Path

import cv2
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication


def prepare_application() -> QApplication:
    """The one QApplication, named and themed."""
    from app import theme

    if sys.platform == "win32":
        import torch  # noqa: F401 - there its DLLs must be loaded before Qt's; elsewhere it is loaded behind the window
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Huebrush")
    application.setApplicationDisplayName("Huebrush")
    application.setDesktopFileName("huebrush")
    theme.apply(application)
    cv2.setNumThreads(1)  # one core draws, the other belongs to the network
    sys.setswitchinterval(0.001)  # the worker's Python must not hold the window up for the usual 5 ms
    return application


def run_window(photo: Path | None, *, weights: Path | None = None, device: str = "auto") -> int:
    """Open the window and run until it is closed; returns the exit code."""
    gc.disable()  # nothing made now is garbage, and looking for it is a sixth of the time until the window works
    application = prepare_application()
    from app import theme
    from app.jobs.colour import ColourService
    from app.logs import start_log
    from app.main_window import MainWindow

    start_log()
    with theme.building(application):
        window = MainWindow(colour_service_factory=partial(ColourService, weights, device))
    window.show()
    QTimer.singleShot(0, _collect_garbage)
    if photo is not None:
        window.open_path(photo)
    return application.exec()


def _collect_garbage() -> None:
    """From now on; what the program itself is made of need never be looked at again."""
    gc.freeze()
    gc.enable()
