"""The smudge tool under a real mouse, on a canvas of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.brush_settings import BrushSettings
from app.canvas.canvas import Canvas
from app.canvas.tools.smudge import NOT_PAINTED, TOO_LARGE
from app.document.chroma_tiles import ChromaTiles
from app.document.composite import Compositor
from app.document.document import Document
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.smoothing import Smoothing
from app.document.sources.painted import Painted
from app.document.tiles import TileMask

HEIGHT, WIDTH = 240, 256
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ACROSS = [(90.0, 120.0), (110.0, 120.0), (130.0, 120.0), (150.0, 120.0)]


class Finger:
    """Works a canvas on which photo pixels are screen pixels."""

    def __init__(self, canvas: Canvas, brush: BrushSettings) -> None:
        self.canvas, self.brush = canvas, brush
        self.heard: list[str] = []
        canvas.told.connect(self.heard.append)
        self.document = Document(Photo.from_rgb(np.full((HEIGHT, WIDTH), 128, np.uint8)))

    def open(self, layer: LayerState) -> None:
        self.document = Document(self.document.photo, DocumentState((layer,)))
        self.canvas.set_document(self.document, Compositor(self.document.photo))
        self.canvas.set_tool("smudge")
        self.canvas.zoom_actual()
        QApplication.processEvents()

    def spot(self, place: tuple[float, float]) -> QPoint:
        x, y = self.canvas.viewport.to_view(*place)
        dpr = self.canvas.devicePixelRatioF()
        return QPoint(round(x / dpr), round(y / dpr))

    def press(self, places: Sequence[tuple[float, float]]) -> None:
        """And go along these places, button down."""
        QTest.mousePress(self.canvas, LEFT, NO_KEYS, self.spot(places[0]))
        for place in places[1:]:
            QTest.mouseMove(self.canvas, self.spot(place))
            QApplication.processEvents()

    def drag(self, places: Sequence[tuple[float, float]]) -> None:
        self.press(places)
        QTest.mouseRelease(self.canvas, LEFT, NO_KEYS, self.spot(places[-1]))

    def a(self) -> NDArray[np.float16]:
        """(H, W) a* of what is painted."""
        source = self.document.state.layer.source
        assert isinstance(source, Painted)
        return source.tiles.tiles[0, 0][0, :HEIGHT, :WIDTH]


def half_red(**options: object) -> LayerState:
    """Red left of x = 120, nothing painted beyond; a mask over all of it."""
    tile = np.zeros((3, 256, 256), np.float16)
    tile[0, :, :120], tile[2, :, :120] = 60, 1
    mask = TileMask.full(HEIGHT, WIDTH)
    return LayerState("Paint", mask, source=Painted(ChromaTiles({(0, 0): tile})), **options)  # type: ignore[arg-type]


@pytest.fixture
def finger(qtbot: QtBot) -> Iterator[Finger]:
    brush = BrushSettings()
    brush.set_size(30)
    brush.set_hardness(0.5)
    brush.set_opacity(0.9)
    brush.set_smoothing(Smoothing.NONE, 0.0)
    canvas = Canvas(brush)
    qtbot.addWidget(canvas)
    canvas.resize(500, 400)
    with qtbot.waitExposed(canvas):
        canvas.show()
    yield Finger(canvas, brush)
    canvas.cancel_stroke()


def test_a_drag_carries_colour_along_and_is_one_step(finger: Finger) -> None:
    finger.open(half_red())
    before = finger.a().copy()
    finger.drag(ACROSS)
    assert finger.a()[120, 130] > 20
    np.testing.assert_array_equal(finger.a()[150:], before[150:])
    assert finger.document.history.names == ("Smudge",)
    assert finger.heard == []
    finger.document.undo()
    np.testing.assert_array_equal(finger.a(), before)


def test_it_shows_while_the_button_is_down_and_escape_gives_it_up(finger: Finger) -> None:
    finger.open(half_red())
    before = finger.document.state
    finger.press(ACROSS)
    assert finger.a()[120, 130] > 20
    assert finger.canvas.is_painting
    QTest.keyClick(finger.canvas, Qt.Key.Key_Escape)
    assert finger.document.state is before
    QTest.mouseRelease(finger.canvas, LEFT, NO_KEYS, finger.spot(ACROSS[-1]))
    assert finger.document.state is before


def test_the_brushs_opacity_is_the_strength(finger: Finger) -> None:
    reached = []
    for opacity in (0.3, 0.9):
        finger.open(half_red())
        finger.brush.set_opacity(opacity)
        finger.drag(ACROSS)
        reached.append(float(finger.a()[120, 120:].astype(float).sum()))
    assert reached[0] < reached[1] / 2


def test_a_click_changes_nothing(finger: Finger) -> None:
    finger.open(half_red())
    finger.drag(ACROSS[:1])
    assert not finger.document.can_undo


def test_colours_that_are_not_painted_are_not_smudged(finger: Finger) -> None:
    finger.open(LayerState("Colour", TileMask.full(HEIGHT, WIDTH)))
    before = finger.document.state
    finger.drag(ACROSS)
    assert finger.document.state is before
    assert finger.heard == [NOT_PAINTED]


@pytest.mark.parametrize("refused", [{"locked": True}, {"visible": False}], ids=["locked", "hidden"])
def test_a_layer_that_cannot_be_edited_is_refused(finger: Finger, refused: dict[str, bool]) -> None:
    finger.open(half_red(**refused))
    before = finger.document.state
    finger.drag(ACROSS)
    assert finger.document.state is before
    assert len(finger.heard) == 1
    assert "Layers panel" in finger.heard[0]


def test_a_brush_too_large_is_told_of(finger: Finger) -> None:
    finger.open(half_red())
    finger.brush.set_size(2000)
    finger.drag(ACROSS)
    assert finger.heard == [TOO_LARGE]


def test_a_drag_that_something_else_ended_stays_ended(finger: Finger) -> None:
    finger.open(half_red())
    finger.press(ACROSS[:3])
    finger.document.commit_stroke()
    ended = finger.document.state
    QTest.mouseMove(finger.canvas, finger.spot((200, 200)))
    QApplication.processEvents()
    QTest.mouseRelease(finger.canvas, LEFT, NO_KEYS, finger.spot((200, 200)))
    assert finger.document.state is ended
    assert finger.document.history.names == ("Smudge",)
