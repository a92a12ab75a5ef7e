"""Adobe's palettes: Swatch Exchange (.ase) and Photoshop's swatches (.aco), both big-endian, names in UTF-16.

Sources: Adobe Photoshop File Formats Specification, "Color Swatches" (.aco); for what it leaves out (name layout, the
sense of greys) L. Tesler, "Adobe Photoshop 7 Color File Format"; for .ase, which Adobe has not published,
C. Camera, "ASE File Specification", with the corrections of J. Greely (dotclue.org, June 2013).
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

from app.document.layer import Colour
from app.document.palette import MOST_NAME, MOST_SWATCHES, Palette, Swatch
from app.errors import HuebrushError
from app.files.palette_checks import checked_name, cut_short, named_palette, refuse_too_many
from app.files.palette_models import cmyk_colour, grey_colour, hsb_colour, lab_colour, rgb_colour

ASE_START = b"ASEF"
ACO_STARTS = (b"\x00\x01", b"\x00\x02")

_GROUP, _GROUP_END, _SWATCH = 0xC001, 0xC002, 0x0001
_MOST_BLOCKS = 4 * MOST_SWATCHES  # even if every colour has a group of its own, which ends
_NORMAL = 2  # a colour that is neither global (0) nor spot (1)
_NAMED = 2  # the version of an .aco section with names


class _Bytes:
    """What is left of a file or of a block in it; reading past its end raises the refusal of a damaged file."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self._content = content
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._content) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise cut_short(self.path)
        self._at += count
        return self._content[self._at - count : self._at]

    def peek(self, count: int) -> bytes:
        return self._content[self._at : self._at + count]

    def numbers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(">" + layout, self.take(struct.calcsize(">" + layout)))

    def floats(self, place: str, count: int) -> list[float]:
        values = struct.unpack(f">{count}f", self.take(4 * count))
        if not all(map(math.isfinite, values)):
            raise HuebrushError(f"{place} has a value that is no number; save the palette again where it was made.")
        return list(values)

    def name(self, place: str, units: int) -> str:
        """A name of so many UTF-16 units, its closing zero included."""
        if units > 2 * MOST_NAME + 1:  # a character takes one unit or two
            raise HuebrushError(
                f"{place}: the name has {units} characters, but at most {MOST_NAME} are read; shorten it."
            )
        text = self.take(2 * units).decode("utf-16-be", errors="replace")
        return checked_name(place, text.split("\0", 1)[0])


# Swatch Exchange


def parse_ase(path: Path, content: bytes) -> Palette:
    """The palette in an .ase file that starts with ASE_START; a single group's name is its name.

    Raises HuebrushError for damage, values that are no numbers, unknown colour models, too many colours.
    """
    file = _Bytes(path, content)
    file.take(len(ASE_START))
    major, _minor, blocks = file.numbers("HHI")
    if major != 1:
        raise HuebrushError(f"“{path}” is of version {major} of its format, but only 1 is known; save it anew as .gpl.")
    if blocks > _MOST_BLOCKS:
        refuse_too_many(path, blocks)
    groups: list[str] = []
    swatches: list[Swatch] = []
    for _ in range(blocks):  # a count beyond the file's end is refused there
        kind, length = file.numbers("HI")
        block = _Bytes(path, file.take(length))
        if kind == _GROUP:
            groups.append(block.name(f"“{path}”, group {len(groups) + 1}", *block.numbers("H")) if length else "")
        elif kind == _SWATCH:
            refuse_too_many(path, len(swatches) + 1)
            swatches.append(_ase_swatch(f"“{path}”, colour {len(swatches) + 1}", block))
    return named_palette(path, groups[0] if len(groups) == 1 else "", swatches)


def _ase_swatch(place: str, block: _Bytes) -> Swatch:
    name = block.name(place, *block.numbers("H"))
    match block.take(4).upper():
        case b"RGB ":
            color = rgb_colour(*block.floats(place, 3))
        case b"CMYK":
            color = cmyk_colour(*block.floats(place, 4))
        case b"LAB ":
            lightness, a, b = block.floats(place, 3)
            color = lab_colour(100 * lightness, a, b)
        case b"GRAY":
            color = grey_colour(*block.floats(place, 1))
        case _:
            raise HuebrushError(f"{place} is of an unknown kind; save the palette again with RGB colours.")
    return Swatch(color, name)


def ase_bytes(palette: Palette) -> bytes:
    """The .ase file of a palette: RGB colours, in a group of the palette's name if it has one."""
    blocks = [_ase_block(swatch) for swatch in palette.swatches]
    if palette.name:
        name = _utf16(palette.name)
        blocks.insert(0, struct.pack(">HIH", _GROUP, 2 + len(name), len(name) // 2) + name)
        blocks.append(struct.pack(">HI", _GROUP_END, 0))
    return ASE_START + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _ase_block(swatch: Swatch) -> bytes:
    name = _utf16(swatch.name)
    rgb = (code / 255 for code in swatch.color)
    body = struct.pack(">H", len(name) // 2) + name + b"RGB " + struct.pack(">3fH", *rgb, _NORMAL)
    return struct.pack(">HI", _SWATCH, len(body)) + body


# Photoshop's swatches


def parse_aco(path: Path, content: bytes) -> Palette:
    """The palette in an .aco file that starts with one of ACO_STARTS, with names if it has its second section.

    Colours that only name an entry of a printed colour book (Pantone, HKS, …) are left out: their values are not
    public. What follows the last section is not ours. Raises HuebrushError for damage and for too many colours.
    """
    file = _Bytes(path, content)
    swatches = _aco_section(file)
    if content.startswith(ACO_STARTS[0]) and file.peek(2) == ACO_STARTS[1]:
        swatches = _aco_section(file) or swatches
    return named_palette(path, "", swatches)


def _aco_section(file: _Bytes) -> list[Swatch]:
    version, count = file.numbers("HH")
    refuse_too_many(file.path, count)
    swatches = []
    for number in range(1, count + 1):
        color = _aco_colour(*file.numbers("5H"))
        name = file.name(f"“{file.path}”, colour {number}", *file.numbers("I")) if version == _NAMED else ""
        if color is not None:
            swatches.append(Swatch(color, name))
    return swatches


def _aco_colour(model: int, w: int, x: int, y: int, z: int) -> Colour | None:
    """sRGB codes of a colour in one of Photoshop's spaces; None for those of colour books."""
    match model:
        case 0:
            return rgb_colour(w / 65535, x / 65535, y / 65535)
        case 1:
            return hsb_colour(w / 65535, x / 65535, y / 65535)
        case 2:  # 0 is full ink
            return cmyk_colour(1 - w / 65535, 1 - x / 65535, 1 - y / 65535, 1 - z / 65535)
        case 7:
            return lab_colour(w / 100, _signed(x) / 100, _signed(y) / 100)
        case 8:  # ink: 10000 is black
            return grey_colour(1 - w / 10000)
        case 9:  # wide CMYK: 10000 is full ink
            return cmyk_colour(w / 10000, x / 10000, y / 10000, z / 10000)
        case _:
            return None


def aco_bytes(palette: Palette) -> bytes:
    """The .aco file of a palette: RGB colours, first without names for old readers, then with them."""
    count = len(palette.swatches)
    plain, named = [struct.pack(">HH", 1, count)], [struct.pack(">HH", 2, count)]
    for swatch in palette.swatches:
        color = struct.pack(">5H", 0, *(257 * code for code in swatch.color), 0)
        name = _utf16(swatch.name)
        plain.append(color)
        named.append(color + struct.pack(">I", len(name) // 2) + name)
    return b"".join(plain + named)


def _utf16(name: str) -> bytes:
    return (name + "\0").encode("utf-16-be")


def _signed(word: int) -> int:
    return word - 65536 if word >= 32768 else word
