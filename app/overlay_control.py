"""The mask's tint over the photo: its switch, colour and opacity, between canvas, panel and settings."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QWidget

from app.canvas.canvas import Canvas
from app.canvas.picture import Overlay
from app.panels.side_panel import SidePanel
from app.settings import Settings


class OverlayControl(QObject):
    """Starts hidden, in the colour and opacity of the last time."""

    def __init__(self, canvas: Canvas, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas, self._settings, self._window = canvas, settings, parent
        self._panel: SidePanel | None = None
        red, green, blue = settings.overlay_color
        self._set(Overlay(False, (red, green, blue), settings.overlay_opacity))

    def attach(self, panel: SidePanel) -> None:
        """Show the values in the panel, and take them from there."""
        self._panel = panel
        panel.overlay_opacity_edited.connect(self.set_opacity)
        panel.overlay_color_wanted.connect(self.choose_color)
        panel.show_overlay(self._canvas.overlay.color, self._canvas.overlay.opacity)

    def show(self, on: bool) -> None:
        """Tint the painted area, or not."""
        self._set(replace(self._canvas.overlay, shown=on))

    def set_opacity(self, opacity: float) -> None:
        """0..1"""
        self._set(replace(self._canvas.overlay, opacity=opacity))

    def choose_color(self) -> None:
        """Ask for another tint."""
        color = QColorDialog.getColor(QColor(*self._canvas.overlay.color), self._window, "Colour of the Overlay")
        if color.isValid():
            self._set(replace(self._canvas.overlay, color=(color.red(), color.green(), color.blue())))

    def _set(self, overlay: Overlay) -> None:
        self._canvas.set_overlay(overlay)
        self._settings.overlay_color, self._settings.overlay_opacity = list(overlay.color), overlay.opacity
        if self._panel is not None:
            self._panel.show_overlay(overlay.color, overlay.opacity)
