"""Pictures to disk: PNG, JPEG or TIFF, from strips as the compositor makes them, whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
import tifffile
from numpy.typing import DTypeLike

from app.document.space import Codes
from app.errors import HuebrushError
from app.files.atomic import replacing
from app.files.limits import MAX_JPEG_SIDE
from app.files.png import LEVEL, write_png

_STRIP_BYTES = 1 << 18  # of a TIFF strip before compression
_DEFLATE_LEVEL = 3  # as for PNG: a quarter of the default level's time, a few per cent more bytes
_ICC_SEGMENT = 65_519  # what one APP2 segment holds beside its 16 bytes of labels


def write_picture(
    path: Path,
    rows: Iterator[Codes],
    size: tuple[int, int],
    dtype: DTypeLike,
    *,
    icc_profile: bytes | None = None,
    quality: int = 95,
    compress: bool = True,
    png_level: int = LEVEL,
) -> None:
    """Write an RGB picture; the suffix of ``path`` says how: .png, .jpg, .jpeg, .tif or .tiff.

    rows: (h, W, 3) strips of codes from top to bottom, H rows in all; each is used before the next is drawn.
    size: (H, W). dtype: uint8 or uint16; JPEG holds 8 bits only. icc_profile: embedded as it is.
    quality: JPEG's, 1..100; its chroma is never subsampled (4:4:4). compress: TIFF's deflate, lossless.
    png_level: PNG's effort, 0..9, lossless too.

    PNG and TIFF are streamed and need a strip's memory; JPEG needs the picture once, 3 bytes a pixel. The
    file appears whole or, when anything fails (``rows`` included), the old one stays: see :func:`replacing`.

    Raises HuebrushError for a suffix, depth or size that the format cannot hold and when the disk refuses.
    """
    depth = np.dtype(dtype)
    if depth not in (np.uint8, np.uint16):
        raise ValueError(f"codes are uint8 or uint16, not {depth}")
    match path.suffix.lower():
        case ".png":
            encode = partial(write_png, dtype=depth, level=png_level)
        case ".jpg" | ".jpeg":
            _refuse_for_jpeg(path, size, depth)
            encode = partial(_write_jpeg, quality=quality)
        case ".tif" | ".tiff":
            encode = partial(_write_tiff, dtype=depth, compress=compress)
        case suffix:
            raise HuebrushError(
                f"“{path}” ends in “{suffix}”, which Huebrush does not write; end it in .png, .jpg or .tif."
            )
    strips = _checked(rows, size, depth)
    with replacing(path) as stream:
        encode(stream, strips, size, icc_profile=icc_profile)
        for _ in strips:  # an encoder stops at the last row it wants; a row too many is an error all the same
            pass


def _checked(rows: Iterator[Codes], size: tuple[int, int], dtype: np.dtype[Any]) -> Iterator[Codes]:
    """The same strips; ValueError unless they are what was announced: the caller's fault, not the user's."""
    height, width = size
    done = 0
    for strip in rows:
        if strip.ndim != 3 or strip.shape[1:] != (width, 3) or strip.dtype != dtype:
            raise ValueError(f"a strip of {strip.shape} {strip.dtype} in a picture {width} wide of {dtype}")
        done += len(strip)
        if done > height:
            break
        yield strip
    if done != height:
        raise ValueError(f"{done} rows for a picture of {height}")


def _refuse_for_jpeg(path: Path, size: tuple[int, int], dtype: np.dtype[Any]) -> None:
    height, width = size
    if dtype != np.uint8:
        raise HuebrushError(f"“{path}” cannot hold 16 bits because JPEG has 8; choose 8 bits, PNG or TIFF.")
    if max(size) > MAX_JPEG_SIDE:
        raise HuebrushError(
            f"“{path}” would have {width} × {height} pixels, but JPEG ends at {MAX_JPEG_SIDE} a side; "
            "choose PNG or TIFF."
        )


def _write_jpeg(
    stream: BinaryIO, rows: Iterator[Codes], size: tuple[int, int], *, icc_profile: bytes | None, quality: int
) -> None:
    if not 1 <= quality <= 100:
        raise ValueError(f"JPEG quality is 1..100, not {quality}")
    picture = np.empty((*size, 3), np.uint8)
    top = 0
    for strip in rows:
        picture[top : top + len(strip)] = strip[:, :, ::-1]  # OpenCV encodes BGR
        top += len(strip)
    # To memory, not to a path: the compressed bytes are few, a full disk is then an error of our own write,
    # which tells, and a path with letters beyond ASCII works on Windows.
    encoded, data = cv2.imencode(
        ".jpg",
        picture,
        [
            cv2.IMWRITE_JPEG_QUALITY,
            quality,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
        ],
    )
    if not encoded:
        raise RuntimeError("OpenCV could not encode the picture as JPEG")
    jpeg = data.data
    profile_at = 4 + int.from_bytes(jpeg[4:6], "big")  # behind the JFIF segment, which has to come first
    stream.write(jpeg[:profile_at])
    stream.write(_icc_segments(icc_profile or b""))
    stream.write(jpeg[profile_at:])


def _icc_segments(profile: bytes) -> bytes:
    """A profile as numbered APP2 segments (ICC.1:2022, annex B.4). OpenCV 5.0 writes no more than one."""
    parts = [profile[start : start + _ICC_SEGMENT] for start in range(0, len(profile), _ICC_SEGMENT)]
    segments = bytearray()
    for number, part in enumerate(parts, start=1):
        body = b"ICC_PROFILE\0" + bytes([number, len(parts)]) + part
        segments += b"\xff\xe2" + (len(body) + 2).to_bytes(2, "big") + body
    return bytes(segments)


def _write_tiff(
    stream: BinaryIO,
    rows: Iterator[Codes],
    size: tuple[int, int],
    *,
    icc_profile: bytes | None,
    dtype: np.dtype[Any],
    compress: bool,
) -> None:
    height, width = size
    rows_each = min(height, max(1, _STRIP_BYTES // (3 * width * dtype.itemsize)))
    pieces = _regrouped(rows, rows_each, width, dtype)
    with tifffile.TiffWriter(stream, byteorder="<") as tiff:
        tiff.write(
            (_deflated(piece) if compress else piece.tobytes() for piece in pieces),
            shape=(height, width, 3),
            dtype=dtype,
            photometric="rgb",
            planarconfig="contig",
            rowsperstrip=rows_each,
            compression="adobe_deflate" if compress else None,
            predictor=compress,
            iccprofile=icc_profile,
            metadata=None,
            software="Huebrush",
        )


def _deflated(strip: Codes) -> bytes:
    """Differences along each row (TIFF's horizontal predictor, modulo the codes' range), through zlib."""
    differences = strip.astype(strip.dtype.newbyteorder("<"))
    differences[:, 1:] -= strip[:, :-1]
    return zlib.compress(differences.data, _DEFLATE_LEVEL)


def _regrouped(rows: Iterator[Codes], rows_each: int, width: int, dtype: np.dtype[Any]) -> Iterator[Codes]:
    """The same rows in strips of ``rows_each`` (the last may be shorter), in one buffer: use each at once."""
    buffer = np.empty((rows_each, width, 3), dtype)
    filled = 0
    for strip in rows:
        taken = 0
        while taken < len(strip):
            count = min(rows_each - filled, len(strip) - taken)
            buffer[filled : filled + count] = strip[taken : taken + count]
            filled += count
            taken += count
            if filled == rows_each:
                yield buffer
                filled = 0
    if filled:
        yield buffer[:filled]
