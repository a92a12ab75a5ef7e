"""The light is never touched: L* of what the command line writes is L* of the photo, whatever colour is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.cli import main

HEIGHT, WIDTH = 280, 520
LOUDEST = ("#0000ff", "#ff0000", "#00ff00", "#ff00ff", "#ffff00", "#00ffff", "#ff8000", "#8000ff")


def light(dtype: type[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """(H, W) grey codes: eight bands, each running through every lightness there is."""
    top = np.iinfo(dtype).max
    rows = np.round(np.linspace(0, top, WIDTH * 35)).astype(dtype).reshape(WIDTH, 35).T
    return np.tile(rows, (8, 1))


def lightness(codes: NDArray[np.unsignedinteger]) -> NDArray[np.float64]:
    """L* of codes (…, 3) in double precision, by the standards' formulas alone (IEC 61966-2-1, CIE 15:2004)."""
    code = codes.astype(np.float64) / np.iinfo(codes.dtype).max
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    Y = linear @ np.array([0.2126390058715104, 0.7151686787677559, 0.0721923153607337])
    return np.asarray(116 * np.where(Y > (6 / 29) ** 3, np.cbrt(Y), Y / (3 * (6 / 29) ** 2) + 4 / 29) - 16)


def loud_hints() -> list[dict[str, object]]:
    """Patches of the most saturated colours there are, one kind a band, so dense that hardly a pixel is left out."""
    return [
        {"x": x, "y": 35 * band + 17.5, "size": 35, "color": color}
        for band, color in enumerate(LOUDEST)
        for x in range(15, WIDTH, 35)
    ]


@pytest.mark.parametrize(("dtype", "most"), [(np.uint8, 0.35), (np.uint16, 0.005)])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_lightness_is_kept_under_the_loudest_hints(
    tmp_path: Path, tiny_weights: Path, dtype: type[np.unsignedinteger], most: float, masked: bool, suffix: str
) -> None:
    grey = light(dtype)
    assert cv2.imwrite(str(tmp_path / "photo.png"), grey)
    (tmp_path / "hints.json").write_text(json.dumps(loud_hints()))
    out = tmp_path / f"out{suffix}"
    parts = ["colorize", tmp_path / "photo.png", "-o", out, "--hints", tmp_path / "hints.json"]
    if masked:
        mask = np.tile(np.arange(HEIGHT) % 256, (WIDTH, 1)).T.astype(np.uint8)
        assert cv2.imwrite(str(tmp_path / "mask.png"), mask)
        parts += ["--mask", tmp_path / "mask.png"]
    assert main([*map(str, parts), "--weights", str(tiny_weights), "--device", "cpu"]) == 0
    codes = np.asarray(cv2.imread(str(out), cv2.IMREAD_UNCHANGED))[..., ::-1]
    assert codes.dtype == dtype
    difference = np.abs(lightness(codes) - lightness(np.stack([grey] * 3, axis=-1)))
    assert difference.max() <= most
    spread = (codes.max(axis=2).astype(int) - codes.min(axis=2)) / np.iinfo(dtype).max
    assert np.quantile(spread, 0.95) > 0.5, "the hints were not loud, so nothing was tested"


def test_a_colour_photo_keeps_its_light_too(tmp_path: Path, tiny_weights: Path) -> None:
    rng = np.random.default_rng(1)
    rgb = (cv2.resize(rng.uniform(0, 1, (9, 13, 3)), (WIDTH, HEIGHT)) * 65535).astype(np.uint16)
    assert cv2.imwrite(str(tmp_path / "photo.png"), rgb[..., ::-1])
    (tmp_path / "hints.json").write_text(json.dumps(loud_hints()))
    parts = ["colorize", tmp_path / "photo.png", "-o", tmp_path / "out.png", "--hints", tmp_path / "hints.json"]
    assert main([*map(str, parts), "--weights", str(tiny_weights), "--device", "cpu"]) == 0
    out = np.asarray(cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED))[..., ::-1]
    assert np.abs(lightness(out) - lightness(rgb)).max() <= 0.005
    assert np.abs(out.astype(int) - rgb).max() > 10_000
