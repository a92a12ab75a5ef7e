"""No rims: on 24 megapixels, from the brush to the codes, colour does not fade where the paint ends."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.document.brush import Brush
from app.document.chroma import Chroma, fit
from app.document.composite import Compositor
from app.document.document import Document
from app.document.gamut import rgb_to_lab
from app.document.geometry import Rect
from app.document.photo import Photo
from app.document.space import SRGB
from app.document.tiles import TileMask
from app.jobs.answering import PhotoLight, answer, full_answer
from model.colorizer import Colorizer

HEIGHT, WIDTH = 4000, 6000  # one network pixel is 23 photo pixels wide
LOOK = Rect(1900, 1150, 1000, 1000)
KINDS = ["8-px stroke", "30 % brush", "200-px feather"]


class FadingColorizer:
    """Answers as networks do: one colour inside the mask, nothing outside, and half of each along the mask's edge."""

    def colorize(
        self,
        _L: NDArray[np.float32],
        mask: NDArray[np.uint8],
        _hint_ab: object,
        _hint_mask: object,
        *,
        vividness: float | None = None,
    ) -> NDArray[np.float32]:
        del vividness
        share = cv2.blur(mask.astype(np.float32), (2, 2))
        return np.asarray(np.float32([32, -24])[:, None, None] * share, np.float32)


@lru_cache(maxsize=1)
def photo() -> Photo:
    """24 megapixels of soft structure, 16 bit so that a light brush's chroma does not drown in rounding."""
    small = np.random.default_rng(0).normal(135, 20, (500, 750)).astype(np.float32)
    codes = np.clip(cv2.resize(small, (WIDTH, HEIGHT)), 60, 200) * np.float32(257)
    return Photo.from_rgb(codes.astype(np.uint16))


@lru_cache(maxsize=1)
def light() -> PhotoLight:
    return PhotoLight.of(photo())


def painted(kind: str) -> Document:
    """A document after one stroke of a kind."""
    document = Document(photo())
    if kind == "8-px stroke":
        document.begin_stroke(Brush(4.0, hardness=1.0))
        document.extend_stroke([(2010, 1503), (2400, 1690), (2740, 1810)])
    elif kind == "30 % brush":
        document.begin_stroke(Brush(150.0, hardness=1.0, opacity=0.3))
        document.extend_stroke([(2300, 1650), (2500, 1680)])
    else:
        y, x = np.ogrid[0:HEIGHT, 0:WIDTH]
        feathered = np.clip((420 - np.hypot(y - 1650.0, x - 2400.0)) / 200, 0, 1) * 255
        document.set_mask(TileMask.from_array(feathered.astype(np.uint8)), "Feather")
    document.commit_stroke()
    return document


def chroma(document: Document) -> NDArray[np.float32]:
    """C* of the picture in the window that is looked at."""
    codes = Compositor(photo()).region(document.state, 0, LOOK)
    return np.asarray(np.hypot(*np.moveaxis(rgb_to_lab(SRGB.decode(codes), SRGB)[..., 1:], 2, 0)), np.float32)


def regions(coverage: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(edge, interior) of what is covered as fully as the brush allows: the edge is its outermost 2 pixels."""
    inside = (coverage == coverage.max()).astype(np.uint8)
    interior = cv2.erode(inside, np.ones((5, 5), np.uint8)) > 0
    return (inside > 0) & ~interior, interior


@pytest.mark.parametrize("live", [True, False], ids=["in the window", "on the command line"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_last_two_pixels_are_as_colourful_as_the_inside(kind: str, live: bool) -> None:
    document, colorizer = painted(kind), FadingColorizer()
    ambient = full_answer(colorizer, light()) if live else None  # type: ignore[arg-type]
    told = answer(colorizer, light(), document.state.layer, ambient=ambient)  # type: ignore[arg-type]
    document.settle(0, told.chroma, told.field, told.changed)
    seen = chroma(document)
    coverage = document.state.layer.mask.to_array()[LOOK.slices]
    edge, interior = regions(coverage)
    assert edge.sum() > 1000
    assert interior.sum() > 1000
    assert np.median(seen[interior]) > 4
    # Chroma in C* of a fixed a*b* varies a little with the gamut at each lightness; compare with the neighbourhood.
    around = cv2.blur(seen * interior, (61, 61)) / np.maximum(cv2.blur(interior.astype(np.float32), (61, 61)), 1e-6)
    assert np.quantile(seen[edge] / around[edge], 0.001) >= 0.95
    assert np.median(seen[edge]) >= 0.95 * np.median(seen[interior])
    assert (seen[coverage == 0] < 0.01).all()


@pytest.mark.parametrize("kind", KINDS)
def test_nor_does_the_shipped_network_fade_there(kind: str) -> None:
    """Real answers vary from place to place, so each pixel is compared with what a mask without an edge would show."""
    document, colorizer = painted(kind), Colorizer(device="cpu")
    layer = document.state.layer
    told = answer(colorizer, light(), layer, ambient=full_answer(colorizer, light()))
    document.settle(0, told.chroma, told.field, told.changed)
    assert told.chroma is not None
    edge, interior = regions(layer.mask.to_array()[LOOK.slices])
    seen = chroma(document)
    # The same colours without an end: what the network said at the support's rim continues outwards.
    beyond = replace(told.chroma, support=np.ones_like(told.chroma.support), ab=_continued(told.chroma))
    endless = fit(beyond, light().guide, light().size)
    document.settle(0, beyond, endless, None)
    unending = chroma(document)
    strong = unending > 1.0
    assert (strong & edge).sum() > 500, "the network colours too little here to tell"
    ratio = seen / np.maximum(unending, 1e-3)
    print(f"{kind}: edge {np.median(ratio[edge & strong]):.4f}, interior {np.median(ratio[interior & strong]):.4f}")
    assert np.median(ratio[edge & strong]) >= 0.95 * np.median(ratio[interior & strong])
    assert np.quantile(ratio[edge & strong], 0.01) >= 0.9


def _continued(known: Chroma) -> NDArray[np.float16]:
    """Each a*b* pixel outside the support takes the nearest one inside."""
    ndimage = pytest.importorskip("scipy.ndimage")
    _, (rows, columns) = ndimage.distance_transform_edt(known.support == 0, return_indices=True)
    return np.asarray(known.ab[:, rows, columns], np.float16)
