"""Chroma at photo resolution, put there by hand or by merging layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from app.document.chroma_tiles import ChromaTiles
from app.document.sources.source import ColourSource, PhotoTile
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField


@dataclass(frozen=True, eq=False)
class Painted(ColourSource):
    """Each pixel's own a*b*; grey where none was painted. Compared by identity, like the tiles it holds."""

    id: ClassVar[str] = "painted"
    title: ClassVar[str] = "Painted"
    bends: ClassVar[bool] = False

    tiles: ChromaTiles = field(default_factory=ChromaTiles)

    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        del field
        return self.tiles.chroma(tile.level, tile.ty, tile.tx, tile.lightness.shape)
