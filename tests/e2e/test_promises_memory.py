"""100 megapixels fit: opening, colouring and exporting them stays under 1.5 GB, and an open photo takes little."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1.5e9
HEIGHT, WIDTH = 8160, 12256  # 100.0 megapixels

# VmHWM, not getrusage: the latter starts from what the parent held when it made this process.
SCRIPT = """
import sys
from app.cli import main
code = main(sys.argv[1:])
line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(line.split()[1]) * 1024)
sys.exit(code)
"""

# What stays, not the peak: freed memory is handed back first. The photo's levels are made as the window has them made.
OPENED = """
import ctypes, gc, sys
from pathlib import Path
from app.files.reading import read_photo

def resident():
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    line = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024

small, large = map(Path, sys.argv[1:])
read_photo(small).make_levels(1)  # tables, pools and whatever else is there once
before = resident()
photo = read_photo(large)
photo.make_levels(1)
photo.make_levels(1, colours=True)
print((resident() - before) / (photo.width * photo.height), photo.nbytes / (photo.width * photo.height))
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells a process's own peak"),
]


def peak_of(folder: Path, *arguments: object) -> int:
    """Peak resident bytes of the program run with these arguments."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout)


def block(dtype: type[np.unsignedinteger], rows: int) -> np.ndarray:
    """(rows, WIDTH, 3) codes with structure."""
    small = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (rows // 16, WIDTH // 16, 3)).astype(dtype)
    return np.asarray(cv2.resize(small, (WIDTH, rows), interpolation=cv2.INTER_LINEAR))


@pytest.fixture
def photo(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A 100-megapixel photo, written in strips so that this process stays small."""
    if request.param == "8-bit JPEG":
        path = tmp_path / "photo.jpg"
        strip = block(np.uint8, HEIGHT // 10)
        assert cv2.imwrite(str(path), np.concatenate([strip] * 10))
        return path
    path = tmp_path / "photo.tif"
    strip = block(np.uint16, HEIGHT // 10)
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(
            (strip[top : top + 16].tobytes() for _ in range(10) for top in range(0, len(strip), 16)),
            shape=(HEIGHT, WIDTH, 3),
            dtype=np.uint16,
            photometric="rgb",
            rowsperstrip=16,
            metadata=None,
        )
    return path


@pytest.mark.parametrize(
    ("photo", "out"), [("8-bit JPEG", "out.jpg"), ("16-bit TIFF in strips", "out.tif")], indirect=["photo"]
)
def test_a_hundred_megapixels_stay_under_the_limit(tmp_path: Path, photo: Path, out: str) -> None:
    peak = peak_of(tmp_path, "colorize", photo, "-o", tmp_path / out, "--device", "cpu")
    print(f"{photo.suffix} → {out}: peak {peak / 1e6:.0f} MB")
    assert (tmp_path / out).stat().st_size > 1_000_000
    assert peak < LIMIT
    for file in tmp_path.iterdir():
        file.unlink()  # half a gigabyte each, and pytest keeps its folders


@pytest.mark.parametrize(("suffix", "dtype", "most"), [("jpg", np.uint8, 6), ("png", np.uint16, 11)])
def test_an_untouched_photo_takes_few_bytes_per_pixel(
    tmp_path: Path, suffix: str, dtype: type[np.unsignedinteger], most: float
) -> None:
    small, large = tmp_path / f"small.{suffix}", tmp_path / f"large.{suffix}"
    assert cv2.imwrite(str(small), block(dtype, 320)[:, :1000])
    assert cv2.imwrite(str(large), block(dtype, 2048))  # 25 megapixels
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(small), str(large)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    resident, held = map(float, done.stdout.split())
    print(f"{suffix}: {resident:.2f} bytes per pixel resident, {held:.2f} in arrays")
    assert 4 * np.dtype(dtype).itemsize < held <= most
    assert resident <= most
    large.unlink()
