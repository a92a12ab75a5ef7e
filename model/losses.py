"""Loss functions, pure: tensors in, a scalar out."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def masked_huber(
    ab: Tensor, target: Tensor, mask: Tensor, *, delta: float = 0.05, outside_delta: float = 0.01, outside: float = 1.0
) -> Tensor:
    """Huber loss on a*b*/100, inside and outside the mask each averaged over its own pixels.

    ab, target: (N, 2, H, W) CIE a*b*; mask: (N, 1, H, W). Outside the target is no colour at all. Without the separate
    averages a small mask would be drowned by the grey around it; with one delta a leak of a few units would lie in the
    flat bottom of the parabola, so outside it is five times narrower.
    """
    wrong = F.huber_loss(ab / 100, target / 100, delta=delta, reduction="none").sum(1, keepdim=True) / delta
    leaked = F.huber_loss(ab / 100, torch.zeros_like(ab), delta=outside_delta, reduction="none").sum(1, keepdim=True)
    inside = (wrong * mask).sum() / mask.sum().clamp_min(1)
    beyond = (leaked * (1 - mask)).sum() / (1 - mask).sum().clamp_min(1) / outside_delta
    return inside + outside * beyond


def soft_bins(ab: Tensor, centres: Tensor, *, neighbours: int = 5, sigma: float = 5.0) -> tuple[Tensor, Tensor]:
    """The soft encoding of colours as bins (Zhang 2016, section 2.1).

    ab: (M, 2) CIE a*b*; centres: (Q, 2). Returns the nearest bins (M, neighbours) and their weights, which sum to 1.
    """
    distance, index = torch.cdist(ab, centres).topk(neighbours, dim=1, largest=False)
    weight = torch.exp(-distance.square() / (2 * sigma**2))
    return index, weight / weight.sum(1, keepdim=True).clamp_min(1e-12)


class SoftBins:
    """:func:`soft_bins` by look-up in a table of whole a*b* numbers: finding the nearest of hundreds of bins for every
    pixel of a batch costs more than the loss itself."""

    def __init__(self, centres: Tensor) -> None:
        """centres: (Q, 2) CIE a*b*; the table lives where they do."""
        self._reach = int(centres.abs().max()) + 20
        steps = torch.arange(-self._reach, self._reach + 1, device=centres.device, dtype=centres.dtype)
        self._index, self._weight = soft_bins(torch.cartesian_prod(steps, steps), centres)

    def __call__(self, ab: Tensor) -> tuple[Tensor, Tensor]:
        """ab: (M, 2). Returns bins and weights, (M, neighbours) each."""
        place = ab.round().clamp(-self._reach, self._reach).long() + self._reach
        row = place[:, 0] * (2 * self._reach + 1) + place[:, 1]
        return self._index[row], self._weight[row]


def bin_cross_entropy(logits: Tensor, ab: Tensor, encode: SoftBins, balance: Tensor, natural: Tensor) -> Tensor:
    """Rebalanced cross-entropy of the bins (Zhang 2016, section 2.2).

    logits: (N, Q, h, w); ab: (N, 2, h, w) the target at the bins' resolution, everywhere (the bins know no mask);
    encode: the bins; balance: (Q,) class weights; natural: (N,) bool, photos whose hues are real.
    """
    _, q, h, w = logits.shape
    flat = logits.permute(0, 2, 3, 1).reshape(-1, q).float().log_softmax(1)
    index, weight = encode(ab.permute(0, 2, 3, 1).reshape(-1, 2))
    entropy = -(flat.gather(1, index) * weight).sum(1)
    importance = balance[index[:, 0]] * natural.to(flat.dtype).repeat_interleave(h * w)
    return (entropy * importance).sum() / importance.sum().clamp_min(1)


def bin_balance(counts: Tensor, *, mix: float = 0.5, cap: float = 2.5) -> Tensor:
    """Class weights from the bins' frequencies: 1/((1-mix)·p + mix/Q), mean 1 over the data, at most ``cap``.

    Softer than the paper's, whose weights (up to a hundred) turn whites yellow on small sets.
    """
    p = counts / counts.sum()
    weight = 1 / ((1 - mix) * p + mix / len(p))
    weight = weight / (weight * p).sum()
    weight = weight.clamp(max=cap)
    return weight / (weight * p).sum()
