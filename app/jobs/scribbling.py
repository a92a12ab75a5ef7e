"""Colours spread from a layer's dabs alone: the solver's side of what :mod:`app.jobs.answering` does with the network.

Source: Levin, Lischinski and Weiss, "Colorization using Optimization", SIGGRAPH 2004.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np

from app.document.chroma import Chroma, ChromaField, fit
from app.document.layer import LayerState, hint_raster
from app.document.photo import Photo, fitted_size
from app.jobs.answering import Answer, PhotoLight
from app.jobs.settling import settle

LONG_SIDES = (256, 600)
"""Pixels: what is shown while a dab is dragged, and what stays. 600 × 400 is a quarter of a megapixel."""
MOST_ROUGH = 6
"""Solvers of about 30 MB."""


class Scribbler:
    """Remembers solvers of one photo: what one has factored makes its next answer for the same mask quick.

    At the rough size each layer has one of its own, so that dabs of several can be dragged; a fine one is large.
    """

    def __init__(self, light: PhotoLight) -> None:
        self._light = light
        self._rough: OrderedDict[int, Any] = OrderedDict()
        self._fine: Any = None

    @property
    def photo(self) -> Photo:
        """Whose light it knows."""
        return self._light.photo

    def answer(self, layer: LayerState, long_side: int, shown: ChromaField | None = None) -> Answer:
        """A layer's colours at this working size, and where they differ from the field that is ``shown``."""
        h, w = fitted_size(*self._light.size, long_side)
        presence = layer.coverage.presence(h, w)
        hint_ab, hint_mask = hint_raster(layer.hints, self._light.size, (h, w))
        if not presence.any():
            return Answer(None, *settle(self._grey(h, w), shown))
        ab = self._solver(layer.id, long_side).solve(presence, hint_ab, hint_mask & presence)
        chroma = Chroma.of(np.asarray(ab, np.float32), presence)
        return Answer(chroma, *settle(fit(chroma, self._light.guide, self._light.size), shown))

    def _solver(self, layer_id: int, long_side: int) -> Any:
        if long_side != LONG_SIDES[0]:
            if self._fine is None or self._fine[0] != long_side:
                self._fine = long_side, self._made(long_side)
            return self._fine[1]
        if layer_id not in self._rough:
            self._rough[layer_id] = self._made(long_side)
            while len(self._rough) > MOST_ROUGH:
                self._rough.popitem(last=False)
        self._rough.move_to_end(layer_id)
        return self._rough[layer_id]

    def _made(self, long_side: int) -> Any:
        from model.classical.scribbles import ScribbleSolver

        return ScribbleSolver(self._light.photo.lightness_at(long_side))

    def _grey(self, h: int, w: int) -> ChromaField:
        nothing = np.zeros((2, h, w), np.float32)
        return fit(Chroma.of(nothing, np.ones((h, w), np.uint8)), self._light.guide, self._light.size)
