"""A layer's colours like those of a painting, at working size: between the style's mathematics and the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from app.document.chroma import Chroma, ChromaField, fit
from app.document.layer import LayerState
from app.document.photo import Photo
from app.document.sources.base import small_colours
from app.document.sources.painting import Style
from app.document.sources.statistics import cielab
from app.document.sources.style import style_chroma
from app.jobs.settling import settle

if TYPE_CHECKING:
    from app.document.space import Floats
    from app.jobs.answering import Answer, PhotoLight

LONG_SIDE = 384
"""Pixels at which places are compared; what is finer the photo's edges bring back."""


class Styler:
    """Remembers what it made last: a style looks at the whole photo, whatever of it is covered."""

    def __init__(self, light: PhotoLight) -> None:
        self._light = light
        self._made: tuple[Style, Chroma, ChromaField] | None = None

    @property
    def photo(self) -> Photo:
        """Whose colours it changes."""
        return self._light.photo

    def answer(self, layer: LayerState, ambient: ChromaField | None, shown: ChromaField | None = None) -> Answer:
        """The chroma, its field, and what differs from the field that is ``shown``.

        ambient: the network's colours of the whole photo, which a photo without any of its own starts from.
        """
        from app.jobs.answering import Answer

        style: Any = layer.source
        assert isinstance(style, Style)
        if self._made is None or self._made[0] != style:
            lightness, base = self._base(ambient)
            ab = style_chroma(lightness, base, style.lightness, style.ab, style.strength)
            chroma = Chroma.of(ab, np.ones(lightness.shape, np.uint8))
            self._made = style, chroma, fit(chroma, self._light.guide, self._light.size)
        _, chroma, field = self._made
        return Answer(chroma, *settle(field, shown))

    def _base(self, ambient: ChromaField | None) -> tuple[Floats, Floats]:
        """L* (h, w) and a*b* (2, h, w) of the photo's own colours or the network's, at working size."""
        colours = small_colours(self.photo, ambient)
        assert colours is not None, "a photo without colours needs the network's"
        lab = np.ascontiguousarray(np.moveaxis(cielab(colours), 0, 2))
        scale = min(1.0, LONG_SIDE / max(lab.shape[:2]))
        size = max(1, round(lab.shape[1] * scale)), max(1, round(lab.shape[0] * scale))
        small = np.moveaxis(np.asarray(cv2.resize(lab, size, interpolation=cv2.INTER_AREA), np.float32), 2, 0)
        return np.ascontiguousarray(small[0]), np.ascontiguousarray(small[1:])
