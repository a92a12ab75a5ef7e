"""Turning and mirroring the photo, before and after side by side, the pixel grid: what the canvas really shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.photo import Photo
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

    MakeWindow = Callable[..., MainWindow]

Picture = NDArray[np.uint8]


@pytest.fixture
def noisy(open_window: MakeWindow) -> Hand:
    """A window over a photo in which no two pixels are alike, fully coloured, at 100 %."""
    from tests.e2e.conftest import Hand

    rgb = np.random.default_rng(3).integers(0, 256, (300, 420, 3), np.uint8)
    window = open_window(Photo.from_rgb(rgb))
    window.actions_by_id["fill"].trigger()
    window.canvas.zoom_actual()
    hand = Hand(window)
    hand.settle()
    window.brush.set_size(24)
    return hand


def photo_part(hand: Hand) -> Picture:
    """What the canvas shows of the photo, as an array of device pixels."""
    hand.settle()
    left, top, width, height = (round(side) for side in hand.canvas.viewport.photo_in_view())
    return hand.picture()[top : top + height, left : left + width]


def on_screen(hand: Hand) -> Picture:
    """The canvas as it stands on the screen, put together from all that was ever repainted."""
    QApplication.sendEvent(hand.canvas, QEvent(QEvent.Type.Leave))
    hand.settle()
    hand.canvas.repaint(0, 0, 1, 1)  # and whatever else is waiting to be repainted
    window = hand.window.window()
    corner, size = hand.canvas.mapTo(window, QPoint(0, 0)), hand.canvas.size()
    grabbed = window.screen().grabWindow(window.winId(), corner.x(), corner.y(), size.width(), size.height())
    image = grabbed.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_turned_and_mirrored_at_a_hundred_percent_every_pixel_is_the_same(
    noisy: Hand, quarters: int, mirrored: bool
) -> None:
    upright = photo_part(noisy)
    noisy.canvas.mirror_view(mirrored)
    noisy.canvas.rotate_view(90.0 * quarters)
    expected = np.fliplr(upright) if mirrored else upright
    assert np.array_equal(photo_part(noisy), np.rot90(expected, -quarters))


def test_the_mirror_alone_flips_left_and_right(noisy: Hand) -> None:
    upright = photo_part(noisy)
    noisy.canvas.mirror_view(True)
    assert np.array_equal(photo_part(noisy), np.fliplr(upright))
    noisy.canvas.mirror_view(False)
    assert np.array_equal(photo_part(noisy), upright)


def test_turning_there_and_back_shows_the_same(noisy: Hand) -> None:
    before = noisy.canvas.viewport
    upright = photo_part(noisy)
    noisy.canvas.rotate_view(37.0, 120, 80)
    noisy.canvas.rotate_view(-37.0, 120, 80)
    assert noisy.canvas.viewport == before
    noisy.canvas.set_rotation(211.0)
    noisy.canvas.reset_rotation()
    assert noisy.canvas.viewport == before
    assert np.array_equal(photo_part(noisy), upright)


@pytest.mark.parametrize(("degrees", "mirrored"), [(90.0, False), (33.0, False), (180.0, True), (250.0, True)])
def test_a_stroke_lands_under_the_pointer_however_the_photo_lies(hand: Hand, degrees: float, mirrored: bool) -> None:
    hand.canvas.mirror_view(mirrored)
    hand.canvas.rotate_view(degrees)
    hand.canvas.zoom_by(0.8, *hand.canvas.viewport.middle)
    hand.stroke([(200, 150), (300, 150)])
    rows, columns = np.nonzero(hand.coverage() > 127)
    assert (columns.min(), columns.max()) == pytest.approx((200 - 12, 300 + 12), abs=3)
    assert (rows.min(), rows.max()) == pytest.approx((150 - 12, 150 + 12), abs=3)
    hand.settle()
    assert len(set(hand.shown(250, 150))) == 3
    assert len(set(hand.shown(250, 190))) == 1


@pytest.mark.parametrize("scale", [0.37, 0.83, 1.0, 1.37, 2.6])
@pytest.mark.parametrize(("degrees", "mirrored"), [(90.0, False), (0.0, True), (270.0, True), (180.0, False)])
def test_painting_a_part_anew_leaves_no_seam(noisy: Hand, scale: float, degrees: float, mirrored: bool) -> None:
    assert not seam(noisy, scale, degrees, mirrored).any()


@pytest.mark.parametrize("scale", [0.37, 0.83, 1.0, 2.6, 5.0])
@pytest.mark.parametrize(("degrees", "mirrored"), [(33.0, False), (121.0, True)])
def test_nor_does_it_at_odd_angles(noisy: Hand, scale: float, degrees: float, mirrored: bool) -> None:
    """Qt interpolates the last pixels of a row otherwise: the 16th of a step between two pixels, here up to 255."""
    found = seam(noisy, scale, degrees, mirrored)
    assert found.max() <= 16
    assert (found > 0).mean() < 0.0005


def seam(hand: Hand, scale: float, degrees: float, mirrored: bool) -> NDArray[np.int_]:
    """How a picture repainted where something was erased differs from one repainted whole."""
    canvas = hand.canvas
    canvas.mirror_view(mirrored)
    canvas.rotate_view(degrees)
    canvas.zoom_by(scale / canvas.viewport.scale, *canvas.viewport.middle)
    hand.window.actions_by_id["eraser"].trigger()
    before = on_screen(hand)
    hand.stroke([(200, 140), (230, 150), (250, 120)])
    in_parts = on_screen(hand)
    assert not np.array_equal(before, in_parts)
    canvas.set_view(canvas.view)  # everything from the start
    whole = on_screen(hand)
    return np.abs(in_parts.astype(int) - whole)


@pytest.mark.parametrize("scale", [0.4, 1.0, 3.0])
@pytest.mark.parametrize("degrees", [10.0, 45.0, 100.0, 300.0])
def test_the_border_at_an_odd_angle_is_a_clean_blend(open_window: MakeWindow, degrees: float, scale: float) -> None:
    """White on the dark ground: nothing but their mixtures, and only within a pixel of the border."""
    from tests.e2e.conftest import Hand

    hand = Hand(open_window(Photo.from_rgb(np.full((301, 203, 3), 255, np.uint8))))
    canvas = hand.canvas
    canvas.zoom_by(scale / canvas.viewport.scale, *canvas.viewport.middle)
    canvas.set_rotation(degrees)
    hand.settle()
    shown = hand.picture().astype(int)
    ground = np.array(canvas.background.getRgb()[:3])
    rows, columns = np.mgrid[0 : shown.shape[0], 0 : shown.shape[1]]
    x, y = canvas.viewport.to_photo(columns + 0.5, rows + 0.5)
    depth = np.minimum(np.minimum(x, 203 - x), np.minimum(y, 301 - y)) * canvas.viewport.scale
    assert (shown[depth > 1] == 255).all()
    assert (shown[depth < -1] == ground).all()
    blended = shown[(depth > -1) & (depth < 1)]
    share = (blended - ground) / (255 - ground)
    assert np.ptp(share, axis=1).max() < 0.01
    assert 0.3 < share.mean() < 0.7


def test_the_pixel_grid_begins_at_eight_hundred_percent(noisy: Hand) -> None:
    canvas = noisy.canvas
    canvas.zoom_by(7.99 / canvas.viewport.scale, *canvas.viewport.middle)
    noisy.settle()
    plain = noisy.picture()
    canvas.set_pixel_grid(False)
    assert np.array_equal(noisy.picture(), plain)
    canvas.set_pixel_grid(True)
    canvas.zoom_by(8.0 / canvas.viewport.scale, *canvas.viewport.middle)
    noisy.settle()
    lined = noisy.picture()
    canvas.set_pixel_grid(False)
    plain = noisy.picture()
    rows, columns = np.nonzero((lined != plain).any(axis=-1))
    left, top = canvas.viewport.to_view(0, 0)
    assert (((columns - left) % 8 == 0) | ((rows - top) % 8 == 0)).all()
    lines = lined[int(top % 8) :: 8].astype(int) - plain[int(top % 8) :: 8]
    assert (np.abs(lines).max(axis=-1) >= 6).mean() > 0.99  # on dark and on bright pixels alike


@pytest.mark.parametrize(("degrees", "mirrored"), [(0.0, False), (90.0, True), (180.0, False)])
def test_the_grid_is_drawn_anew_where_a_stroke_passes(noisy: Hand, degrees: float, mirrored: bool) -> None:
    assert not seam(noisy, 9.3, degrees, mirrored).any()


def test_the_grid_of_a_turned_photo_is_drawn_anew_where_a_stroke_passes(noisy: Hand) -> None:
    found = seam(noisy, 9.3, 33.0, False)
    assert found.max() <= 8
    assert (found > 0).mean() < 0.002


def is_grey(picture: Picture) -> NDArray[np.bool_]:
    return np.ptp(picture.astype(int), axis=-1) <= 2


@pytest.mark.parametrize("degrees", [0.0, 31.0])
def test_before_and_after_side_by_side(noisy: Hand, degrees: float) -> None:
    canvas = noisy.canvas
    canvas.zoom_by(4.0, *canvas.viewport.middle)  # the photo fills the view
    canvas.set_rotation(degrees)
    noisy.settle()
    after = noisy.picture()
    told: list[bool] = []
    canvas.split_changed.connect(told.append)
    canvas.set_split(True)
    assert told == [True]
    noisy.settle()
    middle, below = canvas.viewport.view_width // 2, slice(60, canvas.viewport.view_height // 2 - 40)
    shown = noisy.picture()
    assert is_grey(shown[below, : middle - 8]).all()
    assert np.array_equal(shown[below, middle + 8 :], after[below, middle + 8 :])
    assert not canvas.split_press(middle + 60, 200)
    assert not canvas.split_drag(middle + 100, 200)
    assert canvas.split_press(middle + 1, 200)
    assert canvas.split_drag(middle - 199, 210)
    canvas.split_release()
    assert not canvas.split_drag(middle, 200)
    QApplication.processEvents()
    moved = noisy.picture()
    assert is_grey(moved[below, : middle - 208]).all()
    assert np.array_equal(moved[below, middle - 192 :], after[below, middle - 192 :])
    canvas.update()
    assert np.array_equal(noisy.picture(), moved)
    canvas.set_split(False)
    assert told == [True, False]
    assert np.array_equal(noisy.picture(), after)


def test_both_sides_stay_current_while_painting(hand: Hand) -> None:
    hand.canvas.set_split(True)
    hand.stroke([(100, 200), (500, 200)])
    hand.settle()
    assert len(set(hand.shown(150, 200))) == 1
    assert len(set(hand.shown(450, 200))) == 3
    hand.canvas.zoom_by(0.6, *hand.canvas.viewport.middle)
    hand.settle()
    assert len(set(hand.shown(150, 200))) == 1
    assert len(set(hand.shown(450, 200))) == 3


def test_the_divider_can_neither_be_lost_nor_dragged_by_a_far_press(hand: Hand) -> None:
    canvas = hand.canvas
    canvas.set_split(True)
    hand.settle()
    assert canvas.split is not None
    for x in (-500.0, 5000.0):
        assert canvas.split_press(canvas.split.x, 300)
        canvas.split_drag(x, 300)
        canvas.split_release()
        assert 0 <= canvas.split.x <= canvas.viewport.view_width


def test_after_comparing_the_picture_is_the_present_one(hand: Hand, window: MainWindow) -> None:
    canvas = hand.canvas
    hand.stroke([(60, 100), (140, 100)])
    canvas.compare(True)
    assert canvas.is_comparing
    hand.settle()
    assert len(set(hand.shown(100, 100))) == 1
    assert window.document is not None
    window.document.fill_mask()
    canvas.zoom_by(1.4, *canvas.viewport.middle)
    hand.settle()
    assert len(set(hand.shown(300, 200))) == 1
    canvas.compare(False)
    hand.settle()
    whole = hand.picture()
    assert len(set(hand.shown(300, 200))) == 3
    canvas.set_view(canvas.view)
    hand.settle()
    assert np.array_equal(hand.picture(), whole)


def test_a_rectangle_is_zoomed_to(hand: Hand) -> None:
    for degrees in (0.0, 40.0):
        hand.canvas.set_rotation(degrees)
        hand.canvas.zoom_to(320, 160, 260, 120)
        viewport = hand.canvas.viewport
        corners = [viewport.to_view(x, y) for x in (260, 320) for y in (120, 160)]
        assert all(-1 <= x <= viewport.view_width + 1 and -1 <= y <= viewport.view_height + 1 for x, y in corners)
        widest = max(x for x, _ in corners) - min(x for x, _ in corners)
        tallest = max(y for _, y in corners) - min(y for _, y in corners)
        assert max(widest / viewport.view_width, tallest / viewport.view_height) == pytest.approx(1, abs=0.01)
        assert viewport.to_view(290, 140) == pytest.approx(viewport.middle, abs=1)


def test_any_number_of_movements_between_two_frames_costs_one(noisy: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.canvas.pane import Pane

    looks = []
    look = Pane.look
    monkeypatch.setattr(Pane, "look", lambda pane, viewport: looks.append(viewport) or look(pane, viewport))
    for _ in range(10):
        noisy.canvas.zoom_by(1.3, 100, 100)
        noisy.canvas.pan(-3, 2)
    assert looks == []
    noisy.settle()
    assert set(looks) == {noisy.canvas.viewport}


def test_the_middle_button_pans_a_turned_photo_with_the_pointer(noisy: Hand) -> None:
    canvas = noisy.canvas
    canvas.set_rotation(70.0)
    before = canvas.viewport.to_view(200, 100)
    QTest.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(300, 300))
    QTest.mouseMove(canvas, QPoint(340, 270))
    QTest.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(340, 270))
    assert canvas.viewport.to_view(200, 100) == pytest.approx((before[0] + 40, before[1] - 30))
