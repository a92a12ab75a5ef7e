"""Colourisation by optimisation: colour hints spread until the luminance changes.

A. Levin, D. Lischinski, Y. Weiss, "Colorization using optimization", ACM Transactions on Graphics 23
(SIGGRAPH 2004). Every pixel without a hint takes the weighted mean of its eight neighbours' chroma, where
neighbours of like luminance weigh more; pixels with a hint keep it. That is one sparse linear system per
picture, solved directly here, with a* and b* as its two right-hand sides. It knows hints only: without any,
the answer is grey, and the mask is not looked at.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classical.fronts import NEIGHBOURS

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Places = NDArray[np.int32]

VARIANCE_SHARE = 0.3
"""2σ² in exp(-(ΔY)²/2σ²) as a share of the window's variance, which the paper leaves open: of 0.08, 0.15,
0.3, 0.6 and 2 the one with the best PSNR on the dev photos, so that the comparison is with the method at its
best.
"""
FAINTEST = 0.01
"""Weight the most alike neighbour keeps at least, so that a lone bright pixel is not cut off from every
colour.
"""
FLAT_VARIANCE = 2e-6
"""Variance of Y in 0..1 below which a window counts as flat: half a code of 8 bits."""
_LEAF = 48  # pixels in a block that nested dissection leaves in reading order; 30 to 100 make no difference


class Levin2004:
    """The solver as a predictor: ``colorize`` as the network has it."""

    def __init__(self) -> None:
        self._sparse = _import("scipy.sparse")
        self._linalg = _import("scipy.sparse.linalg")
        self._photo: Floats | None = None
        self._weights: Doubles = np.empty((8, 0, 0))

    def colorize(
        self,
        L: Floats,
        mask: NDArray[np.uint8],
        hint_ab: Floats,
        hint_mask: NDArray[np.uint8],
        *,
        vividness: float | None = None,
    ) -> Floats:
        """Spread ``hint_ab: (2, h, w)`` from where ``hint_mask: (h, w)`` is set over the photo ``L: (h, w)``,
        L* 0..100.

        Returns ab (2, h, w) float32, equal to the hints where they are. ``mask`` and ``vividness`` have no
        meaning here.
        """
        del mask, vividness
        hinted = hint_mask.astype(bool)
        if not hinted.any():
            return np.zeros_like(hint_ab)
        if self._photo is None or not np.array_equal(self._photo, L):
            self._photo, self._weights = L.copy(), neighbour_weights(L / 100)
        height, width = L.shape
        order = dissection_order(height, width)
        matrix = self._system(hinted, order)
        wanted = np.where(hinted, hint_ab, 0).reshape(2, -1).T.astype(np.float64)
        # Each row's neighbours weigh as much as its pixel, so pivots on the diagonal are safe, and keeping them there
        # keeps the fill-in that the order was chosen for.
        factors = self._linalg.splu(
            matrix, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )
        solution = np.empty_like(wanted)
        solution[order] = factors.solve(wanted[order])
        answer: Floats = solution.T.reshape(2, height, width).astype(np.float32)
        answer[:, hinted] = hint_ab[:, hinted]
        return answer

    def _system(self, hinted: NDArray[np.bool_], order: Places) -> Any:
        """The matrix of "chroma minus its neighbours' weighted mean", identity in hinted rows, permuted into
        ``order``.
        """
        count = order.size
        place = np.empty(count, np.int32)
        place[order] = np.arange(count, dtype=np.int32)
        grid = place.reshape(hinted.shape)
        present = (self._weights > 0) & ~hinted
        rows = np.broadcast_to(grid, present.shape)[present]
        columns = np.stack(shifted(grid, 0))[present]
        diagonal = np.arange(count, dtype=np.int32)
        return self._sparse.csc_matrix(
            (
                np.concatenate([-self._weights[present], np.ones(count)]),
                (np.concatenate([rows, diagonal]), np.concatenate([columns, diagonal])),
            ),
            shape=(count, count),
        )


def neighbour_weights(luminance: NDArray[np.floating[Any]]) -> Doubles:
    """Weights (8, h, w) of each pixel's neighbours, summing to 1; zero beyond the border. ``luminance`` in
    0..1.
    """
    Y = luminance.astype(np.float64)
    values = np.stack(shifted(Y, 0.0))
    inside = np.stack(shifted(np.ones_like(Y), 0.0))
    everyone = inside.sum(axis=0) + 1
    mean = (values.sum(axis=0) + Y) / everyone
    variance = (((values - mean) ** 2 * inside).sum(axis=0) + (Y - mean) ** 2) / everyone
    steps = (values - Y) ** 2
    smallest = np.where(inside > 0, steps, np.inf).min(axis=0)
    smallest[np.isinf(smallest)] = 0  # a picture of one pixel
    spread = np.maximum.reduce(
        [VARIANCE_SHARE * variance, smallest / -np.log(FAINTEST), np.full_like(Y, FLAT_VARIANCE)]
    )
    # Never exactly zero: an underflow would cut the grid in two and leave a part without any colour.
    weights = np.maximum(np.exp(-steps / spread), 1e-12) * inside
    total = weights.sum(axis=0)
    result: Doubles = weights / np.where(total > 0, total, 1)
    return result


@lru_cache(maxsize=4)
def dissection_order(height: int, width: int) -> Places:
    """The grid's pixels in nested-dissection order (A. George, "Nested dissection of a regular finite element
    mesh", 1973).

    Both halves first, the line of pixels between them last: eliminating in this order fills in least. At 256²
    it makes the solve three times as fast as SuperLU's own orderings, which see the matrix but not the grid.
    """
    pixels = np.arange(height * width, dtype=np.int32).reshape(height, width)
    parts: list[Places] = []

    def dissect(block: Places) -> None:
        rows, columns = block.shape
        if rows * columns <= _LEAF:
            parts.append(block.ravel())
        elif rows >= columns:
            middle = rows // 2
            dissect(block[:middle])
            dissect(block[middle + 1 :])
            parts.append(block[middle])
        else:
            middle = columns // 2
            dissect(block[:, :middle])
            dissect(block[:, middle + 1 :])
            parts.append(block[:, middle])

    dissect(pixels)
    order = np.concatenate(parts)
    order.setflags(write=False)
    return order


def shifted(plane: NDArray[Any], outside: float) -> list[NDArray[Any]]:
    """The plane as seen from each pixel towards each of its eight neighbours; ``outside`` beyond the border."""
    height, width = plane.shape
    padded = np.pad(plane, 1, constant_values=outside)
    return [padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] for dy, dx in NEIGHBOURS]


def _import(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            "Levin's colourisation needs scipy, which is not installed: "
            "run pip install scipy, or leave it out with --levin 0."
        ) from error
