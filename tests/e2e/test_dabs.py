"""Colour dabs: laid, moved, recoloured and removed with real events; one step each; live with the real worker."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.dab_marks import RADIUS, SELECTED_RADIUS
from app.document.colour_dabs import NO_COLOUR
from app.document.layer import Hint
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.tiles import TileMask
from app.jobs.colour import ColourService
from app.main_window import MainWindow
from app.settings import Settings
from tests.e2e.conftest import Hand
from tests.e2e.skilled_hand import ALT, CTRL, SHIFT, SkilledHand

RED, BLUE, GREEN = (200, 40, 50), (40, 70, 200), (60, 140, 60)


class Dabber(SkilledHand):
    """Has the dab tool, a covered photo and a red brush in hand."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.document.fill_mask()
        self.settle()
        self.canvas.setFocus()
        window.brush.set_color(RED)
        self.take("dab")

    @property
    def dabs(self) -> tuple[Hint, ...]:
        return self.document.state.layer.hints

    @property
    def places(self) -> list[tuple[int, int]]:
        return [(round(dab.x), round(dab.y)) for dab in self.dabs]

    @property
    def steps(self) -> tuple[str, ...]:
        return self.document.history.names

    def right_click(self, place: tuple[float, float]) -> None:
        QTest.mouseClick(self.canvas, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, self.spot(*place))

    def seen(self, place: tuple[float, float]) -> tuple[int, int, int]:
        """RGB on the screen, the pointer where it is."""
        view_x, view_y = self.canvas.viewport.to_view(*place)
        colour = self.canvas.grab().toImage().pixelColor(int(view_x), int(view_y))
        return colour.red(), colour.green(), colour.blue()


@pytest.fixture
def hand(window: MainWindow) -> Iterator[Dabber]:
    yield Dabber(window)
    window.canvas.cancel_stroke()


# -- laying ------------------------------------------------------------------------------------------------------------


def test_its_key_takes_the_tool_and_a_click_lays_a_dab(hand: Dabber) -> None:
    hand.take("brush")
    hand.key(Qt.Key.Key_B, SHIFT)
    assert hand.canvas.tool == "dab"
    hand.click((100, 120))
    (dab,) = hand.dabs
    assert (dab.x, dab.y) == pytest.approx((100, 120), abs=1)
    assert (dab.color, dab.disc) == (RED, False)
    assert dab.size == hand.canvas.options.dab_size == 9  # 600 / 64
    assert hand.steps == ("Fill mask", "Colour dab")
    hand.document.undo()
    assert hand.dabs == ()


def test_dragged_right_away_it_goes_along_in_the_same_step(hand: Dabber) -> None:
    seen = []
    hand.document.changed.connect(lambda _rect: seen.append(hand.places))
    hand.drag([(100, 120), (140, 130), (200, 150)])
    assert hand.places == [(200, 150)]
    assert [(100, 120)] in seen
    assert [(140, 130)] in seen  # live, not only at the end
    assert hand.steps == ("Fill mask", "Colour dab")


def test_a_hand_that_trembles_lays_it_where_it_pressed(hand: Dabber) -> None:
    hand.drag([(100, 120), (101, 121), (102, 120)])
    assert hand.places == [(100, 120)]


def test_auto_has_no_colour_to_lay(hand: Dabber) -> None:
    hand.window.brush.set_color(None)
    hand.click((100, 120))
    assert hand.dabs == ()
    assert hand.status().startswith("Choose a colour for the dab first")
    hand.click((100, 120), CTRL)
    assert hand.dabs[0].color == NO_COLOUR


def test_ctrl_makes_a_dab_grey(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.click((100, 120), CTRL)
    assert [dab.color for dab in hand.dabs] == [NO_COLOUR]
    assert hand.steps[-1] == "Change dab's colour"


def test_off_the_photo_there_is_none(hand: Dabber) -> None:
    hand.click((-10, 50))
    assert hand.dabs == ()


def test_beside_the_mask_it_is_laid_and_said_to_wait(hand: Dabber) -> None:
    coverage = np.zeros((400, 600), np.uint8)
    coverage[:, 300:] = 255
    hand.document.set_mask(TileMask.from_array(coverage))
    hand.click((400, 120))
    assert hand.status() == ""
    hand.click((100, 120))
    assert hand.status().startswith("Outside the mask")
    assert len(hand.dabs) == 2


@pytest.mark.parametrize("reason", ["locked", "hidden", "pinned", "original"])
def test_a_layer_that_takes_none_says_why(hand: Dabber, reason: str) -> None:
    document, layer = hand.document, hand.document.state.layer
    hand.click((300, 200))
    before = hand.dabs
    if reason == "original":
        document.set_source(ORIGINAL)
    else:
        document.set_layer(layer.id, reason, **{"visible" if reason == "hidden" else reason: reason != "hidden"})
    steps = hand.steps
    hand.click((100, 120))
    assert layer.name in hand.status()
    hand.right_click((300, 200))
    hand.drag([(300, 200), (350, 250)])
    hand.key(Qt.Key.Key_Delete)
    hand.window.brush.set_color(BLUE)
    assert hand.dabs is before
    assert hand.steps == steps


# -- changing ----------------------------------------------------------------------------------------------------------


def test_a_drag_moves_a_dab_in_one_step(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.click((300, 200))
    hand.drag([(102, 121), (180, 150), (202, 221)])
    assert hand.places == [(200, 220), (300, 200)]  # held where it was gripped
    assert hand.steps == ("Fill mask", "Colour dab", "Colour dab", "Move dab")
    hand.drag([(200, 220), (240, 220)])
    assert hand.steps[-2:] == ("Move dab", "Move dab")
    hand.document.undo()
    assert hand.places == [(200, 220), (300, 200)]


def test_it_never_leaves_the_photo(hand: Dabber) -> None:
    hand.drag([(100, 120), (50, 60), (-40, -30)])
    assert hand.places == [(0, 0)]


def test_esc_returns_it(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.down((100, 120))
    hand.go((200, 220))
    assert hand.places == [(200, 220)]
    hand.key(Qt.Key.Key_Escape)
    hand.up((200, 220))
    assert hand.places == [(100, 120)]
    assert hand.steps == ("Fill mask", "Colour dab")
    hand.down((300, 200))
    hand.key(Qt.Key.Key_Escape)
    hand.up((300, 200))
    assert hand.places == [(100, 120)]


def test_undo_in_the_middle_of_a_drag_ends_it(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.down((100, 120))
    hand.go((200, 220))
    hand.document.undo()
    hand.go((250, 220))
    hand.up((250, 220))
    assert hand.places == [(100, 120)]


def test_the_right_button_and_delete_and_backspace_remove(hand: Dabber) -> None:
    for place in ((100, 120), (200, 120), (300, 120)):
        hand.click(place)
    hand.right_click((100, 120))
    assert hand.places == [(200, 120), (300, 120)]
    hand.right_click((500, 300))
    assert len(hand.dabs) == 2
    hand.key(Qt.Key.Key_Delete)  # the last one laid is selected
    assert hand.places == [(200, 120)]
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_Backspace)
    assert hand.places == [(200, 120)]
    hand.click((200, 120))
    hand.key(Qt.Key.Key_Backspace)
    assert hand.dabs == ()
    assert hand.steps[-1] == "Remove dab"


def test_delete_removes_the_dab_even_where_it_is_a_key_of_its_own(open_window: Callable[..., MainWindow]) -> None:
    """In Krita's keys Delete clears the mask."""
    y = np.mgrid[0:400, 0:600][0].astype(np.uint8)
    hand = Dabber(open_window(Photo.from_rgb(y), settings=Settings(key_preset="Krita")))
    hand.click((100, 120))
    hand.key(Qt.Key.Key_Delete)
    assert hand.dabs == ()
    assert hand.coverage().all()
    hand.key(Qt.Key.Key_Delete)
    assert not hand.coverage().any()


def test_arrow_keys_nudge_by_pixels_of_the_screen(hand: Dabber) -> None:
    size = hand.window.brush.size
    hand.canvas.zoom_by(2.0, *hand.canvas.viewport.to_view(100, 120))
    hand.click((100, 120))
    x, y = hand.dabs[0].x, hand.dabs[0].y
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Up, SHIFT)
    assert (hand.dabs[0].x, hand.dabs[0].y) == pytest.approx((x + 1, y - 5))
    assert hand.window.brush.size == size
    assert hand.steps[-2:] == ("Colour dab", "Nudge dab")
    before = hand.canvas.viewport
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Right)
    assert hand.canvas.viewport != before  # with none selected they move the photo again
    hand.key(Qt.Key.Key_Up, SHIFT)
    assert hand.window.brush.size > size


# -- colour and size ---------------------------------------------------------------------------------------------------


def test_another_colour_is_the_selected_dabs(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.click((300, 200))
    hand.window.brush.set_color(BLUE)
    hand.window.brush.set_color(GREEN)
    assert [dab.color for dab in hand.dabs] == [RED, GREEN]
    assert hand.steps[-2:] == ("Change dab's colour", "Change dab's colour")
    hand.document.undo()
    assert [dab.color for dab in hand.dabs] == [RED, BLUE]


def test_colours_passed_in_one_press_are_one_step(hand: Dabber) -> None:
    """As in a picker that is dragged through."""
    hand.click((100, 120))
    steps = len(hand.steps)
    panel = hand.window.side_panel
    for colours in (((1, 2, 3), (4, 5, 6), BLUE), (GREEN, (9, 8, 7))):
        QTest.mousePress(panel, Qt.MouseButton.LeftButton)
        for colour in colours:
            hand.window.brush.set_color(colour)
        QTest.mouseRelease(panel, Qt.MouseButton.LeftButton)
        QApplication.processEvents()
    assert hand.dabs[0].color == (9, 8, 7)
    assert len(hand.steps) == steps + 2
    hand.document.undo()
    assert hand.dabs[0].color == BLUE


def test_the_brush_shows_the_selected_dab_and_has_its_own_colour_again(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.window.brush.set_color(BLUE)
    hand.click((300, 200))
    hand.take("brush")
    hand.window.brush.set_color(None)
    hand.take("dab")
    hand.click((300, 200))
    assert hand.window.brush.color == BLUE
    assert hand.dabs[1].color == BLUE
    hand.take("brush")
    assert hand.window.brush.color is None
    hand.take("dab")
    hand.click((300, 200))
    hand.window.brush.set_color(GREEN)  # chosen by hand: that one stays
    hand.key(Qt.Key.Key_Return)
    assert hand.window.brush.color == GREEN
    hand.window.brush.set_color(RED)
    assert hand.dabs[1].color == GREEN  # none is selected any more


def test_alt_takes_a_dabs_colour_or_the_one_shown(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.key(Qt.Key.Key_Escape)
    hand.window.brush.set_color(BLUE)
    hand.click((100, 120), ALT)
    assert hand.window.brush.color == RED
    hand.click((400, 300), ALT)
    red, green, blue = hand.window.brush.color or (0, 0, 0)
    assert red > green > blue  # what the photo is coloured with
    assert len(hand.dabs) == 1


def test_the_size_is_the_next_ones_and_the_selected_ones(hand: Dabber) -> None:
    slider = hand.window.options_bar.dab.dab_size
    assert hand.window.options_bar.page == "dab"
    slider.edited.emit(30)
    hand.click((100, 120))
    assert hand.dabs[0].size == 30
    slider.edited.emit(50)
    assert hand.dabs[0].size == 50
    assert hand.steps[-1] == "Change dab's size"
    hand.key(Qt.Key.Key_Escape)
    slider.edited.emit(20)
    assert hand.dabs[0].size == 50
    hand.click((100, 120))
    assert hand.canvas.options.dab_size == 50


# -- how it looks ------------------------------------------------------------------------------------------------------


def test_dabs_are_rings_of_their_colour_while_the_tool_is_in_hand(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.hover((500, 350))
    assert hand.seen((100, 120)) == RED
    assert min(hand.seen((100, 119.5 - SELECTED_RADIUS))) > 230
    assert sum(hand.seen((100, 118.5 - SELECTED_RADIUS))) < sum(hand.seen((100, 80))) / 2
    hand.key(Qt.Key.Key_Escape)
    assert min(hand.seen((100, 119.5 - RADIUS))) > 230
    hand.take("brush")
    assert hand.seen((100, 120)) != RED
    hand.take("dab")
    assert hand.seen((100, 120)) == RED


def test_strokes_of_colour_have_no_rings_and_cannot_be_taken_hold_of(hand: Dabber) -> None:
    hand.take("brush")
    hand.stroke([(100, 120), (200, 120)])
    laid = hand.dabs
    assert len(laid) > 3
    assert all(hint.disc for hint in laid)
    without_rings = hand.picture()
    hand.take("dab")
    assert np.array_equal(hand.picture(), without_rings)
    hand.click((150, 120))
    assert hand.dabs[:-1] == laid
    assert not hand.dabs[-1].disc


def test_only_what_the_rings_need_is_painted_again(hand: Dabber) -> None:
    """Nothing stale is left, wherever a dab is dragged, hovered or undone."""
    hand.click((100, 120))
    hand.drag([(100, 120), (220, 180), (400, 300)])
    hand.hover((401, 301))
    hand.hover((50, 50))
    hand.right_click((400, 300))
    hand.document.undo()
    hand.document.undo()
    hand.settle()
    shown = hand.picture()
    hand.canvas.update()
    hand.settle()
    assert np.array_equal(hand.picture(), shown)


def test_the_pointer_is_a_hand_over_a_dab(hand: Dabber) -> None:
    hand.click((100, 120))
    hand.hover((300, 300))
    assert hand.canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    hand.hover((101, 121))
    assert hand.canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    hand.down((101, 121))
    assert hand.canvas.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    hand.up((101, 121))
    hand.hover((101, 121))
    assert hand.canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor


# -- with the worker ---------------------------------------------------------------------------------------------------


def test_a_dab_on_painted_colour_spreads_and_follows_while_it_is_dragged(
    open_live_window: Callable[..., tuple[MainWindow, ColourService, Hand]], qtbot: QtBot
) -> None:
    """The network is asked again for all of the region, and its answers are shown before the pointer rests."""
    grey = np.full((128, 192), 128, np.uint8)
    window, service, _ = open_live_window(Photo.from_rgb(grey), shipped=True)
    hand = Dabber(window)
    qtbot.waitUntil(lambda: service.is_idle and hand.document.state.layer.chroma is not None, timeout=60_000)

    def chroma_at(x: float, y: float) -> tuple[float, float]:
        chroma = hand.document.state.layer.chroma
        assert chroma is not None
        h, w = chroma.support.shape
        a, b = chroma.ab[:, int(y * h / 128), int(x * w / 192)].astype(float)
        return float(a), float(b)

    before = chroma_at(60, 64)
    hand.down((40, 64))
    with qtbot.waitSignal(service.settled, timeout=60_000):
        pass
    assert math.dist(chroma_at(60, 64), before) > 5  # 20 pixels beside the dab, which is 4 wide
    shown = []
    service.settled.connect(lambda answered: shown.append(answered.request.layer.hints))
    step = 0

    def dragged_on() -> bool:
        nonlocal step
        step += 1
        hand.go((50 + step % 100, 64))  # always on the move: no answer is asked for with the present place
        return len(shown) >= 3

    qtbot.waitUntil(dragged_on, timeout=60_000)
    hand.up((150, 64))
    qtbot.waitUntil(lambda: service.is_idle, timeout=60_000)
    asked = hand.dabs[0].ab
    assert chroma_at(hand.dabs[0].x, 64) == pytest.approx(asked, abs=0.2)
    assert hand.steps == ("Fill mask", "Colour dab")
    hand.document.undo()
    qtbot.waitUntil(lambda: service.is_idle, timeout=60_000)
    assert chroma_at(60, 64) == pytest.approx(before, abs=0.5)
