"""Painting conventions of the window around the photo: what is always in sight, dialogs, progress, menus, names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QColor, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QColorDialog,
    QLabel,
    QMenu,
    QProgressDialog,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.actions import MENUS, menu_titled
from app.canvas.tools.table import TOOLS
from app.document import mask_ops
from app.document.photo import Photo
from app.document.progress import Progress
from app.document.tiles import TileMask
from app.main_window import MainWindow
from app.panels.amount_dialog import AmountDialog
from app.panels.dialogs import ExportProgress
from app.panels.export_dialog import ExportDialog
from app.settings import Settings

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

LEFT = Qt.MouseButton.LeftButton
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


def when_open(parent: QWidget, kind: type[QWidget], act: Callable[..., object]) -> None:
    """As soon as a window of this kind is shown, do something with it."""

    def look() -> None:
        found = next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)
        if found is None:
            timer.start()
        else:
            act(found)

    timer = QTimer(parent, singleShot=True, interval=5)
    timer.timeout.connect(look)
    timer.start()


def click_button(parent: QWidget, words: str) -> None:
    button = next(one for one in parent.findChildren(QPushButton) if one.text().replace("&", "") == words)
    QTest.mouseClick(button, LEFT)


# -- in sight ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(960, 600), (1280, 800)])
def test_size_hardness_opacity_and_flow_are_in_sight_with_every_tool(
    window: MainWindow, width: int, height: int
) -> None:
    window.resize(width, height)
    bar = window.brush_bar
    for spec in TOOLS:
        window.actions_by_id[spec.id].trigger()
        QApplication.processEvents()
        for control in (bar.size_slider, bar.hardness, bar.opacity, bar.flow):
            for part in (control.slider, control.field):
                assert part.visibleRegion().boundingRect() == part.rect(), (spec.id, control.caption.text())


def test_the_status_bar_tells_photo_zoom_device_and_network(hand: Hand, window: MainWindow) -> None:
    status = window.status
    hand.key(Key.Key_1, CONTROL)
    hand.move(100, 100)
    shown = {
        status.position: "100, 100",
        status.zoom: "100 %",
        status.photo_size: "600 × 400  ·  0.2 MP  ·  8 bit",
        status.network: "CPU  ·  ready  ·  92 ms",
    }
    for label, words in shown.items():
        assert label.text() == words
        assert label.visibleRegion().boundingRect().width() >= label.fontMetrics().horizontalAdvance(words)
    assert status.colour.text().startswith("L* ")


# -- the overlay -------------------------------------------------------------------------------------------------------


def test_the_overlays_colour_and_opacity_are_chosen_in_the_panel(hand: Hand, window: MainWindow, qtbot: QtBot) -> None:
    hand.stroke([(60, 100), (140, 100)])
    hand.key(Key.Key_Q)
    panel = window.side_panel

    def choose(dialog: QColorDialog) -> None:
        dialog.setCurrentColor(QColor(0, 80, 255))
        dialog.accept()

    when_open(window, QColorDialog, choose)
    panel.ensureWidgetVisible(panel.overlay_color)
    QTest.mouseClick(panel.overlay_color, LEFT)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field = panel.overlay_opacity.field
    shown = {}
    for percent in ("100", "20"):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, percent)
        QTest.keyClick(field, Key.Key_Return)
        hand.settle()
        shown[percent] = hand.shown(100, 100)
    red, green, blue = shown["100"]
    assert red < 5 < green < blue, "nothing but the tint, as light as the photo"
    assert shown["20"][0] > 60
    assert window.canvas.hasFocus()
    hand.key(Key.Key_Q)
    assert not window.canvas.overlay.shown


# -- opening -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    path = tmp_path / "coat.png"
    assert cv2.imwrite(str(path), np.full((80, 120, 3), 90, np.uint8))
    return path


def test_a_recent_photo_is_opened_by_keys(
    open_window: Callable[..., MainWindow], photo_file: Path, qtbot: QtBot
) -> None:
    window = open_window(settings=Settings(recent_files=[str(photo_file)]))
    QTest.keyClick(window.windowHandle(), Key.Key_F, ALT)
    for key in (Key.Key_R, Key.Key_1):
        menu = QApplication.activePopupWidget()
        assert menu is not None
        if key == Key.Key_1:
            with qtbot.waitSignal(window.opener.opened, timeout=10_000):
                QTest.keyClick(menu, key)
        else:
            QTest.keyClick(menu, key)
    assert window.document is not None
    assert window.document.photo.path == photo_file


def test_opening_is_stopped_by_its_cancel_button(
    open_window: Callable[..., MainWindow], photo_file: Path, qtbot: QtBot
) -> None:
    window = open_window()
    window.open_path(photo_file)
    assert window.status.busy.isVisible()
    click_button(window.status.busy, "Cancel")
    qtbot.waitUntil(lambda: not window.opener.is_reading)
    assert window.document is None
    assert not window.status.busy.isVisible()


# -- what takes long ---------------------------------------------------------------------------------------------------


def test_a_slow_change_of_the_mask_shows_how_far_it_is_and_can_be_cancelled(
    hand: Hand, window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Growing that goes on until somebody stops it."""
    hand.stroke([(60, 100), (140, 100)])
    before = hand.coverage()

    def endless(mask: TileMask, pixels: int, progress: Progress) -> TileMask:
        del pixels
        while progress(0.4):
            threading.Event().wait(0.005)
        return mask.inverted()

    shown: list[int] = []

    def stop(dialog: QProgressDialog) -> None:
        qtbot.waitUntil(lambda: dialog.value() == 400)
        shown.append(dialog.value())
        click_button(dialog, "Cancel")

    monkeypatch.setattr(mask_ops, "grow", endless)
    when_open(window, AmountDialog, lambda dialog: click_button(dialog, "Grow"))
    when_open(window, QProgressDialog, stop)
    window.actions_by_id["grow_mask"].trigger()
    assert shown == [400]
    assert np.array_equal(hand.coverage(), before)
    assert window.document is not None
    assert window.document.undo_name == "Brush stroke"


class EndlessExport(QObject):
    """Has written 40 % and waits to be cancelled."""

    progress, finished, failed, cancelled = Signal(float), Signal(object), Signal(str), Signal()

    def start(self, *_order: object) -> None:
        self.progress.emit(0.4)

    def cancel(self) -> None:
        self.cancelled.emit()

    def close(self) -> None:
        pass


def test_an_export_is_stopped_by_its_cancel_button(
    open_window: Callable[..., MainWindow], make_photo: Callable[..., Photo], tmp_path: Path
) -> None:
    window = open_window(make_photo(), export_job_factory=EndlessExport)
    QTest.keyClick(window.canvas, Key.Key_I, CONTROL)
    assert window.isWindowModified()

    def fill_in(dialog: ExportDialog) -> None:
        dialog.path.selectAll()
        QTest.keyClicks(dialog.path, str(tmp_path / "result.tif"))
        click_button(dialog, "Export")

    when_open(window, ExportDialog, fill_in)
    QTest.keyClick(window.canvas, Key.Key_E, CONTROL)
    progress = window.findChild(ExportProgress)
    assert progress is not None
    assert progress.isVisible()
    assert "result.tif" in progress.findChildren(QLabel)[0].text()
    click_button(progress, "Cancel")
    assert not progress.isVisible()
    assert window.isWindowModified(), "nothing has been saved"


# -- exporting ---------------------------------------------------------------------------------------------------------


def test_format_depth_and_quality_are_chosen_by_keys_and_written(
    hand: Hand, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    hand.stroke([(60, 100), (140, 100)])
    seen: list[bool] = []

    def choose(dialog: ExportDialog) -> None:
        dialog.path.selectAll()
        QTest.keyClicks(dialog.path, str(tmp_path / "result.jpg"))
        seen.append(dialog.quality.isVisible())
        assert not dialog.depth_choice.isEnabled()
        dialog.format_choice.setFocus()
        QTest.keyClick(dialog.format_choice, Key.Key_Down)  # PNG, JPEG, TIFF
        seen.append(dialog.quality.isVisible())
        dialog.depth_choice.setFocus()
        QTest.keyClick(dialog.depth_choice, Key.Key_Down)
        QTest.keyClick(dialog, Key.Key_Return)

    when_open(window, ExportDialog, choose)
    hand.key(Key.Key_E, CONTROL)
    target = tmp_path / "result.tif"
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=20_000)
    assert seen == [True, False]
    picture = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert (picture.dtype, picture.shape) == (np.uint16, (400, 600, 3))


# -- menus and names ---------------------------------------------------------------------------------------------------


def test_every_action_is_reached_by_alt_and_letters(window: MainWindow) -> None:
    """Each menu has a letter of its own in the bar, each row a letter of its own in the menu."""
    bar = [QKeySequence.mnemonic(title).toString() for title in MENUS]
    assert len(set(bar)) == len(MENUS)
    assert all(bar)
    for title in MENUS:
        menu = menu_titled(window, title)
        rows = [action for action in menu.actions() if not action.isSeparator() and action.isVisible()]
        letters = [QKeySequence.mnemonic(action.text()).toString() for action in rows]
        assert all(letters), [action.text() for action in rows]
        assert len(set(letters)) == len(letters), title


@pytest.mark.parametrize("title", MENUS)
def test_menus_open_by_their_letter(window: MainWindow, title: str) -> None:
    letter = QKeySequence.mnemonic(title)[0]
    QTest.keyClick(window.windowHandle(), letter.key(), letter.keyboardModifiers())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.title() == title
    QTest.keyClick(menu, Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    while window.menuBar().activeAction() is not None:  # Esc once more leaves the bar
        QTest.keyClick(window.menuBar(), Key.Key_Escape)
    assert window.canvas.hasFocus()


def spoken(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def test_a_screen_reader_has_a_name_for_whatever_can_have_the_keyboard(window: MainWindow) -> None:
    """With every tool, and in the brush's panel; Qt's own inner parts, which answer for their owners, aside."""
    QTest.mouseClick(window.options_bar.brush.button, LEFT)
    nameless: set[str] = set()
    seen = 0
    for spec in TOOLS:
        window.actions_by_id[spec.id].trigger()
        QApplication.processEvents()
        for widget in window.findChildren(QWidget):
            inner = widget.objectName().startswith("qt_")
            takes_keys = widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, QAbstractButton)
            if takes_keys and not inner and widget.isVisible():
                seen += 1
                if not spoken(widget):
                    nameless.add(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert seen > 400
    assert nameless == set()
