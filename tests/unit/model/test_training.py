"""The trainer learns, saves atomically, resumes, and draws its curves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
import torch

from model.batches import BatchMaker
from model.checkpoint import WeightsError, load_generator
from model.generator import GeneratorConfig
from model.losses import SoftBins, bin_balance, bin_cross_entropy, masked_huber, soft_bins
from model.plots import plot_run, read_curves
from model.presets import PRESETS, Stage, with_budget
from model.trainer import CHECKPOINT, WEIGHTS, Trainer

QUICK = replace(PRESETS["small"], stages=(Stage(1.0, 32, 8, 3e-3),), warm_up=5, average=0.9, short_side=64)


@pytest.mark.slow
def test_training_learns_and_obeys_the_mask(photos: Path, tmp_path: Path, tiny_network: GeneratorConfig) -> None:
    trainer = Trainer([photos], tmp_path / "run", QUICK, steps=150, network=tiny_network, device="cpu")
    list(trainer.run(report_every=20))
    batch = BatchMaker(trainer.photos, torch.device("cpu"), 99).make(0, 32, 32)
    with torch.inference_mode():
        ab, _ = trainer.recipe.answer(batch.L, batch.mask, batch.hint_ab, batch.hint_mask)
    inside = batch.mask.bool().expand_as(ab) & batch.natural[:, None, None, None]
    error, grey = (ab - batch.ab)[inside].abs().mean(), batch.ab[inside].abs().mean()
    assert error < 0.6 * grey
    assert ab[~batch.mask.bool().expand_as(ab)].abs().mean() < 0.25 * ab[inside].abs().mean()


@pytest.mark.parametrize("adversarial", [0.0, 0.02])
def test_resumed_equals_uninterrupted(
    photos: Path, tmp_path: Path, tiny_network: GeneratorConfig, adversarial: float
) -> None:
    config = replace(QUICK, precision="fp32", threads=1, drop_path=0.2, adversarial=adversarial, adversarial_from=0.1)

    def trainer(folder: str, *, resume: bool = False) -> Trainer:
        return Trainer([photos], tmp_path / folder, config, steps=6, network=tiny_network, device="cpu", resume=resume)

    whole = trainer("whole")
    list(whole.run())
    first = trainer("parts")
    reports = first.run(report_every=3)
    next(reports)
    first.save()
    reports.close()
    second = trainer("parts", resume=True)
    assert second.step == 3
    list(second.run())
    for part, network in whole.recipe.parts().items():
        for name, value in network.state_dict().items():
            assert torch.equal(value, second.recipe.parts()[part].state_dict()[name]), (part, name)
    logged = [json.loads(line) for line in (tmp_path / "parts" / "log.jsonl").read_text().splitlines()]
    assert logged[-1]["step"] == 6
    generator, header = load_generator(tmp_path / "parts" / WEIGHTS)
    assert generator.config == tiny_network
    assert header["training"]["steps"] == 6


def test_resuming_needs_a_run_of_the_same_kind(photos: Path, tmp_path: Path, tiny_network: GeneratorConfig) -> None:
    with pytest.raises(WeightsError, match="no run to resume"):
        Trainer([photos], tmp_path / "run", QUICK, steps=1, network=tiny_network, device="cpu", resume=True)
    list(Trainer([photos], tmp_path / "run", QUICK, steps=1, network=tiny_network, device="cpu").run())
    other = replace(tiny_network, widths=(8, 8, 8, 8))
    with pytest.raises(WeightsError, match="own preset"):
        Trainer([photos], tmp_path / "run", QUICK, steps=2, network=other, device="cpu", resume=True)


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on(photos: Path, tmp_path: Path) -> None:
    """kill -9 while it trains and saves all the time: what lies on disk is whole, and --resume ends the run."""
    run = tmp_path / "run"
    program = f"""
from dataclasses import replace
from pathlib import Path
import sys
from model.generator import GeneratorConfig
from model.presets import PRESETS, Stage
from model.trainer import Trainer
network = GeneratorConfig((8, 8, 8, 8), (1, 1, 1, 1), (1, 1, 1, 1), 1, 8)
config = replace(PRESETS["small"], stages=(Stage(1.0, 32, 4, 1e-3),), short_side=64, save_every=0.0, threads=1)
trainer = Trainer([Path({str(photos)!r})], Path({str(run)!r}), config, network=network, device="cpu",
    steps=int(sys.argv[1]), resume=sys.argv[2] == "resume")
for progress in trainer.run(report_every=1):
    print(progress.step, flush=True)
"""

    def started(steps: int, how: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", program, str(steps), how], stdout=subprocess.PIPE, text=True)

    process = started(100_000, "start")
    assert process.stdout is not None
    for _ in range(6):
        process.stdout.readline()
    time.sleep(0.037)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    load_generator(run / WEIGHTS)
    process = started(0, "resume")  # a budget of 0 is spent: it must load what lies there
    process.communicate(timeout=60)
    assert process.returncode == 0
    process = started(40, "resume")
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert told.split()[-1] == "40" or int(told.split()[0]) >= 6


def test_baseline_trains_in_the_same_loop(photos: Path, tmp_path: Path) -> None:
    config = replace(PRESETS["baseline2018"], stages=(Stage(1.0, 64, 4, 1e-4),), short_side=64)
    trainer = Trainer([photos], tmp_path / "run", config, steps=2, probe=[photos], device="cpu")
    reports = list(trainer.run(report_every=1))
    assert {"fill", "leak", "hints_0"} <= set(reports[-1].figures)
    assert (tmp_path / "run" / WEIGHTS).exists()
    assert (tmp_path / "run" / CHECKPOINT).exists()


def test_baseline_refuses_what_it_would_ignore(photos: Path, tmp_path: Path, tiny_weights: Path) -> None:
    config = replace(PRESETS["baseline2018"], short_side=64)
    with pytest.raises(WeightsError, match="--init"):
        Trainer([photos], tmp_path / "run", config, steps=1, init=tiny_weights, device="cpu")
    with pytest.raises(WeightsError, match="--adversarial"):
        Trainer([photos], tmp_path / "run", replace(config, adversarial=0.02), steps=1, device="cpu")


def test_epochs_become_steps() -> None:
    config = with_budget(PRESETS["release"], epochs=2, photos=1000)
    seen = (0.3 * 24 + 0.45 * 24 + 0.25 * 10) * config.steps
    assert 2000 <= seen < 2000 + 25
    assert with_budget(config, time_budget=60).steps == 0


def test_curves_are_drawn(tmp_path: Path) -> None:
    lines = [
        {"seconds": 60.0 * i, "figures": {"loss": 2 - 0.1 * i, "huber": 1.0} | ({"leak": 0.1} if i % 2 else {})}
        for i in range(9)
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)) + '\n{"seconds": 54')
    assert read_curves(tmp_path / "log.jsonl")["leak"][0] == [1, 3, 5, 7]
    plot_run(tmp_path / "log.jsonl", tmp_path / "curves.png")
    picture = cv2.imread(str(tmp_path / "curves.png"))
    assert picture.shape == (480, 420, 3)  # the losses, and the leak
    assert (picture != 255).any(axis=2).sum() > 1000


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
    colours = torch.tensor([[3.0, -2.0], [58.0, 49.0], [999.0, 0.0]])
    looked_up, computed = SoftBins(centres)(colours), soft_bins(colours.clamp(-80, 80), centres)
    assert torch.equal(looked_up[0][:, 0], computed[0][:, 0])
    assert torch.allclose(looked_up[1], computed[1], atol=1e-3)
    balance = bin_balance(torch.tensor([1000.0, 10, 10, 1, 1]))
    p = torch.tensor([1000.0, 10, 10, 1, 1]) / 1022
    assert (balance * p).sum() == pytest.approx(1, abs=1e-5)
    assert balance[0] < balance[3]


def test_rotated_photos_teach_the_bins_nothing() -> None:
    centres = torch.tensor([[0.0, 0], [10, 0], [0, 10], [50, 50], [60, 50]])
    logits = torch.randn(2, 5, 2, 2, requires_grad=True)
    natural = torch.tensor([True, False])
    bin_cross_entropy(logits, torch.zeros(2, 2, 2, 2), SoftBins(centres), torch.ones(5), natural).backward()
    assert logits.grad is not None
    assert logits.grad[0].any()
    assert not logits.grad[1].any()
