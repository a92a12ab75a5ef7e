"""Dabs among hints: told apart by identity, found by place, changed and removed one by one."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.colour_dabs import (
    dabs_of,
    exchanged,
    inside_photo,
    is_among,
    is_grey,
    nearest,
    takes_dabs,
    without,
)
from app.document.layer import Hint
from app.document.sources.neural import NEURAL, Neural
from app.document.sources.original import ORIGINAL
from app.document.sources.painted import Painted
from app.document.sources.scribbles import Scribbles

RED, BLUE = (200, 20, 30), (20, 40, 230)

places = st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), max_size=12)


def test_sources_that_listen_to_dabs() -> None:
    assert takes_dabs(NEURAL)
    assert takes_dabs(Neural(0.3))
    assert takes_dabs(Scribbles())
    assert not takes_dabs(ORIGINAL)
    assert not takes_dabs(Painted())


def test_discs_are_strokes_and_no_dabs() -> None:
    dab, disc = Hint(1, 1, 4, RED), Hint(1, 1, 4, RED, disc=True)
    assert dabs_of((disc, dab, disc)) == (dab,)


@pytest.mark.parametrize(("colour", "grey"), [((119, 119, 119), True), ((0, 0, 0), True), ((119, 119, 120), False)])
def test_a_dab_of_three_equal_codes_is_grey(colour: tuple[int, int, int], grey: bool) -> None:
    assert is_grey(Hint(1, 1, 4, colour)) is grey


def test_equal_dabs_are_two_dabs() -> None:
    one, other = Hint(1, 1, 4, RED), Hint(1, 1, 4, RED)
    assert is_among((one,), one)
    assert not is_among((one,), other)
    assert not is_among((one,), None)
    left = without((one, other), one)
    assert len(left) == 1
    assert left[0] is other
    blue = replace(other, color=BLUE)
    changed = exchanged((one, other), other, blue)
    assert changed[0] is one
    assert changed[1] is blue
    with pytest.raises(ValueError, match="not among the hints"):
        exchanged((one,), other, blue)


@given(places, st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), st.floats(0, 100))
def test_the_nearest_dab_within_reach_is_found(
    spots: list[tuple[float, float]], place: tuple[float, float], reach: float
) -> None:
    dabs = [Hint(x, y, 4, RED) for x, y in spots]
    found = nearest(dabs, spots, place, reach)
    distances = [math.dist(spot, place) for spot in spots]
    if found is None:
        assert all(distance > reach for distance in distances)
    else:
        index = next(index for index, dab in enumerate(dabs) if dab is found)
        assert distances[index] == min(distances) <= reach
        assert all(distance > distances[index] for distance in distances[index + 1 :])


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_place_is_brought_onto_the_photo(x: float, y: float, height: int, width: int) -> None:
    px, py = inside_photo(x, y, (height, width))
    assert 0 <= px < width
    assert 0 <= py < height
    if 0 <= x <= width - 0.5 and 0 <= y <= height - 0.5:
        assert (px, py) == (x, y)
