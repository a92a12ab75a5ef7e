"""The brush outline has the brush's size and repaints all that it touches."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from app.canvas.cursor import BrushCursor
from app.document.brush import Brush


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(("radius", "hardness"), [(1.0, 1.0), (5.0, 0.2), (40.0, 0.5), (150.0, 1.0), (150.0, 0.1)])
@pytest.mark.parametrize("erases", [False, True])
def test_everything_it_draws_lies_in_its_region(radius: float, hardness: float, dpr: float, erases: bool) -> None:
    cursor = BrushCursor.of(
        (200.3, 199.6), Brush(radius, hardness), 1.0, None if erases else (255, 0, 0), erases=erases, dpr=dpr
    )
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    painter = QPainter(image)
    cursor.draw(painter)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(400, 400, 4)
    drawn = np.argwhere((rows[..., :3] != 128).any(axis=-1))
    region = cursor.region()
    assert len(drawn)
    mask = QImage(400, 400, QImage.Format.Format_RGB32)
    mask.fill(0xFF000000)
    painter = QPainter(mask)
    painter.setClipRegion(region)
    painter.fillRect(0, 0, 400, 400, Qt.GlobalColor.white)
    painter.end()
    covered = np.frombuffer(mask.constBits(), np.uint8).reshape(400, 400, 4)[..., 0] > 0
    assert covered[drawn[:, 0], drawn[:, 1]].all()


def test_its_radius_follows_the_zoom() -> None:
    cursor = BrushCursor.of((0, 0), Brush(30), 2.5, None, erases=False, dpr=1.0)
    assert cursor.radius == 75
