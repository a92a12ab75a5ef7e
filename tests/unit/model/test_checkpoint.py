"""Weights files: round trip, and a sentence for everything that is none of ours."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from model.checkpoint import WeightsError, load_generator, read_header, save_generator, sha256
from model.generator import Generator, GeneratorConfig

TINY = GeneratorConfig(
    widths=(8, 8, 8, 8), encoder_blocks=(1, 1, 1, 1), decoder_blocks=(1, 1, 1, 1), attention_blocks=1, copy_features=8
)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "w.safetensors"
    save_generator(path, Generator(TINY), {"training": {"minutes": 1}})
    return path


def test_round_trip(weights: Path, tmp_path: Path) -> None:
    generator, header = load_generator(weights)
    assert header["training"] == {"minutes": 1}
    assert not generator.training
    again = tmp_path / "again.safetensors"
    save_generator(again, generator, {"training": {"minutes": 1}})
    assert sha256(again) == sha256(weights)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_refuses_what_is_no_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    torch.save({"a": torch.zeros(2)}, path)
    with pytest.raises(WeightsError, match=r"model\.pth is not a safetensors file"):
        read_header(path)
    path.write_bytes(b"")
    with pytest.raises(WeightsError, match="safetensors"):
        read_header(path)
    with pytest.raises(WeightsError, match="folder"):
        read_header(tmp_path)
    with pytest.raises(WeightsError, match="nowhere"):
        read_header(tmp_path / "nowhere.safetensors")


def test_refuses_other_networks(weights: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(2)}, other)
    with pytest.raises(WeightsError, match="no Huebrush network"):
        load_generator(other)
    save_file({"a": torch.zeros(2)}, other, {"huebrush": json.dumps({"format": "huebrush-generator-9"})})
    with pytest.raises(WeightsError, match="another kind"):
        load_generator(other)
    header = read_header(weights)
    for broken in ({}, {**header["config"], "widths": [8, 8]}, {**header["config"], "bins": 10**9}):
        save_file({"a": torch.zeros(2)}, other, {"huebrush": json.dumps({**header, "config": broken})})
        with pytest.raises(WeightsError, match="architecture"):
            load_generator(other)
    save_file({"a": torch.zeros(2)}, other, {"huebrush": json.dumps(header)})
    with pytest.raises(WeightsError, match="tensors its header describes"):
        load_generator(other)


def test_refuses_numbers_that_are_not_finite(tmp_path: Path) -> None:
    generator = Generator(TINY)
    with torch.no_grad():
        next(generator.parameters()).fill_(float("nan"))
    save_generator(tmp_path / "nan.safetensors", generator, {})
    with pytest.raises(WeightsError, match="not finite"):
        load_generator(tmp_path / "nan.safetensors")


def test_a_failed_save_keeps_the_old_file(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = weights.read_bytes()

    def full_disk(_handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="28"):
        save_generator(weights, Generator(TINY), {})
    assert weights.read_bytes() == before
    assert [p.name for p in weights.parent.iterdir()] == [weights.name]
