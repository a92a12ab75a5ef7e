"""RGB colour spaces: what a photo's codes mean in linear light and in lightness.

A document works in *one* RGB space. Its codes (8 or 16 bit) become linear light through one table and linear
light becomes codes through another; both are exact enough that R = G = B survives the round trip unchanged.

Sources: IEC 61966-2-1 (sRGB); CIE 15:2004 (L*). L* is taken at the space's own white: grey has a* = b* = 0.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import DTypeLike, NDArray

Codes = NDArray[np.unsignedinteger[Any]]  # uint8 or uint16
Floats = NDArray[np.float32]

STRIP_PIXELS = 1 << 16
"""Whole photos are converted in strips of about this many pixels, whose floats stay in the processor's cache."""

MOST_THREADS = 4
"""Cores that one conversion of a whole photo may use."""

_ENCODE_STEPS = {8: 1 << 14, 16: 1 << 18}  # of the square root of light, by bits of the codes
_DELTA = 6.0 / 29.0  # CIE: below this the cube root of L*a*b* is a straight line


@dataclass(frozen=True, slots=True)
class Curve:
    """A transfer curve with a straight foot.

    ``linear = ((code + offset) / (1 + offset)) ** gamma`` above ``knee``, ``linear = code / slope`` below it,
    all in 0..1: the form of ICC's parametric curve type 3. A pure power has ``offset = knee = 0``.
    """

    gamma: float
    offset: float = 0.0
    slope: float = 1.0
    knee: float = 0.0

    def to_linear(self, code: NDArray[np.float64]) -> NDArray[np.float64]:
        """Linear light 0..1 of normalised codes 0..1."""
        bent = ((np.maximum(code, self.knee) + self.offset) / (1.0 + self.offset)) ** self.gamma
        return np.where(code <= self.knee, code / self.slope, bent)

    def from_linear(self, linear: NDArray[np.float64]) -> NDArray[np.float64]:
        """Normalised codes 0..1 of linear light 0..1."""
        foot = self.knee / self.slope
        bent = (1.0 + self.offset) * np.maximum(linear, foot) ** (1.0 / self.gamma) - self.offset
        return np.where(linear <= foot, linear * self.slope, bent)


@dataclass(frozen=True, eq=False)
class RgbSpace:
    """An RGB space of three primaries, a white and a transfer curve.

    to_xyz: (3, 3) float64, linear RGB (columns) to CIE XYZ (rows), scaled so that white has Y = 1.
    """

    name: str
    to_xyz: NDArray[np.float64]
    curve: Curve

    @cached_property
    def luminance_weights(self) -> Floats:
        """(3,) float32: the share of R, G and B in the luminance Y; they sum to 1."""
        row = self.to_xyz[1]
        return np.asarray(row / row.sum(), np.float32)

    @cached_property
    def white(self) -> NDArray[np.float64]:
        """(3,) float64: XYZ of R = G = B = 1, the white at which L*a*b* is taken."""
        return np.asarray(self.to_xyz.sum(axis=1))

    @cached_property
    def from_xyz(self) -> NDArray[np.float64]:
        """(3, 3) float64: CIE XYZ to linear RGB."""
        return np.asarray(np.linalg.inv(self.to_xyz), np.float64)

    # Codes and light

    def decode(self, codes: Codes) -> Floats:
        """Linear light 0..1, float32, of uint8 or uint16 codes of any shape."""
        return _look_up(self._decode_table(_bits(codes.dtype)), codes)

    def encode(self, linear: Floats, dtype: DTypeLike) -> Codes:
        """Codes (uint8 or uint16) of linear light, rounded; what lies outside 0..1 saturates, NaN becomes 0.

        The table is indexed by the square root, where the transfer curve is nearly straight: its error before
        rounding is below 0.012 code at 8 bit and 0.19 code at 16 bit.
        """
        position = np.fmin(np.fmax(np.asarray(linear, np.float32), 0.0), 1.0)
        return self._code_at(position, np.dtype(dtype))

    def grey_codes(self, rgb: Codes) -> Codes:
        """(h, w) codes of the luminance of (h, w, 3) codes; where R = G = B the code comes back unchanged."""
        grey: Codes = np.empty(rgb.shape[:2], rgb.dtype)
        tables = [self._decode_table(_bits(rgb.dtype)) * weight for weight in self.luminance_weights]

        def convert(rows: slice) -> None:
            red, green, blue = cv2.split(rgb[rows])
            luminance = _look_up(tables[0], np.asarray(red))
            luminance += _look_up(tables[1], np.asarray(green))
            luminance += _look_up(tables[2], np.asarray(blue))
            grey[rows] = self._code_at(luminance, rgb.dtype)  # within 0..1: the weights sum to 1

        each_strip(convert, *rgb.shape[:2])
        return grey

    def _code_at(self, linear: Floats, dtype: np.dtype[Any]) -> Codes:
        """Codes of linear light within 0..1, which is overwritten."""
        table = self._encode_table(_bits(dtype))
        np.sqrt(linear, out=linear)
        linear *= np.float32(_ENCODE_STEPS[_bits(dtype)])
        linear += np.float32(0.5)
        if dtype == np.uint8 and linear.ndim > 1 and linear.size:
            return _look_up(table, linear.astype(np.uint16))
        return table.take(linear.astype(np.int32))

    # Lightness

    @staticmethod
    def lightness(luminance: Floats) -> Floats:
        """CIE L* 0..100, float32, of luminance Y 0..1."""
        Y = np.asarray(luminance, np.float32)
        f = np.where(_DELTA**3 < Y, np.cbrt(Y), Y * np.float32(1.0 / (3 * _DELTA**2)) + np.float32(4 / 29))
        return np.asarray(f * np.float32(116.0) - np.float32(16.0), np.float32)

    @staticmethod
    def luminance(lightness: Floats) -> Floats:
        """Luminance Y 0..1, float32, of CIE L* 0..100: the inverse of :meth:`lightness`."""
        f = (np.asarray(lightness, np.float32) + np.float32(16.0)) * np.float32(1.0 / 116.0)
        foot = (f - np.float32(4 / 29)) * np.float32(3 * _DELTA**2)
        return np.asarray(np.where(f > _DELTA, f * f * f, foot), np.float32)

    def lightness_of_codes(self, grey: Codes) -> Floats:
        """CIE L* 0..100, float32, of grey codes of any shape, by one table look-up."""
        return _look_up(self._lightness_table(_bits(grey.dtype)), grey)

    def chroma(self, linear: Floats) -> Floats:
        """(2, h, w) float32 CIE a*b*, at the space's white, of linear RGB (3, h, w). Source: CIE 15:2004, 8.2.1."""
        scaled = (self.to_xyz / self.white[:, None]).astype(np.float32)
        x, y, z = (self._root(row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2]) for row in scaled)
        return np.stack([np.float32(500) * (x - y), np.float32(200) * (y - z)])

    @staticmethod
    def _root(share: Floats) -> Floats:
        """CIE's cube root with a straight foot, of XYZ as shares of the white's."""
        foot = share * np.float32(1.0 / (3 * _DELTA**2)) + np.float32(4 / 29)
        root = cv2.pow(np.maximum(share, np.float32(0)), 1 / 3)  # ten times as fast as np.cbrt, and as exact
        return np.asarray(np.where(share > _DELTA**3, root, foot), np.float32)

    # Tables, built at first use

    @cached_property
    def _tables(self) -> dict[tuple[str, int], NDArray[Any]]:
        return {}

    def _decode_table(self, bits: int) -> Floats:
        if ("decode", bits) not in self._tables:
            codes = np.linspace(0.0, 1.0, 1 << bits)
            self._tables["decode", bits] = self.curve.to_linear(codes).astype(np.float32)
        return self._tables["decode", bits]

    def _lightness_table(self, bits: int) -> Floats:
        if ("lightness", bits) not in self._tables:
            self._tables["lightness", bits] = self.lightness(self._decode_table(bits))
        return self._tables["lightness", bits]

    def _encode_table(self, bits: int) -> Codes:
        if ("encode", bits) not in self._tables:
            roots = np.linspace(0.0, 1.0, _ENCODE_STEPS[bits] + 1)
            codes = np.round(self.curve.from_linear(roots * roots) * ((1 << bits) - 1))
            if bits == 8:  # as long as cv2 wants a table for 16-bit places
                codes = np.pad(codes, (0, (1 << 16) - codes.size), mode="edge")
            self._tables["encode", bits] = codes.astype(np.uint8 if bits == 8 else np.uint16)
        return self._tables["encode", bits]


def strips(height: int, width: int) -> Iterator[slice]:
    """Row slices that cut a height x width picture into strips of about :data:`STRIP_PIXELS` pixels."""
    rows = max(1, STRIP_PIXELS // max(1, width))
    for top in range(0, height, rows):
        yield slice(top, min(height, top + rows))


def each_strip(convert: Callable[[slice], object], height: int, width: int) -> None:
    """Call ``convert`` for each of the :func:`strips`, in no order and on several cores; returns when all are done.

    The first exception is raised here. numpy and cv2 let other threads run while they compute.
    """
    rows = list(strips(height, width))
    threads = min(MOST_THREADS, os.cpu_count() or 1, len(rows))
    if threads < 2:
        for strip in rows:
            convert(strip)
        return

    def convert_all(share: list[slice]) -> None:
        for strip in share:
            convert(strip)

    length = -(-len(rows) // (4 * threads))  # a few shares for each: one thread may be held up by others' work
    with ThreadPoolExecutor(threads, "strips") as pool:
        for _ in pool.map(convert_all, [rows[i : i + length] for i in range(0, len(rows), length)]):
            pass


def _bits(dtype: np.dtype[Any]) -> int:
    if dtype == np.uint8:
        return 8
    if dtype == np.uint16:
        return 16
    raise TypeError(f"codes are uint8 or uint16, not {dtype}")


def _look_up(table: NDArray[Any], codes: Codes) -> NDArray[Any]:
    """table[codes]; the table has an entry for every value that the codes' type can hold."""
    if codes.ndim < 2 or not codes.size:
        return table.take(codes)
    # cv2 does it several times faster; it would take a third side that is long for channels.
    rows = np.ascontiguousarray(codes).reshape(len(codes), -1)
    return np.asarray(cv2.LUT(rows, table)).reshape(codes.shape)


def _rgb_to_xyz(primaries: NDArray[np.float64], white: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (3, 3) matrix for three xy primaries (rows) and an xy white, scaled to Y = 1 at white."""
    columns = np.stack([primaries[:, 0], primaries[:, 1], 1.0 - primaries.sum(axis=1)])
    white_xyz = np.array([white[0], white[1], 1.0 - white.sum()]) / white[1]
    return np.asarray(columns * np.linalg.solve(columns, white_xyz))


SRGB = RgbSpace(
    name="sRGB",
    to_xyz=_rgb_to_xyz(np.array([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]]), np.array([0.3127, 0.3290])),
    curve=Curve(gamma=2.4, offset=0.055, slope=12.92, knee=0.04045),
)
"""sRGB, the space of every photo whose profile says nothing else."""
