"""The photos that are measured with."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np


def synthetic_photo(megapixels: float, path: Path) -> None:
    """A textured colour JPEG of about that many megapixels, 3 : 2: smooth shapes, edges and some grain."""
    width = max(1, round(math.sqrt(megapixels * 1e6 * 1.5)))
    height = max(1, round(megapixels * 1e6 / width))
    rng = np.random.default_rng(7)
    coarse = cv2.resize(rng.integers(0, 256, (12, 18, 3), np.uint8), (1536, 1024), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        centre = tuple(int(v) for v in rng.integers(0, 1500, 2))
        cv2.circle(
            coarse, centre, int(rng.integers(10, 160)), [int(v) for v in rng.integers(0, 256, 3)], -1, cv2.LINE_AA
        )
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    grain = rng.integers(0, 12, (min(height, 512), min(width, 512), 1), np.uint8).repeat(3, axis=2)
    for top in range(0, height, 512):
        for left in range(0, width, 512):
            part = picture[top : top + 512, left : left + 512]
            cv2.add(part, grain[: part.shape[0], : part.shape[1]], dst=part)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
