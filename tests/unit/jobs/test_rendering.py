"""An export's strips: made ahead on several cores, in order, and given up without a trace."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from app.document.chroma import Chroma
from app.document.composite import Compositor
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.tiles import TileMask
from app.errors import HuebrushError
from app.jobs import rendering
from app.jobs.rendering import Cancelled, ExportOptions, export_picture, render_rows, with_fields

HEIGHT, WIDTH = 1100, 520


@pytest.fixture(params=[np.uint8, np.uint16])
def photo(request: pytest.FixtureRequest) -> Photo:
    small = np.random.default_rng(0).integers(0, np.iinfo(request.param).max, (40, 20, 3)).astype(request.param)
    return Photo.from_rgb(np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)))


def painted(photo: Photo) -> DocumentState:
    """Half covered, with soft coverage between."""
    ramp = np.clip(np.arange(WIDTH) - WIDTH / 2, 0, 255).astype(np.uint8)
    ab = np.zeros((2, 64, 32), np.float32)
    ab[0], ab[1] = 40, -30
    mask = TileMask.from_array(np.broadcast_to(ramp, (HEIGHT, WIDTH)))
    layer = LayerState("Colour", mask, chroma=Chroma.of(ab, np.ones((64, 32), np.uint8)))
    return with_fields(photo, DocumentState((layer,)))


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_the_strips_are_the_compositors_whatever_the_cores(
    photo: Photo, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering.os, "cpu_count", lambda: cores)
    state, shares = painted(photo), []
    strips = list(render_rows(photo, state, photo.bits, shares.append))
    assert [len(strip) for strip in strips] == [256, 256, 256, 256, 76]
    np.testing.assert_array_equal(np.concatenate(strips), np.concatenate(list(Compositor(photo).rows(state))))
    assert shares == [256 / 1100, 512 / 1100, 768 / 1100, 1024 / 1100, 1]


def test_no_more_strips_are_made_ahead_than_there_are_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering.os, "cpu_count", lambda: 2)
    begun: list[int] = []

    def make(top: int) -> np.ndarray:
        begun.append(top)
        return np.full((1, 1, 3), top, np.uint8)

    ahead = rendering._ahead(make, range(20))
    for taken in range(20):
        assert next(ahead)[0, 0, 0] == taken
        assert len(begun) <= taken + 1 + 2
    assert next(ahead, None) is None


def test_cancelling_leaves_the_old_file(photo: Photo, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    target.write_text("as it was")

    def stop(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        export_picture(photo, painted(photo), target, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]
    assert target.read_text() == "as it was"


def test_a_strip_that_fails_fails_the_export(photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    region = Compositor.region

    def no_memory(self: Compositor, state: DocumentState, level: int, rect: object) -> object:
        if rect.y >= 512:  # type: ignore[attr-defined]
            raise MemoryError
        return region(self, state, level, rect)  # type: ignore[arg-type]

    monkeypatch.setattr(Compositor, "region", no_memory)
    with pytest.raises((MemoryError, HuebrushError)):
        export_picture(photo, painted(photo), tmp_path / "out.tif")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "plain", "small"),
    [
        ("out.tif", ExportOptions(compress=False), ExportOptions()),
        ("out.png", ExportOptions(png_level=0), ExportOptions()),
    ],
)
def test_effort_changes_the_file_and_no_pixel(
    photo: Photo, tmp_path: Path, name: str, plain: ExportOptions, small: ExportOptions
) -> None:
    state = painted(photo)
    pictures, sizes = [], []
    for options in (plain, small):
        export_picture(photo, state, tmp_path / name, options)
        sizes.append((tmp_path / name).stat().st_size)
        pictures.append(cv2.imread(str(tmp_path / name), cv2.IMREAD_UNCHANGED))
    np.testing.assert_array_equal(*pictures)
    assert sizes[0] > photo.height * photo.width * 3 * photo.bits // 8 > sizes[1]


def test_eight_bits_of_sixteen_and_back(tmp_path: Path) -> None:
    codes = np.random.default_rng(0).integers(0, 65536, (300, 40)).astype(np.uint16)
    photo = Photo.from_rgb(codes)
    blank = DocumentState((LayerState("Colour", TileMask.empty(300, 40)),))
    eight = np.concatenate(list(render_rows(photo, blank, 8)))
    np.testing.assert_array_equal(eight[:, :, 0], np.rint(codes / 257))
    export_picture(photo, blank, tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.size == (40, 300)
    shallow = Photo.from_rgb((codes >> 8).astype(np.uint8))
    np.testing.assert_array_equal(
        np.concatenate(list(render_rows(shallow, blank, 16)))[:, :, 1], (codes >> 8) * np.uint16(257)
    )
