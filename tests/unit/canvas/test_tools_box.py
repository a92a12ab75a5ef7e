"""Boxes from corner to corner are whole pixels, square and centred where they should be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.tools.box import dragged_box
from app.document.geometry import Rect

places = st.tuples(st.floats(-500, 5000), st.floats(-500, 5000))


@pytest.mark.parametrize(
    ("start", "end", "square", "centred", "box"),
    [
        ((10, 20), (30, 60), False, False, Rect(10, 20, 20, 40)),
        ((30, 60), (10, 20), False, False, Rect(10, 20, 20, 40)),
        ((10, 20), (30, 60), True, False, Rect(10, 20, 40, 40)),
        ((30, 60), (25, 20), True, False, Rect(-10, 20, 40, 40)),
        ((10, 20), (14, 23), False, True, Rect(6, 17, 8, 6)),
        ((10, 20), (14, 23), True, True, Rect(6, 16, 8, 8)),
        ((10.4, 20.4), (29.6, 59.6), False, False, Rect(10, 20, 20, 40)),
        ((10.2, 20.2), (10.4, 20.3), False, False, Rect(10, 20, 1, 1)),
    ],
)
def test_corners_become_a_box(
    start: tuple[float, float], end: tuple[float, float], square: bool, centred: bool, box: Rect
) -> None:
    assert dragged_box(start, end, square=square, centred=centred) == box


@given(places, places, st.booleans(), st.booleans())
def test_it_is_never_empty_and_square_where_it_should_be(
    start: tuple[float, float], end: tuple[float, float], square: bool, centred: bool
) -> None:
    box = dragged_box(start, end, square=square, centred=centred)
    assert not box.is_empty
    if square:
        assert box.width == box.height


@given(places, places)
def test_a_free_box_ends_at_the_pixel_edges_nearest_to_its_corners(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    box = dragged_box(start, end, square=False, centred=False)
    for low, high, a, b in ((box.x, box.right, start[0], end[0]), (box.y, box.bottom, start[1], end[1])):
        if high - low > 1:
            assert abs(low - min(a, b)) <= 0.5
            assert abs(high - max(a, b)) <= 0.5


@given(places, places, st.booleans())
def test_a_centred_box_has_the_start_in_its_middle(
    start: tuple[float, float], end: tuple[float, float], square: bool
) -> None:
    box = dragged_box(start, end, square=square, centred=True)
    assert abs(box.x + box.width / 2 - start[0]) <= 0.75
    assert abs(box.y + box.height / 2 - start[1]) <= 0.75
