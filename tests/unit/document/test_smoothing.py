"""Smoothing of the pointer's path: how far it may lag, that it never overshoots, that it arrives."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.smoothing import LONGEST_STRING, Position, Smoother, Smoothing

positions = st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000), st.floats(0, 1))
paths = st.lists(positions, min_size=1, max_size=12)
kinds = st.sampled_from(Smoothing)


def smoothed(kind: Smoothing, strength: float, path: list[Position], cut: int = 1) -> list[Position]:
    smoother = Smoother(kind, strength)
    smoother.begin(*path[0])
    out = [path[0]]
    for start in range(1, len(path), cut):
        out += smoother.add(path[start : start + cut])
    return out + smoother.end()


@given(kinds, st.floats(0, 1), paths)
def test_it_arrives_and_never_overshoots(kind: Smoothing, strength: float, path: list[Position]) -> None:
    out = np.array(smoothed(kind, strength, path))
    assert tuple(out[-1]) == path[-1]
    given_path = np.array(path)
    assert (out >= given_path.min(axis=0) - 1e-9).all()
    assert (out <= given_path.max(axis=0) + 1e-9).all()


@given(kinds, st.floats(0, 1), paths, st.integers(2, 5))
def test_it_does_not_matter_how_events_are_bundled(
    kind: Smoothing, strength: float, path: list[Position], cut: int
) -> None:
    assert smoothed(kind, strength, path, cut) == smoothed(kind, strength, path)


def test_none_changes_nothing() -> None:
    path: list[Position] = [(1.0, 2.0, 0.5), (3.5, 4.0, 0.7), (3.5, 4.0, 0.9)]
    assert smoothed(Smoothing.NONE, 1.0, path) == path


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_basic_lags_by_one_sample_at_most(strength: float) -> None:
    smoother = Smoother(Smoothing.BASIC, strength)
    smoother.begin(0.0, 0.0)
    for i in range(1, 20):
        reached = smoother.add([(20.0 * i, 7.0 * i)])[-1]
        assert reached[0] >= 20 * (i - 1) - 1e-9


def test_basic_rounds_corners_and_calms_a_trembling_hand() -> None:
    corner = smoothed(Smoothing.BASIC, 0.0, [(0, 0), (100, 0), (100, 100)])
    assert math.dist(min(corner, key=lambda p: math.dist(p, (100, 0))), (100, 0)) > 10
    turns = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in itertools.pairwise(corner)]
    assert max(np.abs(np.diff(turns))) < 0.2, "a right angle is spread over many small turns"
    trembling: list[Position] = [(10.0 * i, 3.0 * (-1) ** i) for i in range(40)]
    sway = [max(abs(y) for _, y in smoothed(Smoothing.BASIC, strength, trembling)[40:-2]) for strength in (0.0, 1.0)]
    assert sway[1] < sway[0] < 3


def test_the_stabiliser_draws_the_brush_on_a_string() -> None:
    smoother = Smoother(Smoothing.STABILISER, 0.5)
    length = 0.5 * LONGEST_STRING
    smoother.begin(0.0, 0.0, 0.2)
    assert smoother.add([(length - 1, 0.0, 0.4), (0.0, length - 1, 0.6)]) == [], "inside its reach nothing moves"
    (pulled,) = smoother.add([(length + 30, 0.0, 1.0)])
    assert pulled[:2] == pytest.approx((30, 0))
    assert 0.2 < pulled[2] < 1
    assert smoother.end() == [(length + 30, 0.0, 1.0)]
    assert smoother.end() == [], "it has arrived"


def test_a_new_stroke_forgets_the_last_one() -> None:
    smoother = Smoother(Smoothing.STABILISER, 1.0)
    smoother.begin(0.0, 0.0)
    smoother.add([(500.0, 0.0)])
    smoother.begin(10.0, 10.0)
    assert smoother.add([(11.0, 10.0)]) == []
    assert smoother.end() == [(11.0, 10.0)]


def test_what_is_no_number_is_left_out() -> None:
    for kind in Smoothing:
        smoother = Smoother(kind, 0.5)
        smoother.begin(0.0, 0.0)
        out = smoother.add([(math.nan, 1.0), (300.0, 0.0), (math.inf, 0.0)]) + smoother.end()
        assert out[-1] == (300.0, 0.0)
        assert all(math.isfinite(sum(point)) for point in out)


def test_an_impossible_strength_is_refused() -> None:
    with pytest.raises(ValueError, match="strength of smoothing"):
        Smoother(Smoothing.BASIC, 1.5)
