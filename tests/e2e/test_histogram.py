"""The histogram counts the photo's lightness, and what of it is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand


def test_it_counts_the_photo_and_the_paint(window: MainWindow, hand: Hand, qtbot: QtBot) -> None:
    panel, document = window.side_panel.histogram, window.document
    assert document is not None
    window.side_panel.fold([title for title in window.side_panel.sections if title != "Histogram"])
    qtbot.waitUntil(lambda: panel.plot.photo.sum() > 0)
    assert panel.plot.photo.sum() == pytest.approx(1)
    assert panel.plot.painted.sum() == 0
    lightness = document.photo.lightness_at(512)
    assert panel.plot.photo.argmax() == np.histogram(lightness, 100, (0, 100))[0].argmax()
    window.actions_by_id["fill"].trigger()
    qtbot.waitUntil(lambda: panel.plot.painted.sum() > 0.99)
    assert np.array_equal(panel.plot.painted, panel.plot.photo)
    hand.stroke([(100, 100), (500, 100)])


def test_it_can_be_folded_away(window: MainWindow) -> None:
    action, section = window.actions_by_id["histogram"], window.side_panel.sections["Histogram"]
    assert action.isChecked() == section.is_open
    action.trigger()
    assert section.is_open == action.isChecked()
    section.heading.click()
    assert section.is_open == action.isChecked()
    window.close()
    assert ("Histogram" in window.settings.hidden_panels) == (not section.is_open)
