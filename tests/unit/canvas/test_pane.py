"""A pane is fast at once and right in the end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from app.canvas import pane as pane_module
from app.canvas.pane import Pane
from app.canvas.viewport import Viewport
from app.document.geometry import Rect, tile_rect, tiles

WIDTH, HEIGHT = 1300, 700


class Scene:
    """A picture of one grey value; counts what is asked of it."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.size = (width, height)
        self.value = 10
        self.pixels = 0

    def render(self, level: int, rect: Rect) -> NDArray[np.uint8]:
        assert rect.x >= 0
        assert rect.y >= 0
        assert (rect.right - 1) << level < self.size[0]
        assert (rect.bottom - 1) << level < self.size[1]
        self.pixels += rect.width * rect.height
        return np.full((rect.height, rect.width, 3), self.value, np.uint8)


def settle(pane: Pane, viewport: Viewport) -> None:
    pane.look(viewport)
    while pane.fill(viewport):
        pass


def drawn(pane: Pane, viewport: Viewport) -> set[int]:
    """The grey values inside the photo."""
    image = QImage(viewport.view_width, viewport.view_height, QImage.Format.Format_RGB32)
    image.fill(0xFF800000)
    painter = QPainter(image)
    pane.draw(painter, viewport)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    y, x = np.mgrid[0 : image.height(), 0 : image.width()] + 0.5
    photo_x, photo_y = viewport.to_photo(x, y)
    width, height = viewport.photo_width, viewport.photo_height
    depth = np.minimum(np.minimum(photo_x, width - photo_x), np.minimum(photo_y, height - photo_y)) * viewport.scale
    inside, outside = rows[depth > 1], rows[depth < -1]
    assert (outside[:, 0] == 0).all()
    assert (outside[:, 2] == 0x80).all()
    assert (inside[:, 0] == inside[:, 2]).all()
    return set(np.unique(inside[:, 0]).tolist())


angles = st.sampled_from([0.0, 90.0, 180.0, 270.0]) | st.floats(0, 360)


@given(st.floats(0.04, 8), st.floats(-900, 900), st.floats(-900, 900), angles, st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_visible_pixel_is_drawn_from_the_present_state(
    scale: float, dx: float, dy: float, degrees: float, mirrored: bool
) -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 640, 480, mirrored=mirrored).fitted().scaled_to(scale, 320, 240)
    settle(pane, viewport)
    scene.value = 99
    pane.change(viewport, None, None)
    scene.value = 10
    pane.change(viewport, None, None)
    viewport = viewport.rotated_to(degrees).panned(dx, dy)
    assume(not viewport.visible(viewport.level).is_empty)
    settle(pane, viewport)
    assert pane.is_settled(viewport)
    assert drawn(pane, viewport) <= {10}


def test_a_small_change_is_shown_at_once_and_costs_its_own_size() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 640, 480).scaled_to(1.0, 0, 0)
    settle(pane, viewport)
    scene.value, scene.pixels = 99, 0
    painted = pane.change(viewport, [Rect(250, 100, 20, 10)], None)
    assert sorted(painted) == [Rect(250, 100, 6, 10), Rect(256, 100, 14, 10)]
    assert scene.pixels == 200
    assert drawn(pane, viewport) == {10, 99}
    assert pane.is_settled(viewport)


def test_a_change_out_of_sight_waits_until_it_is_seen() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 300, 300).scaled_to(1.0, 0, 0)
    settle(pane, viewport)
    scene.value, scene.pixels = 99, 0
    assert pane.change(viewport, [Rect(1000, 500, 50, 50)], None) == []
    assert scene.pixels == 0
    moved = viewport.panned(-900, -400)
    settle(pane, moved)
    assert 99 in drawn(pane, moved)


def test_a_large_change_is_spread_over_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 1300, 700).scaled_to(1.0, 0, 0)
    settle(pane, viewport)
    scene.value = 99
    clock = iter(range(1000))
    monkeypatch.setattr(pane_module, "perf_counter", lambda: next(clock) * 0.015)
    painted = pane.change(viewport, None, (650, 350))
    assert 1 <= len(painted) <= 2
    assert not pane.is_settled(viewport)
    slices = 0
    while pane.fill(viewport):
        slices += 1
    assert slices > 5
    assert drawn(pane, viewport) == {99}


def test_a_new_zoom_first_shows_the_old_pixels() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    pane.prime(scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 640, 480).scaled_to(0.5, 0, 0)
    settle(pane, viewport)
    scene.value = 99
    closer = viewport.scaled_to(2.0, 100, 100)
    pane.look(closer)
    assert drawn(pane, closer) == {10}
    settle(pane, closer)
    assert drawn(pane, closer) == {99}


def test_until_it_has_looked_a_pane_is_not_settled_elsewhere() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 300, 200).scaled_to(1.0, 0, 0)
    settle(pane, viewport)
    for other in (viewport.panned(-700, -300), viewport.scaled_to(0.4, 0, 0), viewport.rotated_to(90.0)):
        assert not pane.is_settled(other)
        settle(pane, other)
        assert pane.is_settled(other)
        settle(pane, viewport)


def test_looking_tells_whether_everything_merely_stands_in() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 300, 200).scaled_to(1.0, 0, 0)
    assert not pane.look(viewport)
    assert not pane.look(viewport.panned(-700, -300))
    assert pane.look(viewport.scaled_to(0.4, 0, 0))
    assert not pane.look(viewport.scaled_to(0.4, 0, 0).panned(-10, 0))


def test_corners_beyond_a_turned_view_are_never_composited() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    upright = Viewport(WIDTH, HEIGHT, 640, 90).scaled_to(1.0, 320, 45).centred()
    viewport = upright.rotated_to(45.0)
    settle(pane, viewport)
    photo = Rect(0, 0, WIDTH, HEIGHT)
    touched = [tile_rect(ty, tx).intersect(photo) for ty, tx in tiles(viewport.visible(0))]
    assert scene.pixels <= 0.8 * sum(tile.width * tile.height for tile in touched)
    scene.pixels = 0
    pane.change(viewport, [photo], None)
    assert scene.pixels <= 0.8 * sum(tile.width * tile.height for tile in touched)


def test_a_change_that_can_wait_is_left_to_the_next_slices() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 640, 480).scaled_to(1.0, 0, 0)
    settle(pane, viewport)
    scene.value, scene.pixels = 99, 0
    assert pane.change(viewport, [Rect(250, 100, 20, 10)], None, at_once=False) == []
    assert scene.pixels == 0
    assert not pane.is_settled(viewport)
    settle(pane, viewport)
    assert 99 in drawn(pane, viewport)


def test_of_several_parts_each_costs_its_own_size() -> None:
    scene = Scene()
    pane = Pane((WIDTH, HEIGHT), scene.render)
    viewport = Viewport(WIDTH, HEIGHT, 640, 480).scaled_to(1.0, 0, 0)
    settle(pane, viewport)
    scene.value, scene.pixels = 99, 0
    painted = pane.change(viewport, [Rect(0, 0, 10, 10), Rect(300, 300, 10, 10)], None)
    assert sorted(painted) == [Rect(0, 0, 10, 10), Rect(300, 300, 10, 10)]
    assert scene.pixels == 200


def test_a_large_change_is_shown_roughly_first() -> None:
    """Before any of the many tiles is there in full, all of them show the change from the overview."""
    scene = Scene(4 * WIDTH, 4 * HEIGHT)
    pane = Pane(scene.size, scene.render)
    viewport = Viewport(4 * WIDTH, 4 * HEIGHT, 2000, 1500).fitted()
    settle(pane, viewport)
    while pane.fill_overview():
        pass
    finer = pane.overview.level - pane.level
    assert 0 < finer <= 2
    scene.value, scene.pixels = 99, 0
    pane.change(viewport, None, None, at_once=False)
    whole = (4 * WIDTH >> pane.level) * (4 * HEIGHT >> pane.level)
    while drawn(pane, viewport) != {99}:
        assert pane.fill(viewport, 0.0)
    assert not pane.is_settled(viewport)
    assert scene.pixels <= whole / 2
    settle(pane, viewport)
    assert pane.is_settled(viewport)
    assert drawn(pane, viewport) == {99}
