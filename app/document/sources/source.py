"""What every colour source has in common: a layer asks it for the chroma of one tile at a time."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from app.document.geometry import Rect, level_size, tile_rect
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField
    from app.document.photo import Photo


class Work(enum.Enum):
    """Who has to make a layer's `ChromaField` before its source can answer."""

    NOTHING = "nothing"
    NETWORK = "network"
    SOLVER = "solver"
    STYLE = "style"


@dataclass(frozen=True, eq=False)
class PhotoTile:
    """A tile of one mip level of a photo. lightness: (h, w) float32 L* of its grey."""

    photo: Photo
    level: int
    ty: int
    tx: int
    lightness: Floats

    @property
    def rect(self) -> Rect:
        """Its place, in pixels of the level."""
        size = level_size(self.photo.height, self.photo.width, self.level)
        return tile_rect(self.ty, self.tx).clip(*size)

    @cached_property
    def original(self) -> Floats | None:
        """(3, h, w) linear RGB of the photo's own colours; None for a photo without any."""
        if self.photo.source is None:
            return None
        codes = self.photo.source_level(self.level)[self.rect.slices]
        return np.ascontiguousarray(np.moveaxis(self.photo.space.decode(codes), 2, 0))


@dataclass(frozen=True)
class ColourSource(ABC):
    """Where a layer's chroma comes from. An immutable value: two that are equal give the same colours.

    A subclass is one file in this package and one row in `app.document.sources.table`.
    """

    id: ClassVar[str]
    """The word for it in files and on the command line."""
    title: ClassVar[str]
    """The word for it in the window."""
    shows_field: ClassVar[bool] = False
    """Whether `chroma` reads the field at all."""

    bends: ClassVar[bool] = True
    """Whether colours near the gamut's edge bend softly below it; what has been in the gamut stays as it is."""

    def work(self, photo: Photo) -> Work:
        """What has to be made in the background before `chroma` can answer for this photo."""
        del photo
        return Work.NOTHING

    @abstractmethod
    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        """(2, h, w) float32 CIE a*b* at the photo's white, each pixel depending on its own place and light alone.

        `field` is what `work` has made for the layer, None while it is not ready. None stands for grey.
        """

    def to_dict(self) -> dict[str, Any]:
        """Its settings in JSON's types, without the id."""
        return {}

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> ColourSource:
        """The source with these settings. Raises ValueError where they make no sense."""
        if settings:
            raise ValueError(f"the source {cls.id} has no settings, not {sorted(settings)}")
        return cls()
