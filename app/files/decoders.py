"""Three decoders, each where it is right.

Pillow for 8-bit files, whose modes and palettes it knows. OpenCV for JPEG, the same library under both, which it
calls in half the time and memory. OpenCV for 16-bit PNG and tifffile for 16-bit TIFF, because Pillow reduces 16-bit
colour to 8 without a word; OpenCV for WebP too, where Pillow takes 18 bytes a pixel.
All check the size in the header before a pixel is decoded, apply the orientation once and never pass a file that
is cut short for a whole one.
"""

from __future__ import annotations

import math
from enum import Enum
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import tifffile
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from app.document.space import Codes, strips
from app.errors import HuebrushError
from app.files.limits import check_size
from app.files.picture import Backdrop, Picture, laid_over, rgb_profile, upright

# Pillow warns at 89 megapixels and refuses at 179 by itself; check_size() decides here, before every decode.
Image.MAX_IMAGE_PIXELS = None

_GREY_MODES = {"1", "L", "LA", "La"}
_COLOUR_MODES = {"P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "YCbCr"}
_JPEG_END = b"\xff\xd9"  # cannot occur among a JPEG's compressed pixels (ITU T.81, B.1.1.2)
_ORIENTATION = 0x0112  # the tag in EXIF and in TIFF
_TIFF_KINDS = {
    tifffile.PHOTOMETRIC.MINISWHITE,
    tifffile.PHOTOMETRIC.MINISBLACK,
    tifffile.PHOTOMETRIC.RGB,
    tifffile.PHOTOMETRIC.PALETTE,
    tifffile.PHOTOMETRIC.YCBCR,
}
_DEEP_COLOURS: dict[int, int] = {
    tifffile.PHOTOMETRIC.MINISWHITE: 1,
    tifffile.PHOTOMETRIC.MINISBLACK: 1,
    tifffile.PHOTOMETRIC.RGB: 3,
}
_ALPHAS = {tifffile.EXTRASAMPLE.ASSOCALPHA, tifffile.EXTRASAMPLE.UNASSALPHA}


def decode_with_pillow(path: Path, kind: str, backdrop: Backdrop) -> Picture:
    """Decode a file of up to 8 bits a channel. kind: Pillow's name of the format, as the first bytes tell it.

    Needs 7 bytes a pixel at its peak, Pillow's own 4 and the 3 returned; a progressive JPEG needs up to 10.
    """
    codes, orientation, profile = _load_with_pillow(path, kind, backdrop)  # Pillow's own pixels are gone by now
    return Picture(upright(codes, orientation), profile)


def _load_with_pillow(path: Path, kind: str, backdrop: Backdrop) -> tuple[Codes, int, bytes | None]:
    """Codes as stored, the orientation still to be applied, the profile."""
    # As a stream: by its path, Pillow (13.0) maps a plain grey TIFF to memory and garbles it when it turns it.
    with path.open("rb") as file, Image.open(file, formats=[kind]) as image:
        check_size(path, image.height, image.width)
        if image.mode not in _GREY_MODES | _COLOUR_MODES:
            raise _unsupported(path, {"F": "floating-point", "I": "32-bit"}.get(image.mode, image.mode))
        image.load()
        # After loading: a PNG may tell its orientation behind its pixels, and Pillow turns a TIFF by itself.
        orientation = image.getexif().get(_ORIENTATION, 1)
        return _codes_of(image, backdrop), orientation, rgb_profile(image.info.get("icc_profile"))


def _codes_of(image: Image.Image, backdrop: Backdrop) -> Codes:
    """(H, W) or (H, W, 3) uint8, in strips, so that no second whole picture is made on the way."""
    grey = image.mode in _GREY_MODES
    see_through = image.has_transparency_data
    mode = ("LA" if see_through else "L") if grey else ("RGBA" if see_through else "RGB")
    codes = np.empty((image.height, image.width) if grey else (image.height, image.width, 3), np.uint8)
    for rows in strips(image.height, image.width):
        strip = np.asarray(image.crop((0, rows.start, image.width, rows.stop)).convert(mode))
        if see_through:
            colours = strip[:, :, 0] if grey else strip[:, :, :3]
            strip = laid_over(colours, strip[:, :, -1], backdrop)
        codes[rows] = strip
    return codes


def decode_jpeg(path: Path) -> Picture:
    """Decode a JPEG, grey or in colour: the very codes that Pillow gives, in 3 bytes a pixel.

    OpenCV fills what is missing of a file cut short with grey, so the end mark is looked for first.
    """
    with path.open("rb") as file, JpegImageFile(file) as image:  # for its header only
        pixels_at = file.tell()
        check_size(path, image.height, image.width)
        if image.mode not in ("L", "RGB"):
            raise _unsupported(path, image.mode)
        size, grey = (image.height, image.width), image.mode == "L"
        orientation = image.getexif().get(_ORIENTATION, 1)
        profile = rgb_profile(image.info.get("icc_profile"))
    content = path.read_bytes()
    if content.find(_JPEG_END, pixels_at) < 0:
        raise ValueError("no end mark behind the pixels")
    kind = cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR_RGB
    codes = cv2.imdecode(np.frombuffer(content, np.uint8), kind | cv2.IMREAD_IGNORE_ORIENTATION)
    if codes is None or codes.shape[:2] != size:
        raise ValueError("OpenCV could not decode it")
    return Picture(upright(cast(Codes, codes), orientation), profile)


def decode_with_opencv(path: Path, kind: str, backdrop: Backdrop) -> Picture:
    """Decode a 16-bit PNG or a WebP, neither of which OpenCV takes for whole when it is cut short."""
    with path.open("rb") as file, Image.open(file, formats=[kind]) as image:  # for its header only
        check_size(path, image.height, image.width)
        profile = rgb_profile(image.info.get("icc_profile"))
    content = np.memmap(path, np.uint8, "r")
    codes, kinds, blobs = cv2.imdecodeWithMetadata(content, cv2.IMREAD_UNCHANGED)
    if codes is None:
        raise ValueError("OpenCV could not decode it")
    exif = Image.Exif()
    for metadata, blob in zip(kinds, blobs, strict=True):
        if metadata == cv2.IMAGE_METADATA_EXIF:
            exif.load(bytes(blob))
    rgb = _rgb_of_bgr(cast(Codes, codes), backdrop)
    return Picture(upright(rgb, exif.get(_ORIENTATION, 1)), profile)


def _rgb_of_bgr(codes: Codes, backdrop: Backdrop) -> Codes:
    """(H, W) as it is; (H, W, 3) BGR swapped in place; (H, W, 4) BGRA over the backdrop."""
    if codes.ndim == 2:
        return codes
    for rows in strips(*codes.shape[:2]):
        codes[rows, :, :3] = codes[rows, :, 2::-1].copy()
    return codes if codes.shape[2] == 3 else laid_over(codes[:, :, :3], codes[:, :, 3], backdrop)


def decode_tiff(path: Path, backdrop: Backdrop) -> Picture:
    """Decode the first page of a TIFF: up to 8 bits by Pillow, 16 bits by tifffile or, for LZW, OpenCV."""
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages.first
        check_size(path, page.imagelength, page.imagewidth)
        if page.photometric not in _TIFF_KINDS:
            raise _unsupported(path, "CMYK" if page.photometric == 5 else _name(page.photometric))
        if page.sampleformat == tifffile.SAMPLEFORMAT.IEEEFP:
            raise _unsupported(path, "floating-point")
        if page.sampleformat != tifffile.SAMPLEFORMAT.UINT or page.bitspersample not in (1, 2, 4, 8, 16):
            raise _unsupported(path, f"{page.bitspersample}-bit {_name(page.sampleformat)}")
        _check_whole(page, tiff.filehandle.size)
        if page.bitspersample == 16:
            return Picture(_deep_codes(path, page, backdrop), rgb_profile(page.iccprofile))
    return decode_with_pillow(path, "TIFF", backdrop)


def _check_whole(page: tifffile.TiffPage, file_bytes: int) -> None:
    """Refuse a page with strips or tiles missing: tifffile would leave them black without a word."""
    segments = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    if len(segments) < math.prod(page.chunked):
        raise ValueError(f"{len(segments)} strips or tiles of {math.prod(page.chunked)}")
    for start, count in segments:
        if start <= 0 or count <= 0 or start + count > file_bytes:
            raise ValueError(f"no pixels at {start}, {count} bytes")


def _deep_codes(path: Path, page: tifffile.TiffPage, backdrop: Backdrop) -> Codes:
    """A 16-bit page, upright: (H, W) or (H, W, 3). Samples beyond colour and opacity are left out."""
    count = _DEEP_COLOURS.get(page.photometric, 0)
    if not count:
        raise _unsupported(path, f"16-bit {_name(page.photometric)}")
    samples = _deep_samples(path, page)
    if samples.shape[2] < count:
        raise ValueError(f"{samples.shape[2]} samples for {count} colours")
    colours = samples[:, :, 0] if count == 1 else samples[:, :, :3]
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        colours = np.iinfo(np.uint16).max - colours
    if page.extrasamples and page.extrasamples[0] in _ALPHAS:
        premultiplied = page.extrasamples[0] == tifffile.EXTRASAMPLE.ASSOCALPHA
        colours = laid_over(colours, samples[:, :, count], backdrop, premultiplied=premultiplied)
    return upright(colours, page.tags.valueof(_ORIENTATION, 1))


def _deep_samples(path: Path, page: tifffile.TiffPage) -> Codes:
    """(H, W, samples) uint16 as stored, not turned."""
    shape = (page.imagelength, page.imagewidth, page.samplesperpixel)
    separate = page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and page.samplesperpixel > 1
    if page.compression in tifffile.TIFF.DECOMPRESSORS:
        stored = page.asarray()
        if separate:
            stored = np.moveaxis(stored.reshape(shape[2], *shape[:2]), 0, -1)
        return stored.reshape(shape)
    if separate:
        raise _unsupported(path, f"{_name(page.compression)}-compressed 16-bit (one plane after the other)")
    return _decode_unturned(path, page).reshape(shape)


def _decode_unturned(path: Path, page: tifffile.TiffPage) -> Codes:
    """Decode with OpenCV, whose own turning fails on 16-bit TIFFs that are not square (seen in 5.0)."""
    content = np.memmap(path, np.uint8, "c")  # copy on write: the file itself is not touched
    tag = page.tags.get(_ORIENTATION)
    if tag is not None:
        normal = np.array([1], page.parent.byteorder + "u2")
        content[tag.valueoffset : tag.valueoffset + 2] = normal.view(np.uint8)
    codes = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    if codes is None or codes.dtype != np.uint16:
        raise ValueError(f"OpenCV could not decode {_name(page.compression)}")
    return cast(Codes, codes if codes.ndim == 2 else codes[:, :, [2, 1, 0, 3][: codes.shape[2]]])


def _name(value: int) -> str:
    """A tag's value by its name in the TIFF standard where it has one."""
    return value.name if isinstance(value, Enum) else str(value)


def _unsupported(path: Path, kind: str) -> HuebrushError:
    return HuebrushError(f"“{path}” is a {kind} picture, which Huebrush does not open; save it as RGB TIFF first.")
