"""The protocol against predictors whose figures are known: the truth, nothing, a leaker, a turncoat."""

from __future__ import annotations

import json
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from model import metrics, protocol
from model.evaluate import evaluate
from model.figures import MEAN, MEAN_HELD_OUT
from model.masks import HELD_OUT
from model.predictors import AtVividness, Column, Grey, MaskBlind, MeanColour, Section
from model.protocol import EvaluationError, TruePhoto
from model.scene import resized


def photo(seed: int, name: str = "", labels: np.ndarray | None = None) -> TruePhoto:
    """Smooth colours around mid grey."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(60, 200, (6, 6, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_LINEAR)
    return TruePhoto.of(name or f"photo-{seed}", smooth.astype(np.uint8), labels)


def left_and_right(left: int, right: int) -> np.ndarray:
    labels = np.full((256, 256), left, np.uint8)
    labels[:, 128:] = right
    return labels


PHOTOS = [photo(seed) for seed in range(6)]
LABELLED = [photo(seed, f"ccp-{seed}", left_and_right(41, 19)) for seed in range(10, 13)]
KNOWN = PHOTOS + LABELLED


class Fake:
    """Answers with ``function(true ab, mask, call number)``; it knows the photos by their light, at any size."""

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
        assert mask.shape == hint_mask.shape == hint_ab.shape[1:] == L.shape
        assert hint_ab.dtype == np.float32
        assert not hint_ab[:, hint_mask == 0].any()
        side = len(L)
        photo = next(each for each in KNOWN if np.array_equal(scaled(each.lightness, side), L))
        truth = np.stack([scaled(plane, side) for plane in photo.ab])
        self.calls += 1
        self.vividness.append(vividness)
        self.masks.append(mask)
        return self.function(truth, mask, self.calls).astype(np.float32)


def scaled(plane: np.ndarray, side: int) -> np.ndarray:
    return plane if side == 256 else resized(plane, side)


def right_of(plane: np.ndarray) -> np.ndarray:
    """Which columns are in the right half."""
    return np.arange(plane.shape[1]) >= plane.shape[1] // 2


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
    assert measured == set(protocol.partial_families(objects=False))
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


def test_around_a_hint_only_its_own_segment_counts() -> None:
    """A column that is right on the right half only, before photos whose halves are segments."""
    half = Fake(lambda truth, mask, _: truth * mask * right_of(mask))
    report = evaluate({"half": half, "oracle": oracle()}, LABELLED)
    assert report.value("hints", "same_segment", "oracle", "20").value == pytest.approx(0, abs=1e-4)
    assert report.value("hints", "same_segment", "half", "20").value > 2
    groups = {row.key.figure for row in report.rows if row.key.section == "hints"}
    assert groups == {"gain", "at_hints", "same_segment"}  # the plain ring is for photos without a label map
    mixed = evaluate({"oracle": oracle()}, [*PHOTOS[:2], LABELLED[0]])
    assert mixed.value("hints", "near_hints", "oracle", "5").photos == 2
    assert mixed.value("hints", "same_segment", "oracle", "5").photos == 1


def test_a_request_is_compared_as_far_as_srgb_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def loud(_photo: TruePhoto, count: int, _seed: int) -> protocol.Hints:
        hints = protocol.Hints.none()
        for k in range(count):
            hints = hints.joined((12 * (k // 10), 12 * (k % 10)), np.array([90, -90]))
        return hints

    monkeypatch.setattr(protocol, "hints_of", loud)

    class Told:
        def __init__(self, *, mapped: bool) -> None:
            self.mapped = mapped

        def colorize(self, L: np.ndarray, _mask: np.ndarray, ab: np.ndarray, _hints: np.ndarray) -> np.ndarray:
            return metrics.gamut_mapped(L, ab) if self.mapped else ab

    columns = {
        name: Column(Told(mapped=name == "mapped"), frozenset({Section.HINTS})) for name in ("mapped", "literal")
    }
    report = evaluate(columns, PHOTOS[:2])
    assert report.value("hints", "at_hints", "mapped", "10").value == pytest.approx(0, abs=1e-3)
    assert report.value("hints", "at_hints", "literal", "10").value > 3


def test_skin_is_judged_by_itself() -> None:
    """Right everywhere but on the skin, the left half, where it is half as colourful."""
    pale = Fake(lambda truth, mask, _: truth * mask * np.where(right_of(mask), 1, 0.5))
    report = evaluate({"pale": pale, "oracle": oracle()}, [*PHOTOS[:2], *LABELLED])
    assert report.value("skin", "fill", "pale").value == pytest.approx(0.5, abs=1e-4)
    assert report.value("skin", "fill", "pale").photos == len(LABELLED)
    assert report.value("skin", "delta_e", "pale").value > 3
    assert report.value("skin", "delta_e", "oracle").value == pytest.approx(0, abs=1e-4)


def test_another_network_size_should_not_change_the_colour() -> None:
    def shifted(side: int) -> Fake:
        return Fake(lambda truth, mask, _: truth * mask + (15 if len(mask) == side else 0))

    report = evaluate({"oracle": oracle(), "shifted": shifted(384)}, PHOTOS)
    for count in map(str, protocol.SIZED_HINTS):
        for side in protocol.NETWORK_SIDES:
            assert report.value("sizes", f"at_{side}", "oracle", count).value < 0.3
        assert report.value("sizes", "at_192", "shifted", count).value < 0.3
        assert report.value("sizes", "at_384", "shifted", count).value > 5
    assert report.value("sizes", "at_192", "oracle", "0").photos == 2  # every fifth photo


class Spreading:
    """Grey, but for a disc around each hint, in which ``beyond`` tells the strength right of the middle."""

    def __init__(self, beyond: float) -> None:
        self.beyond = beyond

    def colorize(self, _L: np.ndarray, _mask: np.ndarray, ab: np.ndarray, _hints: np.ndarray) -> np.ndarray:
        saturated = (np.abs(np.hypot(*ab) - protocol.SATURATED) < 1e-3).astype(np.uint8)  # not one of the true hints
        if not saturated.any():
            return np.zeros_like(ab)
        near = protocol.distance_outside(saturated) < 40
        home = np.nonzero(saturated.any(axis=0))[0].mean() < 128
        same_side = (np.arange(256) < 128) == home
        colour = ab[:, saturated == 1][:, 0]
        return (colour[:, None, None] * near * np.where(same_side, 1, self.beyond)).astype(np.float32)


def test_bleeding_is_what_passes_the_segments_edge() -> None:
    predictors = {"kept": Spreading(0), "third": Spreading(1 / 3), "free": Spreading(1), "grey": Grey()}
    columns = {name: Column(each, frozenset({Section.BLEEDING})) for name, each in predictors.items()}
    report = evaluate(columns, [*PHOTOS[:1], *LABELLED], rival="free")
    for group in ("alone", f"among {protocol.AMONG} true hints"):
        found = {name: report.value("bleeding", "bleeding", name, group) for name in columns}
        assert found["kept"].value == 0
        assert found["third"].value == pytest.approx(1 / 3, abs=1e-3)
        assert found["free"].value == pytest.approx(1, abs=1e-3)
        assert found["third"].photos == len(LABELLED)
        assert np.isnan(found["grey"].value)  # it heeds no hint, so nothing can be said
        row = next(row for row in report.rows if row.key == ("bleeding", group, "bleeding"))
        assert row.ahead["third"].value == pytest.approx(-2 / 3, abs=1e-3)
        assert "free" not in row.ahead


def test_exports_are_held_against_the_photos_own_light() -> None:
    def careless(grey: np.ndarray, _ab: np.ndarray) -> np.ndarray:
        """One code too light in an eighth of the rows."""
        codes = np.dstack([grey] * 3)
        codes[::8] += 1
        return codes

    report = evaluate({"oracle": oracle()}, PHOTOS, export=careless)
    eight = report.value("lightness", "largest_change", "oracle", "8 bits")
    assert 0.3 < eight.value < 0.5  # a code is about 0.4 L*
    assert eight.photos == 1  # every tenth photo
    mean = report.value("lightness", "mean_change", "oracle", "8 bits").value
    assert mean == pytest.approx(0.4 / 8, rel=0.2)
    sixteen = report.value("lightness", "largest_change", "oracle", "16 bits").value
    assert 0.0005 < sixteen < 0.003
    faithful = evaluate({"oracle": oracle()}, PHOTOS, export=lambda grey, _: np.dstack([grey] * 3))
    assert faithful.value("lightness", "largest_change", "oracle", "16 bits").value == 0
    with pytest.raises(EvaluationError, match="export of 8 bits"):
        evaluate({"oracle": oracle()}, PHOTOS, export=lambda grey, _: grey)


def test_without_an_export_the_report_says_so() -> None:
    report = evaluate({"oracle": oracle()}, PHOTOS, limit=1)
    assert not any(row.key.section == "lightness" for row in report.rows)
    assert "Not measured: lightness, which only huebrush evaluate can measure" in report.markdown()


def test_the_sets_colours_as_a_whole() -> None:
    swapped = Fake(lambda truth, mask, _: -truth * mask)
    report = evaluate({"oracle": oracle(), "swapped": swapped, "grey": Grey()}, PHOTOS)
    distance = {name: report.value("set", "ab_distance", name) for name in report.columns}
    assert distance["oracle"].value == pytest.approx(0, abs=1e-7)
    assert 0.1 < distance["swapped"].value < distance["grey"].value < 1
    assert distance["swapped"].low < distance["swapped"].value <= distance["swapped"].high + 0.2
    row = next(row for row in report.rows if row.key == ("set", "", "ab_distance"))
    assert row.differences["grey"].low > 0


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
    sized = len(protocol.NETWORK_SIDES) * len(protocol.SIZED_HINTS)
    assert all_.calls == 2 * questions + protocol.STROKES + sized  # steadiness on the first photo only


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
