"""The divider can be caught, dragged and never lost, and repaints all that it covers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from app.canvas.split import HANDLE_RADIUS, LINE_REACH, Split


def split_of(width: int, height: int, dpr: float = 1.0) -> Split:
    split = Split()
    split.fit(width, height, dpr)
    return split


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_the_line_and_the_handle_can_be_caught_and_nothing_else(dpr: float) -> None:
    split = split_of(800, 600, dpr)
    for y in (0, 100, 599):
        assert split.hits(400 + LINE_REACH * dpr, y)
        assert not split.hits(400 + (LINE_REACH + 1) * dpr, y)
    assert split.hits(400 - HANDLE_RADIUS * dpr, 300)
    assert not split.hits(400 - (HANDLE_RADIUS + 3) * dpr, 300)


@given(st.integers(1, 5000), st.integers(1, 3000), st.floats(-4, 4), st.floats(-1e4, 1e4))
def test_the_caught_point_follows_the_pointer_inside_the_view(width: int, height: int, off: float, to: float) -> None:
    split = split_of(width, height)
    start = split.x
    assert split.press(start + off, height / 2)
    split.drag_to(to)
    assert split.x == pytest.approx(min(width, max(0, to - off)), abs=1)
    split.release()
    assert not split.is_dragged
    assert split.left().right() + 1 == split.right().left() == split.x
    assert split.left().width() + split.right().width() == width


def test_it_stays_at_its_share_when_the_view_changes_size() -> None:
    split = split_of(800, 600)
    split.press(400, 10)
    split.drag_to(200)
    split.fit(1600, 900, 2.0)
    assert split.x == 400


@pytest.mark.parametrize("dpr", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("x", [0, 3, 150, 201, 400])
def test_everything_it_draws_lies_in_its_region(dpr: float, x: int) -> None:
    split = split_of(400, 301, dpr)
    split.drag_to(x)
    image = QImage(400, 301, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    with QPainter(image) as painter:
        split.draw(painter)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(301, 400, 4)
    drawn = np.argwhere((rows[..., :3] != 128).any(axis=-1))
    region = split.region()
    assert len(drawn)
    assert all(region.contains(QPoint(int(column), int(row))) for row, column in drawn)
