"""What random commands over layers have found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from app.document.adjustments import Adjustments
from app.document.brush import Brush
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.history import WARM_STEPS
from app.document.layer import DocumentState, Hint, LayerState
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.sources.tint import Tint
from app.document.tiles import TileMask
from tests.unit.document.random_document import HEIGHT, WIDTH, Codes, answer, some_photo

WHOLE = Rect(0, 0, WIDTH, HEIGHT)
FINE = some_photo(np.uint16)
DAB = Hint(200, 150, 100, (200, 30, 40))
OTHER_DAB = Hint(230, 150, 100, (20, 30, 240))


def covered(code: int) -> TileMask:
    return TileMask.from_array(np.full((HEIGHT, WIDTH), code, np.uint8))


def tinted(count: int) -> DocumentState:
    tints = [Tint.of((40 * i, 200 - 30 * i, 120)) for i in range(count)]
    layers = [LayerState(f"Layer {i}", covered(100 + 20 * i), source=tint, id=i) for i, tint in enumerate(tints)]
    return DocumentState(tuple(layers), active=1)


def with_dabs(*dabs: Hint) -> Document:
    document = Document(FINE, DocumentState((LayerState("Colour", covered(255)),)))
    document.settle(0, *answer(20.0), None)
    document.set_hints(dabs)
    return document


def picture(document: Document, photo: Photo = FINE) -> Codes:
    return Compositor(photo).region(document.state, 0, WHOLE)


def untold(document: Document, act: Callable[[], object]) -> int:
    """How many pixels changed, of which nobody was told."""
    before, told = picture(document), list[Rect]()
    document.changed.connect(lambda rect: told.extend(document.changed_parts or (rect,)))
    act()
    changed = (picture(document) != before).any(axis=2)
    assert changed.any(), "nothing has changed, so nothing was tested"
    for rect in told:
        changed[rect.slices] = False
    return int(changed.sum())


def test_undo_that_leads_to_another_active_layer_tells_of_the_last_bits() -> None:
    document = Document(FINE, tinted(5))
    document.begin_stroke(Brush(10))
    document.extend_stroke([(50, 50)])
    document.commit_stroke()
    document.activate(4)
    assert untold(document, document.undo) == 0
    assert untold(document, document.redo) == 0


def test_a_stroke_of_colour_over_the_middle_of_a_dab_tells_of_all_of_the_dab() -> None:
    document = with_dabs(DAB)
    document.begin_stroke(Brush(6), colour=(10, 90, 200))
    assert untold(document, lambda: document.extend_stroke([(DAB.x, DAB.y)])) == 0
    assert untold(document, document.abort_stroke) == 0


def test_an_eraser_that_bares_a_dab_again_tells_of_all_of_the_dab() -> None:
    document = with_dabs(DAB, Hint(DAB.x + 3, DAB.y, 10, (10, 90, 200), disc=True))

    def erase() -> None:
        document.begin_stroke(Brush(2), erase=True)
        document.extend_stroke([(DAB.x + 3, DAB.y)])
        document.commit_stroke()

    assert untold(document, erase) == 0


def test_a_brush_that_lifts_a_dab_from_what_is_half_covered_tells_of_all_of_the_dab() -> None:
    document = with_dabs(DAB)
    document.set_mask(covered(128))
    document.begin_stroke(Brush(6))
    assert untold(document, lambda: document.extend_stroke([(DAB.x, DAB.y)])) == 0


def test_dabs_in_another_order_are_told_of() -> None:
    document = with_dabs(DAB, OTHER_DAB)
    assert untold(document, lambda: document.set_hints([OTHER_DAB, DAB])) == 0


def test_a_pinned_layer_has_its_colours_after_undo_from_far_back() -> None:
    """Nobody is asked for them: they are pinned."""
    document = with_dabs()
    document.set_layer(0, "Pin colours", pinned=True)
    shown, steps = picture(document), WARM_STEPS + 4
    for step in range(steps):
        document.set_layer(0, f"Fade {step}", opacity=step / steps)
    assert document.go_to(-steps)
    np.testing.assert_array_equal(picture(document), shown)


def test_a_drag_for_another_layer_is_another_step() -> None:
    document = Document(FINE, tinted(3))
    for layer_id in (1, 2):
        document.activate(layer_id)
        for opacity in (0.5, 0.4):
            document.set_layer(layer_id, "Layer opacity", goes_on=("Layer opacity",), opacity=opacity)
    assert len(document.history.names) == 2
    document.undo()
    assert [layer.opacity for layer in document.state.layers] == [1.0, 0.4, 1.0]


def test_an_id_that_came_with_a_root_is_not_given_again() -> None:
    document = Document(FINE)
    document.edit("Take over", lambda _: tinted(5))
    document.undo()
    assert document.new_id() == 5


@pytest.mark.parametrize("opacities", [(1.0, 0.6), (0.6, 1.0)])
def test_an_original_fades_to_what_is_exported(opacities: tuple[float, float]) -> None:
    """What was kept of it while it was opaque is what it is when it is not."""
    layer = LayerState("Colour", covered(200), source=ORIGINAL)
    document, compositor = Document(FINE, DocumentState((layer,))), Compositor(FINE)
    for opacity in opacities:
        document.set_layer(0, "Layer opacity", opacity=opacity)
        np.testing.assert_array_equal(compositor.region(document.state, 0, WHOLE), picture(document))


def test_an_adjusted_original_that_is_reset_is_the_source_again() -> None:
    layer = LayerState("Colour", covered(255), source=ORIGINAL, adjustments=Adjustments(hue=20.0))
    document, compositor = Document(FINE, DocumentState((layer,))), Compositor(FINE)
    assert (compositor.region(document.state, 0, WHOLE) != FINE.source).any()
    document.set_layer(0, "Adjust colours", adjustments=Adjustments())
    np.testing.assert_array_equal(compositor.region(document.state, 0, WHOLE), FINE.source)
