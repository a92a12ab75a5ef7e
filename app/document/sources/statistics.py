"""What is remembered of a picture's colours: means, deviations and quantiles in the spaces of colour transfer.

Everything here works on linear sRGB whose white is the picture's own (:func:`relative_srgb`), so that pictures
of different RGB spaces can be compared and grey is grey in each.

Source: Reinhard, Ashikhmin, Gooch and Shirley 2001, "Color Transfer between Images", IEEE Computer Graphics and
Applications 21(5), section "Decorrelated color space"; CIE 15:2004, 8.2.1 (L*a*b*).
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from app.document.space import SRGB, Floats, RgbSpace

Matrix = npt.NDArray[np.float64]
Triple = tuple[float, float, float]

RGB_TO_LMS: Matrix = np.array([[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]])
"""Linear RGB to the cones' responses, as printed in the paper."""

LMS_TO_RGB: Matrix = np.asarray(np.linalg.inv(RGB_TO_LMS), np.float64)
"""The way back. Grey that goes there and back is grey."""

PRINTED_LMS_TO_RGB: Matrix = np.array(
    [[4.4679, -3.5873, 0.1193], [-1.2186, 2.3809, -0.1624], [0.0497, -0.2439, 1.2045]]
)
"""The way back as printed in the paper. It is rounded: there and back it makes white 0.7 % bluer."""

LOG_LMS_TO_LAB: Matrix = np.diag([3**-0.5, 6**-0.5, 2**-0.5]) @ [[1, 1, 1], [1, 1, -2], [1, -1, 0]]
"""Logarithms of the cones' responses to l, α (yellow–blue) and β (red–green); its inverse is its transpose."""

LEAST_LIGHT = 1 / (255 * 12.92)
"""Cone responses below one 8-bit code of light count as this much: black has no logarithm."""

_MOST_DECADES = 10.0  # cone responses beyond 10^±10 are nobody's colours, and float32 cannot mix them
_DELTA = 6 / 29
QUANTILES = 65


class Space(enum.Enum):
    """Where colours are compared: three coordinates that hardly depend on each other."""

    LAB_ALPHA_BETA = "lαβ"
    CIELAB = "CIELAB"


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of each of a space's three coordinates. Raises ValueError for no such numbers."""

    mean: Triple
    deviation: Triple

    def __post_init__(self) -> None:
        if len(self.mean) != 3 or len(self.deviation) != 3 or not _sensible((*self.mean, *self.deviation)):
            raise ValueError("a space has three means and three deviations, each a number within ±1000")
        if min(self.deviation) < 0:
            raise ValueError("a standard deviation is never below 0")


@dataclass(frozen=True)
class Statistics:
    """What is remembered of the colours of a region.

    quantiles: for each of L*, a*, b*, the :data:`QUANTILES` values that cut the region's pixels into equal shares,
    least and greatest included.
    """

    lab_alpha_beta: Moments
    cielab: Moments
    quantiles: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        if len(self.quantiles) != 3 or any(len(channel) != QUANTILES for channel in self.quantiles):
            raise ValueError(f"statistics have {QUANTILES} quantiles of L*, of a* and of b*")
        for channel in self.quantiles:
            if not _sensible(channel) or any(high < low for low, high in pairwise(channel)):
                raise ValueError("quantiles are numbers within ±1000 that never fall")

    def moments(self, space: Space) -> Moments:
        """The means and deviations in one of the spaces."""
        return self.lab_alpha_beta if space is Space.LAB_ALPHA_BETA else self.cielab

    def to_dict(self) -> dict[str, Any]:
        """The same in JSON's types."""
        spaces = {
            key: {"mean": list(moments.mean), "deviation": list(moments.deviation)}
            for key, moments in (("lab_alpha_beta", self.lab_alpha_beta), ("cielab", self.cielab))
        }
        return {**spaces, "quantiles": [list(channel) for channel in self.quantiles]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Statistics:
        """The inverse of :meth:`to_dict`. Raises ValueError for what is not statistics."""
        try:
            opponent, cielab = (
                Moments(_triple(data[key]["mean"]), _triple(data[key]["deviation"]))
                for key in ("lab_alpha_beta", "cielab")
            )
            return cls(opponent, cielab, tuple(tuple(map(float, channel)) for channel in data["quantiles"]))
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError("these are not the statistics of a picture's colours") from error


def statistics_of(linear: Floats, weights: npt.NDArray[Any] | None = None) -> Statistics:
    """The statistics of a picture's colours, or of a region of it.

    linear: (3, h, w) or (n, 3) linear sRGB relative to its white, 0..1. weights: (h, w) or (n,), how much each
    pixel counts, at least 0; a mask of any type will do. Raises ValueError where nothing counts.
    """
    planes = np.asarray(linear, np.float32)
    planes = np.ascontiguousarray(planes.T if planes.ndim == 2 else planes.reshape(3, -1))
    if planes.ndim != 2 or planes.shape[0] != 3:
        raise ValueError(f"colours are (3, h, w) or (n, 3), not {np.shape(linear)}")
    share = np.ones(planes.shape[1]) if weights is None else np.asarray(weights, np.float64).ravel()
    if share.size != planes.shape[1]:
        raise ValueError(f"{share.size} weights do not belong to {planes.shape[1]} colours")
    counts = share > 0
    if not counts.any():
        raise ValueError("the region holds no pixels: choose a larger one")
    planes, share = planes[:, counts], share[counts] / share[counts].sum()
    lab = cielab(planes)
    return Statistics(_moments(lab_alpha_beta(planes), share), _moments(lab, share), _quantiles(lab, share))


@lru_cache(maxsize=16)
def _to_relative_srgb(space: RgbSpace) -> Floats:
    share_of_white = space.to_xyz / space.white[:, None]
    return np.asarray(np.linalg.inv(SRGB.to_xyz / SRGB.white[:, None]) @ share_of_white, np.float32)


def relative_srgb(linear: Floats, space: RgbSpace) -> Floats:
    """(3, ...) linear sRGB of (3, ...) linear RGB of a space, each relative to its white: L*a*b* stays the same.

    Colours that sRGB cannot hold lie outside 0..1.
    """
    return linear if space is SRGB else _mixed(_to_relative_srgb(space), linear)


def lab_alpha_beta(linear: Floats) -> Floats:
    """(3, ...) float32 l, α, β of (3, ...) linear sRGB."""
    cones = _mixed(RGB_TO_LMS, linear)
    np.maximum(cones, np.float32(LEAST_LIGHT), out=cones)
    rows = _rows(cones)
    cv2.log(rows, rows)
    return _mixed(LOG_LMS_TO_LAB / math.log(10), cones)


def from_lab_alpha_beta(lab: Floats, lms_to_rgb: Matrix = LMS_TO_RGB) -> Floats:
    """(3, ...) float32 linear sRGB of l, α, β: the inverse of :func:`lab_alpha_beta`. Not limited to 0..1."""
    cones = _mixed(LOG_LMS_TO_LAB.T * math.log(10), lab)
    most = np.float32(_MOST_DECADES * math.log(10))
    np.clip(cones, -most, most, out=cones)
    rows = _rows(cones)
    cv2.exp(rows, rows)
    return _mixed(lms_to_rgb, cones)


def cielab(linear: Floats) -> Floats:
    """(3, ...) float32 CIE L*a*b*, at its white, of (3, ...) linear sRGB; also of colours outside 0..1."""
    lab = _mixed(SRGB.to_xyz / SRGB.white[:, None], linear)
    for plane in _rows(lab):
        foot = plane * np.float32(1 / (3 * _DELTA**2))
        foot += np.float32(4 / 29)
        below = plane <= np.float32(_DELTA**3)
        np.maximum(plane, np.float32(0), out=plane)
        cv2.pow(plane, 1 / 3, plane)  # several times as fast as numpy's cube root, and as exact
        np.copyto(plane, foot, where=below)
    x, y, z = lab
    np.subtract(y, z, out=z)
    z *= np.float32(200)
    np.subtract(x, y, out=x)
    x *= np.float32(500)
    y *= np.float32(116)
    y -= np.float32(16)
    return lab[[1, 0, 2]]


def from_cielab(lab: Floats) -> Floats:
    """(3, ...) float32 linear sRGB of CIE L*a*b*: the inverse of :func:`cielab`. Not limited to 0..1."""
    y = (lab[0] + np.float32(16)) * np.float32(1 / 116)
    roots = np.stack([y + lab[1] * np.float32(1 / 500), y, y - lab[2] * np.float32(1 / 200)])
    foot = (roots - np.float32(4 / 29)) * np.float32(3 * _DELTA**2)
    shares = np.where(roots > np.float32(_DELTA), roots * roots * roots, foot)
    return _mixed(SRGB.from_xyz * SRGB.white, shares)


def _mixed(matrix: npt.NDArray[Any], planes: Floats) -> Floats:
    """matrix @ planes, plane by plane: a matrix product may round a pixel differently at the end of a row."""
    out, part = np.empty(planes.shape, np.float32), np.empty(planes.shape[1:], np.float32)
    for row, mixed in zip(matrix.astype(np.float32), out, strict=True):
        np.multiply(planes[0], row[0], out=mixed)
        for plane, share in zip(planes[1:], row[1:], strict=True):
            mixed += np.multiply(plane, share, out=part)
    return out


def _rows(planes: Floats) -> Floats:
    """The same numbers as (3, n): cv2 would take a third side for channels."""
    return planes.reshape(3, -1)


def _moments(planes: Floats, share: npt.NDArray[np.float64]) -> Moments:
    mean = planes.astype(np.float64) @ share
    deviation = np.sqrt((planes - mean[:, None]) ** 2 @ share)
    return Moments(_triple(mean), _triple(deviation))


def _quantiles(planes: Floats, share: npt.NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    levels = np.linspace(0.0, 1.0, QUANTILES)
    channels = []
    for plane in planes:
        order = np.argsort(plane, kind="stable")
        reached = np.cumsum(share[order])
        middle = reached - share[order] / 2  # each pixel stands at the middle of its share
        values = np.interp(levels, middle, plane[order].astype(np.float64))
        channels.append(tuple(np.maximum.accumulate(values).tolist()))
    return tuple(channels)


def _triple(values: Any) -> Triple:
    first, second, third = (float(value) for value in values)
    return first, second, third


def _sensible(values: tuple[float, ...]) -> bool:
    return all(math.isfinite(value) and abs(value) <= 1000 for value in values)
