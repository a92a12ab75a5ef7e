"""Colours spread from a layer's dabs alone: the solver's side of what :mod:`app.jobs.answering` does with the network.

Source: Levin, Lischinski and Weiss, "Colorization using Optimization", SIGGRAPH 2004.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.document.chroma import Chroma, ChromaField, fit
from app.document.layer import LayerState, hint_raster
from app.document.photo import Photo
from app.jobs.answering import Answer, PhotoLight
from app.jobs.settling import settle

LONG_SIDES = (256, 600)
"""Network pixels: what is shown while a dab is dragged, and what stays. 600 × 400 is a quarter of a megapixel."""


class Scribbler:
    """Remembers the solvers of one photo, whose weights depend on its light alone."""

    def __init__(self, light: PhotoLight) -> None:
        self._light = light
        self._solvers: dict[int, tuple[tuple[int, int], Any]] = {}

    @property
    def photo(self) -> Photo:
        """Whose light it knows."""
        return self._light.photo

    def answer(self, layer: LayerState, long_side: int, shown: ChromaField | None = None) -> Answer:
        """A layer's colours at this working size, and where they differ from the field that is ``shown``."""
        (h, w), solver = self._solver(long_side)
        presence = layer.coverage.presence(h, w)
        hint_ab, hint_mask = hint_raster(layer.hints, self._light.size, (h, w))
        ab = solver.solve(presence, hint_ab, hint_mask & presence)
        chroma = Chroma.of(np.asarray(ab, np.float32), presence)
        if not presence.any():
            return Answer(None, *settle(self._grey(h, w), shown))
        return Answer(chroma, *settle(fit(chroma, self._light.guide, self._light.size), shown))

    def _solver(self, long_side: int) -> tuple[tuple[int, int], Any]:
        if long_side not in self._solvers:
            from model.classical.scribbles import ScribbleSolver

            L = self._light.photo.lightness_at(long_side)
            self._solvers[long_side] = (L.shape[0], L.shape[1]), ScribbleSolver(L)
        return self._solvers[long_side]

    def _grey(self, h: int, w: int) -> ChromaField:
        nothing = np.zeros((2, h, w), np.float32)
        return fit(Chroma.of(nothing, np.ones((h, w), np.uint8)), self._light.guide, self._light.size)
