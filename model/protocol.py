"""The frozen material of an evaluation: masks, hints and strokes for each photo.

Everything is a function of the seed and the photo alone (and of its place in the set, which decides whose turn a mask
family is), so that a photo meets the same questions whatever the limit and whichever columns are measured. Changing
anything here makes old and new figures incomparable: raise VERSION.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from model import regions
from model.masks import FAMILIES, sample
from model.true_photos import SIDE, EvaluationError, Floats, Mask, PhotoSet, Picture, TruePhoto

__all__ = ["SIDE", "EvaluationError", "Floats", "Hints", "Mask", "PhotoSet", "Picture", "TruePhoto"]

VERSION = 2
HINT_COUNTS = (0, 1, 2, 5, 10, 20, 50, 100)
HINT_SIDE = 6
RING = (2.0, 8.0)
"""How far from a hint, in px, its nearest surroundings lie: beyond the first, up to the second."""
MASKS_PER_PHOTO = 3
STROKES = 10
STEADY_EVERY = 5
"""Steadiness is measured on every fifth photo: it costs ten answers and six more at other network sizes."""
NETWORK_SIDES = (192, 384)
SIZED_HINTS = (0, 5, 10)
EXPORT_EVERY = 10
"""Exports are measured on every tenth photo."""
SATURATED = 60.0
"""C* of the hint that should not bleed."""
AMONG = 20
"""How many true hints stand around it the second time."""
SEGMENT_SHARE = 0.04
"""A segment smaller than this share of the picture is not tested for bleeding."""
REACH = 32.0
"""Px around the saturated hint within which its effect is judged, on both sides of the segment's edge."""
EDGE_WITHIN = 20.0
"""Px from the saturated hint's centre to the segment's edge, at most: far inside, nothing can bleed."""


@dataclass(frozen=True, eq=False)
class Hints:
    """Colours asked for.

    ab: (2, h, w) float32, zero where none; mask: (h, w) uint8 in {0, 1}; corners: row and column of each patch's upper
    left pixel.
    """

    ab: Floats
    mask: Mask
    corners: tuple[tuple[int, int], ...] = ()

    @classmethod
    def none(cls, height: int = SIDE, width: int = SIDE) -> Hints:
        return cls(np.zeros((2, height, width), np.float32), np.zeros((height, width), np.uint8))

    def joined(self, corner: tuple[int, int], colour: NDArray[np.floating]) -> Hints:
        """With one more 6×6 patch of ``colour``: (2,) a*b*."""
        ab, mask = self.ab.copy(), self.mask.copy()
        patch = patch_at(corner)
        ab[(slice(None), *patch)] = np.asarray(colour, np.float32)[:, None, None]
        mask[patch] = 1
        return Hints(ab, mask, (*self.corners, corner))

    def resized(self, side: int) -> Hints:
        """The same for a network that sees the photo at ``side``²: each pixel as the nearest one of these."""
        ab = np.stack([cv2.resize(plane, (side, side), interpolation=cv2.INTER_NEAREST_EXACT) for plane in self.ab])
        mask = cv2.resize(self.mask, (side, side), interpolation=cv2.INTER_NEAREST_EXACT)
        return Hints(np.asarray(ab, np.float32), np.asarray(mask, np.uint8))


def patch_at(corner: tuple[int, int]) -> tuple[slice, slice]:
    """The pixels of the 6×6 patch whose upper left one this is."""
    return slice(corner[0], corner[0] + HINT_SIDE), slice(corner[1], corner[1] + HINT_SIDE)


def distance_to_patch(corner: tuple[int, int]) -> Floats:
    """(256, 256): each pixel's distance in px to the nearest pixel of the patch, 0 within it."""
    along = [np.maximum(np.maximum(start - np.arange(SIDE), np.arange(SIDE) - start - HINT_SIDE + 1), 0)
             for start in corner]  # fmt: skip
    return np.hypot(along[0][:, None], along[1][None, :]).astype(np.float32)


def distance_outside(mask: Mask) -> Floats:
    """Each pixel's distance in px to the nearest masked pixel: 0 inside; exact (Felzenszwalb and Huttenlocher 2012)."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)


# --- masks ------------------------------------------------------------------------------------------------------------


def partial_families(*, objects: bool) -> tuple[str, ...]:
    """The mask families that have an inside and an outside: those that follow labelled objects, or all others."""
    return tuple(
        name
        for name, family in FAMILIES.items()
        if name not in {"full", "empty"} and (family.needs == "objects") is objects
    )


def masks_of(photo: TruePhoto, place: int, seed: int) -> dict[str, Mask]:
    """The masks of the ``place``-th photo, by family: the families take turns, so that all get about as many photos.

    A photo with labelled objects gets one mask of the families that need them besides.
    """
    chosen = _in_turn(partial_families(objects=False), place, MASKS_PER_PHOTO, seed)
    if photo.segments is not None and photo.segments.any():
        chosen += _in_turn(partial_families(objects=True), place, 1, seed)
    return {name: drawn_mask(name, photo, seed) for name in chosen}


def _in_turn(families: Sequence[str], place: int, count: int, seed: int) -> list[str]:
    order = np.random.default_rng([seed, VERSION]).permutation(len(families))
    return [families[order[(place * count + k) % len(families)]] for k in range(min(count, len(families)))]


def drawn_mask(name: str, photo: TruePhoto, seed: int) -> Mask:
    """A mask of the family, (256, 256), with at least 1 % of the picture on either side; the last of 50 draws if there
    is none.
    """
    generator = torch.Generator().manual_seed(int(_words(photo.name, name)[:2].view(np.uint64)[0] >> 1) ^ seed)
    needs = FAMILIES[name].needs
    cells = torch.from_numpy(regions.cells(photo.rgb))[None] if needs == "cells" else None
    objects = torch.from_numpy(photo.segments)[None] if needs == "objects" and photo.segments is not None else None
    for _ in range(50):
        mask = sample(name, generator, 1, SIDE, SIDE, cells=cells, objects=objects)[0].numpy().astype(np.uint8)
        if 0.01 <= mask.mean() <= 0.99:
            break
    return mask


def growing_mask(photo: TruePhoto, seed: int) -> list[Mask]:
    """A mask grown by ten brush strokes, after each of them: ten masks, each holding the one before."""
    rng = _generator(seed, photo.name, "strokes")
    mask = np.zeros((SIDE, SIDE), np.uint8)
    grown = []
    for _ in range(STROKES):
        thickness = int(rng.integers(8, 41))
        points = [rng.uniform(0.1, 0.9, 2) * SIDE]
        heading = rng.uniform(0, 2 * math.pi)
        for _ in range(int(rng.integers(3, 9))):
            heading += rng.normal(0, 0.6)
            points.append(points[-1] + rng.uniform(10, 30) * np.array([math.cos(heading), math.sin(heading)]))
        cv2.polylines(mask, [np.rint(points).astype(np.int32)], False, 1, thickness)
        grown.append(mask.copy())
    return grown


# --- hints ------------------------------------------------------------------------------------------------------------


def hints_of(photo: TruePhoto, count: int, seed: int, within: Mask | None = None) -> Hints:
    """The first ``count`` of the photo's hints: 6×6 patches of their mean true colour, anywhere or whole in ``within``.

    The positions come from one sequence per photo, so 20 hints are the 10 and ten more.
    """
    rng = _generator(seed, photo.name, "hints")
    hints = Hints.none()
    corners: list[tuple[int, int]] = []
    for _ in range(100 * max(HINT_COUNTS)):
        if len(corners) == count:
            break
        top, left = map(int, rng.integers(0, SIDE - HINT_SIDE + 1, 2))
        patch = patch_at((top, left))
        if within is not None and not within[patch].all():
            continue
        hints.ab[(slice(None), *patch)] = photo.ab[(slice(None), *patch)].mean(axis=(1, 2), keepdims=True)
        hints.mask[patch] = 1
        corners.append((top, left))
    return replace(hints, corners=tuple(corners))


def surroundings(photo: TruePhoto, hints: Hints) -> NDArray[np.bool_]:
    """(256, 256) bool: 2 to 8 px from a hint and further than 2 px from every one.

    Where the photo has a label map, only pixels that have the label of the hint's centre; a hint whose own place the
    map does not know has no surroundings.
    """
    least, most = RING
    if photo.labels is None:
        away = distance_outside(hints.mask)
        return (away > least) & (away <= most)
    ring = np.zeros((SIDE, SIDE), bool)
    reach, middle = math.ceil(most), HINT_SIDE // 2
    for top, left in hints.corners:
        centre = (top + middle, left + middle)
        if photo.unlabelled[centre]:
            continue
        window = np.s_[max(0, top - reach) : top + HINT_SIDE + reach, max(0, left - reach) : left + HINT_SIDE + reach]
        near = distance_to_patch((top, left))[window] <= most
        ring[window] |= near & (photo.labels[window] == photo.labels[centre])
    return ring & (distance_outside(hints.mask) > least)


@dataclass(frozen=True, eq=False)
class Bleeding:
    """A saturated hint inside a segment.

    alone, among: that hint by itself, and besides the photo's first 20 true hints. inside, outside: (256, 256) bool,
    where its effect belongs (the segment within 32 px of the hint, without any hint's own pixels) and where it does not
    (2 to 16 px beyond the segment's edge, within the same 32 px).
    """

    alone: Hints
    among: Hints
    inside: NDArray[np.bool_]
    outside: NDArray[np.bool_]


def bleeding_of(photo: TruePhoto, seed: int) -> Bleeding | None:
    """A colour that the photo does not have, asked for at a random place of a random labelled segment; None if it has
    no segment of at least 4 % of the picture with a fit place.

    The patch lies whole in the segment, its centre at most 20 px from the segment's edge, clear of the true hints. Its
    C* is 60, its hue within 60 degrees of the opposite of the hue that is there.
    """
    if photo.segments is None:
        return None
    rng = _generator(seed, photo.name, "bleeding")
    true_hints = hints_of(photo, AMONG, seed)
    clear = distance_outside(true_hints.mask) > RING[0]
    numbers, sizes = np.unique(photo.segments, return_counts=True)
    large = [number for number, size in zip(numbers, sizes, strict=True) if number and size >= SEGMENT_SHARE * SIDE**2]
    for number in rng.permutation(large):
        segment = photo.segments == number
        fits = np.lib.stride_tricks.sliding_window_view(segment & clear, (HINT_SIDE, HINT_SIDE)).all(axis=(2, 3))
        depth = distance_outside((~segment).astype(np.uint8))[HINT_SIDE // 2 :, HINT_SIDE // 2 :]
        places = np.argwhere(fits & (depth[: fits.shape[0], : fits.shape[1]] <= EDGE_WITHIN))
        for top, left in rng.permutation(places)[:20]:
            found = _bleeding_at(photo, true_hints, segment, (int(top), int(left)), rng)
            if found is not None:
                return found
    return None


def _bleeding_at(
    photo: TruePhoto,
    true_hints: Hints,
    segment: NDArray[np.bool_],
    corner: tuple[int, int],
    rng: np.random.Generator,
) -> Bleeding | None:
    """None where there is next to nothing on one of the sides."""
    a, b = photo.ab[(slice(None), *patch_at(corner))].mean(axis=(1, 2))
    hue = math.atan2(b, a) + math.pi + rng.uniform(-math.pi / 3, math.pi / 3)
    colour = SATURATED * np.array([math.cos(hue), math.sin(hue)])
    among = true_hints.joined(corner, colour)
    judged = (distance_to_patch(corner) <= REACH) & (among.mask == 0)
    beyond = distance_outside(segment.astype(np.uint8))
    inside = judged & segment
    outside = judged & (beyond > 2) & (beyond <= 16) & ~photo.unlabelled
    if min(inside.sum(), outside.sum()) < HINT_SIDE**2:
        return None
    return Bleeding(Hints.none().joined(corner, colour), among, inside, outside)


# --- identity ---------------------------------------------------------------------------------------------------------


class Digest:
    """A fingerprint of photos, masks and hints: two reports compare only if theirs agree."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=8)

    def add(self, *planes: NDArray[np.uint8] | NDArray[np.bool_]) -> None:
        for plane in planes:
            self._hash.update(np.ascontiguousarray(plane).tobytes())

    def __str__(self) -> str:
        return self._hash.hexdigest()


def _words(*names: str) -> NDArray[np.uint32]:
    digest = hashlib.blake2b("\0".join(names).encode(), digest_size=16).digest()
    return np.frombuffer(digest, np.uint32)


def _generator(seed: int, *names: str) -> np.random.Generator:
    """Randomness that belongs to these names alone."""
    return np.random.default_rng([seed, VERSION, *_words(*names).tolist()])
