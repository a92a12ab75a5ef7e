"""The stack of layers: the active one's opacity, the list, and the buttons that add to it and take from it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.buttons import bare, icon_button, row
from app.panels.layer_list import LayerList
from app.panels.layer_model import LayerRow
from app.panels.slider import LabelledSlider

NO_LAYER = -1
"""An `active_id` that no layer has."""


class LayersPanel(QWidget):
    """Shows what :meth:`show_layers` is given, and says what is wanted; it changes nothing itself.

    ``activated``, ``solo_wanted``: a layer's id. ``visibility_wanted``, ``lock_wanted``: id and new state.
    ``renamed``: id and new name, never blank. ``moved``: id and its index from the bottom in the new order.
    ``selection_wanted``: id and a value of :class:`app.document.selection.Combine`. ``opacity_edited``: 0..1 of the
    active layer, while its slider is dragged too. ``done``: the keyboard is no longer wanted.
    """

    activated = Signal(int)
    visibility_wanted = Signal(int, bool)
    lock_wanted = Signal(int, bool)
    solo_wanted = Signal(int)
    selection_wanted = Signal(int, str)
    renamed = Signal(int, str)
    moved = Signal(int, int)
    opacity_edited = Signal(float)
    done = Signal()

    def __init__(
        self, actions: Sequence[QAction], context_actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        """actions: the buttons below the list. context_actions: the menu of a layer."""
        super().__init__(parent)
        self.opacity = LabelledSlider("Opacity", 0, 100, " %", slider_width=48, field_width=68)
        self.opacity.slider.setAccessibleName("Opacity of the layer")
        self.opacity.field.setAccessibleName("Opacity of the layer")
        self.opacity.edited.connect(self._opacity_edited)
        self.opacity.done.connect(self.done)
        self.list = LayerList(context_actions)
        self.list.chosen.connect(self.activated)
        self.list.visibility_wanted.connect(self.visibility_wanted)
        self.list.lock_wanted.connect(self.lock_wanted)
        self.list.solo_wanted.connect(self.solo_wanted)
        self.list.selection_wanted.connect(self.selection_wanted)
        self.list.renamed.connect(self.renamed)
        self.list.moved.connect(self.moved)
        self.list.left.connect(self.done)
        self.buttons = [icon_button(action) for action in actions]
        layout = QVBoxLayout(self)
        bare(layout, 8)
        layout.addWidget(self.opacity)
        layout.addWidget(self.list)
        layout.addWidget(row(self.buttons, 3))
        self.show_layers((), NO_LAYER, None)

    def show_layers(self, rows: Sequence[LayerRow], active_id: int, solo_id: int | None) -> None:
        """rows: from the bottom layer to the top one. Emits nothing; costs little where little has changed.

        The list keeps its place, and a name that is being typed stays open. `solo_id` is the layer shown alone.
        """
        self.list.show_layers(rows[::-1], active_id, solo_id)
        active = next((layer for layer in rows if layer.id == active_id), None)
        self.opacity.setEnabled(active is not None)
        percent = 100 if active is None else active.percent
        if self.opacity.field.value() != percent:  # else the handle would jump to whole per cents under the pointer
            self.opacity.show_value(percent)

    def rename_active(self) -> None:
        """Open the name of the active layer to be typed over."""
        self.list.rename_active()

    @property
    def is_opacity_dragged(self) -> bool:
        """Whether the opacity's slider is held at this moment."""
        return self.opacity.slider.isSliderDown()

    def _opacity_edited(self, percent: int) -> None:
        self.opacity_edited.emit(percent / 100)
