"""The viewport's arithmetic holds for any photo, view, zoom and screen."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.canvas.viewport import KEPT_VISIBLE, MAX_SCALE, Viewport

sides = st.integers(1, 40_000)
views = st.integers(1, 8_000)
viewports = st.builds(Viewport, sides, sides, views, views).map(Viewport.fitted)
positions = st.floats(0, 8_000)
scales = st.floats(1 / 4_096, MAX_SCALE)


@given(viewports, scales, positions, positions)
def test_photo_and_view_coordinates_are_inverse(viewport: Viewport, scale: float, x: float, y: float) -> None:
    zoomed = viewport.scaled_to(scale, x, y)
    back = zoomed.to_view(*zoomed.to_photo(x, y))
    assert back == pytest.approx((x, y), abs=1e-6)


@given(viewports, scales, st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_point_under_the_cursor(viewport: Viewport, scale: float, u: float, v: float) -> None:
    left, top, width, height = viewport.photo_in_view()
    x, y = left + u * width, top + v * height
    assume(KEPT_VISIBLE <= x <= viewport.view_width - KEPT_VISIBLE)
    assume(KEPT_VISIBLE <= y <= viewport.view_height - KEPT_VISIBLE)
    before = viewport.to_photo(x, y)
    zoomed = viewport.scaled_to(scale, x, y)
    moved = zoomed.to_view(*before)
    assert moved == pytest.approx((x, y), abs=0.5 + 1e-6)


@given(viewports, scales)
def test_the_level_has_at_least_one_pixel_per_device_pixel(viewport: Viewport, scale: float) -> None:
    zoomed = viewport.scaled_to(scale, 0, 0)
    per_level_pixel = zoomed.scale * 2**zoomed.level
    assert zoomed.level >= 0
    assert per_level_pixel > 0.5
    assert per_level_pixel <= 1 or zoomed.level == 0


@given(viewports, scales, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_photo_can_never_be_lost(viewport: Viewport, scale: float, dx: float, dy: float) -> None:
    moved = viewport.scaled_to(scale, 0, 0).panned(dx, dy)
    left, top, width, height = moved.photo_in_view()
    shown_x = min(left + width, moved.view_width) - max(left, 0)
    shown_y = min(top + height, moved.view_height) - max(top, 0)
    assert shown_x >= min(KEPT_VISIBLE, width, moved.view_width) - 1
    assert shown_y >= min(KEPT_VISIBLE, height, moved.view_height) - 1
    assert not moved.visible(moved.level).is_empty or min(width, height) < 1


@given(viewports)
def test_fitting_shows_everything(viewport: Viewport) -> None:
    visible = viewport.visible(0)
    assert (visible.x, visible.y) == (0, 0)
    assert visible.width >= viewport.photo_width - math.ceil(1 / viewport.scale)
    assert visible.height >= viewport.photo_height - math.ceil(1 / viewport.scale)


@given(viewports, scales, st.integers(0, 3))
def test_what_a_change_touches_covers_the_changed_pixels(viewport: Viewport, scale: float, level: int) -> None:
    zoomed = viewport.scaled_to(scale, viewport.view_width / 2, viewport.view_height / 2)
    visible = zoomed.visible(level)
    assume(not visible.is_empty)
    left, top, width, height = zoomed.covering(visible, level)
    x0, y0 = zoomed.to_view(visible.x * 2**level, visible.y * 2**level)
    x1, y1 = zoomed.to_view((visible.x + visible.width) * 2**level, (visible.y + visible.height) * 2**level)
    assert left <= x0
    assert top <= y0
    assert left + width >= x1
    assert top + height >= y1


def test_a_hundred_percent_is_one_photo_pixel_per_device_pixel() -> None:
    viewport = Viewport(4_001, 3_001, 1_000, 700).fitted().scaled_to(1.0, 333.3, 222.2)
    assert viewport.to_photo(11, 0)[0] - viewport.to_photo(10, 0)[0] == 1.0
    assert viewport.origin_x == round(viewport.origin_x)


def test_zoom_stops_walk_through_a_hundred_percent() -> None:
    viewport = Viewport(6_000, 4_000, 1_000, 700).fitted()
    scales = []
    for _ in range(6):
        viewport = viewport.stepped(1, 500, 350)
        scales.append(viewport.scale)
    assert 1.0 in scales
    assert scales == sorted(set(scales))
    assert viewport.stepped(-1, 500, 350).scale < viewport.scale
