"""Filling outlines in a whole batch of masks at once, on any device.

An outline crosses each row of pixels a few times. Each crossing adds or takes one from the winding number of everything
to its right; a running sum along the rows then tells inside from outside.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def inside(size: tuple[int, int, int], owner: Tensor, at: Tensor, step: Tensor) -> Tensor:
    """Fill what outlines enclose: bool of ``size`` (count, height, width), by the non-zero winding rule at the pixels'
    centres.

    owner: (edges,) the mask each edge belongs to; at: (edges, height) the column, px, at which it crosses each row;
    step: the same shape, int32, +1 where it enters the outline, -1 where it leaves, 0 where it misses the row.
    """
    count, height, width = size
    winding = torch.zeros(count, height, width + 1, dtype=torch.int32, device=at.device)
    line = owner[:, None] * height + torch.arange(height, device=at.device)
    crossed = (at - 0.5).ceil().clamp(0, width).long() + line * (width + 1)
    winding.view(-1).scatter_add_(0, crossed.flatten(), step.flatten())
    return winding.cumsum(dim=2, dtype=torch.int32)[..., :width] != 0


def filled(size: tuple[int, int, int], owner: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """The union of convex shapes given as row intervals: (shapes, height) px, empty where left ≥ right."""
    one = torch.ones(left.shape, dtype=torch.int32, device=left.device)
    return inside(size, owner.repeat(2), torch.cat([left, torch.maximum(left, right)]), torch.cat([one, -one]))


def crossings(outlines: Tensor, height: int) -> tuple[Tensor, Tensor]:
    """Where the edges of polygons cross the rows, and which way, as ``inside`` takes them.

    outlines: (polygons, corners, 2) row and column, px, the last corner the first again.
    """
    y, x = outlines[..., :1], outlines[..., 1:]
    slope = (x[:, 1:] - x[:, :-1]) / _away_from_zero(y[:, 1:] - y[:, :-1])
    at = x[:, :-1] + slope * (_centres(height, y.device) - y[:, :-1])
    below = (y <= _centres(height, y.device)).int()
    return at.flatten(0, 1), (below[:, :-1] - below[:, 1:]).flatten(0, 1)


def discs(centre: Tensor, radius: Tensor, height: int) -> tuple[Tensor, Tensor]:
    """Row intervals (discs, height) of discs; centre: (discs, 2) row and column, radius: (discs, 1), px."""
    squared = radius**2 - (_centres(height, centre.device) - centre[:, :1]) ** 2
    reach = torch.where(squared > 0, squared.clamp_min(0).sqrt(), -math.inf)
    return centre[:, 1:] - reach, centre[:, 1:] + reach


def boxes(centre: Tensor, extent: Tensor, height: int) -> tuple[Tensor, Tensor]:
    """Row intervals of upright rectangles; extent: (boxes, 2) half the height and half the width, px."""
    hit = (_centres(height, centre.device) - centre[:, :1]).abs() <= extent[:, :1]
    reach = torch.where(hit, extent[:, 1:], -math.inf)
    return centre[:, 1:] - reach, centre[:, 1:] + reach


def ovals(centre: Tensor, extent: Tensor, angle: Tensor, height: int) -> tuple[Tensor, Tensor]:
    """Row intervals of ellipses with these half axes, turned by ``angle`` (ovals, 1): the roots of a quadratic."""
    weight = extent.clamp_min(1e-2) ** -2
    tall, wide, sine, cosine = weight[:, :1], weight[:, 1:], angle.sin(), angle.cos()
    across = wide * cosine**2 + tall * sine**2
    mixed, down = sine * cosine * (wide - tall), wide * sine**2 + tall * cosine**2
    y = _centres(height, centre.device) - centre[:, :1]
    squared = across + (mixed**2 - across * down) * y**2
    reach = torch.where(squared > 0, squared.clamp_min(0).sqrt(), -math.inf) / across
    middle = centre[:, 1:] - mixed / across * y
    return middle - reach, middle + reach


def capsules(start: Tensor, end: Tensor, radius: Tensor, height: int) -> tuple[Tensor, Tensor]:
    """Row intervals of round-ended segments; start, end: (segments, 2) row and column, radius: (segments,), px."""
    radius = radius[:, None]
    length = (end - start).norm(dim=1, keepdim=True)
    direction = _away_from_zero((end - start) / length.clamp_min(1e-6))
    down, right = direction[:, :1], direction[:, 1:]
    y = _centres(height, start.device) - start[:, :1]
    # Between its ends a capsule is where two strips meet: one along the segment, one across it.
    near, far = -down / right * y, length / right - down / right * y
    axis, reach = right / down * y, radius / down.abs()
    body_left = torch.maximum(torch.minimum(near, far), axis - reach) + start[:, 1:]
    body_right = torch.minimum(torch.maximum(near, far), axis + reach) + start[:, 1:]
    body = body_left < body_right
    first, last = discs(start, radius, height), discs(end, radius, height)
    left = torch.minimum(torch.where(body, body_left, math.inf), torch.minimum(first[0], last[0]))
    right = torch.maximum(torch.where(body, body_right, -math.inf), torch.maximum(first[1], last[1]))
    return left, right


def _centres(length: int, device: torch.device) -> Tensor:
    return torch.arange(length, dtype=torch.float32, device=device) + 0.5


def _away_from_zero(numbers: Tensor) -> Tensor:
    return torch.where(numbers.abs() < 1e-4, 1e-4, numbers)
