"""Rectangles, ellipses and polygons: exact areas, any place, few tiles."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import Point
from app.document.shapes import ellipse, polygon, rectangle
from app.document.tiles import FULL, TileMask

Coverage = npt.NDArray[np.uint8]
HEIGHT, WIDTH = 290, 540
FINE = 64  # samples along each side of a pixel, of the plain references
places = st.floats(-80, 620, allow_nan=False)


def area_of(height: int, width: int, inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Coverage 0..255 from samples at FINE times the resolution."""
    return inside.reshape(height, FINE, width, FINE).mean(axis=(1, 3)) * 255


def samples(height: int, width: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    y, x = np.mgrid[: height * FINE, : width * FINE]
    return (x + 0.5) / FINE, (y + 0.5) / FINE


@settings(max_examples=80, deadline=None)
@given(places, places, places, places)
def test_a_rectangle_covers_exact_areas(x0: float, y0: float, x1: float, y1: float) -> None:
    def overlap(first: float, last: float, length: int) -> npt.NDArray[np.float64]:
        return np.array([max(0.0, min(i + 1, max(first, last)) - max(i, min(first, last))) for i in range(length)])

    exact = 255 * np.outer(overlap(y0, y1, HEIGHT), overlap(x0, x1, WIDTH))
    result = rectangle(HEIGHT, WIDTH, x0, y0, x1, y1).to_array()
    assert np.abs(result - exact).max() <= 0.5 + 1e-6


@settings(max_examples=60, deadline=None)
@given(places, places, places, places)
def test_a_hard_rectangle_takes_pixels_by_their_centres(x0: float, y0: float, x1: float, y1: float) -> None:
    x, y = np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5
    inside = ((min(y0, y1) <= y) & (y < max(y0, y1)))[:, None] & ((min(x0, x1) <= x) & (x < max(x0, x1)))
    result = rectangle(HEIGHT, WIDTH, x0, y0, x1, y1, antialias=False).to_array()
    assert np.array_equal(result, np.where(inside, 255, 0))


@settings(max_examples=60, deadline=None)
@given(places, places, places, places, st.booleans())
def test_a_polygon_along_the_axes_is_the_rectangle(x0: float, y0: float, x1: float, y1: float, soft: bool) -> None:
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    box = rectangle(HEIGHT, WIDTH, x0, y0, x1, y1, antialias=soft).to_array().astype(int)
    result = polygon(HEIGHT, WIDTH, corners, antialias=soft).to_array()
    assert np.abs(result - box).max() <= (8 if soft else 0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(-4, 20), st.floats(-4, 20)), min_size=3, max_size=9))
def test_a_polygon_covers_the_area_it_winds_around(points: list[Point]) -> None:
    height, width = 12, 16
    x, y = samples(height, width)
    winding = np.zeros(x.shape, np.int32)
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        winding += (y0 <= y) & (y < y1) & (side > 0)
        winding -= (y1 <= y) & (y < y0) & (side < 0)
    exact = area_of(height, width, winding != 0)
    result = polygon(height, width, points).to_array()
    assert np.abs(result - exact).max() <= 8 + 255 / FINE


@settings(max_examples=30, deadline=None)
@given(st.floats(-4, 20), st.floats(-4, 20), st.floats(-4, 20), st.floats(-4, 20))
def test_an_ellipse_covers_its_area(x0: float, y0: float, x1: float, y1: float) -> None:
    height, width = 12, 16
    x, y = samples(height, width)
    across, down = (x1 - x0) / 2, (y1 - y0) / 2
    if abs(across) < 0.05 or abs(down) < 0.05:
        return  # thinner than the samples
    inside = ((x - (x0 + x1) / 2) / across) ** 2 + ((y - (y0 + y1) / 2) / down) ** 2 < 1
    result = ellipse(height, width, x0, y0, x1, y1).to_array()
    assert np.abs(result - area_of(height, width, inside)).max() <= 8 + 255 / FINE


def test_a_large_circle_has_the_area_of_one() -> None:
    total = ellipse(1000, 1100, 20.3, 30.7, 920.3, 930.7).to_array().sum() / 255
    assert total == pytest.approx(math.pi * 450**2, rel=1e-5)


def test_a_hard_ellipse_takes_pixels_by_their_centres() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    inside = ((x - 270) / 250) ** 2 + ((y - 140) / 170) ** 2 < 1
    result = ellipse(HEIGHT, WIDTH, 20, -30, 520, 310, antialias=False).to_array()
    assert np.array_equal(result, np.where(inside, 255, 0))


def test_a_lasso_that_crosses_itself_keeps_what_it_goes_round_twice() -> None:
    twice = [(10, 10), (90, 10), (90, 90), (10, 90), (10, 10), (30, 30), (70, 30), (70, 70), (30, 70), (30, 30)]
    assert polygon(100, 100, twice).to_array()[50, 50] == 255
    backwards = [*twice[:5], *twice[:4:-1]]
    assert polygon(100, 100, backwards).to_array()[50, 50] == 0


def star(angle: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Distance of a star's edge from its centre."""
    return 200 + 150 * np.sin(40 * angle)


def test_thousands_of_points_far_outside_too() -> None:
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    points = np.stack((270 + star(angle) * np.cos(angle), 140 + star(angle) * np.sin(angle)), axis=1)
    result = polygon(HEIGHT, WIDTH, [(float(x), float(y)) for x, y in points], antialias=False).to_array()
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    inside = np.hypot(x - 270, y - 140) < star(np.arctan2(y - 140, x - 270))
    assert np.mean((result == 255) != inside) < 1e-3  # 5000 corners are not quite the curve
    far = [(-1e9, 50.0), (1e9, 50.0), (1e9, 60.0), (-1e9, 60.0)]
    assert np.array_equal(polygon(HEIGHT, WIDTH, far).to_array(), rectangle(HEIGHT, WIDTH, -1, 50, 999, 60).to_array())


@pytest.mark.parametrize(
    "shape",
    [
        lambda h, w: rectangle(h, w, 10.5, 20.5, w - 30.5, h - 10.5),
        lambda h, w: ellipse(h, w, 10.5, 20.5, w - 30.5, h - 10.5),
        lambda h, w: polygon(h, w, [(w / 2, 3), (w - 5, h / 2), (w / 2, h - 5), (9, h / 2)]),
    ],
)
def test_inside_and_outside_cost_nothing(shape: object) -> None:
    mask = shape(2500, 3000)  # type: ignore[operator]
    assert isinstance(mask, TileMask)
    assert sum(tile is FULL for tile in mask.tiles.values()) >= 20
    assert mask.bytes <= 40 * 2**16
    assert shape(5000, 6000).bytes <= 2.2 * mask.bytes  # type: ignore[operator]


def test_a_region_that_reaches_the_photos_edge_does_not_fade_there_in_small_mips() -> None:
    for mask in (
        rectangle(HEIGHT, WIDTH, 200, 100, WIDTH, HEIGHT),
        polygon(HEIGHT, WIDTH, [(200, 100), (WIDTH, 100), (WIDTH, HEIGHT), (200, HEIGHT)]),
    ):
        assert mask.coverage(3, 0, 0)[(HEIGHT - 1) >> 3, (WIDTH - 1) >> 3] == 255


def test_nothing_is_enclosed_by_a_line_or_a_point() -> None:
    assert polygon(HEIGHT, WIDTH, []).is_empty
    assert polygon(HEIGHT, WIDTH, [(1, 1), (50, 60)]).is_empty
    assert polygon(HEIGHT, WIDTH, [(1, 1), (50, 60), (99, 119)]).to_array().max() <= 1
    assert rectangle(HEIGHT, WIDTH, 5, 5, 5, 50).is_empty
    assert ellipse(HEIGHT, WIDTH, 5, 5, 5, 50).is_empty
    assert ellipse(HEIGHT, WIDTH, -90, -90, -10, -10).is_empty


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_places_that_are_none_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        rectangle(HEIGHT, WIDTH, bad, 0, 10, 10)
    with pytest.raises(ValueError, match="finite"):
        ellipse(HEIGHT, WIDTH, 0, 0, 10, bad)
    with pytest.raises(ValueError, match="finite"):
        polygon(HEIGHT, WIDTH, [(0, 0), (bad, 1), (5, 5)])
