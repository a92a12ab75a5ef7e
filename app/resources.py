"""Where the files that come with the program lie: icons and sample photos."""

from __future__ import annotations

import sys
from pathlib import Path


def resources_folder() -> Path:
    """``resources/`` beside the ``app`` package, or inside the bundle of a frozen program."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
    return root / "resources"


def icon_path(name: str) -> Path:
    """The drawing ``name``.svg."""
    return resources_folder() / "icons" / f"{name}.svg"


def sample_photo() -> Path | None:
    """The photo behind *Try the sample*; None where it was not shipped."""
    path = resources_folder() / "samples" / "flower.jpg"
    return path if path.exists() else None
