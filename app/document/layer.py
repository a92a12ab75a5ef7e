"""What a layer is made of: its mask, the colours asked for, where its colour comes from. Immutable values."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.document.geometry import Point, Rect
from app.document.space import SRGB
from app.document.tiles import TileMask

if TYPE_CHECKING:
    from app.document.chroma import Chroma, ChromaField

Colour = tuple[int, int, int]
"""sRGB codes (red, green, blue), each 0..255."""


class Source(enum.Enum):
    """Where a layer's chroma comes from."""

    NEURAL = "neural"
    ORIGINAL = "original"


@dataclass(frozen=True)
class Hint:
    """A colour asked for at a place: a square of `size` photo pixels around the point (x, y)."""

    x: float
    y: float
    size: float
    color: Colour

    def __post_init__(self) -> None:
        if not (
            math.isfinite(self.x) and math.isfinite(self.y) and math.isfinite(self.size) and self.size > 0
        ):
            raise ValueError(f"a hint needs a finite place and a size above 0, not {self}")
        if len(self.color) != 3 or not all(0 <= code <= 255 for code in self.color):
            raise ValueError(f"a hint's colour is three codes 0..255, not {self.color}")

    @property
    def ab(self) -> tuple[float, float]:
        """CIE a*, b* of the colour, relative to D65."""
        return srgb_ab(self.color)

    @property
    def rect(self) -> Rect:
        """The whole photo pixels that the square touches (may pass the photo's edge)."""
        half = self.size / 2
        x, y = math.floor(self.x - half), math.floor(self.y - half)
        return Rect(x, y, math.ceil(self.x + half) - x, math.ceil(self.y + half) - y)


@lru_cache(maxsize=4096)
def srgb_ab(color: Colour) -> tuple[float, float]:
    """CIE a*, b* (D65) of sRGB codes 0..255. Sources: IEC 61966-2-1; CIE 15:2004, 8.2.1."""
    codes = np.array(color, np.float64) / 255
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    relative = (SRGB.to_xyz @ linear) / SRGB.white
    root = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    return float(500 * (root[0] - root[1])), float(200 * (root[1] - root[2]))


def hint_raster(
    hints: Sequence[Hint], photo_size: tuple[int, int], size: tuple[int, int]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """The hints as the network sees them: (ab (2, h, w) float32 a*b*, mask (h, w) uint8 {0, 1}).

    `photo_size` is (H, W) of the photo, `size` the network's (h, w). A later hint lies over an earlier one.
    Each fills at least the network pixel that contains its centre; centres outside the photo are left out.
    """
    (height, width), (h, w) = photo_size, size
    ab, mask = np.zeros((2, h, w), np.float32), np.zeros((h, w), np.uint8)
    if not hints:
        return ab, mask
    x, y, side = np.array([(hint.x, hint.y, hint.size) for hint in hints], np.float64).T
    left, right = _network_span(x, side, w / width, w)
    top, bottom = _network_span(y, side, h / height, h)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    # Many hints fall on the same pixels in a small view; of equal squares with equal colours one is enough.
    seen = set()
    drawn = []
    spans = zip(left.tolist(), right.tolist(), top.tolist(), bottom.tolist(), strict=True)
    for hint, span, lies_inside in zip(reversed(hints), reversed(list(spans)), inside[::-1], strict=True):
        if lies_inside and span not in seen:
            seen.add(span)
            drawn.append((hint, span))
    for hint, (x0, x1, y0, y1) in reversed(drawn):
        ab[0, y0:y1, x0:x1], ab[1, y0:y1, x0:x1] = hint.ab
        mask[y0:y1, x0:x1] = 1
    return ab, mask


def _network_span(
    centre: npt.NDArray[np.float64], side: npt.NDArray[np.float64], scale: float, count: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First and one-past-last network pixel of each square along one axis, at least one, within 0..count."""
    begin = np.rint((centre - side / 2) * scale)
    end = np.rint((centre + side / 2) * scale)
    own = np.floor(centre * scale)
    begin, end = np.where(end <= begin, own, begin), np.where(end <= begin, own + 1, end)
    return np.clip(begin, 0, count).astype(np.intp), np.clip(end, 0, count).astype(np.intp)


@dataclass(frozen=True, eq=False)
class LayerState:
    """One layer. Immutable; compare by identity, share by `dataclasses.replace`.

    `chroma` is the network's last answer, `field` the same fitted to the photo. `field` is None with a
    chroma present after undo from far back (it is left out of cold history): fit it again, no network needed.
    `opacity` is 0..1.
    """

    name: str
    mask: TileMask
    hints: tuple[Hint, ...] = ()
    source: Source = Source.NEURAL
    chroma: Chroma | None = None
    field: ChromaField | None = None
    opacity: float = 1.0
    visible: bool = True


@dataclass(frozen=True, eq=False)
class DocumentState:
    """The root of a document: layers from bottom to top, and the index of the one being painted."""

    layers: tuple[LayerState, ...]
    active: int = 0

    @property
    def layer(self) -> LayerState:
        """The active layer."""
        return self.layers[self.active]

    def with_layer(self, index: int, layer: LayerState) -> DocumentState:
        """The root with one layer exchanged."""
        if not 0 <= index < len(self.layers):
            raise IndexError(f"no layer {index} among {len(self.layers)}")
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))


class HintTrail:
    """The hints of a layer while a stroke passes over them: `lay` adds the stroke's own, `lift` removes.

    `hints` is the same tuple object until one is really added or removed, so its identity tells of changes.
    """

    def __init__(self, hints: tuple[Hint, ...]) -> None:
        self._before = hints
        self._kept = np.ones(len(hints), bool)
        # (n, 3): x, y, size of the older hints, so that 10 000 of them cost one array operation per segment
        self._places = np.array([(hint.x, hint.y, hint.size) for hint in hints], np.float64).reshape(-1, 3)
        self._own: list[Hint] = []
        self._cells: set[tuple[int, int]] = set()
        self._last: Point | None = None
        self._hints = hints

    @property
    def hints(self) -> tuple[Hint, ...]:
        return self._hints

    def lay(self, points: Iterable[Point], size: float, color: Colour, photo_size: tuple[int, int]) -> bool:
        """Lay squares of `size` photo pixels along the polyline, half a square apart. True if any was laid.

        The photo is divided into cells of half a square; each gets one hint of the stroke at most, so that
        rubbing to and fro does not pile them up and yet no point of the path lies outside a square. Older
        hints that lie wholly under a new one are gone. Points outside the photo (H, W) lay nothing.
        """
        height, width = photo_size
        spacing = size / 2
        before = len(self._own)
        for x, y in points:
            for px, py in _steps(self._last, (x, y), spacing / 2, Rect(0, 0, width, height)):
                cell = (math.floor(px / spacing), math.floor(py / spacing))
                if cell not in self._cells and 0 <= px < width and 0 <= py < height:
                    self._cells.add(cell)
                    self._own.append(Hint(px, py, size, color))
                    self._bury(px, py, size)
            self._last = (x, y)
        if len(self._own) == before:
            return False
        self._join()
        return True

    def lift(self, points: Sequence[Point], radius: float) -> Rect | None:
        """Remove every older hint whose centre lies nearer to the polyline than `radius` photo pixels.

        The polyline goes on from the points before. Returns the photo pixels the removed squares touched,
        None where there were none.
        """
        path = list(points) if self._last is None else [self._last, *points]
        if not path:
            return None
        self._last = path[-1]
        if not self._kept.any():
            return None
        near = np.zeros_like(self._kept)
        for start, end in zip(path, path[1:] or path, strict=False):
            near |= _distance_squared(self._places[:, :2], start, end) < radius * radius
        near &= self._kept
        if not near.any():
            return None
        self._kept &= ~near
        self._join()
        rect = Rect(0, 0, 0, 0)
        for index in np.flatnonzero(near):
            rect = rect.union(self._before[index].rect)
        return rect

    def _bury(self, x: float, y: float, size: float) -> None:
        slack = (size - self._places[:, 2]) / 2
        hidden = (np.abs(self._places[:, 0] - x) <= slack) & (np.abs(self._places[:, 1] - y) <= slack)
        self._kept &= ~hidden

    def _join(self) -> None:
        older = self._before
        if not self._kept.all():
            older = tuple(hint for hint, kept in zip(self._before, self._kept, strict=True) if kept)
        self._hints = (*older, *self._own)


def _steps(start: Point | None, end: Point, spacing: float, photo: Rect) -> Iterable[Point]:
    """Points from `start` (left out) to `end`, at most `spacing` apart, as far as they lie near the photo."""
    if start is None:
        return [end]
    dx, dy = end[0] - start[0], end[1] - start[1]
    count = max(1, math.ceil(math.hypot(dx, dy) / spacing))
    low, high = 0.0, 1.0
    for origin, delta, first, last in ((start[0], dx, 0, photo.width), (start[1], dy, 0, photo.height)):
        if delta:
            a, b = sorted(((first - origin) / delta, (last - origin) / delta))
            low, high = max(low, a), min(high, b)
    steps = range(max(1, math.floor(low * count)), min(count, math.ceil(high * count)) + 1)
    return ((start[0] + dx * i / count, start[1] + dy * i / count) for i in steps)


def _distance_squared(places: npt.NDArray[np.float64], start: Point, end: Point) -> npt.NDArray[np.float64]:
    """(n,) squared distances of the points (n, 2) from the segment."""
    origin = np.array(start)
    along = np.array(end) - origin
    length = float(along @ along)
    offsets = places - origin
    t = np.clip(offsets @ along / length, 0, 1) if length > 0 else np.zeros(len(places))
    nearest = offsets - t[:, None] * along
    distances: npt.NDArray[np.float64] = np.einsum("ij,ij->i", nearest, nearest)
    return distances
