"""What all tools that select a region share: how it meets the present selection, and moving that one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.busy import run_busy
from app.canvas.ants import MarchingAnts
from app.canvas.lines import Line, LinesInTheMaking
from app.canvas.tools.tool import Sample, Studio, Tool
from app.document.mask_ops import feather
from app.document.outline import HALF
from app.document.selection import Combine, combined, translated
from app.document.tiles import TileMask

CLICK_PIXELS = 3.0
"""Logical pixels: a press that never moves this far is a click."""

STEPS = {
    Combine.ADD: "Add to selection",
    Combine.SUBTRACT: "Subtract from selection",
    Combine.INTERSECT: "Intersect selection",
}


def combination(sample: Sample, default: Combine) -> Combine:
    """What the keys held at the press say: Shift adds, Alt subtracts, both intersect."""
    if sample.shift:
        return Combine.INTERSECT if sample.alt else Combine.ADD
    return Combine.SUBTRACT if sample.alt else default


def is_drag(view_scale: float, start: Sample, now: Sample) -> bool:
    """Whether the pointer is too far from ``start`` for a click; ``view_scale`` is device pixels per logical pixel."""
    return math.hypot(now.view_x - start.view_x, now.view_y - start.view_y) >= CLICK_PIXELS * view_scale


class LateKeys:
    """Shift and Alt, where they were pressed after the button.

    What was held at the press has said how regions combine and means nothing else until it has been let go.
    """

    def __init__(self, press: Sample) -> None:
        self._shift_spent, self._alt_spent = press.shift, press.alt

    def held(self, sample: Sample) -> tuple[bool, bool]:
        """(Shift, Alt) at ``sample``, which follows the ones asked about before."""
        self._shift_spent &= sample.shift
        self._alt_spent &= sample.alt
        return sample.shift and not self._shift_spent, sample.alt and not self._alt_spent


class RegionTool(Tool):
    """A press begins a region; but a drag that begins inside the selection, with no key held, moves that.

    Subclasses give ``begin``, ``drag`` and ``finish``; ``step`` names the step of the history.
    """

    step = "Select"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.lines = LinesInTheMaking(studio.view)
        self._pressed = Sample(0, 0, 0, 0)
        self._how = Combine.REPLACE
        self._carrying: SelectionDrag | None = None

    # -- what a subclass does ------------------------------------------------------------------------------------

    def begin(self, sample: Sample) -> None:
        """A region begins here."""

    def drag(self, samples: Sequence[Sample]) -> None:
        """It goes on along these positions."""

    def finish(self) -> None:
        """The pointer went up: ``combine`` what there is, or ``deselect``."""

    # -- what it has for that ------------------------------------------------------------------------------------

    def show(self, *lines: Line) -> None:
        """Draw these lines, in photo pixels, as the region in the making; none, to draw nothing."""
        self.lines.show(*lines)

    def is_drag(self, now: Sample) -> bool:
        """Whether the pointer has gone too far since the press for a click."""
        return is_drag(self.studio.view.devicePixelRatioF(), self._pressed, now)

    def combine(self, region: TileMask) -> None:
        """Let ``region`` meet the present selection, in one step. Only once the button is up: it may take a moment."""
        document = self.studio.document
        soft = self._feathered(region)
        if soft is None:
            return
        present = document.state.selection
        chosen = combined(present, soft, self._how)
        document.select(chosen, STEPS.get(self._how, self.step) if chosen is not None else "Deselect")
        if chosen is None and present is not None and self._how is not Combine.REPLACE:
            self.studio.tell("Nothing stays selected: the whole photo can be painted again.")

    def _feathered(self, region: TileMask) -> TileMask | None:
        """None where the user had no patience."""
        pixels, view = self.studio.options.feather, self.studio.view
        if pixels <= 0:
            return region
        return run_busy(view, "Softening the selection…", lambda progress: feather(region, pixels, progress))

    def deselect(self) -> None:
        """What a click that makes no region does, unless the selection is to be added to or taken from."""
        if self._how is Combine.REPLACE:
            self.studio.document.select(None, "Deselect")

    # -- the pointer ---------------------------------------------------------------------------------------------

    def press(self, sample: Sample) -> None:
        if self.is_active:
            return
        self.is_active = True
        self._pressed = sample
        self._how = combination(sample, self.studio.options.combine)
        if self._takes_hold(sample):
            self._carrying = SelectionDrag(self.studio, sample)
        else:
            self.begin(sample)

    def move(self, samples: Sequence[Sample]) -> None:
        if self.is_active and samples:
            if self._carrying is not None:
                self._carrying.drag(samples[-1])
            else:
                self.drag(samples)

    def release(self) -> None:
        if not self.is_active:
            return
        self.is_active = False
        carrying, self._carrying = self._carrying, None
        if carrying is not None:
            if carrying.finish():
                return
            self.begin(self._pressed)  # a click inside the selection is a click like any other
        self.finish()

    def cancel(self) -> None:
        self.is_active = False
        self.show()
        if self._carrying is not None:
            self._carrying.cancel()
            self._carrying = None

    def hover(self, sample: Sample) -> None:
        moves = not (sample.shift or sample.alt) and self.studio.options.combine is Combine.REPLACE
        inside = moves and self._is_inside(sample)
        self.cursor = Qt.CursorShape.SizeAllCursor if inside else Qt.CursorShape.CrossCursor

    def draw(self, painter: QPainter) -> None:
        self.lines.draw(painter)

    def _takes_hold(self, sample: Sample) -> bool:
        return self._how is Combine.REPLACE and self._is_inside(sample)

    def _is_inside(self, sample: Sample) -> bool:
        selection = self.studio.document.state.selection
        return selection is not None and selection.at(sample.x, sample.y) >= HALF


class SelectionDrag:
    """Moving the present selection by whole photo pixels; the ants go along, the document changes at the end."""

    def __init__(self, studio: Studio, press: Sample) -> None:
        self._studio = studio
        self._press = press
        self._selection = studio.document.state.selection
        self._ants = MarchingAnts.on(studio.view)
        self._has_moved = False
        self._offset = (0, 0)

    def drag(self, sample: Sample) -> None:
        if self._has_moved or is_drag(self._studio.view.devicePixelRatioF(), self._press, sample):
            self._has_moved = True
            self._carry(round(sample.x - self._press.x), round(sample.y - self._press.y))

    def finish(self) -> bool:
        """Leave it where it is; False where it was a click."""
        document, (dx, dy) = self._studio.document, self._offset
        self._carry(0, 0)
        if self._selection is not None and self._selection is document.state.selection and (dx, dy) != (0, 0):
            document.select(translated(self._selection, dx, dy), "Move selection")
        return self._has_moved

    def cancel(self) -> None:
        self._carry(0, 0)

    def _carry(self, dx: int, dy: int) -> None:
        self._offset = (dx, dy)
        if self._ants is not None:
            self._ants.carry(dx, dy)
