"""Lines over the photo: black and white, one device pixel wide, inside the area that is repainted for them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from app.canvas.lines import Line, path_of, photo_to_view, region_along
from app.canvas.stripes import PERIOD, StripedImage, draw_striped
from app.canvas.viewport import Viewport

SIDE = 400
GREY = 128

corners = st.lists(st.tuples(st.floats(-50, 450), st.floats(-50, 450)), min_size=2, max_size=12)


def drawn(lines: list[Line], viewport: Viewport, *, dpr: float = 1.0, phase: int = 0) -> NDArray[np.uint8]:
    """(SIDE, SIDE) of one channel: GREY where nothing was drawn."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    with QPainter(image) as painter:
        draw_striped(painter, path_of(lines), photo_to_view(viewport), dpr, phase)
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4)[..., 0].copy()


def view(scale: float = 1.0, rotation: float = 0.0) -> Viewport:
    return Viewport(SIDE, SIDE, SIDE, SIDE, scale).rotated_to(rotation)


def straight(x0: float, y0: float, x1: float, y1: float) -> list[Line]:
    return [np.array([(x0, y0), (x1, y1)])]


@pytest.mark.parametrize("way", [(300, 0), (0, 300), (300, 300), (-300, 300)])
def test_a_line_in_any_of_eight_directions_is_black_and_white(way: tuple[int, int]) -> None:
    x = 350 if way[0] < 0 else 50
    pixels = drawn(straight(x, 50, x + way[0], 50 + way[1]), view())
    seen = pixels[pixels != GREY]
    assert set(seen.tolist()) == {0, 255}
    assert 0.4 < (seen == 255).mean() < 0.6


@pytest.mark.parametrize("scale", [0.1, 1.0, 7.3])
def test_it_is_one_device_pixel_wide_at_any_zoom(scale: float) -> None:
    viewport = view(scale).centred()
    left, top = viewport.to_photo(50.5, 200.5)
    right, _ = viewport.to_photo(350.5, 200.5)
    pixels = drawn(straight(left, top, right, top), viewport)
    assert ((pixels[:, 60:340] != GREY).sum(axis=0) == 1).all()


def test_it_is_as_thick_as_a_logical_pixel_on_a_fine_screen() -> None:
    pixels = drawn(straight(50, 200, 350, 200), view(), dpr=2.0)
    assert ((pixels[:, 60:340] != GREY).sum(axis=0) == 2).all()


def test_it_marches_and_comes_round() -> None:
    steps = [drawn(straight(50, 200, 350, 260), view(), phase=phase) for phase in range(PERIOD + 1)]
    assert not np.array_equal(steps[0], steps[1])
    assert np.array_equal(steps[0], steps[PERIOD])
    for step in steps:
        assert np.array_equal(step != GREY, steps[0] != GREY)


@settings(max_examples=30, deadline=None)
@given(corners, st.floats(0.3, 5), st.sampled_from([1.0, 2.0]), st.integers(0, PERIOD - 1))
def test_drawn_once_or_each_time_it_is_the_same(
    points: list[tuple[float, float]], scale: float, dpr: float, phase: int
) -> None:
    viewport = view(scale).centred()
    striped = StripedImage(path_of([np.array(points)]), photo_to_view(viewport), dpr, QRect(0, 0, SIDE, SIDE))
    striped.set_phase(phase)
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    with QPainter(image) as painter:
        striped.draw(painter)
    once = np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4)[..., 0]
    each_time = drawn([np.array(points)], viewport, dpr=dpr, phase=phase)
    assert np.array_equal(once, each_time)


def test_it_may_be_drawn_over_a_part_of_the_view() -> None:
    triangle = [np.array([(100, 60), (300, 90), (150, 250), (100, 60)])]
    striped = StripedImage(path_of(triangle), photo_to_view(view()), 1.0, QRect(93, 51, 220, 211))
    striped.set_phase(3)
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    with QPainter(image) as painter:
        striped.draw(painter)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4)[..., 0]
    assert np.array_equal(pixels, drawn(triangle, view(), phase=3))
    y, x = np.nonzero(pixels != GREY)
    assert np.array_equal(striped.points(), (x, y))


def test_lines_stay_apart() -> None:
    square = np.array([(10, 10), (60, 10), (60, 60), (10, 60), (10, 10)], np.float32)
    path = path_of([square, square + 100, np.zeros((1, 2))])
    assert path.elementCount() == 10
    moves = [index for index in range(10) if path.elementAt(index).isMoveTo()]
    assert moves == [0, 5]
    assert (path.elementAt(7).x, path.elementAt(7).y) == (160, 160)


def test_no_line_is_no_path() -> None:
    assert path_of([]) == QPainterPath()
    assert region_along([], view(), 2).isEmpty()


@settings(max_examples=60, deadline=None)
@given(corners, st.floats(0.05, 30), st.floats(0, 359), st.sampled_from([1.0, 2.0]))
def test_everything_drawn_lies_in_the_area_told(
    points: list[tuple[float, float]], scale: float, rotation: float, dpr: float
) -> None:
    viewport = view(scale, rotation).centred()
    lines: list[Line] = [np.array(points)]
    pixels = drawn(lines, viewport, dpr=dpr)
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setClipRegion(region_along(lines, viewport, 1 + dpr))
        painter.fillRect(0, 0, SIDE, SIDE, Qt.GlobalColor.white)
    told = np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4)[..., 0] > 0
    assert told[pixels != GREY].all()


def test_a_long_frame_does_not_repaint_what_it_surrounds() -> None:
    frame = np.array([(5, 5), (1195, 5), (1195, 795), (5, 795), (5, 5)], np.float64)
    region = region_along([frame], Viewport(1200, 800, 1200, 800), 2)
    assert not region.contains(QPoint(600, 400))
    assert region.contains(QPoint(600, 5))
