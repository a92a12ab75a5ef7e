"""The tensor conversions against the arrays' ones, and their gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from model import colour
from model.colour_torch import L_to_grey, lab_to_rgb, rgb_to_grey, rgb_to_lab


def random_rgb(seed: int = 0) -> Tensor:
    return torch.rand(2, 3, 40, 50, generator=torch.Generator().manual_seed(seed))


def last(planes: Tensor) -> np.ndarray:
    return planes.movedim(1, -1).contiguous().numpy()


def test_lab_agrees_with_the_arrays() -> None:
    rgb = random_rgb()
    assert np.abs(last(rgb_to_lab(rgb)) - colour.rgb_to_lab(last(rgb))).max() < 1e-3


def test_rgb_agrees_with_the_arrays_also_out_of_gamut() -> None:
    lab = rgb_to_lab(random_rgb())
    lab[:, 1:] *= 1.6
    ours = last(lab_to_rgb(lab))
    assert ours.min() >= 0
    assert ours.max() <= 1
    assert np.abs(ours * 255 - colour.lab_to_rgb(last(lab))).max() < 0.5 + 1e-3  # theirs is rounded to codes
    linear = np.clip(colour.lab_to_linear(last(lab)), 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(ours - encoded).max() < 1e-3


def test_round_trip() -> None:
    rgb = random_rgb()
    assert torch.allclose(lab_to_rgb(rgb_to_lab(rgb)), rgb, atol=1e-4)


def test_greys_keep_their_lightness() -> None:
    L = torch.linspace(0, 100, 101).view(1, 1, 1, -1)
    grey = L_to_grey(L)
    lab = rgb_to_lab(grey.expand(-1, 3, -1, -1))
    assert torch.allclose(lab[:, :1], L, atol=1e-3)
    assert lab[:, 1:].abs().max() < 1e-3
    assert torch.allclose(rgb_to_grey(grey.expand(-1, 3, -1, -1)), grey, atol=1e-5)
    coloured = rgb_to_lab(random_rgb())
    assert torch.allclose(L_to_grey(coloured[:, :1]), rgb_to_grey(random_rgb()), atol=1e-4)


def test_half_precision_is_computed_in_full() -> None:
    rgb = random_rgb().bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        lab = rgb_to_lab(rgb)
    assert lab.dtype == torch.float32
    assert torch.equal(lab, rgb_to_lab(rgb.float()))


@pytest.mark.parametrize("value", [0.0, 0.04045, 0.5, 1.0])
def test_gradients_are_finite_even_at_black_and_white(value: float) -> None:
    rgb = torch.full((1, 3, 1, 2), value, requires_grad=True)
    lab_to_rgb(rgb_to_lab(rgb)).sum().backward()
    assert torch.isfinite(rgb.grad).all()


def test_gradient_is_the_slope() -> None:
    lab = rgb_to_lab(random_rgb()[:, :, :2, :2] * 0.6 + 0.2)
    step = 0.05 * torch.randn(lab.shape, generator=torch.Generator().manual_seed(1))
    lab.requires_grad_()
    rgb = lab_to_rgb(lab)
    (slope,) = torch.autograd.grad(rgb.sum(), lab)
    with torch.no_grad():
        rise = (lab_to_rgb(lab + step) - lab_to_rgb(lab - step)).sum() / 2
    assert float((slope * step).sum()) == pytest.approx(float(rise), rel=0.01)
