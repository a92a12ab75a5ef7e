"""The navigator shows the whole photo and where one is in it, moves the view, and never holds it up."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.navigator import Navigator
from app.canvas.photo_view import PhotoView
from app.document.composite import Compositor
from app.document.document import Document
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL

ACCENT = QColor(255, 143, 94)


@pytest.fixture
def view(qtbot: QtBot) -> PhotoView:
    """A view of 600 x 400 over a red photo of 1200 x 600, all grey yet."""
    view = PhotoView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    return view


@pytest.fixture
def document(view: PhotoView) -> Document:
    rgb = np.zeros((600, 1200, 3), np.uint8)
    rgb[..., 0] = 200
    document = Document(Photo.from_rgb(rgb))
    document.set_source(ORIGINAL)
    view.set_document(document, Compositor(document.photo))
    return document


@pytest.fixture
def navigator(qtbot: QtBot, view: PhotoView) -> Navigator:
    navigator = Navigator(view)
    qtbot.addWidget(navigator)
    palette = navigator.palette()
    palette.setColor(QPalette.ColorRole.Highlight, ACCENT)
    navigator.setPalette(palette)
    navigator.resize(208, 150)
    return navigator


def grabbed(navigator: Navigator) -> NDArray[np.uint8]:
    image = navigator.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def accents(navigator: Navigator) -> NDArray[np.int_]:
    """(n, 2) rows and columns of the frame's pixels."""
    wanted = np.array(ACCENT.getRgb()[:3])
    return np.argwhere(np.abs(grabbed(navigator).astype(int) - wanted).max(axis=-1) < 40)


def test_without_a_document_it_is_empty_and_does_nothing(navigator: Navigator) -> None:
    assert navigator.photo_rect().isEmpty()
    assert len(np.unique(grabbed(navigator).reshape(-1, 3), axis=0)) == 1
    QTest.mouseClick(navigator, Qt.MouseButton.LeftButton, pos=QPoint(100, 70))
    assert navigator.accessibleName() == "Navigator"


def test_it_shows_the_whole_photo_in_proportion(navigator: Navigator, document: Document) -> None:
    place = navigator.photo_rect()
    assert (place.width(), place.height()) == (200, 100)
    grey = int(document.photo.grey[0, 0])
    shown = grabbed(navigator)
    assert tuple(shown[75, 104]) == (grey, grey, grey)


def test_the_frame_is_what_the_view_shows(navigator: Navigator, view: PhotoView, document: Document) -> None:
    view.zoom_actual()
    view.centre_on(600, 300)
    found = accents(navigator)
    scale = navigator.photo_rect().width() / document.photo.width
    assert np.ptp(found[:, 1]) == pytest.approx(600 * scale, abs=3)
    assert np.ptp(found[:, 0]) == pytest.approx(400 * scale, abs=3)
    view.set_rotation(30.0)
    turned = accents(navigator)
    assert np.ptp(turned[:, 1]) > np.ptp(found[:, 1]) + 10
    corners = {(round(point.x()), round(point.y())) for point in navigator.view_frame()}
    assert len(corners) >= 4
    assert not np.array_equal(found, turned)


@pytest.mark.parametrize("rotation", [0.0, 90.0, 200.0])
def test_a_click_moves_the_view_there(
    navigator: Navigator, view: PhotoView, document: Document, rotation: float
) -> None:
    view.zoom_by(4.0 / view.viewport.scale, *view.viewport.middle)
    view.set_rotation(rotation)
    place = navigator.photo_rect()
    spot = QPoint(round(place.x() + 150), round(place.y() + 30))
    QTest.mouseClick(navigator, Qt.MouseButton.LeftButton, pos=spot)
    x, y = view.viewport.to_photo(*view.viewport.middle)
    assert (x, y) == pytest.approx((900, 180), abs=6)
    assert document.photo.width == 1200


def test_dragging_the_frame_does_not_make_it_jump(navigator: Navigator, view: PhotoView, document: Document) -> None:
    view.zoom_by(2.0 / view.viewport.scale, *view.viewport.middle)
    before = view.viewport.to_photo(*view.viewport.middle)
    place = navigator.photo_rect()
    start = QPoint(round(place.center().x()) + 12, round(place.center().y()) - 5)
    QTest.mousePress(navigator, Qt.MouseButton.LeftButton, pos=start)
    assert view.viewport.to_photo(*view.viewport.middle) == pytest.approx(before, abs=1)
    QTest.mouseMove(navigator, start + QPoint(20, 10))
    QTest.mouseRelease(navigator, Qt.MouseButton.LeftButton, pos=start + QPoint(20, 10))
    scale = document.photo.width / place.width()
    after = view.viewport.to_photo(*view.viewport.middle)
    assert after == pytest.approx((before[0] + 20 * scale, before[1] + 10 * scale), abs=1)
    QTest.mouseMove(navigator, start)
    assert view.viewport.to_photo(*view.viewport.middle) == after


def test_the_wheel_zooms_about_the_middle(navigator: Navigator, view: PhotoView, document: Document) -> None:
    view.zoom_actual()
    before = view.viewport.to_photo(*view.viewport.middle)
    place = QPointF(20, 20)
    event = QWheelEvent(
        place, navigator.mapToGlobal(place), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(navigator, event)
    assert view.viewport.scale == pytest.approx(2.0)
    assert view.viewport.to_photo(*view.viewport.middle) == pytest.approx(before, abs=1)
    assert document.photo.width == 1200


def test_it_follows_the_document_when_there_is_time(
    qtbot: QtBot, navigator: Navigator, view: PhotoView, document: Document
) -> None:
    navigator.show()
    view.show()
    told: list[int] = []
    view.overview_changed.connect(lambda: told.append(1))
    before = grabbed(navigator)
    document.fill_mask()
    QApplication.sendPostedEvents(None, QEvent.Type.MetaCall.value)
    assert np.array_equal(grabbed(navigator), before)
    assert told == []

    def is_red() -> None:
        red, green, _ = grabbed(navigator)[75, 104]
        assert red > 150
        assert green < 20

    qtbot.waitUntil(is_red)
    assert told
