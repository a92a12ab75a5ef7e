"""A photo is seen as soon as it is decoded, before it is ready to be painted on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.document.photo import Photo
from app.main_window import MainWindow

OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """Dark above, light below, 900 × 600."""
    rgb = np.full((600, 900, 3), 40, np.uint8)
    rgb[300:] = 200
    rgb[0, 0] = (0, 0, 9)
    path = tmp_path / "street.png"
    assert cv2.imwrite(str(path), rgb)
    return path


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Decoded photos are not made ready before this is set."""
    go_on, make = threading.Event(), Photo.make_levels

    def wait(self: Photo, long_side: int, *, colours: bool = False) -> None:
        go_on.wait()
        make(self, long_side, colours=colours)

    monkeypatch.setattr(Photo, "make_levels", wait)
    yield go_on
    go_on.set()


def test_a_decoded_photo_is_seen_where_it_is_going_to_be(
    open_window: OpenWindow, street: Path, held: threading.Event, qtbot: QtBot
) -> None:
    window = open_window()
    with qtbot.waitSignal(window.glimpse.painted):
        window.open_path(street)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.glimpse)
    early = window.glimpse.grab().toImage()
    assert window.document is None
    held.set()
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.canvas and window.canvas.is_settled())
    late = window.canvas.grab().toImage()
    assert early.size() == late.size()
    assert np.abs(grey_of(early) - grey_of(late)).mean() < 2
    left, top, width, height = (round(side) for side in window.canvas.viewport.photo_in_view())
    seen = grey_of(early)
    assert abs(seen[top + height // 4, left + width // 2] - 40) <= 2
    assert abs(seen[top + 3 * height // 4, left + width // 2] - 200) <= 2


def grey_of(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].astype(int)


@pytest.mark.parametrize("has_document", [False, True])
def test_cancelling_goes_back_to_what_was_there(
    open_window: OpenWindow,
    make_photo: Callable[..., Photo],
    street: Path,
    held: threading.Event,
    qtbot: QtBot,
    has_document: bool,
) -> None:
    window = open_window(make_photo() if has_document else None)
    before = window.document
    window.open_path(street)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.glimpse)
    window.opener.cancel()
    assert window.pages.currentWidget() is (window.canvas if has_document else window.start_page)
    held.set()
    qtbot.waitUntil(lambda: not window.opener.is_reading)
    assert window.document is before
    assert window.pages.currentWidget() is not window.glimpse
