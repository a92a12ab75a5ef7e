"""The tools besides brushes and selections: fill, gradient, eyedropper, zoom; and that every tool has its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from app.canvas.tools.table import TOOLS, ToolSpec
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.main_window import MainWindow
from app.resources import icon_path
from app.tool_options import GradientShape
from tests.e2e.skilled_hand import ALT, CTRL, SHIFT, SkilledHand, box, is_exactly, plateaus


@pytest.fixture
def hand(window: MainWindow) -> Iterator[SkilledHand]:
    yield SkilledHand(window)
    window.canvas.cancel_stroke()


@pytest.fixture
def hand_on(open_window: Callable[..., MainWindow]) -> Callable[[Photo], SkilledHand]:
    """A function that opens a photo."""
    return lambda photo: SkilledHand(open_window(photo))


@pytest.mark.parametrize("spec", TOOLS, ids=lambda spec: spec.id)
def test_every_tool_has_a_key_and_an_icon(hand: SkilledHand, spec: ToolSpec) -> None:
    hand.take("eraser" if spec.id != "eraser" else "brush")
    combination = QKeySequence(spec.keys[0])[0]
    QTest.keyClick(hand.canvas, combination.key(), combination.keyboardModifiers())
    assert hand.canvas.tool == spec.id
    assert icon_path(spec.icon).exists()


def test_keys_letters_and_names_are_not_given_twice() -> None:
    for attribute in ("id", "keys", "icon", "text"):
        values = [getattr(spec, attribute) for spec in TOOLS]
        assert len(set(values)) == len(values)
    letters = [spec.text[spec.text.index("&") + 1].lower() for spec in TOOLS]
    assert len(set(letters)) == len(letters)


# -- fill --------------------------------------------------------------------------------------------------------------


def test_fill_covers_what_looks_like_the_place(hand_on: Callable[[Photo], SkilledHand]) -> None:
    hand = hand_on(plateaus())
    hand.canvas.options.set_antialias(False)
    hand.take("fill_tool")
    hand.click((150, 150))
    assert is_exactly(hand.coverage(), box(100, 100, 200, 200))
    assert hand.document.undo_name == "Fill region"
    assert hand.document.state.selection is None
    hand.document.undo()
    assert not hand.coverage().any()


def test_alt_takes_it_away(hand_on: Callable[[Photo], SkilledHand]) -> None:
    hand = hand_on(plateaus())
    hand.canvas.options.set_antialias(False)
    hand.document.fill_mask()
    hand.take("fill_tool")
    hand.click((150, 150), ALT)
    assert is_exactly(hand.coverage(), ~box(100, 100, 200, 200))
    assert hand.document.undo_name == "Clear region"


def test_fill_keeps_to_the_selection(hand_on: Callable[[Photo], SkilledHand]) -> None:
    hand = hand_on(plateaus())
    hand.canvas.options.set_antialias(False)
    hand.select_box(50, 50, 150, 150)
    hand.take("fill_tool")
    hand.click((120, 120))
    assert is_exactly(hand.coverage(), box(100, 100, 150, 150))


def test_fill_off_the_photo_does_nothing(hand: SkilledHand) -> None:
    hand.take("fill_tool")
    hand.click((-10, 50))
    assert not hand.document.can_undo


# -- gradient ----------------------------------------------------------------------------------------------------------


def slope(coverage: NDArray[np.uint8], x: int, y: int) -> int:
    return int(coverage[y, x])


def test_a_gradient_runs_from_full_to_nothing(hand: SkilledHand) -> None:
    hand.take("gradient")
    hand.drag([(100, 200), (200, 230), (500, 200)])
    coverage = hand.coverage()
    assert (coverage[:, :100] == 255).all()
    assert not coverage[:, 500:].any()
    assert slope(coverage, 300, 10) == pytest.approx(128, abs=2)
    assert slope(coverage, 300, 390) == pytest.approx(128, abs=2)
    assert (np.diff(coverage[200].astype(int)) <= 0).all()
    assert hand.document.undo_name == "Gradient"
    hand.document.undo()
    assert not hand.document.can_undo


def test_it_can_be_reversed_and_radial(hand: SkilledHand) -> None:
    hand.canvas.options.set_reversed(True)
    hand.take("gradient")
    hand.drag([(100, 200), (500, 200)])
    assert not hand.coverage()[:, :100].any()
    assert (hand.coverage()[:, 500:] == 255).all()
    hand.canvas.options.set_reversed(False)
    hand.canvas.options.set_gradient(GradientShape.RADIAL)
    hand.drag([(300, 200), (300, 100)])
    coverage = hand.coverage()
    assert slope(coverage, 300, 200) >= 253
    assert slope(coverage, 350, 200) == pytest.approx(128, abs=3)
    assert slope(coverage, 300, 250) == pytest.approx(128, abs=3)
    assert not coverage[:, 400:].any()


def test_shift_keeps_a_gradient_to_eight_directions(hand: SkilledHand) -> None:
    hand.take("gradient")
    hand.drag([(100, 200), (500, 220)], SHIFT, late=SHIFT)
    coverage = hand.coverage()
    assert (coverage == coverage[0]).all()


def test_a_gradient_changes_what_is_selected_only(hand: SkilledHand) -> None:
    hand.select_box(200, 100, 400, 300)
    hand.take("gradient")
    hand.drag([(100, 200), (500, 200)])
    assert hand.coverage()[box(200, 100, 400, 300)].all()
    assert not hand.coverage()[~box(200, 100, 400, 300)].any()


def test_it_is_seen_while_it_is_dragged_and_esc_takes_it_back(hand: SkilledHand) -> None:
    before = hand.picture()
    hand.select_box(0, 0, 300, 400)
    hand.take("gradient")
    hand.down((100, 200))
    hand.go((300, 200))
    x, y = (round(side) for side in hand.canvas.viewport.to_view(50, 100))
    shown = hand.picture()
    assert shown[y, x, 0] > before[y, x, 0] + 30  # the overlay is red
    assert (shown[y, x + 350] == before[y, x + 350]).all()
    hand.key(Qt.Key.Key_Escape)
    hand.up((300, 200))
    assert (hand.picture()[y, x] == before[y, x]).all()
    assert hand.document.undo_name == "Select rectangle"


def test_a_click_makes_no_gradient(hand: SkilledHand) -> None:
    hand.take("gradient")
    hand.click((100, 200))
    assert not hand.document.can_undo


# -- eyedropper --------------------------------------------------------------------------------------------------------


def is_orange(color: tuple[int, int, int] | None) -> bool:
    return color is not None and color[0] > color[1] > color[2]


def test_the_eyedropper_takes_the_colour_that_is_shown(hand: SkilledHand) -> None:
    hand.document.fill_mask()
    hand.settle()
    hand.take("eyedropper")
    hand.click((300, 200))
    assert is_orange(hand.window.brush.color)
    assert hand.window.brush.color == pytest.approx(hand.shown(300, 200), abs=2)


def test_it_follows_a_drag_and_shows_a_ring(hand: SkilledHand) -> None:
    hand.document.fill_mask()
    hand.settle()
    hand.take("eyedropper")
    hand.down((100, 200))
    first = hand.window.brush.color
    hand.go((500, 300))
    assert hand.window.brush.color != first
    x, y = (round(side) for side in hand.canvas.viewport.to_view(500, 300))
    assert tuple(hand.picture()[y - 32, x].tolist()) == hand.window.brush.color
    hand.up((500, 300))
    assert tuple(hand.picture()[y - 32, x].tolist()) != hand.window.brush.color


def test_esc_keeps_the_colour_from_before(hand: SkilledHand) -> None:
    hand.document.fill_mask()
    hand.window.brush.set_color((1, 2, 3))
    hand.take("eyedropper")
    hand.down((100, 200))
    assert hand.window.brush.color != (1, 2, 3)
    hand.key(Qt.Key.Key_Escape)
    hand.up((100, 200))
    assert hand.window.brush.color == (1, 2, 3)


def test_on_grey_it_says_that_there_is_no_colour(hand: SkilledHand) -> None:
    hand.window.brush.set_color((200, 30, 40))
    hand.take("eyedropper")
    hand.click((300, 200))
    assert hand.window.brush.color == (200, 30, 40)
    assert hand.status().startswith("There is no colour here")


def test_ctrl_takes_the_photos_own_colour(hand: SkilledHand) -> None:
    hand.take("eyedropper")
    hand.canvas.options.set_sample_size(1)
    hand.click((300, 200), CTRL)
    source = hand.document.photo.source
    assert source is not None
    assert hand.window.brush.color == tuple(source[200, 300].tolist())


def test_it_averages_a_square(hand_on: Callable[[Photo], SkilledHand]) -> None:
    rgb = np.full((400, 600, 3), (20, 40, 160), np.uint8)
    rgb[:, ::2] = (200, 60, 30)
    hand = hand_on(Photo.from_rgb(rgb))
    hand.document.set_source(ORIGINAL)
    hand.document.fill_mask()
    hand.take("eyedropper")
    hand.canvas.options.set_sample_size(1)
    hand.click((300, 200))
    assert hand.window.brush.color == (200, 60, 30)
    hand.canvas.options.set_sample_size(101)
    hand.click((300, 200))
    red, _, blue = hand.window.brush.color or (0, 0, 0)
    assert 120 < red < 180
    assert 90 < blue < 140


def test_alt_lends_the_eyedropper_to_the_brush(hand: SkilledHand) -> None:
    hand.document.fill_mask()
    hand.settle()
    hand.take("brush")
    hand.click((300, 200), ALT)
    assert is_orange(hand.window.brush.color)
    assert hand.canvas.tool == "brush"
    assert hand.document.undo_name == "Fill mask"


# -- zoom --------------------------------------------------------------------------------------------------------------


def test_a_click_zooms_in_at_the_place_and_alt_out(hand: SkilledHand) -> None:
    hand.take("zoom")
    place = hand.canvas.viewport.to_view(300, 200)
    hand.click((300, 200))
    assert hand.canvas.viewport.scale == 1.5
    assert hand.canvas.viewport.to_photo(*place) == pytest.approx((300, 200), abs=1)
    hand.click((300, 200), ALT)
    assert hand.canvas.viewport.scale == 1.0


def test_a_drag_shows_the_rectangle(hand: SkilledHand) -> None:
    hand.take("zoom")
    hand.drag([(200, 100), (300, 150), (260, 140)])
    viewport = hand.canvas.viewport
    left, top = viewport.to_photo(0, 0)
    right, bottom = viewport.to_photo(viewport.view_width, viewport.view_height)
    assert (left + right) / 2 == pytest.approx(230, abs=1)
    assert (top + bottom) / 2 == pytest.approx(120, abs=1)
    assert left <= 201
    assert top <= 101
    assert right >= 259
    assert bottom >= 139
    assert min(right - left - 60, bottom - top - 40) < 2  # no further away than it must be
    assert not hand.document.can_undo


def test_esc_leaves_the_zoom_alone(hand: SkilledHand) -> None:
    hand.take("zoom")
    hand.down((200, 100))
    hand.go((300, 150))
    hand.key(Qt.Key.Key_Escape)
    hand.up((300, 150))
    assert hand.canvas.viewport.scale == 1.0
