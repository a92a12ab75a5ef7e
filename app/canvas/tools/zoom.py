"""The zoom tool: a click goes one step closer, with Alt one step back; a drag shows the rectangle that it draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QPainter

from app.canvas.lines import LinesInTheMaking
from app.canvas.tools.region import is_drag
from app.canvas.tools.tool import Sample, Studio, Tool


class ZoomTool(Tool):
    """Never touches the document."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._lines = LinesInTheMaking(studio.view)
        self._pressed = Sample(0, 0, 0, 0)
        self._corners: np.ndarray[tuple[int, int], np.dtype[np.float64]] | None = None

    def press(self, sample: Sample) -> None:
        self._pressed, self._corners, self.is_active = sample, None, True

    def move(self, samples: Sequence[Sample]) -> None:
        view = self.studio.view
        if not self.is_active or not samples:
            return
        if self._corners is None and not is_drag(view.devicePixelRatioF(), self._pressed, samples[-1]):
            return
        x0, y0 = view.viewport.to_view(self._pressed.x, self._pressed.y)
        x1, y1 = view.viewport.to_view(samples[-1].x, samples[-1].y)
        # Upright on the screen, however the photo is turned.
        corners = [view.viewport.to_photo(x, y) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))]
        self._corners = np.array(corners)
        self._lines.show(self._corners)

    def release(self) -> None:
        if not self.is_active:
            return
        corners, view, pressed = self._corners, self.studio.view, self._pressed
        self.cancel()
        if corners is not None:
            view.zoom_to(*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())
            return
        x, y = pressed.view_x, pressed.view_y
        stepped = view.viewport.stepped(-1 if pressed.alt else 1, x, y)
        view.zoom_by(stepped.scale / view.viewport.scale, x, y)

    def cancel(self) -> None:
        self._corners, self.is_active = None, False
        self._lines.show()

    def draw(self, painter: QPainter) -> None:
        self._lines.draw(painter)
