"""Writing a file so that there is always a whole one: the old until the new is safely on the disk."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.errors import HuebrushError

_REASONS = {
    errno.ENOSPC: "its disk is full; free some space or choose another disk",
    errno.EDQUOT: "your share of its disk is used up; free some space or choose another disk",
    errno.EFBIG: "its disk cannot hold a file that large; choose another disk",
    errno.EACCES: "you may not write there; choose another folder or change its permissions",
    errno.EPERM: "you may not write there; choose another folder or change its permissions",
    errno.EROFS: "its disk is read-only; choose another disk",
    errno.ENOENT: "its folder does not exist; make the folder first or choose another",
    errno.ENOTDIR: "its folder is a file, not a folder; choose another",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
}


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary stream (read, write and seek) whose bytes take the place of ``path`` when the block ends well.

    The bytes go to a file beside the target, reach the disk (fsync) and are then renamed over it in one step.
    If anything fails, in the block or here, that file is removed and the old target stays as it was. A link
    is followed, so that what it points to is replaced; the old file's permissions are kept.

    Raises HuebrushError when the file cannot be written; any other exception of the block passes through.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".huebrush-{secrets.token_hex(6)}.part")
    try:
        _refuse_hopeless(path, target)
        with temporary.open("x+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as error:
        raise HuebrushError(f"“{path}” could not be written: {_reason(error)}.") from error
    finally:
        with suppress(OSError):  # after success there is nothing left to remove
            temporary.unlink()
    _sync_folder(target.parent)


def _refuse_hopeless(path: Path, target: Path) -> None:
    if target.is_dir():
        raise HuebrushError(f"“{path}” is a folder and cannot be written as a file; choose another name.")
    if target.exists() and not os.access(target, os.W_OK):
        # Renaming over it would succeed, and undo a protection somebody set on purpose.
        raise HuebrushError(f"“{path}” is write-protected; choose another name or allow writing to it.")


def _reason(error: OSError) -> str:
    told = _REASONS.get(error.errno) if error.errno is not None else None
    return told or f"{error.strerror or error}; try another name or disk"


def _sync_folder(folder: Path) -> None:
    """Bring the new name itself to the disk. Windows has no such call and some network disks refuse it."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
