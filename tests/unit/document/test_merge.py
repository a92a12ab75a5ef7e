"""Layers merged, and sources turned into paint, look as they did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.document import merge
from app.document.adjustments import Adjustments
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.sources.painted import Painted
from app.document.tiles import TileMask
from app.document.tone import Tone

HEIGHT, WIDTH = 300, 530
WHOLE = Rect(0, 0, WIDTH, HEIGHT)


def photo() -> Photo:
    """Every hue at every lightness, as vivid as the codes allow in places."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rgb = np.stack([x * 255 // WIDTH, y * 255 // HEIGHT, (x + 2 * y) % 256], axis=2)
    return Photo.from_rgb(rgb.astype(np.uint8))


def soft(seed: int) -> TileMask:
    noise = np.random.default_rng(seed).random((6, 9)) * 3 - 1
    across = np.clip(np.kron(noise, np.ones((60, 60)))[:HEIGHT, :WIDTH], 0, 1)
    return TileMask.from_array((across * 255).astype(np.uint8))


def stack_of_three() -> DocumentState:
    layers = (
        LayerState("Ground", soft(1), source=ORIGINAL, id=0),
        LayerState("Coat", soft(2), source=ORIGINAL, id=1, adjustments=Adjustments(hue=120.0), opacity=0.7),
        LayerState("Hat", soft(3), source=ORIGINAL, id=2, adjustments=Adjustments(hue=-90.0), feather=12.0),
    )
    return DocumentState(layers, active=2)


def test_two_layers_merged_look_like_the_two() -> None:
    picture, state = photo(), stack_of_three()
    merged = merge.merged_down(state, picture, 2)
    assert [layer.id for layer in merged.layers] == [0, 1]
    assert merged.layer.name == "Coat"
    assert isinstance(merged.layer.source, Painted)
    before = Compositor(picture).region(state, 0, WHOLE).astype(int)
    after = Compositor(picture).region(merged, 0, WHOLE).astype(int)
    assert np.abs(after - before).max() <= 2
    assert np.abs(after - before).mean() < 0.2
    outside = np.maximum(soft(2).to_array(), state.layers[2].coverage.to_array()) == 0
    np.testing.assert_array_equal(after[outside], before[outside])


def test_a_layer_turned_into_paint_looks_the_same_and_asks_for_nothing() -> None:
    picture, state = photo(), stack_of_three()
    paint = merge.painted(state, picture, 1)
    layer = paint.layers[1]
    assert (layer.name, layer.opacity, layer.id) == ("Coat", 0.7, 1)
    assert layer.is_unadjusted
    assert layer.mask is state.layers[1].mask
    before = Compositor(picture).region(state, 0, WHOLE).astype(int)
    after = Compositor(picture).region(paint, 0, WHOLE).astype(int)
    assert np.abs(after - before).max() <= 2
    small = [Compositor(picture).region(each, 2, WHOLE).astype(int) for each in (state, paint)]
    assert np.abs(small[0] - small[1]).mean() < 3


def test_a_merger_under_a_tone_looks_the_same_too() -> None:
    picture, state = photo(), replace(stack_of_three(), tone=Tone(mixer=(1.5, -0.3, -0.2), brightness=0.2))
    before = Compositor(picture).region(state, 0, WHOLE).astype(int)
    for after in (merge.merged_down(state, picture, 2), merge.painted(state, picture, 1)):
        assert np.abs(Compositor(picture).region(after, 0, WHOLE).astype(int) - before).max() <= 2


def test_a_hidden_layer_gives_nothing_to_a_merger() -> None:
    picture, state = photo(), stack_of_three()
    hidden = state.with_layer(2, replace(state.layers[2], visible=False))
    merged = merge.merged_down(hidden, picture, 2)
    before = Compositor(picture).region(hidden, 0, WHOLE).astype(int)
    assert np.abs(Compositor(picture).region(merged, 0, WHOLE).astype(int) - before).max() <= 2


def test_the_lowest_layer_has_nothing_below_it() -> None:
    with pytest.raises(ValueError, match="no layer below"):
        merge.merged_down(stack_of_three(), photo(), 0)


def test_a_merger_is_one_step_and_undo_gives_the_layers_back() -> None:
    picture = photo()
    document = Document(picture, stack_of_three())
    layers = document.state.layers
    document.edit("Merge down", lambda state: merge.merged_down(state, picture, 2))
    assert document.history.bytes > 0
    document.undo()
    assert document.state.layers == layers
