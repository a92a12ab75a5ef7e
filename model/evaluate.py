"""``huebrush evaluate``: measure networks and simple answers on the same photos, masks and hints, with
intervals.

What is asked stands in :mod:`model.protocol`, what is measured in :mod:`model.measure`; here both meet.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from model import protocol
from model.intervals import RESAMPLES, Bootstrap, Sample
from model.masks import HELD_OUT
from model.measure import Key, Scene, Tally
from model.predictors import AtVividness, Column, Grey, MaskBlind, MeanColour, Predictor, Section
from model.protocol import Digest, EvaluationError, PhotoSet, TruePhoto
from model.report import FIGURES, MEAN, MEAN_HELD_OUT, SECTIONS, Report, Row
from model.sheets import write_sheets

LEVIN_PHOTOS = 25
WITHOUT_HINTS = frozenset({Section.FULL, Section.MASKS})


def evaluate(
    columns: Mapping[str, Predictor | Column],
    photos: Sequence[TruePhoto],
    *,
    seed: int = 0,
    limit: int | None = None,
) -> Report:
    """Measure every column on the first ``limit`` photos; the first column is what the others are compared
    with.

    A bare predictor takes part in everything; a Column says in which sections, and on how many photos. The
    same arguments give the same report. Raises EvaluationError if there is no photo, no column, or a useless
    answer.
    """
    photos = photos[:limit]
    if not photos or not columns:
        raise EvaluationError("There is nothing to evaluate: at least one photo and one column are needed.")
    taking_part = {name: each if isinstance(each, Column) else Column(each) for name, each in columns.items()}
    tally, digest = Tally(), Digest()
    for place in tqdm(range(len(photos)), desc="evaluating", unit="photo", disable=None):
        scene = Scene.of(photos[place], place, seed)
        digest.add(scene.photo.rgb, *scene.masks.values(), *(h.mask for h in scene.hints.values()), *scene.strokes)
        given = {name: each for name, each in taking_part.items() if each.photos is None or place < each.photos}
        tally.measure(scene, given)
    header = {
        "protocol": protocol.VERSION,
        "photos": len(photos),
        "seed": seed,
        "material": str(digest),
        "resamples": RESAMPLES,
        "masks per photo": protocol.MASKS_PER_PHOTO,
        "held-out families": sorted(HELD_OUT),
        "steadiness measured on": f"every {protocol.STEADY_EVERY}th photo",
        "measured on fewer photos": {
            name: min(column.photos, len(photos)) for name, column in taking_part.items() if column.photos is not None
        },
    }
    return Report(header, tuple(columns), tuple(_rows(tally, tuple(columns), Bootstrap(len(photos), seed))))


def _rows(tally: Tally, columns: Sequence[str], bootstrap: Bootstrap) -> list[Row]:
    """One row per figure, in the order of the report; means over mask families come before the families."""
    groups: dict[Key, list[dict[str, Sample]]] = {}
    leaks = [key for key in tally.samples if key.section == "leak"]
    for key in leaks:
        groups.setdefault(Key("leak", MEAN, key.figure), []).append(tally.samples[key])
        if key.group in HELD_OUT:
            groups.setdefault(Key("leak", MEAN_HELD_OUT, key.figure), []).append(tally.samples[key])
    groups.update({key: [samples] for key, samples in tally.samples.items()})

    families = [MEAN, MEAN_HELD_OUT, *sorted({key.group for key in leaks})]
    counts = ["", *map(str, protocol.HINT_COUNTS)]
    order = list(SECTIONS), [*families, *counts], list(FIGURES)

    def rank(key: Key) -> tuple[int, ...]:
        figure, group = order[2].index(key.figure), order[1].index(key.group)
        by_figure = key.section == "hints"  # there the counts of one figure belong together
        return (order[0].index(key.section), *((figure, group) if by_figure else (group, figure)))

    reference = columns[0]
    rows = []
    for key in sorted(groups, key=rank):
        by_column = {name: [samples[name] for samples in groups[key] if name in samples] for name in columns}
        present = {name: samples for name, samples in by_column.items() if samples}
        rows.append(
            Row(
                key,
                {name: bootstrap.mean_estimate(samples) for name, samples in present.items()},
                {
                    name: bootstrap.difference(samples, present[reference])
                    for name, samples in present.items()
                    if name != reference and reference in present
                },
            )
        )
    return rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``evaluate``."""
    parser.add_argument(
        "--weights", nargs="+", type=Path, default=[], metavar="W",
        help="networks to measure (default: the shipped one); the others are compared with the first",
    )  # fmt: skip
    parser.add_argument("--before", type=Path, metavar="W", help="weights of an earlier release, as one more column")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR|TAR", help="colour photos to judge on")
    parser.add_argument("--limit", type=_positive, metavar="N", help="use the first N photos of a fixed shuffle")
    parser.add_argument("--seed", type=int, default=0, help="of masks, hints and strokes (default: 0)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N",
        help="CPU threads (default: all; 1 is much faster while other programs use the processor)",
    )  # fmt: skip
    parser.add_argument(
        "--levin", type=int, default=LEVIN_PHOTOS, metavar="N",
        help=f"photos that Levin's solver is given, which takes 2 s each (default: {LEVIN_PHOTOS}; 0: none)",
    )  # fmt: skip
    parser.add_argument("--no-speed", action="store_true", help="leave the timing out")
    parser.add_argument("--json", type=Path, metavar="F", help="also write everything as JSON into F")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="also write contact sheets into DIR")


def run(args: argparse.Namespace) -> int:
    """Evaluate as the command line asks, print the report; returns the exit code."""
    from model.checkpoint import WeightsError
    from model.device import DeviceError
    from model.speed import cpu_threads

    try:
        with cpu_threads(max(0, args.threads)):
            report = _evaluated(args)
        if args.json:
            args.json.write_text(report.json() + "\n", encoding="utf-8")
    except (DeviceError, EvaluationError, WeightsError) as error:
        print(f"huebrush: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"huebrush: {error.filename}: {error.strerror}; choose another place or file.", file=sys.stderr)
        return 1
    print(report.markdown(), end="")
    return 0


def _evaluated(args: argparse.Namespace) -> Report:
    from model.checkpoint import sha256, shipped_weights
    from model.colorizer import Colorizer
    from model.speed import Speed, measure_speed

    photos = PhotoSet.at(args.data, args.limit)
    networks = _named_weights(args.weights or [shipped_weights()], args.before)
    colorizers = {name: Colorizer(weights, device=args.device) for name, weights in networks.items()}
    columns: dict[str, Predictor | Column] = {}
    for name, colorizer in colorizers.items():
        columns[f"{name}faithful"] = AtVividness(colorizer, 0.0)
        columns[f"{name}vivid"] = AtVividness(colorizer, None)
    faithful, vivid, *_ = [column for column in columns.values() if isinstance(column, AtVividness)]
    columns["mask-blind"] = Column(MaskBlind(faithful), frozenset({Section.MASKS}))
    columns |= _baselines(args.levin)
    report = evaluate(columns, photos, seed=args.seed)
    header = {"data": args.data.name, **report.header}
    header["weights"] = {
        name.strip() or "ours": f"{weights.name} sha256 {sha256(weights)[:16]}" for name, weights in networks.items()
    }
    if args.pictures:
        args.pictures.mkdir(parents=True, exist_ok=True)
        write_sheets(photos, faithful, vivid, args.pictures, seed=args.seed)
    speeds: list[Speed] = []
    if not args.no_speed:
        for name, colorizer in colorizers.items():
            label = name.strip() or "ours"
            speeds += measure_speed(label, colorizer, colorizer.device_name, networks[name])
    return replace(report, header=header, speeds=tuple(speeds))


def _named_weights(weights: Sequence[Path], before: Path | None) -> dict[str, Path]:
    """Column prefixes: none for a single network, the file's name where there are several."""
    if len(weights) == 1:
        named = {"": weights[0]}
    else:
        named = {f"{path.stem} ": path for path in weights}
        if len(named) < len(weights):  # release/generator and trial/generator
            named = {f"{path.parent.name}/{path.stem} ": path for path in weights}
    if len(named) < len(weights):
        raise EvaluationError("Two of the weights have the same name in folders of the same name: rename one of them.")
    return named | ({"before ": before} if before else {})


def _baselines(levin_photos: int) -> dict[str, Column]:
    """The columns without a network."""
    columns = {"grey": Column(Grey(), WITHOUT_HINTS), "mean colour": Column(MeanColour(), WITHOUT_HINTS)}
    if levin_photos > 0:
        from model.classical.levin import Levin2004

        try:
            columns["Levin 2004"] = Column(Levin2004(), frozenset({Section.HINTS}), levin_photos)
        except ImportError as error:
            print(f"huebrush: {error}", file=sys.stderr)
    return columns


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of photos; write 100")
    return int(text)
