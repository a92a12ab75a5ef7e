"""Colours spread from the dabs alone, without any network: Levin, Lischinski and Weiss 2004."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from app.document.sources.neural import field_chroma
from app.document.sources.source import ColourSource, PhotoTile, Work
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField
    from app.document.photo import Photo


@dataclass(frozen=True)
class Scribbles(ColourSource):
    """Colourisation by optimisation inside the mask; where no dab reaches, the photo stays grey."""

    id: ClassVar[str] = "scribbles"
    title: ClassVar[str] = "Scribbles"
    shows_field: ClassVar[bool] = True

    def work(self, photo: Photo) -> Work:
        del photo
        return Work.SOLVER

    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        return field_chroma(tile, field)
