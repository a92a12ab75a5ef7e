"""What the program remembers between starts, in one JSON file in the user's configuration folder."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from app.errors import HuebrushError
from app.files.atomic import replacing

MAX_RECENT = 10
FOLDED = ("Navigator", "Adjustments", "Palettes", "Tone", "Overlay", "Histogram", "History")
"""Sections of the side panel that are folded away at first: the others fill a window of 800 pixels."""
FOLDER_VARIABLE = "HUEBRUSH_SETTINGS"
"""An environment variable that names another folder; tests use it so that they never touch the user's own."""

log = logging.getLogger(__name__)


def settings_path() -> Path:
    """Where the settings lie."""
    folder = os.environ.get(FOLDER_VARIABLE)
    base = Path(folder) if folder else platformdirs.user_config_path("huebrush", appauthor=False)
    return base / "settings.json"


def _is_color(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(type(v) is int and 0 <= v <= 255 for v in value)


def _within(low: float, high: float) -> dict[str, Any]:
    """For a number: anything outside ``low``..``high`` keeps the default."""
    return {"good": lambda value: low <= value <= high}


def _each(good: Callable[[Any], bool], at_most: int | None = None) -> dict[str, Any]:
    """For a list: items that are not ``good`` are left out, and what is beyond the first ``at_most``."""
    return {"keep": good, "at_most": at_most}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("name"), str)


@dataclass
class Settings:
    """Plain values; colours are [r, g, b] 0..255, ``geometry`` is Qt's own bytes as base64 text.

    ``pressure_curves``: what the pen sets (size, opacity, flow) to the points [pressure, share] of its curve;
    ``brush_presets``: objects with a ``name``; whoever uses them reads what is inside. ``keys``: action id to its keys,
    only where they differ from the preset ``key_preset``. ``undo_megabytes`` bounds the history. ``extras`` keeps what
    a newer version has written and this one does not know.
    """

    recent_files: list[str] = field(default_factory=list, metadata=_each(_is_text, MAX_RECENT))
    geometry: str = ""
    open_folder: str = ""
    export_folder: str = ""
    export_suffix: str = ".png"
    jpeg_quality: int = field(default=95, metadata=_within(1, 100))
    recent_colors: list[list[int]] = field(default_factory=list, metadata=_each(_is_color))
    overlay_color: list[int] = field(default_factory=lambda: [255, 64, 48], metadata={"good": _is_color})
    overlay_opacity: float = field(default=0.6, metadata=_within(0, 1))
    pressure_sizes: bool = True
    pressure_opacity: bool = False
    pressure_flow: bool = False
    pressure_curves: dict[str, Any] = field(default_factory=dict)
    smoothing: str = "basic"
    smoothing_strength: float = field(default=0.5, metadata=_within(0, 1))
    edge_aware: bool = False
    edge_strength: float = field(default=0.5, metadata=_within(0, 1))
    brush_presets: list[dict[str, Any]] = field(default_factory=list, metadata=_each(_is_named))
    key_preset: str = "Photoshop"
    keys: dict[str, list[str]] = field(default_factory=dict, metadata=_each(_is_texts))
    recent_commands: list[str] = field(default_factory=list, metadata=_each(_is_text, MAX_RECENT))
    hidden_panels: list[str] = field(default_factory=lambda: list(FOLDED), metadata=_each(_is_text))
    pixel_grid: bool = True
    undo_megabytes: int = field(default=1024, metadata=_within(16, 1 << 20))
    extras: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The settings in ``path``; anything missing, of the wrong kind or out of range keeps its default."""
        path = path or settings_path()
        settings = cls()
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return settings
        except (OSError, ValueError, RecursionError) as error:
            log.warning("starting with default settings, %s cannot be read: %s", path, error)
            return settings
        if not isinstance(stored, dict):
            log.warning("starting with default settings, %s holds none", path)
            return settings
        known = {one.name: one for one in fields(cls) if one.name != "extras"}
        for name, one in known.items():
            value = _kept(stored.get(name), one.metadata)
            if _fits(value, getattr(settings, name)) and one.metadata.get("good", lambda _: True)(value):
                setattr(settings, name, value)
        settings.extras = {name: value for name, value in stored.items() if name not in known}
        return settings

    def save(self, path: Path | None = None) -> None:
        """Write everything; a failure is logged, for nobody wants to be asked about it while closing."""
        path = path or settings_path()
        written = asdict(self)
        written = {**written.pop("extras"), **written}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as stream:
                stream.write(json.dumps(written, indent=1).encode())
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


def _kept(value: Any, metadata: Any) -> Any:
    """A list or an object without the items that are no good; anything else as it is."""
    good = metadata.get("keep")
    if good is not None and isinstance(value, list):
        return [item for item in value if good(item)][: metadata["at_most"]]
    if good is not None and isinstance(value, dict):
        return {name: item for name, item in value.items() if good(item)}
    return value
