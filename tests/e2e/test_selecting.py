"""Selecting: each tool that draws a region, how regions combine, and what a selection does to painting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.canvas.ants import MarchingAnts
from app.document.photo import Photo
from app.document.selection import Combine
from app.main_window import MainWindow
from tests.e2e.conftest import NO_KEYS
from tests.e2e.skilled_hand import ALT, SHIFT, Keys, Place, SkilledHand, box, is_exactly, plateaus


@pytest.fixture
def hand(window: MainWindow) -> Iterator[SkilledHand]:
    window.brush.set_size(24)
    window.brush.set_hardness(1.0)
    yield SkilledHand(window)
    window.canvas.cancel_stroke()


@pytest.fixture
def hand_on(open_window: Callable[..., MainWindow]) -> Callable[[Photo], SkilledHand]:
    """A function that opens a photo."""
    return lambda photo: SkilledHand(open_window(photo))


# -- rectangle and ellipse ---------------------------------------------------------------------------------------------


def test_a_rectangle_is_whole_pixels_and_one_step(hand: SkilledHand) -> None:
    hand.select_box(100, 50, 300, 170)
    assert is_exactly(hand.selected(), box(100, 50, 300, 170))
    assert hand.document.undo_name == "Select rectangle"
    hand.document.undo()
    assert hand.document.state.selection is None
    hand.document.redo()
    assert is_exactly(hand.selected(), box(100, 50, 300, 170))


def test_it_can_be_dragged_towards_any_side_and_past_the_edge(hand: SkilledHand) -> None:
    hand.select_box(300, 170, 100, 50)
    assert is_exactly(hand.selected(), box(100, 50, 300, 170))
    hand.select_box(500, 300, 640, 430)
    assert is_exactly(hand.selected(), box(500, 300, 600, 400))


def test_shift_during_the_drag_makes_a_square(hand: SkilledHand) -> None:
    hand.take("select_rectangle")
    hand.drag([(100, 50), (220, 90)], late=SHIFT)
    assert is_exactly(hand.selected(), box(100, 50, 220, 170))


def test_alt_during_the_drag_grows_from_the_middle(hand: SkilledHand) -> None:
    hand.take("select_rectangle")
    hand.drag([(200, 150), (250, 170)], late=ALT)
    assert is_exactly(hand.selected(), box(150, 130, 250, 170))
    hand.take("select_ellipse")
    hand.drag([(300, 200), (350, 220)], late=ALT | SHIFT)
    rows, columns = np.nonzero(hand.selected() >= 64)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (250, 349, 150, 249)


def test_an_ellipse_fills_its_box(hand: SkilledHand) -> None:
    hand.take("select_ellipse")
    hand.drag([(100, 50), (300, 170)])
    coverage = hand.selected()
    rows, columns = np.nonzero(coverage >= 64)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (100, 299, 50, 169)
    assert coverage.sum() / 255 == pytest.approx(np.pi / 4 * 200 * 120, rel=0.005)
    assert len(np.unique(coverage)) > 2  # its border is soft
    assert hand.document.undo_name == "Select ellipse"


def test_without_antialiasing_an_ellipse_has_hard_edges(hand: SkilledHand) -> None:
    hand.canvas.options.set_antialias(False)
    hand.take("select_ellipse")
    hand.drag([(100, 50), (300, 170)])
    assert set(np.unique(hand.selected()).tolist()) == {0, 255}


@pytest.mark.parametrize(
    ("keys", "step", "expected"),
    [
        (SHIFT, "Add to selection", box(100, 100, 200, 200) | box(150, 150, 260, 260)),
        (ALT, "Subtract from selection", box(100, 100, 200, 200) & ~box(150, 150, 260, 260)),
        (SHIFT | ALT, "Intersect selection", box(150, 150, 200, 200)),
        (NO_KEYS, "Move selection", None),
    ],
)
def test_keys_at_the_press_say_how_regions_combine(
    hand: SkilledHand, keys: Keys, step: str, expected: NDArray[np.bool_] | None
) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.drag([(150, 150), (260, 260)], keys)
    assert hand.document.undo_name == step
    if expected is not None:
        assert is_exactly(hand.selected(), expected)
    hand.document.undo()
    assert is_exactly(hand.selected(), box(100, 100, 200, 200))


def test_a_key_held_from_the_press_on_does_not_constrain(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.drag([(250, 150), (350, 180)], SHIFT, late=SHIFT)
    assert is_exactly(hand.selected(), box(100, 100, 200, 200) | box(250, 150, 350, 180))


def test_a_key_let_go_and_pressed_again_constrains(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.down((250, 150), SHIFT)
    hand.go((300, 160), SHIFT)
    hand.go((310, 170))
    hand.go((350, 180), SHIFT)
    hand.up((350, 180), SHIFT)
    assert is_exactly(hand.selected(), box(100, 100, 200, 200) | box(250, 150, 350, 250))


def test_the_options_bar_sets_the_combination_without_keys(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.canvas.options.set_combine(Combine.ADD)
    hand.select_box(150, 150, 260, 260)
    assert is_exactly(hand.selected(), box(100, 100, 200, 200) | box(150, 150, 260, 260))
    hand.drag([(120, 120), (180, 400)], ALT)  # keys come first
    assert not hand.selected()[150, 150]


def test_a_click_deselects(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.click((400, 300), SHIFT)
    assert is_exactly(hand.selected(), box(100, 100, 200, 200))
    hand.click((400, 300))
    assert hand.document.state.selection is None
    assert hand.document.undo_name == "Deselect"


def test_a_click_inside_deselects_too(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.drag([(150, 150), (151, 151)])
    assert hand.document.state.selection is None


def test_esc_in_the_middle_selects_nothing(hand: SkilledHand) -> None:
    hand.take("select_rectangle")
    hand.down((100, 100))
    hand.go((200, 200))
    hand.key(Qt.Key.Key_Escape)
    hand.up((200, 200))
    assert hand.document.state.selection is None
    assert not hand.document.can_undo


def test_what_leaves_nothing_selected_is_told(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.drag([(300, 300), (350, 350)], SHIFT | ALT)
    assert hand.document.state.selection is None
    assert hand.status() == "Nothing stays selected: the whole photo can be painted again."


def test_feather_softens_a_new_region_only(hand: SkilledHand) -> None:
    hand.canvas.options.set_feather(10)
    hand.select_box(100, 100, 200, 200)
    across = hand.selected()[150].astype(int)
    assert across[100] == pytest.approx(128, abs=12)
    assert 0 < across[94] < across[100] < across[106] < 255
    soft = hand.selected()
    hand.canvas.options.set_feather(0)
    hand.drag([(300, 300), (350, 350)], SHIFT)
    assert np.array_equal(hand.selected()[:250], soft[:250])


# -- moving ------------------------------------------------------------------------------------------------------------


def test_a_drag_inside_moves_the_selection_by_whole_pixels(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.drag([(150, 150), (160, 170), (180, 190)])
    assert is_exactly(hand.selected(), box(130, 140, 230, 240))
    assert hand.document.undo_name == "Move selection"
    hand.document.undo()
    assert is_exactly(hand.selected(), box(100, 100, 200, 200))
    assert hand.document.undo_name == "Select rectangle"


def test_the_ants_go_along_while_it_is_moved(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.down((150, 150))
    hand.go((250, 250))
    assert is_exactly(hand.selected(), box(100, 100, 200, 200))
    assert black_and_white(hand, 100, 199) < 0.2
    assert black_and_white(hand, 200, 299) > 0.9
    hand.up((250, 250))
    assert black_and_white(hand, 200, 299) > 0.9


def test_esc_leaves_the_selection_where_it_was(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.down((150, 150))
    hand.go((250, 250))
    hand.key(Qt.Key.Key_Escape)
    hand.up((250, 250))
    assert is_exactly(hand.selected(), box(100, 100, 200, 200))
    assert black_and_white(hand, 100, 199) > 0.9


def test_a_selection_moved_off_the_photo_is_gone(hand: SkilledHand) -> None:
    hand.select_box(10, 10, 40, 40)
    hand.drag([(20, 20), (-30, -40)])
    assert hand.document.state.selection is None


# -- lasso and polygon -------------------------------------------------------------------------------------------------


def test_the_lasso_closes_where_it_is_let_go(hand: SkilledHand) -> None:
    hand.take("lasso")
    hand.drag([(100, 100), (300, 100), (300, 200), (100, 200)])
    assert (hand.selected()[101:199, 101:299] == 255).all()
    assert hand.selected().sum() / 255 == pytest.approx(200 * 100, rel=0.01)
    assert hand.document.undo_name == "Lasso"
    hand.click((400, 300))
    assert hand.document.state.selection is None


def polygon_of(hand: SkilledHand, corners: Sequence[Place]) -> None:
    hand.take("polygon")
    for corner in corners:
        hand.click(corner)
        hand.hover((corner[0] + 20, corner[1] + 20))


TRIANGLE = ((100.0, 100.0), (300.0, 100.0), (100.0, 300.0))


@pytest.mark.parametrize("way", ["double click", "first corner", "return", "another tool"])
def test_a_polygon_is_closed(hand: SkilledHand, way: str) -> None:
    polygon_of(hand, TRIANGLE[:2] if way == "double click" else TRIANGLE)
    assert hand.document.state.selection is None
    if way == "double click":
        hand.double_click(TRIANGLE[2])
    elif way == "first corner":
        hand.click((105, 104))
    elif way == "return":
        hand.key(Qt.Key.Key_Return)
    else:
        hand.take("brush")
    assert hand.selected().sum() / 255 == pytest.approx(200 * 200 / 2, rel=0.01)
    assert hand.document.undo_name == "Select polygon"
    hand.document.undo()
    assert not hand.document.can_undo


def test_backspace_takes_back_a_corner(hand: SkilledHand) -> None:
    polygon_of(hand, [*TRIANGLE, (500, 390)])
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Return)
    assert hand.selected().sum() / 255 == pytest.approx(200 * 200 / 2, rel=0.01)


def test_backspace_on_the_first_corner_gives_up(hand: SkilledHand) -> None:
    polygon_of(hand, TRIANGLE[:1])
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Return)
    polygon_of(hand, TRIANGLE)
    hand.key(Qt.Key.Key_Return)
    assert hand.selected().sum() / 255 == pytest.approx(200 * 200 / 2, rel=0.01)


def test_esc_gives_up_a_polygon(hand: SkilledHand) -> None:
    polygon_of(hand, TRIANGLE)
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Return)
    assert hand.document.state.selection is None
    assert not hand.document.can_undo


def test_shift_keeps_a_side_to_eight_directions(hand: SkilledHand) -> None:
    hand.take("polygon")
    hand.click((100, 100))
    hand.click((300, 110), SHIFT)
    hand.click((310, 300), SHIFT)
    hand.click((100, 300))
    hand.key(Qt.Key.Key_Return)
    assert is_exactly(hand.selected()[:299], box(100, 100, 300, 299)[:299])


def test_shift_at_the_first_corner_adds_the_polygon(hand: SkilledHand) -> None:
    hand.select_box(400, 100, 500, 200)
    hand.take("polygon")
    hand.click(TRIANGLE[0], SHIFT)
    hand.click(TRIANGLE[1])
    hand.click(TRIANGLE[2])
    hand.key(Qt.Key.Key_Return)
    assert hand.selected().sum() / 255 == pytest.approx(200 * 200 / 2 + 100 * 100, rel=0.01)


def test_a_polygon_may_begin_inside_the_selection(hand: SkilledHand) -> None:
    hand.select_box(50, 50, 550, 350)
    polygon_of(hand, TRIANGLE)
    hand.key(Qt.Key.Key_Return)
    assert hand.selected().sum() / 255 == pytest.approx(200 * 200 / 2, rel=0.01)


# -- wand --------------------------------------------------------------------------------------------------------------


def test_the_wand_selects_what_is_as_light_and_hangs_together(hand_on: Callable[[Photo], SkilledHand]) -> None:
    hand = hand_on(plateaus())
    hand.canvas.options.set_antialias(False)
    hand.canvas.options.set_tolerance(3)
    hand.take("wand")
    hand.click((150, 150))
    assert is_exactly(hand.selected(), box(100, 100, 200, 200))
    assert hand.document.undo_name == "Select by wand"
    hand.canvas.options.set_contiguous(False)
    hand.click((150, 150))
    assert is_exactly(hand.selected(), box(100, 100, 200, 200) | box(300, 100, 400, 200))
    hand.canvas.options.set_tolerance(20)
    hand.click((350, 150))
    everything = box(100, 100, 200, 200) | box(300, 100, 400, 200) | box(100, 250, 200, 350)
    assert is_exactly(hand.selected(), everything)


def test_the_wand_combines(hand_on: Callable[[Photo], SkilledHand]) -> None:
    hand = hand_on(plateaus())
    hand.canvas.options.set_antialias(False)
    hand.canvas.options.set_tolerance(3)
    hand.take("wand")
    hand.click((150, 150))
    hand.click((350, 150), SHIFT)
    assert is_exactly(hand.selected(), box(100, 100, 200, 200) | box(300, 100, 400, 200))
    hand.click((150, 150), ALT)
    assert is_exactly(hand.selected(), box(300, 100, 400, 200))
    hand.click((-5, 150))
    assert hand.document.state.selection is None


# -- what a selection is for -------------------------------------------------------------------------------------------


def test_painting_stays_inside(hand: SkilledHand) -> None:
    hand.select_box(100, 100, 200, 200)
    hand.take("brush")
    hand.stroke([(50, 150), (350, 150)])
    coverage = hand.coverage()
    assert coverage[150, 101:199].all()
    assert not coverage[~box(100, 100, 200, 200)].any()


# -- marching ants -----------------------------------------------------------------------------------------------------


def black_and_white(hand: SkilledHand, x0: int, x1: int) -> float:
    """How much of the upper edge of a box from ``x0`` to ``x1`` is black or white; its row is ``x0`` too."""
    left, y = (round(side) for side in hand.canvas.viewport.to_view(x0, x0))
    row = hand.picture()[y, left + 2 : left + x1 - x0 - 2].astype(int)
    return float((np.isin(row, (0, 255)).all(axis=-1) & (np.ptp(row, axis=-1) == 0)).mean())


def ants(hand: SkilledHand) -> MarchingAnts:
    found = MarchingAnts.on(hand.canvas)
    assert found is not None
    return found


def test_ants_march_round_the_selection_until_it_goes(hand: SkilledHand, qtbot: QtBot) -> None:
    assert not ants(hand).is_marching
    hand.select_box(100, 100, 200, 200)
    assert black_and_white(hand, 100, 200) > 0.9
    before = hand.picture()
    assert ants(hand).is_marching
    qtbot.waitUntil(lambda: not np.array_equal(hand.picture(), before))
    hand.document.select(None)
    assert not ants(hand).is_marching
    assert black_and_white(hand, 100, 200) < 0.1
    hand.document.undo()
    assert black_and_white(hand, 100, 200) > 0.9
    assert ants(hand).is_marching


def test_ants_can_stand_still(hand: SkilledHand) -> None:
    ants(hand).animated = False
    hand.select_box(100, 100, 200, 200)
    assert black_and_white(hand, 100, 200) > 0.9
    assert not ants(hand).is_marching


def test_ants_are_found_again_after_zooming_and_turning(hand: SkilledHand, qtbot: QtBot) -> None:
    hand.select_box(0, 0, 600, 400)
    hand.canvas.zoom_by(8, *hand.canvas.viewport.to_view(0, 0))
    hand.settle()
    qtbot.waitUntil(lambda: black_and_white(hand, 0, 200) > 0.9)
    hand.canvas.rotate_view(90)
    hand.canvas.zoom_fit()
    hand.settle()
    left, top, width, _ = (round(side) for side in hand.canvas.viewport.photo_in_view())
    row = hand.picture()[top, left + 2 : left + width - 2].astype(int)
    assert set(row.ravel().tolist()) == {0, 255}


def test_another_document_has_its_own_ants(hand: SkilledHand, make_photo: Callable[..., Photo]) -> None:
    hand.select_box(100, 100, 200, 200)
    old = ants(hand)
    hand.document.mark_saved()
    hand.window.show_photo(make_photo(300, 300))
    assert ants(hand) is not old
    assert not ants(hand).is_marching
