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
