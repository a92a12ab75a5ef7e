"""Batches follow from seed, rank and step alone, and hold what the losses rely on."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from model.batches import Batch, BatchMaker
from model.dataset import build_cache


@pytest.fixture
def maker(photos: Path, tmp_path: Path) -> BatchMaker:
    cache, _ = build_cache([photos], tmp_path / "cache", short_side=80)
    return BatchMaker(cache, torch.device("cpu"), 1)


def many(maker: BatchMaker, *, batches: int = 6, side: int = 32) -> Batch:
    made = [maker.make(step, 32, side) for step in range(batches)]
    return Batch(*(torch.cat(planes) for planes in zip(*made, strict=True)))


def test_batches_depend_on_seed_rank_and_step_alone(maker: BatchMaker) -> None:
    first, again, other = (maker.make(step, 16, 32) for step in (5, 5, 6))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.L, other.L)
    elsewhere = BatchMaker(maker.cache, maker.device, 1, rank=1).make(5, 16, 32)
    assert not torch.equal(first.L, elsewhere.L)


def test_shapes_and_ranges(maker: BatchMaker) -> None:
    batch = many(maker)
    assert batch.L.shape == batch.mask.shape == batch.hint_mask.shape == (192, 1, 32, 32)
    assert batch.ab.shape == batch.hint_ab.shape == (192, 2, 32, 32)
    assert all(plane.dtype == torch.float32 for plane in batch[:5])
    assert batch.L.min() >= 0
    assert batch.L.max() <= 100.5
    assert set(batch.mask.unique().tolist()) <= {0, 1}
    assert not (batch.hint_mask * (1 - batch.mask)).any()
    assert not (batch.hint_ab * (1 - batch.hint_mask)).any()


def test_light_and_colour_belong_together(maker: BatchMaker) -> None:
    """In these photos bright is orange and dark is blue; only recoloured crops may say otherwise."""
    batch = many(maker)
    agreement = []
    for L, ab, natural in zip(batch.L, batch.ab, batch.natural, strict=True):
        if natural:
            yellow = torch.stack([L.flatten(), ab[1].flatten()])
            agreement.append(float(torch.corrcoef(yellow)[0, 1]))
    assert sum(agreement) / len(agreement) > 0.8
    assert 0.02 < (~batch.natural).float().mean() < 0.25


def test_a_new_colour_is_announced_by_a_hint(maker: BatchMaker) -> None:
    batch = many(maker)
    for i in torch.nonzero(~batch.natural).flatten().tolist():
        assert batch.hint_mask[i].any() or not batch.mask[i].any() or batch.mask[i].mean() < 1
        plain = batch.hint_mask[i].bool().expand(2, -1, -1)
        if plain.any():
            assert torch.isfinite(batch.hint_ab[i][plain]).all()


def test_small_crops_are_averaged_not_picked(tmp_path: Path) -> None:
    """A fine chessboard shrunk by two and a half has no pattern left: aliasing would teach one."""
    folder = tmp_path / "fine"
    folder.mkdir()
    board = (np.indices((240, 240)).sum(axis=0) % 2).astype(np.uint8)
    cv2.imwrite(str(folder / "board.png"), np.dstack([board * 200, board * 120, board * 40]))
    cache, _ = build_cache([folder], tmp_path / "fine cache", short_side=240)
    batch = BatchMaker(cache, torch.device("cpu"), 0).make(0, 32, 32)
    assert batch.ab.flatten(2).std(dim=2).mean() < 3


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_a_gpu_makes_batches_too(maker: BatchMaker) -> None:
    batch = BatchMaker(maker.cache, torch.device("cuda"), 1).make(0, 16, 48)
    assert batch.L.is_cuda
    assert batch.mask.shape == (16, 1, 48, 48)
