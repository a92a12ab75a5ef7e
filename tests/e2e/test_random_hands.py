"""A child at the keyboard: any order of pointer, pen, finger, wheel, key and menu events leaves nothing stuck, nothing
half drawn, and nothing that undo cannot take back."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QDialog, QInputDialog, QWidget

from app.canvas.ants import MarchingAnts
from app.canvas.tools.table import TOOLS
from app.document.chroma import Chroma, ChromaField, fit
from app.document.document import Document
from app.document.selection import Combine
from app.document.smoothing import Smoothing
from app.main_window import MainWindow
from app.tool_options import GradientShape

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand
    from tests.e2e.skilled_hand import SkilledHand

Keys, Key, Button, Kind = Qt.KeyboardModifier, Qt.Key, Qt.MouseButton, QEvent.Type

EVENTS = 300
SEEDS = (1, 2, 3, 4, 5)

ROUNDING = 4
"""Codes."""

LEAVES_THE_WINDOW = {"open", "sample", "export", "quit", "command_search", "key_editor", "keys", "about", "full_screen"}
"""Actions that lead elsewhere; each has tests of its own."""
CLICKED_KEYS = (
    *(Key.Key_Escape, Key.Key_Return, Key.Key_Backspace, Key.Key_Left, Key.Key_Down, Key.Key_Tab),
    *(Key.Key_0, Key.Key_3, Key.Key_7, Key.Key_X, Key.Key_D, Key.Key_Q, Key.Key_K, Key.Key_A, Key.Key_C),
    *(Key.Key_B, Key.Key_E, Key.Key_M, Key.Key_L, Key.Key_W, Key.Key_G, Key.Key_I, Key.Key_H, Key.Key_Z),
    *(Key.Key_BracketLeft, Key.Key_BracketRight, Key.Key_F4, Key.Key_F5, Key.Key_O, Key.Key_F8),
)
CONTROL_KEYS = (
    *(Key.Key_Z, Key.Key_Z, Key.Key_Y, Key.Key_A, Key.Key_D, Key.Key_I, Key.Key_C, Key.Key_V, Key.Key_Backspace),
    *(Key.Key_0, Key.Key_1, Key.Key_Plus, Key.Key_Minus, Key.Key_Left, Key.Key_Right),
)
HELD_KEYS = {Key.Key_Space: Keys.NoModifier, Key.Key_Y: Keys.NoModifier, Key.Key_Backslash: Keys.NoModifier} | {
    Key.Key_Alt: Keys.AltModifier,
    Key.Key_Shift: Keys.ShiftModifier,
    Key.Key_Control: Keys.ControlModifier,
}


def pen_of(end: QPointingDevice.PointerType) -> QPointingDevice:
    abilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    kind = QInputDevice.DeviceType.Stylus
    return QPointingDevice("pen", 1, kind, end, abilities, 1, 3, "", QPointingDeviceUniqueId())


class Child:
    """Does one thing after another; ``done`` tells what, for whoever has to find out."""

    def __init__(self, hand: Hand, fingers: QPointingDevice, chance: random.Random) -> None:
        self.hand, self.window, self.canvas = hand, hand.window, hand.canvas
        self.chance = chance
        self.done: list[str] = []
        self.place = QPointF(300, 300)
        self.buttons: set[Button] = set()
        self.keys: set[Key] = set()
        self.fingers: dict[int, QPoint] = {}
        self.touch_screen = fingers
        self.pen: QPointingDevice | None = None
        everything = [(getattr(self, name), weight) for name, weight in HABITS.items()]
        self.habits, self.weights = zip(*everything, strict=True)

    @property
    def document(self) -> Document:
        assert self.window.document is not None
        return self.window.document

    def act(self) -> None:
        (habit,) = self.chance.choices(self.habits, self.weights)
        self.note(habit.__name__)
        habit()

    def note(self, what: object) -> None:
        self.done.append(str(what))

    # With a mouse

    def _modifiers(self) -> Keys:
        held = Keys.NoModifier
        for key in self.keys:
            held |= HELD_KEYS[key]
        return held

    def _mouse(self, kind: Kind, button: Button = Button.NoButton) -> None:
        buttons = Button.NoButton
        for held in self.buttons:
            buttons |= held
        self.note((kind.name, button.name, self.place.toPoint().toTuple(), self._modifiers().name))
        event = QMouseEvent(kind, self.place, self.canvas.mapToGlobal(self.place), button, buttons, self._modifiers())
        QApplication.sendEvent(self.canvas, event)

    def move(self) -> None:
        size = self.canvas.size()
        reach = self.chance.choice([3, 40, 40, 250])
        x = self.place.x() + self.chance.uniform(-reach, reach)
        y = self.place.y() + self.chance.uniform(-reach, reach)
        self.place = QPointF(min(size.width() + 40, max(-40, x)), min(size.height() + 40, max(-40, y)))
        self._mouse(Kind.MouseMove)

    def press(self) -> None:
        button = self.chance.choice([Button.LeftButton] * 6 + [Button.MiddleButton, Button.RightButton])
        if button not in self.buttons:
            self.buttons.add(button)
            self._mouse(Kind.MouseButtonPress, button)

    def release(self) -> None:
        if self.buttons:
            button = self.chance.choice(sorted(self.buttons, key=lambda button: button.value))
            self.buttons.discard(button)
            self._mouse(Kind.MouseButtonRelease, button)

    def double_click(self) -> None:
        if not self.buttons:
            for kind in (Kind.MouseButtonPress, Kind.MouseButtonRelease, Kind.MouseButtonDblClick):
                self._mouse(kind, Button.LeftButton)
            self.buttons.add(Button.LeftButton)

    def drag(self) -> None:
        if not self.buttons:
            self.buttons.add(Button.LeftButton)
            self._mouse(Kind.MouseButtonPress, Button.LeftButton)
            for _ in range(self.chance.randint(1, 5)):
                self.move()
            self.buttons.clear()
            self._mouse(Kind.MouseButtonRelease, Button.LeftButton)

    def wheel(self) -> None:
        turned = QPoint(0, self.chance.choice([-240, -120, 120, 120, 360]))
        self.note(turned)
        place, none, keys = self.canvas.mapToGlobal(self.place), Button.NoButton, self._modifiers()
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(self.place, place, QPoint(), turned, none, keys, phase, False)
        QApplication.sendEvent(self.canvas, event)

    def leave(self) -> None:
        QApplication.sendEvent(self.canvas, QEvent(Kind.Leave))

    # With a pen, with fingers

    def draw(self, kind: Kind) -> None:
        changed = Button.NoButton if kind is Kind.TabletMove else Button.LeftButton
        held = Button.NoButton if kind is Kind.TabletRelease else Button.LeftButton
        place = self.canvas.mapToGlobal(self.place)
        pressure = self.chance.choice([0.0, 0.2, 0.7, 1.0])
        event = QTabletEvent(
            kind, self.pen, self.place, place, pressure, 0, 0, 0, 0, 0, self._modifiers(), changed, held
        )
        QApplication.sendEvent(self.canvas, event)

    def pen_goes_on(self) -> None:
        if self.pen is None:
            end = self.chance.choice([QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser])
            self.pen = pen_of(end)
            self.note(end.name)
            self.draw(Kind.TabletPress)
        else:
            self.place += QPointF(self.chance.uniform(-60, 60), self.chance.uniform(-60, 60))
            self.draw(Kind.TabletMove)

    def pen_up(self) -> None:
        if self.pen is not None:
            self.draw(Kind.TabletRelease)
            self.pen = None

    def touch(self) -> None:
        event = QTest.touchEvent(self.canvas, self.touch_screen)
        wanted = self.chance.choice([1, 1, 2, 2, 3])
        size = self.canvas.size()
        for finger in range(max(wanted, len(self.fingers))):
            if finger in self.fingers:
                way = QPoint(self.chance.randint(-30, 30), self.chance.randint(-30, 30))
                self.fingers[finger] += self.chance.choice([QPoint(), way])
                event.move(finger, self.fingers[finger], self.canvas)
            else:
                place = QPoint(self.chance.randint(0, size.width()), self.chance.randint(0, size.height()))
                self.fingers[finger] = place
                event.press(finger, place, self.canvas)
        event.commit()

    def fingers_up(self) -> None:
        if self.fingers:
            event = QTest.touchEvent(self.canvas, self.touch_screen)
            for finger, place in self.fingers.items():
                event.release(finger, place, self.canvas)
            self.fingers.clear()
            event.commit()

    # With keys and menus

    def _focus(self) -> QWidget:
        return self.window.focusWidget() or self.window

    def hold_key(self) -> None:
        key = self.chance.choice(list(HELD_KEYS))
        if key not in self.keys:
            self.note(key.name)
            self.keys.add(key)
            QTest.keyPress(self._focus(), key, self._modifiers())

    def let_key_go(self) -> None:
        if self.keys:
            key = self.chance.choice(sorted(self.keys, key=lambda key: key.value))
            self.note(key.name)
            self.keys.discard(key)
            QTest.keyRelease(self._focus(), key, self._modifiers())

    def click_key(self) -> None:
        key = self.chance.choice(CLICKED_KEYS)
        if key is Key.Key_C and Keys.ControlModifier in self._modifiers():
            return
        self.note((key.name, self._modifiers().name))
        QTest.keyClick(self._focus(), key, self._modifiers() & ~Keys.ControlModifier)

    def control_key(self) -> None:
        key = self.chance.choice(CONTROL_KEYS)
        self.note(key.name)
        QTest.keyClick(self._focus(), key, Keys.ControlModifier)

    def undo(self) -> None:
        self.window.actions_by_id["undo"].trigger()

    def redo(self) -> None:
        self.window.actions_by_id["redo"].trigger()

    def take_tool(self) -> None:
        name = self.chance.choice(TOOLS).id
        self.note(name)
        self.window.actions_by_id[name].trigger()

    def choose_from_menu(self) -> None:
        name = self.chance.choice(sorted(self.window.actions_by_id.keys() - LEAVES_THE_WINDOW))
        self.note(name)
        self.window.actions_by_id[name].trigger()

    def look_otherwise(self) -> None:
        name = self.chance.choice(["split_view", "mask_only", "compare", "mirror_view", "rotate_right", "overlay"])
        self.note(name)
        self.window.actions_by_id[name].trigger()

    def go_in_history(self) -> None:
        self.window.side_panel.history.steps_wanted.emit(self.chance.randint(-5, 5))

    def soften(self) -> None:
        slider = self.chance.choice([self.window.side_panel.softness.feather, self.window.side_panel.softness.density])
        slider.slider.setSliderDown(self.chance.random() < 0.7)
        slider.slider.setValue(self.chance.randint(slider.slider.minimum(), slider.slider.maximum()))
        if self.chance.random() < 0.5:
            slider.slider.setSliderDown(False)

    # The rest of the world

    def change_brush(self) -> None:
        brush, chance = self.window.brush, self.chance
        change = chance.choice(
            [
                lambda: brush.set_size(chance.choice([1, 8, 40, 200])),
                lambda: brush.set_hardness(chance.random()),
                lambda: brush.set_flow(chance.choice([0.1, 1.0])),
                lambda: brush.set_roundness(chance.choice([0.3, 1.0])),
                lambda: brush.set_angle(chance.uniform(-90, 90)),
                lambda: brush.set_edge_aware(chance.random() < 0.3),
                lambda: brush.set_color(chance.choice([None, (200, 30, 40)])),
                lambda: brush.set_smoothing(chance.choice(list(Smoothing)), chance.random()),
                lambda: setattr(self.canvas, "shift_drag_resizes", not self.canvas.shift_drag_resizes),
            ]
        )
        change()

    def change_options(self) -> None:
        options, chance = self.canvas.options, self.chance
        options.set_combine(chance.choice(list(Combine)))
        options.set_feather(chance.choice([0, 0, 12]))
        options.set_gradient(chance.choice(list(GradientShape)))
        options.set_contiguous(chance.random() < 0.5)

    def answer(self) -> None:
        """As the network does, whenever it is ready."""
        document = self.document
        value = self.chance.uniform(-50, 50)
        chroma = Chroma.of(np.full((2, 32, 48), value, np.float32), np.ones((32, 48), np.uint8))
        field: ChromaField = fit(chroma, document.photo.lightness_at(64), (document.photo.height, document.photo.width))
        document.settle(0, chroma, field, None, asked=document.state.layer)

    def resize(self) -> None:
        self.window.resize(self.chance.randint(960, 1400), self.chance.randint(600, 900))

    def focus_elsewhere(self) -> None:
        if self.chance.random() < 0.5:
            self.canvas.setFocus()
            return
        able = [
            widget
            for widget in self.window.findChildren(QWidget)
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        self.chance.choice(able).setFocus()

    def switch_program(self) -> None:
        """Alt+Tab: the keys that are held come up somewhere else."""
        QApplication.sendEvent(self.canvas, QFocusEvent(Kind.FocusOut, Qt.FocusReason.ActiveWindowFocusReason))
        self.keys.clear()
        QApplication.sendEvent(self.canvas, QFocusEvent(Kind.FocusIn, Qt.FocusReason.ActiveWindowFocusReason))

    def wait(self) -> None:
        QApplication.processEvents()

    def let_go_of_everything(self) -> None:
        for sort in (self.release, self.pen_up, self.fingers_up, self.let_key_go):
            for _ in range(len(HELD_KEYS)):
                sort()
        self.window.side_panel.softness.feather.slider.setSliderDown(False)
        self.window.side_panel.softness.density.slider.setSliderDown(False)


HABITS: dict[str, int] = {
    "move": 30,
    "press": 12,
    "release": 9,
    "double_click": 1,
    "drag": 12,
    "wheel": 3,
    "leave": 1,
    "pen_goes_on": 6,
    "pen_up": 3,
    "touch": 5,
    "fingers_up": 3,
    "hold_key": 4,
    "let_key_go": 6,
    "click_key": 6,
    "control_key": 4,
    "undo": 3,
    "redo": 2,
    "take_tool": 5,
    "choose_from_menu": 6,
    "look_otherwise": 3,
    "go_in_history": 1,
    "soften": 1,
    "change_brush": 3,
    "change_options": 1,
    "answer": 2,
    "resize": 1,
    "focus_elsewhere": 1,
    "switch_program": 1,
    "wait": 12,
}


def pixels(image: QImage) -> NDArray[np.uint8]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def check_screen(hand: Hand, done: Sequence[str] = ()) -> None:
    """What stands on the screen, put together from all repaints, is what one repaint of everything draws."""
    ants = MarchingAnts.on(hand.canvas)
    assert ants is not None
    ants.animated = False
    hand.settle()
    assert hand.canvas.is_settled()
    hand.canvas.repaint(0, 0, 1, 1)  # and whatever else is waiting to be repainted
    corner, size = hand.canvas.mapTo(hand.window, QPoint(0, 0)), hand.canvas.size()
    grabbed = hand.window.screen().grabWindow(hand.window.winId(), corner.x(), corner.y(), size.width(), size.height())
    stands, anew = pixels(grabbed.toImage()), pixels(hand.canvas.grab().toImage())
    stray = strays(stands, anew) | strays(anew, stands)
    rows, columns = np.nonzero(stray)
    where = f"{columns.min()}..{columns.max()} × {rows.min()}..{rows.max()}" if rows.size else "nowhere"
    assert rows.size <= 5, f"{rows.size} pixels of old, {where}, {hand.canvas.viewport}: {done[-30:]}"


def strays(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(rows, columns): which pixels of one picture are unlike all that is there in the other, or beside it.

    By where a repaint begins Qt rounds the edges of a turned photo, and the place of a line to one side or the other.
    """
    around = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(other, around).astype(int), cv2.dilate(other, around).astype(int)
    return ((one < low - ROUNDING) | (one > high + ROUNDING)).any(axis=2)


def check_nothing_is_stuck(child: Child) -> None:
    """A plain stroke still paints a plain stroke, and undo leads back to the empty mask it all began with."""
    hand, window, document = child.hand, child.window, child.document
    assert not hand.canvas.is_painting
    assert not document.is_painting
    hand.canvas.set_tool("brush")
    hand.canvas.setFocus()
    for name in ("deselect", "clear", "reset_brush", "zoom_fit"):
        window.actions_by_id[name].trigger()
    window.brush.set_smoothing(Smoothing.NONE, 0.0)
    document.set_softness(0.0, 1.0)
    hand.canvas.set_split(False)
    hand.settle()
    before = hand.canvas.viewport
    hand.stroke([(100, 100), (300, 200)])
    assert hand.canvas.viewport == before, "a stroke moved the photo"
    assert document.undo_name == "Brush stroke"
    assert hand.coverage()[150, 200] == 255
    while document.can_undo:
        assert document.undo()
    assert not hand.coverage().any()
    assert document.state.selection is None
    assert not document.state.layer.hints
    assert not document.is_modified
    hand.settle()
    assert hand.canvas.is_settled()


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[random.Random], None]:
    """Questions are answered at once, one way or the other."""

    def answer_by(chance: random.Random) -> None:
        def exec_(_dialog: QDialog) -> int:
            return chance.randint(0, 1)

        def get_int(*_: Any) -> tuple[int, bool]:
            return 1024, True

        monkeypatch.setattr(QDialog, "exec", exec_)
        monkeypatch.setattr(QInputDialog, "getInt", get_int)
        monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(chance.choice(["red", ""])))

    return answer_by


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_hands_do(
    seed: int, hand: Hand, window: MainWindow, answered: Callable[[random.Random], None]
) -> None:
    chance = random.Random(seed)
    answered(chance)
    child = Child(hand, QTest.createTouchDevice(), chance)
    for number in range(EVENTS):
        child.act()
        assert hand.canvas.is_painting == child.document.is_painting, child.done[-30:]
        if number % 60 == 59:
            check_screen(hand, child.done)
    child.let_go_of_everything()
    check_screen(hand, child.done)
    check_nothing_is_stuck(child)
    check_screen(hand, child.done)
    window.showNormal()


# What random hands have found


@pytest.fixture
def skilled(window: MainWindow) -> SkilledHand:
    from tests.e2e.skilled_hand import SkilledHand

    return SkilledHand(window)


def turn_wheel(hand: Hand, x: float, y: float, units: int) -> None:
    place, keys = QPointF(hand.spot(x, y)), Keys.NoModifier
    everywhere, turned, phase = hand.canvas.mapToGlobal(place), QPoint(0, units), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, everywhere, QPoint(), turned, Button.NoButton, keys, phase, False)
    QApplication.sendEvent(hand.canvas, event)


@pytest.mark.parametrize("tool", ["select_rectangle", "select_ellipse", "lasso", "zoom", "gradient"])
def test_zooming_in_mid_drag_leaves_no_old_outline(skilled: SkilledHand, tool: str) -> None:
    skilled.take(tool)
    skilled.down((100, 100))
    skilled.go((400, 300))
    check_screen(skilled)
    turn_wheel(skilled, 300, 200, 240)
    check_screen(skilled)
    skilled.go((320, 220))
    check_screen(skilled)


def test_zooming_between_two_corners_leaves_no_old_line(skilled: SkilledHand) -> None:
    skilled.take("polygon")
    skilled.click((100, 100))
    skilled.click((300, 100))
    skilled.hover((340, 300))
    check_screen(skilled)
    turn_wheel(skilled, 300, 100, 360)
    check_screen(skilled)
    skilled.hover((200, 110))
    check_screen(skilled)


def test_return_does_not_close_a_polygon_while_the_pen_erases(skilled: SkilledHand) -> None:
    document = skilled.document
    skilled.take("polygon")
    for corner in ((100, 100), (300, 100), (300, 300)):
        skilled.click(corner)
    child = Child(skilled, QTest.createTouchDevice(), random.Random(0))
    child.pen = pen_of(QPointingDevice.PointerType.Eraser)
    child.draw(Kind.TabletPress)
    skilled.key(Key.Key_Return)
    skilled.key(Key.Key_Backspace)
    assert document.is_painting
    child.pen_goes_on()
    child.pen_up()
    assert document.state.selection is None
    skilled.key(Key.Key_Return)
    assert document.state.selection is not None


@pytest.mark.parametrize("how", ["escape", "tool"])
def test_a_press_that_waits_to_become_a_line_can_be_given_up(skilled: SkilledHand, how: str) -> None:
    """Where Shift and a drag size the brush, a press with Shift is not yet a stroke."""
    skilled.canvas.shift_drag_resizes = True
    skilled.down((200, 200), Keys.ShiftModifier)
    if how == "escape":
        skilled.key(Key.Key_Escape)
    else:
        skilled.take("eraser")
    skilled.go((260, 200), Keys.ShiftModifier)
    skilled.up((260, 200), Keys.ShiftModifier)
    assert not skilled.document.can_undo
    assert skilled.window.brush.size == pytest.approx(38, abs=2), "nor has it sized the brush"


def test_a_drag_that_ends_by_a_command_leaves_no_brush_outline(skilled: SkilledHand) -> None:
    """The pen's other end, held over the photo during the drag, shows the eraser's outline after it."""
    skilled.take("select_ellipse")
    skilled.down((300, 200))
    child = Child(skilled, QTest.createTouchDevice(), random.Random(0))
    child.pen = pen_of(QPointingDevice.PointerType.Eraser)
    child.draw(Kind.TabletMove)
    skilled.window.actions_by_id["fill"].trigger()
    check_screen(skilled)
    skilled.canvas.update()
    skilled.settle()
    skilled.hover((550, 350))
    check_screen(skilled)
