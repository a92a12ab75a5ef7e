"""GIMP's palettes: lines of text, one colour each.

Source: GIMP developer site, "GIMP Palette Format Version 2 (.gpl)". Older files have neither name nor columns.
"""

from __future__ import annotations

import re
from pathlib import Path

from app.document.palette import Palette, Swatch
from app.errors import HuebrushError
from app.files.palette_checks import checked_name, named_palette, refuse_too_many

GPL_START = re.compile(rb"(?:\xef\xbb\xbf)?GIMP Palette[ \t]*(?:[\r\n]|$)")

_COLOUR = re.compile(r"[ \t]*([0-9]{1,3})[ \t]+([0-9]{1,3})[ \t]+([0-9]{1,3})(?:[ \t]+(.*))?")
_HEADER = re.compile(r"(Name|Columns):(.*)")
_EXAMPLE = "200 30 48 Coat"


def parse_gpl(path: Path, content: bytes) -> Palette:
    """The palette in a .gpl file that starts with GPL_START; ``path`` only names it, also where it has no name.

    Comments, empty lines and the number of columns are passed over. Text that is not UTF-8 is taken for Latin-1.
    Raises HuebrushError naming the first line that is no colour.
    """
    # str.splitlines would cut names at rarer characters as well.
    lines = _text(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    name = ""
    swatches: list[Swatch] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        header = _HEADER.match(line) if not swatches else None
        if header is not None:
            if header[1] == "Name":
                name = header[2]
            continue
        place = f"“{path}”, line {number}"
        refuse_too_many(path, len(swatches) + 1)
        swatches.append(_swatch(place, line))
    return named_palette(path, name, swatches)


def gpl_bytes(palette: Palette) -> bytes:
    """The .gpl file of a palette, in UTF-8."""
    lines = ["GIMP Palette", f"Name: {palette.name}".rstrip(), "Columns: 0", "#"]
    for swatch in palette.swatches:
        codes = " ".join(f"{code:3d}" for code in swatch.color)
        lines.append(f"{codes}\t{swatch.name}".rstrip())
    return ("\n".join(lines) + "\n").encode("utf-8")


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _swatch(place: str, line: str) -> Swatch:
    match = _COLOUR.fullmatch(line)
    if match is None:
        raise HuebrushError(f"{place}: “{_shown(line)}” is no colour; it should look like “{_EXAMPLE}”.")
    codes = int(match[1]), int(match[2]), int(match[3])
    if max(codes) > 255:
        raise HuebrushError(f"{place}: the colour has a code of {max(codes)}, but codes end at 255; correct it there.")
    return Swatch(codes, checked_name(place, match[4] or ""))


def _shown(line: str) -> str:
    """A line of the file, printable and short enough for a sentence."""
    text = "".join(c if c.isprintable() else "·" for c in line)
    return text if len(text) <= 40 else text[:39] + "…"
