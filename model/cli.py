"""The network's own commands, shared by ``huebrush`` and ``python -m model``: train, evaluate, info."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path


def seconds(text: str) -> float:
    """``90s``, ``100m``, ``1.5h`` or plain seconds, as seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a time; write 90s, 100m or 1.5h")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", nargs="+", type=Path, help="folders of photos, or .tar shards")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="RUN", help="folder of the run")
    parser.add_argument("--preset", choices=("release", "continue", "small"), default="release")
    parser.add_argument("--time-budget", type=seconds, default=0.0, metavar="100m", help="train this long")
    parser.add_argument("--steps", type=int, default=0, help="or this many steps")
    parser.add_argument("--init", type=Path, metavar="WEIGHTS", help="continue from these weights")
    parser.add_argument("--resume", action="store_true", help="continue the run in RUN where it stopped")
    parser.add_argument("--probe", type=Path, nargs="*", metavar="PHOTOS", help="photos to look at on the way")
    parser.add_argument("--cache", type=Path, help="where the shrunken photos are kept (default: in RUN)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="progress as JSON lines")


def run_train(args: argparse.Namespace) -> int:
    """Train; prints progress, returns the exit code."""
    # Hours of training share the cores with other work: idle OpenMP threads must sleep then, not spin (spinning made a
    # step ten times slower on a busy machine). Read once, when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from dataclasses import replace

    from model.checkpoint import WeightsError
    from model.dataset import NoPhotosError
    from model.trainer import PRESETS, Trainer, with_budget

    missing = [path for path in [*args.photos, *(args.probe or [])] if not path.exists()]
    if missing:
        print(f"huebrush: there is no {missing[0]}; check the path.", file=sys.stderr)
        return 1
    if not args.time_budget and not args.steps:
        print("huebrush: say how long to train with --time-budget 100m or --steps 1000.", file=sys.stderr)
        return 2
    config = with_budget(PRESETS[args.preset], args.time_budget, args.steps)
    config = replace(config, threads=args.threads, seed=args.seed)
    try:
        trainer = Trainer(
            args.photos, args.output, config, init=args.init, resume=args.resume,
            probe=args.probe, device=args.device, cache=args.cache,
        )  # fmt: skip
        for progress in trainer.run():
            if args.json:
                print(json.dumps(progress._asdict()), flush=True)
            else:
                figures = "  ".join(f"{key} {value:.3f}" for key, value in progress.figures.items())
                print(
                    f"{progress.done:6.1%}  step {progress.step}  {progress.seconds / 60:.1f} min  "
                    f"{progress.images_per_second:.0f} images/s  {figures}",
                    flush=True,
                )
    except (WeightsError, NoPhotosError) as error:
        print(f"huebrush: {error}", file=sys.stderr)
        return 1
    print(f"Weights: {args.output / 'generator.safetensors'}", file=sys.stderr)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """``python -m model``: needs torch, numpy, opencv, safetensors and tqdm, no Qt."""
    from model import evaluate

    parser = argparse.ArgumentParser(prog="python -m model", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train the generator on your photos")
    add_train_arguments(train)
    train.set_defaults(run=run_train)
    measure = commands.add_parser("evaluate", help="measure networks on photos with known colours")
    evaluate.add_arguments(measure)
    measure.set_defaults(run=evaluate.run)
    args = parser.parse_args(arguments)
    return int(args.run(args))
