"""The tile painter against a naive one: whole arrays of float64, one dab after the other, no tiles, no short cuts."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.document.brush import Brush, Touch
from app.document.stroke import Stroke
from app.document.tiles import TileMask

Reals = npt.NDArray[np.float64]


class NaivePainter:
    """Paints what the documentation promises, as plainly as it can be said."""

    def __init__(self, base: npt.NDArray[np.uint8], clip: npt.NDArray[np.uint8] | None, brush: Brush) -> None:
        self.base, self.clip, self.brush = base.astype(np.float64), clip, brush
        self.x, self.y = np.meshgrid(np.arange(base.shape[1]) + 0.5, np.arange(base.shape[0]) + 0.5)
        self.strength = np.zeros(base.shape)
        self.tied = False  # whether a dab lies halfway between two places, or just at the path's end: either is right

    def coverage(self, erase: bool) -> Reals:
        laid = self.strength * self.brush.opacity * (1 if self.clip is None else self.clip / 255)
        return self.base * (1 - laid) if erase else self.base + (255 - self.base) * laid

    def fall(self, depth: Reals, width: Reals) -> Reals:
        """Linear in a rim up to one pixel wide, smooth from two pixels on."""
        v = np.clip(depth / width, 0, 1)
        smooth = v**3 * (10 + v * (6 * v - 15))
        blend = np.clip(width - 1, 0, 1)
        return blend * smooth + (1 - blend) * v

    def sweep(self, touches: list[Touch]) -> None:
        """Every pixel takes the greatest strength of all places of the path; the radius stays the same."""
        radius = self.brush.radius
        core = min(self.brush.hardness * radius, radius - 0.5)
        for a, b in itertools.pairwise([touches[0], *touches]):
            dx, dy = b.x - a.x, b.y - a.y
            square = dx * dx + dy * dy
            t = np.clip(((self.x - a.x) * dx + (self.y - a.y) * dy) / square, 0, 1) if square else 0.0
            distance = np.hypot(self.x - a.x - t * dx, self.y - a.y - t * dy)
            strength = self.fall(radius + 0.5 - distance, np.full_like(distance, radius + 0.5 - core))
            self.strength = np.maximum(self.strength, strength)

    def dabs(self, touches: list[Touch]) -> None:
        """Walks the path in 4000 steps between two touches and lays a dab whenever one is due."""
        brush = self.brush
        touches = [touch._replace(size=max(0.5 / brush.radius, touch.size)) for touch in touches]
        self.dab(touches[0])
        due, at_end = 0.0, False
        angle = math.radians(brush.angle)
        for a, b in itertools.pairwise(touches):
            radii = [brush.radius * touch.size for touch in (a, b)]
            dx, dy, dr = b.x - a.x, b.y - a.y, radii[1] - radii[0]
            along = dx * math.cos(angle) + dy * math.sin(angle)
            across = (dy * math.cos(angle) - dx * math.sin(angle)) / brush.roundness
            way, real = math.hypot(along, across, dr), math.hypot(dx, dy, dr)
            if not way and a.opacity == b.opacity:
                continue
            closest = 0.5 * way / real if real else 0.5
            first, last = (max(2 * brush.spacing * radius, closest) for radius in radii)
            rise = 40 * abs(b.opacity - a.opacity) * brush.flow * (a.flow + b.flow) / 2 * (first + last) / 2
            step = math.hypot(way, rise) / 4000
            for i in range(4000):
                before = due
                rates = [1 / (first + (last - first) * (i + t) / 4000) for t in (0, 0.5, 1)]
                due += step * (rates[0] + 4 * rates[1] + rates[2]) / 6  # Simpson's rule
                if due >= 1:
                    t = (i + (1 - before) / (due - before)) / 4000
                    self.dab(Touch(*(p + (q - p) * t for p, q in zip(a, b, strict=True))))
                    due -= 1
            at_end = min(abs(due), abs(1 - due)) < 1e-6
        self.tied |= at_end

    def dab(self, touch: Touch) -> None:
        brush = self.brush
        radius = brush.radius * touch.size
        grid = min(1.0, max(0.125, 2.0 ** math.floor(math.log2(radius / 250))))
        self.tied |= any(abs(place / grid % 1 - 0.5) < 1e-4 for place in touch[:2])
        cx, cy = round(touch.x / grid) * grid, round(touch.y / grid) * grid
        left, right, top, bottom = (
            max(0, int(side)) for side in (cx - radius, cx + radius + 2, cy - radius, cy + radius + 2)
        )
        near = slice(max(0, top - 1), bottom), slice(max(0, left - 1), right)
        x, y = self.x[near] - cx, self.y[near] - cy
        angle = math.radians(brush.angle)
        long, short = radius, max(0.5, radius * brush.roundness)
        u, v = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
        q = np.hypot(u / long, v / short)
        slope = np.hypot(u / long**2, v / short**2) / np.where(q > 0, q, 1)
        local = 1 / np.where(slope > 0, slope, 1 / long)  # the radius of a round tip that falls as steeply
        core = np.minimum(brush.hardness * local, local - 0.5)
        tip = self.fall(local + 0.5 - q * local, local + 0.5 - core)
        missing = np.maximum(touch.opacity - self.strength[near], 0)
        self.strength[near] += missing * tip * brush.flow * touch.flow


def cut(touches: list[Touch], places: list[int]) -> list[list[Touch]]:
    ends = sorted({0, len(touches), *(min(place, len(touches)) for place in places)})
    return [touches[a:b] for a, b in itertools.pairwise(ends)]


SIZE = (290, 350)  # 2 × 2 tiles, none of them whole
spots = st.tuples(st.floats(-80, 430), st.floats(-80, 370))
cuts = st.lists(st.integers(1, 6), max_size=3)
bases = st.sampled_from(["empty", "full", "noise"])
opacities = st.one_of(st.just(1.0), st.floats(0.05, 1))


def arrays(base: str, clipped: bool) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8] | None]:
    noise = np.random.default_rng(3).integers(0, 256, SIZE).astype(np.uint8)
    under = {"empty": np.zeros_like(noise), "full": np.full_like(noise, 255), "noise": noise}[base]
    clip = np.zeros_like(noise)
    clip[20:200] = noise[20:200]
    clip[200:, :300] = 255
    return under, clip if clipped else None


def painted(stroke: Stroke, calls: list[list[Touch]]) -> npt.NDArray[np.uint8]:
    before = stroke.mask.to_array()
    told = np.zeros(SIZE, bool)
    for touches in calls:
        told[stroke.add(touches).slices] = True
    after = stroke.mask.to_array()
    assert not (after != before)[~told].any(), "a change outside the rectangles that were returned"
    return after


def tiled(under: npt.NDArray[np.uint8], clip: npt.NDArray[np.uint8] | None, brush: Brush, erase: bool) -> Stroke:
    return Stroke(TileMask.from_array(under), brush, erase, None if clip is None else TileMask.from_array(clip))


@settings(max_examples=40, deadline=None)
@given(
    radius=st.one_of(st.floats(0.5, 3), st.floats(3, 300)),
    hardness=st.floats(0, 1),
    opacity=opacities,
    path=st.lists(spots, min_size=1, max_size=5),
    base=bases,
    clipped=st.booleans(),
    erase=st.booleans(),
    places=cuts,
)
def test_a_sweep_equals_the_naive_painter(
    radius: float,
    hardness: float,
    opacity: float,
    path: list[tuple[float, float]],
    base: str,
    clipped: bool,
    erase: bool,
    places: list[int],
) -> None:
    under, clip = arrays(base, clipped)
    brush = Brush(radius, hardness, opacity)
    touches = [Touch(*spot) for spot in path]
    naive = NaivePainter(under, clip, brush)
    naive.sweep(touches)
    after = painted(tiled(under, clip, brush, erase), cut(touches, places))
    assert np.abs(after - naive.coverage(erase)).max() <= 1


@settings(max_examples=40, deadline=None)
@given(
    radius=st.one_of(st.floats(0.5, 3), st.floats(3, 60), st.floats(60, 300)),
    hardness=st.floats(0, 1),
    opacity=opacities,
    flow=st.floats(0.02, 0.95),
    spacing=st.floats(0.08, 1.5),
    roundness=st.one_of(st.just(1.0), st.floats(0.1, 1)),
    angle=st.floats(-180, 180),
    path=st.lists(
        st.builds(Touch, st.floats(-40, 390), st.floats(-40, 330), st.floats(0.3, 1), st.floats(0, 1), st.floats(0, 1)),
        min_size=1,
        max_size=4,
    ),
    base=bases,
    clipped=st.booleans(),
    erase=st.booleans(),
    places=cuts,
)
def test_dabs_equal_the_naive_painter(
    radius: float,
    hardness: float,
    opacity: float,
    flow: float,
    spacing: float,
    roundness: float,
    angle: float,
    path: list[Touch],
    base: str,
    clipped: bool,
    erase: bool,
    places: list[int],
) -> None:
    under, clip = arrays(base, clipped)
    brush = Brush(radius, hardness, opacity, flow, spacing, roundness, angle)
    naive = NaivePainter(under, clip, brush)
    naive.dabs(path)
    assume(not naive.tied)
    after = painted(tiled(under, clip, brush, erase), cut(path, places))
    assert np.abs(after - naive.coverage(erase)).max() <= 1
