"""Our CIE L*a*b* against scikit-image's, and the bins."""

from __future__ import annotations

import numpy as np
import pytest

from model.colour import BIN_SIDE, bin_centres, lab_to_rgb, rgb_to_lab


def test_agrees_with_an_independent_implementation() -> None:
    color = pytest.importorskip("skimage.color")
    rgb = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    assert np.abs(rgb_to_lab(rgb) - color.rgb2lab(rgb)).max() < 0.02


def test_round_trip_is_exact_in_gamut() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    assert np.array_equal(lab_to_rgb(rgb_to_lab(rgb)), rgb)
    assert np.abs(rgb_to_lab(rgb) - rgb_to_lab(rgb.astype(np.float32) / 255)).max() < 1e-3


def test_greys_have_no_chroma() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    lab = rgb_to_lab(greys)
    assert np.abs(lab[:, 1:]).max() < 1e-3
    assert lab[0, 0] == pytest.approx(0, abs=1e-4)
    assert lab[-1, 0] == pytest.approx(100, abs=1e-3)


def test_every_colour_has_a_bin_beside_it() -> None:
    centres = bin_centres()
    ab = rgb_to_lab(np.random.default_rng(2).integers(0, 256, (4000, 3), np.uint8))[:, 1:]
    nearest = np.sqrt(((ab[:, None] - centres) ** 2).sum(-1)).min(1)
    assert nearest.max() <= BIN_SIDE
    assert len(np.unique(centres, axis=0)) == len(centres)
    assert 200 < len(centres) < 320
