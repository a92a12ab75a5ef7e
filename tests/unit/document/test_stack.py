"""A stack of layers: they come, go, move and merge; the picture of the others stays, and undo brings each root back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document import stack
from app.document.adjustments import Adjustments
from app.document.brush import Brush
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.tiles import TileMask

SIZE = (300, 420)


def photo() -> Photo:
    return Photo.from_rgb(np.random.default_rng(3).integers(0, 256, (*SIZE, 3), dtype=np.uint8))


def layer(layer_id: int, box: tuple[int, int, int, int] = (0, 0, 420, 300), **values: object) -> LayerState:
    coverage = np.zeros(SIZE, np.uint8)
    x, y, w, h = box
    coverage[y : y + h, x : x + w] = 200
    made = LayerState(f"Layer {layer_id}", TileMask.from_array(coverage), source=ORIGINAL, id=layer_id)
    return replace(made, **values)  # type: ignore[arg-type]


def root(count: int = 4) -> DocumentState:
    boxes = [(20 * i, 30 * i, 200, 100) for i in range(count)]
    turned = [Adjustments(hue=40.0 * i) for i in range(count)]
    return DocumentState(tuple(layer(i, boxes[i], adjustments=turned[i], opacity=0.8) for i in range(count)))


def ids(state: DocumentState) -> list[int]:
    return [each.id for each in state.layers]


def test_a_new_layer_lies_above_the_active_one_and_is_active() -> None:
    state = replace(root(), active=1)
    after = stack.with_new(state, stack.blank(state, 9))
    assert ids(after) == [0, 1, 9, 2, 3]
    assert after.layer.id == 9
    assert after.layer.mask.is_empty


def test_there_are_not_too_many() -> None:
    full = DocumentState(tuple(layer(i) for i in range(stack.MOST_LAYERS)))
    with pytest.raises(ValueError, match="merge or delete"):
        stack.with_new(full, layer(1000))


def test_names_stay_different() -> None:
    assert stack.free_name("Coat", ["Hat"]) == "Coat"
    assert stack.free_name("Coat", ["Coat"]) == "Coat 2"
    assert stack.free_name("Coat 2", ["Coat", "Coat 2", "Coat 3"]) == "Coat 4"


def test_a_copy_lies_above_its_model_and_can_be_edited() -> None:
    state = root()
    locked = state.with_layer(1, replace(state.layers[1], locked=True))
    after = stack.duplicate(locked, 1, 8)
    assert ids(after) == [0, 1, 8, 2, 3]
    assert not after.layer.locked
    assert after.layer.mask is state.layers[1].mask


@pytest.mark.parametrize(("gone", "active", "then"), [(0, 0, 1), (2, 2, 1), (3, 3, 2), (0, 2, 2), (3, 1, 1)])
def test_after_one_goes_another_is_active(gone: int, active: int, then: int) -> None:
    after = stack.without(replace(root(), active=active), gone)
    assert after.layer.id == then
    assert gone not in ids(after)


def test_the_last_layer_stays() -> None:
    state = root(1)
    assert stack.without(state, 0) is state


@given(st.integers(0, 3), st.integers(-3, 9), st.integers(0, 3))
def test_moving_keeps_the_others_in_order_and_the_active_one_active(which: int, place: int, active: int) -> None:
    state = replace(root(), active=active)
    after = stack.moved(state, which, place)
    assert ids(after).index(which) == min(max(place, 0), 3)
    assert [i for i in ids(after) if i != which] == [i for i in range(4) if i != which]
    assert after.layer.id == active


def test_solo_shows_one_layer_even_a_hidden_one() -> None:
    state = root()
    state = state.with_layer(2, replace(state.layers[2], visible=False))
    assert [each.id for each in state.seen] == [0, 1, 3]
    alone = stack.soloed(state, 2)
    assert [each.id for each in alone.seen] == [2]
    assert stack.soloed(alone, 2).solo is None
    assert stack.without(alone, 2).solo is None


changes = st.one_of(
    st.tuples(st.just("new"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("copy"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("delete"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("solo"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("hide"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("fade"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("activate"), st.integers(0, 9), st.integers(0, 9)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(changes, max_size=12))
def test_what_changed_is_told_and_undo_and_redo_lead_to_the_very_roots(steps: list[tuple[str, int, int]]) -> None:
    picture = photo()
    document = Document(picture, root())
    told: list[Rect] = []
    document.changed.connect(told.append)
    compositor = Compositor(picture)
    whole = Rect(0, 0, SIZE[1], SIZE[0])
    roots = [document.state]
    for kind, a, b in steps:
        before, shown = document.state, compositor.region(document.state, 0, whole)
        told.clear()
        which = before.layers[a % len(before.layers)]
        if kind == "new":
            document.edit("New layer", lambda s: stack.with_new(s, stack.blank(s, document.new_id())))
        elif kind == "copy":
            document.edit("Duplicate layer", lambda s, i=which.id: stack.duplicate(s, i, document.new_id()))
        elif kind == "delete":
            document.edit("Delete layer", lambda s, i=which.id: stack.without(s, i))
        elif kind == "move":
            document.edit("Move layer", lambda s, i=which.id, p=b: stack.moved(s, i, p))
        elif kind == "solo":
            document.edit("Solo layer", lambda s, i=which.id: stack.soloed(s, i))
        elif kind == "hide":
            document.set_layer(which.id, "Hide layer", visible=not which.visible)
        elif kind == "fade":
            document.set_layer(which.id, "Layer opacity", opacity=b / 9)
        else:
            document.activate(which.id)
        assert len(set(ids(document.state))) == len(document.state.layers)
        after = compositor.region(document.state, 0, whole)
        fresh = Compositor(picture).region(document.state, 0, whole)
        np.testing.assert_array_equal(after, fresh)
        differs = (after != shown).any(axis=2)
        for rect in told:
            differs[rect.slices] = False
        assert not differs.any()
        if kind != "activate" and document.state is not before:
            roots.append(document.state)
        else:
            roots[-1] = document.state
    for older in reversed(roots[:-1]):
        document.undo()
        assert document.state.layers == older.layers
    for newer in roots[1:]:
        document.redo()
        assert document.state.layers == newer.layers


def test_a_locked_layer_refuses_all_but_its_name_its_eye_and_the_key() -> None:
    document = Document(photo(), root())
    document.set_layer(0, "Lock layer", locked=True)
    heard: list[str] = []
    document.refused.connect(heard.append)
    state = document.state
    assert not document.fill_mask()
    assert not document.set_layer(0, "Layer opacity", opacity=0.1)
    assert document.state is state
    assert "locked" in heard[0]
    assert "locked" in document.refusal
    with pytest.raises(RuntimeError, match="locked"):
        document.begin_stroke(Brush(10))
    assert document.set_layer(0, "Rename layer", name="Coat")
    assert document.set_layer(0, "Hide layer", visible=False)
    assert document.set_layer(0, "Unlock layer", locked=False)
    assert "hidden" in document.refusal
    assert document.fill_mask()


def test_a_slider_that_is_dragged_is_one_step_unless_saved_meanwhile() -> None:
    document = Document(photo(), root())
    for value in (0.9, 0.7, 0.5):
        document.set_layer(0, "Layer opacity", goes_on=("Layer opacity",), opacity=value)
    assert document.history.names == ("Layer opacity",)
    document.mark_saved()
    document.set_layer(0, "Layer opacity", goes_on=("Layer opacity",), opacity=0.4)
    assert document.history.names == ("Layer opacity", "Layer opacity")
    document.undo()
    assert document.state.layer.opacity == 0.5
    document.undo()
    assert document.state.layer.opacity == 0.8


def test_only_what_asks_for_other_colours_begins_an_epoch() -> None:
    document = Document(photo(), root())
    epoch = document.colour_epoch
    document.set_layer(1, "Layer opacity", opacity=0.1)
    document.edit("Move layer", lambda state: stack.moved(state, 1, 3))
    document.activate(2)
    document.edit("Solo layer", lambda state: stack.soloed(state, 2))
    assert document.colour_epoch == epoch
    document.edit("Delete layer", lambda state: stack.without(state, 3))
    assert document.colour_epoch == epoch + 1


def test_twenty_layers_are_mixed_once_for_a_stroke() -> None:
    picture = photo()
    layers = tuple(layer(i, adjustments=Adjustments(hue=9.0 * i), opacity=0.5) for i in range(20))
    state = DocumentState(layers, active=10)
    compositor = Compositor(picture)
    kept = compositor.region(state, 0, Rect(0, 0, 256, 256))
    np.testing.assert_array_equal(kept, next(Compositor(picture).rows(state))[:, :256])
    bytes_before = compositor.cached_bytes
    stroked = state.with_layer(10, replace(layers[10], mask=layer(0, (5, 5, 90, 90)).mask))
    compositor.region(stroked, 0, Rect(0, 0, 100, 100))
    assert compositor.cached_bytes == bytes_before
