"""What a training run is made of: its curriculum, losses and budget. Stored in the run folder and in the weights."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple


class Stage(NamedTuple):
    """A part of the curriculum: up to ``until`` (a share of the budget) crops of ``side``² in batches of ``batch``."""

    until: float
    side: int
    batch: int
    rate: float


@dataclass(frozen=True)
class TrainingConfig:
    """``recipe`` names the networks and how they learn: *colour* (ours) or *baseline2018*.

    Rates follow a cosine over the whole budget. ``bins_weight`` weighs the bins' cross-entropy against the regression,
    ``bins_lead`` does so in the first 15 %. ``adversarial`` is the weight of the discriminator's opinion, from
    ``adversarial_from`` (a share of the budget) on; 0 trains without one.
    """

    stages: tuple[Stage, ...]
    recipe: str = "colour"
    plain: bool = False  # only crops under the ten masks of 2018: no recolouring, ageing or hints
    time_budget: float = 0.0  # seconds of training; 0 = by steps
    steps: int = 0
    warm_up: int = 200
    weight_decay: float = 0.02
    clip: float = 1.0
    average: float = 0.999
    bins_lead: float = 0.5
    bins_weight: float = 0.2
    drop_path: float = 0.0
    adversarial: float = 0.0
    adversarial_from: float = 0.6
    short_side: int = 208
    save_every: float = 240.0
    seed: int = 0
    threads: int = 0
    precision: str = "auto"


PRESETS = {
    # From nothing: on a CPU small crops first, where an hour counts; a GPU takes the large batches of "gpu".
    "release": TrainingConfig(stages=(Stage(0.3, 96, 24, 6e-4), Stage(0.75, 128, 24, 6e-4), Stage(1.0, 192, 10, 3e-4))),
    # For a run with --init: the small crops have taught what they can.
    "continue": TrainingConfig(stages=(Stage(0.8, 128, 24, 4e-4), Stage(1.0, 192, 10, 2e-4)), bins_weight=0.4),
    "gpu": TrainingConfig(
        stages=(Stage(0.5, 160, 256, 1.5e-3), Stage(0.85, 224, 128, 1e-3), Stage(1.0, 256, 96, 8e-4)),
        warm_up=500, average=0.9995, bins_weight=0.4, drop_path=0.1, short_side=256, save_every=60,
    ),
    "small": TrainingConfig(stages=(Stage(1.0, 64, 16, 1e-3),), warm_up=20, average=0.98, short_side=80),
    # The course experiment: 224², batches of 12, every photo with each of the ten masks.
    "baseline2018": TrainingConfig(
        stages=(Stage(1.0, 224, 12, 1e-4),), recipe="baseline2018", plain=True, short_side=256,
    ),
}  # fmt: skip


def with_budget(
    config: TrainingConfig, *, time_budget: float = 0.0, steps: int = 0, epochs: float = 0.0, photos: float = 0
) -> TrainingConfig:
    """The preset with a budget: seconds if given, else steps, else as many steps as ``epochs`` of ``photos`` take."""
    if time_budget > 0:
        return replace(config, time_budget=time_budget, steps=0)
    if steps > 0:
        return replace(config, time_budget=0.0, steps=steps)
    # Stages share the budget in steps; a step of each sees as many photos as its batch.
    starts = (0.0, *(stage.until for stage in config.stages[:-1]))
    photos_per_step = sum((s.until - start) * s.batch for s, start in zip(config.stages, starts, strict=True))
    return replace(config, time_budget=0.0, steps=max(1, math.ceil(epochs * photos / photos_per_step)))
