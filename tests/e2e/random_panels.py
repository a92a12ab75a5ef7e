"""The child finds the panels: layers, colour sources, adjustments, tone, palettes and the picker, dabs and smudging."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from app.panels.layer_delegate import Zone, zone_rect
from app.panels.side_panel import LAYER_BUTTONS, SidePanel
from tests.e2e.random_hands import Child

Keys, Button, Kind = Qt.KeyboardModifier, Qt.MouseButton, QEvent.Type

MOST_LAYERS = 7
"""A child would soon have two hundred."""
LAYER_COMMANDS = (
    *("show_layer", "show_layer", "lock_layer", "lock_layer", "solo_layer", "pin_layer", "layer_above", "layer_below"),
    *("merge_down", "paint_layer", "original", "refresh", "reset_adjustments"),
)
KEYS = (*[Keys.NoModifier] * 6, Keys.AltModifier, Keys.ControlModifier, Keys.ControlModifier | Keys.ShiftModifier)


class ChildAtThePanels(Child):
    HABITS: ClassVar[dict[str, int]] = Child.HABITS | {
        "stack": 12,
        "click_a_layer": 14,
        "drag_a_layer": 4,
        "choose_layer_command": 8,
        "slide_something": 10,
        "choose_source": 8,
        "change_source": 6,
        "use_palettes": 8,
        "pick_a_colour": 6,
        "lay_dabs": 6,
        "smudge": 6,
    }

    @property
    def panel(self) -> SidePanel:
        return self.window.side_panel

    def _open(self, title: str, widget: QWidget) -> None:
        self.panel.sections[title].set_open(True)
        self.panel.ensureWidgetVisible(widget)

    def _poke(self, widget: QWidget, kind: Kind, place: QPointF, keys: Keys = Keys.NoModifier) -> None:
        button = Button.NoButton if kind is Kind.MouseMove else Button.LeftButton
        held = Button.NoButton if kind is Kind.MouseButtonRelease else Button.LeftButton
        event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, held, keys)
        QApplication.sendEvent(widget, event)

    def _click(self, widget: QWidget, place: QPoint | None = None, keys: Keys = Keys.NoModifier) -> None:
        if widget.isEnabled():
            spot = QPointF(widget.rect().center() if place is None else place)
            self._poke(widget, Kind.MouseButtonPress, spot, keys)
            self._poke(widget, Kind.MouseButtonRelease, spot, keys)

    def _take_from(self, combo: QComboBox) -> None:
        index = self.chance.randrange(max(1, combo.count()))
        model = combo.model()
        if combo.isEnabled() and model.flags(model.index(index, 0)) & Qt.ItemFlag.ItemIsEnabled:
            self.note(combo.itemText(index))
            combo.setCurrentIndex(index)
            combo.activated.emit(index)

    # The stack

    def stack(self) -> None:
        names = [name for name in LAYER_BUTTONS if len(self.document.state.layers) < MOST_LAYERS or "new" not in name]
        if len(self.document.state.layers) >= MOST_LAYERS:
            names = [name for name in names if "duplicate" not in name]
        name = self.chance.choice(names)
        self.note(name)
        self.window.actions_by_id[name].trigger()

    def _row(self) -> QRect:
        view = self.panel.layers.list
        self._open("Layers", view)
        return view.visualRect(view.model().index(self.chance.randrange(view.model().rowCount()), 0))

    def click_a_layer(self) -> None:
        row, zone, keys = self._row(), self.chance.choice(list(Zone)), self.chance.choice(KEYS)
        self.note((zone.name, keys.name))
        self._click(self.panel.layers.list.viewport(), zone_rect(row, zone).center(), keys)

    def drag_a_layer(self) -> None:
        viewport, zone = self.panel.layers.list.viewport(), self.chance.choice([Zone.NAME, Zone.EYE])
        start, end = (zone_rect(self._row(), zone).center() for _ in range(2))
        self._poke(viewport, Kind.MouseButtonPress, QPointF(start))
        for _ in range(3):
            start += (end - start) / 2
            self._poke(viewport, Kind.MouseMove, QPointF(start))
        self._poke(viewport, Kind.MouseButtonRelease, QPointF(end))

    def choose_layer_command(self) -> None:
        name = self.chance.choice(LAYER_COMMANDS)
        self.note(name)
        self.window.actions_by_id[name].trigger()

    # What a layer looks like

    def slide_something(self) -> None:
        panel = self.panel
        title, sliders = self.chance.choice(
            [
                ("Layers", [panel.layers.opacity]),
                ("Adjustments", list(panel.adjustments.sliders.values())),
                ("Tone", [*panel.tone.mixer, panel.tone.brightness, panel.tone.contrast]),
                ("Palettes", [panel.palettes.lock.softness]),
                ("Mask", [panel.softness.feather, panel.softness.density]),
            ]
        )
        slider = self.chance.choice(sliders)
        self._open(title, slider)
        self.note((title, slider.caption.text()))
        if slider.isEnabled():
            self.slide(slider.slider)
        for whole in (panel.adjustments, panel.tone):
            if self.chance.random() < 0.15:
                self._click(whole.reset)

    def choose_source(self) -> None:
        self._open("Colour source", self.panel.source.choice)
        self._take_from(self.panel.source.choice)

    def change_source(self) -> None:
        """Whatever its page has; the pages of other sources are hidden, and so out of reach."""
        source = self.panel.source
        self._open("Colour source", source)
        if source.neural.isVisible():
            self.slide(source.neural.vividness.slider)
        elif source.tint.isVisible():
            self._take_from(source.tint.presets)
            self._click(self.chance.choice([stop for stop in source.tint.stops if stop.isVisible()]))
        elif source.reference.isVisible():
            self._take_from(source.reference.method)
            self._click(self.chance.choice([source.reference.pair, source.reference.picture]))

    def use_palettes(self) -> None:
        palettes, chance = self.panel.palettes, self.chance
        self._open("Palettes", palettes)
        what = chance.choice(["names", "grid", "lock", "lock", "add", "extract", "remove"])
        self.note(what)
        if what == "names":
            self._take_from(palettes.names)
        elif what == "grid":
            viewport = palettes.grid.viewport()
            place = QPoint(chance.randrange(max(1, viewport.width())), chance.randrange(max(1, viewport.height())))
            self._click(viewport, place)
        elif what == "lock":
            self._click(chance.choice(list(palettes.lock.modes.values())))
        else:
            self._click(getattr(palettes, what))

    def pick_a_colour(self) -> None:
        picker, chance = self.panel.colour, self.chance
        self._open("Colour", picker)
        if chance.random() < 0.5:
            self._click(chance.choice([picker.auto, *picker.swatches, *picker.recent]))
            return
        places = [QPointF(chance.uniform(0, 200), chance.uniform(0, 200)) for _ in range(3)]
        for kind, place in zip((Kind.MouseButtonPress, Kind.MouseMove, Kind.MouseButtonRelease), places, strict=True):
            self._poke(picker.disc, kind, place)

    # New tools

    def lay_dabs(self) -> None:
        self._work_with("dab")

    def smudge(self) -> None:
        if self.chance.random() < 0.3:
            self.window.actions_by_id["paint_layer"].trigger()
        self._work_with("smudge")

    def _work_with(self, tool: str) -> None:
        self.window.actions_by_id[tool].trigger()
        self.drag()
