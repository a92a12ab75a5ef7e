"""Gradients against their formulas."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import Point
from app.document.gradient import linear_gradient, radial_gradient
from app.document.tiles import EMPTY, FULL

HEIGHT, WIDTH = 300, 530
points = st.tuples(st.floats(-50, 600), st.floats(-50, 400))
Y, X = np.mgrid[:HEIGHT, :WIDTH] + 0.5


@settings(max_examples=60, deadline=None)
@given(points, points)
def test_a_linear_gradient_falls_along_its_line(start: Point, end: Point) -> None:
    dx, dy = end[0] - start[0], end[1] - start[1]
    if dx * dx + dy * dy < 1:
        return
    share = ((X - start[0]) * dx + (Y - start[1]) * dy) / (dx * dx + dy * dy)
    result = linear_gradient(HEIGHT, WIDTH, start, end).to_array()
    assert np.abs(result - 255 * (1 - np.clip(share, 0, 1))).max() <= 0.52


@settings(max_examples=60, deadline=None)
@given(points, points)
def test_a_radial_gradient_falls_with_the_distance(centre: Point, edge: Point) -> None:
    radius = np.hypot(edge[0] - centre[0], edge[1] - centre[1])
    if radius < 1:
        return
    share = np.hypot(X - centre[0], Y - centre[1]) / radius
    result = radial_gradient(HEIGHT, WIDTH, centre, edge).to_array()
    assert np.abs(result - 255 * (1 - np.clip(share, 0, 1))).max() <= 0.52


def test_even_parts_are_constants() -> None:
    linear = linear_gradient(2000, 3000, (1000, 0), (1200, 0))
    assert linear.tile(0, 0) is FULL
    assert linear.tile(3, 6) is EMPTY
    assert linear.tile(0, 4) not in (EMPTY, FULL)
    radial = radial_gradient(2000, 3000, (1000, 1000), (1200, 1000))
    assert radial.tile(0, 0) is EMPTY
    assert set(radial.tiles) <= {(ty, tx) for ty in range(3, 5) for tx in range(3, 5)}


def test_a_gradient_of_no_length_covers_nothing() -> None:
    assert linear_gradient(HEIGHT, WIDTH, (40, 50), (40, 50)).is_empty
    assert radial_gradient(HEIGHT, WIDTH, (40, 50), (40, 50)).is_empty
