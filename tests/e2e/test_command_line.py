"""The command line is a contract: exit codes, one sentence for each failure, the keys of its JSON."""

from __future__ import annotations

import errno
import json
import os
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from app.cli import main
from model.checkpoint import FORMAT

ROOT = Path(__file__).resolve().parents[2]


class Outcome(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What it said about its failure: exit code 1, nothing on stdout, one line on stderr."""
        assert self.code == 1
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("huebrush: ")
        assert lines[0].endswith(".")
        assert "Traceback" not in self.err
        assert "something went wrong" not in self.err
        return lines[0]


Command = Callable[..., Outcome]


@pytest.fixture
def huebrush(capsys: pytest.CaptureFixture[str]) -> Command:
    """huebrush("colorize", …): the program in this process."""

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:  # how argparse refuses
            code = int(leaving.code or 0)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "street.png"
    rgb = np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)
    assert cv2.imwrite(str(path), rgb)
    return path


@pytest.fixture
def colorize(huebrush: Command, tmp_path: Path, photo: Path, tiny_weights: Path) -> Command:
    """colorize(option, …, photo=…, out=…): with the tiny network unless other weights are asked for."""

    def run(*options: object, photo: Path = photo, out: Path = tmp_path / "out.png") -> Outcome:
        weights = () if "--weights" in options else ("--weights", tiny_weights)
        return huebrush("colorize", photo, "-o", out, "--device", "cpu", *weights, *options)

    return run


# --- what works -------------------------------------------------------------------------------------------------------


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


# --- usage: 2 ---------------------------------------------------------------------------------------------------------


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


# --- photos that cannot be opened: 1 ----------------------------------------------------------------------------------


def header_bomb() -> bytes:
    """A PNG of 59 bytes that claims 20 000 × 20 000 pixels."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def test_a_missing_file(colorize: Command, tmp_path: Path) -> None:
    told = colorize(photo=tmp_path / "gone.jpg").sentence
    assert "gone.jpg" in told
    assert "no file" in told


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty (0 bytes)"),
        (b"Dear diary, today I bought cobalt blue.", "not a picture"),
        (header_bomb(), "at most 200 megapixels"),
    ],
)
def test_files_that_are_no_photos(colorize: Command, tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "street.jpg"
    path.write_bytes(content)
    told = colorize(photo=path).sentence
    assert "street.jpg" in told
    assert says in told
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.98])
def test_a_jpeg_cut_short_is_never_half_a_picture(colorize: Command, tmp_path: Path, share: float) -> None:
    path = tmp_path / "street.jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    told = colorize(photo=path).sentence
    assert "street.jpg" in told
    assert "cut short" in told


def test_a_folder(colorize: Command, tmp_path: Path) -> None:
    assert "is a folder" in colorize(photo=tmp_path).sentence


# --- targets that cannot be written: 1 --------------------------------------------------------------------------------


def test_a_target_in_no_folder(colorize: Command, tmp_path: Path) -> None:
    told = colorize(out=tmp_path / "nowhere" / "out.png").sentence
    assert "nowhere" in told
    assert "folder does not exist" in told


def test_a_target_that_is_a_folder(colorize: Command, tmp_path: Path) -> None:
    (tmp_path / "out.png").mkdir()
    assert "is a folder" in colorize().sentence


@pytest.mark.parametrize("name", ["out.gif", "out", "out.webp"])
def test_a_target_of_an_unknown_kind(colorize: Command, tmp_path: Path, name: str) -> None:
    assert "end it in .png, .jpg or .tif" in colorize(out=tmp_path / name).sentence
    assert not (tmp_path / name).exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(colorize: Command, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed").chmod(0o500)
    assert "may not write" in colorize(out=tmp_path / "closed" / "out.png").sentence


def test_a_write_protected_target_is_kept(colorize: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.png"
    target.write_bytes(b"precious")
    target.chmod(0o400)
    real = os.access
    # root may write to it all the same; to everybody else the system gives this very answer
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != target and real(path, mode))
    assert "write-protected" in colorize().sentence
    assert target.read_bytes() == b"precious"


@contextmanager
def little_room() -> Iterator[None]:
    """No file may grow beyond 4 kB: writes really fail half-way."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.tif"])
def test_no_room_half_way_keeps_the_old_target(colorize: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"precious")
    before = set(tmp_path.iterdir())
    with little_room():
        done = colorize(out=tmp_path / name)
    assert name in done.sentence
    assert "disk" in done.sentence
    assert (tmp_path / name).read_bytes() == b"precious"
    assert set(tmp_path.iterdir()) == before


def test_a_full_disk_keeps_the_old_target(colorize: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out.png").write_bytes(b"precious")
    before = set(tmp_path.iterdir())

    def full(_descriptor: int) -> None:  # file systems that reserve late refuse here
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("app.files.atomic.os.fsync", full)
    assert "disk is full" in colorize().sentence
    assert (tmp_path / "out.png").read_bytes() == b"precious"
    assert set(tmp_path.iterdir()) == before


# --- masks and hints: 1 -----------------------------------------------------------------------------------------------


def test_a_mask_of_another_size_names_both(colorize: Command, tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "mask.png"), np.full((61, 90), 255, np.uint8))
    told = colorize("--mask", tmp_path / "mask.png").sentence
    assert "90 × 61" in told
    assert "90 × 60" in told


def test_a_mask_that_is_missing(colorize: Command, tmp_path: Path) -> None:
    assert "mask.png" in colorize("--mask", tmp_path / "mask.png").sentence


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "hints.json"),
        ("[", "hints.json"),
        ("{}", "list"),
        ('{"x": 1}', "list"),
        ("[1]", "entry 1"),
        ('[{"x": 1, "y": 1, "size": 4}]', "color"),
        ('[{"x": 1, "y": 1, "size": 4, "color": "#c01830"}, {"x": "1", "y": 1, "size": 4}]', "entry 2"),
        ('[{"x": 1, "y": 1, "size": 4, "color": "red"}]', "color"),
        ('[{"x": 1, "y": 1, "size": 0, "color": "#c01830"}]', "size"),
        ('[{"x": NaN, "y": 1, "size": 4, "color": "#c01830"}]', "x"),
        ('[{"x": 1, "y": 1e999, "size": 4, "color": "#c01830"}]', "y"),
        ('[{"x": 91, "y": 1, "size": 4, "color": "#c01830"}]', "x"),
        ("[" * 100_000, "hints.json"),
    ],
)  # fmt: skip
def test_malformed_hints(colorize: Command, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "hints.json").write_text(text)
    told = colorize("--hints", tmp_path / "hints.json").sentence
    assert "hints.json" in told
    assert says in told


def test_hints_that_are_no_text(colorize: Command, tmp_path: Path) -> None:
    (tmp_path / "hints.json").write_bytes(b"\xff\xfe\x00\x81")
    assert "hints.json" in colorize("--hints", tmp_path / "hints.json").sentence


# --- weights and devices: 1 -------------------------------------------------------------------------------------------


class Trap:
    """Were it unpickled, it would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


def weights_file(kind: str, folder: Path) -> Path:
    path = folder / ("network.pth" if kind == "pickle" else "network.safetensors")
    tensors = {"a": torch.zeros(2)}
    if kind == "pickle":
        torch.save({"a": Trap(folder / "sprung")}, path)
    elif kind == "text":
        path.write_text("not weights")
    elif kind == "empty":
        path.touch()
    elif kind == "folder":
        path.mkdir()
    elif kind == "somebody else's":
        save_file(tensors, path)
    elif kind == "another format":
        save_file(tensors, path, {"huebrush": json.dumps({"format": "huebrush-generator-99"})})
    elif kind == "unknown architecture":
        save_file(tensors, path, {"huebrush": json.dumps({"format": FORMAT, "config": {"transformer_blocks": 12}})})
    elif kind == "broken header":
        save_file(tensors, path, {"huebrush": "{"})
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "missing",
        "pickle",
        "text",
        "empty",
        "folder",
        "somebody else's",
        "another format",
        "unknown architecture",
        "broken header",
    ],
)
@pytest.mark.parametrize("command", ["colorize", "info"])
def test_weights_that_are_none(colorize: Command, huebrush: Command, tmp_path: Path, kind: str, command: str) -> None:
    path = weights_file(kind, tmp_path)
    if command == "info" and kind == "unknown architecture":
        pytest.skip("info shows the header of networks that this version cannot run")
    done = colorize("--weights", path) if command == "colorize" else huebrush("info", path)
    assert path.name in done.sentence
    assert not (tmp_path / "sprung").exists()
    assert not (tmp_path / "out.png").exists()


def test_weights_whose_tensors_are_not_what_the_header_says(
    colorize: Command, tmp_path: Path, tiny_weights: Path
) -> None:
    from safetensors import safe_open

    with safe_open(tiny_weights, framework="pt") as stored:
        metadata = stored.metadata()
    save_file({"a": torch.zeros(2)}, tmp_path / "w.safetensors", metadata)
    assert "w.safetensors" in colorize("--weights", tmp_path / "w.safetensors").sentence


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device that is to be missing")
def test_a_device_that_is_not_there(colorize: Command) -> None:
    assert "cuda" in colorize("--device", "cuda").sentence


# --- failures nobody foresaw ------------------------------------------------------------------------------------------


def test_verbose_shows_the_traceback_and_the_sentence(colorize: Command, tmp_path: Path) -> None:
    done = colorize("--verbose", photo=tmp_path / "gone.jpg")
    assert done.code == 1
    assert "Traceback (most recent call last)" in done.err
    assert done.err.splitlines()[-1].startswith("huebrush: ")


def test_an_unforeseen_failure_is_a_sentence_too(colorize: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the cat sat on it")

    monkeypatch.setattr("app.files.reading.read_photo", broken)
    done = colorize()
    assert done.code == 1
    assert "the cat sat on it" in done.err
    assert "Traceback" not in done.err
    assert "--verbose" in done.err
    assert len(done.err.splitlines()) == 1


# --- info, demo, bench ------------------------------------------------------------------------------------------------


def test_info_shows_versions_devices_and_the_header(huebrush: Command, tiny_weights: Path) -> None:
    done = huebrush("info", tiny_weights)
    assert (done.code, done.err) == (0, "")
    for word in ("versions", "torch", "devices", "cpu", "weights", "tiny.safetensors", "sha256", FORMAT):
        assert word in done.out


def test_info_as_json(huebrush: Command, tiny_weights: Path) -> None:
    done = huebrush("info", tiny_weights, "--json")
    told = json.loads(done.out)
    assert told["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert told["devices"]["auto"] in ("cuda", "mps", "cpu")
    assert told["weights"]["format"] == FORMAT
    assert told["weights"]["config"]["widths"] == [8, 8, 16, 16]


def test_info_of_the_shipped_weights(huebrush: Command) -> None:
    told = json.loads(huebrush("info", "--json").out)
    assert Path(told["weights"]["file"]).name == "huebrush.safetensors"
    assert told["weights"]["bytes"] > 5_000_000


def run_program(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_the_demo_without_a_display_writes_a_picture_and_says_where(tmp_path: Path) -> None:
    done = run_program("demo", "--headless", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    written = tmp_path / "huebrush-demo.png"
    assert str(written.resolve()) in done.stdout
    picture = cv2.imread(str(written))
    sample = cv2.imread(str(ROOT / "resources" / "samples" / "flower.jpg"))
    assert picture.shape == sample.shape
    coloured = (picture.max(axis=2).astype(int) - picture.min(axis=2)) > 0
    assert 0.1 < coloured.mean() < 0.9, "part of it is painted, part of it grey"
    red, green = picture[..., 2].astype(int), picture[..., 1].astype(int)
    assert (red - green > 40).mean() > 0.02, "the strokes ask for red"


def test_the_demo_says_why_it_cannot_write(huebrush: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.resources.sample_photo", lambda: None)
    assert "sample photo is missing" in huebrush("demo", "--headless", "-o", tmp_path / "out.png").sentence


def test_the_demo_with_a_broken_network_says_one_sentence(tmp_path: Path) -> None:
    """The worker's thread logs its failure; without --verbose none of that is shown."""
    script = (
        "import sys, pathlib, model.checkpoint as c, model.colorizer as k; from app.cli import main\n"
        "c.shipped_weights = k.shipped_weights = lambda: pathlib.Path('gone.safetensors')\n"
        "sys.exit(main(['demo', '--headless']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "weights" in Outcome(done.returncode, done.stdout, done.stderr).sentence
    assert not (tmp_path / "huebrush-demo.png").exists()


@pytest.mark.slow
def test_bench_as_json_has_the_promised_keys_and_leaves_no_trace(tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "settings.json").write_text('{"recent_files": ["/photos/street.jpg"]}')
    done = run_program("bench", "--megapixels", "0.05", "--json", folder=tmp_path, HUEBRUSH_SETTINGS=str(settings))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert {"device", "threads", "forward_ms", "sizes"} <= told.keys()
    assert told["device"] in ("cpu", "cuda", "mps")
    assert told["threads"] == os.cpu_count()
    assert set(told["forward_ms"]) == {"256", "512"}
    (size,) = told["sizes"]
    assert size["megapixels"] == 0.05
    for figure in ("stroke_to_frame_ms", "stroke_to_answer_ms"):
        assert 0 < size[figure]["p50"] <= size[figure]["p95"]
    for figure in ("recomposite_view_ms", "undo_ms", "open_s", "export_s", "peak_mb"):
        assert size[figure] > 0
    assert json.loads((settings / "settings.json").read_text()) == {"recent_files": ["/photos/street.jpg"]}
    assert [path.name for path in tmp_path.iterdir()] == ["settings"]
