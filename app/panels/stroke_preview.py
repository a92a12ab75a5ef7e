"""What a brush paints, in small: a stroke of the real engine whose pressure swells and fades."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage, QPixmap

from app import theme
from app.brush_values import BrushValues, limited
from app.document.photo import Photo
from app.document.pooling import Codes
from app.document.stroke import Stroke
from app.document.tiles import TileMask

POINTS = 40
LARGEST = 0.6
"""Diameter of the largest brush shown, as a share of the preview's height."""
SWAY = 0.16
"""How far the path leaves the middle, as a share of the height."""
REACH = 0.45
"""How far below the path the edge lies that an edge-aware brush is shown to keep to, in radii."""

REDRAW_MILLISECONDS = 60
"""At most this often a preview follows a brush that keeps changing: drawing it takes longer than a frame."""


def stroke_coverage(values: BrushValues, width: int, height: int) -> Codes:
    """(height, width) uint8: an S-shaped stroke from left to right under a pressure that rises and falls.

    A brush too large for the picture is shown smaller. An edge-aware one follows an edge just below its path.
    """
    shown = _fitting(values, height)
    margin = max(LARGEST * height, shown.size) / 2 + 1
    along = np.linspace(0.0, 1.0, POINTS)
    xs = margin + along * (width - 2 * margin)
    ys = height / 2 - np.sin(2 * math.pi * along) * height * SWAY
    photo = None
    if shown.edge_aware:
        edge = np.interp(np.arange(width), xs, ys) + REACH * shown.size / 2
        photo = Photo.from_rgb(np.where(np.arange(height)[:, None] < edge, 210, 60).astype(np.uint8))
    stroke = Stroke(TileMask.empty(height, width), shown.brush(), photo=photo)
    pressures = np.sin(math.pi * along) ** 0.8
    stroke.add([shown.touch(*place) for place in zip(xs.tolist(), ys.tolist(), pressures.tolist(), strict=True)])
    return stroke.mask.to_array()


def _fitting(values: BrushValues, height: int) -> BrushValues:
    return replace(values, size=min(values.size, max(1.0, LARGEST * height)))


def stroke_pixmap(values: BrushValues, width: int, height: int, dpr: float = 1.0) -> QPixmap:
    """The stroke in the theme's colours, ``width`` × ``height`` logical pixels; drawn once per brush."""
    scaled = replace(values, size=limited("size", values.size * dpr))
    return _drawn(_fitting(scaled, round(height * dpr)), round(width * dpr), round(height * dpr), dpr)


@lru_cache(maxsize=256)
def _drawn(values: BrushValues, width: int, height: int, dpr: float) -> QPixmap:
    share = stroke_coverage(values, width, height)[:, :, None] / np.float32(255)
    paper, ink = _rgb(theme.FIELD), _rgb(theme.TEXT)
    rgb = np.ascontiguousarray(np.rint(paper + share * (ink - paper)).astype(np.uint8))
    pixmap = QPixmap.fromImage(QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888))
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def _rgb(name: str) -> npt.NDArray[np.float32]:
    color = QColor(name)
    return np.array([color.red(), color.green(), color.blue()], np.float32)
