"""What is measured on one picture: colour differences, chroma in and out of the mask, obedience to it.

Pure numpy, no state, no randomness. Chroma planes are ``ab: (2, h, w)``, CIE a*b* (D65); masks are
``(h, w)``, true where colour belongs. A figure that a picture cannot have (no neutral pixel, nothing outside the
mask) is ``nan``, never a guess.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.colour import lab_to_linear, rgb_to_lab

Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]

JUST_NOTICEABLE = 2.3
"""C* or ΔE*ab from which an eye sees a colour or a difference (Mahy, Van Eycken and Oosterlinck 1994)."""
TRULY_COLOURED = 5.0
"""C* of the true photo above which a pixel counts as one that has a colour."""
NEUTRAL = 3.0
"""C* of the true photo below which a pixel should stay neutral."""
HUE_MEANS_SOMETHING = 10.0
"""C* of the true photo above which its hue angle is worth comparing."""
ROUNDING_NOISE = 1.0 / (12.0 * 255.0**2)
"""Mean squared error of rounding to 8 bits; the floor that keeps the PSNR of equal pictures finite (58.9 dB)."""


def chroma(ab: Floats) -> Floats:
    """C* = sqrt(a*² + b*²) of ``ab: (2, ...)``."""
    length: Floats = np.hypot(ab[0], ab[1])
    return length


def ciede2000(first: Floats, second: Floats) -> Floats:
    """ΔE00 between ``(..., 3)`` CIE L*a*b* colours, with kL = kC = kH = 1.

    After G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 color-difference formula: implementation notes,
    supplementary test data, and mathematical observations", Color Research & Application 30 (2005), equations
    2 to 22. Computed in the inputs' precision: double precision reproduces the paper's 34 pairs, single
    precision is enough for pictures.
    """
    L1, a1, b1 = first[..., 0], first[..., 1], first[..., 2]
    L2, a2, b2 = second[..., 0], second[..., 1], second[..., 2]
    mean_chroma_7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma_7 / (mean_chroma_7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    C1, C2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1 = np.degrees(np.arctan2(b1, a1)) % 360.0
    h2 = np.degrees(np.arctan2(b2, a2)) % 360.0

    # A colour without chroma has no hue: its hue difference is 0 and the mean hue is the other colour's.
    hueless = C1 * C2 == 0
    turn = h2 - h1
    wrapped = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    hue_turn = np.where(hueless, 0.0, wrapped).astype(turn.dtype)
    total = h1 + h2
    across = np.where(total < 360, total + 360, total - 360) / 2
    mean_hue = np.where(hueless, total, np.where(np.abs(turn) <= 180, total / 2, across)).astype(turn.dtype)

    mean_L, mean_C = (L1 + L2) / 2, (C1 + C2) / 2
    delta_L, delta_C = L2 - L1, C2 - C1
    delta_H = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(hue_turn / 2))
    weight = (
        1
        - 0.17 * np.cos(np.radians(mean_hue - 30))
        + 0.24 * np.cos(np.radians(2 * mean_hue))
        + 0.32 * np.cos(np.radians(3 * mean_hue + 6))
        - 0.20 * np.cos(np.radians(4 * mean_hue - 63))
    )
    mean_C_7 = mean_C**7
    turn_blue = 60 * np.exp(-(((mean_hue - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(mean_C_7 / (mean_C_7 + 25.0**7)) * np.sin(np.radians(turn_blue))
    away_from_middle = (mean_L - 50) ** 2
    term_L = delta_L / (1 + 0.015 * away_from_middle / np.sqrt(20 + away_from_middle))
    term_C = delta_C / (1 + 0.045 * mean_C)
    term_H = delta_H / (1 + 0.015 * mean_C * weight)
    squared = term_L**2 + term_C**2 + term_H**2 + rotation * term_C * term_H
    distance: Floats = np.sqrt(np.maximum(squared, 0))
    return distance


def delta_e(lightness: Floats, ab: Floats, other: Floats, where: Flags) -> Floats:
    """ΔE00 of two chroma planes ``(2, h, w)`` over the same L* ``(h, w)``, at the ``n`` pixels of ``where``:
    ``(n,)``.
    """
    L = lightness[where]
    first = np.stack([L, ab[0][where], ab[1][where]], axis=-1)
    second = np.stack([L, other[0][where], other[1][where]], axis=-1)
    return ciede2000(first, second)


def gamut_mapped(lightness: Floats, ab: Floats) -> Floats:
    """The a*b* that sRGB can show of a request: as much of its chroma as there is room for at its L* and hue.

    lightness: (...) L* 0..100; ab: (2, ...) CIE a*b*. Returns (2, ...) float32: the request itself where it is in gamut
    (the linear channels within 1e-4 of 0..1: true colours of a photo are, at their own lightness), else the same hue at
    the first edge of the gamut on the way out from grey, found by bisection to 1/4096 of the request.
    """
    L, wish = np.asarray(lightness, np.float32), np.asarray(ab, np.float32)

    def shown(scale: NDArray[np.float32]) -> Flags:
        linear = lab_to_linear(np.stack([L, *(wish * scale)], axis=-1))
        return np.asarray(((linear >= -1e-4) & (linear <= 1 + 1e-4)).all(axis=-1))

    least, most = np.zeros(L.shape, np.float32), np.ones(L.shape, np.float32)
    within = shown(most)
    for _ in range(12):
        middle = (least + most) * np.float32(0.5)
        good = shown(middle)
        least, most = np.where(good, middle, least), np.where(good, most, middle)
    return np.asarray(wish * np.where(within, np.float32(1), least), np.float32)


def ab_rmse(ab: Floats, truth: Floats, where: Flags) -> float:
    """Root of the mean squared a*b* distance per pixel and plane (as in Zhang et al. 2017), over ``where``."""
    if not where.any():
        return float("nan")
    return float(np.sqrt(np.mean((ab[:, where] - truth[:, where]).astype(np.float64) ** 2)))


def psnr(rgb: Floats, truth: Floats, where: Flags | None = None) -> float:
    """Peak signal-to-noise ratio in dB of ``(h, w, 3)`` RGB in 0..1, over ``where``; at most 58.9 (see
    ROUNDING_NOISE).
    """
    difference = (rgb - truth) if where is None else (rgb[where] - truth[where])
    if difference.size == 0:
        return float("nan")
    return float(-10 * np.log10(max(float(np.mean(difference.astype(np.float64) ** 2)), ROUNDING_NOISE)))


def hue_error(ab: Floats, truth: Floats, where: Flags) -> float:
    """Mean absolute hue angle in degrees where the truth has C* > 10; pixels predicted with C* = 0 have no
    hue.
    """
    judged = where & (chroma(truth) > HUE_MEANS_SOMETHING) & (chroma(ab) > 0)
    if not judged.any():
        return float("nan")
    turn = np.arctan2(ab[1][judged], ab[0][judged]) - np.arctan2(truth[1][judged], truth[0][judged])
    return float(np.degrees(np.mean(np.abs((turn + np.pi) % (2 * np.pi) - np.pi))))


class Leak(NamedTuple):
    """Mean C* per pixel inside the mask, outside, and outside by distance in px from the mask; 99th
    percentile outside.
    """

    inside: float
    outside: float
    near: float  # up to 2 px
    middle: float  # 2 to 8 px
    far: float  # more than 8 px
    p99: float


def leak(ab: Floats, mask: Flags, distance: Floats) -> Leak:
    """Chroma on both sides of the mask's edge in the *raw* answer.

    ``distance: (h, w)`` is each outside pixel's distance to the nearest masked pixel, in px. The leak itself
    is ``outside / inside``; both are kept so that a set of pictures is judged by the ratio of its sums.
    """
    C = chroma(ab)
    outside = ~mask

    def mean(where: Flags) -> float:
        return float(C[where].mean(dtype=np.float64)) if where.any() else float("nan")

    return Leak(
        inside=mean(mask),
        outside=mean(outside),
        near=mean(outside & (distance <= 2)),
        middle=mean(outside & (distance > 2) & (distance <= 8)),
        far=mean(outside & (distance > 8)),
        p99=float(np.percentile(C[outside], 99)) if outside.any() else float("nan"),
    )


def fill(ab: Floats, truth: Floats, where: Flags) -> tuple[float, float]:
    """Mean C* of the answer and of the truth over ``where``; the fill is their ratio (1: as colourful as the
    truth).
    """
    if not where.any():
        return float("nan"), float("nan")
    return float(chroma(ab)[where].mean(dtype=np.float64)), float(chroma(truth)[where].mean(dtype=np.float64))


def coverage(ab: Floats, truth: Floats, where: Flags) -> float:
    """Share of the truly coloured pixels (C* > 5) of ``where`` that got a visible colour (C* > 2.3)."""
    coloured = where & (chroma(truth) > TRULY_COLOURED)
    if not coloured.any():
        return float("nan")
    return float((chroma(ab)[coloured] > JUST_NOTICEABLE).mean())


def neutrals(ab: Floats, truth: Floats, where: Flags) -> float:
    """Mean predicted C* where the truth is neutral (C* < 3): whites turned yellow show here."""
    neutral = where & (chroma(truth) < NEUTRAL)
    if not neutral.any():
        return float("nan")
    return float(chroma(ab)[neutral].mean(dtype=np.float64))


def intersection_over_union(answer: Flags, target: Flags) -> float:
    """|A ∩ B| / |A ∪ B|; ``nan`` where both are empty."""
    union = int((answer | target).sum())
    return float((answer & target).sum() / union) if union else float("nan")


def boundary(region: Flags) -> Flags:
    """The pixels of ``region`` with a 4-neighbour outside it; the picture's own border is no boundary."""
    padded = np.pad(region, 1, mode="edge")
    surrounded = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return region & ~surrounded


def boundary_f(answer: Flags, target: Flags, tolerance: float = 2.0) -> float:
    """F-measure of two regions' boundaries, a boundary pixel being right within ``tolerance`` px of the other
    boundary.

    After D. Martin, C. Fowlkes, J. Malik, "Learning to detect natural image boundaries", PAMI 26 (2004), with
    distance instead of one-to-one matching, as is usual for masks. ``nan`` where neither region has a
    boundary.
    """
    ours, theirs = boundary(answer), boundary(target)
    if not ours.any() and not theirs.any():
        return float("nan")
    if not ours.any() or not theirs.any():
        return 0.0
    precision = float(_dilated(theirs, tolerance)[ours].mean())
    recall = float(_dilated(ours, tolerance)[theirs].mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def colourfulness(rgb: Floats) -> float:
    """Colourfulness M of ``(h, w, 3)`` sRGB in 0..1, on the paper's 0..255 scale.

    D. Hasler, S. Süsstrunk, "Measuring colourfulness in natural images", Proc. SPIE 5007 (2003), section 6.
    About 15 looks slightly colourful, 45 quite, 82 highly.
    """
    codes = rgb.astype(np.float64) * 255
    rg = codes[..., 0] - codes[..., 1]
    yb = (codes[..., 0] + codes[..., 1]) / 2 - codes[..., 2]
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


AB_CELL, AB_CELLS = 10, 23
"""Side of a cell of the a*b* histogram, and how many there are along each axis: centres at -110, -100, … 110."""


def ab_histogram(ab: Floats) -> NDArray[np.float64]:
    """How many pixels of ``ab: (2, h, w)`` fall into each cell of a*b*: (529,), those beyond ±115 in the outermost."""
    half = AB_CELLS // 2
    rows, columns = (np.clip(np.rint(plane / AB_CELL), -half, half).astype(int) + half for plane in ab)
    return np.bincount((rows * AB_CELLS + columns).ravel(), minlength=AB_CELLS**2).astype(np.float64)


def jensen_shannon(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Jensen-Shannon distance of histograms (..., n), each with something in it: 0 alike, 1 disjoint, shape (...).

    The root of the divergence in bits, which is a metric (D. M. Endres, J. E. Schindelin, "A new metric for probability
    distributions", IEEE Transactions on Information Theory 49, 2003).
    """
    p, q = (counts / counts.sum(axis=-1, keepdims=True) for counts in (first, second))
    middle = (p + q) / 2

    def surprise(shares: NDArray[np.float64]) -> NDArray[np.float64]:
        ratio = np.divide(shares, middle, out=np.ones_like(shares), where=shares > 0)
        return np.asarray((shares * np.log2(ratio)).sum(axis=-1))

    return np.asarray(np.sqrt(np.maximum((surprise(p) + surprise(q)) / 2, 0)))


def lightness_of(codes: NDArray[np.unsignedinteger[Any]]) -> Floats:
    """L* (h, w) of (h, w, 3) sRGB codes of 8 or 16 bits."""
    return rgb_to_lab(codes.astype(np.float32) / np.float32(np.iinfo(codes.dtype).max))[..., 0]


def _dilated(region: Flags, radius: float) -> Flags:
    """``region`` grown by a disc of ``radius`` px."""
    reach = int(radius)
    padded = np.pad(region, reach)
    height, width = region.shape
    grown = np.zeros_like(region)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dy * dy + dx * dx <= radius * radius:
                grown |= padded[reach + dy : reach + dy + height, reach + dx : reach + dx + width]
    return grown
