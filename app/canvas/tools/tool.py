"""What every tool of the canvas understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sample:
    """One pointer position: (x, y) in photo pixels, (view_x, view_y) in device pixels of the canvas.

    ``pressure`` is 0..1 for a pen that feels it and 1 for anything else; ``shift`` tells whether Shift was held.
    """

    x: float
    y: float
    view_x: float
    view_y: float
    pressure: float = 1.0
    shift: bool = False


class Tool(Protocol):
    """A small interaction: pressed, moved, released; or cancelled, which undoes what it began."""

    @property
    def is_active(self) -> bool:
        """Between press and release."""

    def press(self, sample: Sample) -> None:
        """The pointer went down."""

    def move(self, samples: Sequence[Sample]) -> None:
        """The pointer was dragged along these positions since the last call."""

    def release(self) -> None:
        """The pointer went up."""

    def cancel(self) -> None:
        """Give up, as if it had never been pressed."""
