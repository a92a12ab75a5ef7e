"""Presets and the user's changes: no key twice, none that needs AltGr alone, nothing lost between versions."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QAction, QKeySequence

from app.action_spec import ActionSpec
from app.actions import ACTIONS
from app.errors import HuebrushError
from app.keymap import CANVAS_KEYS, PRESETS, Keymap, normalised

ROWS = (
    ActionSpec("brush", "&Tools", "&Brush", ("B",), tip="Brush colour in"),
    ActionSpec("eraser", "&Tools", "&Eraser", ("E",)),
    ActionSpec("export", "&File", "&Export…", ("Ctrl+E", "Ctrl+Shift+E")),
    ActionSpec("about", "&Help", "&About"),
)

ALTGR = re.compile(r"[@\[\]{}\\|~^#`€]$")
"""Characters that are behind AltGr on at least one of the German, French and Brazilian keyboards."""


def needs_altgr(key: str) -> bool:
    # Ctrl+Alt is AltGr on Windows: such a chord would come up when somebody only wants to type a character.
    return bool(ALTGR.search(key)) or ("Ctrl+" in key and "Alt+" in key)


@pytest.mark.parametrize("preset", [preset.name for preset in PRESETS])
def test_no_two_actions_share_a_key(preset: str) -> None:
    keymap = Keymap(ACTIONS, preset)
    used = [key for spec in ACTIONS for key in keymap.keys(spec.id)]
    assert len(used) == len(set(used)) > 40
    for spec in ACTIONS:
        for key in keymap.keys(spec.id):
            assert [other for other in keymap.conflicts(spec.id, key) if not other.startswith("canvas.")] == []


@pytest.mark.parametrize("preset", [preset.name for preset in PRESETS])
def test_every_default_can_be_typed_without_altgr(preset: str) -> None:
    keymap = Keymap(ACTIONS, preset)
    for spec in ACTIONS:
        keys = keymap.keys(spec.id)
        assert not keys or not all(needs_altgr(key) for key in keys), spec.id


@pytest.mark.parametrize("preset", [preset.name for preset in PRESETS])
def test_every_key_of_the_table_and_the_presets_is_one_and_stays_out_of_the_canvas(preset: str) -> None:
    reserved = {key for row in CANVAS_KEYS if not row.yields for key in row.keys}
    keymap = Keymap(ACTIONS, preset)
    for spec in ACTIONS:
        assert all(keymap.keys(spec.id)), spec.id
        assert not reserved & set(keymap.keys(spec.id))
    if preset == PRESETS[0].name:  # there the canvas keeps all its keys
        own = {key for row in CANVAS_KEYS for key in row.keys}
        assert not own & {key for spec in ACTIONS for key in keymap.keys(spec.id)}


def test_every_row_has_an_id_of_its_own() -> None:
    ids = [spec.id for spec in ACTIONS]
    assert len(ids) == len(set(ids))


def test_letters_to_press_with_alt_are_different_within_a_menu() -> None:
    for menu in {spec.menu for spec in ACTIONS}:
        letters = [
            found[1].lower()
            for spec in ACTIONS
            if spec.menu == menu
            if (found := re.search("&(.)", spec.text)) is not None
        ]
        assert len(letters) == len(set(letters)), menu


def test_presets_speak_of_actions_that_there_are() -> None:
    known = {spec.id for spec in ACTIONS}
    assert [name for preset in PRESETS for name in preset.keys if name not in known] == []


def test_the_krita_preset_does_what_krita_does() -> None:
    keymap = Keymap(ACTIONS, "Krita")
    assert keymap.keys("swap_tool")[0] == "E"
    assert keymap.keys("brush") == ("B",)
    assert keymap.keys("mirror_view") == ("M",)
    assert (keymap.keys("rotate_left")[0], keymap.keys("reset_rotation")[0], keymap.keys("rotate_right")[0]) == tuple(
        "456"
    )
    assert (keymap.keys("less_opaque"), keymap.keys("more_opaque")) == (("I",), ("O",))
    assert keymap.keys("deselect") == ("Ctrl+Shift+A",)
    assert keymap.shift_drag_resizes
    assert not Keymap(ACTIONS).shift_drag_resizes


def test_what_the_user_chooses_takes_the_key_from_the_preset() -> None:
    keymap = Keymap(ROWS)
    keymap.set_keys("about", ["E", "F2"])
    assert keymap.keys("about") == ("E", "F2")
    assert keymap.keys("eraser") == ()
    assert keymap.is_changed("eraser")
    assert keymap.changes == {"about": ["E", "F2"]}


def test_the_latest_choice_wins() -> None:
    keymap = Keymap(ROWS)
    keymap.set_keys("about", ["N", "F2"])
    keymap.set_keys("brush", ["N"])
    assert keymap.keys("about") == ("F2",)
    assert keymap.keys("brush") == ("N",)


def test_resetting_a_row_brings_its_keys_back_from_whoever_has_them() -> None:
    keymap = Keymap(ROWS)
    keymap.set_keys("about", ["E", "F2"])
    keymap.reset("eraser")
    assert keymap.keys("eraser") == ("E",)
    assert keymap.keys("about") == ("F2",)
    keymap.reset_all()
    assert keymap.changes == {}
    assert keymap.keys("about") == ()


def test_a_key_given_back_by_hand_is_no_change() -> None:
    keymap = Keymap(ROWS)
    keymap.set_keys("brush", ["N"])
    keymap.set_keys("brush", ["b"])
    assert keymap.changes == {}
    assert not keymap.is_changed("brush")


def test_no_key_at_all_is_a_choice_too() -> None:
    keymap = Keymap(ROWS)
    keymap.set_keys("brush", [])
    assert Keymap(ROWS, changes=keymap.changes).keys("brush") == ()


@pytest.mark.parametrize("key", ["Space", "Esc", "Return", "Enter", "Backspace", "Foo", "", "Ctrl"])
def test_some_keys_cannot_be_had(key: str) -> None:
    keymap = Keymap(ROWS)
    with pytest.raises(ValueError, match="cannot be the key"):
        keymap.set_keys("brush", [key])
    assert keymap.keys("brush") == ("B",)


def test_conflicts_name_actions_first_and_then_the_canvas() -> None:
    keymap = Keymap(ROWS)
    assert keymap.conflicts("brush", "E") == ["eraser"]
    assert keymap.conflicts("eraser", "E") == []
    assert keymap.conflicts("brush", "Y") == ["canvas.compare"]
    assert keymap.conflicts("brush", "3") == ["canvas.opacity"]
    assert keymap.conflicts("brush", "N") == []


@pytest.mark.parametrize(("mine", "theirs"), [("Ctrl+K, B", "Ctrl+K"), ("Ctrl+K", "Ctrl+K, B")])
def test_the_beginning_of_another_key_is_a_conflict(mine: str, theirs: str) -> None:
    keymap = Keymap(ROWS)
    keymap.set_keys("about", [theirs])
    assert keymap.conflicts("brush", mine) == ["about"]
    keymap.set_keys("brush", [mine])
    assert keymap.keys("about") == ()


def test_what_is_not_understood_is_logged_and_harms_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    stored: dict[str, object] = {
        "from_the_future": ["Ctrl+J"],
        "brush": ["Hyper+Q", 7, "N"],
        "eraser": "E",
        "export": ["N", "F2"],
        "about": ["Space"],
    }
    with caplog.at_level(logging.WARNING):
        keymap = Keymap(ROWS, "Paint Shop", stored)
    assert keymap.preset == "Photoshop"
    assert keymap.keys("brush") == ("N",)
    assert keymap.keys("eraser") == ("E",)
    assert keymap.keys("export") == ("F2",)
    assert keymap.keys("about") == ()
    for word in ("Paint Shop", "from_the_future", "Hyper+Q", "eraser", "Space"):
        assert word in caplog.text
    assert keymap.changes["from_the_future"] == ["Ctrl+J"]


def test_actions_and_tooltips_follow(qapp: object) -> None:
    del qapp
    actions = {spec.id: QAction(spec.text) for spec in ROWS}
    keymap = Keymap(ROWS)
    keymap.apply(actions)
    assert actions["brush"].toolTip() == "Brush colour in (B)"
    assert actions["about"].toolTip() == "About"
    keymap.set_keys("brush", ["F2", "N"])
    keymap.apply(actions)
    assert actions["brush"].toolTip() == "Brush colour in (F2)"
    assert actions["brush"].shortcuts() == [QKeySequence("F2"), QKeySequence("N")]


def test_a_file_of_keys_goes_to_another_machine(tmp_path: Path) -> None:
    keymap = Keymap(ROWS, "Krita")
    keymap.set_keys("brush", ["Ctrl+Shift+ä", "F2"])
    keymap.write(tmp_path / "keys.json")
    read = Keymap.read(tmp_path / "keys.json", ROWS)
    assert (read.preset, read.changes) == ("Krita", keymap.changes)


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"huebrush_keys": 1, "keys": 3}', "\xff", "[" * 100_000])
def test_another_file_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(HuebrushError, match="is not a file of keys"):
        Keymap.read(path, ROWS)


def test_a_huge_or_missing_file_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(HuebrushError, match="cannot be read"):
        Keymap.read(tmp_path / "none.json", ROWS)
    (tmp_path / "huge.json").write_text(" " * 1_000_001)
    with pytest.raises(HuebrushError, match="far too large"):
        Keymap.read(tmp_path / "huge.json", ROWS)


KEYS = st.sampled_from(["A", "B", "E", "N", "F2", "Ctrl+E", "Ctrl+K", "Ctrl+K, B", "Shift+[", "5"])
STEPS = st.one_of(
    st.tuples(st.just("set"), st.sampled_from([spec.id for spec in ROWS]), st.lists(KEYS, max_size=3)),
    st.tuples(st.just("reset"), st.sampled_from([spec.id for spec in ROWS]), st.just([])),
    st.tuples(st.just("preset"), st.sampled_from([preset.name for preset in PRESETS]), st.just([])),
)


@given(st.lists(STEPS, max_size=12))
def test_whatever_is_changed_no_key_belongs_to_two_and_the_settings_keep_it(
    steps: list[tuple[str, str, list[str]]],
) -> None:
    keymap = Keymap(ROWS)
    for what, name, keys in steps:
        if what == "set":
            keymap.set_keys(name, keys)
        elif what == "reset":
            keymap.reset(name)
        else:
            keymap.set_preset(name)
    used = [key for spec in ROWS for key in keymap.keys(spec.id)]
    assert len(used) == len(set(used))
    for spec in ROWS:
        assert [
            other for key in keymap.keys(spec.id) for other in keymap.conflicts(spec.id, key) if "." not in other
        ] == []
    stored = json.loads(json.dumps(keymap.changes))
    again = Keymap(ROWS, keymap.preset, stored)
    assert [again.keys(spec.id) for spec in ROWS] == [keymap.keys(spec.id) for spec in ROWS]


def test_keys_are_written_in_one_way() -> None:
    assert normalised("shift+ctrl+z") == "Ctrl+Shift+Z"
    assert normalised("escape") == "Esc"
    assert normalised("Foo") is None
    assert normalised(3) is None
