"""A photo with everything that is asked about it, made once for all columns of an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model import metrics, protocol
from model.colour import lab_to_linear, lab_to_rgb
from model.protocol import Bleeding, Digest, Floats, Hints, Mask, TruePhoto

Flags = NDArray[np.bool_]
Codes = NDArray[np.unsignedinteger[Any]]
Export = Callable[[Codes, Floats], Codes]
"""What a program writes of a grey photo that is painted all over: in go grey (h, w), codes of 8 or 16 bits, and ab
(2, h, w) CIE a*b*; out come (h, w, 3) sRGB codes of the same type."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What is asked about a photo, and what the answers are compared with.

    masks, distances: by family, a mask and each pixel's distance from it in px. hints, rings, requests: by hint count,
    the hints, their surroundings, and (2, n) what sRGB can show of the colours asked for at the n pixels of the hints.
    strokes, lights: empty where steadiness is not measured; lights: L* by network side. bleeding: None where the photo
    has no fit segment. greys: grey codes of 8 and of 16 bits, by their depth, empty where exports are not measured.
    """

    place: int
    photo: TruePhoto
    truth: Floats  # the photo as RGB 0..1
    grey_psnr: float
    whole: Mask
    masks: dict[str, Mask]
    distances: dict[str, Floats]
    hints: dict[int, Hints]
    rings: dict[int, Flags]
    requests: dict[int, Floats]
    strokes: list[Mask]
    lights: dict[int, Floats]
    bleeding: Bleeding | None
    greys: dict[int, Codes]

    @classmethod
    def of(cls, photo: TruePhoto, place: int, seed: int) -> Scene:
        """Ask the protocol's questions about the photo at this place of the set."""
        masks = protocol.masks_of(photo, place, seed)
        hints = {count: protocol.hints_of(photo, count, seed) for count in protocol.HINT_COUNTS}
        steady = place % protocol.STEADY_EVERY == 0
        exported = place % protocol.EXPORT_EVERY == 0
        truth = photo.rgb.astype(np.float32) / np.float32(255)
        return cls(
            place,
            photo,
            truth,
            grey_psnr=metrics.psnr(shown(photo, np.zeros_like(photo.ab)), truth),
            whole=np.ones((protocol.SIDE, protocol.SIDE), np.uint8),
            masks=masks,
            distances={name: protocol.distance_outside(mask) for name, mask in masks.items()},
            hints=hints,
            rings={count: protocol.surroundings(photo, each) for count, each in hints.items() if count},
            requests={count: _request(photo, each) for count, each in hints.items() if count},
            strokes=protocol.growing_mask(photo, seed) if steady else [],
            lights={side: resized(photo.lightness, side) for side in protocol.NETWORK_SIDES} if steady else {},
            bleeding=protocol.bleeding_of(photo, seed),
            greys={bits: grey_codes(photo.lightness, bits) for bits in (8, 16)} if exported else {},
        )

    def identify(self, digest: Digest) -> None:
        """Add the photo and all that is asked about it."""
        digest.add(self.photo.rgb, *self.masks.values(), *(hints.mask for hints in self.hints.values()), *self.strokes)
        if self.photo.labels is not None:
            digest.add(self.photo.labels)
        if self.bleeding is not None:
            digest.add(self.bleeding.alone.mask, self.bleeding.inside, self.bleeding.outside)


def shown(photo: TruePhoto, ab: Floats) -> Floats:
    """The picture (h, w, 3) in 0..1 that these colours make: 8-bit sRGB, clipped, as published PSNR figures are."""
    return lab_to_rgb(np.dstack([photo.lightness, ab[0], ab[1]])).astype(np.float32) / np.float32(255)


def resized(plane: Floats, side: int) -> Floats:
    """A square plane at ``side``², averaged over areas or interpolated, as the app makes a photo's light."""
    interpolation = cv2.INTER_AREA if side < plane.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (side, side), interpolation=interpolation), np.float32)


def grey_codes(lightness: Floats, bits: int) -> Codes:
    """(h, w) codes of 8 or 16 bits of the grey with this L*: a black-and-white photo."""
    grey = np.zeros_like(lightness)
    linear = np.clip(lab_to_linear(np.dstack([lightness, grey, grey]))[..., 1], 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(encoded * ((1 << bits) - 1)), np.uint8 if bits == 8 else np.uint16)


def _request(photo: TruePhoto, hints: Hints) -> Floats:
    asked = hints.mask.astype(bool)
    return metrics.gamut_mapped(photo.lightness[asked], hints.ab[:, asked])
