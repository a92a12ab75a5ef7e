"""Zero spill: what is not covered leaves the program as the grey photo, bit for bit, and so does a full original."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from app.cli import main
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.sources.original import ORIGINAL
from app.document.tiles import TileMask
from app.files.reading import read_photo
from app.jobs.rendering import export_picture

HEIGHT, WIDTH = 330, 610  # three tiles by two, none of them whole at the edges
RED_HINT = [{"x": 300.0, "y": 150.0, "size": 60, "color": "#ff0020"}]


def scene(kind: str) -> NDArray[np.unsignedinteger]:
    """(H, W, 3) or (H, W) codes of a hilly, grainy picture; ``kind`` is grey or colour, and 8 or 16."""
    rng = np.random.default_rng(5)
    hills = cv2.resize(rng.uniform(0.05, 0.95, (7, 11, 3)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    codes = np.clip(hills + rng.normal(0, 0.02, hills.shape), 0, 1)
    if "grey" in kind:
        codes = codes[..., 1]
    return (codes * 65535).astype(np.uint16) if "16" in kind else (codes * 255).astype(np.uint8)


def coverage() -> NDArray[np.uint8]:
    """Half bare, then specks of each coverage there is, then full."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[60:270, 150:300] = 255
    mask[60:270, 300:556] = np.arange(256)
    mask[10:20, 10:20] = 1
    return mask


def store(path: Path, codes: NDArray[np.unsignedinteger]) -> Path:
    if path.suffix == ".tif":
        tifffile.imwrite(path, codes, photometric="rgb" if codes.ndim == 3 else "minisblack", rowsperstrip=32)
    elif path.suffix == ".jpg":
        Image.fromarray(codes).save(path, quality=92, exif=_turned())
    else:
        assert cv2.imwrite(str(path), codes[..., ::-1] if codes.ndim == 3 else codes)
    return path


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    return exif


def load(path: Path) -> NDArray[np.unsignedinteger]:
    """The (H, W, 3) codes of a lossless export, read by another library than wrote them."""
    if path.suffix == ".tif":
        return np.asarray(tifffile.imread(path))
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))[..., ::-1]


def luminance_codes(rgb: NDArray[np.unsignedinteger]) -> NDArray[np.float64]:
    """The grey codes of colours before rounding, in double precision, by IEC 61966-2-1 alone."""
    top = np.iinfo(rgb.dtype).max
    code = rgb / top
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    Y = linear @ np.array([0.2126390058715104, 0.7151686787677559, 0.0721923153607337])
    return np.asarray(np.where(Y <= 0.0031308, 12.92 * Y, 1.055 * Y ** (1 / 2.4) - 0.055) * top)


def check_bare(out: NDArray[np.unsignedinteger], photo: NDArray[np.unsignedinteger], mask: NDArray[np.uint8]) -> None:
    """``out`` is ``photo``'s grey wherever ``mask`` is 0, and coloured where it is 255."""
    assert out.dtype == photo.dtype
    bare = mask == 0
    assert (out[bare] == out[bare][:, :1]).all(), "colour where nothing is covered"
    if photo.ndim == 2:
        np.testing.assert_array_equal(out[bare][:, 0], photo[bare])
    else:
        most = 0.51 if out.dtype == np.uint8 else 1.0  # correctly rounded, or within a code of 65535
        assert np.abs(out[bare][:, 0] - luminance_codes(photo[bare])).max() <= most
    painted = out[mask == 255].astype(int)
    assert (painted.max(axis=1) > painted.min(axis=1)).mean() > 0.9, "nothing was coloured, so nothing was tested"


@pytest.fixture
def colorize(tmp_path: Path, tiny_weights: Path, capsys: pytest.CaptureFixture[str]):
    """colorize(photo, mask, out name) -> the path written, through the command line's own entry."""

    def run(photo: Path, mask: NDArray[np.uint8], name: str) -> Path:
        hints, mask_path, out = tmp_path / "hints.json", tmp_path / "mask.png", tmp_path / name
        hints.write_text(json.dumps(RED_HINT))
        assert cv2.imwrite(str(mask_path), mask)
        parts = ["colorize", photo, "-o", out, "--mask", mask_path, "--hints", hints, "--weights", tiny_weights]
        assert main([*map(str, parts), "--device", "cpu"]) == 0, capsys.readouterr().err
        return out

    return run


@pytest.mark.parametrize("kind", ["grey 8", "grey 16", "colour 8", "colour 16"])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_lossless_export_is_the_grey_photo_where_the_mask_is_zero(
    tmp_path: Path, colorize, kind: str, suffix: str
) -> None:
    codes = scene(kind)
    photo = store(tmp_path / f"photo{suffix}", codes)
    out = load(colorize(photo, coverage(), f"out{suffix}"))
    check_bare(out, codes, coverage())
    np.testing.assert_array_equal(out[coverage() == 0][:, 0], read_photo(photo).grey[coverage() == 0])


def test_the_program_itself_does_the_same(tmp_path: Path, tiny_weights: Path) -> None:
    store(tmp_path / "photo.png", scene("grey 16"))
    assert cv2.imwrite(str(tmp_path / "mask.png"), coverage())
    line = ["colorize", "photo.png", "-o", "out.png", "--mask", "mask.png", "--device", "cpu", "--weights"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "app", *line, str(tiny_weights)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    check_bare(load(tmp_path / "out.png"), scene("grey 16"), coverage())


def test_an_upright_photo_takes_a_mask_of_its_upright_size(tmp_path: Path, colorize) -> None:
    photo = store(tmp_path / "portrait.jpg", np.rot90(scene("colour 8")).copy())  # stored lying, shown upright
    seen = read_photo(photo)
    assert (seen.height, seen.width) == (HEIGHT, WIDTH)
    out = load(colorize(photo, coverage(), "out.png"))
    bare = coverage() == 0
    np.testing.assert_array_equal(out[bare], np.repeat(seen.grey[bare][:, None], 3, axis=1))


def test_jpeg_is_handed_the_grey_photo_where_the_mask_is_zero(
    tmp_path: Path, colorize, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[NDArray[np.uint8]] = []
    encode = cv2.imencode

    def watched(suffix: str, picture: NDArray[np.uint8], *options: object) -> object:
        handed.append(picture[..., ::-1].copy())
        return encode(suffix, picture, *options)

    monkeypatch.setattr(cv2, "imencode", watched)
    codes = scene("colour 8")
    out = colorize(store(tmp_path / "photo.png", codes), coverage(), "out.jpg")
    (picture,) = handed
    check_bare(picture, codes, coverage())
    with Image.open(out) as stored:
        assert stored.size == (WIDTH, HEIGHT)
        sampling = {(h, v) for _, h, v, _ in stored.layer}  # type: ignore[attr-defined]
    assert sampling == {(1, 1)}


@pytest.mark.parametrize("kind", ["colour 8", "colour 16"])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_the_original_fully_covered_is_the_source(tmp_path: Path, kind: str, suffix: str) -> None:
    codes = scene(kind)
    photo = read_photo(store(tmp_path / f"photo{suffix}", codes))
    mask = coverage()
    layer = LayerState("Colour", TileMask.from_array(mask), source=ORIGINAL)
    export_picture(photo, DocumentState((layer,)), tmp_path / f"out{suffix}")
    out = load(tmp_path / f"out{suffix}")
    np.testing.assert_array_equal(out[mask == 255], codes[mask == 255])
    np.testing.assert_array_equal(out[mask == 0], np.repeat(photo.grey[mask == 0][:, None], 3, axis=1))
    half = mask == 128
    assert (out[half] != codes[half]).any()


@pytest.mark.parametrize("bits", ["8", "16"])
def test_a_photo_nobody_painted_is_exported_as_its_grey(tmp_path: Path, bits: str) -> None:
    photo = Photo.from_rgb(scene(f"colour {bits}"))
    layer = LayerState("Colour", TileMask.empty(HEIGHT, WIDTH))
    export_picture(photo, DocumentState((layer,)), tmp_path / "out.png")
    np.testing.assert_array_equal(load(tmp_path / "out.png"), np.repeat(photo.grey[..., None], 3, axis=2))


@pytest.mark.parametrize(("feather", "density"), [(12.0, 1.0), (40.0, 0.6), (0.0, 0.3), (60.0, 0.0)])
def test_a_soft_layer_is_the_grey_photo_beyond_its_reach(tmp_path: Path, feather: float, density: float) -> None:
    photo = read_photo(store(tmp_path / "photo.png", scene("colour 16")))
    mask = np.where(coverage() == 255, coverage(), 0)
    layer = LayerState("Colour", TileMask.from_array(mask), source=ORIGINAL, feather=feather, density=density)
    export_picture(photo, DocumentState((layer,)), tmp_path / "out.png")
    out = load(tmp_path / "out.png")
    reach = int(1.5 * feather)  # 3σ of a Gaussian with σ = feather / 2
    near = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    grey = np.repeat(photo.grey[..., None], 3, axis=2)
    np.testing.assert_array_equal(out[~near], grey[~near])
    around = near & (mask == 0)
    assert (out[around] != grey[around]).any() == (feather > 0 and density > 0)
    assert (out[mask > 0] != grey[mask > 0]).any() == (density > 0)
