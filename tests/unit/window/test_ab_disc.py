"""The disc is worked with the mouse and with keys, and says the colour it stands on."""

from __future__ import annotations

import math
import threading

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.document.gamut_map import RADIUS, shown_at, srgb_lab
from app.document.layer import srgb_ab
from app.panels.ab_disc import SIDE, AbDisc
from app.panels.swatches import Color

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


class Reports:
    """What a disc said, in order."""

    def __init__(self, disc: AbDisc) -> None:
        self.colors: list[Color | None] = []
        self.ends: list[str] = []
        disc.picked.connect(self.colors.append)
        disc.settled.connect(lambda: self.ends.append("settled"))
        disc.done.connect(lambda: self.ends.append("done"))


@pytest.fixture
def disc(qtbot: QtBot, qapp: QApplication) -> AbDisc:
    theme.apply(qapp)  # sizes are those of the program
    disc = AbDisc()
    qtbot.addWidget(disc)
    disc.show()
    disc.setFocus()
    qtbot.waitUntil(disc.hasFocus)
    return disc


@pytest.fixture
def reports(disc: AbDisc) -> Reports:
    return Reports(disc)


def spot(disc: AbDisc, a: float, b: float) -> QPoint:
    return disc.place_of(a, b).toPoint()


def test_a_press_picks_the_chroma_under_it_at_the_lightness_shown(disc: AbDisc, reports: Reports) -> None:
    disc.show_lightness(55)
    QTest.mousePress(disc, LEFT, NONE, spot(disc, 30, 20))
    assert len(reports.colors) == 1
    color = reports.colors[0]
    assert color is not None
    lightness, a, b = srgb_lab(color)
    assert (a, b) == pytest.approx((30, 20), abs=1.2)  # a pixel is 1.1 units
    assert lightness == pytest.approx(55, abs=0.6)
    assert reports.ends == []
    QTest.mouseRelease(disc, LEFT, NONE, spot(disc, 30, 20))
    assert reports.ends == ["settled", "done"]


def test_dragging_reports_every_new_colour_and_stays_on_its_plane(disc: AbDisc, reports: Reports) -> None:
    disc.show_lightness(55)
    QTest.mousePress(disc, LEFT, NONE, spot(disc, 30, 20))
    disc.show_lightness(20)  # such as that under a pointer that left the photo
    assert disc.lightness == 55
    for a in (20, 10, 0, -10):
        QTest.mouseMove(disc, spot(disc, a, 20))
    QTest.mouseMove(disc, spot(disc, -10, 20))
    QTest.mouseRelease(disc, LEFT, NONE, spot(disc, -10, 20))
    assert len(reports.colors) == 5
    assert reports.colors[-1] == disc.color
    assert srgb_ab(reports.colors[-1] or (0, 0, 0)) == pytest.approx((-10, 20), abs=1.2)
    disc.show_lightness(20.4)
    assert disc.lightness == 20


def test_a_drag_beyond_the_disc_keeps_its_hue(disc: AbDisc, reports: Reports) -> None:
    QTest.mousePress(disc, LEFT, NONE, spot(disc, 20, 20))
    QTest.mouseMove(disc, QPoint(disc.width() - 1, 0))
    QTest.mouseRelease(disc, LEFT, NONE, QPoint(disc.width() - 1, 0))
    a, b = srgb_ab(reports.colors[-1] or (0, 0, 0))
    assert math.degrees(math.atan2(b, a)) == pytest.approx(45, abs=2)
    assert 85 < math.hypot(a, b) <= RADIUS + 1
    # The ring is where the colour is, not where the pointer went.
    assert disc.ab_at(disc.place_of(a, b)) == pytest.approx((a, b), abs=0.01)


def test_a_press_beside_the_disc_or_with_another_button_means_nothing(disc: AbDisc, reports: Reports) -> None:
    QTest.mouseClick(disc, LEFT, NONE, QPoint(3, 3))
    QTest.mouseClick(disc, Qt.MouseButton.RightButton, NONE, disc.rect().center())
    QTest.mouseMove(disc, disc.rect().center())
    assert (reports.colors, reports.ends) == ([], [])


@pytest.mark.parametrize("before", [None, (111, 154, 61)])
def test_escape_takes_a_drag_back(disc: AbDisc, reports: Reports, before: Color | None) -> None:
    disc.show_colour(before)
    QTest.mousePress(disc, LEFT, NONE, spot(disc, 30, 20))
    QTest.keyClick(disc, Qt.Key.Key_Escape)
    assert reports.colors[-1] == before
    assert disc.color == before
    assert not disc.is_dragging
    QTest.mouseRelease(disc, LEFT, NONE, spot(disc, 30, 20))
    assert reports.ends == ["settled", "done"]


@pytest.mark.parametrize("lightness", [8, 50, 92])
def test_arrows_move_by_units_that_add_up_also_where_codes_are_coarse(
    disc: AbDisc, reports: Reports, lightness: float
) -> None:
    disc.show_lightness(lightness)
    for _ in range(4):
        QTest.keyClick(disc, Qt.Key.Key_Left)
    for _ in range(6):
        QTest.keyClick(disc, Qt.Key.Key_Up)
    assert srgb_ab(disc.color or (0, 0, 0)) == pytest.approx((-4, 6), abs=1)
    QTest.keyClick(disc, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert srgb_ab(disc.color or (0, 0, 0)) == pytest.approx((6, 6), abs=1)
    QTest.keyClick(disc, Qt.Key.Key_Down)
    assert srgb_ab(disc.color or (0, 0, 0)) == pytest.approx((6, 5), abs=1)
    assert reports.ends == []


def test_home_is_grey_and_return_ends(disc: AbDisc, reports: Reports) -> None:
    disc.show_lightness(50)
    disc.show_colour((192, 24, 48))
    QTest.keyClick(disc, Qt.Key.Key_Home)
    assert reports.colors == [(119, 119, 119)]
    QTest.keyClick(disc, Qt.Key.Key_Return)
    assert reports.ends == ["settled", "done"]


def test_arrows_do_not_leave_what_colours_there_are(disc: AbDisc) -> None:
    for _ in range(30):
        QTest.keyClick(disc, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    at_the_edge = srgb_ab(disc.color or (0, 0, 0))
    QTest.keyClick(disc, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert srgb_ab(disc.color or (0, 0, 0))[0] == pytest.approx(at_the_edge[0] + 10, abs=2.5)


def test_what_keys_chose_settles_when_the_keyboard_goes_elsewhere(qtbot: QtBot) -> None:
    both = QWidget()
    disc, other = AbDisc(), QLineEdit()
    layout = QHBoxLayout(both)
    layout.addWidget(disc)
    layout.addWidget(other)
    qtbot.addWidget(both)
    reports = Reports(disc)
    both.show()
    disc.setFocus()
    qtbot.waitUntil(disc.hasFocus)
    other.setFocus()
    assert reports.ends == []
    disc.setFocus()
    QTest.keyClick(disc, Qt.Key.Key_Right)
    other.setFocus()
    assert reports.ends == ["settled"]


def test_showing_reports_nothing_and_describes(disc: AbDisc, reports: Reports) -> None:
    assert disc.accessibleName() == "Colour disc"
    assert "No colour" in disc.accessibleDescription()
    disc.show_lightness(33)
    disc.show_colour((192, 24, 48))
    disc.show_markers([(1, 2, 3)])
    assert reports.colors == []
    assert "#c01830" in disc.accessibleDescription()
    assert "a* 63" in disc.accessibleDescription()
    assert "lightness 33" in disc.accessibleDescription()
    disc.show_colour(None)
    assert disc.color is None


def test_places_and_chroma_lead_to_each_other(disc: AbDisc) -> None:
    for a, b in ((0, 0), (50, -30), (-70, 70), (0, 109)):
        assert disc.ab_at(disc.place_of(a, b)) == pytest.approx((a, b), abs=1e-6)
    rim = disc.place_of(79, -108)  # sRGB's blue
    assert math.hypot(*(rim - disc.place_of(0, 0)).toTuple()) == pytest.approx(100, abs=0.5)
    assert disc.ab_at(QPointF(5000, 104)) == pytest.approx((RADIUS, 0), abs=0.01)


def test_ring_and_markers_are_drawn_in_the_colour_as_the_photo_shows_it(disc: AbDisc) -> None:
    disc.show_lightness(70)
    red, sky = (192, 24, 48), (44, 90, 160)
    bare = disc.grab().toImage()
    disc.show_colour(red)
    disc.show_markers([sky])
    picture = disc.grab().toImage()
    for color in (red, sky):
        middle = spot(disc, *srgb_ab(color))
        seen = picture.pixelColor(middle)
        assert (seen.red(), seen.green(), seen.blue()) == pytest.approx(shown_at(70, color), abs=12)
        below = [middle + QPoint(0, down) for down in range(2, 8)]
        lighter = [picture.pixelColor(at).lightness() - bare.pixelColor(at).lightness() for at in below]
        assert max(lighter) > 25  # the white ring
    disc.show_colour(None)
    disc.show_markers([])
    assert disc.grab().toImage() == bare


def test_the_lightness_changes_the_picture(disc: AbDisc) -> None:
    seen = []
    for lightness in (20, 80):
        disc.show_lightness(lightness)
        seen.append(disc.grab().toImage().pixelColor(spot(disc, 8, 4)).lightness())
    assert seen[1] > seen[0] + 90


def test_it_shows_before_its_tables_are_made_and_fills_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = threading.Event()
    monkeypatch.setattr("app.document.gamut_map._prepared", ready)
    disc = AbDisc()
    qtbot.addWidget(disc)
    with qtbot.waitExposed(disc):
        disc.show()
    qtbot.waitUntil(ready.is_set, timeout=20_000)
    qtbot.waitUntil(lambda: not disc._warming.isActive(), timeout=5_000)
    image = disc.grab().toImage()
    assert image.pixelColor(SIDE // 2 + 40, SIDE // 2).saturation() > 40
