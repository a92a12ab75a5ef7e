"""The brush between the settings, its actions and its panel: what was in hand last time is in hand again."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.brush_presets import BUILT_IN, read_presets
from app.brush_settings import BrushSettings
from app.document.smoothing import Smoothing
from app.panels.preset_list import PresetModel
from app.pressure import PressureCurve
from app.settings import Settings

log = logging.getLogger(__name__)

SWITCHES = ("edge_aware", "pressure_sizes", "pressure_opacity", "pressure_flow")
"""Settings, properties of the brush and actions of the same name."""


class BrushControl(QObject):
    """Restores the brush and its presets at the start; :meth:`remember` puts them into the settings."""

    def __init__(
        self, brush: BrushSettings, presets: PresetModel, actions: Mapping[str, QAction], settings: Settings
    ) -> None:
        super().__init__(brush)
        self._brush, self._presets, self._actions, self._settings = brush, presets, actions, settings
        self._restore()
        self._show_switches()
        brush.changed.connect(self._show_switches)

    def _restore(self) -> None:
        brush, settings = self._brush, self._settings
        brush.set_edge_strength(settings.edge_strength)
        for name in SWITCHES:
            getattr(brush, f"set_{name}")(getattr(settings, name))
        kinds = {kind.value: kind for kind in Smoothing}
        brush.set_smoothing(kinds.get(settings.smoothing, Smoothing.BASIC), settings.smoothing_strength)
        for name in ("size", "opacity", "flow"):
            points = settings.pressure_curves.get(name)
            if points is not None:
                try:
                    getattr(brush, f"set_{name}_curve")(PressureCurve.from_list(points))
                except ValueError as error:
                    log.warning("the pressure curve of the %s stays straight: %s", name, error)
        presets, complaints = read_presets(settings.brush_presets)
        for complaint in complaints:
            log.warning("a stored brush preset is left out: %s", complaint)
        self._presets.show(presets or list(BUILT_IN))

    def _show_switches(self) -> None:
        for name in SWITCHES:
            self._actions[name].setChecked(getattr(self._brush, name))

    def remember(self) -> None:
        """Put the brush and its presets into the settings."""
        brush, settings = self._brush, self._settings
        settings.edge_strength = brush.edge_strength
        for name in SWITCHES:
            setattr(settings, name, getattr(brush, name))
        kind, settings.smoothing_strength = brush.smoothing
        settings.smoothing = kind.value
        settings.pressure_curves = {
            name: getattr(brush, f"{name}_curve").to_list() for name in ("size", "opacity", "flow")
        }
        settings.brush_presets = [preset.to_dict() for preset in self._presets.presets]
