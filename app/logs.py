"""The log of the window: a few small files in the user's log folder, for when a sentence is not enough."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

from app.settings import FOLDER_VARIABLE

LARGEST = 1 << 20
KEPT = 3


def log_path() -> Path:
    """Where the log goes; beside the settings where the environment names their folder."""
    own = os.environ.get(FOLDER_VARIABLE)
    folder = Path(own) if own else platformdirs.user_log_path("huebrush", appauthor=False)
    return folder / "huebrush.log"


def start_log() -> None:
    """Write the log to its file from now on. A folder that cannot be written only means there is no log."""
    with suppress(OSError):
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_path(), maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(handler)
