"""What the bar has no room for: presets, the tip of the brush, smoothing, what the pen's pressure does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.brush_presets import BrushPreset
from app.brush_settings import BrushSettings
from app.panels.buttons import bare, separator_line
from app.panels.curve_editor import CurveEditor
from app.panels.preset_list import CELL, PresetList, PresetModel
from app.panels.slider import LabelledSlider, align
from app.panels.smoothing_choice import SmoothingChoice
from app.panels.stroke_preview import REDRAW_MILLISECONDS, stroke_pixmap
from app.pressure import LINEAR, PressureCurve

MARGIN, GAP = 16, 12
PREVIEW_HEIGHT = 64
COLUMNS, ROWS = 3, 3


class BrushPanel(QFrame):
    """A popup over the shared :class:`BrushSettings`; ``closed`` when it goes."""

    closed = Signal()

    def __init__(self, settings: BrushSettings, presets: PresetModel, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("brushPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)  # a click on its button closes it, not more
        self._settings = settings
        self.preview = QLabel()
        self.preview.setAccessibleName("Stroke of this brush")
        self.preview.setFixedHeight(PREVIEW_HEIGHT)
        self.preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.shelf = PresetShelf(settings, presets)
        self.tip = TipControls(settings)
        self.pressures = {
            "size": PressureColumn("Size", settings.set_pressure_sizes, settings.set_size_curve),
            "opacity": PressureColumn("Opacity", settings.set_pressure_opacity, settings.set_opacity_curve),
            "flow": PressureColumn("Flow", settings.set_pressure_flow, settings.set_flow_curve),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addWidget(self.preview)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addWidget(self.shelf)
        middle.addWidget(self.tip, 1)
        layout.addLayout(middle)
        layout.addWidget(separator_line())
        layout.addWidget(_heading("Pen pressure sets"))
        pens = QHBoxLayout()
        pens.setSpacing(GAP)
        for column in self.pressures.values():
            pens.addWidget(column, 1)
        layout.addLayout(pens)
        self._redrawing = QTimer(self, singleShot=True, interval=REDRAW_MILLISECONDS)
        self._redrawing.timeout.connect(self._redraw)
        settings.changed.connect(self._settings_changed)

    def open_below(self, button: QWidget) -> None:
        """Show it under a button of the bar, within the screen."""
        self.refresh()
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(0, button.height() + 6))
        screen = button.screen().availableGeometry()
        x = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        y = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self._redraw()
        self.show()
        self.shelf.list.setFocus()

    def _settings_changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Show the settings as they are."""
        values = self._settings.values
        if not self._redrawing.isActive():
            self._redrawing.start()
        self.tip.refresh()
        self.pressures["size"].show_pressure(values.pressure_sizes, values.size_curve)
        self.pressures["opacity"].show_pressure(values.pressure_opacity, values.opacity_curve)
        self.pressures["flow"].show_pressure(values.pressure_flow, values.flow_curve)

    def _redraw(self) -> None:
        width, dpr = max(1, self.contentsRect().width() - 2 * MARGIN), self.devicePixelRatioF()
        self.preview.setPixmap(stroke_pixmap(self._settings.values, width, PREVIEW_HEIGHT, dpr))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            event.accept()  # no key of the canvas means anything here

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()


class PresetShelf(QWidget):
    """The grid of presets and what can be done with it."""

    def __init__(self, settings: BrushSettings, presets: PresetModel) -> None:
        super().__init__()
        self._settings = settings
        self.list = PresetList(presets)
        self.list.setFixedSize(COLUMNS * CELL[0] + 10, ROWS * CELL[1] + 4)
        self.save = _small_button("Save", "Keep the brush as it is now under a name")
        self.with_size = QCheckBox("with its size")
        self.with_size.setToolTip("Otherwise a preset leaves the size of the brush as it is")
        self.rename = _small_button("Rename", "Give this preset another name (F2)")
        self.delete = _small_button("Delete", "Remove this preset (Del)")
        self.restore = _small_button("Restore", "Bring the built-in presets back; your own stay")
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for widget in (self.save, self.with_size):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        for widget in (self.rename, self.delete, self.restore):
            buttons.addWidget(widget)
        layout = QVBoxLayout(self)
        bare(layout, 8)
        layout.addWidget(_heading("Presets"))
        layout.addWidget(self.list)
        layout.addLayout(buttons)
        self.list.chosen.connect(self._apply)
        self.save.clicked.connect(self._save)
        self.rename.clicked.connect(self.list.rename_current)
        self.delete.clicked.connect(self.list.remove_current)
        self.restore.clicked.connect(self.list.presets.restore)
        self.list.selectionModel().currentChanged.connect(self._show_possible)
        self.list.presets.modelReset.connect(self._show_possible)
        self._show_possible()

    def _show_possible(self) -> None:
        for button in (self.rename, self.delete):
            button.setEnabled(self.list.currentIndex().isValid())

    def _apply(self, preset: BrushPreset) -> None:
        self._settings.take(preset.applied_to(self._settings.values))

    def _save(self) -> None:
        """A preset of the brush as it is; its name is open for typing at once."""
        preset = BrushPreset("My brush", self._settings.values, self.with_size.isChecked())
        index = self.list.presets.add(preset)
        self.list.scrollTo(index)
        self.list.setCurrentIndex(index)
        self.list.setFocus()
        self.list.edit(index)


class TipControls(QWidget):
    """Shape and spacing of the dabs, and the smoothing of their path."""

    def __init__(self, settings: BrushSettings) -> None:
        super().__init__()
        self._settings = settings

        def slider(
            caption: str, low: int, high: int, suffix: str, edited: Callable[[int], None], *, logarithmic: bool = False
        ) -> LabelledSlider:
            made = LabelledSlider(caption, low, high, suffix, logarithmic=logarithmic, slider_width=64, field_width=64)
            made.edited.connect(edited)
            return made

        self.roundness = slider("Roundness", 5, 100, " %", self._roundness_edited)
        self.angle = slider("Angle", -180, 180, "°", self._angle_edited)
        self.spacing = slider("Spacing", 1, 200, " %", self._spacing_edited, logarithmic=True)
        self.smoothing = SmoothingChoice(settings)
        layout = QVBoxLayout(self)
        bare(layout, 8)
        layout.addWidget(_heading("Tip"))
        for control in (self.roundness, self.angle, self.spacing):
            layout.addWidget(control)
        align((self.roundness, self.angle, self.spacing))
        layout.addSpacing(8)
        layout.addWidget(_heading("Smoothing"))
        layout.addWidget(self.smoothing)
        layout.addStretch(1)

    def refresh(self) -> None:
        """Show the settings as they are."""
        self.roundness.show_value(round(self._settings.roundness * 100))
        self.angle.show_value(round(self._settings.angle))
        self.angle.setEnabled(self._settings.roundness < 1)
        self.spacing.show_value(round(self._settings.spacing * 100))

    def _roundness_edited(self, value: int) -> None:
        self._settings.set_roundness(value / 100)

    def _angle_edited(self, value: int) -> None:
        self._settings.set_angle(float(value))

    def _spacing_edited(self, value: int) -> None:
        self._settings.set_spacing(value / 100)


class PressureColumn(QWidget):
    """Whether pressure sets one of the brush's numbers, and by which curve."""

    def __init__(self, what: str, set_on: Callable[[bool], None], set_curve: Callable[[PressureCurve], None]) -> None:
        super().__init__()
        self.on = QCheckBox(what)
        self.on.setAccessibleName(f"Pen pressure sets the {what.lower()}")
        self.editor = CurveEditor(f"Curve from pressure to {what.lower()}")
        self.straight = _small_button("Straight", f"Make the curve of the {what.lower()} a straight line again")
        self._set_curve = set_curve
        head = QGridLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.on, 0, 0)
        head.addWidget(self.straight, 0, 1)
        head.setColumnStretch(0, 1)
        layout = QVBoxLayout(self)
        bare(layout, 6)
        layout.addLayout(head)
        layout.addWidget(self.editor)
        self.on.clicked.connect(set_on)
        self.editor.edited.connect(set_curve)
        self.straight.clicked.connect(self._straighten)

    def show_pressure(self, on: bool, curve: PressureCurve) -> None:
        """Show these without reporting them."""
        self.on.setChecked(on)
        self.editor.setEnabled(on)
        self.editor.show_curve(curve)
        self.straight.setEnabled(on and curve != LINEAR)

    def _straighten(self) -> None:
        self._set_curve(LINEAR)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    return label


def _small_button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "small")
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
