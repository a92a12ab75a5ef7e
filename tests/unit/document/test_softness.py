"""Feather and density: against a blur of the whole array, seamless, bare where it should be, and never stale."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.document.brush import Brush
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import TILE, Rect, level_size, tile_rect, tiles
from app.document.layer import LayerState
from app.document.photo import Photo
from app.document.softness import SoftMask
from app.document.sources.original import ORIGINAL
from app.document.tiles import EMPTY, FULL, Tile, TileMask

Coverage = npt.NDArray[np.uint8]

FEATHERS = [1, 2, 5, 15, 24.1, 40, 63, 100, 300, 1000]
"""Whose blurs are made of level 0 (up to σ = 12) and of each coarser one."""


def drawing(height: int = 700, width: int = 900, seed: int = 1) -> Coverage:
    """Strokes, a block in the corner, a thin light line and a bar beside the edge."""
    rng = np.random.default_rng(seed)
    coverage = np.zeros((height, width), np.uint8)
    points = rng.integers(0, min(height, width), (7, 2)).astype(np.int32)
    cv2.polylines(coverage, [points], False, 255, 40, cv2.LINE_AA)
    coverage[-height // 4 :, -width // 3 :] = 255
    cv2.line(coverage, (5, height // 2), (width - 50, height // 3), 200, 1)
    coverage[20:30, width // 2 : width // 2 + 200] = 255
    return coverage


def naive(coverage: Coverage, feather: float) -> npt.NDArray[np.float32]:
    """A Gaussian blur of the whole array in which nothing counts beyond its edges."""
    side = 2 * max(1, round(2.5 * feather)) + 1  # 5σ

    def blur(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(plane, (side, side), feather / 2, borderType=cv2.BORDER_CONSTANT))

    return blur(coverage.astype(np.float32)) / blur(np.ones(coverage.shape, np.float32))


def at_level(mask: TileMask | SoftMask, size: tuple[int, int], level: int) -> Coverage:
    """The whole mip level, put together from tiles."""
    out = np.zeros(level_size(*size, level), np.uint8)
    for ty, tx in tiles(Rect(0, 0, out.shape[1], out.shape[0])):
        rect = tile_rect(ty, tx).clip(*out.shape)
        out[rect.slices] = mask.coverage(level, ty, tx)[: rect.height, : rect.width]
    return out


def reached(coverage: Coverage, reach: int) -> Coverage:
    side = 2 * reach + 1
    return np.asarray(cv2.dilate((coverage > 0).astype(np.uint8), np.ones((side, side), np.uint8)), np.uint8)


@pytest.mark.parametrize("feather", FEATHERS)
def test_it_is_the_blur_of_the_whole_mask(feather: float) -> None:
    coverage = drawing()
    out = SoftMask(TileMask.from_array(coverage), feather, 1.0).to_array()
    off = np.abs(out - naive(coverage, feather))
    assert off.max() <= 3
    assert off.mean() <= 0.6


@pytest.mark.parametrize("feather", FEATHERS)
def test_beyond_its_reach_it_is_exactly_nothing(feather: float) -> None:
    coverage = drawing()
    coverage[:, :300] = 0
    soft = SoftMask(TileMask.from_array(coverage), feather, 1.0)
    assert soft.reach == int(1.5 * feather)
    out = soft.to_array()
    assert not out[reached(coverage, soft.reach) == 0].any()
    bounds = soft.bounds()
    assert bounds is not None
    out[bounds.slices] = 0
    assert not out.any()


@pytest.mark.parametrize("feather", FEATHERS)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_zoomed_out_view_shows_the_same_softness(feather: float, level: int) -> None:
    soft = SoftMask(TileMask.from_array(drawing(704, 896)), feather, 1.0)
    size = 896 >> level, 704 >> level
    reduced = cv2.resize(soft.to_array().astype(np.float32), size, interpolation=cv2.INTER_AREA)
    off = np.abs(at_level(soft, (704, 896), level) - reduced)
    assert off.max() <= 10  # in the outermost pixels
    assert off.mean() <= 0.4
    assert np.quantile(off, 0.98) <= 2


@pytest.mark.parametrize("feather", [24.1, 40, 100, 300])
def test_a_wide_edge_has_neither_seams_nor_a_grid(feather: float) -> None:
    """Across tiles and the coarse grid the slope changes as slowly as the Gaussian's own."""
    coverage = np.zeros((512, 1200), np.uint8)
    coverage[:, 500:] = 255
    out = SoftMask(TileMask.from_array(coverage), feather, 1.0).to_array()
    assert (out == out[0]).all()
    row = out[0].astype(int)
    assert (np.diff(row) >= 0).all()
    sigma = feather / 2
    steepest = 255 / (sigma * np.sqrt(2 * np.pi))
    assert np.diff(row).max() <= steepest + 1.1
    assert abs(row[499] + row[500] - 255) <= 1


@pytest.mark.parametrize("feather", FEATHERS)
@pytest.mark.parametrize("size", [(700, 900), (257, 300), (1, 5)])
def test_what_is_full_to_the_photos_edge_stays_full(feather: float, size: tuple[int, int]) -> None:
    drawn = TileMask.from_array(np.full(size, 255, np.uint8))  # its tiles are FULL but for what is put in below
    ragged = np.full((TILE, TILE), 255, np.uint8)
    ragged[size[0] % TILE :, size[1] % TILE :] = 0
    last = (size[0] // TILE, size[1] // TILE)
    for mask in (TileMask.full(*size), drawn, drawn.with_tiles({last: Tile.of(ragged)})):
        soft = SoftMask(mask, feather, 1.0)
        assert (soft.to_array() == 255).all()
        assert (at_level(soft, size, 2) == 255).all()


@pytest.mark.parametrize("feather", FEATHERS)
def test_what_tiles_hold_beyond_the_photo_never_comes_in(feather: float) -> None:
    pixels = np.zeros((TILE, TILE), np.uint8)
    pixels[100:, 50:] = 255
    soft = SoftMask(TileMask.empty(100, 50).with_tiles({(0, 0): Tile.of(pixels)}), feather, 1.0)
    assert not soft.to_array().any()
    assert soft.bounds() is None
    assert soft.is_empty
    assert not soft.presence(20, 10).any()


@pytest.mark.parametrize("density", [0.0, 0.003, 0.3, 0.5, 0.99])
def test_density_scales_what_is_covered(density: float) -> None:
    coverage = drawing()
    mask = TileMask.from_array(coverage)
    for feather in (0, 30):
        blurred = SoftMask(mask, feather, 1.0).to_array()
        soft = SoftMask(mask, feather, density)
        np.testing.assert_array_equal(soft.to_array(), np.rint(blurred * density))
        assert soft.is_empty == (density == 0)
        assert (soft.bounds() is None) == (density == 0)
        assert soft.presence(20, 30).any() == (density != 0)


def test_the_ordinary_layer_reads_its_mask_itself() -> None:
    mask = TileMask.from_array(drawing())
    assert LayerState("Colour", mask).coverage is mask
    assert isinstance(LayerState("Colour", mask, feather=1.0).coverage, SoftMask)
    assert isinstance(LayerState("Colour", mask, density=0.9).coverage, SoftMask)


def test_coverage_at_a_point_is_that_of_its_pixel() -> None:
    soft = SoftMask(TileMask.from_array(drawing()), 40, 0.8)
    out = soft.to_array()
    for x, y in ((0.0, 0.0), (899.9, 699.9), (450.2, 25.7), (256.0, 255.9), (600.0, 600.0)):
        assert soft.at(x, y) == out[int(y), int(x)]
    assert soft.at(-0.1, 5) == soft.at(5, 700) == 0


@pytest.mark.parametrize("feather", [0, *FEATHERS])
@pytest.mark.parametrize("size", [(64, 82), (20, 26), (7, 9), (800, 1000)])
def test_the_network_sees_all_that_is_covered_and_little_more(feather: float, size: tuple[int, int]) -> None:
    coverage = drawing()
    coverage[:, :300] = 0
    for density in (1.0, 0.4):
        soft = SoftMask(TileMask.from_array(coverage), feather, density)
        present = soft.presence(*size)
        truly = TileMask.from_array(soft.to_array()).presence(*size)
        assert not (truly > present).any()
        blurred = naive(coverage, feather) if feather else coverage
        hardly = TileMask.from_array((blurred * density >= 0.25).astype(np.uint8)).presence(*size)
        assert not (present > cv2.dilate(hardly, np.ones((9, 9), np.uint8))).any()


CHOICES = [EMPTY, FULL, Tile.of(drawing(TILE, TILE, 3)), Tile.of(np.eye(TILE, dtype=np.uint8) * 255)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=6),
    st.sampled_from([0.7, 3, 11, 40, 90, 400]),
    st.sampled_from([0, 1, 2, 3]),
)
@example([(0, 0, 1), (0, 1, 2)], 0.7, 3)
@example([(1, 1, 2), (1, 1, 0)], 400, 0)
def test_kept_tiles_are_never_stale_and_change_only_where_it_is_told(
    changes: list[tuple[int, int, int]], feather: float, level: int
) -> None:
    """Masks of one family share what is kept; each must read as if it were alone."""
    size = 1000, 700
    masks = [TileMask.empty(*size)]
    shown = at_level(SoftMask(masks[0], feather, 1.0), size, level)
    for ty, tx, which in changes:
        masks.append(masks[-1].with_tiles({(ty, tx): CHOICES[which]}))
        new, old = SoftMask(masks[-1], feather, 1.0), SoftMask(masks[-2], feather, 1.0)
        fresh = at_level(SoftMask(TileMask(*size, masks[-1].default, masks[-1].tiles), feather, 1.0), size, level)
        rect = new.changed_since(old).scaled_out(level)
        shown[rect.slices] = at_level(new, size, level)[rect.slices]
        np.testing.assert_array_equal(shown, fresh)
    for mask in reversed(masks):
        alone = TileMask(*size, mask.default, mask.tiles)
        other = SoftMask(mask, feather + 1, 1.0)
        np.testing.assert_array_equal(
            at_level(other, size, level), at_level(SoftMask(alone, feather + 1, 1.0), size, level)
        )


def test_a_stroke_blurs_only_the_tiles_near_it_again() -> None:
    mask = TileMask.from_array(drawing(1024, 1024))
    before = SoftMask(mask, 40, 1.0)
    kept = {place: before.coverage(0, *place) for place in tiles(Rect(0, 0, 1024, 1024))}
    after = SoftMask(mask.with_tiles({(3, 3): CHOICES[3]}), 40, 1.0)
    again = {place for place, codes in kept.items() if after.coverage(0, *place) is not codes}
    assert again == {(2, 2), (2, 3), (3, 2), (3, 3)}


def test_what_is_kept_is_bounded() -> None:
    mask = TileMask.from_array(drawing(300, 300))
    for level in range(9):
        for feather in range(1, 80):
            SoftMask(mask, feather, 1.0).coverage(level, 0, 0)
    assert len(mask.softened) <= 9


PHOTO = Photo.from_rgb(np.random.default_rng(2).integers(0, 256, (700, 900, 3)).astype(np.uint8))


def original() -> Document:
    document = Document(PHOTO)
    document.set_source(ORIGINAL)
    document.set_mask(TileMask.from_array(drawing()))
    return document


@pytest.mark.parametrize("level", [0, 1, 3])
@pytest.mark.parametrize("feather", [0.7, 2, 12, 40, 200])
def test_everything_that_changes_is_announced(feather: float, level: int) -> None:
    """A picture repainted only where the document says so is the fresh picture, after every kind of edit."""
    document, compositor = original(), Compositor(PHOTO)
    whole = Rect(0, 0, *level_size(PHOTO.height, PHOTO.width, level)[::-1])
    shown = compositor.region(document.state, level, whole)

    def repaint(rect: Rect) -> None:
        part = rect.scaled_out(level)
        shown[part.slices] = compositor.region(document.state, level, part)

    def check() -> None:
        np.testing.assert_array_equal(shown, Compositor(PHOTO).region(document.state, level, whole))

    document.changed.connect(repaint)
    document.set_softness(feather, 0.9)
    check()
    document.begin_stroke(Brush(20))
    for point in ((120.0, 300.0), (180.0, 333.0), (300.0, 500.0)):
        document.extend_stroke([point])
        check()
    document.commit_stroke()
    document.begin_stroke(Brush(30), erase=True)
    document.extend_stroke([(800.0, 650.0), (500.0, 600.0)])
    check()
    document.abort_stroke()
    check()
    for step in (document.undo, document.undo, document.redo, document.redo, document.invert_mask, document.clear_mask):
        assert step()
        check()


def test_softness_is_undone_and_leaves_the_mask_alone() -> None:
    document = original()
    mask = document.state.layer.mask
    assert document.set_softness(40, 0.5)
    assert document.state.layer.mask is mask
    assert document.undo()
    assert document.state.layer.coverage is mask
    assert document.redo()
    assert (document.state.layer.feather, document.state.layer.density) == (40, 0.5)


def test_the_view_and_the_export_are_one_picture_of_a_feathered_layer() -> None:
    document = original()
    document.set_softness(60, 0.7)
    rows = np.concatenate(list(Compositor(PHOTO).rows(document.state)))
    compositor = Compositor(PHOTO)
    for rect in (Rect(0, 0, 900, 700), Rect(130, 200, 300, 111), Rect(255, 255, 2, 2)):
        np.testing.assert_array_equal(compositor.region(document.state, 0, rect), rows[rect.slices])
    soft = document.state.layer.coverage.to_array()
    np.testing.assert_array_equal(rows[soft == 0], np.repeat(PHOTO.grey[soft == 0][:, None], 3, axis=1))
