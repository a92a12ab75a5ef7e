"""The brush's page of the options bar: presets, smoothing, keeping to edges."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QToolButton, QWidget

from app.brush_settings import BrushSettings
from app.panels.brush_panel import BrushPanel
from app.panels.buttons import bare
from app.panels.preset_list import PresetModel
from app.panels.slider import NumberField
from app.panels.smoothing_choice import SmoothingChoice
from app.panels.stroke_preview import REDRAW_MILLISECONDS, stroke_pixmap

PREVIEW = (52, 24)
"""Logical pixels of the stroke on the button."""


class BrushPage(QWidget):
    """Shows and changes the shared :class:`BrushSettings`; its button opens the :class:`BrushPanel`."""

    done = Signal()

    def __init__(self, settings: BrushSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.presets = PresetModel()
        self.panel = BrushPanel(settings, self.presets, self)
        self.panel.closed.connect(self.done)
        self.button = QToolButton()
        self.button.setProperty("role", "picture")
        self.button.setIconSize(QSize(*PREVIEW))
        self.button.setToolTip("Presets, tip, and what the pen's pressure does")
        self.button.setAccessibleName("Brush presets and settings")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._open)
        self.smoothing = SmoothingChoice(settings)
        self.smoothing.done.connect(self.done)
        self.edge_aware = QCheckBox("Keep to edges")
        self.edge_aware.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.edge_aware.setToolTip("The brush stays in the region of the photo under its centre")
        self.edge_aware.clicked.connect(settings.set_edge_aware)
        self.edge_strength = NumberField(5, 100, " %", 60, "How strictly the brush keeps to edges")
        self.edge_strength.setToolTip("How strictly it keeps to edges")
        self.edge_strength.valueChanged.connect(self._strength_edited)
        self.edge_strength.done.connect(self.done)
        layout = QHBoxLayout(self)
        bare(layout, 12)
        layout.addWidget(self.button)
        layout.addWidget(self.smoothing)
        edge = QHBoxLayout()
        bare(edge, 8)
        edge.addWidget(self.edge_aware)
        edge.addWidget(self.edge_strength)
        layout.addLayout(edge)
        self._redrawing = QTimer(self, singleShot=True, interval=REDRAW_MILLISECONDS)
        self._redrawing.timeout.connect(self._redraw)
        settings.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the settings as they are."""
        if not self._redrawing.isActive():
            self._redrawing.start()
        self.edge_aware.setChecked(self._settings.edge_aware)
        self.edge_strength.show_value(round(self._settings.edge_strength * 100))
        self.edge_strength.setEnabled(self._settings.edge_aware)

    def _redraw(self) -> None:
        self.button.setIcon(QIcon(stroke_pixmap(self._settings.values, *PREVIEW, self.devicePixelRatioF())))

    def _open(self) -> None:
        self.panel.open_below(self.button)

    def _strength_edited(self, value: int) -> None:
        self._settings.set_edge_strength(value / 100)
