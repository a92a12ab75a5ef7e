"""Opening a picture file: may it be opened, which decoder knows it and, if not, a sentence that says why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import HuebrushError
from app.files.decoders import decode_jpeg, decode_tiff, decode_with_opencv, decode_with_pillow
from app.files.picture import Backdrop, Picture

_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",  # BigTIFF
    b"MM\0+": "TIFF",
    b"BM": "BMP",
}
_PNG_BITS_AT = 24  # the place of the bit depth in every PNG's header
_CAMERA_RAW = {".3fr", ".arw", ".cr2", ".cr3", ".dng", ".erf", ".nef", ".orf", ".pef", ".raf", ".rw2", ".srw"}


def open_picture(path: Path, backdrop: Backdrop) -> Picture:
    """Decode a JPEG, PNG, TIFF, WebP or BMP file, whatever its suffix; of several pages or frames the first.

    Raises HuebrushError: missing, a folder, empty, no picture, too large, damaged or cut short, or of a kind
    (CMYK, floating point, …) that is not supported.
    """
    with told(path):
        start = _first_bytes(path)
        kind = _kind(start)
        if path.suffix.lower() in _CAMERA_RAW:  # most are TIFFs whose first page is a thumbnail
            raise HuebrushError(f"“{path}” is a camera raw file; develop it to a 16-bit TIFF and open that.")
        if kind is None:
            raise HuebrushError(
                f"“{path}” is not a picture that Huebrush knows, whatever its name says; "
                "it opens JPEG, PNG, TIFF, WebP and BMP."
            )
        with _damage_told(path):
            if kind == "JPEG":
                return decode_jpeg(path)
            if kind == "TIFF":
                return decode_tiff(path, backdrop)
            if kind == "WEBP" or (kind == "PNG" and start[_PNG_BITS_AT : _PNG_BITS_AT + 1] == b"\x10"):
                return decode_with_opencv(path, kind, backdrop)
            return decode_with_pillow(path, kind, backdrop)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's refusals to read ``path`` into sentences."""
    try:
        if path.is_dir():
            raise HuebrushError(f"“{path}” is a folder; choose a file inside it.")
        if path.exists() and not path.is_file():
            raise HuebrushError(f"“{path}” is a device, not a file; copy what it holds into a file first.")
        yield
    except FileNotFoundError as error:
        raise HuebrushError(f"There is no file “{path}”; check its name and whether its disk is there.") from error
    except PermissionError as error:
        raise HuebrushError(f"“{path}” may not be read; change its permissions or copy it.") from error
    except OSError as error:
        reason = error.strerror or error
        raise HuebrushError(f"“{path}” could not be read: {reason}; copy it to another disk.") from error
    except MemoryError as error:
        raise HuebrushError(
            f"“{path}” needs more memory than is free; close other programs or scale it down."
        ) from error


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises about a file's content into one sentence.

    Decoders meet damage with a dozen exception types (OSError without a number, SyntaxError, struct.error),
    so everything counts as damage that is neither ours nor the system's.
    """
    try:
        yield
    except (HuebrushError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise HuebrushError(
            f"“{path}” is damaged, cut short or stored in an unusual way; get a whole copy or save it as PNG."
        ) from error


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        start = file.read(32)
    if not start:
        raise HuebrushError(f"“{path}” is empty (0 bytes); get a whole copy of it.")
    return start


def _kind(start: bytes) -> str | None:
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for signature, kind in _SIGNATURES.items() if start.startswith(signature)), None)
