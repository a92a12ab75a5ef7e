"""The brush against a plain painter that computes every pixel's distance from the path."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.brush import Brush, Touch, profile
from app.document.geometry import TILE, Point
from app.document.stroke import Stroke
from app.document.tiles import EMPTY, FULL, TileMask

Coverage = npt.NDArray[np.uint8]


def painted(base: Coverage, brush: Brush, erase: bool, points: list[Point]) -> npt.NDArray[np.float64]:
    """Coverage after the stroke, unrounded: the distance of each pixel centre, the profile, the blend."""
    x, y = np.meshgrid(np.arange(base.shape[1]) + 0.5, np.arange(base.shape[0]) + 0.5)
    distance = np.full(base.shape, np.inf)
    for a, b in itertools.pairwise([points[0], *points]):
        dx, dy = b[0] - a[0], b[1] - a[1]
        square = dx * dx + dy * dy
        t = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / square, 0, 1) if square else 0.0
        distance = np.minimum(distance, np.hypot(x - a[0] - t * dx, y - a[1] - t * dy))
    v = np.clip((brush.rim - distance) / (brush.rim - brush.core), 0, 1)
    smooth = v**3 * (10 + v * (6 * v - 15))
    blend = min(max(brush.rim - brush.core - 1, 0), 1)  # a rim one pixel wide is linear, from two on smooth
    strength = (blend * smooth + (1 - blend) * v) * brush.opacity
    result: npt.NDArray[np.float64] = base * (1 - strength) if erase else base + (255.0 - base) * strength
    return result


brushes = st.builds(
    Brush,
    radius=st.one_of(st.floats(0.5, 3), st.floats(3, 80), st.floats(80, 700)),
    hardness=st.one_of(st.just(1.0), st.just(0.0), st.floats(0, 1)),
    opacity=st.one_of(st.just(1.0), st.floats(0.01, 1)),
)
places = st.tuples(st.floats(-500, 1200), st.floats(-500, 1200))


@settings(max_examples=120, deadline=None)
@given(
    brush=brushes,
    points=st.lists(places, min_size=1, max_size=5),
    size=st.tuples(st.integers(1, 700), st.integers(1, 700)),
    base=st.sampled_from(["empty", "full", "noise"]),
    erase=st.booleans(),
    cuts=st.lists(st.integers(1, 5), max_size=3),
)
def test_equals_the_plain_painter(
    brush: Brush, points: list[Point], size: tuple[int, int], base: str, erase: bool, cuts: list[int]
) -> None:
    noise = np.random.default_rng(7).integers(0, 256, size).astype(np.uint8)
    before = {"empty": np.zeros_like(noise), "full": np.full_like(noise, 255), "noise": noise}[base]
    mask = TileMask.from_array(before)
    stroke = Stroke(mask, brush, erase)
    told = np.zeros(size, bool)
    for start, end in itertools.pairwise(sorted({0, len(points), *(min(c, len(points)) for c in cuts)})):
        told[stroke.add(points[start:end]).slices] = True
    after = stroke.mask.to_array()
    assert np.abs(after - painted(before, brush, erase, points)).max() <= 1
    assert not (after != before)[~told].any(), "a change outside the rectangles that were returned"
    assert np.array_equal(mask.to_array(), before), "the mask the stroke began on has changed"


def test_a_click_paints_a_round_dab() -> None:
    stroke = Stroke(TileMask.empty(600, 600), Brush(100, 1.0))
    changed = stroke.add([(300.0, 300.0)])
    coverage = stroke.mask.to_array()
    assert changed.x <= 200 <= 400 <= changed.right
    assert np.array_equal(coverage, coverage.T)
    assert np.array_equal(coverage, coverage[::-1, ::-1])
    assert coverage.sum() / 255 == pytest.approx(math.pi * 100**2, rel=5e-5)
    assert coverage[300, 300] == 255
    assert coverage[300, 402] == 0


@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("radius", [0.5, 0.7, 4.0, 60.0])
def test_no_gaps_at_any_speed(radius: float, hardness: float) -> None:
    """A path in one leap equals the same path in tiny steps."""
    fast, slow = (Stroke(TileMask.empty(500, 900), Brush(radius, hardness)) for _ in range(2))
    fast.add([(20.0, 130.0), (860.0, 370.0)])
    slow.add([(20 + 840 * i / 2000, 130 + 240 * i / 2000) for i in range(2001)])
    a, b = fast.mask.to_array(), slow.mask.to_array()
    assert np.abs(a.astype(int) - b).max() <= 1
    columns = a[:, 20 + 61 : 860 - 61].sum(axis=0) / 255  # clear of the round ends
    assert columns.min() > 0.95 * (fast.brush.core + fast.brush.rim)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([0.5, 0.75, 1.0, 2.0, 5.0]))
def test_fine_lines_paint_their_width(offset: float, start: float, radius: float) -> None:
    """However it falls on the pixels, a line covers as much as it is wide, down to radius 0.5."""
    stroke = Stroke(TileMask.empty(40, 200), Brush(radius, 1.0))
    stroke.add([(5 + start, 20 + offset), (190 + start, 20 + offset)])
    column = stroke.mask.to_array()[:, 100].sum() / 255
    assert column == pytest.approx(2 * radius, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 1), st.floats(0, 1), st.integers(0, 255))
def test_opacity_caps_one_stroke(opacity: float, hardness: float, below: int) -> None:
    base = TileMask.from_array(np.full((200, 200), below, np.uint8))
    stroke = Stroke(base, Brush(30, hardness, opacity))
    for _ in range(5):
        stroke.add([(50.0, 100.0), (150.0, 100.0), (100.0, 60.0)])
    assert int(stroke.mask.to_array().max()) == pytest.approx(below + (255 - below) * opacity, abs=0.51)


def test_a_second_stroke_adds_to_the_first() -> None:
    mask = TileMask.empty(100, 100)
    for expected in (128, 192, 224):
        stroke = Stroke(mask, Brush(20, 1.0, 0.5))
        stroke.add([(50.0, 50.0)])
        mask = stroke.mask
        assert abs(mask.at(50, 50) - expected) <= 1


def test_erasing_bares_what_was_covered() -> None:
    stroke = Stroke(TileMask.full(1000, 1000), Brush(400, 0.95), erase=True)
    stroke.add([(500.0, 500.0)])
    assert stroke.mask.at(500, 500) == 0
    assert stroke.mask.at(20, 20) == 255
    assert stroke.mask.tile(1, 1) is EMPTY


def test_the_inside_of_a_large_brush_shares_one_tile() -> None:
    full = Stroke(TileMask.empty(4000, 4000), Brush(1500, 0.9))
    full.add([(2000.0, 2000.0)])
    assert full.mask.tile(7, 7) is FULL
    half = Stroke(TileMask.empty(4000, 4000), Brush(1500, 0.9, 0.5))
    half.add([(2000.0, 2000.0)])
    assert half.mask.tile(7, 7) is half.mask.tile(8, 8)
    assert abs(half.mask.at(2000, 2000) - 127.5) <= 0.5


@pytest.mark.parametrize("erase", [False, True])
@pytest.mark.parametrize("opacity", [0.1, 0.3, 0.5, 0.77])
def test_no_step_between_tiles_inside_and_at_the_rim(opacity: float, erase: bool) -> None:
    """A tile wholly inside is filled by another road than one at the rim: both must give the same codes."""
    base = TileMask.full(2000, 2000) if erase else TileMask.empty(2000, 2000)
    stroke = Stroke(base, Brush(700, 0.95, opacity), erase)
    stroke.add([(1000.0, 1000.0)])
    inside = stroke.mask.to_array()[750:1250, 450:1550]
    assert len(np.unique(inside)) == 1


def test_nothing_changes_where_nothing_can() -> None:
    full = TileMask.full(600, 600)
    stroke = Stroke(full, Brush(50))
    assert stroke.add([(300.0, 300.0), (500.0, 100.0)]).is_empty
    assert stroke.mask is full
    outside = Stroke(TileMask.empty(600, 600), Brush(50))
    assert outside.add([(-60.0, 300.0), (-1e9, -1e12)]).is_empty
    assert outside.mask is outside.base


def test_rubbing_in_place_changes_nothing_more() -> None:
    stroke = Stroke(TileMask.empty(600, 600), Brush(50, 0.3))
    stroke.add([(100.0, 300.0), (400.0, 300.0)])
    before = stroke.mask
    assert stroke.add([(250.0, 300.0), (150.0, 300.0)]).is_empty
    assert stroke.mask is before


def test_a_path_from_far_outside_is_exact() -> None:
    near, far = Stroke(TileMask.empty(500, 500), Brush(9, 0.5)), Stroke(TileMask.empty(500, 500), Brush(9, 0.5))
    near.add([(-1000.0, 150.0), (1500.0, 400.0)])
    far.add([(-1e7 - 1000, 150.0 - 1e6), (1e7 + 1500, 400.0 + 1e6)])
    assert np.abs(near.mask.to_array().astype(int) - far.mask.to_array()).max() <= 1


def test_points_that_are_no_numbers_are_left_out() -> None:
    stroke = Stroke(TileMask.empty(100, 100), Brush(5))
    stroke.add([(math.nan, 5.0), (20.0, 20.0), (math.inf, 3.0), (60.0, 20.0)])
    assert stroke.mask.at(40, 20) == 255
    assert stroke.mask.at(40, 40) == 0


@pytest.mark.parametrize("hardness", [0.0, 0.3, 0.9, 1.0])
def test_the_profile_falls_smoothly(hardness: float) -> None:
    t = np.linspace(0, 1.2, 400, dtype=np.float32)
    s = profile(t, hardness)
    assert (np.diff(s) <= 4e-6).all()
    assert (s[t < hardness] > 1 - 1e-6).all()
    assert (s[t > 1] == 0).all()
    if hardness < 1:
        assert profile(hardness + (1 - hardness) / 2, hardness) == pytest.approx(0.5, abs=1e-5)
    if hardness < 0.9:  # no corner in the slope, which the eye would see as a ring
        bend = np.abs(np.diff(s, 2)).max() * (399 / 1.2) ** 2 * (1 - hardness) ** 2
        assert bend < 7


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"radius": 0.4}, "brush radius 0.4 is outside"),
        ({"radius": 5001}, "brush radius 5001 is outside"),
        ({"radius": math.nan}, "brush radius nan"),
        ({"radius": 5, "hardness": 1.1}, "hardness and opacity are 0..1"),
        ({"radius": 5, "opacity": -0.1}, "hardness and opacity are 0..1"),
        ({"radius": 5, "flow": 1.1}, "flow and edge strength are 0..1"),
        ({"radius": 5, "edge": math.nan}, "flow and edge strength are 0..1"),
        ({"radius": 5, "spacing": 0.0}, "spacing is 0.01..2 diameters"),
        ({"radius": 5, "spacing": 2.1}, "spacing is 0.01..2 diameters"),
        ({"radius": 5, "roundness": 0.01}, "roundness is 0.05..1"),
        ({"radius": 5, "angle": math.inf}, "angle a number of degrees"),
    ],
)
def test_impossible_brushes_are_refused(wrong: dict[str, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Brush(**wrong)


def test_what_a_round_tip_cannot_sweep_is_made_of_dabs() -> None:
    assert not Brush(5, spacing=0.25, angle=30).lays_dabs
    for brush in (Brush(5, flow=0.9), Brush(5, roundness=0.9), Brush(5, edge=0.1), Brush(5, spacing=0.3)):
        assert brush.lays_dabs


def test_many_touches_of_different_sizes_in_one_call_equal_one_call_each() -> None:
    touches = [Touch(60.0 + 30 * i, 100.0 + 20 * (i % 3), 0.1 + 0.1 * i) for i in range(9)]
    once, each = (Stroke(TileMask.empty(300, 500), Brush(60, 0.4)) for _ in range(2))
    once.add(touches)
    for touch in touches:
        each.add([touch])
    assert np.array_equal(once.mask.to_array(), each.mask.to_array())


def test_strokes_across_tiles_have_no_seam() -> None:
    stroke = Stroke(TileMask.empty(2 * TILE, 2 * TILE), Brush(120, 0.0))
    stroke.add([(256.0, 256.0)])
    coverage = stroke.mask.to_array().astype(int)
    for line in (coverage, coverage.T):
        steps = np.abs(np.diff(line, 2, axis=1))
        assert steps[:, TILE - 4 : TILE + 4].max() <= 2


# A radius that changes on the way


def tapered(brush: Brush, shape: tuple[int, int], knots: list[tuple[float, float, float]]) -> npt.NDArray[np.float64]:
    """Coverage 0..255 of a stroke on nothing: each pixel tries every 1/20 px of each piece for the deepest."""
    x, y = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
    strength = np.zeros(shape)
    for a, b in itertools.pairwise([knots[0], *knots]):
        deepest, width_there = np.full(shape, -np.inf), np.ones(shape)
        for t in np.linspace(0, 1, 200 + int(20 * math.dist(a, b))):
            px, py, radius = (p + (q - p) * t for p, q in zip(a, b, strict=True))
            core = min(brush.hardness * radius, radius - 0.5)
            depth = (radius + 0.5 - np.hypot(x - px, y - py)) / (radius + 0.5 - core)
            width_there = np.where(depth > deepest, radius + 0.5 - core, width_there)
            deepest = np.maximum(deepest, depth)
        v = np.clip(deepest, 0, 1)
        smooth = v**3 * (10 + v * (6 * v - 15))
        blend = np.clip(width_there - 1, 0, 1)
        strength = np.maximum(strength, blend * smooth + (1 - blend) * v)
    return strength * 255 * brush.opacity


sizes = st.one_of(st.floats(0.5, 4), st.floats(4, 40), st.floats(40, 160))
spots = st.floats(-60, 220)


@settings(max_examples=10, deadline=None)
@given(
    knots=st.lists(st.tuples(spots, spots, sizes), min_size=2, max_size=3),
    hardness=st.one_of(st.just(1.0), st.just(0.0), st.floats(0, 1)),
    opacity=st.sampled_from([1.0, 0.4]),
)
def test_a_changing_radius_equals_the_plain_painter(
    knots: list[tuple[float, float, float]], hardness: float, opacity: float
) -> None:
    stroke = Stroke(TileMask.empty(60, 80), Brush(160, hardness, opacity))
    for x, y, radius in knots:
        stroke.add([Touch(x, y, radius / stroke.brush.radius)])
    wanted = tapered(stroke.brush, (60, 80), knots)
    assert np.abs(stroke.mask.to_array() - wanted).max() <= 2


def test_a_large_cone_crosses_tiles_without_a_seam_or_a_step() -> None:
    stroke = Stroke(TileMask.empty(1200, 2000), Brush(500, 0.5))
    stroke.add([Touch(200.0, 600.0, 20 / 500), Touch(1500.0, 600.0, 480 / 500)])
    coverage = stroke.mask.to_array().astype(int)
    assert np.array_equal(coverage, coverage[::-1])
    assert np.abs(np.diff(coverage, 2, axis=0)[:, 300:]).max() <= 6, "a step would be tens of codes"
    assert np.abs(np.diff(coverage[600, 300:])).max() <= 6


def test_a_pen_pressed_harder_in_place_grows_its_dab() -> None:
    stroke, dab = (Stroke(TileMask.empty(200, 200), Brush(40)) for _ in range(2))
    for radius in (2.0, 10.0, 30.0):
        stroke.add([Touch(100.0, 100.0, radius / 40)])
    dab.add([Touch(100.0, 100.0, 30 / 40)])
    assert np.array_equal(stroke.mask.to_array(), dab.mask.to_array())


def test_a_radius_no_brush_can_have_is_brought_into_range() -> None:
    faint, fine = (Stroke(TileMask.empty(50, 50), Brush(40)) for _ in range(2))
    faint.add([Touch(10.0, 25.0, -1.0), Touch(40.0, 25.0, 0.0)])
    fine.add([Touch(10.0, 25.0, 0.5 / 40), Touch(40.0, 25.0, 0.5 / 40)])
    assert np.array_equal(faint.mask.to_array(), fine.mask.to_array())
