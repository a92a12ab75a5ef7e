"""Where the network looks: near what is painted, with enough around it, on pixels that all answers share."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.chroma import Chroma, fit, support_of
from app.document.geometry import Rect
from app.document.photo import Photo, fitted_size
from app.jobs.crop import CONTEXT, FLATTEST, STEP, PhotoViews, View, laid_out, on_grid, view_for

LONG_SIDE = 256


def presence(size: tuple[int, int], box: tuple[float, float, float, float]) -> np.ndarray:
    """(h, w) at the usual network size; box: left, top, right, bottom as shares of the photo."""
    h, w = fitted_size(*size, LONG_SIDE)
    mask = np.zeros((h, w), np.uint8)
    left, top, right, bottom = box
    mask[
        int(top * h) : max(int(top * h) + 1, int(bottom * h)), int(left * w) : max(int(left * w) + 1, int(right * w))
    ] = 1
    return mask


sizes = st.tuples(st.integers(60, 6000), st.integers(60, 6000)).filter(lambda s: max(s) <= 8 * min(s))
share = st.floats(0, 0.99)


@settings(max_examples=200)
@given(size=sizes, left=share, top=share, width=st.floats(0, 0.5), height=st.floats(0, 0.5))
def test_a_crop_shows_the_box_and_its_surroundings(
    size: tuple[int, int], left: float, top: float, width: float, height: float
) -> None:
    mask = presence(size, (left, top, min(1, left + width), min(1, top + height)))
    view = view_for(mask, size)
    rect, (gh, gw) = view.rect, view.grid
    assert Rect(0, 0, gw, gh).contains(rect)
    assert view == view_for(mask.copy(), size)
    if view.is_whole:
        assert view.grid == mask.shape
        return
    assert max(view.grid) <= max(size), "no more pixels than the photo has"
    assert max(rect.width, rect.height) == LONG_SIDE, "costs what the whole photo costs"
    assert min(rect.width, rect.height) >= min(FLATTEST * LONG_SIDE, gh, gw) - 1
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    for first, count, cells, covered, length in (
        (rect.y, rect.height, gh, rows, mask.shape[0]),
        (rect.x, rect.width, gw, columns, mask.shape[1]),
    ):
        low, high = covered[0] * cells / length, (covered[-1] + 1) * cells / length
        around = max(high - low, CONTEXT * cells)
        assert first <= max(low - around, 0) + 1e-6
        assert first + count >= min(high + around, cells) - 1e-6


def test_little_gets_a_crop_much_and_nothing_do_not() -> None:
    size = (2000, 3000)
    assert max(view_for(presence(size, (0.48, 0.5, 0.52, 0.54)), size).grid) == 512
    assert max(view_for(presence(size, (0.4, 0.4, 0.58, 0.55)), size).grid) == 362
    for box in ((0.1, 0.1, 0.9, 0.2), (0.3, 0.1, 0.4, 0.8), (0, 0, 1, 1)):
        assert view_for(presence(size, box), size).is_whole
    assert view_for(np.zeros((171, 256), np.uint8), size).is_whole
    assert view_for(presence((200, 300), (0.5, 0.5, 0.52, 0.52)), (200, 300)).is_whole, "a small photo has no more"


def test_a_growing_stroke_moves_the_crop_rarely() -> None:
    size = (4000, 6000)
    mask = np.zeros(fitted_size(*size, LONG_SIDE), np.uint8)
    views = []
    for x in range(60, 200):
        cv2.line(mask, (60, 80), (x, 80 + (x - 60) // 10), 1, 3)
        views.append(view_for(mask, size))
    changes = [one != other for one, other in itertools.pairwise(views)]
    assert sum(changes) <= 5
    assert views[0].grid > views[-1].grid
    assert views[-1].is_whole
    for view in views:
        at_edge = view.rect.x in (0, view.grid[1] - view.rect.width)
        assert view.rect.x % STEP == 0 or at_edge


@pytest.fixture
def photo() -> Photo:
    rng = np.random.default_rng(0)
    coarse = rng.integers(40, 220, (30, 40)).astype(np.uint8)
    return Photo.from_rgb(np.asarray(cv2.resize(coarse, (1200, 900), interpolation=cv2.INTER_CUBIC)))


def test_a_view_is_a_part_of_the_photo_and_known_again(photo: Photo) -> None:
    views = PhotoViews(photo)
    view = view_for(presence((900, 1200), (0.7, 0.7, 0.75, 0.75)), (900, 1200))
    assert not view.is_whole
    L = views.lightness(view)
    assert np.array_equal(L, photo.lightness_at(max(view.grid))[view.rect.slices])
    assert views.lightness(View.whole(192, 256)) is views.whole((192, 256))
    assert views.lightness(view) is L
    for x in range(0, 160, STEP):
        views.lightness(replace(view, rect=view.rect._replace(x=x, y=0)))
    again = views.lightness(view)
    assert again is not L
    assert np.array_equal(again, L)


def test_an_answer_lies_where_it_was_seen(photo: Photo) -> None:
    views, size = PhotoViews(photo), (900, 1200)
    mask = presence(size, (0.5, 0.5, 0.6, 0.6))
    view = view_for(mask, size)
    support = support_of(np.asarray(cv2.resize(mask, view.grid[::-1], interpolation=cv2.INTER_NEAREST), np.uint8))
    known = support[view.rect.slices]
    ab = np.random.default_rng(1).normal(0, 20, (2, *known.shape)).astype(np.float32)
    chroma = laid_out(ab, known, view, views, view.grid, support)
    assert np.array_equal(chroma.support, support)
    inside = np.broadcast_to(known > 0, ab.shape)
    assert np.array_equal(chroma.ab[(slice(None), *view.rect.slices)][inside], ab[inside].astype(np.float16))


def test_on_a_finer_grid_the_light_leads_the_colours(photo: Photo) -> None:
    """Colours that are a straight line on lightness come back as that line, not blurred; nothing beside the support."""
    views, fine = PhotoViews(photo), (384, 512)
    view = View.whole(192, 256)
    coarse, L = views.whole(view.grid), views.whole(fine)
    ab = np.stack([0.5 * coarse - 20, 30 - 0.4 * coarse])
    truth = np.stack([0.5 * L - 20, 30 - 0.4 * L])
    support = np.zeros(fine, np.uint8)
    support[100:330, 200:420] = 1
    known = np.ones(view.grid, np.uint8)
    chroma = laid_out(ab, known, view, views, fine, support)
    blurred = np.stack([cv2.resize(plane, fine[::-1], interpolation=cv2.INTER_CUBIC) for plane in ab])
    covered = np.broadcast_to(support > 0, ab.shape[:1] + fine)
    ours, plain = (np.abs(planes - truth)[covered].mean() for planes in (chroma.ab.astype(np.float32), blurred))
    assert ours < 0.7 * plain
    assert np.array_equal(chroma.support, support)
    assert (chroma.ab[:, support == 0] == 0).all()


def test_a_field_can_stand_beside_an_answer_of_another_grid(photo: Photo) -> None:
    size, guide = (900, 1200), photo.lightness_at(512)
    ab = np.full((2, 192, 256), 12, np.float32)
    ambient = fit(Chroma.of(ab, np.ones((192, 256), np.uint8)), guide, size)
    assert on_grid(ambient, (192, 256)) is ambient
    support = np.zeros((384, 512), np.uint8)
    support[100:140, 100:140] = 1
    crop = Chroma.of(np.full((2, 384, 512), -20, np.float32), support)
    field = fit(crop, guide, size, fallback=on_grid(ambient, (384, 512)))
    lightness = photo.space.lightness_of_codes(photo.grey)[:256, :256]
    values = field.evaluate_tile(np.ascontiguousarray(lightness), 0, 1, 1)
    tile = field.evaluate_tile(np.ascontiguousarray(lightness), 0, 0, 0)
    assert tile[:200, :200] == pytest.approx(12, abs=0.5)
    assert values[10, 10] == pytest.approx(-20, abs=0.5)
