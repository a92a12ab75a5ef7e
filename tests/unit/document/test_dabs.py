"""Strokes made of dabs: flow, spacing, elliptical tips, the pen's factors, clipping; and what single dabs look like."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.brush import Brush, Touch
from app.document.geometry import Point
from app.document.stroke import Stroke
from app.document.tiles import EMPTY, TileMask

Codes = npt.NDArray[np.uint8]

SNAPSHOTS = Path(__file__).with_name("dabs")
SIZE = (300, 700)


def painted(brush: Brush, *touches: Touch | Point, size: tuple[int, int] = SIZE) -> Codes:
    stroke = Stroke(TileMask.empty(*size), brush)
    stroke.add(touches)
    return stroke.mask.to_array()


# Flow and opacity


@settings(max_examples=30, deadline=None)
@given(
    opacity=st.floats(0.02, 1),
    flow=st.floats(0.01, 1),
    hardness=st.floats(0, 1),
    roundness=st.floats(0.2, 1),
    below=st.integers(0, 255),
    ceiling=st.floats(0, 1),
)
def test_a_stroke_never_exceeds_its_opacity(
    opacity: float, flow: float, hardness: float, roundness: float, below: int, ceiling: float
) -> None:
    base = TileMask.from_array(np.full((120, 200), below, np.uint8))
    stroke = Stroke(base, Brush(30, hardness, opacity, flow, 0.3, roundness))
    for _ in range(15):
        stroke.add(
            [Touch(50.0, 60.0, 1.0, ceiling), Touch(150.0, 60.0, 1.0, ceiling), Touch(100.0, 40.0, 1.0, ceiling)]
        )
    reached = below + (255 - below) * opacity * ceiling
    assert int(stroke.mask.to_array().max()) <= reached + 0.51


def test_flow_builds_up_to_the_opacity_dab_by_dab() -> None:
    """In one place each dab lays its share of what is missing."""
    stroke = Stroke(TileMask.empty(100, 400), Brush(20, 1.0, 0.8, flow=0.25, spacing=2.0))
    seen = []
    for i in range(40):
        stroke.add([(50.0 + 40 * (i % 2), 50.0)])  # 40 pixels are one step
        seen.append(stroke.mask.at(50, 50))
    laid = [(i + 2) // 2 for i in range(40)]
    wanted = [255 * 0.8 * (1 - 0.75**dabs) for dabs in laid]
    assert np.abs(np.array(seen) - wanted).max() <= 1


@pytest.mark.parametrize(("flow", "dabs"), [(0.0005, 12000), (0.01, 2000)])
def test_little_flow_does_not_stall(flow: float, dabs: int) -> None:
    """Rounding to whole codes would swallow what the last dabs add, four codes of coverage in all."""
    stroke = Stroke(TileMask.empty(64, 64), Brush(25, 0.0, flow=flow, spacing=0.02))
    stroke.add([(30.0 + i % 2, 32.0) for i in range(dabs)])  # one dab per step
    row = stroke.mask.to_array()[32]
    for x in (30, 45, 50, 53):
        distances = np.hypot(x + 0.5 - np.array([30, 31]), 0.5).astype(np.float32)
        missing = np.prod((1 - flow * stroke.brush.strength(distances).astype(np.float64)) ** (dabs / 2))
        assert row[x] == pytest.approx(255 * (1 - missing), abs=1)


def test_the_pens_factors_change_evenly_on_the_way() -> None:
    coverage = painted(Brush(20), Touch(100.0, 150.0, 0.2, 0.1), Touch(600.0, 150.0, 1.0, 0.9)).astype(int)
    middle = coverage[150, 100:600]
    assert np.abs(middle / 255 - (0.1 + 0.8 * np.arange(500) / 500)).max() < 0.08
    assert np.abs(np.diff(middle)).max() <= 8, "steps too small to stand out"
    assert np.diff(middle).min() >= 0
    widths = (coverage > 0).sum(axis=0)[150:580]
    assert np.abs(widths / 2 - (4 + 16 * np.arange(50, 480) / 500)).max() < 2


def test_a_pen_pressed_harder_in_place_paints_as_strongly_and_as_large_as_it_gets() -> None:
    touches = [Touch(100.0, 150.0, 0.1 * i, 0.1 * i) for i in range(1, 11)]
    coverage = painted(Brush(40), *touches)
    assert coverage[150, 100] == pytest.approx(255, abs=7)
    assert (coverage[150] > 0).sum() == pytest.approx(80, abs=3)


def test_a_stroke_goes_on_in_dabs_once_the_pen_asks_for_less_flow() -> None:
    coverage = painted(Brush(20), Touch(100.0, 150.0), Touch(300.0, 150.0), Touch(600.0, 150.0, flow=0.05))
    assert coverage[150, 110:290].min() == 255
    assert 0 < coverage[150, 615] < 120


# Where dabs stand


@settings(max_examples=30, deadline=None)
@given(
    path=st.lists(st.builds(Touch, st.floats(0, 400), st.floats(0, 200), st.floats(0.1, 1)), min_size=2, max_size=9),
    places=st.lists(st.integers(1, 9), max_size=6),
    roundness=st.sampled_from([1.0, 0.3]),
    flow=st.sampled_from([1.0, 0.2]),
)
def test_calls_do_not_show(path: list[Touch], places: list[int], roundness: float, flow: float) -> None:
    """The same touches give the same stroke in one call and in many."""
    brush = Brush(25, 0.7, 0.9, flow, 0.3, roundness, 20)
    whole, cut = (Stroke(TileMask.empty(200, 400), brush) for _ in range(2))
    whole.add(path)
    for a, b in itertools.pairwise(sorted({0, len(path), *(min(place, len(path)) for place in places)})):
        cut.add(path[a:b])
    assert np.array_equal(whole.mask.to_array(), cut.mask.to_array())


def test_spacing_is_even_however_the_path_is_sampled() -> None:
    """Dabs of a wide spacing stand apart: their middles can be counted and measured."""
    brush = Brush(8, 1.0, spacing=1.5)
    for touches in (
        [(50.0, 150.0), (640.0, 150.0)],
        [(50.0 + 7 * i, 150.0) for i in range(85)],
        [(50.0 + 590 * (i / 30) ** 2, 150.0) for i in range(31)],
    ):
        count, _, _, middles = cv2.connectedComponentsWithStats(painted(brush, *touches))
        x = np.sort(middles[1:, 0])
        assert count - 1 == 1 + 590 // 24
        assert np.abs(np.diff(x) - 24).max() < 0.3


def test_spacing_follows_the_size_of_the_tip() -> None:
    touches = (Touch(50.0, 150.0, 0.1), Touch(640.0, 150.0, 1.0))
    _, _, _, middles = cv2.connectedComponentsWithStats(painted(Brush(20, 1.0, spacing=2.0), *touches))
    x = np.sort(middles[1:, 0])
    diameters = 40 * (0.1 + 0.9 * (x + 0.5 - 50) / 590)
    gaps = np.diff(x) / ((diameters[1:] + diameters[:-1]) / 2)
    assert len(x) > 10
    assert gaps == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("flow", [0.1, 1.0])
@pytest.mark.parametrize("roundness", [1.0, 0.1])
@pytest.mark.parametrize("radius", [1.0, 6.0, 60.0])
@pytest.mark.parametrize("slope", [0.0, 0.3])
def test_no_gaps_at_any_speed(radius: float, roundness: float, flow: float, slope: float) -> None:
    """A stroke in one leap is as strong everywhere along its ridge, whichever way the tip is turned."""
    for angle in (0.0, 90.0):
        brush = Brush(radius, 0.5, 1.0, flow, 0.1, roundness, angle)
        coverage = painted(brush, (20.0, 60.0), (680.0, 60.0 + slope * 660))
        start = 20 + math.ceil(2 * radius) + 2
        ridge = coverage[:, start:-start].sum(axis=0)
        least = 0.6 if radius * roundness < 1 else 0.85  # what is finer than pixels swells and thins among them
        assert ridge.min() > least * ridge.max(), f"angle {angle}"


def test_a_path_from_far_outside_lays_only_what_can_be_seen() -> None:
    stroke = Stroke(TileMask.empty(*SIZE), Brush(9, 0.5, flow=0.5))
    stroke.add([(-1e9, 150.0), (1e9, 150.0)])
    row = stroke.mask.to_array()[150].astype(int)
    assert row.min() > 200
    outside = Stroke(TileMask.empty(*SIZE), Brush(9, 0.5, flow=0.5))
    assert outside.add([(-1e9, -150.0), (1e9, -150.0)]).is_empty
    assert outside.mask is outside.base


# Tips


@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 160.0])
def test_an_elliptical_tip_is_turned_clockwise_from_the_x_axis(angle: float, hardness: float) -> None:
    coverage = painted(Brush(60, hardness, roundness=0.3, angle=angle), (150.0, 150.0), size=(300, 300))
    moments = cv2.moments(coverage.astype(np.float32))
    turned = math.degrees(0.5 * math.atan2(2 * moments["mu11"], moments["mu20"] - moments["mu02"]))
    assert (turned - angle + 90) % 180 - 90 == pytest.approx(0, abs=0.5)
    spread = moments["mu20"] + moments["mu02"], math.hypot(2 * moments["mu11"], moments["mu20"] - moments["mu02"])
    ratio = math.sqrt((spread[0] - spread[1]) / (spread[0] + spread[1]))
    assert ratio == pytest.approx(0.3, abs=0.02)


def test_a_hard_ellipse_covers_its_area() -> None:
    coverage = painted(Brush(80, 1.0, roundness=0.25, angle=33), (150.3, 150.6), size=(300, 300))
    assert coverage.sum() / 255 == pytest.approx(math.pi * 80 * 20, rel=1e-3)


def test_a_barely_elliptical_tip_looks_like_a_round_one() -> None:
    """Two ways to compute a tip, the same picture."""
    for hardness in (0.0, 0.5, 1.0):
        for radius in (2.0, 40.0, 130.0):
            round_tip = painted(Brush(radius, hardness), (150.0, 150.0), size=(300, 300)).astype(int)
            nearly = painted(Brush(radius, hardness, roundness=1 - 1e-6), (150.0, 150.0), size=(300, 300))
            assert np.abs(nearly - round_tip).max() <= 1


def test_a_single_dab_at_full_flow_is_what_the_sweep_paints() -> None:
    for hardness in (0.0, 0.5, 1.0):
        swept = painted(Brush(50, hardness), (150.0, 150.0)).astype(int)
        dab = painted(Brush(50, hardness, spacing=0.5), (150.0, 150.0))
        assert np.abs(dab - swept).max() <= 1


@pytest.mark.parametrize("name", ["soft", "medium", "hard", "ellipse", "fine", "flow"])
def test_dabs_look_as_they_did(name: str) -> None:
    """The pictures have been looked at; a change of more than one code has to be looked at, too."""
    brush, touches = {
        "soft": (Brush(28, 0.0), [(32.0, 32.0)]),
        "medium": (Brush(28, 0.5), [(32.0, 32.0)]),
        "hard": (Brush(28, 1.0), [(32.0, 32.0)]),
        "ellipse": (Brush(28, 0.5, roundness=0.4, angle=30), [(32.0, 32.0)]),
        "fine": (Brush(1.5, 1.0, flow=0.9), [(8.25, 10.5), (55.0, 50.0)]),
        "flow": (Brush(12, 0.5, flow=0.1), [(14.0, 44.0), (30.0, 20.0), (50.0, 40.0)]),
    }[name]
    coverage = painted(brush, *touches, size=(64, 64))
    wanted = cv2.imread(str(SNAPSHOTS / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    assert np.abs(coverage.astype(int) - wanted).max() <= 1


# The selection


@pytest.mark.parametrize("flow", [1.0, 0.3])
@pytest.mark.parametrize("erase", [False, True])
def test_the_clip_scales_what_is_laid_and_leaves_other_tiles_alone(flow: float, erase: bool) -> None:
    noise = np.random.default_rng(1).integers(1, 255, SIZE).astype(np.uint8)
    base = TileMask.from_array(noise)
    share = np.zeros(SIZE, np.uint8)
    share[:, :100], share[:, 100:200] = 255, 64
    stroke = Stroke(base, Brush(100, 1.0, flow=flow), erase, TileMask.from_array(share))
    stroke.add([(50.0, 150.0), (650.0, 150.0)])
    free = Stroke(base, Brush(100, 1.0, flow=flow), erase)
    free.add([(50.0, 150.0), (650.0, 150.0)])
    wanted = noise + (free.mask.to_array() - noise.astype(float)) * share / 255
    assert np.abs(stroke.mask.to_array() - wanted).max() <= 1
    assert stroke.mask.tile(0, 1) is base.tile(0, 1)
    assert stroke.mask.tile(0, 2) is base.tile(0, 2)


def test_a_tile_wholly_inside_keeps_to_a_soft_clip() -> None:
    share = TileMask.from_array(np.full((1200, 1200), 128, np.uint8))
    stroke = Stroke(TileMask.empty(1200, 1200), Brush(600), clip=share)
    stroke.add([(600.0, 600.0)])
    assert stroke.mask.at(600, 600) == 128
    nothing = Stroke(TileMask.empty(1200, 1200), Brush(600), clip=TileMask.empty(1200, 1200))
    assert nothing.add([(600.0, 600.0)]).is_empty
    assert nothing.mask.tile(2, 2) is EMPTY
