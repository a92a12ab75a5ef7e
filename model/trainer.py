"""Training the generator: one loop that yields its progress, for the command line, the app and the tests alike.

A run folder holds ``config.json``, ``log.jsonl``, ``preview.png``, ``generator.safetensors`` (the averaged weights, to
use) and ``resume.safetensors`` (everything a later run continues from). Both files are replaced atomically; killing the
process loses at most the minutes since the last save.
"""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional as F

from model.checkpoint import WeightsError, load_generator, save_generator, save_tensors
from model.dataset import Batch, build_cache, make_batch
from model.device import choose_device
from model.generator import Generator, GeneratorConfig
from model.losses import bin_balance, bin_cross_entropy, masked_huber, soft_bins
from model.preview import Probe


class Stage(NamedTuple):
    """A part of the curriculum: up to ``until`` (a share of the budget) crops of ``side``² in batches of ``batch``."""

    until: float
    side: int
    batch: int
    rate: float


@dataclass(frozen=True)
class TrainingConfig:
    """What a run is made of; stored in the run folder."""

    stages: tuple[Stage, ...]
    time_budget: float = 0.0  # seconds of training; 0 = by steps
    steps: int = 0
    warm_up: int = 200
    weight_decay: float = 0.02
    clip: float = 1.0
    average: float = 0.999
    bins_lead: float = 0.5
    bins_weight: float = 0.2
    short_side: int = 208
    save_every: float = 240.0
    seed: int = 0
    threads: int = 0
    precision: str = "auto"


PRESETS = {
    "release": TrainingConfig(stages=(Stage(0.3, 96, 24, 6e-4), Stage(0.75, 128, 24, 6e-4), Stage(1.0, 192, 10, 3e-4))),
    # For a run with --init: the small crops have taught what they can.
    "continue": TrainingConfig(stages=(Stage(0.7, 128, 24, 5e-4), Stage(1.0, 192, 10, 2.5e-4)), bins_weight=0.4),
    "small": TrainingConfig(stages=(Stage(1.0, 64, 16, 1e-3),), warm_up=20, average=0.98, short_side=80),
}


class Progress(NamedTuple):
    """One report of the loop; figures holds the losses, and now and then the probe's measurements."""

    step: int
    seconds: float
    done: float
    images_per_second: float
    figures: dict[str, float]


def _autocast_type(device: torch.device, precision: str) -> torch.dtype | None:
    """bf16 where the chip computes in it (about twice as fast on a CPU that does), else None: full precision."""
    if precision != "auto":
        return torch.bfloat16 if precision == "bf16" else None
    if device.type == "cuda":
        return torch.bfloat16
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return torch.bfloat16 if device.type == "cpu" and supported is not None and supported() else None


class Trainer:
    """Holds the network, its running average and the optimiser; ``run`` trains until the budget is spent."""

    def __init__(
        self,
        sources: list[Path],
        folder: Path,
        config: TrainingConfig,
        *,
        network: GeneratorConfig | None = None,
        init: Path | None = None,
        resume: bool = False,
        probe: list[Path] | None = None,
        device: str = "auto",
        cache: Path | None = None,
    ) -> None:
        self.config, self.folder, self.device = config, folder, choose_device(device)
        if config.threads:
            torch.set_num_threads(config.threads)
        folder.mkdir(parents=True, exist_ok=True)
        self.photos, self.skipped = build_cache(sources, cache or folder / "cache", short_side=config.short_side)
        self.origin: dict[str, Any] = {
            "photos": len(self.photos),
            "sources": [source.name for source in sources],
        }
        torch.manual_seed(config.seed)
        if init is not None:
            self.generator, header = load_generator(init)
            self.origin["continues"] = header.get("training")
        else:
            self.generator = Generator(network)
        self.generator.to(self.device).train()
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stub lacks it
        self.averaged = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.optimizer = _optimizer(self.generator, config)
        self.step, self.seconds, self.images = 0, 0.0, 0
        self.autocast = _autocast_type(self.device, config.precision)
        self.centres = self.generator.centres * 100
        self.balance = self._balance()
        self.probe = Probe(probe, side=config.stages[0].side) if probe else None
        if resume:
            self._resume()
        (folder / "config.json").write_text(json.dumps({**asdict(config), **self.origin}, indent=1))
        (folder / "skipped.txt").write_text("".join(f"{name}: {reason}\n" for name, reason in self.skipped))

    # --- the loop -----------------------------------------------------------------------------------------------

    def run(self, *, report_every: int = 50) -> Iterator[Progress]:
        """Train until the budget is spent, yielding a Progress every ``report_every`` steps and at the end."""
        last_save, since, losses = self.seconds, (time.perf_counter(), self.images), []
        with ThreadPoolExecutor(1) as loader, (self.folder / "log.jsonl").open("a") as log:
            stage = self._stage()
            upcoming = loader.submit(self._load, stage, self.step)
            while self.done < 1:
                started = time.perf_counter()
                batch = upcoming.result()
                stage = self._stage()
                upcoming = loader.submit(self._load, stage, self.step + 1)
                losses.append(self._train_step(batch, stage))
                # A machine that slept or a stopped process must not spend the budget.
                self.seconds += min(time.perf_counter() - started, 10.0)
                saving = self.seconds - last_save > self.config.save_every or self.done >= 1
                if self.step % report_every == 0 or saving:
                    figures = {key: float(np.mean([loss[key] for loss in losses])) for key in losses[0]}
                    if saving:
                        last_save = self.seconds
                        figures |= self.save()
                    rate = (self.images - since[1]) / (time.perf_counter() - since[0])
                    since, losses = (time.perf_counter(), self.images), []
                    progress = Progress(self.step, self.seconds, self.done, rate, figures)
                    log.write(json.dumps(progress._asdict()) + "\n")
                    log.flush()
                    yield progress

    @property
    def done(self) -> float:
        """The share of the budget that is spent, 0..1."""
        if self.config.time_budget:
            return min(1.0, self.seconds / self.config.time_budget)
        return min(1.0, self.step / max(1, self.config.steps))

    def _stage(self) -> Stage:
        return next((stage for stage in self.config.stages if self.done < stage.until), self.config.stages[-1])

    def _load(self, stage: Stage, step: int) -> Batch:
        return make_batch(self.photos, self.config.seed, step, stage.batch, stage.side)

    def _train_step(self, batch: Batch, stage: Stage) -> dict[str, float]:
        rate = stage.rate * min(1, (self.step + 1) / self.config.warm_up)
        rate *= 0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * self.done))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        L, ab, mask, hint_ab, hint_mask = (
            torch.from_numpy(plane).to(self.device).contiguous(memory_format=torch.channels_last) for plane in batch[:5]
        )
        natural = torch.from_numpy(batch.natural).to(self.device)
        with torch.autocast(self.device.type, self.autocast, enabled=self.autocast is not None):
            painted, bins = self.generator(L, mask, hint_ab, hint_mask)
        huber = masked_huber(painted, ab, mask)
        entropy = bin_cross_entropy(bins, F.avg_pool2d(ab, 4), self.centres, self.balance, natural)
        weight = self.config.bins_lead if self.done < 0.15 else self.config.bins_weight
        loss = huber + weight * entropy
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.generator.parameters(), self.config.clip)
        if torch.isfinite(norm):  # one broken batch must not poison the weights
            self.optimizer.step()
            self._average()
        self.step += 1
        self.images += len(ab)
        return {"loss": loss.item(), "huber": huber.item(), "bins": entropy.item(), "norm": float(norm)}

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.config.average, (1 + self.step) / (10 + self.step))
        live = self.generator.state_dict()
        for name, value in self.averaged.state_dict().items():
            if value.is_floating_point():
                value.lerp_(live[name], 1 - keep)
            else:
                value.copy_(live[name])

    def _balance(self) -> Tensor:
        """Class weights of the bins from a sample of the photos as training draws them."""
        rng = np.random.default_rng(self.config.seed)
        counts = torch.zeros(len(self.centres))
        for step in range(8):
            ab = make_batch(self.photos, int(rng.integers(1 << 30)), step, 32, 64).ab
            index, weight = soft_bins(torch.from_numpy(ab).permute(0, 2, 3, 1).reshape(-1, 2), self.centres.cpu())
            counts.index_add_(0, index.flatten(), weight.flatten())
        return bin_balance(counts + 1).to(self.device)

    # --- saving and continuing ----------------------------------------------------------------------------------

    def save(self) -> dict[str, float]:
        """Write both weights files and the preview; returns the probe's figures."""
        figures = self.probe.measure(self.averaged, self.device, self.folder / "preview.png") if self.probe else {}
        training = {
            **self.origin,
            "steps": self.step,
            "images": self.images,
            "minutes": round(self.seconds / 60, 1),
            "device": self.device.type,
            "config": asdict(self.config),
        }
        save_generator(self.folder / "generator.safetensors", self.averaged, {"training": training, "probe": figures})
        tensors = {f"live.{k}": v for k, v in self.generator.state_dict().items()}
        tensors |= {f"average.{k}": v for k, v in self.averaged.state_dict().items()}
        for name, parameter in self.generator.named_parameters():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                tensors[f"optimizer.{key}.{name}"] = value.clone()
        state = {"step": self.step, "seconds": self.seconds, "images": self.images}
        save_tensors(self.folder / "resume.safetensors", tensors, {"state": json.dumps(state)})
        return figures

    def _resume(self) -> None:
        path = self.folder / "resume.safetensors"
        if not path.exists():
            raise WeightsError(f"{self.folder} holds no run to resume; start it without --resume.")
        with safe_open(path, framework="pt", device=str(self.device)) as stored:
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
            state = json.loads(stored.metadata()["state"])
        for prefix, network in (("live.", self.generator), ("average.", self.averaged)):
            network.load_state_dict({k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
        for name, parameter in self.generator.named_parameters():
            found = {
                key.split(".", 2)[1]: value
                for key, value in tensors.items()
                if key.startswith("optimizer.") and key.split(".", 2)[2] == name
            }
            if found:
                self.optimizer.state[parameter] = found | {"step": found["step"].cpu()}
        self.step, self.seconds, self.images = state["step"], state["seconds"], state["images"]


def _optimizer(generator: Generator, config: TrainingConfig) -> torch.optim.AdamW:
    """AdamW (Loshchilov 2019); norms and biases are not decayed."""
    decayed = [p for p in generator.parameters() if p.ndim > 1]
    free = [p for p in generator.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.99))


def with_budget(config: TrainingConfig, time_budget: float, steps: int, photos_per_epoch: int = 0) -> TrainingConfig:
    """The preset with a budget: seconds if given, else steps, else epochs' worth of photos."""
    if time_budget > 0:
        return replace(config, time_budget=time_budget, steps=0)
    return replace(config, steps=steps or math.ceil(photos_per_epoch / config.stages[0].batch))
