"""The command line is a contract: exit codes, formats, the keys of its JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.e2e.command_line.conftest import Command


def test_json_tells_sizes_device_and_seconds(colorize: Command, tmp_path: Path) -> None:
    (tmp_path / "hints.json").write_text('[{"x": 8, "y": 4.0, "size": 24, "color": "#c01830"}]')
    done = colorize("--json", "--size", 128, "--hints", tmp_path / "hints.json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert told["size"] == [90, 60]
    assert told["network_size"] == [128, 85]
    assert told["bits"] == 8
    assert told["device"] == "cpu"
    assert told["hints"] == 1
    assert told["output"] == str(tmp_path / "out.png")
    assert {"open", "load network", "colour", "export"} <= told["seconds"].keys()
    assert all(seconds >= 0 for seconds in told["seconds"].values())


def test_without_json_it_is_silent(colorize: Command, tmp_path: Path) -> None:
    assert colorize() == (0, "", "")
    assert (tmp_path / "out.png").exists()


def test_without_a_mask_everything_is_coloured(colorize: Command, tmp_path: Path) -> None:
    assert colorize().code == 0
    picture = cv2.imread(str(tmp_path / "out.png"))
    assert (picture.max(axis=2) > picture.min(axis=2)).mean() > 0.9


@pytest.mark.parametrize(("name", "first"), [("a.png", b"\x89PNG"), ("a.JPG", b"\xff\xd8"), ("a.tiff", b"II*\0")])
def test_the_suffix_decides_the_format(colorize: Command, tmp_path: Path, name: str, first: bytes) -> None:
    assert colorize(out=tmp_path / name).code == 0
    assert (tmp_path / name).read_bytes().startswith(first)


def test_a_hint_is_the_colour_that_comes_out(colorize: Command, tmp_path: Path) -> None:
    grey = np.full((120, 160), 128, np.uint8)
    assert cv2.imwrite(str(tmp_path / "grey.png"), grey)
    hints = [{"x": 40, "y": 60, "size": 40, "color": "#c01830"}, {"x": 120, "y": 60, "size": 40, "color": "#1830c0"}]
    (tmp_path / "hints.json").write_text(json.dumps(hints))
    assert colorize("--hints", tmp_path / "hints.json", photo=tmp_path / "grey.png").code == 0
    blue, green, red = (cv2.imread(str(tmp_path / "out.png"))[..., k].astype(int) for k in range(3))
    assert red[60, 40] > green[60, 40] + 60
    assert red[60, 40] > blue[60, 40] + 60
    assert blue[60, 120] > green[60, 120] + 60
    assert blue[60, 120] > red[60, 120] + 60


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1)])
def test_photos_of_one_pixel_or_one_row_work(colorize: Command, tmp_path: Path, shape: tuple[int, int]) -> None:
    path = tmp_path / "thin.png"
    assert cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8))
    assert colorize(photo=path).code == 0
    assert cv2.imread(str(tmp_path / "out.png")).shape == (*shape, 3)


@pytest.mark.parametrize("size", [64, 1024])
def test_the_ends_of_the_size_option_work(colorize: Command, size: int) -> None:
    assert colorize("--size", size).code == 0


def test_the_photo_may_be_its_own_target(colorize: Command, photo: Path) -> None:
    before = photo.read_bytes()
    assert colorize(out=photo).code == 0
    assert photo.read_bytes() != before


@pytest.mark.parametrize("size", ["0", "63", "1025", "-256", "100000000"])
def test_a_size_out_of_range_is_usage(colorize: Command, tmp_path: Path, size: str) -> None:
    done = colorize(f"--size={size}")
    assert (done.code, done.out) == (2, "")
    assert "between 64 and 1024" in done.err
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("value", ["", "0", "-1", "abc", "1,,2", "nan", "inf", "100000", "1;24"])
def test_bad_megapixels_are_usage(huebrush: Command, value: str) -> None:
    done = huebrush("bench", f"--megapixels={value}")
    assert (done.code, done.out) == (2, "")
    assert "--megapixels" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("colorize",),
        ("colorize", "a.png"),
        ("colorize", "a.png", "-o", "b.png", "--device", "abacus"),
        ("colorize", "a.png", "-o", "b.png", "--size", "large"),
        ("info", "a", "b"),
        ("demo", "--unknown"),
    ],
)
def test_wrong_usage_is_told_by_code_2(huebrush: Command, arguments: tuple[str, ...]) -> None:
    done = huebrush(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: huebrush")


def test_help_and_version(huebrush: Command) -> None:
    told = huebrush("--help")
    assert told.code == 0
    for command in ("colorize", "demo", "info", "bench", "train", "evaluate"):
        assert command in told.out
    assert huebrush("--version").out.startswith("huebrush ")


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_the_trainer_and_the_measurements_have_their_options(huebrush: Command, command: str) -> None:
    told = huebrush(command, "--help")
    assert told.code == 0
    assert f"usage: huebrush {command}" in told.out
    assert "--device" in told.out
