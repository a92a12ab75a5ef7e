"""The document: a photo, its present root, and every way to change it.

Plain Python with signals; what a menu can do, a script can do here. All changes happen on the thread that made
the document. `state` is an immutable root, so a snapshot for a worker, an autosave or an export is `document.state`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from app.document.brush import Brush, Touch
from app.document.geometry import EMPTY_RECT, Point, Rect
from app.document.history import DEFAULT_LIMIT, History
from app.document.layer import Colour, DocumentState, Hint, LayerState
from app.document.painting import HintTrail, Painting
from app.document.selection import mixed
from app.document.smudge import Smudge
from app.document.sources.source import ColourSource, Work
from app.document.tiles import TileMask

if TYPE_CHECKING:
    from app.document.chroma import Chroma, ChromaField
    from app.document.photo import Photo
    from app.document.tone import Tone

MOST_FEATHER = 1000.0
"""Photo pixels."""
SOFTNESS_STEPS = ("Feather mask", "Mask density")


class Document:
    """A photo and its layers, with undo.

    Signals: `changed(Rect)` in photo pixels, whenever these may look different; `history_changed()`, whenever
    a name or the possibility of undo or redo may have changed; `modified_changed(bool)`; `selection_changed()`,
    whenever `state.selection` is another one.
    """

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
            _check_size(layer.mask, photo)
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

    # One step each, on the active layer

    def fill_mask(self) -> bool:
        """Cover everything selected. Like all of these: True where something changed, which is then one step."""
        return self._edit_mask("Fill mask", TileMask.full(self.photo.height, self.photo.width))

    def clear_mask(self) -> bool:
        """Cover nothing of what is selected. Chroma is forgotten with all the coverage it belonged to; hints stay."""
        self.commit_stroke()
        if self._state.layer.mask.is_empty:
            return False
        empty = TileMask.empty(self.photo.height, self.photo.width)
        if self._state.selection is not None:
            return self._edit_mask("Clear mask", empty)
        return self._edit("Clear mask", mask=empty, chroma=None, field=None)

    def invert_mask(self) -> bool:
        """Cover what was not covered, and the other way round, where it is selected."""
        self.commit_stroke()
        return self._edit_mask("Invert mask", self._state.layer.mask.inverted())

    def set_mask(self, mask: TileMask, name: str = "Change mask") -> bool:
        """Put another mask in place, selected or not. Raises ValueError where its size is not the photo's."""
        _check_size(mask, self.photo)
        return self._edit(name, mask=mask)

    def edit_mask(self, name: str, change: Callable[[TileMask], TileMask]) -> bool:
        """Replace the mask by what `change` makes of it, where it is selected."""
        self.commit_stroke()
        mask = change(self._state.layer.mask)
        _check_size(mask, self.photo)
        return self._edit_mask(name, mask)

    def set_softness(self, feather: float, density: float, *, goes_on: bool = False) -> bool:
        """Feather (photo pixels, 0..1000) and density (0..1) of the mask, which itself stays as it is.

        With `goes_on` a change that follows another of these directly – a slider being dragged – is the same step.
        """
        if not (0 <= feather <= MOST_FEATHER and 0 <= density <= 1):
            raise ValueError(f"feather is 0..{MOST_FEATHER} and density 0..1, not {feather} and {density}")
        layer = self._state.layer
        name = SOFTNESS_STEPS[feather == layer.feather]
        return self._edit(name, goes_on=SOFTNESS_STEPS if goes_on else (), feather=feather, density=density)

    def _edit_mask(self, name: str, wanted: TileMask) -> bool:
        """Put `wanted` in place where it is selected."""
        self.commit_stroke()
        return self._edit(name, mask=mixed(self._state.layer.mask, wanted, self._state.selection))

    # The selection

    def select(self, selection: TileMask | None, name: str = "Select") -> bool:
        """Let this region, or the whole photo, be what can be painted: one step. False where nothing changes.

        A selection that covers nothing deselects. Raises ValueError where its size is not the photo's.
        """
        self._assert_thread()
        self.commit_stroke()
        if selection is not None:
            _check_size(selection, self.photo)
            selection = None if selection.is_empty else selection
        before = self._state
        if _is_same(before.selection, selection):
            return False
        self._state = replace(before, selection=selection)
        self._history.push(name, before, self._state)
        self.selection_changed.emit()
        self._announce()
        return True

    def set_source(self, source: ColourSource, *, goes_on: bool = False) -> bool:
        """Take the active layer's colour from somewhere else; one that was pinned no longer is."""
        name = "Change colour source" if type(source) is not type(self._state.layer.source) else f"Change {source.id}"
        return self._edit(name, goes_on=(name,) if goes_on else (), source=source, pinned=False)

    def set_hints(self, hints: Sequence[Hint], name: str = "Change hints", *, goes_on: bool = False) -> bool:
        """Ask for these colours in these places, and no others."""
        return self._edit(name, goes_on=(name,) if goes_on else (), hints=tuple(hints))

    def _edit(self, name: str, goes_on: Sequence[str] = (), **values: Any) -> bool:
        return self.set_layer(self._state.layer.id, name, goes_on=goes_on, **values)

    # Layers

    def new_id(self) -> int:
        """An id that no layer has or had in this document."""
        self._newest_id += 1
        return self._newest_id

    def set_layer(self, layer_id: int, step: str, /, *, goes_on: Sequence[str] = (), **values: Any) -> bool:
        """Change values of one layer, named like the fields of `LayerState`: one step called `step`.

        Where the newest step has one of the names in `goes_on` – a slider being dragged – this goes on with it. A
        locked layer refuses all but to be seen, named and unlocked. Raises KeyError for an unknown id.
        """
        self._assert_thread()
        self.commit_stroke()
        before = self._state
        place = before.index_of(layer_id)
        layer = before.layers[place]
        if all(_is_same(getattr(layer, key), value) for key, value in values.items()):
            return False
        if layer.locked and not values.keys() <= {"locked", "visible", "name"}:
            self.refused.emit(_locked(layer))
            return False
        return self.edit(step, lambda state: state.with_layer(place, replace(layer, **values)), goes_on=goes_on)

    def refresh_colours(self) -> bool:
        """Have the active layer coloured anew, as if its mask had been painted in one go: one step.

        Until the answer comes the old colours stay, and undo brings them back. False where they are pinned or no
        answer is needed.
        """
        layer = self._state.layer
        if layer.pinned or layer.source.work(self.photo) is Work.NOTHING:
            return False
        return self._edit("Refresh colours", chroma=None, made_by=None, made_with=None, refreshes=layer.refreshes + 1)

    def set_tone(self, tone: Tone, step: str = "Adjust tone", *, goes_on: Sequence[str] = ()) -> bool:
        """Change the grey that everything lies on: one step, or on with one of those called ``goes_on``."""
        if self._state.tone == tone:
            return False
        return self.edit(step, lambda state: replace(state, tone=tone), goes_on=goes_on)

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

    def activate(self, layer_id: int) -> bool:
        """Let this layer be the one that is painted: no step. Raises KeyError where there is no such layer."""
        self._assert_thread()
        place = self._state.index_of(layer_id)
        if place == self._state.active:
            return False
        self.commit_stroke()
        before = self._state
        self._state = replace(before, active=place)
        self._may_go_on = False
        self.active_changed.emit()
        self._tell(self._state.changed_since(before).clip(self.photo.height, self.photo.width))
        return True

    @property
    def refusal(self) -> str:
        """Why the active layer cannot be painted, as a sentence; empty where it can."""
        state = self._state
        layer = state.layer
        if layer.locked:
            return _locked(layer)
        if not layer.visible or state.solo not in (None, layer.id):
            return f"The layer “{layer.name}” is hidden. Show it in the Layers panel to paint on it."
        return ""

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


def _check_size(mask: TileMask, photo: Photo) -> None:
    if (mask.height, mask.width) != (photo.height, photo.width):
        raise ValueError(f"the mask has {mask.width} × {mask.height} pixels, the photo {photo.width} × {photo.height}")


def _locked(layer: LayerState) -> str:
    return f"The layer “{layer.name}” is locked. Unlock it in the Layers panel to change it."


def _is_same(old: object, new: object) -> bool:
    """True where an edit changes nothing: the same value, or another mask of the same tiles."""
    if isinstance(old, TileMask) and isinstance(new, TileMask):
        return old is new or (old.default is new.default and old.tiles == new.tiles)
    return old is new or old == new  # chroma and fields are compared by identity
