"""What all tests share: a window system without a screen, and a settings folder of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

OFFSCREEN_QUIRK = "This plugin does not support propagateSizeHints"
"""Any window with a layout makes the offscreen platform say so; it concerns no other platform."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every other warning of Qt fails the test that caused it."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_QUIRK))


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's settings."""
    folder = tmp_path / "settings"
    monkeypatch.setenv("HUEBRUSH_SETTINGS", str(folder))
    return folder
