"""The edge-aware brush keeps to the region of the photo under its centre, and fills it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from app.document.brush import Brush
from app.document.document import Document
from app.document.edge_aware import MOST_PIXELS, EdgeAware
from app.document.geometry import Rect
from app.document.photo import Photo
from app.document.stroke import Stroke
from app.document.tiles import TileMask

Codes = npt.NDArray[np.uint8]

DARK, BRIGHT = 70, 150
GRAIN = 14.0
"""Standard deviation in codes: a high-ISO photo."""


def photo_of(codes: Codes, grain: float = GRAIN, dtype: type = np.uint8) -> Photo:
    noise = np.random.default_rng(5).normal(0, grain, codes.shape)
    grey = (codes + noise).clip(0, 255)
    return Photo.from_rgb(np.round(grey * (257 if dtype is np.uint16 else 1)).astype(dtype))


def halves(height: int = 300, width: int = 400, slope: float = 0.3) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Dark left of a slanting edge and bright right of it, and where it is dark."""
    y, x = np.mgrid[:height, :width]
    dark = x + 0.5 < width / 2 + slope * (y + 0.5 - height / 2)
    return np.where(dark, DARK, BRIGHT).astype(np.uint8), dark


def painted(photo: Photo, brush: Brush, *points: tuple[float, float]) -> Codes:
    stroke = Stroke(TileMask.empty(photo.height, photo.width), brush, photo=photo)
    stroke.add(points)
    return stroke.mask.to_array()


def inner(area: npt.NDArray[np.bool_], margin: int) -> npt.NDArray[np.bool_]:
    """Pixels of the area that are farther than the margin from its border."""
    shifted = [np.roll(area, (dy, dx), (0, 1)) for dx in (-margin, 0, margin) for dy in (-margin, 0, margin)]
    return np.logical_and.reduce(shifted)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("radius", [12.0, 50.0, 100.0])
def test_a_dab_fills_its_side_of_an_edge_and_nothing_beyond(radius: float, dtype: type) -> None:
    codes, dark = halves()
    photo = photo_of(codes, dtype=dtype)
    x = 200 - 0.4 * radius
    coverage = painted(photo, Brush(radius, 1.0, edge=0.8), (x, 150.0))
    away = np.hypot(*np.meshgrid(np.arange(400) + 0.5 - x, np.arange(300) + 0.5 - 150))
    blur = 2 if radius < MOST_PIXELS / 2 else 4  # it looks at half the size from there on
    assert coverage[inner(dark, blur) & (away < radius - 2)].min() == 255, "a hole"
    assert coverage[inner(~dark, blur)].max() == 0, "over the edge"
    assert ((away < radius - 1) & ~dark).any(), "the edge runs through the dab"


def test_rubbing_along_an_edge_never_seeps_over_it() -> None:
    codes, dark = halves()
    to_and_fro = [(165.0 + 0.3 * (y - 150), float(y)) for _ in range(6) for y in (60, 240)]
    coverage = painted(photo_of(codes), Brush(50, 0.5, edge=0.7), *to_and_fro)
    assert coverage[inner(~dark, 2)].max() == 0
    beside = inner(dark, 2)[70:230]
    beside[:, :150] = False
    assert coverage[70:230][beside].min() > 250


@pytest.mark.parametrize("edge", [0.3, 1.0])
def test_grain_leaves_no_holes(edge: float) -> None:
    for radius in (10.0, 60.0, 120.0):
        coverage = painted(photo_of(np.full((300, 300), 110, np.uint8)), Brush(radius, 1.0, edge=edge), (150.0, 150.0))
        away = np.hypot(*np.meshgrid(np.arange(300) - 149.5, np.arange(300) - 149.5))
        assert coverage[away < radius - 2].min() > 250


def test_a_thin_line_is_not_painted_over() -> None:
    codes = np.full((200, 200), BRIGHT, np.uint8)
    codes[:, 110:113] = 40
    coverage = painted(photo_of(codes, 3), Brush(50, 1.0, edge=0.6), (90.0, 100.0), (90.0, 110.0))
    assert coverage[90:120, 111].max() < 30
    assert coverage[100, 50:108].min() == 255


def test_without_edge_strength_it_crosses() -> None:
    codes, dark = halves()
    coverage = painted(photo_of(codes), Brush(50, 1.0, flow=0.9), (180.0, 150.0))
    assert coverage[inner(~dark, 2)].max() > 200


def test_a_region_must_hang_together_with_the_centre() -> None:
    """Dark on both sides of a bright band: only the side of the centre is painted."""
    codes = np.full((200, 200), DARK, np.uint8)
    codes[:, 100:112] = BRIGHT
    coverage = painted(photo_of(codes), Brush(70, 1.0, edge=0.6), (80.0, 100.0))
    assert coverage[100, 40:97].min() == 255
    assert coverage[:, 103:].max() == 0


def test_strength_says_how_much_lightness_may_differ() -> None:
    """A faint step in lightness stops a strict brush only."""
    codes = np.full((200, 200), 110, np.uint8)
    codes[:, 100:] = 150
    beyond = [
        int(painted(photo_of(codes, 1), Brush(60, 1.0, edge=edge), (80.0, 100.0))[100, 120]) for edge in (0.1, 1.0)
    ]
    assert beyond == [255, 0]


def test_large_dabs_look_at_a_smaller_level() -> None:
    """A dab of 1200 pixels keeps to an edge as exactly as its level shows it."""
    codes, dark = halves(1400, 1600, 0.0)
    coverage = painted(photo_of(codes), Brush(600, 1.0, edge=0.8), (600.0, 700.0))
    assert coverage[inner(~dark, 16)].max() == 0
    assert coverage[650:750, 100:784].min() == 255
    region = EdgeAware(photo_of(codes), 0.8).region(600.0, 700.0, 600.0)
    assert region.level == 3
    assert max(region.weights.shape) <= MOST_PIXELS


def test_weights_do_not_depend_on_how_they_are_cut_into_parts() -> None:
    codes, _ = halves()
    region = EdgeAware(photo_of(codes), 0.5).region(190.0, 150.0, 140.0)
    whole = region.codes(Rect(60, 20, 250, 260))
    for part in (Rect(60, 20, 37, 5), Rect(199, 133, 51, 66), Rect(309, 279, 1, 1)):
        x, y = part.x - 60, part.y - 20
        assert np.array_equal(region.codes(part), whole[y : y + part.height, x : x + part.width])


def test_dabs_beside_the_photo_keep_to_its_border() -> None:
    codes, _ = halves()
    photo = photo_of(codes)
    assert painted(photo, Brush(40, 1.0, edge=0.5), (-10.0, 150.0))[150, 2:25].min() == 255
    assert painted(photo, Brush(40, 1.0, edge=0.5), (420.0, 320.0))[-3:, -3:].min() == 255
    assert painted(photo, Brush(40, 1.0, edge=0.5), (-500.0, 150.0)).max() == 0


def test_the_document_hands_its_photo_to_the_brush() -> None:
    codes, dark = halves()
    document = Document(photo_of(codes))
    document.begin_stroke(Brush(50, 1.0, edge=0.8), colour=(200, 30, 30))
    document.extend_stroke([(170.0, 150.0)])
    document.commit_stroke()
    assert document.state.layer.mask.to_array()[inner(~dark, 2)].max() == 0
    (hint,) = document.state.layer.hints
    assert hint.x + hint.size / 2 < 200, "the hint does not cross the edge either"


def test_an_edge_aware_brush_without_a_photo_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the photo"):
        Stroke(TileMask.empty(100, 100), Brush(5, edge=0.5))
