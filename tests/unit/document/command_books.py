"""A document whose books are kept while random commands are given: what each step of undo has to look like, and that
what is told to have changed is all that has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, NamedTuple

import cv2
import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from tests.unit.document.random_document import HEIGHT, PHOTO, WIDTH, Codes, Seen, answer

WHOLE = Rect(0, 0, WIDTH, HEIGHT)


class Asked(NamedTuple):
    """A question to the network that waits for its answer."""

    epoch: int
    layer: LayerState


class CommandBooks(RuleBasedStateMachine):
    """To and fro, answers, and what has to be true after any command. Subclasses give commands."""

    photo: ClassVar[Photo] = PHOTO
    levels: ClassVar[tuple[int, ...]] = (0, 1, 2)
    light_codes: ClassVar[int] = 1
    """By how many codes the light of a coloured pixel, its channels rounded, may differ from its grey."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document(self.photo, self.first_root())
        self.compositor = Compositor(self.photo)
        self.place = self.saved = self.document.history.place
        self.expected = {self.place: self.now()}
        self.past: list[int] = []
        self.future: list[int] = []
        self.roots: list[tuple[DocumentState, Seen]] = []
        self.asked: list[Asked] = []
        self.goes_on = False
        self.told: list[Rect] = []
        self.modified = False
        self.pictures = self._pictures()
        self.document.changed.connect(self._changed)
        self.document.history_changed.connect(self._history_changed)
        self.document.modified_changed.connect(self._modified_changed)

    def first_root(self) -> DocumentState | None:
        return None

    # What the document says

    def _changed(self, rect: Rect) -> None:
        parts = self.document.changed_parts or (rect,)
        assert all(rect.contains(part) for part in parts)
        self.told.extend(parts)

    def _history_changed(self) -> None:
        """Keep the books: a place that was never seen is a new step, any other has to look as it did."""
        document, place = self.document, self.document.history.place
        if document.is_painting:
            return
        seen = self.now()
        if place not in self.expected:
            self.past.append(self.place)
            self.future.clear()
            self.expected[place] = seen
            self._check_limit()
        elif self.goes_on:
            self.expected[place] = seen
        else:
            assert seen.equals(self.expected[place]), f"the root at place {place} is another one"
        self.place = place
        self.roots.append((document.state, seen))

    def _modified_changed(self, modified: bool) -> None:
        assert modified is not self.modified
        self.modified = modified

    def _pictures(self) -> list[Codes]:
        return [self.compositor.region(self.document.state, level, WHOLE) for level in self.levels]

    def _check_limit(self) -> None:
        history = self.document.history
        assert history.bytes <= history.limit or len(history.names) <= 1

    # What the books say

    def now(self) -> Seen:
        return Seen.of(self.document.state)

    def finish(self) -> Seen:
        """What the next command finds: a stroke in progress is committed by it."""
        return self.now()

    def throw_stroke_away(self) -> bool:
        """Note that a stroke in progress is aborted; whether there was one."""
        return False

    @contextmanager
    def going_on(self) -> Iterator[int]:
        """As a slider does that is being dragged: the newest step may become another one. How many steps there are."""
        self.goes_on = self.place != self.saved  # what has been saved stays as it was
        steps = len(self.past)
        yield steps
        self.goes_on = False
        assert len(self.past) <= steps + 1

    # Answers

    @rule(value=st.integers(-40, 40), which=st.integers(0, 3), of=st.integers(0, 5), told=st.booleans())
    def ask_or_settle(self, value: int, which: int, of: int, told: bool) -> None:
        """The network is asked; the answer to this question, or to an older one, comes. After a jump it is too late."""
        document = self.document
        layers = document.state.layers
        self.asked.append(Asked(document.colour_epoch, layers[(document.state.active + of) % len(layers)]))
        asked = self.asked.pop(which % len(self.asked))
        if asked.epoch != document.colour_epoch:
            return
        before = self.now()
        document.settle(asked.layer.id, *answer(value), WHOLE if told else None, asked=asked.layer)
        assert self.now().equals(before)
        if not document.is_painting:
            self.roots.append((document.state, before))

    # To and fro

    @rule()
    def undo(self) -> None:
        if self.throw_stroke_away():
            assert self.document.undo()
            return
        past, here = list(self.past), self.place
        assert self.document.undo() == bool(past)
        if past:
            self.past, self.future = past[:-1], [here, *self.future]
            assert self.document.history.place == past[-1]

    @rule()
    def redo(self) -> None:
        future, here = list(self.future), self.place
        if self.document.is_painting:
            assert not self.document.redo()
            return
        assert self.document.redo() == bool(future)
        if future:
            self.past, self.future = [*self.past, here], future[1:]
            assert self.document.history.place == future[0]

    @rule(steps=st.integers(-6, 6))
    def go_to(self, steps: int) -> None:
        here, line = self.place, [*self.past, self.place, *self.future]
        there = min(max(0, len(self.past) + steps), len(line) - 1)
        self.throw_stroke_away()
        assert self.document.go_to(steps) == (line[there] != here)
        self.past, self.future = line[:there], line[there + 1 :]
        assert self.document.history.place == line[there]

    @rule(limit=st.sampled_from([None, None, 0, 60_000, 250_000, 1 << 30]))
    def save_or_limit(self, limit: int | None) -> None:
        if limit is None:
            self.document.mark_saved()
            self.saved = self.document.history.place
            return
        self.document.limit_history(limit)
        del self.future[len(self.document.history.redo_names) :]  # the farthest
        self._check_limit()

    # Always

    @invariant()
    def history_agrees(self) -> None:
        document, history = self.document, self.document.history
        del self.past[: max(0, len(self.past) - len(history.names))]
        assert len(history.names) == len(self.past)
        assert len(history.redo_names) == len(self.future)
        steps = (*history._undo, *history._redo)
        assert all(step.cost >= 0 for step in steps)
        assert history.bytes == sum(step.cost for step in steps)
        assert document.is_modified == (history.place != self.saved) == self.modified
        assert document.can_undo == (bool(self.past) or document.is_painting)
        assert document.can_redo == (bool(self.future) and not document.is_painting)

    @invariant()
    def picture_agrees(self) -> None:
        self._check_told()
        self._check_bare()

    def _check_told(self) -> None:
        """What is drawn anew at any zoom are the rectangles that were told."""
        told, before = list(self.told), self.pictures
        self.told.clear()
        self.pictures = self._pictures()
        for level, old, new in zip(self.levels, before, self.pictures, strict=True):
            changed = (old != new).any(axis=2)
            for rect in told:
                changed[rect.scaled_out(level).slices] = False
            assert not changed.any(), f"level {level} changed outside {told}"

    def _check_bare(self) -> None:
        """Zero spill and all of the light; and the network sees all that is covered."""
        state, picture = self.document.state, self.pictures[0]
        grey = state.tone.apply(self.photo.grey, self.photo.source, self.photo.space)
        bare = np.ones((HEIGHT, WIDTH), np.bool_)
        for layer in state.seen:
            bare &= layer.coverage.to_array() == 0
        assert (picture[bare] == grey[bare][:, None]).all(), "colour where nothing is covered"
        off = self.photo.space.grey_codes(picture).astype(int) - grey
        assert np.abs(off).max() <= self.light_codes, "the light has been touched"
        coverage = state.layer.coverage
        present = cv2.resize(coverage.presence(75, 130), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        assert present[coverage.to_array() > 0].all(), "the network does not see all that is covered"

    def teardown(self) -> None:
        for state, seen in self.roots:
            assert Seen.of(state).equals(seen), "an older root has been changed"
