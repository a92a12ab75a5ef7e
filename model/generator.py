"""The generator: L* + binary mask + colour hints in, chroma out.

A residual U-Net (Ronneberger 2015; He 2016) in two parts. ``encode`` sees only the luminance, down to 1/16, and is
computed once a photo. ``decode`` adds the mask and the hints through a light branch at every scale, thinks globally in
two attention blocks at 1/16 (Vaswani 2017), and comes back up. Three ideas carry the colour:

- *bins*: at 1/4 a distribution over the quantised a*b* plane (Zhang 2016), trained without the mask: vivid where
  regression would average to brown, and the source of suggestions;
- *copy head*: at 1/4 every place may take its colour from the hints by attention over feature similarity and distance,
  or from none of them (a null token): a plain U-Net does not carry a hint to the edges of its object;
- *gate*: at full resolution the chroma is ``gate · coarse + detail``; the gate learns the mask, pixel for pixel.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from model.colour import bin_centres

STRIDE = 16


@dataclass(frozen=True)
class GeneratorConfig:
    """The shape of the network; stored in the weights file, so that a file is enough to build it again."""

    widths: tuple[int, int, int, int] = (32, 64, 128, 256)  # channels at 1/2, 1/4, 1/8, 1/16
    encoder_blocks: tuple[int, int, int, int] = (1, 2, 2, 2)
    decoder_blocks: tuple[int, int, int, int] = (1, 1, 1, 1)
    attention_blocks: int = 2
    copy_features: int = 32
    bins: int = len(bin_centres())

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class Features(NamedTuple):
    """What the encoder knows of a photo at 1/2, 1/4, 1/8 and 1/16, and the photo's size before padding."""

    half: Tensor
    quarter: Tensor
    eighth: Tensor
    sixteenth: Tensor
    size: tuple[int, int]


class Answer(NamedTuple):
    """What a decoder says: ab (N, 2, H, W) CIE a*b*; the bins' logits (N, Q, h, w) at 1/4; their mean (N, 2, h, w),
    a*b* / 100, which is dear enough to be kept."""

    ab: Tensor
    bins: Tensor
    likely: Tensor


class ConvNorm(nn.Sequential):
    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class ResidualBlock(nn.Module):
    """Two convolutions around which the signal passes unchanged (He 2016); in training ``drop_path`` of the pictures
    pass without them (stochastic depth, Huang 2016)."""

    drop_path = 0.0

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = ConvNorm(channels, channels)
        self.second = ConvNorm(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        residual: Tensor = self.second(F.relu(self.first(x)))
        if self.training and self.drop_path:
            kept = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop_path
            residual = residual * (kept / (1 - self.drop_path)).to(residual.dtype)
        return F.relu(x + residual)


class AttentionBlock(nn.Module):
    """Pre-norm self-attention over all places; a depth-wise convolution tells it where things are (Chu 2021)."""

    def __init__(self, channels: int, heads: int = 8) -> None:
        super().__init__()
        self.heads = heads
        self.position = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.norm_attention = nn.LayerNorm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.project = nn.Linear(channels, channels)
        self.norm_mlp = nn.LayerNorm(channels)
        self.mlp = nn.Sequential(nn.Linear(channels, 4 * channels), nn.GELU(), nn.Linear(4 * channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        x = x + self.position(x)
        tokens = x.flatten(2).transpose(1, 2)
        qkv = self.qkv(self.norm_attention(tokens)).view(n, h * w, 3, self.heads, c // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(n, h * w, c)
        tokens = tokens + self.project(mixed)
        thought: Tensor = tokens + self.mlp(self.norm_mlp(tokens))
        return thought.transpose(1, 2).view(n, c, h, w)


class CopyHead(nn.Module):
    """Carries hinted colours to the places they belong to.

    Hints are gathered into tokens on the 1/8 grid; each place at 1/4 attends to at most ``limit`` of them by feature
    similarity minus a learned multiple of the squared distance, or to the null token.
    """

    limit = 128

    def __init__(self, channels: int, features: int) -> None:
        super().__init__()
        self.embed = nn.Conv2d(channels, features, 1)
        self.null = nn.Conv2d(channels, 1, 1)
        self.reach = nn.Parameter(torch.tensor(2.0))
        self.sharpness = nn.Parameter(torch.tensor(1.0))

    def forward(self, x: Tensor, hint_ab: Tensor, hint_mask: Tensor) -> Tensor:
        """x: (N, C, h, w) at 1/4; hint_ab (N, 2, H, W) scaled; hint_mask (N, 1, H, W). Returns (N, 3, h, w):
        the copied a*b* times its confidence, and the confidence 0..1 (one minus the null token's share)."""
        n, _, h, w = x.shape
        mass = F.avg_pool2d(hint_mask, 8)
        found = int((mass > 0).flatten(1).sum(1).max())
        if found == 0:
            return x.new_zeros(n, 3, h, w)
        embedded = self.embed(x).float()
        weight = F.avg_pool2d(hint_mask, 4)
        feature = F.avg_pool2d(embedded * weight, 2) / F.avg_pool2d(weight, 2).clamp_min(1e-6)
        colour = F.avg_pool2d(hint_ab * hint_mask, 8) / mass.clamp_min(1e-6)
        rows = torch.arange(mass.shape[2], device=x.device, dtype=torch.float32)
        columns = torch.arange(mass.shape[3], device=x.device, dtype=torch.float32)
        # Among more cells than the limit a fixed scatter decides, so that what is kept covers the picture evenly.
        scatter = torch.frac(rows[:, None] * 0.7548777 + columns[None] * 0.5698403)
        order = torch.where(mass[:, 0] > 0, 1 + scatter, mass[:, 0]).flatten(1)
        chosen = order.topk(min(found, self.limit), dim=1).indices
        present = mass.flatten(1).gather(1, chosen) > 0
        keys = feature.flatten(2).gather(2, chosen[:, None].expand(-1, feature.shape[1], -1))
        colours = colour.flatten(2).gather(2, chosen[:, None].expand(-1, 2, -1))
        key_row = (torch.div(chosen, mass.shape[3], rounding_mode="floor") + 0.5) * 8
        key_column = (chosen % mass.shape[3] + 0.5) * 8
        side = 4.0 * max(h, w)
        place_row = (torch.arange(h, device=x.device) + 0.5) * 4
        place_column = (torch.arange(w, device=x.device) + 0.5) * 4
        distance = (
            ((place_row[None, :, None] - key_row[:, None]) / side).square()[:, :, None]
            + ((place_column[None, :, None] - key_column[:, None]) / side).square()[:, None]
        ).flatten(1, 2)
        query = F.normalize(embedded, dim=1).flatten(2).transpose(1, 2)
        likeness = query @ F.normalize(keys, dim=1)
        score = 4 * self.sharpness.exp() * likeness - 8 * self.reach.exp() * distance
        score = score.masked_fill(~present[:, None], -1e4)
        null = self.null(x).float().flatten(2).transpose(1, 2)
        share = torch.cat([score, null], dim=2).softmax(2)[:, :, :-1]
        copied = share @ torch.cat([colours, torch.ones_like(colours[:, :1])], dim=1).transpose(1, 2)
        return copied.transpose(1, 2).view(n, 3, h, w)


class Generator(nn.Module):
    """``Generator(L, mask, hint_ab, hint_mask) -> ab, bins`` for any height and width.

    L: (N, 1, H, W) L* in 0..100. mask: (N, 1, H, W) in {0, 1}. hint_ab: (N, 2, H, W) CIE a*b*, zero where nothing is
    asked for; hint_mask: (N, 1, H, W) in {0, 1}. Returns ab (N, 2, H, W) CIE a*b*, about 0 outside the mask, and the
    logits over the a*b* bins (N, Q, ceil(H/16)*4, ceil(W/16)*4), which do not depend on the mask by training.
    """

    centres: Tensor  # (Q, 2) of the bins, a*b* / 100

    def __init__(self, config: GeneratorConfig | None = None) -> None:
        super().__init__()
        self.config = config or GeneratorConfig()
        w2, w4, w8, w16 = self.config.widths
        e2, e4, e8, e16 = self.config.encoder_blocks
        d2, d4, d8, d16 = self.config.decoder_blocks

        def blocks(channels: int, count: int) -> nn.Sequential:
            return nn.Sequential(*(ResidualBlock(channels) for _ in range(count)))

        self.stem = nn.Sequential(nn.PixelUnshuffle(2), ConvNorm(4, w2), nn.ReLU(), blocks(w2, e2))
        self.down4 = nn.Sequential(ConvNorm(w2, w4, stride=2), nn.ReLU(), blocks(w4, e4))
        self.down8 = nn.Sequential(ConvNorm(w4, w8, stride=2), nn.ReLU(), blocks(w8, e8))
        self.down16 = nn.Sequential(ConvNorm(w8, w16, stride=2), nn.ReLU(), blocks(w16, e16))

        self.wish2 = nn.Sequential(nn.PixelUnshuffle(2), ConvNorm(16, w2), nn.ReLU())
        self.wish4 = nn.Sequential(ConvNorm(w2, w2, stride=2), nn.ReLU())
        self.wish8 = nn.Sequential(ConvNorm(w2, w4, stride=2), nn.ReLU())
        self.wish16 = nn.Sequential(ConvNorm(w4, w8, stride=2), nn.ReLU())

        self.merge16 = nn.Sequential(ConvNorm(w16 + w8, w16, 1), nn.ReLU())
        self.think = nn.Sequential(*(AttentionBlock(w16) for _ in range(self.config.attention_blocks)))
        self.blocks16 = blocks(w16, d16)
        self.up8, self.merge8 = ConvNorm(w16, w8, 1), nn.Sequential(ConvNorm(2 * w8 + w4, w8, 1), nn.ReLU())
        self.blocks8 = blocks(w8, d8)
        self.up4, self.merge4 = ConvNorm(w8, w4, 1), nn.Sequential(ConvNorm(2 * w4 + w2, w4, 1), nn.ReLU())
        self.copy = CopyHead(w4, self.config.copy_features)
        self.after_copy = nn.Sequential(ConvNorm(w4 + 3, w4, 1), nn.ReLU())
        self.blocks4 = blocks(w4, d4)
        self.bins = nn.Conv2d(w4, self.config.bins, 1)
        self.trust = nn.Conv2d(w4, 1, 1)
        self.up2 = ConvNorm(w4, w2, 1)
        self.merge2 = nn.Sequential(ConvNorm(2 * w2 + 16 + 2, w2, 1), nn.ReLU())
        self.blocks2 = blocks(w2, d2)
        self.paint = nn.Sequential(nn.Conv2d(w2, 12, 3, padding=1), nn.PixelShuffle(2))
        self.register_buffer("centres", torch.tensor(bin_centres()) / 100, persistent=False)
        nn.init.zeros_(self.trust.weight)
        nn.init.zeros_(self.copy.null.weight)

    def set_drop_path(self, share: float) -> None:
        """Let training skip each residual block in this share of the pictures, 0..1."""
        for module in self.modules():
            if isinstance(module, ResidualBlock):
                module.drop_path = share

    def encode(self, L: Tensor) -> Features:
        """The luminance's features, computed once a photo and passed to every ``decode``."""
        size = (L.shape[2], L.shape[3])
        half = self.stem(_padded(L / 50 - 1))
        quarter = self.down4(half)
        eighth = self.down8(quarter)
        return Features(half, quarter, eighth, self.down16(eighth), size)

    def decode(self, photo: Features, mask: Tensor, hint_ab: Tensor, hint_mask: Tensor) -> Answer:
        """The part of the network that depends on the mask and the hints; see the class for shapes."""
        hint_ab, hint_mask, mask = _padded(hint_ab / 100), _padded(hint_mask), _padded(mask)
        wish = torch.cat([mask, hint_ab, hint_mask], dim=1)
        wish2 = self.wish2(wish)
        wish4 = self.wish4(wish2)
        wish8 = self.wish8(wish4)
        x = self.merge16(torch.cat([photo.sixteenth, self.wish16(wish8)], dim=1))
        x = self.blocks16(self.think(x))
        x = self.merge8(torch.cat([_doubled(self.up8(x)), photo.eighth, wish8], dim=1))
        x = self.blocks8(x)
        x = self.merge4(torch.cat([_doubled(self.up4(x)), photo.quarter, wish4], dim=1))
        copied = self.copy(x, hint_ab, hint_mask)
        x = self.blocks4(self.after_copy(torch.cat([x, copied.to(x.dtype)], dim=1)))
        bins = self.bins(x)
        # The bins learn from their own loss alone: regression through their mean would pull them back to brown.
        likely = mean_chroma(bins.detach(), self.centres)
        trust = torch.sigmoid(self.trust(x).float())
        coarse = likely * (1 - trust * copied[:, 2:]) + trust * copied[:, :2]
        detail = torch.cat([_doubled(self.up2(x)), photo.half, F.pixel_unshuffle(wish, 2), _doubled(coarse)], dim=1)
        painted = self.paint(self.blocks2(self.merge2(detail))).float()
        coarse = F.interpolate(coarse, scale_factor=4, mode="bilinear", align_corners=False)
        ab = 100 * (torch.sigmoid(4 * painted[:, 2:]) * coarse + painted[:, :2])
        height, width = photo.size
        return Answer(ab[:, :, :height, :width], bins, likely)

    def forward(self, L: Tensor, mask: Tensor, hint_ab: Tensor, hint_mask: Tensor) -> tuple[Tensor, Tensor]:
        answer = self.decode(self.encode(L), mask, hint_ab, hint_mask)
        return answer.ab, answer.bins


def mean_chroma(bins: Tensor, centres: Tensor, temperature: float = 1.0) -> Tensor:
    """The annealed mean of a distribution over a*b* bins (Zhang 2016, section 2.3).

    bins: (N, Q, h, w) logits; centres: (Q, 2). Returns (N, 2, h, w) in the units of the centres. A temperature below 1
    sharpens: more vivid, less averaged.
    """
    # The channel goes last, where a channels-last tensor already has it: softmax over dimension 1 would copy twice.
    logits = bins.permute(0, 2, 3, 1).float()
    likely = (logits if temperature == 1 else logits / temperature).softmax(-1) @ centres
    return likely.permute(0, 3, 1, 2)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def _padded(x: Tensor) -> Tensor:
    """Replicate the right and bottom edges up to a multiple of the stride."""
    bottom, right = -x.shape[2] % STRIDE, -x.shape[3] % STRIDE
    return F.pad(x, (0, right, 0, bottom), mode="replicate") if bottom or right else x
