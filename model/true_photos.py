"""The photos of an evaluation: colour photos cut to one size, with the label maps that lie beside some of them."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple, overload

import cv2
import numpy as np
from numpy.typing import NDArray

from model.colour import rgb_to_lab
from model.dataset import PHOTO_SUFFIXES, labelled_photo_files
from model.regions import IGNORED, object_labels

SIDE = 256
SKIN = 41
"""The label of bare skin in the ccp photos (Clothing Co-Parsing: Yang, Luo, Lin 2014)."""

Mask = NDArray[np.uint8]
Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]


class EvaluationError(Exception):
    """What is wrong with the photos or options of an evaluation, in one sentence."""


@dataclass(frozen=True, eq=False)
class TruePhoto:
    """A photo to judge on.

    rgb: (256, 256, 3) uint8; lightness: its L* (256, 256) and ab: its true chroma (2, 256, 256), float32; labels:
    (256, 256) uint8, the label map that came with it, if any, in the numbers of its data set. The name begins with the
    data set's.
    """

    name: str
    rgb: Picture
    lightness: Floats
    ab: Floats
    labels: Mask | None = None

    @classmethod
    def of(cls, name: str, rgb: Picture, labels: Mask | None = None) -> TruePhoto:
        """Convert a picture, and its label map, that are 256² already (see :func:`centre_square`)."""
        lab = rgb_to_lab(rgb)
        ab = np.ascontiguousarray(lab[..., 1:].transpose(2, 0, 1))
        return cls(name, rgb, np.ascontiguousarray(lab[..., 0]), ab, labels)

    @cached_property
    def segments(self) -> Mask | None:
        """(256, 256) uint8 numbers of the labelled objects or regions, 0 where there is none; None without a map."""
        return None if self.labels is None else object_labels(self.labels, self.name)

    @cached_property
    def skin(self) -> NDArray[np.bool_]:
        """(256, 256) bool: bare skin, as far as it is known."""
        if self.labels is None or not self.name.startswith("ccp"):
            return np.zeros(self.lightness.shape, bool)
        return np.asarray(self.labels == SKIN)

    @cached_property
    def unlabelled(self) -> NDArray[np.bool_]:
        """(256, 256) bool: where the label map says nothing, which is everywhere without one."""
        if self.labels is None:
            return np.ones(self.lightness.shape, bool)
        return np.asarray(self.labels == IGNORED) & (not self.name.startswith("bsds"))  # there every number is a region


def centre_square(picture: Picture, *, labels: bool = False) -> Picture:
    """Resize so that the short side is 256 and cut out the centre, 256².

    picture: (h, w, 3), averaged over areas; or with ``labels`` an (h, w) label map, of which the nearest is taken.
    """
    height, width = picture.shape[:2]
    scale = SIDE / min(height, width)
    size = (max(SIDE, round(width * scale)), max(SIDE, round(height * scale)))
    resized = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST_EXACT if labels else cv2.INTER_AREA)
    top, left = (resized.shape[0] - SIDE) // 2, (resized.shape[1] - SIDE) // 2
    return np.ascontiguousarray(resized[top : top + SIDE, left : left + SIDE], np.uint8)


class Stored(NamedTuple):
    """A photo as it is kept: its name, (256, 256, 3) RGB, and (256, 256) labels if there are any."""

    name: str
    rgb: Picture
    labels: Mask | None = None


class PhotoSet(Sequence[TruePhoto]):
    """Photos of folders or .tar files, kept as 256² RGB and converted one at a time: a large set must fit in memory."""

    def __init__(self, pictures: Sequence[Stored]) -> None:
        self._pictures = list(pictures)

    @classmethod
    def at(cls, sources: Sequence[Path], limit: int | None = None) -> PhotoSet:
        """Read the first ``limit`` photos of all sources in an order that makes any first N a fair sample.

        Raises EvaluationError if there is none, or if one is damaged: leaving it out would quietly change the set.
        """
        for source in sources:
            if not source.exists():
                raise EvaluationError(f"There is no {source}: give a folder of photos or a .tar of them.")
        told = ", ".join(map(str, sources))
        try:
            # File names begin with their source: sorted as they are, the first N would all show one subject.
            names = sorted((file.name for file in labelled_photo_files(sources)), key=_scattered)[:limit]
            chosen = set(names)
            read = {
                file.name: _stored(file.name, file.encoded, file.labels)
                for file in labelled_photo_files(sources)
                if file.name in chosen
            }
        except (OSError, tarfile.TarError) as error:
            raise EvaluationError(f"{told} cannot be read ({error}): check the file or copy it again.") from error
        if not read:
            raise EvaluationError(f"{told} holds no photo: supported are {', '.join(sorted(PHOTO_SUFFIXES))}.")
        return cls([read[name] for name in names])

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


def _stored(name: str, encoded: bytes, encoded_labels: bytes | None) -> Stored:
    bgr = _decoded(name, encoded, cv2.IMREAD_COLOR)  # turns by EXIF, reduces to 8 bits
    labels = None
    if encoded_labels is not None:
        labels = _decoded(f"the label map of {name}", encoded_labels, cv2.IMREAD_GRAYSCALE)
        if labels.shape != bgr.shape[:2]:
            raise EvaluationError(
                f"The label map of {name} has {labels.shape[1]} × {labels.shape[0]} pixels, the photo "
                f"{bgr.shape[1]} × {bgr.shape[0]}: remove the map or replace it by one that fits."
            )
        labels = centre_square(labels, labels=True)
    return Stored(PurePosixPath(name).stem, centre_square(np.ascontiguousarray(bgr[:, :, ::-1])), labels)


def _decoded(name: str, encoded: bytes, flags: int) -> Picture:
    try:
        picture = cv2.imdecode(np.frombuffer(encoded, np.uint8), flags)
    except cv2.error:
        picture = None
    if picture is None:
        raise EvaluationError(f"{name} cannot be read as a photo: remove it or replace it by a whole copy.")
    return np.asarray(picture, np.uint8)


def _scattered(name: str) -> tuple[bytes, str]:
    stem = PurePosixPath(name).name
    return hashlib.blake2b(stem.encode(), digest_size=8).digest(), name
