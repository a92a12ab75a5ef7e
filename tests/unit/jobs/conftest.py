"""A network small enough for tests: real file, real code, random weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from model.checkpoint import save_generator
from model.generator import Generator, GeneratorConfig


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    config = GeneratorConfig(
        widths=(8, 8, 16, 16),
        encoder_blocks=(1, 1, 1, 1),
        decoder_blocks=(1, 1, 1, 1),
        attention_blocks=1,
        copy_features=8,
    )
    save_generator(path, Generator(config), {"training": {"minutes": 0}})
    return path
