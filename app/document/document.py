"""The document: a photo, its present root, and every way to change it.

Plain Python with signals; what a menu can do, a script can do here. All changes happen on the thread that made
the document. `state` is an immutable root, so a snapshot for a worker, an autosave or an export is `document.state`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.document.layer import Hint, LayerState
from app.document.roots import Roots, check_size
from app.document.selection import mixed
from app.document.sources.source import ColourSource, Work
from app.document.tiles import TileMask

if TYPE_CHECKING:
    from app.document.tone import Tone

MOST_FEATHER = 1000.0
"""Photo pixels."""
SOFTNESS_STEPS = ("Feather mask", "Mask density")


class Document(Roots):
    """A photo and its layers: everything that can be done to them in one step.

    Signals: `changed(Rect)` in photo pixels, whenever these may look different; `history_changed()`, whenever a name or
    the possibility of undo or redo may have changed; `modified_changed(bool)`; `selection_changed()`, whenever
    `state.selection` is another one; `active_changed()`, whenever another layer is the one to be painted;
    `refused(str)`, a sentence, where a locked layer was to be changed.
    """

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
        check_size(mask, self.photo)
        return self._edit(name, mask=mask)

    def edit_mask(self, name: str, change: Callable[[TileMask], TileMask]) -> bool:
        """Replace the mask by what `change` makes of it, where it is selected."""
        self.commit_stroke()
        mask = change(self._state.layer.mask)
        check_size(mask, self.photo)
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
            check_size(selection, self.photo)
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


def _locked(layer: LayerState) -> str:
    return f"The layer “{layer.name}” is locked. Unlock it in the Layers panel to change it."


def _is_same(old: object, new: object) -> bool:
    """True where an edit changes nothing: the same value, or another mask of the same tiles."""
    if isinstance(old, TileMask) and isinstance(new, TileMask):
        return old is new or (old.default is new.default and old.tiles == new.tiles)
    return old is new or old == new  # chroma and fields are compared by identity
