"""What the Layer menu and the Layers panel do to the open document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.busy import run_busy
from app.document import merge, stack
from app.document.document import Document
from app.document.layer import DocumentState
from app.document.selection import Combine, combined

OPACITY = "Layer opacity"


class LayerCommands(QObject):
    """``opened`` gives the open document; ``tell`` shows a sentence; ``finish_stroke`` ends one in progress."""

    def __init__(
        self,
        window: QWidget,
        opened: Callable[[], Document | None],
        tell: Callable[[str], None],
        finish_stroke: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._opened, self._tell, self._finish_stroke = window, opened, tell, finish_stroke

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Action id to what it does."""
        return {
            "new_layer": self._new,
            "duplicate_layer": self._duplicate,
            "delete_layer": self._delete,
            "merge_down": self._merge,
            "raise_layer": lambda: self._shift(1),
            "lower_layer": lambda: self._shift(-1),
            "layer_above": lambda: self._step(1),
            "layer_below": lambda: self._step(-1),
            "show_layer": lambda: self._switch("visible", ("Show layer", "Hide layer")),
            "solo_layer": lambda: self.solo(None),
            "lock_layer": lambda: self._switch("locked", ("Lock layer", "Unlock layer")),
            "pin_layer": lambda: self._switch("pinned", ("Pin colours", "Unpin colours")),
            "paint_layer": self.turn_into_paint,
            "mask_from_below": self._copy_mask_from_below,
        }

    # -- intents of the panel, by the layer's id -----------------------------------------------------------------

    def activate(self, layer_id: int) -> None:
        """Let this layer be the one that is painted."""
        self._on(lambda document: document.activate(layer_id))

    def show(self, layer_id: int, visible: bool) -> None:
        """Show or hide it."""
        self._set(layer_id, "Show layer" if visible else "Hide layer", visible=visible)

    def lock(self, layer_id: int, locked: bool) -> None:
        """Keep it from being changed, or no longer."""
        self._set(layer_id, "Lock layer" if locked else "Unlock layer", locked=locked)

    def rename(self, layer_id: int, name: str) -> None:
        """Call it something else; nothing but spaces is no name."""
        if name.strip():
            self._set(layer_id, "Rename layer", name=name.strip())

    def move(self, layer_id: int, place: int) -> None:
        """Put it at another place, counted from the bottom."""
        self._stack("Move layer", lambda state: stack.moved(state, layer_id, place))

    def solo(self, layer_id: int | None) -> None:
        """Show this layer – None: the active one – alone, or all of them again."""
        self._stack(
            "Solo layer",
            lambda state: stack.soloed(state, state.layer.id if layer_id is None else layer_id),
        )

    def set_opacity(self, opacity: float) -> None:
        """0..1, of the active layer; a slider that is dragged makes one step."""
        self._on(
            lambda document: document.set_layer(document.state.layer.id, OPACITY, goes_on=(OPACITY,), opacity=opacity)
        )

    def select(self, layer_id: int, how: str) -> None:
        """Combine what this layer's mask covers with the selection; ``how``: a value of ``Combine``."""
        document = self._document()
        if document is None:
            return
        mask = document.state.layers[document.state.index_of(layer_id)].mask
        if mask.is_empty:
            self._tell("The mask is empty. Paint something first.")
        else:
            document.select(combined(document.state.selection, mask, Combine(how)), "Select mask")

    # -- inside --------------------------------------------------------------------------------------------------

    def _document(self) -> Document | None:
        self._finish_stroke()
        return self._opened()

    def _on(self, change: Callable[[Document], object]) -> None:
        document = self._document()
        if document is not None:
            change(document)

    def _set(self, layer_id: int, step: str, **values: Any) -> None:
        self._on(lambda document: document.set_layer(layer_id, step, **values))

    def _switch(self, what: str, steps: tuple[str, str]) -> None:
        document = self._document()
        if document is not None:
            layer = document.state.layer
            on = not getattr(layer, what)
            self._set(layer.id, steps[0] if on else steps[1], **{what: on})

    def _stack(self, step: str, change: Callable[[DocumentState], DocumentState]) -> bool:
        document = self._document()
        if document is None:
            return False
        try:
            return document.edit(step, change)
        except ValueError as error:  # too many layers
            self._tell(str(error))
            return False

    def _copy_mask_from_below(self) -> None:
        document = self._document()
        if document is None:
            return
        state = document.state
        if state.active == 0:
            self._tell("There is no layer below this one to take a mask from.")
        else:
            below = state.layers[state.active - 1].mask
            document.edit_mask("Take mask", lambda _mask: below)

    def _new(self) -> None:
        self._stack("New layer", lambda state: stack.with_new(state, stack.blank(state, self._new_id())))

    def _duplicate(self) -> None:
        self._stack("Duplicate layer", lambda state: stack.duplicate(state, state.layer.id, self._new_id()))

    def _new_id(self) -> int:
        document = self._opened()
        assert document is not None
        return document.new_id()

    def _delete(self) -> None:
        document = self._document()
        if document is None:
            return
        layer = document.state.layer
        if layer.locked:
            self._tell(document.refusal)
        elif not document.edit("Delete layer", lambda state: stack.without(state, layer.id)):
            self._tell("A document keeps one layer. Clear its mask to begin again (Mask > Clear).")

    def _shift(self, step: int) -> None:
        self._stack("Move layer", lambda state: stack.moved(state, state.layer.id, state.active + step))

    def _step(self, step: int) -> None:
        document = self._document()
        if document is not None:
            place = document.state.active + step
            if 0 <= place < len(document.state.layers):
                document.activate(document.state.layers[place].id)

    def _merge(self) -> None:
        document = self._document()
        if document is None:
            return
        state = document.state
        if state.active == 0:
            self._tell("There is no layer below this one to merge it with.")
            return
        refusal = next((layer for layer in state.layers[state.active - 1 : state.active + 1] if layer.locked), None)
        if refusal is not None:
            self._tell(f"The layer “{refusal.name}” is locked. Unlock it in the Layers panel to merge it.")
            return
        self._slowly(
            "Merge down",
            f"Merging “{state.layer.name}” down …",
            lambda progress: merge.merged_down(state, document.photo, state.layer.id, progress),
        )

    def turn_into_paint(self) -> None:
        """Keep each pixel's colour of the active layer as it is now."""
        document = self._document()
        if document is None:
            return
        state = document.state
        if state.layer.locked:
            self._tell(document.refusal)
            return
        self._slowly(
            "Turn into paint",
            f"Turning the colours of “{state.layer.name}” into paint …",
            lambda progress: merge.painted(state, document.photo, state.layer.id, progress),
        )

    def _slowly(self, step: str, sentence: str, change: Callable[..., DocumentState]) -> None:
        document = self._opened()
        if document is None:
            return
        before = document.state
        after = run_busy(self._window, sentence, change)
        if after is not None and self._opened() is document:
            document.edit(step, lambda present: _with_answers(after, before, present))


def _with_answers(after: DocumentState, before: DocumentState, present: DocumentState) -> DocumentState:
    """`after`, made of `before`, with the answers that its other layers have got in `present` meanwhile."""
    asked = {layer.id: layer for layer in before.layers}
    answered = {layer.id: layer for layer in present.layers}
    layers = [answered.get(layer.id, layer) if layer is asked.get(layer.id) else layer for layer in after.layers]
    return replace(after, layers=tuple(layers))
