"""Training batches, made on the device that trains: crops, recolouring, masks, hints, what age does to a photo.

Everything a batch holds follows from (seed, rank, step): a resumed run sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

import hashlib
import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from model.colour_torch import rgb_to_lab
from model.dataset import MAP_SCALE, PhotoCache
from model.degradation import degraded
from model.hints import sample_hints
from model.masks import sample, sample_masks

SMALLEST_EXTENT = 0.55  # of the short side
RECOLOURED = 0.12  # of the crops
DEGRADED = 0.3


class Batch(NamedTuple):
    """L (N,1,S,S) L* 0..100 as the network sees it, degraded or not; ab (N,2,S,S) CIE a*b*, the target; mask, hint_ab,
    hint_mask as in the generator; natural (N,) bool: False where hues were moved and say nothing about the world."""

    L: Tensor
    ab: Tensor
    mask: Tensor
    hint_ab: Tensor
    hint_mask: Tensor
    natural: Tensor


class BatchMaker:
    """Draws batches from a cache. On a GPU the whole cache lives there; on a CPU it stays on disk, mapped."""

    def __init__(
        self, cache: PhotoCache, device: torch.device, seed: int, *, rank: int = 0, plain: bool = False
    ) -> None:
        """``plain``: only crops under one of the ten masks of 2018, nothing recoloured, aged or hinted at."""
        self.cache, self.device, self.seed, self.rank, self.plain = cache, device, seed, rank, plain
        self._pixels, self._cells, self._objects = (
            torch.from_numpy(plane).to(device) for plane in (cache.pixels, cache.cell_maps, cache.object_maps)
        )
        self._starts, self._map_starts = cache.offsets.tolist(), cache.map_offsets.tolist()
        self._sizes = cache.sizes.tolist()
        self._weights: dict[int, Tensor] = {}

    def make(self, step: int, count: int, side: int) -> Batch:
        """The batch of one training step: ``count`` crops of ``side``²."""
        generator = torch.Generator(self.device)
        generator.manual_seed(mixed(self.seed, self.rank, step))
        rgb, cells, objects = self._crops(generator, count, side)
        lab = rgb_to_lab(rgb.float() / 255)
        L, ab = lab[:, :1].contiguous(), lab[:, 1:].contiguous()
        if self.plain:
            mask = sample("2018", generator, count, side, side)[:, None].float()
            none = torch.zeros_like(ab)
            return Batch(L, ab, mask, none, none[:, :1], torch.ones(count, dtype=torch.bool, device=self.device))
        mask = sample_masks(generator, count, side, side, cells=cells, objects=objects)
        moved_ab, moved = _recoloured(generator, ab)
        hint_ab, hint_mask = sample_hints(generator, moved_ab, mask)
        for _ in range(5):  # nobody can guess a new colour without a hint on it
            lost = _unannounced(moved, mask, hint_mask)
            if not len(lost):
                break
            hint_ab[lost], hint_mask[lost] = sample_hints(generator, moved_ab[lost], mask[lost])
        else:
            lost = _unannounced(moved, mask, hint_mask)
            moved_ab[lost], moved[lost], hint_ab[lost], hint_mask[lost] = ab[lost], 0, 0, 0
        aged = (torch.rand(count, generator=generator, device=self.device) < DEGRADED).nonzero()[:, 0]
        if len(aged):
            L[aged] = degraded(generator, L[aged])
        return Batch(L, moved_ab, mask, hint_ab, hint_mask, ~moved.flatten(1).any(dim=1))

    def _crops(self, generator: torch.Generator, count: int, side: int) -> tuple[Tensor, Tensor, Tensor]:
        """Random squares of 55–100 % of the short side, mirrored half the time, resized to ``side``: rgb (N,3,S,S)
        uint8, cells and objects (N,S,S) uint8. Hardly ever enlarged: blurred crops teach little."""
        if side not in self._weights:
            self._weights[side] = torch.from_numpy(self.cache.weights_for(side)).to(self.device)
        chosen = torch.multinomial(self._weights[side], count, replacement=True, generator=generator).tolist()
        draws = torch.rand(count, 4, generator=generator, device=self.device).tolist()
        squares: list[Tensor] = []
        cell_maps: list[Tensor] = []
        object_maps: list[Tensor] = []
        for photo, (share, down, right, mirror) in zip(chosen, draws, strict=True):
            height, width = self._sizes[photo]
            short = min(height, width)
            least = max(SMALLEST_EXTENT * short, min(short, 0.9 * side))
            extent = int(least + share * (short - least))
            top, left = int(down * (height - extent + 1)), int(right * (width - extent + 1))
            start = 3 * self._starts[photo]
            rgb = self._pixels[start : start + 3 * height * width].view(height, width, 3)
            square = rgb[top : top + extent, left : left + extent].permute(2, 0, 1)[None]
            if self.device.type != "cpu":
                square = square.float()  # only the CPU resizes bytes
            square = F.interpolate(square, (side, side), mode="bilinear", antialias=True)
            squares.append(square.flip(3) if mirror < 0.5 else square)
            for planes, stored in ((cell_maps, self._cells), (object_maps, self._objects)):
                labels = self._map(stored, photo, top, left, extent)
                labels = F.interpolate(labels[None, None], (side, side), mode="nearest-exact")[:, 0]
                planes.append(labels.flip(2) if mirror < 0.5 else labels)
        return torch.cat(squares), torch.cat(cell_maps), torch.cat(object_maps)

    def _map(self, stored: Tensor, photo: int, top: int, left: int, extent: int) -> Tensor:
        height, width = (-(-each // MAP_SCALE) for each in self._sizes[photo])
        start = self._map_starts[photo]
        whole = stored[start : start + height * width].view(height, width)
        row, column, length = (each // MAP_SCALE for each in (top, left, extent + 1))
        return whole[row : row + length, column : column + length]


def mixed(*numbers: int) -> int:
    """One well-mixed 63-bit seed of several numbers."""
    digest = hashlib.blake2b("/".join(map(str, numbers)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def _unannounced(moved: Tensor, mask: Tensor, hint_mask: Tensor) -> Tensor:
    """The indices of crops with a moved colour inside the mask of which no hint tells."""

    def seen(plane: Tensor) -> Tensor:
        return (plane > 0.5).flatten(1).any(dim=1)

    return (seen(moved * mask) & ~seen(moved * hint_mask)).nonzero()[:, 0]


def _recoloured(generator: torch.Generator, ab: Tensor) -> tuple[Tensor, Tensor]:
    """In some crops turn the hue of one colour (or, less often, of all) and make greys coloured, by one shift.

    So hints are obeyed where the world disagrees, and yet stay with their own object: its neighbours keep their
    colours. Returns the new ab and how much of the change each pixel got, (N,1,S,S) 0..1.
    """
    moved = torch.zeros_like(ab[:, :1])
    chosen = (torch.rand(len(ab), generator=generator, device=ab.device) < RECOLOURED).nonzero()[:, 0]
    if not len(chosen):
        return ab, moved
    some = ab[chosen]
    n, _, h, w = some.shape

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=generator, device=ab.device)

    place = torch.randint(h * w, (n, 1, 1), generator=generator, device=ab.device)
    away = some - some.flatten(2).gather(2, place.expand(-1, 2, -1))[..., None]
    near = torch.sigmoid((uniform(8, 20, n, 1, 1, 1) - torch.hypot(away[:, :1], away[:, 1:])) / 3)
    near = torch.where(uniform(0, 1, n, 1, 1, 1) > 0.85, torch.ones_like(near), near)
    angle, shift = uniform(0.3, 2 * math.pi - 0.3, n), uniform(-30, 30, n, 2)
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()], 1), torch.stack([angle.sin(), angle.cos()], 1)], 1)
    target = torch.einsum("nij,njhw->nihw", turn, some) + shift[..., None, None]
    new = ab.clone()
    new[chosen], moved[chosen] = some + near * (target.clamp(-100, 100) - some), near
    return new, moved
