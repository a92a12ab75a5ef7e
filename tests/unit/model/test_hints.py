"""Hints lie inside the mask, tell the truth, and come in the numbers that training promises."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from model import hints
from model.hints import hint_count, sample_hints


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noise(n: int, height: int, width: int) -> Tensor:
    return (torch.rand(n, 2, height, width, generator=seeded(99)) - 0.5) * 120


def always(monkeypatch: pytest.MonkeyPatch, count: int, *, stroked: bool = False) -> None:
    """From here on every image gets this many dabs, or strokes instead."""
    monkeypatch.setattr(hints, "hint_count", lambda _generator, n: torch.full((n,), count))
    monkeypatch.setattr(hints, "STROKED", float(stroked))


def test_how_many_hints() -> None:
    counts = hint_count(seeded(), 20_000)
    assert counts.shape == (20_000,)
    assert counts.dtype == torch.int64
    assert set(counts.tolist()) <= set(range(-1, 151))
    share = {number: float((counts == number).float().mean()) for number in (-1, 0, 1)}
    assert 0.016 < share[-1] < 0.024
    assert 0.48 < share[0] < 0.52
    assert 0.055 < share[1] < 0.071  # 0.26 / 8 + 0.22 · log 2 / log 151
    assert 0.07 < float((counts > 20).float().mean()) < 0.13
    assert counts.max() > 120


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 3), (33, 48)])
def test_shapes_and_repetition(height: int, width: int) -> None:
    ab, mask = noise(40, height, width), torch.ones(40, 1, height, width)
    torch.manual_seed(1)
    hint_ab, hint_mask = sample_hints(seeded(3), ab, mask)
    assert hint_ab.shape == ab.shape
    assert hint_mask.shape == mask.shape
    assert hint_ab.dtype == hint_mask.dtype == torch.float32
    assert set(hint_mask.unique().tolist()) == {0.0, 1.0}
    torch.manual_seed(2)
    again_ab, again_mask = sample_hints(seeded(3), ab.to(memory_format=torch.channels_last), mask)
    assert torch.equal(hint_ab, again_ab)
    assert torch.equal(hint_mask, again_mask)


def test_hints_stay_inside_the_mask() -> None:
    ab, mask = noise(300, 24, 24), torch.zeros(300, 1, 24, 24)
    mask[:, :, :, :12] = 1
    hint_ab, hint_mask = sample_hints(seeded(4), ab, mask)
    assert not hint_mask[..., 12:].any()
    assert not hint_ab[(hint_mask == 0).expand_as(ab)].any()
    assert 0.35 < hint_mask.flatten(1).any(dim=1).float().mean() < 0.5
    assert not sample_hints(seeded(4), ab, 0 * mask)[1].any()


def test_a_dab_is_the_mean_of_its_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    always(monkeypatch, 1)
    ab, mask = noise(200, 30, 20), torch.ones(200, 1, 30, 20)
    hint_ab, hint_mask = sample_hints(seeded(5), ab, mask)
    sides = set()
    for truth, asked, where in zip(ab.numpy(), hint_ab.numpy(), hint_mask[:, 0].numpy(), strict=True):
        rows, columns = (np.flatnonzero(where.any(axis=axis)) for axis in (1, 0))
        patch = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert where[patch].all()
        assert where.sum() == where[patch].size
        assert np.allclose(asked[:, *patch], truth[:, *patch].mean(axis=(1, 2), keepdims=True), atol=1e-4)
        sides.add(max(where[patch].shape))
    assert sides == set(range(1, 10))
    mask[..., 10:] = 0
    cut_ab, cut_mask = sample_hints(seeded(5), ab, mask)
    assert torch.equal(cut_ab, hint_ab * mask)
    assert torch.equal(cut_mask, hint_mask * mask)


def test_many_dabs_each_keep_to_a_colour_of_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    always(monkeypatch, 150)
    ab = torch.full((6, 2, 32, 32), 25.0)
    ab[3:] = -40
    hint_ab, hint_mask = sample_hints(seeded(6), ab, torch.ones(6, 1, 32, 32))
    assert torch.allclose(hint_ab, ab * hint_mask)
    assert (hint_mask.mean(dim=(1, 2, 3)) > 0.7).all()


def test_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    always(monkeypatch, -1)
    ab, mask = noise(3, 9, 9), (noise(3, 9, 9)[:, :1] > 0).float()
    hint_ab, hint_mask = sample_hints(seeded(), ab, mask)
    assert torch.equal(hint_ab, ab * mask)
    assert torch.equal(hint_mask, mask)


def test_a_stroke_asks_for_the_mean_of_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    always(monkeypatch, 5, stroked=True)
    monkeypatch.setattr(hints, "MOST_STROKES", 1)
    ab, mask = noise(60, 40, 40) / 120 * 4, torch.ones(60, 1, 40, 40)
    ab[:, 0, :, :20] += 40
    ab[:, 0, :, 20:] -= 40
    mask[:, :, :8] = 0
    hint_ab, hint_mask = sample_hints(seeded(8), ab, mask)
    hinted = 0
    for truth, asked, where in zip(ab, hint_ab, hint_mask[:, 0] > 0, strict=True):
        if where.any():
            hinted += 1
            assert not (where[:, :20].any() and where[:, 20:].any())
            mean = truth[:, where].mean(dim=1, keepdim=True)
            assert torch.allclose(asked[:, where], mean.expand(-1, int(where.sum())), atol=1e-4)
    assert hinted > 45
