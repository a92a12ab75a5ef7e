"""What the network's tests share: photos in which the light tells the colour."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twelve photos, 96 × 80: dark is blue, bright is orange."""
    folder = tmp_path / "photos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(12):
        light = cv2.resize(rng.uniform(0, 1, (6, 6)).astype(np.float32), (96, 80), interpolation=cv2.INTER_CUBIC)
        light = np.clip(light, 0.1, 0.9)[..., None]
        bgr = (1 - light) * (200, 90, 20) + light * (40, 150, 250)
        cv2.imwrite(str(folder / f"{i:02}.png"), bgr.astype(np.uint8))
    return folder
