"""There and back: between photo and view, between levels, and one movement of the view after another."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.canvas.pane import Pane
from app.canvas.viewport import KEPT_VISIBLE, MAX_SCALE, SNAP_DEGREES, Viewport, normalized, snapped_rotation
from app.document.geometry import TILE, Rect, level_size, tile_grid, tile_rect, tiles

sides = st.integers(1, 40_000)
views = st.integers(100, 6_000)
angles = st.sampled_from([0.0, 90.0, 180.0, 270.0, 45.0, 1e-9, 89.99999999, 359.9999999]) | st.floats(
    0, 360, exclude_max=True
)
shares = st.floats(0, 1)

Movement = Callable[[Viewport], Viewport]


def at(viewport: Viewport, u: float, v: float) -> tuple[float, float]:
    """A place in the view, given as shares of its width and height."""
    return u * viewport.view_width, v * viewport.view_height


movements: st.SearchStrategy[Movement] = st.one_of(
    st.builds(lambda s, u, v: lambda p: p.scaled_to(s, *at(p, u, v)), st.floats(1e-4, 2 * MAX_SCALE), shares, shares),
    st.builds(lambda d, u, v: lambda p: p.stepped(d, *at(p, u, v)), st.sampled_from([-1, 1]), shares, shares),
    st.builds(lambda dx, dy: lambda p: p.panned(dx, dy), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)),
    st.builds(lambda a, u, v: lambda p: p.rotated_to(a, *at(p, u, v)), st.floats(-1e4, 1e4), shares, shares),
    st.builds(lambda a: lambda p: p.rotated_by(a), st.sampled_from([90.0, -90.0, 15.0, 0.1])),
    st.builds(lambda u, v: lambda p: p.mirrored_about(*at(p, u, v)), shares, shares),
    st.builds(lambda w, h: lambda p: p.resized(w, h), views, views),
    st.builds(lambda x, y: lambda p: p.centred_on(x * p.photo_width, y * p.photo_height), shares, shares),
    st.just(lambda p: p.fitted()),
)
upright = st.builds(Viewport, sides, sides, views, views, st.just(1.0)).map(Viewport.fitted)
viewports = st.builds(
    lambda p, moves: reduce(lambda q, move: move(q), moves, p), upright, st.lists(movements, max_size=6)
)


@given(viewports, st.floats(-1, 2), st.floats(-1, 2))
def test_from_photo_to_view_and_back(viewport: Viewport, u: float, v: float) -> None:
    """To a thousandth of a photo pixel, or of a device pixel where those are smaller."""
    x, y = u * viewport.photo_width, v * viewport.photo_height
    error = 1e-3 * min(1.0, 1.0 / viewport.scale)
    assert viewport.to_photo(*viewport.to_view(x, y)) == pytest.approx((x, y), abs=error)
    x, y = at(viewport, u, v)
    assert viewport.to_view(*viewport.to_photo(x, y)) == pytest.approx((x, y), abs=1e-3)


@given(viewports, angles, st.booleans())
def test_the_transform_keeps_angles_and_areas(viewport: Viewport, degrees: float, mirrored: bool) -> None:
    turned = viewport.rotated_to(degrees)
    turned = turned.mirrored_about() if mirrored else turned
    m11, m12, m21, m22, _, _ = turned.transform()
    assert m11 * m22 - m12 * m21 == pytest.approx((-1 if turned.mirrored else 1) * turned.scale**2)
    assert m11 * m21 + m12 * m22 == pytest.approx(0, abs=1e-9 * turned.scale**2)


@given(viewports)
def test_any_way_through_the_view_ends_in_a_sound_one(viewport: Viewport) -> None:
    assert viewport.min_scale <= viewport.scale <= MAX_SCALE
    assert 0 <= viewport.rotation < 360
    assert math.isfinite(viewport.origin_x)
    assert math.isfinite(viewport.origin_y)
    again = viewport.settled()
    assert (again.origin_x, again.origin_y) == pytest.approx((viewport.origin_x, viewport.origin_y), abs=1)
    if viewport.is_square:
        assert again == viewport, "what is settled stays where it is"


@given(
    viewports, st.tuples(shares, shares), st.tuples(shares, shares), st.floats(1e-4, MAX_SCALE), st.floats(-400, 400)
)
def test_the_place_under_the_pointer_stays(
    viewport: Viewport, photo: tuple[float, float], view: tuple[float, float], scale: float, degrees: float
) -> None:
    """Zoomed, turned or mirrored there; half a device pixel is what aligning the photo to them may cost."""
    photo_x, photo_y = photo[0] * viewport.photo_width, photo[1] * viewport.photo_height
    viewport = viewport.centred_on(photo_x, photo_y)
    room = viewport.view_width - 2 * KEPT_VISIBLE, viewport.view_height - 2 * KEPT_VISIBLE
    viewport = viewport.panned((view[0] - 0.5) * room[0], (view[1] - 0.5) * room[1])
    x, y = viewport.to_view(photo_x, photo_y)
    assume(min(x, y, viewport.view_width - x, viewport.view_height - y) >= KEPT_VISIBLE)
    for moved in (
        viewport.scaled_to(scale, x, y),
        viewport.stepped(1, x, y),
        viewport.stepped(-1, x, y),
        viewport.rotated_to(degrees, x, y),
        viewport.mirrored_about(x, y),
    ):
        assert moved.to_view(photo_x, photo_y) == pytest.approx((x, y), abs=0.501)


@given(viewports, shares, shares, st.integers(0, 8), st.integers(1, 3000), st.integers(1, 3000))
def test_a_change_is_repainted_wherever_it_is_seen(
    viewport: Viewport, u: float, v: float, level: int, width: int, height: int
) -> None:
    """Every device pixel that shows a mip pixel of the rectangle, or has it for a neighbour, is repainted."""
    columns, rows = level_size(viewport.photo_width, viewport.photo_height, level)
    rect = Rect(int(u * columns), int(v * rows), width, height).intersect(Rect(0, 0, columns, rows))
    assume(not rect.is_empty)
    left, top, across, down = viewport.covering(rect, level)
    step = 2.0**level
    for i in (0.0, 0.37, 1.0):
        for j in (0.0, 0.61, 1.0):
            # bilinear drawing mixes the pixels whose centres are less than one pixel away
            place = (rect.x - 0.5 + i * (rect.width + 1)) * step, (rect.y - 0.5 + j * (rect.height + 1)) * step
            x, y = viewport.to_view(*place)
            assert left <= math.floor(x + 1e-6)
            assert math.floor(x - 1e-6) < left + across
            assert top <= math.floor(y + 1e-6)
            assert math.floor(y - 1e-6) < top + down


@given(viewports, st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True), st.integers(0, 8))
def test_all_that_the_view_shows_is_visible(viewport: Viewport, u: float, v: float, level: int) -> None:
    """The mip pixel under any device pixel; and nothing that lies off the photo or the level."""
    visible = viewport.visible(level)
    columns, rows = level_size(viewport.photo_width, viewport.photo_height, level)
    assert Rect(0, 0, columns, rows).contains(visible)
    x, y = viewport.to_photo(math.floor(u * viewport.view_width) + 0.5, math.floor(v * viewport.view_height) + 0.5)
    if 0 <= x < viewport.photo_width and 0 <= y < viewport.photo_height:
        pixel = Rect(int(x) >> level, int(y) >> level, 1, 1)
        assert visible.contains(pixel)
        assert viewport.shows(pixel, level)


@given(viewports, st.integers(0, 8))
def test_visible_holds_little_that_is_not_seen(viewport: Viewport, level: int) -> None:
    assume(viewport.is_square)
    visible, step = viewport.visible(level), 2.0**level
    for x in (visible.x, visible.right - 1) if not visible.is_empty else ():
        for y in (visible.y, visible.bottom - 1):
            corners = [viewport.to_view((x + i) * step, (y + j) * step) for i in (0, 1) for j in (0, 1)]
            assert max(px for px, _ in corners) > -1e-3
            assert max(py for _, py in corners) > -1e-3
            assert min(px for px, _ in corners) < viewport.view_width + 1e-3
            assert min(py for _, py in corners) < viewport.view_height + 1e-3


@given(viewports, st.lists(st.tuples(st.integers(-400, 400), st.integers(-400, 400)), min_size=1, max_size=6))
def test_panning_in_pieces_is_panning_at_once(viewport: Viewport, ways: list[tuple[int, int]]) -> None:
    """As long as no limit holds it back on the way."""
    piecewise = viewport
    for dx, dy in ways:
        before = piecewise
        piecewise = piecewise.panned(dx, dy)
        assume(piecewise.origin_x - before.origin_x == pytest.approx(dx, abs=1e-6))
        assume(piecewise.origin_y - before.origin_y == pytest.approx(dy, abs=1e-6))
    whole = viewport.panned(sum(dx for dx, _ in ways), sum(dy for _, dy in ways))
    assert (piecewise.origin_x, piecewise.origin_y) == pytest.approx((whole.origin_x, whole.origin_y), abs=1e-5)


@given(viewports)
def test_four_quarter_turns_are_none(viewport: Viewport) -> None:
    turned = viewport.fitted()
    for _ in range(4):
        turned = turned.rotated_by(90.0)
    assert turned.rotation == pytest.approx(viewport.rotation, abs=1e-9) or math.isclose(
        abs(turned.rotation - viewport.rotation), 360, abs_tol=1e-9
    )
    assert turned.to_view(0, 0) == pytest.approx(viewport.fitted().to_view(0, 0), abs=2.5)


@given(st.floats(-1e9, 1e9))
def test_angles_are_brought_into_one_turn(degrees: float) -> None:
    rest = normalized(degrees)
    assert 0 <= rest < 360
    assert math.remainder(rest - degrees, 360) == pytest.approx(0, abs=1e-6)
    snapped = snapped_rotation(degrees)
    assert 0 <= snapped < 360
    assert snapped % SNAP_DEGREES == 0
    assert abs(math.remainder(snapped - degrees, 360)) <= SNAP_DEGREES / 2 + 1e-6


# Tiles and levels

rects = st.builds(Rect, st.integers(-3000, 9000), st.integers(-3000, 9000), st.integers(0, 3000), st.integers(0, 3000))
sizes = st.tuples(st.integers(1, 9000), st.integers(1, 9000))
levels = st.integers(0, 8)


@given(rects, st.integers(0, 9000), st.integers(0, 9000))
def test_a_pixel_lies_in_the_tile_of_its_place(rect: Rect, x: int, y: int) -> None:
    pixel = Rect(x, y, 1, 1)
    (key,) = tiles(pixel)
    assert key == (y // TILE, x // TILE)
    assert tile_rect(*key).contains(pixel)
    assert (key in set(tiles(rect))) == (not tile_rect(*key).intersect(rect).is_empty)


@given(sizes)
def test_the_grid_is_the_tiles_of_the_whole(size: tuple[int, int]) -> None:
    height, width = size
    found = list(tiles(Rect(0, 0, width, height)))
    rows, columns = tile_grid(height, width)
    assert found == [(ty, tx) for ty in range(rows) for tx in range(columns)]
    parts = [tile_rect(*key).clip(height, width) for key in found]
    assert sum(part.width * part.height for part in parts) == height * width


@given(rects, sizes, levels)
def test_a_part_of_the_photo_is_a_part_of_every_level(rect: Rect, size: tuple[int, int], level: int) -> None:
    """Clipped before or after, at either level: no pixel falls out, none lies beyond the level."""
    part = rect.clip(*size)
    at_level = part.scaled_out(level)
    assert at_level.clip(*level_size(*size, level)) == at_level
    assert rect.scaled_out(level).clip(*level_size(*size, level)).contains(at_level)
    assert at_level.scaled_in(level).clip(*size).contains(part)


@given(rects, rects, st.integers(0, 400))
def test_growing_reaches_what_is_that_near(rect: Rect, other: Rect, margin: int) -> None:
    assume(not rect.is_empty and not other.is_empty)
    grown = rect.grown(margin)
    assert grown.grown(-margin) == rect
    assert grown.contains(rect)
    assert grown.intersect(other).is_empty == rect.intersect(other.grown(margin)).is_empty


# What is drawn


def drawn(pane: Pane, viewport: Viewport) -> QImage:
    image = QImage(viewport.view_width, viewport.view_height, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    with QPainter(image) as painter:
        pane.draw(painter, viewport)
    return image


def codes_of(image: QImage) -> npt.NDArray[np.uint8]:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].copy()


@settings(max_examples=60, deadline=None)
@given(
    size=st.tuples(st.integers(1, 700), st.integers(1, 700)),
    view=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    moves=st.lists(movements, max_size=4),
    place=st.tuples(shares, shares),
    extent=st.tuples(st.integers(1, 90), st.integers(1, 90)),
)
def test_no_pixel_changes_outside_what_is_repainted(
    size: tuple[int, int],
    view: tuple[int, int],
    moves: list[Movement],
    place: tuple[float, float],
    extent: tuple[int, int],
) -> None:
    """A photo is drawn, changed in a rectangle and drawn again: the device pixels that differ were foretold."""
    width, height = size
    photo = np.random.default_rng(width).integers(0, 256, (height, width, 3)).astype(np.uint8)
    viewport = reduce(lambda p, move: move(p), moves, Viewport(width, height, *view).fitted())
    viewport = viewport if max(viewport.view_width, viewport.view_height) <= 600 else viewport.resized(*view)
    viewport = viewport.scaled_to(max(viewport.scale, 1.0), *viewport.middle)  # level 0 is what the array is
    pane = Pane(size, lambda level, rect: photo[rect.slices] if level == 0 else pytest.fail("another level"))
    pane.look(viewport)
    while pane.fill(viewport, seconds=10):
        pass
    before = codes_of(drawn(pane, viewport))
    rect = Rect(int(place[0] * width), int(place[1] * height), *extent).clip(height, width)
    assume(not rect.is_empty)
    photo[rect.slices] = 255 - photo[rect.slices]
    told = pane.change(viewport, [rect], None)
    while pane.fill(viewport, seconds=10):
        pass
    differs = (codes_of(drawn(pane, viewport)) != before).any(axis=2)
    assert all(rect.contains(part) for part in told)
    left, top, across, down = viewport.covering(rect, 0)
    differs[max(0, top) : max(0, top + down), max(0, left) : max(0, left + across)] = False
    assert not differs.any()


@pytest.mark.parametrize("rotation", [0.0, 90.0, 180.0, 270.0, 30.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_pixel_grid_ends_where_the_photo_does(rotation: float, mirrored: bool) -> None:
    photo = np.full((7, 9, 3), 200, np.uint8)
    viewport = Viewport(9, 7, 300, 260, mirrored=mirrored).rotated_to(rotation).scaled_to(16.0, 150, 130).centred()
    pane = Pane((9, 7), lambda _, rect: photo[rect.slices])
    pane.look(viewport)
    pane.fill(viewport, seconds=10)
    image = drawn(pane, viewport)
    plain = codes_of(image)
    with QPainter(image) as painter:
        pane.draw_grid(painter, viewport, QRect(0, 0, 300, 260))
    marked = (codes_of(image) != plain).any(axis=2)
    x, y = np.meshgrid(np.arange(300) + 0.5, np.arange(260) + 0.5)
    places = np.array([viewport.to_photo(px, py) for px, py in zip(x.flat, y.flat, strict=True)]).reshape(260, 300, 2)
    beside = ((places < -0.1) | (places > (9.1, 7.1))).any(axis=2)
    assert marked.any()
    assert not (marked & beside).any()
