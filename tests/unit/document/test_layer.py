"""Hints and their picture for the network, layer roots, and hints under a moving brush."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import EMPTY_RECT, Point, Rect
from app.document.layer import DocumentState, Hint, LayerState, hint_raster, srgb_ab
from app.document.painting import FINEST_VIEW, HintTrail
from app.document.sources.neural import NEURAL, Neural
from app.document.sources.original import ORIGINAL
from app.document.tiles import FULL, TileMask

RED, BLUE = (220, 20, 30), (20, 40, 230)


@pytest.mark.parametrize(
    ("color", "a", "b"),
    [  # CIE L*a*b* relative to D65, published for the sRGB primaries
        ((255, 0, 0), 80.09, 67.20),
        ((0, 255, 0), -86.18, 83.18),
        ((0, 0, 255), 79.19, -107.86),
        ((255, 255, 255), 0.0, 0.0),
        ((0, 0, 0), 0.0, 0.0),
        ((119, 119, 119), 0.0, 0.0),
    ],
)
def test_ab_of_known_colours(color: tuple[int, int, int], a: float, b: float) -> None:
    assert srgb_ab(color) == pytest.approx((a, b), abs=0.03)
    assert Hint(1, 1, 5, color).ab == srgb_ab(color)


@pytest.mark.parametrize("wrong", [(math.nan, 0, 5, RED), (0, 0, 0, RED), (0, 0, 5, (0, 0, 256)), (0, 0, 5, (1, 2))])
def test_impossible_hints_are_refused(wrong: tuple[float, float, float, tuple[int, int, int]]) -> None:
    with pytest.raises(ValueError, match="hint"):
        Hint(*wrong)


def test_a_hint_covers_its_square() -> None:
    ab, mask = hint_raster([Hint(600, 300, 200, RED)], (600, 1200), (60, 120))
    expected = np.zeros((60, 120), np.uint8)
    expected[20:40, 50:70] = 1
    assert np.array_equal(mask, expected)
    assert np.allclose(ab[:, mask > 0].T, srgb_ab(RED))
    assert not ab[:, mask == 0].any()


def test_later_hints_lie_over_earlier_ones() -> None:
    hints = [Hint(50, 50, 40, RED), Hint(60, 50, 20, BLUE), Hint(50, 50, 40, RED), Hint(50, 50, 8, BLUE)]
    ab, _ = hint_raster(hints, (100, 100), (100, 100))
    assert ab[0, 50, 50] == pytest.approx(srgb_ab(BLUE)[0])
    assert ab[0, 50, 63] == pytest.approx(srgb_ab(RED)[0])


@given(
    st.floats(0, 12000, exclude_max=True),
    st.floats(0, 8000, exclude_max=True),
    st.floats(0.1, 5),
    st.integers(1, 300),
    st.integers(1, 300),
)
def test_the_smallest_hint_still_fills_the_pixel_it_lies_in(x: float, y: float, size: float, h: int, w: int) -> None:
    ab, mask = hint_raster([Hint(x, y, size, RED)], (8000, 12000), (h, w))
    assert mask[int(y * h / 8000), int(x * w / 12000)] == 1
    assert mask.sum() == 1
    assert ab[0].max() == pytest.approx(srgb_ab(RED)[0])


def test_hints_outside_the_photo_are_not_drawn() -> None:
    _, mask = hint_raster([Hint(-1, 5, 40, RED), Hint(5, 100, 40, RED)], (100, 100), (50, 50))
    assert not mask.any()


def test_no_hints_draw_nothing() -> None:
    ab, mask = hint_raster((), (100, 100), (7, 9))
    assert ab.shape == (2, 7, 9)
    assert mask.shape == (7, 9)
    assert not ab.any()
    assert not mask.any()


def layer() -> LayerState:
    return LayerState("Colour", TileMask.empty(1000, 1000))


def test_roots_share_the_layers_they_do_not_change() -> None:
    root = DocumentState((layer(), layer()), active=1)
    changed = root.with_layer(1, replace(root.layer, source=ORIGINAL))
    assert changed.layers[0] is root.layers[0]
    assert changed.layer.source is ORIGINAL
    assert root.layer.source is NEURAL
    with pytest.raises(IndexError, match="no layer 2"):
        root.with_layer(2, root.layer)


def test_where_two_roots_look_different() -> None:
    root = DocumentState((layer(),))
    brushed = root.with_layer(0, replace(root.layer, mask=root.layer.mask.with_tiles({(1, 2): FULL})))
    assert brushed.changed_since(root) == root.changed_since(brushed) == Rect(512, 256, 256, 256)
    assert brushed.changed_since(brushed) == EMPTY_RECT
    other_source = brushed.with_layer(0, replace(brushed.layer, source=ORIGINAL))
    assert other_source.changed_since(brushed) == Rect(512, 256, 256, 256)
    kept = Hint(1, 1, 2, RED)
    one = root.with_layer(0, replace(root.layer, hints=(kept, Hint(100, 100, 20, RED))))
    two = root.with_layer(0, replace(root.layer, hints=(kept, Hint(200, 200, 40, RED))))
    assert one.changed_since(two) == Rect(90, 90, 130, 130)


# Hints under a brush


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 900), st.floats(-100, 700)), min_size=1, max_size=6), st.floats(3, 200))
def test_a_colour_stroke_leaves_no_point_of_its_path_without_a_hint(path: list[Point], size: float) -> None:
    trail = HintTrail(())
    for point in path:
        trail.lay([point], size, RED, (600, 800))
    reach = size / 2 + 1e-6
    for (ax, ay), (bx, by) in zip(path, path[1:] or path, strict=False):
        for t in np.linspace(0, 1, 23):
            x, y = ax + (bx - ax) * t, ay + (by - ay) * t
            margin = size / 2  # a path may leave the photo between two hints
            if margin <= x < 800 - margin and margin <= y < 600 - margin:
                assert any(abs(hint.x - x) <= reach and abs(hint.y - y) <= reach for hint in trail.hints)
    assert all(0 <= hint.x < 800 and 0 <= hint.y < 600 for hint in trail.hints)


def test_rubbing_to_and_fro_does_not_pile_hints_up() -> None:
    trail = HintTrail(())
    for i in range(200):
        trail.lay([(100.0 + 300 * (i % 2), 100 + i / 100)], 30, RED, (600, 800))
    assert 20 <= len(trail.hints) <= 50


def test_the_finest_brush_lays_no_more_than_a_network_could_see() -> None:
    trail = HintTrail(())
    trail.lay([(0.0, 100.0), (11999.0, 100.0)], 0.6, RED, (8000, 12000))
    assert FINEST_VIEW * 0.9 <= len(trail.hints) <= FINEST_VIEW * 1.1


def test_new_hints_bury_only_what_lies_wholly_under_them() -> None:
    under, beside = Hint(100, 100, 10, BLUE), Hint(120, 100, 20, BLUE)
    trail = HintTrail((under, beside))
    covered = trail.lay([(100.0, 100.0)], 40, RED, (600, 800))
    assert trail.hints == (beside, Hint(100, 100, 40, RED, disc=True))
    assert covered == Rect(80, 80, 40, 40)


def test_auto_lifts_the_hints_its_path_comes_near() -> None:
    hints = (Hint(100, 100, 10, RED), Hint(200, 129, 10, RED), Hint(300, 131, 10, RED), Hint(400, 100, 10, BLUE))
    trail = HintTrail(hints)
    assert trail.lift([(50.0, 100.0)], 30) == EMPTY_RECT
    assert trail.hints is hints
    assert trail.lift([(350.0, 100.0)], 30) == Rect(95, 95, 110, 39)
    assert trail.hints == hints[2:]


def test_a_trail_goes_on_from_an_earlier_one() -> None:
    """What the earlier trail knows of the hints must be right whether they were kept, buried, lifted or laid."""
    trail = HintTrail(tuple(Hint(20.0 + 50 * i, 100, 10, BLUE) for i in range(10)))
    rng = np.random.default_rng(4)
    for n in range(40):
        fresh, trail = HintTrail(trail.hints), HintTrail(trail.hints, trail)
        path = [(float(x), float(y)) for x, y in rng.uniform(0, 600, (2, 2))]
        for each in (fresh, trail):
            if n % 3:
                each.lay(path, 12.0 + n, RED, (600, 800))
            else:
                each.lift(path, 25)
        assert fresh.hints == trail.hints


def test_hints_stay_the_same_object_until_one_comes_or_goes() -> None:
    trail = HintTrail((Hint(5, 5, 10, RED),))
    before = trail.hints
    trail.lift([(500.0, 500.0)], 30)
    assert trail.hints is before
    trail.lay([(300.0, 300.0)], 40, RED, (600, 800))
    after = trail.hints
    assert after is not before
    trail.lay([(301.0, 301.0)], 40, RED, (600, 800))
    assert trail.hints is after


def test_only_the_same_question_takes_an_answer() -> None:
    asked = LayerState("Colour", TileMask.full(40, 40), (Hint(5, 5, 10, RED),))
    same = replace(asked, name="Other", opacity=0.5)
    assert asked.asks_the_same(same)
    others = [
        replace(asked, mask=TileMask.full(40, 40)),
        replace(asked, hints=(Hint(5, 5, 10, RED),)),
        replace(asked, feather=3.0),
        replace(asked, density=0.5),
        replace(asked, source=Neural(0.2)),
        replace(asked, source=ORIGINAL),
        replace(asked, pinned=True),
        replace(asked, id=7),
    ]
    for other in others:
        assert other.id != asked.id or not asked.asks_the_same(other)
        state = DocumentState((other,))
        assert state.settled(asked, None, None) is state


def test_softness_changes_the_picture_wherever_the_layer_reaches() -> None:
    tiles = TileMask.empty(1000, 1000).with_tiles({(1, 1): FULL})
    hard = LayerState("Colour", tiles)
    soft = replace(hard, feather=40.0)
    roots = [DocumentState((layer,)) for layer in (hard, soft, replace(hard, density=0.5))]
    assert roots[0].changed_since(roots[0]) == EMPTY_RECT
    assert roots[1].changed_since(roots[0]) == roots[0].changed_since(roots[1]) == Rect(196, 196, 376, 376)
    assert roots[2].changed_since(roots[0]) == Rect(256, 256, 256, 256)
    stroke = DocumentState((replace(soft, mask=tiles.with_tiles({(1, 2): FULL})),))
    assert stroke.changed_since(roots[1]) == Rect(452, 196, 376, 376)
    shown = DocumentState((replace(soft, visible=False),))
    assert shown.changed_since(roots[1]) == Rect(196, 196, 376, 376)
