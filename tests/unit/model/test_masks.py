"""Every mask family gives masks, filled as geometry says, and training draws them in the mix it promises."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from model.masks import (
    FAMILIES,
    HELD_OUT,
    TRAINED,
    Draw,
    Family,
    masks_2018,
    sample,
    sample_masks,
)
from model.outlines import capsules, crossings, filled, inside, ovals

SHAPED = tuple(name for name in FAMILIES if name not in {"full", "empty"})


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def tiled(count: int, height: int, width: int, cell: int) -> Tensor:
    """A label map of square cells, the first of them 0."""
    across = -(-width // cell)
    labels = torch.arange(height)[:, None] // cell * across + torch.arange(width) // cell
    return (labels % 250).to(torch.uint8).expand(count, height, width)


def drawn(name: str, count: int, height: int, width: int, seed: int = 0) -> Tensor:
    maps = {"cells": tiled(count, height, width, 8), "objects": tiled(count, height, width, 24)}
    return sample(name, seeded(seed), count, height, width, **maps)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(("height", "width"), [(64, 64), (37, 90), (91, 5), (2, 1), (1, 1)])
def test_every_family_gives_masks_of_any_size(name: str, height: int, width: int) -> None:
    masks = drawn(name, 5, height, width)
    assert masks.shape == (5, height, width)
    assert masks.dtype == torch.bool


@pytest.mark.parametrize("name", FAMILIES)
def test_only_the_generator_decides(name: str) -> None:
    torch.manual_seed(1)
    first = drawn(name, 6, 40, 33)
    torch.manual_seed(2)
    assert torch.equal(first, drawn(name, 6, 40, 33))
    if name in SHAPED:
        assert not torch.equal(first, drawn(name, 6, 40, 33, seed=1))


@pytest.mark.parametrize("name", SHAPED)
def test_masks_of_a_family_differ_and_have_an_inside_and_an_outside(name: str) -> None:
    masks = drawn(name, 200, 96, 120)
    coverage = masks.float().mean(dim=(1, 2))
    assert ((coverage > 0.002) & (coverage < 0.998)).float().mean() > 0.95
    assert 0.08 < coverage.mean() < 0.65
    assert len({mask.numpy().tobytes() for mask in masks}) >= (4 if name == "axis half" else 9)


def test_full_is_full_and_empty_is_empty() -> None:
    assert drawn("full", 2, 5, 7).all()
    assert not drawn("empty", 2, 5, 7).any()


def test_the_ten_of_2018() -> None:
    eighths = np.arange(16) // 2
    vertical = np.tile(eighths % 2 == 0, (16, 1))
    left = np.tile(np.arange(16) < 8, (16, 1))
    quarters = np.arange(16) // 4
    chessboard = (quarters[:, None] + quarters) % 2 == 0
    expected = [m for each in (left, left.T, vertical, vertical.T, chessboard) for m in (each, ~each)]
    ten = masks_2018(16, 16)
    assert np.array_equal(ten.numpy(), np.stack(expected))
    sampled = drawn("2018", 300, 16, 16)
    which = (sampled[:, None] == ten).flatten(2).all(dim=2)
    assert (which.sum(dim=1) == 1).all()
    assert which.any(dim=0).all()


@pytest.mark.parametrize("name", ["superpixels", "edge snapped"])
def test_cells_are_taken_whole(name: str) -> None:
    masks = drawn(name, 30, 48, 64).float()
    shares = torch.nn.functional.avg_pool2d(masks[:, None], 8)
    assert set(shares.unique().tolist()) == {0.0, 1.0}


def test_one_to_three_objects_and_never_the_background() -> None:
    objects = tiled(100, 48, 48, 12)
    masks = sample("objects", seeded(), 100, 48, 48, objects=objects)
    assert not masks[objects == 0].any()
    pieces = torch.nn.functional.avg_pool2d(masks[:, None].float(), 12).sum(dim=(1, 2, 3))
    assert set(pieces.tolist()) == {1.0, 2.0, 3.0}
    assert not sample("objects", seeded(), 3, 8, 8, objects=torch.zeros(3, 8, 8, dtype=torch.uint8)).any()


def test_a_family_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match="objects"):
        sample("objects", seeded(), 1, 8, 8)


def test_what_is_trained_on() -> None:
    assert {"spiral", "voronoi", "text"} == HELD_OUT
    assert len(TRAINED) == 14
    assert not HELD_OUT & set(TRAINED)


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many masks were asked of each family, and of how many calls ("calls")."""
    counted: Counter[str] = Counter()

    def counting(each: Family) -> Callable[[Draw], Tensor]:
        def sampler(draw: Draw) -> Tensor:
            counted[each.name] += draw.count
            counted["calls"] += 1
            return each.sampler(draw)

        return sampler

    for name, each in list(FAMILIES.items()):
        monkeypatch.setitem(FAMILIES, name, each._replace(sampler=counting(each)))
    return counted


def test_the_training_mix(tally: Counter[str]) -> None:
    maps = {"cells": tiled(4000, 8, 8, 2), "objects": tiled(4000, 8, 8, 4)}
    masks = sample_masks(seeded(), 4000, 8, 8, **maps)
    assert masks.shape == (4000, 1, 8, 8)
    assert masks.dtype == torch.float32
    assert set(masks.unique().tolist()) == {0.0, 1.0}
    assert tally.pop("calls") == len(TRAINED) + 2
    assert 0.32 < tally.pop("full") / 4000 < 0.38
    assert 0.02 < tally.pop("empty") / 4000 < 0.04
    assert set(tally) == set(TRAINED)
    expected = 4000 * 0.62 / len(TRAINED)
    assert all(0.7 * expected < count < 1.3 * expected for count in tally.values())


def test_without_label_maps_the_families_that_need_them_stay_out(tally: Counter[str]) -> None:
    sample_masks(seeded(), 600, 8, 8)
    assert set(tally) - {"calls", "full", "empty"} == {name for name in TRAINED if not FAMILIES[name].needs}
    assert 0.30 < tally["full"] / 600 < 0.40


def test_objects_only_from_photos_that_show_some() -> None:
    objects = tiled(400, 12, 12, 4).clone()
    objects[::2] = 0
    masks = sample_masks(seeded(), 400, 12, 12, objects=objects, families=("objects",))
    partial = (masks.mean(dim=(1, 2, 3)) % 1 > 0).view(-1, 2)
    assert not partial[:, 0].any()
    assert masks[::2].mean() > 0.85  # full or empty in their own proportion: 35 to 3
    assert 0.5 < partial[:, 1].float().mean() < 0.75


def test_label_maps_stay_with_their_photos() -> None:
    objects = torch.arange(1, 101, dtype=torch.uint8)[:, None, None].repeat(1, 6, 6)
    objects[:, :3] = 0
    objects[50:] = objects[50:].flip(1)
    masks = sample_masks(seeded(), 100, 6, 6, objects=objects, families=("objects",))
    for mask, labels in zip(masks[:, 0].bool(), objects > 0, strict=True):
        assert mask.all() or not mask.any() or torch.equal(mask, labels) or torch.equal(mask, ~labels)


def test_three_in_ten_are_inverted(monkeypatch: pytest.MonkeyPatch) -> None:
    def corner(draw: Draw) -> Tensor:
        mask = torch.zeros(draw.count, draw.height, draw.width, dtype=torch.bool)
        mask[:, 0, 0] = True
        return mask

    monkeypatch.setitem(FAMILIES, "corner", Family("corner", corner, held_out=False, needs=""))
    coverage = sample_masks(seeded(), 3000, 4, 4, families=("corner",)).mean(dim=(1, 2, 3))
    upright, inverted = (int((coverage == share).sum()) for share in (1 / 16, 15 / 16))
    assert 0.26 < inverted / (upright + inverted) < 0.34
    assert 0.59 < (upright + inverted) / 3000 < 0.65


def test_a_batch_repeats_with_its_generator() -> None:
    maps = {"cells": tiled(20, 31, 17, 5), "objects": tiled(20, 31, 17, 9)}
    generator = seeded(7)
    first, second = (sample_masks(generator, 20, 31, 17, **maps) for _ in range(2))
    assert torch.equal(first, sample_masks(seeded(7), 20, 31, 17, **maps))
    assert not torch.equal(first, second)


def pixels(height: int, width: int) -> Tensor:
    """(height, width, 2) the pixels' centres."""
    return torch.stack(torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij"), dim=-1)


def a_draw(height: int, width: int) -> Draw:
    return Draw(seeded(), 1, height, width)


@pytest.mark.parametrize("turn", [0.0, 0.3, math.pi / 2, 2.0, math.pi, 4.0])
def test_a_stroke_is_all_within_its_radius(turn: float) -> None:
    start, length, radius = torch.tensor([30.2, 33.7]), 21.0, 6.4
    end = start + length * torch.tensor([math.sin(turn), math.cos(turn)])
    spans = capsules(start[None], end[None], torch.tensor([radius]), 60)
    mask = filled((1, 60, 70), torch.tensor([0]), *spans)[0]
    away = pixels(60, 70) - start
    along = ((away @ (end - start)) / length**2).clamp(0, 1)
    distance = (away - along[..., None] * (end - start)).norm(dim=-1)
    assert torch.equal(mask, distance < radius)


@pytest.mark.parametrize("angle", [0.0, 0.7, 1.5, 3.0])
def test_a_turned_ellipse(angle: float) -> None:
    centre, extent = torch.tensor([25.3, 31.1]), torch.tensor([7.2, 18.6])
    spans = ovals(centre[None], extent[None], torch.tensor([[angle]]), 60)
    mask = filled((1, 60, 70), torch.tensor([0]), *spans)[0]
    y, x = (pixels(60, 70) - centre).unbind(-1)
    wide, tall = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    assert (mask == ((wide / extent[1]) ** 2 + (tall / extent[0]) ** 2 < 1)).float().mean() > 0.999


def test_an_outline_is_filled() -> None:
    corners = torch.tensor([[5.2, 8.1], [40.7, 20.3], [20.4, 50.6], [22.8, 25.1], [3.3, 55.0], [5.2, 8.1]])
    mask = inside((1, 48, 60), torch.zeros(5, dtype=torch.int64), *crossings(corners[None], 48))[0]
    outline = corners.flip(1).numpy()
    for row, column in np.ndindex(48, 60):
        expected = cv2.pointPolygonTest(outline, (column + 0.5, row + 0.5), False) > 0
        assert bool(mask[row, column]) == expected
