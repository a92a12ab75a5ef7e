"""Any sequence of what can be done with layers: undo and redo lead back to the very same, what is told to have changed
is all that has, no colour spills, no light is lost, and a locked layer stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from app.document import merge, stack
from app.document.adjustments import Adjustments
from app.document.brush import Brush
from app.document.composite import Compositor
from app.document.layer import DocumentState, Hint, LayerState
from app.document.palette import Palette, PaletteLock, Swatch
from app.document.sources.neural import NEURAL, Neural
from app.document.sources.original import ORIGINAL
from app.document.sources.painted import Painted
from app.document.sources.reference import Method, Reference, make_reference
from app.document.sources.scribbles import Scribbles
from app.document.sources.source import ColourSource
from app.document.sources.tint import Stop, Tint
from app.document.tiles import TileMask
from app.document.tone import Tone
from tests.unit.document.command_books import WHOLE, CommandBooks
from tests.unit.document.random_document import (
    HEIGHT,
    WIDTH,
    SeenLayer,
    answer,
    eighths,
    hints,
    shapes,
    some_photo,
    spots,
)

MOST = 6
FINE = some_photo(np.uint16)
FIRST = (NEURAL, ORIGINAL, Tint.of((90, 160, 200)), Neural(0.4, 2))
"""Sources of the layers that it begins with."""


def reference(method: Method, pairs: int = 1) -> Reference:
    chance = np.random.default_rng(1)
    base, other = chance.random((2, 3, 20, 30), np.float32)
    made = make_reference("another", method, base, other)
    for _ in range(pairs - 1):
        made = made.with_pair(*make_reference("another", method, base**2, other[::-1].copy()).pairs[0])
    return made


which = st.integers(0, MOST - 1)
boxes = st.tuples(
    st.integers(0, 3), st.integers(0, 2), st.integers(1, 4), st.integers(1, 3), st.sampled_from([255, 90])
)
sources = st.sampled_from(
    [
        *(NEURAL, Neural(1.2, 3), ORIGINAL, Scribbles(), Painted()),
        *(Tint.of((200, 40, 60)), Tint((Stop(10, (20, 30, 90)), Stop(80, (240, 220, 160))))),
        *(reference(method) for method in Method),
        reference(Method.REINHARD_CIELAB, 2),
    ]
)
adjustments = st.sampled_from(
    [
        *(Adjustments(), Adjustments(strength=0.0), Adjustments(strength=0.6, hue=120.0)),
        *(Adjustments(saturation=2.0, vibrance=1.0), Adjustments(warmth=-1.0, vibrance=-0.5)),
    ]
)
tones = st.sampled_from(
    [Tone(), Tone(), Tone(mixer=(1.5, -0.4, -0.1)), Tone(brightness=0.3, contrast=-0.5), Tone(contrast=0.8)]
)
few = Palette("few", (Swatch((200, 60, 50)), Swatch((40, 90, 160)), Swatch((120, 120, 120))))
locks = st.sampled_from([None, PaletteLock(few), PaletteLock(few, 0.5), PaletteLock(few, 1.0)])


class AnyLayers(CommandBooks):
    photo = FINE
    levels = (0, 2)
    light_codes = 2

    def first_root(self) -> DocumentState:
        whole = TileMask.full(HEIGHT, WIDTH)
        layers = [LayerState(f"Layer {i}", whole, source=source, id=i) for i, source in enumerate(FIRST)]
        return DocumentState(tuple(replace(layer, opacity=0.6) for layer in layers), active=1)

    @initialize(places=st.lists(boxes, min_size=4, max_size=4), feather=st.sampled_from([0.0, 0.0, 12.0]))
    def start_somewhere(self, places: list[tuple[int, int, int, int, int]], feather: float) -> None:
        """Layers that overlap here and there."""
        for layer, place in zip(self.document.state.layers, places, strict=True):
            self.document.set_layer(layer.id, "Change mask", mask=box(*place), feather=feather)
        self.document.settle(0, *answer(30.0), None)
        self.document.settle(3, *answer(-20.0), None)

    def __init__(self) -> None:
        super().__init__()
        self.before, self.was_at, self.known = self.document.state, self.place, set(self.expected)

    @property
    def state(self) -> DocumentState:
        return self.document.state

    def layer(self, which: int) -> LayerState:
        return self.state.layers[which % len(self.state.layers)]

    def edit(self, step: str, change: Callable[[DocumentState], DocumentState]) -> bool:
        return self.document.edit(step, change)

    def set(self, which: int, goes_on: bool, step: str, **values: Any) -> None:
        """One value of a layer; a locked one refuses, and says so."""
        layer, before = self.layer(which), self.state
        free = not layer.locked or values.keys() <= {"locked", "visible", "name"}
        differs = any(getattr(layer, key) != value for key, value in values.items())
        with self.going_on() if goes_on else nullcontext():
            done = self.document.set_layer(layer.id, step, goes_on=(step,) if goes_on else (), **values)
        assert done == (free and differs)
        if not done:
            assert self.state is before
        else:
            changed = self.layer(which)
            assert all(getattr(changed, key) == value for key, value in values.items())

    # The stack

    @precondition(lambda self: len(self.state.layers) < MOST)
    @rule(place=boxes)
    def new(self, place: tuple[int, int, int, int, int]) -> None:
        assert self.edit("New layer", lambda state: stack.with_new(state, stack.blank(state, self.document.new_id())))
        assert self.state.layer.mask.is_empty
        assert self.document.set_mask(box(*place))

    @precondition(lambda self: len(self.state.layers) < MOST)
    @rule(which=which)
    def duplicate(self, which: int) -> None:
        layer = self.layer(which)
        assert self.edit("Copy", lambda state: stack.duplicate(state, layer.id, self.document.new_id()))
        assert not self.state.layer.locked
        assert self.state.layer.mask is layer.mask

    @rule(which=which)
    def delete(self, which: int) -> None:
        layer = self.layer(which)
        if not layer.locked:
            alone = len(self.state.layers) == 1
            assert self.edit("Delete layer", lambda state: stack.without(state, layer.id)) != alone

    @rule(which=which, place=st.integers(-1, MOST))
    def move(self, which: int, place: int) -> None:
        layer, active = self.layer(which), self.state.layer.id
        self.edit("Move layer", lambda state: stack.moved(state, layer.id, place))
        assert self.state.index_of(layer.id) == min(max(place, 0), len(self.state.layers) - 1)
        assert self.state.layer.id == active

    @rule(which=which)
    def activate(self, which: int) -> None:
        layer, steps = self.layer(which), self.document.history.names
        assert self.document.activate(layer.id) == (self.state.layer is not layer) or self.state.layer is layer
        assert self.state.layer.id == layer.id
        assert self.document.history.names == steps

    @rule(which=which)
    def solo(self, which: int) -> None:
        layer, solo = self.layer(which), self.state.solo
        assert self.edit("Solo layer", lambda state: stack.soloed(state, layer.id))
        assert self.state.solo == (None if solo == layer.id else layer.id)

    @rule(which=which, down=st.booleans())
    def merge_or_paint(self, which: int, down: bool) -> None:
        place = which % len(self.state.layers)
        concerned = self.state.layers[place - 1 : place + 1] if down else self.state.layers[place : place + 1]
        if (down and place == 0) or any(layer.locked for layer in concerned):
            return
        change = merge.merged_down if down else merge.painted
        assert self.edit("Merge down", lambda state: change(state, self.photo, self.layer(which).id))

    # A layer's values

    @rule(which=which, what=st.sampled_from(["visible", "locked", "locked", "pinned"]))
    def switch(self, which: int, what: str) -> None:
        self.set(which, False, f"Switch {what}", **{what: not getattr(self.layer(which), what)})

    @rule(which=which, opacity=st.sampled_from([0.0, 0.25, 0.6, 1.0, 1.0]), goes_on=st.booleans())
    def fade(self, which: int, opacity: float, goes_on: bool) -> None:
        self.set(which, goes_on, "Layer opacity", opacity=opacity)

    @rule(which=which, adjustments=adjustments, goes_on=st.booleans())
    def adjust(self, which: int, adjustments: Adjustments, goes_on: bool) -> None:
        self.set(which, goes_on, "Adjust colours", adjustments=adjustments)

    @rule(which=which, lock=locks, goes_on=st.booleans())
    def lock_to_palette(self, which: int, lock: PaletteLock | None, goes_on: bool) -> None:
        self.set(which, goes_on, "Lock to palette", palette=lock)

    @rule(which=which, feather=st.sampled_from([0.0, 9.0, 60.0]), density=st.sampled_from([1.0, 0.5, 0.0]))
    def soften(self, which: int, feather: float, density: float) -> None:
        self.set(which, False, "Feather mask", feather=feather, density=density)

    @rule(which=which, hints=st.lists(hints, max_size=4), order=st.randoms(use_true_random=False))
    def ask_for_colours(self, which: int, hints: list[Hint], order: Any) -> None:
        """Some of those that were there, in any order, and others."""
        kept = [hint for hint in self.layer(which).hints if order.random() < 0.7]
        order.shuffle(kept)
        self.set(which, False, "Change hints", hints=(*kept, *hints))

    @rule(source=sources, goes_on=st.booleans())
    def take_source(self, source: ColourSource, goes_on: bool) -> None:
        locked, before = self.state.layer.locked, self.state
        with self.going_on() if goes_on else nullcontext():
            done = self.document.set_source(source, goes_on=goes_on)
        if locked or not done:
            assert self.state is before
        else:
            assert self.state.layer.source is source
            assert not self.state.layer.pinned

    @rule()
    def refresh(self) -> None:
        before = self.state
        if not self.document.refresh_colours():
            assert self.state is before

    @rule(tone=tones, goes_on=st.booleans())
    def tone(self, tone: Tone, goes_on: bool) -> None:
        differs = self.state.tone != tone
        with self.going_on() if goes_on else nullcontext():
            assert self.document.set_tone(tone, goes_on=("Adjust tone",) if goes_on else ()) == differs
        assert self.state.tone == tone

    # The mask and the paint of the active layer

    @rule(shape=shapes, inside=st.booleans())
    def select_or_cover(self, shape: TileMask, inside: bool) -> None:
        if inside:
            self.document.select(shape)
        else:
            self.document.edit_mask("Cover", lambda _: shape)

    @rule(
        places=st.lists(spots, min_size=1, max_size=3),
        radius=st.sampled_from([3.0, 20.0, 90.0]),
        how=st.sampled_from(["brush", "eraser", "red", "grey", "smudge"]),
        opacity=eighths,
    )
    def stroke(self, places: list[tuple[int, int]], radius: float, how: str, opacity: float) -> None:
        layer = self.state.layer
        if layer.locked or (how == "smudge" and not isinstance(layer.source, Painted)):
            return
        brush = Brush(radius, 0.5, opacity)
        if how == "smudge":
            self.document.begin_smudge(brush)
        else:
            color = {"red": (220, 20, 30), "grey": (119, 119, 119)}.get(how)
            self.document.begin_stroke(brush, erase=how == "eraser", colour=color)
        for place in places:
            self.document.extend_stroke([place])
        self.document.commit_stroke()

    # To and fro

    @rule()
    def look_anew(self) -> None:
        """Nothing that was kept of what was drawn before is out of date."""
        for level, picture in zip(self.levels, self._pictures(), strict=True):
            np.testing.assert_array_equal(Compositor(self.photo).region(self.state, level, WHOLE), picture)
        rows = np.concatenate(list(Compositor(self.photo).rows(self.state)))
        np.testing.assert_array_equal(rows, self._pictures()[0])

    # Always

    @invariant()
    def stack_agrees(self) -> None:
        ids = [layer.id for layer in self.state.layers]
        assert len(set(ids)) == len(ids) <= MOST
        assert 0 <= self.state.active < len(ids)
        assert self.state.solo is None or self.state.solo in ids
        assert self.document.new_id() not in ids

    @invariant()
    def locked_layers_stay(self) -> None:
        """Whatever is done; only where undo and redo lead are they as they were then."""
        travelled = self.place != self.was_at and self.place in self.known
        before, self.before = self.before, self.state
        self.was_at, self.known = self.place, set(self.expected)
        if travelled:
            return
        for layer in before.layers:
            if layer.locked:
                after = self.state.layers[self.state.index_of(layer.id)]
                kept = {"locked": after.locked, "visible": after.visible, "name": after.name}
                assert SeenLayer.of(replace(layer, **kept)).equals(SeenLayer.of(after)), "a locked layer has changed"


def box(x: int, y: int, width: int, height: int, code: int) -> TileMask:
    """Of sides counted in eighths of the photo's width, softly framed by half its coverage."""
    coverage = np.zeros((HEIGHT, WIDTH), np.uint8)
    side = WIDTH // 8
    coverage[y * side : (y + height) * side + 20, x * side : (x + width) * side + 20] = code // 2
    coverage[y * side : (y + height) * side, x * side : (x + width) * side] = code
    return TileMask.from_array(coverage)


TestAnyLayers = AnyLayers.TestCase
TestAnyLayers.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
