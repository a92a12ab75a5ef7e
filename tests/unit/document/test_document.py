"""The document: strokes, steps, undo, answers, signals, and the one thread it lives on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.brush import Brush
from app.document.chroma import Chroma, ChromaField
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer import DocumentState, Hint, LayerState
from app.document.photo import Photo
from app.document.sources.neural import NEURAL
from app.document.sources.original import ORIGINAL
from app.document.sources.source import ColourSource
from app.document.tiles import TileMask

HEIGHT, WIDTH = 600, 800
RED = (220, 20, 30)
BRUSH = Brush(40)


@pytest.fixture
def document() -> Document:
    return new_document()


def new_document(**options: Any) -> Document:
    return Document(Photo.from_rgb(np.full((HEIGHT, WIDTH), 100, np.uint8)), **options)


def answer(value: float = 1.0) -> tuple[Chroma, ChromaField]:
    chroma = Chroma(np.full((2, 30, 40), value, np.float16), np.ones((30, 40), np.uint8))
    return chroma, ChromaField(np.full((60, 80, 4), value, np.float32), (HEIGHT, WIDTH))


def stroke(document: Document, *points: tuple[float, float], **options: Any) -> None:
    document.begin_stroke(options.pop("brush", BRUSH), **options)
    for point in points:
        document.extend_stroke([point])
    document.commit_stroke()


class Heard:
    """What a document has announced since it was asked last."""

    def __init__(self, document: Document) -> None:
        self.rects: list[Rect] = []
        self.modified: list[bool] = []
        self.history = 0
        document.changed.connect(self.rects.append)
        document.modified_changed.connect(self.modified.append)
        document.history_changed.connect(self._count)

    def _count(self) -> None:
        self.history += 1


# Steps


Command = tuple[str, Callable[[Document], bool]]
COMMANDS: list[Command] = [
    ("Fill mask", Document.fill_mask),
    ("Invert mask", Document.invert_mask),
    ("Change colour source", lambda document: document.set_source(ORIGINAL)),
    ("Change hints", lambda document: document.set_hints([Hint(5, 5, 10, RED)])),
    ("Change mask", lambda document: document.set_mask(TileMask.from_array(np.eye(HEIGHT, WIDTH, dtype=np.uint8)))),
]


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_each_command_is_one_named_step(document: Document, name: str, command: Callable[[Document], bool]) -> None:
    before, epoch = document.state, document.colour_epoch
    heard = Heard(document)
    assert command(document)
    after = document.state
    assert document.undo_name == name
    assert document.colour_epoch != epoch
    assert heard.history == 1
    assert document.undo()
    assert document.state is before
    assert document.redo_name == name
    assert document.redo()
    assert document.state is after


def test_commands_that_change_nothing_are_no_steps(document: Document) -> None:
    assert not document.clear_mask()
    assert not document.set_source(NEURAL)
    assert not document.set_hints([])
    document.fill_mask()
    assert not document.fill_mask()
    document.set_hints([Hint(5, 5, 10, RED)])
    assert not document.set_hints([Hint(5, 5, 10, RED)])
    assert document.history.names == ("Fill mask", "Change hints")


def test_clear_forgets_the_colour_and_undo_brings_it_back(document: Document) -> None:
    document.fill_mask()
    chroma, field = answer()
    document.settle(0, chroma, field, None)
    document.set_hints([Hint(5, 5, 10, RED)])
    assert document.clear_mask()
    assert document.state.layer.mask.is_empty
    assert document.state.layer.chroma is None
    assert document.state.layer.hints
    document.undo()
    assert document.state.layer.chroma is chroma
    assert document.state.layer.field is field


def test_a_mask_of_another_size_is_refused(document: Document) -> None:
    with pytest.raises(ValueError, match="800 × 601 pixels, the photo 800 × 600"):
        document.set_mask(TileMask.empty(HEIGHT + 1, WIDTH))
    with pytest.raises(ValueError, match="the photo 800 × 600"):
        new_document(state=DocumentState((LayerState("x", TileMask.empty(3, 3)),)))


def random_point() -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(st.floats(-50, WIDTH + 50), st.floats(-50, HEIGHT + 50))


steps = st.one_of(
    st.tuples(st.just("stroke"), st.lists(random_point(), min_size=1, max_size=3), st.sampled_from([None, RED])),
    st.tuples(st.just("erase"), st.lists(random_point(), min_size=1, max_size=3), st.none()),
    st.tuples(st.sampled_from(["fill", "clear", "invert", "source", "settle", "undo", "redo"]), st.none(), st.none()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=14))
def test_undo_and_redo_are_inverse_after_any_commands(commands: list[tuple[str, Any, Any]]) -> None:
    document = new_document()
    for n, (kind, points, colour) in enumerate(commands):
        if kind in ("stroke", "erase"):
            stroke(document, *points, erase=kind == "erase", colour=colour)
        elif kind == "source":
            document.set_source((NEURAL, ORIGINAL)[n % 2])
        elif kind == "settle":
            document.settle(0, *answer(n), None)
        else:
            {
                "fill": document.fill_mask,
                "clear": document.clear_mask,
                "invert": document.invert_mask,
                "undo": document.undo,
                "redo": document.redo,
            }[kind]()
    while document.redo():
        pass
    forward = [document.state]
    pictures = [picture(document.state)]
    while document.undo():
        forward.append(document.state)
        pictures.append(picture(document.state))
    assert len(forward) == len(document.history.redo_names) + 1
    for state, expected in zip(reversed(forward[:-1]), reversed(pictures[:-1]), strict=True):
        assert document.redo()
        assert same_but_for_cold_fields(document.state, state)
        assert picture(document.state) == expected
    assert not document.redo()


def picture(state: DocumentState) -> tuple[bytes, tuple[Hint, ...], ColourSource]:
    return state.layer.mask.to_array().tobytes(), state.layer.hints, state.layer.source


def same_but_for_cold_fields(a: DocumentState, b: DocumentState) -> bool:
    return (a.layer.mask, a.layer.chroma) == (b.layer.mask, b.layer.chroma)


def test_history_is_bounded_and_says_so() -> None:
    document = new_document(history_limit=400_000)
    for i in range(30):
        stroke(document, (50.0 + 20 * i, 300.0), brush=Brush(60, 0.0))
    assert document.history.bytes <= 400_000
    assert document.history.forgotten > 0
    assert len(document.history.names) == 30 - document.history.forgotten


# Saved and modified


def test_modified_follows_undo_back_to_what_was_saved(document: Document) -> None:
    heard = Heard(document)
    stroke(document, (100.0, 100.0))
    document.mark_saved()
    assert not document.is_modified
    document.undo()
    assert document.is_modified
    document.redo()
    assert not document.is_modified
    document.undo()
    stroke(document, (300.0, 100.0))
    assert document.is_modified
    assert heard.modified == [True, False, True, False, True]


def test_a_recovered_document_is_modified_from_the_start() -> None:
    document = new_document(modified=True)
    assert document.is_modified
    document.mark_saved()
    assert not document.is_modified


# Answers


def test_an_answer_is_neither_a_step_nor_a_modification(document: Document) -> None:
    stroke(document, (100.0, 100.0))
    document.mark_saved()
    heard, epoch = Heard(document), document.colour_epoch
    chroma, field = answer()
    document.settle(0, chroma, field, Rect(700, 500, 500, 500))
    assert document.state.layer.chroma is chroma
    assert document.state.layer.field is field
    assert heard.rects == [Rect(700, 500, 100, 100)]
    assert not document.is_modified
    assert document.history.names == ("Brush stroke",)
    assert document.colour_epoch == epoch
    document.settle(0, chroma, field, None)
    assert heard.rects[-1] == document.state.layer.mask.bounds()
    with pytest.raises(KeyError):
        document.settle(1, chroma, field, None)
    with pytest.raises(KeyError):
        document.settle(-1, chroma, field, None)


def test_undo_restores_the_older_colour_with_the_older_mask(document: Document) -> None:
    stroke(document, (100.0, 100.0))
    first, second = answer(1), answer(2)
    document.settle(0, *first, None)
    older = document.state
    stroke(document, (300.0, 100.0))
    document.settle(0, *second, None)
    newer = document.state
    document.undo()
    assert document.state is older
    assert (document.state.layer.chroma, document.state.layer.field) == first
    document.redo()
    assert document.state is newer


def test_an_answer_during_a_stroke_survives_the_rest_of_it(document: Document) -> None:
    document.begin_stroke(BRUSH)
    document.extend_stroke([(100.0, 100.0)])
    document.settle(0, *answer(3), None)
    document.extend_stroke([(200.0, 100.0)])
    assert document.state.layer.chroma is not None
    document.commit_stroke()
    assert document.state.layer.chroma is not None
    document.undo()
    assert document.state.layer.chroma is None


def test_an_answer_overtaken_by_the_next_stroke_reaches_the_root_before_it(document: Document) -> None:
    """Pen up, pen down again, and only then comes the answer to the first stroke: undo must not lose it."""
    stroke(document, (100.0, 100.0))
    asked = document.state.layer
    chroma, field = answer()
    document.begin_stroke(BRUSH)
    document.extend_stroke([(300.0, 300.0)])
    document.settle(0, chroma, field, None, asked=asked)
    document.abort_stroke()
    assert document.state.layer.chroma is chroma
    assert document.state.layer.mask is asked.mask
    stroke(document, (300.0, 300.0))
    later, later_field = answer(9)
    document.settle(0, later, later_field, None, asked=asked)
    assert document.state.layer.chroma is later
    document.undo()
    assert document.state.layer.chroma is later
    assert document.undo()
    assert document.state.layer.chroma is None, "an answer to a later mask must not reach further back"


def test_an_answer_before_the_first_point_stays_after_abort(document: Document) -> None:
    document.begin_stroke(BRUSH)
    chroma, field = answer()
    document.settle(0, chroma, field, None)
    settled = document.state
    document.extend_stroke([(300.0, 300.0)])
    document.abort_stroke()
    assert document.state is settled


def test_the_epoch_stands_still_while_strokes_grow(document: Document) -> None:
    epoch = document.colour_epoch
    stroke(document, (100.0, 100.0), (300.0, 300.0), colour=RED)
    stroke(document, (100.0, 100.0))
    stroke(document, (300.0, 300.0), erase=True)
    document.settle(0, *answer(), None)
    document.mark_saved()
    assert document.colour_epoch == epoch
    seen = {epoch}
    document.begin_stroke(BRUSH)
    document.extend_stroke([(500.0, 100.0)])
    for jump in (document.abort_stroke, document.undo, document.redo, document.invert_mask, document.clear_mask):
        assert jump()
        assert document.colour_epoch not in seen
        seen.add(document.colour_epoch)


# The thread


def test_every_change_asserts_the_thread(document: Document) -> None:
    stroke(document, (100.0, 100.0))
    before = document.state
    mask = TileMask.full(HEIGHT, WIDTH)
    changes: list[Callable[[], object]] = [
        lambda: document.begin_stroke(BRUSH),
        lambda: document.extend_stroke([(1.0, 1.0)]),
        document.commit_stroke,
        document.abort_stroke,
        document.fill_mask,
        document.clear_mask,
        document.invert_mask,
        lambda: document.set_mask(mask),
        lambda: document.set_source(ORIGINAL),
        lambda: document.set_hints([Hint(5, 5, 10, RED)]),
        document.undo,
        document.redo,
        document.mark_saved,
        lambda: document.settle(0, None, None, None),
    ]
    refused = []

    def elsewhere() -> None:
        for change in changes:
            with pytest.raises(AssertionError, match="only on the thread"):
                change()
            refused.append(change)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(refused) == len(changes)
    assert document.state is before
    assert document.is_modified
