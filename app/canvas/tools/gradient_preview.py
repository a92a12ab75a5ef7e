"""A gradient shown while it is dragged: the overlay's colour over the photo, as dense as the mask would be."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QGradient, QImage, QLinearGradient, QPainter, QRadialGradient

from app.canvas.lines import photo_to_view
from app.canvas.tools.tool import Studio
from app.canvas.viewport import Viewport
from app.document.geometry import TILE, Point, tiles
from app.document.tiles import EMPTY, TileMask
from app.tool_options import GradientShape


class GradientPreview:
    """Drawn by Qt at the size of the screen; the mask itself is made once, at the end."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._selected: tuple[Viewport, TileMask, QImage] | None = None

    def forget(self) -> None:
        """Free the picture of the selection."""
        self._selected = None

    def draw(self, painter: QPainter, start: Point, end: Point) -> None:
        """Draw through a painter in device pixels; ``start`` and ``end`` are in photo pixels."""
        selection = self._studio.document.state.selection
        if selection is None:
            painter.save()
            self._spread(painter, start, end)
            painter.restore()
            return
        image = self._selection_image(selection).copy()
        with QPainter(image) as inside:
            inside.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            self._spread(inside, start, end)
        painter.drawImage(0, 0, image)

    def _spread(self, painter: QPainter, start: Point, end: Point) -> None:
        document, view = self._studio.document, self._studio.view
        painter.setWorldTransform(photo_to_view(view.viewport), combine=True)
        painter.fillRect(QRectF(0, 0, document.photo.width, document.photo.height), QBrush(self._gradient(start, end)))

    def _gradient(self, start: Point, end: Point) -> QGradient:
        options, overlay = self._studio.options, self._studio.view.overlay
        if options.gradient is GradientShape.LINEAR:
            gradient: QGradient = QLinearGradient(*start, *end)
        else:
            gradient = QRadialGradient(*start, math.dist(start, end))
        dense, clear = QColor(*overlay.color), QColor(*overlay.color, 0)
        dense.setAlphaF(overlay.opacity)
        gradient.setColorAt(0, clear if options.reversed else dense)
        gradient.setColorAt(1, dense if options.reversed else clear)
        return gradient

    def _selection_image(self, selection: TileMask) -> QImage:
        """The selection's coverage as opacity, where the view shows it."""
        viewport = self._studio.view.viewport
        if self._selected is not None and self._selected[0] == viewport and self._selected[1] is selection:
            return self._selected[2]
        image = QImage(viewport.view_width, viewport.view_height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        level = viewport.level
        with QPainter(image) as painter:
            painter.setWorldTransform(photo_to_view(viewport).scale(2**level, 2**level))
            for ty, tx in tiles(viewport.visible(level)):
                coverage = selection.coverage(level, ty, tx)
                if coverage is not EMPTY.pixels:
                    tile = QImage(coverage.data, TILE, TILE, TILE, QImage.Format.Format_Alpha8)
                    painter.drawImage(tx * TILE, ty * TILE, tile)
        self._selected = (viewport, selection, image)
        return image
