"""The panel to the right of the photo: the brush's colour, the layer, the mask, and how the mask is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.panels.brush_bar import separator_line
from app.panels.colour_panel import ColourPanel
from app.panels.slider import LabelledSlider
from app.panels.swatches import Color, Swatch

WIDTH = 240
MARGIN = 16
SCROLLBAR = 6
NO_ORIGINAL = "This photo was opened without colours, so there are none to bring back."
HAS_ORIGINAL = "Paint with the photo's own colours instead of the network's."


class SidePanel(QScrollArea):
    """Four small groups that scroll in a low window.

    ``overlay_opacity_edited`` carries 0..1; ``overlay_color_wanted`` asks for a dialog.
    """

    overlay_opacity_edited = Signal(float)
    overlay_color_wanted = Signal()
    done = Signal()

    def __init__(
        self,
        original: QAction,
        mask_actions: list[QAction],
        overlay: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setObjectName("sideContent")
        self.setWidget(content)
        self.colour = ColourPanel()
        self.original = _switch(original)
        self.original_note = QLabel()
        self.original_note.setProperty("role", "hint")
        self.original_note.setWordWrap(True)
        self.overlay = _switch(overlay)
        self.overlay_color = Swatch((255, 64, 48))
        self.overlay_color.setCheckable(False)
        self.overlay_color.clicked.connect(self.overlay_color_wanted)
        self.overlay_opacity = LabelledSlider("Opacity", 10, 100, " %", slider_width=48, field_width=60)
        self.overlay_opacity.edited.connect(self._overlay_edited)
        self.overlay_opacity.done.connect(self.done)
        self._layout = QVBoxLayout(content)
        self._layout.setContentsMargins(MARGIN, MARGIN, MARGIN - 1, MARGIN)
        self._layout.setSpacing(8)
        self._section("Colour", self.colour)
        self._section("Layer", self.original, self.original_note)
        self._section("Mask", _row([_action_button(action) for action in mask_actions]))
        row = _row([self.overlay, self.overlay_color])
        self._section("Overlay", row, self.overlay_opacity, last=True)
        self._layout.addStretch(1)
        self.show_original(possible=False)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    def _make_room(self, _low: int, high: int) -> None:
        """The scroll bar takes its place from the margin, not from what stands there."""
        right = MARGIN - 1 - (SCROLLBAR if high else 0)
        self._layout.setContentsMargins(MARGIN, MARGIN, right, MARGIN)

    def _section(self, title: str, *widgets: QWidget, last: bool = False) -> None:
        label = QLabel(title)
        label.setProperty("role", "section")
        self._layout.addWidget(label)
        for widget in widgets:
            self._layout.addWidget(widget)
        if not last:
            self._layout.addSpacing(4)
            self._layout.addWidget(separator_line())
            self._layout.addSpacing(4)

    def show_original(self, *, possible: bool) -> None:
        """Say whether the photo has colours of its own."""
        self.original_note.setText(HAS_ORIGINAL if possible else NO_ORIGINAL)
        self.original.setToolTip(f"{HAS_ORIGINAL} (O)" if possible else NO_ORIGINAL)

    def show_overlay(self, color: Color, opacity: float) -> None:
        """Show the overlay's colour and opacity 0..1."""
        self.overlay_color.set_color(color, "Overlay colour")
        self.overlay_opacity.show_value(round(opacity * 100))

    def _overlay_edited(self, value: int) -> None:
        self.overlay_opacity_edited.emit(value / 100)


def _switch(action: QAction) -> QCheckBox:
    """A check box that mirrors a checkable action."""
    box = QCheckBox(action.iconText())
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.setChecked(action.isChecked())
    box.setEnabled(action.isEnabled())
    box.setToolTip(action.toolTip())
    box.clicked.connect(action.trigger)
    action.toggled.connect(box.setChecked)
    action.enabledChanged.connect(box.setEnabled)
    return box


def _action_button(action: QAction) -> QPushButton:
    button = QPushButton(action.iconText())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(action.toolTip())
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button


def _row(widgets: list[QWidget]) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget)
    return holder
