"""The pressure curve goes through its points, is as monotone as they are, and stays a curve whatever is done to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pressure import LINEAR, MOST_POINTS, NEAREST, PressureCurve

SHARES = st.floats(0, 1)


@st.composite
def curves(draw: st.DrawFn) -> PressureCurve:
    steps = draw(st.lists(st.integers(0, 50), min_size=2, max_size=MOST_POINTS, unique=True))
    return PressureCurve(tuple((step / 50, draw(SHARES)) for step in sorted(steps)))


@given(SHARES)
def test_without_a_bend_pressure_is_itself(pressure: float) -> None:
    assert LINEAR.at(pressure) == pytest.approx(pressure, abs=1e-12)


@given(curves())
def test_it_goes_through_its_points_and_is_level_outside(curve: PressureCurve) -> None:
    for pressure, share in curve.points:
        assert curve.at(pressure) == pytest.approx(share, abs=1e-9)
    assert curve.at(-1.0) == curve.points[0][1]
    assert curve.at(2.0) == curve.points[-1][1]


@given(curves())
def test_between_two_points_it_only_rises_or_only_falls(curve: PressureCurve) -> None:
    for (x0, y0), (x1, y1) in pairwise(curve.points):
        shares = [curve.at(min(x0 + (x1 - x0) * step / 40, x1)) for step in range(41)]  # rounding could pass x1
        sign = 1 if y1 >= y0 else -1
        assert all(sign * (after - before) >= -1e-9 for before, after in pairwise(shares))
        assert min(y0, y1) <= min(shares)
        assert max(shares) <= max(y0, y1)


def test_a_bent_curve_is_smooth_where_lines_would_have_a_corner() -> None:
    curve = PressureCurve(((0.0, 0.0), (0.5, 0.8), (1.0, 1.0)))
    before, after = curve.at(0.5) - curve.at(0.499), curve.at(0.501) - curve.at(0.5)
    assert before == pytest.approx(after, rel=0.02)
    assert curve.at(0.25) != pytest.approx(0.4, abs=0.01)


@given(curves(), SHARES, SHARES, st.data())
def test_no_edit_makes_something_that_is_no_curve(
    curve: PressureCurve, pressure: float, share: float, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(curve.points) - 1))
    moved = curve.moved(place, (pressure, share))
    assert len(moved.points) == len(curve.points)
    assert moved.points[:place] + moved.points[place + 1 :] == curve.points[:place] + curve.points[place + 1 :]
    added, where = curve.with_point((pressure, share))
    assert len(added.points) - len(curve.points) in (0, 1)
    if len(curve.points) < MOST_POINTS:
        assert added.points[where] == pytest.approx((pressure, share), abs=NEAREST)
    fewer = curve.without_point(place)
    assert len(fewer.points) == max(2, len(curve.points) - 1)


@given(curves())
def test_a_file_gives_it_back(curve: PressureCurve) -> None:
    assert PressureCurve.from_list(curve.to_list()) == curve


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "linear",
        [[0, 0]],
        [[0, 0], [1, 2]],
        [[1, 0], [0, 1]],
        [[0, 0], [0.001, 1]],
        [[0, 0], [1, True]],
        [[0, 0], [float("nan"), 1]],
        [[step / 20, 0] for step in range(MOST_POINTS + 1)],
    ],
)
def test_what_is_no_curve_is_refused_with_a_sentence(stored: object) -> None:
    with pytest.raises(ValueError, match=r"pressure curve .*\.$"):
        PressureCurve.from_list(stored)
