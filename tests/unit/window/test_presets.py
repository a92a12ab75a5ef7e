"""Presets are kept exactly, refused with a sentence, never lost to a name, and their pictures show what they do."""

from __future__ import annotations

import numpy as np
import pytest

from app.brush_presets import (
    BUILT_IN,
    LONGEST_NAME,
    BrushPreset,
    free_name,
    read_presets,
    renamed,
    restored,
)
from app.brush_values import BrushValues
from app.panels.stroke_preview import stroke_coverage

SIZE = (96, 32)


def preset(name: str) -> BrushPreset:
    return next(one for one in BUILT_IN if one.name == name)


def test_the_built_in_ones_have_names_of_their_own_and_survive_a_file() -> None:
    assert len({one.name for one in BUILT_IN}) == len(BUILT_IN)
    assert read_presets([one.to_dict() for one in BUILT_IN]) == (list(BUILT_IN), [])


def test_what_cannot_be_read_is_told_and_costs_no_other() -> None:
    good = BUILT_IN[0].to_dict()
    bad = [{"name": ""}, {"name": "x" * (LONGEST_NAME + 1)}, {"name": "a", "keep_size": 1}, 7]
    wrong = {**good, "brush": {**good["brush"], "flow": 7}}
    presets, complaints = read_presets([*bad, wrong, good])
    assert presets == [BUILT_IN[0]]
    assert len(complaints) == 5
    assert all(sentence.endswith(".") for sentence in complaints)


def test_only_a_preset_that_keeps_its_size_changes_the_size_in_hand() -> None:
    present = BrushValues(size=333)
    assert preset("Soft round").applied_to(present).size == 333
    assert preset("Pencil 1 px").applied_to(present).size == 1
    assert preset("Soft round").applied_to(present).hardness == 0


def test_a_taken_name_is_numbered() -> None:
    names = [BrushPreset(name, BrushValues()) for name in ("Ink", "Ink 2")]
    assert free_name(names, "Ink") == "Ink 3"
    assert free_name(names, "Chalk") == "Chalk"
    assert [one.name for one in renamed(names, 1, " Ink ")] == ["Ink", "Ink 2"]
    assert len(free_name([BrushPreset("x" * LONGEST_NAME, BrushValues())], "x" * LONGEST_NAME)) == LONGEST_NAME
    with pytest.raises(ValueError, match="needs a name"):
        renamed(names, 0, "  ")


def test_restoring_brings_the_built_in_ones_back_and_keeps_the_users_own() -> None:
    own = BrushPreset("Mine", BrushValues(size=5))
    changed = BrushPreset(BUILT_IN[0].name, BrushValues(size=5))
    assert restored([changed, own]) == [*BUILT_IN, own]


def test_a_preview_shows_what_the_brush_does() -> None:
    shown = {one.name: stroke_coverage(one.values, *SIZE) for one in BUILT_IN}
    hard, soft = shown["Hard round"], shown["Soft round"]
    assert hard.shape == (SIZE[1], SIZE[0])
    edge = np.count_nonzero((hard > 0) & (hard < 255)) / np.count_nonzero(hard)
    assert edge < 0.2 < np.count_nonzero((soft > 0) & (soft < 255)) / np.count_nonzero(soft)
    assert shown["Airbrush"].max() < 255
    assert shown["Glaze 30 %"].max() == pytest.approx(0.3 * 255, abs=1)
    assert np.count_nonzero(shown["Edge-aware"] > 128) < 0.9 * np.count_nonzero(hard > 128)
    assert 1 <= np.count_nonzero(shown["Pencil 1 px"], axis=0).max() <= 3
    thick = np.count_nonzero(shown["Pen size"] > 128, axis=0)
    assert thick[SIZE[0] // 2] > 3 * max(1, thick[14])
    strong = shown["Pen opacity"].max(axis=0)
    assert strong[14] < strong[SIZE[0] // 2]


def test_a_brush_larger_than_the_picture_still_fits_in() -> None:
    huge = stroke_coverage(BrushValues(size=5000, pressure_sizes=False), *SIZE)
    assert huge.any()
    assert not huge[0].any()
    assert not huge[-1].any()
