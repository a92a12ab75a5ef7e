"""Photos for training: found in folders and .tar shards and shrunk once into a flat uint8 cache.

Beside the pixels the cache keeps two label maps a photo at half its size, for the mask families that follow the
picture: *cells* (superpixels) for every photo and *objects* where the data set came with them.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.colour import rgb_to_lab
from model.regions import cells, object_labels

Picture = NDArray[np.uint8]

PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
SMALLEST_SIDE = 64
GREY_CHROMA = 3.0
MAX_PHOTO_BYTES = 200 << 20
MAP_SCALE = 2  # label maps are kept at 1/2
SMALL_SHARE = 0.12  # what photos much smaller than the others get of the draws
HUES = 12
VERSION = 2


class NoPhotosError(Exception):
    """No usable photo was found; the sentence says where was looked."""


class Skipped(NamedTuple):
    name: str
    reason: str


class PhotoFile(NamedTuple):
    """An encoded photo, and the label map that lay beside it in its shard or folder, if any."""

    name: str
    encoded: bytes
    labels: bytes | None


def photo_files(sources: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Every photo of folders (recursively, by name), .tar shards and single files, as (name, encoded bytes)."""
    return ((name, encoded) for name, encoded, _ in labelled_photo_files(sources))


def labelled_photo_files(sources: Iterable[Path]) -> Iterator[PhotoFile]:
    """As :func:`photo_files`, with label maps: a .png beside a photo of the same name is its label map, not a photo."""
    for source in sources:
        if source.suffix == ".tar":
            with tarfile.open(source) as shard:
                members = {m.name: m for m in shard if m.isfile() and m.size <= MAX_PHOTO_BYTES}
                for name, label in _photos_among(members):
                    stored = [shard.extractfile(members[each]) if each else None for each in (name, label)]
                    photo, labels = (stream.read() if stream else None for stream in stored)
                    if photo is not None:
                        yield PhotoFile(f"{source.name}/{name}", photo, labels)
        else:
            found = [source] if source.is_file() else sorted(source.rglob("*"))
            names = [str(path) for path in found if path.is_file()]
            for name, label in _photos_among(names):
                labels = Path(label).read_bytes() if label else None
                yield PhotoFile(name, Path(name).read_bytes(), labels)


def _photos_among(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(photo, its label map or "") for every photo among the names, in their order."""
    names = list(names)
    known = set(names)
    photos = {name.rpartition(".")[0] for name in names if _is_photo(name) and not name.endswith(".png")}
    for name in names:
        stem, _, suffix = name.rpartition(".")
        if _is_photo(name) and not (suffix == "png" and stem in photos):
            label = f"{stem}.png"
            yield name, label if label in known and label != name else ""


def _is_photo(name: str) -> bool:
    return Path(name).suffix.lower() in PHOTO_SUFFIXES


@dataclass(frozen=True)
class PhotoCache:
    """Photos as uint8 RGB, end to end in one memory-mapped file, and their label maps in two more.

    sizes: (N, 2) int32 height and width; offsets: (N,) int64 first pixel of each photo; map_offsets: (N,) int64 first
    entry of its label maps, which have half its height and width, rounded up; objects: (N,) bool, which photos have an
    object map; weights: (N,) float64 sampling probabilities, in favour of colourful photos of rare hues.
    """

    pixels: Picture
    cell_maps: Picture
    object_maps: Picture
    sizes: NDArray[np.int32]
    objects: NDArray[np.bool_]
    weights: NDArray[np.float64]

    @property
    def offsets(self) -> NDArray[np.int64]:
        return _starts(self.sizes.astype(np.int64).prod(axis=1))

    @property
    def map_offsets(self) -> NDArray[np.int64]:
        return _starts((-(-self.sizes.astype(np.int64) // MAP_SCALE)).prod(axis=1))

    def __len__(self) -> int:
        return len(self.sizes)

    def weights_for(self, side: int) -> NDArray[np.float64]:
        """The probabilities for crops of ``side``²: photos that would have to be enlarged are not drawn, unless all
        would."""
        large = self.sizes.min(axis=1) >= side
        weights = np.where(large, self.weights, 0.0) if large.any() else self.weights
        return np.asarray(weights / weights.sum(), np.float64)


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)


def build_cache(sources: list[Path], folder: Path, *, short_side: int) -> tuple[PhotoCache, list[Skipped]]:
    """Scan the sources once into ``folder``; a cache of the same sources and size is reused.

    Unreadable, tiny, grey and duplicate photos are skipped and listed. Raises NoPhotosError if none is left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index_path = folder / "cache.json"
    key = [VERSION, short_side, [_fingerprint_of(source) for source in sources]]
    if index_path.exists():
        index = json.loads(index_path.read_text())
        if index["key"] == key:
            return _opened(folder, index), [Skipped(*entry) for entry in index["skipped"]]
    index_path.unlink(missing_ok=True)
    index = {"key": key, **_scan(sources, folder, short_side)}
    if not index["sizes"]:
        where = ", ".join(str(source) for source in sources)
        raise NoPhotosError(
            f"No usable colour photo in {where}: {len(index['skipped'])} files were skipped; choose another folder."
        )
    temporary = index_path.with_suffix(".tmp")
    temporary.write_text(json.dumps(index))
    temporary.replace(index_path)
    return _opened(folder, index), [Skipped(*entry) for entry in index["skipped"]]


FILES = ("pixels.u8", "cells.u8", "objects.u8")


def _scan(sources: list[Path], folder: Path, short_side: int) -> dict[str, Any]:
    """Write the three files beside their old selves, then replace those: another run may be reading them."""
    kept: list[_Usable] = []
    skipped: list[Skipped] = []
    seen: set[bytes] = set()
    temporary = [folder / f"{name}.tmp" for name in FILES]
    opened = [path.open("wb") for path in temporary]
    try:
        for name, usable, reason in tqdm(
            _usable_photos(sources, short_side), desc="reading photos", unit="photo", mininterval=2
        ):
            if usable is None or usable.fingerprint in seen:
                skipped.append(Skipped(name, reason or "a duplicate of another photo"))
                continue
            seen.add(usable.fingerprint)
            for stream, plane in zip(opened, (usable.rgb, usable.cells, usable.objects), strict=True):
                _append(stream, plane)
            kept.append(usable._replace(rgb=usable.rgb[:0], cells=usable.cells[:0], objects=None))
    finally:
        for stream in opened:
            stream.truncate()
            stream.close()
    for path, name in zip(temporary, FILES, strict=True):
        path.replace(folder / name)
    weights = _sampling_weights(
        np.array([each.hues for each in kept]), np.array([min(each.size) for each in kept]), short_side
    )
    return {
        "sizes": [each.size for each in kept],
        "objects": [each.labelled for each in kept],
        "weights": weights.tolist(),
        "skipped": skipped,
    }


def _append(stream: IO[bytes], plane: Picture | int | None) -> None:
    """Write a plane; where there is none leave a hole of its size, which costs no disk."""
    if isinstance(plane, np.ndarray):
        stream.write(plane.tobytes())
    elif plane:
        stream.seek(plane, os.SEEK_CUR)


def _opened(folder: Path, index: dict[str, Any]) -> PhotoCache:
    sizes = np.array(index["sizes"], np.int32)
    lengths = [int(sizes.astype(np.int64).prod(axis=1).sum()) * 3]
    lengths += [int((-(-sizes.astype(np.int64) // MAP_SCALE)).prod(axis=1).sum())] * 2
    # Copy-on-write mappings: nothing ever writes into them, but torch wants writable memory.
    pixels, cell_maps, object_maps = (
        np.memmap(folder / name, np.uint8, "c", shape=(length,)) for name, length in zip(FILES, lengths, strict=True)
    )
    objects, weights = np.array(index["objects"], bool), np.array(index["weights"], np.float64)
    return PhotoCache(pixels, cell_maps, object_maps, sizes, objects, weights)


def _fingerprint_of(source: Path) -> list[str]:
    """What tells whether a source has changed: its place, and every file's name, size and date."""
    files = [source] if source.is_file() else sorted(path for path in source.rglob("*") if path.is_file())
    digest = hashlib.sha1(usedforsecurity=False)
    for path in files:
        facts = path.stat()
        digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return [str(source.resolve()), digest.hexdigest()]


class _Usable(NamedTuple):
    rgb: Picture
    cells: Picture
    objects: Any  # the object map, or the length of the hole in its place
    labelled: bool
    size: tuple[int, int]
    hues: NDArray[np.float64]
    fingerprint: bytes


def _usable_photos(sources: list[Path], short_side: int) -> Iterator[tuple[str, _Usable | None, str]]:
    """(name, the photo or None, why not) in the order of the sources; a few photos are decoded ahead."""
    with ThreadPoolExecutor(2) as pool:
        waiting: deque[tuple[str, Future[tuple[_Usable | None, str]]]] = deque()
        for file in labelled_photo_files(sources):
            waiting.append((file.name, pool.submit(_usable, file, short_side)))
            if len(waiting) > 8:
                name, future = waiting.popleft()
                yield name, *future.result()
        for name, future in waiting:
            yield name, *future.result()


def _decoded(encoded: bytes, flags: int) -> Picture | None:
    try:
        return np.asarray(cv2.imdecode(np.frombuffer(encoded, np.uint8), flags), np.uint8) if encoded else None
    except (cv2.error, TypeError):
        return None


def _usable(file: PhotoFile, short_side: int) -> tuple[_Usable | None, str]:
    """The photo shrunk to ``short_side`` with its maps, or None with the reason why not."""
    bgr = _decoded(file.encoded, cv2.IMREAD_COLOR)
    if bgr is None or bgr.ndim != 3:
        return None, "not a readable picture"
    height, width = bgr.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        return None, f"smaller than {SMALLEST_SIDE} pixels"
    scale = short_side / min(height, width)
    if scale < 1:
        size = (max(short_side, round(width * scale)), max(short_side, round(height * scale)))
        bgr = np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), np.uint8)
    rgb = np.ascontiguousarray(bgr[:, :, ::-1], np.uint8)
    thumbnail = np.asarray(cv2.resize(rgb, (32, 32), interpolation=cv2.INTER_AREA), np.uint8)
    lab = rgb_to_lab(thumbnail)
    if np.hypot(lab[..., 1], lab[..., 2]).mean() < GREY_CHROMA:
        return None, "grey: it has no colour to learn from"
    half = (-(-rgb.shape[1] // MAP_SCALE), -(-rgb.shape[0] // MAP_SCALE))
    labels = _decoded(file.labels, cv2.IMREAD_GRAYSCALE) if file.labels else None
    objects: Picture | int = half[0] * half[1]
    if labels is not None:
        known = object_labels(labels, Path(file.name).name)
        objects = np.asarray(cv2.resize(known, half, interpolation=cv2.INTER_NEAREST), np.uint8)
    return _Usable(
        rgb,
        cells(np.asarray(cv2.resize(rgb, half, interpolation=cv2.INTER_AREA), np.uint8)),
        objects,
        labels is not None,
        (rgb.shape[0], rgb.shape[1]),
        _hue_histogram(lab[..., 1:].reshape(-1, 2)),
        hashlib.sha1((thumbnail[::2, ::2] >> 4).tobytes(), usedforsecurity=False).digest(),
    ), ""


def _hue_histogram(ab: NDArray[np.float32]) -> NDArray[np.float64]:
    """Chroma-weighted histogram of (n, 2) a*b* over ``HUES`` hues, then the mean chroma: (HUES + 1,)."""
    chroma = np.hypot(ab[:, 0], ab[:, 1])
    hue = ((np.arctan2(ab[:, 1], ab[:, 0]) / (2 * np.pi)) % 1 * HUES).astype(int) % HUES
    histogram = np.bincount(hue, chroma, HUES)
    return np.append(histogram / max(histogram.sum(), 1e-9), chroma.mean())


def _sampling_weights(
    statistics: NDArray[np.float64], short_sides: NDArray[np.int_], short_side: int
) -> NDArray[np.float64]:
    """Probability ∝ (frequency of the photo's hues)^-1/2 · √chroma, clipped to 0.5–3 times the average; photos much
    smaller than ``short_side`` share at most ``SMALL_SHARE``."""
    if not len(statistics):
        return np.zeros(0)
    hues, chroma = statistics[:, :-1], statistics[:, -1]
    frequency = np.average(hues, axis=0, weights=chroma)
    weight = (hues @ np.maximum(frequency, 1e-3) ** -0.5) * np.sqrt(chroma)
    weight = np.clip(weight / weight.mean(), 0.5, 3)
    small = short_sides < 0.8 * short_side
    if small.any() and not small.all():
        share = weight[small].sum() / weight.sum()
        if share > SMALL_SHARE:
            weight[small] *= SMALL_SHARE / (1 - SMALL_SHARE) * weight[~small].sum() / weight[small].sum()
    return np.asarray(weight / weight.sum(), np.float64)
