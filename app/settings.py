"""What the program remembers between starts, in one JSON file in the user's configuration folder."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from app.errors import HuebrushError
from app.files.atomic import replacing

MAX_RECENT = 10
FOLDER_VARIABLE = "HUEBRUSH_SETTINGS"
"""An environment variable that names another folder; tests use it so that they never touch the user's own."""

log = logging.getLogger(__name__)


def settings_path() -> Path:
    """Where the settings lie."""
    folder = os.environ.get(FOLDER_VARIABLE)
    base = Path(folder) if folder else platformdirs.user_config_path("huebrush", appauthor=False)
    return base / "settings.json"


@dataclass
class Settings:
    """Plain values; colours are [r, g, b] 0..255, ``geometry`` is Qt's own bytes as base64 text."""

    recent_files: list[str] = field(default_factory=list)
    geometry: str = ""
    open_folder: str = ""
    export_folder: str = ""
    export_suffix: str = ".png"
    jpeg_quality: int = 95
    recent_colors: list[list[int]] = field(default_factory=list)
    overlay_color: list[int] = field(default_factory=lambda: [255, 64, 48])
    overlay_opacity: float = 0.6
    pressure_sizes: bool = True

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The settings in ``path``; anything missing or of the wrong kind keeps its default."""
        path = path or settings_path()
        settings = cls()
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return settings
        except (OSError, ValueError) as error:
            log.warning("starting with default settings, %s cannot be read: %s", path, error)
            return settings
        for known in fields(cls):
            value = stored.get(known.name) if isinstance(stored, dict) else None
            if _fits(value, getattr(settings, known.name)):
                setattr(settings, known.name, value)
        settings.recent_colors = [color for color in settings.recent_colors if _is_color(color)]
        settings.recent_files = [file for file in settings.recent_files if isinstance(file, str)][:MAX_RECENT]
        if not _is_color(settings.overlay_color):
            settings.overlay_color = cls().overlay_color
        return settings

    def save(self, path: Path | None = None) -> None:
        """Write everything; a failure is logged, for nobody wants to be asked about it while closing."""
        path = path or settings_path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as stream:
                stream.write(json.dumps(asdict(self), indent=1).encode())
        except (OSError, HuebrushError) as error:
            log.warning("the settings were not saved: %s", error)

    def remember_file(self, path: Path) -> None:
        """Put ``path`` first among the recent files."""
        name = str(path.absolute())
        self.recent_files = [name, *(old for old in self.recent_files if old != name)][:MAX_RECENT]
        self.open_folder = str(path.absolute().parent)

    def forget_file(self, path: Path) -> None:
        """A file that is gone leaves the list."""
        self.recent_files = [old for old in self.recent_files if old != str(path.absolute())]


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default)


def _is_color(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(type(v) is int and 0 <= v <= 255 for v in value)
