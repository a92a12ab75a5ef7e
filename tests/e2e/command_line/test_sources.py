"""``huebrush colorize --source …``: the same sources as in the window, without one."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.document.gamut import rgb_to_lab
from app.document.palette import Palette, Swatch
from app.document.space import SRGB
from app.files.palettes import write_palette
from tests.e2e.command_line.conftest import Command


def picture(path: Path) -> np.ndarray:
    """(h, w, 3) sRGB codes of a file."""
    codes = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert codes is not None
    return np.ascontiguousarray(codes[:, :, ::-1])


def lab(codes: np.ndarray) -> np.ndarray:
    return rgb_to_lab(SRGB.decode(codes), SRGB)


@pytest.fixture
def colourful(tmp_path: Path) -> Path:
    """A photo with a red, a green and a blue third, each from dark to light."""
    ramp = np.linspace(0.35, 1, 60)[:, None, None]
    thirds = np.repeat(np.array([[200, 60, 50], [60, 160, 70], [60, 80, 190]]), 30, axis=0)[None]
    path = tmp_path / "colourful.png"
    cv2.imwrite(str(path), np.rint(ramp * thirds).astype(np.uint8)[:, :, ::-1])
    return path


def test_original_gives_the_photo_back_and_needs_no_network(huebrush: Command, colourful: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    done = huebrush("colorize", colourful, "-o", out, "--source", "original", "--weights", tmp_path / "none", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["source"] == "original"
    assert told["weights"] is None
    np.testing.assert_array_equal(picture(out), picture(colourful))


def test_hue_and_saturation_turn_and_weaken_colour_but_never_light(
    huebrush: Command, colourful: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    options = ("--source", "original", "--saturation", 0.5, "--hue", 90)
    assert huebrush("colorize", colourful, "-o", out, *options).code == 0
    before, after = lab(picture(colourful)), lab(picture(out))
    assert np.abs(after[..., 0] - before[..., 0]).max() < 0.6
    turned = (before[..., 1] + 1j * before[..., 2]) * 0.5 * 1j
    assert np.abs(after[..., 1] + 1j * after[..., 2] - turned).mean() < 2


def test_a_tint_has_its_hue_everywhere(huebrush: Command, colourful: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert huebrush("colorize", colourful, "-o", out, "--source", "tint:#c09060").code == 0
    after = lab(picture(out))
    hues = np.degrees(np.arctan2(after[..., 2], after[..., 1]))
    wanted = lab(np.array([[[192, 144, 96]]], np.uint8))[0, 0]
    assert np.abs(hues - np.degrees(np.arctan2(wanted[2], wanted[1]))).max() < 12
    assert huebrush("colorize", colourful, "-o", out, "--source", "tint:#102040,#f0e0c0").code == 0
    dark_to_light = lab(picture(out))[:, 45, 2]
    assert dark_to_light[0] < 0 < dark_to_light[-1]


def test_a_reference_gives_its_mean_colour(huebrush: Command, colourful: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    noise = np.random.default_rng(0).normal(0, 6, (80, 80, 3))
    cv2.imwrite(str(other), np.clip(np.array([100, 122, 140]) + noise, 0, 255).astype(np.uint8))
    out = tmp_path / "out.png"
    assert huebrush("colorize", colourful, "-o", out, "--source", f"reference:{other}").code == 0
    for channel in (1, 2):
        assert lab(picture(out))[..., channel].mean() == pytest.approx(lab(picture(other))[..., channel].mean(), abs=4)


def test_scribbles_spread_hints_without_a_network(huebrush: Command, tmp_path: Path) -> None:
    grey = np.full((80, 120), 90, np.uint8)
    grey[:, 60:] = 170
    cv2.imwrite(str(tmp_path / "grey.png"), grey)
    hints = [
        {"x": 20, "y": 40, "size": 8, "color": "#c04040"},
        {"x": 100, "y": 40, "size": 8, "color": "#4060c0"},
    ]
    (tmp_path / "hints.json").write_text(json.dumps(hints))
    out = tmp_path / "out.png"
    options = ("--source", "scribbles", "--hints", tmp_path / "hints.json", "--weights", tmp_path / "none")
    done = huebrush("colorize", tmp_path / "grey.png", "-o", out, *options)
    assert done.code == 0, done.err
    after = lab(picture(out))
    assert after[5:-5, 5:50, 1].min() > 15
    assert after[5:-5, 70:-5, 2].max() < -15


def test_a_palette_leaves_only_its_hues(huebrush: Command, colourful: Path, tmp_path: Path) -> None:
    palette = Palette("Two", (Swatch((190, 90, 80)), Swatch((80, 110, 180))))
    write_palette(tmp_path / "two.gpl", palette)
    out = tmp_path / "out.png"
    options = ("--source", "original", "--palette", tmp_path / "two.gpl")
    assert huebrush("colorize", colourful, "-o", out, *options).code == 0
    after = lab(picture(out))[30:, :, 1:].reshape(-1, 2)
    distances = np.linalg.norm(after[:, None] - palette.ab[None], axis=2).min(axis=1)
    assert np.median(distances) < 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--source", "sepia"), "--source is sepia"),
        (("--source", "tint:red"), "--source is tint:red"),
        (("--source", "reference:"), "--source is reference:"),
        (("--source", "scribbles"), "give a list"),
        (("--saturation", "3"), "--saturation is 3"),
        (("--hue", "nan"), "--hue is nan"),
    ],
)
def test_nonsense_is_said_and_nothing_written(
    huebrush: Command, colourful: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    done = huebrush("colorize", colourful, "-o", tmp_path / "out.png", *options)
    assert done.code == 2
    assert words in done.err
    assert not (tmp_path / "out.png").exists()


def test_what_has_no_colours_is_refused(huebrush: Command, tmp_path: Path, colourful: Path) -> None:
    grey = tmp_path / "grey.png"
    cv2.imwrite(str(grey), np.full((40, 50), 120, np.uint8))
    out = tmp_path / "out.png"
    assert "no colours of its own" in huebrush("colorize", grey, "-o", out, "--source", "original").sentence
    reference = ("--source", f"reference:{grey}")
    assert "no colours to take over" in huebrush("colorize", colourful, "-o", out, *reference).sentence
    bad = tmp_path / "bad.gpl"
    bad.write_text("nothing")
    palette = ("--source", "tint:#c09060", "--palette", bad)
    assert "bad.gpl" in huebrush("colorize", colourful, "-o", out, *palette).sentence
