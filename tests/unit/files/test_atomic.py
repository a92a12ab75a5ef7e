"""Replacing a file: whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import HuebrushError
from app.files.atomic import replacing

pytestmark = pytest.mark.usefixtures("no_leftovers")
POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions and links as POSIX has them")


def write(path, content, then=lambda: None):
    with replacing(path) as stream:
        stream.write(content)
        then()


def raiser(exception):
    """A function that raises, whatever it is called with."""

    def fail(*_):
        raise exception

    return fail


def test_new_file(tmp_path):
    write(tmp_path / "new.png", b"new")
    assert (tmp_path / "new.png").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    with replacing(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_the_stream_can_seek_and_read(tmp_path):
    with replacing(tmp_path / "a.tif") as stream:
        stream.write(b"....new")
        stream.seek(0)
        stream.write(b"head")
        stream.seek(0)
        assert stream.read() == b"headnew"
    assert (tmp_path / "a.tif").read_bytes() == b"headnew"


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, HuebrushError])
def test_an_exception_in_the_block_keeps_the_old_file(tmp_path, interruption):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    with pytest.raises(interruption):
        write(path, b"half", then=raiser(interruption()))
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("step", ["fsync", "write", "rename"])
def test_a_full_disk_keeps_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")

    full = raiser(OSError(errno.ENOSPC, "No space left on device"))
    if step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    if step == "rename":
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(HuebrushError, match=r"picture\.png” could not be written: its disk is full"):
        write(path, b"new", then=full if step == "write" else lambda: None)
    assert path.read_bytes() == b"old"


@pytest.fixture
def small_disk(tmp_path):
    """A real disk of 256 kB; skipped where none may be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    try:
        made = sys.platform == "linux" and subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("making a small disk (tmpfs) is not allowed here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full(small_disk):
    path = small_disk / "picture.png"
    path.write_bytes(b"old")
    with pytest.raises(HuebrushError, match="its disk is full"):
        write(path, bytes(1 << 20))
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in small_disk.iterdir()] == ["picture.png"]


def test_missing_folder(tmp_path):
    with pytest.raises(HuebrushError, match="its folder does not exist"):
        write(tmp_path / "nowhere" / "a.png", b"new")


def test_a_folder_of_that_name(tmp_path):
    with pytest.raises(HuebrushError, match="is a folder"):
        write(tmp_path, b"new")


@POSIX
def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(HuebrushError, match="name is too long"):
        write(tmp_path / ("x" * 300 + ".png"), b"new")


@POSIX
def test_the_longest_name_that_the_disk_takes(tmp_path):
    write(tmp_path / ("x" * 251 + ".png"), b"new")


def test_a_protected_file_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)  # root may write everything
    with pytest.raises(HuebrushError, match="write-protected"):
        write(path, b"new")
    assert path.read_bytes() == b"old"


@POSIX
def test_a_folder_without_permission(tmp_path):
    """In a process of its own, which gives up being root first."""
    folder = tmp_path / "locked"
    folder.mkdir()
    program = (
        "import os, pathlib, sys\n"
        "from app.errors import HuebrushError\n"
        "from app.files.atomic import replacing\n"
        "os.chdir(sys.argv[1])\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "else: os.chmod('.', 0o555)\n"
        "try:\n"
        "    with replacing(pathlib.Path('a.png')): pass\n"
        "except HuebrushError as error: print(error)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
    )
    folder.chmod(0o755)
    assert "“a.png” could not be written: you may not write there" in done.stdout, done.stderr
    assert not list(folder.iterdir())


@POSIX
def test_permissions_and_links_stay(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link = tmp_path / "link.png"
    link.symlink_to(path)
    write(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


@POSIX
def test_a_new_file_has_the_usual_permissions(tmp_path):
    old = os.umask(0o027)
    try:
        write(tmp_path / "new.png", b"new")
    finally:
        os.umask(old)
    assert (tmp_path / "new.png").stat().st_mode & 0o777 == 0o640


def test_the_bytes_reach_the_disk_before_the_name(tmp_path, monkeypatch):
    path = tmp_path / "picture.png"
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (synced.append(path.exists()), fsync(number)))
    write(path, b"new")
    assert synced[0] is False
    assert synced[1:] == ([True] if os.name == "posix" else [])
