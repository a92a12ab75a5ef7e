"""Thin lines between photo pixels that are shown so large that one wants to count them.

A line darkens what it crosses, or brightens it in the shadows: it is seen on black and on white, and nowhere louder
than needed. All lines of a repaint are one image: drawn one by one they would take longer than the photo.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QTransform

from app.canvas.steady import steady
from app.canvas.view_buffer import ViewBuffer
from app.canvas.viewport import Viewport
from app.document.geometry import EMPTY_RECT, Rect

GRID_SCALE = 8.0
"""Device pixels per photo pixel from which there is a grid."""

DARKER, LIGHTER = (0.14, 0.20), (0.09, 0.13)
"""How much of black, or of white, is in a line: where the grid begins, and from twice that scale on."""

SHADOW = 48
"""The brightness below which a line is lighter than its pixel."""

Words = NDArray[np.uint32]
Indices = NDArray[np.int64]


def draw_grid(painter: QPainter, viewport: Viewport, buffer: ViewBuffer, exposed: QRect) -> None:
    """Draw the lines inside ``exposed`` through a painter in device pixels; nothing below 800 %."""
    if viewport.scale < GRID_SCALE or buffer.level != 0:
        return
    view = exposed.intersected(QRect(0, 0, viewport.view_width, viewport.view_height))
    if viewport.is_square:  # else a line across the view would go on beside the photo
        view = view.intersected(QRect(*(round(side) for side in viewport.photo_in_view())))
    part = _seen(viewport, view).intersect(buffer.inside)
    if part.is_empty:
        return
    colours = _colours(buffer, part, min(1.0, viewport.scale / GRID_SCALE - 1.0))
    painter.save()
    if viewport.is_square:
        _draw_square(painter, viewport, colours, part, view)
    else:
        _draw_turned(painter, viewport, colours, part)
    painter.restore()


def _seen(viewport: Viewport, view: QRect) -> Rect:
    """The photo pixels that touch a part of the view, with their neighbours."""
    if view.isEmpty():
        return EMPTY_RECT
    xs, ys = (view.x(), view.x() + view.width()), (view.y(), view.y() + view.height())
    corners = [viewport.to_photo(x, y) for x in xs for y in ys]
    left, top = (math.floor(min(c[i] for c in corners)) - 1 for i in (0, 1))
    right, bottom = (math.ceil(max(c[i] for c in corners)) + 1 for i in (0, 1))
    return Rect(left, top, right - left, bottom - top)


def _colours(buffer: ViewBuffer, part: Rect, nearness: float) -> Words:
    """(h, w) premultiplied ARGB: what a line over each pixel of ``part`` is drawn with."""
    x, y = part.x - buffer.area.x, part.y - buffer.area.y
    pixels = np.ascontiguousarray(buffer.pixels[y : y + part.height, x : x + part.width])
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY)
    black, white = (round(255 * (low + nearness * (high - low))) for low, high in (DARKER, LIGHTER))
    return np.where(grey < SHADOW, np.uint32(white * 0x01010101), np.uint32(black << 24))


def _draw_square(painter: QPainter, viewport: Viewport, colours: Words, part: Rect, view: QRect) -> None:
    """At a right angle: along the first device pixels to the right of, or below, the border of two photo pixels."""
    across = [viewport.to_photo(x + 0.5, 0.5) for x in range(view.x() - 1, view.x() + view.width())]
    down = [viewport.to_photo(0.5, y + 0.5) for y in range(view.y() - 1, view.y() + view.height())]
    sideways = viewport.lies_sideways
    columns = np.floor([place[1 if sideways else 0] for place in across]).astype(np.int64)
    rows = np.floor([place[0 if sideways else 1] for place in down]).astype(np.int64)
    width, height = viewport.photo_width, viewport.photo_height
    if sideways:
        colours, part, width, height = colours.T, Rect(part.y, part.x, part.height, part.width), height, width
    lines = _Lines.between(rows, height, part.y, part.height), _Lines.between(columns, width, part.x, part.width)
    painter.drawImage(view.topLeft(), _image(_overlay(colours, *lines)))


def _draw_turned(painter: QPainter, viewport: Viewport, colours: Words, part: Rect) -> None:
    """At an odd angle: an image with the lines' width as its pixel, laid over the photo."""
    fine = round(viewport.scale)
    rows = _Lines.every(fine, part.height, begins=part.y == 0)
    columns = _Lines.every(fine, part.width, begins=part.x == 0)
    x_axis_x, x_axis_y, y_axis_x, y_axis_y = (step / fine for step in viewport.transform()[:4])
    placed = QTransform(x_axis_x, x_axis_y, y_axis_x, y_axis_y, *viewport.to_view(part.x, part.y))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(steady(placed, viewport.middle), combine=True)
    painter.drawImage(0, 0, _image(_overlay(colours, rows, columns)))


class _Lines:
    """Along one axis of an overlay: which photo pixel each of its pixels shows, and which are lines."""

    def __init__(self, shown: Indices, lines: Indices) -> None:
        self.shown = shown
        self.lines = lines

    @classmethod
    def between(cls, places: Indices, count: int, first: int, length: int) -> _Lines:
        """``places`` are photo pixels, of ``count``, under neighbouring device pixels; one more than is drawn."""
        here, before = places[1:], places[:-1]
        both_inside = (np.minimum(here, before) >= 0) & (np.maximum(here, before) < count)
        return cls(np.clip(here - first, 0, length - 1), np.flatnonzero((here != before) & both_inside))

    @classmethod
    def every(cls, fine: int, length: int, *, begins: bool) -> _Lines:
        """``length`` photo pixels of ``fine`` overlay pixels each; with no line at the photo's own border."""
        return cls(np.arange(length * fine) // fine, np.arange(fine if begins else 0, length * fine, fine))


def _overlay(colours: Words, rows: _Lines, columns: _Lines) -> Words:
    """(rows, columns) premultiplied ARGB with nothing but the lines."""
    overlay = np.zeros((len(rows.shown), len(columns.shown)), np.uint32)
    overlay[rows.lines] = colours[rows.shown[rows.lines]][:, columns.shown]
    overlay[:, columns.lines] = colours[:, columns.shown[columns.lines]][rows.shown]
    return overlay


def _image(overlay: Words) -> QImage:
    height, width = overlay.shape
    return QImage(overlay.data, width, height, overlay.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
