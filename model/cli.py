"""The network's own commands, shared by ``huebrush`` and ``python -m model``: train, evaluate, info."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

from model.presets import PRESETS


def seconds(text: str) -> float:
    """``90s``, ``100m``, ``1.5h`` or plain seconds, as seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a time; write 90s, 100m or 1.5h")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", nargs="+", type=Path, help="folders of photos, or .tar shards")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="RUN", help="folder of the run")
    parser.add_argument(
        "--preset", choices=PRESETS, default="release",
        help="release: from nothing; continue: from --init; gpu: large batches; small: a try-out; baseline2018: the "
        "course experiment's networks (default: release)",
    )  # fmt: skip
    parser.add_argument("--time-budget", type=seconds, default=0.0, metavar="100m", help="train this long")
    parser.add_argument("--epochs", type=float, default=0.0, help="or until every photo was seen this often")
    parser.add_argument("--steps", type=int, default=0, help="or this many steps")
    parser.add_argument("--init", type=Path, metavar="WEIGHTS", help="continue from these weights")
    parser.add_argument("--resume", action="store_true", help="continue the run in RUN where it stopped")
    parser.add_argument("--probe", type=Path, nargs="*", metavar="PHOTOS", help="photos to look at on the way")
    parser.add_argument("--cache", type=Path, help="where the shrunken photos are kept (default: in RUN)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    parser.add_argument(
        "--adversarial", type=float, default=0.0, metavar="0.02",
        help="weight of a discriminator's opinion in the last part of the run (default: none)",
    )  # fmt: skip
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
    from model.device import DeviceError
    from model.trainer import WEIGHTS, Trainer

    missing = [path for path in [*args.photos, *(args.probe or [])] if not path.exists()]
    if missing:
        print(f"huebrush: there is no {missing[0]}; check the path.", file=sys.stderr)
        return 1
    if not (args.time_budget or args.steps or args.epochs):
        print("huebrush: say how long to train with --time-budget 100m, --epochs 30 or --steps 1000.", file=sys.stderr)
        return 2
    config = replace(PRESETS[args.preset], threads=args.threads, seed=args.seed)
    if args.adversarial:
        config = replace(config, adversarial=args.adversarial)
    trainer = None
    try:
        trainer = Trainer(
            args.photos, args.output, config, init=args.init, resume=args.resume, probe=args.probe, device=args.device,
            cache=args.cache, time_budget=args.time_budget, steps=args.steps, epochs=args.epochs,
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
    except (DeviceError, NoPhotosError, WeightsError) as error:
        print(f"huebrush: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        saved = "; what was saved before is whole, --resume continues from it" if trainer else ""
        print(f"huebrush: {error.filename or args.output}: {error.strerror or error}{saved}.", file=sys.stderr)
        return 1
    finally:
        if trainer:
            trainer.team.close()
    print(f"Weights: {args.output / WEIGHTS}", file=sys.stderr)
    return 0


def run_info(args: argparse.Namespace) -> int:
    """Print what a weights file says of itself; returns the exit code."""
    from model.checkpoint import WeightsError, read_header, sha256, shipped_weights

    path = args.file or shipped_weights()
    try:
        header = read_header(path)
        print(json.dumps({"file": path.name, "sha256": sha256(path), **header}, indent=1, ensure_ascii=False))
    except WeightsError as error:
        print(f"huebrush: {error}", file=sys.stderr)
        return 1
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
    info = commands.add_parser("info", help="what a weights file says of itself")
    info.add_argument("file", nargs="?", type=Path, help="the weights (default: the shipped ones)")
    info.set_defaults(run=run_info)
    args = parser.parse_args(arguments)
    return int(args.run(args))
