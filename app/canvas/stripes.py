"""Lines that are seen on any ground: one pixel wide, filled with black and white stripes that stay with the screen.

So did the first painting programs: each pixel is black or white, however short or tangled the line is, and moving the
stripes makes it march.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QImage, QPainter, QPainterPath, QPen, QTransform

DASH_ALONG, DASH_DOWN = 4, 6
"""Length of a dash in level and in upright lines. They differ, so that no line in one of eight directions runs along
the stripes and is all black or all white."""
PERIOD = 2 * DASH_ALONG
_CYCLE = 24
"""Both periods fit into it: the stripes repeat after so many pixels."""

BLACK, WHITE = 0xFF000000, 0xFFFFFFFF


def _place_in_cycle(x: NDArray[np.intp], y: NDArray[np.intp]) -> NDArray[np.intp]:
    """0.._CYCLE - 1: white in the first half."""
    return (x * (_CYCLE // (2 * DASH_ALONG)) + y * (_CYCLE // (2 * DASH_DOWN))) % _CYCLE


_COLOURS = np.where(np.arange(_CYCLE) < _CYCLE // 2, np.uint32(WHITE), np.uint32(BLACK))


@lru_cache(maxsize=4)
def _pattern(thickness: int) -> QImage:
    side = _CYCLE * thickness
    y, x = np.mgrid[0:side, 0:side] // thickness
    pixels = _COLOURS[_place_in_cycle(x, y)]
    return QImage(pixels.tobytes(), side, side, 4 * side, QImage.Format.Format_RGB32).copy()  # owns its pixels


def thickness_on(dpr: float) -> int:
    """Device pixels that look like one logical pixel."""
    return max(1, round(dpr))


def draw_striped(painter: QPainter, path: QPainterPath, place: QTransform, dpr: float, phase: int = 0) -> None:
    """Draw ``path`` through ``place``, which leads to device pixels; ``phase`` 0..PERIOD - 1 moves the stripes."""
    thickness = thickness_on(dpr)
    stripes = QBrush(_pattern(thickness))
    outer = painter.worldTransform()
    for x, y in product(range(thickness), repeat=2):
        shifted = place * QTransform.fromTranslate(x, y)
        painter.setWorldTransform(shifted * outer)
        stripes.setTransform(QTransform.fromTranslate(-phase * thickness, 0) * shifted.inverted()[0])
        painter.strokePath(path, QPen(stripes, 0))  # width 0 is one device pixel at any scale, and drawn fastest
    painter.setWorldTransform(outer)


class StripedImage:
    """A path drawn once, as an image over ``area`` (device pixels) whose stripes can be moved at little cost."""

    def __init__(self, path: QPainterPath, place: QTransform, dpr: float, area: QRect) -> None:
        self.area = area
        width, height = area.width(), area.height()
        self._pixels = np.zeros(width * height, np.uint32)
        self.image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        if not area.isEmpty():
            with QPainter(self.image) as painter:
                draw_striped(painter, path, place * QTransform.fromTranslate(-area.x(), -area.y()), dpr)
        self._line = np.flatnonzero(self._pixels)
        thickness = thickness_on(dpr)
        y, x = np.divmod(self._line, max(1, width))
        self._places = _place_in_cycle((x + area.x()) // thickness, (y + area.y()) // thickness)
        self.set_phase(0)

    def points(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(x, y) in device pixels of everything that is drawn."""
        y, x = np.divmod(self._line, max(1, self.area.width()))
        return x + self.area.x(), y + self.area.y()

    def set_phase(self, phase: int) -> None:
        """Move the stripes: 0..PERIOD - 1."""
        colours = np.roll(_COLOURS, -phase * (_CYCLE // PERIOD))
        self._pixels[self._line] = colours[self._places]

    def draw(self, painter: QPainter) -> None:
        """Draw through a painter in device pixels."""
        painter.drawImage(self.area.topLeft(), self.image)
