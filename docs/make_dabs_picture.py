"""Makes ``docs/pictures/dabs.png``, what brushes of different hardness paint: ``python docs/make_dabs_picture.py``."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.document.brush import Brush, Touch
from app.document.stroke import Stroke
from app.document.tiles import TileMask

PICTURE = Path(__file__).resolve().parent / "pictures" / "dabs.png"

HARDNESSES = (0.0, 0.5, 1.0)
DAB, LINE, LABEL, GAP = 104, 200, 150, 10
PAPER, INK, FAINT, PAINT = (250, 249, 246), (40, 42, 48), (120, 122, 128), (196, 62, 44)


def wave(pressed: bool) -> list[Touch]:
    """One swing across a field; a pen pressed harder in the middle, or a mouse."""
    shares = [i / 60 for i in range(61)]
    size = [0.05 + 0.95 * math.sin(math.pi * t) if pressed else 1.0 for t in shares]
    swing = [DAB / 2 - 16 * math.sin(2 * math.pi * t) for t in shares]
    return [Touch(28 + t * (LINE - 56), y, s) for t, y, s in zip(shares, swing, size, strict=True)]


ROWS = {
    "one dab | a stroke": (Brush(24), wave(False)),
    "flow 10 %": (Brush(24, flow=0.1), wave(False)),
    "roundness 30 %": (Brush(24, roundness=0.3, angle=-45), wave(False)),
    "pen pressure": (Brush(24), wave(True)),
}


def field(brush: Brush, touches: list[Touch], width: int) -> Image.Image:
    """What the touches paint, on paper."""
    stroke = Stroke(TileMask.empty(DAB, width), brush)
    stroke.add(touches)
    share = stroke.mask.to_array()[..., None] / 255
    return Image.fromarray((np.array(PAPER) * (1 - share) + np.array(PAINT) * share).round().astype(np.uint8))


def main() -> None:
    width = LABEL + len(HARDNESSES) * (DAB + LINE + GAP)
    sheet = Image.new("RGB", (width, 34 + len(ROWS) * DAB), PAPER)
    pen = ImageDraw.Draw(sheet)
    for column, hardness in enumerate(HARDNESSES):
        left = LABEL + column * (DAB + LINE + GAP)
        pen.text((left + GAP, GAP), f"hardness {hardness:.0%}", INK, ImageFont.load_default(16))
        for row, (name, (brush, touches)) in enumerate(ROWS.items()):
            top = 34 + row * DAB
            pen.text((GAP, top + DAB / 2 - 8), name, FAINT, ImageFont.load_default(14))
            tip = Brush(40, hardness, 1, brush.flow, 0.1, brush.roundness, brush.angle)
            sheet.paste(field(tip, [Touch(DAB / 2, DAB / 2)], DAB), (left, top))
            shaped = Brush(brush.radius, hardness, 1, brush.flow, 0.1, brush.roundness, brush.angle)
            sheet.paste(field(shaped, touches, LINE), (left + DAB, top))
    sheet.quantize(64, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
