"""Which processor runs the network."""

from __future__ import annotations

import torch


class DeviceError(Exception):
    """A device that was asked for is not there; the sentence says which are."""


def choose_device(name: str = "auto") -> torch.device:
    """``auto`` takes CUDA, then Apple's MPS, then the CPU. Raises DeviceError if ``name`` is not available."""
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(kind for kind in ("cuda", "mps", "cpu") if available[kind])
    if not available.get(name):
        here = ", ".join(kind for kind, there in available.items() if there)
        raise DeviceError(f"This machine has no {name} device that PyTorch can use; choose one of: auto, {here}.")
    return torch.device(name)
