"""Any sequence of commands: undo and redo lead back to the very same, whole-mask commands do what a painter of plain
arrays would do, and what is announced as changed is all that has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from app.document import mask_ops
from app.document.brush import Brush, Touch
from app.document.document import SOFTNESS_STEPS, Document
from app.document.gradient import linear_gradient, radial_gradient
from app.document.layer import Hint
from app.document.selection import Combine, combined
from app.document.sources.neural import NEURAL
from app.document.sources.original import ORIGINAL
from app.document.sources.source import ColourSource
from app.document.stroke import Stroke
from app.document.tiles import TileMask
from tests.unit.document.command_books import CommandBooks
from tests.unit.document.random_document import (
    HEIGHT,
    PHOTO,
    WIDTH,
    Seen,
    answer,
    dabs,
    eighths,
    hints,
    paths,
    shapes,
    spots,
    sweeps,
    touches,
)

Codes = npt.NDArray[np.uint8]

X, Y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)


class StrokeSoFar(NamedTuple):
    before: Seen
    brush: Brush
    erase: bool
    colour: tuple[int, int, int] | None
    path: list[Touch | tuple[int, int]]


def mixed(old: Codes, new: Codes, selection: Codes | None) -> Codes:
    share = 1.0 if selection is None else selection / 255.0
    return np.rint(old + (new.astype(np.float64) - old) * share).astype(np.uint8)


def disc(radius: int) -> Codes:
    step = np.arange(-radius, radius + 1)
    return (step[None, :] ** 2 + step[:, None] ** 2 <= radius * radius).astype(np.uint8)


def extreme(mask: Codes, pixels: int, under: Callable[..., Any]) -> Codes:
    around = np.pad(mask, pixels, mode="edge")
    return np.asarray(under(around, disc(pixels)), np.uint8)[pixels:-pixels, pixels:-pixels]


class AnyCommands(CommandBooks):
    def __init__(self) -> None:
        super().__init__()
        self.stroke: StrokeSoFar | None = None

    @initialize(region=st.none() | shapes, feather=st.sampled_from([0.0, 5.0, 40.0]), density=eighths)
    def start_somewhere(self, region: TileMask | None, feather: float, density: float) -> None:
        """Else it would take long before much is to be seen."""
        self.document.set_softness(feather, density)
        if region is not None:
            self.document.set_mask(region)
        self.document.settle(0, *answer(30.0), None)

    def finish(self) -> Seen:
        self.stroke = None
        return self.now()

    def throw_stroke_away(self) -> bool:
        stroke, self.stroke = self.stroke, None
        return stroke is not None

    @invariant()
    def strokes_agree(self) -> None:
        assert self.document.is_painting == (self.stroke is not None)

    def _check_mask(self, wanted: Codes, tolerance: int = 0) -> None:
        found = self.document.state.layer.mask.to_array()
        assert np.abs(found.astype(int) - wanted).max() <= tolerance

    # Strokes

    @rule(brush=st.one_of(sweeps, dabs), how=st.sampled_from(["paint", "paint", "erase", "red", "blue"]), calls=paths)
    def begin(self, brush: Brush, how: str, calls: list[list[Touch | tuple[int, int]]]) -> None:
        before = self.finish()
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
        whole = Stroke(TileMask.from_array(before.layer.mask), brush, erase, clip, PHOTO)
        whole.add(path)
        self._check_mask(whole.mask.to_array())

    @precondition(lambda self: self.stroke is not None)
    @rule()
    def commit(self) -> None:
        assert self.stroke is not None
        before, now = self.stroke.before, self.now()
        differs = not np.array_equal(before.layer.mask, now.layer.mask) or before.layer.hints != now.layer.hints
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
        assert self.now().equals(before)

    # One step each

    @rule(command=st.sampled_from([Document.fill_mask, Document.clear_mask, Document.invert_mask]))
    def cover(self, command: Callable[[Document], bool]) -> None:
        before = self.finish()
        command(self.document)
        wanted = {
            Document.fill_mask: np.full_like(before.layer.mask, 255),
            Document.clear_mask: np.zeros_like(before.layer.mask),
            Document.invert_mask: 255 - before.layer.mask,
        }
        self._check_mask(mixed(before.layer.mask, wanted[command], before.selection))

    @rule(pixels=st.sampled_from([1, 4, 13, 48]), greatest=st.booleans())
    def grow_or_shrink(self, pixels: int, greatest: bool) -> None:
        before = self.finish()
        change = mask_ops.grow if greatest else mask_ops.shrink
        self.document.edit_mask("Grow", lambda mask: change(mask, pixels))
        moved = extreme(before.layer.mask, pixels, cv2.dilate if greatest else cv2.erode)
        self._check_mask(mixed(before.layer.mask, moved, before.selection))

    @rule(pixels=st.sampled_from([1, 5, 24, 90]), change=st.sampled_from([mask_ops.feather, mask_ops.smooth]))
    def blur(self, pixels: int, change: Callable[[TileMask, int], TileMask]) -> None:
        """Whatever the mask's tiles have been through, it is as if they had just been made of an array."""
        before = self.finish()
        self.document.edit_mask("Blur", lambda mask: change(mask, pixels))
        fresh = change(TileMask.from_array(before.layer.mask), pixels).to_array()
        self._check_mask(mixed(before.layer.mask, fresh, before.selection))

    @rule(start=spots, end=spots, round_=st.booleans())
    def gradient(self, start: tuple[int, int], end: tuple[int, int], round_: bool) -> None:
        before = self.finish()
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
        self._check_mask(mixed(before.layer.mask, spread, before.selection), tolerance=1)

    @rule(region=shapes, how=st.sampled_from(Combine))
    def select(self, region: TileMask, how: Combine) -> None:
        before, other = self.finish(), region.to_array().astype(int)
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
        self.finish()
        self.document.select(None, "Deselect")
        assert self.document.state.selection is None

    @rule(feather=st.sampled_from([0.0, 3.0, 40.0, 300.0]), density=st.sampled_from([1.0, 1.0, 0.5, 0.002, 0.0]))
    def set_softness(self, feather: float, density: float) -> None:
        before = self.finish()
        assert self.document.set_softness(feather, density) == (before.layer.softness != (feather, density))
        assert self.now().layer.softness == (feather, density)

    @rule(values=st.lists(st.tuples(st.integers(0, 60), eighths), min_size=1, max_size=3))
    def drag_softness(self, values: list[tuple[int, float]]) -> None:
        """As a slider does: the first value may begin a step, the rest go on with it."""
        self.finish()
        self.document.set_softness(7.0, 0.9)
        if self.document.undo_name not in SOFTNESS_STEPS or self.document.can_redo:
            return  # it was so already
        for feather, density in values:
            with self.going_on():
                self.document.set_softness(feather, density, goes_on=True)
            assert self.now().layer.softness == (feather, density)

    @rule(source=st.sampled_from((NEURAL, ORIGINAL)), wanted=st.none() | st.lists(hints, max_size=3))
    def set_source_or_hints(self, source: ColourSource, wanted: list[Hint] | None) -> None:
        self.finish()
        if wanted is None:
            self.document.set_source(source)
            assert self.document.state.layer.source is source
        else:
            self.document.set_hints(wanted)
            assert self.now().layer.hints == tuple(wanted)


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
