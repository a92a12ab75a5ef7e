"""The columns before one photo: ask each about every mask, hint count and stroke, and record the figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from model import metrics, protocol
from model.intervals import Histograms, Largest, Measured, Sample
from model.predictors import Column, Section
from model.protocol import EvaluationError, Floats, Hints, Mask
from model.scene import Export, Flags, Scene, resized, shown

Values = NDArray[np.floating[Any]]
Kind = TypeVar("Kind", Sample, Largest, Histograms)


class Key(NamedTuple):
    """Which figure: its section, the family, hint count or circumstance it was taken at ("" for none), its name."""

    section: str
    group: str
    figure: str


class Tally:
    """Every figure of every column, with what it has of each photo.

    export: what a program writes of a coloured photo; without one, exports are not measured.
    """

    def __init__(self, export: Export | None = None) -> None:
        self.samples: dict[Key, dict[str, Measured]] = defaultdict(dict)
        self.export = export

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
        for among in (False, True):
            for each in asked:
                each.bleeding(among=among)
        for stroke in scene.strokes:
            for each in asked:
                each.stroke(stroke)
        for each in asked:
            each.steadiness()
        for side in scene.lights:
            for count in protocol.SIZED_HINTS:
                for each in asked:
                    each.network_size(side, count)


class _Asked:
    """One column before one scene."""

    def __init__(self, name: str, column: Column, scene: Scene, tally: Tally) -> None:
        self._name = name
        self._column = column
        self._scene = scene
        self._tally = tally
        self._hinted: dict[int, Floats] = {}  # answers for the whole picture by hint count, which several figures need
        self._painted: tuple[Mask, Floats] | None = None  # the last stroke's mask and answer
        self._changes: list[Values] = []

    def whole_picture(self) -> None:
        if not self._takes_part(Section.FULL):
            return
        scene, photo = self._scene, self._scene.photo
        ab = self._whole(0)
        self._inside("full", ab, scene.whole.astype(bool))
        if photo.skin.any():
            self._add("skin", "", "delta_e", _mean(metrics.delta_e(photo.lightness, ab, photo.ab, photo.skin)))
            self._add("skin", "", "fill", *metrics.fill(ab, photo.ab, photo.skin))
        ours, truth = metrics.colourfulness(shown(photo, ab)), metrics.colourfulness(scene.truth)
        self._add("set", "", "colourfulness", ours)
        self._add("set", "", "gap", ours - truth)
        histograms = metrics.ab_histogram(ab), metrics.ab_histogram(photo.ab)
        self._sample(Key("set", "", "ab_distance"), Histograms).add(scene.place, *histograms)
        if self._takes_part(Section.EXPORT):
            self._exported(ab)

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

    def hints(self, count: int) -> None:
        """The gain of a hint count over the grey picture of the same photo, and whether the hints were kept."""
        if not self._takes_part(Section.HINTS):
            return
        scene, photo, group = self._scene, self._scene.photo, str(count)
        ab = self._whole(count)
        self._add("hints", group, "gain", metrics.psnr(shown(photo, ab), scene.truth) - scene.grey_psnr)
        if count:
            asked = scene.hints[count].mask.astype(bool)
            kept = metrics.delta_e(photo.lightness[asked], ab[:, asked], scene.requests[count], asked[asked])
            self._add("hints", group, "at_hints", _mean(kept))
            around = metrics.delta_e(photo.lightness, ab, photo.ab, scene.rings[count])
            self._add("hints", group, "near_hints" if photo.labels is None else "same_segment", _mean(around))

    def bleeding(self, *, among: bool) -> None:
        """How much of a saturated hint's effect lies beyond its segment, alone and among true hints."""
        trial = self._scene.bleeding
        if trial is None or not self._takes_part(Section.BLEEDING):
            return
        answer = self._answer(self._scene.whole, trial.among if among else trial.alone)
        effect = metrics.chroma(answer - self._whole(protocol.AMONG if among else 0))
        group = f"among {protocol.AMONG} true hints" if among else "alone"
        self._add("bleeding", group, "bleeding", _mean(effect[trial.outside]), _mean(effect[trial.inside]))

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

    def network_size(self, side: int, count: int) -> None:
        """How far the answer of another network size, brought back to 256², is from the one of 256²."""
        if not self._takes_part(Section.SIZES):
            return
        scene, photo = self._scene, self._scene.photo
        ab = self._answer(np.ones((side, side), np.uint8), scene.hints[count].resized(side), scene.lights[side])
        back = np.stack([resized(plane, protocol.SIDE) for plane in ab])
        difference = metrics.delta_e(photo.lightness, back, self._whole(count), scene.whole.astype(bool))
        self._add("sizes", str(count), f"at_{side}", float(np.median(difference)))

    def _exported(self, ab: Floats) -> None:
        """What an export does to the lightness of a black-and-white photo that is painted all over."""
        if self._tally.export is None:
            return
        for bits, grey in self._scene.greys.items():
            written = self._tally.export(grey, ab)
            if written.dtype != grey.dtype or written.shape != (*grey.shape, 3):
                raise EvaluationError(f"The export of {bits} bits wrote {written.shape} of {written.dtype}.")
            before = metrics.lightness_of(np.dstack([grey] * 3))
            change = np.abs(metrics.lightness_of(written) - before)
            self._add("lightness", f"{bits} bits", "mean_change", _mean(change))
            largest = self._sample(Key("lightness", f"{bits} bits", "largest_change"), Largest)
            largest.add(self._scene.place, float(change.max()))

    def _takes_part(self, section: Section) -> bool:
        return section in self._column.sections

    def _sample(self, key: Key, kind: type[Kind]) -> Kind:
        """What is kept of this figure, which is made if there is nothing yet."""
        kept = self._tally.samples[key].setdefault(self._name, kind())
        assert isinstance(kept, kind)
        return kept

    def _add(self, section: str, group: str, figure: str, value: float, divisor: float = 1.0) -> None:
        self._sample(Key(section, group, figure), Sample).add(self._scene.place, value, divisor)

    def _answer(self, mask: Mask, hints: Hints, lightness: Floats | None = None) -> Floats:
        photo = self._scene.photo
        L = photo.lightness if lightness is None else lightness
        ab = self._column.predictor.colorize(L, mask, hints.ab, hints.mask)
        if ab.shape != (2, *L.shape) or not np.isfinite(ab).all():
            raise EvaluationError(
                f"{self._name} gave no usable colour for {photo.name}: shape {ab.shape} instead of {(2, *L.shape)}, "
                "or numbers that are not finite; its figures would mean nothing."
            )
        return ab

    def _whole(self, count: int) -> Floats:
        """The answer for the whole picture with so many hints."""
        if count not in self._hinted:
            self._hinted[count] = self._answer(self._scene.whole, self._scene.hints[count])
        return self._hinted[count]

    def _inside(self, section: str, ab: Floats, where: Flags) -> None:
        """The figures of fill and error over ``where``."""
        photo = self._scene.photo
        self._add(section, "", "fill", *metrics.fill(ab, photo.ab, where))
        self._add(section, "", "coverage", metrics.coverage(ab, photo.ab, where))
        self._add(section, "", "delta_e", _mean(metrics.delta_e(photo.lightness, ab, photo.ab, where)))
        self._add(section, "", "ab_rmse", metrics.ab_rmse(ab, photo.ab, where))
        self._add(section, "", "psnr", metrics.psnr(shown(photo, ab), self._scene.truth, where))
        self._add(section, "", "hue", metrics.hue_error(ab, photo.ab, where))
        self._add(section, "", "neutrals", metrics.neutrals(ab, photo.ab, where))


def _mean(values: Values) -> float:
    return float(values.mean(dtype=np.float64)) if values.size else float("nan")
