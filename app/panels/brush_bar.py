"""The bar above the photo: size, hardness and opacity of the brush, always in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.brush_settings import MAX_SIZE, MIN_SIZE, BrushSettings
from app.panels.slider import LabelledSlider

HEIGHT = 48


class BrushBar(QWidget):
    """Shows and changes the shared :class:`BrushSettings`; ``done`` asks to give the keyboard back to the canvas."""

    done = Signal()

    def __init__(
        self,
        settings: BrushSettings,
        actions: list[QAction],
        export: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("brushBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._settings = settings
        self.size_slider = LabelledSlider("Size", int(MIN_SIZE), int(MAX_SIZE), " px", logarithmic=True)
        self.hardness = LabelledSlider("Hardness", 0, 100, " %", field_width=60)
        self.opacity = LabelledSlider("Opacity", 1, 100, " %", field_width=60)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(24)
        for slider in (self.size_slider, self.hardness, self.opacity):
            slider.setMaximumWidth(264)
            slider.done.connect(self.done)
            layout.addWidget(slider, 2)
        layout.addStretch(1)
        layout.addLayout(_button_row(actions))
        layout.addWidget(_primary_button(export))
        self.size_slider.edited.connect(self._size_edited)
        self.hardness.edited.connect(self._hardness_edited)
        self.opacity.edited.connect(self._opacity_edited)
        settings.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the settings as they are."""
        self.size_slider.show_value(round(self._settings.size))
        self.hardness.show_value(round(self._settings.hardness * 100))
        self.opacity.show_value(round(self._settings.opacity * 100))

    def _size_edited(self, value: int) -> None:
        self._settings.set_size(float(value))

    def _hardness_edited(self, value: int) -> None:
        self._settings.set_hardness(value / 100)

    def _opacity_edited(self, value: int) -> None:
        self._settings.set_opacity(value / 100)


def _button_row(actions: list[QAction]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for action in actions:
        row.addWidget(icon_button(action))
    return row


def icon_button(action: QAction, side: int = 32) -> QToolButton:
    """A square icon-only button of an action, named for screen readers."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFixedSize(side, side)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.iconText())
    return button


def separator_line() -> QFrame:
    """A thin horizontal line."""
    line = QFrame()
    line.setProperty("role", "line")
    return line


def _primary_button(action: QAction) -> QPushButton:
    button = QPushButton(action.iconText())
    button.setProperty("role", "primary")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(action.toolTip())
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button
