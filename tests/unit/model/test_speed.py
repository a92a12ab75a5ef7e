"""What is timed: every size, thread count and precision the machine has."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from model import speed
from model.checkpoint import save_generator
from model.generator import Generator, GeneratorConfig
from model.speed import Speed, measure_speed

TINY = GeneratorConfig(widths=(8, 16, 16, 32), attention_blocks=1)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(speed, "SIDES", (64, 80))
    path = tmp_path / "tiny.safetensors"
    save_generator(path, Generator(TINY).eval(), {})
    return path


@pytest.mark.parametrize("lower", [None, torch.bfloat16])
def test_all_that_the_processor_can_do(
    weights: Path, monkeypatch: pytest.MonkeyPatch, lower: torch.dtype | None
) -> None:
    monkeypatch.setattr(speed, "autocast_type", lambda *_: lower)
    used = []
    times = speed._times

    def watched(*arguments: object) -> tuple[float, float]:
        used.append((torch.get_num_threads(), torch.is_autocast_enabled("cpu")))
        return times(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(speed, "_times", watched)
    before = torch.get_num_threads()
    found = measure_speed("ours", weights, "cpu")
    precisions = ("fp32", "bf16") if lower else ("fp32",)
    assert [(s.threads, s.precision, s.side) for s in found] == [
        (threads, precision, side) for threads in (1, 2) for precision in precisions for side in (64, 80)
    ]
    assert used == [(s.threads, s.precision == "bf16") for s in found]
    assert torch.get_num_threads() == before
    parameters = sum(parameter.numel() for parameter in Generator(TINY).parameters())
    assert {(s.parameters, s.bytes) for s in found} == {(parameters, weights.stat().st_size)}
    assert any("bf16" in reason for reason in speed.not_timed()) == (lower is None)


def test_ratio_is_what_remembering_the_photo_leaves() -> None:
    assert Speed("ours", "CPU", 1, "fp32", 256, 100.0, 55.0, 1, 1).ratio == pytest.approx(0.55)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_graphics_card_is_timed_beside_the_processor(weights: Path) -> None:
    found = measure_speed("ours", weights, "cuda")
    assert {s.threads for s in found} == {0, 1, 2}
    assert {s.precision for s in found if s.threads == 0} == {"fp32", "bf16"}
