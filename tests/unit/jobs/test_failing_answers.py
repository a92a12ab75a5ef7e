"""An answer that fails is told of once, and the other layers still get theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.tiles import TileMask
from app.jobs import answering
from app.jobs.colour import ColourService

WAIT = 30_000
SIZE = (120, 160)


@pytest.fixture
def service(qapp: QApplication, tiny_weights: Path) -> Iterator[ColourService]:
    made = ColourService(tiny_weights, "cpu", parent=qapp)
    yield made
    made.close()


def test_a_layer_that_cannot_be_answered_holds_up_no_other(
    qtbot: QtBot, service: ColourService, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, failures, fails = answering.answer, list[int](), True

    def failing(colorizer: Any, light: Any, layer: LayerState, **known: Any) -> answering.Answer:
        if layer.id == 1 and fails:
            failures.append(layer.id)
            raise RuntimeError("no memory")
        return answer(colorizer, light, layer, **known)

    monkeypatch.setattr(answering, "answer", failing)
    full = TileMask.full(*SIZE)
    layers = tuple(LayerState(f"Layer {number}", full, id=number) for number in range(3))
    photo = Photo.from_rgb(np.random.default_rng(0).integers(0, 255, SIZE, np.uint8))
    document = Document(photo, DocumentState(layers, active=1))
    service.open_document(document)
    qtbot.waitUntil(lambda: service.is_idle and document.state.layers[2].field is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: service.is_idle and document.state.layers[0].field is not None, timeout=WAIT)
    assert document.state.layers[1].field is None
    assert failures == [1], "it was asked again and again"
    fails = False
    document.set_source(replace(document.state.layer.source, vividness=1.0))
    qtbot.waitUntil(lambda: document.state.layers[1].field is not None, timeout=WAIT)
