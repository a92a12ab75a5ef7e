"""The present root of a document and the way to every other one: strokes in progress, steps, undo, answers.

What can be done in one step is :class:`app.document.document.Document`'s; here is what all steps have in common.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from psygnal import Signal

from app.document.brush import Brush, Touch
from app.document.geometry import EMPTY_RECT, Point, Rect
from app.document.history import DEFAULT_LIMIT, History
from app.document.layer import Colour, DocumentState, LayerState
from app.document.painting import HintTrail, Painting
from app.document.smudge import Smudge
from app.document.tiles import TileMask

if TYPE_CHECKING:
    from app.document.chroma import Chroma, ChromaField
    from app.document.photo import Photo


class Roots:
    """A photo, its present root, and undo. Its signals are told by `Document`."""

    changed = Signal(Rect)
    history_changed = Signal()
    modified_changed = Signal(bool)
    selection_changed = Signal()
    active_changed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        photo: Photo,
        state: DocumentState | None = None,
        *,
        modified: bool = False,
        history_limit: int = DEFAULT_LIMIT,
    ) -> None:
        """`state` comes from a project or a recovery, where `modified` is True until it has been saved."""
        if state is None:
            state = DocumentState((LayerState("Colour", TileMask.empty(photo.height, photo.width)),))
        for layer in state.layers:
            check_size(layer.mask, photo)
        self.photo = photo
        self._thread = threading.get_ident()
        self._state = state
        self._history = History(history_limit)
        self._saved_place = None if modified else self._history.place
        self._announced_modified = modified
        self._painting: Painting | Smudge | None = None
        self._trail: HintTrail | None = None
        self._strokes_begun = 0
        self._newest_id = max(layer.id for layer in state.layers)
        self._colour_epoch = 0
        self._parts: tuple[Rect, ...] = ()
        self._is_settling = False
        self._may_go_on = True  # not after another layer has become the active one

    # The present

    @property
    def state(self) -> DocumentState:
        """The root as it is to be seen, with the stroke in progress. Immutable, may go to any thread."""
        return self._state

    @property
    def colour_epoch(self) -> int:
        """Which stretch of the document's life this is. *An answer asked for in another one must be discarded.*

        It changes when the root jumps to one that asks for something else or remembers other chroma: undo, redo, an
        aborted stroke, fill, clear, invert, `set_mask`, `set_hints`, `set_source`, layers that come and go. It stays
        the same while strokes grow, are erased or committed, when answers are settled and where only the look of a
        layer changes: an answer overtaken by the pen is still right where it reaches. A colour stroke
        does change `state.layers[i].hints`, which is the same object as long as no hint came or went: an
        answer asked for with other hints may be shown, and the network has to be asked again.
        """
        return self._colour_epoch

    @property
    def is_painting(self) -> bool:
        """True between `begin_stroke` and its commit or abort."""
        return self._painting is not None

    @property
    def changed_parts(self) -> tuple[Rect, ...]:
        """While `changed` is told: smaller rectangles that hold all of the picture that changed; none where unknown."""
        return self._parts

    @property
    def is_settling(self) -> bool:
        """While `changed` is told: whether an answer has come, and nobody has edited anything."""
        return self._is_settling

    @property
    def is_modified(self) -> bool:
        """True where undo and redo have not led back to what was saved. Answers never count."""
        return self._history.place != self._saved_place

    @property
    def history(self) -> History:
        """To look at: names, bytes, forgotten steps."""
        return self._history

    def limit_history(self, limit: int) -> None:
        """Let undo keep no more than `limit` bytes from now on; the oldest steps beyond it are forgotten."""
        self._assert_thread()
        self._history.limit = limit
        self._history.drop_oldest()
        self.history_changed.emit()

    # Strokes

    def begin_stroke(self, brush: Brush, *, erase: bool = False, colour: Colour | None = None) -> int:
        """Start a stroke on the active layer; returns its number. A stroke still in progress is committed.

        With a colour it lays hints along its path; without, painting lifts the hints it passes over, so that
        the network chooses again. On a painted layer the colour itself is painted, and hints are left alone.
        Raises ValueError for an eraser with a colour, RuntimeError for a locked layer.
        """
        self._end_stroke_before()
        painting = Painting(self._state, brush, erase, colour, self._trail, self.photo)
        self._trail = painting.trail
        return self._begin(painting)

    def begin_smudge(self, brush: Brush) -> int:
        """Start dragging the active layer's painted colours along; goes on and ends like a stroke. See `Smudge`.

        Raises ValueError where the layer is not painted, RuntimeError for a locked one.
        """
        self._end_stroke_before()
        return self._begin(Smudge(self._state, brush, self.photo))

    def _end_stroke_before(self) -> None:
        self._assert_thread()
        self.commit_stroke()
        if self._state.layer.locked:
            raise RuntimeError("the layer is locked")

    def _begin(self, painting: Painting | Smudge) -> int:
        self._painting = painting
        self._strokes_begun += 1
        self.history_changed.emit()
        return self._strokes_begun

    def extend_stroke(self, touches: Sequence[Touch | Point]) -> Rect:
        """Continue the stroke to `touches`, in photo pixels. Returns what changed, as `changed` tells it, once.

        A plain (x, y) is a touch with all of the brush's size, opacity and flow; between two touches these change
        evenly. Raises RuntimeError where no stroke is in progress.
        """
        self._assert_thread()
        painting = self._painting
        if painting is None:
            raise RuntimeError("no stroke has been begun")
        self._state, rect = painting.extend(self._state, touches)
        soft = self._state.layer.soft
        rect = soft.grown(rect)
        self._tell(rect, tuple(soft.grown(part) for part in painting.parts))
        return rect

    def commit_stroke(self) -> bool:
        """Make the stroke one step of the history. False where there is none or it has changed nothing."""
        self._assert_thread()
        painting = self._painting
        if painting is None:
            return False
        self._painting = None
        finished = painting.finish(self._state)
        if finished is not None:
            self._state, rect = finished
            self._history.push(painting.name, painting.before, self._state)
            if not rect.is_empty:
                self.changed.emit(rect)
        self._announce()
        return finished is not None

    def abort_stroke(self) -> bool:
        """Return to the root before the stroke, the very object. False where no stroke is in progress."""
        self._assert_thread()
        painting = self._painting
        if painting is None:
            return False
        self._painting = None
        self._jump(painting.before)
        return True

    # Steps

    def edit(self, name: str, change: Callable[[DocumentState], DocumentState], *, goes_on: Sequence[str] = ()) -> bool:
        """Go to the root that `change` makes of the present one: one step called `name`. False for the same root.

        Where the newest step has one of the names in `goes_on`, this is the same step, unless it has been saved or
        another layer has become active since.
        """
        self._assert_thread()
        self.commit_stroke()
        before = self._state
        after = change(before)
        if after is before:
            return False
        self._newest_id = max(self._newest_id, *(layer.id for layer in after.layers))
        follows = self._may_go_on and self._history.undo_name in goes_on and not self._history.redo_names
        if not (follows and self.is_modified):
            self._history.push(name, before, after)
        self._may_go_on = True
        self._jump(after, goes_on=follows and after.differs_in_hints_only(before))
        return True

    # Undo

    @property
    def can_undo(self) -> bool:
        return self.undo_name is not None

    @property
    def can_redo(self) -> bool:
        return self.redo_name is not None

    @property
    def undo_name(self) -> str | None:
        """What `undo` would take back: the stroke in progress before any finished step."""
        return self._history.undo_name if self._painting is None else self._painting.name

    @property
    def redo_name(self) -> str | None:
        """What `redo` would do again; nothing while a stroke is in progress."""
        return self._history.redo_name if self._painting is None else None

    def undo(self) -> bool:
        """Take back one step: the stroke in progress, if there is one. False where there is nothing."""
        self._assert_thread()
        if self._painting is not None:
            return self.abort_stroke()
        state = self._history.undo(self._state)
        if state is None:
            return False
        self._jump(state)
        return True

    def redo(self) -> bool:
        """Do again what `undo` took back. False where there is nothing, and while a stroke is in progress."""
        self._assert_thread()
        state = self._history.redo(self._state) if self._painting is None else None
        if state is None:
            return False
        self._jump(state)
        return True

    def mark_saved(self) -> None:
        """Note that the present root, without a stroke in progress, is on disk."""
        self._assert_thread()
        self._saved_place = self._history.place
        self._announce_modified()

    def go_to(self, steps: int) -> bool:
        """Undo `-steps` steps at once, or redo `steps`, as far as there are any. False where nothing changed."""
        self._assert_thread()
        if self._painting is not None:
            self.abort_stroke()
        move = self._history.redo if steps > 0 else self._history.undo
        state = self._state
        for _ in range(abs(steps)):
            state = move(state) or state
        if state is self._state:
            return False
        self._jump(state)
        return True

    # Answers

    def settle(
        self,
        layer_id: int,
        chroma: Chroma | None,
        field: ChromaField | None,
        changed: Rect | None,
        *,
        asked: LayerState | None = None,
    ) -> None:
        """Put an answer into the present root: no step of the history, no modification.

        The caller has compared `colour_epoch`: an answer asked for before an undo must not come here. `changed`
        is where the picture differs, in photo pixels; None stands for wherever the layer has coverage.
        `asked` is the layer the answer was asked for. If the root that undo would return to holds that very
        mask and those hints (the pen was put down again before the answer came), it gets the answer too.
        Raises KeyError where there is no such layer.
        """
        self._assert_thread()
        before = self._state
        place = before.index_of(layer_id)
        layer = before.layers[place]
        self._state = before.with_layer(place, layer.answered(chroma, field, None if asked is None else asked.hints))
        if self._painting is not None:
            if before is self._painting.before:
                self._painting.before = self._state
            elif asked is not None:
                self._painting.before = self._painting.before.settled(asked, chroma, field)
        older = self._history.newest
        if older is not None and asked is not None:
            amended = older.settled(asked, chroma, field)
            if amended is not older:
                self._history.amend_newest(amended, self._state)
        if changed is None:
            changed = layer.coverage.bounds() or EMPTY_RECT
        self._tell(changed.clip(self.photo.height, self.photo.width), settling=True)

    # Inside

    def _tell(self, rect: Rect, parts: tuple[Rect, ...] = (), *, settling: bool = False) -> None:
        if rect.is_empty:
            return
        self._parts, self._is_settling = parts, settling
        try:
            self.changed.emit(rect)
        finally:
            self._parts, self._is_settling = (), False

    def _assert_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise AssertionError("a document is changed only on the thread that made it")

    def _jump(self, state: DocumentState, *, goes_on: bool = False) -> None:
        """Make `state` the present root, as something else than the growth of a stroke.

        With `goes_on` answers to what was asked before are still welcome.
        """
        before, self._state = self._state, state
        if state is not before:
            if not goes_on and not state.asks_the_same(before):
                self._colour_epoch += 1
            rect = state.changed_since(before).clip(self.photo.height, self.photo.width)
            if not rect.is_empty:
                self.changed.emit(rect)
            if state.selection is not before.selection:
                self.selection_changed.emit()
            if state.layer.id != before.layer.id:
                self.active_changed.emit()
        self._announce()

    def _announce(self) -> None:
        self.history_changed.emit()
        self._announce_modified()

    def _announce_modified(self) -> None:
        if self.is_modified != self._announced_modified:
            self._announced_modified = self.is_modified
            self.modified_changed.emit(self._announced_modified)


def check_size(mask: TileMask, photo: Photo) -> None:
    """Raises ValueError where the mask is not the photo's size."""
    if (mask.height, mask.width) != (photo.height, photo.width):
        raise ValueError(f"the mask has {mask.width} × {mask.height} pixels, the photo {photo.width} × {photo.height}")
