"""The pages of the options bar for the tools besides the brush; each shows and changes the shared `ToolOptions`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from app import theme
from app.document.selection import Combine
from app.panels.buttons import ActionButton, bare, icon_button, row
from app.panels.slider import LabelledSlider, NumberField
from app.tool_options import MAX_DAB_SIZE, GradientShape, ToolOptions

COMBINES: tuple[tuple[Combine, str, str], ...] = (
    (Combine.REPLACE, "combine-new", "New selection"),
    (Combine.ADD, "combine-add", "Add to the selection (hold Shift)"),
    (Combine.SUBTRACT, "combine-subtract", "Take from the selection (hold Alt)"),
    (Combine.INTERSECT, "combine-intersect", "Keep only what both cover (hold Shift and Alt)"),
)
SAMPLES = (1, 3, 5, 11, 31, 51, 101)


class _Page(QWidget):
    """A row of controls. ``done`` asks to give the keyboard back to the canvas."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        bare(self._row, 12)

    def _add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self._row.addWidget(widget)

    def _check(self, words: str, tip: str, set_on: Callable[[bool], None]) -> QCheckBox:
        box = QCheckBox(words)
        box.setToolTip(tip)
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.clicked.connect(set_on)
        return box


class _OptionsPage(_Page):
    """A page of `ToolOptions`, and the controls that more than one page has."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__()
        self._options = options

    def _antialias_box(self) -> QCheckBox:
        return self._check("Antialias", "Borders one pixel soft instead of steps", self._options.set_antialias)

    def _contiguous_box(self) -> QCheckBox:
        tip = "Only what hangs together with the place you click; otherwise all of the photo that is as light"
        return self._check("Contiguous", tip, self._options.set_contiguous)

    def _tolerance_slider(self) -> LabelledSlider:
        slider = LabelledSlider("Tolerance", 0, 100, "", bend=2.0, stacked=True, slider_width=104, field_width=40)
        slider.setToolTip("How different from the place you click it may be, in L* of 0 to 100")
        slider.edited.connect(self._tolerance_edited)
        slider.done.connect(self.done)
        return slider

    def _tolerance_edited(self, value: int) -> None:
        self._options.set_tolerance(float(value))


class CombineButtons(QWidget):
    """What a new region does to the selection: four buttons, one of which is down."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__()
        self._options = options
        self.buttons: dict[Combine, QToolButton] = {}
        group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        bare(layout, 2)
        for combine, drawing, tip in COMBINES:
            button = self.buttons[combine] = QToolButton()
            button.setIcon(theme.icon(drawing))
            button.setFixedSize(30, 30)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(tip)
            button.setAccessibleName(tip.split(" (")[0])
            group.addButton(button)
            layout.addWidget(button)
        group.buttonClicked.connect(self._clicked)

    def refresh(self) -> None:
        """Show the options as they are."""
        self.buttons[self._options.combine].setChecked(True)

    def _clicked(self, button: QToolButton) -> None:
        self._options.set_combine(next(combine for combine, one in self.buttons.items() if one is button))


class SelectPage(_OptionsPage):
    """Lasso, polygon, rectangle and ellipse."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self.combine = CombineButtons(options)
        self.feather = LabelledSlider(
            "Feather", 0, 500, " px", bend=2.5, stacked=True, slider_width=112, field_width=60
        )
        self.feather.setToolTip("Softness of the new region's border, in pixels of the photo")
        self.feather.edited.connect(self._feather_edited)
        self.feather.done.connect(self.done)
        self.antialias = self._antialias_box()
        self._add(self.combine, self.feather, self.antialias)
        options.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the options as they are."""
        self.combine.refresh()
        self.feather.show_value(round(self._options.feather))
        self.antialias.setChecked(self._options.antialias)

    def _feather_edited(self, value: int) -> None:
        self._options.set_feather(float(value))


class WandPage(_OptionsPage):
    """The magic wand."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self.combine = CombineButtons(options)
        self.tolerance = self._tolerance_slider()
        self.contiguous, self.antialias = self._contiguous_box(), self._antialias_box()
        self._add(self.combine, self.tolerance, self.contiguous, self.antialias)
        options.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the options as they are."""
        self.combine.refresh()
        self.tolerance.show_value(round(self._options.tolerance))
        self.contiguous.setChecked(self._options.contiguous)
        self.antialias.setChecked(self._options.antialias)


class FillPage(_OptionsPage):
    """The paint bucket."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self.tolerance, self.contiguous = self._tolerance_slider(), self._contiguous_box()
        self._add(self.tolerance, self.contiguous)
        options.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the options as they are."""
        self.tolerance.show_value(round(self._options.tolerance))
        self.contiguous.setChecked(self._options.contiguous)


class GradientPage(_OptionsPage):
    """The gradient on the mask."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self.shape = _choice("Shape of the gradient")
        self.shape.addItem("Linear", GradientShape.LINEAR)
        self.shape.addItem("Radial", GradientShape.RADIAL)
        self.shape.activated.connect(self._shape_chosen)
        self.reverse = self._check("Reverse", "From nothing to full instead of full to nothing", options.set_reversed)
        self._add(self.shape, self.reverse)
        options.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the options as they are."""
        self.shape.setCurrentIndex(0 if self._options.gradient is GradientShape.LINEAR else 1)
        self.reverse.setChecked(self._options.reversed)

    def _shape_chosen(self, place: int) -> None:
        self._options.set_gradient((GradientShape.LINEAR, GradientShape.RADIAL)[place])


class DabPage(_OptionsPage):
    """Colour dabs: the size of the next one, or of the one that is selected."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self.dab_size = LabelledSlider(
            "Dab size", 1, int(MAX_DAB_SIZE), " px", logarithmic=True, stacked=True, slider_width=112, field_width=62
        )
        self.dab_size.setToolTip("Side of the square that has exactly the dab's colour, in pixels of the photo")
        self.dab_size.edited.connect(self._size_edited)
        self.dab_size.done.connect(self.done)
        self._add(self.dab_size)
        options.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the options as they are."""
        self.dab_size.show_value(round(self._options.dab_size))

    def _size_edited(self, value: int) -> None:
        self._options.set_dab_size(float(value))


class EyedropperPage(_OptionsPage):
    """The colour picker."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self.sample = _choice("Sample size")
        for side in SAMPLES:
            self.sample.addItem("One pixel" if side == 1 else f"Mean of {side} × {side}", side)
        self.sample.activated.connect(self._sample_chosen)
        caption = QLabel("Sample")
        caption.setProperty("role", "caption")
        caption.setBuddy(self.sample)
        self._add(caption, self.sample)
        options.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the options as they are."""
        nearest = min(range(len(SAMPLES)), key=lambda place: abs(SAMPLES[place] - self._options.sample_size))
        self.sample.setCurrentIndex(nearest)

    def _sample_chosen(self, place: int) -> None:
        self._options.set_sample_size(SAMPLES[place])


class ViewPage(_Page):
    """Hand and zoom: buttons of the view's actions, and by how much the view is turned."""

    rotation_edited = Signal(float)

    def __init__(self, actions: Sequence[QAction]) -> None:
        super().__init__()
        *before, reset = actions
        self._add(row([icon_button(action) for action in before], 4))
        caption = QLabel("Rotation")
        caption.setProperty("role", "caption")
        self.rotation = NumberField(-180, 180, "°", 60, "Rotation of the view")
        self.rotation.setWrapping(True)
        self.rotation.valueChanged.connect(self._edited)
        self.rotation.done.connect(self.done)
        caption.setBuddy(self.rotation)
        self._add(caption, self.rotation, ActionButton(reset, "small"))

    def show_rotation(self, degrees: float) -> None:
        """Degrees, any number; shown from -180 to 180."""
        self.rotation.show_value(round((degrees + 180) % 360 - 180))

    def _edited(self, degrees: int) -> None:
        self.rotation_edited.emit(float(degrees))


def _choice(name: str) -> QComboBox:
    choice = QComboBox()
    choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    choice.setAccessibleName(name)
    return choice
