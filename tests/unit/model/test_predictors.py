"""Columns of one network share its forward passes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.checkpoint import save_generator
from model.colorizer import Colorizer
from model.generator import Generator, GeneratorConfig
from model.predictors import AtVividness, Corrected, MaskBlind, shared_forwards


@pytest.fixture
def colorizer(tmp_path: Path) -> Colorizer:
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(widths=(8, 16, 16, 32), attention_blocks=1)).eval()
    for parameter in generator.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    save_generator(tmp_path / "tiny.safetensors", generator, {})
    return Colorizer(tmp_path / "tiny.safetensors", "cpu")


def test_columns_of_one_network_ask_its_decoder_once(colorizer: Colorizer, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    photos = [rng.uniform(0, 100, (64, 64)).astype(np.float32) for _ in range(2)]
    none, hint_mask = np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8)
    hint_mask[10:16, 10:16] = 1
    hint_ab = 40 * np.stack([hint_mask, hint_mask]).astype(np.float32)
    half = np.zeros((64, 64), np.uint8)
    half[:, :32] = 1
    columns = [AtVividness(colorizer, 0.0), AtVividness(colorizer, None), MaskBlind(AtVividness(colorizer, 0.0))]
    questions = [
        (L, mask, ab, hints)
        for L in photos
        for ab, hints in ((0 * hint_ab, none), (hint_ab, hint_mask))
        for mask in (np.ones_like(half), half)
    ]
    alone = [[column.colorize(*question) for column in columns] for question in questions]

    asked = []
    decode = Generator.decode
    monkeypatch.setattr(Generator, "decode", lambda *planes: asked.append(1) or decode(*planes))
    with shared_forwards(colorizer.generator):
        shared = [[column.colorize(*question) for column in columns] for question in questions]
    assert len(asked) == len(questions)
    for ours, theirs in zip(shared, alone, strict=True):
        for answer, expected in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(answer, expected)
        assert not np.allclose(ours[0], ours[1])  # the vividness still counts
    columns[0].colorize(*questions[0])
    columns[0].colorize(*questions[0])
    assert len(asked) == len(questions) + 2  # afterwards nothing is remembered


class Reddish:
    """A network that answers one colour and is told nothing of hints, or the test fails."""

    def colorize(
        self,
        L: NDArray[np.float32],
        mask: NDArray[np.uint8],
        hint_ab: NDArray[np.float32],
        hint_mask: NDArray[np.uint8],
        *,
        vividness: float | None = None,
    ) -> NDArray[np.float32]:
        del vividness
        assert not hint_mask.any()
        assert not hint_ab.any()
        return np.full((2, *L.shape), 10.0, np.float32) * mask


def test_corrected_is_exact_at_hints_and_the_network_where_there_are_none() -> None:
    pytest.importorskip("scipy")
    from model.classical.levin import Levin2004

    L = np.full((12, 16), 40.0, np.float32)
    L[:, 8:] = 80.0
    mask, hint_mask = np.ones((12, 16), np.uint8), np.zeros((12, 16), np.uint8)
    hint_ab = np.zeros((2, 12, 16), np.float32)
    hint_mask[5, 3] = hint_mask[5, 12] = 1
    hint_ab[:, 5, 3], hint_ab[:, 5, 12] = (30.0, -20.0), (10.0, 10.0)
    both = Corrected(Reddish(), Levin2004())
    answer = both.colorize(L, mask, hint_ab, hint_mask)
    assert answer[:, 5, 3] == pytest.approx([30.0, -20.0], abs=1e-4)
    assert answer[:, :, 10:] == pytest.approx(10.0, abs=1.0), "what the network had right there stays"
    assert np.abs(answer[0, :, :6] - 30.0).max() < 3
    np.testing.assert_array_equal(both.colorize(L, mask, 0 * hint_ab, 0 * hint_mask), 10.0)
