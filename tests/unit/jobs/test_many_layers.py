"""The worker and a stack of layers: each gets its own answer, only what changed is asked for, what is pinned stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import stack
from app.document.brush import Brush
from app.document.document import Document
from app.document.layer import DocumentState, Hint, LayerState
from app.document.photo import Photo
from app.document.sources.neural import Neural
from app.document.sources.scribbles import Scribbles
from app.document.tiles import TileMask
from app.jobs.colour import Answered, ColourService
from app.jobs.errands import Alternatives, Suggested

WAIT = 30_000


@pytest.fixture
def photo() -> Photo:
    return Photo.from_rgb(np.random.default_rng(0).integers(0, 255, (120, 160), np.uint8))


@pytest.fixture
def service(qapp: QApplication, tiny_weights: Path) -> Iterator[ColourService]:
    made = ColourService(tiny_weights, "cpu", parent=qapp)
    yield made
    made.close()


def boxed(x: int, y: int) -> TileMask:
    coverage = np.zeros((120, 160), np.uint8)
    coverage[y : y + 40, x : x + 40] = 255
    return TileMask.from_array(coverage)


def three_layers() -> DocumentState:
    places = [(10, 10), (60, 30), (100, 60)]
    return DocumentState(tuple(LayerState(f"Layer {i}", boxed(*places[i]), id=i) for i in range(3)), active=1)


def all_answered(document: Document, service: ColourService) -> bool:
    return service.is_idle and all(layer.chroma is not None for layer in document.state.layers)


def test_every_layer_is_answered_the_active_one_first(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    order: list[int] = []
    service.settled.connect(lambda answered: order.append(answered.request.layer.id))
    document = Document(photo, three_layers())
    service.open_document(document)
    qtbot.waitUntil(lambda: all_answered(document, service), timeout=WAIT)
    assert order[0] == 1
    assert sorted(order) == [0, 1, 2]


def test_only_the_layer_that_changed_is_asked_for(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    document = Document(photo, three_layers())
    service.open_document(document)
    qtbot.waitUntil(lambda: all_answered(document, service), timeout=WAIT)
    asked: list[Answered] = []
    service.settled.connect(asked.append)
    others = [layer.chroma for layer in document.state.layers if layer.id != 2]
    document.set_layer(0, "Layer opacity", opacity=0.5)
    document.edit("Move layer", lambda state: stack.moved(state, 0, 2))
    document.activate(2)
    assert service.is_idle
    with qtbot.waitSignal(service.settled, timeout=WAIT):
        document.begin_stroke(Brush(8))
        document.extend_stroke([(20.0, 100.0), (40.0, 100.0)])
        document.commit_stroke()
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert {answered.request.layer.id for answered in asked} == {2}
    assert [document.state.layers[document.state.index_of(i)].chroma for i in (0, 1)] == others


def test_pinned_colours_stay_whatever_comes(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    document = Document(photo, three_layers())
    service.open_document(document)
    qtbot.waitUntil(lambda: all_answered(document, service), timeout=WAIT)
    document.set_layer(1, "Pin colours", pinned=True)
    chroma = document.state.layer.chroma
    assert not document.refresh_colours()
    document.set_mask(boxed(0, 70))
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert document.state.layer.chroma is chroma
    document.set_layer(1, "Unpin colours", pinned=False)
    qtbot.waitUntil(lambda: document.state.layer.chroma is not chroma, timeout=WAIT)


def test_refreshing_is_a_step_that_undo_takes_back(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    document = Document(photo)
    service.open_document(document)
    for x in (20.0, 60.0, 100.0):  # colours that were chosen one after the other
        document.begin_stroke(Brush(10))
        document.extend_stroke([(x, 60.0), (x + 10, 60.0)])
        document.commit_stroke()
        qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    before = document.state.layer.chroma
    assert before is not None
    assert document.refresh_colours()
    assert document.state.layer.field is not None
    qtbot.waitUntil(lambda: document.state.layer.chroma is not None, timeout=WAIT)
    after = document.state.layer.chroma
    assert not np.array_equal(after.ab, before.ab)
    document.undo()
    assert document.state.layer.chroma is before
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert np.array_equal(document.state.layer.chroma.ab, before.ab)
    document.redo()
    assert np.array_equal(document.state.layer.chroma.ab, after.ab)


def test_another_choice_gives_other_colours_and_the_first_one_its_own_again(
    qtbot: QtBot, service: ColourService, photo: Photo
) -> None:
    document = Document(photo, DocumentState((LayerState("Colour", boxed(40, 30)),)))
    service.open_document(document)
    qtbot.waitUntil(lambda: all_answered(document, service), timeout=WAIT)
    usual = document.state.layer.chroma
    assert usual is not None
    document.set_source(Neural(vividness=0.0))
    qtbot.waitUntil(lambda: document.state.layer.chroma is not usual, timeout=WAIT)
    assert not np.array_equal(document.state.layer.chroma.ab, usual.ab)
    document.undo()
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert np.array_equal(document.state.layer.chroma.ab, usual.ab)


def test_scribbles_spread_inside_the_mask_alone_rough_first_then_fine(
    qtbot: QtBot, service: ColourService, photo: Photo
) -> None:
    layer = LayerState("Colour", boxed(40, 30), (Hint(60, 50, 6, (200, 40, 40)),), Scribbles())
    document = Document(photo, DocumentState((layer,)))
    sizes: list[tuple[int, ...]] = []
    service.settled.connect(lambda answered: sizes.append(answered.answer.chroma.ab.shape))
    service.open_document(document)
    qtbot.waitUntil(lambda: all_answered(document, service), timeout=WAIT)
    assert sizes[0][1:] < sizes[-1][1:]
    chroma = document.state.layer.chroma
    assert chroma is not None
    inside = chroma.support > 0
    assert inside.any()
    assert np.abs(chroma.ab[0][inside].astype(float) - 52).max() < 30
    assert (chroma.ab[:, ~inside] == 0).all()


def test_errands_are_run_beside_the_answers(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    document = Document(photo, three_layers())
    service.open_document(document)
    with qtbot.waitSignal(service.suggested, timeout=WAIT) as told:
        service.suggest(80.0, 60.0)
    suggested = told.args[0]
    assert isinstance(suggested, Suggested)
    assert 1 <= len(suggested.colours) <= 9
    shares = [share for _, share in suggested.colours]
    assert shares == sorted(shares, reverse=True)
    with qtbot.waitSignal(service.alternatives, timeout=WAIT) as told:
        service.try_others()
    others = told.args[0]
    assert isinstance(others, Alternatives)
    assert all(picture.ndim == 3 and picture.dtype == np.uint8 for picture in others.pictures)
    qtbot.waitUntil(lambda: all_answered(document, service), timeout=WAIT)


def test_a_layer_that_is_deleted_meanwhile_is_no_error(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    document = Document(photo, three_layers())
    service.open_document(document)
    document.edit("Delete layer", lambda state: stack.without(state, 1))
    document.edit("New layer", lambda state: stack.with_new(state, stack.blank(state, document.new_id())))
    document.set_mask(replace(document.state.layer, mask=boxed(5, 5)).mask)
    qtbot.waitUntil(lambda: all_answered(document, service), timeout=WAIT)
