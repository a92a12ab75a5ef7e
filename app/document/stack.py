"""What can be done to a stack of layers: each function makes another root, and none changes the picture of the rest.

Layers are named by their ids; places count from the bottom. Raises KeyError for an id that no layer has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from app.document.layer import DocumentState, LayerState
from app.document.tiles import TileMask

MOST_LAYERS = 200
"""More would be a mistake of somebody's: each is looked at for every tile that is drawn."""

_NUMBERED = re.compile(r"^(.*?)(?: (\d+))?$", re.DOTALL)


def next_id(state: DocumentState) -> int:
    """An id that no layer of the root has; the document sees to it that none of its older roots has it either."""
    return 1 + max(layer.id for layer in state.layers)


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name itself, or with the first number that makes it another than those taken: "Coat 2"."""
    used = set(taken)
    if name not in used:
        return name
    match = _NUMBERED.match(name)
    assert match is not None
    stem, number = match[1], int(match[2] or 1)
    while f"{stem} {number}" in used or number < 2:
        number += 1
    return f"{stem} {number}"


def with_new(state: DocumentState, layer: LayerState) -> DocumentState:
    """A layer more, above the active one; it is active then. Raises ValueError where there are enough."""
    if len(state.layers) >= MOST_LAYERS:
        raise ValueError(f"A document has {MOST_LAYERS} layers at most; merge or delete some first.")
    place = state.active + 1
    return replace(state, layers=(*state.layers[:place], layer, *state.layers[place:]), active=place)


def blank(state: DocumentState, layer_id: int, name: str = "Layer") -> LayerState:
    """An empty layer that would fit in."""
    mask = state.layer.mask
    names = [layer.name for layer in state.layers]
    return LayerState(free_name(name, names), TileMask.empty(mask.height, mask.width), id=layer_id)


def duplicate(state: DocumentState, layer_id: int, new_id: int) -> DocumentState:
    """The same layer once more, above it; the copy is active and can be edited."""
    place = state.index_of(layer_id)
    layer = state.layers[place]
    name = free_name(layer.name, [each.name for each in state.layers])
    return with_new(replace(state, active=place), replace(layer, name=name, id=new_id, locked=False))


def without(state: DocumentState, layer_id: int) -> DocumentState:
    """All layers but this one; the one below it is active then. The last layer stays, emptied of nothing."""
    place = state.index_of(layer_id)
    if len(state.layers) == 1:
        return state
    layers = state.layers[:place] + state.layers[place + 1 :]
    active = state.active - 1 if state.active > place or state.active == len(layers) else state.active
    if state.active == place:
        active = max(0, place - 1)
    return replace(state, layers=layers, active=active, solo=None if state.solo == layer_id else state.solo)


def moved(state: DocumentState, layer_id: int, place: int) -> DocumentState:
    """The layer at another place, counted from the bottom when it is there; kept within the stack."""
    layer = state.layers[state.index_of(layer_id)]
    active_id = state.layer.id
    rest = [each for each in state.layers if each is not layer]
    rest.insert(min(max(place, 0), len(rest)), layer)
    if all(new is old for new, old in zip(rest, state.layers, strict=True)):
        return state
    after = replace(state, layers=tuple(rest))
    return replace(after, active=after.index_of(active_id))


def activated(state: DocumentState, layer_id: int) -> DocumentState:
    """Another layer active."""
    place = state.index_of(layer_id)
    return state if place == state.active else replace(state, active=place)


def soloed(state: DocumentState, layer_id: int) -> DocumentState:
    """Only this layer seen; all that are visible again where it was the only one already."""
    state.index_of(layer_id)
    return replace(state, solo=None if state.solo == layer_id else layer_id)
