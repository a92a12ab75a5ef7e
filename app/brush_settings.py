"""The brush as the user has set it: one object that the toolbar, the canvas and the keys share."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.document.brush import Brush

Color = tuple[int, int, int]

MIN_SIZE, MAX_SIZE = 1.0, 5000.0
DEFAULT_HARDNESS, DEFAULT_OPACITY = 0.7, 1.0
SIZE_STEP, HARDNESS_STEP = 1.15, 0.1


class BrushSettings(QObject):
    """Diameter in photo pixels, hardness and opacity 0..1, the colour: (r, g, b) 0..255 or None for *Auto*; and whether
    a pen's pressure makes the brush smaller than that.

    ``changed`` follows every change; values out of range are brought into it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._default_size = 60.0
        self._size = self._default_size
        self._hardness = DEFAULT_HARDNESS
        self._opacity = DEFAULT_OPACITY
        self._color: Color | None = None
        self._pressure_sizes = True

    @property
    def size(self) -> float:
        return self._size

    @property
    def hardness(self) -> float:
        return self._hardness

    @property
    def opacity(self) -> float:
        return self._opacity

    @property
    def color(self) -> Color | None:
        return self._color

    @property
    def pressure_sizes(self) -> bool:
        return self._pressure_sizes

    def set_size(self, size: float) -> None:
        self._set(size=min(MAX_SIZE, max(MIN_SIZE, size)))

    def set_hardness(self, hardness: float) -> None:
        self._set(hardness=min(1.0, max(0.0, hardness)))

    def set_opacity(self, opacity: float) -> None:
        self._set(opacity=min(1.0, max(0.01, opacity)))

    def set_color(self, color: Color | None) -> None:
        self._set(color=color)

    def set_pressure_sizes(self, on: bool) -> None:
        self._set(pressure_sizes=on)

    def _set(self, **values: object) -> None:
        if any(getattr(self, f"_{name}") != value for name, value in values.items()):
            for name, value in values.items():
                setattr(self, f"_{name}", value)
            self.changed.emit()

    def larger(self) -> None:
        """One step up: never less than a pixel, so that small brushes move too."""
        self.set_size(max(self._size + 1, round(self._size * SIZE_STEP)))

    def smaller(self) -> None:
        """One step down."""
        self.set_size(min(self._size - 1, round(self._size / SIZE_STEP)))

    def harder(self) -> None:
        self.set_hardness(round(self._hardness + HARDNESS_STEP, 2))

    def softer(self) -> None:
        self.set_hardness(round(self._hardness - HARDNESS_STEP, 2))

    def suit(self, width: int, height: int) -> None:
        """Let the default size suit a photo; a size that the user has chosen stays."""
        untouched = self._size == self._default_size
        self._default_size = float(max(8, round(max(width, height) / 16)))
        if untouched:
            self.set_size(self._default_size)

    def reset(self) -> None:
        """Everything as it was at the first start, the size to suit the photo."""
        self._set(
            size=min(MAX_SIZE, self._default_size),
            hardness=DEFAULT_HARDNESS,
            opacity=DEFAULT_OPACITY,
            color=None,
        )

    def brush(self) -> Brush:
        """The document's brush of these settings."""
        return Brush(radius=self._size / 2, hardness=self._hardness, opacity=self._opacity)
