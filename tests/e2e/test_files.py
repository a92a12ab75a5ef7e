"""Opening, dropping, the modified mark, the question before work is lost, and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.document.photo import Photo
from app.main_window import MainWindow
from app.panels.export_dialog import ExportDialog
from app.settings import Settings

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    path = tmp_path / "coat.png"
    rgb = np.zeros((80, 120, 3), np.uint8)
    rgb[..., 0] = np.arange(120)
    assert cv2.imwrite(str(path), rgb)
    return path


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    middle, copy, left = QPoint(400, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(middle, copy, data, left, NO_KEYS)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(middle), copy, data, left, NO_KEYS))


def answer(button: str) -> list[str]:
    """Press a button of the next message box; the list then holds what the box said."""
    said: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(5, press)
            return
        said.append(box.text())
        next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "").startswith(button)).click()

    QTimer.singleShot(0, press)
    return said


def test_a_dropped_file_opens(open_window: Callable[..., MainWindow], photo_file: Path, qtbot: QtBot) -> None:
    window = open_window()
    assert window.pages.currentWidget() is window.start_page
    assert not window.actions_by_id["export"].isEnabled()
    with qtbot.waitSignal(window.opener.opened, timeout=10_000):
        drop(window, photo_file)
    assert window.pages.currentWidget() is window.canvas
    assert window.windowTitle() == "coat.png[*] – Huebrush"
    assert window.status.photo_size.text().startswith("120 × 80")
    assert window.settings.recent_files == [str(photo_file)]
    assert [action.text() for action in window.recent.menu.actions()] == ["&1  coat.png"]
    assert window.actions_by_id["export"].isEnabled()


def test_a_recent_file_opens_again(open_window: Callable[..., MainWindow], photo_file: Path, qtbot: QtBot) -> None:
    settings = Settings(recent_files=[str(photo_file)])
    window = open_window(settings=settings)
    with qtbot.waitSignal(window.opener.opened, timeout=10_000):
        window.recent.menu.actions()[0].trigger()
    assert window.document is not None
    assert window.document.photo.path == photo_file


def test_a_bad_file_is_told_in_a_sentence(open_window: Callable[..., MainWindow], tmp_path: Path, qtbot: QtBot) -> None:
    window = open_window()
    gone = tmp_path / "gone.jpg"
    said = answer("OK")
    with qtbot.waitSignal(window.opener.failed, timeout=10_000):
        window.open_path(gone)
    assert "gone.jpg" in said[0]
    assert window.pages.currentWidget() is window.start_page


def test_cancelling_drops_the_photo(open_window: Callable[..., MainWindow], photo_file: Path, qtbot: QtBot) -> None:
    window = open_window()
    window.open_path(photo_file)
    assert window.status.busy.isVisible()
    window.status.cancelled.emit()
    qtbot.waitUntil(lambda: not window.opener.is_reading)
    assert window.document is None
    assert not window.status.busy.isVisible()


def test_the_title_marks_changes(hand: Hand, window: MainWindow) -> None:
    assert not window.isWindowModified()
    hand.stroke([(60, 100), (140, 100)])
    assert window.isWindowModified()
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.isWindowModified()


def test_closing_with_changes_asks_and_cancel_stays(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    said = answer("Cancel")
    assert not window.close()
    assert "not exported" in said[0]
    assert window.isVisible()


def test_closing_with_changes_may_discard_them(hand: Hand, window: MainWindow) -> None:
    hand.stroke([(60, 100), (140, 100)])
    answer("Discard")
    assert window.close()
    assert not window.isVisible()


def test_opening_another_photo_asks_first(hand: Hand, window: MainWindow, photo_file: Path, qtbot: QtBot) -> None:
    hand.stroke([(60, 100), (140, 100)])
    before = window.document
    answer("Cancel")
    drop(window, photo_file)
    assert window.document is before
    answer("Discard")
    with qtbot.waitSignal(window.opener.opened, timeout=10_000):
        drop(window, photo_file)
    assert window.document is not before


def test_closing_may_export_first(hand: Hand, window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    hand.stroke([(60, 100), (140, 100)])
    target = tmp_path / "result.png"

    def fill_in() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ExportDialog):
            QTimer.singleShot(5, fill_in)
            return
        dialog.path.setText(str(target))
        dialog.accept()

    answer("Export")
    QTimer.singleShot(0, fill_in)
    assert not window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    picture = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (400, 600, 3)
    blue, green, red = (int(code) for code in picture[100, 100])
    assert red > green > blue
    assert len(set(picture[300, 300])) == 1


def test_the_window_is_remembered(open_window: Callable[..., MainWindow], make_photo: Callable[..., Photo]) -> None:
    first = open_window(make_photo())
    first.resize(1100, 700)
    first.brush.set_color((1, 2, 3))
    first.close()
    stored = Settings.load()
    assert stored.geometry
    assert stored.recent_colors == [[1, 2, 3]]
    second = open_window()
    assert second.side_panel.colour.recent[0].color == (1, 2, 3)


def test_the_service_is_closed_with_the_window(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    window.close()
    assert window._service is not None
    assert window._service.closed  # type: ignore[attr-defined]
