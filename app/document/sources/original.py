"""The photo's own colours: the classic selective-colour effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from app.document.sources.source import ColourSource, PhotoTile
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField


@dataclass(frozen=True)
class Original(ColourSource):
    """What the photo was before it turned grey. Unadjusted at full coverage, its very codes are copied."""

    id: ClassVar[str] = "original"
    title: ClassVar[str] = "Original"
    bends: ClassVar[bool] = False

    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        del field
        return None if tile.original is None else tile.photo.space.chroma(tile.original)


ORIGINAL = Original()
