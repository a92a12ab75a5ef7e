"""A document's state as a picture file: the compositor's strips into a writer. No Qt; the window and the CLI use it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.document.chroma import GUIDE_LONG_SIDE, fit
from app.document.composite import Compositor, display8
from app.document.geometry import TILE, Rect
from app.document.layer import DocumentState
from app.document.photo import Photo
from app.files.png import LEVEL
from app.files.writing import write_picture

Strip = NDArray[np.uint8] | NDArray[np.uint16]

MOST_THREADS = 4
"""Strips that are composited at the same time; one more may wait for the encoder."""


@dataclass(frozen=True)
class ExportOptions:
    """depth: bits a channel, None for the photo's (JPEG always has 8); quality: JPEG's, 1..100.

    compress: whether a TIFF is deflated; png_level: zlib's effort for a PNG, 0..9. Neither changes a pixel.
    """

    depth: int | None = None
    quality: int = 95
    compress: bool = True
    png_level: int = LEVEL


class Cancelled(Exception):  # noqa: N818 - it is a decision, not an error
    """The user asked to stop; the target file is as it was."""


def render_rows(
    photo: Photo, state: DocumentState, depth: int, progress: Callable[[float], None] | None = None
) -> Generator[Strip]:
    """The picture at native size, one row of tiles after the other: (h, W, 3) codes of ``depth`` bits.

    The canvas shows the same compositor's tiles; coverage 0 is the photo's own codes. Strips are made ahead, on
    several cores, while the encoder is busy with those before.
    """
    compositor = Compositor(photo, cache_bytes=0)  # each tile is drawn once

    def strip(top: int) -> Strip:
        codes = compositor.region(state, 0, Rect(0, top, photo.width, TILE))
        if depth == 8:
            return display8(codes)
        return np.asarray(codes if codes.dtype == np.uint16 else codes.astype(np.uint16) * 257, np.uint16)

    done = 0
    with closing(_ahead(strip, range(0, photo.height, TILE))) as strips:
        for codes in strips:
            yield codes
            done += len(codes)
            if progress is not None:
                progress(done / photo.height)


def _ahead(make: Callable[[int], Strip], tops: range) -> Generator[Strip]:
    """``make`` of each, in order, computed by a few threads that never get further ahead than their number."""
    threads = min(MOST_THREADS, os.cpu_count() or 1)
    waiting: deque[Future[Strip]] = deque()
    with ThreadPoolExecutor(threads, "export") as pool:
        try:
            for top in tops:
                waiting.append(pool.submit(make, top))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:  # nobody wants the rest: the export was cancelled, or the disk is full
                future.cancel()


def export_picture(
    photo: Photo,
    state: DocumentState,
    path: Path,
    options: ExportOptions | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write the picture; the suffix of ``path`` decides the format. Raises HuebrushError with a sentence.

    ``progress`` hears the share done, 0..1, and may raise :class:`Cancelled` to stop; the target then stays untouched.
    """
    jpeg = path.suffix.lower() in (".jpg", ".jpeg")
    options = options or ExportOptions()
    depth = 8 if jpeg else options.depth or photo.bits
    with closing(render_rows(photo, with_fields(photo, state), depth, progress)) as rows:
        write_picture(
            path,
            rows,
            (photo.height, photo.width),
            np.uint8 if depth == 8 else np.uint16,
            icc_profile=photo.icc_profile,
            quality=options.quality,
            compress=options.compress,
            png_level=options.png_level,
        )


def with_fields(photo: Photo, state: DocumentState) -> DocumentState:
    """The state with the fields of stored chroma fitted where they are missing; no network is run."""
    layers = []
    for layer in state.layers:
        if layer.field is None and layer.chroma is not None:
            guide = photo.lightness_at(GUIDE_LONG_SIDE)
            layer = replace(layer, field=fit(layer.chroma, guide, (photo.height, photo.width)))
        layers.append(layer)
    return replace(state, layers=tuple(layers))
