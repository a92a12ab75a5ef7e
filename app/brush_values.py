"""All numbers of a brush as one value: what the window's settings hold, what a preset keeps, what a preview draws."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from app.document.brush import Brush, Touch
from app.document.smoothing import Smoothing
from app.pressure import LINEAR, PressureCurve

RANGES: dict[str, tuple[float, float]] = {
    "size": (1.0, 5000.0),
    "hardness": (0.0, 1.0),
    "opacity": (0.01, 1.0),
    "flow": (0.01, 1.0),
    "spacing": (0.01, 2.0),
    "roundness": (0.05, 1.0),
    "angle": (-180.0, 180.0),
    "edge_strength": (0.05, 1.0),
    "smoothing_strength": (0.0, 1.0),
}
"""Lowest and highest value of each number."""


@dataclass(frozen=True)
class BrushValues:
    """size: diameter in photo pixels. hardness, opacity, flow: 0..1. spacing: share of the diameter. roundness: short
    diameter by long one. angle: degrees, clockwise as seen. edge_strength: how strictly an ``edge_aware`` brush keeps
    to the region under it. The curves say what pressure makes of size, opacity and flow, each where its ``pressure_``
    flag is on.

    Raises ValueError, with a sentence, for a number outside :data:`RANGES`.
    """

    size: float = 60.0
    hardness: float = 0.7
    opacity: float = 1.0
    flow: float = 1.0
    spacing: float = 0.1
    roundness: float = 1.0
    angle: float = 0.0
    edge_aware: bool = False
    edge_strength: float = 0.5
    smoothing: Smoothing = Smoothing.BASIC
    smoothing_strength: float = 0.5
    pressure_sizes: bool = True
    pressure_opacity: bool = False
    pressure_flow: bool = False
    size_curve: PressureCurve = LINEAR
    opacity_curve: PressureCurve = LINEAR
    flow_curve: PressureCurve = LINEAR

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(
                    f"The {name.replace('_', ' ')} of a brush is {low:g} to {high:g}, not {getattr(self, name):g}."
                )

    def brush(self) -> Brush:
        """The document's brush of these values."""
        return Brush(
            radius=self.size / 2,
            hardness=self.hardness,
            opacity=self.opacity,
            flow=self.flow,
            spacing=self.spacing,
            roundness=self.roundness,
            angle=self.angle,
            edge=self.edge_strength if self.edge_aware else 0.0,
        )

    def touch(self, x: float, y: float, pressure: float) -> Touch:
        """A point of a stroke's path, photo pixels, under this pressure 0..1."""
        return Touch(
            x,
            y,
            self.size_curve.at(pressure) if self.pressure_sizes else 1.0,
            self.opacity_curve.at(pressure) if self.pressure_opacity else 1.0,
            self.flow_curve.at(pressure) if self.pressure_flow else 1.0,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON holds them."""
        plain = asdict(self)
        plain["smoothing"] = self.smoothing.value
        for name in ("size_curve", "opacity_curve", "flow_curve"):
            plain[name] = getattr(self, name).to_list()
        return plain

    @classmethod
    def from_dict(cls, plain: Any) -> BrushValues:
        """What :meth:`to_dict` gave; what is missing has its default, what is not known is left out.

        Raises ValueError, with a sentence, for a value of the wrong kind or range.
        """
        if not isinstance(plain, dict):
            raise ValueError("A brush is stored as an object with named values.")
        known = {one.name for one in fields(cls)} & plain.keys()
        return cls(**{name: _read(name, plain[name], getattr(DEFAULT, name)) for name in known})


def limited(name: str, value: float) -> float:
    """A number brought into its range; not a number becomes the lowest."""
    low, high = RANGES[name]
    return min(high, max(low, value)) if not math.isnan(value) else low


def _read(name: str, value: Any, default: Any) -> Any:
    words = name.replace("_", " ")
    if isinstance(default, PressureCurve):
        return PressureCurve.from_list(value)
    if isinstance(default, Smoothing):
        try:
            return Smoothing(value)
        except ValueError:
            raise ValueError(f"There is no smoothing of the kind {value!r}.") from None
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"The {words} of a brush is true or false, not {value!r}.")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"The {words} of a brush is a number, not {value!r}.")
    return float(value)


DEFAULT = BrushValues()
