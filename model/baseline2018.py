"""The seed of Huebrush, kept trainable: the course experiment "colorization-masks-gans" (IMPA, 2018).

A U-Net and a discriminator, both conditioned on a binary mask, that paint the chroma U, V of YUV. Layers, their first
weights, losses, scaling and the optimiser are those of the experiment. What differs:

- our batches are CIE L* and a*b*, so they are converted through sRGB codes and back. Of a photo the app knows only L*:
  the luma Y that the networks see is that of the *grey picture* with this L* (R' = G' = B'), in training as well;
- the experiment painted with batch norms in training mode, every picture normalised by itself. Here they keep running
  statistics, and the norm that the two stems share keeps them for each stem, since grey and mask have little in common;
- sizes other than 224²: the generator pads and crops, the discriminator resamples its last map to 7x7;
- the masks of a batch are as the trainer draws them, one a picture; there, the ten were taken in turn, one a batch.

Everywhere here ``Y`` is (N, 1, H, W) luma in 0..1 and ``uv`` (N, 2, H, W) U / 0.436 and V / 0.615, so ±1, the range of
the generator's tanh. The YUV is BT.601's, of gamma-encoded sRGB.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from model.checkpoint import WeightsError, read_header, save_tensors
from model.colour_torch import L_to_grey, lab_to_rgb, rgb_to_grey, rgb_to_lab
from model.device import choose_device

Float = NDArray[np.float32]

FORMAT = "huebrush-baseline2018-1"
STRIDE = 32
WIDTHS = (64, 128, 256, 512, 512)
STEM = 16
FIELD = 7  # the side of the last map at 224²
PIXEL_WEIGHT = 1000.0
RED, GREEN, BLUE = 0.299, 0.587, 0.114  # BT.601


# --- colour -----------------------------------------------------------------------------------------------------------


def lab_to_yuv(L: Tensor, ab: Tensor) -> tuple[Tensor, Tensor]:
    """L (N, 1, H, W) L* 0..100 and ab (N, 2, H, W) CIE a*b* as (Y, uv); out-of-gamut colours are clipped in sRGB.

    This Y is the colour's own luma; the networks are shown :func:`model.colour_torch.L_to_grey` of L instead.
    """
    r, g, b = lab_to_rgb(torch.cat([L, ab], dim=1)).unbind(1)
    y = RED * r + GREEN * g + BLUE * b
    return y[:, None], torch.stack([(b - y) / (1 - BLUE), (r - y) / (1 - RED)], dim=1)


def yuv_to_ab(Y: Tensor, uv: Tensor) -> Tensor:
    """(Y, uv) as CIE a*b* (N, 2, H, W); out-of-range colours are clipped in sRGB, as the experiment did."""
    return rgb_to_lab(_yuv_to_rgb(Y, uv))[:, 1:]


def luma(L: Tensor, uv: Tensor) -> Tensor:
    """The Y with which ``uv`` has the lightness L (N, 1, H, W) L* 0..100.

    A saturated colour has less luma than the grey of its lightness: taking the grey's would move the a*b* of a perfect
    uv by 2 on average over the sRGB cube, by 30 at worst. Each round makes up for what is left; three leave 0.2.
    """
    grey = L_to_grey(L)
    Y = grey
    for _ in range(3):
        Y = Y + grey - rgb_to_grey(_yuv_to_rgb(Y, uv))
    return Y


def _yuv_to_rgb(Y: Tensor, uv: Tensor) -> Tensor:
    b, r = Y + (1 - BLUE) * uv[:, :1], Y + (1 - RED) * uv[:, 1:]
    return torch.cat([r, (Y - RED * r - BLUE * b) / GREEN, b], dim=1).clamp(0, 1)


# --- networks ---------------------------------------------------------------------------------------------------------


class Down(nn.Sequential):
    """Half the size: 3x3 convolution, batch norm, LeakyReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        convolution = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
        super().__init__(convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1))


class Up(nn.Sequential):
    """Twice the size: transposed 3x3 convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(_doubling(inputs, outputs), nn.BatchNorm2d(outputs), nn.ReLU())


class Generator2018(nn.Module):
    """``Generator2018(Y, mask) -> uv`` for any height and width; 7.84 M parameters.

    Y: (N, 1, H, W) luma 0..1 of the grey picture; mask: (N, 1, H, W) in {0, 1}. Returns uv (N, 2, H, W) in ±1, about 0
    outside the mask. Training at 32² needs at least two pictures, for the batch norms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem_grey = nn.Conv2d(1, STEM, 3, padding=1, bias=False)
        self.stem_mask = nn.Conv2d(1, STEM, 3, padding=1, bias=False)
        self.norm_grey = nn.BatchNorm2d(STEM, affine=False)
        self.norm_mask = nn.BatchNorm2d(STEM, affine=False)
        self.scale, self.shift = nn.Parameter(torch.ones(STEM, 1, 1)), nn.Parameter(torch.zeros(STEM, 1, 1))
        self.down = nn.ModuleList(Down(*pair) for pair in pairwise((2 * STEM, *WIDTHS)))
        self.up = nn.ModuleList(Up(*pair) for pair in pairwise(WIDTHS[::-1]))
        self.paint = _doubling(WIDTHS[0], 2)
        _initialised(self)

    def forward(self, Y: Tensor, mask: Tensor) -> Tensor:
        height, width = Y.shape[2:]
        grey = self.norm_grey(self.stem_grey(_padded(Y - 0.5)))
        wish = self.norm_mask(self.stem_mask(_padded(mask)))
        x = F.leaky_relu(torch.cat([self.scale * grey + self.shift, self.scale * wish + self.shift], dim=1), 0.1)
        skips = []
        for down in self.down:
            x = down(x)
            skips.append(x)
        for up, skip in zip(self.up, skips[-2::-1], strict=True):
            x = up(x) + skip
        return torch.tanh(self.paint(x))[:, :, :height, :width]


class Discriminator2018(nn.Module):
    """``Discriminator2018(Y, uv, mask) -> logits`` (N, 1), positive for real; 16.8 M parameters.

    Y, mask: (N, 1, H, W); uv: (N, 2, H, W) in ±1. At 224² the last map is the 7x7 that the final convolution covers; at
    other sizes it is resampled to that, so that the same weights serve all. Training needs at least two pictures.
    """

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(*(Down(*pair) for pair in pairwise((4, *WIDTHS))))
        self.whole = nn.Sequential(
            nn.Conv2d(WIDTHS[-1], 512, FIELD, bias=False), nn.BatchNorm2d(512), nn.LeakyReLU(0.1)
        )
        self.verdict = nn.Conv2d(512, 1, 1, bias=False)
        _initialised(self)

    def forward(self, Y: Tensor, uv: Tensor, mask: Tensor) -> Tensor:
        x = self.down(torch.cat([Y - 0.5, uv, mask], dim=1))
        if x.shape[2:] != (FIELD, FIELD):
            x = F.interpolate(x, (FIELD, FIELD), mode="bilinear", align_corners=False)
        logits: Tensor = self.verdict(self.whole(x)).flatten(1)
        return logits


def _doubling(inputs: int, outputs: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=1, bias=False)


def _initialised(network: nn.Module) -> None:
    """He's normal by fan-out, as in 2018: the last layer has two outputs, so its tanh starts out saturated."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            fan_out = module.out_channels * module.kernel_size[0] * module.kernel_size[1]
            nn.init.normal_(module.weight, std=(2 / fan_out) ** 0.5)


def _padded(x: Tensor) -> Tensor:
    """Replicate the right and bottom edges up to a multiple of the stride."""
    bottom, right = -x.shape[2] % STRIDE, -x.shape[3] % STRIDE
    return F.pad(x, (0, right, 0, bottom), mode="replicate") if bottom or right else x


# --- learning ---------------------------------------------------------------------------------------------------------


def partial_error(painted: Tensor, uv: Tensor, mask: Tensor) -> Tensor:
    """Mean squared distance to the picture that has colour inside the mask only; painted, uv: (N, 2, H, W) in ±1."""
    return F.mse_loss(painted, mask * uv)


def generator_loss(logits: Tensor, painted: Tensor, uv: Tensor, mask: Tensor) -> Tensor:
    """BCE(logits, real) + 1000 · mean((mask · uv - painted)²); logits (N, 1): what the discriminator thinks of it."""
    return _cross_entropy(logits, real=True) + PIXEL_WEIGHT * partial_error(painted, uv, mask)


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The mean of both binary cross-entropies; logits (N, 1). ln 2 = knows nothing."""
    return (_cross_entropy(real_logits, real=True) + _cross_entropy(fake_logits, real=False)) / 2


def _cross_entropy(logits: Tensor, *, real: bool) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(real)))


class Photos(Protocol):
    """What this recipe uses of a :class:`model.batches.Batch`."""

    @property
    def L(self) -> Tensor: ...
    @property
    def ab(self) -> Tensor: ...
    @property
    def mask(self) -> Tensor: ...
    @property
    def natural(self) -> Tensor: ...


class Recipe2018:
    """The experiment's training step, for :class:`model.trainer.Trainer`: Adam at 1e-4, β = (0.5, 0.999), for both
    networks, at a constant rate; hints are ignored. The same seed gives the same weights to start from."""

    def __init__(self, device: torch.device, seed: int) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.generator, self.discriminator = Generator2018(), Discriminator2018()
        self._optimizers: dict[str, Optimizer] = {
            name: Adam(network.to(device).train().parameters(), lr=1e-4, betas=(0.5, 0.999), fused=True)
            for name, network in self.parts().items()
        }

    def parts(self) -> dict[str, nn.Module]:
        return {"generator": self.generator, "discriminator": self.discriminator}

    def optimizers(self) -> dict[str, Optimizer]:
        return self._optimizers

    def step(self, batch: Photos, moment: object = None) -> dict[str, Tensor]:
        """One step of the generator, then one of the discriminator; at least two pictures, see Batch for the shapes.

        Pictures whose hues were moved are left out: without hints nobody could know them. The discriminator's real
        pictures have all their colours, outside the mask as well, as in 2018: only the squared error asks for grey
        there. Returns 0-d tensors: loss, squares (that error before its weight), critic.
        """
        del moment  # nothing changes in the course of a run
        kept = batch.natural if int(batch.natural.sum()) > 1 else torch.ones_like(batch.natural)
        L, ab, mask = batch.L[kept], batch.ab[kept], batch.mask[kept]
        Y, (_, uv) = L_to_grey(L), lab_to_yuv(L, ab)
        painted = self.generator(Y, mask)
        self.discriminator.requires_grad_(False)
        loss = generator_loss(self.discriminator(Y, painted, mask), painted, uv, mask)
        self._learn("generator", loss)
        self.discriminator.requires_grad_(True)
        fake = painted.detach()
        critic = discriminator_loss(self.discriminator(Y, uv, mask), self.discriminator(Y, fake, mask))
        self._learn("discriminator", critic)
        return {"loss": loss.detach(), "squares": partial_error(fake, uv, mask), "critic": critic.detach()}

    def _learn(self, which: str, loss: Tensor) -> None:
        optimizer = self._optimizers[which]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    def answer(self, L: Tensor, mask: Tensor, hint_ab: Tensor, hint_mask: Tensor) -> tuple[Tensor, None]:
        """What the generator says now, a*b* (N, 2, H, W), hints ignored; it has no bins. See Generator for shapes."""
        del hint_ab, hint_mask
        self.generator.eval()
        try:
            return painted_ab(self.generator, L, mask), None
        finally:
            self.generator.train()

    def save(self, path: Path, about: dict[str, Any]) -> None:
        save_baseline(path, self.generator, about)


@torch.no_grad()
def painted_ab(generator: Generator2018, L: Tensor, mask: Tensor) -> Tensor:
    """L (N, 1, H, W) L* 0..100 and mask in {0, 1} to CIE a*b* (N, 2, H, W), at the lightness of L."""
    uv = generator(L_to_grey(L), mask)
    return yuv_to_ab(luma(L, uv), uv)


# --- weights ----------------------------------------------------------------------------------------------------------


def save_baseline(path: Path, generator: Generator2018, about: dict[str, Any]) -> None:
    """Write a generator's convolutions in fp16 and its norms in fp32; ``about`` goes into the JSON header."""
    state = generator.state_dict()
    tensors = {name: value.half() if value.ndim == 4 else value for name, value in state.items()}
    save_tensors(path, tensors, {"huebrush": json.dumps({"format": FORMAT, **about})})


def load_baseline(path: Path) -> tuple[Generator2018, dict[str, Any]]:
    """Read a generator in fp32, in evaluation mode, with its header. Raises WeightsError with a sentence."""
    remedy = "choose a .safetensors file trained with the preset baseline2018"
    header = read_header(path, FORMAT, remedy)
    with torch.device("meta"):
        generator = Generator2018()
    expected = {name: tuple(value.shape) for name, value in generator.state_dict().items()}
    try:
        with safe_open(path, framework="pt") as stored:
            found = {name: tuple(stored.get_slice(name).get_shape()) for name in stored.keys()}  # noqa: SIM118
            if found != expected:
                raise WeightsError(f"{path} does not hold the tensors of the 2018 generator; train it again.")
            state = {name: stored.get_tensor(name) for name in found}
        if not all(torch.isfinite(value).all() for value in state.values()):
            raise WeightsError(f"{path} contains numbers that are not finite; train it again.")
        state = {name: value.float() if value.is_floating_point() else value for name, value in state.items()}
        generator.load_state_dict(state, assign=True)
    except (SafetensorError, OSError, RuntimeError, ValueError, MemoryError) as error:
        raise WeightsError(f"{path} cannot be read as a network ({error}); {remedy}.") from error
    return generator.eval(), header


class Baseline2018Colorizer:
    """A trained generator of 2018 as an evaluation's column (:class:`model.predictors.Predictor`).

    device: auto, cpu, cuda or mps. Raises WeightsError or DeviceError, each with a sentence for people.
    """

    def __init__(self, weights: Path, device: str = "auto") -> None:
        self.device, self.path = choose_device(device), weights
        generator, self.header = load_baseline(weights)
        self.generator = generator.to(self.device).requires_grad_(False)
        others = {"cpu": "CPU", "mps": "Apple GPU"}
        self.device_name = others.get(self.device.type) or torch.cuda.get_device_name(self.device)

    def colorize(
        self,
        L: Float,
        mask: NDArray[np.uint8],
        hint_ab: Float,
        hint_mask: NDArray[np.uint8],
        *,
        vividness: float | None = None,
    ) -> Float:
        """L: (h, w) float32 L* 0..100; mask: (h, w) in {0, 1}. Returns (2, h, w) float32 CIE a*b*, not multiplied by
        the mask. The network knows neither hints nor vividness: both are ignored."""
        del hint_ab, hint_mask, vividness
        planes = (torch.from_numpy(plane.astype(np.float32))[None, None].to(self.device) for plane in (L, mask))
        return np.asarray(painted_ab(self.generator, *planes)[0].cpu().numpy(), np.float32)
