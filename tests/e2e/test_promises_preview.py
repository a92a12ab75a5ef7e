"""What you see is what you export: the real canvas over the real worker, against the file that is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from app.document.gamut import rgb_to_lab
from app.document.photo import Photo
from app.document.space import SRGB
from app.jobs.colour import ColourService
from app.jobs.rendering import ExportOptions, export_picture
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

    LiveWindow = Callable[..., tuple[MainWindow, ColourService, Hand]]

WAIT = 60_000
SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


def from_a_camera(name: str, dtype: type[np.unsignedinteger], enlarged: int = 6) -> Photo:
    """A sample photo many times as large, as soft at 100 % as a camera's pixels are, with a little grain."""
    small = cv2.imread(str(SAMPLES / f"{name}.jpg"))[..., ::-1]
    size = (small.shape[1] * enlarged, small.shape[0] * enlarged)
    large = cv2.GaussianBlur(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), (0, 0), 1.0).astype(np.float32)
    grain = np.random.default_rng(0).normal(0, 3, (size[1], size[0], 1)).astype(np.float32)
    codes = np.clip(large + grain, 0, 255) * (np.iinfo(dtype).max / 255)
    return Photo.from_rgb(np.round(codes).astype(dtype))


def paint(window: MainWindow, service: ColourService, hand: Hand, qtbot: QtBot) -> None:
    """Three strokes across the view: a hard red one, a soft one of the network's choice, a light one."""
    photo = window.document.photo if window.document is not None else None
    assert photo is not None
    w, h = photo.width, photo.height
    for color, hardness, opacity, y in (((200, 20, 40), 1.0, 1.0, 0.3), (None, 0.0, 1.0, 0.5), (None, 0.5, 0.3, 0.7)):
        window.brush.set_color(color)
        window.brush.set_size(h / 4)
        window.brush.set_hardness(hardness)
        window.brush.set_opacity(opacity)
        hand.stroke([(0.2 * w, y * h), (0.5 * w, (y + 0.05) * h), (0.8 * w, y * h)])
    settle(window, service, hand, qtbot)


def settle(window: MainWindow, service: ColourService, hand: Hand, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: service.is_idle and window.canvas.is_settled(), timeout=WAIT)
    hand.settle()


def exported(window: MainWindow, path: Path, depth: int | None = None) -> NDArray[np.unsignedinteger]:
    """(H, W, 3) codes of the file that an export writes."""
    assert window.document is not None
    export_picture(window.document.photo, window.document.state, path, ExportOptions(depth))
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))[..., ::-1]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_canvas_at_100_percent_is_the_export_bit_for_bit(
    open_live_window: LiveWindow, qtbot: QtBot, tmp_path: Path, dtype: type[np.unsignedinteger]
) -> None:
    window, service, hand = open_live_window(from_a_camera("flower", dtype, 3))
    settle(window, service, hand, qtbot)
    paint(window, service, hand, qtbot)
    window.canvas.zoom_actual()
    picture = exported(window, tmp_path / "out.png", 8)
    coloured = 0.0
    for dx, dy in ((0, 0), (900, 700), (-1300, -900)):  # the middle, a corner, and the corner opposite
        window.canvas.pan(dx, dy)
        settle(window, service, hand, qtbot)
        view = window.canvas.viewport
        assert view.scale == 1.0
        left, top = int(view.origin_x), int(view.origin_y)
        seen = hand.picture()
        x0, y0 = max(0, -left), max(0, -top)
        x1, y1 = min(picture.shape[1], seen.shape[1] - left), min(picture.shape[0], seen.shape[0] - top)
        assert (x1 - x0) * (y1 - y0) > 50_000
        part = picture[y0:y1, x0:x1]
        np.testing.assert_array_equal(seen[y0 + top : y1 + top, x0 + left : x1 + left], part)
        coloured = max(coloured, float((part.max(axis=2) > part.min(axis=2)).mean()))
    assert coloured > 0.2, "nothing was painted, so nothing was tested"


def test_the_canvas_during_a_stroke_is_what_an_export_would_be(
    open_live_window: LiveWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window, service, hand = open_live_window(from_a_camera("cat", np.uint8, 2))
    settle(window, service, hand, qtbot)
    window.canvas.zoom_actual()
    window.brush.set_size(80)
    hand.press(300, 200)
    hand.move(500, 320)
    settle(window, service, hand, qtbot)  # answered while the button is still down
    picture = exported(window, tmp_path / "out.png")
    view, seen = window.canvas.viewport, hand.picture()
    left, top = int(view.origin_x), int(view.origin_y)
    height = min(picture.shape[0], seen.shape[0] - top)
    np.testing.assert_array_equal(seen[top : top + height, left : left + picture.shape[1]], picture[:height])
    hand.release(500, 320)
    assert (picture[320, 500] != picture[320, 500, 0]).any()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["flower", "astronaut"])
def test_a_quarter_view_shows_the_export_reduced(
    open_live_window: LiveWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    colour = pytest.importorskip("skimage.color")
    window, service, hand = open_live_window(from_a_camera(name, np.uint8), shipped=True)
    settle(window, service, hand, qtbot)
    paint(window, service, hand, qtbot)
    canvas = window.canvas
    canvas.zoom_by(0.25 / canvas.viewport.scale, canvas.width() / 2, canvas.height() / 2)
    settle(window, service, hand, qtbot)
    assert canvas.viewport.scale == pytest.approx(0.25)
    # 16 bits, so that the reduction rounds nothing away
    picture = exported(window, tmp_path / "out.png").astype(np.uint16) * 257
    height, width = picture.shape[0] // 4, picture.shape[1] // 4
    picture = cv2.resize(picture[: 4 * height, : 4 * width], (width, height), interpolation=cv2.INTER_AREA)
    left, top = int(canvas.viewport.origin_x), int(canvas.viewport.origin_y)
    y0, y1 = max(0, -top), min(height, canvas.height() - top)
    x0, x1 = max(0, -left), min(width, canvas.width() - left)
    seen = hand.picture()[y0 + top : y1 + top, x0 + left : x1 + left]
    expected = picture[y0:y1, x0:x1]
    assert seen.shape == expected.shape
    assert seen.shape[0] * seen.shape[1] > 200_000
    labs = [rgb_to_lab(SRGB.decode(np.ascontiguousarray(codes)), SRGB) for codes in (seen, expected)]
    difference = colour.deltaE_ciede2000(*labs)
    assert np.hypot(labs[1][..., 1], labs[1][..., 2]).mean() > 3, "nothing was painted, so nothing was tested"
    coloured = difference[np.hypot(labs[1][..., 1], labs[1][..., 2]) > 1]
    print(
        f"{name}: 25 % view against the reduced export, p99 ΔE2000 {np.quantile(difference, 0.99):.2f}, "
        f"of the coloured part alone {np.quantile(coloured, 0.99):.2f}"
    )
    assert np.quantile(difference, 0.99) <= 1.0
