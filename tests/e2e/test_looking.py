"""Zoom, pan, overlay and before/after, through real events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.picture import View
from app.document.photo import Photo
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier


def turn_wheel(hand: Hand, spot: QPoint, notches: float, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    delta = QPoint(0, round(120 * notches))
    place = QPointF(spot)
    event = QWheelEvent(
        place, hand.canvas.mapToGlobal(place), QPoint(), delta, Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(hand.canvas, event)


@pytest.mark.parametrize("keys", [NO_KEYS, CONTROL])
def test_the_wheel_zooms_at_the_pointer(hand: Hand, keys: Qt.KeyboardModifier) -> None:
    spot = hand.spot(150, 250)
    before = hand.canvas.viewport
    turn_wheel(hand, spot, 3, keys)
    after = hand.canvas.viewport
    assert after.scale == pytest.approx(before.scale * 2 ** (3 / 4))
    assert after.to_photo(spot.x(), spot.y()) == pytest.approx(before.to_photo(spot.x(), spot.y()), abs=1)
    turn_wheel(hand, spot, -3, keys)
    assert hand.canvas.viewport.scale == pytest.approx(before.scale)


def test_the_zoom_keys(hand: Hand, window: MainWindow) -> None:
    hand.key(Qt.Key.Key_1, CONTROL)
    assert hand.canvas.viewport.scale == 1.0
    assert window.status.zoom.text() == "100 %"
    hand.key(Qt.Key.Key_Plus, CONTROL)
    assert hand.canvas.viewport.scale == 1.5
    hand.key(Qt.Key.Key_Minus, CONTROL)
    hand.key(Qt.Key.Key_Minus, CONTROL)
    assert hand.canvas.viewport.scale == 0.75
    hand.key(Qt.Key.Key_0, CONTROL)
    assert hand.canvas.viewport.scale == hand.canvas.viewport.fit_scale


def test_the_photo_stays_fitted_when_the_window_is_resized(hand: Hand, window: MainWindow) -> None:
    window.resize(1000, 640)
    QApplication.processEvents()
    assert hand.canvas.viewport.scale == hand.canvas.viewport.fit_scale
    hand.key(Qt.Key.Key_1, CONTROL)
    window.resize(1100, 700)
    QApplication.processEvents()
    assert hand.canvas.viewport.scale == 1.0


def test_at_a_hundred_percent_the_screen_shows_the_photos_own_codes(hand: Hand, window: MainWindow) -> None:
    hand.key(Qt.Key.Key_1, CONTROL)
    hand.settle()
    assert window.document is not None
    left, top = (int(value) for value in hand.canvas.viewport.to_view(0, 0))
    grey = window.document.photo.grey
    shown = hand.picture()[top : top + grey.shape[0], left : left + grey.shape[1]]
    assert np.array_equal(shown, np.repeat(grey[:, :, None], 3, axis=2))


@pytest.mark.parametrize("scale", [0.37, 0.83, 1.37, 2.6])
def test_painting_a_part_anew_leaves_no_seam(hand: Hand, scale: float) -> None:
    hand.canvas.zoom_by(scale / hand.canvas.viewport.scale, 400, 300)
    hand.stroke([(100, 100), (300, 300), (500, 120)])
    hand.settle()
    in_parts = hand.picture()
    hand.canvas.set_view(View.RESULT)  # everything from the start
    hand.settle()
    assert np.array_equal(in_parts, hand.picture())


def test_the_overlay_tints_what_is_painted_and_nothing_else(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    coloured, grey = hand.shown(100, 100), hand.shown(400, 300)
    hand.canvas.set_overlay(replace(hand.canvas.overlay, color=(0, 80, 255)))
    hand.key(Qt.Key.Key_Q)
    hand.settle()
    tinted = hand.shown(100, 100)
    assert tinted[2] > coloured[2]
    assert hand.shown(400, 300) == grey
    assert window.side_panel.overlay.isChecked()
    window.side_panel.overlay_opacity.field.setValue(10)
    hand.settle()
    assert abs(hand.shown(100, 100)[2] - coloured[2]) < abs(tinted[2] - coloured[2])
    hand.key(Qt.Key.Key_Q)
    hand.settle()
    assert hand.shown(100, 100) == coloured


def test_the_mask_alone_is_white_where_it_is_painted(hand: Hand) -> None:
    hand.stroke([(60, 100), (140, 100)])
    hand.key(Qt.Key.Key_Q, ALT)
    hand.settle()
    assert hand.shown(100, 100) == (255, 255, 255)
    assert hand.shown(400, 300) == (0, 0, 0)
    hand.stroke([(400, 260), (400, 340)])
    hand.settle()
    assert hand.shown(400, 300) == (255, 255, 255)
    hand.key(Qt.Key.Key_Q, ALT)
    hand.settle()
    assert hand.shown(100, 100)[0] < 255


@pytest.mark.parametrize("key", [Qt.Key.Key_Backslash, Qt.Key.Key_Y])
def test_holding_a_key_shows_the_photo_before(hand: Hand, window: MainWindow, key: Qt.Key) -> None:
    hand.stroke([(60, 100), (140, 100)])
    coloured = hand.shown(100, 100)
    QTest.keyPress(window.canvas, key)
    hand.settle()
    red, green, blue = hand.shown(100, 100)
    assert red == green == blue
    assert window.actions_by_id["compare"].isChecked()
    QTest.keyRelease(window.canvas, key)
    hand.settle()
    assert hand.shown(100, 100) == coloured
    assert not window.actions_by_id["compare"].isChecked()


def test_holding_the_button_shows_the_photo_before(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    button = window.tool_strip.compare_button
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    hand.settle()
    assert len(set(hand.shown(100, 100))) == 1
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    hand.settle()
    assert len(set(hand.shown(100, 100))) == 3


def test_the_outline_has_the_brushs_true_size(hand: Hand, window: MainWindow) -> None:
    window.brush.set_size(100)
    hand.canvas.zoom_by(2 / hand.canvas.viewport.scale, 400, 300)
    hand.settle()
    plain = hand.picture()
    spot = hand.spot(300, 200)
    QTest.mouseMove(hand.canvas, spot)
    image = hand.canvas.grab().toImage()
    changed = [x for x in range(image.width()) if image.pixelColor(x, spot.y()).red() != plain[spot.y(), x, 0]]
    assert min(changed) == pytest.approx(spot.x() - 100, abs=3)
    assert max(changed) == pytest.approx(spot.x() + 100, abs=3)


def test_the_status_bar_follows_the_pointer(hand: Hand, window: MainWindow) -> None:
    hand.move(100.5, 100.5)
    x, y = (int(part) for part in window.status.position.text().split(","))
    assert (x, y) == pytest.approx((100, 100), abs=1)
    assert "a* 0.0" in window.status.colour.text().replace("−", "")
    hand.stroke([(60, 100), (140, 100)])
    assert "a* 0.0" not in window.status.colour.text().replace("−", "")
    QTest.mouseMove(hand.canvas, QPoint(2, 2))
    assert window.status.colour.text() == ""


def test_a_large_photo_is_shown_in_slices(
    open_window: Callable[..., MainWindow], make_photo: Callable[..., Photo]
) -> None:
    window = open_window(make_photo(3000, 4000))
    hand_canvas = window.canvas
    for _ in range(1000):
        QApplication.processEvents()
        if hand_canvas.is_settled():
            break
    window.actions_by_id["fill"].trigger()
    assert not hand_canvas.is_settled()
    for _ in range(1000):
        QApplication.processEvents()
        if hand_canvas.is_settled():
            break
    image = hand_canvas.grab().toImage()
    colour = image.pixelColor(image.width() // 2, image.height() // 2)
    assert colour.red() > colour.blue()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 5000), (5000, 1), (256, 256), (257, 511)])
def test_photos_of_any_shape_are_shown(
    open_window: Callable[..., MainWindow], make_photo: Callable[..., Photo], height: int, width: int
) -> None:
    window = open_window(make_photo(height, width))
    window.actions_by_id["fill"].trigger()
    for action in ("zoom_actual", "zoom_in", "overlay", "mask_only", "zoom_fit", "zoom_out"):
        window.actions_by_id[action].trigger()
        for _ in range(100):
            QApplication.processEvents()
    assert window.canvas.is_settled()
    image = window.canvas.grab().toImage()
    left, top, _width, _height = window.canvas.viewport.photo_in_view()
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
    assert image.pixelColor(round(left), round(top)).red() == 255


def test_the_window_fits_a_small_screen(window: MainWindow) -> None:
    smallest = window.minimumSizeHint()
    assert smallest.width() <= 1024
    assert smallest.height() <= 640


def test_what_the_status_bar_says_under_a_resting_pointer(hand: Hand, window: MainWindow) -> None:
    """Zooming and colouring change it, though the mouse stands still."""
    hand.move(100, 100)
    where, colour = window.status.position.text(), window.status.colour.text()
    assert colour.endswith("a* 0.0  b* 0.0"), "grey has no sign"
    window.actions_by_id["fill"].trigger()
    assert window.status.colour.text() != colour
    window.canvas.zoom_step(1)
    assert window.status.position.text() != where
