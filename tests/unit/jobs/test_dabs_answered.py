"""Dabs and painted colour: who is asked again, and which answers are still welcome."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.document.brush import Brush
from app.document.document import Document
from app.document.layer import Hint
from app.document.photo import Photo
from app.jobs.answering import Kept, PhotoLight, answer
from tests.unit.jobs.test_answering import FakeColorizer

RED, BLUE = (200, 20, 30), (20, 40, 230)


@pytest.fixture
def document() -> Document:
    """Two painted regions that do not touch."""
    rng = np.random.default_rng(0)
    document = Document(Photo.from_rgb(rng.integers(60, 200, (300, 450), np.uint8)))
    for points in ([(50.0, 50.0), (150.0, 50.0)], [(350.0, 240.0), (400.0, 240.0)]):
        document.begin_stroke(Brush(20))
        document.extend_stroke(points)
    document.commit_stroke()
    return document


def test_a_dab_changes_all_of_its_region_and_nothing_apart_from_it(document: Document) -> None:
    fake, light = FakeColorizer(), PhotoLight.of(document.photo)
    layer = document.state.layer
    first = answer(fake, light, layer)
    dabbed = answer(
        fake, light, replace(layer, hints=(Hint(60, 50, 8, RED),)), kept=Kept(first.chroma, (), first.field)
    )
    assert first.chroma is not None
    assert dabbed.chroma is not None
    scale = light.small.shape[1] / 450

    def region(ab: np.ndarray, x0: int, x1: int, y: int) -> np.ndarray:
        return ab[:, int(y * scale), int(x0 * scale) : int(x1 * scale)].astype(float)

    asked = np.array(Hint(60, 50, 8, RED).ab)[:, None]
    assert np.abs(region(dabbed.chroma.ab, 50, 150, 50) - asked).max() < 0.1
    apart = region(first.chroma.ab, 350, 400, 240)
    assert np.array_equal(region(dabbed.chroma.ab, 350, 400, 240), apart)
    gone = answer(fake, light, layer, kept=Kept(dabbed.chroma, (Hint(60, 50, 8, RED),), dabbed.field))
    assert gone.chroma is not None
    assert (region(gone.chroma.ab, 50, 150, 50)[0] < -20).all()  # green again, not only under the dab


def test_while_a_dab_is_dragged_older_answers_are_welcome(document: Document) -> None:
    dab = Hint(60, 50, 8, RED)
    document.set_hints([dab], "Colour dab")
    epoch = document.colour_epoch
    document.set_hints([replace(dab, x=70)], "Colour dab", goes_on=True)
    document.set_hints([replace(dab, x=80)], "Colour dab", goes_on=True)
    assert document.colour_epoch == epoch
    document.set_hints([replace(dab, x=90)], "Move dab")
    assert document.colour_epoch != epoch
    epoch = document.colour_epoch
    document.undo()
    assert document.colour_epoch != epoch


def test_a_layer_remembers_what_hints_its_chroma_was_made_with(document: Document) -> None:
    """Else nobody would know that the answer to an older place of a dab is out of date."""
    fake, light = FakeColorizer(), PhotoLight.of(document.photo)
    document.set_hints([Hint(60, 50, 8, RED)], "Colour dab")
    asked = document.state.layer
    document.set_hints([Hint(90, 50, 8, BLUE)], "Colour dab", goes_on=True)
    told = answer(fake, light, asked)
    document.settle(0, told.chroma, told.field, told.changed, asked=asked)
    layer = document.state.layer
    assert layer.own_hints == asked.hints != layer.hints
    again = answer(fake, light, layer, kept=Kept(layer.own_chroma, layer.own_hints, layer.field))
    document.settle(0, again.chroma, again.field, again.changed, asked=layer)
    assert again.chroma is not told.chroma
    assert document.state.layer.own_hints == document.state.layer.hints
