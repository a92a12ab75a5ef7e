"""Which colour the brush lays: *Auto*, a place on the disc, numbers, what the network suggests, swatches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.ab_disc import AbDisc
from app.panels.buttons import bare
from app.panels.colour_entry import ColourEntry
from app.panels.suggestions import Suggestions
from app.panels.swatches import NAMED_COLORS, AutoSwatch, Color, Swatch

COLUMNS = 6
WIDTH = 208


class ColourPicker(QWidget):
    """All ways to choose one colour, which always agree.

    ``picked`` carries the (r, g, b), or None for *Auto*, at every move of the disc too; ``custom_wanted`` asks for the
    colour dialog; ``done`` gives the keyboard back.
    """

    picked = Signal(object)
    custom_wanted = Signal()
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color: Color | None = None
        self._recent_colors: list[Color] = []
        self._is_settled = True
        self.auto = AutoSwatch()
        self.disc = AbDisc()
        self.entry = ColourEntry()
        self.suggestions = Suggestions()
        self.swatches = [Swatch(color, name) for name, color in NAMED_COLORS]
        self.recent = [Swatch(None) for _ in range(COLUMNS)]
        self.custom = QPushButton("Other colour…")
        self.custom.setToolTip("Choose any colour (C)")
        self.custom.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # else Space, meant to move the photo, would press it again
        self.custom.clicked.connect(self.custom_wanted)
        self._group = QButtonGroup(self)
        for button in (self.auto, *self.swatches, *self.recent):
            self._group.addButton(button)
        self._group.buttonClicked.connect(self._clicked)
        self.disc.picked.connect(self._disc_picked)
        self.disc.settled.connect(self._settle)
        self.entry.edited.connect(self._pick)
        self.suggestions.picked.connect(self._pick)
        for part in (self.disc, self.entry, self.suggestions):
            part.done.connect(self.done)
        self._arrange()
        self.show_colour(None)

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        bare(layout, 8)
        layout.addWidget(self.auto)
        layout.addWidget(self.disc, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.entry)
        layout.addWidget(_caption("Likely here, %"))
        layout.addWidget(self.suggestions)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, swatch in enumerate(self.swatches):
            grid.addWidget(swatch, place // COLUMNS, place % COLUMNS)
        layout.addLayout(grid)
        layout.addWidget(_caption("Recent"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for swatch in self.recent:
            row.addWidget(swatch)
        layout.addLayout(row)
        layout.addWidget(self.custom)

    @property
    def color(self) -> Color | None:
        return self._color

    @property
    def recent_colors(self) -> list[Color]:
        """The latest first."""
        return list(self._recent_colors)

    def show_colour(self, color: Color | None) -> None:
        """Show the present colour, None for *Auto*; one that is on no swatch goes first among the recent ones.

        While the disc is being dragged, or worked with keys, only the colour it comes to rest on does.
        """
        self._color = color
        for part in (self.disc, self.entry, self.suggestions):
            part.show_colour(color)
        if self._is_settled:
            self._remember()
        self._mark()

    def show_lightness(self, lightness: float) -> None:
        """Choose at L* 0..100, such as that under the pointer."""
        self.disc.show_lightness(lightness)
        self.entry.show_lightness(lightness)

    def show_suggestions(self, suggestions: Sequence[tuple[Color, float]]) -> None:
        """Offer these (colour, share 0..1), the likeliest first."""
        self.suggestions.show_suggestions(suggestions)

    def set_recent(self, colors: Sequence[Color]) -> None:
        """Fill the row of recent colours, and the disc's dots."""
        self._recent_colors = list(colors[:COLUMNS])
        for place, swatch in enumerate(self.recent):
            swatch.set_color(self._recent_colors[place] if place < len(self._recent_colors) else None)
        self.disc.show_markers(self._recent_colors)

    def _remember(self) -> None:
        color = self._color
        if color is not None and all(swatch.color != color for swatch in self.swatches):
            self.set_recent([color, *(old for old in self._recent_colors if old != color)])

    def _mark(self) -> None:
        """Check the swatch of the present colour; where none has it, none is checked."""
        marked = self.auto if self._color is None else self._swatch_of(self._color)
        if marked is not None:
            marked.setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)

    def _swatch_of(self, color: Color) -> Swatch | None:
        return next((swatch for swatch in (*self.swatches, *self.recent) if swatch.color == color), None)

    def _clicked(self, button: Swatch | AutoSwatch) -> None:
        self._pick(button.color if isinstance(button, Swatch) else None)

    def _disc_picked(self, color: Color | None) -> None:
        self._is_settled = False
        self._pick(color)

    def _pick(self, color: Color | None) -> None:
        self.show_colour(color)
        self.picked.emit(color)

    def _settle(self) -> None:
        self._is_settled = True
        self._remember()
        self._mark()


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "hint")
    return label
