"""Regions of a photo that masks may follow: superpixels of the picture, and objects from a data set's label map."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Labels = NDArray[np.uint8]

CELLS_ALONG = 14  # of a square photo
MOST_CELLS = 250
CANDIDATES = 6  # places for a cell's seed
SMALLEST_OBJECT = 0.01  # of the photo's area
IGNORED = 255


def cells(rgb: Picture) -> Labels:
    """Superpixels, about 14×14 over the photo: a watershed flooded from a jittered grid (Hu et al. 2015).

    rgb: (h, w, 3) uint8, any size. Returns (h, w) uint8 labels, 0 and up, at most 250 of them, each one piece.
    """
    height, width = rgb.shape[:2]
    aspect = math.sqrt(height / width)
    down = min(max(1, round(CELLS_ALONG * aspect)), height, MOST_CELLS)
    across = min(max(1, round(CELLS_ALONG / aspect)), width, MOST_CELLS // down)
    # OpenCV never floods the outermost pixels: a rim, cut off again below, takes their place.
    smooth = cv2.copyMakeBorder(cv2.GaussianBlur(rgb, (0, 0), 0.8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    # Seeds a quarter of a cell wide: a single pixel on a line would leave a cell no larger than itself.
    reach = max(1, round(min(height / down, width / across) / 4) | 1)
    seeds = _seeds(np.asarray(smooth[1:-1, 1:-1], np.uint8), down, across, reach)
    seeds = np.pad(cv2.dilate(seeds, np.ones((reach, reach), np.uint8)), 1).astype(np.int32)
    flooded = np.maximum(cv2.watershed(smooth, seeds), 0)[1:-1, 1:-1]
    return _filled(flooded.astype(np.uint8), rgb) - np.uint8(1)


def _seeds(rgb: Picture, down: int, across: int, reach: int) -> Labels:
    """One numbered pixel a cell of the grid: of some places near its middle the one with the fewest edges around."""
    height, width = rgb.shape[:2]
    kernel = np.ones((reach + 2, reach + 2), np.uint8)
    edges = cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, kernel).max(axis=2)
    jitter = np.random.default_rng(down * MOST_CELLS + across).uniform(0.25, 0.75, (2, CANDIDATES, down, across))
    rows = ((np.arange(down)[:, None] + jitter[0]) * height / down).astype(int)
    columns = ((np.arange(across) + jitter[1]) * width / across).astype(int)
    best = edges[rows, columns].argmin(axis=0)[None]
    seeds = np.zeros((height, width), np.uint8)
    numbers = np.arange(1, down * across + 1).reshape(1, down, across)
    seeds[np.take_along_axis(rows, best, 0), np.take_along_axis(columns, best, 0)] = numbers
    return seeds


def _filled(labels: Labels, rgb: Picture) -> Labels:
    """Give the zeros, the lines between the cells, to the neighbour whose colour is nearest."""
    padded = np.pad(labels, 1)
    flat = padded.reshape(-1)  # a view
    colours = np.pad(rgb, ((1, 1), (1, 1), (0, 0))).reshape(-1, 3).astype(np.int16)
    steps = np.array([-padded.shape[1], -1, 1, padded.shape[1]])
    while (labels := padded[1:-1, 1:-1]).min() == 0:
        row, column = np.nonzero(labels == 0)
        empty = (row + 1) * padded.shape[1] + column + 1
        around = empty[:, None] + steps
        found = flat[around]
        apart = np.abs(colours.take(around, 0) - colours.take(empty, 0)[:, None]).sum(axis=2, dtype=np.int16)
        nearest = np.where(found > 0, apart, np.int16(1 << 14)).argmin(axis=1)
        flat[empty] = found[np.arange(len(found)), nearest]
    return labels


def object_labels(label_map: Labels, source_name: str) -> Labels:
    """Turn a data set's label map into objects: connected pieces of one label with at least 1 % of the photo's area.

    label_map: (h, w) uint8; 0 is the background and 255 unknown, except in BSDS500 (``source_name`` begins with
    "bsds"), whose every pixel belongs to a numbered region. source_name: the data set, or a file named after it.
    Returns (h, w) uint8: 1..254 for the objects, 0 elsewhere.
    """
    everywhere = source_name.startswith("bsds")
    objects = np.zeros_like(label_map)
    found = 0
    for label in np.unique(label_map):
        if label in (0, IGNORED) and not everywhere:
            continue
        _, pieces, facts, _ = cv2.connectedComponentsWithStats((label_map == label).astype(np.uint8), connectivity=4)
        large = facts[:, cv2.CC_STAT_AREA] >= SMALLEST_OBJECT * label_map.size
        large[0] = False  # what has another label
        numbers = np.where(large, found + np.cumsum(large), 0)
        objects |= numbers.astype(np.uint8)[pieces]
        found += int(large.sum())
    return objects
