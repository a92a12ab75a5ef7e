"""The picture: zero spill, the light untouched, one picture at every zoom and however it is cut, no rims."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.chroma import GUIDE_LONG_SIDE, Chroma, ChromaField, fit, support_of
from app.document.composite import Compositor, display8
from app.document.gamut import rgb_to_lab
from app.document.geometry import Rect, level_size
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo, fitted_size
from app.document.sources.neural import NEURAL
from app.document.sources.original import ORIGINAL
from app.document.sources.source import ColourSource
from app.document.space import SRGB
from app.document.tiles import TileMask

DEPTHS = [np.uint8, np.uint16]


def picture(
    height: int, width: int, dtype: type[np.unsignedinteger] = np.uint8, seed: int = 0, coarsest: int = 128
) -> np.ndarray:
    """(h, w, 3) codes with structure at every scale, rather colourful."""
    rng = np.random.default_rng(seed)
    rgb = np.full((height, width, 3), 0.5, np.float32)
    cell = 2
    while cell <= coarsest:
        coarse = rng.normal(0, 0.09, (height // cell + 2, width // cell + 2, 3)).astype(np.float32)
        coarse += coarse.mean(axis=2, keepdims=True)
        rgb += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        cell *= 4
    top = np.iinfo(dtype).max
    return np.round(np.clip(rgb, 0, 1) * top).astype(dtype)


def field_of(photo: Photo, ab: np.ndarray | tuple[float, float], support: np.ndarray | None = None) -> ChromaField:
    size = fitted_size(photo.height, photo.width, 256)
    planes = np.broadcast_to(
        np.asarray(ab, np.float32).reshape((2, 1, 1) if np.ndim(ab) == 1 else (2, *size)), (2, *size)
    )
    chroma = Chroma.of(planes, np.ones(size, np.uint8) if support is None else support)
    return fit(chroma, photo.lightness_at(GUIDE_LONG_SIDE), (photo.height, photo.width))


def random_ab(photo: Photo, seed: int = 0, strength: float = 30.0) -> np.ndarray:
    """(2, h, w) at network size: soft patches of colour."""
    height, width = fitted_size(photo.height, photo.width, 256)
    coarse = np.random.default_rng(seed).normal(0, strength, (9, 9, 2)).astype(np.float32)
    return np.moveaxis(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 2, 0)


def painting(photo: Photo, coverage: np.ndarray | None = None, **layer: object) -> DocumentState:
    mask = TileMask.full(photo.height, photo.width) if coverage is None else TileMask.from_array(coverage)
    return DocumentState((replace(LayerState("Colour", mask), **layer),))  # type: ignore[arg-type]


def whole(photo: Photo, state: DocumentState, level: int = 0) -> np.ndarray:
    height, width = level_size(photo.height, photo.width, level)
    return np.asarray(Compositor(photo).region(state, level, Rect(0, 0, width, height)))


def lightness(codes: np.ndarray) -> np.ndarray:
    """L* of codes (…, 3) in double precision, by the standard's formulas alone."""
    code = codes.astype(np.float64) / np.iinfo(codes.dtype).max
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    Y = linear @ np.array([0.2126390058715104, 0.7151686787677559, 0.0721923153607337])
    return 116 * np.where(Y > (6 / 29) ** 3, np.cbrt(Y), Y / (3 * (6 / 29) ** 2) + 4 / 29) - 16


def some_coverage(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Coverage with bare, soft and fully painted places, and specks of every value."""
    rng = np.random.default_rng(seed)
    soft = cv2.resize(rng.normal(0.4, 0.6, (8, 8)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    coverage = np.clip(soft * 255, 0, 255).astype(np.uint8)
    specks = rng.random((height, width)) < 0.02
    coverage[specks] = rng.integers(0, 256, int(specks.sum()))
    return coverage


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("source", [NEURAL, ORIGINAL], ids=lambda source: source.id)
def test_nothing_spills(dtype: type[np.unsignedinteger], source: ColourSource) -> None:
    photo = Photo.from_rgb(picture(300, 520, dtype))
    coverage = some_coverage(300, 520)
    out = whole(photo, painting(photo, coverage, source=source, field=field_of(photo, (80, -90))))
    bare = coverage == 0
    assert 0.1 < bare.mean() < 0.9
    np.testing.assert_array_equal(out[bare], np.repeat(photo.grey[bare][:, None], 3, axis=1))
    assert (out[coverage > 100] != photo.grey[coverage > 100][:, None]).any(axis=1).mean() > 0.9


@pytest.mark.parametrize("dtype", DEPTHS)
def test_without_paint_the_grey_photo_comes_out(dtype: type[np.unsignedinteger]) -> None:
    photo = Photo.from_rgb(picture(300, 300, dtype))
    full = TileMask.full(300, 300)
    nothing = LayerState("Colour", TileMask.empty(300, 300), field=field_of(photo, (50, 50)))
    hidden = LayerState("Colour", full, visible=False, source=ORIGINAL)
    unanswered = LayerState("Colour", full)
    clear = LayerState("Colour", full, opacity=0.0, source=ORIGINAL)
    for layers in ((), (nothing,), (hidden,), (unanswered,), (clear,), (nothing, hidden, unanswered, clear)):
        out = whole(photo, DocumentState(layers))
        np.testing.assert_array_equal(out, np.repeat(photo.grey[:, :, None], 3, axis=2))


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("level", [0, 2])
def test_the_original_painted_fully_is_the_original(dtype: type[np.unsignedinteger], level: int) -> None:
    photo = Photo.from_rgb(picture(300, 520, dtype))
    out = whole(photo, painting(photo, source=ORIGINAL), level)
    np.testing.assert_array_equal(out, photo.source_level(level))
    coverage = some_coverage(300, 520)
    part = whole(photo, painting(photo, coverage, source=ORIGINAL))
    assert photo.source is not None
    np.testing.assert_array_equal(part[coverage == 255], photo.source[coverage == 255])


def test_the_original_of_a_grey_photo_is_its_grey() -> None:
    grey = np.random.default_rng(0).integers(0, 65536, (90, 80)).astype(np.uint16)
    photo = Photo.from_rgb(grey)
    out = whole(photo, painting(photo, some_coverage(90, 80), source=ORIGINAL))
    np.testing.assert_array_equal(out, np.repeat(grey[:, :, None], 3, axis=2))


@pytest.mark.parametrize(("dtype", "most"), [(np.uint8, 0.35), (np.uint16, 0.005)])
@pytest.mark.parametrize("ab", [(110, 110), (110, -110), (-110, 110), (-110, -110), (0, -110), (60, 20), (3, -2)])
@pytest.mark.parametrize("cover", [255, 130, 1])
def test_the_light_is_never_touched(
    dtype: type[np.unsignedinteger], most: float, ab: tuple[float, float], cover: int
) -> None:
    top = np.iinfo(dtype).max
    ramp = np.round(np.linspace(0, top, 512 * 32)).astype(dtype).reshape(32, 512)  # every lightness there is
    photo = Photo.from_rgb(ramp)
    out = whole(photo, painting(photo, np.full(ramp.shape, cover, np.uint8), field=field_of(photo, ab)))
    assert np.abs(lightness(out) - lightness(np.stack([ramp] * 3, axis=-1))).max() <= most


@pytest.mark.parametrize(("dtype", "most"), [(np.uint8, 0.35), (np.uint16, 0.005)])
def test_nor_by_layers_over_each_other_nor_by_the_original(dtype: type[np.unsignedinteger], most: float) -> None:
    photo = Photo.from_rgb(picture(256, 256, dtype))
    colour = field_of(photo, random_ab(photo, strength=60))
    below = LayerState("a", TileMask.from_array(some_coverage(256, 256, 1)), source=ORIGINAL, opacity=0.9)
    above = LayerState("b", TileMask.from_array(some_coverage(256, 256, 2)), field=colour, opacity=0.6)
    out = whole(photo, DocumentState((below, above)))
    assert np.abs(lightness(out) - lightness(np.stack([photo.grey] * 3, axis=-1))).max() <= most


PHOTO = Photo.from_rgb(picture(530, 600))
STATE = DocumentState(
    (
        LayerState("a", TileMask.from_array(some_coverage(530, 600, 1)), source=ORIGINAL, opacity=1.0),
        LayerState(
            "b", TileMask.from_array(some_coverage(530, 600, 2)), field=field_of(PHOTO, random_ab(PHOTO)), opacity=0.8
        ),
    )
)
WHOLE = {level: whole(PHOTO, STATE, level) for level in (0, 1, 2)}


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from([0, 1, 2]))
def test_the_picture_is_the_same_however_it_is_cut(data: st.DataObject, level: int) -> None:
    height, width = WHOLE[level].shape[:2]
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    rect = Rect(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    out = Compositor(PHOTO).region(STATE, level, rect)
    np.testing.assert_array_equal(out, WHOLE[level][rect.slices])


def test_rows_and_tiles_are_the_same_picture_too() -> None:
    compositor = Compositor(PHOTO)
    np.testing.assert_array_equal(np.concatenate(list(compositor.rows(STATE))), WHOLE[0])
    np.testing.assert_array_equal(compositor.tile(STATE, 0, 2, 2), WHOLE[0][512:, 512:])
    np.testing.assert_array_equal(compositor.region(STATE, 1, Rect(-50, -50, 5000, 5000)), WHOLE[1])


def as_from_a_camera(name: str) -> Photo:
    """About nine megapixels with a camera's softness at 100 % and its grain."""
    if name == "synthetic":
        small = picture(400, 600, coarsest=128)
    else:
        small = np.asarray(getattr(pytest.importorskip("skimage.data"), name)())
    large = cv2.resize(small, None, fx=6, fy=6, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    grain = np.random.default_rng(0).normal(0, 8, large.shape[:2]).astype(np.float32)
    large += cv2.GaussianBlur(grain, (0, 0), 0.7)[:, :, None]
    return Photo.from_rgb(np.clip(np.round(large), 0, 255).astype(np.uint8))


@pytest.mark.parametrize("name", ["synthetic", "astronaut", "coffee"])
def test_the_view_at_a_quarter_shows_what_is_exported(name: str) -> None:
    colour = pytest.importorskip("skimage.color")
    photo = as_from_a_camera(name)
    lab = rgb_to_lab(SRGB.decode(photo.source_level(2)), SRGB)
    size = fitted_size(photo.height, photo.width, 256)
    ab = np.moveaxis(cv2.resize(lab[:, :, 1:], size[::-1], interpolation=cv2.INTER_AREA), 2, 0)
    state = painting(photo, field=field_of(photo, ab))
    seen = whole(photo, state, 2)
    export = whole(photo, state).astype(np.uint16) * 257  # so that reducing it rounds nothing away
    reduced = cv2.resize(export, seen.shape[1::-1], interpolation=cv2.INTER_AREA)
    labs = (rgb_to_lab(SRGB.decode(np.asarray(codes)), SRGB) for codes in (seen, reduced))
    assert np.quantile(colour.deltaE_ciede2000(*labs), 0.99) <= 1.0


@lru_cache(maxsize=1)
def print_size_photo() -> Photo:
    small = np.random.default_rng(0).normal(135, 25, (500, 750)).astype(np.float32)
    codes = np.clip(cv2.resize(small, (6000, 4000)), 20, 235) * np.float32(257)
    return Photo.from_rgb(codes.astype(np.uint16))  # 16 bit: a light brush's chroma must not drown in rounding


class TestRims:
    """On 24 megapixels, where one network pixel is 23 photo pixels wide, no painted edge goes grey."""

    height, width = 4000, 6000

    def coverage(self, kind: str) -> np.ndarray:
        canvas = np.zeros((self.height, self.width), np.uint8)
        if kind == "stroke":
            cv2.line(canvas, (2010, 1503), (2740, 1810), 255, 8)
        elif kind == "light brush":
            cv2.circle(canvas, (2400, 1650), 150, 77, -1)
        else:
            y, x = np.ogrid[1200:2100, 1950:2850]
            distance = np.hypot(y - 1650, x - 2400)
            canvas[1200:2100, 1950:2850] = np.clip((420 - distance) / 200, 0, 1) * 255
        return canvas

    @pytest.mark.parametrize("kind", ["stroke", "light brush", "feather"])
    def test_the_edge_is_as_colourful_as_the_inside(self, kind: str) -> None:
        photo = print_size_photo()
        coverage = self.coverage(kind)
        mask = TileMask.from_array(coverage)
        size = fitted_size(self.height, self.width, 256)
        support = support_of(mask.presence(*size))
        ab = random_ab(photo, strength=8) + np.float32([35, -20])[:, None, None]
        known = field_of(photo, ab * support, support)  # the network leaves nothing outside its mask
        complete = field_of(photo, ab)
        rect = Rect(1900, 1150, 1000, 1000)
        chroma = []
        for field in (known, complete):
            state = painting(photo, coverage, field=field)
            codes = Compositor(photo).region(state, 0, rect)
            chroma.append(np.hypot(*np.moveaxis(rgb_to_lab(SRGB.decode(codes), SRGB)[:, :, 1:], 2, 0)))
        painted = coverage[rect.slices]
        most = painted.max()
        inside = painted == most
        core = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        edge = inside & ~core
        assert edge.sum() > 500
        assert (chroma[0][edge] / chroma[1][edge]).min() >= 0.95
        if kind != "stroke":
            assert np.median(chroma[0][edge]) >= 0.95 * np.median(chroma[0][core])
        soft = painted > 40
        assert (chroma[0][soft] / chroma[1][soft]).min() >= 0.9

    def test_a_thin_light_stroke_is_not_lost(self) -> None:
        photo = print_size_photo()
        canvas = np.zeros((self.height, self.width), np.uint8)
        cv2.line(canvas, (2000, 1500), (2500, 1500), 60, 1)
        mask = TileMask.from_array(canvas)
        support = support_of(mask.presence(*fitted_size(self.height, self.width, 256)))
        state = painting(photo, canvas, field=field_of(photo, (50, 40), support))
        row = Compositor(photo).region(state, 0, Rect(2000, 1500, 500, 1))[0].astype(int)
        assert (row[:, 0] - row[:, 2]).min() > 5


def test_an_upper_layer_covers_a_lower_one() -> None:
    photo = Photo.from_rgb(picture(64, 64))
    red, blue = field_of(photo, (60, 40)), field_of(photo, (10, -60))
    full = TileMask.full(64, 64)
    lower, upper = LayerState("r", full, field=red), LayerState("b", full, field=blue)
    both = whole(photo, DocumentState((lower, upper)))
    np.testing.assert_array_equal(both, whole(photo, DocumentState((upper,))))
    original = replace(lower, source=ORIGINAL)
    assert (whole(photo, DocumentState((original, replace(upper, opacity=0.5)))) != photo.source).any()
    np.testing.assert_array_equal(whole(photo, DocumentState((upper, original))), photo.source)


def test_cached_tiles_hold_no_old_answer_and_stay_within_their_budget() -> None:
    photo = Photo.from_rgb(picture(512, 512))
    compositor = Compositor(photo, cache_bytes=3 * 256 * 256 * 3 * 4)
    gone = []
    for seed in range(4):
        field = field_of(photo, random_ab(photo, seed))
        gone.append(weakref.ref(field))
        fresh = whole(photo, painting(photo, field=field))
        for _ in range(2):
            np.testing.assert_array_equal(
                compositor.region(painting(photo, field=field), 0, Rect(0, 0, 512, 512)), fresh
            )
        assert compositor.cached_bytes <= 3 * 256 * 256 * 3 * 4
    del field
    gc.collect()
    assert all(reference() is None for reference in gone)


def test_a_new_answer_shows_at_once() -> None:
    photo = Photo.from_rgb(picture(128, 128))
    compositor = Compositor(photo)
    before = compositor.tile(painting(photo, field=field_of(photo, (50, 0))), 0, 0, 0)
    after = compositor.tile(painting(photo, field=field_of(photo, (-50, 0))), 0, 0, 0)
    assert (before[:, :, 0].astype(int) - after[:, :, 0]).mean() > 20


def test_export_displaces_nothing() -> None:
    photo = Photo.from_rgb(picture(300, 300))
    compositor = Compositor(photo)
    list(compositor.rows(painting(photo, field=field_of(photo, (40, 10)))))
    assert compositor.cached_bytes == 0


def test_sixteen_bits_are_shown_in_eight_correctly_rounded() -> None:
    codes = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    np.testing.assert_array_equal(display8(codes), np.round(codes / 257.0).astype(np.uint8))
    eight = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(display8(eight), eight)
