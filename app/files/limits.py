"""How large the files may be that Huebrush opens and writes: each limit is named by whatever refuses."""

from __future__ import annotations

from pathlib import Path

from app.errors import HuebrushError

MAX_PIXELS = 200_000_000
"""Pixels of a photo: 16-bit colour at this size takes 1.2 GB, with its grey plane 1.6 GB."""

MAX_SIDE = 100_000
"""Pixels along either side of a photo."""

MAX_JPEG_SIDE = 65_500
"""libjpeg's own limit (JPEG_MAX_DIMENSION); the format itself ends at 65 535."""

MAX_PROFILE_BYTES = 255 * 65_519
"""The largest colour profile that JPEG can hold: 255 segments (ICC.1:2022, annex B.4)."""

MAX_HINTS = 10_000
"""Hints in one list."""

MAX_HINT_BYTES = 4_000_000
"""Bytes of one hint list: several times what :data:`MAX_HINTS` entries need."""


def check_size(path: Path, height: int, width: int) -> None:
    """Refuse a picture of height x width pixels that is too large to open; called before anything is decoded.

    Raises HuebrushError naming the size and the limit, ValueError for sizes that no picture has.
    """
    if height < 1 or width < 1:
        raise ValueError(f"a picture of {width} x {height} pixels")
    if height * width > MAX_PIXELS:
        raise HuebrushError(
            f"“{path}” has {width} × {height} pixels ({height * width / 1e6:.0f} megapixels), but Huebrush "
            f"opens at most {MAX_PIXELS // 1_000_000} megapixels; scale it down or cut a part out of it."
        )
    if max(height, width) > MAX_SIDE:
        raise HuebrushError(
            f"“{path}” has {width} × {height} pixels, but Huebrush opens at most {MAX_SIDE} pixels a side; "
            "scale it down or cut a part out of it."
        )
