"""The brush as the user has set it: one object that the toolbar, the canvas and the keys share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.brush_values import DEFAULT, RANGES, BrushValues, limited
from app.document.brush import Brush, Touch
from app.document.smoothing import Smoothing
from app.pressure import PressureCurve

Color = tuple[int, int, int]

MIN_SIZE, MAX_SIZE = RANGES["size"]
DEFAULT_HARDNESS, DEFAULT_OPACITY = DEFAULT.hardness, DEFAULT.opacity
SIZE_STEP, HARDNESS_STEP = 1.15, 0.1


class BrushSettings(QObject):
    """The :class:`BrushValues` in use and the colour: (r, g, b) 0..255 or None for *Auto*.

    ``changed`` follows every change; values out of range are brought into it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._default_size = DEFAULT.size
        self._values = DEFAULT
        self._color: Color | None = None

    # -- reading ---------------------------------------------------------------------------------------------------

    @property
    def values(self) -> BrushValues:
        """All but the colour, as it is now."""
        return self._values

    @property
    def color(self) -> Color | None:
        return self._color

    @property
    def size(self) -> float:
        return self._values.size

    @property
    def hardness(self) -> float:
        return self._values.hardness

    @property
    def opacity(self) -> float:
        return self._values.opacity

    @property
    def flow(self) -> float:
        return self._values.flow

    @property
    def spacing(self) -> float:
        return self._values.spacing

    @property
    def roundness(self) -> float:
        return self._values.roundness

    @property
    def angle(self) -> float:
        return self._values.angle

    @property
    def edge_aware(self) -> bool:
        return self._values.edge_aware

    @property
    def edge_strength(self) -> float:
        """How strictly the brush keeps to edges while it is edge-aware; remembered while it is not."""
        return self._values.edge_strength

    @property
    def edge(self) -> float:
        """The strength in force: 0 while the brush is not edge-aware."""
        return self._values.edge_strength if self._values.edge_aware else 0.0

    @property
    def smoothing(self) -> tuple[Smoothing, float]:
        """The kind and strength 0..1 of smoothing."""
        return self._values.smoothing, self._values.smoothing_strength

    @property
    def pressure_sizes(self) -> bool:
        return self._values.pressure_sizes

    @property
    def pressure_opacity(self) -> bool:
        return self._values.pressure_opacity

    @property
    def pressure_flow(self) -> bool:
        return self._values.pressure_flow

    @property
    def size_curve(self) -> PressureCurve:
        return self._values.size_curve

    @property
    def opacity_curve(self) -> PressureCurve:
        return self._values.opacity_curve

    @property
    def flow_curve(self) -> PressureCurve:
        return self._values.flow_curve

    @property
    def dynamic(self) -> bool:
        """Whether pressure changes opacity or flow."""
        return self._values.pressure_opacity or self._values.pressure_flow

    def brush(self) -> Brush:
        """The document's brush of these settings."""
        return self._values.brush()

    def touch(self, x: float, y: float, pressure: float) -> Touch:
        """A point of a stroke's path under this pressure 0..1, by the curves that are on."""
        return self._values.touch(x, y, pressure)

    # -- setting ---------------------------------------------------------------------------------------------------

    def take(self, values: BrushValues) -> None:
        """Have all of these at once; the colour stays."""
        if values != self._values:
            self._values = values
            self.changed.emit()

    def _set(self, **values: Any) -> None:
        self.take(replace(self._values, **values))

    def set_color(self, color: Color | None) -> None:
        if color != self._color:
            self._color = color
            self.changed.emit()

    def set_size(self, size: float) -> None:
        self._set(size=limited("size", size))

    def set_hardness(self, hardness: float) -> None:
        self._set(hardness=limited("hardness", hardness))

    def set_opacity(self, opacity: float) -> None:
        self._set(opacity=limited("opacity", opacity))

    def set_flow(self, flow: float) -> None:
        self._set(flow=limited("flow", flow))

    def set_spacing(self, spacing: float) -> None:
        self._set(spacing=limited("spacing", spacing))

    def set_roundness(self, roundness: float) -> None:
        self._set(roundness=limited("roundness", roundness))

    def set_angle(self, angle: float) -> None:
        self._set(angle=limited("angle", angle))

    def set_edge(self, strength: float) -> None:
        """0 turns keeping to edges off and leaves the strength for later; anything else turns it on."""
        if strength > 0:
            self._set(edge_aware=True, edge_strength=limited("edge_strength", strength))
        else:
            self.set_edge_aware(False)

    def set_edge_aware(self, on: bool) -> None:
        self._set(edge_aware=on)

    def set_edge_strength(self, strength: float) -> None:
        self._set(edge_strength=limited("edge_strength", strength))

    def set_smoothing(self, kind: Smoothing, strength: float) -> None:
        self._set(smoothing=kind, smoothing_strength=limited("smoothing_strength", strength))

    def set_pressure_sizes(self, on: bool) -> None:
        self._set(pressure_sizes=on)

    def set_pressure_opacity(self, on: bool) -> None:
        self._set(pressure_opacity=on)

    def set_pressure_flow(self, on: bool) -> None:
        self._set(pressure_flow=on)

    def set_size_curve(self, curve: PressureCurve) -> None:
        self._set(size_curve=curve)

    def set_opacity_curve(self, curve: PressureCurve) -> None:
        self._set(opacity_curve=curve)

    def set_flow_curve(self, curve: PressureCurve) -> None:
        self._set(flow_curve=curve)

    # -- steps -----------------------------------------------------------------------------------------------------

    def larger(self) -> None:
        """One step up: never less than a pixel, so that small brushes move too."""
        self.set_size(max(self.size + 1, round(self.size * SIZE_STEP)))

    def smaller(self) -> None:
        """One step down."""
        self.set_size(min(self.size - 1, round(self.size / SIZE_STEP)))

    def harder(self) -> None:
        self.set_hardness(round(self.hardness + HARDNESS_STEP, 2))

    def softer(self) -> None:
        self.set_hardness(round(self.hardness - HARDNESS_STEP, 2))

    def suit(self, width: int, height: int) -> None:
        """Let the default size suit a photo; a size that the user has chosen stays."""
        untouched = self.size == self._default_size
        self._default_size = limited("size", max(8, round(max(width, height) / 16)))
        if untouched:
            self.set_size(self._default_size)

    def reset(self) -> None:
        """Everything as at the first start, the size to suit the photo; but what suits a hand and its pen stays."""
        now = self._values
        fresh = replace(
            DEFAULT,
            size=self._default_size,
            smoothing=now.smoothing,
            smoothing_strength=now.smoothing_strength,
            pressure_sizes=now.pressure_sizes,
            pressure_opacity=now.pressure_opacity,
            pressure_flow=now.pressure_flow,
            size_curve=now.size_curve,
            opacity_curve=now.opacity_curve,
            flow_curve=now.flow_curve,
        )
        if (fresh, None) != (now, self._color):
            self._values, self._color = fresh, None
            self.changed.emit()
