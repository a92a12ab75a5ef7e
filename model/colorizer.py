"""The one door to the network: L*, mask and hints in, chroma out.

A :class:`Colorizer` holds one trained generator on one device, remembers the encoder's features of the last photo it
saw, makes hints exact, and makes the colour as vivid as asked.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from model.checkpoint import WeightsError, load_generator, shipped_weights
from model.device import choose_device
from model.generator import Answer, ConvNorm, Features, Generator, mean_chroma

Float = NDArray[np.float32]

LONG_SIDE = 256
"""The standard size: what the network was trained near. Photos are shrunk to this long side before they come here."""

DEFAULT_VIVIDNESS = 0.85
VIVID_TEMPERATURE = 0.45
HINT_SPREAD = (
    100.0  # the smoother's λ: its square root is about how far, in pixels, a correction reaches on even ground
)
HINT_LIKENESS = 16.0  # 8-bit codes of L*; across a larger step of lightness the correction stops
HINT_FADE = 1e-3  # what the smoother leaves of a hint where half of its correction is given up


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
        self._photo: tuple[Float, Features] | None = None

    @property
    def device_name(self) -> str:
        """The device as people know it: ``CPU``, or the graphics card's name."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return {"mps": "Apple GPU"}.get(self.device.type, "CPU")

    def colorize(
        self,
        L: Float,
        mask: NDArray[np.uint8],
        hint_ab: Float,
        hint_mask: NDArray[np.uint8],
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
        try:
            return self._answer(L, mask, hint_ab, hint_mask, vividness)
        except torch.OutOfMemoryError:
            self.notice = f"{self.device_name} ran out of memory; colouring on the CPU instead"
            self._photo = None
            self.device = torch.device("cpu")
            self.generator.to(self.device)
            torch.cuda.empty_cache()
            return self._answer(L, mask, hint_ab, hint_mask, vividness)

    @torch.inference_mode()
    def _answer(
        self,
        L: Float,
        mask: NDArray[np.uint8],
        hint_ab: Float,
        hint_mask: NDArray[np.uint8],
        vividness: float | None,
    ) -> Float:
        if self._photo is None or self._photo[0] is not L:
            self._photo = (L, self.generator.encode(self._tensor(L[None])))
        inside = mask.astype(np.float32)
        known = hint_mask * inside
        wish = hint_ab * known
        answer = self.generator.decode(
            self._photo[1], self._tensor(inside[None]), self._tensor(wish), self._tensor(known[None])
        )
        vividness = DEFAULT_VIVIDNESS if vividness is None else vividness
        painted = answer.ab
        if vividness:
            painted = painted + vividness * self._tensor(inside[None]) * self._boost(answer, L.shape)
        ab = painted[0].float().cpu().numpy()
        return _exact_hints(ab, L, inside, wish, known) if known.any() else ab

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
