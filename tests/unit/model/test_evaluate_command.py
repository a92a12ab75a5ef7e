"""The command: its options, what it prints and writes, and its sentences."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from app.cli import main
from model import evaluate as evaluation
from model import speed
from model.baseline2018 import Generator2018, save_baseline
from model.checkpoint import save_generator
from model.generator import Generator, GeneratorConfig
from model.sheets import write_sheets
from model.true_photos import TruePhoto


def photo(seed: int) -> TruePhoto:
    """Smooth colours around mid grey."""
    coarse = np.random.default_rng(seed).uniform(60, 200, (6, 6, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_LINEAR)
    return TruePhoto.of(f"photo-{seed}", smooth.astype(np.uint8))


PHOTOS = [photo(seed) for seed in range(3)]


def encoded(seed: int, size: tuple[int, int], suffix: str = ".png") -> bytes:
    """A picture whose left half is dark blue and whose right half is light yellow, (height, width)."""
    picture = np.zeros((*size, 3), np.uint8)
    picture[:, : size[1] // 2] = (90, 20, 10)
    picture[:, size[1] // 2 :] = (60, 200, 220)
    picture += np.random.default_rng(seed).integers(0, 5, picture.shape).astype(np.uint8)
    return bytes(cv2.imencode(suffix, picture)[1].tobytes())


def test_sheets_are_pictures_of_eight_rows(tmp_path: Path) -> None:
    class Oracle:
        def colorize(self, L: np.ndarray, mask: np.ndarray, *_: np.ndarray) -> np.ndarray:
            return next(photo.ab for photo in PHOTOS if photo.lightness is L) * mask

    written = write_sheets(PHOTOS, Oracle(), Oracle(), tmp_path)  # type: ignore[arg-type]
    assert [path.name for path in written] == ["sheet-1-without-hints.png", "sheet-1-with-hints.png"]
    sheet = cv2.imread(str(written[0]))
    assert sheet.shape == (24 + 3 * 260, 5 * 260, 3)
    truth = sheet[24 : 24 + 256, 4 * 260 : 4 * 260 + 256, ::-1]
    np.testing.assert_array_equal(truth, PHOTOS[0].rgb)
    faithful = sheet[24 : 24 + 256, 2 * 260 : 2 * 260 + 256, ::-1]  # the first row has a full mask
    np.testing.assert_allclose(faithful, PHOTOS[0].rgb.astype(float), atol=1)


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    evaluation.add_arguments(parser)
    return parser.parse_args(arguments)


def test_run_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluation.run(parsed("--data", str(tmp_path / "none"))) == 1
    said = capsys.readouterr()
    assert said.err.startswith("huebrush: There is no ")
    assert said.err.count("\n") == 1
    assert said.out == ""
    with pytest.raises(SystemExit):
        parsed("--data", str(tmp_path), "--limit", "0")
    assert "not a number of photos" in capsys.readouterr().err


TINY = GeneratorConfig(widths=(8, 16, 16, 32), attention_blocks=1)


def tiny_weights(path: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    save_generator(path, Generator(TINY).eval(), {})
    return path


@pytest.mark.slow
def test_run_measures_networks_and_writes_json_and_sheets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole command with two untrained small networks: every column, section and file is there."""
    monkeypatch.setattr(speed, "SIDES", (64, 80))
    one, two = (tiny_weights(tmp_path / f"{name}.safetensors", 0) for name in ("one", "two"))
    seed = tmp_path / "seed.safetensors"
    save_baseline(seed, Generator2018(), {})
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_bytes(encoded(1, (256, 256)))
    args = parsed(
        *("--weights", str(one), "--before", str(two), "--baseline2018", str(seed)),
        *("--data", str(tmp_path / "photos"), "--device", "cpu", "--threads", "1", "--levin", "1"),
        *("--json", str(tmp_path / "report.json"), "--pictures", str(tmp_path / "sheets")),
    )
    assert evaluation.run(args) == 0
    out = capsys.readouterr().out
    assert "| faithful | vivid | before faithful | before vivid | mask-blind | 2018 | grey | mean colour |" in out
    assert "| faithful | vivid | before faithful | before vivid | Levin 2004 |" in out
    assert "|  | goal | ours |  | before |  |" in out
    assert "### Speed" in out
    document = json.loads((tmp_path / "report.json").read_text())
    assert set(document["weights"]) == {"ours", "before", "2018"}
    parameters = sum(each.numel() for each in Generator(TINY).parameters())
    assert {(s["threads"], s["side"]) for s in document["speed"]} >= {(1, 64), (1, 80), (2, 64), (2, 80)}
    assert {s["parameters"] for s in document["speed"]} == {parameters}
    rows = {(f["section"], f["group"], f["figure"]): f for f in document["figures"]}
    with_seed = {section for (section, _, _), row in rows.items() if "2018" in row["values"]}
    assert with_seed == {"full", "set", "masks", "obedience", "leak", "steadiness"}
    assert rows["full", "", "psnr"]["differences"]["before faithful"]["value"] == 0  # the same network twice
    others = {"faithful", "vivid", "before faithful", "before vivid", "network, then Levin"}
    assert set(rows["hints", "10", "gain"]["minus rival"]) == others
    assert [goal["networks"]["ours"] for goal in document["goals"]] == [
        goal["networks"]["before"] for goal in document["goals"][:-2]
    ] + [goal["networks"]["ours"] for goal in document["goals"][-2:]]  # the last two are times
    assert any("lightness" in reason for reason in document["left out"])
    assert len(list((tmp_path / "sheets").glob("*.png"))) == 2


@pytest.mark.slow
def test_the_app_hands_in_its_own_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``huebrush evaluate`` on a photo with a label map: what the model alone cannot measure is there."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "ccp-1.jpg").write_bytes(encoded(1, (256, 256), ".jpg"))
    labels = np.full((256, 256), 41, np.uint8)
    labels[:, 128:] = 19
    cv2.imwrite(str(folder / "ccp-1.png"), labels)
    weights = tiny_weights(tmp_path / "tiny.safetensors", 1)
    arguments = ["--data", folder, folder, "--weights", weights, "--device", "cpu", "--levin", "0", "--no-speed"]
    assert main(["evaluate", *map(str, arguments), "--json", str(tmp_path / "report.json")]) == 0
    out = capsys.readouterr().out
    for title in ("Goals", "Skin", "Bleeding", "Lightness", "Network size"):
        assert f"### {title}" in out
    assert "Not measured" not in out
    document = json.loads((tmp_path / "report.json").read_text())
    assert document["with label maps"] == document["photos"]
    rows = {(f["section"], f["group"], f["figure"]): f["values"]["vivid"]["value"] for f in document["figures"]}
    assert 0 < rows["lightness", "8 bits", "largest_change"] <= 0.35
    assert 0 < rows["lightness", "16 bits", "largest_change"] <= 0.005


def test_an_opencv_without_contrib_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(cv2, "ximgproc")
    assert evaluation.run(parsed("--data", str(tmp_path))) == 1
    assert "opencv-contrib" in capsys.readouterr().err


def test_networks_are_told_apart_by_their_files(tmp_path: Path) -> None:
    several = [tmp_path / "a" / "net.safetensors", tmp_path / "b" / "net.safetensors"]
    assert list(evaluation._named_weights(several, None)) == ["a/net", "b/net"]
    assert list(evaluation._named_weights([tmp_path / "x.safetensors", *several[:1]], several[1])) == [
        "x", "net", "before",
    ]  # fmt: skip
    assert list(evaluation._named("2018", several[:1])) == ["2018"]
    assert list(evaluation._named("2018", [tmp_path / "flowers.x", tmp_path / "all.x"])) == ["2018 flowers", "2018 all"]
    with pytest.raises(evaluation.EvaluationError, match="same name"):
        evaluation._named_weights([several[0], several[0]], None)
