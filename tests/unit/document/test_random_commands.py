"""Any sequence of commands: undo and redo lead back to the very same, whole-mask commands do what a painter of plain
arrays would do, and what is announced as changed is all that has changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.document import mask_ops
from app.document.brush import Brush, Touch
from app.document.chroma import Chroma, ChromaField
from app.document.composite import Compositor
from app.document.document import SOFTNESS_STEPS, Document
from app.document.geometry import Rect
from app.document.gradient import linear_gradient, radial_gradient
from app.document.layer import DocumentState, Hint, LayerState
from app.document.photo import Photo
from app.document.selection import Combine, combined
from app.document.shapes import ellipse, polygon, rectangle
from app.document.sources.neural import NEURAL
from app.document.sources.original import ORIGINAL
from app.document.sources.source import ColourSource
from app.document.stroke import Stroke
from app.document.tiles import TileMask
from app.document.wand import wand

Codes = npt.NDArray[np.uint8]

HEIGHT, WIDTH = 299, 521  # 2 × 3 tiles, of which only two are whole, and odd at every level
LEVELS = (0, 1, 2)


def some_photo() -> Photo:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    squares = 60 * ((x // 90 + y // 70) % 2)
    rgb = np.stack([60 + x // 6 + squares, 40 + y // 3 + squares, 150 - x // 9 + squares], axis=-1)
    return Photo.from_rgb(rgb.astype(np.uint8))


PHOTO = some_photo()
GREY = np.repeat(PHOTO.grey[:, :, None], 3, axis=2)
X, Y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)

xs, ys = st.integers(-60, WIDTH + 60), st.integers(-60, HEIGHT + 60)
spots = st.tuples(xs, ys)
eighths = st.integers(1, 8).map(lambda eighth: eighth / 8)
touches = st.one_of(spots, st.builds(Touch, xs, ys, eighths, st.integers(0, 8).map(lambda n: n / 8), eighths))
paths = st.lists(st.lists(touches, min_size=1, max_size=3), min_size=1, max_size=3)
radii = st.sampled_from([0.5, 2.0, 11.0, 40.0, 140.0])
sweeps = st.builds(Brush, radii, st.sampled_from([0.0, 0.5, 1.0]), eighths)
dabs = st.builds(
    Brush,
    st.sampled_from([2.0, 11.0, 40.0]),
    st.sampled_from([0.0, 1.0]),
    eighths,
    st.sampled_from([0.1, 0.6, 1.0]),
    st.sampled_from([0.2, 0.8]),
    st.sampled_from([0.3, 1.0]),
    st.sampled_from([0.0, 33.0]),
    st.sampled_from([0.0, 0.0, 0.7]),
)
hints = st.builds(Hint, xs, ys, st.integers(1, 60), st.sampled_from([(200, 30, 40), (10, 90, 200)]), st.booleans())
shapes = st.one_of(
    st.builds(partial(rectangle, HEIGHT, WIDTH), xs, ys, xs, ys),
    st.builds(partial(ellipse, HEIGHT, WIDTH), xs, ys, xs, ys),
    st.builds(partial(polygon, HEIGHT, WIDTH), st.lists(spots, min_size=3, max_size=5)),
    st.builds(
        partial(wand, PHOTO), st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.sampled_from([2.0, 12.0])
    ),
    st.builds(partial(linear_gradient, HEIGHT, WIDTH), spots, spots),
    st.just(TileMask.full(HEIGHT, WIDTH)),
)


class Seen(NamedTuple):
    """All that undo has to bring back, as plain arrays and values."""

    mask: Codes
    selection: Codes | None
    hints: tuple[Hint, ...]
    source: ColourSource
    softness: tuple[float, float]

    @classmethod
    def of(cls, state: DocumentState) -> Seen:
        layer = state.layer
        selection = None if state.selection is None else state.selection.to_array()
        return cls(layer.mask.to_array(), selection, layer.hints, layer.source, (layer.feather, layer.density))

    def equals(self, other: Seen) -> bool:
        alike = (self.selection is None) == (other.selection is None)
        return self[2:] == other[2:] and alike and all(map(np.array_equal, self[:2], other[:2]))


class StrokeSoFar(NamedTuple):
    before: Seen
    brush: Brush
    erase: bool
    colour: tuple[int, int, int] | None
    path: list[Touch | tuple[int, int]]


class Asked(NamedTuple):
    """A question to the network that waits for its answer."""

    epoch: int
    layer: LayerState


def mixed(old: Codes, new: Codes, selection: Codes | None) -> Codes:
    share = 1.0 if selection is None else selection / 255.0
    return np.rint(old + (new.astype(np.float64) - old) * share).astype(np.uint8)


def disc(radius: int) -> Codes:
    step = np.arange(-radius, radius + 1)
    return (step[None, :] ** 2 + step[:, None] ** 2 <= radius * radius).astype(np.uint8)


def extreme(mask: Codes, pixels: int, under: Callable[..., Any]) -> Codes:
    around = np.pad(mask, pixels, mode="edge")
    return np.asarray(under(around, disc(pixels)), np.uint8)[pixels:-pixels, pixels:-pixels]


def answer(value: float) -> tuple[Chroma, ChromaField]:
    coefficients = np.zeros((30, 52, 4), np.float32)
    coefficients[..., 2], coefficients[..., 3] = value, -value / 2
    return (
        Chroma(np.full((2, 15, 26), value, np.float16), np.ones((15, 26), np.uint8)),
        ChromaField(coefficients, (HEIGHT, WIDTH)),
    )


class AnyCommands(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.document = Document(PHOTO)
        self.compositor = Compositor(PHOTO)
        self.place = self.saved = self.document.history.place
        self.expected = {self.place: Seen.of(self.document.state)}
        self.past: list[int] = []
        self.future: list[int] = []
        self.roots: list[tuple[DocumentState, Seen]] = []
        self.stroke: StrokeSoFar | None = None
        self.asked: list[Asked] = []
        self.goes_on = False
        self.told: list[Rect] = []
        self.modified = False
        self.pictures = self._pictures()
        self.document.changed.connect(self._changed)
        self.document.history_changed.connect(self._history_changed)
        self.document.modified_changed.connect(self._modified_changed)

    @initialize(region=st.none() | shapes, feather=st.sampled_from([0.0, 5.0, 40.0]), density=eighths)
    def start_somewhere(self, region: TileMask | None, feather: float, density: float) -> None:
        """Else it would take long before much is to be seen."""
        self.document.set_softness(feather, density)
        if region is not None:
            self.document.set_mask(region)
        self.document.settle(0, *answer(30.0), None)

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
        seen = Seen.of(document.state)
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
        whole = Rect(0, 0, WIDTH, HEIGHT)
        return [self.compositor.region(self.document.state, level, whole) for level in LEVELS]

    def _check_limit(self) -> None:
        history = self.document.history
        assert history.bytes <= history.limit or len(history.names) <= 1

    # What the books say

    def _now(self) -> Seen:
        return Seen.of(self.document.state)

    def _finish(self) -> Seen:
        """What the next command finds: a stroke in progress is committed by it."""
        self.stroke = None
        return self._now()

    def _check_mask(self, wanted: Codes, tolerance: int = 0) -> None:
        found = self.document.state.layer.mask.to_array()
        assert np.abs(found.astype(int) - wanted).max() <= tolerance

    # Strokes

    @rule(brush=st.one_of(sweeps, dabs), how=st.sampled_from(["paint", "paint", "erase", "red", "blue"]), calls=paths)
    def begin(self, brush: Brush, how: str, calls: list[list[Touch | tuple[int, int]]]) -> None:
        before = self._finish()
        colour = {"red": (220, 20, 30), "blue": (20, 40, 230)}.get(how)
        self.document.begin_stroke(brush, erase=how == "erase", colour=colour)
        self.stroke = StrokeSoFar(before, brush, how == "erase", colour, [])
        for path in calls:
            self.extend(path)

    @precondition(lambda self: self.stroke is not None)
    @rule(path=st.lists(touches, min_size=1, max_size=3))
    def extend(self, path: list[Touch | tuple[int, int]]) -> None:
        assert self.stroke is not None
        self.document.extend_stroke(path)
        self.stroke.path.extend(path)
        self._check_stroke()

    def _check_stroke(self) -> None:
        """In however many calls it came, the coverage is that of one stroke over plain arrays."""
        assert self.stroke is not None
        before, brush, erase, _, path = self.stroke
        clip = None if before.selection is None else TileMask.from_array(before.selection)
        whole = Stroke(TileMask.from_array(before.mask), brush, erase, clip, PHOTO)
        whole.add(path)
        self._check_mask(whole.mask.to_array())

    @precondition(lambda self: self.stroke is not None)
    @rule()
    def commit(self) -> None:
        assert self.stroke is not None
        before, now = self.stroke.before, self._now()
        differs = not np.array_equal(before.mask, now.mask) or before.hints != now.hints
        self.stroke = None
        history = self.document.history
        steps = len(history.names) + history.forgotten
        committed = self.document.commit_stroke()
        assert committed or not differs
        assert len(history.names) + history.forgotten == steps + committed
        assert not self.document.is_painting

    @precondition(lambda self: self.stroke is not None)
    @rule(by_undo=st.booleans())
    def abort(self, by_undo: bool) -> None:
        assert self.stroke is not None
        before, self.stroke = self.stroke.before, None
        assert self.document.undo() if by_undo else self.document.abort_stroke()
        assert self._now().equals(before)

    # One step each

    @rule(command=st.sampled_from([Document.fill_mask, Document.clear_mask, Document.invert_mask]))
    def cover(self, command: Callable[[Document], bool]) -> None:
        before = self._finish()
        command(self.document)
        wanted = {
            Document.fill_mask: np.full_like(before.mask, 255),
            Document.clear_mask: np.zeros_like(before.mask),
            Document.invert_mask: 255 - before.mask,
        }
        self._check_mask(mixed(before.mask, wanted[command], before.selection))

    @rule(pixels=st.sampled_from([1, 4, 13, 48]), greatest=st.booleans())
    def grow_or_shrink(self, pixels: int, greatest: bool) -> None:
        before = self._finish()
        change = mask_ops.grow if greatest else mask_ops.shrink
        self.document.edit_mask("Grow", lambda mask: change(mask, pixels))
        moved = extreme(before.mask, pixels, cv2.dilate if greatest else cv2.erode)
        self._check_mask(mixed(before.mask, moved, before.selection))

    @rule(pixels=st.sampled_from([1, 5, 24, 90]), change=st.sampled_from([mask_ops.feather, mask_ops.smooth]))
    def blur(self, pixels: int, change: Callable[[TileMask, int], TileMask]) -> None:
        """Whatever the mask's tiles have been through, it is as if they had just been made of an array."""
        before = self._finish()
        self.document.edit_mask("Blur", lambda mask: change(mask, pixels))
        fresh = change(TileMask.from_array(before.mask), pixels).to_array()
        self._check_mask(mixed(before.mask, fresh, before.selection))

    @rule(start=spots, end=spots, round_=st.booleans())
    def gradient(self, start: tuple[int, int], end: tuple[int, int], round_: bool) -> None:
        before = self._finish()
        make = radial_gradient if round_ else linear_gradient
        self.document.edit_mask("Gradient", lambda _: make(HEIGHT, WIDTH, start, end))
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = float(np.hypot(dx, dy))
        if not length:
            wanted = np.zeros((HEIGHT, WIDTH))
        elif round_:
            wanted = 1 - np.hypot(X - start[0], Y - start[1]) / length
        else:
            wanted = 1 - ((X - start[0]) * dx + (Y - start[1]) * dy) / length**2
        spread = np.rint(255 * np.clip(wanted, 0, 1)).astype(np.uint8)
        self._check_mask(mixed(before.mask, spread, before.selection), tolerance=1)

    @rule(region=shapes, how=st.sampled_from(Combine))
    def select(self, region: TileMask, how: Combine) -> None:
        before, other = self._finish(), region.to_array().astype(int)
        self.document.select(combined(self.document.state.selection, region, how))
        present = np.full((HEIGHT, WIDTH), 255) if before.selection is None else before.selection.astype(int)
        if how is Combine.REPLACE or (before.selection is None and how is Combine.ADD):
            wanted = other
        elif how is Combine.ADD:
            wanted = np.maximum(present, other)
        elif how is Combine.SUBTRACT:
            wanted = np.maximum(present - other, 0)
        else:
            wanted = np.minimum(present, other)
        found = self.document.state.selection
        if not wanted.any():
            assert found is None
        else:
            assert found is not None
            assert np.array_equal(found.to_array(), wanted)

    @rule()
    def deselect(self) -> None:
        self._finish()
        self.document.select(None, "Deselect")
        assert self.document.state.selection is None

    @rule(feather=st.sampled_from([0.0, 3.0, 40.0, 300.0]), density=st.sampled_from([1.0, 1.0, 0.5, 0.002, 0.0]))
    def set_softness(self, feather: float, density: float) -> None:
        before = self._finish()
        assert self.document.set_softness(feather, density) == (before.softness != (feather, density))
        assert self._now().softness == (feather, density)

    @rule(values=st.lists(st.tuples(st.integers(0, 60), eighths), min_size=1, max_size=3))
    def drag_softness(self, values: list[tuple[int, float]]) -> None:
        """As a slider does: the first value may begin a step, the rest go on with it."""
        self._finish()
        self.document.set_softness(7.0, 0.9)
        if self.document.undo_name not in SOFTNESS_STEPS or self.document.can_redo:
            return  # it was so already
        steps = len(self.past)
        for feather, density in values:
            self.goes_on = self.place != self.saved  # what has been saved stays as it was
            self.document.set_softness(feather, density, goes_on=True)
            assert self._now().softness == (feather, density)
        self.goes_on = False
        assert len(self.past) <= steps + 1

    @rule(source=st.sampled_from((NEURAL, ORIGINAL)), wanted=st.none() | st.lists(hints, max_size=3))
    def set_source_or_hints(self, source: ColourSource, wanted: list[Hint] | None) -> None:
        self._finish()
        if wanted is None:
            self.document.set_source(source)
            assert self._now().source is source
        else:
            self.document.set_hints(wanted)
            assert self._now().hints == tuple(wanted)

    # Answers

    @rule(value=st.integers(-40, 40), which=st.integers(0, 3), told=st.booleans())
    def ask_or_settle(self, value: int, which: int, told: bool) -> None:
        """The network is asked; the answer to this question, or to an older one, comes. After a jump it is too late."""
        document = self.document
        self.asked.append(Asked(document.colour_epoch, document.state.layer))
        asked = self.asked.pop(which % len(self.asked))
        if asked.epoch != document.colour_epoch:
            return
        before = self._now()
        document.settle(0, *answer(value), Rect(0, 0, WIDTH, HEIGHT) if told else None, asked=asked.layer)
        assert self._now().equals(before)
        if not document.is_painting:
            self.roots.append((document.state, before))

    # To and fro

    @rule()
    def undo(self) -> None:
        if self.stroke is not None:
            self.abort(by_undo=True)
            return
        past, here = list(self.past), self.place
        assert self.document.undo() == bool(past)
        if past:
            self.past, self.future = past[:-1], [here, *self.future]
            assert self.document.history.place == past[-1]

    @rule()
    def redo(self) -> None:
        future, here = list(self.future), self.place
        if self.stroke is not None:
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
        self.stroke = None  # which is thrown away
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
        assert history.bytes >= 0
        assert document.is_painting == (self.stroke is not None)
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
        for level, old, new in zip(LEVELS, before, self.pictures, strict=True):
            changed = (old != new).any(axis=2)
            for rect in told:
                changed[rect.scaled_out(level).slices] = False
            assert not changed.any(), f"level {level} changed outside {told}"

    def _check_bare(self) -> None:
        """Zero spill, and the network sees all that is covered."""
        layer = self.document.state.layer
        coverage = layer.coverage.to_array()
        assert np.array_equal(self.pictures[0][coverage == 0], GREY[coverage == 0])
        present = cv2.resize(layer.coverage.presence(75, 130), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        assert present[coverage > 0].all(), "the network does not see all that is covered"

    def teardown(self) -> None:
        for state, seen in self.roots:
            assert Seen.of(state).equals(seen), "an older root has been changed"


TestAnyCommands = AnyCommands.TestCase
TestAnyCommands.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


def test_a_drag_that_goes_on_after_saving_is_a_step_of_its_own() -> None:
    document = Document(PHOTO)
    document.set_softness(5.0, 1.0)
    document.set_softness(9.0, 1.0, goes_on=True)
    document.mark_saved()
    document.set_softness(50.0, 1.0, goes_on=True)
    document.set_softness(60.0, 1.0, goes_on=True)
    assert document.is_modified
    assert len(document.history.names) == 2
    document.undo()
    assert not document.is_modified
    assert document.state.layer.feather == 9.0
