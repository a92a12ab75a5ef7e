"""What has to be true after anything: the screen shows what one repaint would, and nothing is stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from app.canvas.ants import MarchingAnts
from app.document.smoothing import Smoothing

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand
    from tests.e2e.random_hands import Child

ROUNDING = 4
"""Codes."""


def pixels(image: QImage) -> NDArray[np.uint8]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def check_screen(hand: Hand, done: Sequence[str] = ()) -> None:
    """What stands on the screen, put together from all repaints, is what one repaint of everything draws."""
    ants = MarchingAnts.on(hand.canvas)
    assert ants is not None
    ants.animated = False
    hand.settle()
    assert hand.canvas.is_settled()
    hand.canvas.repaint(0, 0, 1, 1)  # and whatever else is waiting to be repainted
    corner, size = hand.canvas.mapTo(hand.window, QPoint(0, 0)), hand.canvas.size()
    grabbed = hand.window.screen().grabWindow(hand.window.winId(), corner.x(), corner.y(), size.width(), size.height())
    stands, anew = pixels(grabbed.toImage()), pixels(hand.canvas.grab().toImage())
    stray = strays(stands, anew) | strays(anew, stands)
    rows, columns = np.nonzero(stray)
    where = f"{columns.min()}..{columns.max()} × {rows.min()}..{rows.max()}" if rows.size else "nowhere"
    assert rows.size <= 5, f"{rows.size} pixels of old, {where}, {hand.canvas.viewport}: {done[-30:]}"


def strays(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(rows, columns): which pixels of one picture are unlike all that is there in the other, or beside it.

    By where a repaint begins Qt rounds the edges of a turned photo, and the place of a line to one side or the other.
    """
    around = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(other, around).astype(int), cv2.dilate(other, around).astype(int)
    return ((one < low - ROUNDING) | (one > high + ROUNDING)).any(axis=2)


def check_nothing_is_stuck(child: Child) -> None:
    """A plain stroke still paints a plain stroke, and undo leads back to the empty mask it all began with."""
    hand, window, document = child.hand, child.window, child.document
    assert not hand.canvas.is_painting
    assert not document.is_painting
    hand.canvas.set_tool("brush")
    hand.canvas.setFocus()
    if document.state.solo is not None:
        window.layers.solo(document.state.solo)
    window.layers.lock(document.state.layer.id, False)
    window.layers.show(document.state.layer.id, True)
    for name in ("deselect", "clear", "reset_brush", "zoom_fit"):
        window.actions_by_id[name].trigger()
    window.brush.set_smoothing(Smoothing.NONE, 0.0)
    document.set_softness(0.0, 1.0)
    hand.canvas.set_split(False)
    hand.settle()
    before = hand.canvas.viewport
    hand.stroke([(100, 100), (300, 200)])
    assert hand.canvas.viewport == before, "a stroke moved the photo"
    assert document.undo_name == "Brush stroke"
    assert hand.coverage()[150, 200] == 255
    while document.can_undo:
        assert document.undo()
    assert [layer.name for layer in document.state.layers] == ["Colour"]
    assert not hand.coverage().any()
    assert document.state.selection is None
    assert not document.state.layer.hints
    assert not document.is_modified
    hand.settle()
    assert hand.canvas.is_settled()
