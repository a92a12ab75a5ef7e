"""Sliders and fields agree, icons exist, the export dialog offers what a format can hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import theme
from app.actions import ACTIONS, MENUS
from app.brush_settings import BrushSettings
from app.panels.export_dialog import ExportDialog
from app.panels.slider import STEPS, LabelledSlider


@pytest.mark.parametrize("logarithmic", [False, True])
def test_slider_and_field_agree_over_the_whole_range(qtbot: QtBot, logarithmic: bool) -> None:
    control = LabelledSlider("Size", 1, 5000, " px", logarithmic=logarithmic)
    qtbot.addWidget(control)
    edited: list[int] = []
    control.edited.connect(edited.append)
    control.slider.setValue(STEPS)
    control.slider.setValue(0)
    assert edited == [5000, 1]
    for value in (1, 7, 60, 999, 5000):
        control.field.setValue(value)
        assert edited[-1] == value
        assert control.field.value() == value
    edited.clear()
    control.show_value(60)
    assert edited == []
    assert control.field.value() == 60


def test_every_action_has_a_menu_and_its_icon_exists(qtbot: QtBot) -> None:
    del qtbot  # only so that there is an application for the pixmaps
    for spec in ACTIONS:
        assert spec.menu in MENUS
        if spec.icon is not None:
            assert not theme.icon(spec.icon).isNull()


def test_the_default_size_suits_the_photo_until_the_user_chooses() -> None:
    brush = BrushSettings()
    brush.suit(6000, 4000)
    assert brush.size == 375
    brush.set_size(100)
    brush.suit(1000, 800)
    assert brush.size == 100
    brush.reset()
    assert brush.size == 62


def test_small_brushes_change_by_whole_pixels() -> None:
    brush = BrushSettings()
    brush.set_size(2)
    brush.larger()
    assert brush.size == 3
    brush.smaller()
    brush.smaller()
    brush.smaller()
    assert brush.size == 1


@pytest.mark.parametrize(
    ("bits", "suffix", "depth"), [(8, ".png", 8), (16, ".png", 16), (16, ".jpg", 8), (16, ".tif", 16)]
)
def test_the_depth_follows_photo_and_format(qtbot: QtBot, tmp_path: Path, bits: int, suffix: str, depth: int) -> None:
    dialog = ExportDialog(tmp_path / f"a{suffix}", None, bits, 95)
    qtbot.addWidget(dialog)
    assert dialog.bits == depth
    assert dialog.depth_choice.isEnabled() == (suffix != ".jpg")


def test_return_exports(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog(tmp_path / "a.png", None, 8, 95)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog.path, Qt.Key.Key_Return)
    assert dialog.result() == ExportDialog.DialogCode.Accepted


def test_the_name_follows_the_format_and_the_other_way_round(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog(tmp_path / "coat v1.2.png", None, 8, 95)
    qtbot.addWidget(dialog)
    dialog.format_choice.setCurrentIndex(1)
    assert dialog.target == tmp_path / "coat v1.2.jpg"
    dialog.path.setText(str(tmp_path / "coat.tiff"))
    dialog.path.textEdited.emit(dialog.path.text())
    assert dialog.format_choice.currentText() == "TIFF"
    assert dialog.target == tmp_path / "coat.tiff"


def test_a_bent_slider_is_finer_near_its_low_end(qtbot: QtBot) -> None:
    control = LabelledSlider("Feather", 0, 1000, " px", bend=2.5)
    qtbot.addWidget(control)
    edited: list[int] = []
    control.edited.connect(edited.append)
    for position in (STEPS // 10, STEPS // 2, STEPS, 0):
        control.slider.setValue(position)
    assert edited[0] < 10
    assert edited[1] < 200
    assert edited[2:] == [1000, 0]
    for value in (0, 3, 40, 1000):
        control.show_value(value)
        assert control.field.value() == value


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb. Source: WCAG 2.2, definition of relative luminance."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "paper"),
    [(ink, paper) for ink in (theme.TEXT, theme.MUTED) for paper in (theme.WINDOW, theme.FIELD, theme.CANVAS)]
    + [(theme.TEXT, theme.RAISED), (theme.ON_ACCENT, theme.ACCENT), (theme.ACCENT, theme.WINDOW)],
)
def test_words_stand_out_from_what_is_behind_them(ink: str, paper: str) -> None:
    """At least 4.5:1, what WCAG 2.2 (1.4.3) asks of small text."""
    bright, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5
