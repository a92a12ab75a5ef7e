"""``huebrush bench``: what painting costs on this machine, measured on the real window, drawn offscreen.

Pointer events are delivered to the real canvas while the real worker answers; times end where the paint event that
shows them ends. Photos are synthetic, saved to a temporary folder and opened like any other. The benchmarks among the
tests measure with the same functions.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def run_bench(megapixels: Sequence[float], *, as_json: bool) -> int:
    """Measure each size and print tables, or JSON; returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.bench.goals import judged, table
    from app.bench.network import forward
    from app.window import prepare_application

    prepare_application()
    sizes: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="huebrush-bench-") as folder:
        for size in megapixels:
            sizes.append(measured(size, Path(folder)))
            sizes[-1]["goals"] = judged(sizes[-1])
            if not as_json:
                print(table(sizes[-1]), flush=True)
    milliseconds, device, threads = forward()
    told = {"device": device, "threads": threads, "forward_ms": milliseconds, "sizes": sizes}
    if as_json:
        print(json.dumps(told))
    else:
        print(f"network forward on {device}, {threads} threads, fp32: " + ", ".join(
            f"{side}² {value:.0f} ms" for side, value in milliseconds.items()
        ))  # fmt: skip
    return 0


def measured(megapixels: float, folder: Path) -> dict[str, Any]:
    """All figures of one size, measured in a fresh window."""
    from app.bench import files, strokes, views
    from app.bench.photo import synthetic_photo
    from app.bench.studio import Studio

    path = folder / f"{megapixels:g}mp.jpg"
    synthetic_photo(megapixels, path)
    studio = Studio()
    try:
        studio.window.open_path(path)
        studio.until(lambda: studio.window.document is not None)
        studio.settle()
        told: dict[str, Any] = {"megapixels": megapixels}
        told |= strokes.painting(studio)
        told |= views.looking(studio)
        told |= strokes.scribbling(studio)
        told |= files.exporting(studio, folder)
        told |= files.opening(studio, path)  # last: two photos at once would be the peak of memory
    finally:
        studio.close()
    path.unlink()
    return told
