"""Presets of the brush: the built-in ones, and what can be done with a list of them. Plain values, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.brush_values import BrushValues
from app.document.smoothing import Smoothing
from app.pressure import PressureCurve

LONGEST_NAME = 40


@dataclass(frozen=True)
class BrushPreset:
    """A named brush. One that does not ``keep_size`` leaves the size in hand as it is: that depends on the photo.

    Raises ValueError, with a sentence, for a name that is empty or longer than 40 characters.
    """

    name: str
    values: BrushValues
    keep_size: bool = False

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("A brush preset needs a name.")
        if len(self.name) > LONGEST_NAME:
            raise ValueError(f"The name of a brush preset has at most {LONGEST_NAME} characters.")

    def applied_to(self, present: BrushValues) -> BrushValues:
        """What the brush becomes."""
        return self.values if self.keep_size else replace(self.values, size=present.size)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON holds them."""
        return {"name": self.name, "keep_size": self.keep_size, "brush": self.values.to_dict()}

    @classmethod
    def from_dict(cls, plain: Any) -> BrushPreset:
        """What :meth:`to_dict` gave. Raises ValueError, with a sentence, for anything else."""
        if not isinstance(plain, dict) or not isinstance(plain.get("name"), str):
            raise ValueError("A brush preset is stored as an object with a name.")
        keep_size = plain.get("keep_size", False)
        if not isinstance(keep_size, bool):
            raise ValueError("Whether a brush preset keeps its size is true or false.")
        return cls(plain["name"], BrushValues.from_dict(plain.get("brush", {})), keep_size)


_LIGHT_TOUCH = PressureCurve(((0.0, 0.0), (0.35, 0.6), (1.0, 1.0)))

BUILT_IN: tuple[BrushPreset, ...] = (
    BrushPreset("Hard round", BrushValues(hardness=1.0, pressure_sizes=False)),
    BrushPreset("Soft round", BrushValues(hardness=0.0, pressure_sizes=False)),
    BrushPreset("Edge-aware", BrushValues(hardness=0.8, edge_aware=True, pressure_sizes=False)),
    BrushPreset("Airbrush", BrushValues(hardness=0.0, flow=0.05, spacing=0.05, pressure_sizes=False)),
    BrushPreset("Pen size", BrushValues(hardness=0.8, pressure_sizes=True)),
    BrushPreset(
        "Pen opacity",
        BrushValues(hardness=0.5, pressure_sizes=False, pressure_opacity=True, opacity_curve=_LIGHT_TOUCH),
    ),
    BrushPreset("Glaze 30 %", BrushValues(hardness=0.3, opacity=0.3, pressure_sizes=False)),
    BrushPreset("Calligraphy", BrushValues(hardness=0.95, roundness=0.25, angle=-45.0, spacing=0.03)),
    BrushPreset("Pencil 1 px", BrushValues(size=1.0, hardness=1.0, pressure_sizes=False), keep_size=True),
    BrushPreset(
        "Steady outline",
        BrushValues(hardness=0.9, smoothing=Smoothing.STABILISER, smoothing_strength=0.6, pressure_sizes=False),
    ),
)


def read_presets(stored: Iterable[Any]) -> tuple[list[BrushPreset], list[str]]:
    """The presets in a list of plain objects, and a sentence for each that is none."""
    presets: list[BrushPreset] = []
    complaints: list[str] = []
    for plain in stored:
        try:
            presets.append(BrushPreset.from_dict(plain))
        except ValueError as error:
            complaints.append(str(error))
    return presets, complaints


def restored(presets: Iterable[BrushPreset]) -> list[BrushPreset]:
    """The built-in ones as they were, then those of the user's own."""
    names = {preset.name for preset in BUILT_IN}
    return [*BUILT_IN, *(preset for preset in presets if preset.name not in names)]


def free_name(presets: Sequence[BrushPreset], wanted: str) -> str:
    """``wanted``, or with a number after it where a preset has that name already."""
    taken = {preset.name for preset in presets}
    name, number = wanted, 2
    while name in taken:
        ending = f" {number}"
        name, number = wanted[: LONGEST_NAME - len(ending)] + ending, number + 1
    return name


def renamed(presets: Sequence[BrushPreset], place: int, name: str) -> list[BrushPreset]:
    """With another name in one place, numbered if it is taken. Raises ValueError where it cannot be a name."""
    others = [*presets[:place], *presets[place + 1 :]]
    changed = replace(presets[place], name=free_name(others, name.strip()))
    return [*presets[:place], changed, *presets[place + 1 :]]
