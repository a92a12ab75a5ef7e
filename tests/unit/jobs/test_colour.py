"""The colour worker with a real (tiny) network: mailbox, epochs, errors, a clean end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.brush import Brush
from app.document.document import Document
from app.document.photo import Photo
from app.document.sources.neural import NEURAL
from app.document.sources.original import ORIGINAL
from app.jobs.colour import ColourService, Mailbox, Request, WorkerStatus

WAIT = 30_000


@pytest.fixture
def photo() -> Photo:
    return Photo.from_rgb(np.random.default_rng(0).integers(0, 255, (120, 160), np.uint8))


@pytest.fixture
def service(qapp: QApplication, tiny_weights: Path) -> Iterator[ColourService]:
    made = ColourService(tiny_weights, "cpu", parent=qapp)
    yield made
    made.close()


def paint(document: Document, x: float, y: float) -> None:
    document.begin_stroke(Brush(12))
    document.extend_stroke([(x, y), (x + 10, y)])
    document.commit_stroke()


def test_mailbox_keeps_only_the_latest() -> None:
    mailbox = Mailbox()
    first, second = (object.__new__(Request) for _ in range(2))
    mailbox.put(first)
    mailbox.put(second)
    assert mailbox.take() is second
    mailbox.close()
    assert mailbox.take() is None


def test_opening_is_answered_for_the_whole_photo(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    document = Document(photo)
    with qtbot.waitSignal(service.settled, timeout=WAIT):
        service.open_document(document)
    assert document.state.layer.field is not None
    assert document.state.layer.chroma is None
    assert not document.is_modified


def test_two_hundred_strokes_queue_nothing_and_the_last_is_answered(
    qtbot: QtBot, service: ColourService, photo: Photo
) -> None:
    document = Document(photo)
    answered: list[Request] = []
    service.settled.connect(lambda told: answered.append(told.request))
    service.open_document(document)
    rng = np.random.default_rng(2)
    for _ in range(200):
        paint(document, *rng.uniform(0, 120, 2))
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert answered[-1].layer.mask is document.state.layer.mask
    assert len(answered) < 30
    chroma = document.state.layer.chroma
    assert chroma is not None
    presence = document.state.layer.mask.presence(*chroma.support.shape)
    assert not np.any(presence > chroma.support)


def test_an_undo_never_shows_an_old_answer(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    document = Document(photo)
    service.open_document(document)
    paint(document, 30, 30)
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    before = document.state
    told: list[tuple[int, int]] = []
    service.settled.connect(lambda answered: told.append((answered.request.epoch.colour, document.colour_epoch)))
    for _ in range(20):
        paint(document, 90, 80)
        document.undo()
    assert document.state.layer.mask is before.layer.mask
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert all(asked == now for asked, now in told)
    assert before.layer.chroma is not None
    assert document.state.layer.chroma is not None
    assert np.array_equal(document.state.layer.chroma.ab, before.layer.chroma.ab)


def test_another_photo_never_gets_the_first_ones_answer(qtbot: QtBot, service: ColourService, photo: Photo) -> None:
    first, second = Document(photo), Document(Photo.from_rgb(np.full((80, 90), 99, np.uint8)))
    service.open_document(first)
    paint(first, 30, 30)
    service.open_document(second)
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert second.state.layer.field is not None
    assert second.state.layer.field.photo_size == (80, 90)
    assert first.state.layer.chroma is None


def test_original_colours_ask_for_nothing(qtbot: QtBot, service: ColourService) -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
    document = Document(Photo.from_rgb(rgb))
    service.open_document(document)
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    document.set_source(ORIGINAL)
    paint(document, 20, 20)
    assert service.is_idle
    document.set_source(NEURAL)
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    assert document.state.layer.chroma is not None


def test_wrong_weights_are_a_state_not_a_crash(qtbot: QtBot, tmp_path: Path, photo: Photo) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"nonsense")
    service = ColourService(tmp_path / "w.safetensors", "cpu")
    try:
        qtbot.waitUntil(lambda: service.status.state == "error", timeout=WAIT)
        assert "w.safetensors" in service.status.message
        document = Document(photo)
        service.open_document(document)
        paint(document, 30, 30)
        assert not document.state.layer.mask.is_empty
    finally:
        service.close()


@pytest.mark.usefixtures("qtbot")
def test_closing_in_the_middle_of_work_ends_the_thread(tiny_weights: Path, photo: Photo) -> None:
    before = threading.active_count()
    service = ColourService(tiny_weights, "cpu")
    states: list[WorkerStatus] = []
    service.state_changed.connect(states.append)
    document = Document(photo)
    service.open_document(document)
    for i in range(5):
        paint(document, 20.0 * i, 40)
    service.close()
    assert threading.active_count() <= before
    assert document.state.layer.chroma is None or document.state.layer.field is not None
