"""Lines in photo pixels, on their way to the screen, and the area that they cover there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QRect, Qt
from PySide6.QtGui import QPainter, QPainterPath, QRegion, QTransform

from app.canvas.photo_view import PhotoView
from app.canvas.stripes import draw_striped
from app.canvas.viewport import Viewport

Line = NDArray[np.float32] | NDArray[np.float64]
"""(n, 2): x, y of each corner in photo pixels; closed where the last equals the first."""

CELL = 32
"""Device pixels: side of the squares that make up the area a line covers."""
_SAMPLING = 16.0
_CROWDED = 0.4
"""Above this share of covered squares one rectangle is repainted faster than many."""


def photo_to_view(viewport: Viewport) -> QTransform:
    """From photo pixels to device pixels of the view."""
    return QTransform(*viewport.transform())


def path_of(lines: Sequence[Line]) -> QPainterPath:
    """One path of all lines. Goes through Qt's stream format: a call for each corner would take ten times as long."""
    lines = [line for line in lines if len(line) > 1]
    count = sum(map(len, lines))
    path = QPainterPath()
    if not count:
        return path
    elements = np.ones(count, np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")]))
    elements["kind"][np.cumsum([0, *map(len, lines[:-1])])] = 0
    corners = np.concatenate(lines)
    elements["x"], elements["y"] = corners[:, 0], corners[:, 1]
    head, tail = np.array([count], ">i4"), np.zeros(2, ">i4")
    QDataStream(QByteArray(head.tobytes() + elements.tobytes() + tail.tobytes())) >> path
    return path


def region_along(lines: Sequence[Line], viewport: Viewport, margin: float) -> QRegion:
    """The part of the view within ``margin`` device pixels of the lines, in whole squares of CELL."""
    lines = [line for line in lines if len(line)]
    if not lines:
        return QRegion()
    columns, rows = -(-viewport.view_width // CELL), -(-viewport.view_height // CELL)
    covered = np.zeros((rows, columns), np.bool_)
    points = np.concatenate([_sampled(_in_view(line, viewport)) for line in lines])
    reach = margin + _SAMPLING / 2
    low = np.floor((points - reach) / CELL).astype(np.intp)
    high = np.floor((points + reach) / CELL).astype(np.intp)
    for x, y in ((low, low), (low, high), (high, low), (high, high)):
        inside = (x[:, 0] >= 0) & (x[:, 0] < columns) & (y[:, 1] >= 0) & (y[:, 1] < rows)
        covered[y[inside, 1], x[inside, 0]] = True
    return region_of_cells(covered)


def _in_view(line: Line, viewport: Viewport) -> NDArray[np.float64]:
    matrix = np.reshape(viewport.transform(), (3, 2))
    return np.asarray(line @ matrix[:2] + matrix[2], np.float64)


def _sampled(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same line with a point at least every _SAMPLING device pixels."""
    if len(points) < 2:
        return points
    ways = np.diff(points, axis=0)
    pieces = np.maximum(1, np.ceil(np.hypot(ways[:, 0], ways[:, 1]) / _SAMPLING)).astype(np.intp)
    if pieces.max() == 1:
        return points
    first = np.concatenate([[0], np.cumsum(pieces)[:-1]])
    share = (np.arange(pieces.sum()) - np.repeat(first, pieces)) / np.repeat(pieces, pieces)
    between = np.repeat(points[:-1], pieces, axis=0) + np.repeat(ways, pieces, axis=0) * share[:, None]
    return np.concatenate([between, points[-1:]])


def region_of_cells(covered: NDArray[np.bool_]) -> QRegion:
    """The squares of CELL device pixels that are true, (rows, columns) from the view's corner."""
    rows, columns = np.nonzero(covered)
    if not len(rows):
        return QRegion()
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    if covered.sum() > _CROWDED * (right - left) * (bottom - top):
        return QRegion(*(int(side) * CELL for side in (left, top, right - left, bottom - top)))
    region = QRegion()
    for row in range(int(top), int(bottom)):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], covered[row].astype(np.int8), [0]])))
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            region += QRect(start * CELL, row * CELL, (stop - start) * CELL, CELL)
    return region


class LinesInTheMaking:
    """What a tool is drawing: repaints where it was and where it is."""

    def __init__(self, view: PhotoView) -> None:
        self._view = view
        self._viewport = view.viewport
        self._lines: Sequence[Line] = ()
        self._region = QRegion()

    def show(self, *lines: Line) -> None:
        """Show these lines instead of the ones before; none, to show nothing."""
        if self._view.viewport != self._viewport:  # the ones before have moved with the photo
            self._viewport = self._view.viewport
            self._region = self._region_along(self._lines)
        region = self._region_along(lines)
        self._view.update_device(self._region.united(region))
        self._lines, self._region = lines, region

    def _region_along(self, lines: Sequence[Line]) -> QRegion:
        return region_along(lines, self._viewport, 2 + self._view.devicePixelRatioF())

    def draw(self, painter: QPainter) -> None:
        """Draw through a painter in device pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        place = photo_to_view(self._view.viewport)
        draw_striped(painter, path_of(self._lines), place, self._view.devicePixelRatioF())
