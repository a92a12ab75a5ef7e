"""Mask families: named samplers of binary masks, the shapes a user's mask may take.

A family is one function ``(draw: Draw) -> (count, height, width) bool`` registered under a name; training draws from
all but the held-out ones, evaluation reports every one. The 2018 experiment used ten fixed masks; training on a few
fixed masks teaches the network those, training on families teaches it to obey.

Everything is batched and runs where the generator lives. Outlined shapes are filled by winding numbers along the rows
(:mod:`model.outlines`), so a stroke of twenty segments costs a few numbers a row, not twenty passes over the picture.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from model.outlines import boxes, capsules, crossings, discs, filled, inside, ovals

FULL, EMPTY, PARTIAL = 0.35, 0.03, 0.62  # shares of the training mix
INVERTED = 0.3  # of the partial masks
LABELS = 256


@dataclass(frozen=True, eq=False)
class Draw:
    """What a family is asked for: ``count`` masks of ``height`` by ``width``, random through ``generator`` alone.

    cells, objects: (count, height, width) uint8 label maps of the photos the masks are for, or None. cells:
    superpixels; objects: segments, 0 = background or unknown.
    """

    generator: torch.Generator
    count: int
    height: int
    width: int
    cells: Tensor | None = None
    objects: Tensor | None = None

    @property
    def device(self) -> torch.device:
        return self.generator.device

    @property
    def size(self) -> tuple[int, int, int]:
        return self.count, self.height, self.width

    @property
    def side(self) -> int:
        """The shorter side, px."""
        return min(self.height, self.width)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """(count, \\*shape) numbers in [low, high); the shape is (1, 1) if none is given: one number a mask."""
        numbers = torch.rand(self.count, *(shape or (1, 1)), generator=self.generator, device=self.device)
        return low + (high - low) * numbers

    def log_uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """As ``uniform``, but every octave is as likely as the next."""
        return self.uniform(math.log(low), math.log(high), *shape).exp()

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """(count, \\*shape or (1, 1)) int64 in low..high, both included."""
        size = (self.count, *(shape or (1, 1)))
        return torch.randint(low, high + 1, size, generator=self.generator, device=self.device)

    def coin(self, chance: float, *shape: int) -> Tensor:
        return self.uniform(0, 1, *shape) < chance

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(self.count, *shape, generator=self.generator, device=self.device)

    def first(self, most: int, shown: Tensor) -> Tensor:
        """Which of ``most`` there are, when ``shown`` (..., 1) of them are: (..., most) bool."""
        return torch.arange(most, device=self.device) < shown

    def rows(self) -> Tensor:
        """(height, 1) row coordinates of the pixels' centres in units of the longer side."""
        return (self._range(self.height) + 0.5)[:, None] / max(self.height, self.width)

    def columns(self) -> Tensor:
        """(1, width) column coordinates in units of the longer side."""
        return (self._range(self.width) + 0.5)[None, :] / max(self.height, self.width)

    def place(self, low: float, high: float, *shape: int) -> Tensor:
        """(count, \\*shape, 2) random places (row, column) in px, within these shares of height and width."""
        size = torch.tensor([self.height, self.width], dtype=torch.float32, device=self.device)
        return self.uniform(low, high, *shape, 2) * size

    def _range(self, length: int) -> Tensor:
        return torch.arange(length, dtype=torch.float32, device=self.device)


Sampler = Callable[[Draw], Tensor]


class Family(NamedTuple):
    """A registered sampler. held_out: evaluated but never trained on; needs: "", "cells" or "objects"."""

    name: str
    sampler: Sampler
    held_out: bool
    needs: str


FAMILIES: dict[str, Family] = {}


def family(name: str, *, held_out: bool = False, needs: str = "") -> Callable[[Sampler], Sampler]:
    """Register a sampler under ``name``."""

    def register(sampler: Sampler) -> Sampler:
        FAMILIES[name] = Family(name, sampler, held_out, needs)
        return sampler

    return register


@family("full")
def full(draw: Draw) -> Tensor:
    """Everything is coloured: the classic colourisation task."""
    return torch.ones(draw.count, draw.height, draw.width, dtype=torch.bool, device=draw.device)


@family("empty")
def empty(draw: Draw) -> Tensor:
    """Nothing is coloured."""
    return torch.zeros(draw.count, draw.height, draw.width, dtype=torch.bool, device=draw.device)


@family("2018")
def ten_of_2018(draw: Draw) -> Tensor:
    """One of the ten masks of the 2018 experiment."""
    return masks_2018(draw.height, draw.width, draw.device)[draw.integers(0, 9)[:, 0, 0]]


def masks_2018(height: int, width: int, device: torch.device | None = None) -> Tensor:
    """The ten masks of the 2018 experiment, (10, height, width) bool: the left, right, top and bottom half, eight
    vertical stripes and their inverse, eight horizontal ones and theirs, a 4×4 chessboard and its inverse."""
    rows = torch.arange(height, device=device)[:, None].expand(height, width)
    columns = torch.arange(width, device=device)[None, :].expand(height, width)
    left, top = columns < width // 2, rows < height // 2
    vertical, horizontal = columns * 8 // width % 2 == 0, rows * 8 // height % 2 == 0
    chessboard = (rows * 4 // height + columns * 4 // width) % 2 == 0
    pairs = [(each, ~each) for each in (left, top, vertical, horizontal, chessboard)]
    return torch.stack([mask for pair in pairs for mask in pair])


@family("half")
def half(draw: Draw) -> Tensor:
    """One side of a straight line at any angle and offset."""
    angle, rows, columns = draw.uniform(0, 2 * math.pi), draw.rows(), draw.columns()
    down = (rows - draw.uniform(0.25, 0.75) * rows[-1]) * angle.sin()
    right = (columns - draw.uniform(0.25, 0.75) * columns[:, -1:]) * angle.cos()
    return down + right > 0


@family("axis half")
def axis_half(draw: Draw) -> Tensor:
    """The left, right, top or bottom half."""
    across = draw.columns() < 0.5 * draw.width / max(draw.height, draw.width)
    down = draw.rows() < 0.5 * draw.height / max(draw.height, draw.width)
    return torch.where(draw.coin(0.5), across, down) ^ draw.coin(0.5)


@family("stripes")
def stripes(draw: Draw) -> Tensor:
    """Parallel stripes of any period, angle, phase and duty."""
    angle = torch.where(draw.coin(2 / 3), math.pi / 2 * draw.integers(0, 1), draw.uniform(0, math.pi))
    period = draw.log_uniform(0.03, 0.6)
    down, right = draw.rows() * (angle.sin() / period), draw.columns() * (angle.cos() / period)
    return (down + right + draw.uniform(0, 1)).remainder(1) < draw.uniform(0.25, 0.75)


@family("grid")
def grid(draw: Draw) -> Tensor:
    """A chessboard of any cell size, upright or turned."""
    angle = draw.uniform(0, math.pi / 2) * draw.coin(0.5)
    cell, rows, columns = draw.log_uniform(0.04, 0.4), draw.rows(), draw.columns()
    along = (rows * (angle.sin() / cell) + columns * (angle.cos() / cell) + draw.uniform(0, 1)).floor()
    across = (rows * (angle.cos() / cell) - columns * (angle.sin() / cell) + draw.uniform(0, 1)).floor()
    return (along + across).remainder(2) > 0.5


@family("blobs")
def blobs(draw: Draw) -> Tensor:
    """Smooth noise, two to eleven knots along the longer side, cut at a random level: cloud-like regions."""
    knots = torch.arange(-1, 13, device=draw.device)
    scale = draw.uniform(2, 11)

    def bumps(along: Tensor) -> Tensor:
        """(count, length, knots): how near each place is to each knot."""
        return torch.exp(-((along.reshape(-1, 1) * scale - knots) ** 2) / 0.6)

    field = bumps(draw.rows()) @ draw.normal(len(knots), len(knots)) @ bumps(draw.columns()).transpose(1, 2)
    few = field[:, :: 1 + draw.height // 32, :: 1 + draw.width // 32].flatten(1).sort(dim=1).values
    level = few.gather(1, (draw.uniform(0.2, 0.85)[..., 0] * few.shape[1]).long())
    return field > level[..., None]


@family("brush")
def brush(draw: Draw) -> Tensor:
    """One to six hand-like strokes: smooth random walks drawn with a round brush."""
    return _strokes(draw, 0.012, 0.25)


def _strokes(draw: Draw, thinnest: float, thickest: float) -> Tensor:
    """Strokes with a brush whose diameter lies between these shares of the shorter side."""
    most, turns = 6, 23
    radius = (draw.log_uniform(thinnest, thickest, most, 1) * draw.side / 2).clamp_min(0.7)
    heading = draw.uniform(0, 2 * math.pi, most, 1) + 0.5 * draw.normal(most, turns).cumsum(dim=2)
    step = draw.uniform(0.02, 0.08, most, turns) * draw.side
    walk = torch.stack([step * heading.sin(), step * heading.cos()], dim=-1).cumsum(dim=2)
    start = draw.place(0, 1, most, 1)
    points = torch.cat([start, start + walk], dim=2)
    shown = draw.first(most, draw.integers(1, most, 1))[..., None] & draw.first(turns, draw.integers(1, turns, most, 1))
    spans = capsules(points[:, :, :-1][shown], points[:, :, 1:][shown], radius.expand(shown.shape)[shown], draw.height)
    return filled(draw.size, shown.nonzero()[:, 0], *spans)


@family("lasso")
def lasso(draw: Draw) -> Tensor:
    """One to three star-shaped polygons, from triangles to wobbly outlines."""
    most, largest = 3, 15
    corners = draw.integers(3, largest, most, 1)
    place = torch.arange(largest + 1, device=draw.device)
    # Neighbouring corners stay less than half a turn apart: so every outline runs the same way round.
    jitter = draw.uniform(-0.5, 0.5, most, largest + 1) * (corners / 2 - 1).clamp_max(0.9)
    angle = 2 * math.pi * (place + jitter) / corners
    radius = draw.uniform(0.4, 1, most, largest + 1) * draw.uniform(0.1, 0.55, most, 1) * draw.side
    spokes = torch.stack([radius * angle.sin(), radius * angle.cos()], dim=-1)
    closed = torch.where((place < corners)[..., None], spokes, spokes[:, :, :1])
    shown = draw.first(most, draw.integers(1, most, 1))
    outlines = (draw.place(0.1, 0.9, most, 1) + closed)[shown]
    return inside(draw.size, shown.nonzero()[:, 0].repeat_interleave(largest), *crossings(outlines, draw.height))


@family("dabs")
def dabs(draw: Draw) -> Tensor:
    """Three to forty scattered discs of one size or many."""
    most = 40
    largest = (draw.uniform(0.02, 0.2, 1) * draw.side).clamp_min(2)
    radius = 0.5 + largest * torch.where(draw.coin(0.25, 1), draw.uniform(0.2, 1, 1), draw.uniform(0, 1, most))
    shown = draw.first(most, draw.integers(3, most, 1))
    return filled(
        draw.size, shown.nonzero()[:, 0], *discs(draw.place(0, 1, most)[shown], radius[shown][:, None], draw.height)
    )


@family("rectangles")
def rectangles(draw: Draw) -> Tensor:
    """One to four upright rectangles or turned ellipses, filled or as frames."""
    most = 4
    shown = draw.first(most, draw.integers(1, most, 1))
    owner, corners = shown.nonzero()[:, 0], draw.place(0, 1, most, 2)[shown]
    centre, extent = corners.mean(dim=1), (corners[:, 0] - corners[:, 1]).abs() / 2
    frame = (draw.uniform(0.02, 0.1, most, 1) * draw.side).clamp_min(1)[shown]
    hole = (extent - frame) * draw.coin(0.25, most, 1)[shown]
    angle, upright = draw.uniform(0, math.pi, most, 1)[shown], draw.coin(0.5, most, 1)[shown]

    def interval(half_size: Tensor) -> tuple[Tensor, Tensor]:
        box = boxes(centre, half_size, draw.height)
        oval = ovals(centre, half_size, angle, draw.height)
        return torch.where(upright, box[0], oval[0]), torch.where(upright, box[1], oval[1])

    (left, right), (hole_left, hole_right) = interval(extent), interval(hole)
    hollow = hole_left < hole_right
    left_end, right_start = torch.where(hollow, hole_left, right), torch.where(hollow, hole_right, right)
    return filled(draw.size, owner.repeat(2), torch.cat([left, right_start]), torch.cat([left_end, right]))


@family("noise")
def noise(draw: Draw) -> Tensor:
    """Salt and pepper, in grains of one to eight pixels."""
    grain = draw.integers(1, 8)
    grains = draw.uniform(0, 1, draw.height, draw.width) < draw.uniform(0.1, 0.9)
    rows = torch.arange(draw.height, device=draw.device)[:, None] // grain
    columns = torch.arange(draw.width, device=draw.device) // grain
    return grains.flatten(1).gather(1, (rows * draw.width + columns).flatten(1)).view_as(grains)


@family("superpixels", needs="cells")
def superpixels(draw: Draw) -> Tensor:
    """A random share of the photo's cells."""
    return _painted(_needed(draw.cells, "cells"), draw.uniform(0, 1, LABELS) < draw.uniform(0.1, 0.9, 1))


@family("objects", needs="objects")
def objects(draw: Draw) -> Tensor:
    """One to three of the photo's objects; nothing where it has none."""
    labels = _needed(draw.objects, "objects")
    lots = draw.uniform(0.01, 1, LABELS) * (_areas(labels) > 0)
    lots[:, 0] = 0
    last = lots.topk(3, dim=1).values.gather(1, draw.integers(0, 2, 1))
    return _painted(labels, (lots > 0) & (lots >= last))


@family("edge snapped", needs="cells")
def edge_snapped(draw: Draw) -> Tensor:
    """A brushed, blobby or lassoed shape, snapped to the photo's cells: those more than half covered, or the one
    covered best."""
    cells = _needed(draw.cells, "cells")
    kind = draw.integers(0, 2)
    shape = torch.where(kind == 0, _strokes(draw, 0.08, 0.35), torch.where(kind == 1, blobs(draw), lasso(draw)))
    covered = _areas(cells, shape) / _areas(cells).clamp_min(1)
    best = covered.amax(dim=1, keepdim=True)
    return _painted(cells, (covered > 0.5) | ((covered == best) & (best > 0)))


@family("spiral", held_out=True)
def spiral(draw: Draw) -> Tensor:
    """An Archimedean spiral with several arms."""
    y, x = draw.rows() - draw.uniform(0.3, 0.7), draw.columns() - draw.uniform(0.3, 0.7)
    turn = draw.integers(1, 4) * torch.atan2(y, x) / (2 * math.pi)
    return (turn + draw.uniform(2, 8) * torch.hypot(y, x) + draw.uniform(0, 1)).remainder(1) < 0.5


@family("voronoi", held_out=True)
def voronoi(draw: Draw) -> Tensor:
    """Cells around six to forty random points, each in or out by a coin."""
    most = 40
    down = (draw.rows() - draw.uniform(0, 1, most, 1, 1)) ** 2
    right = (draw.columns() - draw.uniform(0, 1, most, 1, 1)) ** 2
    shown, sites = draw.coin(0.5, most, 1, 1), draw.integers(6, most)
    nearest, mask = down[:, 0] + right[:, 0], shown[:, 0].expand(-1, draw.height, draw.width)
    for site in range(1, most):
        distance = down[:, site] + right[:, site]
        closer = (distance < nearest) & (site < sites)
        nearest, mask = torch.where(closer, distance, nearest), torch.where(closer, shown[:, site], mask)
    return mask


@family("text", held_out=True)
def text(draw: Draw) -> Tensor:
    """Lines of large letters."""
    letters = _letters(draw.device)
    _, cell_height, cell_width = letters.shape
    tall = draw.uniform(0.15, 0.4) * draw.side / max(draw.height, draw.width)
    pitch = tall.clamp_min(0.3 * draw.side / max(draw.height, draw.width))
    y = draw.rows() + draw.uniform(0, 1) * pitch
    x = (draw.columns() + draw.uniform(0, 1) * tall) / (tall * (cell_width / cell_height))
    v = (y.remainder(pitch) / tall * cell_height).long()
    line, letter = (y / pitch).long() % 16, x.long() % 16
    chosen = draw.integers(0, len(letters) - 1, 256).gather(1, (line * 16 + letter).flatten(1))
    chosen = chosen.view(-1, draw.height, draw.width)
    u = (x.remainder(1) * cell_width).long().clamp_max(cell_width - 1)
    return letters[chosen, v.clamp_max(cell_height - 1), u] & (v < cell_height)


@functools.cache
def _letters(device: torch.device) -> Tensor:
    """A to Z, (26, 96, 96) bool, each in the middle of its cell."""
    atlas = np.zeros((26, 96, 96), np.uint8)
    for letter, cell in enumerate(atlas):
        (wide, tall), _ = cv2.getTextSize(chr(65 + letter), cv2.FONT_HERSHEY_SIMPLEX, 3, 16)
        origin = ((96 - wide) // 2, (96 + tall) // 2)
        cv2.putText(cell, chr(65 + letter), origin, cv2.FONT_HERSHEY_SIMPLEX, 3, 1, 16)
    return torch.from_numpy(atlas > 0).to(device)


HELD_OUT = frozenset(each.name for each in FAMILIES.values() if each.held_out)
TRAINED = tuple(name for name in FAMILIES if name not in HELD_OUT | {"full", "empty"})


def sample(
    name: str,
    generator: torch.Generator,
    count: int,
    height: int,
    width: int,
    *,
    cells: Tensor | None = None,
    objects: Tensor | None = None,
) -> Tensor:
    """``count`` masks of one family, (count, height, width) bool on the generator's device.

    cells, objects: label maps as in :class:`Draw`. Raises ValueError if the family needs one that is missing.
    """
    return FAMILIES[name].sampler(Draw(generator, count, height, width, cells, objects))


def sample_masks(
    generator: torch.Generator,
    count: int,
    height: int,
    width: int,
    *,
    cells: Tensor | None = None,
    objects: Tensor | None = None,
    families: Sequence[str] = TRAINED,
) -> Tensor:
    """The masks of a training batch, (count, 1, height, width) float32 in {0, 1} on the generator's device.

    35 % full, 3 % empty, the others from ``families`` with equal chances, three in ten of them inverted. A photo gets
    no family whose label map it lacks, nor objects if its map shows none.
    """
    device = generator.device
    chances = torch.ones(count, len(families), device=device)
    for column, name in enumerate(families):
        needs = FAMILIES[name].needs
        labels = {"cells": cells, "objects": objects}.get(needs)
        if needs and labels is None:
            chances[:, column] = 0
        elif needs == "objects" and labels is not None:
            chances[:, column] = labels.flatten(1).any(dim=1).float()
    chances = PARTIAL * chances / chances.sum(dim=1, keepdim=True).clamp_min(1)
    whole = torch.tensor([FULL, EMPTY], device=device).expand(count, 2)
    drawn = torch.multinomial(torch.cat([whole, chances], dim=1), 1, generator=generator)[:, 0]
    inverted = (torch.rand(count, generator=generator, device=device) < INVERTED) & (drawn > 1)
    mask = torch.empty(count, height, width, dtype=torch.bool, device=device)
    kinds = drawn.tolist()
    for kind, name in enumerate(("full", "empty", *families)):
        places = [place for place, each in enumerate(kinds) if each == kind]
        if places:
            chosen = torch.tensor(places, device=device)
            maps = {
                "cells": None if cells is None else cells[chosen],
                "objects": None if objects is None else objects[chosen],
            }
            mask[chosen] = sample(name, generator, len(places), height, width, **maps)
    return (mask ^ inverted[:, None, None])[:, None].float()


def _needed(labels: Tensor | None, what: str) -> Tensor:
    if labels is None:
        raise ValueError(f"This mask family follows the photo: give its {what}.")
    return labels


def _painted(labels: Tensor, chosen: Tensor) -> Tensor:
    """The pixels whose label is chosen; labels: (count, h, w) uint8, chosen: (count, 256) bool."""
    return chosen.gather(1, labels.flatten(1).long()).view(labels.shape)


def _areas(labels: Tensor, within: Tensor | None = None) -> Tensor:
    """(count, 256) int32: how many pixels have each label, in all or within a mask."""
    areas = torch.zeros(len(labels), LABELS, dtype=torch.int32, device=labels.device)
    ones = torch.ones(1, dtype=torch.int32, device=labels.device).expand(labels[0].numel() * len(labels))
    counted = ones.view(len(labels), -1) if within is None else within.flatten(1).int()
    return areas.scatter_add_(1, labels.flatten(1).long(), counted)
