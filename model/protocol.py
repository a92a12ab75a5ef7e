"""The frozen material of an evaluation: photos and how they are cut, masks, hints, strokes.

Everything is a function of the seed and the photo's name alone, so that a photo meets the same masks and
hints whatever the limit and whichever columns are measured. Changing anything here makes old and new figures
incomparable: raise VERSION.
"""

from __future__ import annotations

import hashlib
import math
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import overload

import cv2
import numpy as np
from numpy.typing import NDArray

from model.colour import rgb_to_lab
from model.dataset import PHOTO_SUFFIXES, photo_files
from model.masks import FAMILIES

VERSION = 1
SIDE = 256
HINT_COUNTS = (0, 1, 2, 5, 10, 20, 50, 100)
HINT_SIDE = 6
MASKS_PER_PHOTO = 3
STROKES = 10
STEADY_EVERY = 5
"""Steadiness is measured on every fifth photo: it costs ten answers."""

Mask = NDArray[np.uint8]
Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]


class EvaluationError(Exception):
    """What is wrong with the photos or options of an evaluation, in one sentence."""


@dataclass(frozen=True, eq=False)
class TruePhoto:
    """A photo to judge on: ``rgb: (256, 256, 3)`` uint8, its L* ``(256, 256)`` and true ``ab: (2, 256, 256)``
    float32.
    """

    name: str
    rgb: Picture
    lightness: Floats
    ab: Floats

    @classmethod
    def of(cls, name: str, rgb: Picture) -> TruePhoto:
        """Convert a picture that is 256² already (see :func:`centre_square`)."""
        lab = rgb_to_lab(rgb)
        return cls(name, rgb, np.ascontiguousarray(lab[..., 0]), np.ascontiguousarray(lab[..., 1:].transpose(2, 0, 1)))


def centre_square(picture: Picture) -> Picture:
    """Resize so that the short side is 256 (averaging areas), cut out the centre: (256, 256, 3)."""
    height, width = picture.shape[:2]
    scale = SIDE / min(height, width)
    size = (max(SIDE, round(width * scale)), max(SIDE, round(height * scale)))
    resized = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    top, left = (resized.shape[0] - SIDE) // 2, (resized.shape[1] - SIDE) // 2
    return np.ascontiguousarray(resized[top : top + SIDE, left : left + SIDE], np.uint8)


class PhotoSet(Sequence[TruePhoto]):
    """Photos of a folder or a .tar, kept as 256² RGB and converted one at a time, since a large set must fit
    in memory.
    """

    def __init__(self, pictures: Sequence[tuple[str, Picture]]) -> None:
        self._pictures = list(pictures)

    @classmethod
    def at(cls, path: Path, limit: int | None = None) -> PhotoSet:
        """Read the first ``limit`` photos in an order that makes any first N a fair sample.

        Raises EvaluationError if there is none, or if one is damaged: leaving it out would quietly change the
        set.
        """
        if not path.exists():
            raise EvaluationError(f"There is no {path}: give a folder of photos or a .tar of them.")
        try:
            # File names begin with their source: sorted as they are, the first N would all show one subject.
            names = sorted((name for name, _ in photo_files([path])), key=_scattered)
            chosen = set(names[:limit])
            read = {name: _decoded(name, data) for name, data in photo_files([path]) if name in chosen}
        except (OSError, tarfile.TarError) as error:
            raise EvaluationError(f"{path} cannot be read ({error}): check the file or copy it again.") from error
        if not read:
            raise EvaluationError(f"{path} holds no photo: supported are {', '.join(sorted(PHOTO_SUFFIXES))}.")
        return cls([(PurePosixPath(name).stem, read[name]) for name in names[:limit]])

    def __len__(self) -> int:
        return len(self._pictures)

    @overload
    def __getitem__(self, index: int) -> TruePhoto: ...

    @overload
    def __getitem__(self, index: slice) -> PhotoSet: ...

    def __getitem__(self, index: int | slice) -> TruePhoto | PhotoSet:
        if isinstance(index, slice):
            return PhotoSet(self._pictures[index])
        return TruePhoto.of(*self._pictures[index])


@dataclass(frozen=True, eq=False)
class Hints:
    """Colours asked for: ``ab: (2, h, w)`` float32, zero where none; ``mask: (h, w)`` uint8 in {0, 1}."""

    ab: Floats
    mask: Mask

    @classmethod
    def none(cls, height: int = SIDE, width: int = SIDE) -> Hints:
        return cls(np.zeros((2, height, width), np.float32), np.zeros((height, width), np.uint8))


def partial_families() -> tuple[str, ...]:
    """The mask families that have an inside and an outside."""
    return tuple(name for name in FAMILIES if name not in {"full", "empty"})


def masks_of(photo: TruePhoto, place: int, seed: int) -> dict[str, Mask]:
    """The masks of the ``place``-th photo, by family: the families take turns, so that all get about as many
    photos.
    """
    families = partial_families()
    order = np.random.default_rng([seed, VERSION]).permutation(len(families))
    turns = [(place * MASKS_PER_PHOTO + k) % len(families) for k in range(min(MASKS_PER_PHOTO, len(families)))]
    chosen = [families[order[turn]] for turn in turns]
    return {name: drawn_mask(name, _generator(seed, photo.name, name)) for name in chosen}


def drawn_mask(name: str, rng: np.random.Generator) -> Mask:
    """A mask of the family with at least 1 % of the picture on either side; the last of 50 draws if there is
    none.
    """
    for _ in range(50):
        mask = FAMILIES[name](rng, SIDE, SIDE)
        if 0.01 <= mask.mean() <= 0.99:
            break
    return mask


def distance_outside(mask: Mask) -> Floats:
    """Each pixel's distance in px to the nearest masked pixel: 0 inside; exact (Felzenszwalb and Huttenlocher
    2012).
    """
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)


def hints_of(photo: TruePhoto, count: int, seed: int, within: Mask | None = None) -> Hints:
    """The first ``count`` of the photo's hints: 6×6 patches of their mean true colour, anywhere or whole in
    ``within``.

    The positions come from one sequence per photo, so 20 hints are the 10 and ten more.
    """
    rng = _generator(seed, photo.name, "hints")
    hints = Hints.none()
    placed = 0
    for _ in range(100 * max(HINT_COUNTS)):
        if placed == count:
            break
        top, left = rng.integers(0, SIDE - HINT_SIDE + 1, 2)
        patch = np.s_[top : top + HINT_SIDE, left : left + HINT_SIDE]
        if within is not None and not within[patch].all():
            continue
        hints.ab[(slice(None), *patch)] = photo.ab[(slice(None), *patch)].mean(axis=(1, 2), keepdims=True)
        hints.mask[patch] = 1
        placed += 1
    return hints


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


class Digest:
    """A fingerprint of photos, masks and hints: two reports compare only if theirs agree."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=8)

    def add(self, *planes: NDArray[np.uint8]) -> None:
        for plane in planes:
            self._hash.update(np.ascontiguousarray(plane).tobytes())

    def __str__(self) -> str:
        return self._hash.hexdigest()


def _decoded(name: str, encoded: bytes) -> Picture:
    try:
        bgr = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)  # turns by EXIF, reduces to 8 bits
    except cv2.error:
        bgr = None
    if bgr is None:
        raise EvaluationError(f"{name} cannot be read as a photo: remove it or replace it by a whole copy.")
    return centre_square(np.ascontiguousarray(bgr[:, :, ::-1]))


def _scattered(name: str) -> tuple[bytes, str]:
    stem = PurePosixPath(name).name
    return hashlib.blake2b(stem.encode(), digest_size=8).digest(), name


def _generator(seed: int, *names: str) -> np.random.Generator:
    """Randomness that belongs to these names alone."""
    words = hashlib.blake2b("\0".join(names).encode(), digest_size=16).digest()
    return np.random.default_rng([seed, VERSION, *np.frombuffer(words, np.uint32).tolist()])
