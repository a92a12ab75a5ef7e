"""Every mask family is a mask, hints lie inside it, and the mix is what it says."""

from __future__ import annotations

import numpy as np
import pytest

from model.hints import hint_count, sample_hints
from model.masks import FAMILIES, HELD_OUT, TRAINED, sample_mask


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(("height", "width"), [(64, 64), (37, 90)])
def test_every_family_gives_masks(name: str, height: int, width: int) -> None:
    masks = [FAMILIES[name](np.random.default_rng(seed), height, width) for seed in range(12)]
    for mask in masks:
        assert mask.shape == (height, width)
        assert mask.dtype == np.uint8
        assert set(np.unique(mask)) <= {0, 1}
    if name not in ("full", "empty"):
        assert len({mask.tobytes() for mask in masks}) > 3
        assert any(0 < mask.mean() < 1 for mask in masks)
    again = FAMILIES[name](np.random.default_rng(0), height, width)
    assert np.array_equal(again, masks[0])


def test_training_never_sees_what_is_held_out() -> None:
    assert len(TRAINED) >= 6
    assert len(HELD_OUT) >= 3
    assert not HELD_OUT & set(TRAINED)


def test_the_mix_of_training_masks() -> None:
    rng = np.random.default_rng(1)
    coverage = np.array([sample_mask(rng, 24, 24).mean() for _ in range(1500)])
    assert 0.3 < (coverage == 1).mean() < 0.45
    assert 0.01 < (coverage == 0).mean() < 0.12
    assert ((coverage > 0) & (coverage < 1)).mean() > 0.45


def test_hint_counts() -> None:
    rng = np.random.default_rng(2)
    counts = np.array([hint_count(rng) for _ in range(4000)])
    assert 0.45 < (counts == 0).mean() < 0.55
    assert 0.01 < (counts == -1).mean() < 0.035
    assert counts.max() > 60
    assert counts.max() <= 150


def test_hints_lie_inside_the_mask_and_tell_the_truth() -> None:
    rng = np.random.default_rng(3)
    ab = rng.uniform(-60, 60, (2, 48, 48)).astype(np.float32)
    mask = np.zeros((48, 48), np.uint8)
    mask[:, :24] = 1
    hinted = 0
    for _ in range(60):
        hint_ab, hint_mask = sample_hints(rng, ab, mask)
        assert not hint_mask[:, 24:].any()
        assert not hint_ab[:, hint_mask == 0].any()
        assert np.abs(hint_ab).max() <= 60
        hinted += bool(hint_mask.any())
    assert 20 < hinted < 50


def test_flat_colour_gives_flat_hints() -> None:
    rng = np.random.default_rng(4)
    ab = np.full((2, 32, 32), 25, np.float32)
    mask = np.ones((32, 32), np.uint8)
    for _ in range(30):
        hint_ab, hint_mask = sample_hints(rng, ab, mask)
        assert np.allclose(hint_ab[:, hint_mask > 0], 25)
