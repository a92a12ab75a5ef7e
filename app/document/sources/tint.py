"""One colour, or a few over lightness: toned prints, duotones and tritones."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from app.document.layer import Colour, srgb_ab
from app.document.sources.source import ColourSource, PhotoTile
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField

MOST_STOPS = 8
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Stop:
    """A colour, sRGB codes 0..255, and the L* (0..100) at which it holds."""

    lightness: float
    color: Colour

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lightness) and 0 <= self.lightness <= 100):
            raise ValueError(f"a tint's colour stands at a lightness of 0 to 100, not {self.lightness}")
        if len(self.color) != 3 or not all(0 <= code <= 255 for code in self.color):
            raise ValueError(f"a tint's colour is three codes 0..255, not {self.color}")


@dataclass(frozen=True)
class Tint(ColourSource):
    """One stop is one colour everywhere; between two, a*b* goes straight from one to the other; beyond, it stays.

    A stop's own lightness gives way to the photo's: only its hue and chroma are laid on. The stops stand from
    dark to light. Raises ValueError for none, for more than :data:`MOST_STOPS`, and for two at one lightness.
    """

    id: ClassVar[str] = "tint"
    title: ClassVar[str] = "Tint"

    stops: tuple[Stop, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.stops) <= MOST_STOPS:
            raise ValueError(f"a tint has 1 to {MOST_STOPS} colours, not {len(self.stops)}")
        if any(next_.lightness <= stop.lightness for stop, next_ in pairwise(self.stops)):
            raise ValueError("a tint's colours go from dark to light, each at a lightness of its own")

    @classmethod
    def of(cls, color: Colour) -> Tint:
        """One colour everywhere."""
        return cls((Stop(50.0, color),))

    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        del field
        return self.at(tile.lightness)

    def at(self, lightness: Floats) -> Floats:
        """(2, h, w) float32 a*b* at L* (h, w)."""
        ab = np.empty((2, *lightness.shape), np.float32)
        first = srgb_ab(self.stops[0].color)
        ab[0], ab[1] = first
        # A broken line is a sum of ramps, each rising between two stops; np.interp takes ten times as long.
        for stop, next_ in pairwise(self.stops):
            ramp = np.clip(lightness, np.float32(stop.lightness), np.float32(next_.lightness))
            ramp -= np.float32(stop.lightness)
            ramp *= np.float32(1 / (next_.lightness - stop.lightness))
            for plane, start, end in zip(ab, srgb_ab(stop.color), srgb_ab(next_.color), strict=True):
                plane += ramp * np.float32(end - start)
        return ab

    def to_dict(self) -> dict[str, Any]:
        return {"stops": [{"lightness": stop.lightness, "color": _hex(stop.color)} for stop in self.stops]}

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> Tint:
        try:
            stops = settings["stops"][: MOST_STOPS + 1]
            return cls(tuple(Stop(float(stop["lightness"]), codes_of(stop["color"])) for stop in stops))
        except (KeyError, TypeError) as error:
            raise ValueError("a tint needs its stops, each with a lightness and a color") from error


def _hex(color: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def codes_of(text: str) -> Colour:
    """The sRGB codes of #rrggbb. Raises ValueError for anything else."""
    if not _HEX.fullmatch(text):
        raise ValueError(f"a colour is written #rrggbb, not {text}")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _toned(*stops: tuple[float, str]) -> Tint:
    """A tint that leaves black black and white white: the grain of deep shadows is not coloured."""
    return Tint(
        tuple(Stop(lightness, codes_of(color)) for lightness, color in ((0, "#000000"), *stops, (100, "#ffffff")))
    )


TINTS: tuple[tuple[str, Tint], ...] = (
    ("Sepia", _toned((15, "#33231a"), (55, "#9c8062"), (92, "#efe6d2"))),
    ("Cyanotype", _toned((12, "#0f2238"), (50, "#4c7ca6"), (94, "#e6eff2"))),
    ("Selenium", _toned((12, "#291e23"), (50, "#81757a"), (90, "#e3e2e1"))),
    ("Gold toning", _toned((12, "#1b1f29"), (50, "#73777f"), (90, "#e4e2de"))),
    ("Golden light", _toned((12, "#2b2013"), (55, "#b08140"), (92, "#fbe7ba"))),
    ("Copper", _toned((12, "#301a17"), (50, "#a36d5a"), (90, "#f3ddd0"))),
    ("Rose", _toned((15, "#3a2029"), (55, "#b0798a"), (92, "#f7e4e6"))),
    ("Moonlight", _toned((10, "#131b2c"), (50, "#697a95"), (92, "#e4e8ee"))),
    ("Split toning: teal and orange", _toned((20, "#143b44"), (50, "#7b7773"), (85, "#f3cfa2"))),
    ("Split toning: blue and gold", _toned((15, "#1c2440"), (50, "#777777"), (88, "#efdcae"))),
    ("Split toning: plum and mint", _toned((15, "#35203a"), (50, "#777777"), (88, "#d2e8d8"))),
)
"""Ready-made tints, each with a name for people: what darkrooms did, and what they could not."""
