"""Rings of dabs: all that is drawn is repainted, and nothing they lie on hides them. What belongs to one press."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.canvas.dab_marks import RADIUS, RING, SELECTED_RADIUS, DabMark
from app.canvas.one_press import OnePress
from app.canvas.viewport import Viewport
from app.document.layer import Hint

SIDE = 200
RED, GREY = (200, 40, 50), (119, 119, 119)


def drawn(mark: DabMark, viewport: Viewport, dpr: float, ground: QColor) -> NDArray[np.uint8]:
    """(SIDE, SIDE, 3) RGB."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB888)
    image.fill(ground)
    with QPainter(image) as painter:
        mark.draw(painter, viewport, dpr)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, image.bytesPerLine())
    return rows[:, : 3 * SIDE].reshape(SIDE, SIDE, 3).copy()


def view(scale: float = 1.0, degrees: float = 0.0) -> Viewport:
    return replace(Viewport(400, 400, SIDE, SIDE), scale=scale).rotated_to(degrees).centred_on(200, 200)


def mark_at(viewport: Viewport, dab: Hint, **values: bool) -> DabMark:
    return DabMark(dab, *viewport.to_view(dab.x, dab.y), **values)


@given(
    st.floats(120, 280),
    st.floats(120, 280),
    st.floats(1, 150),
    st.floats(0.3, 4),
    st.sampled_from([0.0, 30.0, 90.0, 137.0]),
    st.sampled_from([1.0, 1.5, 2.0]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_all_that_is_drawn_lies_in_the_region(
    x: float, y: float, size: float, scale: float, degrees: float, dpr: float, counts: bool, selected: bool, over: bool
) -> None:
    viewport = view(scale, degrees)
    mark = mark_at(viewport, Hint(x, y, size, GREY), counts=counts, is_selected=selected, is_hovered=over)
    changed = (drawn(mark, viewport, dpr, QColor("red")) != (255, 0, 0)).any(axis=2)
    region = mark.region(viewport, dpr)
    for row, column in np.argwhere(changed):
        assert region.contains(QPoint(int(column), int(row)))


@pytest.mark.parametrize("ground", ["black", "white", "#808080", "#c82832"])
@pytest.mark.parametrize("dpr", [1.0, 2.0])
@pytest.mark.parametrize("counts", [True, False])
def test_a_ring_is_seen_on_any_ground(ground: str, dpr: float, counts: bool) -> None:
    """Somewhere on the way out of it there is white beside dark, whatever it lies on."""
    viewport = view()
    mark = mark_at(viewport, Hint(200, 200, 4, RED), counts=counts)
    row, column = int(mark.y), int(mark.x)
    way = drawn(mark, viewport, dpr, QColor(ground))[row, column : column + round(12 * dpr)].astype(int).mean(axis=1)
    assert way.max() - way.min() > (120 if counts else 100)


def test_it_is_as_large_on_every_zoom_and_larger_when_selected() -> None:
    for selected, radius in ((False, RADIUS), (True, SELECTED_RADIUS)):
        for scale in (0.5, 1.0, 3.0):
            viewport = view(scale)
            mark = mark_at(viewport, Hint(200, 200, 2, RED), is_selected=selected)
            row = drawn(mark, viewport, 1.0, QColor("black"))[int(mark.y)].astype(int).min(axis=1)
            white = np.flatnonzero(row > 200)
            assert white.max() - white.min() + 1 == pytest.approx(2 * radius + RING, abs=1)


def test_the_square_shows_where_it_is_pointed_at_and_large_enough() -> None:
    viewport = view(2.0)
    large, small = Hint(200, 200, 30, RED), Hint(200, 200, 4, RED)

    def reaches(mark: DabMark) -> int:
        changed = (drawn(mark, viewport, 1.0, QColor("blue")) != (0, 0, 255)).any(axis=2)
        return int(np.flatnonzero(changed[int(mark.y)]).max() - mark.x)

    assert reaches(mark_at(viewport, large)) < 15
    assert reaches(mark_at(viewport, large, is_hovered=True)) == pytest.approx(30, abs=2)
    assert reaches(mark_at(viewport, large, is_selected=True)) == pytest.approx(30, abs=2)
    assert reaches(mark_at(viewport, small, is_selected=True)) < 15


def test_a_grey_dab_is_crossed_out() -> None:
    viewport = view()
    grey, red = (mark_at(viewport, Hint(200, 200, 2, colour)) for colour in (GREY, RED))
    at = round(math.sqrt(2))
    for mark, colour, crossed in ((grey, GREY, True), (red, RED, False)):
        pixel = drawn(mark, viewport, 1.0, QColor("black"))[int(mark.y) - at, int(mark.x) + at]
        assert (tuple(pixel.tolist()) != colour) is crossed


def test_changes_while_a_button_is_down_are_one(qtbot: QtBot, qapp: QApplication) -> None:
    widget, press = QWidget(), OnePress()
    qtbot.addWidget(widget)
    widget.setGeometry(QRect(0, 0, 50, 50))
    with qtbot.waitExposed(widget):
        widget.show()
    assert [press.goes_on(), press.goes_on()] == [False, False]
    for _ in range(2):
        QTest.mousePress(widget, Qt.MouseButton.LeftButton)
        assert [press.goes_on(), press.goes_on()] == [False, True]
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton)
        qapp.processEvents()
    assert not press.goes_on()
