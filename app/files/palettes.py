"""Palette files: GIMP's .gpl and Adobe's .ase and .aco, recognised by what they hold, written as their suffix says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.document.palette import Palette
from app.errors import HuebrushError
from app.files.atomic import replacing
from app.files.opening import told
from app.files.palette_adobe import ACO_STARTS, ASE_START, aco_bytes, ase_bytes, parse_aco, parse_ase
from app.files.palette_gpl import GPL_START, gpl_bytes, parse_gpl

PALETTE_SUFFIXES = (".gpl", ".ase", ".aco")

MAX_PALETTE_BYTES = 4 << 20
"""Bytes of one palette file: more than MOST_SWATCHES colours with the longest names need in any of the formats."""

_WRITERS: dict[str, Callable[[Palette], bytes]] = {".gpl": gpl_bytes, ".ase": ase_bytes, ".aco": aco_bytes}


def read_palette(path: Path) -> Palette:
    """The colours of a palette file in its order, groups flattened, brought to sRGB, with their names.

    A file that holds no name of its own for the palette, as no .aco does, lends it its own, without the suffix.
    Raises HuebrushError: missing, a folder, empty, no palette, too large, too many colours, damaged or cut short.
    """
    with told(path), path.open("rb") as file:
        content = file.read(MAX_PALETTE_BYTES + 1)
    if not content:
        raise HuebrushError(f"“{path}” is empty (0 bytes); get a whole copy of it.")
    if len(content) > MAX_PALETTE_BYTES:
        raise HuebrushError(
            f"“{path}” is larger than {MAX_PALETTE_BYTES >> 20} MB, which no palette is; choose another file."
        )
    if GPL_START.match(content):
        return parse_gpl(path, content)
    if content.startswith(ASE_START):
        return parse_ase(path, content)
    if content.startswith(ACO_STARTS):
        return parse_aco(path, content)
    raise HuebrushError(
        f"“{path}” is not a palette that Huebrush knows, whatever its name says; "
        "it opens GIMP’s .gpl and Adobe’s .ase and .aco."
    )


def write_palette(path: Path, palette: Palette) -> None:
    """Write a palette whole or not at all; the suffix of ``path`` says how: see :data:`PALETTE_SUFFIXES`.

    Codes and names of colours come back unchanged from each; the palette's own name does from .gpl and .ase.
    Raises HuebrushError for other suffixes and when the disk refuses.
    """
    suffix = path.suffix.lower()
    if suffix not in _WRITERS:
        raise HuebrushError(f"“{path}” ends in “{path.suffix}”, which no palette does; end it in .gpl, .ase or .aco.")
    content = _WRITERS[suffix](palette)
    with replacing(path) as stream:
        stream.write(content)
