"""What colour the brush lays: *Auto*, a swatch, a colour used before, or any other."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.swatches import NAMED_COLORS, AutoSwatch, Color, Swatch

COLUMNS = 6


class ColourPanel(QWidget):
    """``picked`` carries the chosen (r, g, b), or None for *Auto*; ``custom_wanted`` asks for the colour dialog."""

    picked = Signal(object)
    custom_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.auto = AutoSwatch()
        self.swatches = [Swatch(color, name) for name, color in NAMED_COLORS]
        self.recent = [Swatch(None) for _ in range(COLUMNS)]
        self._recent_colors: list[Color] = []
        self._group = QButtonGroup(self)
        for button in (self.auto, *self.swatches, *self.recent):
            self._group.addButton(button)
        self._group.buttonClicked.connect(self._clicked)
        custom = QPushButton("Other colour…")
        custom.setToolTip("Choose any colour (C)")
        custom.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # else Space, meant to move the photo, would press it again
        custom.clicked.connect(self.custom_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.auto)
        layout.addLayout(self._grid())
        caption = QLabel("Recent")
        caption.setProperty("role", "hint")
        layout.addWidget(caption)
        row = QHBoxLayout()
        row.setSpacing(8)
        for swatch in self.recent:
            row.addWidget(swatch)
        layout.addLayout(row)
        layout.addWidget(custom)
        self.show_color(None)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, swatch in enumerate(self.swatches):
            grid.addWidget(swatch, place // COLUMNS, place % COLUMNS)
        return grid

    def show_color(self, color: Color | None) -> None:
        """Mark the present colour; one that is on no swatch goes first among the recent ones."""
        if color is not None and all(swatch.color != color for swatch in self.swatches):
            self.set_recent([color, *(old for old in self._recent_colors if old != color)])
        marked = self.auto if color is None else self._swatch_of(color)
        if marked is not None:
            marked.setChecked(True)

    def _swatch_of(self, color: Color) -> Swatch | None:
        return next((swatch for swatch in (*self.swatches, *self.recent) if swatch.color == color), None)

    @property
    def recent_colors(self) -> list[Color]:
        """The latest first."""
        return list(self._recent_colors)

    def set_recent(self, colors: list[Color]) -> None:
        """Fill the row of recent colours."""
        self._recent_colors = colors[:COLUMNS]
        for place, swatch in enumerate(self.recent):
            swatch.set_color(self._recent_colors[place] if place < len(self._recent_colors) else None)

    def _clicked(self, button: Swatch | AutoSwatch) -> None:
        self.picked.emit(button.color if isinstance(button, Swatch) else None)
