"""What painting costs at 1, 24 and 100 megapixels, on the real window with the shipped network.

Skipped in ordinary runs; ``pytest tests/benchmarks --benchmark-only`` measures and prints the table. Run it on an
otherwise idle machine: the promises about time are checked here and nowhere else. ``huebrush bench`` measures with the
same functions and has the same goals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.bench import files, strokes, views
from app.bench.goals import GOALS, judged
from app.bench.photo import synthetic_photo
from app.bench.studio import Studio
from app.document.photo import Photo
from app.files.reading import read_photo
from app.jobs.rendering import export_picture

SIZES = [1, 24, 100]
ANSWERS_IN_3_S, RATIO = 10, 1.5

Figures = dict[str, Any]


@lru_cache(maxsize=1)
def photo_of(path: Path) -> Photo:
    return read_photo(path)


def file_of(megapixels: int, folder: Path) -> Path:
    path = folder / f"{megapixels}.jpg"
    if not path.exists():
        synthetic_photo(megapixels, path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmark")


@pytest.fixture
def megapixels(request: pytest.FixtureRequest) -> int:
    size: int = request.param
    return size


@pytest.fixture
def studio(folder: Path, megapixels: int, qapp: QApplication) -> Iterator[Studio]:
    """A window with the photo open and coloured."""
    assert qapp is not None
    made = Studio()
    made.opened_s(file_of(megapixels, folder))
    made.settle()
    yield made
    made.close()


def told(benchmark: Any, measure: Callable[[], Figures], megapixels: int) -> Figures:
    """Measure once, print, and hold whatever has a goal to it."""
    figures: Figures = benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info.update(figures, megapixels=megapixels)
    print(f"\n{megapixels} MP: {json.dumps(figures)}")
    measured = [goal for goal in GOALS if goal.key.split(".")[0] in figures]
    verdicts = judged(figures, measured)
    assert verdicts
    missed = [key for key, verdict in verdicts.items() if not verdict["met"]]
    assert not missed, {key: verdicts[key] for key in missed}
    return figures


each_size = pytest.mark.parametrize("megapixels", SIZES, indirect=True, ids="{} MP".format)
FRAMES: dict[int, float] = {}


@each_size
@pytest.mark.benchmark(group="strokes of three seconds: event → frame, event → answer")
def test_strokes(benchmark: Any, studio: Studio, megapixels: int) -> None:
    figures = told(benchmark, lambda: strokes.painting(studio), megapixels)
    assert figures["answers_per_stroke"] >= ANSWERS_IN_3_S
    FRAMES[megapixels] = figures["stroke_to_frame_ms"]["p95"]
    if megapixels == SIZES[-1] and SIZES[0] in FRAMES:
        assert FRAMES[megapixels] <= RATIO * FRAMES[SIZES[0]]


@each_size
@pytest.mark.benchmark(group="ten thousand dabs in a row")
def test_scribble(benchmark: Any, studio: Studio, megapixels: int) -> None:
    figures = told(benchmark, lambda: strokes.scribbling(studio), megapixels)
    assert figures["scribble_dabs"] >= strokes.DABS


@each_size
@pytest.mark.benchmark(group="pan, zoom, undo of a stroke, the whole view anew")
def test_views(benchmark: Any, studio: Studio, megapixels: int) -> None:
    told(benchmark, lambda: views.looking(studio), megapixels)


@each_size
@pytest.mark.benchmark(group="open")
def test_open(benchmark: Any, studio: Studio, folder: Path, megapixels: int) -> None:
    told(benchmark, lambda: files.opening(studio, file_of(megapixels, folder)), megapixels)


@each_size
@pytest.mark.benchmark(group="export, half covered")
def test_export(benchmark: Any, studio: Studio, folder: Path, megapixels: int) -> None:
    told(benchmark, lambda: files.exporting(studio, folder), megapixels)


@pytest.mark.parametrize("size", SIZES, ids="{} MP".format)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.benchmark(group="export, everything coloured")
def test_export_of_everything(benchmark: Any, folder: Path, size: int, suffix: str) -> None:
    from app.document.layer import DocumentState, LayerState
    from app.document.tiles import TileMask
    from app.jobs.answering import with_colours
    from model.colorizer import Colorizer

    photo = photo_of(file_of(size, folder))
    blank = DocumentState((LayerState("Colour", TileMask.full(photo.height, photo.width)),))
    state = with_colours(lambda: Colorizer(device="cpu"), photo, blank)
    target = folder / f"out{suffix}"
    benchmark.pedantic(lambda: export_picture(photo, state, target), rounds=1)
    target.unlink()


def test_the_command_measures_the_same(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """``huebrush bench`` is for users; its figures must be of the same size as those above."""
    from app.cli import main

    capsys.readouterr()
    code = benchmark.pedantic(lambda: main(["bench", "--megapixels", "1", "--json"]), rounds=1)
    assert code == 0
    figures = json.loads(capsys.readouterr().out)
    with capsys.disabled():
        print("\n" + json.dumps(figures, indent=1))
    if FRAMES.get(1):
        assert 0.3 < figures["sizes"][0]["stroke_to_frame_ms"]["p95"] / FRAMES[1] < 3
