"""The promises with a stack of layers: what you see is what you export, to the bit, at every step; nothing spills, no
light is lost, and what is kept of older pictures is never shown for the present one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.document import stack
from app.document.adjustments import Adjustments
from app.document.chroma import Chroma, fit
from app.document.composite import display8
from app.document.document import Document
from app.document.layer import DocumentState, Hint, LayerState
from app.document.palette import PaletteLock, extract_palette
from app.document.photo import Photo
from app.document.sources.base import small_colours
from app.document.sources.neural import NEURAL
from app.document.sources.original import ORIGINAL
from app.document.sources.reference import Method, make_reference
from app.document.sources.scribbles import Scribbles
from app.document.sources.tint import TINTS, Tint
from app.document.tiles import TileMask
from app.document.tone import Tone
from app.jobs.rendering import ExportOptions, export_picture
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

Codes = NDArray[np.unsignedinteger]
HEIGHT, WIDTH = 400, 600
TONE = Tone(mixer=(0.9, 0.2, -0.1), contrast=0.3)


def scene(dtype: type[np.unsignedinteger]) -> Photo:
    """Hills of colour with grain."""
    chance = np.random.default_rng(5)
    hills = cv2.resize(chance.uniform(0.05, 0.95, (7, 11, 3)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    codes = np.clip(hills + chance.normal(0, 0.02, hills.shape), 0, 1)
    return Photo.from_rgb(np.rint(codes * np.iinfo(dtype).max).astype(dtype))


def mask(x: int, y: int, width: int, height: int, blur: float = 0.0, code: int = 255) -> TileMask:
    coverage = np.zeros((HEIGHT, WIDTH), np.uint8)
    coverage[y : y + height, x : x + width] = code
    return TileMask.from_array(cv2.GaussianBlur(coverage, (0, 0), blur) if blur else coverage)


def colourful(photo: Photo) -> DocumentState:
    """One layer of each source, every one over parts of others and over none."""
    own = small_colours(photo, None)
    assert own is not None
    reference = make_reference("another", Method.REINHARD_CIELAB, own, own[::-1].copy())
    lock = PaletteLock(extract_palette(display8(photo.source_level(0)), 5, "own"), 0.3)
    turned = Adjustments(saturation=1.4, hue=70.0, warmth=0.3)
    layers = (
        LayerState("Original", mask(20, 20, 300, 200), source=ORIGINAL),
        LayerState("Reference", mask(150, 60, 300, 250, blur=9), source=reference, opacity=0.8),
        LayerState("Tint", mask(250, 30, 200, 300, code=170), source=TINTS[0][1], adjustments=turned, feather=14.0),
        LayerState("Neural", mask(60, 120, 350, 200), hints=(Hint(150, 200, 50, (200, 30, 40)),), palette=lock),
        LayerState("Dabs", mask(300, 180, 220, 160, blur=4), source=Scribbles(), opacity=0.5, density=0.8),
        LayerState("Old tint", mask(0, 0, 600, 90), source=Tint.of((30, 90, 200)), visible=False),
    )
    return DocumentState(tuple(replace(layer, id=place) for place, layer in enumerate(layers)), active=3)


def answer(document: Document, layer_id: int, seed: int) -> None:
    """As the network or the solver would."""
    ab = cv2.resize(np.random.default_rng(seed).uniform(-60, 60, (4, 6, 2)), (48, 32)).transpose(2, 0, 1)
    chroma = Chroma.of(ab, np.ones((32, 48), np.uint8))
    photo = document.photo
    field = fit(chroma, photo.lightness_at(64), (photo.height, photo.width))
    document.settle(layer_id, chroma, field, None, asked=document.state.layers[document.state.index_of(layer_id)])


def exported(document: Document, path: Path, depth: int | None = None) -> Codes:
    export_picture(document.photo, document.state, path, ExportOptions(depth))
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))[..., ::-1]


def check(hand: Hand, document: Document, path: Path) -> None:
    """The canvas against the file, and the file against the grey photo."""
    hand.settle()
    view, seen = hand.canvas.viewport, hand.picture()
    left, top = int(view.origin_x), int(view.origin_y)
    shown = seen[top : top + HEIGHT, left : left + WIDTH]
    assert shown.shape == (HEIGHT, WIDTH, 3)
    picture = exported(document, path)
    assert picture.dtype == document.photo.dtype
    np.testing.assert_array_equal(shown, display8(picture))
    if picture.dtype != np.uint8:
        np.testing.assert_array_equal(shown, exported(document, path, 8))
    state, photo = document.state, document.photo
    grey = state.tone.apply(photo.grey, photo.source, photo.space)
    bare = np.ones((HEIGHT, WIDTH), np.bool_)
    for layer in state.seen:
        bare &= layer.coverage.to_array() == 0
    assert (picture[bare] == grey[bare][:, None]).all(), "colour where nothing is covered"
    assert np.abs(photo.space.grey_codes(picture).astype(int) - grey).max() <= 2, "the light has been touched"


def steps(window: MainWindow, hand: Hand, document: Document) -> Iterator[str]:
    """What an artist might do, one thing after another."""
    answer(document, 3, seed=1)
    answer(document, 4, seed=2)
    yield "answered"
    for layer_id in (0, 5, 2):
        window.layers.activate(layer_id)
        yield f"layer {layer_id} is active"
    hand.stroke([(100, 100), (400, 250)])
    yield "a stroke on the tint"
    window.layers.activate(4)
    window.layers.set_opacity(0.9)
    yield "another layer more opaque"
    for step in ("undo", "undo", "redo", "redo"):
        window.actions_by_id[step].trigger()
        yield step
    document.set_tone(TONE)
    yield "another tone"
    answer(document, 3, seed=3)
    yield "answered again"
    window.layers.activate(0)
    window.layers.set_opacity(0.6)
    yield "the original faded"
    window.layers.solo(3)
    yield "one alone"
    window.layers.solo(3)
    document.set_tone(Tone())
    yield "plain tone, all seen"
    window.layers.set_opacity(1.0)
    yield "the original opaque again"
    window.layers.move(0, 4)
    yield "moved up"
    window.layers.activate(2)
    window.actions_by_id["paint_layer"].trigger()
    yield "the tint is paint"
    window.brush.set_color((20, 140, 60))
    hand.stroke([(60, 60), (300, 200)])
    window.actions_by_id["smudge"].trigger()
    hand.stroke([(200, 150), (320, 220)])
    yield "painted and smudged"
    window.actions_by_id["merge_down"].trigger()
    yield "merged down"
    document.edit("Copy", lambda state: stack.duplicate(state, state.layer.id, document.new_id()))
    window.side_panel.adjustments.sliders["hue"].field.setValue(100)
    yield "a copy of other hue"
    document.go_to(-40)
    assert not document.can_undo
    yield "all undone"
    document.go_to(40)
    answer(document, 3, seed=3)  # of steps far back the fields are left out, and fitted again by the worker
    answer(document, 4, seed=2)
    yield "all done again"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_at_every_step_the_canvas_is_the_export_bit_for_bit(
    open_window: Callable[..., MainWindow], tmp_path: Path, dtype: type[np.unsignedinteger]
) -> None:
    from tests.e2e.conftest import Hand

    window = open_window(scene(dtype))
    document, hand = window.document, Hand(window)
    assert document is not None
    window.brush.set_size(60)
    document.edit("A stack", lambda _: colourful(document.photo))
    window.canvas.zoom_actual()
    plain = exported(document, tmp_path / "out.png")
    for step in steps(window, hand, document):
        try:
            check(hand, document, tmp_path / "out.png")
        except AssertionError as error:
            raise AssertionError(f"after “{step}”: {error}") from error
        if step == "answered":
            assert (exported(document, tmp_path / "out.png") != plain).any(), "answers are not seen"


def test_a_covered_original_is_the_photo_itself_beneath_nothing_and_above_everything(tmp_path: Path) -> None:
    photo = scene(np.uint16)
    assert photo.source is not None
    tint = LayerState("Tint", mask(0, 0, 600, 400), source=Tint.of((200, 30, 40)), id=0)
    own = LayerState("Own", mask(100, 100, 200, 200), source=ORIGINAL, id=1)
    over = exported(Document(photo, DocumentState((tint, own))), tmp_path / "out.png")
    np.testing.assert_array_equal(over[100:300, 100:300], photo.source[100:300, 100:300])
    under = exported(Document(photo, DocumentState((own, tint))), tmp_path / "out.png")
    np.testing.assert_array_equal(under, exported(Document(photo, DocumentState((tint,))), tmp_path / "out.png"))


def test_merging_beside_an_answer_that_comes_loses_neither(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merging runs beside the window, and the network goes on answering."""
    window = open_window(scene(np.uint8))
    document = window.document
    assert document is not None
    document.edit("A stack", lambda _: colourful(document.photo))
    document.activate(1)

    def slowly(_parent: object, _sentence: str, work: Callable[..., DocumentState]) -> DocumentState:
        after = work(lambda _share: True)
        answer(document, 3, seed=4)
        return after

    monkeypatch.setattr("app.layer_commands.run_busy", slowly)
    window.actions_by_id["merge_down"].trigger()
    assert [layer.id for layer in document.state.layers] == [0, 2, 3, 4, 5]
    kept = document.state.layers[document.state.index_of(3)]
    assert kept.source == NEURAL
    assert kept.field is not None


def test_a_photo_opened_while_layers_merge_stays_as_it_is(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(scene(np.uint8))
    document = window.document
    assert document is not None
    document.edit("A stack", lambda _: colourful(document.photo))

    def slowly(_parent: object, _sentence: str, work: Callable[..., DocumentState]) -> DocumentState:
        after = work(lambda _share: True)
        window.show_photo(scene(np.uint16))
        return after

    monkeypatch.setattr("app.layer_commands.run_busy", slowly)
    window.actions_by_id["merge_down"].trigger()
    assert window.document is not document
    assert window.document is not None
    assert not window.document.can_undo
    assert [layer.name for layer in window.document.state.layers] == ["Colour"]
