"""What the tools besides the brush can be told: one object that the options bar and the tools share."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.document.selection import Combine

MAX_DAB_SIZE = 2000.0
"""Photo pixels."""


class GradientShape(Enum):
    """How a gradient spreads from where the pointer went down."""

    LINEAR = "linear"
    RADIAL = "radial"


class ToolOptions(QObject):
    """combine: what a new region does to the selection; feather: photo pixels a new region is softened by, 0..500;
    antialias: soft borders one pixel wide; tolerance: 0..100 in L*; contiguous: only what hangs together with the place
    that was clicked; sample_size: side of the square the eyedropper averages, in photo pixels; dab_size: side of the
    square a colour dab covers, likewise.

    ``changed`` follows every change; values out of range are brought into it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._combine = Combine.REPLACE
        self._feather = 0.0
        self._antialias = True
        self._tolerance = 12.0
        self._contiguous = True
        self._gradient = GradientShape.LINEAR
        self._reversed = False
        self._sample_size = 3
        self._dab_size = self._default_dab_size = 10.0

    @property
    def combine(self) -> Combine:
        return self._combine

    @property
    def feather(self) -> float:
        return self._feather

    @property
    def antialias(self) -> bool:
        return self._antialias

    @property
    def tolerance(self) -> float:
        return self._tolerance

    @property
    def contiguous(self) -> bool:
        return self._contiguous

    @property
    def gradient(self) -> GradientShape:
        return self._gradient

    @property
    def reversed(self) -> bool:
        """Whether a gradient runs from nothing to full instead."""
        return self._reversed

    @property
    def sample_size(self) -> int:
        return self._sample_size

    @property
    def dab_size(self) -> float:
        return self._dab_size

    def set_combine(self, combine: Combine) -> None:
        self._set(combine=combine)

    def set_feather(self, pixels: float) -> None:
        self._set(feather=min(500.0, max(0.0, pixels)))

    def set_antialias(self, on: bool) -> None:
        self._set(antialias=on)

    def set_tolerance(self, lightness: float) -> None:
        self._set(tolerance=min(100.0, max(0.0, lightness)))

    def set_contiguous(self, on: bool) -> None:
        self._set(contiguous=on)

    def set_gradient(self, shape: GradientShape) -> None:
        self._set(gradient=shape)

    def set_reversed(self, on: bool) -> None:
        self._set(reversed=on)

    def set_sample_size(self, side: int) -> None:
        self._set(sample_size=min(101, max(1, side)))

    def set_dab_size(self, side: float) -> None:
        self._set(dab_size=min(MAX_DAB_SIZE, max(1.0, side)))

    def suit_dab_size(self, width: int, height: int) -> None:
        """Let the default suit a photo, four pixels of what the network sees; a size the user has chosen stays."""
        untouched = self._dab_size == self._default_dab_size
        self._default_dab_size = float(min(MAX_DAB_SIZE, max(4, round(max(width, height) / 64))))
        if untouched:
            self.set_dab_size(self._default_dab_size)

    def _set(self, **values: object) -> None:
        if any(getattr(self, f"_{name}") != value for name, value in values.items()):
            for name, value in values.items():
                setattr(self, f"_{name}", value)
            self.changed.emit()
