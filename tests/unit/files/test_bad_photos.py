"""Whatever cannot be opened says so in one sentence that names the file."""

from __future__ import annotations

import io
import os
import struct
import time
from contextlib import suppress

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.errors import HuebrushError
from app.files.reading import read_photo
from app.files.writing import write_picture


def refusal(path):
    """The sentence that read_photo refuses with."""
    with pytest.raises(HuebrushError) as caught:
        read_photo(path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_missing(tmp_path):
    assert "There is no file" in refusal(tmp_path / "street.jpg")


def test_missing_because_its_folder_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "could not be read" in refusal(tmp_path / "file" / "street.jpg")


def test_folder(tmp_path):
    assert "is a folder" in refusal(tmp_path)


def test_empty(tmp_path):
    path = tmp_path / "street.jpg"
    path.touch()
    assert "empty (0 bytes)" in refusal(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a thing of POSIX")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "street.jpg")
    assert "device" in refusal(tmp_path / "street.jpg")


def test_text_that_calls_itself_jpg(tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("buy cobalt blue")
    sentence = refusal(path)
    assert "not a picture" in sentence
    assert "JPEG, PNG, TIFF, WebP and BMP" in sentence


def test_camera_raw(tmp_path, picture):
    path = tmp_path / "photo.NEF"
    tifffile.imwrite(path, picture(5, 9, np.uint8), photometric="rgb")
    assert "camera raw" in refusal(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_not_allowed(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"x")
    path.chmod(0)
    assert "may not be read" in refusal(path)


def test_no_memory(tmp_path, picture, monkeypatch):
    path = tmp_path / "photo.png"
    Image.fromarray(picture(5, 9, np.uint8)).save(path)

    def full(*_):
        raise MemoryError

    monkeypatch.setattr("app.files.decoders.check_size", full)
    assert "more memory than is free" in refusal(path)


WAYS = {
    "jpg": {},
    "progressive.jpg": {"progressive": True},
    "png": {},
    "bmp": {},
    "lossless.webp": {"lossless": True},
    "webp": {},
    "tif": {},
    "lzw.tif": {"compression": "tiff_lzw"},
    "deflate.tif": {"compression": "tiff_adobe_deflate"},
    "jpeg.tif": {"compression": "jpeg"},
}


@pytest.mark.filterwarnings("ignore:(Truncated File Read|Corrupt EXIF data):UserWarning")
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9, 0.995])
@pytest.mark.parametrize("name", WAYS)
def test_cut_short_is_never_half_a_photo(tmp_path, picture, name, part):
    path = tmp_path / f"photo.{name}"
    Image.fromarray(picture(120, 160, np.uint8)).save(path, **WAYS[name])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    assert "damaged, cut short" in refusal(path)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.995])
def test_a_whole_thumbnail_does_not_make_a_photo_whole(tmp_path, picture, part):
    """The small picture in a camera's header ends with the same mark as the photo."""
    thumbnail = io.BytesIO()
    Image.new("RGB", (16, 12)).save(thumbnail, "JPEG")
    path = tmp_path / "photo.jpg"
    Image.fromarray(picture(120, 160, np.uint8)).save(path, comment=thumbnail.getvalue())
    assert read_photo(path).source is not None
    whole = path.read_bytes()
    assert whole.count(b"\xff\xd9") == 2
    path.write_bytes(whole[: int(len(whole) * part)])
    assert "damaged, cut short" in refusal(path)


@pytest.mark.parametrize("part", [0.05, 0.5, 0.9, 0.995])
@pytest.mark.parametrize("name", ["png", "tif", "deflate.tif"])
def test_sixteen_bits_cut_short(tmp_path, picture, name, part):
    path = tmp_path / f"photo.{name}"
    codes = picture(120, 160, np.uint16)
    if name == "png":
        assert cv2.imwrite(str(path), codes)
    else:
        tifffile.imwrite(path, codes, photometric="rgb", compression="zlib" if "deflate" in name else None)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    assert "damaged, cut short" in refusal(path)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_png_with_a_wrong_sum(tmp_path, picture, dtype):
    path = tmp_path / "photo.png"
    assert cv2.imwrite(str(path), picture(120, 160, dtype))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)
    assert "damaged" in refusal(path)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_png_that_claims_400_megapixels(tmp_path, raw_png, bits):
    path = tmp_path / "bomb.png"
    path.write_bytes(raw_png(20_000, 20_000, bits, 2, b""))
    check_refused_by_size(path)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_tiff_that_claims_400_megapixels(tmp_path, bits):
    path = tmp_path / "bomb.tif"
    tags = [(256, 4, 20_000), (257, 4, 20_000), (258, 3, bits), (259, 3, 1), (262, 3, 1), (273, 4, 8)]
    tags += [(277, 3, 1), (278, 4, 20_000), (279, 4, 16)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    path.write_bytes(struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4))
    check_refused_by_size(path)


@pytest.mark.parametrize("kind", ["BMP", "JPEG"])
def test_other_headers_that_claim_too_much(tmp_path, kind):
    path = tmp_path / "bomb"
    Image.new("RGB", (64, 64)).save(path, kind)
    data = bytearray(path.read_bytes())
    if kind == "BMP":
        data[18:26] = struct.pack("<ii", 20_000, 20_000)
    else:
        frame = data.index(b"\xff\xc0")
        data[frame + 5 : frame + 9] = struct.pack(">HH", 20_000, 20_000)
    path.write_bytes(data)
    check_refused_by_size(path)


def check_refused_by_size(path):
    start = time.perf_counter()
    sentence = refusal(path)
    assert time.perf_counter() - start < 1
    assert "20000 × 20000 pixels (400 megapixels)" in sentence
    assert "at most 200 megapixels" in sentence


def test_a_side_that_is_too_long(tmp_path, raw_png):
    path = tmp_path / "ribbon.png"
    path.write_bytes(raw_png(100_001, 1, 8, 0, b""))
    assert "at most 100000 pixels a side" in refusal(path)


def test_no_pixels_at_all(tmp_path, raw_png):
    path = tmp_path / "nothing.png"
    path.write_bytes(raw_png(0, 5, 8, 0, b""))
    assert "damaged" in refusal(path)


def test_cmyk(tmp_path):
    for name in ("photo.jpg", "photo.tif"):
        Image.new("CMYK", (8, 8)).save(tmp_path / name)
        assert "CMYK" in refusal(tmp_path / name)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [(np.float32, "floating-point"), (np.float16, "floating-point"), (np.int16, "16-bit INT"), (np.uint32, "32-bit")],
)
@pytest.mark.parametrize("colour", [False, True])
def test_numbers_that_are_no_codes(tmp_path, dtype, name, colour):
    path = tmp_path / "photo.tif"
    shape = (6, 7, 3) if colour else (6, 7)
    tifffile.imwrite(path, np.zeros(shape, dtype), photometric="rgb" if colour else "minisblack")
    assert f"{name} " in refusal(path).replace(" UINT", "")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_tiff_with_a_strip_missing(tmp_path, picture, dtype, compression):
    path = tmp_path / "photo.tif"
    tifffile.imwrite(path, picture(40, 50, dtype), photometric="rgb", rowsperstrip=8, compression=compression)
    with tifffile.TiffFile(path, mode="r+") as tiff:
        counts = tiff.pages.first.tags["StripByteCounts"]
        counts.overwrite([0 if strip == 2 else count for strip, count in enumerate(counts.value)])
    assert "damaged" in refusal(path)


def test_lab_tiff(tmp_path):
    path = tmp_path / "photo.tif"
    tifffile.imwrite(path, np.zeros((6, 7, 3), np.uint8), photometric="cielab")
    assert "CIELAB" in refusal(path)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["JPEG", "PNG", "TIFF", "WEBP", "BMP", "deep PNG", "deep TIFF"]), data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_damage_opens_or_is_told(tmp_path_factory, kind, data):
    """Bytes changed at random in a small file: never another exception."""
    path = tmp_path_factory.mktemp("damage") / "photo"
    if kind.startswith("deep"):
        write_picture(path.with_suffix("." + kind[5:]), iter([np.zeros((7, 9, 3), np.uint16)]), (7, 9), np.uint16)
        path = path.with_suffix("." + kind[5:])
    else:
        Image.new("RGB", (9, 7), (200, 100, 50)).save(path, kind)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with suppress(HuebrushError):
        assert read_photo(path).grey.size > 0
