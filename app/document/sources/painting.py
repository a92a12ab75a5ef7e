"""Like this painting: a picture's chroma, matched place by place instead of as a whole."""

from __future__ import annotations

import base64
import binascii
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.sources.neural import field_chroma
from app.document.sources.source import ColourSource, PhotoTile, Work
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField
    from app.document.photo import Photo

LONG_SIDE = 256
"""Pixels that are kept of the painting: what is matched are its masses of colour, not its brushwork."""


@dataclass(frozen=True, eq=False)
class Style(ColourSource):
    """The colours of another picture as they stand together in it: see `style_chroma`.

    name: what to call the picture. planes: (3, h, w) int8, read-only: its L* minus 50, a* and b*, rounded; h and w up
    to :data:`LONG_SIDE`. strength: 0..1, from the photo's own colours, or the network's, to the style. Two are equal
    when all of that is.
    """

    id: ClassVar[str] = "style"
    title: ClassVar[str] = "Style"
    shows_field: ClassVar[bool] = True

    name: str
    planes: NDArray[np.int8]
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.planes.ndim != 3 or self.planes.shape[0] != 3 or not self.planes.size or self.planes.dtype != np.int8:
            raise ValueError(f"a style keeps (3, h, w) int8 planes, not {self.planes.shape} {self.planes.dtype}")
        if max(self.planes.shape) > LONG_SIDE:
            raise ValueError(f"a style keeps at most {LONG_SIDE} pixels a side, not {max(self.planes.shape)}")
        if not (math.isfinite(self.strength) and 0 <= self.strength <= 1):
            raise ValueError(f"the strength of a style is 0 to 1, not {self.strength}")
        self.planes.flags.writeable = False

    @classmethod
    def of(cls, name: str, lab: Floats) -> Style:
        """From a picture's CIE L*a*b*, (3, h, w) of any size."""
        scale = LONG_SIDE / max(lab.shape[1:])
        planes = np.moveaxis(np.asarray(lab, np.float32), 0, 2)
        if scale < 1:
            size = max(1, round(lab.shape[2] * scale)), max(1, round(lab.shape[1] * scale))
            planes = np.asarray(cv2.resize(np.ascontiguousarray(planes), size, interpolation=cv2.INTER_AREA))
        shifted = np.rint(np.moveaxis(planes, 2, 0) - np.array([50, 0, 0], np.float32)[:, None, None])
        return cls(name, np.ascontiguousarray(np.clip(shifted, -128, 127).astype(np.int8)))

    @property
    def lightness(self) -> Floats:
        """(h, w) float32 L* of the painting."""
        return np.asarray(self.planes[0] + np.float32(50), np.float32)

    @property
    def ab(self) -> Floats:
        """(2, h, w) float32 a*b* of the painting."""
        return self.planes[1:].astype(np.float32)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Style):
            return NotImplemented
        same = (self.name, self.strength) == (other.name, other.strength)
        return same and (self.planes is other.planes or np.array_equal(self.planes, other.planes))

    def __hash__(self) -> int:
        return hash((self.name, self.strength, self.planes.shape))

    def work(self, photo: Photo) -> Work:
        del photo
        return Work.STYLE

    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        return field_chroma(tile, field)

    def to_dict(self) -> dict[str, Any]:
        _, height, width = self.planes.shape
        pixels = base64.b64encode(self.planes.tobytes()).decode()
        return {"name": self.name, "strength": self.strength, "size": [height, width], "planes": pixels}

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> Style:
        try:
            height, width = (int(side) for side in settings["size"])
            if not (1 <= height <= LONG_SIDE and 1 <= width <= LONG_SIDE):
                raise ValueError(f"a style keeps 1 to {LONG_SIDE} pixels a side, not {height} × {width}")
            content = base64.b64decode(settings["planes"], validate=True)
            planes = np.frombuffer(content, np.int8).reshape(3, height, width).copy()
            return cls(str(settings["name"]), planes, float(settings["strength"]))
        except (KeyError, TypeError, binascii.Error) as error:
            raise ValueError("a style needs its name, its strength and its planes with their size") from error
