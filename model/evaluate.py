"""``huebrush evaluate``: measure networks and simple answers on the same photos, masks and hints, with intervals.

What is asked stands in :mod:`model.protocol`, what is measured in :mod:`model.measure`, what should be reached in
:mod:`model.goals`; here they meet.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from tqdm import tqdm

from model import protocol
from model.figures import BY_FIGURE, FIGURES, MEAN, MEAN_HELD_OUT, SECTIONS
from model.goals import Network
from model.intervals import RESAMPLES, Bootstrap, Estimate, Measured
from model.masks import HELD_OUT
from model.measure import Key, Tally
from model.predictors import (
    AtVividness,
    Column,
    Corrected,
    Grey,
    MaskBlind,
    MeanColour,
    Predictor,
    Section,
    shared_forwards,
)
from model.protocol import Digest, EvaluationError, PhotoSet, TruePhoto
from model.report import Report, Row
from model.scene import Export, Scene
from model.sheets import write_sheets

if TYPE_CHECKING:
    from model.colorizer import Colorizer

LEVIN = "Levin 2004"
BOTH = "network, then Levin"
LEVIN_PHOTOS = 40
WITHOUT_HINTS = frozenset({Section.FULL, Section.MASKS})
SPREADS_HINTS = frozenset({Section.HINTS, Section.BLEEDING})
HAS_NO_HINTS = frozenset({Section.FULL, Section.MASKS, Section.LEAK, Section.STEADINESS})


def evaluate(
    columns: Mapping[str, Predictor | Column],
    photos: Sequence[TruePhoto],
    *,
    seed: int = 0,
    limit: int | None = None,
    rival: str = "",
    export: Export | None = None,
) -> Report:
    """Measure every column on the first ``limit`` photos; the first column is what the others are compared with.

    A bare predictor takes part in everything; a Column says in which sections, and on how many photos. rival: a column
    that all are compared with besides. export: what a program writes of a coloured photo; without one its lightness is
    not measured. The same arguments give the same report. Raises EvaluationError if there is no photo, no column, or a
    useless answer.
    """
    photos = photos[:limit]
    if not photos or not columns:
        raise EvaluationError("There is nothing to evaluate: at least one photo and one column are needed.")
    taking_part = {name: each if isinstance(each, Column) else Column(each) for name, each in columns.items()}
    tally, digest = Tally(export), Digest()
    labelled = 0
    for place in tqdm(range(len(photos)), desc="evaluating", unit="photo", disable=None):
        scene = Scene.of(photos[place], place, seed)
        scene.identify(digest)
        labelled += scene.photo.labels is not None
        given = {name: each for name, each in taking_part.items() if each.photos is None or place < each.photos}
        tally.measure(scene, given)
    header = {
        "protocol": protocol.VERSION,
        "photos": len(photos),
        "with label maps": labelled,
        "seed": seed,
        "material": str(digest),
        "resamples": RESAMPLES,
        "masks per photo": f"{protocol.MASKS_PER_PHOTO}, one more with labelled objects",
        "held-out families": sorted(HELD_OUT),
        "steadiness and network size measured on": f"every {protocol.STEADY_EVERY}th photo",
        "measured on fewer photos": {
            name: min(column.photos, len(photos)) for name, column in taking_part.items() if column.photos is not None
        },
    }
    rows = tuple(_rows(tally, tuple(columns), rival, Bootstrap(len(photos), seed)))
    return Report(header, tuple(columns), rows, rival, left_out=tuple(_left_out(rows, export)))


def _left_out(rows: Sequence[Row], export: Export | None) -> Iterable[str]:
    """What the photos, or the way the evaluation was started, could not give."""
    measured = {row.key.section for row in rows}
    if export is None:
        yield "lightness, which only huebrush evaluate can measure, with the app's own export"
    if "skin" not in measured:
        yield "skin, since no photo has it labelled"
    if "bleeding" not in measured:
        yield "bleeding, since no photo has a label map with a fit segment"


def _rows(tally: Tally, columns: Sequence[str], rival: str, bootstrap: Bootstrap) -> list[Row]:
    """One row per figure, in the order of the report; means over mask families come before the families."""
    groups: dict[Key, list[Mapping[str, Measured]]] = {}
    leaks = sorted(key for key in tally.samples if key.section == "leak")
    for key in leaks:
        groups.setdefault(Key("leak", MEAN, key.figure), []).append(tally.samples[key])
        if key.group in HELD_OUT:
            groups.setdefault(Key("leak", MEAN_HELD_OUT, key.figure), []).append(tally.samples[key])
    groups.update({key: [samples] for key, samples in tally.samples.items()})

    families = [MEAN, MEAN_HELD_OUT, *sorted({key.group for key in leaks})]
    others = {key.group for key in groups if not key.group.isdecimal()} - {"", *families}
    counts = map(str, protocol.HINT_COUNTS)
    order = list(SECTIONS), ["", *families, *counts, *sorted(others, key=lambda name: (len(name), name))], list(FIGURES)

    def rank(key: Key) -> tuple[int, ...]:
        figure, group = order[2].index(key.figure), order[1].index(key.group)
        return (order[0].index(key.section), *((figure, group) if key.section in BY_FIGURE else (group, figure)))

    def difference(ours: str, theirs: str, of: Sequence[Mapping[str, Measured]]) -> Estimate:
        both = [samples for samples in of if ours in samples and theirs in samples]
        return bootstrap.difference([each[ours] for each in both], [each[theirs] for each in both])

    rows = []
    for key in sorted(groups, key=rank):
        samples = groups[key]
        present = [name for name in columns if any(name in each for each in samples)]
        rows.append(
            Row(
                key,
                {name: bootstrap.mean_estimate([each[name] for each in samples if name in each]) for name in present},
                {name: difference(name, columns[0], samples) for name in _rest(present, columns[0])},
                {name: difference(name, rival, samples) for name in _rest(present, rival)},
            )
        )
    return rows


def _rest(present: Sequence[str], reference: str) -> list[str]:
    """Those to be compared with the reference: none where it is not present itself."""
    return [name for name in present if name != reference] if reference in present else []


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``evaluate``."""
    parser.add_argument(
        "--weights", nargs="+", type=Path, default=[], metavar="W",
        help="networks to measure (default: the shipped one); the others are compared with the first",
    )  # fmt: skip
    parser.add_argument("--before", type=Path, metavar="W", help="weights of an earlier release, as one more column")
    parser.add_argument(
        "--baseline2018", nargs="+", type=Path, default=[], metavar="W",
        help="weights of the course experiment's network (train --preset baseline2018), as columns",
    )  # fmt: skip
    parser.add_argument(
        "--data", nargs="+", type=Path, required=True, metavar="DIR|TAR",
        help="colour photos to judge on; a label map is a .png of the same name beside one",
    )  # fmt: skip
    parser.add_argument("--limit", type=_positive, metavar="N", help="use the first N photos of a fixed shuffle")
    parser.add_argument("--seed", type=int, default=0, help="of masks, hints and strokes (default: 0)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N",
        help="CPU threads (default: all; 1 is much faster while other programs use the processor)",
    )  # fmt: skip
    parser.add_argument(
        "--levin", type=int, default=LEVIN_PHOTOS, metavar="N",
        help=f"photos that Levin's solver is given, which takes 4 s each (default: {LEVIN_PHOTOS}; 0: none)",
    )  # fmt: skip
    parser.add_argument("--no-speed", action="store_true", help="leave the timing out")
    parser.add_argument("--json", type=Path, metavar="F", help="also write everything as JSON into F")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="also write contact sheets into DIR")


def run(args: argparse.Namespace, export: Export | None = None) -> int:
    """Evaluate as the command line asks, print the report; returns the exit code.

    export: what the app writes of a coloured photo, which only the app can hand in (see :data:`model.scene.Export`).
    """
    from model.checkpoint import WeightsError
    from model.device import DeviceError
    from model.speed import cpu_threads

    try:
        with cpu_threads(max(0, args.threads)):
            report = _evaluated(args, export)
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


def _evaluated(args: argparse.Namespace, export: Export | None) -> Report:
    from model.checkpoint import sha256, shipped_weights
    from model.colorizer import Colorizer

    if not hasattr(cv2, "ximgproc"):
        raise EvaluationError(
            "Exact hints need OpenCV's contrib modules: "
            "install opencv-contrib-python-headless in the place of the OpenCV that is here."
        )
    photos = PhotoSet.at(args.data, args.limit)
    weights = _named_weights(args.weights or [shipped_weights()], args.before)
    baselines = _named("2018", args.baseline2018)
    colorizers = {label: Colorizer(path, device=args.device) for label, path in weights.items()}
    networks = tuple(_network(label, alone=len(weights) == 1 or label == OURS) for label in weights)
    answers = _network_columns(networks, colorizers)
    faithful, vivid = answers[networks[0].faithful], answers[networks[0].vivid]
    columns: dict[str, Predictor | Column] = {**answers}
    columns["mask-blind"] = Column(MaskBlind(faithful), frozenset({Section.MASKS}))
    columns |= _simple_columns(baselines, args.device, args.levin)
    if LEVIN in columns:
        levin = columns[LEVIN]
        assert isinstance(levin, Column)
        columns[BOTH] = replace(levin, predictor=Corrected(faithful, levin.predictor))
    with ExitStack() as stack:
        for colorizer in colorizers.values():
            stack.enter_context(shared_forwards(colorizer.generator))
        report = evaluate(columns, photos, seed=args.seed, rival=LEVIN if LEVIN in columns else "", export=export)
        if args.pictures:
            args.pictures.mkdir(parents=True, exist_ok=True)
            write_sheets(photos, faithful, vivid, args.pictures, seed=args.seed)
    header = {
        "data": [path.name for path in args.data],
        **report.header,
        "weights": {
            label: f"{path.name} sha256 {sha256(path)[:16]}" for label, path in {**weights, **baselines}.items()
        },
    }
    report = replace(report, header=header, networks=networks)
    return report if args.no_speed else _with_speeds(report, weights, args.device)


def _with_speeds(report: Report, weights: Mapping[str, Path], device: str) -> Report:
    from model.speed import measure_speed, not_timed

    speeds = [speed for label, path in weights.items() for speed in measure_speed(label, path, device)]
    return replace(report, speeds=tuple(speeds), left_out=(*report.left_out, *not_timed()))


OURS = "ours"


def _named_weights(weights: Sequence[Path], before: Path | None) -> dict[str, Path]:
    """The networks by their labels: "ours" for a single one, the file's name where there are several."""
    return _named(OURS, weights) | ({"before": before} if before else {})


def _named(single: str, weights: Sequence[Path]) -> dict[str, Path]:
    """Labels of some weights: ``single`` if there is one only, else the files' names."""
    if len(weights) == 1:
        return {single: weights[0]}
    prefix = "" if single == OURS else f"{single} "
    named = {f"{prefix}{path.stem}": path for path in weights}
    if len(named) < len(weights):  # release/generator and trial/generator
        named = {f"{prefix}{path.parent.name}/{path.stem}": path for path in weights}
    if len(named) < len(weights):
        raise EvaluationError("Two of the weights have the same name in folders of the same name: rename one of them.")
    return named


def _network(label: str, *, alone: bool) -> Network:
    """The names of a network's columns; a lone one's need no label."""
    return Network(label, "faithful", "vivid") if alone else Network(label, f"{label} faithful", f"{label} vivid")


def _network_columns(networks: Sequence[Network], colorizers: Mapping[str, Colorizer]) -> dict[str, Predictor]:
    columns: dict[str, Predictor] = {}
    for network in networks:
        columns[network.faithful] = AtVividness(colorizers[network.label], 0.0)
        columns[network.vivid] = AtVividness(colorizers[network.label], None)
    return columns


def _simple_columns(baselines: Mapping[str, Path], device: str, levin_photos: int) -> dict[str, Column]:
    """What the networks are compared with: the seed's own, and the answers without a network."""
    columns = {}
    if baselines:
        from model.baseline2018 import Baseline2018Colorizer

        for label, path in baselines.items():
            columns[label] = Column(Baseline2018Colorizer(path, device), HAS_NO_HINTS)
    columns["grey"] = Column(Grey(), WITHOUT_HINTS)
    columns["mean colour"] = Column(MeanColour(), WITHOUT_HINTS)
    if levin_photos > 0:
        from model.classical.levin import Levin2004

        try:
            columns[LEVIN] = Column(Levin2004(), SPREADS_HINTS, levin_photos)
        except ImportError as error:
            print(f"huebrush: {error}", file=sys.stderr)
    return columns


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of photos; write 100")
    return int(text)
