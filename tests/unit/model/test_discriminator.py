"""The discriminator: its patches, its losses, and that it learns what colour belongs to what light."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from model.discriminator import SMALLEST, Discriminator, hinge_discriminator, hinge_generator, touched


def scene(height: int, width: int, count: int = 2, seed: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    """Light, colours that follow from it, and a mask of the left half."""
    chance = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, 1, 4, 4, generator=chance)
    L = 100 * torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear")
    mask = torch.zeros_like(L)
    mask[..., : width // 2] = 1
    return L, torch.cat([L - 50, 50 - L], dim=1) * mask, mask


@pytest.mark.parametrize(("height", "width"), [(32, 32), (33, 47), (100, 75), (39, 200)])
def test_one_logit_a_patch_at_any_size(height: int, width: int) -> None:
    L, ab, mask = scene(height, width)
    logits = Discriminator(8)(L, ab, mask)
    assert logits.shape == touched(mask).shape == (2, 1, height // 8 - 2, width // 8 - 2)
    assert torch.isfinite(logits).all()


def test_smaller_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match=str(SMALLEST)):
        Discriminator(8)(*scene(31, 64))


def test_parameters() -> None:
    assert sum(p.numel() for p in Discriminator().parameters()) == 1_558_225


def test_every_parameter_and_input_learns() -> None:
    network = Discriminator(8)
    planes = [plane.clone().requires_grad_() for plane in scene(64, 48)]
    hinge_generator(network(*planes)).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in [*network.parameters(), *planes])


def test_a_patch_sees_seventy_pixels() -> None:
    network = Discriminator(8).eval()
    L = torch.zeros(1, 1, 160, 160, requires_grad=True)
    logits = network(L, torch.zeros(1, 2, 160, 160), torch.zeros(1, 1, 160, 160))
    logits[0, 0, 9, 9].backward()
    rows = L.grad[0, 0].abs().sum(1).nonzero().flatten()
    assert rows[-1] - rows[0] + 1 == 70


def test_touched_is_the_patches_that_see_the_mask() -> None:
    network = Discriminator(8).eval()
    mask = torch.zeros(1, 1, 160, 160)
    mask[:, :, 40:43, 90:95] = 1
    L, ab = torch.zeros_like(mask), torch.zeros(1, 2, 160, 160)
    with torch.no_grad():
        changed = network(L, ab, mask) != network(L, ab, 0 * mask)
    assert torch.equal(touched(mask) > 0, changed)
    assert 0 < touched(mask).mean() < 1


def test_no_layer_stretches_more_than_one() -> None:
    network = Discriminator(8)
    for _ in range(30):  # the power iteration settles
        network(*scene(32, 32))
    for layer in network.layers:
        if isinstance(layer, torch.nn.Conv2d):
            stretch = torch.linalg.matrix_norm(layer.weight.detach().flatten(1), ord=2)
            assert float(stretch) == pytest.approx(1, abs=0.05)


def test_hinge_losses() -> None:
    sure, unsure = torch.full((1, 1, 2, 2), 3.0), torch.zeros(1, 1, 2, 2)
    assert hinge_discriminator(sure, -sure) == 0
    assert hinge_discriminator(unsure, unsure) == 2
    assert hinge_discriminator(-sure, sure) == 8
    assert hinge_generator(sure) == -3


def test_weights_leave_patches_out() -> None:
    logits = torch.tensor([[[[3.0, -5.0]]]])
    weight = torch.tensor([[[[1.0, 0.0]]]])
    assert hinge_generator(logits, weight) == -3
    assert hinge_discriminator(logits, -logits, weight) == 0
    nothing = torch.zeros_like(weight)
    assert hinge_discriminator(logits, logits, nothing) == 0
    assert math.isfinite(hinge_generator(logits, nothing))


def test_learns_to_tell_real_colours_from_shuffled_ones() -> None:
    torch.manual_seed(0)
    network = Discriminator(8)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3, betas=(0.0, 0.99))
    for step in range(30):
        L, ab, mask = scene(40, 40, 8, seed=step)
        optimizer.zero_grad()
        hinge_discriminator(network(L, ab, mask), network(L, ab.roll(1, 0), mask), touched(mask)).backward()
        optimizer.step()
    network.eval()
    with torch.no_grad():
        L, ab, mask = scene(40, 40, 16, seed=1000)
        real, shuffled = network(L, ab, mask), network(L, ab.roll(1, 0), mask)
    assert hinge_discriminator(real, shuffled, touched(mask)) < 1
    assert (real.mean((1, 2, 3)) > shuffled.mean((1, 2, 3))).float().mean() > 0.85
