"""The discriminator: does this colour belong to this light, inside this mask?

A conditional PatchGAN (Isola et al. 2017, section 3.2.2): every answer judges one square of 70 pixels, and it sees the
luminance *and the mask*, so that grey outside the mask is right and grey inside may be wrong. Spectral normalisation
(Miyato et al. 2018) keeps it smooth; it has no batch norm, whose statistics would tell real batches from painted ones.
The losses are the hinge (Lim & Ye 2017; Miyato et al. 2018, equations 16 and 17), pure: tensors in, a scalar out.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

KERNEL, PADDING, STRIDES = 4, 1, (2, 2, 2, 1, 1)
SMALLEST = 32
"""The smallest side it judges, in pixels: 2x2 patches, each of which sees the whole picture."""


class Discriminator(nn.Module):
    """``Discriminator(L, ab, mask) -> logits``, positive where the colour looks real, for any size from 32 on.

    L: (N, 1, H, W) L* in 0..100. ab: (N, 2, H, W) CIE a*b*; real or painted, it should be zero outside the mask alike.
    mask: (N, 1, H, W) in {0, 1}. Returns (N, 1, h, w) with h = H // 8 - 2, w = W // 8 - 2, one logit per field of 70
    pixels every 8 pixels. ``width``: channels of the first layer; 48 makes 1.6 M parameters. Raises ValueError for
    smaller pictures.
    """

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        channels = (4, width, 2 * width, 4 * width, 8 * width, 1)
        layers: list[nn.Module] = []
        for inputs, outputs, stride in zip(channels, channels[1:], STRIDES, strict=False):
            layers += [spectral_norm(nn.Conv2d(inputs, outputs, KERNEL, stride, PADDING)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, L: Tensor, ab: Tensor, mask: Tensor) -> Tensor:
        height, width = L.shape[2:]
        if min(height, width) < SMALLEST:
            raise ValueError(f"The discriminator judges pictures from {SMALLEST} pixels on, not {width}x{height}.")
        logits: Tensor = self.layers(torch.cat([L / 50 - 1, ab / 100, mask], dim=1))
        return logits


def touched(mask: Tensor) -> Tensor:
    """Which patches see any of the mask: (N, 1, H, W) in {0, 1} to (N, 1, h, w), the shape of the logits.

    A patch that sees only what stays grey says nothing about colour; as the weight of a loss this leaves it out.
    """
    for stride in STRIDES:  # the largest value of each field, layer by layer as the convolutions see it
        mask = F.max_pool2d(mask, KERNEL, stride, PADDING)
    return mask


def hinge_discriminator(real_logits: Tensor, fake_logits: Tensor, weight: Tensor | None = None) -> Tensor:
    """What the discriminator loses: real patches below 1, painted ones above -1. (N, 1, h, w); 2: knows nothing."""
    return _mean(F.relu(1 - real_logits), weight) + _mean(F.relu(1 + fake_logits), weight)


def hinge_generator(fake_logits: Tensor, weight: Tensor | None = None) -> Tensor:
    """What the generator loses: the discriminator's doubt, (N, 1, h, w) to a scalar; negative when it is fooled."""
    return -_mean(fake_logits, weight)


def _mean(values: Tensor, weight: Tensor | None) -> Tensor:
    return values.mean() if weight is None else (values * weight).sum() / weight.sum().clamp_min(1)
