"""What a photo will look like, before it can be worked on: its grey, roughly, where the photo is going to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.canvas.viewport import Viewport
from app.canvas.viewport_widget import ViewportWidget


class Glimpse(ViewportWidget):
    """``painted`` follows each paint event."""

    painted = Signal()

    def __init__(self, background: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._grey: NDArray[np.uint8] | None = None

    def show_grey(self, grey: NDArray[np.uint8] | None, size: tuple[int, int]) -> None:
        """(h, w) uint8, C-contiguous, of a photo of size (width, height); None puts it away."""
        self._grey = grey
        self.viewport = Viewport(*size, *self._device_size()).fitted()
        self._look()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._background)
            if self._grey is not None:
                height, width = self._grey.shape
                image = QImage(self._grey.data, width, height, width, QImage.Format.Format_Grayscale8)
                self._count_device_pixels(painter)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(QRectF(*self.viewport.photo_in_view()), image)
        self.painted.emit()
