"""Whatever cannot be done is said in one sentence that names the file, the limit and the remedy."""

from __future__ import annotations

import errno
import json
import os
import resource
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from model.checkpoint import FORMAT

if TYPE_CHECKING:
    from tests.e2e.command_line.conftest import Command


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
