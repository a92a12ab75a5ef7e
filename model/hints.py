"""Simulated colour hints for training: where a user might dab, with the colour the photo has there.

Half of the images get none: what to do unasked is the harder lesson. The others get a few, sometimes a hundred, rarely
everything. Besides square dabs there are *strokes* of one colour, which is what painting with a swatch lays down.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from model.masks import sample

NONE, FEW, MANY = 0.50, 0.26, 0.22  # shares of the images; what is left gets everything
MOST = 150
LARGEST_DAB = 9  # px
STROKED = 0.15  # of the images with some hints
MOST_STROKES = 3
ALIKE = 12.0  # ΔE in a*b* within which a stroke's pixels count as one object


def hint_count(generator: torch.Generator, n: int) -> Tensor:
    """How many dabs each of ``n`` images gets, (n,) int64 in 0..150; -1 means every pixel.

    Half get none, 26 % geometric (p = 1/8) from 1, 22 % log-uniform in 1..150, 2 % everything.
    """
    share, number = torch.rand(2, n, generator=generator, device=generator.device)
    few = 1 + torch.log1p(-number).div(math.log1p(-1 / 8)).floor().clamp_max(MOST - 1)
    many = torch.exp(number * math.log(MOST + 1)).floor().clamp_max(MOST)
    count = torch.where(share < NONE + FEW, few, many).long()
    count = torch.where(share < NONE, 0, count)
    return torch.where(share < NONE + FEW + MANY, count, -1)


def sample_hints(generator: torch.Generator, ab: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Draw hints inside the masks from the true chroma, on the generator's device.

    ab: (N, 2, h, w) float32 CIE a*b*; mask: (N, 1, h, w) float32 in {0, 1}. Returns hint_ab (N, 2, h, w) float32, zero
    where nothing is asked for, and hint_mask (N, 1, h, w) float32 in {0, 1}.
    """
    count = hint_count(generator, len(ab))
    stroked = (count > 0) & (torch.rand(len(ab), generator=generator, device=ab.device) < STROKED)
    hint_ab, hint_mask = ab.new_zeros(ab.shape), mask.new_zeros(mask.shape)
    _dab(generator, ab, torch.where(stroked, 0, count), hint_ab, hint_mask)
    for places, draw in ((stroked.nonzero()[:, 0], _strokes), ((count < 0).nonzero()[:, 0], _everything)):
        if len(places):
            hint_ab[places], hint_mask[places] = draw(generator, ab[places], mask[places])
    hint_mask *= mask
    hint_ab *= mask
    return hint_ab, hint_mask


def _everything(_generator: torch.Generator, ab: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    return ab, mask


def _dab(generator: torch.Generator, ab: Tensor, count: Tensor, hint_ab: Tensor, hint_mask: Tensor) -> None:
    """Write ``count`` (N,) square dabs an image, each the mean of its patch; where dabs overlap, the last one wins."""
    n, _, height, width = ab.shape
    device = ab.device
    image = (torch.arange(MOST, device=device) < count[:, None]).nonzero()[:, 0]
    row, column = (
        (torch.rand(len(image), generator=generator, device=device) * length).long().clamp_max(length - 1)
        for length in (height, width)
    )
    side = torch.randint(1, LARGEST_DAB + 1, (len(image), 1), generator=generator, device=device)
    offset = torch.arange(LARGEST_DAB, device=device)
    rows, columns = row[:, None] + offset, column[:, None] + offset
    inside = ((offset < side) & (rows < height))[:, :, None] & ((offset < side) & (columns < width))[:, None, :]
    pixel = (rows.clamp_max(height - 1)[:, :, None] * width + columns.clamp_max(width - 1)[:, None, :]).flatten(1)
    inside = inside.flatten(1)
    chroma = ab.flatten(2)[image[:, None], :, pixel]  # (dabs, 81, 2)
    mean = (chroma * inside[..., None]).sum(dim=1) / inside.sum(dim=1, keepdim=True)
    number = torch.arange(1, len(image) + 1, device=device)[:, None].expand_as(pixel)
    place = image[:, None] * (height * width) + pixel
    last = torch.zeros(n * height * width, dtype=torch.int64, device=device)
    last.scatter_reduce_(0, place.flatten(), (number * inside).flatten(), "amax")
    dab, position = ((last[place] == number) & inside).nonzero(as_tuple=True)
    hint_ab.flatten(2)[image[dab], :, pixel[dab, position]] = mean[dab]
    hint_mask.view(-1)[place[dab, position]] = 1


def _strokes(generator: torch.Generator, ab: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """One to three strokes an image; each pixel is asked to have the stroke's colour, its target's mean.

    A person brushes within one object, the mean of a sky and a roof is nobody's wish: of a stroke only the pixels
    coloured like one of them, drawn at random, remain.
    """
    n, _, height, width = ab.shape
    device = ab.device
    strokes = sample("brush", generator, n * MOST_STROKES, height, width).view(n, MOST_STROKES, height, width)
    shown = torch.randint(1, MOST_STROKES + 1, (n, 1), generator=generator, device=device)
    shown = torch.arange(MOST_STROKES, device=device) < shown
    strokes &= (mask > 0.5) & shown[..., None, None]
    lots = torch.rand(strokes.shape, generator=generator, device=device) * strokes
    anchor = lots.flatten(2).argmax(dim=2)  # (n, strokes)
    hint_ab, hint_mask = ab.new_zeros(ab.shape), mask.new_zeros(mask.shape)
    for stroke in range(MOST_STROKES):
        place = anchor[:, stroke, None, None].expand(-1, 2, 1)
        colour = ab.flatten(2).gather(2, place)[..., None]
        alike = strokes[:, stroke, None] & ((ab - colour).square().sum(dim=1, keepdim=True) < ALIKE**2)
        mean = (ab * alike).sum(dim=(2, 3), keepdim=True) / alike.sum(dim=(2, 3), keepdim=True).clamp_min(1)
        hint_ab = torch.where(alike, mean, hint_ab)
        hint_mask = torch.where(alike, 1.0, hint_mask)
    return hint_ab, hint_mask
