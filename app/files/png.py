"""A PNG written strip by strip, 8 or 16 bit, so that a picture of any size needs only a strip's memory.

The encoders of Pillow and OpenCV want the whole picture at once. A PNG is rows, each through a simple filter,
inside one zlib stream: numpy and zlib do the work, faster than either (W3C PNG specification, third edition).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.document.space import Codes, strips

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2
_SUB, _UP = 1, 2  # filter types: the difference from the pixel to the left, from the pixel above
LEVEL = 3
"""zlib's effort: as small as its default, 6, to a few per cent on photos, in a quarter of the time."""

Bytes = NDArray[np.uint8]


def write_png(
    stream: BinaryIO,
    rows: Iterator[Codes],
    size: tuple[int, int],
    *,
    dtype: np.dtype[Any],
    icc_profile: bytes | None,
    level: int = LEVEL,
) -> None:
    """Write an RGB picture of size (H, W), uint8 or uint16.

    rows: (h, W, 3) strips from top to bottom, H rows in all. icc_profile: embedded as it is. level: 0..9, see LEVEL.
    """
    height, width = size
    bits = 8 * dtype.itemsize
    stream.write(_SIGNATURE)
    _write_chunk(stream, b"IHDR", struct.pack(">IIBBBBB", width, height, bits, _RGB, 0, 0, 0))
    if icc_profile:
        _write_chunk(stream, b"iCCP", b"ICC profile\0\0" + zlib.compress(icc_profile))
    packer = zlib.compressobj(level)
    for filtered in _filtered(rows, width, dtype):
        _write_data(stream, packer.compress(filtered.data))
    _write_data(stream, packer.flush())
    _write_chunk(stream, b"IEND", b"")


def _filtered(rows: Iterator[Codes], width: int, dtype: np.dtype[Any]) -> Iterator[Bytes]:
    """(h, 1 + row bytes) strips: each row's filter type, then its differences modulo 256."""
    step = 3 * dtype.itemsize
    above: Bytes = np.zeros((1, step * width), np.uint8)
    for strip in rows:
        for part in strips(len(strip), width):
            codes = np.ascontiguousarray(strip[part], dtype.newbyteorder(">"))
            raw = codes.view(np.uint8).reshape(len(codes), step * width)
            left = raw.copy()
            left[:, step:] -= raw[:, :-step]
            up = raw - np.concatenate([above, raw[:-1]])
            take_left = _effort(left) <= _effort(up)
            out = np.empty((len(raw), 1 + step * width), np.uint8)
            out[:, 0] = np.where(take_left, _SUB, _UP)
            out[:, 1:] = np.where(take_left[:, None], left, up)
            above = raw[-1:].copy()
            yield out


def _effort(differences: Bytes) -> NDArray[np.int64]:
    """Sum of absolute differences of each row: the standard's own advice for choosing a filter (12.7)."""
    magnitudes: Bytes = np.abs(differences.view(np.int8)).view(np.uint8)  # |-128| is 128 as uint8
    return np.asarray(magnitudes.sum(axis=1), np.int64)


def _write_data(stream: BinaryIO, data: bytes) -> None:
    if data:
        _write_chunk(stream, b"IDAT", data)


def _write_chunk(stream: BinaryIO, kind: bytes, data: bytes) -> None:
    stream.write(struct.pack(">I", len(data)) + kind)
    stream.write(data)
    stream.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))
