"""Hint lists: JSON such as ``[{"x": 120, "y": 80.5, "size": 24, "color": "#c01830"}, …]``.

x, y: the square's centre in photo pixels, x right and y down, inside the photo; size: its side, likewise.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.document.layer import Hint
from app.errors import HuebrushError
from app.files.limits import MAX_HINTS, MAX_SIDE

_FIELDS = ("x", "y", "size", "color")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_EXAMPLE = '[{"x": 120, "y": 80, "size": 24, "color": "#c01830"}]'


def parse_hints(path: Path, content: bytes, size: tuple[int, int]) -> tuple[Hint, ...]:
    """The hints of a list for a photo of size (H, W); ``path`` only names it in sentences.

    Raises HuebrushError naming the first wrong entry, counted from 1, and its field.
    """
    try:
        entries = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise HuebrushError(f"“{path}” is not a JSON file ({error}); it should look like {_EXAMPLE}.") from error
    if not isinstance(entries, list):
        raise HuebrushError(f"“{path}” is not a list of hints; it should look like {_EXAMPLE}.")
    if len(entries) > MAX_HINTS:
        raise HuebrushError(f"“{path}” has {len(entries)} hints, but at most {MAX_HINTS} are read; leave some out.")
    return tuple(_hint(f"“{path}”, entry {number}", entry, size) for number, entry in enumerate(entries, start=1))


def _hint(place: str, entry: object, size: tuple[int, int]) -> Hint:
    if not isinstance(entry, dict):
        raise HuebrushError(f"{place}: {_shown(entry)} is not a hint; it should look like {_EXAMPLE[1:-1]}.")
    for field in _FIELDS:
        if field not in entry:
            raise HuebrushError(f"{place}: “{field}” is missing; it should look like {_EXAMPLE[1:-1]}.")
    for field in entry:
        if field not in _FIELDS:
            raise HuebrushError(f"{place}: {_shown(field)} is no field of a hint; its fields are {', '.join(_FIELDS)}.")
    height, width = size
    return Hint(
        x=_number(place, "x", entry["x"], 0, width),
        y=_number(place, "y", entry["y"], 0, height),
        size=_number(place, "size", entry["size"], 1, MAX_SIDE),
        color=_colour(place, entry["color"]),
    )


def _number(place: str, field: str, value: object, least: int, most: int) -> float:
    # Comparisons are false for NaN and exact for integers beyond any float; Python counts True as a number.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise HuebrushError(f"{place}: “{field}” is {_shown(value)}, but it has to be a number from {least} to {most}.")
    return float(value)


def _colour(place: str, value: object) -> tuple[int, int, int]:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise HuebrushError(f'{place}: “color” is {_shown(value)}, but it has to be a colour such as "#c01830".')
    red, green, blue = bytes.fromhex(value[1:])
    return red, green, blue


def _shown(value: object) -> str:
    """A value as JSON writes it, short enough for a sentence."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:39] + "…"
