"""What is asked of every photo: masks, hints and strokes that depend on the photo and the seed alone."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from model import protocol
from model.masks import FAMILIES
from model.true_photos import TruePhoto


def photo(seed: int, name: str = "", labels: np.ndarray | None = None) -> TruePhoto:
    """Smooth colours around mid grey."""
    coarse = np.random.default_rng(seed).uniform(60, 200, (6, 6, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_LINEAR)
    return TruePhoto.of(name or f"photo-{seed}", smooth.astype(np.uint8), labels)


def halves(left: int = 3, right: int = 5) -> np.ndarray:
    labels = np.full((256, 256), left, np.uint8)
    labels[:, 128:] = right
    return labels


PHOTOS = [photo(seed) for seed in range(3)]


def test_material_depends_on_the_photo_not_on_the_limit() -> None:
    assert [list(protocol.masks_of(PHOTOS[0], place, 0)) for place in (0, 1)] != []
    first, second = (protocol.masks_of(PHOTOS[0], 4, 0) for _ in range(2))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    few, many = protocol.hints_of(PHOTOS[0], 5, 0), protocol.hints_of(PHOTOS[0], 50, 0)
    assert (many.mask[few.mask == 1] == 1).all()
    assert few.mask.sum() <= 5 * 36
    elsewhere = protocol.hints_of(PHOTOS[1], 5, 0)
    assert not np.array_equal(few.mask, elsewhere.mask)


def test_hints_stay_within_a_mask_and_carry_the_patch_mean() -> None:
    within = np.zeros((256, 256), np.uint8)
    within[100:112, 40:60] = 1
    hints = protocol.hints_of(PHOTOS[0], 1, 0, within=within)
    assert hints.mask.sum() == 36
    assert not hints.mask[within == 0].any()
    patch = hints.mask.astype(bool)
    np.testing.assert_allclose(hints.ab[:, patch][:, 0], PHOTOS[0].ab[:, patch].mean(axis=1), atol=1e-4)
    nowhere = protocol.hints_of(PHOTOS[0], 3, 0, within=within * 0)
    assert not nowhere.mask.any()


def test_growing_mask_only_grows() -> None:
    grown = protocol.growing_mask(PHOTOS[0], 0)
    assert len(grown) == protocol.STROKES
    assert all((after >= before).all() for before, after in pairwise(grown))
    assert grown[-1].sum() > grown[0].sum() > 0


def test_families_take_turns_and_object_families_want_labelled_photos() -> None:
    turns = [set(protocol.masks_of(PHOTOS[0], place, 0)) for place in range(60)]
    met = [name for turn in turns for name in turn]
    families = set(protocol.partial_families(objects=False))
    assert set(met) == families
    assert max(map(met.count, families)) - min(map(met.count, families)) <= 1
    labelled = photo(0, "voc_sbd-0", halves(0, 5))
    masks = protocol.masks_of(labelled, 0, 0)
    extra = set(masks) - turns[0]
    assert extra
    assert extra <= set(protocol.partial_families(objects=True))
    mask = masks[extra.pop()]
    assert (mask == (labelled.labels == 5)).all()  # the only object there is
    assert protocol.masks_of(photo(0, "voc_sbd-1", halves(0, 0)), 0, 0).keys() == turns[0]  # nothing but background


@pytest.mark.parametrize("name", [name for name in FAMILIES if name not in {"full", "empty"}])
def test_every_family_has_two_sides(name: str) -> None:
    for seed in range(3):
        mask = protocol.drawn_mask(name, photo(seed, f"voc_sbd-{seed}", halves(0, 5)), 0)
        assert mask.dtype == np.uint8
        assert mask.shape == (256, 256)
        assert 0.01 <= mask.mean() <= 0.99
        assert set(np.unique(mask)) == {0, 1}


def test_surroundings_are_a_ring_that_ends_at_the_segments_edge() -> None:
    hints = protocol.Hints.none().joined((100, 118), np.array([10, 0]))  # columns 118 to 123; the edge is at 128
    plain = protocol.surroundings(PHOTOS[0], hints)
    within = protocol.surroundings(photo(0, "bsds500-0", halves()), hints)
    rows, columns = np.nonzero(plain)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (92, 113, 110, 131)
    assert not plain[98:108, 118:124].any()  # the hint and 2 px above and below it
    assert plain[97, 120]
    assert (within == (plain & (np.arange(256) < 128))).all()
    unknown = photo(0, "voc_sbd-0", halves(255, 5))
    assert not protocol.surroundings(unknown, hints).any()
    other = hints.joined((100, 126), np.array([10, 0]))  # 3 px further: its own pixels are nobody's surroundings
    assert not (protocol.surroundings(photo(0, "bsds500-0", halves()), other) & (other.mask == 1)).any()


def test_the_saturated_hint_lies_in_a_segment_near_its_edge() -> None:
    for seed in range(5):
        labelled = photo(seed, f"bsds500-{seed}", halves())
        trial = protocol.bleeding_of(labelled, seed)
        assert trial is not None
        ((top, left),) = trial.alone.corners
        patch = trial.alone.mask.astype(bool)
        (label,) = np.unique(labelled.labels[patch])
        assert 100 <= left <= 150  # the edge is at column 128
        colour, truth = trial.alone.ab[:, top, left], labelled.ab[:, patch].mean(axis=1)
        assert np.hypot(*colour) == pytest.approx(60, abs=0.01)
        assert colour @ truth < -0.45 * np.hypot(*colour) * np.hypot(*truth)  # more than 117 degrees apart
        assert (labelled.labels[trial.inside] == label).all()
        assert (labelled.labels[trial.outside] != label).all()
        assert not (trial.inside & patch).any()
        away = protocol.distance_to_patch((top, left))
        assert away[trial.inside | trial.outside].max() <= protocol.REACH
        edge = np.abs(np.arange(256) - 127.5)  # 2.5 is the third pixel beyond the edge
        columns = np.nonzero(trial.outside.any(axis=0))[0]
        assert edge[columns].min() + 0.5 > 2
        assert edge[columns].max() + 0.5 <= 16
        assert trial.among.mask.sum() > trial.alone.mask.sum() + 15 * 36
        assert (trial.among.mask[patch] == 1).all()
        again = protocol.bleeding_of(labelled, seed)
        assert again is not None
        assert again.alone.corners == trial.alone.corners


def test_no_segment_no_bleeding() -> None:
    assert protocol.bleeding_of(PHOTOS[0], 0) is None
    small = np.zeros((256, 256), np.uint8)
    small[:40, :40] = 5  # 2.4 % of the picture
    assert protocol.bleeding_of(photo(0, "voc_sbd-0", small), 0) is None
    assert protocol.bleeding_of(photo(0, "bsds500-0", halves(5, 5)), 0) is None  # it has no edge
    beside_unknown = photo(0, "voc_sbd-0", halves(255, 5))
    assert protocol.bleeding_of(beside_unknown, 0) is None


def test_hints_at_other_network_sizes_are_the_same_colours_at_the_same_places() -> None:
    hints = protocol.hints_of(PHOTOS[0], 10, 0)
    for side in protocol.NETWORK_SIDES:
        small = hints.resized(side)
        assert small.mask.shape == (side, side)
        assert small.mask.mean() == pytest.approx(hints.mask.mean(), rel=0.25)
        assert not small.ab[:, small.mask == 0].any()
        rows, columns = (index * 256 // side for index in np.nonzero(small.mask))
        assert hints.mask[rows, columns].mean() > 0.7
        assert set(np.unique(small.ab)) <= set(np.unique(hints.ab))
