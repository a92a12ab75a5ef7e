"""The command line. Scripts depend on it: options, exit codes and JSON keys are a contract.

Exit codes: 0 done, 1 failed with one sentence on stderr, 2 wrong usage. ``--verbose`` shows tracebacks and the log.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.colorize import add_arguments
from app.colorize import run as run_colorize
from app.errors import HuebrushError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.document.space import Codes

DEVICES = ("auto", "cpu", "cuda", "mps")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser, commands = _parser(arguments)
    if not _names_a_command(arguments, commands):
        arguments = ["gui", *arguments]
    args = parser.parse_args(arguments)
    # A failed command says one sentence: what a worker's thread logs about it, traceback and all, is for --verbose.
    quiet = logging.ERROR if args.run is _gui else logging.CRITICAL
    logging.basicConfig(level=logging.INFO if args.verbose else quiet, format="%(name)s: %(message)s")
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if args.verbose:
            traceback.print_exc()
        sentence = (
            str(error) if _is_for_people(error) else f"something went wrong ({error!r}); run again with --verbose"
        )
        print(f"huebrush: {sentence}", file=sys.stderr)
        return 1


def _is_for_people(error: Exception) -> bool:
    if isinstance(error, HuebrushError):
        return True
    checkpoint, device = sys.modules.get("model.checkpoint"), sys.modules.get("model.device")
    return bool(
        (checkpoint and isinstance(error, checkpoint.WeightsError))
        or (device and isinstance(error, device.DeviceError))
    )


def _names_a_command(arguments: Sequence[str], commands: Sequence[str]) -> bool:
    """``huebrush photo.jpg`` opens the window; a file that is named like a command is opened as ``./info``."""
    return bool(arguments) and (arguments[0] in commands or arguments[0] in ("-h", "--help", "--version"))


def _parser(arguments: Sequence[str]) -> tuple[argparse.ArgumentParser, list[str]]:
    parser = argparse.ArgumentParser(
        prog="huebrush",
        description="Brush colour back into black-and-white photos. Without a command the window opens: "
        "huebrush [PHOTO].",
    )
    parser.add_argument("--version", action="version", version=f"huebrush {_version('huebrush')}")
    commands = parser.add_subparsers(metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--verbose", action="store_true", help="show the log, and tracebacks of failures")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about, parents=[common])
        made.set_defaults(run=run)
        return made

    gui = command("gui", _gui, "Open the window (the default).")
    gui.add_argument("photo", nargs="?", type=Path, metavar="PHOTO", help="photo to open")
    gui.add_argument("--weights", type=Path, metavar="FILE", help="network to use instead of the shipped one")
    gui.add_argument("--device", choices=DEVICES, default="auto", help="where the network runs")

    colorize = command("colorize", run_colorize, "Colour a photo, or the masked part of it, and write the picture.")
    add_arguments(colorize, DEVICES)

    demo = command("demo", _demo, "Replay brush strokes on a sample photo: in the window, or into a PNG.")
    demo.add_argument("--headless", action="store_true", help="write the picture even where there is a display")
    demo.add_argument("-o", "--output", type=Path, metavar="OUT", help="where the picture goes (huebrush-demo.png)")

    info = command("info", _info, "Show versions, devices and what a weights file says about itself.")
    info.add_argument("file", nargs="?", type=Path, metavar="FILE", help="weights to look at (the shipped ones)")
    info.add_argument("--json", action="store_true")

    bench = command("bench", _bench, "Measure painting on this machine: latency, opening, export, memory.")
    bench.add_argument("--megapixels", default="1,24,100", metavar="N,N", help="sizes of the test photos")
    bench.add_argument("--json", action="store_true")

    for name, about in (
        ("train", "Train the network on your own photos."),
        ("evaluate", "Measure a network on photos with known colours."),
    ):
        made = command(name, _refuse, about)
        if name in arguments[:1]:  # torch-side options are only read when they are needed
            _add_model_arguments(name, made)
    return parser, list(commands.choices)


def _add_model_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    if name == "train":
        from model.cli import add_train_arguments, run_train

        add_train_arguments(parser)
        parser.set_defaults(run=run_train)
    else:
        from model.evaluate import add_arguments, run

        add_arguments(parser)
        parser.set_defaults(run=lambda args: run(args, export=_painted_all_over))


def _painted_all_over(grey: Codes, ab: NDArray[np.float32]) -> Codes:
    """What an export writes of a grey photo (h, w) that is painted all over with ab (2, h, w); ``evaluate`` asks it."""
    import numpy as np

    from app.document.chroma import Chroma
    from app.document.layer import DocumentState, LayerState
    from app.document.photo import Photo
    from app.document.tiles import TileMask
    from app.jobs.rendering import render_rows, with_fields

    photo, mask = Photo.from_rgb(grey), TileMask.full(*grey.shape)
    layer = LayerState("Colour", mask, chroma=Chroma.of(ab, np.ones(grey.shape, np.uint8)))
    return np.concatenate(list(render_rows(photo, with_fields(photo, DocumentState((layer,))), photo.bits)))


def _refuse(_args: argparse.Namespace) -> int:
    raise HuebrushError("this command can only be given as the first word on the command line.")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


# --- the window -------------------------------------------------------------------------------------------------------


def _gui(args: argparse.Namespace) -> int:
    from app.window import run_window

    return run_window(args.photo, weights=args.weights, device=args.device)


# --- demo, info, bench ------------------------------------------------------------------------------------------------


def _demo(args: argparse.Namespace) -> int:
    from app.demo import run_demo

    return run_demo(args.output, headless=args.headless)


def _bench(args: argparse.Namespace) -> int:
    from app.bench import run_bench

    try:
        sizes = [float(size) for size in args.megapixels.split(",")]
        if not sizes or not all(0.01 <= size <= 200 for size in sizes):
            raise ValueError
    except ValueError:
        print(
            f"huebrush: --megapixels is {args.megapixels}; write sizes of 0.01 to 200 like 1,24,100.", file=sys.stderr
        )
        return 2
    return run_bench(sizes, as_json=args.json)


def _info(args: argparse.Namespace) -> int:
    import platform

    import torch

    from model.checkpoint import read_header, sha256, shipped_weights
    from model.device import choose_device

    path = args.file or shipped_weights()
    header = read_header(path)
    packages = ("huebrush", "torch", "numpy", "opencv-contrib-python-headless", "PySide6-Essentials")
    told: dict[str, dict[str, Any]] = {
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in packages}},
        "devices": {
            "cpu": f"{torch.get_num_threads()} threads",
            "cuda": [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())],
            "mps": torch.backends.mps.is_available(),
            "auto": choose_device().type,
        },
        "weights": {"file": str(path), "bytes": path.stat().st_size, "sha256": sha256(path), **header},
    }
    if args.json:
        print(json.dumps(told, indent=1))
        return 0
    for part, entries in told.items():
        print(part)
        for key, value in entries.items():
            text = json.dumps(value) if isinstance(value, dict | list) else value
            print(f"  {key}: {text}")
    return 0
