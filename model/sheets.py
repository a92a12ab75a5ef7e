"""Contact sheets: what the figures cannot say has to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model import protocol
from model.predictors import Predictor
from model.protocol import SIDE, Hints, Mask, TruePhoto
from model.scene import shown

ROWS = 8
PHOTOS = 32
HINTS = 10
GAP = 4
HEADER = 24
TITLES = ("grey", "mask", "ours faithful", "ours vivid", "truth")
Picture = NDArray[np.uint8]


def write_sheets(
    photos: Sequence[TruePhoto], faithful: Predictor, vivid: Predictor, folder: Path, *, seed: int = 0
) -> list[Path]:
    """Write PNG sheets of eight photos each into ``folder``, without hints and with ten; returns the files.

    Every other row has a full mask, the rows between one of the photo's partial masks. Answers are raw: what
    leaks out of a mask is seen. OSError if a sheet cannot be written.
    """
    written = []
    shown_photos = photos[:PHOTOS]
    for start in range(0, len(shown_photos), ROWS):
        for count in (0, HINTS):
            rows = [
                _row(shown_photos[place], place, count, (faithful, vivid), seed)
                for place in range(start, min(start + ROWS, len(shown_photos)))
            ]
            path = folder / f"sheet-{start // ROWS + 1}-{'with' if count else 'without'}-hints.png"
            encoded = cv2.imencode(".png", _sheet(rows)[:, :, ::-1])[1]
            path.write_bytes(encoded.tobytes())
            written.append(path)
    return written


def _row(photo: TruePhoto, place: int, count: int, predictors: Sequence[Predictor], seed: int) -> list[Picture]:
    partial = next(iter(protocol.masks_of(photo, place, seed).values()))
    mask = np.ones_like(partial) if place % 2 == 0 else partial
    hints = protocol.hints_of(photo, count, seed, within=mask)
    answers = [each.colorize(photo.lightness, mask, hints.ab, hints.mask) for each in predictors]
    pictures = [_codes(photo, np.zeros_like(photo.ab)), _mask_picture(photo, mask, hints)]
    return [*pictures, *(_codes(photo, ab) for ab in answers), photo.rgb]


def _mask_picture(photo: TruePhoto, mask: Mask, hints: Hints) -> Picture:
    """The mask in white on black, the hints in their colours at a middle lightness."""
    picture = np.repeat((mask * 255)[..., None], 3, axis=2).astype(np.uint8)
    dabs = hints.mask.astype(bool)
    picture[dabs] = _codes(photo, hints.ab)[dabs]
    return picture


def _codes(photo: TruePhoto, ab: NDArray[np.float32]) -> Picture:
    return np.rint(shown(photo, ab) * 255).astype(np.uint8)


def _sheet(rows: Sequence[Sequence[Picture]]) -> Picture:
    """Rows of pictures under a line of titles, on middle grey."""
    step = SIDE + GAP
    sheet = np.full((HEADER + len(rows) * step, len(TITLES) * step, 3), 96, np.uint8)
    for column, title in enumerate(TITLES):
        origin = (column * step + GAP, HEADER - 7)
        cv2.putText(sheet, title, origin, cv2.FONT_HERSHEY_SIMPLEX, 0.55, (255, 255, 255), 1, cv2.LINE_AA)
        for row, pictures in enumerate(rows):
            top, left = HEADER + row * step, column * step
            sheet[top : top + SIDE, left : left + SIDE] = pictures[column]
    return sheet
