"""Two processes train as one: equal gradients, equal weights, one set of files."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
import torch
from model.generator import GeneratorConfig
from model.presets import PRESETS, Stage
from model.trainer import Trainer

photos, run, out = map(Path, sys.argv[1:])
network = GeneratorConfig((8, 8, 8, 8), (1, 1, 1, 1), (1, 1, 1, 1), 1, 8)
config = replace(PRESETS["small"], stages=(Stage(1.0, 32, 4, 1e-3),), short_side=64, threads=1)
trainer = Trainer([photos], run, config, network=network, device="cpu", steps=3)
list(trainer.run(report_every=1))
gradients = {name: p.grad for name, p in trainer.recipe.generator.named_parameters()}
batch = trainer.batches.make(0, 4, 32)
told = {"gradients": gradients, "weights": trainer.recipe.generator.state_dict(), "L": batch.L}
torch.save(told, out / f"{trainer.team.rank}.pt")
trainer.team.close()
"""


@pytest.mark.slow
@pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch has no torch.distributed")
def test_two_processes_train_as_one(photos: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    team = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(photos), str(tmp_path / "run"), str(tmp_path)],
            env={
                **os.environ,
                "RANK": str(rank),
                "WORLD_SIZE": "2",
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": str(port),
            },
        )
        for rank in range(2)
    ]
    assert [process.wait(timeout=120) for process in team] == [0, 0]
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2))
    assert not torch.equal(first["L"], second["L"]), "each process must see its own photos"
    for kind in ("gradients", "weights"):
        for name, value in first[kind].items():
            if value is None:
                assert second[kind][name] is None
            else:
                assert torch.equal(value, second[kind][name]), (kind, name)
    assert any(value is not None and value.abs().max() > 0 for value in first["gradients"].values())
    run = tmp_path / "run"
    assert sorted(path.name for path in run.glob("*.safetensors")) == ["generator.safetensors", "resume.safetensors"]
    assert json.loads((run / "config.json").read_text())["processes"] == 2
    assert json.loads((run / "log.jsonl").read_text().splitlines()[-1])["step"] == 3
