"""The brush outline has the brush's size and repaints all that it touches."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from app.canvas.cursor import BrushCursor
from app.document.brush import Brush


def drawn_by(cursor: BrushCursor) -> NDArray[np.int_]:
    """(n, 2) rows and columns of the pixels that it changes in a grey picture of 400 x 400."""
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    painter = QPainter(image)
    cursor.draw(painter)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(400, 400, 4)
    return np.argwhere((rows[..., :3] != 128).any(axis=-1))


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(("radius", "hardness"), [(1.0, 1.0), (5.0, 0.2), (40.0, 0.5), (150.0, 1.0), (150.0, 0.1)])
@pytest.mark.parametrize(("roundness", "angle"), [(1.0, 0.0), (1.0, 45.0), (0.3, 0.0), (0.3, 70.0), (0.05, 135.0)])
@pytest.mark.parametrize("erases", [False, True])
def test_everything_it_draws_lies_in_its_region(
    radius: float, hardness: float, dpr: float, erases: bool, roundness: float, angle: float
) -> None:
    brush = Brush(radius, hardness, roundness=roundness, angle=angle)
    cursor = BrushCursor.of((200.3, 199.6), brush, 1.0, None if erases else (255, 0, 0), erases=erases, dpr=dpr)
    drawn = drawn_by(cursor)
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


def test_the_outline_of_an_elliptical_tip_has_its_shape() -> None:
    brush = Brush(120, 1.0, roundness=0.25, angle=30.0)
    for angle, turned in ((None, 30.0), (75.0, 75.0)):
        drawn = drawn_by(BrushCursor.of((200, 200), brush, 1.0, None, erases=False, dpr=1.0, angle=angle))
        way = np.radians(turned)
        x, y = drawn[:, 1] + 0.5 - 200, drawn[:, 0] + 0.5 - 200
        along, across = x * np.cos(way) + y * np.sin(way), y * np.cos(way) - x * np.sin(way)
        assert along.max() == pytest.approx(120, abs=3)
        assert across.max() == pytest.approx(30, abs=3)
        assert np.hypot(along / 120, across / 30) == pytest.approx(1.0, abs=0.1)
