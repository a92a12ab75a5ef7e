"""Simulated colour hints for training: where a user might dab, with the colour the photo has there.

Half of the images get none: what to do unasked is the harder lesson. The others get a few, sometimes a hundred, rarely
everything. Besides square dabs there are *strokes* of one colour, which is what painting with a swatch lays down.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from model.masks import brush

Float = NDArray[np.float32]


def hint_count(rng: np.random.Generator) -> int:
    """How many dabs an image gets; -1 means every pixel."""
    draw = rng.random()
    if draw < 0.50:
        return 0
    if draw < 0.76:
        return int(rng.geometric(1 / 8))
    if draw < 0.98:
        return int(math.exp(rng.uniform(0, math.log(150))))
    return -1


def sample_hints(rng: np.random.Generator, ab: Float, mask: NDArray[np.uint8]) -> tuple[Float, Float]:
    """Draw hints inside ``mask`` from the true chroma.

    ab: (2, h, w) CIE a*b*; mask: (h, w) in {0, 1}. Returns hint_ab (2, h, w), zero where nothing is asked for, and
    hint_mask (h, w) float32 in {0, 1}.
    """
    _, height, width = ab.shape
    hint_ab = np.zeros_like(ab)
    hint_mask = np.zeros((height, width), np.float32)
    count = hint_count(rng)
    if count < 0:
        return ab * mask, mask.astype(np.float32)
    if count and rng.random() < 0.15:
        _stroke_hint(rng, ab, hint_ab, hint_mask)
    else:
        for _ in range(count):
            side = int(rng.integers(1, 10))
            top, left = int(rng.integers(0, height)), int(rng.integers(0, width))
            patch = np.s_[top : top + side, left : left + side]
            hint_ab[:, *patch] = ab[:, *patch].mean(axis=(1, 2), keepdims=True)
            hint_mask[patch] = 1
    hint_mask *= mask
    hint_ab *= hint_mask
    return hint_ab, hint_mask


def _stroke_hint(rng: np.random.Generator, ab: Float, hint_ab: Float, hint_mask: Float) -> None:
    """Lay one to three strokes; each pixel is asked to have the stroke's colour, its target's mean."""
    for _ in range(int(rng.integers(1, 4))):
        stroke = brush(rng, *hint_mask.shape).astype(bool)
        anchor = tuple(int(rng.integers(0, side)) for side in hint_mask.shape)
        alike = np.hypot(*(ab - ab[:, anchor[0], anchor[1]][:, None, None])) < 12
        stroke &= alike  # a person brushes within one object; the mean of a sky and a roof is nobody's wish
        if stroke.any():
            hint_ab[:, stroke] = ab[:, stroke].mean(axis=1, keepdims=True)
            hint_mask[stroke] = 1
