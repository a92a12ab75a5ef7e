"""What opening and exporting cost beside the decoding and encoding that nobody can spare."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from app.bench.studio import Studio
from app.document.layer import DocumentState
from app.document.photo import Photo
from app.document.tiles import TileMask
from app.files.writing import write_picture
from app.jobs.rendering import ExportOptions, export_picture, render_rows

ROUNDS = 5
FEWER_ROUNDS = 3
LARGE = 50
"""From so many megapixels on fewer rounds do."""

SOFT_EDGE = 64
FORMATS = {"tiff": (".tif", ExportOptions(compress=False)), "png": (".png", ExportOptions(png_level=1))}


def opening(studio: Studio, path: Path) -> dict[str, Any]:
    """From asking for the photo to its first frame, OpenCV's decoding of the same file, and what is kept of it."""
    first, ready, bare = [], [], []
    for _ in range(_rounds(path)):
        bare.append(_seconds(lambda: cv2.imread(str(path))))
        seen, usable = studio.opened_s(path)
        first.append(seen)
        ready.append(usable)
        studio.settle()
    photo = studio.document.photo
    return {
        "open_s": statistics.median(ready),
        "first_paint_s": statistics.median(first),
        "decode_s": statistics.median(bare),
        "open_ratio": statistics.median(first) / statistics.median(bare),
        "bytes_per_pixel": photo.nbytes / (photo.width * photo.height),
    }


def exporting(studio: Studio, folder: Path) -> dict[str, Any]:
    """One layer over half of the photo: the whole export, and the encoder alone with the same pixels."""
    photo = studio.document.photo
    state = half_covered(photo, studio.document.state)
    target = folder / "out.jpg"
    told: dict[str, Any] = {"export_s": _seconds(lambda: export_picture(photo, state, target))}
    target.unlink()
    told["peak_mb"] = _peak_mb()
    strips = list(render_rows(photo, state, photo.bits))
    for name, (suffix, options) in FORMATS.items():
        target = folder / f"out{suffix}"
        whole, encoding = export_times(photo, state, target, options, strips)
        told |= {f"export_{name}_s": whole, f"encode_{name}_s": encoding, f"export_{name}_ratio": whole / encoding}
        target.unlink()
    return told


def half_covered(photo: Photo, state: DocumentState) -> DocumentState:
    """The same document with the left half of its one layer covered, up to a soft edge."""
    across = (photo.width / 2 - np.arange(photo.width)) / SOFT_EDGE + 0.5
    coverage = np.rint(255 * np.clip(across, 0, 1)).astype(np.uint8)
    mask = TileMask.from_array(np.broadcast_to(coverage, (photo.height, photo.width)))
    return DocumentState((replace(state.layer, mask=mask),))


def export_times(
    photo: Photo, state: DocumentState, target: Path, options: ExportOptions, strips: list[Any]
) -> tuple[float, float]:
    """Median seconds of a whole export, and of encoding its picture, which is given as ``strips``."""

    def encode() -> None:
        size = photo.height, photo.width
        write_picture(
            target, iter(strips), size, photo.dtype, compress=options.compress, png_level=options.png_level
        )  # fmt: skip

    whole, alone = [], []
    for _ in range(1 if photo.megapixels > LARGE and target.suffix == ".png" else FEWER_ROUNDS):
        alone.append(_seconds(encode))
        whole.append(_seconds(lambda: export_picture(photo, state, target, options)))
    return statistics.median(whole), statistics.median(alone)


def _rounds(path: Path) -> int:
    return ROUNDS if path.stat().st_size < LARGE * 200_000 else FEWER_ROUNDS


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _peak_mb() -> float:
    """The largest resident size of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)
