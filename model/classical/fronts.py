"""Nested dissection of a pixel grid: which rectangles there are, and how what they leave fits together.

A. George, "Nested dissection of a regular finite element mesh", SIAM Journal on Numerical Analysis 10, 1973. A
rectangle is halved by a line of its pixels until few are left. Rectangles of one shape are halved alike, so everything
but where they lie is known per shape: some hundred shapes for any photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
Runs = tuple[tuple[slice, slice], ...]

NEIGHBOURS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
SIDES = 3  # columns behind the matrix: two right-hand sides, and what comes from outside
_LEAF = 12  # pixels that are eliminated at once; 5 and 25 are slower
_KEPT = 1024  # pixels of the smallest rectangle whose update is kept; a smaller one is worked out again, which is quick


class Rectangle(NamedTuple):
    """A rectangle's size, and on which sides the photo goes on."""

    height: int
    width: int
    above: bool
    below: bool
    left: bool
    right: bool


@dataclass(frozen=True)
class Entries:
    """Couplings of the grid in a front: the one from local pixel ``sources`` in ``directions`` stands at ``places`` of
    the flattened matrix: eliminated pixels' rows (m, n + SIDES), or the columns (r, m) of those around in them.
    """

    sources: Places
    directions: Places
    places: Places


@dataclass(frozen=True)
class Child:
    """One half of every rectangle of a shape: ``front`` and ``first`` say where the halves are listed.

    The rest says where a half's update is added, as pairs of slices of it and of the target: among the pixels that the
    front eliminates, and among those around it, with the sides behind the latter's columns.
    """

    front: int
    first: int
    inner: Runs
    outer: Runs
    sides: Runs


@dataclass(frozen=True)
class Front:
    """All rectangles of one shape: their fronts are dense matrices of the pixels they eliminate and of those around.

    ``pixels: (k, n)``: the first ``eliminated`` are theirs, the rest lie around. Nobody needs the updates of the fronts
    in ``finishes`` afterwards.
    """

    pixels: Places
    eliminated: int
    inner: Entries
    outer: Entries
    children: tuple[Child, ...]
    kept: bool
    finishes: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many rectangles have this shape."""
        return len(self.pixels)

    @property
    def around(self) -> int:
        """How many pixels lie around each."""
        size: int = self.pixels.shape[1]
        return size - self.eliminated


@lru_cache(maxsize=4)
def fronts_of(height: int, width: int) -> tuple[Front, ...]:
    """The fronts of a grid, each after its children."""
    whole = Rectangle(height, width, above=False, below=False, left=False, right=False)
    corners: dict[Rectangle, list[Places]] = {whole: [np.zeros((1, 2), np.intp)]}
    halves: dict[Rectangle, list[_Half]] = {}
    waiting = {whole}
    while waiting:  # the largest first: all rectangles of a shape are known before their halves are listed
        shape = max(waiting, key=_area)
        waiting.remove(shape)
        corner = np.concatenate(corners[shape])
        corners[shape], halves[shape] = [corner], []
        for half, offset in _halves(shape):
            listed = corners.setdefault(half, [])
            halves[shape].append(_Half(half, offset, first=sum(map(len, listed))))
            listed.append(corner + offset)
            waiting.add(half)
    shapes = list(reversed(halves))
    layouts = {shape: _layout(shape) for shape in shapes}
    number = {shape: k for k, shape in enumerate(shapes)}
    last_user = {half.shape: k for k, shape in enumerate(shapes) for half in halves[shape]}
    return tuple(
        _front(
            shape,
            layouts[shape],
            corners[shape][0],
            width,
            children=tuple(
                _child(layouts[shape], half, layouts[half.shape], number[half.shape]) for half in halves[shape]
            ),
            finishes=tuple(number[half] for half, user in last_user.items() if user == k and not _kept(half)),
        )
        for k, shape in enumerate(shapes)
    )


class _Half(NamedTuple):
    """A half's shape, where it lies from the rectangle's corner, and where the first such half is listed."""

    shape: Rectangle
    offset: tuple[int, int]
    first: int


@dataclass(frozen=True)
class _Layout:
    """A front's pixels (n, 2) from the rectangle's corner, and their ``numbers`` on a grid with two pixels of margin;
    -1 where there is none.
    """

    pixels: Places
    eliminated: int
    numbers: Places

    @property
    def around(self) -> Places:
        return self.pixels[self.eliminated :]


def _area(shape: Rectangle) -> int:
    return shape.height * shape.width


def _kept(shape: Rectangle) -> bool:
    return _area(shape) >= _KEPT


def _halves(shape: Rectangle) -> list[tuple[Rectangle, tuple[int, int]]]:
    """What the middle line leaves, and where from the rectangle's corner; nothing of a leaf."""
    height, width = shape.height, shape.width
    if _area(shape) <= _LEAF:
        return []
    if height >= width:
        middle = height // 2
        first = shape._replace(height=middle, below=True)
        second = shape._replace(height=height - middle - 1, above=True)
        offset = middle + 1, 0
    else:
        middle = width // 2
        first = shape._replace(width=middle, right=True)
        second = shape._replace(width=width - middle - 1, left=True)
        offset = 0, middle + 1
    return [(half, at) for half, at in ((first, (0, 0)), (second, offset)) if _area(half)]


def _eliminated(shape: Rectangle) -> Places:
    """The pixels (m, 2) a front eliminates, from the rectangle's corner: its middle line, or all of a leaf."""
    rows, columns = np.arange(shape.height), np.arange(shape.width)
    if _halves(shape):
        if shape.height >= shape.width:
            rows = rows[shape.height // 2 :][:1]
        else:
            columns = columns[shape.width // 2 :][:1]
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def _around(shape: Rectangle) -> Places:
    """The pixels (r, 2) around a rectangle, clockwise, so that those of its halves lie in few runs among them."""
    rows = np.arange(shape.height)
    columns = np.arange(-int(shape.left), shape.width + int(shape.right))
    sides = [
        (shape.above, np.full_like(columns, -1), columns),
        (shape.right, rows, np.full_like(rows, shape.width)),
        (shape.below, np.full_like(columns, shape.height), columns[::-1]),
        (shape.left, rows[::-1], np.full_like(rows, -1)),
    ]
    present = [(y, x) for there, y, x in sides if there]
    if not present:
        return np.empty((0, 2), np.intp)
    return np.array([np.concatenate(places) for places in zip(*present, strict=True)]).T


def _layout(shape: Rectangle) -> _Layout:
    eliminated = _eliminated(shape)
    pixels = np.concatenate([eliminated, _around(shape)])
    numbers = np.full((shape.height + 4, shape.width + 4), -1, np.intp)
    numbers[tuple(pixels.T + 2)] = np.arange(len(pixels))
    return _Layout(pixels, len(eliminated), numbers)


def _front(
    shape: Rectangle,
    layout: _Layout,
    corners: Places,
    width: int,
    *,
    children: tuple[Child, ...],
    finishes: tuple[int, ...],
) -> Front:
    pixels, eliminated = layout.pixels, layout.eliminated
    neighbours = layout.numbers[tuple(np.moveaxis(pixels[:, None] + np.array(NEIGHBOURS) + 2, -1, 0))]
    # Couplings among the pixels around belong to the fronts that eliminate those.
    inner, inner_directions = np.nonzero(neighbours[:eliminated] >= 0)
    outer, outer_directions = np.nonzero((neighbours[eliminated:] >= 0) & (neighbours[eliminated:] < eliminated))
    return Front(
        pixels=(corners[:, :1] + pixels[:, 0]) * width + corners[:, 1:] + pixels[:, 1],
        eliminated=eliminated,
        inner=Entries(inner, inner_directions, inner * (len(pixels) + SIDES) + neighbours[inner, inner_directions]),
        outer=Entries(
            outer + eliminated,
            outer_directions,
            outer * eliminated + neighbours[outer + eliminated, outer_directions],
        ),
        children=children,
        kept=_kept(shape),
        finishes=finishes,
    )


def _child(layout: _Layout, half: _Half, half_layout: _Layout, front: int) -> Child:
    around = half_layout.around
    places = layout.numbers[tuple((around + half.offset + 2).T)] - layout.eliminated
    inner = _runs(np.flatnonzero(places < 0), places[places < 0] + layout.eliminated)
    outer = _runs(np.flatnonzero(places >= 0), places[places >= 0])
    count, size = len(around), len(layout.around)
    sides = slice(count, count + SIDES), slice(size, size + SIDES)
    return Child(front, half.first, inner, outer, sides=(sides,))


def _runs(sources: Places, targets: Places) -> Runs:
    """The places as pairs of slices: adding those takes a third of the time."""
    if not len(sources):
        return ()
    runs = []
    apart = (np.diff(sources) != 1) | (np.abs(np.diff(targets)) != 1)
    for part in np.split(np.arange(len(sources)), np.flatnonzero(apart) + 1):
        source, first, last = int(sources[part[0]]), int(targets[part[0]]), int(targets[part[-1]])
        step = 1 if last >= first else -1
        stop = last + step
        runs.append((slice(source, source + len(part)), slice(first, stop if stop >= 0 else None, step)))
    return tuple(runs)
