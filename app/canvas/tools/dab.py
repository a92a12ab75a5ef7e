"""Colour dabs: a colour asked for at a place, from where the network spreads it; put down, moved and changed live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.canvas.dab_marks import DabMarks
from app.canvas.one_press import OnePress
from app.canvas.tools.eyedropper import EyedropperTool
from app.canvas.tools.region import is_drag
from app.canvas.tools.tool import Sample, Studio, Tool
from app.document.colour_dabs import (
    NO_COLOUR,
    dabs_of,
    exchanged,
    inside_photo,
    is_among,
    nearest,
    takes_dabs,
    without,
)
from app.document.geometry import Rect
from app.document.layer import Colour, Hint, LayerState

REACH = 11.0
"""Logical pixels: a press this near to a dab takes hold of it."""
FAR_STEPS = 10
"""Screen pixels that an arrow key moves a dab with Shift held; one without."""

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
LAY, MOVE, NUDGE, REMOVE = "Colour dab", "Move dab", "Nudge dab", "Remove dab"
RECOLOUR, RESIZE = "Change dab's colour", "Change dab's size"
OUTSIDE = "Outside the mask: paint here for the dab to count."


@dataclass
class _Drag:
    """press: where it began; grip: from the dab to the pointer, in photo pixels; before: the dab as it was."""

    press: Sample
    grip: tuple[float, float]
    before: Hint | None
    has_moved: bool = False

    @property
    def step(self) -> str:
        """The name of the step that all of it is."""
        return LAY if self.before is None else MOVE


class DabTool(Tool):
    """A click lays a dab of the brush's colour, with Ctrl a grey one; on a dab it selects, a drag moves it.

    A right click removes; Alt takes a dab's colour, and beside them the one shown. While a dab is selected the brush
    has its colour, and choosing another one changes the dab's.
    """

    asks = True

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._eyedropper = EyedropperTool(studio)
        self._one_press = OnePress()
        self._chosen: Hint | None = None
        self._hovered: Hint | None = None
        self._nudged: Hint | None = None
        self._drag: _Drag | None = None
        self._before: Colour | None = None
        self._shown: tuple[Colour | None, float] = (None, 0.0)
        self._marks = DabMarks(studio.view)
        document, options = studio.document, studio.options
        options.suit_dab_size(document.photo.width, document.photo.height)
        options.changed.connect(self._choice_changed)
        studio.brush.changed.connect(self._choice_changed)
        document.changed.connect(self._document_changed)
        document.history_changed.connect(self._refresh)
        document.active_changed.connect(self._refresh)

    # -- the pointer ---------------------------------------------------------------------------------------------

    def press(self, sample: Sample) -> None:
        if self.is_active:
            return
        hit = self._dab_at(sample)
        if sample.alt:
            self._take_colour(sample, hit)
            return
        if not self._may_edit():
            return
        self.studio.view.compare(False)  # else the change would not be seen
        if hit is None:
            if self._lay(sample):
                self._drag = _Drag(sample, (0.0, 0.0), None)
        else:
            self._select(hit)
            if sample.ctrl and hit.color != NO_COLOUR:
                self._change(replace(hit, color=NO_COLOUR), RECOLOUR)
            self._drag = _Drag(sample, (sample.x - hit.x, sample.y - hit.y), self.selected)
        self.is_active = self._drag is not None
        self.cursor = Qt.CursorShape.ClosedHandCursor if self.is_active else Qt.CursorShape.CrossCursor

    def move(self, samples: Sequence[Sample]) -> None:
        if self._eyedropper.is_active:
            self._eyedropper.move(samples)
        drag, dab = self._drag, self.selected
        if drag is None or dab is None or not samples:
            return
        now = samples[-1]
        if not drag.has_moved and not is_drag(self.studio.view.devicePixelRatioF(), drag.press, now):
            return
        goes_on = drag.has_moved or drag.before is None
        drag.has_moved = True
        self._move(dab, now.x - drag.grip[0], now.y - drag.grip[1], drag.step, goes_on=goes_on)

    def release(self) -> None:
        if self._eyedropper.is_active:
            self._eyedropper.release()
        dab = self.selected
        if self._drag is not None and dab is not None and not self._marks.count(self._layer, dab):
            self.studio.tell(OUTSIDE)
        self._end_drag()

    def cancel(self) -> None:
        if self._eyedropper.is_active:
            self._eyedropper.cancel()
        drag, document = self._drag, self.studio.document
        self._end_drag()
        if drag is None:
            return
        if (drag.has_moved or drag.before is None) and document.undo_name == drag.step:
            document.undo()
        self._select(drag.before)

    def right_press(self, sample: Sample) -> None:
        hit = self._dab_at(sample)
        if hit is not None and not self.is_active and self._may_edit():
            self._remove(hit)

    def hover(self, sample: Sample) -> None:
        hit = self._dab_at(sample)
        over = hit is not None and not sample.alt
        self.cursor = Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.CrossCursor
        if hit is not self._hovered:
            self._hovered = hit
            self._refresh()
            if hit is not None and not self._marks.count(self._layer, hit):
                self.studio.tell(OUTSIDE)

    def _end_drag(self) -> None:
        self.is_active, self._drag = False, None
        self.cursor = Qt.CursorShape.CrossCursor if self._hovered is None else Qt.CursorShape.OpenHandCursor

    # -- keys ----------------------------------------------------------------------------------------------------

    def confirm(self) -> bool:
        """Select none; the brush has its own colour again."""
        had_one, self._hovered = self.selected is not None, None
        self._select(None)
        self._marks.rest()
        return had_one

    def step_back(self) -> bool:
        dab = self.selected
        if dab is None or self.is_active:
            return False
        if self._may_edit():
            self._remove(dab)
        return True

    def wants_key(self, key: Qt.Key, *, shift: bool) -> bool:
        if self.selected is None or self.is_active:
            return False
        return key in ARROWS or (key in (Qt.Key.Key_Delete, Qt.Key.Key_Escape) and not shift)

    def press_key(self, key: Qt.Key, *, shift: bool) -> None:
        dab = self.selected
        if key == Qt.Key.Key_Escape:
            self.confirm()
        elif key == Qt.Key.Key_Delete:
            self.step_back()
        elif dab is not None and self._may_edit():
            viewport = self.studio.view.viewport
            length = self.studio.view.devicePixelRatioF() * (FAR_STEPS if shift else 1)
            x, y = viewport.to_view(dab.x, dab.y)
            dx, dy = ARROWS[key]
            self._move(dab, *viewport.to_photo(x + dx * length, y + dy * length), NUDGE, goes_on=dab is self._nudged)
            self._nudged = self.selected

    # -- dabs ----------------------------------------------------------------------------------------------------

    @property
    def _layer(self) -> LayerState:
        return self.studio.document.state.layer

    @property
    def selected(self) -> Hint | None:
        """The dab that is selected, as long as the active layer has it."""
        return self._chosen if is_among(self._layer.hints, self._chosen) else None

    def _dab_at(self, sample: Sample) -> Hint | None:
        dabs, view = dabs_of(self._layer.hints), self.studio.view
        places = [view.viewport.to_view(dab.x, dab.y) for dab in dabs]
        return nearest(dabs, places, (sample.view_x, sample.view_y), REACH * view.devicePixelRatioF())

    def _may_edit(self) -> bool:
        """Whether the active layer takes dabs; if not, the user is told why."""
        layer, sentence = self._layer, self.studio.document.refusal
        if not sentence and layer.pinned:
            sentence = f"The colours of “{layer.name}” are pinned. Unpin them in the Layers panel to lay dabs."
        if not sentence and not takes_dabs(layer.source):
            sentence = (
                f"“{layer.name}” has its colours from the source {layer.source.title}, which takes no dabs. "
                "Choose Neural or Scribbles for it."
            )
        if sentence:
            self.studio.tell(sentence)
        return not sentence

    def _lay(self, sample: Sample) -> bool:
        document, brush = self.studio.document, self.studio.brush
        if not (0 <= sample.x < document.photo.width and 0 <= sample.y < document.photo.height):
            return False
        colour = NO_COLOUR if sample.ctrl else brush.color
        if colour is None:
            self.studio.tell("Choose a colour for the dab first; a click with Ctrl held lays a grey one.")
            return False
        dab = Hint(sample.x, sample.y, self.studio.options.dab_size, colour)
        document.set_hints((*self._layer.hints, dab), LAY)
        self._select(dab)
        return True

    def _move(self, dab: Hint, x: float, y: float, step: str, *, goes_on: bool) -> None:
        photo = self.studio.document.photo
        x, y = inside_photo(x, y, (photo.height, photo.width))
        self._change(replace(dab, x=x, y=y), step, goes_on=goes_on)

    def _change(self, new: Hint, step: str, *, goes_on: bool = False) -> None:
        """Put `new` in the place of the dab that is selected."""
        dab = self.selected
        if dab is None or new == dab:
            return
        hints = exchanged(self._layer.hints, dab, new)
        self._hovered = new if self._hovered is dab else self._hovered
        self._chosen = new  # before the document tells of it
        self._show_choice(new)
        self.studio.document.set_hints(hints, step, goes_on=goes_on)

    def _remove(self, dab: Hint) -> None:
        if dab is self.selected:
            self._select(None)
        self.studio.document.set_hints(without(self._layer.hints, dab), REMOVE)

    def _select(self, dab: Hint | None) -> None:
        """The brush takes on the colour of what is selected, and has its own again afterwards."""
        brush, had_one = self.studio.brush, self._chosen is not None
        if dab is not None and not had_one:
            self._before = brush.color
        self._chosen = dab
        if dab is not None:
            self._show_choice(dab)
        elif had_one:
            brush.set_color(self._before)
        self._refresh()

    def _show_choice(self, dab: Hint) -> None:
        self._shown = (dab.color, dab.size)
        self.studio.brush.set_color(dab.color)
        self.studio.options.set_dab_size(dab.size)
        self._shown = (dab.color, self.studio.options.dab_size)

    def _choice_changed(self) -> None:
        """Slot of the brush and the options: another colour or size is chosen, for the selected dab if there is one."""
        if self._chosen is None:
            return
        dab, (colour, size), chosen = self.selected, self._shown, self.studio.brush.color
        self._shown = (chosen, self.studio.options.dab_size)
        if chosen != colour:
            self._before = chosen
        if dab is None:
            return
        if chosen is not None and chosen != colour:
            self._change_if_allowed(replace(dab, color=chosen), RECOLOUR)
        elif self.studio.options.dab_size != size:
            self._change_if_allowed(replace(dab, size=self.studio.options.dab_size), RESIZE)

    def _change_if_allowed(self, new: Hint, step: str) -> None:
        if self._may_edit():
            self._change(new, step, goes_on=self._one_press.goes_on())

    def _take_colour(self, sample: Sample, hit: Hint | None) -> None:
        if hit is not None:
            self.studio.brush.set_color(hit.color)
        else:
            self._eyedropper.press(sample)
            self.is_active = True

    # -- how they look -------------------------------------------------------------------------------------------

    def draw(self, painter: QPainter) -> None:
        if not self.studio.view.is_comparing:
            self._marks.draw(painter, self._layer, self.selected, self._hovered)
            self._eyedropper.draw(painter)

    def _document_changed(self, _rect: Rect) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self._marks.refresh(self._layer, self.selected, self._hovered)
