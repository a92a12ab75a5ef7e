"""A child at the keyboard: any order of pointer, pen, finger, wheel, key and menu events, and answers in between."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QWidget

from app.canvas.tools.table import TOOLS
from app.document.chroma import Chroma, ChromaField, fit
from app.document.document import Document
from app.document.selection import Combine
from app.document.smoothing import Smoothing
from app.tool_options import GradientShape
from tests.e2e.random_keys import CLICKED_KEYS, CONTROL_KEYS, HELD_KEYS, LEAVES_THE_WINDOW

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

Keys, Key, Button, Kind = Qt.KeyboardModifier, Qt.Key, Qt.MouseButton, QEvent.Type


def pen_of(end: QPointingDevice.PointerType) -> QPointingDevice:
    abilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    kind = QInputDevice.DeviceType.Stylus
    return QPointingDevice("pen", 1, kind, end, abilities, 1, 3, "", QPointingDeviceUniqueId())


class Child:
    """Does one thing after another; ``done`` tells what, for whoever has to find out."""

    HABITS: ClassVar[dict[str, int]] = {
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
    """Names of methods, and how often each is called among the others."""

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
        everything = [(getattr(self, name), weight) for name, weight in self.HABITS.items()]
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
        softness = self.window.side_panel.softness
        self.slide(self.chance.choice([softness.feather, softness.density]).slider)

    def slide(self, slider: QSlider) -> None:
        """By hand, which may keep hold of it, or by keys."""
        slider.setSliderDown(self.chance.random() < 0.7)
        for _ in range(self.chance.randint(1, 3)):
            slider.setValue(self.chance.randint(slider.minimum(), slider.maximum()))
        if self.chance.random() < 0.5:
            slider.setSliderDown(False)

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
        layer = self.chance.choice(document.state.layers)
        value = self.chance.uniform(-50, 50)
        chroma = Chroma.of(np.full((2, 32, 48), value, np.float32), np.ones((32, 48), np.uint8))
        field: ChromaField = fit(chroma, document.photo.lightness_at(64), (document.photo.height, document.photo.width))
        document.settle(layer.id, chroma, field, None, asked=layer)

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
        for slider in self.window.findChildren(QSlider):
            slider.setSliderDown(False)
