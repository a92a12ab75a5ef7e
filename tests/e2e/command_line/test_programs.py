"""info, demo and bench, as a user starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest
import torch

from model.checkpoint import FORMAT

ROOT = Path(__file__).resolve().parents[3]

if TYPE_CHECKING:
    from model.generator import GeneratorConfig
    from tests.e2e.command_line.conftest import Command


def test_info_shows_versions_devices_and_the_header(huebrush: Command, tiny_weights: Path) -> None:
    done = huebrush("info", tiny_weights)
    assert (done.code, done.err) == (0, "")
    for word in ("versions", "torch", "devices", "cpu", "weights", "tiny.safetensors", "sha256", FORMAT):
        assert word in done.out


def test_info_as_json(huebrush: Command, tiny_weights: Path, tiny_network: GeneratorConfig) -> None:
    done = huebrush("info", tiny_weights, "--json")
    told = json.loads(done.out)
    assert told["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert told["devices"]["auto"] in ("cuda", "mps", "cpu")
    assert told["weights"]["format"] == FORMAT
    assert told["weights"]["config"]["widths"] == list(tiny_network.widths)


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
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("huebrush: ")
    assert "weights" in done.stderr
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
