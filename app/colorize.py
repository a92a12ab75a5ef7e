"""``huebrush colorize``: a photo, or the masked part of it, coloured without a window."""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import HuebrushError

if TYPE_CHECKING:
    from app.document.layer import DocumentState
    from app.document.photo import Photo
    from app.document.sources.source import ColourSource

SOURCES = "neural, original, tint:#rrggbb, reference:FILE or scribbles"
_TINT = re.compile(r"tint:(#[0-9a-fA-F]{6})(?:,(#[0-9a-fA-F]{6}))?(?:,(#[0-9a-fA-F]{6}))?")
_STOPS = {1: (50.0,), 2: (15.0, 90.0), 3: (15.0, 50.0, 90.0)}
_MEANT_NO_OPTION = 2


class Usage(Exception):  # noqa: N818 - it is said to the user, and means exit code 2
    """An option that makes no sense, as a sentence."""


def add_arguments(parser: argparse.ArgumentParser, devices: tuple[str, ...]) -> None:
    """The command's options."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help=".png, .jpg or .tif")
    parser.add_argument(
        "--mask", type=Path, metavar="MASK", help="grey image of the photo's size: 0 stays untouched, 255 is coloured"
    )
    parser.add_argument("--hints", type=Path, metavar="HINTS.json", help="colours asked for, at places")
    parser.add_argument(
        "--source", default="neural", metavar="SOURCE", help=f"where colours come from: {SOURCES} (default: neural)"
    )
    parser.add_argument("--saturation", type=float, default=1.0, metavar="F", help="0 is grey, 1 as it comes, 2 twice")
    parser.add_argument("--hue", type=float, default=0.0, metavar="DEG", help="turn all hues by -180 to 180 degrees")
    parser.add_argument("--palette", type=Path, metavar="FILE", help="use its colours only: .gpl, .ase or .aco")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="network to use instead of the shipped one")
    parser.add_argument("--device", choices=devices, default="auto", help="where the network runs")
    parser.add_argument("--size", type=int, default=256, metavar="N", help="long side the network sees (default 256)")
    parser.add_argument("--json", action="store_true", help="print sizes, device and seconds per stage")


def run(args: argparse.Namespace) -> int:
    """Colour and write; the exit code."""
    try:
        return _run(args)
    except Usage as error:
        print(f"huebrush: {error}", file=sys.stderr)
        return _MEANT_NO_OPTION


def _run(args: argparse.Namespace) -> int:
    from app.document.adjustments import Adjustments
    from app.document.layer import DocumentState, LayerState
    from app.document.palette import PaletteLock
    from app.document.sources.source import Work
    from app.document.tiles import TileMask
    from app.files.palettes import read_palette
    from app.files.reading import read_hints, read_mask, read_photo
    from app.jobs.answering import with_colours
    from app.jobs.rendering import export_picture

    stages: dict[str, float] = {}
    if not 64 <= args.size <= 1024:
        raise Usage(f"--size is {args.size}; it must be between 64 and 1024.")
    _check_within("--saturation", args.saturation, 0, 2)
    _check_within("--hue", args.hue, -180, 180)
    _check_source(args.source)
    if args.source == "scribbles" and args.hints is None:
        raise Usage("--source scribbles spreads the colours of --hints; give a list of them.")
    with _timed(stages, "open"):
        photo = read_photo(args.photo)
    size = photo.height, photo.width
    mask = TileMask.from_array(read_mask(args.mask, size)) if args.mask else TileMask.full(*size)
    hints = read_hints(args.hints, size) if args.hints else ()
    lock = PaletteLock(read_palette(args.palette)) if args.palette else None
    network = _Network(args.weights, args.device, stages)
    source = _source(args.source, photo, network, args.size)
    if source.work(photo) is Work.NETWORK and not mask.is_empty:
        network.colorizer()  # a network that cannot be loaded is said before anything is coloured
    with _timed(stages, "colour"):
        adjusted = Adjustments(saturation=args.saturation, hue=args.hue)
        layer = LayerState("Colour", mask, hints, source, adjustments=adjusted, palette=lock)
        state = with_colours(network.colorizer, photo, DocumentState((layer,)), args.size)
    with _timed(stages, "export"):
        export_picture(photo, state, args.output)
    if args.json:
        _tell(args, photo, state, network, stages)
    return 0


class _Network:
    """Loads the network when it is first asked for: a tint needs none."""

    def __init__(self, weights: Path | None, device: str, stages: dict[str, float]) -> None:
        self._weights, self._device, self._stages = weights, device, stages
        self._colorizer: Any = None

    def colorizer(self) -> Any:
        """The network, loaded now if it was not."""
        if self._colorizer is None:
            with _timed(self._stages, "load network"):
                from model.colorizer import Colorizer

                self._colorizer = Colorizer(self._weights, self._device)
        return self._colorizer

    @property
    def loaded(self) -> Any:
        """The network, if anybody has asked for it."""
        return self._colorizer


def _check_within(option: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise Usage(f"{option} is {value:g}; it must be between {low} and {high}.")


def _check_source(word: str) -> None:
    plain = word in ("neural", "original", "scribbles") or _TINT.fullmatch(word)
    if not plain and not (word.startswith("reference:") and len(word) > len("reference:")):
        raise Usage(f"--source is {word}; it must be {SOURCES}.")


def _source(word: str, photo: Photo, network: _Network, long_side: int) -> ColourSource:
    from app.document.sources.neural import NEURAL
    from app.document.sources.original import ORIGINAL
    from app.document.sources.scribbles import Scribbles
    from app.document.sources.tint import Stop, Tint, codes_of

    if word == "original" and photo.source is None:
        raise HuebrushError(f"“{photo.path}” has no colours of its own to bring back; choose another --source.")
    if word.startswith("reference:"):
        return _reference(Path(word.removeprefix("reference:")), photo, network, long_side)
    tint = _TINT.fullmatch(word)
    if tint is not None:
        colors = [codes_of(color) for color in tint.groups() if color is not None]
        return Tint(tuple(Stop(at, color) for at, color in zip(_STOPS[len(colors)], colors, strict=True)))
    return {"neural": NEURAL, "original": ORIGINAL, "scribbles": Scribbles()}[word]


def _reference(path: Path, photo: Photo, network: _Network, long_side: int) -> ColourSource:
    from app.document.sources.base import small_colours
    from app.document.sources.reference import Method, make_reference
    from app.files.reading import read_photo
    from app.jobs.answering import PhotoLight, full_answer

    picture = read_photo(path)
    if picture.source is None:
        raise HuebrushError(f"“{path}” has no colours to take over: it is a grey picture. Choose one in colour.")
    field = None
    if photo.source is None:
        field = full_answer(network.colorizer(), PhotoLight.of(photo, long_side))
    base, reference = small_colours(photo, field), small_colours(picture, None)
    assert base is not None
    assert reference is not None
    return make_reference(path.name, Method.REINHARD_CIELAB, base, reference)


def _tell(
    args: argparse.Namespace, photo: Photo, state: DocumentState, network: _Network, stages: dict[str, float]
) -> None:
    chroma, loaded = state.layer.chroma, network.loaded
    told = {
        "photo": str(args.photo),
        "output": str(args.output),
        "size": [photo.width, photo.height],
        "bits": photo.bits,
        "source": state.layer.source.id,
        "network_size": [chroma.ab.shape[2], chroma.ab.shape[1]] if chroma else None,
        "device": loaded.device.type if loaded else None,
        "device_name": loaded.device_name if loaded else None,
        "weights": str(loaded.path.name) if loaded else None,
        "hints": len(state.layer.hints),
        "seconds": stages,
    }
    print(json.dumps(told))


@contextmanager
def _timed(stages: dict[str, float], stage: str) -> Iterator[None]:
    """Note the seconds that the block takes."""
    started = time.perf_counter()
    yield
    stages[stage] = round(time.perf_counter() - started, 4)
