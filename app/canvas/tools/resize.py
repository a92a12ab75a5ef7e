"""Dragging the brush to another size and hardness on the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from app.canvas.tools.tool import Sample, Studio, Tool

HARDNESS_PIXELS = 200.0
"""Device pixels of a drag upwards from soft to hard."""


class ResizeTool(Tool):
    """To the right is larger, upwards harder; the outline stays where the drag began."""

    shows_brush = True

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.place = (0.0, 0.0)
        """Where the outline stays, in device pixels."""
        self._begun = (0.0, 0.0)

    def press(self, sample: Sample) -> None:
        self.is_active = True
        self.place = (sample.view_x, sample.view_y)
        self._begun = (self.studio.brush.size, self.studio.brush.hardness)

    def move(self, samples: Sequence[Sample]) -> None:
        if not self.is_active or not samples:
            return
        size, hardness = self._begun
        dx, dy = samples[-1].view_x - self.place[0], samples[-1].view_y - self.place[1]
        dpr = self.studio.view.devicePixelRatioF()
        self.studio.brush.set_size(size + 2 * dx / self.studio.view.viewport.scale)
        if abs(dy) > abs(dx) / 2:
            self.studio.brush.set_hardness(hardness - dy / (HARDNESS_PIXELS * dpr))

    def release(self) -> None:
        self.is_active = False

    def cancel(self) -> None:
        if self.is_active:
            self.is_active = False
            self.studio.brush.set_size(self._begun[0])
            self.studio.brush.set_hardness(self._begun[1])
