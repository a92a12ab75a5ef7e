"""The viewport's arithmetic holds for any photo, view, zoom and screen."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.canvas.viewport import KEPT_VISIBLE, MAX_SCALE, Viewport, snapped_rotation
from app.document.geometry import TILE, Rect

sides = st.integers(1, 40_000)
views = st.integers(1, 8_000)
angles = st.sampled_from([0.0, 90.0, 180.0, 270.0, 45.0, 1e-7, 359.9999999]) | st.floats(0, 360, exclude_max=True)
origins = st.floats(-1e4, 1e4)
viewports = st.builds(Viewport, sides, sides, views, views, st.just(1.0), origins, origins, angles, st.booleans()).map(
    Viewport.fitted
)
positions = st.floats(0, 8_000)
scales = st.floats(1 / 4_096, MAX_SCALE)


@given(viewports, scales, positions, positions)
def test_photo_and_view_coordinates_are_inverse(viewport: Viewport, scale: float, x: float, y: float) -> None:
    zoomed = viewport.scaled_to(scale, x, y)
    back = zoomed.to_view(*zoomed.to_photo(x, y))
    assert back == pytest.approx((x, y), rel=1e-6, abs=1e-6)
    m11, m12, m21, m22, dx, dy = zoomed.transform()
    assert zoomed.to_view(x, y) == pytest.approx((m11 * x + m21 * y + dx, m12 * x + m22 * y + dy), rel=1e-9, abs=1e-6)


@given(viewports, scales, st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_point_under_the_cursor(viewport: Viewport, scale: float, u: float, v: float) -> None:
    x, y = viewport.to_view(u * viewport.photo_width, v * viewport.photo_height)
    assume(KEPT_VISIBLE <= x <= viewport.view_width - KEPT_VISIBLE)
    assume(KEPT_VISIBLE <= y <= viewport.view_height - KEPT_VISIBLE)
    before = viewport.to_photo(x, y)
    zoomed = viewport.scaled_to(scale, x, y)
    moved = zoomed.to_view(*before)
    assert moved == pytest.approx((x, y), abs=0.5 + 1e-6 if zoomed.is_square else 1e-5)


@given(viewports, scales)
def test_the_level_has_at_least_one_pixel_per_device_pixel(viewport: Viewport, scale: float) -> None:
    zoomed = viewport.scaled_to(scale, 0, 0)
    per_level_pixel = zoomed.scale * 2**zoomed.level
    assert zoomed.level >= 0
    assert per_level_pixel > 0.5
    assert per_level_pixel <= 1 or zoomed.level == 0


def shadow(points: list[tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    """The span of some points along a direction."""
    along = [x * px + y * py for px, py in points]
    return min(along), max(along)


@given(viewports, scales, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_photo_can_never_be_lost(viewport: Viewport, scale: float, dx: float, dy: float) -> None:
    moved = viewport.scaled_to(scale, 0, 0).panned(dx, dy)
    photo = [moved.to_view(x, y) for x in (0, moved.photo_width) for y in (0, moved.photo_height)]
    view = [(float(x), float(y)) for x in (0, moved.view_width) for y in (0, moved.view_height)]
    axes = moved.axes
    for x, y in ((1.0, 0.0), (0.0, 1.0), (axes.right_x, axes.right_y), (axes.down_x, axes.down_y)):
        (low, high), (start, end) = shadow(photo, x, y), shadow(view, x, y)
        assert min(high, end) - max(low, start) >= min(KEPT_VISIBLE, high - low, end - start) - 1
    if min(moved.photo_width, moved.photo_height) * moved.scale >= 3 <= min(moved.view_width, moved.view_height):
        assert not moved.visible(moved.level).is_empty


@given(viewports, scales, st.floats(-3e3, 3e3), st.floats(-3e3, 3e3))
def test_moving_back_and_forth_inside_the_limits_changes_nothing(
    viewport: Viewport, scale: float, dx: float, dy: float
) -> None:
    zoomed = viewport.scaled_to(scale, 0, 0)
    moved = zoomed.panned(round(dx), round(dy))
    assume(moved.origin_x - zoomed.origin_x == pytest.approx(round(dx), abs=1e-6))
    assume(moved.origin_y - zoomed.origin_y == pytest.approx(round(dy), abs=1e-6))
    back = moved.panned(-round(dx), -round(dy))
    assert (back.origin_x, back.origin_y) == pytest.approx((zoomed.origin_x, zoomed.origin_y), abs=1e-6)


@given(viewports, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_at_the_limit_the_photo_slides_along(viewport: Viewport, dx: float, dy: float) -> None:
    """Where a movement is held back, no allowed place is nearer to where it would have led."""
    moved = viewport.panned(dx, dy)
    wanted = (viewport.origin_x + dx, viewport.origin_y + dy)
    found = math.hypot(moved.origin_x - wanted[0], moved.origin_y - wanted[1])
    for x, y in ((dx, 0.0), (0.0, dy), (dx / 2, dy), (dx, dy / 2), (dx / 2, dy / 2), (0.0, 0.0)):
        other = viewport.panned(x, y)
        distance = math.hypot(other.origin_x - wanted[0], other.origin_y - wanted[1])
        assert found <= distance * (1 + 1e-6) + 2


@given(viewports)
def test_fitting_shows_everything(viewport: Viewport) -> None:
    visible = viewport.visible(0)
    assert (visible.x, visible.y) == (0, 0)
    assert visible.width >= viewport.photo_width - math.ceil(1 / viewport.scale)
    assert visible.height >= viewport.photo_height - math.ceil(1 / viewport.scale)
    left, top, width, height = viewport.photo_in_view()
    assert left >= -1
    assert top >= -1
    assert left + width <= viewport.view_width + 1
    assert top + height <= viewport.view_height + 1


@given(viewports, scales, st.integers(0, 3))
def test_what_a_change_touches_covers_the_changed_pixels(viewport: Viewport, scale: float, level: int) -> None:
    zoomed = viewport.scaled_to(scale, viewport.view_width / 2, viewport.view_height / 2)
    visible = zoomed.visible(level)
    assume(not visible.is_empty)
    left, top, width, height = zoomed.covering(visible, level)
    for x in (visible.x, visible.right):
        for y in (visible.y, visible.bottom):
            view_x, view_y = zoomed.to_view(x * 2**level, y * 2**level)
            assert left <= view_x <= left + width
            assert top <= view_y <= top + height


@given(viewports, scales, st.floats(0, 1), st.floats(0, 1))
def test_every_tile_under_the_view_is_known_to_be_seen(viewport: Viewport, scale: float, u: float, v: float) -> None:
    zoomed = viewport.scaled_to(scale, viewport.view_width / 2, viewport.view_height / 2)
    x, y = zoomed.to_photo(u * viewport.view_width, v * viewport.view_height)
    assume(0 <= x < viewport.photo_width)
    assume(0 <= y < viewport.photo_height)
    place = Rect(int(x) >> zoomed.level, int(y) >> zoomed.level, 1, 1)
    assert zoomed.visible(zoomed.level).contains(place)
    assert zoomed.shows(Rect(place.x // TILE * TILE, place.y // TILE * TILE, TILE, TILE), zoomed.level)


def test_what_lies_beyond_a_corner_is_not_seen() -> None:
    viewport = Viewport(4000, 4000, 600, 600).rotated_to(45.0).scaled_to(1.0, 300, 300).centred()
    assert viewport.visible(0).contains(Rect(1600, 1600, 10, 10))
    assert not viewport.shows(Rect(1600, 1600, 10, 10), 0)
    assert viewport.shows(Rect(2000, 2000, 10, 10), 0)


@given(viewports, st.floats(-800, 800), st.floats(0, 1), st.floats(0, 1))
def test_turning_and_mirroring_keep_the_point(viewport: Viewport, degrees: float, u: float, v: float) -> None:
    x, y = viewport.to_view(u * viewport.photo_width, v * viewport.photo_height)
    assume(KEPT_VISIBLE <= x <= viewport.view_width - KEPT_VISIBLE)
    assume(KEPT_VISIBLE <= y <= viewport.view_height - KEPT_VISIBLE)
    before = viewport.to_photo(x, y)
    for moved in (
        viewport.rotated_to(degrees, x, y),
        viewport.rotated_by(degrees, x, y),
        viewport.mirrored_about(x, y),
    ):
        assert 0 <= moved.rotation < 360
        assert moved.to_view(*before) == pytest.approx((x, y), abs=0.5 + 1e-6 if moved.is_square else 1e-5)


def direction(viewport: Viewport, degrees: float) -> float:
    """Where a direction in the photo points in the view, in degrees clockwise."""
    start, end = (
        viewport.to_view(0, 0),
        viewport.to_view(math.cos(math.radians(degrees)), math.sin(math.radians(degrees))),
    )
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0])) % 360


@given(viewports, st.floats(-720, 720))
def test_angles_in_the_view(viewport: Viewport, degrees: float) -> None:
    apart = viewport.angle_in_view(degrees) - direction(viewport, degrees)
    assert math.remainder(apart, 360) == pytest.approx(0, abs=1e-4)


@given(viewports, st.floats(-360, 360))
def test_turning_is_clockwise_on_the_screen(viewport: Viewport, degrees: float) -> None:
    turned = direction(viewport.rotated_by(degrees), 20.0) - direction(viewport, 20.0)
    assert math.remainder(turned - degrees, 360) == pytest.approx(0, abs=1e-4)


@given(viewports)
def test_a_mirror_flips_the_view_left_to_right(viewport: Viewport) -> None:
    flipped = viewport.mirrored_about()
    for photo in ((0, 0), (viewport.photo_width, 0), (3, viewport.photo_height)):
        x, y = viewport.to_view(*photo)
        assert flipped.to_view(*photo) == pytest.approx((viewport.view_width - x, y), abs=1 + 1e-4)
    assert flipped.mirrored_about().axes == pytest.approx(viewport.axes)


@given(viewports, scales, st.sampled_from([0.0, 90.0, 180.0, 270.0]))
def test_at_right_angles_the_photo_begins_on_a_whole_device_pixel(
    viewport: Viewport, scale: float, degrees: float
) -> None:
    turned = viewport.rotated_to(degrees).scaled_to(scale, 10.3, 20.6)
    assert turned.is_square
    assert turned.origin_x.is_integer()
    assert turned.origin_y.is_integer()
    assert {abs(part) for part in turned.axes} == {0.0, 1.0}


@given(viewports, st.floats(0, 1), st.floats(0, 1), st.floats(2, 3000), st.floats(2, 3000))
def test_a_rectangle_fills_the_view(viewport: Viewport, u: float, v: float, width: float, height: float) -> None:
    x, y = u * viewport.photo_width, v * viewport.photo_height
    filled = viewport.filled_with(x + width / 2, y - height / 2, x - width / 2, y + height / 2)
    assume(filled.min_scale < filled.scale < MAX_SCALE)
    corners = [filled.to_view(x + i * width, y + j * height) for i in (-0.5, 0.5) for j in (-0.5, 0.5)]
    assume(filled.to_view(x, y) == pytest.approx(filled.middle, abs=1))  # it may be held back at the photo's border
    spans = shadow(corners, 1, 0), shadow(corners, 0, 1)
    shares = [
        (high - low) / side for (low, high), side in zip(spans, (filled.view_width, filled.view_height), strict=True)
    ]
    assert max(shares) == pytest.approx(1)


@pytest.mark.parametrize(("angle", "snapped"), [(7.4, 0), (7.6, 15), (352.6, 0), (-20, 345), (359, 0), (100, 105)])
def test_snapping(angle: float, snapped: float) -> None:
    assert snapped_rotation(angle) == snapped
    assert snapped_rotation(angle, 90.0) in (0, 90, 180, 270)


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


def test_steps_of_a_wheel_come_back_to_exactly_a_hundred_percent() -> None:
    viewport = Viewport(4000, 3000, 1200, 800).scaled_to(1.0, 0, 0)
    for factor in (2**0.25, 2**-0.1, 2**-0.15) * 7:
        viewport = viewport.scaled_to(viewport.scale * factor, 600, 400)
    assert viewport.scale == 1.0
