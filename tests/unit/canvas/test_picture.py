"""What the canvas shows of a mask: as it is drawn, softness and all."""

from __future__ import annotations

import numpy as np
import pytest

from app.canvas.picture import Overlay, Picture, View
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.photo import Photo
from app.document.tiles import TileMask


@pytest.mark.parametrize(("feather", "density"), [(0.0, 1.0), (30.0, 1.0), (0.0, 0.5), (30.0, 0.5)])
def test_the_mask_and_its_tint_show_feather_and_density(feather: float, density: float) -> None:
    coverage = np.zeros((300, 400), np.uint8)
    coverage[100:200, 100:300] = 255
    document = Document(Photo.from_rgb(np.full((300, 400), 128, np.uint8)))
    document.set_mask(TileMask.from_array(coverage))
    document.set_softness(feather, density)
    picture = Picture(document, Compositor(document.photo))
    soft = document.state.layer.coverage.to_array()
    rect = Rect(50, 60, 300, 200)
    seen = picture.render(View.MASK, 0, rect)
    np.testing.assert_array_equal(seen, np.repeat(soft[rect.slices][:, :, None], 3, axis=2))
    assert (soft > 0).sum() > (coverage > 0).sum() or feather == 0
    assert soft.max() == round(255 * density)
    picture.overlay = Overlay(shown=True)
    tint = (picture.render(View.RESULT, 0, rect) != 128).any(axis=2)
    assert not tint[soft[rect.slices] == 0].any()
    assert tint[soft[rect.slices] > 20].all()  # less is too weak a tint to move a code
