"""The bar above the photo: size, hardness, opacity and flow, always in sight, and what the tool in hand can be told."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.brush_settings import MAX_SIZE, MIN_SIZE, BrushSettings
from app.panels.buttons import ActionButton, icon_button, row, separator_line
from app.panels.options_bar import OptionsBar
from app.panels.slider import LabelledSlider

ROW_HEIGHT, OPTIONS_HEIGHT = 48, 42
MARGIN, GAP = 12, 16
SLIDER_WIDTH = 112


class BrushBar(QWidget):
    """Shows and changes the shared :class:`BrushSettings`; ``done`` asks to give the keyboard back to the canvas.

    The options stand in the same row, or in a second one where the window is too narrow for that.
    """

    done = Signal()

    def __init__(
        self,
        settings: BrushSettings,
        options: OptionsBar,
        actions: list[QAction],
        export: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("brushBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._settings = settings
        self.options = options
        self.size_slider = _slider("Size", int(MIN_SIZE), int(MAX_SIZE), " px", self._size_edited, logarithmic=True)
        self.hardness = _slider("Hardness", 0, 100, " %", self._hardness_edited)
        self.opacity = _slider("Opacity", 1, 100, " %", self._opacity_edited)
        self.flow = _slider("Flow", 1, 100, " %", self._flow_edited, logarithmic=True)
        sliders = (self.size_slider, self.hardness, self.opacity, self.flow)
        for slider in sliders:
            slider.done.connect(self.done)
        options.done.connect(self.done)
        self._numbers = row(sliders, GAP)
        self._line = separator_line(Qt.Orientation.Vertical)
        self._buttons = row([*(icon_button(action) for action in actions), ActionButton(export, "primary")], 4)
        buttons_layout = self._buttons.layout()
        assert isinstance(buttons_layout, QHBoxLayout)
        buttons_layout.insertSpacing(len(actions), 8)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
        self._layout.setHorizontalSpacing(GAP)
        self._layout.setVerticalSpacing(0)
        self._layout.addWidget(self._numbers, 0, 0)
        self._layout.addWidget(self._line, 0, 1)
        self._layout.addWidget(self._buttons, 0, 4)
        self._layout.setColumnStretch(3, 1)
        self._layout.setRowMinimumHeight(0, ROW_HEIGHT - 1)
        self.setMinimumWidth(self._width_of(self._numbers, self._buttons))
        self.two_rows = False
        self._arrange()
        settings.changed.connect(self.refresh)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        two_rows = self.width() < self._width_of(self._numbers, self._line, self.options, self._buttons)
        if two_rows != self.two_rows:
            self.two_rows = two_rows
            self._arrange()

    @staticmethod
    def _width_of(*parts: QWidget) -> int:
        return 2 * MARGIN + sum(part.sizeHint().width() for part in parts) + GAP * len(parts)

    def _arrange(self) -> None:
        self._layout.removeWidget(self.options)
        self._line.setVisible(not self.two_rows)
        if self.two_rows:
            self._layout.addWidget(self.options, 1, 0, 1, 5)
        else:
            self._layout.addWidget(self.options, 0, 2)
        self.setFixedHeight(ROW_HEIGHT + (OPTIONS_HEIGHT if self.two_rows else 0))

    def refresh(self) -> None:
        """Show the settings as they are."""
        self.size_slider.show_value(round(self._settings.size))
        self.hardness.show_value(round(self._settings.hardness * 100))
        self.opacity.show_value(round(self._settings.opacity * 100))
        self.flow.show_value(round(self._settings.flow * 100))

    def _size_edited(self, value: int) -> None:
        self._settings.set_size(float(value))

    def _hardness_edited(self, value: int) -> None:
        self._settings.set_hardness(value / 100)

    def _opacity_edited(self, value: int) -> None:
        self._settings.set_opacity(value / 100)

    def _flow_edited(self, value: int) -> None:
        self._settings.set_flow(value / 100)


def _slider(
    caption: str, low: int, high: int, suffix: str, edited: Callable[[int], None], *, logarithmic: bool = False
) -> LabelledSlider:
    slider = LabelledSlider(
        caption,
        low,
        high,
        suffix,
        logarithmic=logarithmic,
        stacked=True,
        slider_width=SLIDER_WIDTH,
        field_width=62 if high > 100 else 50,
    )
    slider.setFixedWidth(SLIDER_WIDTH)
    slider.edited.connect(edited)
    return slider
