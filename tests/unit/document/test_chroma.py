"""Small chroma at full size: true to the answer, crisp at edges, quiet on grain, no fading at the rim."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.chroma import GUIDE_LONG_SIDE, Chroma, ChromaField, fit, merge, support_of
from app.document.gamut import rgb_to_lab
from app.document.geometry import TILE, level_size, tile_grid, tile_rect
from app.document.photo import Photo, fitted_size
from app.document.space import SRGB


def whole(field: ChromaField, lightness: np.ndarray, level: int = 0) -> np.ndarray:
    """(h, w, 2): every tile of a level put together."""
    ab = np.empty((*lightness.shape, 2), np.float32)
    rows, columns = tile_grid(*lightness.shape)
    for ty in range(rows):
        for tx in range(columns):
            place = tile_rect(ty, tx).clip(*lightness.shape).slices
            ab[place] = field.evaluate_tile(lightness[place], level, ty, tx)
    return ab


def resized(picture: np.ndarray, size: tuple[int, int], how: int = cv2.INTER_AREA) -> np.ndarray:
    return np.asarray(cv2.resize(picture, size[::-1], interpolation=how), np.float32)


def answer(ab: np.ndarray, support: np.ndarray | None = None) -> Chroma:
    """The chroma of (h, w, 2) a*b*."""
    return Chroma.of(np.moveaxis(ab, 2, 0), np.ones(ab.shape[:2], np.uint8) if support is None else support)


def restored(lightness: np.ndarray, ab: np.ndarray, network: int, guide: int) -> np.ndarray:
    """True a*b* (H, W, 2) made as small as the network's answers and brought back."""
    size = lightness.shape
    small = answer(resized(ab, fitted_size(*size, network)))
    return whole(fit(small, resized(lightness, fitted_size(*size, guide)), size), lightness)


def textured(height: int, width: int, seed: int = 0, contrast: float = 6.0) -> np.ndarray:
    """L* of a surface with structure at every scale."""
    rng = np.random.default_rng(seed)
    lightness = np.full((height, width), 55, np.float32)
    for cell in (4, 16, 64):
        coarse = rng.normal(0, contrast / 2, (height // cell + 2, width // cell + 2)).astype(np.float32)
        lightness += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(lightness, 2, 98)


def test_one_colour_comes_back_as_one_colour() -> None:
    lightness = textured(600, 900)
    ab = np.broadcast_to(np.float32([30, -45]), (600, 900, 2))
    np.testing.assert_allclose(restored(lightness, ab, 64, 256), ab, atol=0.02)


def test_colour_that_is_a_line_on_lightness_comes_back_exactly_at_every_detail() -> None:
    lightness = textured(600, 900, contrast=20)
    ab = np.stack([0.5 * lightness - 20, 30 - 0.4 * lightness], axis=-1)
    error = np.abs(restored(lightness, ab, 128, 512) - ab)
    plain = np.abs(resized(resized(ab, (85, 128)), (600, 900), cv2.INTER_LINEAR) - ab)
    assert error.mean() < 0.5 * plain.mean()


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_real_colours_come_back_better_than_by_bilinear_enlargement(name: str) -> None:
    data = pytest.importorskip("skimage.data")
    lab = rgb_to_lab(SRGB.decode(getattr(data, name)()), SRGB)
    lightness, ab = np.ascontiguousarray(lab[:, :, 0]), np.ascontiguousarray(lab[:, :, 1:])
    for network, guide in ((256, 1024), (64, 256)):
        small = resized(ab, fitted_size(*lightness.shape, network))
        bilinear = resized(small, lightness.shape, cv2.INTER_LINEAR)
        ours = restored(lightness, ab, network, guide)
        assert np.hypot(*np.moveaxis(ours - ab, 2, 0)).mean() < 0.9 * np.hypot(*np.moveaxis(bilinear - ab, 2, 0)).mean()


def test_an_edge_is_crisp_and_has_no_halo() -> None:
    lightness, ab = np.full((512, 1024), 70, np.float32), np.zeros((512, 1024, 2), np.float32)
    lightness[:, 517:], ab[:, 517:] = 35, (50, 30)
    result = restored(lightness, ab, 64, 256)[256]
    assert result.min() >= -2
    assert (result - ab[:, 517:].max(axis=(0, 1))).max() <= 2
    error = np.abs(result - ab[256]).max(axis=1)
    bilinear = resized(resized(ab, (32, 64)), (512, 1024), cv2.INTER_LINEAR)[256]
    assert error.sum() < 0.35 * np.abs(bilinear - ab[256]).max(axis=1).sum()


def test_an_edge_without_contrast_is_smooth_and_stays_clean_on_grain() -> None:
    grain = np.random.default_rng(0).normal(0, 2, (512, 1024)).astype(np.float32)
    lightness, ab = grain + 60, np.zeros((512, 1024, 2), np.float32)
    ab[:, 500:] = (60, -40)
    result = restored(lightness, ab, 64, 256)
    assert result[..., 0].min() >= -2
    assert result[..., 0].max() <= 62
    speckle = result[:, :, 0] - cv2.blur(result[:, :, 0], (1, 41))
    assert speckle.std() < 0.5


def test_grain_colours_nothing() -> None:
    grain = np.random.default_rng(1).normal(0, 3, (768, 1024)).astype(np.float32)
    smooth = resized(np.random.default_rng(2).normal(0, 25, (6, 8, 2)).astype(np.float32), (768, 1024), cv2.INTER_CUBIC)
    noisy = restored(textured(768, 1024) + grain, smooth, 256, 1024)
    assert np.abs(noisy - restored(textured(768, 1024), smooth, 256, 1024)).mean() < 0.25


def test_colour_does_not_fade_at_the_rim_of_its_support() -> None:
    lightness = textured(512, 1024)
    support = np.zeros((32, 64), np.uint8)
    support[10:20, 12:50] = 1
    field = fit(answer(np.full((32, 64, 2), 40.0), support), resized(lightness, (128, 256)), (512, 1024))
    covered = np.s_[160 - 16 : 320 + 16, 192 - 16 : 800 + 16]  # even one network pixel beyond the support
    np.testing.assert_allclose(whole(field, lightness)[covered], 40.0, atol=2.1)
    assert not whole(field, lightness)[:, 950:].any()


def test_the_fallback_shows_only_where_the_answer_cannot_reach() -> None:
    rng = np.random.default_rng(3)
    lightness = textured(512, 1024)
    guide, size = resized(lightness, (128, 256)), (512, 1024)
    support = np.zeros((32, 64), np.uint8)
    support[10:20, 12:40] = 1
    known = fit(answer(rng.normal(0, 30, (32, 64, 2))), guide, size)
    small = answer(rng.normal(0, 30, (32, 64, 2)), support)
    alone, helped = fit(small, guide, size), fit(small, guide, size, fallback=known)
    near = cv2.dilate(support, np.ones((5, 5), np.uint8))
    near = resized(near, (512, 1024), cv2.INTER_NEAREST) > 0
    far = resized(cv2.dilate(support, np.ones((15, 15), np.uint8)), (512, 1024), cv2.INTER_NEAREST) == 0
    one, two, three = (whole(field, lightness) for field in (alone, helped, known))
    np.testing.assert_array_equal(two[near], one[near])
    np.testing.assert_array_equal(two[far], three[far])
    assert not one[far].any()


def test_a_fallback_of_another_size_is_refused() -> None:
    small = answer(np.zeros((4, 4, 2)), np.eye(4, dtype=np.uint8) * 0)
    other = fit(small, np.zeros((8, 8), np.float32), (64, 64))
    with pytest.raises(ValueError, match="fallback"):
        fit(small, np.zeros((16, 16), np.float32), (64, 64), fallback=other)


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 600), st.integers(1, 600), st.integers(0, 3), st.integers(0, 1000))
def test_tiles_meet_exactly_at_any_size_and_level(height: int, width: int, level: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = fitted_size(height, width, 40)
    field = fit(
        answer(rng.normal(0, 30, (*network, 2))),
        rng.uniform(0, 100, fitted_size(height, width, 100)).astype(np.float32),
        (height, width),
    )
    h, w = level_size(height, width, level)
    lightness = rng.uniform(0, 100, (h, w)).astype(np.float32)
    grid = field._grid(level)
    reference = untiled(grid, lightness, level, (height, width))
    assert field.limits is not None
    limits = untiled(field.limits, None, level, (height, width), (h, w))
    reference = np.clip(np.clip(reference, limits[:, :, :2], limits[:, :, 2:]), -128, 128)
    assert np.abs(whole(field, lightness, level) - reference).max() <= 0.02


def untiled(
    grid: np.ndarray,
    lightness: np.ndarray | None,
    level: int,
    photo_size: tuple[int, int],
    size: tuple[int, int] | None = None,
) -> np.ndarray:
    """A grid sampled for the whole level at once, in double precision, by a formula of its own."""
    h, w = size or np.asarray(lightness).shape
    weights = []
    for count, side, cells in ((h, photo_size[0], grid.shape[0]), (w, photo_size[1], grid.shape[1])):
        at = np.clip((np.arange(count) + 0.5) * 2**level * cells / side - 0.5, 0, cells - 1)
        weights.append(np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(cells))))
    sampled = np.einsum("yi,xj,ijc->yxc", weights[0], weights[1], grid.astype(np.float64), optimize=True)
    return sampled if lightness is None else sampled[:, :, :2] * lightness[:, :, None] + sampled[:, :, 2:]


@pytest.mark.parametrize("network", [(1, 256), (256, 1), (1, 1), (3, 2)])
def test_photos_of_one_row_or_column_work(network: tuple[int, int]) -> None:
    photo = Photo.from_rgb(np.full((network[0] * 7, network[1] * 7), 90, np.uint8))
    guide = photo.lightness_at(GUIDE_LONG_SIDE)
    field = fit(answer(np.full((*network, 2), 12.0)), guide, (photo.height, photo.width))
    lightness = SRGB.lightness_of_codes(photo.grey)
    np.testing.assert_allclose(whole(field, lightness), 12.0, atol=0.01)


def test_wild_answers_stay_within_reach() -> None:
    wild = Chroma.of(np.float32([[[np.nan, 500.0]], [[-500.0, np.inf]]]), np.ones((1, 2), np.uint8))
    np.testing.assert_array_equal(wild.ab, np.float16([[[0, 128]], [[-128, 0]]]))
    assert not wild.ab.flags.writeable
    with pytest.raises(ValueError, match="belong together"):
        Chroma(np.zeros((2, 3, 3), np.float16), np.zeros((3, 4), np.uint8))


def test_support_reaches_two_pixels_past_the_presence() -> None:
    presence = np.zeros((9, 9), np.uint8)
    presence[4, 4] = 1
    expected = np.zeros((9, 9), np.uint8)
    expected[2:7, 2:7] = 1
    np.testing.assert_array_equal(support_of(presence), expected)


class TestMerge:
    """Painted colour stays."""

    old_support = np.zeros((60, 80), np.uint8)
    old_support[:, :30] = 1
    new_support = np.zeros((60, 80), np.uint8)
    new_support[:, 10:] = 1

    def both(self, noise: float = 0.0) -> tuple[Chroma, Chroma]:
        rng = np.random.default_rng(0)
        columns = np.arange(80, dtype=np.float32)[None, :, None] * np.float32([0.2, -0.1])
        base = np.broadcast_to(columns, (60, 80, 2)) + rng.normal(0, noise, (60, 80, 2))
        return answer(base + 12.0, self.old_support), answer(base - 5.0, self.new_support)

    def test_the_old_is_kept_bit_for_bit(self) -> None:
        old, new = self.both(noise=3.0)
        merged = merge(old, new)
        np.testing.assert_array_equal(merged.ab[:, self.old_support > 0], old.ab[:, self.old_support > 0])
        np.testing.assert_array_equal(merged.support, self.old_support | self.new_support)

    def test_the_new_meets_it_without_a_step(self) -> None:
        old, new = self.both()
        steps = np.abs(np.diff(merge(old, new).ab.astype(np.float32)[:, 30], axis=1))
        assert steps.max() < 2.5  # 17 units apart, met over eighteen pixels

    def test_far_away_the_new_is_itself(self) -> None:
        old, new = self.both(noise=3.0)
        np.testing.assert_array_equal(merge(old, new).ab[:, :, 49:], new.ab[:, :, 49:])

    def test_nothing_old_means_all_new(self) -> None:
        _, new = self.both()
        assert merge(None, new) is new
        assert merge(answer(np.ones((60, 80, 2)), np.zeros((60, 80), np.uint8)), new) is new

    def test_apart_they_keep_their_own(self) -> None:
        left, right = np.zeros((60, 80), np.uint8), np.zeros((60, 80), np.uint8)
        left[:, :9], right[:, 70:] = 1, 1
        old, new = answer(np.full((60, 80, 2), 9.0), left), answer(np.full((60, 80, 2), -9.0), right)
        np.testing.assert_array_equal(merge(old, new).ab, (old.ab.astype(np.float32) + new.ab).astype(np.float16))

    def test_sizes_must_agree(self) -> None:
        with pytest.raises(ValueError, match="do not merge"):
            merge(answer(np.ones((3, 4, 2))), answer(np.ones((4, 3, 2))))


def test_a_tile_is_no_larger_than_the_photo() -> None:
    field = fit(answer(np.ones((6, 8, 2))), np.full((96, 128), 50, np.float32), (300, 400))
    assert field.evaluate_tile(np.full((300 - TILE, 400 - TILE), 50, np.float32), 0, 1, 1).shape == (44, 144, 2)
