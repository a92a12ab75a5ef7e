"""What the readers of all palette formats refuse in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.document.palette import MOST_NAME, MOST_SWATCHES, Palette, Swatch, one_line
from app.errors import HuebrushError

_LONGEST_LOOKED_AT = 4 * MOST_NAME  # with whatever :func:`one_line` drops


def checked_name(place: str, name: str) -> str:
    """The name on one line; ``place`` says in sentences whose it is. Raises HuebrushError for a huge one."""
    name = name.strip()
    if len(name) <= _LONGEST_LOOKED_AT:
        name = one_line(name)
    if len(name) > MOST_NAME:
        raise HuebrushError(
            f"{place}: the name has {len(name)} characters, but at most {MOST_NAME} are read; shorten it."
        )
    return name


def refuse_too_many(path: Path, count: int) -> None:
    """Raises HuebrushError if a file is about to give ``count`` colours, more than a palette has."""
    if count > MOST_SWATCHES:
        raise HuebrushError(
            f"“{path}” holds more than {MOST_SWATCHES} colours, the most that Huebrush reads; split it into several."
        )


def named_palette(path: Path, name: str, swatches: Sequence[Swatch]) -> Palette:
    """The palette, under the file's name if it has none of its own. Raises HuebrushError if there is no colour."""
    if not swatches:
        raise HuebrushError(f"“{path}” holds no colours that Huebrush can show; choose another palette.")
    own = checked_name(f"“{path}”", name)
    return Palette(own or one_line(path.stem)[:MOST_NAME], tuple(swatches))


def cut_short(path: Path) -> HuebrushError:
    """The refusal of a file that ends too early or contradicts itself."""
    return HuebrushError(f"“{path}” is damaged or cut short; get a whole copy of it.")
