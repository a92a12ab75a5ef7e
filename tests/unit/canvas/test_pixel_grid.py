"""Lines between pixels are seen on anything, and cost nothing where they are not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.canvas.pane import Pane
from app.canvas.viewport import Viewport
from app.document.geometry import Rect

SIDE = 320


def shown(value: int, viewport: Viewport, exposed: QRect | None) -> NDArray[np.uint8]:
    """(H, W) of a photo of one grey value, with the grid over ``exposed``."""

    def render(_level: int, rect: Rect) -> NDArray[np.uint8]:
        return np.full((rect.height, rect.width, 3), value, np.uint8)

    pane = Pane((viewport.photo_width, viewport.photo_height), render)
    pane.look(viewport)
    while pane.fill(viewport):
        pass
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(0xFF000000)
    with QPainter(image) as painter:
        pane.draw(painter, viewport)
        if exposed is not None:
            pane.draw_grid(painter, viewport, exposed)
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4)[..., 0].copy()


@pytest.mark.parametrize("value", [0, 20, 47, 48, 90, 128, 200, 255])
@pytest.mark.parametrize("scale", [8.0, 16.0])
@pytest.mark.parametrize("rotation", [0.0, 90.0])
def test_a_line_is_seen_on_any_grey_and_shouts_on_none(value: int, scale: float, rotation: float) -> None:
    viewport = Viewport(100, 100, SIDE, SIDE, scale, 0, 0).rotated_to(rotation).centred()
    apart = np.abs(shown(value, viewport, QRect(0, 0, SIDE, SIDE)).astype(int) - value)
    _nothing, contrast = np.unique(apart)
    assert 6 <= contrast <= 52
    assert (apart > 0).mean() == pytest.approx(1 - (1 - 1 / scale) ** 2, abs=0.02)


def test_there_are_no_lines_round_the_photo() -> None:
    viewport = Viewport(5, 4, SIDE, SIDE, 32.0, 64, 96)
    with_lines = shown(200, viewport, QRect(0, 0, SIDE, SIDE))
    rows, columns = np.nonzero((with_lines != 200) & (with_lines != 0))
    assert set(columns[rows == 100]) == {64 + 32 * i for i in range(1, 5)}
    assert set(rows[columns == 70]) == {96 + 32 * i for i in range(1, 4)}


@pytest.mark.parametrize("rotation", [0.0, 90.0, 180.0, 30.0])
def test_only_what_is_exposed_is_drawn(rotation: float) -> None:
    viewport = Viewport(100, 100, SIDE, SIDE, 10.0, 0, 0).rotated_to(rotation).centred()
    whole, plain = shown(200, viewport, QRect(0, 0, SIDE, SIDE)), shown(200, viewport, None)
    exposed = QRect(100, 60, 50, 70)
    part = shown(200, viewport, exposed)
    assert np.array_equal(part[60:130, 100:150], whole[60:130, 100:150])
    assert np.array_equal(shown(200, viewport, QRect(900, 900, 10, 10)), plain)


def test_below_eight_hundred_percent_there_are_none() -> None:
    viewport = Viewport(100, 100, SIDE, SIDE, 7.99, 0, 0)
    assert np.array_equal(shown(200, viewport, QRect(0, 0, SIDE, SIDE)), shown(200, viewport, None))
