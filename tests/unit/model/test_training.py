"""The trainer learns, saves atomically, resumes, and says what it skipped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from model.checkpoint import load_generator
from model.dataset import NoPhotosError, build_cache, make_batch
from model.generator import GeneratorConfig
from model.losses import bin_balance, bin_cross_entropy, masked_huber, soft_bins
from model.trainer import PRESETS, Stage, Trainer, with_budget

TINY = GeneratorConfig(
    widths=(8, 16, 16, 16),
    encoder_blocks=(1, 1, 1, 1),
    decoder_blocks=(1, 1, 1, 1),
    attention_blocks=1,
    copy_features=8,
)
QUICK = replace(PRESETS["small"], stages=(Stage(1.0, 32, 8, 3e-3),), warm_up=5, average=0.9, short_side=64)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twelve photos in which the light tells the colour: dark is blue, bright is orange."""
    folder = tmp_path / "photos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(12):
        light = cv2.resize(rng.uniform(0, 1, (6, 6)).astype(np.float32), (96, 80), interpolation=cv2.INTER_CUBIC)
        light = np.clip(light, 0.1, 0.9)[..., None]
        bgr = (1 - light) * (200, 90, 20) + light * (40, 150, 250)
        cv2.imwrite(str(folder / f"{i:02}.png"), bgr.astype(np.uint8))
    return folder


def test_skips_are_listed_with_their_reasons(photos: Path, tmp_path: Path) -> None:
    (photos / "notes.jpg").write_text("no picture")
    cv2.imwrite(str(photos / "grey.png"), np.full((90, 90, 3), 128, np.uint8))
    cv2.imwrite(str(photos / "tiny.png"), np.zeros((20, 20, 3), np.uint8))
    (photos / "twin.png").write_bytes((photos / "00.png").read_bytes())
    cache, skipped = build_cache([photos], tmp_path / "cache", short_side=64)
    assert len(cache) == 12
    reasons = {Path(name).name: reason for name, reason in skipped}
    assert set(reasons) == {"notes.jpg", "grey.png", "tiny.png", "twin.png"}
    assert "duplicate" in reasons["twin.png"]
    again, skipped_again = build_cache([photos], tmp_path / "cache", short_side=64)
    assert np.array_equal(again.pixels, cache.pixels)
    assert skipped_again == skipped


def test_a_folder_without_photos_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoPhotosError, match=str(tmp_path)):
        build_cache([tmp_path], tmp_path / "cache", short_side=64)


def test_batches_depend_on_seed_and_step_alone(photos: Path, tmp_path: Path) -> None:
    cache, _ = build_cache([photos], tmp_path / "cache", short_side=64)
    first, again, other = (make_batch(cache, 1, step, 16, 32) for step in (5, 5, 6))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.L, other.L)
    assert set(np.unique(first.mask)) <= {0, 1}
    assert not (first.hint_mask * (1 - first.mask)).any()
    assert not (first.hint_ab * (1 - first.hint_mask)).any()


@pytest.mark.slow
def test_training_learns_and_obeys_the_mask(photos: Path, tmp_path: Path) -> None:
    config = with_budget(QUICK, 0, 120)
    trainer = Trainer([photos], tmp_path / "run", config, network=TINY, device="cpu")
    reports = list(trainer.run(report_every=20))
    assert reports[-1].figures["huber"] < 0.5 * reports[0].figures["huber"]
    batch = make_batch(trainer.photos, 99, 0, 32, 32)
    with torch.inference_mode():
        ab, _ = trainer.averaged(*(torch.from_numpy(p) for p in (batch.L, batch.mask, batch.hint_ab, batch.hint_mask)))
    inside = torch.from_numpy(batch.mask).bool().expand_as(ab) & torch.from_numpy(batch.natural)[:, None, None, None]
    error = (ab - torch.from_numpy(batch.ab))[inside].abs().mean()
    grey = torch.from_numpy(batch.ab)[inside].abs().mean()
    assert error < 0.6 * grey
    outside = ~torch.from_numpy(batch.mask).bool().expand_as(ab)
    assert ab[outside].abs().mean() < 0.25 * ab[inside].abs().mean()


def test_resumed_equals_uninterrupted(photos: Path, tmp_path: Path) -> None:
    config = replace(with_budget(QUICK, 0, 6), precision="fp32", threads=1)
    whole = Trainer([photos], tmp_path / "whole", config, network=TINY, device="cpu")
    list(whole.run())
    first = Trainer([photos], tmp_path / "parts", config, network=TINY, device="cpu")
    reports = first.run(report_every=3)
    next(reports)
    first.save()
    reports.close()
    second = Trainer([photos], tmp_path / "parts", config, network=TINY, device="cpu", resume=True)
    assert second.step == 3
    list(second.run())
    for name, value in whole.averaged.state_dict().items():
        assert torch.equal(value, second.averaged.state_dict()[name]), name
    logged = [json.loads(line) for line in (tmp_path / "parts" / "log.jsonl").read_text().splitlines()]
    assert logged[-1]["step"] == 6
    generator, header = load_generator(tmp_path / "parts" / "generator.safetensors")
    assert generator.config == TINY
    assert header["training"]["steps"] == 6


def test_huber_weighs_inside_and_outside_apart() -> None:
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., 0, 0] = 1
    target = torch.full((1, 2, 8, 8), 40.0)
    only_inside_wrong = masked_huber(torch.zeros(1, 2, 8, 8), target, mask)
    everything_right = masked_huber(target * mask, target, mask)
    assert everything_right == 0
    assert only_inside_wrong > 0.5  # one pixel of 64, and yet not drowned


def test_soft_bins_and_balance() -> None:
    centres = torch.tensor([[0.0, 0], [10, 0], [0, 10], [50, 50], [60, 50]])
    index, weight = soft_bins(torch.tensor([[0.0, 0.0]]), centres, neighbours=3)
    assert index[0, 0] == 0
    assert weight.sum() == pytest.approx(1)
    assert weight[0, 0] > weight[0, 1]
    balance = bin_balance(torch.tensor([1000.0, 10, 10, 1, 1]))
    p = torch.tensor([1000.0, 10, 10, 1, 1]) / 1022
    assert (balance * p).sum() == pytest.approx(1, abs=1e-5)
    assert balance[0] < balance[3]


def test_rotated_photos_teach_the_bins_nothing() -> None:
    centres = torch.tensor([[0.0, 0], [10, 0], [0, 10], [50, 50], [60, 50]])
    logits = torch.randn(2, 5, 2, 2, requires_grad=True)
    natural = torch.tensor([True, False])
    bin_cross_entropy(logits, torch.zeros(2, 2, 2, 2), centres, torch.ones(5), natural).backward()
    assert logits.grad is not None
    assert logits.grad[0].any()
    assert not logits.grad[1].any()
