"""The ants' line is where the selection ends, follows the view, and costs little."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.canvas import ants as module
from app.canvas.ants import MarchingAnts
from app.canvas.photo_view import PhotoView
from app.document.brush import Brush
from app.document.composite import Compositor
from app.document.document import Document
from app.document.photo import Photo
from app.document.tiles import TileMask

WIDTH, HEIGHT = 500, 400
GREY = 128


class Scene:
    """A photo of 1000 × 800 pixels in a view of half that size."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = Document(Photo.from_rgb(np.full((800, 1000), 90, np.uint8)))
        self.view = PhotoView()
        qtbot.addWidget(self.view)
        self.view.resize(WIDTH, HEIGHT)
        self.view.show()
        self.view.set_document(self.document, Compositor(self.document.photo))
        self.view.zoom_actual()
        self.ants = MarchingAnts(self.view, self.document)

    def drawn(self) -> NDArray[np.bool_]:
        """(HEIGHT, WIDTH): where the line is."""
        image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
        image.fill(0xFF808080)
        with QPainter(image) as painter:
            self.ants.draw(painter)
        return np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4)[..., 0] != GREY


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    scene = Scene(qtbot)
    yield scene
    scene.ants.close()


def mask_of(*boxes: tuple[int, int, int, int]) -> TileMask:
    coverage = np.zeros((800, 1000), np.uint8)
    for x0, y0, x1, y1 in boxes:
        coverage[y0:y1, x0:x1] = 255
    return TileMask.from_array(coverage)


def test_the_line_runs_round_what_is_selected(scene: Scene) -> None:
    assert not scene.drawn().any()
    scene.document.select(mask_of((400, 350, 600, 450)))
    left, top = (round(side) for side in scene.view.viewport.to_view(400, 350))
    y, x = np.nonzero(scene.drawn())
    assert (x.min(), x.max(), y.min(), y.max()) == (left, left + 200, top, top + 100)
    assert len(x) == 2 * (200 + 100)
    scene.document.select(None)
    assert not scene.drawn().any()


def test_a_step_changes_the_line_alone_and_tells_where(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.document.select(mask_of((300, 250, 700, 550)))
    before = scene.drawn()
    asked: list[QRect] = []
    monkeypatch.setattr(scene.view, "update_device", lambda region: asked.extend(QRect(rect) for rect in region))
    scene.ants._march()
    assert np.array_equal(scene.drawn(), before)
    told = np.zeros((HEIGHT + 64, WIDTH + 64), np.bool_)
    for rect in asked:
        told[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1] = True
    assert told[:HEIGHT, :WIDTH][before].all()
    assert not told[HEIGHT // 2, WIDTH // 2]  # what it surrounds is not painted again


def test_it_stands_still_while_a_stroke_is_painted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.document.select(mask_of((300, 250, 700, 550)))
    asked: list[object] = []
    monkeypatch.setattr(scene.view, "update_device", asked.append)
    scene.document.begin_stroke(Brush(10))
    scene.ants._march()
    assert not asked
    scene.document.abort_stroke()
    scene.ants._march()
    assert len(asked) == 1


def test_a_selection_out_of_sight_can_march_too(scene: Scene) -> None:
    scene.document.select(mask_of((10, 10, 60, 60)))
    scene.ants._march()
    assert not scene.drawn().any()


def test_a_hidden_view_costs_nothing(scene: Scene) -> None:
    scene.document.select(mask_of((300, 250, 700, 550)))
    scene.drawn()
    assert scene.ants.is_marching
    scene.view.hide()
    scene.ants._march()
    assert not scene.ants.is_marching


def test_what_comes_into_view_has_its_line_soon(scene: Scene, qtbot: QtBot) -> None:
    scene.document.select(mask_of((10, 10, 60, 60), (900, 700, 980, 780)))
    for place, length in (((30, 30), 2 * 100), ((940, 740), 2 * 160)):
        scene.view.centre_on(*place)
        qtbot.waitUntil(lambda length=length: scene.drawn().sum() == length)


@pytest.mark.parametrize("offset", [(40, -30), (-300, 0), (0, 330)])
def test_a_carried_line_is_drawn_elsewhere_and_comes_back(scene: Scene, offset: tuple[int, int], qtbot: QtBot) -> None:
    scene.document.select(mask_of((400, 350, 600, 450)))
    before = scene.drawn()
    scene.ants.carry(*offset)
    moved = np.zeros_like(before)
    y, x = np.nonzero(before)
    x, y = x + offset[0], y + offset[1]
    inside = (x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT)
    moved[y[inside], x[inside]] = True
    qtbot.waitUntil(lambda: (scene.drawn() != moved).sum() <= 1)  # Qt leaves out a pixel where a line is cut
    scene.ants.carry(0, 0)
    qtbot.waitUntil(lambda: np.array_equal(scene.drawn(), before))


def test_a_tangled_line_is_drawn_more_coarsely(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, columns = np.mgrid[0:800, 0:1000]
    pixels = np.where((rows // 4 + columns // 4) % 2, 255, 100).astype(np.uint8)  # more than half on average
    pixels[:, 500:] = 0
    monkeypatch.setattr(module, "MOST_CORNERS", 1000)
    scene.document.select(TileMask.from_array(pixels))
    traced = scene.ants._traced
    assert traced is not None
    assert sum(map(len, traced.lines)) <= 1000
    assert scene.drawn()[:, WIDTH // 2 - 8 : WIDTH // 2 + 9].any(axis=1).all()


def test_closed_ants_hear_nothing_more(scene: Scene) -> None:
    other = MarchingAnts(scene.view, scene.document)
    other.close()
    scene.document.select(mask_of((400, 350, 600, 450)))
    assert other._traced is None
    assert MarchingAnts.on(scene.view) is scene.ants
