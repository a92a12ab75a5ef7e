"""The chroma that a colour stroke lays on a painted layer, beside the coverage it lays on the mask."""

from __future__ import annotations

import numpy as np

from app.document.chroma_tiles import ChromaTile, ChromaTiles, Halves, narrowed, same_bits, widened
from app.document.geometry import TILE, Rect, tile_rect
from app.document.space import Floats
from app.document.strength import FULL_STRENGTH, WHOLE, Strength
from app.document.stroke import Stroke
from app.document.tiles import EMPTY, FULL, Tile, TileKey

_TINY = np.float32(1e-30)  # keeps 0 / 0 from being NaN


class ColourStroke:
    """Follows `stroke`, which must rise everywhere, with a colour `ab` (a*, b*).

    Where the stroke covers S (0..1, with opacity, clipped), the mask was M and the chroma q0 (none stands for grey),
    lies q = (q0 M (1 - S) + ab S) / (M (1 - S) + S): the colour over what was seen there, as one paint over another
    with coverage (Porter and Duff, Compositing Digital Images, SIGGRAPH 1984). q0 is what the stroke began on, so that
    nothing depends on how the stroke was cut into calls.
    """

    def __init__(self, stroke: Stroke, base: ChromaTiles, ab: tuple[float, float]) -> None:
        self.base = base
        self.tiles = base
        """The chroma with the stroke so far."""
        self._stroke = stroke
        self._ab = np.array(ab, np.float32)
        self._even: ChromaTile | None = None

    def follow(self) -> tuple[Rect, ...]:
        """Lay the colour where the stroke's last `add` has risen. Returns what changed, tile by tile."""
        if self._stroke.brush.opacity == 0:
            return ()
        changes: dict[TileKey, ChromaTile] = {}
        parts: dict[TileKey, Rect] = {}
        for key, risen in self._stroke.risen.items():
            inside = tile_rect(*key).clip(self._stroke.base.height, self._stroke.base.width)
            part = risen.clip(inside.height, inside.width)  # beyond the photo nothing has a colour
            if part.is_empty:
                continue
            now = self.tiles.tiles.get(key)
            laid = self._laid_over(key, part, now)
            if laid is not None:
                changes[key], parts[key] = laid, part
        if changes:
            self.tiles = self.tiles.with_tiles(changes, parts)
        return tuple(part._replace(x=part.x + tx * TILE, y=part.y + ty * TILE) for (ty, tx), part in parts.items())

    def _laid_over(self, key: TileKey, part: Rect, now: ChromaTile | None) -> ChromaTile | None:
        """The tile with the stroke so far, of which only `part` can differ from `now`; None where it does not."""
        codes = self._stroke.strength(key, part)
        if codes is None:
            if self._stroke.brush.opacity == 1 and part == WHOLE:
                even = self._evenly_coloured()
                return None if now is not None and same_bits(now, even) else even
            codes = np.full((part.height, part.width), FULL_STRENGTH, np.uint16)
        under = self.base.tiles.get(key)
        planes = self._mixed(codes, self._stroke.base.tile(*key), None if under is None else under[:2], part)
        inside = (slice(None), *part.slices)
        presence = _painted(codes, None if under is None else under[2][part.slices])
        if now is not None and same_bits(now[:2][inside], planes) and same_bits(now[2][part.slices], presence):
            return None
        if now is None and not codes.any():
            return None
        laid = np.zeros((3, TILE, TILE), np.float16) if now is None else now.copy()
        laid[:2][inside] = planes
        laid[2][part.slices] = presence
        return laid

    def _mixed(self, codes: Strength, mask: Tile, under: Halves | None, part: Rect) -> Halves:
        """(2, h, w) a*b* of a part of a tile."""
        share = self._share(codes, mask, part)
        if under is None:
            return narrowed(np.stack([share * value for value in self._ab]))
        planes = widened(under[(slice(None), *part.slices)])
        planes *= np.float32(1) - share
        for plane, value in zip(planes, self._ab, strict=True):
            plane += share * value
        return narrowed(planes)

    def _share(self, codes: Strength, mask: Tile, part: Rect) -> Floats:
        """(h, w) 0..1: how much of what will be seen is the stroke's, S / (M (1 - S) + S)."""
        if mask is EMPTY:
            return (codes > 0).astype(np.float32)
        share = codes * np.float32(self._stroke.brush.opacity / FULL_STRENGTH)
        if mask is FULL:
            return share
        seen = mask.pixels[part.slices] * np.float32(1 / 255)
        seen *= np.float32(1) - share
        seen += share
        return np.asarray(np.divide(share, np.maximum(seen, _TINY, out=seen), out=share), np.float32)

    def _evenly_coloured(self) -> ChromaTile:
        """Nothing but the colour: one tile for all places."""
        if self._even is None:
            self._even = np.ones((3, TILE, TILE), np.float16)
            self._even[:2] = self._ab.astype(np.float16)[:, None, None]
            self._even.flags.writeable = False
        return self._even


def _painted(codes: Strength, under: Halves | None) -> Halves:
    """How much of each pixel has a colour: all of it where the stroke has been."""
    presence = np.zeros(codes.shape, np.float16) if under is None else under.copy()
    np.copyto(presence, np.float16(1), where=codes > 0)
    return presence
