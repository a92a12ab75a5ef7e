"""Pictures and profiles that the tests of files share."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageCms

Codes = NDArray[np.unsignedinteger[Any]]


@pytest.fixture(scope="session")
def srgb_profile() -> bytes:
    """A real RGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture(scope="session")
def picture() -> Callable[..., Codes]:
    """picture(height, width, dtype, grey=False): smooth codes with grain that differ in every direction."""

    def make(height: int, width: int, dtype: type[np.unsignedinteger[Any]], *, grey: bool = False) -> Codes:
        rng = np.random.default_rng(height * width)
        y, x = np.mgrid[0:height, 0:width]
        ramps = np.stack([x / max(1, width - 1), y / max(1, height - 1), (x + y) / (height + width)], axis=-1)
        codes = (0.05 + 0.85 * ramps + rng.random((height, width, 3)) * 0.1) * np.iinfo(dtype).max
        rgb = codes.astype(dtype)
        return rgb[:, :, 0] if grey else rgb

    return make


@pytest.fixture(scope="session")
def in_strips() -> Callable[..., Iterator[Codes]]:
    """in_strips(rgb, rows=7): the picture as the compositor hands it over."""

    def cut(rgb: Codes, rows: int = 7) -> Iterator[Codes]:
        return (rgb[top : top + rows] for top in range(0, len(rgb), rows))

    return cut


@pytest.fixture(scope="session")
def raw_png() -> Callable[..., bytes]:
    """raw_png(width, height, bits, kind, rows, *chunks): a PNG put together byte by byte."""

    def make(width: int, height: int, bits: int, kind: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
        header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
        parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in parts
        )

    return make


@pytest.fixture
def no_leftovers(tmp_path: Path) -> Iterator[None]:
    """After the test no temporary file lies in its folder."""
    yield
    assert not list(tmp_path.rglob("*.part"))
