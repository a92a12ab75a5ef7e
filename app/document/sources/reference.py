"""Colours of another picture: its statistics laid over the photo's own colours, or over the network's.

Source: Reinhard, Ashikhmin, Gooch and Shirley 2001, "Color Transfer between Images", IEEE Computer Graphics and
Applications 21(5), section "Statistics and color correction"; its swatches are our pairs of regions.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from app.document.gamut import planes_at_luminance
from app.document.sources.source import ColourSource, PhotoTile, Work
from app.document.sources.statistics import (
    LMS_TO_RGB,
    Matrix,
    Moments,
    Space,
    Statistics,
    cielab,
    from_cielab,
    from_lab_alpha_beta,
    lab_alpha_beta,
    relative_srgb,
    statistics_of,
)
from app.document.space import Floats

if TYPE_CHECKING:
    from app.document.chroma import ChromaField
    from app.document.photo import Photo

MOST_PAIRS = 32
"""Swatch pairs of one reference: every pixel is transferred by each of them."""

LEAST_DEVIATION = {Space.LAB_ALPHA_BETA: 0.004, Space.CIELAB: 0.75}
"""Deviations of the base below this are noise, not colour, and are not stretched any further."""

_NEAR = 1e-3  # deviations from a cluster's middle within which a pixel belongs to it alone
_CURVE_REACH, _CURVE_STEP = 160.0, 0.125  # a* and b* for which a histogram's curve is tabulated
_CURVE_BLUR = 1.5  # sigma, in a*b*, by which its steps are rounded


class Method(enum.Enum):
    """How the reference's colours are laid over the photo's."""

    REINHARD_LAB_ALPHA_BETA = "lαβ"
    REINHARD_CIELAB = "CIELAB"
    HISTOGRAM = "histogram"

    @property
    def space(self) -> Space:
        """Where it compares colours."""
        return Space.LAB_ALPHA_BETA if self is Method.REINHARD_LAB_ALPHA_BETA else Space.CIELAB


Pair = tuple[Statistics, Statistics]
"""Of a region of the photo's base colours, and of the region of the reference that it shall look like."""


@dataclass(frozen=True)
class Reference(ColourSource):
    """The colours of another picture; only its statistics are kept, never the picture.

    The base is the photo's own colours, or where it has none the network's. Each pixel's full colour is
    transferred, lightness included, but of what results only a*b* is used: the light stays the photo's. One pair
    transfers whole to whole; with more, each pixel is transferred by all of them, and these are mixed by its
    nearness to their bases.
    """

    id: ClassVar[str] = "reference"
    title: ClassVar[str] = "Reference"
    shows_field: ClassVar[bool] = True

    name: str
    """What to call the picture, for people."""
    method: Method
    pairs: tuple[Pair, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.pairs) <= MOST_PAIRS:
            raise ValueError(f"a reference has 1 to {MOST_PAIRS} pairs of regions, not {len(self.pairs)}")

    def work(self, photo: Photo) -> Work:
        return Work.NETWORK if photo.source is None else Work.NOTHING

    def chroma(self, tile: PhotoTile, field: ChromaField | None) -> Floats | None:
        base = base_colours(tile, field)
        return None if base is None else transferred_chroma(base, self.method, self.pairs)

    def with_pair(self, base: Statistics, reference: Statistics) -> Reference:
        """The same with one more pair of regions."""
        return replace(self, pairs=(*self.pairs, (base, reference)))

    def to_dict(self) -> dict[str, Any]:
        pairs = [{"base": base.to_dict(), "reference": reference.to_dict()} for base, reference in self.pairs]
        return {"name": self.name, "method": self.method.value, "pairs": pairs}

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> Reference:
        try:
            pairs = tuple(
                (Statistics.from_dict(pair["base"]), Statistics.from_dict(pair["reference"]))
                for pair in settings["pairs"][: MOST_PAIRS + 1]
            )
            return cls(str(settings["name"]), Method(settings["method"]), pairs)
        except (KeyError, TypeError) as error:
            raise ValueError("a reference needs its name, its method and its pairs of statistics") from error


def make_reference(
    name: str,
    method: Method,
    base: Floats,
    reference: Floats,
    base_region: npt.NDArray[Any] | None = None,
    reference_region: npt.NDArray[Any] | None = None,
) -> Reference:
    """A reference of one pair.

    base, reference: (3, h, w) linear sRGB relative to its white (`relative_srgb`), of the photo's base colours and
    of the other picture; a few hundred pixels a side suffice. The regions: (h, w) masks or weights, None for the
    whole. Raises ValueError where a region is empty.
    """
    return Reference(name, method, ((statistics_of(base, base_region), statistics_of(reference, reference_region)),))


def transferred_chroma(linear: Floats, method: Method, pairs: Sequence[Pair]) -> Floats:
    """(2, h, w) float32 a*b* of base colours (3, h, w), linear sRGB relative to its white, after the transfer."""
    space = method.space
    coordinates = cielab(linear) if space is Space.CIELAB else lab_alpha_beta(linear)
    if len(pairs) == 1:
        mixed = _transferred(coordinates, method, *pairs[0])
    else:
        nearness = _nearness(coordinates, [base.moments(space) for base, _ in pairs], space)
        mixed = np.zeros_like(coordinates)
        for share, pair in zip(nearness, pairs, strict=True):
            moved = _transferred(coordinates, method, *pair)
            moved *= share
            mixed += moved
    if space is Space.CIELAB:
        return mixed[1:]
    rgb = from_lab_alpha_beta(mixed)
    rgb /= np.maximum(rgb.max(axis=0), np.float32(1))  # dimmed, where it has become lighter than white: hues stay
    return cielab(rgb)[1:]


def reinhard(
    linear: Floats, base: Statistics, target: Statistics, space: Space, lms_to_rgb: Matrix = LMS_TO_RGB
) -> Floats:
    """(3, h, w) float32 linear sRGB with the target's means and deviations in place of the base's; not limited to 0..1.

    lms_to_rgb: the way back from lαβ: the exact inverse, or `PRINTED_LMS_TO_RGB` for the paper to the letter.
    """
    of_base, of_target = base.moments(space), target.moments(space)
    if space is Space.CIELAB:
        return from_cielab(_scaled_and_shifted(cielab(linear), of_base, of_target, space))
    return from_lab_alpha_beta(_scaled_and_shifted(lab_alpha_beta(linear), of_base, of_target, space), lms_to_rgb)


def base_colours(tile: PhotoTile, field: ChromaField | None) -> Floats | None:
    """(3, h, w) linear sRGB, relative to its white, of what a reference changes; None while there are no colours."""
    space = tile.photo.space
    if tile.original is not None:
        return relative_srgb(tile.original, space)
    if field is None:
        return None
    ab = field.evaluate_tile(tile.lightness, tile.level, tile.ty, tile.tx)
    return relative_srgb(planes_at_luminance(space.luminance(tile.lightness), ab, space, tile.lightness), space)


def _transferred(coordinates: Floats, method: Method, base: Statistics, target: Statistics) -> Floats:
    """(3, h, w) coordinates of the method's space after one pair's transfer."""
    if method is not Method.HISTOGRAM:
        space = method.space
        return _scaled_and_shifted(coordinates, base.moments(space), target.moments(space), space)
    matched = coordinates.copy()  # L* is left: nothing that is used depends on it
    for channel in (1, 2):
        curve = _curve(base.quantiles[channel], target.quantiles[channel])
        place = (coordinates[channel] + np.float32(_CURVE_REACH)) * np.float32(1 / _CURVE_STEP)
        cv2.remap(curve, place, np.zeros_like(place), cv2.INTER_LINEAR, matched[channel], cv2.BORDER_REPLICATE)
    return matched


def _scaled_and_shifted(coordinates: Floats, base: Moments, target: Moments, space: Space) -> Floats:
    """The paper's section "Statistics and color correction": minus a mean, times a ratio, plus the other mean."""
    out = np.empty_like(coordinates)
    of_base, of_target = zip(base.mean, base.deviation, strict=True), zip(target.mean, target.deviation, strict=True)
    for plane, channel, (mean, deviation), (new_mean, new_deviation) in zip(
        out, coordinates, of_base, of_target, strict=True
    ):
        ratio = new_deviation / max(deviation, LEAST_DEVIATION[space])
        np.multiply(channel, np.float32(ratio), out=plane)
        plane += np.float32(new_mean - ratio * mean)
    return out


def _nearness(coordinates: Floats, clusters: Sequence[Moments], space: Space) -> Floats:
    """(n, h, w), summing to 1: each pixel's inverse distance to each cluster's mean, in the cluster's deviations."""
    nearness = np.zeros((len(clusters), *coordinates.shape[1:]), np.float32)
    for near, cluster in zip(nearness, clusters, strict=True):
        for channel, mean, deviation in zip(coordinates, cluster.mean, cluster.deviation, strict=True):
            away = channel - np.float32(mean)
            away *= np.float32(1 / max(deviation, LEAST_DEVIATION[space]))
            away *= away
            near += away
        np.sqrt(near, out=near)
        np.maximum(near, np.float32(_NEAR), out=near)
        np.divide(np.float32(1), near, out=near)
    nearness /= nearness.sum(axis=0)
    return nearness


@lru_cache(maxsize=64)
def _curve(base: tuple[float, ...], target: tuple[float, ...]) -> Floats:
    """(1, n) float32: the value that one of a* or b* becomes, from -_CURVE_REACH in steps of _CURVE_STEP."""
    # Where many pixels share a value, so do several quantiles: the value becomes their mean.
    values, index = np.unique(np.array(base), return_inverse=True)
    means = np.bincount(index, np.array(target)) / np.bincount(index)
    asked = np.arange(-_CURVE_REACH, _CURVE_REACH + _CURVE_STEP, _CURVE_STEP)
    curve = np.interp(asked, values, means).astype(np.float32)[None]
    # A steep step would make noise of grain.
    return np.asarray(cv2.GaussianBlur(curve, (0, 0), _CURVE_BLUR / _CURVE_STEP, borderType=cv2.BORDER_REPLICATE))
