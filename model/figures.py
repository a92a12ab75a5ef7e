"""The figures of an evaluation: how each is named and printed, and in which section of the report it stands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from model.intervals import Estimate


class Figure(NamedTuple):
    """How a figure is named and printed."""

    label: str
    digits: int
    better: str  # "higher", "lower", "1" or "0": what to wish for


FIGURES: Mapping[str, Figure] = {
    "leak": Figure("leak, C* outside ÷ inside", 4, "lower"),
    "near": Figure("leak 0–2 px outside", 4, "lower"),
    "middle": Figure("leak 2–8 px outside", 4, "lower"),
    "far": Figure("leak > 8 px outside", 4, "lower"),
    "p99": Figure("99th percentile of C* outside", 2, "lower"),
    "fill": Figure("fill, C* ÷ truth", 3, "1"),
    "coverage": Figure("coverage of truly coloured pixels", 3, "higher"),
    "delta_e": Figure("ΔE2000", 2, "lower"),
    "ab_rmse": Figure("ab RMSE", 2, "lower"),
    "psnr": Figure("PSNR, dB", 2, "higher"),
    "hue": Figure("hue error where C* > 10, degrees", 1, "lower"),
    "neutrals": Figure("C* where the truth is neutral", 2, "lower"),
    "iou": Figure("IoU of visible colour with mask ∩ truly coloured", 3, "higher"),
    "boundary_f": Figure("boundary F within 2 px", 3, "higher"),
    "gain": Figure("gain over grey, dB", 2, "higher"),
    "at_hints": Figure("ΔE2000 at the hints to what sRGB has of the colour asked for", 2, "lower"),
    "same_segment": Figure("ΔE2000 to the truth 2–8 px from a hint, in its segment", 2, "lower"),
    "near_hints": Figure("ΔE2000 to the truth 2–8 px from a hint, photos without segments", 2, "lower"),
    "bleeding": Figure("change of colour beyond the segment ÷ within", 3, "lower"),
    "median": Figure("ΔE2000 of what was already painted, median", 2, "lower"),
    "p95": Figure("ΔE2000 of what was already painted, 95th percentile", 2, "lower"),
    "at_192": Figure("ΔE2000 of 192² to 256², median", 2, "lower"),
    "at_384": Figure("ΔE2000 of 384² to 256², median", 2, "lower"),
    "largest_change": Figure("largest change of L*", 4, "lower"),
    "mean_change": Figure("mean change of L*", 4, "lower"),
    "colourfulness": Figure("colourfulness (Hasler & Süsstrunk)", 1, "as the truth's"),
    "gap": Figure("colourfulness minus the truth's", 1, "0"),
    "ab_distance": Figure("distance of the a*b* histogram from the truth's", 3, "lower"),
}

SECTIONS: Mapping[str, tuple[str, str]] = {
    "leak": ("Leak", "Raw answers, before any multiplication by the mask; families without full and empty."),
    "full": ("Whole picture", "Full mask, no hints."),
    "masks": ("Inside partial masks", "No hints; over the pixels of each mask."),
    "skin": ("Skin", "Full mask, no hints; over the pixels labelled as skin in the ccp photos."),
    "obedience": (
        "Mask obedience",
        "Visible colour (C* > 2.3) against mask ∩ truly coloured (C* > 5); pale truth keeps even itself below 1.",
    ),
    "hints": ("Hints", "Full mask, 6×6 patches of the true colour; rows are hint counts."),
    "bleeding": (
        "Bleeding",
        "Full mask; a hint of C* 60 and a hue far from the truth's, in a labelled segment near its edge. What it "
        "changes 2–16 px beyond that edge ÷ what it changes in the segment, both within 32 px of the hint.",
    ),
    "steadiness": ("Steadiness", "A mask grown in ten strokes, each answer against the one before; no hints."),
    "sizes": (
        "Network size",
        "Full mask; the answer of another network size, brought to 256², against that of 256²; rows are hint counts.",
    ),
    "lightness": (
        "Lightness",
        "Full mask, no hints; what the program's own export changes of the lightness of a black-and-white photo.",
    ),
    "set": (
        "Set level",
        "Full mask, no hints. Histogram: cells of side 10, pooled over all photos; Jensen-Shannon distance, 0 to 1.",
    ),
}
BY_FIGURE = frozenset({"hints", "bleeding", "sizes", "lightness"})
"""Sections with a table for each figure, whose rows are hint counts or circumstances; elsewhere rows are figures."""
MEAN, MEAN_HELD_OUT = "mean of families", "mean of held-out families"


def written(estimate: Estimate | None, digits: int, *, signed: bool = False) -> str:
    """``estimate [low, high]``, a dash where there is nothing."""
    if estimate is None or math.isnan(estimate.value):
        return "–"
    form = f"{'+' if signed else ''}.{digits}f"
    return f"{estimate.value:{form}} [{estimate.low:{form}}, {estimate.high:{form}}]"
