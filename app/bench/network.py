"""What one forward of the network costs."""

from __future__ import annotations

import os
import statistics
import time

import numpy as np


def forward() -> tuple[dict[str, float], str, int]:
    """Median milliseconds of one whole forward (no cached features) by side, all cores, fp32; device; threads."""
    import torch

    from model.colorizer import Colorizer

    torch.set_num_threads(os.cpu_count() or 1)
    colorizer = Colorizer()
    told = {}
    for side in (256, 512):
        mask, none = np.ones((side, side), np.uint8), np.zeros((side, side), np.uint8)
        times = []
        for i in range(12):
            light = np.random.default_rng(i).uniform(0, 100, (side, side)).astype(np.float32)
            started = time.perf_counter()
            colorizer.colorize(light, mask, np.zeros((2, side, side), np.float32), none, vividness=0.0)
            times.append((time.perf_counter() - started) * 1000)
        told[str(side)] = statistics.median(times[2:])
    return told, colorizer.device.type, torch.get_num_threads()
