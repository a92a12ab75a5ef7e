"""Makes ``docs/pictures/masks.png``, eight samples of every mask family: ``python docs/make_masks_sheet.py``.

The families that follow a photo get the cells of a sample photo; areas of alike colour stand in for its objects.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.masks import FAMILIES, Family, sample
from model.regions import cells, object_labels

ROOT = Path(__file__).resolve().parent.parent
PHOTO = ROOT / "resources" / "samples" / "china.jpg"
SHEET = ROOT / "docs" / "pictures" / "masks.png"

SAMPLES = 8
HEIGHT, WIDTH, GAP, LABEL = 84, 112, 6, 132
PAPER, INK, FAINT = (250, 249, 246), (40, 42, 48), (120, 122, 128)
OUTSIDE, INSIDE, INSIDE_HELD_OUT = (58, 62, 70), (240, 158, 56), (86, 156, 214)

Picture = NDArray[np.uint8]


def alike_areas(rgb: Picture) -> Picture:
    """Objects made up from the photo alone: its pieces of one of four colours."""
    colours = cv2.GaussianBlur(rgb, (0, 0), 1.5).reshape(-1, 3).astype(np.float32)
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_COUNT, 20, 0)
    _, nearest, _ = cv2.kmeans(colours, 4, np.zeros(0, np.int32), stop, 2, cv2.KMEANS_PP_CENTERS)
    return object_labels(1 + np.asarray(nearest, np.uint8).reshape(rgb.shape[:2]), "")


def row(family: Family, rgb: Picture, seed: int) -> list[Picture]:
    """The samples of a family, (HEIGHT, WIDTH, 3) each; the photo shines through if the family follows it."""
    maps = {"cells": cells(rgb), "objects": alike_areas(rgb)}
    labels = {name: torch.from_numpy(plane).expand(SAMPLES, -1, -1) for name, plane in maps.items()}
    masks = sample(family.name, torch.Generator().manual_seed(seed), SAMPLES, HEIGHT, WIDTH, **labels).numpy()
    inside = np.array(INSIDE_HELD_OUT if family.held_out else INSIDE)
    flat = np.where(masks[..., None], inside, np.array(OUTSIDE)).astype(np.float64)
    if family.needs:
        flat *= 0.55 + 0.45 * cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None] / 160
    return list(flat.clip(0, 255).astype(np.uint8))


def main() -> None:
    rgb = np.array(Image.open(PHOTO).convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.uint8)
    size = (LABEL + SAMPLES * (WIDTH + GAP), GAP + len(FAMILIES) * (HEIGHT + GAP))
    sheet = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    for place, family in enumerate(FAMILIES.values()):
        top = GAP + place * (HEIGHT + GAP)
        pen.text((GAP * 2, top + 26), family.name, INK, ImageFont.load_default(17))
        note = "held out" if family.held_out else f"needs {family.needs}" if family.needs else ""
        pen.text((GAP * 2, top + 48), note, FAINT, ImageFont.load_default(13))
        for column, tile in enumerate(row(family, rgb, seed=place)):
            sheet.paste(Image.fromarray(tile), (LABEL + column * (WIDTH + GAP), top))
    sheet.quantize(64, dither=Image.Dither.NONE).save(SHEET, optimize=True)
    print(f"{SHEET.relative_to(ROOT)}: {SHEET.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
