"""Mask families: named samplers of binary masks, the shapes a user's mask may take.

A family is one function ``(rng, height, width) -> (height, width) uint8 in {0, 1}`` registered under a name; training
draws from all but the held-out ones, evaluation reports every one. The 2018 experiment used ten fixed masks;
training on a few fixed masks teaches the network those, training on families teaches it to obey.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
Sampler = Callable[[np.random.Generator, int, int], Mask]

FAMILIES: dict[str, Sampler] = {}
_held_out: set[str] = set()


def family(name: str, *, held_out: bool = False) -> Callable[[Sampler], Sampler]:
    """Register a sampler under ``name``; a held-out family is evaluated but never trained on."""

    def register(sampler: Sampler) -> Sampler:
        FAMILIES[name] = sampler
        if held_out:
            _held_out.add(name)
        return sampler

    return register


def _coordinates(height: int, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Row and column coordinates scaled by the longer side, broadcastable to (height, width)."""
    side = max(height, width)
    rows = (np.arange(height)[:, None] + 0.5) / side
    columns = (np.arange(width)[None, :] + 0.5) / side
    return rows.astype(np.float32), columns.astype(np.float32)


@family("full")
def full(_rng: np.random.Generator, height: int, width: int) -> Mask:
    """Everything is coloured: the classic colourisation task."""
    return np.ones((height, width), np.uint8)


@family("empty")
def empty(_rng: np.random.Generator, height: int, width: int) -> Mask:
    """Nothing is coloured."""
    return np.zeros((height, width), np.uint8)


@family("half")
def half(rng: np.random.Generator, height: int, width: int) -> Mask:
    """One side of a straight line at any angle and offset."""
    rows, columns = _coordinates(height, width)
    angle = rng.uniform(0, 2 * math.pi)
    centre_row, centre_column = (
        rng.uniform(0.25, 0.75) * rows[-1, 0],
        rng.uniform(0.25, 0.75) * columns[0, -1],
    )
    side = (rows - centre_row) * math.sin(angle) + (columns - centre_column) * math.cos(angle)
    return np.asarray(side > 0, np.uint8)


@family("axis half")
def axis_half(rng: np.random.Generator, height: int, width: int) -> Mask:
    """The left, right, top or bottom half: the first masks of 2018."""
    mask = np.zeros((height, width), np.uint8)
    if rng.random() < 0.5:
        mask[: height // 2] = 1
    else:
        mask[:, : width // 2] = 1
    return mask if rng.random() < 0.5 else 1 - mask


@family("stripes")
def stripes(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Parallel stripes of any period, angle, phase and duty."""
    rows, columns = _coordinates(height, width)
    angle = rng.choice([0.0, math.pi / 2, rng.uniform(0, math.pi)])
    period, duty = math.exp(rng.uniform(math.log(0.03), math.log(0.6))), rng.uniform(0.25, 0.75)
    phase = (rows * math.sin(angle) + columns * math.cos(angle)) / period + rng.random()
    return np.asarray(np.mod(phase, 1) < duty, np.uint8)


@family("grid")
def grid(rng: np.random.Generator, height: int, width: int) -> Mask:
    """A chessboard of any cell size and rotation."""
    rows, columns = _coordinates(height, width)
    angle = rng.choice([0.0, rng.uniform(0, math.pi / 2)])
    cell = math.exp(rng.uniform(math.log(0.04), math.log(0.4)))
    along = np.floor((rows * math.sin(angle) + columns * math.cos(angle)) / cell + rng.random())
    across = np.floor((rows * math.cos(angle) - columns * math.sin(angle)) / cell + rng.random())
    return np.asarray(np.mod(along + across, 2), np.uint8)


@family("blobs")
def blobs(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Smooth noise cut at a random level: cloud-like regions."""
    coarse = max(2, int(rng.integers(2, 12)))
    noise = rng.standard_normal((coarse, coarse)).astype(np.float32)
    field = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(field > np.quantile(field, rng.uniform(0.2, 0.85)), np.uint8)


@family("brush")
def brush(rng: np.random.Generator, height: int, width: int) -> Mask:
    """One to six hand-like strokes: smooth random walks drawn with a round brush."""
    mask = np.zeros((height, width), np.uint8)
    side = min(height, width)
    for _ in range(int(rng.integers(1, 7))):
        thickness = max(1, int(side * math.exp(rng.uniform(math.log(0.012), math.log(0.25)))))
        position = rng.uniform(0, 1, 2) * (width, height)
        heading = rng.uniform(0, 2 * math.pi)
        points = [position]
        for _ in range(int(rng.integers(1, 24))):
            heading += rng.normal(0, 0.5)
            position = position + side * rng.uniform(0.02, 0.08) * np.array([math.cos(heading), math.sin(heading)])
            points.append(position)
        cv2.polylines(mask, [np.array(points, np.int32)], False, 1, thickness)
        cv2.circle(mask, (int(points[0][0]), int(points[0][1])), thickness // 2, 1, -1)
    return mask


@family("lasso")
def lasso(rng: np.random.Generator, height: int, width: int) -> Mask:
    """One to three polygons around a centre, from triangles to wobbly outlines."""
    mask = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        corners = int(rng.integers(3, 16))
        angles = np.sort(rng.uniform(0, 2 * math.pi, corners))
        radii = rng.uniform(0.4, 1.0, corners) * min(height, width) * rng.uniform(0.1, 0.55)
        centre = rng.uniform(0.1, 0.9, 2) * (width, height)
        outline = centre + np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
        cv2.fillPoly(mask, [outline.astype(np.int32)], 1)
    return mask


@family("dabs")
def dabs(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Scattered discs of one size or many."""
    mask = np.zeros((height, width), np.uint8)
    largest = max(2, int(min(height, width) * rng.uniform(0.02, 0.2)))
    for _ in range(int(rng.integers(3, 40))):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.circle(mask, centre, int(rng.integers(1, largest + 1)), 1, -1)
    return mask


@family("rectangles")
def rectangles(rng: np.random.Generator, height: int, width: int) -> Mask:
    """One to four upright rectangles or ellipses, filled or as frames."""
    mask = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        x0, x1 = np.sort(rng.integers(0, width + 1, 2))
        y0, y1 = np.sort(rng.integers(0, height + 1, 2))
        thickness = -1 if rng.random() < 0.75 else max(1, int(min(height, width) * rng.uniform(0.02, 0.1)))
        if rng.random() < 0.5:
            cv2.rectangle(mask, (int(x0), int(y0)), (int(x1), int(y1)), 1, thickness)
        else:
            centre = (int(x0 + x1) // 2, int(y0 + y1) // 2)
            axes = (int(x1 - x0) // 2, int(y1 - y0) // 2)
            cv2.ellipse(mask, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, thickness)
    return mask


@family("noise")
def noise(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Salt and pepper, in grains of one to eight pixels."""
    grain = int(rng.integers(1, 9))
    coarse = rng.random((-(-height // grain), -(-width // grain))) < rng.uniform(0.1, 0.9)
    return np.asarray(np.kron(coarse, np.ones((grain, grain)))[:height, :width], np.uint8)


@family("spiral", held_out=True)
def spiral(rng: np.random.Generator, height: int, width: int) -> Mask:
    """An Archimedean spiral with several arms."""
    rows, columns = _coordinates(height, width)
    y, x = rows - rng.uniform(0.3, 0.7), columns - rng.uniform(0.3, 0.7)
    arms, turns = int(rng.integers(1, 5)), rng.uniform(2, 8)
    phase = arms * np.arctan2(y, x) / (2 * math.pi) + turns * np.hypot(y, x)
    return np.asarray(np.mod(phase + rng.random(), 1) < 0.5, np.uint8)


@family("voronoi", held_out=True)
def voronoi(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Cells around random points, each in or out by a coin."""
    rows, columns = _coordinates(height, width)
    count = int(rng.integers(6, 40))
    sites = rng.random((count, 2)).astype(np.float32)
    distance = (rows[..., None] - sites[:, 0]) ** 2 + (columns[..., None] - sites[:, 1]) ** 2
    return np.asarray((rng.random(count) < 0.5)[np.argmin(distance, axis=-1)], np.uint8)


@family("text", held_out=True)
def text(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Lines of large letters."""
    mask = np.zeros((height, width), np.uint8)
    scale = min(height, width) / 256 * rng.uniform(1.5, 4)
    for line in np.arange(rng.uniform(0.2, 0.4), 1.1, 0.3):
        letters = "".join(chr(int(code)) for code in rng.integers(65, 91, 12))
        origin = (int(-rng.uniform(0, 0.2) * width), int(line * height))
        cv2.putText(mask, letters, origin, cv2.FONT_HERSHEY_SIMPLEX, scale, 1, max(1, int(scale * 6)))
    return mask


HELD_OUT = frozenset(_held_out)
TRAINED = tuple(name for name in FAMILIES if name not in HELD_OUT | {"full", "empty"})


def sample_mask(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Draw a training mask: about 35 % full, 3 % empty, the rest a trained family or its inverse."""
    draw = rng.random()
    if draw < 0.35:
        return full(rng, height, width)
    if draw < 0.38:
        return empty(rng, height, width)
    mask = FAMILIES[TRAINED[int(rng.integers(len(TRAINED)))]](rng, height, width)
    return 1 - mask if rng.random() < 0.3 else mask
