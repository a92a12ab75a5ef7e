"""What random commands work with: photos, values to draw from, answers, and all that undo has to bring back."""

from __future__ import annotations

import zlib
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from app.document.brush import Brush, Touch
from app.document.chroma import Chroma, ChromaField
from app.document.gradient import linear_gradient
from app.document.layer import DocumentState, Hint, LayerState
from app.document.photo import Photo
from app.document.shapes import ellipse, polygon, rectangle
from app.document.sources.painted import Painted
from app.document.tiles import TileMask
from app.document.wand import wand

Codes = npt.NDArray[np.unsignedinteger[Any]]

HEIGHT, WIDTH = 299, 521  # 2 × 3 tiles, of which only two are whole, and odd at every level


def some_photo(dtype: type[np.unsignedinteger[Any]]) -> Photo:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    squares = 60 * ((x // 90 + y // 70) % 2)
    rgb = np.stack([60 + x // 6 + squares, 40 + y // 3 + squares, 150 - x // 9 + squares], axis=-1)
    return Photo.from_rgb((rgb * (np.iinfo(dtype).max // 255)).astype(dtype))


PHOTO = some_photo(np.uint8)

xs, ys = st.integers(-60, WIDTH + 60), st.integers(-60, HEIGHT + 60)
spots = st.tuples(xs, ys)
eighths = st.integers(1, 8).map(lambda eighth: eighth / 8)
touches = st.one_of(spots, st.builds(Touch, xs, ys, eighths, st.integers(0, 8).map(lambda n: n / 8), eighths))
paths = st.lists(st.lists(touches, min_size=1, max_size=3), min_size=1, max_size=3)
radii = st.sampled_from([0.5, 2.0, 11.0, 40.0, 140.0])
sweeps = st.builds(Brush, radii, st.sampled_from([0.0, 0.5, 1.0]), eighths)
dabs = st.builds(
    Brush,
    st.sampled_from([2.0, 11.0, 40.0]),
    st.sampled_from([0.0, 1.0]),
    eighths,
    st.sampled_from([0.1, 0.6, 1.0]),
    st.sampled_from([0.2, 0.8]),
    st.sampled_from([0.3, 1.0]),
    st.sampled_from([0.0, 33.0]),
    st.sampled_from([0.0, 0.0, 0.7]),
)
hints = st.builds(Hint, xs, ys, st.integers(1, 60), st.sampled_from([(200, 30, 40), (10, 90, 200)]), st.booleans())
shapes = st.one_of(
    st.builds(partial(rectangle, HEIGHT, WIDTH), xs, ys, xs, ys),
    st.builds(partial(ellipse, HEIGHT, WIDTH), xs, ys, xs, ys),
    st.builds(partial(polygon, HEIGHT, WIDTH), st.lists(spots, min_size=3, max_size=5)),
    st.builds(
        partial(wand, PHOTO), st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.sampled_from([2.0, 12.0])
    ),
    st.builds(partial(linear_gradient, HEIGHT, WIDTH), spots, spots),
    st.just(TileMask.full(HEIGHT, WIDTH)),
)


def answer(value: float) -> tuple[Chroma, ChromaField]:
    """What a network might say: one colour, a little more of it where it is light."""
    coefficients = np.zeros((30, 52, 4), np.float32)
    coefficients[..., 0], coefficients[..., 2], coefficients[..., 3] = 0.1, value, -value / 2
    return (
        Chroma(np.full((2, 15, 26), value, np.float16), np.ones((15, 26), np.uint8)),
        ChromaField(coefficients, (HEIGHT, WIDTH)),
    )


class SeenLayer(NamedTuple):
    """A layer as undo has to bring it back: no answer belongs to it. paint: a checksum of what was painted."""

    mask: npt.NDArray[np.uint8]
    paint: int
    values: tuple[Any, ...]

    @classmethod
    def of(cls, layer: LayerState) -> SeenLayer:
        paint = 0
        if isinstance(layer.source, Painted):
            for place, tile in sorted(layer.source.tiles.tiles.items()):
                paint = zlib.crc32(np.ascontiguousarray(tile), zlib.crc32(repr(place).encode(), paint))
        values = (layer.id, layer.name, layer.hints, layer.source, layer.feather, layer.density, layer.opacity)
        switches = (layer.visible, layer.locked, layer.pinned)
        return cls(layer.mask.to_array(), paint, (*values, *switches, layer.adjustments, layer.palette))

    @property
    def hints(self) -> tuple[Hint, ...]:
        seen: tuple[Hint, ...] = self.values[2]
        return seen

    @property
    def softness(self) -> tuple[float, float]:
        return self.values[4], self.values[5]

    def equals(self, other: SeenLayer) -> bool:
        return self[1:] == other[1:] and np.array_equal(self.mask, other.mask)


class Seen(NamedTuple):
    """All that undo has to bring back, as plain arrays and values; which layer is active is no part of it."""

    layers: tuple[SeenLayer, ...]
    active: int
    selection: npt.NDArray[np.uint8] | None
    rest: tuple[Any, ...]

    @classmethod
    def of(cls, state: DocumentState) -> Seen:
        selection = None if state.selection is None else state.selection.to_array()
        return cls(tuple(map(SeenLayer.of, state.layers)), state.active, selection, (state.solo, state.tone))

    @property
    def layer(self) -> SeenLayer:
        """The active one."""
        return self.layers[self.active]

    def equals(self, other: Seen) -> bool:
        if self.rest != other.rest or len(self.layers) != len(other.layers):
            return False
        selected = [seen.selection for seen in (self, other) if seen.selection is not None]
        alike = len(selected) == 0 or (len(selected) == 2 and np.array_equal(*selected))
        return alike and all(one.equals(two) for one, two in zip(self.layers, other.layers, strict=True))
