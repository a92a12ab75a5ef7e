"""Training: one loop that yields its progress, for the command line, the app and the tests alike.

A run folder holds ``config.json``, ``log.jsonl``, ``preview.png``, ``curves.png``, ``skipped.txt``,
``generator.safetensors`` (the weights to use) and ``resume.safetensors`` (everything a later run continues from).
Weights are replaced atomically; killing the process loses at most the minutes since the last save, and ``resume`` goes
on as if nothing had happened.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional as F

from model.baseline2018 import Recipe2018
from model.batches import Batch, BatchMaker, mixed
from model.checkpoint import WeightsError, save_tensors
from model.colour import bin_centres
from model.dataset import build_cache
from model.device import choose_device
from model.distributed import Team
from model.generator import GeneratorConfig
from model.losses import bin_balance, soft_bins
from model.plots import plot_run
from model.presets import Stage, TrainingConfig, with_budget
from model.preview import Probe
from model.recipe import ColourRecipe, Moment, Recipe

WEIGHTS, CHECKPOINT = "generator.safetensors", "resume.safetensors"


class Progress(NamedTuple):
    """One report of the loop; figures holds the losses, and now and then the probe's measurements."""

    step: int
    seconds: float
    done: float
    images_per_second: float
    figures: dict[str, float]


class Trainer:
    """Holds a recipe and its photos; ``run`` trains until the budget is spent.

    sources: folders of photos or .tar shards; folder: the run's own. ``init``: weights to start from; ``resume``:
    continue the run in ``folder``. The budget is the configuration's, or the one given here in seconds, steps or passes
    over the photos. Raises NoPhotosError, WeightsError or DeviceError, each with a sentence.
    """

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
        team: Team | None = None,
        time_budget: float = 0.0,
        steps: int = 0,
        epochs: float = 0.0,
    ) -> None:
        self.folder, self.device = folder, choose_device(device)
        self.team = team or Team()
        if config.threads:
            torch.set_num_threads(config.threads)
        folder.mkdir(parents=True, exist_ok=True)
        if not self.team.leads:
            self.team.wait()  # the leader scans, the others open what it wrote
        self.photos, self.skipped = build_cache(sources, cache or folder / "cache", short_side=config.short_side)
        if self.team.leads:
            self.team.wait()
        if time_budget or steps or epochs:
            photos = len(self.photos) / self.team.size  # each process sees its share
            config = with_budget(config, time_budget=time_budget, steps=steps, epochs=epochs, photos=photos)
        self.config = config
        torch.manual_seed(config.seed)
        self.batches = BatchMaker(self.photos, self.device, config.seed, rank=self.team.rank, plain=config.plain)
        self.recipe = self._recipe(network, init)
        self.origin: dict[str, Any] = {
            "photos": len(self.photos),
            "sources": [source.name for source in sources],
            "processes": self.team.size,
            "continues": getattr(self.recipe, "continues", None),
        }
        self.step, self.seconds, self.images = 0, 0.0, 0
        self.probe = Probe(probe, side=config.stages[0].side) if probe and self.team.leads else None
        if resume:
            self._resume()
        if self.team.leads:
            (folder / "config.json").write_text(json.dumps({**asdict(config), **self.origin}, indent=1))
            (folder / "skipped.txt").write_text("".join(f"{name}: {reason}\n" for name, reason in self.skipped))

    def _recipe(self, network: GeneratorConfig | None, init: Path | None) -> Recipe:
        if self.config.recipe == "baseline2018":
            if self.team.size > 1 or init is not None or self.config.adversarial:
                raise WeightsError(
                    "The networks of 2018 start from nothing, with a discriminator of their own, in one process; "
                    "leave out --init, --adversarial and torchrun."
                )
            return Recipe2018(self.device, self.config.seed)
        balance = bin_frequencies(self.batches)
        return ColourRecipe(
            self.config, self.device, bin_balance(balance + 1), network=network, init=init, team=self.team
        )

    # --- the loop -----------------------------------------------------------------------------------------------

    def run(self, *, report_every: int = 50) -> Iterator[Progress]:
        """Train until the budget is spent, yielding a Progress every ``report_every`` steps and at the end."""
        last_save, since, losses = self.seconds, (time.perf_counter(), self.images), []
        with ThreadPoolExecutor(1) as loader, (self.folder / f"log{self._suffix}.jsonl").open("a") as log:
            upcoming = loader.submit(self._load, self._stage(), self.step)
            while self.done < 1:
                started = time.perf_counter()
                batch = upcoming.result()
                moment = Moment(self.step, self.done, self._stage())
                upcoming = loader.submit(self._load, moment.stage, self.step + 1)
                torch.manual_seed(mixed(self.config.seed, self.team.rank, self.step))  # for dropped paths
                losses.append(self.recipe.step(batch, moment))
                self.step += 1
                self.images += len(batch.L) * self.team.size
                # A machine that slept or a stopped process must not spend the budget.
                spent = self.seconds + min(time.perf_counter() - started, 10.0)
                self.seconds = self.team.agreed(spent, self.device)
                saving = self.seconds - last_save > self.config.save_every or self.done >= 1
                if self.step % report_every == 0 or saving:
                    figures = {key: float(np.mean([float(loss[key]) for loss in losses])) for key in losses[0]}
                    if saving:
                        last_save = self.seconds
                        figures |= self.save()
                    rate = (self.images - since[1]) / (time.perf_counter() - since[0])
                    since, losses = (time.perf_counter(), self.images), []
                    progress = Progress(self.step, self.seconds, self.done, rate, figures)
                    log.write(json.dumps(progress._asdict()) + "\n")
                    log.flush()
                    if saving and self.team.leads:
                        plot_run(self.folder / "log.jsonl", self.folder / "curves.png")
                    yield progress

    @property
    def _suffix(self) -> str:
        return "" if self.team.leads else f"-{self.team.rank}"

    @property
    def done(self) -> float:
        """The share of the budget that is spent, 0..1."""
        if self.config.time_budget:
            return min(1.0, self.seconds / self.config.time_budget)
        return min(1.0, self.step / max(1, self.config.steps))

    def _stage(self) -> Stage:
        return next((stage for stage in self.config.stages if self.done < stage.until), self.config.stages[-1])

    def _load(self, stage: Stage, step: int) -> Batch:
        return self.batches.make(step, stage.batch, stage.side)

    # --- saving and continuing ----------------------------------------------------------------------------------

    def save(self) -> dict[str, float]:
        """Write the weights, the checkpoint and the preview; returns the probe's figures. Only the leader writes."""
        if not self.team.leads:
            return {}
        figures: dict[str, float] = {}
        if self.probe:
            centres = torch.from_numpy(bin_centres().copy())
            figures = self.probe.measure(self.recipe.answer, self.device, self.folder / "preview.png", centres)
        training = {
            **self.origin,
            "steps": self.step,
            "images": self.images,
            "minutes": round(self.seconds / 60, 1),
            "device": self.device.type,
            "config": asdict(self.config),
        }
        self.recipe.save(self.folder / WEIGHTS, {"training": training, "probe": figures})
        tensors = {f"{part}.{k}": v for part, net in self.recipe.parts().items() for k, v in net.state_dict().items()}
        for name, optimizer in self.recipe.optimizers().items():
            for index, values in optimizer.state_dict()["state"].items():
                tensors |= {f"optimizer {name}.{index}.{key}": torch.as_tensor(v).clone() for key, v in values.items()}
        state = {"step": self.step, "seconds": self.seconds, "images": self.images}
        save_tensors(self.folder / CHECKPOINT, tensors, {"state": json.dumps(state)})
        return figures

    def _resume(self) -> None:
        path = self.folder / CHECKPOINT
        if not path.exists():
            raise WeightsError(f"{self.folder} holds no run to resume; start it without --resume.")
        with safe_open(path, framework="pt", device=str(self.device)) as stored:
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
            state = json.loads(stored.metadata()["state"])
        try:
            for part, network in self.recipe.parts().items():
                network.load_state_dict(_under(f"{part}.", tensors))
            for name, optimizer in self.recipe.optimizers().items():
                states: dict[int, dict[str, Tensor]] = {}
                for key, value in _under(f"optimizer {name}.", tensors).items():
                    index, _, which = key.partition(".")
                    states.setdefault(int(index), {})[which] = value.cpu() if which == "step" else value
                optimizer.load_state_dict({"state": states, "param_groups": optimizer.state_dict()["param_groups"]})
                for parameter, kept in optimizer.state.items():
                    for key, value in kept.items():
                        if value.shape == parameter.shape:  # fused optimisers take for granted that both lie alike
                            kept[key] = torch.empty_like(parameter).copy_(value)
        except (RuntimeError, ValueError) as error:
            raise WeightsError(f"{path} is from a run with other networks; resume it with its own preset.") from error
        self.step, self.seconds, self.images = state["step"], state["seconds"], state["images"]


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def bin_frequencies(batches: BatchMaker) -> Tensor:
    """How often each bin occurs in a sample of the crops as training draws them, (Q,)."""
    centres = torch.from_numpy(bin_centres().copy())
    counts = torch.zeros(len(centres))
    for step in range(8):
        ab = F.avg_pool2d(batches.make(-1 - step, 32, 64).ab, 4).cpu()
        index, weight = soft_bins(ab.permute(0, 2, 3, 1).reshape(-1, 2), centres)
        counts.index_add_(0, index.flatten(), weight.flatten())
    return counts
