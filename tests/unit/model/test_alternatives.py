"""Other colourings: the network's own first, then coherent ones of other colours; hints stay as they were asked."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.alternatives import HINT_SIDE, HINTS, LEAST_DIFFERENCE, SURE, Region, hints_for, other_colours
from model.colorizer import Colorizer
from model.colour import bin_centres

CENTRES = bin_centres()
LEAF, PETAL, SKY = (-30.0, 30.0), (50.0, -10.0), (0.0, -40.0)


def certain(*colours: tuple[float, float, float]) -> np.ndarray:
    """A distribution of these (a*, b*, share)."""
    total = np.full(len(CENTRES), 1e-7)
    for a, b, share in colours:
        near = np.exp(-((CENTRES - (a, b)) ** 2).sum(axis=1) / 50)
        total += share * near / near.sum()
    return (total / total.sum()).astype(np.float32)


def two_things(h: int = 12, w: int = 16) -> Region:
    """Leaves on the left, of which the network is sure; on the right a petal that may be pink or blue."""
    distribution = np.empty((h, w, len(CENTRES)), np.float32)
    distribution[:, : w // 2] = certain((*LEAF, 1.0))
    distribution[:, w // 2 :] = certain((*PETAL, 0.6), (*SKY, 0.4))
    painted = np.where(np.arange(w)[None, :, None] < w // 2, LEAF, PETAL) * np.ones((h, 1, 1))
    mask, lightness = np.ones((h, w), np.float32), np.full((h, w), 55, np.float32)
    return Region.of(distribution, CENTRES, mask, lightness, painted.astype(np.float32))


def colour_near(ab: tuple[float, float]) -> int:
    return int(np.argmin(((CENTRES - ab) ** 2).sum(axis=1)))


def test_the_other_colour_is_the_one_that_is_plausible_somewhere() -> None:
    found = other_colours(two_things(), CENTRES, 1)
    assert np.hypot(*(CENTRES[found[0]] - SKY)) < 15


def test_hints_ask_where_the_colour_is_plausible_and_keep_what_is_sure() -> None:
    hint_ab, hint_mask = hints_for(two_things(), CENTRES, colour_near(SKY), (48, 64))
    left, right = hint_mask[:, :31] > 0, hint_mask[:, 34:] > 0
    assert left.any()
    assert right.any()
    assert hint_ab[0, :, :31][left] == pytest.approx(LEAF[0])
    assert hint_ab[1, :, 34:][right] == pytest.approx(SKY[1], abs=6)
    assert (hint_ab[:, hint_mask == 0] == 0).all()
    assert hint_mask.sum() <= 2 * HINTS * HINT_SIDE**2


def test_dark_cloth_is_asked_only_what_it_can_show() -> None:
    likely = np.broadcast_to(certain((0, 0, 0.5), (40, -80, 0.5)), (8, 8, len(CENTRES)))
    mask, grey = np.ones((8, 8), np.float32), np.zeros((8, 8, 2), np.float32)
    chroma = []
    for lightness in (10, 35):
        region = Region.of(likely, CENTRES, mask, np.full((8, 8), lightness, np.float32), grey)
        hint_ab, hint_mask = hints_for(region, CENTRES, colour_near((40, -80)), (32, 32))
        chroma.append(np.hypot(*hint_ab[:, hint_mask > 0]).max())
    assert chroma[0] < 0.8 * chroma[1]


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), draw=st.integers(0, 1000), count=st.integers(0, 8), flat=st.floats(0.3, 5))
def test_colours_differ_and_one_seed_gives_the_same(seed: int, draw: int, count: int, flat: float) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, flat, (9, 7, len(CENTRES))).astype(np.float32)
    distribution = np.exp(logits - logits.max(axis=2, keepdims=True))
    distribution /= distribution.sum(axis=2, keepdims=True)
    mask = (rng.random((9, 7)) < 0.5).astype(np.float32)
    painted = rng.normal(0, 20, (9, 7, 2)).astype(np.float32)
    region = Region.of(distribution, CENTRES, mask, rng.uniform(0, 100, (9, 7)).astype(np.float32), painted)
    found = other_colours(region, CENTRES, count, draw)
    assert found == other_colours(region, CENTRES, count, draw)
    assert len(found) <= count
    for one, other in itertools.combinations(found, 2):
        assert np.hypot(*(CENTRES[one] - CENTRES[other])) >= LEAST_DIFFERENCE - 1e-3
    for colour in found:
        _, hint_mask = hints_for(region, CENTRES, colour, (33, 26))
        assert hint_mask.any()


def test_other_seeds_draw_other_colours() -> None:
    flat = np.full((8, 8, len(CENTRES)), 1 / len(CENTRES), np.float32)
    mask, lightness = np.ones((8, 8), np.float32), np.full((8, 8), 60, np.float32)
    region = Region.of(flat, CENTRES, mask, lightness, np.zeros((8, 8, 2), np.float32))
    assert len({tuple(other_colours(region, CENTRES, 3, seed)) for seed in range(5)}) > 1


# Through the network


def request(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """L, mask, hint_ab, hint_mask of 64 × 80 pixels; the mask is a disc, the hint a square in it."""
    L = np.random.default_rng(seed).uniform(30, 80, (8, 10)).astype(np.float32)
    L = np.asarray(cv2.resize(L, (80, 64), interpolation=cv2.INTER_CUBIC), np.float32).clip(0, 100)
    mask = np.asarray(cv2.circle(np.zeros((64, 80), np.uint8), (40, 32), 26, 1, -1))
    hint_ab, hint_mask = np.zeros((2, 64, 80), np.float32), np.zeros((64, 80), np.uint8)
    hint_ab[:, 30:34, 38:42], hint_mask[30:34, 38:42] = np.float32([30, 40])[:, None, None], 1
    return L, mask, hint_ab, hint_mask


def test_the_first_is_what_the_network_answers(tiny_weights: Path) -> None:
    colorizer = Colorizer(tiny_weights, "cpu")
    asked = request()
    found = colorizer.alternatives(*asked, count=3, vividness=0.5)
    assert np.array_equal(found[0], colorizer.colorize(*asked, vividness=0.5))
    assert all(ab.shape == (2, 64, 80) and ab.dtype == np.float32 for ab in found)


def test_hints_are_exact_in_all(tiny_weights: Path) -> None:
    L, mask, hint_ab, hint_mask = request()
    for ab in Colorizer(tiny_weights, "cpu").alternatives(L, mask, hint_ab, hint_mask, count=5):
        assert np.array_equal(ab[:, hint_mask > 0], hint_ab[:, hint_mask > 0])


def test_one_of_them_is_the_same_as_among_all(tiny_weights: Path) -> None:
    colorizer = Colorizer(tiny_weights, "cpu")
    asked = request()
    found = colorizer.alternatives(*asked, count=4, seed=7)
    for choice, ab in enumerate(found):
        assert np.array_equal(colorizer.alternative(*asked, choice, seed=7), ab)
    assert np.array_equal(colorizer.alternative(*asked, 0, seed=7), colorizer.colorize(*asked))


def test_it_costs_a_decode_each(tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    colorizer = Colorizer(tiny_weights, "cpu")
    calls = []
    decode = colorizer.generator.decode
    monkeypatch.setattr(colorizer.generator, "decode", lambda *planes: calls.append(1) or decode(*planes))
    found = colorizer.alternatives(*request(), count=4)
    assert len(calls) == len(found) == 4
    colorizer.alternative(*request(), 3)
    assert len(calls) == 6


def test_nothing_masked_leaves_the_answer_alone(tiny_weights: Path) -> None:
    L, mask, hint_ab, hint_mask = request()
    assert len(Colorizer(tiny_weights, "cpu").alternatives(L, 0 * mask, hint_ab, hint_mask)) == 1


def test_the_shipped_network_gives_coats_of_other_colours() -> None:
    """Each colouring of an even region is even, and no two have the same colour."""
    colorizer = Colorizer()
    rows, columns = np.mgrid[0:160, 0:128].astype(np.float32)
    L = 30 + 6 * np.sin(rows / 30) + 5 * np.cos(columns / 11)
    coat = cv2.ellipse(np.zeros((160, 128), np.uint8), (64, 80), (34, 60), 0, 0, 360, 1, -1)
    L = np.where(coat > 0, L + 25, L).astype(np.float32)
    found = colorizer.alternatives(L, coat, np.zeros((2, 160, 128), np.float32), np.zeros((160, 128), np.uint8))
    inner = cv2.erode(coat, np.ones((9, 9), np.uint8)) > 0
    means = [ab[:, inner].mean(axis=1) for ab in found]
    assert len(found) == 4
    for one, other in itertools.combinations(means, 2):
        assert np.hypot(*(one - other)) > 12
    for ab, mean in zip(found[1:], means[1:], strict=True):
        strayed = np.hypot(*(ab[:, inner] - mean[:, None]))
        assert np.median(strayed) < 0.5 * np.hypot(*mean), "one colour, not confetti"
        assert np.hypot(*ab[:, cv2.dilate(coat, np.ones((9, 9), np.uint8)) == 0]).mean() < 2


def test_what_is_sure_is_worth_its_name() -> None:
    region = two_things()
    leaves = region.places[:, 1] < 8
    assert (region.chances[leaves, colour_near(SKY)] < SURE).all()
    assert (region.chances[~leaves, colour_near(SKY)] > SURE).all()
