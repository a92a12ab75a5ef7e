"""Drawing a part of a scaled or turned image so that every pixel is the same as when all of it is drawn.

Qt's painter walks along the rows of what it draws in steps of 1/65536 of an image pixel, cut off towards zero, from
wherever the repainted part begins. A step that is no whole number of those would have added up to something else there
than on the way from the left edge, and a stroke would leave the outline of its repaint in the picture.
"""

from __future__ import annotations

import math

from PySide6.QtGui import QTransform

UNITS = 65536
"""Qt's steps per image pixel."""

BLOCK = 8
"""A repaint should cover whole blocks of so many device pixels in a row: Qt interpolates the last few pixels of a row a
little otherwise than those it can take eight at a time."""


def steady(placed: QTransform, middle: tuple[float, float]) -> QTransform:
    """``placed``, from image to device pixels, as near as Qt can draw evenly; exact at the device pixel ``middle``.

    It differs by 1/131072 of an image pixel for each device pixel away from there, which nobody sees.
    """
    inverse, _ = placed.inverted()
    m11, m12, m21, m22 = (_whole(value) for value in (inverse.m11(), inverse.m12(), inverse.m21(), inverse.m22()))
    x, y = middle
    dx = (inverse.m11() - m11) * x + (inverse.m21() - m21) * y + inverse.dx()
    dy = (inverse.m12() - m12) * x + (inverse.m22() - m22) * y + inverse.dy()
    return QTransform(m11, m12, m21, m22, _between(dx), _between(dy)).inverted()[0]


def _whole(step: float) -> float:
    """The nearest whole number of units, a trace above so that rounding errors do not cut off one more."""
    return (round(step * UNITS) + math.copysign(1e-6, step)) / UNITS


def _between(offset: float) -> float:
    """An offset at which no pixel's place comes out as a whole number of units, which could be cut off either way.

    Steps contribute halves of units, as they are taken from pixel centre to pixel centre.
    """
    return (math.floor(offset * UNITS) + 0.25) / UNITS
