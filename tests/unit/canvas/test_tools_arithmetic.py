"""What tools work out before they touch anything: combinations, late keys, directions, colours."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.tools.eyedropper import mean_colour
from app.canvas.tools.polygon import constrained
from app.canvas.tools.region import LateKeys, combination
from app.canvas.tools.tool import Sample
from app.document.selection import Combine
from app.document.space import SRGB, Curve, RgbSpace

ADOBE_RGB = RgbSpace(
    name="Adobe RGB (1998)",
    to_xyz=np.array([[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]),
    curve=Curve(gamma=2.19921875),
)


def keys(*, shift: bool = False, alt: bool = False) -> Sample:
    return Sample(0, 0, 0, 0, shift=shift, alt=alt)


@pytest.mark.parametrize("default", Combine)
def test_keys_come_before_the_options_bar(default: Combine) -> None:
    assert combination(keys(), default) is default
    assert combination(keys(shift=True), default) is Combine.ADD
    assert combination(keys(alt=True), default) is Combine.SUBTRACT
    assert combination(keys(shift=True, alt=True), default) is Combine.INTERSECT


def test_keys_from_the_press_count_once_they_were_let_go() -> None:
    late = LateKeys(keys(shift=True))
    assert late.held(keys(shift=True)) == (False, False)
    assert late.held(keys(shift=True, alt=True)) == (False, True)
    assert late.held(keys(alt=True)) == (False, True)
    assert late.held(keys(shift=True)) == (True, False)


coordinates = st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000))


@given(coordinates, coordinates)
def test_a_constrained_line_has_one_of_eight_directions(
    anchor: tuple[float, float], place: tuple[float, float]
) -> None:
    x, y = constrained(anchor, place)
    dx, dy = x - anchor[0], y - anchor[1]
    assert min(abs(dx), abs(dy), abs(abs(dx) - abs(dy))) < 1e-6
    assert math.hypot(dx, dy) <= math.dist(anchor, place) + 1e-6
    # No other of the eight would be nearer.
    assert math.dist((x, y), place) <= math.dist(anchor, place) * math.sin(math.pi / 8) + 1e-6


def test_the_mean_colour_of_even_codes_is_that_colour() -> None:
    codes = np.full((5, 3, 3), (12, 200, 77), np.uint8)
    assert mean_colour(codes, SRGB) == (12, 200, 77)
    assert mean_colour(codes.astype(np.uint16) * 257, SRGB) == (12, 200, 77)


def test_light_is_averaged_rather_than_codes() -> None:
    codes = np.array([[(0, 0, 0), (255, 255, 255)]], np.uint8)
    assert mean_colour(codes, SRGB) == (188, 188, 188)  # half the light of white: IEC 61966-2-1


def test_other_spaces_are_brought_to_srgb() -> None:
    codes = np.full((1, 1, 3), (200, 60, 50), np.uint8)
    red, green, blue = mean_colour(codes, ADOBE_RGB)
    assert red > 200  # the same codes mean a stronger red there
    assert mean_colour(np.full((1, 1, 3), 128, np.uint8), ADOBE_RGB) == pytest.approx((127, 127, 127), abs=2)
    assert (green, blue) != (60, 50)
