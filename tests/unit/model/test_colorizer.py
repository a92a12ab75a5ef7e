"""The door to the network: shapes, exact hints, its cache, its devices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from model.checkpoint import save_generator, shipped_weights
from model.colorizer import Colorizer
from model.device import DeviceError, choose_device
from model.generator import Generator, GeneratorConfig


@pytest.fixture(scope="module")
def colorizer(tiny_weights: Path) -> Colorizer:
    return Colorizer(tiny_weights, "cpu")


def light(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 100, (height, width)).astype(np.float32)


def nothing(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((2, height, width), np.float32), np.zeros((height, width), np.uint8)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 256), (256, 171), (33, 50)])
def test_any_size(colorizer: Colorizer, height: int, width: int) -> None:
    ab = colorizer.colorize(light(height, width), np.ones((height, width), np.uint8), *nothing(height, width))
    assert ab.shape == (2, height, width)
    assert ab.dtype == np.float32
    assert np.isfinite(ab).all()


def test_hints_are_exact_inside_the_mask_and_nowhere_else(colorizer: Colorizer) -> None:
    L, mask = light(48, 64), np.zeros((48, 64), np.uint8)
    mask[:, :32] = 1
    hint_ab, hint_mask = nothing(48, 64)
    hint_ab[:, 10:16, 28:40], hint_mask[10:16, 28:40] = np.array([50, -20], np.float32)[:, None, None], 1
    ab = colorizer.colorize(L, mask, hint_ab, hint_mask)
    assert np.array_equal(ab[:, 10:16, 28:32], hint_ab[:, 10:16, 28:32])
    ignored = colorizer.colorize(L, mask, hint_ab * mask, hint_mask * mask)
    assert np.array_equal(ab, ignored)
    assert np.abs(ab[:, :, 40:]).max() < 40


def test_features_are_cached_per_photo(colorizer: Colorizer, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    encode = colorizer.generator.encode
    monkeypatch.setattr(colorizer.generator, "encode", lambda L: calls.append(1) or encode(L))
    first, second = light(32, 32, 1), light(32, 32, 2)
    mask = np.ones((32, 32), np.uint8)
    one = colorizer.colorize(first, mask, *nothing(32, 32))
    again = colorizer.colorize(first, mask, *nothing(32, 32))
    other = colorizer.colorize(second, mask, *nothing(32, 32))
    assert len(calls) == 2
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_folded_equals_the_trained_network(tmp_path: Path) -> None:
    torch.manual_seed(1)
    config = GeneratorConfig(widths=(8, 8, 8, 8), attention_blocks=1, copy_features=8)
    network = Generator(config).train()
    with torch.no_grad():  # running statistics that are not the trivial ones
        for _ in range(3):
            network(
                torch.rand(4, 1, 32, 32) * 100, torch.ones(4, 1, 32, 32), *(torch.zeros(4, c, 32, 32) for c in (2, 1))
            )
    network.eval()
    path = tmp_path / "w.safetensors"
    save_generator(path, network, {}, half=False)
    L, mask = light(32, 48), np.ones((32, 48), np.uint8)
    ours = Colorizer(path, "cpu").colorize(L, mask, *nothing(32, 48), vividness=0.0)
    with torch.inference_mode():
        planes = [torch.from_numpy(p)[None] for p in (L[None], mask[None].astype(np.float32))]
        theirs, _ = network(*planes, torch.zeros(1, 2, 32, 48), torch.zeros(1, 1, 32, 48))
    assert np.abs(ours - theirs[0].numpy()).max() < 1e-2


def test_out_of_memory_goes_on_on_the_cpu(colorizer: Colorizer, monkeypatch: pytest.MonkeyPatch) -> None:
    decode = colorizer.generator.decode
    failures = [torch.OutOfMemoryError("no room")]

    def failing(*planes: object) -> object:
        if failures:
            raise failures.pop()
        return decode(*planes)

    monkeypatch.setattr(colorizer.generator, "decode", failing)
    ab = colorizer.colorize(light(32, 32, 5), np.ones((32, 32), np.uint8), *nothing(32, 32))
    assert ab.shape == (2, 32, 32)
    assert "memory" in colorizer.notice
    assert colorizer.device.type == "cpu"


def test_a_device_that_is_not_there_is_named() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(DeviceError, match="cuda"):
        choose_device("cuda")
    assert choose_device("auto").type in ("cpu", "mps")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_cuda_agrees_with_the_cpu() -> None:
    L, mask = light(256, 171), np.ones((256, 171), np.uint8)
    answers = [Colorizer(None, device).colorize(L, mask, *nothing(256, 171)) for device in ("cpu", "cuda")]
    assert np.abs(answers[0] - answers[1]).max() < 1.0


def test_the_shipped_network_obeys_its_mask() -> None:
    assert shipped_weights().exists()
    colorizer = Colorizer()
    rows, columns = np.mgrid[0:128, 0:128].astype(np.float32)
    L = 50 + 20 * np.sin(rows / 9) + 20 * np.cos(columns / 13)
    mask = np.zeros((128, 128), np.uint8)
    mask[32:96, 32:96] = 1
    hint_ab, hint_mask = nothing(128, 128)
    hint_ab[:, 60:66, 60:66], hint_mask[60:66, 60:66] = np.array([60, 30], np.float32)[:, None, None], 1
    chroma = np.hypot(*colorizer.colorize(L.astype(np.float32), mask, hint_ab, hint_mask))
    assert chroma[mask == 0].mean() < 0.1 * chroma[mask == 1].mean()
    assert chroma[40:88, 40:88].mean() > 10, "the hint's colour spreads over the plain square"


def test_the_last_few_photos_are_remembered(colorizer: Colorizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crop and the whole photo are asked in turn; neither is encoded twice. Many photos do not pile up."""
    calls = []
    encode = colorizer.generator.encode
    monkeypatch.setattr(colorizer.generator, "encode", lambda L: calls.append(1) or encode(L))
    whole, crop = light(32, 48, 11), light(32, 32, 12)
    for L in (whole, crop, whole, crop):
        colorizer.colorize(L, np.ones(L.shape, np.uint8), *nothing(*L.shape))
    assert len(calls) == 2
    others = [light(32, 32, 20 + i) for i in range(4)]
    for L in (*others, whole):
        colorizer.colorize(L, np.ones(L.shape, np.uint8), *nothing(*L.shape))
    assert len(calls) == 7
