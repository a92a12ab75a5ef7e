"""What all tests share: a window system without a screen, and a settings folder of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:  # most tests never load torch
    from model.generator import GeneratorConfig

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning OpenMP threads would starve the window under test

# The same examples in every run: a change is judged by itself. `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("same")

OFFSCREEN_QUIRK = r"This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
"""Any window with a layout, and any popup, makes the offscreen platform say so; it concerns no other platform."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every other warning of Qt fails the test that caused it."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_QUIRK))


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's settings."""
    folder = tmp_path / "settings"
    monkeypatch.setenv("HUEBRUSH_SETTINGS", str(folder))
    return folder


@pytest.fixture(scope="session", autouse=True)
def gamut_tables() -> None:
    """What the colour disc would make in a thread of its own is there from the beginning."""
    from app.document.gamut_map import prepare

    prepare()


@pytest.fixture(scope="session")
def tiny_network() -> GeneratorConfig:
    """The shape of a network small enough for tests."""
    from model.generator import GeneratorConfig

    return GeneratorConfig(
        widths=(8, 16, 16, 16),
        encoder_blocks=(1, 1, 1, 1),
        decoder_blocks=(1, 1, 1, 1),
        attention_blocks=1,
        copy_features=8,
    )


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory, tiny_network: GeneratorConfig) -> Path:
    """A network small enough for tests: real file, real code, random weights."""
    import torch

    from model.checkpoint import save_generator
    from model.generator import Generator

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save_generator(path, Generator(tiny_network), {"training": {"minutes": 0}})
    return path
