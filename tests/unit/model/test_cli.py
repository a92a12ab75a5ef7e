"""``python -m model``: the network's commands where no window and no Qt are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from model.cli import main, seconds


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(each) for each in arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(("text", "length"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200)])
def test_times(text: str, length: float) -> None:
    assert seconds(text) == length


def test_what_cannot_be_trained_is_said_in_a_sentence(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], tiny_weights: Path
) -> None:
    run = tmp_path / "run"
    code, _, err = told(capsys, "train", tmp_path / "gone", "-o", run, "--steps", 1)
    assert (code, err.count("\n")) == (1, 1)
    assert "gone" in err
    code, _, err = told(capsys, "train", photos, "-o", run)
    assert code == 2
    assert "--time-budget" in err
    (tmp_path / "empty").mkdir()
    code, _, err = told(capsys, "train", tmp_path / "empty", "-o", run, "--steps", 1)
    assert code == 1
    assert "No usable colour photo" in err
    code, _, err = told(capsys, "train", photos, "-o", run, "--steps", 1, "--init", photos / "00.png")
    assert code == 1
    assert "00.png" in err
    assert "safetensors" in err
    code, _, err = told(capsys, "train", photos, "-o", run, "--steps", 1, "--resume", "--init", tiny_weights)
    assert code == 1
    assert "--resume" in err


@pytest.mark.slow
def test_a_run_from_the_command_line_needs_no_qt(photos: Path, tmp_path: Path, tiny_weights: Path) -> None:
    program = (
        "import sys; sys.modules['PySide6'] = None; from model.cli import main; code = main(); "
        "assert 'app' not in sys.modules; sys.exit(code)"
    )
    arguments = ("train", photos, "-o", tmp_path / "run", "--preset", "small", "--init", tiny_weights)
    arguments += ("--epochs", "4", "--probe", photos, "--json", "--device", "cpu")
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["step"] == 3  # four passes over twelve photos, sixteen at a time
    assert {"huber", "bins", "hints_10", "leak"} <= set(last["figures"])
    files = {path.name for path in (tmp_path / "run").iterdir()}
    assert {"generator.safetensors", "resume.safetensors", "log.jsonl", "preview.png", "curves.png"} <= files
    assert json.loads((tmp_path / "run" / "config.json").read_text())["photos"] == 12


def test_info_prints_the_header(tiny_weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "info", tiny_weights)
    assert code == 0
    assert len(json.loads(out)["sha256"]) == 64
    assert told(capsys, "info", tiny_weights.parent)[0] == 1
