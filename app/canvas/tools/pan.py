"""Moving the photo under the window, with the hand tool, with Space held, or with the middle button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from app.canvas.tools.tool import Sample, Studio, Tool


class PanTool(Tool):
    """Never touches the document."""

    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._last = (0.0, 0.0)

    def press(self, sample: Sample) -> None:
        self.is_active = True
        self._last = (sample.view_x, sample.view_y)

    def move(self, samples: Sequence[Sample]) -> None:
        if not self.is_active or not samples:
            return
        x, y = samples[-1].view_x, samples[-1].view_y
        dx, dy = x - self._last[0], y - self._last[1]
        self._last = (x, y)
        self.studio.view.pan(dx, dy)

    def release(self) -> None:
        self.is_active = False

    def cancel(self) -> None:
        self.is_active = False
