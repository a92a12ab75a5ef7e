"""Palettes: a few colours chosen together, taken from a picture, and a layer's chroma locked to them."""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.gamut import rgb_to_lab
from app.document.space import SRGB, Floats

if TYPE_CHECKING:
    from app.document.layer import Colour

MOST_SWATCHES = 4096
"""Colours in one palette."""

MOST_NAME = 200
"""Characters in the name of a palette or a colour."""

GREY = 2.0
"""Chroma below this is grey to the eye: a lock leaves it as it is, so that no colour appears where there was none."""

MOST_EXTRACTED = 64
"""Colours that :func:`extract_palette` may be asked for."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")

# Of the lock
_REACH = 128  # the look-up tables hold a* and b* from -128 to 128
_HARD = 1e-3  # softness below this is none
_SOFT_STEP = 2  # between the entries of the soft table, which is interpolated
_SOFTEST_POWER = 2.0  # of the inverse distance at softness 1; it grows as 1/softness
_GREY_RAMP = 20.0  # units of chroma over which the softest lock sets in above grey
_AT_A_TIME = 1 << 16  # distances worked out together, few enough for the processor's cache

# Of the extraction
_THINNED = 40_000  # pixels looked at
_CELL = 3.0  # units of L*a*b*: pixels nearer than this count as one colour
_SAME = 3.0  # delta E below which two colours are one swatch
_ROUNDS = 40
_DULL = 8.0  # chroma of a swatch that an artist files under greys
_HUES = 12  # sectors of the hue circle within which swatches are sorted by lightness


def one_line(name: str) -> str:
    """The name without control characters and lone surrogates, with single spaces between words: as files keep it."""
    kept = (c for c in " ".join(name.split()) if unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


@dataclass(frozen=True)
class Swatch:
    """A colour of a palette. color: sRGB codes, each 0..255; name: one line, at most MOST_NAME characters, or empty.

    Names are brought into the form of :func:`one_line`. Raises ValueError for codes or names out of range.
    """

    color: Colour
    name: str = ""

    def __post_init__(self) -> None:
        codes = tuple(operator.index(code) for code in self.color)
        if len(codes) != 3 or not all(0 <= code <= 255 for code in codes):
            raise ValueError(f"a colour has three codes from 0 to 255, not {self.color}")
        object.__setattr__(self, "color", codes)
        object.__setattr__(self, "name", _checked_name(self.name))


@dataclass(frozen=True)
class Palette:
    """1 to MOST_SWATCHES colours under a name, in the order in which they are shown; ValueError for other counts."""

    name: str
    swatches: tuple[Swatch, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _checked_name(self.name))
        if not 1 <= len(self.swatches) <= MOST_SWATCHES:
            raise ValueError(f"a palette has 1 to {MOST_SWATCHES} colours, not {len(self.swatches)}")

    @cached_property
    def ab(self) -> Floats:
        """(n, 2) float32: CIE a*b* (D65) of each swatch."""
        return np.ascontiguousarray(_lab(self.codes)[:, 1:])

    @property
    def codes(self) -> NDArray[np.uint8]:
        """(n, 3) sRGB codes of each swatch."""
        return np.array([swatch.color for swatch in self.swatches], np.uint8)

    def to_dict(self) -> dict[str, Any]:
        """The palette in JSON's types."""
        swatches = [{"color": "#{:02x}{:02x}{:02x}".format(*s.color), "name": s.name} for s in self.swatches]
        return {"name": self.name, "swatches": swatches}

    @classmethod
    def from_dict(cls, values: object) -> Palette:
        """The palette that :meth:`to_dict` told. Raises ValueError for anything else."""
        fields = _fields(values, "a palette", ("name", "swatches"))
        swatches = fields["swatches"]
        if not isinstance(swatches, list) or len(swatches) > MOST_SWATCHES:
            raise ValueError(f"a palette's swatches are a list of 1 to {MOST_SWATCHES}")
        return cls(_text(fields["name"]), tuple(_swatch(swatch) for swatch in swatches))


@dataclass(frozen=True)
class PaletteLock:
    """Keeps a layer's chroma to the colours of a palette, hard (softness 0) up to not at all (softness 1).

    Only a* and b* are compared and changed; lightness belongs to the photo. Raises ValueError for other softness.
    """

    palette: Palette
    softness: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.softness <= 1.0:  # false for NaN as well
            raise ValueError(f"a palette lock's softness is 0 to 1, not {self.softness}")

    def snap(self, ab: Floats) -> Floats:
        """A new (2, h, w) float32 a*b* array, each pixel drawn towards the palette by its own value alone.

        Softness 0: every pixel takes the a*b* of the nearest swatch (to one unit; of swatches within the same
        unit square, one stands for all); snapping again changes nothing. Between: the pixel goes part of the way to a
        mean of all swatches weighted by inverse distance (Shepard 1968), which at a swatch's own a*b* is that
        swatch; no pixel goes further than 1 - softness of the way to its nearest swatch. Softness 1: unchanged.
        Pixels of chroma below :data:`GREY` are left as they are.
        """
        ab = np.asarray(ab, np.float32)
        if self.softness == 1.0 or not ab.size:
            return ab.copy()
        return self._snap_hard(ab) if self.softness < _HARD else self._snap_softly(ab)

    def _snap_hard(self, ab: Floats) -> Floats:
        table = self._nearest
        cell = np.clip(np.rint(ab), -_REACH, _REACH).astype(np.int32)
        index = (cell[1] + _REACH) * (2 * _REACH + 1) + (cell[0] + _REACH)
        snapped = np.stack([table[0].take(index), table[1].take(index)])
        np.copyto(snapped, ab, where=_chroma(ab) < GREY)
        return snapped

    def _snap_softly(self, ab: Floats) -> Floats:
        place = (ab + np.float32(_REACH)) * np.float32(1.0 / _SOFT_STEP)
        shift = cv2.remap(self._shift, place[0], place[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        strength = (_chroma(ab) - np.float32(GREY)) * np.float32(1.0 / (_GREY_RAMP * self.softness))
        np.clip(strength, 0.0, 1.0, out=strength)
        snapped = np.stack([shift[:, :, 0], shift[:, :, 1]]) * strength
        snapped += ab
        return np.asarray(snapped, np.float32)

    @cached_property
    def _nearest(self) -> Floats:
        """(2, n) float32: a* and b* of the swatch for each whole a*b*, a* running fastest."""
        points = self.palette.ab
        cells = np.rint(points).astype(np.int32)
        off = np.square(points - cells).sum(axis=1)
        # One swatch for each cell, the nearest to its middle, and for that cell itself: what is snapped stays there.
        order = np.lexsort((off, cells[:, 0], cells[:, 1]))
        own, first = np.unique(cells[order], axis=0, return_index=True)
        points = points[order][first]
        grid = _grid(1)
        chosen = np.concatenate(
            [
                (part @ points.T - np.float32(0.5) * np.square(points).sum(axis=1)).argmax(axis=1)
                for part in _parts(grid, len(points))
            ]
        )
        chosen[(own[:, 1] + _REACH) * (2 * _REACH + 1) + own[:, 0] + _REACH] = np.arange(len(points))
        return np.ascontiguousarray(points[chosen].T)

    @cached_property
    def _shift(self) -> Floats:
        """(m, m, 2) float32: how far each a*b* of a square grid goes, rows along b*, before grey is spared."""
        points = np.unique(self.palette.ab, axis=0)
        power = _SOFTEST_POWER / self.softness / 2  # of the squared distance
        shifts = []
        for part in _parts(_grid(_SOFT_STEP), len(points)):
            squares = np.square(part[:, None, 0] - points[:, 0]) + np.square(part[:, None, 1] - points[:, 1])
            np.maximum(squares, np.float32(1e-6), out=squares)
            nearest = squares.min(axis=1, keepdims=True)
            weights = np.asarray(cv2.pow(nearest / squares, power), np.float32)
            weights /= weights.sum(axis=1, keepdims=True)
            shift = weights @ points - part
            length = np.maximum(np.hypot(shift[:, 0], shift[:, 1]), np.float32(1e-6))
            shift *= np.minimum(np.sqrt(nearest[:, 0]) / length, np.float32(1.0))[:, None]
            shifts.append(shift)
        side = 2 * _REACH // _SOFT_STEP + 1
        table = np.concatenate(shifts).reshape(side, side, 2) * np.float32(1.0 - self.softness)
        return np.ascontiguousarray(table, np.float32)

    def to_dict(self) -> dict[str, Any]:
        """The lock in JSON's types."""
        return {"palette": self.palette.to_dict(), "softness": self.softness}

    @classmethod
    def from_dict(cls, values: object) -> PaletteLock:
        """The lock that :meth:`to_dict` told. Raises ValueError for anything else."""
        fields = _fields(values, "a palette lock", ("palette", "softness"))
        softness = fields["softness"]
        if isinstance(softness, bool) or not isinstance(softness, (int, float)) or not 0 <= softness <= 1:
            raise ValueError("a palette lock's softness is a number from 0 to 1")
        return cls(Palette.from_dict(fields["palette"]), float(softness))


def extract_palette(rgb8: NDArray[np.uint8], count: int = 8, name: str = "") -> Palette:
    """The at most ``count`` (1..MOST_EXTRACTED) colours that stand for a picture; the same for the same picture.

    rgb8: (h, w, 3) sRGB codes. k-means in CIE L*a*b* over the picture's distinct colours, each with the square root of
    its area as its weight, so that a small red coat has a say beside a wide grey street. It starts from colours
    as heavy and as far apart as possible, without chance. Each swatch is a colour that the (thinned) picture really
    has; swatches nearer than delta E 3 become one. Order: by hue from red on, in twelve sectors, dark to light within
    each; greys last, dark to light. Raises ValueError for other shapes, types or counts.
    """
    if rgb8.dtype != np.uint8 or rgb8.ndim != 3 or rgb8.shape[2] != 3 or not rgb8.size:
        raise ValueError(f"a picture is (h, w, 3) uint8, not {rgb8.shape} {rgb8.dtype}")
    if not 1 <= count <= MOST_EXTRACTED:
        raise ValueError(f"a palette is made of 1 to {MOST_EXTRACTED} colours, not {count}")
    codes = _thinned(rgb8)
    lab, place, area = _distinct(_lab(codes))
    centres = _clustered(lab, np.sqrt(area), count)
    nearest = _squares(centres, lab).argmin(axis=1)
    chosen = np.unique(nearest)
    chosen = chosen[np.argsort(-_shares(lab, area, lab[chosen]), kind="stable")]
    kept: list[int] = []
    for index in chosen.tolist():
        # The pixel of the cell that lies nearest to the cell's mean is its colour.
        members = np.flatnonzero(place == index)
        pixel = members[_squares(lab[index][None], _lab(codes[members])).argmin()]
        if not kept or _squares(_lab(codes[pixel][None]), _lab(codes[kept])).min() >= _SAME**2:
            kept.append(int(pixel))
    colours = codes[kept]
    swatches = [Swatch((int(r), int(g), int(b))) for r, g, b in colours[_artists_order(_lab(colours))]]
    return Palette(name, tuple(swatches))


def _thinned(rgb8: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, 3) codes of the picture at no more than _THINNED pixels, averaged: grain is no colour."""
    height, width = rgb8.shape[:2]
    shrink = math.sqrt(_THINNED / (height * width))
    if shrink < 1:
        size = (max(1, min(int(width * shrink), _THINNED)), max(1, min(int(height * shrink), _THINNED)))
        rgb8 = np.asarray(cv2.resize(rgb8, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(rgb8).reshape(-1, 3)


def _lab(codes: NDArray[np.uint8]) -> Floats:
    """(n, 3) float32 CIE L*a*b* (D65) of sRGB codes."""
    return rgb_to_lab(SRGB.decode(codes), SRGB)


def _distinct(lab: Floats) -> tuple[Floats, NDArray[np.intp], NDArray[np.float64]]:
    """Mean colours of the cells that hold any pixel, (m, 3); the cell of each pixel; how many pixels each holds."""
    cells = np.rint(lab / np.float32(_CELL)).astype(np.int32)
    _, place, area = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    means = np.stack([np.bincount(place, lab[:, channel]) / area for channel in range(3)], axis=1)
    return np.asarray(means, np.float32), place, np.asarray(area, np.float64)


def _clustered(lab: Floats, weights: NDArray[np.float64], count: int) -> Floats:
    """(k, 3) centres, k <= count, of weighted k-means (Lloyd 1982) over (m, 3) colours."""
    seeds = [int(weights.argmax())]
    distance = _squares(lab, lab[seeds])[:, 0]
    while len(seeds) < min(count, len(lab)):
        seeds.append(int((weights * distance).argmax()))
        np.minimum(distance, _squares(lab, lab[seeds[-1:]])[:, 0], out=distance)
    centres = lab[seeds]
    for _ in range(_ROUNDS):
        labels = _squares(lab, centres).argmin(axis=1)
        total = np.bincount(labels, weights, len(centres))[:, None]
        sums = np.stack([np.bincount(labels, weights * lab[:, i], len(centres)) for i in range(3)], axis=1)
        moved = np.where(total > 0, sums / np.maximum(total, 1e-9), centres).astype(np.float32)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def _shares(lab: Floats, area: NDArray[np.float64], centres: Floats) -> NDArray[np.float64]:
    """(k,) how much of the picture lies nearest to each centre."""
    return np.asarray(np.bincount(_squares(lab, centres).argmin(axis=1), area, len(centres)), np.float64)


def _squares(lab: Floats, centres: Floats) -> NDArray[np.float64]:
    """(m, k) squared delta E (CIE 1976) of each of (m, 3) colours to each of (k, 3)."""
    total = np.zeros((len(lab), len(centres)))
    for channel in range(3):
        total += np.square(np.subtract.outer(lab[:, channel], centres[:, channel]))
    return total


def _artists_order(lab: Floats) -> list[int]:
    """The order in which an artist lays colours out: see :func:`extract_palette`."""

    def key(index: int) -> tuple[bool, int, float]:
        lightness, a, b = lab[index].tolist()
        is_grey = math.hypot(a, b) < _DULL
        hue = math.degrees(math.atan2(b, a)) % 360
        return is_grey, 0 if is_grey else int(hue * _HUES / 360), lightness

    return sorted(range(len(lab)), key=key)


def _chroma(ab: Floats) -> Floats:
    return np.asarray(np.sqrt(ab[0] * ab[0] + ab[1] * ab[1]), np.float32)


def _grid(step: int) -> Floats:
    """(m, 2) float32: a* and b* from -_REACH to _REACH, a* running fastest."""
    axis = np.arange(-_REACH, _REACH + 1, step, dtype=np.float32)
    b, a = np.meshgrid(axis, axis, indexing="ij")
    return np.stack([a.ravel(), b.ravel()], axis=1)


def _parts(grid: Floats, count: int) -> list[Floats]:
    """The grid cut so that `count` distances for each of its entries stay in the cache."""
    rows = max(1, _AT_A_TIME // count)
    return [grid[top : top + rows] for top in range(0, len(grid), rows)]


def _checked_name(name: str) -> str:
    name = one_line(name)
    if len(name) > MOST_NAME:
        raise ValueError(f"a name has at most {MOST_NAME} characters, not {len(name)}")
    return name


def _fields(values: object, what: str, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(values, dict) or set(values) != set(names):
        raise ValueError(f"{what} is an object of {' and '.join(names)}")
    return values


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a name is a text")
    return value


def _swatch(value: object) -> Swatch:
    fields = _fields(value, "a swatch", ("color", "name"))
    color = fields["color"]
    if not isinstance(color, str) or not _HEX.fullmatch(color):
        raise ValueError('a swatch\'s color is a text such as "#c01830"')
    red, green, blue = bytes.fromhex(color[1:])
    return Swatch((red, green, blue), _text(fields["name"]))
