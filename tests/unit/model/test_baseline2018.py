"""The experiment of 2018: its sizes, its colours, its loss, its weights, and that it still learns."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from model.baseline2018 import (
    FORMAT,
    Baseline2018Colorizer,
    Discriminator2018,
    Generator2018,
    Recipe2018,
    discriminator_loss,
    generator_loss,
    lab_to_yuv,
    load_baseline,
    luma,
    painted_ab,
    partial_error,
    save_baseline,
    yuv_to_ab,
)
from model.checkpoint import WeightsError
from model.colour_torch import rgb_to_lab


class Photos(NamedTuple):
    L: Tensor
    ab: Tensor
    mask: Tensor
    natural: Tensor


def photos(count: int, side: int, seed: int = 0) -> Photos:
    """Pictures in which the light tells the colour, dark blue to bright orange, each with half of it masked."""
    chance = torch.Generator().manual_seed(seed)
    light = torch.rand(count, 1, 4, 4, generator=chance)
    light = nn.functional.interpolate(light, (side, side), mode="bilinear")
    dark, bright = torch.tensor([0.1, 0.2, 0.6]).view(1, 3, 1, 1), torch.tensor([1.0, 0.7, 0.3]).view(1, 3, 1, 1)
    lab = rgb_to_lab(dark + light * (bright - dark))
    mask = torch.zeros(count, 1, side, side)
    mask[::2, :, : side // 2] = 1
    mask[1::2, :, :, side // 2 :] = 1
    return Photos(lab[:, :1], lab[:, 1:], mask, torch.ones(count, dtype=torch.bool))


@pytest.fixture(scope="module")
def generator() -> Generator2018:
    torch.manual_seed(0)
    return Generator2018().eval()


@pytest.fixture(scope="module")
def untouched() -> Recipe2018:
    """The experiment's first weights saturate the tanh, and hundreds of steps go by before its colours come down. A
    smaller last layer and a higher rate show in a few whether anything is learnt."""
    recipe = Recipe2018(torch.device("cpu"), seed=0)
    recipe.optimizers()["generator"].param_groups[0]["lr"] = 1e-3
    with torch.no_grad():
        recipe.generator.paint.weight *= 0.1
    return recipe


@pytest.fixture
def recipe(untouched: Recipe2018) -> Recipe2018:
    return copy.deepcopy(untouched)


@pytest.fixture
def weights(tmp_path: Path, generator: Generator2018) -> Path:
    path = tmp_path / "baseline.safetensors"
    save_baseline(path, generator, {"training": {"minutes": 1}})
    return path


# --- networks


def test_parameters() -> None:
    sizes = [sum(p.numel() for p in network.parameters()) for network in (Generator2018(), Discriminator2018())]
    assert sizes == [7_839_936, 16_759_424]


@pytest.mark.parametrize(("height", "width"), [(64, 64), (1, 1), (1, 70), (37, 5), (100, 75)])
def test_paints_at_any_size(generator: Generator2018, height: int, width: int) -> None:
    with torch.inference_mode():
        uv = generator(torch.rand(1, 1, height, width), torch.ones(1, 1, height, width))
    assert uv.shape == (1, 2, height, width)
    assert uv.abs().max() <= 1


def test_the_mask_matters(generator: Generator2018) -> None:
    Y, mask = torch.rand(1, 1, 64, 64), photos(1, 64).mask
    with torch.inference_mode():
        assert not torch.allclose(generator(Y, mask), generator(Y, 0 * mask))


@pytest.mark.parametrize(("height", "width"), [(32, 32), (65, 33), (224, 224)])
def test_judges_at_any_size(height: int, width: int) -> None:
    planes = torch.rand(2, 1, height, width), torch.rand(2, 2, height, width), torch.ones(2, 1, height, width)
    with torch.inference_mode():
        assert Discriminator2018()(*planes).shape == (2, 1)


def test_every_parameter_learns() -> None:
    painter, judge = Generator2018(), Discriminator2018()
    Y, uv, mask = torch.rand(2, 1, 64, 64), torch.rand(2, 2, 64, 64), photos(2, 64).mask
    painted = painter(Y, mask)
    generator_loss(judge(Y, painted, mask), painted, uv, mask).backward()
    for name, parameter in [*painter.named_parameters(), *judge.named_parameters()]:
        assert parameter.grad is not None, name
        assert 0 < parameter.grad.abs().sum() < math.inf, name


def test_both_stems_share_one_norm_in_training() -> None:
    """Grey and mask through the same norm, each normalised by its own batch: as one BatchNorm2d called twice."""
    network = Generator2018()
    with torch.no_grad():
        network.scale.uniform_(0.5, 2)
        network.shift.uniform_(-1, 1)
    shared = nn.BatchNorm2d(16)
    with torch.no_grad():
        shared.weight.copy_(network.scale.flatten())
        shared.bias.copy_(network.shift.flatten())
    Y, mask = torch.rand(2, 1, 64, 64), photos(2, 64).mask
    seen: list[Tensor] = []
    hook = network.down[0].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    network(Y, mask)
    hook.remove()
    expected = torch.cat([shared(network.stem_grey(Y - 0.5)), shared(network.stem_mask(mask))], dim=1)
    assert torch.allclose(seen[0], nn.functional.leaky_relu(expected, 0.1), atol=1e-5)


# --- losses


def test_the_target_is_grey_outside_the_mask() -> None:
    uv, mask = torch.full((1, 2, 2, 2), 0.5), torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]])
    assert partial_error(mask * uv, uv, mask) == 0
    assert partial_error(uv, uv, mask) == pytest.approx(0.125)
    assert partial_error(uv, uv, 0 * mask) == pytest.approx(0.25)
    assert partial_error(0 * uv, uv, 0 * mask) == 0


def test_losses_against_their_formulas() -> None:
    uv, mask, doubt = torch.full((1, 2, 2, 2), 0.5), torch.ones(1, 1, 2, 2), torch.zeros(1, 1)
    assert generator_loss(doubt, 0 * uv, uv, mask).item() == pytest.approx(math.log(2) + 250)
    assert discriminator_loss(doubt, doubt).item() == pytest.approx(math.log(2))
    sure = torch.full((1, 1), 20.0)
    assert discriminator_loss(sure, -sure) < 1e-6 < 10 < discriminator_loss(-sure, sure)
    assert generator_loss(sure, uv, uv, mask) < 1e-6


# --- colour


def test_uv_is_bt601_and_reaches_one() -> None:
    rgb = torch.eye(3).T.reshape(1, 3, 1, 3)  # red, green, blue
    lab = rgb_to_lab(rgb)
    Y, uv = lab_to_yuv(lab[:, :1], lab[:, 1:])
    assert torch.allclose(Y.flatten(), torch.tensor([0.299, 0.587, 0.114]), atol=1e-4)
    assert torch.allclose(uv[0, :, 0, 2], torch.tensor([1.0, -0.114 / 0.701]), atol=1e-4)
    assert torch.allclose(uv[0, :, 0, 0], torch.tensor([-0.299 / 0.886, 1.0]), atol=1e-4)


def test_colours_survive_the_round_trip() -> None:
    lab = rgb_to_lab(torch.rand(1, 3, 32, 32))
    Y, uv = lab_to_yuv(lab[:, :1], lab[:, 1:])
    assert torch.allclose(yuv_to_ab(Y, uv), lab[:, 1:], atol=0.05)


def test_colours_survive_without_their_luma() -> None:
    batch = photos(2, 32)
    Y, uv = lab_to_yuv(batch.L, batch.ab)
    assert torch.allclose(luma(batch.L, uv), Y, atol=0.005)
    assert (yuv_to_ab(luma(batch.L, uv), uv) - batch.ab).norm(dim=1).max() < 0.5


def test_no_chroma_is_grey_and_the_impossible_is_clipped() -> None:
    L = torch.linspace(0, 100, 50).view(1, 1, 1, -1)
    assert yuv_to_ab(luma(L, torch.zeros(1, 2, 1, 50)), torch.zeros(1, 2, 1, 50)).abs().max() < 1e-2
    wild = torch.ones(1, 2, 1, 50)
    assert yuv_to_ab(luma(L, wild), wild).abs().max() < 130


# --- learning


def test_overfits_one_batch(recipe: Recipe2018) -> None:
    batch, painter = photos(2, 32), recipe.generator
    Y, (_, uv) = batch.L / 100, lab_to_yuv(batch.L, batch.ab)
    optimizer = torch.optim.Adam(painter.parameters(), lr=5e-4, betas=(0.5, 0.999), fused=True)
    fooled, errors = torch.full((2, 1), 20.0), []
    for _ in range(40):
        optimizer.zero_grad()
        painted = painter(Y, batch.mask)
        generator_loss(fooled, painted, uv, batch.mask).backward()
        optimizer.step()
        errors.append(float(partial_error(painted.detach(), uv, batch.mask)))
    assert errors[-1] < 0.1 * (batch.mask * uv).square().mean()


def test_the_recipe_learns(recipe: Recipe2018) -> None:
    reports = [recipe.step(photos(3, 64)) for _ in range(8)]
    squares = [float(report["squares"]) for report in reports]
    assert np.mean(squares[-2:]) < 0.6 * np.mean(squares[:2])
    for report in reports:
        assert set(report) == {"loss", "squares", "critic"}
        assert all(value.ndim == 0 and not value.requires_grad and torch.isfinite(value) for value in report.values())
    assert all(p.requires_grad for network in recipe.parts().values() for p in network.parameters())


def test_the_recipe_is_as_in_2018_and_starts_from_its_seed() -> None:
    torch.manual_seed(5)
    undisturbed = torch.rand(1)
    torch.manual_seed(5)
    one, same, other = (Recipe2018(torch.device("cpu"), seed) for seed in (1, 1, 2))
    assert torch.equal(torch.rand(1), undisturbed)
    first = [recipe.generator.stem_grey.weight for recipe in (one, same, other)]
    assert torch.equal(first[0], first[1])
    assert not torch.equal(first[0], first[2])
    for name, optimizer in one.optimizers().items():
        (group,) = optimizer.param_groups
        assert group["lr"] == 1e-4
        assert group["betas"] == (0.5, 0.999)
        assert len(group["params"]) == len(list(one.parts()[name].parameters()))


def test_moved_hues_are_not_learnt(recipe: Recipe2018, untouched: Recipe2018) -> None:
    batch = photos(4, 32)
    moved = batch._replace(ab=batch.ab.clone(), natural=torch.tensor([True, True, False, True]))
    moved.ab[2] = 60
    kept = torch.tensor([0, 1, 3])
    without = Photos(*(plane[kept] for plane in batch))
    losses = [
        float(each.step(pictures)["loss"]) for each, pictures in ((recipe, moved), (copy.deepcopy(untouched), without))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_under_an_empty_mask_all_colour_is_wrong(recipe: Recipe2018) -> None:
    batch = photos(2, 32)
    painted: list[Tensor] = []
    recipe.generator.register_forward_hook(lambda *called: painted.append(called[-1].detach()))
    report = recipe.step(batch._replace(mask=torch.zeros_like(batch.mask)))
    assert torch.allclose(report["squares"], painted[0].square().mean())
    assert all(torch.isfinite(p).all() for network in recipe.parts().values() for p in network.parameters())


def test_answers_in_evaluation_mode_and_goes_on_training(recipe: Recipe2018) -> None:
    batch = photos(2, 40)
    before = {name: value.clone() for name, value in recipe.generator.state_dict().items()}
    ab, bins = recipe.answer(batch.L, batch.mask, batch.ab, batch.mask)
    assert bins is None
    assert ab.shape == batch.ab.shape
    assert recipe.generator.training
    assert all(torch.equal(value, before[name]) for name, value in recipe.generator.state_dict().items())


# --- weights


def test_round_trip(weights: Path, generator: Generator2018) -> None:
    loaded, header = load_baseline(weights)
    assert header["format"] == FORMAT
    assert header["training"] == {"minutes": 1}
    assert not loaded.training
    assert all(value.dtype == torch.float32 for value in loaded.parameters())
    batch = photos(1, 64)
    before, after = (painted_ab(network, batch.L, batch.mask) for network in (generator, loaded))
    assert torch.allclose(before, after, atol=1)  # fp16 on disk


def test_the_recipe_saves_what_the_colorizer_loads(recipe: Recipe2018, tmp_path: Path) -> None:
    batch = photos(2, 64)
    recipe.step(batch)
    recipe.save(tmp_path / "w.safetensors", {"training": {"steps": 1}})
    colorizer = Baseline2018Colorizer(tmp_path / "w.safetensors", "cpu")
    assert colorizer.device_name == "CPU"
    assert colorizer.header["training"] == {"steps": 1}
    L, mask = batch.L[0, 0, :50, :33].numpy(), batch.mask[0, 0, :50, :33].numpy().astype(np.uint8)
    none = np.zeros((2, 50, 33), np.float32), np.zeros((50, 33), np.uint8)
    ab = colorizer.colorize(L, mask, *none)
    assert ab.shape == (2, 50, 33)
    assert ab.dtype == np.float32
    assert np.array_equal(ab, colorizer.colorize(L, mask, none[0] + 50, none[1] + 1, vividness=1.0))
    expected, _ = recipe.answer(torch.from_numpy(L)[None, None], torch.from_numpy(mask)[None, None].float(), *[ab] * 2)
    assert np.allclose(ab, expected[0].numpy(), atol=1)


def rewritten(path: Path, tensors: dict[str, Tensor], header: object) -> Path:
    save_file(tensors, path, {"huebrush": header if isinstance(header, str) else json.dumps(header)})
    return path


@pytest.mark.parametrize("header", [{"format": "huebrush-generator-1"}, {}, [], "no json", "[" * 100_000])
def test_other_formats_are_refused(weights: Path, header: object) -> None:
    with pytest.raises(WeightsError, match=f"{weights.name} (holds|has a damaged header).*preset baseline2018"):
        load_baseline(rewritten(weights, load_file(weights), header))


def test_wrong_tensors_are_refused(weights: Path) -> None:
    tensors = load_file(weights)
    without = {name: value for name, value in tensors.items() if name != "scale"}
    for wrong in (without, tensors | {"more": torch.zeros(1)}, tensors | {"scale": torch.zeros(3)}):
        with pytest.raises(WeightsError, match="does not hold the tensors"):
            load_baseline(rewritten(weights, wrong, {"format": FORMAT}))
    endless = tensors | {"scale": torch.full((16, 1, 1), math.inf)}
    with pytest.raises(WeightsError, match="not finite"):
        load_baseline(rewritten(weights, endless, {"format": FORMAT}))


def test_what_is_no_weights_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no network")
    (tmp_path / "empty").touch()
    no_file_of_ours = "not a safetensors file"
    reasons = {"missing": "Cannot open", ".": "folder", "text": no_file_of_ours, "empty": no_file_of_ours}
    for name, reason in reasons.items():
        with pytest.raises(WeightsError, match=reason):
            load_baseline(tmp_path / name)
