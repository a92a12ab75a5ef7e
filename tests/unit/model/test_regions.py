"""Cells follow the picture; objects are the large connected pieces of a label map."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from model.regions import cells, object_labels


def striped(height: int, width: int) -> np.ndarray:
    """A picture of slanting bands in two colours, with a little noise."""
    bands = (np.arange(height)[:, None] + 2 * np.arange(width)) // 60 % 2
    noise = np.random.default_rng(0).integers(0, 12, (height, width, 3))
    return (np.array([[60, 90, 160], [200, 150, 70]])[bands] + noise).astype(np.uint8)


@pytest.mark.parametrize(("height", "width"), [(208, 280), (104, 140), (64, 300), (31, 29)])
def test_cells_are_whole_and_of_a_size(height: int, width: int) -> None:
    labels = cells(striped(height, width))
    assert labels.shape == (height, width)
    assert labels.dtype == np.uint8
    count = int(labels.max()) + 1
    assert 150 < count <= 250
    areas = np.bincount(labels.ravel(), minlength=count) / labels.size * count
    assert np.percentile(areas, 10) > 0.2
    assert areas.max() < 8
    if min(height, width) > 60:
        for label in range(count):
            pieces, _ = cv2.connectedComponents((labels == label).astype(np.uint8), connectivity=4)
            assert pieces == 2  # the outside and one piece


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 40), (300, 2), (5, 3)])
def test_tiny_pictures_have_cells_too(height: int, width: int) -> None:
    labels = cells(striped(height, width))
    assert labels.shape == (height, width)
    assert labels.max() < 250


def test_cells_keep_to_one_side_of_an_edge() -> None:
    picture = striped(208, 280)
    labels, side = cells(picture), picture[..., 0] > 130
    ones, all_ = np.bincount(labels[side], minlength=250), np.bincount(labels.ravel(), minlength=250)
    minority = np.minimum(ones, all_ - ones).sum() / labels.size
    assert minority < 0.015
    assert np.array_equal(labels, cells(picture))


def blocks() -> np.ndarray:
    """Label 7 twice, apart; label 9 once; label 3 in a speck; 255 in a corner."""
    labels = np.zeros((40, 50), np.uint8)
    labels[2:12, 2:12] = labels[20:38, 4:14] = 7
    labels[10:30, 20:34] = 9
    labels[2:5, 40:43] = 3
    labels[30:, 40:] = 255
    return labels


def test_pieces_of_a_label_are_objects_of_their_own() -> None:
    labels = blocks()
    objects = object_labels(labels, "voc_sbd")
    assert objects.dtype == np.uint8
    assert set(np.unique(objects)) == {0, 1, 2, 3}
    for label, piece in ((7, np.s_[2:12, 2:12]), (7, np.s_[20:38, 4:14]), (9, np.s_[10:30, 20:34])):
        (number,) = np.unique(objects[piece])
        assert number > 0
        assert (labels[objects == number] == label).all()
        assert (objects == number).sum() == labels[piece].size


def test_every_region_counts_where_the_set_labels_every_pixel() -> None:
    objects = object_labels(blocks(), "bsds500-12-ab.webp")
    assert len(np.unique(objects[objects > 0])) == 5
    assert not objects[2:5, 40:43].any()  # the speck alone is too small


def test_at_most_a_hundred_objects() -> None:
    labels = np.arange(144, dtype=np.uint8).reshape(12, 12).repeat(10, 0).repeat(10, 1)
    assert not object_labels(labels, "bsds500").any()
    labels = np.arange(1, 101, dtype=np.uint8).reshape(10, 10).repeat(10, 0).repeat(10, 1)
    assert len(np.unique(object_labels(labels, "weizmann_horse"))) == 100
