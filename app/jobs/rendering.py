"""A document's state as a picture file: the compositor's strips into a writer. No Qt; the window and the CLI use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.document.chroma import GUIDE_LONG_SIDE, fit
from app.document.composite import Compositor, display8
from app.document.layer import DocumentState
from app.document.photo import Photo
from app.files.writing import write_picture


@dataclass(frozen=True)
class ExportOptions:
    """depth: bits a channel, None for the photo's (JPEG always has 8); quality: JPEG's, 1..100."""

    depth: int | None = None
    quality: int = 95


class Cancelled(Exception):  # noqa: N818 - it is a decision, not an error
    """The user asked to stop; the target file is as it was."""


def render_rows(
    photo: Photo, state: DocumentState, depth: int, progress: Callable[[float], None] | None = None
) -> Iterator[NDArray[np.uint8] | NDArray[np.uint16]]:
    """The picture at native size, one row of tiles after the other: (h, W, 3) codes of ``depth`` bits.

    The canvas shows the same compositor's tiles; coverage 0 is the photo's own codes.
    """
    done = 0
    for codes in Compositor(photo).rows(state):
        if depth == 8:
            yield display8(codes)
        else:
            yield codes if codes.dtype == np.uint16 else codes.astype(np.uint16) * 257
        done += len(codes)
        if progress is not None:
            progress(done / photo.height)


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
    write_picture(
        path,
        render_rows(photo, with_fields(photo, state), depth, progress),
        (photo.height, photo.width),
        np.uint8 if depth == 8 else np.uint16,
        icc_profile=photo.icc_profile,
        quality=options.quality,
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
