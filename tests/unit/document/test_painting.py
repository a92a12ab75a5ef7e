"""Strokes on a document: seen while they grow, one step each, and what they do to the hints they pass."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from app.document.brush import Brush, Touch
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer import Hint
from app.document.photo import Photo
from app.document.tiles import TileMask

HEIGHT, WIDTH = 600, 800
RED, BLUE = (220, 20, 30), (20, 40, 230)
BRUSH = Brush(40)


@pytest.fixture
def document() -> Document:
    return new_document()


def new_document(**options: Any) -> Document:
    return Document(Photo.from_rgb(np.full((HEIGHT, WIDTH), 100, np.uint8)), **options)


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


def test_a_stroke_shows_while_it_grows_and_is_one_step(document: Document) -> None:
    heard = Heard(document)
    before = document.state
    number = document.begin_stroke(BRUSH)
    for x in (100.0, 200.0, 300.0):
        rect = document.extend_stroke([(x, 300.0)])
        assert document.state.layer.mask.at(x, 300) == 255
        assert heard.rects[-1] == rect
        assert rect.contains(Rect(int(x) - 40, 260, 80, 80))
    assert not document.is_modified
    assert document.commit_stroke()
    assert document.is_modified
    assert document.history.names == ("Brush stroke",)
    assert heard.modified == [True]
    assert document.undo()
    assert document.state is before
    assert document.begin_stroke(BRUSH) == number + 1


def test_changed_covers_every_pixel_that_changed(document: Document) -> None:
    heard = Heard(document)
    stroke(document, (300.0, 300.0), (500.0, 200.0), brush=Brush(33, 0.4, 0.6))
    told = np.zeros((HEIGHT, WIDTH), bool)
    for rect in heard.rects:
        assert Rect(0, 0, WIDTH, HEIGHT).contains(rect)
        told[rect.slices] = True
    covered = document.state.layer.mask.to_array() > 0
    assert covered.any()
    assert not (covered & ~told).any()
    heard.rects.clear()
    document.undo()
    told[:] = False
    for rect in heard.rects:
        told[rect.slices] = True
    assert not (covered & ~told).any()


def test_abort_restores_the_very_same_root(document: Document) -> None:
    stroke(document, (100.0, 100.0), colour=RED)
    before = document.state
    heard = Heard(document)
    document.begin_stroke(BRUSH, colour=BLUE)
    document.extend_stroke([(100.0, 100.0), (400.0, 400.0)])
    assert document.state is not before
    assert document.abort_stroke()
    assert document.state is before
    assert heard.rects[-1].contains(Rect(300, 300, 100, 100))
    assert document.history.names == ("Colour stroke",)
    assert not document.abort_stroke()


def test_undo_during_a_stroke_is_its_abort(document: Document) -> None:
    stroke(document, (100.0, 100.0))
    before = document.state
    document.begin_stroke(BRUSH, erase=True)
    document.extend_stroke([(100.0, 100.0)])
    assert document.undo_name == "Eraser stroke"
    assert not document.can_redo
    assert not document.redo()
    assert document.undo()
    assert document.state is before
    assert not document.is_painting
    assert document.history.names == ("Brush stroke",)


def test_a_stroke_that_changes_nothing_is_no_step(document: Document) -> None:
    stroke(document, (-500.0, -500.0))
    stroke(document, (100.0, 100.0), erase=True)
    assert not document.can_undo
    assert not document.is_modified
    assert not document.commit_stroke()


def test_another_command_commits_the_stroke_in_progress(document: Document) -> None:
    document.begin_stroke(BRUSH)
    document.extend_stroke([(100.0, 100.0)])
    document.invert_mask()
    assert document.history.names == ("Brush stroke", "Invert mask")
    document.begin_stroke(BRUSH)
    document.extend_stroke([(300.0, 300.0)])
    document.begin_stroke(BRUSH, erase=True)
    assert not document.commit_stroke()
    assert document.state.layer.mask.at(100, 100) == 0


def test_points_without_a_stroke_are_an_error(document: Document) -> None:
    with pytest.raises(RuntimeError, match="no stroke"):
        document.extend_stroke([(1.0, 1.0)])
    with pytest.raises(ValueError, match="eraser"):
        document.begin_stroke(BRUSH, erase=True, colour=RED)


# Hints


def test_a_colour_stroke_lays_hints_while_it_grows(document: Document) -> None:
    document.begin_stroke(BRUSH, colour=RED)
    seen = []
    for x in range(100, 500, 20):
        document.extend_stroke([(float(x), 300.0)])
        seen.append(len(document.state.layer.hints))
    assert seen == sorted(seen)
    assert seen[0] == 1
    document.commit_stroke()
    hints = document.state.layer.hints
    assert {hint.color for hint in hints} == {RED}
    assert {hint.size for hint in hints} == {80.0}
    assert all(hint.disc for hint in hints)
    gaps = np.diff(sorted(hint.x for hint in hints))
    assert gaps.max() <= 48
    assert gaps.mean() == pytest.approx(24, abs=6)
    assert all(document.state.layer.mask.at(hint.x, hint.y) == 255 for hint in hints)


def test_auto_over_a_hint_removes_it_and_undo_brings_it_back(document: Document) -> None:
    stroke(document, (100.0, 300.0), (500.0, 300.0), colour=RED)
    before = document.state.layer.hints
    document.begin_stroke(BRUSH)
    document.extend_stroke([(300.0, 100.0)])
    assert document.state.layer.hints is before
    document.extend_stroke([(300.0, 500.0)])
    document.commit_stroke()
    after = document.state.layer.hints
    assert 0 < len(after) < len(before)
    assert not [hint for hint in after if abs(hint.x - 300) < 40]
    assert len([hint for hint in before if abs(hint.x - 300) >= 40]) == len(after)
    document.undo()
    assert document.state.layer.hints is before


def test_erasing_drops_hints_it_bares_when_it_is_done(document: Document) -> None:
    outside = Hint(700, 300, 10, BLUE)
    document.set_hints([outside])
    stroke(document, (100.0, 300.0), (500.0, 300.0), colour=RED)
    hints = document.state.layer.hints
    document.begin_stroke(Brush(60), erase=True)
    document.extend_stroke([(500.0, 300.0), (700.0, 300.0)])
    assert document.state.layer.hints is hints
    document.commit_stroke()
    kept = document.state.layer.hints
    assert outside in kept, "it never had coverage to lose"
    assert 0 < len(kept) < len(hints)
    assert [hint for hint in hints if hint is outside or document.state.layer.mask.at(hint.x, hint.y)] == list(kept)


def test_half_erased_hints_stay(document: Document) -> None:
    stroke(document, (100.0, 300.0), colour=RED)
    stroke(document, (100.0, 300.0), brush=Brush(60, 1.0, 0.5), erase=True)
    assert len(document.state.layer.hints) == 1


def test_hints_are_as_large_as_the_pressure_made_the_stroke(document: Document) -> None:
    document.begin_stroke(BRUSH, colour=RED)
    document.extend_stroke([Touch(100.0, 300.0, 5 / 40)])
    document.extend_stroke([Touch(600.0, 300.0, 1.0)])
    document.commit_stroke()
    hints = sorted(document.state.layer.hints, key=lambda hint: hint.x)
    for hint in hints:
        assert hint.size / 2 == pytest.approx(5 + 35 * (hint.x - 100) / 500, abs=0.01)
    for before, after in itertools.pairwise(hints):
        assert after.x - before.x <= before.size * 0.6


def test_a_pen_pressed_harder_in_place_colours_all_it_covers(document: Document) -> None:
    document.begin_stroke(BRUSH, colour=RED)
    for radius in (4.0, 9.0, 14.0, 19.0):
        document.extend_stroke([Touch(100.0, 300.0, radius / 40)])
    document.commit_stroke()
    assert max(hint.size for hint in document.state.layer.hints) == 38


def test_a_light_pen_lifts_only_the_hints_it_passes(document: Document) -> None:
    document.set_hints([Hint(300, 310, 8, BLUE), Hint(300, 330, 8, BLUE)])
    document.begin_stroke(BRUSH)
    document.extend_stroke([Touch(200.0, 300.0, 0.5), Touch(400.0, 300.0, 0.5)])
    document.commit_stroke()
    assert [hint.y for hint in document.state.layer.hints] == [330]


def test_one_call_announces_one_change(document: Document) -> None:
    heard = Heard(document)
    document.begin_stroke(Brush(20, flow=0.5), colour=RED)
    rect = document.extend_stroke([Touch(100.0, 100.0, 0.2), Touch(200.0, 150.0, 1.0), Touch(400.0, 500.0, 0.5, 0.5)])
    assert heard.rects == [rect]
    assert rect.contains(Rect(97, 97, 300, 400))


def test_touches_that_are_no_numbers_are_left_out(document: Document) -> None:
    document.begin_stroke(BRUSH, colour=RED)
    document.extend_stroke([Touch(100.0, 100.0, math.nan), Touch(math.inf, 0.0), (300.0, 300.0)])
    document.commit_stroke()
    assert document.state.layer.mask.at(100, 100) == 0
    assert [(hint.x, hint.y) for hint in document.state.layer.hints] == [(300, 300)]


# The selection


def left_half() -> TileMask:
    coverage = np.zeros((HEIGHT, WIDTH), np.uint8)
    coverage[:, :400] = 255
    return TileMask.from_array(coverage)


def test_colour_is_laid_where_the_selection_is(document: Document) -> None:
    document.select(left_half())
    stroke(document, (100.0, 300.0), (700.0, 300.0), colour=RED)
    layer = document.state.layer
    assert layer.mask.at(390, 300) == 255
    assert layer.mask.at(410, 300) == 0
    assert max(hint.x for hint in layer.hints) < 400
    assert max(hint.x for hint in layer.hints) > 360


@pytest.mark.parametrize("colour", [None, BLUE])
def test_hints_outside_the_selection_stay(document: Document, colour: tuple[int, int, int] | None) -> None:
    inside, outside = Hint(300, 300, 8, RED), Hint(405, 300, 8, RED)
    document.set_hints([inside, outside])
    document.select(left_half())
    stroke(document, (250.0, 300.0), (390.0, 300.0), (500.0, 300.0), colour=colour)
    assert inside not in document.state.layer.hints
    assert outside in document.state.layer.hints


def test_a_narrow_tip_lays_hints_no_wider_than_it_is(document: Document) -> None:
    stroke(document, (100.0, 300.0), (300.0, 300.0), brush=Brush(40, roundness=0.25, angle=60), colour=RED)
    assert {hint.size for hint in document.state.layer.hints} == {20}
