"""The brush in use: numbers stay in their ranges, every change is told once, pressure does what its curves say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.brush_settings import BrushSettings
from app.brush_values import DEFAULT, RANGES, BrushValues
from app.document.smoothing import Smoothing
from app.pressure import PressureCurve

HALF = PressureCurve(((0.0, 0.0), (1.0, 0.5)))


def told(brush: BrushSettings) -> list[None]:
    changes: list[None] = []
    brush.changed.connect(lambda: changes.append(None))
    return changes


@pytest.mark.parametrize("name", ["size", "hardness", "opacity", "flow", "spacing", "roundness", "angle"])
@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_numbers_are_brought_into_their_range(name: str, value: float) -> None:
    brush = BrushSettings()
    getattr(brush, f"set_{name}")(value)
    low, high = RANGES[name]
    assert low <= getattr(brush, name) <= high
    if low <= value <= high:
        assert getattr(brush, name) == value
    brush.brush()  # the document takes whatever the settings hold


def test_a_change_is_told_once_and_the_same_value_not_at_all() -> None:
    brush = BrushSettings()
    changes = told(brush)
    brush.set_flow(0.3)
    brush.set_flow(0.3)
    assert len(changes) == 1
    brush.take(BrushValues(size=9, flow=0.5, roundness=0.4))
    assert len(changes) == 2
    brush.reset()
    assert len(changes) == 3
    brush.reset()
    assert len(changes) == 3


def test_the_documents_brush_has_all_of_it() -> None:
    brush = BrushSettings()
    brush.take(BrushValues(size=40, hardness=0.2, opacity=0.6, flow=0.4, spacing=0.3, roundness=0.5, angle=30))
    made = brush.brush()
    assert (made.radius, made.hardness, made.opacity, made.flow) == (20, 0.2, 0.6, 0.4)
    assert (made.spacing, made.roundness, made.angle, made.edge) == (0.3, 0.5, 30, 0)
    brush.set_edge_aware(True)
    assert brush.brush().edge == brush.edge_strength == 0.5


def test_the_strength_of_keeping_to_edges_is_remembered_while_it_is_off() -> None:
    brush = BrushSettings()
    brush.set_edge(0.8)
    assert (brush.edge_aware, brush.edge) == (True, 0.8)
    brush.set_edge(0)
    assert (brush.edge_aware, brush.edge, brush.edge_strength) == (False, 0, 0.8)
    brush.set_edge_aware(True)
    assert brush.edge == 0.8
    brush.set_edge_aware(False)
    brush.set_edge_strength(0.3)
    assert brush.edge == 0


@given(st.floats(0, 1))
def test_pressure_does_what_the_curves_say_and_only_where_they_are_on(pressure: float) -> None:
    brush = BrushSettings()
    assert brush.touch(3, 4, pressure) == pytest.approx((3, 4, pressure, 1, 1))
    assert not brush.dynamic
    brush.set_pressure_sizes(False)
    brush.set_pressure_opacity(True)
    brush.set_opacity_curve(HALF)
    assert brush.touch(3, 4, pressure) == pytest.approx((3, 4, 1, pressure / 2, 1))
    assert brush.dynamic
    brush.set_pressure_opacity(False)
    brush.set_pressure_flow(True)
    brush.set_flow_curve(HALF)
    assert brush.touch(3, 4, pressure) == pytest.approx((3, 4, 1, 1, pressure / 2))
    assert brush.dynamic


def test_reset_leaves_what_suits_the_hand_and_its_pen() -> None:
    brush = BrushSettings()
    brush.take(BrushValues(size=9, flow=0.2, roundness=0.3, edge_aware=True, pressure_sizes=False, size_curve=HALF))
    brush.set_smoothing(Smoothing.STABILISER, 0.9)
    brush.set_color((1, 2, 3))
    brush.reset()
    assert (brush.size, brush.flow, brush.roundness, brush.edge_aware) == (60, 1, 1, False)
    assert brush.color is None
    assert (brush.pressure_sizes, brush.size_curve) == (False, HALF)
    assert brush.smoothing == (Smoothing.STABILISER, 0.9)


@given(st.data())
def test_a_file_gives_the_values_back(data: st.DataObject) -> None:
    numbers = {name: data.draw(st.floats(low, high)) for name, (low, high) in RANGES.items()}
    kind = data.draw(st.sampled_from(Smoothing))
    values = BrushValues(**numbers, smoothing=kind, edge_aware=True, flow_curve=HALF)
    assert BrushValues.from_dict(values.to_dict()) == values


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ([], "object"),
        ({"size": "big"}, "size"),
        ({"size": True}, "size"),
        ({"flow": 3}, r"flow of a brush is 0.01 to 1, not 3\."),
        ({"angle": float("nan")}, "angle"),
        ({"smoothing": "rough"}, "rough"),
        ({"edge_aware": 1}, "edge aware"),
        ({"size_curve": [[0, 0]]}, "points"),
    ],
)
def test_what_is_no_brush_is_refused_with_a_sentence(stored: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        BrushValues.from_dict(stored)


def test_a_file_of_another_version_is_read_as_far_as_it_is_known() -> None:
    assert BrushValues.from_dict({"size": 7, "texture": "canvas"}) == BrushValues(size=7)
    assert BrushValues.from_dict({}) == DEFAULT
