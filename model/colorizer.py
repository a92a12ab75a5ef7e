"""The one door to the network: L*, mask and hints in, chroma out.

A :class:`Colorizer` holds one trained generator on one device, remembers the encoder's features of the photos it saw
last, makes hints exact, makes the colour as vivid as asked, and tells what else a place or a region could be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from model.alternatives import CELL, Region, hints_for, other_colours
from model.checkpoint import WeightsError, load_generator, shipped_weights
from model.device import choose_device
from model.generator import Answer, ConvNorm, Features, Generator, mean_chroma
from model.suggestions import Suggestion, modes, place_weights

Float = NDArray[np.float32]
Mask = NDArray[np.uint8]
Result = TypeVar("Result")

LONG_SIDE = 256
"""The standard size: what the network was trained near. Photos are shrunk to this long side before they come here."""

DEFAULT_VIVIDNESS = 0.85
VIVID_TEMPERATURE = 0.45
HINT_SPREAD = (
    100.0  # the smoother's λ: its square root is about how far, in pixels, a correction reaches on even ground
)
HINT_LIKENESS = 16.0  # 8-bit codes of L*; across a larger step of lightness the correction stops
HINT_FADE = 1e-3  # what the smoother leaves of a hint where half of its correction is given up
REMEMBERED = 4  # photos; the whole one and the crops that are being painted


@dataclass(eq=False)
class _Seen:
    """A photo's light, its features, and, once asked for, its distribution over the bins, (h/4, w/4, Q)."""

    L: Float
    features: Features
    distribution: Float | None = None


class Colorizer:
    """A trained generator, ready to answer.

    weights: a Huebrush .safetensors file, None for the shipped one. device: auto, cpu, cuda or mps. Raises WeightsError
    or DeviceError, each with a sentence for people. Not thread-safe: one thread owns it.
    """

    def __init__(self, weights: Path | None = None, device: str = "auto") -> None:
        self.device = choose_device(device)
        self.path = weights or shipped_weights()
        if weights is None and not self.path.exists():
            raise WeightsError("The shipped weights are missing; install Huebrush again or pass --weights FILE.")
        generator, self.header = load_generator(self.path)
        self.generator = _folded(generator).to(self.device)
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stub lacks it
        self.notice = ""
        self._seen: list[_Seen] = []

    @property
    def device_name(self) -> str:
        """The device as people know it: ``CPU``, or the graphics card's name."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return {"mps": "Apple GPU"}.get(self.device.type, "CPU")

    def colorize(
        self,
        L: Float,
        mask: Mask,
        hint_ab: Float,
        hint_mask: Mask,
        *,
        vividness: float | None = None,
    ) -> Float:
        """The chroma for a photo's light.

        L: (h, w) float32, 0..100; pass the same array again and its features are not computed again (an array is
        therefore never to be changed in place). mask: (h, w) in {0, 1}. hint_ab: (2, h, w) CIE a*b*; hint_mask: (h, w)
        in {0, 1}; hints count inside the mask only. vividness: 0 = the expected colour, 1 = the annealed mean, None =
        the default. Returns (2, h, w) float32 CIE a*b*: exactly the hint where one lies inside the mask; outside the
        mask what the network leaks, about 0.
        """
        return self._somewhere(lambda: self._colorized(L, mask, hint_ab, hint_mask, vividness))

    def suggestions(
        self,
        L: Float,
        x: float,
        y: float,
        *,
        mask: Mask | None = None,
        hint_ab: Float | None = None,
        hint_mask: Mask | None = None,
        count: int = 9,
    ) -> list[Suggestion]:
        """What colours a place could have, most likely first, no two alike.

        L: see :meth:`colorize`. x, y: the place in pixels of L, the first pixel's centre at 0.5. The distribution is
        that of the whole photo, whatever is masked, and known from the second click on; with hints (those inside
        ``mask``, None for all) it is the one they leave. Shares add up to 1 at most.
        """
        if hint_ab is None or hint_mask is None:
            hint_ab, hint_mask = np.zeros((2, *L.shape), np.float32), np.zeros(L.shape, np.uint8)
        elif mask is not None:
            hint_mask = hint_mask * mask
        wish, told = hint_ab, hint_mask
        distribution = self._somewhere(lambda: self._whole(L, wish, told))
        lightness = _in_cells(L)
        weights = place_weights(lightness, y / CELL, x / CELL)
        centres = 100 * self.generator.centres.cpu().numpy()
        around = np.tensordot(weights, distribution, axes=2)
        return modes(around, centres, float((weights * lightness).sum()), count)

    def alternatives(
        self,
        L: Float,
        mask: Mask,
        hint_ab: Float,
        hint_mask: Mask,
        *,
        count: int = 4,
        seed: int = 0,
        vividness: float | None = None,
    ) -> list[Float]:
        """Plausible colourings of a region, each (2, h, w) as :meth:`colorize` gives them; the first is its answer.

        The others differ from it and from each other; there are fewer than ``count`` when no more colours are possible.
        Hints are exact in all. One seed always gives the same; 0 gives the most plausible. Costs ``count`` decodes.
        """
        return self._somewhere(lambda: self._others(L, mask, hint_ab, hint_mask, range(count), seed, vividness))

    def alternative(
        self,
        L: Float,
        mask: Mask,
        hint_ab: Float,
        hint_mask: Mask,
        choice: int,
        *,
        seed: int = 0,
        vividness: float | None = None,
    ) -> Float:
        """One of the :meth:`alternatives` by its number, for two decodes; beyond the last one, the last."""
        one = range(choice, choice + 1)
        return self._somewhere(lambda: self._others(L, mask, hint_ab, hint_mask, one, seed, vividness))[0]

    def _somewhere(self, task: Callable[[], Result]) -> Result:
        """Do it on the device, or on the CPU once the device's memory does not suffice."""
        try:
            with torch.inference_mode():
                return task()
        except torch.OutOfMemoryError:
            self.notice = f"{self.device_name} ran out of memory; colouring on the CPU instead"
            self._seen.clear()
            self.device = torch.device("cpu")
            self.generator.to(self.device)
            torch.cuda.empty_cache()
            with torch.inference_mode():
                return task()

    def _colorized(self, L: Float, mask: Mask, hint_ab: Float, hint_mask: Mask, vividness: float | None) -> Float:
        return self._painted(self._decoded(L, mask, hint_ab, hint_mask), L, mask, hint_ab, hint_mask, vividness)

    def _whole(self, L: Float, hint_ab: Float, hint_mask: Mask) -> Float:
        """(h/4, w/4, Q): the distribution at each cell of the photo, as if all of it was masked."""
        seen = self._photo(L)
        if seen.distribution is not None and not hint_mask.any():
            return seen.distribution
        answer = self._decoded(L, np.ones(L.shape, np.uint8), hint_ab, hint_mask)
        distribution = _distribution(answer, L)
        if not hint_mask.any():
            seen.distribution = distribution
        return distribution

    def _others(
        self,
        L: Float,
        mask: Mask,
        hint_ab: Float,
        hint_mask: Mask,
        choices: range,
        seed: int,
        vividness: float | None,
    ) -> list[Float]:
        answer = self._decoded(L, mask, hint_ab, hint_mask)
        usual = self._painted(answer, L, mask, hint_ab, hint_mask, vividness)
        centres = 100 * self.generator.centres.cpu().numpy()
        region = Region.of(
            _distribution(answer, L),
            centres,
            _in_cells(mask.astype(np.float32)),
            _in_cells(L),
            np.dstack([_in_cells(plane) for plane in usual]),
        )
        colours = [None, *other_colours(region, centres, choices.stop - 1, seed)]
        wanted = colours[choices.start : choices.stop] or colours[-1:]
        found = []
        for colour in wanted:
            if colour is None:
                found.append(usual)
                continue
            more_ab, more_mask = hints_for(region, centres, colour, L.shape)
            more_ab = np.where(hint_mask > 0, hint_ab, more_ab)
            answer = self._decoded(L, mask, more_ab, hint_mask | more_mask)
            found.append(self._painted(answer, L, mask, hint_ab, hint_mask, vividness))
        return found

    def _photo(self, L: Float) -> _Seen:
        """What is remembered of a photo, encoding it if it is new."""
        seen = next((seen for seen in self._seen if seen.L is L), None)
        if seen is None:
            seen = _Seen(L, self.generator.encode(self._tensor(L[None])))
        self._seen = [seen, *(other for other in self._seen if other is not seen)][:REMEMBERED]
        return seen

    def _decoded(self, L: Float, mask: Mask, hint_ab: Float, hint_mask: Mask) -> Answer:
        inside = mask.astype(np.float32)
        known = hint_mask * inside
        planes = inside[None], hint_ab * known, known[None]
        return self.generator.decode(self._photo(L).features, *(self._tensor(plane) for plane in planes))

    def _painted(
        self, answer: Answer, L: Float, mask: Mask, hint_ab: Float, hint_mask: Mask, vividness: float | None
    ) -> Float:
        """An answer as vivid as asked and with exact hints, (2, h, w) a*b*."""
        vividness = DEFAULT_VIVIDNESS if vividness is None else vividness
        inside = mask.astype(np.float32)
        painted = answer.ab
        if vividness:
            painted = painted + vividness * self._tensor(inside[None]) * self._boost(answer, L.shape)
        ab = painted[0].float().cpu().numpy()
        known = hint_mask * inside
        return _exact_hints(ab, L, inside, hint_ab * known, known) if known.any() else ab

    def _boost(self, answer: Answer, size: tuple[int, ...]) -> Tensor:
        """How much more colour the likely bins have than their average, (1, 2, h, w) a*b*."""
        boost = 100 * (mean_chroma(answer.bins, self.generator.centres, VIVID_TEMPERATURE) - answer.likely)
        boost = F.interpolate(boost, scale_factor=4, mode="bilinear", align_corners=False)
        return boost[:, :, : size[0], : size[1]]

    def _tensor(self, planes: Float) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(planes))[None].to(self.device)


def _exact_hints(ab: Float, L: Float, inside: Float, wish: Float, known: Float) -> Float:
    """Add what the answer lacks at the hints, as far as the light is even around them.

    The residual is spread by the fast global smoother guided by L* and divided by how much of the hints arrives (Min et
    al. 2014, section IV-C, with a floor that lets it fade); at the hints themselves it is the whole residual, so that
    the colour asked for is the colour got.
    """
    guide = np.rint(np.clip(L, 0, 100) * 2.55).astype(np.uint8)
    smoother = cv2.ximgproc.createFastGlobalSmootherFilter(guide, HINT_SPREAD, HINT_LIKENESS)
    residual = (wish - ab) * known
    spread = np.asarray(smoother.filter(np.dstack([*residual, known]).astype(np.float32)), np.float32)
    corrected = ab + spread[..., :2].transpose(2, 0, 1) / (spread[..., 2] + HINT_FADE) * inside
    return np.where(known > 0, wish, corrected).astype(np.float32)


def _distribution(answer: Answer, L: Float) -> Float:
    """(h/4, w/4, Q): the probability of every bin in each cell of a photo."""
    h, w = (-(-side // CELL) for side in L.shape)
    return answer.bins[0, :, :h, :w].permute(1, 2, 0).float().softmax(-1).cpu().numpy()


def _in_cells(plane: Float) -> Float:
    """(h/4, w/4): means over the distribution's cells; the last row and column are continued to fill one."""
    h, w = plane.shape
    whole = np.pad(plane, ((0, -h % CELL), (0, -w % CELL)), mode="edge")
    rows, columns = whole.shape[0] // CELL, whole.shape[1] // CELL
    return np.asarray(whole.reshape(rows, CELL, columns, CELL).mean(axis=(1, 3)), np.float32)


def _folded(generator: Generator) -> Generator:
    """The same network with every batch norm folded into its convolution."""
    for module in generator.modules():
        for name, child in list(module.named_children()):
            if isinstance(child, ConvNorm):
                convolution, norm = child
                assert isinstance(convolution, nn.Conv2d)
                assert isinstance(norm, nn.BatchNorm2d)
                setattr(module, name, fuse_conv_bn_eval(convolution, norm))
    return generator.requires_grad_(False)
