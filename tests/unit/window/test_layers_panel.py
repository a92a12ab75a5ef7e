"""The layers panel says what is wanted, by mouse and keys, and shows what it is told without a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip
from pytestqt.qtbot import QtBot

from app import theme
from app.panels.layer_delegate import ROW_HEIGHT, Zone, zone_rect
from app.panels.layer_model import LayerRow
from app.panels.layers_panel import LayersPanel

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Key, Keys = Qt.Key, Qt.KeyboardModifier
ICONS = ("eye", "eye-off", "lock", "unlock", "pin", "solo")
BUTTONS = ("layer-add", "layer-duplicate", "layer-merge", "layer-up", "layer-down", "layer-delete")
SIGNALS = (
    "activated",
    "visibility_wanted",
    "lock_wanted",
    "solo_wanted",
    "selection_wanted",
    "renamed",
    "moved",
    "opacity_edited",
    "done",
)

Told = list[tuple[object, ...]]


def layer(number: int, **changes: object) -> LayerRow:
    plain = LayerRow(number, f"Layer {number}", True, False, False, 1.0, "Neural")
    return replace(plain, **changes)  # type: ignore[arg-type]


class Stack:
    """A panel, the layers it is shown (from the bottom), and what it said. Like the window, it does what is wanted."""

    def __init__(self, qtbot: QtBot) -> None:
        self.actions = [QAction(theme.icon(name), name) for name in BUTTONS]
        self.menu = [QAction("Rename layer"), QAction("Pin colours")]
        self.panel = LayersPanel(self.actions, self.menu)
        qtbot.addWidget(self.panel)
        self.panel.setFixedWidth(208)
        self.layers: list[LayerRow] = []
        self.active, self.solo = 1, None
        self.told: Told = []
        for name in SIGNALS:
            getattr(self.panel, name).connect(self._listener(name))
        self.panel.activated.connect(self._activate)
        self.panel.visibility_wanted.connect(lambda number, on: self.change(number, visible=on))
        self.panel.lock_wanted.connect(lambda number, on: self.change(number, locked=on))
        self.panel.renamed.connect(lambda number, name: self.change(number, name=name))
        self.panel.opacity_edited.connect(lambda value: self.change(self.active, opacity=value))
        self.panel.moved.connect(self._move)

    def _listener(self, name: str) -> Callable[..., None]:
        return lambda *values: self.told.append((name, *values))

    def show(self, *layers: LayerRow, active: int = 1, solo: int | None = None) -> None:
        """From the bottom to the top; afterwards nothing has been said yet."""
        self.layers, self.active, self.solo = list(layers), active, solo
        self.refresh()
        self.panel.show()
        QTest.qWaitForWindowExposed(self.panel)
        QApplication.processEvents()
        self.told.clear()

    def refresh(self) -> None:
        self.panel.show_layers(self.layers, self.active, self.solo)

    def change(self, number: int, **changes: object) -> None:
        self.layers = [replace(row, **changes) if row.id == number else row for row in self.layers]  # type: ignore[arg-type]
        self.refresh()

    def _activate(self, number: int) -> None:
        self.active = number
        self.refresh()

    def _move(self, number: int, index: int) -> None:
        moving = next(row for row in self.layers if row.id == number)
        self.layers.remove(moving)
        self.layers.insert(index, moving)
        self.refresh()

    @property
    def ids(self) -> list[int]:
        """As shown, from the top."""
        return [row.id for row in self.panel.list.layers.rows]

    def place(self, number: int, zone: Zone = Zone.NAME) -> QPoint:
        """The middle of a layer's zone, in the list's viewport."""
        view = self.panel.list
        row = view.visualRect(view.layers.index(self.ids.index(number)))
        return zone_rect(row, zone).center()

    def click(self, number: int, zone: Zone = Zone.NAME, keys: Keys = Keys.NoModifier) -> None:
        QTest.mouseClick(self.panel.list.viewport(), LEFT, keys, self.place(number, zone))

    def drag(self, start: QPoint, *path: QPoint, let_go: bool = True) -> None:
        view = self.panel.list.viewport()
        QTest.mousePress(view, LEFT, Keys.NoModifier, start)
        for place in path:
            QTest.mouseMove(view, place)
        if let_go:
            QTest.mouseRelease(view, LEFT, Keys.NoModifier, path[-1])

    def press(self, key: Key, keys: Keys = Keys.NoModifier) -> None:
        QTest.keyClick(self.panel.list, key, keys)

    @property
    def field(self) -> QLineEdit | None:
        """The open name."""
        fields = [field for field in self.panel.list.findChildren(QLineEdit) if field.isVisible()]
        return fields[0] if fields else None

    def type_name(self, name: str, key: Key = Key.Key_Return) -> None:
        assert self.field is not None
        QTest.keyClicks(self.field, name)
        QTest.keyClick(self.field, key)
        QApplication.processEvents()

    def pixel(self, x: int, y: int) -> QColor:
        """Of the list's viewport."""
        return self.panel.list.viewport().grab().toImage().pixelColor(x, y)


@pytest.fixture
def stack(qtbot: QtBot) -> Stack:
    stack = Stack(qtbot)
    stack.show(*(layer(number) for number in (1, 2, 3, 4)))
    return stack


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_the_top_layer_comes_first_and_the_active_one_is_marked(stack: Stack) -> None:
    assert stack.ids == [4, 3, 2, 1]
    view = stack.panel.list
    assert view.currentIndex().row() == 3
    assert [index.row() for index in view.selectedIndexes()] == [3]
    assert stack.pixel(1, 3 * ROW_HEIGHT + 20) == QColor(theme.ACCENT)
    assert stack.pixel(1, 20) != QColor(theme.ACCENT)


def test_the_list_grows_to_six_rows_and_then_scrolls_to_the_active_layer(stack: Stack) -> None:
    heights = []
    for count in (1, 3, 6, 20):
        stack.show(*(layer(number) for number in range(1, count + 1)))
        heights.append(stack.panel.list.height())
    assert [height - heights[0] for height in heights] == [0, 2 * ROW_HEIGHT, 5 * ROW_HEIGHT, 5 * ROW_HEIGHT]
    assert stack.panel.list.viewport().rect().contains(stack.place(1))  # the lowest of 20
    assert not stack.panel.list.viewport().rect().contains(stack.place(20))


def test_showing_layers_says_nothing_whatever_changes(stack: Stack) -> None:
    for order, active, solo in (
        ((1, 2, 3, 4), 3, None),
        ((4, 3, 2, 1), 3, 2),
        ((9, 2, 8), 8, None),
        ((2,), 2, 2),
        ((), -1, None),
        ((5, 6, 7), 6, None),
        ((5, 7, 1), 99, None),
    ):
        stack.layers = [layer(number, opacity=number / 10, visible=number % 2 == 0) for number in order]
        stack.active, stack.solo = active, solo
        stack.refresh()
        assert stack.ids == list(reversed(order))
        if active in order:
            assert stack.ids[stack.panel.list.currentIndex().row()] == active
            assert stack.panel.opacity.field.value() == active * 10
        assert stack.panel.opacity.isEnabled() == (active in order)
    assert stack.told == []


def test_only_rows_that_changed_are_drawn_again(stack: Stack) -> None:
    picture = QImage(48, 32, QImage.Format.Format_RGB888)
    picture.fill(QColor("#204060"))
    model = stack.panel.list.layers
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    model.modelReset.connect(lambda: pytest.fail("the list began anew"))
    stack.refresh()
    assert changed == []
    stack.change(3, thumbnail=picture)
    stack.change(3, thumbnail=picture.copy())  # the same pixels in another place
    assert changed == [(1, 1)]


def test_the_scroll_position_is_kept_while_other_layers_change(stack: Stack) -> None:
    stack.show(*(layer(number) for number in range(1, 21)), active=20)
    bar = stack.panel.list.verticalScrollBar()
    bar.setValue(150)
    stack.change(3, opacity=0.5)
    stack.change(20, name="Sky")
    stack.solo = 4
    stack.refresh()
    assert bar.value() == 150
    stack.active = 2
    stack.refresh()
    assert stack.panel.list.viewport().rect().contains(stack.place(2))


def test_each_row_is_told_to_a_screen_reader(stack: Stack) -> None:
    stack.show(
        layer(1, name="Coat", locked=True, source="Tint", opacity=0.8),
        layer(2, name="Sky", visible=False, pinned=True),
        solo=1,
    )
    model = stack.panel.list.layers
    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (1, 0)]
    assert spoken == [
        "Coat, visible, shown alone, locked, Tint, opacity 80 percent",
        "Sky, hidden, colours pinned, Neural, opacity 100 percent",
    ]
    assert stack.panel.list.accessibleName()
    assert all(button.accessibleName() for button in stack.panel.buttons)


def test_states_can_be_told_apart_by_eye(stack: Stack) -> None:
    """Each state looks different from the plain one, in the place where it belongs."""
    picture = QImage(96, 64, QImage.Format.Format_RGB888)
    picture.fill(QColor("#c08040"))

    def look(zone: Zone, solo: int | None = None, **changes: object) -> QImage:
        stack.show(layer(1, **changes), layer(2), active=2, solo=solo)
        view = stack.panel.list
        row = view.visualRect(view.layers.index(1))
        return view.viewport().grab(zone_rect(row, zone)).toImage()

    eyes = [look(Zone.EYE), look(Zone.EYE, visible=False), look(Zone.EYE, solo=1), look(Zone.EYE, solo=2)]
    locks = [look(Zone.LOCK), look(Zone.LOCK, locked=True), look(Zone.LOCK, pinned=True)]
    names = [look(Zone.NAME), look(Zone.NAME, name="Coat"), look(Zone.NAME, visible=False)]
    thumbnails = [look(Zone.THUMBNAIL), look(Zone.THUMBNAIL, thumbnail=picture)]
    thumbnails.append(look(Zone.THUMBNAIL, thumbnail=picture, visible=False))
    for looks in (eyes, locks, names, thumbnails):
        assert all(one != other for place, one in enumerate(looks) for other in looks[:place])
    assert thumbnails[1].pixelColor(24, 16) == QColor("#c08040")


@pytest.mark.usefixtures("qapp")
def test_every_drawing_exists() -> None:
    for name in (*ICONS, *BUTTONS):
        image = theme.icon(name).pixmap(20, 20).toImage()
        assert any(image.pixelColor(x, y).alpha() > 128 for x in range(20) for y in range(20)), name


# -- mouse -------------------------------------------------------------------------------------------------------------


def test_a_click_on_a_name_or_thumbnail_makes_a_layer_active(stack: Stack) -> None:
    stack.click(3)
    stack.click(2, Zone.THUMBNAIL)
    stack.click(2)
    assert stack.told == [("activated", 3), ("activated", 2)]
    assert stack.active == 2


def test_eye_and_lock_leave_the_active_layer_alone(stack: Stack) -> None:
    stack.click(3, Zone.EYE)
    stack.click(3, Zone.EYE)
    stack.click(2, Zone.LOCK)
    stack.click(2, Zone.LOCK)
    assert stack.told == [
        ("visibility_wanted", 3, False),
        ("visibility_wanted", 3, True),
        ("lock_wanted", 2, True),
        ("lock_wanted", 2, False),
    ]
    assert stack.panel.list.currentIndex().row() == 3


def test_a_quick_second_click_on_an_eye_counts_and_renames_nothing(stack: Stack) -> None:
    stack.click(3, Zone.EYE)
    QTest.mouseDClick(stack.panel.list.viewport(), LEFT, Keys.NoModifier, stack.place(3, Zone.EYE))
    assert all(said[0] == "visibility_wanted" for said in stack.told)
    assert [said[2] for said in stack.told] == [place % 2 == 1 for place in range(len(stack.told))]
    assert len(stack.told) >= 2
    assert stack.field is None


def test_alt_click_on_an_eye_shows_a_layer_alone(stack: Stack) -> None:
    stack.click(3, Zone.EYE, Keys.AltModifier)
    assert stack.told == [("solo_wanted", 3)]


def test_a_pointer_drawn_over_the_eyes_closes_them_all(stack: Stack) -> None:
    stack.change(2, visible=False)
    stack.told.clear()
    stack.drag(stack.place(4, Zone.EYE), *(stack.place(number, Zone.EYE) for number in (3, 2, 1)))
    assert stack.told == [("visibility_wanted", number, False) for number in (4, 3, 1)]
    assert stack.ids == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("keys", "mode"),
    [
        (Keys.ControlModifier, "replace"),
        (Keys.ControlModifier | Keys.ShiftModifier, "add"),
        (Keys.ControlModifier | Keys.AltModifier, "subtract"),
        (Keys.ControlModifier | Keys.ShiftModifier | Keys.AltModifier, "intersect"),
    ],
)
def test_ctrl_click_on_a_thumbnail_asks_for_its_mask_as_selection(stack: Stack, keys: Keys, mode: str) -> None:
    stack.click(2, Zone.THUMBNAIL, keys)
    assert stack.told == [("selection_wanted", 2, mode)]


def test_the_menu_is_that_of_the_layer_under_the_pointer(stack: Stack) -> None:
    view = stack.panel.list
    place = stack.place(3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    assert view.menu.isVisible()
    assert view.menu.actions() == stack.menu
    assert stack.told == [("activated", 3)]
    view.menu.close()


def test_a_right_click_activates_nothing_by_itself_and_the_menu_key_stays_with_the_active_layer(stack: Stack) -> None:
    view = stack.panel.list
    QTest.mouseClick(view.viewport(), RIGHT, Keys.NoModifier, stack.place(3))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(view.viewport(), event)
    assert view.menu.isVisible()
    assert stack.told == []
    view.menu.close()


def test_tips_speak_of_what_is_under_the_pointer(stack: Stack) -> None:
    stack.change(2, locked=True, visible=False)
    tips = []
    for zone in Zone:
        place = stack.place(2, zone)
        view = stack.panel.list.viewport()
        QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, place, view.mapToGlobal(place)))
        tips.append(QToolTip.text())
    QToolTip.hideText()
    assert [tip.split()[0] for tip in tips] == ["Show", "Ctrl-click:", "Layer", "Unlock"]


# -- dragging ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "y", "index"),
    [
        (4, 2.1, 2),  # between 3 and 2: seen from the bottom 1 2 4 3
        (4, 5.0, 0),  # beyond the end: the lowest
        (4, 2.6, 1),
        (1, -0.4, 3),  # above the first: the topmost
        (1, 1.2, 2),
        (2, 1.3, 2),
    ],
)
def test_a_dragged_layer_goes_to_the_gap_nearest_to_the_pointer(
    stack: Stack, number: int, y: float, index: int
) -> None:
    start = stack.place(number)
    end = QPoint(start.x() + 3, round(y * ROW_HEIGHT))
    stack.drag(start, (start + end) / 2, end)
    assert stack.told[-1] == ("moved", number, index)
    assert stack.layers[index].id == number
    assert stack.active == number


def test_dragged_back_or_hardly_at_all_is_not_moved(stack: Stack) -> None:
    start = stack.place(3)
    far = QPoint(start.x(), 3 * ROW_HEIGHT)
    stack.drag(start, far, start)
    stack.drag(start, start + QPoint(2, 2))
    stack.drag(start, far, QPoint(start.x(), 2 * ROW_HEIGHT + 3))  # the gap below itself
    assert stack.told == [("activated", 3)]


def test_a_line_shows_the_gap_while_a_layer_is_dragged(stack: Stack) -> None:
    start = stack.place(4)
    assert stack.pixel(150, 3 * ROW_HEIGHT) != QColor(theme.ACCENT)
    stack.drag(start, start + QPoint(0, 40), QPoint(start.x(), 3 * ROW_HEIGHT + 8), let_go=False)
    line = [stack.pixel(190, 3 * ROW_HEIGHT + dy) for dy in (-2, -1, 0, 1)]
    assert QColor(theme.ACCENT) in line
    QTest.mouseRelease(stack.panel.list.viewport(), LEFT, Keys.NoModifier, start)
    assert QColor(theme.ACCENT) not in [stack.pixel(190, 3 * ROW_HEIGHT + dy) for dy in (-2, -1, 0, 1)]


def test_escape_ends_a_drag_whoever_has_the_keyboard(stack: Stack, qtbot: QtBot) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    start = stack.place(4)
    stack.drag(start, start + QPoint(0, 40), start + QPoint(0, 100), let_go=False)
    QTest.keyClick(other, Key.Key_Escape)
    QTest.mouseRelease(stack.panel.list.viewport(), LEFT, Keys.NoModifier, start + QPoint(0, 100))
    assert stack.told == [("activated", 4)]
    QTest.keyClicks(other, "a")
    assert other.text() == "a"
    stack.press(Key.Key_Escape)
    assert stack.told[1:] == [("done",)], "afterwards the key is everyone's again"


def test_the_list_scrolls_while_the_pointer_waits_at_its_end(stack: Stack, qtbot: QtBot) -> None:
    stack.show(*(layer(number) for number in range(1, 21)), active=20)
    view = stack.panel.list
    start, end = stack.place(20), QPoint(120, view.viewport().height() - 2)
    stack.drag(start, (start + end) / 2, end, let_go=False)
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    QTest.mouseRelease(view.viewport(), LEFT, Keys.NoModifier, end)
    assert stack.told == [("moved", 20, 0)]
    assert view.viewport().rect().contains(stack.place(20))


def test_a_layer_that_goes_while_it_is_dragged_is_not_dropped(stack: Stack) -> None:
    start = stack.place(3)
    stack.drag(start, start + QPoint(0, 40), start + QPoint(0, 60), let_go=False)
    stack.layers = [row for row in stack.layers if row.id != 3]
    stack.active = 1
    stack.refresh()
    stack.pixel(10, 10)  # it is drawn all the same
    QTest.mouseRelease(stack.panel.list.viewport(), LEFT, Keys.NoModifier, start)
    assert stack.told == [("activated", 3)]


def test_others_may_change_places_while_a_layer_is_dragged(stack: Stack) -> None:
    start = stack.place(4)
    end = QPoint(start.x(), 4 * ROW_HEIGHT)
    stack.drag(start, start + QPoint(0, 40), end, let_go=False)
    stack.layers = [stack.layers[3], *stack.layers[:3]]  # undo elsewhere: 4 is the lowest now
    stack.refresh()
    QTest.mouseRelease(stack.panel.list.viewport(), LEFT, Keys.NoModifier, end)
    assert stack.told == [("activated", 4)]  # it is where it was let go


# -- keys --------------------------------------------------------------------------------------------------------------


def test_arrows_change_the_active_layer(stack: Stack) -> None:
    stack.panel.list.setFocus()
    for key in (Key.Key_Up, Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End):
        stack.press(key)
    assert stack.told == [("activated", number) for number in (2, 3, 2, 4, 1)]


def test_letters_space_and_return_are_not_the_lists(stack: Stack) -> None:
    stack.panel.list.setFocus()
    QTest.keyClicks(stack.panel.list, "Layer 3")
    stack.press(Key.Key_Return)
    assert stack.told == []
    assert stack.field is None
    stack.press(Key.Key_Escape)
    assert stack.told == [("done",)]


def test_tab_reaches_opacity_list_and_buttons_in_their_order(stack: Stack) -> None:
    panel = stack.panel
    panel.activateWindow()
    panel.opacity.slider.setFocus()
    reached = []
    for _ in range(3):
        QTest.keyClick(panel.focusWidget(), Key.Key_Tab)
        reached.append(panel.focusWidget())
    assert reached == [panel.opacity.field, panel.list, panel.buttons[0]]
    assert len(panel.buttons) == len(BUTTONS)


def test_buttons_are_their_actions(stack: Stack) -> None:
    triggered: list[str] = []
    for name, action in zip(BUTTONS, stack.actions, strict=True):
        action.triggered.connect(lambda _on=False, name=name: triggered.append(name))
    for button in stack.panel.buttons:
        button.click()
    assert tuple(triggered) == BUTTONS
    stack.actions[0].setEnabled(False)
    assert not stack.panel.buttons[0].isEnabled()
    assert stack.panel.sizeHint().height() > 0
    assert stack.panel.minimumSizeHint().width() <= 208


# -- renaming ----------------------------------------------------------------------------------------------------------


def test_double_click_and_f2_rename_in_place(stack: Stack) -> None:
    view = stack.panel.list
    stack.click(2)
    QTest.mouseDClick(view.viewport(), LEFT, Keys.NoModifier, stack.place(2))
    assert stack.field is not None
    assert stack.field.selectedText() == "Layer 2"
    stack.type_name("  Coat ")
    assert stack.told == [("activated", 2), ("renamed", 2, "Coat"), ("done",)]
    stack.told.clear()
    view.setFocus()
    stack.press(Key.Key_F2)
    stack.type_name("Sky")
    assert stack.told == [("renamed", 2, "Sky")]  # the keyboard stays where it was: in the list
    assert view.hasFocus()


@pytest.mark.parametrize(
    ("name", "key"), [("   ", Key.Key_Return), ("Layer 1", Key.Key_Return), ("Coat", Key.Key_Escape)]
)
def test_blank_same_and_given_up_names_are_none(stack: Stack, name: str, key: Key) -> None:
    stack.panel.rename_active()
    stack.type_name(name, key)
    assert stack.told == [("done",)]
    assert stack.field is None


def test_a_click_elsewhere_takes_the_name(stack: Stack) -> None:
    stack.panel.rename_active()
    assert stack.field is not None
    QTest.keyClicks(stack.field, "Coat")
    stack.click(3, Zone.EYE)
    assert ("renamed", 1, "Coat") in stack.told
    assert stack.told[-1] == ("visibility_wanted", 3, False)
    assert stack.field is None


def test_a_name_being_typed_survives_whatever_is_shown(stack: Stack) -> None:
    stack.panel.rename_active()
    field = stack.field
    assert field is not None
    QTest.keyClicks(field, "Co")
    picture = QImage(48, 32, QImage.Format.Format_RGB888)
    picture.fill(Qt.GlobalColor.white)
    stack.change(1, thumbnail=picture, opacity=0.3)
    stack.layers = [stack.layers[2], layer(9), stack.layers[0], stack.layers[1]]  # 4 is gone, 9 came, 1 went up
    stack.active = 9
    stack.refresh()
    QApplication.processEvents()
    assert stack.field is field
    assert field.text() == "Co"
    assert stack.told == []
    place = stack.place(1)
    assert field.geometry().contains(place)
    stack.type_name("at")
    assert ("renamed", 1, "Coat") in stack.told
    assert "activated" not in [said[0] for said in stack.told]
    assert stack.ids[stack.panel.list.currentIndex().row()] == 9  # made up for


def test_the_field_closes_quietly_with_its_layer(stack: Stack) -> None:
    stack.panel.rename_active()
    assert stack.field is not None
    QTest.keyClicks(stack.field, "Co")
    stack.layers, stack.active = stack.layers[1:], 2
    stack.refresh()
    QApplication.processEvents()
    assert stack.field is None
    assert [said for said in stack.told if said[0] != "done"] == []
    assert stack.ids[stack.panel.list.currentIndex().row()] == 2


def test_tab_goes_on_to_the_next_name(stack: Stack) -> None:
    stack.active = 3
    stack.refresh()
    stack.panel.rename_active()
    stack.type_name("Coat", Key.Key_Tab)
    assert stack.told == [("renamed", 3, "Coat"), ("activated", 2)]
    assert stack.field is not None
    assert stack.field.text() == "Layer 2"
    stack.type_name("Sky")
    assert stack.told[2:] == [("renamed", 2, "Sky"), ("done",)]


def test_up_and_down_stay_in_the_field(stack: Stack) -> None:
    stack.panel.rename_active()
    assert stack.field is not None
    QTest.keyClick(stack.field, Key.Key_Up)
    assert stack.field is not None
    assert stack.told == []


# -- opacity -----------------------------------------------------------------------------------------------------------


def test_the_slider_reports_the_active_layers_opacity_while_it_is_dragged(stack: Stack) -> None:
    slider = stack.panel.opacity.slider
    slider.setSliderDown(True)
    assert stack.panel.is_opacity_dragged
    slider.setSliderPosition(803)
    slider.setSliderPosition(498)
    assert slider.sliderPosition() == 498, "it does not jump under the pointer"
    slider.setSliderDown(False)
    assert not stack.panel.is_opacity_dragged
    assert stack.told == [("opacity_edited", 0.8), ("opacity_edited", 0.5)]
    assert stack.layers[0].opacity == 0.5
    stack.click(2)
    assert stack.panel.opacity.field.value() == 100


def test_return_in_the_number_gives_the_keyboard_back(stack: Stack) -> None:
    field = stack.panel.opacity.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "35")
    QTest.keyClick(field, Key.Key_Return)
    assert stack.told == [("opacity_edited", 0.35), ("done",)]
