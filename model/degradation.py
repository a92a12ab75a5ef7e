"""What age and scanners do to the light of a photo: fade, tone, blur, grain, JPEG. In torch, a whole batch at once."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

BLUR_REACH = 4  # pixels; three times the largest sigma, and a little

# The luminance quantisation table of ITU-T T.81 (JPEG), Annex K.1.
_QUANTISATION = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)


def degraded(generator: torch.Generator, L: Tensor) -> Tensor:
    """``L`` (N,1,H,W) L* 0..100 with each kind of damage in about half of the pictures; the same shape and range."""
    n = len(L)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, 1, 1, 1, generator=generator, device=L.device)

    low, high = uniform(0, 20), uniform(80, 100)
    toned = (L / 100).clamp(1e-4, 1) ** uniform(0.7, 1.4) * (high - low) + low
    L = torch.where(uniform(0, 1) < 0.5, toned, L)
    L = torch.where(uniform(0, 1) < 0.4, blurred(L, uniform(0.3, 1.2)), L)
    grain = torch.randn(L.shape, generator=generator, device=L.device) * uniform(0.5, 6)
    L = torch.where(uniform(0, 1) < 0.5, L + grain, L).clamp(0, 100)
    return torch.where(uniform(0, 1) < 0.4, compressed(L, uniform(25, 85)), L)


def blurred(planes: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian blur of (N,1,H,W), each picture by its own ``sigma`` (N,1,1,1) in pixels."""
    n, _, h, w = planes.shape
    steps = torch.arange(-BLUR_REACH, BLUR_REACH + 1, device=planes.device, dtype=planes.dtype)
    kernel = torch.exp(-0.5 * (steps / sigma.view(n, 1)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).view(n, 1, 1, -1)
    stacked = F.pad(planes.view(1, n, h, w), (BLUR_REACH,) * 4, mode="replicate")
    across = F.conv2d(stacked, kernel, groups=n)
    return F.conv2d(across, kernel.transpose(2, 3), groups=n).view(n, 1, h, w)


def compressed(L: Tensor, quality: Tensor) -> Tensor:
    """What JPEG compression of ``quality`` (N,1,1,1) 1..100 leaves of ``L`` (N,1,H,W) L* 0..100 (ITU-T T.81, A.3)."""
    n, _, height, width = L.shape
    table = torch.tensor(_QUANTISATION, dtype=L.dtype, device=L.device)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    step = ((table * scale + 50) / 100).floor().clamp(1, 255).view(n, 1, 1, 8, 8)
    index = torch.arange(8, dtype=L.dtype, device=L.device)
    cosine = torch.cos((2 * index[None] + 1) * index[:, None] * math.pi / 16) / 2
    cosine[0] /= math.sqrt(2)
    codes = F.pad(L * 2.55 - 128, (0, -width % 8, 0, -height % 8), mode="replicate")
    rows, columns = codes.shape[2] // 8, codes.shape[3] // 8
    blocks = codes.view(n, rows, 8, columns, 8).transpose(2, 3)
    coefficients = cosine @ blocks @ cosine.T
    coefficients = (coefficients / step).round() * step
    blocks = cosine.T @ coefficients @ cosine
    codes = blocks.transpose(2, 3).reshape(n, 1, rows * 8, columns * 8)[..., :height, :width]
    return ((codes + 128) / 2.55).clamp(0, 100)
