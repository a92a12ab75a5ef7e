"""What looking costs: moving over the photo, zooming, taking a stroke back, everything anew."""

from __future__ import annotations

import math
import statistics
from typing import Any

from app.bench.strokes import BRUSH, percentiles, stroke
from app.bench.studio import MIDDLE, Frame, Studio

MOVES = 120
PAN_STEP = 24.0
ZOOMS = 80
UNDOS = 5


def looking(studio: Studio) -> dict[str, Any]:
    """Over a photo that is painted on and half coloured."""
    told = {
        "pan_ms": percentiles(panned(studio)),
        "zoom_ms": percentiles(zoomed(studio)),
        "undo_ms": statistics.median(frame.wall for frame in undone(studio)),
    }
    studio.canvas.zoom_fit()
    studio.settle()
    told["recomposite_view_ms"] = studio.settled_ms(studio.document.invert_mask)
    studio.settle()
    return told


def panned(studio: Studio) -> list[Frame]:
    """Circles with the middle button at 100 %."""
    studio.canvas.zoom_actual()
    studio.settle()
    width, height = studio.size
    x, y = width / 2, height / 2
    studio.press(x, y, MIDDLE)
    frames = []
    for i in range(MOVES):
        turn = 4 * math.pi * i / MOVES
        x, y = x + PAN_STEP * math.cos(turn), y + PAN_STEP * math.sin(turn)
        frames.append(studio.frame(lambda x=x, y=y: studio.move(x, y, MIDDLE)))  # type: ignore[misc]
    studio.release(x, y, MIDDLE)
    studio.settle()
    return frames


def zoomed(studio: Studio) -> list[Frame]:
    """With the wheel, beside the middle: in from the whole photo, and out again."""
    studio.canvas.zoom_fit()
    studio.settle()
    x, y = studio.size[0] * 0.4, studio.size[1] * 0.6
    frames = [
        studio.frame(lambda way=1 if i < ZOOMS // 2 else -1: studio.wheel(x, y, way / 2))  # type: ignore[misc]
        for i in range(ZOOMS)
    ]
    studio.settle()
    return frames


def undone(studio: Studio) -> list[Frame]:
    """A short stroke at 100 % is taken back, several times."""
    studio.canvas.zoom_actual()
    studio.settle()
    studio.take_brush(BRUSH)
    frames = []
    for _ in range(UNDOS):
        stroke(studio, 0.3)
        studio.settle()
        frames.append(studio.frame(studio.document.undo))
        studio.settle()
    return frames
