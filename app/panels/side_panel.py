"""The panel to the right of the photo: where you are, the brush's colour, the layer and its mask, the steps so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.panels.adjustments_panel import AdjustmentsPanel
from app.panels.buttons import ActionButton, ActionSwitch, row, separator_line
from app.panels.colour_picker import ColourPicker
from app.panels.histogram import HistogramPanel
from app.panels.history_panel import HistoryPanel
from app.panels.layers_panel import LayersPanel
from app.panels.palette_view import PaletteView
from app.panels.section import Section
from app.panels.slider import LabelledSlider, align
from app.panels.softness_dialog import SoftnessSliders
from app.panels.source_panel import SourcePanel
from app.panels.swatches import Color, Swatch
from app.panels.tone_panel import TonePanel

WIDTH = 240
MARGIN = 16
SCROLLBAR = 6
NAVIGATOR_HEIGHT = 124
MASK_BUTTONS = ("fill", "invert", "clear")
LAYER_BUTTONS = ("new_layer", "duplicate_layer", "merge_down", "raise_layer", "lower_layer", "delete_layer")
LAYER_MENU = (
    "rename_layer",
    "duplicate_layer",
    "merge_down",
    "delete_layer",
    "solo_layer",
    "lock_layer",
    "pin_layer",
    "paint_layer",
    "select_from_mask",
)


class SidePanel(QScrollArea):
    """Sections that can be folded away, and scroll in a low window.

    ``overlay_opacity_edited`` carries 0..1; ``overlay_color_wanted`` asks for a dialog; ``folded`` follows every
    section that opens or is folded away.
    """

    overlay_opacity_edited = Signal(float)
    overlay_color_wanted = Signal()
    folded = Signal()
    done = Signal()

    def __init__(
        self, actions: Mapping[str, QAction], navigator: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.colour = ColourPicker()
        self.layers = LayersPanel([actions[name] for name in LAYER_BUTTONS], [actions[name] for name in LAYER_MENU])
        self.source, self.adjustments, self.tone = SourcePanel(), AdjustmentsPanel(), TonePanel()
        self.palettes = PaletteView()
        for panel in (self.colour, self.layers, self.source, self.adjustments, self.tone, self.palettes):
            panel.done.connect(self.done)
        self.softness = SoftnessSliders()
        self.softness.done.connect(self.done)
        self.overlay = ActionSwitch(actions["overlay"])
        self.overlay_color = Swatch((255, 64, 48))
        self.overlay_color.setCheckable(False)
        self.overlay_color.clicked.connect(self.overlay_color_wanted)
        self.overlay_opacity = LabelledSlider("Opacity", 10, 100, " %", slider_width=48, field_width=68)
        self.overlay_opacity.edited.connect(self._overlay_edited)
        self.overlay_opacity.done.connect(self.done)
        align((self.softness.feather, self.softness.density, self.overlay_opacity))
        self.history = HistoryPanel()
        self.history.done.connect(self.done)
        content = QWidget()
        content.setObjectName("sideContent")
        self._layout = QVBoxLayout(content)
        self._layout.setContentsMargins(MARGIN, 8, MARGIN - 1, MARGIN)
        self._layout.setSpacing(3)
        self.sections: dict[str, Section] = {}
        if navigator is not None:
            navigator.setFixedHeight(NAVIGATOR_HEIGHT)
            self._add("Navigator", navigator)
        self._add("Layers", self.layers)
        self._add("Colour source", self.source)
        self._add("Colour", self.colour)
        self._add("Adjustments", self.adjustments)
        self._add("Palettes", self.palettes)
        self._add("Mask", row([ActionButton(actions[name]) for name in MASK_BUTTONS]), self.softness)
        self._add("Tone", self.tone)
        self._add("Overlay", row([self.overlay, self.overlay_color]), self.overlay_opacity)
        self.histogram = HistogramPanel()
        self._add("Histogram", self.histogram)
        self._add("History", self.history)
        self._layout.addStretch(1)
        self.setWidget(content)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    def _add(self, title: str, *widgets: QWidget) -> None:
        if self.sections:
            self._layout.addWidget(separator_line())
        section = self.sections[title] = Section(title, widgets)
        section.opened.connect(self.folded)
        self._layout.addWidget(section)

    def _make_room(self, _low: int, high: int) -> None:
        """The scroll bar takes its place from the margin, not from what stands there."""
        right = MARGIN - 1 - (SCROLLBAR if high else 0)
        self._layout.setContentsMargins(MARGIN, 8, right, MARGIN)

    @property
    def folded_away(self) -> list[str]:
        """Titles of the sections that are folded away."""
        return [title for title, section in self.sections.items() if not section.is_open]

    def fold(self, titles: Iterable[str]) -> None:
        """Fold these sections away and open the others; unknown titles mean nothing."""
        away = set(titles)
        for title, section in self.sections.items():
            section.set_open(title not in away)

    def show_softness(self, feather: float, density: float) -> None:
        """Show the mask's feather (photo pixels) and density (0..1)."""
        self.softness.show_softness(feather, density)

    def show_overlay(self, color: Color, opacity: float) -> None:
        """Show the overlay's colour and opacity 0..1."""
        self.overlay_color.set_color(color, "Overlay colour")
        self.overlay_opacity.show_value(round(opacity * 100))

    def _overlay_edited(self, value: int) -> None:
        self.overlay_opacity_edited.emit(value / 100)
