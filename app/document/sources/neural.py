"""Colours invented by the network, or spread by it from what the artist asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from app.document.sources.source import ColourSource, PhotoTile, Work
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField
    from app.document.photo import Photo

VIVIDNESS = 0.85
"""What the network gives unless asked for more or less."""
MOST_VIVID = 1.5
MOST_CHOICES = 8


@dataclass(frozen=True)
class Neural(ColourSource):
    """The generator with the layer's mask and hints.

    vividness: 0 = the colour expected on average, 1 = the annealed mean, more goes beyond it. choice: 0 = the most
    likely colouring, 1..8 = another plausible one.
    """

    id: ClassVar[str] = "neural"
    title: ClassVar[str] = "Neural"
    shows_field: ClassVar[bool] = True

    vividness: float = VIVIDNESS
    choice: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.vividness) and 0 <= self.vividness <= MOST_VIVID):
            raise ValueError(f"vividness is 0 to {MOST_VIVID}, not {self.vividness}")
        if not 0 <= self.choice <= MOST_CHOICES:
            raise ValueError(f"the choice is 0 to {MOST_CHOICES}, not {self.choice}")

    def work(self, photo: Photo) -> Work:
        del photo
        return Work.NETWORK

    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        return field_chroma(tile, field)

    def to_dict(self) -> dict[str, Any]:
        return {"vividness": self.vividness, "choice": self.choice}

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> Neural:
        try:
            return cls(float(settings.get("vividness", VIVIDNESS)), int(settings.get("choice", 0)))
        except TypeError as error:
            raise ValueError(f"a neural source cannot have the settings {settings}") from error


def field_chroma(tile: PhotoTile, field: ChromaField | None) -> Floats | None:
    """(2, h, w) a*b* of a field at a tile, None without a field."""
    if field is None:
        return None
    return np.moveaxis(field.evaluate_tile(tile.lightness, tile.level, tile.ty, tile.tx), 2, 0)


NEURAL = Neural()
