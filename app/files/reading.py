"""What the user hands in: photos, masks and hint lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.layer import Hint
from app.document.photo import Photo
from app.document.space import Codes, strips
from app.errors import HuebrushError
from app.files.hint_list import parse_hints
from app.files.limits import MAX_HINT_BYTES
from app.files.opening import open_picture, told
from app.files.picture import Backdrop


def read_photo(path: Path, decoded: Callable[[Codes], object] | None = None) -> Photo:
    """Open a photo: JPEG, PNG, TIFF, WebP or BMP; grey, RGB or palette; 8 or 16 bits, kept.

    It is upright as its EXIF says; transparent parts are laid over white; an embedded RGB profile is kept for
    the export. ``decoded`` gets the upright codes, (H, W) or (H, W, 3), before their luminance is worked out.
    Raises HuebrushError: see :func:`open_picture`.
    """
    picture = open_picture(path, Backdrop.WHITE)
    if decoded is not None:
        decoded(picture.codes)
    return Photo.from_rgb(picture.codes, path, picture.icc_profile)


def read_mask(path: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W) coverage 0..255 for a photo of size (H, W), from any picture file: white covers, black does not.

    Transparent counts as black, colours by their brightness; 16 bits are scaled. Raises HuebrushError as for
    photos, and naming both sizes when they differ: a mask is never stretched.
    """
    codes = open_picture(path, Backdrop.BLACK).codes
    height, width = codes.shape[:2]
    if (height, width) != size:
        raise HuebrushError(
            f"“{path}” has {width} × {height} pixels, but the photo has {size[1]} × {size[0]}; "
            "a mask needs the photo's own size."
        )
    coverage = np.empty(size, np.uint8)
    for rows in strips(height, width):
        coverage[rows] = _coverage_of(codes[rows])
    return coverage


def _coverage_of(codes: Codes) -> NDArray[np.uint8]:
    grey = codes if codes.ndim == 2 else cv2.cvtColor(np.ascontiguousarray(codes), cv2.COLOR_RGB2GRAY)
    if grey.dtype == np.uint16:
        grey = (grey.astype(np.uint32) + 128) // 257
    return grey.astype(np.uint8)


def read_hints(path: Path, size: tuple[int, int]) -> tuple[Hint, ...]:
    """The hints of a JSON list for a photo of size (H, W): see :mod:`app.files.hint_list`.

    Raises HuebrushError for a file that cannot be read, is too large, or has a wrong entry.
    """
    with told(path), path.open("rb") as file:
        content = file.read(MAX_HINT_BYTES + 1)
    if len(content) > MAX_HINT_BYTES:
        raise HuebrushError(f"“{path}” is larger than {MAX_HINT_BYTES // 1_000_000} MB, which no hint list is.")
    return parse_hints(path, content, size)
