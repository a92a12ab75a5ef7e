"""What is painted stays: a new answer's field, with every place that hardly changed left exactly as it was."""

from __future__ import annotations

import weakref
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.chroma import ChromaField, Succession
from app.document.geometry import EMPTY_RECT, Rect
from app.document.space import Floats

SETTLED = 0.05
"""A place whose colour would move by less than this (a*b* units) at every lightness does not move at all."""

_FARTHEST = np.array([[100, 0, 1, 0], [0, 100, 0, 1]], np.float32)
"""From the steps of A_a, A_b, b_a, b_b to the largest steps of a* and b* that any lightness can see."""

_REACH = 8
"""Cells of the guide around a changed one in which sampling may notice it."""


def settle(field: ChromaField, older: ChromaField | None) -> tuple[ChromaField, Rect]:
    """The field to show after ``older``, and the photo pixels whose colours it changes."""
    height, width = field.photo_size
    if older is None or older.coefficients.shape != field.coefficients.shape:
        return field, Rect(0, 0, width, height)
    if older is field:
        return field, EMPTY_RECT
    if field.limits is not None and older.limits is not None and older.limits.shape != field.limits.shape:
        return field, Rect(0, 0, width, height)  # made at another working size
    step = cv2.transform(cv2.absdiff(field.coefficients, older.coefficients), _FARTHEST)
    moved = (cv2.max(*cv2.split(step)) > SETTLED).astype(np.uint8)
    limits = field.limits
    if limits is not None and older.limits is not None:
        shifted = (np.abs(limits - older.limits).max(axis=-1) > SETTLED).astype(np.uint8)
        limits = _replaced(older.limits, limits, shifted)
        moved |= _enlarged(shifted, moved.shape)
    if not moved.any():
        return older, EMPTY_RECT
    coefficients = _replaced(older.coefficients, field.coefficients, moved)
    x, y, w, h = cv2.boundingRect(moved)
    across, down = width / moved.shape[1], height / moved.shape[0]
    left, top = int((x - _REACH) * across), int((y - _REACH) * down)
    right, bottom = int((x + w + _REACH) * across) + 1, int((y + h + _REACH) * down) + 1
    changed = Rect(left, top, right - left, bottom - top).clip(height, width)
    succession = Succession(weakref.ref(older), changed)
    return replace(field, coefficients=coefficients, limits=limits, succeeds=succession), changed


def _replaced(older: Floats, newer: Floats, where: NDArray[np.uint8]) -> Floats:
    """A copy of the older grid with the newer's cells where they are wanted; cv2 does it far faster than numpy."""
    grid = older.copy()
    cv2.copyTo(newer, where, grid)
    return grid


def _enlarged(marked: NDArray[np.uint8], size: tuple[int, ...]) -> NDArray[np.uint8]:
    """Network pixels as the guide cells they touch, one network pixel further each way."""
    wide = cv2.dilate(marked, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(wide, (size[1], size[0]), interpolation=cv2.INTER_NEAREST), np.uint8)
