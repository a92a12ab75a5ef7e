"""A stroke in progress on a layer: its coverage, and the hints it lays, lifts or bares, or the chroma it paints."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from app.document.brush import Brush, Touch
from app.document.colour_stroke import ColourStroke
from app.document.geometry import EMPTY_RECT, Point, Rect, bounding
from app.document.layer import Colour, DocumentState, Hint, changed_dabs, srgb_ab
from app.document.photo import Photo
from app.document.sources.painted import Painted
from app.document.stroke import Stroke
from app.document.tiles import TileMask

HINT_SIZE = 2.0
"""Diameter of the discs that a colour stroke lays, in brush radii: all that the brush covers gets its colour."""
HINT_SPACING = 0.3
"""Distance of those discs in diameters: between two of them the stroke's edge is bare by 1/20 of the radius."""
SIZES_PER_DOUBLING = 8
"""A pen pressed harder in one place lays another disc at each of these sizes, so that none is left bare at its rim."""
EDGE_HINT_SIZE = 0.25
"""The same for an edge-aware brush, of which only the middle surely lies in the region it keeps to."""
FINEST_VIEW = 1024
"""No network sees the photo with a longer side than this; hints closer together would say nothing more."""


class Painting:
    """One stroke on the active layer of the root `before`, to which it returns if it is aborted.

    It works on the present root that it is given, so that answers settled meanwhile are kept. Where the layer's source
    is `Painted`, a colour is painted as chroma, and hints, which mean nothing there, are left alone.
    """

    def __init__(
        self,
        before: DocumentState,
        brush: Brush,
        erase: bool = False,
        colour: Colour | None = None,
        earlier: HintTrail | None = None,
        photo: Photo | None = None,
    ) -> None:
        """`photo` is what an edge-aware brush keeps to. The root's selection clips coverage and hints alike."""
        if erase and colour is not None:
            raise ValueError("an eraser has no colour")
        self.before = before
        self.colour = colour
        self.trail = HintTrail(before.layer.hints, earlier, before.selection)
        self.parts: tuple[Rect, ...] = ()
        """Where the last `extend` changed mask or chroma, tile by tile."""
        self._index = before.active
        source = before.layer.source
        paint = source.tiles if isinstance(source, Painted) else None
        paints = paint is not None and colour is not None
        self._hints_count = paint is None
        self._stroke = Stroke(before.layer.mask, brush, erase, before.selection, photo, everywhere=paints)
        self._chroma: ColourStroke | None = None
        if paint is not None and colour is not None:
            self._chroma = ColourStroke(self._stroke, paint, srgb_ab(colour))
        self._touched = EMPTY_RECT

    @property
    def name(self) -> str:
        if self._stroke.erase:
            return "Eraser stroke"
        return "Brush stroke" if self.colour is None else "Colour stroke"

    def extend(self, present: DocumentState, touches: Sequence[Touch | Point]) -> tuple[DocumentState, Rect]:
        """Continue to `touches`: the new root, and what changed, clipped to the photo. See `Stroke.add`."""
        stroke, trail, chroma = self._stroke, self.trail, self._chroma
        height, width = stroke.base.height, stroke.base.width
        rect = stroke.add(touches)
        self.parts = stroke.parts
        if chroma is not None:
            self.parts = tuple(dict.fromkeys((*stroke.parts, *chroma.follow())))
            rect = bounding(self.parts)
        elif self._hints_count and not stroke.erase:
            for reach, points in _by_reach(touches, stroke.brush):
                if self.colour is None:
                    rect = rect.union(trail.lift(points, reach))
                else:
                    size = (EDGE_HINT_SIZE if stroke.brush.edge > 0 else HINT_SIZE) * reach
                    rect = rect.union(trail.lay(points, size, self.colour, (height, width)))
        rect = rect.clip(height, width)
        self._touched = self._touched.union(rect)
        before = layer = present.layers[self._index]
        if chroma is not None and isinstance(layer.source, Painted) and layer.source.tiles is not chroma.tiles:
            layer = replace(layer, mask=stroke.mask, source=Painted(chroma.tiles))
        elif layer.mask is stroke.mask and layer.hints is trail.hints:
            return present, rect
        else:
            layer = replace(layer, mask=stroke.mask, hints=trail.hints)
        dabs = changed_dabs(layer, before).clip(height, width) if layer.hints is not before.hints else EMPTY_RECT
        if not dabs.is_empty:
            self.parts, rect = (*self.parts, dabs), rect.union(dabs)
        return present.with_layer(self._index, layer), rect

    def finish(self, present: DocumentState) -> tuple[DocumentState, Rect] | None:
        """The root to keep and where its hints changed; None where the stroke has changed nothing at all.

        Hints that count and whose centre the eraser has bared are forgotten; those that never were on the mask stay.
        """
        old, layer = self.before.layers[self._index], present.layers[self._index]
        if layer.mask is old.mask and layer.hints is old.hints and layer.source is old.source:
            return None
        bared = [hint for hint in layer.hints if self._stroke.erase and self._hints_count and self._bares(hint)]
        if not bared:
            return present, EMPTY_RECT
        gone = {id(hint) for hint in bared}
        kept = tuple(hint for hint in layer.hints if id(hint) not in gone)
        bare = replace(layer, hints=kept)
        rect = changed_dabs(bare, layer).union(bounding(hint.rect for hint in bared))
        return present.with_layer(self._index, bare), rect.clip(layer.mask.height, layer.mask.width)

    def _bares(self, hint: Hint) -> bool:
        x, y, touched = hint.x, hint.y, self._touched
        if not (touched.x <= x < touched.right and touched.y <= y < touched.bottom):
            return False
        return self._stroke.base.at(x, y) > 0 and self._stroke.mask.at(x, y) == 0


class HintTrail:
    """The hints of a layer while a stroke passes over them: `lay` adds the stroke's own, `lift` removes.

    `hints` is the same tuple object until one is really added or removed, so its identity tells of changes.
    """

    def __init__(self, hints: tuple[Hint, ...], earlier: HintTrail | None = None, clip: TileMask | None = None) -> None:
        """`earlier`, the trail that left these hints, spares looking at each of them again.

        Hints whose centre `clip` does not cover are neither laid nor lifted.
        """
        self._before = self._older = hints
        self._clip = clip
        self._places: npt.NDArray[np.float64]
        self._kept = np.ones(len(hints), bool)
        # (n, 3): x, y, size of the older hints, so that 10 000 of them cost one array operation per segment
        if earlier is not None and earlier.hints is hints:
            self._places = np.concatenate((earlier._places[earlier._kept], _places(earlier._own)))
        else:
            self._places = _places(hints)
        self._own: list[Hint] = []
        self._cells: set[tuple[int, int, int]] = set()
        self._last: Point | None = None
        self._reach = 0.0
        self._first_size = 0.0
        self._hints = hints

    @property
    def hints(self) -> tuple[Hint, ...]:
        return self._hints

    def lay(self, points: Iterable[Point], size: float, color: Colour, photo_size: tuple[int, int]) -> Rect:
        """Lay discs of `size` photo pixels along the polyline, `HINT_SPACING` apart. Returns what they cover.

        From the point before, their size changes evenly to this one, so that they never leave the stroke.

        The photo is divided into cells of that side; each gets one hint of the stroke at most, so that
        rubbing to and fro does not pile them up and yet no point of the path lies outside a disc. (Cells
        are never finer than `FINEST_VIEW` shows.) Older hints that lie wholly under a new one are gone.
        Points outside the photo (H, W) lay nothing.
        """
        height, width = photo_size
        finest = max(height, width) / FINEST_VIEW
        photo = Rect(0, 0, width, height)
        self._first_size = self._first_size or size
        covered = EMPTY_RECT
        laid = len(self._own)
        for x, y in points:
            start = 2 * self._reach if self._last is not None else size
            step = max(min(start, size) * HINT_SPACING, finest) / 2
            for px, py, share in _steps(self._last, (x, y), step, photo):
                here = start + (size - start) * share
                scale = self._scale(here)
                spacing = max(self._first_size * 2.0 ** (scale / SIZES_PER_DOUBLING) * HINT_SPACING, finest)
                cell = (scale, math.floor(px / spacing), math.floor(py / spacing))
                if cell not in self._cells and 0 <= px < width and 0 <= py < height and self._is_selected(px, py):
                    self._cells.add(cell)
                    self._own.append(Hint(px, py, here, color, disc=True))
                    covered = covered.union(self._own[-1].rect)
            self._last, self._reach = (x, y), size / 2
        if not covered.is_empty:
            self._bury(self._own[laid:], covered)
            self._join()
        return covered

    def _scale(self, size: float) -> int:
        """Which grid of cells discs of this size go by: a new one at every step of 9 %."""
        return math.floor(SIZES_PER_DOUBLING * math.log2(size / self._first_size))

    def lift(self, points: Sequence[Point], radius: float) -> Rect:
        """Remove every older hint whose centre lies nearer to the polyline than `radius` photo pixels.

        The polyline goes on from the points before, and so does the radius, evenly. Returns what the removed
        hints covered, maybe empty.
        """
        path = list(points) if self._last is None else [self._last, *points]
        if not points:
            return EMPTY_RECT
        start_radius = self._reach if self._last is not None else radius
        self._last, self._reach = path[-1], radius
        if not self._kept.any():
            return EMPTY_RECT
        near = np.zeros_like(self._kept)
        for start, end in zip(path, path[1:] or path, strict=False):
            near |= _lies_within(self._places[:, :2], start, end, start_radius, radius)
            start_radius = radius
        near &= self._kept
        near = self._drop(near)
        if not near.any():
            return EMPTY_RECT
        self._join()
        return bounding(self._before[index].rect for index in np.flatnonzero(near))

    def _is_selected(self, x: float, y: float) -> bool:
        return self._clip is None or self._clip.at(x, y) > 0

    def _bury(self, laid: Sequence[Hint], covered: Rect) -> None:
        x, y, size = self._places.T
        near = np.flatnonzero(
            self._kept & (x > covered.x) & (x < covered.right) & (y > covered.y) & (y < covered.bottom)
        )
        if not near.size:
            return
        buried = np.zeros_like(self._kept)
        for hint in laid:
            slack = (hint.size - size[near]) / 2
            hidden = (np.abs(x[near] - hint.x) <= slack) & (np.abs(y[near] - hint.y) <= slack)
            buried[near[hidden]] = True
        self._drop(buried)

    def _drop(self, gone: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Forget these older hints as far as they are selected; returns which ones were."""
        if self._clip is not None:
            for index in np.flatnonzero(gone):
                gone[index] = self._is_selected(*self._places[index, :2])
        if gone.any():
            self._kept &= ~gone
            self._older = tuple(hint for hint, kept in zip(self._before, self._kept, strict=True) if kept)
        return gone

    def _join(self) -> None:
        self._hints = (*self._older, *self._own)


def _by_reach(touches: Sequence[Touch | Point], brush: Brush) -> Iterator[tuple[float, list[Point]]]:
    """The finite touches in turn, those of one size together: how far the tip certainly reaches, and where."""
    finite = (Touch(*place) for place in touches if math.isfinite(sum(place)))
    for size, alike in itertools.groupby(finite, lambda touch: min(1.0, max(0.0, touch.size))):
        reach = brush.of_radius(brush.radius * brush.roundness * size).radius
        yield reach, [(touch.x, touch.y) for touch in alike]


def _places(hints: Sequence[Hint]) -> npt.NDArray[np.float64]:
    return np.array([(hint.x, hint.y, hint.size) for hint in hints], np.float64).reshape(-1, 3)


def _steps(start: Point | None, end: Point, spacing: float, photo: Rect) -> Iterable[tuple[float, float, float]]:
    """Points from `start` (left out) to `end`, at most `spacing` apart, as far as they lie near the photo.

    Each is x, y and its share of the way, 0..1.
    """
    if start is None:
        return [(*end, 1.0)]
    dx, dy = end[0] - start[0], end[1] - start[1]
    count = max(1, math.ceil(math.hypot(dx, dy) / spacing))
    low, high = 0.0, 1.0
    for origin, delta, first, last in ((start[0], dx, 0, photo.width), (start[1], dy, 0, photo.height)):
        if delta:
            a, b = sorted(((first - origin) / delta, (last - origin) / delta))
            low, high = max(low, a), min(high, b)
    steps = range(max(1, math.floor(low * count)), min(count, math.ceil(high * count)) + 1)
    return ((start[0] + dx * i / count, start[1] + dy * i / count, i / count) for i in steps)


def _lies_within(
    places: npt.NDArray[np.float64], start: Point, end: Point, start_radius: float, end_radius: float
) -> npt.NDArray[np.bool_]:
    """(n,) whether the points (n, 2) lie nearer to the segment than its radius there, which changes evenly."""
    origin = np.array(start)
    along = np.array(end) - origin
    length = float(along @ along)
    offsets = places - origin
    t = np.clip(offsets @ along / length, 0, 1) if length > 0 else np.ones(len(places))
    nearest = offsets - t[:, None] * along
    distances = np.einsum("ij,ij->i", nearest, nearest)
    within: npt.NDArray[np.bool_] = distances < np.square(start_radius + (end_radius - start_radius) * t)
    return within
