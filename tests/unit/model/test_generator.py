"""The generator at any size, its cache, its blindness to what it is not told."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from model.generator import Generator, GeneratorConfig, mean_chroma
from model.losses import masked_huber

TINY = GeneratorConfig(
    widths=(8, 8, 16, 16), encoder_blocks=(1, 1, 1, 1), decoder_blocks=(1, 1, 1, 1), attention_blocks=1, copy_features=8
)


def scene(height: int, width: int, count: int = 1, *, hinted: bool = True) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    chance = torch.Generator().manual_seed(3)
    L = torch.rand(count, 1, height, width, generator=chance) * 100
    mask = (torch.rand(count, 1, height, width, generator=chance) > 0.5).float()
    hint_mask = mask * (torch.rand(count, 1, height, width, generator=chance) > 0.9) * hinted
    return L, mask, hint_mask * 30 * torch.ones(1, 2, 1, 1), hint_mask


@pytest.mark.parametrize(("height", "width"), [(64, 64), (1, 1), (1, 300), (37, 5), (100, 75)])
def test_answers_at_any_size(height: int, width: int) -> None:
    network = Generator(TINY).eval()
    with torch.inference_mode():
        ab, bins = network(*scene(height, width))
    assert ab.shape == (1, 2, height, width)
    assert bins.shape == (1, TINY.bins, -(-height // 16) * 4, -(-width // 16) * 4)
    assert torch.isfinite(ab).all()


def test_every_parameter_learns() -> None:
    network = Generator(TINY).train()
    L, mask, hint_ab, hint_mask = scene(32, 32, 2)
    ab, bins = network(L, mask, hint_ab, hint_mask)
    (masked_huber(ab, hint_ab + 20, mask) + bins.float().log_softmax(1).square().mean()).backward()
    idle = [name for name, p in network.named_parameters() if p.grad is None or not torch.isfinite(p.grad).all()]
    assert not idle


def test_cached_features_give_the_same_answer() -> None:
    network = Generator(TINY).eval()
    L, mask, hint_ab, hint_mask = scene(48, 80)
    with torch.inference_mode():
        features = network.encode(L)
        for changed in (mask, 1 - mask):
            whole = network(L, changed, hint_ab, hint_mask)
            cached = network.decode(features, changed, hint_ab, hint_mask)[:2]
            assert all(torch.equal(a, b) for a, b in zip(whole, cached, strict=True))


def test_copy_head_carries_a_colour_to_the_like() -> None:
    """Two kinds of places: a hint on one of the first kind reaches the others of that kind, not the second."""
    network = Generator(TINY)
    head = network.copy
    with torch.no_grad():
        head.null.bias.fill_(-4.0)
        head.reach.fill_(-6.0)
        x = torch.zeros(1, TINY.widths[1], 16, 16)
        x[:, 0, :, :8], x[:, 1, :, 8:] = 1, 1
        head.embed.weight.zero_()
        head.embed.bias.zero_()
        head.embed.weight[0, 0], head.embed.weight[1, 1] = 1, 1
        hint_mask = torch.zeros(1, 1, 64, 64)
        hint_mask[:, :, :8, :8] = 1
        hint_mask[:, :, :8, 56:] = 1
        hint_ab = torch.zeros(1, 2, 64, 64)
        hint_ab[:, 0, :8, :8], hint_ab[:, 1, :8, 56:] = 0.5, 0.5
        copied = head(x, hint_ab, hint_mask)
    assert copied[0, 0, 12, 2] > 0.4
    assert copied[0, 0, 12, 12] < 0.1
    assert copied[0, 1, 12, 12] > 0.4


def test_without_hints_nothing_is_copied() -> None:
    network = Generator(TINY)
    none = torch.zeros(1, 1, 64, 64)
    copied = network.copy(torch.randn(1, TINY.widths[1], 16, 16), none.expand(-1, 2, -1, -1), none)
    assert not copied.any()


def test_a_sharper_mean_is_more_vivid() -> None:
    logits = torch.zeros(1, 3, 1, 1)
    logits[0, 0] = 1
    centres = torch.tensor([[60.0, 0], [0, 0], [0, 0]])
    plain, sharp = mean_chroma(logits, centres), mean_chroma(logits, centres, 0.4)
    assert 0 < plain[0, 0] < sharp[0, 0] < 60


def test_size_and_parameters_are_within_the_budget() -> None:
    parameters = sum(p.numel() for p in Generator().parameters())
    assert 5e6 < parameters < 30e6
