"""The protocol against predictors whose figures are known: the truth, nothing, a leaker, a turncoat."""

from __future__ import annotations

import argparse
import io
import json
import tarfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from model import evaluate as evaluation
from model import protocol, speed
from model.checkpoint import save_generator
from model.evaluate import evaluate
from model.generator import Generator, GeneratorConfig
from model.masks import FAMILIES, HELD_OUT
from model.predictors import AtVividness, Column, Grey, MaskBlind, MeanColour, Section
from model.protocol import EvaluationError, PhotoSet, TruePhoto
from model.report import MEAN, MEAN_HELD_OUT
from model.sheets import write_sheets


def photo(seed: int) -> TruePhoto:
    """Smooth colours around mid grey."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(60, 200, (6, 6, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_LINEAR)
    return TruePhoto.of(f"photo-{seed}", smooth.astype(np.uint8))


PHOTOS = [photo(seed) for seed in range(6)]


class Fake:
    """Answers with ``function(true ab, mask, call number)``; it knows the photos by their light."""

    def __init__(self, function: Callable[[np.ndarray, np.ndarray, int], np.ndarray]) -> None:
        self.function = function
        self.calls = 0
        self.vividness: list[float | None] = []
        self.masks: list[np.ndarray] = []

    def colorize(
        self,
        L: np.ndarray,
        mask: np.ndarray,
        hint_ab: np.ndarray,
        hint_mask: np.ndarray,
        *,
        vividness: float | None = None,
    ) -> np.ndarray:
        assert L.dtype == np.float32
        assert mask.dtype == hint_mask.dtype == np.uint8
        assert hint_ab.dtype == np.float32
        assert not hint_ab[:, hint_mask == 0].any()
        truth = next(each.ab for each in PHOTOS if np.array_equal(each.lightness, L))
        self.calls += 1
        self.vividness.append(vividness)
        self.masks.append(mask)
        return self.function(truth, mask, self.calls).astype(np.float32)


def oracle() -> Fake:
    return Fake(lambda truth, mask, _: truth * mask)


def test_the_truth_is_perfect_and_grey_is_not() -> None:
    report = evaluate({"oracle": oracle(), "grey": Grey()}, PHOTOS)
    for section in ("full", "masks"):
        assert report.value(section, "delta_e", "oracle").value == pytest.approx(0, abs=1e-4)
        assert report.value(section, "fill", "oracle").value == pytest.approx(1, abs=1e-5)
        assert report.value(section, "coverage", "oracle").value == 1
        assert report.value(section, "hue", "oracle").value == pytest.approx(0, abs=1e-3)
        assert report.value(section, "fill", "grey").value == 0
        assert report.value(section, "delta_e", "grey").value > 5
        assert np.isnan(report.value(section, "hue", "grey").value)
    assert report.value("leak", "leak", "oracle", MEAN).value == 0
    assert report.value("leak", "p99", "oracle", MEAN).value == 0
    assert report.value("obedience", "boundary_f", "oracle").value > 0.85  # pale truth: C* 2.3 to 5
    assert report.value("obedience", "iou", "grey").value == 0
    assert report.value("hints", "gain", "grey", "50").value == 0
    assert report.value("hints", "gain", "oracle", "0").value > 10
    assert report.value("steadiness", "p95", "oracle").value == 0
    assert report.value("set", "gap", "oracle").value == pytest.approx(0, abs=0.3)
    assert report.value("set", "gap", "grey").value < -10


def test_leak_is_seen_in_its_band_and_family() -> None:
    """Colour spilling 8 px over the edge at a tenth of the strength."""

    def spill(_truth: np.ndarray, mask: np.ndarray, _calls: int) -> np.ndarray:
        outside = protocol.distance_outside(mask)
        strength = np.where(mask == 1, 40, np.where((outside > 2) & (outside <= 8), 4, 0))
        return np.stack([strength, strength * 0])

    report = evaluate({"spill": Fake(spill)}, PHOTOS)
    assert report.value("leak", "near", "spill", MEAN).value == 0
    assert report.value("leak", "middle", "spill", MEAN).value == pytest.approx(0.1)
    assert report.value("leak", "far", "spill", MEAN).value == 0
    assert 0 < report.value("leak", "leak", "spill", MEAN).value < 0.1
    assert 0 < report.value("leak", "leak", "spill", MEAN_HELD_OUT).value < 0.1
    measured = {row.key.group for row in report.rows if row.key.section == "leak"} - {MEAN, MEAN_HELD_OUT}
    assert measured == set(FAMILIES) - {"full", "empty"}
    assert measured >= HELD_OUT


def test_unsteady_colour_is_seen() -> None:
    shift = Fake(lambda truth, mask, calls: (truth + (calls % 2) * 10) * mask)
    assert evaluate({"shift": shift}, PHOTOS).value("steadiness", "median", "shift").value > 3


def test_ignored_hints_are_seen() -> None:
    plain = Fake(lambda truth, mask, _: truth * 0 * mask)
    report = evaluate({"plain": plain, "oracle": oracle()}, PHOTOS, limit=3)
    assert report.value("hints", "at_hints", "plain", "20").value > 3
    assert report.value("hints", "at_hints", "oracle", "20").value < 2  # a patch's mean is not each of its pixels
    assert report.value("hints", "near_hints", "plain", "20").value > 3
    assert report.value("hints", "near_hints", "oracle", "20").value == pytest.approx(0, abs=1e-4)


def test_differences_are_paired_with_the_first_column() -> None:
    half = Fake(lambda truth, mask, _: truth * mask / 2)
    report = evaluate({"oracle": oracle(), "half": half}, PHOTOS)
    row = next(row for row in report.rows if row.key == ("masks", "", "fill"))
    assert list(row.differences) == ["half"]
    assert row.differences["half"].value == pytest.approx(-0.5, abs=1e-4)
    assert row.differences["half"].high < -0.49


def test_same_arguments_same_report_other_seed_other_report() -> None:
    def text(seed: int) -> str:
        noisy = Fake(lambda truth, mask, calls: truth * mask * (0.5 + calls % 7 / 10))
        return evaluate({"noisy": noisy, "mean": MeanColour()}, PHOTOS, seed=seed, limit=3).json()

    assert text(0) == text(0)
    assert text(0) != text(1)


def test_json_is_strict_and_markdown_names_every_column_and_section() -> None:
    report = evaluate({"oracle": oracle(), "grey": Column(Grey(), frozenset({Section.FULL}), 2)}, PHOTOS)
    document = json.loads(report.json(), parse_constant=pytest.fail)
    assert document["columns"] == ["oracle", "grey"]
    assert document["measured on fewer photos"] == {"grey": 2}
    by_key = {(f["section"], f["group"], f["figure"]): f for f in document["figures"]}
    assert by_key["full", "", "delta_e"]["values"]["grey"]["photos"] == 2
    assert "grey" not in by_key["hints", "10", "gain"]["values"]
    text = report.markdown()
    for title in ("Leak", "Whole picture", "Inside partial masks", "Mask obedience", "Hints", "Steadiness"):
        assert f"### {title}" in text
    assert "nan" not in text
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|---")]
    assert max(widths) > 3


def test_limit_asks_no_more_than_it_says_and_columns_have_their_own() -> None:
    few, all_ = oracle(), oracle()
    evaluate({"all": all_, "few": Column(few, frozenset({Section.HINTS}), 1)}, PHOTOS, limit=2)
    assert few.calls == len(protocol.HINT_COUNTS)
    questions = len(protocol.HINT_COUNTS) + protocol.MASKS_PER_PHOTO
    assert all_.calls == 2 * questions + protocol.STROKES  # steadiness on the first photo only


def test_useless_answers_are_refused() -> None:
    broken = Fake(lambda truth, mask, _: truth * mask * np.nan)
    with pytest.raises(EvaluationError, match="broken gave no usable colour for photo-0"):
        evaluate({"broken": broken}, PHOTOS)
    with pytest.raises(EvaluationError, match="at least one photo"):
        evaluate({"oracle": oracle()}, [])


def test_mask_blind_never_shows_the_mask_and_asks_once_a_photo() -> None:
    seen = oracle()
    evaluate({"blind": Column(MaskBlind(AtVividness(seen, 0.0)), frozenset({Section.MASKS}))}, PHOTOS)
    assert seen.calls == len(PHOTOS)
    assert all(mask.all() for mask in seen.masks)
    assert set(seen.vividness) == {0.0}


def test_material_depends_on_the_photo_not_on_the_limit() -> None:
    assert [list(protocol.masks_of(PHOTOS[0], place, 0)) for place in (0, 1)] != []
    first, second = (protocol.masks_of(PHOTOS[0], 4, 0) for _ in range(2))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    few, many = protocol.hints_of(PHOTOS[0], 5, 0), protocol.hints_of(PHOTOS[0], 50, 0)
    assert (many.mask[few.mask == 1] == 1).all()
    assert few.mask.sum() <= 5 * 36
    elsewhere = protocol.hints_of(PHOTOS[1], 5, 0)
    assert not np.array_equal(few.mask, elsewhere.mask)


def test_hints_stay_within_a_mask_and_carry_the_patch_mean() -> None:
    within = np.zeros((256, 256), np.uint8)
    within[100:106, 40:60] = 1
    hints = protocol.hints_of(PHOTOS[0], 1, 0, within=within)
    assert hints.mask.sum() == 36
    assert not hints.mask[within == 0].any()
    patch = hints.mask.astype(bool)
    np.testing.assert_allclose(hints.ab[:, patch][:, 0], PHOTOS[0].ab[:, patch].mean(axis=1), atol=1e-4)
    nowhere = protocol.hints_of(PHOTOS[0], 3, 0, within=within * 0)
    assert not nowhere.mask.any()


def test_growing_mask_only_grows() -> None:
    grown = protocol.growing_mask(PHOTOS[0], 0)
    assert len(grown) == protocol.STROKES
    assert all((after >= before).all() for before, after in pairwise(grown))
    assert grown[-1].sum() > grown[0].sum() > 0


def encoded(seed: int, size: tuple[int, int], suffix: str = ".png") -> bytes:
    """A picture whose left half is dark blue and whose right half is light yellow, (height, width)."""
    picture = np.zeros((*size, 3), np.uint8)
    picture[:, : size[1] // 2] = (90, 20, 10)
    picture[:, size[1] // 2 :] = (60, 200, 220)
    picture += np.random.default_rng(seed).integers(0, 5, picture.shape).astype(np.uint8)
    return bytes(cv2.imencode(suffix, picture)[1].tobytes())


def test_photos_of_a_tar_leave_label_maps_out_and_come_in_one_order(tmp_path: Path) -> None:
    names = [f"source-{i}.webp" for i in range(5)]
    shard = tmp_path / "shard.tar"
    with tarfile.open(shard, "w") as archive:
        for name in [*names, "source-0.png"]:
            data = encoded(0, (300, 400), Path(name).suffix)
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    everything = [each.name for each in PhotoSet.at(shard)]
    assert sorted(everything) == sorted(Path(name).stem for name in names)
    assert [each.name for each in PhotoSet.at(shard, 2)] == everything[:2]
    assert everything != sorted(everything)


@pytest.mark.parametrize("size", [(300, 500), (100, 400), (256, 256), (900, 256)])
def test_photos_are_cut_to_the_centre_square(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(encoded(1, size))
    (only,) = PhotoSet.at(tmp_path)
    assert only.rgb.shape == (256, 256, 3)
    assert only.ab.shape == (2, 256, 256)
    assert only.ab[1, :, :120].max() < 0 < only.ab[1, :, 136:].min()  # blue left, yellow right, cut in the middle
    np.testing.assert_allclose(only.rgb[128, 250], (222, 202, 62), atol=4)  # RGB, not BGR


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="There is no"):
        PhotoSet.at(tmp_path / "missing")
    with pytest.raises(EvaluationError, match="holds no photo"):
        PhotoSet.at(tmp_path)
    (tmp_path / "bad.tar").write_text("not a tar")
    with pytest.raises(EvaluationError, match="cannot be read"):
        PhotoSet.at(tmp_path / "bad.tar")
    (tmp_path / "bad.jpg").write_text("not a photo")
    with pytest.raises(EvaluationError, match=r"bad\.jpg cannot be read as a photo"):
        PhotoSet.at(tmp_path)


def test_sheets_are_pictures_of_eight_rows(tmp_path: Path) -> None:
    written = write_sheets(PHOTOS[:3], oracle(), oracle(), tmp_path)
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


@pytest.mark.slow
def test_run_measures_networks_and_writes_json_and_sheets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole command with two untrained small networks: every column, section and file is there."""
    monkeypatch.setattr(speed, "SIDES", (64, 80))
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(widths=(8, 16, 16, 32), attention_blocks=1)).eval()
    for name in ("one", "two"):
        save_generator(tmp_path / f"{name}.safetensors", generator, {})
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_bytes(encoded(1, (256, 256)))
    args = parsed(
        *("--weights", str(tmp_path / "one.safetensors"), "--before", str(tmp_path / "two.safetensors")),
        *("--data", str(tmp_path / "photos"), "--device", "cpu", "--threads", "1", "--levin", "1"),
        *("--json", str(tmp_path / "report.json"), "--pictures", str(tmp_path / "sheets")),
    )
    assert evaluation.run(args) == 0
    out = capsys.readouterr().out
    assert "| faithful | vivid | before faithful | before vivid | mask-blind | grey | mean colour |" in out
    assert "| faithful | vivid | before faithful | before vivid | Levin 2004 |" in out
    assert "### Speed" in out
    document = json.loads((tmp_path / "report.json").read_text())
    assert set(document["weights"]) == {"ours", "before"}
    parameters = sum(each.numel() for each in generator.parameters())
    assert {(s["threads"], s["side"]) for s in document["speed"]} == {(1, 64), (1, 80), (2, 64), (2, 80)}
    assert {s["parameters"] for s in document["speed"]} == {parameters}
    rows = {(f["section"], f["group"], f["figure"]): f["differences"] for f in document["figures"]}
    assert rows["full", "", "psnr"]["before faithful"]["value"] == 0  # the same network twice
    assert len(list((tmp_path / "sheets").glob("*.png"))) == 2
