"""What age does to the light: every kind of damage does what its name says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from model.degradation import blurred, compressed, degraded


def test_blur_is_opencvs() -> None:
    plane = torch.rand(3, 1, 40, 50) * 100
    sigma = torch.tensor([0.4, 0.8, 1.2]).view(3, 1, 1, 1)
    ours = blurred(plane, sigma)
    for i in range(3):
        theirs = cv2.GaussianBlur(plane[i, 0].numpy(), (9, 9), float(sigma[i]), borderType=cv2.BORDER_REPLICATE)
        assert np.abs(ours[i, 0].numpy() - theirs).max() < 1e-3


@pytest.mark.parametrize("quality", [30, 60, 85])
def test_compression_is_jpegs(quality: int) -> None:
    coarse = np.random.default_rng(0).uniform(20, 80, (9, 11)).astype(np.float32)
    L = cv2.resize(coarse, (88, 72), interpolation=cv2.INTER_CUBIC).clip(0, 100)
    codes = np.rint(L * 2.55).astype(np.uint8)
    encoded = cv2.imencode(".jpg", codes, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    theirs = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE).astype(np.float32) / 2.55
    ours = compressed(torch.from_numpy(codes / np.float32(2.55))[None, None], torch.full((1, 1, 1, 1), float(quality)))
    apart = np.abs(ours[0, 0].numpy() - theirs)
    # Codes are rounded before and after, and a coefficient halfway between two steps may go either way.
    assert np.percentile(apart, 90) < 0.6
    assert apart.mean() < 0.5 * np.abs(theirs - L).mean()


@pytest.mark.parametrize("size", [(32, 32), (33, 50), (7, 9)])
def test_damage_is_bounded_and_repeatable(size: tuple[int, int]) -> None:
    L = torch.rand(16, 1, *size) * 100
    first, again, other = (degraded(torch.Generator().manual_seed(seed), L) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.shape == L.shape
    assert first.min() >= 0
    assert first.max() <= 100
    changed = (first - L).abs().flatten(1).amax(1) > 0.5
    assert 8 <= changed.sum() <= 16
