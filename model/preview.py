"""A quick look during training: a few fixed photos, four figures and a picture.

Not the evaluation (that is ``evaluate``), only enough to see whether a run learns and what its colours look like.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from model.colour import lab_to_rgb, rgb_to_lab
from model.dataset import photo_files
from model.generator import mean_chroma
from model.masks import FAMILIES, TRAINED, sample

VIVID_TEMPERATURE = 0.7
Answer = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor | None]]
"""L, mask, hint_ab, hint_mask → a*b* and the logits of the bins, where there are any: the generator's own signature."""


class Probe:
    """``measure`` gives, on the photos of ``sources``: hints_0 and hints_10 (gain in dB over grey), fill, leak, and for
    networks with bins vivid_0 and vivid_fill."""

    def __init__(self, sources: list[Path], *, side: int, count: int = 64) -> None:
        photos: list[NDArray[np.float32]] = []
        for _, encoded in photo_files(sources):
            bgr = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
            if bgr is None:
                continue
            height, width = bgr.shape[:2]
            extent = min(height, width)
            top, left = (height - extent) // 2, (width - extent) // 2
            square = np.ascontiguousarray(bgr[top : top + extent, left : left + extent, ::-1])
            square = cv2.resize(square, (side, side), interpolation=cv2.INTER_AREA)
            photos.append(rgb_to_lab(np.asarray(square, np.uint8)))
            if len(photos) == count:
                break
        self.lab = torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2)
        generator = torch.Generator().manual_seed(1)
        families = [name for name in TRAINED if not FAMILIES[name].needs]
        masks = [sample(families[i % len(families)], generator, 1, side, side) for i in range(len(photos))]
        self.masks = torch.cat(masks).float()[:, None]
        self.dabs = torch.zeros_like(self.masks)
        for i in range(len(photos)):
            for row, column in torch.randint(side - 5, (10, 2), generator=generator).tolist():
                self.dabs[i, 0, row : row + 5, column : column + 5] = 1

    @torch.inference_mode()
    def measure(
        self, answer: Answer, device: torch.device, picture: Path, centres: torch.Tensor | None = None
    ) -> dict[str, float]:
        """Run the fixed tasks in full precision, write the sheet, return the figures. ``centres``: (Q, 2) of the bins
        in a*b*, for networks that have them."""
        L, ab = self.lab[:, :1], self.lab[:, 1:]
        full, none = torch.ones_like(L), torch.zeros_like(L)
        unhinted, bins = _run(answer, device, L, full, ab * none, none)
        hinted, _ = _run(answer, device, L, full, ab * self.dabs, self.dabs)
        masked, _ = _run(answer, device, L, self.masks, ab * none, none)
        vivid = unhinted
        if bins is not None and centres is not None:
            vivid = mean_chroma(bins, centres.cpu(), VIVID_TEMPERATURE)
            vivid = torch.nn.functional.interpolate(vivid, size=L.shape[2:], mode="bilinear")
        inside, outside = self.masks, 1 - self.masks
        strength = masked.norm(dim=1, keepdim=True)
        mean_inside = (strength * inside).sum() / inside.sum()
        looks = (ab * 0, unhinted, vivid, hinted, masked, ab)
        rows = [
            np.concatenate([_rgb(self.lab[i], chroma[i]) for chroma in looks], axis=1) for i in range(min(12, len(L)))
        ]
        while len(rows) < 12:
            rows.append(np.zeros_like(rows[0]))
        sheet = np.concatenate([np.concatenate(rows[:6]), np.concatenate(rows[6:])], axis=1)[:, :, ::-1]
        cv2.imwrite(str(picture), np.ascontiguousarray(sheet))
        grey = self._psnr(ab * 0)
        return {
            "hints_0": self._psnr(unhinted) - grey,
            "hints_10": self._psnr(hinted) - grey,
            "vivid_0": self._psnr(vivid) - grey,
            "fill": float(unhinted.norm(dim=1).mean() / ab.norm(dim=1).mean()),
            "vivid_fill": float(vivid.norm(dim=1).mean() / ab.norm(dim=1).mean()),
            "leak": float((strength * outside).sum() / outside.sum() / mean_inside.clamp_min(1e-6)),
        }

    def _psnr(self, ab: torch.Tensor) -> float:
        """Mean over the photos of the PSNR in sRGB, dB."""
        values = []
        for lab, chroma in zip(self.lab, ab, strict=True):
            truth, ours = (_rgb(lab, each).astype(np.float64) for each in (lab[1:], chroma))
            values.append(10 * np.log10(255**2 / max(1e-3, float(np.mean((truth - ours) ** 2)))))
        return float(np.mean(values))


def _rgb(lab: torch.Tensor, ab: torch.Tensor) -> NDArray[np.uint8]:
    """The sRGB picture (h, w, 3) of the photo's light with other chroma."""
    return lab_to_rgb(np.ascontiguousarray(torch.cat([lab[:1], ab]).permute(1, 2, 0).numpy()))


def _run(answer: Answer, device: torch.device, *planes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
    chunks = zip(*(torch.split(plane.to(device), 16) for plane in planes), strict=True)
    painted, bins = zip(*(answer(*chunk) for chunk in chunks), strict=True)
    told = [each for each in bins if each is not None]
    return torch.cat(painted).cpu(), torch.cat(told).float().cpu() if told else None
