"""Every colour source is found by its id and comes back from what is stored of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app.document.photo import Photo
from app.document.sources.neural import MOST_CHOICES, MOST_VIVID, NEURAL, VIVIDNESS, Neural
from app.document.sources.original import ORIGINAL
from app.document.sources.painted import Painted
from app.document.sources.painting import Style
from app.document.sources.reference import Method, make_reference
from app.document.sources.scribbles import Scribbles
from app.document.sources.source import ColourSource, PhotoTile, Work
from app.document.sources.table import SOURCES, from_dict, to_dict
from app.document.sources.tint import TINTS
from app.document.space import SRGB

RANDOM = np.random.default_rng(0).random((3, 8, 9)).astype(np.float32)
STORED = [
    NEURAL,
    Neural(0.4, 3),
    ORIGINAL,
    TINTS[0][1],
    make_reference("beach.jpg", Method.HISTOGRAM, RANDOM, 1 - RANDOM),
    Style.of("starry.jpg", 100 * RANDOM),
    Scribbles(),
]


@pytest.mark.parametrize("source", STORED, ids=lambda source: source.id)
def test_it_comes_back_from_json(source: ColourSource) -> None:
    assert from_dict(json.loads(json.dumps(to_dict(source)))) == source


def test_each_has_an_id_and_a_title_of_its_own() -> None:
    assert all(kind.id == name for name, kind in SOURCES.items())
    assert len({kind.title for kind in SOURCES.values()}) == len(SOURCES)
    assert {type(source) for source in STORED} | {Painted} == set(SOURCES.values())


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"source": "magic"},
        {"source": "neural", "vividness": -1},
        {"source": "neural", "vividness": [1]},
        {"source": "neural", "choice": MOST_CHOICES + 1},
        {"source": "original", "strength": 1},
        {"source": "tint", "stops": []},
        {"source": "style", "name": "x", "strength": 1, "size": [4, 4], "planes": "AAAA"},
        {"source": "style", "name": "x", "strength": 1, "size": [9999, 9999], "planes": ""},
        {"source": "reference", "name": "x", "method": "guess", "pairs": []},
    ],
)
def test_nonsense_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_dict(stored)


def test_the_usual_vividness_is_the_networks() -> None:
    colorizer = pytest.importorskip("model.colorizer")
    assert VIVIDNESS == colorizer.DEFAULT_VIVIDNESS
    assert VIVIDNESS < MOST_VIVID


def test_the_original_gives_the_photos_own_chroma_and_none_without() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    photo = Photo.from_rgb(rgb)
    lightness = SRGB.lightness_of_codes(photo.grey)
    ab = ORIGINAL.chroma(PhotoTile(photo, 0, 0, 0, lightness), None)
    color = pytest.importorskip("skimage.color")
    assert ab is not None
    np.testing.assert_allclose(np.moveaxis(ab, 0, 2), color.rgb2lab(rgb)[:, :, 1:], atol=0.05)
    grey = Photo.from_rgb(photo.grey.copy())
    assert ORIGINAL.chroma(PhotoTile(grey, 0, 0, 0, lightness), None) is None
    assert ORIGINAL.work(photo) is Work.NOTHING
    assert NEURAL.work(photo) is Work.NETWORK
    assert Scribbles().work(photo) is Work.SOLVER
