"""How layers lie over each other: in linear light, as distances from the photo's grey.

A layer's full-strength colour has the pixel's own luminance, so its distance from grey has none, and no mixture of
such distances has any: layers lie over each other in chroma, never in lightness.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.document.space import Floats

Bools = NDArray[np.bool_]


class Mix:
    """Layers mixed so far. Works in place: what is handed over as a colour stays as it is.

    planes: (3, h, w) float32 linear RGB minus grey; None stands for zero. through: (h, w) float32, how much of what
    lies below still shows; None where nobody asked for it. painted: (h, w), where there is any coverage. copied:
    where the photo's own codes are to be shown.
    """

    def __init__(self, shape: tuple[int, ...], *, tracks_through: bool = False) -> None:
        self.planes: Floats | None = None
        self.through: Floats | None = np.ones(shape, np.float32) if tracks_through else None
        self.painted: Bools = np.zeros(shape, np.bool_)
        self.copied: Bools = np.zeros(shape, np.bool_)
        self.is_empty = True

    def lay(self, colour: Floats | None, share: Floats, coverage: NDArray[np.uint8], *, copies: bool) -> None:
        """Lay a layer over the others. colour: as `planes`, None for grey. share: (h, w), coverage times opacity."""
        hides = np.float32(1.0) - share
        if self.planes is not None:
            self.planes *= hides
        if colour is not None:
            added = np.asarray(colour * share, np.float32)
            self.planes = added if self.planes is None else np.add(self.planes, added, out=self.planes)
        if self.through is not None:
            self.through *= hides
        self.painted |= coverage > 0
        self.copied &= coverage == 0
        if copies:
            self.copied |= coverage == 255
        self.is_empty = False

    def lay_mix(self, above: Mix, inside: tuple[slice, slice]) -> None:
        """Lay a part of another mix, which tracks what it lets through, over this one."""
        if above.is_empty:
            return
        assert above.through is not None
        through = above.through[inside]
        planes = None if above.planes is None else above.planes[(slice(None), *inside)]
        if self.planes is not None:
            self.planes *= through
            if planes is not None:
                self.planes += planes
        elif planes is not None:
            self.planes = planes.copy()
        if self.through is not None:
            self.through *= through
        painted = above.painted[inside]
        self.painted |= painted
        self.copied &= ~painted
        self.copied |= above.copied[inside]
        self.is_empty = False

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        arrays = (self.planes, self.through, self.painted, self.copied)
        return sum(array.nbytes for array in arrays if array is not None)
