"""Colour from the hints alone, spread inside a mask until the luminance changes: the *scribbles* colour source.

A. Levin, D. Lischinski, Y. Weiss, "Colorization using optimization", ACM Transactions on Graphics 23 (SIGGRAPH 2004),
with the weights of ``levin.neighbour_weights`` and the equations that ``levin.Levin2004`` solves, as the authors' own
program does: chroma equals the weighted mean of its neighbours', rather than the sum of squared differences from it is
least. Here a pixel's neighbours are those inside the mask, and the answer follows hints while they are dragged.
"""

from __future__ import annotations

import time
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classical.levin import neighbour_weights, shifted
from model.classical.multifrontal import GridSolver

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]


class ScribbleSolver:
    """The equations of one photo ``L: (h, w)``, L* 0..100; quick when little has changed since the last call.

    ``residual`` is the last answer's ‖Ax - b‖ / ‖b‖ before rounding to float32, the larger of the two channels', with b
    the hints in their places and 0 elsewhere; ``seconds`` is what it took. Not thread-safe.
    """

    def __init__(self, L: Floats) -> None:
        if L.ndim != 2 or not L.size:
            raise ValueError(f"The luminance must be one plane (height, width), not {L.shape}.")
        self._weights = neighbour_weights(L / 100)
        self._solver = GridSolver(*L.shape)
        self.residual = 0.0
        self.seconds = 0.0

    def solve(self, mask: NDArray[np.uint8], hint_ab: Floats, hint_mask: NDArray[np.uint8]) -> Floats:
        """Spread ``hint_ab: (2, h, w)`` from where ``hint_mask: (h, w)`` is set over where ``mask: (h, w)`` is.

        Returns a*b* (2, h, w) float32: the hints exactly where they are, 0 outside the mask and in parts of it that
        no hint reaches; pixels that touch at a corner belong together. Hints outside the mask count for nothing.
        Raises ``ValueError`` when the planes' sizes differ.
        """
        started = time.perf_counter()
        size = self._weights.shape[1:]
        if not mask.shape == hint_mask.shape == hint_ab.shape[1:] == size or len(hint_ab) != 2:
            raise ValueError(
                f"The mask {mask.shape}, the hints {hint_ab.shape} and their places {hint_mask.shape} must have the "
                f"photo's size {size}."
            )
        inside = mask > 0
        hinted = inside & (hint_mask > 0)
        known = np.where(hinted, hint_ab, 0).astype(np.float64)
        unknown = _reached(inside, hinted) & ~hinted
        coupling, given, right = _equations(self._weights, inside, unknown, hinted, known)
        solution = self._solver.solve(coupling, given, right)
        self.residual = _residual(coupling, right, solution, known)
        self.seconds = time.perf_counter() - started
        answer: Floats = (solution + known).astype(np.float32)
        return answer


def _reached(inside: Flags, hinted: Flags) -> Flags:
    """The mask's connected parts that have a hint."""
    count, parts = cv2.connectedComponents(inside.astype(np.uint8), connectivity=8)
    with_hint = np.zeros(count, bool)
    with_hint[parts[hinted]] = True
    reached: Flags = with_hint[parts]
    return reached


def _equations(
    weights: Doubles, inside: Flags, unknown: Flags, hinted: Flags, known: Doubles
) -> tuple[Doubles, Doubles, Doubles]:
    """What each unknown pixel takes from its unknown neighbours (8, h, w), and how much (h, w) and what (2, h, w) from
    the hints. Elsewhere x = 0.
    """
    coupling = weights * _seen(inside)
    total = coupling.sum(axis=0)
    coupling *= np.divide(unknown, total, out=np.zeros_like(total), where=unknown)
    given = np.where(unknown, (coupling * _seen(hinted)).sum(axis=0), 1.0)
    right = np.stack([(coupling * _seen(plane)).sum(axis=0) for plane in known])
    coupling *= _seen(unknown)
    return coupling, given, right


def _residual(coupling: Doubles, right: Doubles, solution: Doubles, known: Doubles) -> float:
    largest = 0.0
    for given, wanted, plane in zip(known, right, solution, strict=True):
        rest = wanted - plane + (coupling * _seen(plane)).sum(axis=0)
        largest = max(largest, float(np.linalg.norm(rest) / (np.linalg.norm(given) or 1)))
    return largest


def _seen(plane: NDArray[Any]) -> NDArray[Any]:
    """The plane as seen from each pixel towards its eight neighbours, (8, h, w); 0 beyond the border."""
    return np.stack(shifted(plane, 0))
