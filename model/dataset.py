"""Photos for training: found in folders and .tar shards, shrunk once into a flat uint8 cache, drawn as batches.

Everything a step needs is made from (seed, step) alone: a resumed run sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.colour import rgb_to_lab
from model.hints import sample_hints
from model.masks import sample_mask

PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
SMALLEST_SIDE = 64
GREY_CHROMA = 3.0
MAX_PHOTO_BYTES = 200 << 20


class NoPhotosError(Exception):
    """No usable photo was found; the sentence says where was looked."""


class Skipped(NamedTuple):
    name: str
    reason: str


def photo_files(sources: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Every photo of folders (recursively, by name), .tar shards and single files, as (name, encoded bytes).

    In a shard, a .png beside a photo of the same name is its label map, not a photo.
    """
    for source in sources:
        if source.suffix == ".tar":
            with tarfile.open(source) as shard:
                members = [m for m in shard if m.isfile() and m.size <= MAX_PHOTO_BYTES]
                photos = {m.name.rsplit(".", 1)[0] for m in members if not m.name.endswith(".png")}
                for member in members:
                    stem, _, suffix = member.name.rpartition(".")
                    label = suffix == "png" and stem in photos
                    if f".{suffix.lower()}" in PHOTO_SUFFIXES and not label:
                        stream = shard.extractfile(member)
                        if stream:
                            yield f"{source.name}/{member.name}", stream.read()
        else:
            found = [source] if source.is_file() else sorted(source.rglob("*"))
            for path in found:
                if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file():
                    yield str(path), path.read_bytes()


@dataclass(frozen=True)
class PhotoCache:
    """Photos as uint8 RGB, end to end in one memory-mapped file.

    offsets: (N,) int64 byte positions; sizes: (N, 2) int32 height and width; weights: (N,) float64 sampling
    probabilities, in favour of colourful photos of rare hues.
    """

    pixels: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    sizes: NDArray[np.int32]
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.offsets)

    def photo(self, index: int) -> NDArray[np.uint8]:
        """One photo, (h, w, 3) uint8 RGB."""
        height, width = self.sizes[index]
        start = self.offsets[index]
        return self.pixels[start : start + int(height) * int(width) * 3].reshape(height, width, 3)


def build_cache(sources: list[Path], folder: Path, *, short_side: int) -> tuple[PhotoCache, list[Skipped]]:
    """Scan the sources once into ``folder``; a cache of the same sources and size is reused.

    Unreadable, tiny, grey and duplicate photos are skipped and listed. Raises NoPhotosError if none is left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index_path, pixel_path = folder / "cache.json", folder / "cache.u8"
    key = [[str(source.resolve()), source.stat().st_mtime_ns, short_side] for source in sources]
    if index_path.exists():
        index = json.loads(index_path.read_text())
        if index["key"] == key:
            return _opened(pixel_path, index), [Skipped(*entry) for entry in index["skipped"]]
    index_path.unlink(missing_ok=True)
    sizes: list[tuple[int, int]] = []
    skipped: list[Skipped] = []
    statistics: list[NDArray[np.float64]] = []
    seen: set[bytes] = set()
    with pixel_path.open("wb") as out:
        for name, encoded in tqdm(photo_files(sources), desc="reading photos", unit="photo", mininterval=2):
            photo, reason = _usable(encoded, short_side, seen)
            if photo is None:
                skipped.append(Skipped(name, reason))
                continue
            statistics.append(_hue_histogram(photo))
            sizes.append(photo.shape[:2])
            out.write(photo.tobytes())
    if not sizes:
        where = ", ".join(str(source) for source in sources)
        raise NoPhotosError(
            f"No usable colour photo in {where}: {len(skipped)} files were skipped; choose another folder."
        )
    index = {
        "key": key,
        "sizes": sizes,
        "weights": _sampling_weights(np.array(statistics)).tolist(),
        "skipped": skipped,
    }
    index_path.write_text(json.dumps(index))
    return _opened(pixel_path, index), skipped


def _opened(pixel_path: Path, index: dict[str, list[object]]) -> PhotoCache:
    sizes = np.array(index["sizes"], np.int32)
    lengths = sizes.astype(np.int64).prod(axis=1) * 3
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    pixels = np.memmap(pixel_path, np.uint8, "r")
    return PhotoCache(pixels, offsets, sizes, np.array(index["weights"], np.float64))


def _usable(encoded: bytes, short_side: int, seen: set[bytes]) -> tuple[NDArray[np.uint8] | None, str]:
    """The photo shrunk to ``short_side``, or None with the reason why not."""
    try:
        bgr = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        bgr = None
    if bgr is None:
        return None, "not a readable picture"
    height, width = bgr.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        return None, f"smaller than {SMALLEST_SIDE} pixels"
    scale = short_side / min(height, width)
    if scale < 1:
        size = (max(short_side, round(width * scale)), max(short_side, round(height * scale)))
        bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    rgb = np.ascontiguousarray(bgr[:, :, ::-1], np.uint8)
    thumbnail = _resized(rgb, (32, 32))
    if np.hypot(*np.moveaxis(rgb_to_lab(thumbnail)[..., 1:], -1, 0)).mean() < GREY_CHROMA:
        return None, "grey: it has no colour to learn from"
    fingerprint = hashlib.sha1((thumbnail[::2, ::2] >> 4).tobytes(), usedforsecurity=False).digest()
    if fingerprint in seen:
        return None, "a duplicate of another photo"
    seen.add(fingerprint)
    return rgb, ""


HUES = 12


def _hue_histogram(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Chroma-weighted histogram over ``HUES`` hues, then the mean chroma: (HUES + 1,)."""
    ab = rgb_to_lab(_resized(rgb, (32, 32)))[..., 1:].reshape(-1, 2)
    chroma = np.hypot(ab[:, 0], ab[:, 1])
    hue = ((np.arctan2(ab[:, 1], ab[:, 0]) / (2 * np.pi)) % 1 * HUES).astype(int) % HUES
    histogram = np.bincount(hue, chroma, HUES)
    return np.append(histogram / max(histogram.sum(), 1e-9), chroma.mean())


def _sampling_weights(statistics: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability ∝ (frequency of the photo's hues)^-1/2 · √chroma, clipped to 0.5–3 times the average."""
    hues, chroma = statistics[:, :-1], statistics[:, -1]
    frequency = np.average(hues, axis=0, weights=chroma)
    weight = (hues @ np.maximum(frequency, 1e-3) ** -0.5) * np.sqrt(chroma)
    weight = np.clip(weight / weight.mean(), 0.5, 3)
    return np.asarray(weight / weight.sum(), np.float64)


class Batch(NamedTuple):
    """L (N,1,S,S) 0..100 as the network sees it, degraded or not; ab (N,2,S,S) the target; mask, hint_ab, hint_mask as
    in the generator; natural (N,) bool: False where the hues were rotated and say nothing about the world."""

    L: NDArray[np.float32]
    ab: NDArray[np.float32]
    mask: NDArray[np.float32]
    hint_ab: NDArray[np.float32]
    hint_mask: NDArray[np.float32]
    natural: NDArray[np.bool_]


def make_batch(cache: PhotoCache, seed: int, step: int, count: int, side: int) -> Batch:
    """Draw ``count`` crops of ``side``² for one training step; the same arguments give the same batch."""
    rng = np.random.default_rng((seed, step))
    L_planes, ab_planes, masks, hint_abs, hint_masks = (
        np.zeros((count, channels, side, side), np.float32) for channels in (1, 2, 1, 2, 1)
    )
    out = Batch(L_planes, ab_planes, masks, hint_abs, hint_masks, np.ones(count, bool))
    for i, index in enumerate(rng.choice(len(cache), count, p=cache.weights)):
        lab = rgb_to_lab(_crop(rng, cache.photo(int(index)), side))
        L, ab = lab[..., 0], np.ascontiguousarray(np.moveaxis(lab[..., 1:], -1, 0))
        mask = sample_mask(rng, side, side)
        moved = np.zeros((side, side), np.float32)
        if rng.random() < 0.12:
            ab, moved = _recoloured(rng, ab)
            out.natural[i] = False
        hint_ab, hint_mask = sample_hints(rng, ab, mask)
        for _ in range(20):  # nobody can guess a new colour without a hint on it
            if not (moved * mask > 0.5).any() or (moved * hint_mask > 0.5).any():
                break
            hint_ab, hint_mask = sample_hints(rng, ab, mask)
        out.L[i, 0] = _degraded(rng, L) if rng.random() < 0.3 else L
        out.ab[i], out.mask[i, 0], out.hint_ab[i], out.hint_mask[i, 0] = ab, mask, hint_ab, hint_mask
    return out


def _crop(rng: np.random.Generator, photo: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A random square of 55–100 % of the short side, mirrored half the time, resized to ``side``."""
    height, width = photo.shape[:2]
    extent = int(min(height, width) * rng.uniform(0.55, 1.0))
    top, left = int(rng.integers(0, height - extent + 1)), int(rng.integers(0, width - extent + 1))
    square = photo[top : top + extent, left : left + extent]
    square = _resized(np.ascontiguousarray(square), (side, side))
    return square[:, ::-1] if rng.random() < 0.5 else square


def _resized(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    shrink = cv2.INTER_AREA if rgb.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=shrink), np.uint8)


def _recoloured(rng: np.random.Generator, ab: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Turn the hue of one colour of the photo (or, less often, of all) and make greys coloured, by one shift.

    So hints are obeyed where the world disagrees, and yet stay with their own object: its neighbours keep their
    colours. Returns the new ab and how much of the change each pixel got, (h, w) 0..1.
    """
    _, height, width = ab.shape
    moved = np.ones((height, width), np.float32)
    if rng.random() < 0.85:
        anchor = ab[:, int(rng.integers(height)), int(rng.integers(width))]
        distance = np.hypot(*(ab - anchor[:, None, None]))
        moved = np.asarray(1 / (1 + np.exp((distance - rng.uniform(8, 20)) / 3)), np.float32)
    angle, shift = rng.uniform(0.3, 2 * np.pi - 0.3), rng.uniform(-30, 30, 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = np.einsum("ij,jhw->ihw", turn, ab) + shift[:, None, None]
    return np.asarray(ab + moved * (np.clip(target, -100, 100) - ab), np.float32), moved


def _degraded(rng: np.random.Generator, L: NDArray[np.float32]) -> NDArray[np.float32]:
    """What old photos and scans do to the light: fade, tone, blur, grain, JPEG. The target's chroma stays."""
    if rng.random() < 0.5:
        low, high = rng.uniform(0, 20), rng.uniform(80, 100)
        L = np.asarray((L / 100).clip(0, 1) ** rng.uniform(0.7, 1.4) * (high - low) + low, np.float32)
    if rng.random() < 0.4:
        L = np.asarray(cv2.GaussianBlur(L, (0, 0), rng.uniform(0.3, 1.2)), np.float32)
    if rng.random() < 0.5:
        L = L + rng.normal(0, rng.uniform(0.5, 6), L.shape).astype(np.float32)
    L = np.clip(L, 0, 100)
    if rng.random() < 0.4:
        codes = np.rint(L * 2.55).astype(np.uint8)
        _, encoded = cv2.imencode(".jpg", codes, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 85))])
        L = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.float32) / 2.55
    return np.asarray(L, np.float32)
