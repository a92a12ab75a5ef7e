"""How one network learns from one batch: what the trainer's loop drives, whatever is being trained."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from model.batches import Batch
from model.checkpoint import load_generator, save_generator
from model.discriminator import Discriminator, hinge_discriminator, hinge_generator, touched
from model.distributed import Team
from model.generator import Generator, GeneratorConfig
from model.losses import SoftBins, bin_cross_entropy, masked_huber
from model.presets import Stage, TrainingConfig


class Moment(NamedTuple):
    """Where a run stands: steps taken, the share of the budget spent, the stage of the curriculum."""

    step: int
    done: float
    stage: Stage


class Recipe(Protocol):
    """The networks of a run with their optimisers. ``parts`` and ``optimizers`` are all that a checkpoint must hold."""

    def parts(self) -> Mapping[str, nn.Module]: ...

    def optimizers(self) -> Mapping[str, Optimizer]: ...

    def step(self, batch: Batch, moment: Moment) -> dict[str, Tensor]:
        """Learn from one batch; returns its losses as 0-d tensors, the same names every time."""

    def answer(self, L: Tensor, mask: Tensor, hint_ab: Tensor, hint_mask: Tensor) -> tuple[Tensor, Tensor | None]:
        """What the weights to keep say now, a*b* (N,2,H,W), and their bins' logits if they have any."""

    def save(self, path: Path, about: dict[str, Any]) -> None:
        """Write the weights to keep."""


class ColourRecipe:
    """The generator: Huber on a*b* inside and outside the mask, cross-entropy on the bins, averaged weights; a
    discriminator only where the configuration asks for one."""

    def __init__(
        self,
        config: TrainingConfig,
        device: torch.device,
        balance: Tensor,
        *,
        network: GeneratorConfig | None = None,
        init: Path | None = None,
        team: Team | None = None,
    ) -> None:
        self.config, self.device = config, device
        self.continues: object = None
        if init is not None:
            self.generator, header = load_generator(init)
            self.continues = header.get("training")
        else:
            self.generator = Generator(network)
        self.generator.to(device).train()
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stub lacks it
        self.generator.set_drop_path(config.drop_path)
        self.averaged = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self._network = (team or Team()).wrapped(self.generator)
        self._optimizer = adamw(self.generator, config)
        self.discriminator: Discriminator | None = None
        if config.adversarial:
            self.discriminator = Discriminator().to(device)
            self._critic = torch.optim.Adam(self.discriminator.parameters(), lr=2e-4, betas=(0.0, 0.99))
        self.autocast = autocast_type(device, config.precision)
        self.encode, self.balance = SoftBins(self.generator.centres * 100), balance.to(device)

    def parts(self) -> dict[str, nn.Module]:
        parts: dict[str, nn.Module] = {"generator": self.generator, "averaged": self.averaged}
        return parts | ({"discriminator": self.discriminator} if self.discriminator else {})

    def optimizers(self) -> dict[str, Optimizer]:
        optimizers: dict[str, Optimizer] = {"generator": self._optimizer}
        return optimizers | ({"discriminator": self._critic} if self.discriminator else {})

    def step(self, batch: Batch, moment: Moment) -> dict[str, Tensor]:
        """One step of the generator, and of the discriminator once its time has come."""
        _set_rate(self._optimizer, self.config, moment)
        with torch.autocast(self.device.type, self.autocast, enabled=self.autocast is not None):
            asked = (batch.L, batch.mask, batch.hint_ab, batch.hint_mask)
            painted, bins = self._network(*(plane.contiguous(memory_format=torch.channels_last) for plane in asked))
        huber = masked_huber(painted, batch.ab, batch.mask)
        entropy = bin_cross_entropy(bins, F.avg_pool2d(batch.ab, 4), self.encode, self.balance, batch.natural)
        loss = huber + (self.config.bins_lead if moment.done < 0.15 else self.config.bins_weight) * entropy
        losses = {"huber": huber, "bins": entropy}
        if self.discriminator:
            opinion, losses["critic"] = self._opinion(self.discriminator, batch, painted, moment)
            loss = loss + self.config.adversarial * opinion
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.generator.parameters(), self.config.clip)
        if torch.isfinite(norm):  # one broken batch must not poison the weights
            self._optimizer.step()
            self._average(moment.step)
        return {name: value.detach() for name, value in {"loss": loss, **losses, "norm": norm}.items()}

    def _opinion(self, critic: Discriminator, batch: Batch, painted: Tensor, moment: Moment) -> tuple[Tensor, Tensor]:
        """The discriminator's step; returns what it makes the generator lose, and its own loss."""
        if moment.done < self.config.adversarial_from:
            return painted.new_zeros(()), painted.new_zeros(())
        real, fake = batch.ab * batch.mask, painted * batch.mask
        where = touched(batch.mask)
        loss = hinge_discriminator(critic(batch.L, real, batch.mask), critic(batch.L, fake.detach(), batch.mask), where)
        self._critic.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._critic.step()
        critic.requires_grad_(False)
        opinion = hinge_generator(critic(batch.L, fake, batch.mask), where)
        critic.requires_grad_(True)
        return opinion, loss.detach()

    @torch.no_grad()
    def _average(self, step: int) -> None:
        keep = min(self.config.average, (1 + step) / (10 + step))
        live = self.generator.state_dict()
        for name, value in self.averaged.state_dict().items():
            if value.is_floating_point():
                value.lerp_(live[name], 1 - keep)
            else:
                value.copy_(live[name])

    def answer(self, L: Tensor, mask: Tensor, hint_ab: Tensor, hint_mask: Tensor) -> tuple[Tensor, Tensor | None]:
        painted, bins = self.averaged(L, mask, hint_ab, hint_mask)
        return painted, bins

    def save(self, path: Path, about: dict[str, Any]) -> None:
        save_generator(path, self.averaged, about)


def adamw(generator: nn.Module, config: TrainingConfig) -> Optimizer:
    """AdamW (Loshchilov 2019); norms and biases are not decayed."""
    decayed = [p for p in generator.parameters() if p.ndim > 1]
    free = [p for p in generator.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.99), fused=True)


def _set_rate(optimizer: Optimizer, config: TrainingConfig, moment: Moment) -> None:
    """Linear warm-up, then a cosine over the whole budget down to 2 %."""
    rate = moment.stage.rate * min(1, (moment.step + 1) / config.warm_up)
    rate *= 0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * moment.done))
    for group in optimizer.param_groups:
        group["lr"] = rate


def autocast_type(device: torch.device, precision: str) -> torch.dtype | None:
    """bf16 where the chip computes in it (about twice as fast on a CPU that does), else None: full precision."""
    if precision != "auto":
        return torch.bfloat16 if precision == "bf16" else None
    if device.type == "cuda":
        return torch.bfloat16
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return torch.bfloat16 if device.type == "cpu" and supported is not None and supported() else None
