"""A decoded picture, and what is done to every one: turned upright, its transparent parts filled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import cast

import cv2
import numpy as np

from app.document.space import Codes, strips
from app.files.limits import MAX_PROFILE_BYTES


class Backdrop(Enum):
    """What transparent pixels are laid over; the value is its grey as a fraction of full scale."""

    BLACK = 0
    WHITE = 1


@dataclass(frozen=True, eq=False)
class Picture:
    """Upright codes, (H, W) grey or (H, W, 3) RGB, uint8 or uint16 as stored, and the embedded profile."""

    codes: Codes
    icc_profile: bytes | None


def upright(codes: Codes, orientation: int) -> Codes:
    """Codes (h, w) or (h, w, 3) turned as EXIF's orientation 1..8 asks (Exif 2.32, tag 274); others are 1."""
    match orientation:
        case 2:
            turned = cv2.flip(codes, 1)
        case 3:
            turned = cv2.rotate(codes, cv2.ROTATE_180)
        case 4:
            turned = cv2.flip(codes, 0)
        case 5:
            turned = cv2.transpose(codes)
        case 6:
            turned = cv2.rotate(codes, cv2.ROTATE_90_CLOCKWISE)
        case 7:
            turned = cv2.rotate(cv2.transpose(codes), cv2.ROTATE_180)
        case 8:
            turned = cv2.rotate(codes, cv2.ROTATE_90_COUNTERCLOCKWISE)
        case _:
            return codes
    return cast(Codes, turned)


def laid_over(colours: Codes, alpha: Codes, backdrop: Backdrop, *, premultiplied: bool = False) -> Codes:
    """Colours (h, w) or (h, w, n) as opaque as alpha (h, w), of the same type, over the backdrop.

    Correctly rounded; opaque pixels come back unchanged. premultiplied: the colours are stored times alpha.
    """
    full = np.iinfo(colours.dtype).max
    wide = np.dtype(np.uint16 if colours.dtype == np.uint8 else np.uint32)  # full * full + full / 2 just fits
    if colours.ndim == 3:
        alpha = alpha[:, :, None]
    out = np.empty_like(colours)
    for rows in strips(*colours.shape[:2]):
        opacity = alpha[rows].astype(wide)
        behind = full * backdrop.value * (full - opacity)
        if premultiplied:
            out[rows] = np.minimum(colours[rows] + behind // full, full)
        else:
            out[rows] = (colours[rows] * opacity + behind + full // 2) // full
    return out


def rgb_profile(profile: object) -> bytes | None:
    """The embedded profile if it is whole and describes RGB, so that it may be embedded again; else None.

    A grey or CMYK profile would be invalid in the RGB picture that is exported (ICC.1:2022, section 7.2).
    """
    if not isinstance(profile, bytes) or not 128 <= len(profile) <= MAX_PROFILE_BYTES:
        return None
    whole = profile[36:40] == b"acsp" and int.from_bytes(profile[:4], "big") == len(profile)
    return profile if whole and profile[16:20] == b"RGB " else None
