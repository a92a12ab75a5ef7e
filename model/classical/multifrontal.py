"""Direct solution of nearest-neighbour equations on a pixel grid, which stays solved while few rows change.

The multifrontal method (I. S. Duff, J. K. Reid, "The multifrontal solution of indefinite sparse symmetric linear
equations", ACM TOMS 9, 1983) in nested-dissection order (``fronts``): both halves of a rectangle are eliminated before
the line between them, and what a half leaves on the pixels around it, a dense matrix, is added into the front that
eliminates those. Fronts of one shape are worked on together, so that nearly all of the time is spent in dense linear
algebra.

A row that changes makes its own rectangle and those around it out of date, one per level, and nothing else: a hint that
is dragged costs a fraction of the first solution. No iteration, no starting value, and the same time however ill
conditioned the equations are.

numpy's BLAS should have one thread (``OPENBLAS_NUM_THREADS=1`` before numpy is imported): with two, the many small
products wait for each other, and everything takes two to three times as long.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classical.fronts import SIDES, Child, Front, Runs, fronts_of

Doubles = NDArray[np.float64]
Choice = NDArray[np.intp] | slice

_DOUBT = 1e-4  # of a whole: an error of this size leaves one of its square, which nobody sees
_PORTION = 1 << 18  # entries of the matrices worked on at once


class GridSolver:
    """``(given_i + Σ_k coupling[k, i]) x_i - Σ_k coupling[k, i] x_(i + k) = right_i`` for two right-hand sides, with
    k over ``fronts.NEIGHBOURS``, ``coupling`` and ``given`` never negative.

    A pixel's equation says what it takes from its neighbours and what, ``given``, from outside. That is kept track of
    through the elimination as a third right-hand side, so that no diagonal is ever the small difference of large
    numbers (W. K. Grassmann, M. I. Taksar, D. P. Heyman, "Regenerative analysis and steady state distributions for
    Markov chains", Operations Research 33, 1985): parts that hang together by a hair get their colour all the same.

    Keeps about 1 kB per pixel between solutions.
    """

    def __init__(self, height: int, width: int) -> None:
        self._shape = height, width
        self._fronts = fronts_of(height, width)
        self._forget()

    def _forget(self) -> None:
        """The state in which every equation is ``x = 0``: nothing is left to be added anywhere."""
        height, width = self._shape
        self._coupling: Doubles = np.zeros((8, height, width))
        self._sides: Doubles = np.stack([np.zeros(self._shape), np.zeros(self._shape), np.ones(self._shape)], axis=-1)
        self._updates: list[Doubles | None] = [_update(front) if front.kept else None for front in self._fronts]
        self._rows = [np.zeros((front.count, front.eliminated, front.around + 2)) for front in self._fronts]

    def solve(self, coupling: Doubles, given: Doubles, right: Doubles) -> Doubles:
        """The solution (2, h, w) for ``coupling: (8, h, w)``, ``given: (h, w)`` and ``right: (2, h, w)``.

        ``coupling`` is kept, to see next time which rows have changed: it must not be written to any more. Every
        pixel must be tied, if only through others, to one with ``given`` > 0.
        """
        sides = np.stack([*right, given], axis=-1)
        changed = (coupling != self._coupling).any(axis=0) | (sides != self._sides).any(axis=-1)
        if changed.any():
            try:
                self._eliminate(coupling, sides, self._outdated(changed))
            except BaseException:
                self._forget()
                raise
        self._coupling, self._sides = coupling, sides
        return self._substitute()

    def _outdated(self, changed: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
        """Which fronts of each shape must be worked out again."""
        # A row is read where it or one of its neighbours is eliminated, whichever comes first.
        touched = cv2.dilate(changed.astype(np.uint8), np.ones((3, 3), np.uint8)).ravel().astype(bool)
        outdated: list[NDArray[np.bool_]] = []
        for front in self._fronts:
            here: NDArray[np.bool_] = np.any(touched[front.pixels[:, : front.eliminated]], axis=1)
            for child in front.children:
                here |= outdated[child.front][child.first : child.first + front.count]
            outdated.append(here)
        for front, here in zip(reversed(self._fronts), reversed(outdated), strict=True):
            for child in front.children:
                if not self._fronts[child.front].kept:
                    outdated[child.front][child.first : child.first + front.count] |= here
        return outdated

    def _eliminate(self, coupling: Doubles, sides: Doubles, outdated: list[NDArray[np.bool_]]) -> None:
        towards, wanted = coupling.reshape(8, -1), sides.reshape(-1, SIDES)
        for k, front in enumerate(self._fronts):
            m = front.eliminated
            if self._updates[k] is None and outdated[k].any():
                self._updates[k] = _update(front)
            for chosen in _portions(front, outdated[k]):
                inner, outer = self._assembled(front, chosen, towards, wanted)
                rows = _shares(inner, m)
                self._rows[k][chosen] = rows[:, :, :-1]
                left = outer @ rows
                for child, update in self._updates_below(front, chosen):
                    _add(update, child.outer, child.outer + child.sides, left)
                self._update_of(k)[chosen] = left
            for finished in front.finishes:
                self._updates[finished] = None

    def _assembled(self, front: Front, chosen: Choice, towards: Doubles, wanted: Doubles) -> tuple[Doubles, Doubles]:
        """What the eliminated pixels (k, m, n + 3) take from all of the front and from outside; what the pixels around
        take from them (k, r, m).
        """
        pixels = front.pixels[chosen]
        m, r = front.eliminated, front.around
        inner = np.zeros((len(pixels), m, m + r + SIDES))
        outer = np.zeros((len(pixels), r, m))
        for takes, entries in ((inner, front.inner), (outer, front.outer)):
            couplings = towards[entries.directions, pixels[:, entries.sources]]
            takes.reshape(len(pixels), -1)[:, entries.places] = couplings
        inner[:, :, m + r :] = wanted[pixels[:, :m]]
        for child, update in self._updates_below(front, chosen):
            _add(update, child.inner, child.inner, inner)
            _add(update, child.inner, child.outer + child.sides, inner[:, :, m:])
            _add(update, child.outer, child.inner, outer)
        return inner, outer

    def _updates_below(self, front: Front, chosen: Choice) -> list[tuple[Child, Doubles]]:
        return [(child, self._update_of(child.front)[_moved(chosen, child.first)]) for child in front.children]

    def _update_of(self, k: int) -> Doubles:
        update = self._updates[k]
        assert update is not None
        return update

    def _substitute(self) -> Doubles:
        """The values, from the line that was eliminated last to the first corners."""
        height, width = self._shape
        values = np.zeros((height * width, 2))
        for front, rows in zip(reversed(self._fronts), reversed(self._rows), strict=True):
            m, r = front.eliminated, front.around
            values[front.pixels[:, :m]] = rows[:, :, r:] + rows[:, :, :r] @ values[front.pixels[:, m:]]
        solution: Doubles = np.ascontiguousarray(values.T).reshape(2, height, width)
        return solution


def _add(update: Doubles, rows: Runs, columns: Runs, target: Doubles) -> None:
    for from_rows, to_rows in rows:
        for from_columns, to_columns in columns:
            target[:, to_rows, to_columns] += update[:, from_rows, from_columns]


def _shares(takes: Doubles, m: int) -> NDArray[np.floating[Any]]:
    """What the first m pixels take (k, m, n - m + 3) from the others and from outside when they are solved for."""
    inner = takes[:, :, :m]
    diagonal = np.arange(m)
    inner[:, diagonal, diagonal] = 0  # what comes back to a pixel itself says nothing about it
    system = -inner
    system[:, diagonal, diagonal] = _whole(takes)
    try:
        rows = np.linalg.solve(system, takes[:, :, m:])
    except np.linalg.LinAlgError:
        return _careful_shares(takes, m)
    # They are shares of one whole: what they lack of it tells, and corrects, how far the system is from singular.
    whole = _whole(rows)
    rows /= whole[:, :, None]
    doubtful = ~(np.abs(whole - 1) < _DOUBT).all(axis=1)
    if doubtful.any():
        rows[doubtful] = _careful_shares(takes[doubtful], m)
    return rows


def _careful_shares(takes: Doubles, m: int) -> Doubles:
    """The same without a single subtraction, pixel by pixel: exact for whatever is given, but slow."""
    takes = takes.copy()
    for pixel in range(m):
        takes[:, pixel, pixel] = 0
        takes[:, pixel] /= _whole(takes[:, pixel])[:, None]
        share = takes[:, :, pixel].copy()
        takes[:, :, pixel] = 0
        takes += share[:, :, None] * takes[:, pixel, None]
    return takes[:, :, m:]


def _whole(takes: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """What is taken in all, without the right-hand sides: it would be 1 if nothing came back."""
    whole: NDArray[np.floating[Any]] = takes.sum(axis=-1) - takes[..., -3] - takes[..., -2]
    return whole


def _portions(front: Front, outdated: NDArray[np.bool_]) -> list[Choice]:
    """The outdated fronts of one shape, so many at a time that their matrices stay in the processor's cache."""
    each = max(1, _PORTION // (front.pixels.shape[1] * (front.pixels.shape[1] + SIDES)))
    if outdated.all():
        return [slice(first, min(first + each, front.count)) for first in range(0, front.count, each)]
    places = np.flatnonzero(outdated)
    return [places[first : first + each] for first in range(0, len(places), each)]


def _moved(chosen: Choice, by: int) -> Choice:
    return slice(chosen.start + by, chosen.stop + by) if isinstance(chosen, slice) else chosen + by


def _update(front: Front) -> Doubles:
    return np.zeros((front.count, front.around, front.around + SIDES))
