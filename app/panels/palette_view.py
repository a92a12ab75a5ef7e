"""A palette to pick from, the palettes there are, and how strictly the layer keeps to the one shown."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.document.palette import Palette, Swatch
from app.panels.buttons import bare
from app.panels.slider import LabelledSlider
from app.panels.swatches import Color, css_name

Index = QModelIndex | QPersistentModelIndex

CELL = 22
"""Side of a square with its share of the gaps, logical pixels."""
FRAME = 1
"""The list's border, logical pixels."""
COLUMNS, LEAST_ROWS, MOST_ROWS = 9, 2, 6
EMPTY = "No palette yet. Load one, or take one from the photo."
FIRST_SOFTNESS = 50
"""Per cent, when a lock becomes soft for the first time."""


class Lock(enum.Enum):
    """How a layer's chroma is kept to a palette."""

    OFF = "Off"
    SOFT = "Soft"
    HARD = "Hard"


class PaletteView(QWidget):
    """Shows palettes and asks for everything else.

    ``picked`` carries an (r, g, b); ``chosen`` and ``removed`` a palette's place in the list; ``lock_edited`` None or
    the softness 0..1, where 0 is hard. ``done`` gives the keyboard back.
    """

    picked = Signal(object)
    chosen = Signal(int)
    removed = Signal(int)
    load_wanted = Signal()
    save_wanted = Signal()
    extract_wanted = Signal()
    add_colour_wanted = Signal()
    lock_edited = Signal(object)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = QComboBox()
        self.names.setAccessibleName("Palette")
        self.names.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.names.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.names.setMinimumContentsLength(8)
        self.names.activated.connect(self.chosen)
        self.grid = SwatchGrid()
        self.grid.picked.connect(self.picked)
        self.grid.done.connect(self.done)
        self.load = _small_button("Load…", "Open a palette file: GIMP .gpl, Adobe .ase or .aco")
        self.save = _small_button("Save…", "Keep this palette in a file")
        self.extract = _small_button("From photo…", "Make a palette of the colours in a photo")
        self.add = _small_button("Add colour", "Put the present colour into this palette")
        self.remove = _small_button("Remove", "Take this palette off the list; its file stays")
        self.load.clicked.connect(self.load_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.extract.clicked.connect(self.extract_wanted)
        self.add.clicked.connect(self.add_colour_wanted)
        self.remove.clicked.connect(self._remove)
        self.lock = LockControl()
        self.lock.edited.connect(self.lock_edited)
        self.lock.done.connect(self.done)
        layout = QVBoxLayout(self)
        bare(layout, 6)
        layout.addWidget(self.names)
        layout.addWidget(self.grid)
        layout.addLayout(_row(self.load, self.save, self.remove))
        layout.addLayout(_row(self.extract, self.add))
        layout.addWidget(self.lock)
        self.show_palettes([], -1)

    def show_palettes(self, palettes: Sequence[Palette], current: int) -> None:
        """List these palettes and show the one at ``current``; outside the list, none."""
        names = [palette.name or "Untitled" for palette in palettes]
        if names != [self.names.itemText(place) for place in range(self.names.count())]:
            self.names.clear()
            self.names.addItems(names)
        has_one = 0 <= current < len(palettes)
        self.names.setCurrentIndex(current if has_one else -1)
        self.names.setToolTip(names[current] if has_one else "")
        self.names.setEnabled(bool(palettes))
        self.grid.show_swatches(palettes[current].swatches if has_one else ())
        for control in (self.save, self.remove, self.lock):
            control.setEnabled(has_one)

    def show_colour(self, color: Color | None) -> None:
        """Mark the colour where the palette has it."""
        self.grid.show_colour(color)

    def show_lock(self, softness: float | None) -> None:
        """Show the lock of the layer: None for no lock, else its softness 0..1, where 0 is hard."""
        self.lock.show_lock(softness)

    def _remove(self) -> None:
        self.removed.emit(self.names.currentIndex())


class SwatchModel(QAbstractListModel):
    """The swatches of one palette."""

    def __init__(self) -> None:
        super().__init__()
        self._swatches: tuple[Swatch, ...] = ()

    @property
    def swatches(self) -> tuple[Swatch, ...]:
        return self._swatches

    def show(self, swatches: tuple[Swatch, ...]) -> None:
        self.beginResetModel()
        self._swatches = swatches
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._swatches)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not 0 <= index.row() < len(self._swatches):
            return None
        swatch = self._swatches[index.row()]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(part for part in (swatch.name, css_name(swatch.color)) if part)
        if role == Qt.ItemDataRole.UserRole:
            return swatch.color
        return None


class SwatchGrid(QListView):
    """``picked`` carries the colour of the square that was clicked, or on which Return or Space was pressed.

    ``done`` gives the keyboard back after Return or Escape.
    """

    picked = Signal(object)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.swatches = SwatchModel()
        self.color: Color | None = None
        self.setModel(self.swatches)
        self.setItemDelegate(_SquareDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(QSize(CELL, CELL))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Colours of the palette")
        self.setAccessibleDescription("Arrows move between the colours, Return picks one.")
        self.clicked.connect(self._pick)
        self.show_swatches(())

    def show_swatches(self, swatches: tuple[Swatch, ...]) -> None:
        """Show these, in as many rows as they need and the panel has room for."""
        if swatches != self.swatches.swatches:
            self.swatches.show(swatches)
        rows = min(max(-(-len(swatches) // COLUMNS), LEAST_ROWS), MOST_ROWS)
        self.setFixedHeight(rows * CELL + 2 * FRAME)

    def show_colour(self, color: Color | None) -> None:
        """Mark the squares of this colour."""
        if color != self.color:
            self.color = color
            self.viewport().update()

    def _pick(self, index: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(self.swatches.swatches[index.row()].color)

    def keyboardSearch(self, _typed: str) -> None:
        """Letters and digits are the photo's keys."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self.currentIndex())
            self.done.emit()
        elif event.key() == Qt.Key.Key_Space:
            self._pick(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.swatches.swatches:
            with QPainter(self.viewport()) as painter:
                font = painter.font()
                font.setPixelSize(12)
                painter.setFont(font)
                painter.setPen(QColor(theme.MUTED))
                box = self.viewport().rect().adjusted(8, 0, -8, 0)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, EMPTY)


class _SquareDelegate(QStyledItemDelegate):
    """A square of the colour; the present colour wears the accent, the keyboard's place a light frame."""

    def __init__(self, grid: SwatchGrid) -> None:
        super().__init__(grid)
        self._grid = grid

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(CELL, CELL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        color: Color = index.data(Qt.ItemDataRole.UserRole)
        box, state = QRectF(option.rect).adjusted(1, 1, -1, -1), option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*color))
        painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
        chosen = color == self._grid.color
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        if chosen or focused or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = theme.TEXT if focused else theme.ACCENT if chosen else theme.MUTED
            painter.setPen(QPen(QColor(ring), 1.5 if chosen else 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.restore()


class LockControl(QWidget):
    """Off, soft or hard, and how soft; ``edited`` carries None or the softness 0..1."""

    edited = Signal(object)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        caption = QLabel("Lock layer")
        caption.setProperty("role", "caption")
        self.modes: dict[Lock, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = _row(caption)
        for lock, tip in _LOCK_TIPS.items():
            button = QToolButton()
            button.setText(lock.value)
            button.setCheckable(True)
            button.setFixedHeight(24)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(tip)
            button.setAccessibleName(f"Lock the layer to this palette: {lock.value.lower()}")
            self._group.addButton(button)
            row.addWidget(button, 1)
            self.modes[lock] = button
        self._group.buttonClicked.connect(self._edit)
        self.softness = LabelledSlider("Softness", 1, 100, " %", slider_width=48, field_width=64)
        self.softness.show_value(FIRST_SOFTNESS)
        self.softness.edited.connect(self._edit)
        self.softness.done.connect(self.done)
        layout = QVBoxLayout(self)
        bare(layout, 4)
        layout.addLayout(row)
        layout.addWidget(self.softness)
        self.show_lock(None)

    @property
    def lock(self) -> Lock:
        return next(lock for lock, button in self.modes.items() if button.isChecked())

    def show_lock(self, softness: float | None) -> None:
        """Show None for off, or a softness 0..1, without reporting it."""
        if softness:
            self.softness.show_value(max(1, round(100 * softness)))
        lock = Lock.OFF if softness is None else Lock.SOFT if softness else Lock.HARD
        self.modes[lock].setChecked(True)
        self.softness.setEnabled(lock is Lock.SOFT)

    def _edit(self) -> None:
        self.softness.setEnabled(self.lock is Lock.SOFT)
        softness = {Lock.OFF: None, Lock.SOFT: self.softness.field.value() / 100, Lock.HARD: 0.0}
        self.edited.emit(softness[self.lock])


_LOCK_TIPS = {
    Lock.OFF: "The layer has any colour",
    Lock.SOFT: "The layer's colours are drawn towards those of this palette",
    Lock.HARD: "The layer has no colours but those of this palette",
}


def _small_button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "small")
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    bare(row, 4)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QPushButton) else 0)
    return row
