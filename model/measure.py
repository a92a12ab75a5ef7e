"""The columns before one photo: ask each about every mask, hint count and stroke, and record the figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model import metrics, protocol
from model.colour import lab_to_rgb
from model.intervals import Sample
from model.predictors import Column, Section
from model.protocol import EvaluationError, Floats, Hints, Mask, TruePhoto

Values = NDArray[np.floating[Any]]


class Key(NamedTuple):
    """Which figure: its section, the family or hint count it was taken at ("" for none), and its name."""

    section: str
    group: str
    figure: str


@dataclass
class Scene:
    """A photo with everything that is asked about it, made once for all columns."""

    place: int
    photo: TruePhoto
    masks: dict[str, Mask]
    hints: dict[int, Hints]
    strokes: list[Mask]  # empty where steadiness is not measured
    whole: Mask = field(default_factory=lambda: np.ones((protocol.SIDE, protocol.SIDE), np.uint8))
    distances: dict[str, Floats] = field(default_factory=dict)
    rings: dict[int, NDArray[np.bool_]] = field(default_factory=dict)  # 2 to 8 px from a hint, by hint count
    grey_psnr: float = 0.0

    @classmethod
    def of(cls, photo: TruePhoto, place: int, seed: int) -> Scene:
        masks = protocol.masks_of(photo, place, seed)
        hints = {count: protocol.hints_of(photo, count, seed) for count in protocol.HINT_COUNTS}
        away = {count: protocol.distance_outside(each.mask) for count, each in hints.items()}
        steady = place % protocol.STEADY_EVERY == 0
        return cls(
            place,
            photo,
            masks,
            hints,
            protocol.growing_mask(photo, seed) if steady else [],
            distances={name: protocol.distance_outside(mask) for name, mask in masks.items()},
            rings={count: (distance > 2) & (distance <= 8) for count, distance in away.items()},
            grey_psnr=metrics.psnr(shown(photo, np.zeros_like(photo.ab)), _unit(photo.rgb)),
        )


class Tally:
    """Every figure of every column, as sums per photo."""

    def __init__(self) -> None:
        self.samples: dict[Key, dict[str, Sample]] = defaultdict(lambda: defaultdict(Sample))

    def measure(self, scene: Scene, columns: Mapping[str, Column]) -> None:
        """Ask every column everything its sections tell, and record it.

        Question by question, each put to all columns before the next: columns that differ in vividness only may then
        share one forward pass.
        """
        asked = [_Asked(name, column, scene, self) for name, column in columns.items()]
        for each in asked:
            each.whole_picture()
        for family in scene.masks:
            for each in asked:
                each.partial_mask(family)
        for count in scene.hints:
            for each in asked:
                each.hints(count)
        for stroke in scene.strokes:
            for each in asked:
                each.stroke(stroke)
        for each in asked:
            each.steadiness()


class _Asked:
    """One column before one scene."""

    def __init__(self, name: str, column: Column, scene: Scene, tally: Tally) -> None:
        self._name = name
        self._column = column
        self._scene = scene
        self._samples = tally.samples
        self._unhinted: Floats | None = None
        self._painted: tuple[Mask, Floats] | None = None  # the last stroke's mask and answer
        self._changes: list[Values] = []

    def _takes_part(self, section: Section) -> bool:
        return section in self._column.sections

    def _add(self, section: str, group: str, figure: str, value: float, divisor: float = 1.0) -> None:
        self._samples[Key(section, group, figure)][self._name].add(self._scene.place, value, divisor)

    def _answer(self, mask: Mask, hints: Hints) -> Floats:
        photo = self._scene.photo
        ab = self._column.predictor.colorize(photo.lightness, mask, hints.ab, hints.mask)
        if ab.shape != photo.ab.shape or not np.isfinite(ab).all():
            raise EvaluationError(
                f"{self._name} gave no usable colour for {photo.name}: shape {ab.shape} instead of {photo.ab.shape}, "
                "or numbers that are not finite; its figures would mean nothing."
            )
        return ab

    def _without_hints(self) -> Floats:
        """The answer for the whole picture without hints, which two sections need."""
        if self._unhinted is None:
            self._unhinted = self._answer(self._scene.whole, self._scene.hints[0])
        return self._unhinted

    def whole_picture(self) -> None:
        if not self._takes_part(Section.FULL):
            return
        photo = self._scene.photo
        ab = self._without_hints()
        self._inside("full", ab, self._scene.whole.astype(bool))
        ours, truth = metrics.colourfulness(shown(photo, ab)), metrics.colourfulness(_unit(photo.rgb))
        self._add("set", "", "colourfulness", ours)
        self._add("set", "", "gap", ours - truth)

    def partial_mask(self, family: str) -> None:
        if not (self._takes_part(Section.MASKS) or self._takes_part(Section.LEAK)):
            return
        mask, truth = self._scene.masks[family], self._scene.photo.ab
        ab, inside = self._answer(mask, self._scene.hints[0]), mask.astype(bool)
        if self._takes_part(Section.MASKS):
            self._inside("masks", ab, inside)
            coloured = metrics.chroma(ab) > metrics.JUST_NOTICEABLE
            target = inside & (metrics.chroma(truth) > metrics.TRULY_COLOURED)
            self._add("obedience", "", "iou", metrics.intersection_over_union(coloured, target))
            self._add("obedience", "", "boundary_f", metrics.boundary_f(coloured, target))
        if self._takes_part(Section.LEAK):
            leak = metrics.leak(ab, inside, self._scene.distances[family])
            self._add("leak", family, "leak", leak.outside, leak.inside)
            self._add("leak", family, "near", leak.near, leak.inside)
            self._add("leak", family, "middle", leak.middle, leak.inside)
            self._add("leak", family, "far", leak.far, leak.inside)
            self._add("leak", family, "p99", leak.p99)

    def _inside(self, section: str, ab: Floats, where: NDArray[np.bool_]) -> None:
        """The figures of fill and error over ``where``."""
        photo = self._scene.photo
        self._add(section, "", "fill", *metrics.fill(ab, photo.ab, where))
        self._add(section, "", "coverage", metrics.coverage(ab, photo.ab, where))
        self._add(section, "", "delta_e", _mean(metrics.delta_e(photo.lightness, ab, photo.ab, where)))
        self._add(section, "", "ab_rmse", metrics.ab_rmse(ab, photo.ab, where))
        self._add(section, "", "psnr", metrics.psnr(shown(photo, ab), _unit(photo.rgb), where))
        self._add(section, "", "hue", metrics.hue_error(ab, photo.ab, where))
        self._add(section, "", "neutrals", metrics.neutrals(ab, photo.ab, where))

    def hints(self, count: int) -> None:
        """The gain of a hint count over the grey picture of the same photo, and whether the hints were kept."""
        if not self._takes_part(Section.HINTS):
            return
        photo, hints = self._scene.photo, self._scene.hints[count]
        ab = self._answer(self._scene.whole, hints) if count else self._without_hints()
        gain = metrics.psnr(shown(photo, ab), _unit(photo.rgb)) - self._scene.grey_psnr
        self._add("hints", str(count), "gain", gain)
        if count:
            kept = metrics.delta_e(photo.lightness, ab, hints.ab, hints.mask.astype(bool))
            self._add("hints", str(count), "at_hints", _mean(kept))
            around = metrics.delta_e(photo.lightness, ab, photo.ab, self._scene.rings[count])
            self._add("hints", str(count), "near_hints", _mean(around))

    def stroke(self, mask: Mask) -> None:
        """How much one more stroke changes what was painted before it: ΔE to the last answer, inside its mask."""
        if not self._takes_part(Section.STEADINESS):
            return
        ab = self._answer(mask, self._scene.hints[0])
        if self._painted is not None:
            before, answer = self._painted
            lightness = self._scene.photo.lightness
            self._changes.append(metrics.delta_e(lightness, ab, answer, before.astype(bool)))
        self._painted = (mask, ab)

    def steadiness(self) -> None:
        """Sum up the strokes, where there were any."""
        if self._changes:
            change = np.concatenate(self._changes)
            self._add("steadiness", "", "median", float(np.median(change)))
            self._add("steadiness", "", "p95", float(np.percentile(change, 95)))


def shown(photo: TruePhoto, ab: Floats) -> Floats:
    """The picture (h, w, 3) in 0..1 that these colours make: 8-bit sRGB, clipped, as published PSNR figures
    are.
    """
    return _unit(lab_to_rgb(np.dstack([photo.lightness, ab[0], ab[1]])))


def _unit(codes: NDArray[np.uint8]) -> Floats:
    return codes.astype(np.float32) / np.float32(255)


def _mean(values: Values) -> float:
    return float(values.mean(dtype=np.float64)) if values.size else float("nan")
