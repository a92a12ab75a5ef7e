"""The selection of a document, what it does to edits of the mask, and what changes are told in parts."""

from __future__ import annotations

import numpy as np
import pytest

from app.document.brush import Brush
from app.document.document import MOST_FEATHER, Document
from app.document.geometry import Rect
from app.document.photo import Photo
from app.document.tiles import TileMask

HEIGHT, WIDTH = 300, 500


@pytest.fixture
def document() -> Document:
    return Document(Photo.from_rgb(np.full((HEIGHT, WIDTH), 120, np.uint8)))


def left_half(value: int = 255) -> TileMask:
    coverage = np.zeros((HEIGHT, WIDTH), np.uint8)
    coverage[:, : WIDTH // 2] = value
    return TileMask.from_array(coverage)


def coverage(document: Document) -> np.ndarray:
    return document.state.layer.mask.to_array()


def test_selecting_is_one_step(document: Document) -> None:
    told: list[None] = []
    document.selection_changed.connect(lambda: told.append(None))
    selection = left_half()
    assert document.select(selection, "Select rectangle")
    assert document.state.selection is selection
    assert document.undo_name == "Select rectangle"
    assert document.undo()
    assert document.state.selection is None
    assert document.redo()
    assert document.state.selection is selection
    assert len(told) == 3


def test_selecting_changes_no_picture_and_no_answer(document: Document) -> None:
    rects: list[object] = []
    document.changed.connect(rects.append)
    epoch = document.colour_epoch
    document.select(left_half())
    assert (rects, document.colour_epoch) == ([], epoch)


def test_the_same_selection_again_is_no_step(document: Document) -> None:
    assert not document.select(None)
    document.select(left_half())
    assert not document.select(left_half(0).with_tiles(dict(document.state.selection.tiles)))
    assert document.history.names == ("Select",)


def test_a_selection_of_nothing_deselects(document: Document) -> None:
    document.select(left_half())
    document.select(TileMask.empty(HEIGHT, WIDTH), "Deselect")
    assert document.state.selection is None


def test_a_selection_of_another_size_is_refused(document: Document) -> None:
    with pytest.raises(ValueError, match="500 × 300"):
        document.select(TileMask.full(10, 10))


def test_strokes_keep_to_the_selection(document: Document) -> None:
    document.select(left_half())
    document.begin_stroke(Brush(20))
    document.extend_stroke([(100, 150), (400, 150)])
    document.commit_stroke()
    assert coverage(document)[150, 100:250].min() == 255
    assert coverage(document)[:, 250:].max() == 0


def test_fill_clear_and_invert_keep_to_the_selection(document: Document) -> None:
    document.select(left_half())
    document.fill_mask()
    assert coverage(document)[:, :250].min() == 255
    assert coverage(document)[:, 250:].max() == 0
    document.invert_mask()
    assert coverage(document).max() == 0
    document.select(None)
    document.fill_mask()
    document.select(left_half())
    document.clear_mask()
    assert coverage(document)[:, :250].max() == 0
    assert coverage(document)[:, 250:].min() == 255


def test_a_half_selected_place_changes_by_half(document: Document) -> None:
    document.select(left_half(128))
    document.fill_mask()
    assert coverage(document)[0, 0] == 128


def test_any_change_of_the_mask_can_be_selected(document: Document) -> None:
    document.select(left_half())
    assert document.edit_mask("Grow mask", lambda mask: TileMask.full(mask.height, mask.width))
    assert document.undo_name == "Grow mask"
    assert coverage(document).mean() == pytest.approx(127.5)
    assert not document.edit_mask("Nothing", lambda mask: mask)


def test_history_keeps_selections_within_its_bytes(document: Document) -> None:
    rng = np.random.default_rng(0)
    for _ in range(3):
        document.select(TileMask.from_array(rng.integers(0, 256, (HEIGHT, WIDTH), np.uint8)))
    document.select(None)
    assert document.history.bytes > 3 * HEIGHT * WIDTH


def test_going_to_a_step(document: Document) -> None:
    document.fill_mask()
    document.clear_mask()
    document.select(left_half())
    after = document.state
    assert document.go_to(-2)
    assert document.history.names == ("Fill mask",)
    assert coverage(document).min() == 255
    assert document.go_to(99)
    assert document.state.selection is after.selection
    assert not document.go_to(1)
    assert document.go_to(-99)
    assert not document.can_undo


def test_softness_is_a_step_and_has_limits(document: Document) -> None:
    document.fill_mask()
    assert document.set_softness(12.0, 1.0)
    assert document.undo_name == "Feather mask"
    assert document.set_softness(12.0, 0.5)
    assert document.undo_name == "Mask density"
    assert (document.state.layer.feather, document.state.layer.density) == (12.0, 0.5)
    assert not document.set_softness(12.0, 0.5)
    for feather, density in ((-1, 1), (MOST_FEATHER + 1, 1), (0, 1.5)):
        with pytest.raises(ValueError, match="feather is 0"):
            document.set_softness(feather, density)


def test_dragging_a_softness_slider_is_one_step(document: Document) -> None:
    document.fill_mask()
    document.set_softness(1.0, 1.0)
    for feather in range(2, 40):
        assert document.set_softness(float(feather), 1.0, goes_on=True)
    assert document.history.names == ("Fill mask", "Feather mask")
    assert document.state.layer.feather == 39.0
    document.undo()
    assert document.state.layer.feather == 0.0
    document.redo()
    assert document.state.layer.feather == 39.0
    document.fill_mask()
    document.clear_mask()
    document.set_softness(3.0, 1.0, goes_on=True)
    assert document.history.names[-2:] == ("Clear mask", "Feather mask"), "another step came between"


def test_a_large_brush_tells_only_its_rim() -> None:
    document = Document(Photo.from_rgb(np.full((1200, 2000), 120, np.uint8)))
    told: list[tuple[Rect, ...]] = []
    document.changed.connect(lambda _rect: told.append(document.changed_parts))
    document.begin_stroke(Brush(500, hardness=0.9))
    document.extend_stroke([(600, 600)])
    before = coverage(document)
    whole = document.extend_stroke([(610, 600)])
    parts, changed = told[-1], coverage(document) != before
    assert document.changed_parts == ()
    for part in parts:
        assert whole.contains(part)
        changed[part.slices] = False
    assert not changed.any(), "a change outside all parts"
    assert sum(part.width * part.height for part in parts) < 0.6 * whole.width * whole.height


def test_an_answer_is_told_as_one(document: Document) -> None:
    document.fill_mask()
    told: list[tuple[bool, tuple[Rect, ...]]] = []
    document.changed.connect(lambda _rect: told.append((document.is_settling, document.changed_parts)))
    document.settle(0, None, None, None)
    document.clear_mask()
    assert told == [(True, ()), (False, ())]
    assert not document.is_settling


def test_less_memory_drops_what_redo_would_come_to_last(document: Document) -> None:
    rng = np.random.default_rng(0)
    for _ in range(6):
        document.set_mask(TileMask.from_array(rng.integers(0, 256, (HEIGHT, WIDTH), np.uint8)))
    document.go_to(-6)
    kept = document.history.bytes
    document.limit_history(kept // 2)
    assert document.history.bytes <= kept // 2
    assert 0 < len(document.history.redo_names) < 6
    assert document.redo(), "the nearest steps are still there"
