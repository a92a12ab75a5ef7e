"""Photos come in as they are stored: every format, depth, orientation and profile."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from app.files.reading import read_photo

ORIENTATION = 0x0112
ORIENTATIONS = range(1, 9)


def rgb_of(photo):
    """(H, W, 3) codes, whether or not the photo found colour in itself."""
    return photo.source if photo.source is not None else np.repeat(photo.grey[:, :, None], 3, axis=2)


def stored(upright, orientation):
    """The pixels a camera stores so that a viewer, following the tag, shows ``upright``.

    The tag says where the stored first row and column lie in the scene (TIFF 6.0, page 36).
    """
    first_row_is_a_column = orientation >= 5
    turned = upright.swapaxes(0, 1) if first_row_is_a_column else upright
    rows_flipped = orientation in (3, 4, 7, 8) if not first_row_is_a_column else orientation in (6, 7)
    columns_flipped = orientation in (2, 3) if not first_row_is_a_column else orientation in (7, 8)
    turned = turned[::-1] if rows_flipped else turned
    return np.ascontiguousarray(turned[:, ::-1] if columns_flipped else turned)


def save_pillow(path, codes, **options):
    Image.fromarray(codes).save(path, **options)


def save_deep_png(path, codes, *, exif=None, profile=None):
    kinds, blobs = [], []
    if exif is not None:
        kinds.append(cv2.IMAGE_METADATA_EXIF)
        blobs.append(np.frombuffer(exif.tobytes().removeprefix(b"Exif\0\0"), np.uint8))
    if profile is not None:
        kinds.append(cv2.IMAGE_METADATA_ICCP)
        blobs.append(np.frombuffer(profile, np.uint8))
    bgr = codes if codes.ndim == 2 else np.ascontiguousarray(codes[:, :, ::-1])
    assert cv2.imwriteWithMetadata(str(path), bgr, kinds, blobs)


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("suffix", ["png", "tif", "bmp", "webp"])
def test_eight_bit_pixels_are_exact(tmp_path, picture, suffix, grey):
    codes = picture(37, 53, np.uint8, grey=grey)
    path = tmp_path / f"photo.{suffix}"
    save_pillow(path, codes, **({"lossless": True} if suffix == "webp" else {}))
    photo = read_photo(path)
    assert photo.bits == 8
    assert photo.path == path
    assert (photo.source is None) is grey
    expected = codes if not grey else np.repeat(codes[:, :, None], 3, axis=2)
    np.testing.assert_array_equal(rgb_of(photo), expected)


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bit_stays_sixteen_bit(tmp_path, picture, suffix, grey):
    codes = picture(37, 53, np.uint16, grey=grey)
    path = tmp_path / f"photo.{suffix}"
    if suffix == "png":
        save_deep_png(path, codes)
    else:
        tifffile.imwrite(path, codes, photometric="minisblack" if grey else "rgb")
    photo = read_photo(path)
    assert photo.dtype == np.uint16
    np.testing.assert_array_equal(photo.grey if grey else photo.source, codes)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("grey", [False, True])
def test_jpeg_is_close_to_what_was_stored(tmp_path, picture, grey, progressive):
    codes = cv2.GaussianBlur(picture(64, 80, np.uint8, grey=grey), (0, 0), 2)
    save_pillow(tmp_path / "photo.jpg", codes, quality=98, subsampling=0, progressive=progressive)
    photo = read_photo(tmp_path / "photo.jpg")
    assert (photo.source is None) is grey
    difference = np.abs((photo.grey if grey else photo.source).astype(int) - codes)
    assert difference.max() <= 6
    assert difference.mean() < 1


@pytest.mark.parametrize("options", [
    {"subsampling": 0}, {"subsampling": 1}, {"subsampling": 2}, {"subsampling": 2, "progressive": True},
    {"quality": 20}, {"quality": 100},
])  # fmt: skip
@pytest.mark.parametrize("grey", [False, True])
def test_a_jpeg_has_the_very_codes_that_another_reader_finds(tmp_path, picture, grey, options):
    path = tmp_path / "photo.jpg"
    save_pillow(path, picture(75, 101, np.uint8, grey=grey), **options)
    photo = read_photo(path)
    with Image.open(path) as image:
        np.testing.assert_array_equal(photo.grey if grey else photo.source, np.asarray(image))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_orientation_in_exif_is_applied_once(tmp_path, picture, suffix, orientation):
    upright = cv2.GaussianBlur(picture(40, 64, np.uint8), (0, 0), 4)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"lossless": True} if suffix == "webp" else {"quality": 98} if suffix == "jpg" else {}
    save_pillow(tmp_path / f"photo.{suffix}", stored(upright, orientation), exif=exif, **options)
    photo = read_photo(tmp_path / f"photo.{suffix}")
    assert (photo.height, photo.width) == (40, 64)
    assert np.abs(rgb_of(photo).astype(int) - upright).max() <= (12 if suffix == "jpg" else 0)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_orientation_of_a_sixteen_bit_png(tmp_path, picture, orientation):
    upright = picture(5, 9, np.uint16)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    save_deep_png(tmp_path / "photo.png", stored(upright, orientation), exif=exif)
    np.testing.assert_array_equal(read_photo(tmp_path / "photo.png").source, upright)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("grey", [False, True])
def test_orientation_of_a_tiff(tmp_path, picture, dtype, grey, orientation):
    upright = picture(5, 9, dtype, grey=grey)
    tifffile.imwrite(
        tmp_path / "photo.tif",
        stored(upright, orientation),
        photometric="minisblack" if grey else "rgb",
        extratags=[(ORIENTATION, 3, 1, orientation, True)],
    )
    photo = read_photo(tmp_path / "photo.tif")
    np.testing.assert_array_equal(photo.grey if grey else photo.source, upright)


def test_a_wrong_orientation_means_upright(tmp_path, picture):
    codes = picture(5, 9, np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION] = 77
    save_pillow(tmp_path / "photo.png", codes, exif=exif)
    np.testing.assert_array_equal(read_photo(tmp_path / "photo.png").source, codes)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_profile_of_an_eight_bit_photo_is_kept(tmp_path, picture, srgb_profile, suffix):
    save_pillow(tmp_path / f"photo.{suffix}", picture(5, 9, np.uint8), icc_profile=srgb_profile)
    assert read_photo(tmp_path / f"photo.{suffix}").icc_profile == srgb_profile


def test_profile_of_a_sixteen_bit_photo_is_kept(tmp_path, picture, srgb_profile):
    save_deep_png(tmp_path / "photo.png", picture(5, 9, np.uint16), profile=srgb_profile)
    tifffile.imwrite(tmp_path / "photo.tif", picture(5, 9, np.uint16), photometric="rgb", iccprofile=srgb_profile)
    assert read_photo(tmp_path / "photo.png").icc_profile == srgb_profile
    assert read_photo(tmp_path / "photo.tif").icc_profile == srgb_profile


@pytest.mark.parametrize("flaw", ["cut short", "no profile at all", "for Lab"])
def test_a_profile_that_could_not_be_exported_is_dropped(tmp_path, picture, srgb_profile, flaw):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    profile = {"cut short": srgb_profile[:-9], "no profile at all": b"x" * 500, "for Lab": lab}[flaw]
    save_pillow(tmp_path / "photo.jpg", picture(5, 9, np.uint8), icc_profile=profile)
    assert read_photo(tmp_path / "photo.jpg").icc_profile is None


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_extreme_shapes_open(tmp_path, picture, height, width, suffix):
    save_pillow(tmp_path / f"photo.{suffix}", picture(height, width, np.uint8))
    photo = read_photo(tmp_path / f"photo.{suffix}")
    assert (photo.height, photo.width) == (height, width)


@pytest.mark.parametrize("suffix", ["png", "webp", "tif"])
def test_transparency_lies_over_white(tmp_path, suffix):
    rgba = np.array([[[200, 0, 0, 255], [200, 0, 0, 0], [200, 0, 0, 128]]], np.uint8)
    save_pillow(tmp_path / f"photo.{suffix}", rgba, **({"lossless": True} if suffix == "webp" else {}))
    expected = [[[200, 0, 0], [255, 255, 255], [227, 127, 127]]]
    np.testing.assert_array_equal(read_photo(tmp_path / f"photo.{suffix}").source, expected)


def test_transparency_of_grey_and_palette(tmp_path):
    save_pillow(tmp_path / "grey.png", np.array([[[90, 255], [90, 0]]], np.uint8))
    assert read_photo(tmp_path / "grey.png").grey.tolist() == [[90, 255]]
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 200, 100, 0])
    palette.putdata([0, 1])
    palette.save(tmp_path / "palette.png", transparency=1)
    assert read_photo(tmp_path / "palette.png").source.tolist() == [[[10, 20, 30], [255, 255, 255]]]


def test_transparency_at_sixteen_bits(tmp_path):
    rgba = np.array([[[40000, 1, 2, 65535], [40000, 1, 2, 0], [40000, 0, 0, 32768]]], np.uint16)
    assert cv2.imwrite(str(tmp_path / "photo.png"), rgba[:, :, [2, 1, 0, 3]])
    expected = [[[40000, 1, 2], [65535, 65535, 65535], [52767, 32767, 32767]]]
    tifffile.imwrite(tmp_path / "photo.tif", rgba, photometric="rgb", extrasamples=["unassalpha"])
    for suffix in ("png", "tif"):
        np.testing.assert_array_equal(read_photo(tmp_path / f"photo.{suffix}").source, expected)


def test_premultiplied_transparency_of_a_tiff(tmp_path):
    rgba = np.array([[[20000, 0, 0, 32768], [0, 0, 0, 0]]], np.uint16)
    tifffile.imwrite(tmp_path / "photo.tif", rgba, photometric="rgb", extrasamples=["assocalpha"])
    assert read_photo(tmp_path / "photo.tif").source.tolist() == [[[52767, 32767, 32767], [65535, 65535, 65535]]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_tiff_that_counts_from_white(tmp_path, picture, dtype):
    codes = picture(5, 9, dtype, grey=True)
    tifffile.imwrite(tmp_path / "scan.tif", np.iinfo(dtype).max - codes, photometric="miniswhite")
    np.testing.assert_array_equal(read_photo(tmp_path / "scan.tif").grey, codes)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_compressions_of_an_eight_bit_tiff(tmp_path, picture, compression):
    codes = picture(37, 53, np.uint8)
    save_pillow(tmp_path / "photo.tif", codes, compression=compression)
    np.testing.assert_array_equal(read_photo(tmp_path / "photo.tif").source, codes)


@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_ways_to_store_a_sixteen_bit_tiff(tmp_path, picture, planes, order, compression):
    codes = picture(37, 53, np.uint16)
    tifffile.imwrite(
        tmp_path / "photo.tif",
        codes if planes == "contig" else codes.transpose(2, 0, 1),
        photometric="rgb",
        planarconfig=planes,
        byteorder=order,
        compression=compression,
        rowsperstrip=8,
    )
    photo = read_photo(tmp_path / "photo.tif")
    np.testing.assert_array_equal(photo.source, codes)
    assert photo.source.dtype.isnative


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_sixteen_bit_lzw_tiff(tmp_path, picture, orientation):
    """OpenCV decodes LZW; its own turning would fail on this picture."""
    upright = picture(37, 53, np.uint16)
    plain = tmp_path / "plain.tif"
    lzw = [cv2.IMWRITE_TIFF_COMPRESSION, cv2.IMWRITE_TIFF_COMPRESSION_LZW]
    assert cv2.imwrite(str(plain), np.ascontiguousarray(stored(upright, orientation)[:, :, ::-1]), lzw)
    path = tmp_path / "photo.tif"
    path.write_bytes(with_orientation(plain, orientation))
    before = path.read_bytes()
    np.testing.assert_array_equal(read_photo(path).source, upright)
    assert path.read_bytes() == before


def with_orientation(path: Path, orientation: int) -> bytes:
    """A TIFF's bytes with its SampleFormat tag (uint by default) turned into an orientation."""
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as tiff:
        tag = tiff.pages.first.tags["SampleFormat"]
        entry = np.array([ORIENTATION, 3], tiff.byteorder + "u2").tobytes()
        count = np.array([1], tiff.byteorder + "u4").tobytes()
        value = np.array([orientation, 0], tiff.byteorder + "u2").tobytes()
        data[tag.offset : tag.offset + 12] = entry + count + value
    return bytes(data)


def test_the_content_decides_not_the_suffix(tmp_path, picture):
    codes = picture(5, 9, np.uint8)
    for kind, suffix in [("PNG", "jpg"), ("TIFF", "png"), ("WEBP", "tif"), ("BMP", "webp")]:
        path = tmp_path / f"{kind}.{suffix}"
        path.write_bytes(encoded(codes, kind))
        np.testing.assert_array_equal(read_photo(path).source, codes)


def encoded(codes, kind):
    stream = io.BytesIO()
    Image.fromarray(codes).save(stream, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return stream.getvalue()


def test_a_camera_file_of_two_pictures_gives_the_first(tmp_path, picture):
    first = Image.fromarray(cv2.GaussianBlur(picture(40, 64, np.uint8), (0, 0), 4))
    path = tmp_path / "photo.jpg"
    first.save(path, format="MPO", save_all=True, append_images=[Image.new("RGB", (64, 40))], quality=98)
    assert np.abs(read_photo(path).source.astype(int) - np.asarray(first)).max() <= 12


def test_a_moving_webp_gives_the_first_picture(tmp_path, picture):
    first = picture(40, 64, np.uint8)
    path = tmp_path / "photo.webp"
    frames = [Image.new("RGB", (64, 40))]
    Image.fromarray(first).save(path, save_all=True, append_images=frames, lossless=True)
    np.testing.assert_array_equal(read_photo(path).source, first)


def test_names_beyond_ascii(tmp_path, picture):
    for dtype in (np.uint8, np.uint16):
        path = tmp_path / "Größe 写真.png"
        save_deep_png(path, picture(5, 9, dtype))
        assert read_photo(path).dtype == dtype


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_shallow_grey_is_stretched_to_eight_bits(tmp_path, raw_png, bits):
    path = tmp_path / "scan.png"
    path.write_bytes(raw_png(2, 1, bits, 0, bytes([0, (1 << bits) - 1 << 8 - bits])))
    assert read_photo(path).grey.tolist() == [[255, 0]]


@pytest.mark.slow
def test_above_pillows_own_limit(tmp_path):
    """Pillow alone would warn above 89 and refuse above 179 megapixels."""
    path = tmp_path / "photo.png"
    Image.new("L", (19_000, 10_000)).save(path, compress_level=1)
    assert read_photo(path).megapixels == 190
