"""What an evaluation can measure: anything with ``colorize``, and the simple answers every network must beat."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from model.generator import Answer, Features, Generator

Mask = NDArray[np.uint8]
Floats = NDArray[np.float32]

MEAN_AB = (1.17, 8.66)
"""Mean a* and b* of 1 200 training photos (the first 200 of each train shard): a pale sepia."""


class Predictor(Protocol):
    """The one method the evaluation calls; :class:`model.colorizer.Colorizer` has it."""

    def colorize(
        self, L: Floats, mask: Mask, hint_ab: Floats, hint_mask: Mask, *, vividness: float | None = None
    ) -> Floats:
        """Chroma for a photo, raw: not multiplied by the mask.

        L: (h, w) L* 0..100; mask, hint_mask: (h, w) in {0, 1}; hint_ab: (2, h, w) CIE a*b*, zero where none
        is asked for; vividness: 0 for the expected colour, None for the predictor's own default. Returns ab
        (2, h, w) float32.
        """
        ...


class Section(Enum):
    """The parts of an evaluation a column can take part in."""

    FULL = auto()  # the whole picture, no hints
    MASKS = auto()  # inside partial masks
    LEAK = auto()  # outside them
    HINTS = auto()
    BLEEDING = auto()  # of a hint out of its segment
    STEADINESS = auto()  # while the mask grows
    SIZES = auto()  # of the network's picture
    EXPORT = auto()  # the lightness of what is written


@dataclass(frozen=True)
class Column:
    """A predictor, the sections it makes sense in, and how many photos it is given (None: all)."""

    predictor: Predictor
    sections: frozenset[Section] = frozenset(Section)
    photos: int | None = None


class AtVividness:
    """A predictor held at one vividness, for a whole column."""

    def __init__(self, predictor: Predictor, vividness: float | None) -> None:
        self._predictor = predictor
        self._vividness = vividness

    def colorize(
        self, L: Floats, mask: Mask, hint_ab: Floats, hint_mask: Mask, *, vividness: float | None = None
    ) -> Floats:
        """The predictor's answer; the vividness asked for here gives way to the column's."""
        del vividness
        return self._predictor.colorize(L, mask, hint_ab, hint_mask, vividness=self._vividness)


REMEMBERED = 2
"""Answers of the decoder that are kept: the one just given, and one before it for MaskBlind."""


@contextmanager
def shared_forwards(generator: Generator) -> Iterator[None]:
    """Let the generator answer the same question once only for a while.

    A :class:`model.colorizer.Colorizer` makes colour more or less vivid *after* the decoder, so the columns of one
    network that differ in vividness only ask the decoder the same; what it answered last is given again. Not while time
    is measured.
    """
    decode = generator.decode
    answered: deque[tuple[Features, tuple[torch.Tensor, ...], Answer]] = deque(maxlen=REMEMBERED)

    def remembered(features: Features, *planes: torch.Tensor) -> Answer:
        for known, asked, answer in answered:
            if known is features and all(map(torch.equal, asked, planes)):
                return answer
        answered.append((features, planes, decode(features, *planes)))
        return answered[-1][2]

    generator.__dict__["decode"] = remembered  # stands before the class's own
    try:
        yield
    finally:
        del generator.__dict__["decode"]


class Grey:
    """No colour anywhere: what a masked regression falls back to when it is unsure."""

    def colorize(
        self, L: Floats, mask: Mask, hint_ab: Floats, hint_mask: Mask, *, vividness: float | None = None
    ) -> Floats:
        del L, mask, hint_mask, vividness
        return np.zeros_like(hint_ab)


class MeanColour:
    """One constant colour inside the mask, whatever the photo: the best answer that does not look at it."""

    def __init__(self, ab: tuple[float, float] = MEAN_AB) -> None:
        self._ab = np.array(ab, np.float32)[:, None, None]

    def colorize(
        self, L: Floats, mask: Mask, hint_ab: Floats, hint_mask: Mask, *, vividness: float | None = None
    ) -> Floats:
        del L, hint_ab, hint_mask, vividness
        return self._ab * mask.astype(np.float32)


class Corrected:
    """A network that never hears of the hints, and a solver that spreads what its answer lacks at them.

    What a network's own spreading of hints is worth is its distance to this.
    """

    def __init__(self, network: Predictor, solver: Predictor) -> None:
        self._network, self._solver = network, solver

    def colorize(
        self, L: Floats, mask: Mask, hint_ab: Floats, hint_mask: Mask, *, vividness: float | None = None
    ) -> Floats:
        known = hint_mask * mask
        answer = self._network.colorize(L, mask, 0 * hint_ab, 0 * hint_mask, vividness=vividness)
        lacks = ((hint_ab - answer) * known).astype(np.float32)
        return answer + self._solver.colorize(L, mask, lacks, known) * mask.astype(np.float32)


class MaskBlind:
    """A predictor that is never shown the mask: its answer for the whole picture, cut out by the mask
    afterwards.

    What the network's mask input is worth is its distance to this.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._asked: tuple[NDArray[np.float32], ...] = ()
        self._whole: Floats | None = None

    def colorize(
        self, L: Floats, mask: Mask, hint_ab: Floats, hint_mask: Mask, *, vividness: float | None = None
    ) -> Floats:
        asked = (L, hint_ab, hint_mask.astype(np.float32))
        same = self._whole is not None and all(map(np.array_equal, asked, self._asked))
        if self._whole is None or not same:  # a photo's masks come one after the other: one answer serves them all
            everywhere = np.ones_like(mask)
            self._whole = self._predictor.colorize(L, everywhere, hint_ab, hint_mask, vividness=vividness)
            self._asked = tuple(plane.copy() for plane in asked)
        return self._whole * mask.astype(np.float32)
