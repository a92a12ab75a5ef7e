"""Which key does what: a preset, and on top of it what the user has changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from app.action_spec import ActionSpec
from app.errors import HuebrushError
from app.files.atomic import replacing

Portable = QKeySequence.SequenceFormat.PortableText

FILE_MARK = "huebrush_keys"
FILE_VERSION = 1
LARGEST_FILE = 1_000_000
"""Bytes; a file of keys has a few thousand."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preset:
    """``keys`` replaces the table's defaults, action by action.

    ``shift_drag_resizes``: dragging with Shift held sizes the brush instead of drawing straight.
    """

    name: str
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shift_drag_resizes: bool = False


PRESETS: tuple[Preset, ...] = (
    Preset("Photoshop"),
    Preset(
        "Krita",
        {
            "command_search": ("Ctrl+Return", "Ctrl+K"),
            "swap_tool": ("E", "/"),
            "eraser": ("Shift+E",),
            "fill_tool": ("F",),
            "gradient": ("G",),
            "eyedropper": ("P",),
            "select_rectangle": ("Ctrl+R",),
            "select_ellipse": ("J",),
            "more_opaque": ("O",),
            "less_opaque": ("I",),
            "original": ("Shift+O",),
            "deselect": ("Ctrl+Shift+A",),
            "fill": ("Shift+Backspace", "Shift+F5"),
            "clear": ("Del", "Ctrl+Backspace"),
            "zoom_actual": ("1", "Ctrl+0"),
            "zoom_fit": ("2", "3"),
            "rotate_left": ("4", "Ctrl+["),
            "reset_rotation": ("5",),
            "rotate_right": ("6", "Ctrl+]"),
            "mirror_view": ("M",),
            "full_screen": ("Ctrl+Shift+F", "F11"),
            "new_layer": ("Ins", "Ctrl+Shift+N"),
            "raise_layer": ("Ctrl+PgUp",),
            "lower_layer": ("Ctrl+PgDown",),
        },
        shift_drag_resizes=True,
    ),
)
"""The first is the default. The second follows the actions that Krita 5 ships and its handbook's page on navigation."""


@dataclass(frozen=True)
class CanvasKeys:
    """Keys that the canvas itself understands, because they are held or typed in pairs.

    ``does`` completes a sentence that begins with the key. Those that do not ``yield`` belong to no action.
    """

    id: str
    does: str
    keys: tuple[str, ...]
    yields: bool = True


_DIGITS = tuple("1234567890")

CANVAS_KEYS: tuple[CanvasKeys, ...] = (
    CanvasKeys("canvas.hand", "moves the photo while it is held", ("Space",), yields=False),
    CanvasKeys("canvas.abort", "aborts a stroke", ("Esc",), yields=False),
    CanvasKeys("canvas.confirm", "finishes what several clicks have begun", ("Return", "Enter"), yields=False),
    CanvasKeys("canvas.back", "takes back the last of several clicks", ("Backspace",), yields=False),
    CanvasKeys("canvas.compare", "shows the photo before your colour while it is held", ("\\", "Y")),
    CanvasKeys("canvas.opacity", "sets the opacity of the brush", (*_DIGITS, *(f"Shift+{key}" for key in _DIGITS))),
    CanvasKeys("canvas.pan", "moves the photo", ("Left", "Right", "Up", "Down")),
)

_RESERVED = tuple(key for row in CANVAS_KEYS if not row.yields for key in row.keys)

_TYPED_WITH_SHIFT = {"Shift+[": "Shift+{", "Shift+]": "Shift+}", "Ctrl++": "Ctrl+Shift++"}
"""How Qt tells these keys of a US keyboard where it cannot look up the layout, as behind some remote desktops, and to
whoever records a key."""
_WRITTEN = {typed: written for written, typed in _TYPED_WITH_SHIFT.items()}


class Keymap:
    """The keys of every action. An action never shares a key with another: what the user has chosen wins over the
    preset, and the latest choice over an earlier one."""

    def __init__(
        self, specs: Sequence[ActionSpec], preset: str = PRESETS[0].name, changes: Mapping[str, object] | None = None
    ) -> None:
        """``changes``: action id to a list of keys in Qt's portable words, as :attr:`changes` gives them.

        What it does not understand there – from a newer version, or typed by hand – is logged and not used; ids that
        are not known are kept for whoever knows them.
        """
        self._specs = {spec.id: spec for spec in specs}
        self._preset = next((one for one in PRESETS if one.name == preset), PRESETS[0])
        if self._preset.name != preset:
            log.warning("there is no preset of keys called %r; %s's are used", preset, self._preset.name)
        self._own: dict[str, tuple[str, ...]] = {}
        self._unknown: dict[str, object] = {}
        self._take(changes or {})

    def _take(self, changes: Mapping[str, object]) -> None:
        taken: list[str] = list(_RESERVED)
        for action, keys in changes.items():
            if action not in self._specs:
                log.warning("keys of %r, an action that is not known here, are kept but not used", action)
                self._unknown[action] = keys
                continue
            if not isinstance(keys, list | tuple):
                log.warning("the keys of %s are not a list: %r", action, keys)
                continue
            good: list[str] = []
            for written in keys:
                key = normalised(written)
                if key is None or _overlaps_any(key, taken):
                    log.warning("the key %r of %s is no key, or belongs to something else", written, action)
                else:
                    good.append(key)
                    taken.append(key)
            if good or not keys:  # an empty list means: no key at all
                self._own[action] = tuple(good)

    # -- what holds ----------------------------------------------------------------------------------------------

    @property
    def specs(self) -> tuple[ActionSpec, ...]:
        return tuple(self._specs.values())

    @property
    def preset(self) -> str:
        """The name of the preset."""
        return self._preset.name

    @property
    def shift_drag_resizes(self) -> bool:
        return self._preset.shift_drag_resizes

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the preset, for the settings; ids that are not known here come back as they came."""
        return {**self._unknown, **{action: list(keys) for action, keys in self._own.items()}}

    def keys(self, action: str) -> tuple[str, ...]:
        """The keys of an action in portable words, the first is the one to show. Raises KeyError for no action."""
        if action in self._own:
            return self._own[action]
        claimed = [key for keys in self._own.values() for key in keys]
        return tuple(key for key in self._preset_keys(action) if not _overlaps_any(key, claimed))

    def shown(self, action: str) -> str:
        """The first key as the user's system writes it; empty where there is none."""
        keys = self.keys(action)
        return native(keys[0]) if keys else ""

    def is_changed(self, action: str) -> bool:
        """Whether the user has taken or given keys."""
        return self.keys(action) != self._preset_keys(action)

    def conflicts(self, action: str, key: str) -> list[str]:
        """The ids of other actions that answer to ``key``, to its beginning, or to something that begins with it; or
        else those of rows of :data:`CANVAS_KEYS`, which only see what no action has."""
        others = [other for other in self._specs if other != action and _overlaps_any(key, self.keys(other))]
        return others or [row.id for row in CANVAS_KEYS if _overlaps_any(key, row.keys)]

    def _preset_keys(self, action: str) -> tuple[str, ...]:
        spec = self._specs[action]
        return tuple(normalised(key) or "" for key in self._preset.keys.get(action, spec.keys))

    # -- changing ------------------------------------------------------------------------------------------------

    def set_keys(self, action: str, keys: Iterable[str]) -> None:
        """Give an action exactly these keys; whoever had one of them loses it.

        Raises KeyError for no action and ValueError for what is no key, or one that no action may have.
        """
        wanted: list[str] = []
        for written in keys:
            key = normalised(written)
            if key is None or _overlaps_any(key, _RESERVED):
                raise ValueError(f"{written!r} cannot be the key of an action")
            if not _overlaps_any(key, wanted):
                wanted.append(key)
        for other in list(self._own):
            if other != action:
                self._own[other] = tuple(key for key in self._own[other] if not _overlaps_any(key, wanted))
        self._own[action] = tuple(wanted)
        self._forget_unchanged()

    def reset(self, action: str) -> None:
        """Give an action the preset's keys back."""
        self.set_keys(action, self._preset_keys(action))

    def reset_all(self) -> None:
        """Nothing but the preset."""
        self._own.clear()

    def set_preset(self, name: str) -> None:
        """Change the preset; what the user has chosen stays on top. Raises ValueError for a name there is none of."""
        found = next((one for one in PRESETS if one.name == name), None)
        if found is None:
            raise ValueError(f"there is no preset of keys called {name!r}")
        self._preset = found
        self._forget_unchanged()

    def _forget_unchanged(self) -> None:
        for action in [one for one, keys in self._own.items() if keys == self._preset_keys(one)]:
            del self._own[action]

    def copy(self) -> Keymap:
        """Another one to try things with."""
        return Keymap(self.specs, self.preset, self.changes)

    # -- using ---------------------------------------------------------------------------------------------------

    def apply(self, actions: Mapping[str, QAction]) -> None:
        """Give every action its keys, and a tooltip that names the first."""
        for name, spec in self._specs.items():
            keys = self.keys(name)
            also = [_TYPED_WITH_SHIFT[key] for key in keys if key in _TYPED_WITH_SHIFT]
            actions[name].setShortcuts([_sequence(key) for key in (*keys, *also)])
            words, key = spec.tip or spec.name, self.shown(name)
            actions[name].setToolTip(f"{words} ({key})" if key else words)

    def write(self, path: Path) -> None:
        """Save preset and changes as JSON for another machine. Raises HuebrushError when that cannot be written."""
        told = {FILE_MARK: FILE_VERSION, "preset": self.preset, "keys": self.changes}
        with replacing(path) as stream:
            stream.write(json.dumps(told, indent=1, ensure_ascii=False).encode())

    @classmethod
    def read(cls, path: Path, specs: Sequence[ActionSpec]) -> Keymap:
        """The keys in a file that :meth:`write` made. Raises HuebrushError when it is none."""
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise HuebrushError(f"“{path}” is far too large for a file of keys; choose another one.")
            told = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise HuebrushError(f"“{path}” cannot be read: {error.strerror or error}.") from error
        except (ValueError, RecursionError) as error:
            raise HuebrushError(f"“{path}” is not a file of keys; choose one that Huebrush has saved.") from error
        if not isinstance(told, dict) or FILE_MARK not in told or not isinstance(told.get("keys"), dict):
            raise HuebrushError(f"“{path}” is not a file of keys; choose one that Huebrush has saved.")
        return cls(specs, str(told.get("preset")), told["keys"])


def normalised(key: object) -> str | None:
    """The key in Qt's portable words, such as ``Ctrl+Shift+Z``; None for what is no key."""
    if not isinstance(key, str):
        return None
    sequence = QKeySequence(key, Portable)
    chords = [sequence[place] for place in range(sequence.count())]  # type: ignore[index]  # the stubs forget it
    known = all(chord.key() != Qt.Key.Key_unknown for chord in chords)
    portable = sequence.toString(Portable)
    return _WRITTEN.get(portable, portable) or None if known else None


def native(key: str) -> str:
    """The key as the user's system writes it."""
    return _sequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def canvas_keys(row: str) -> CanvasKeys | None:
    """The row of :data:`CANVAS_KEYS` with this id."""
    return next((keys for keys in CANVAS_KEYS if keys.id == row), None)


def _overlaps_any(key: str, others: Iterable[str]) -> bool:
    """Whether one is the other, or the beginning of it: then Qt would wait for more, or act on neither."""
    none, mine = QKeySequence.SequenceMatch.NoMatch, _sequence(key)
    return any(mine.matches(_sequence(other)) != none or _sequence(other).matches(mine) != none for other in others)


@lru_cache(maxsize=1024)
def _sequence(key: str) -> QKeySequence:
    return QKeySequence(key, Portable)
