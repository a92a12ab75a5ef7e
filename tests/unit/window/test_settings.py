"""Settings survive a round trip, rubbish, and are never half written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.settings import MAX_RECENT, Settings, settings_path


def test_a_round_trip(own_settings: Path) -> None:
    settings = Settings(recent_colors=[[1, 2, 3]], overlay_opacity=0.3)
    settings.remember_file(Path("/photos/a.jpg"))
    settings.save()
    assert Settings.load() == settings
    assert settings_path().parent == own_settings


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"recent_files": 3}', '{"recent_colors": [[1,2],["a"],4]}'])
def test_rubbish_means_defaults(text: str) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(text)
    assert Settings.load() == Settings()


def test_values_of_the_wrong_kind_keep_their_defaults() -> None:
    settings_path().parent.mkdir(parents=True)
    stored = {"jpeg_quality": "high", "overlay_opacity": 1, "overlay_color": [1, 2], "geometry": "abc"}
    settings_path().write_text(json.dumps(stored))
    loaded = Settings.load()
    assert (loaded.jpeg_quality, loaded.overlay_opacity, loaded.geometry) == (95, 1, "abc")
    assert loaded.overlay_color == Settings().overlay_color


def store(**values: object) -> Settings:
    """What is loaded after a file with these values was written by hand."""
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(json.dumps(values))
    return Settings.load()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("undo_megabytes", [0, -1, 10**12, 10**400, True, "1024", 64.5]),
        ("overlay_opacity", [-0.1, 1.1, float("nan"), float("inf"), None]),
        ("smoothing_strength", [2, "much", False]),
        ("edge_strength", [-1, []]),
        ("jpeg_quality", [0, 101, 95.0]),
        ("pixel_grid", [0, 1, "yes", None]),
        ("key_preset", [3, None, ["Krita"]]),
        ("smoothing", [3, None, ["basic"]]),
        ("pressure_curves", [[], "soft", 3]),
        ("keys", [[], "B", None]),
        ("brush_presets", [{}, "soft", None]),
    ],
)
def test_what_is_out_of_range_keeps_its_default(name: str, values: list[object]) -> None:
    for value in values:
        assert store(**{name: value}) == Settings()


def test_good_items_survive_bad_neighbours() -> None:
    loaded = store(
        keys={"brush": ["N"], "eraser": "E", "hand": [3], "fill": []},
        brush_presets=[{"name": "Soft", "hardness": 0.1}, {"hardness": 1}, "hard"],
        hidden_panels=["history", 3],
        recent_commands=[None, "undo"],
        recent_files=["/a.jpg", 7],
    )
    assert loaded.keys == {"brush": ["N"], "fill": []}
    assert loaded.brush_presets == [{"name": "Soft", "hardness": 0.1}]
    assert loaded.hidden_panels == ["history"]
    assert loaded.recent_commands == ["undo"]
    assert loaded.recent_files == ["/a.jpg"]


def test_everything_is_remembered() -> None:
    changed = Settings(
        keys={"brush": ["N", "F2"]},
        key_preset="Krita",
        smoothing="stabiliser",
        smoothing_strength=0.25,
        edge_aware=True,
        pressure_flow=True,
        pressure_curves={"size": [[0.0, 0.2], [1.0, 1.0]]},
        brush_presets=[{"name": "Soft"}],
        hidden_panels=["navigator"],
        undo_megabytes=256,
        recent_commands=["undo"],
    )
    changed.save()
    assert Settings.load() == changed


def test_what_a_newer_version_has_written_is_kept() -> None:
    loaded = store(pixel_grid=False, zen_mode={"on": [1, 2]}, extras=3)
    loaded.save()
    written = json.loads(settings_path().read_text())
    assert written["zen_mode"] == {"on": [1, 2]}
    assert written["extras"] == 3
    assert written["pixel_grid"] is False


def test_the_latest_file_comes_first_and_only_once() -> None:
    settings = Settings()
    for number in range(15):
        settings.remember_file(Path(f"/photos/{number}.jpg"))
    settings.remember_file(Path("/photos/12.jpg"))
    assert len(settings.recent_files) == MAX_RECENT
    assert settings.recent_files[:2] == [str(Path("/photos/12.jpg")), str(Path("/photos/14.jpg"))]
    settings.forget_file(Path("/photos/12.jpg"))
    assert str(Path("/photos/12.jpg")) not in settings.recent_files


def test_an_unwritable_folder_is_no_tragedy(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    Settings().save(blocker / "settings.json")
