"""The ellipse: as large as the box that is dragged."""

from __future__ import annotations

import numpy as np

from app.canvas.lines import Line
from app.canvas.tools.box import BoxTool
from app.document.geometry import Rect
from app.document.shapes import ellipse
from app.document.tiles import TileMask

_AROUND = np.linspace(0, 2 * np.pi, 181)
_UNIT_CIRCLE = np.stack([np.cos(_AROUND), np.sin(_AROUND)], axis=1)
"""So many corners that a circle across the screen is a circle to within a third of a device pixel."""


class EllipseTool(BoxTool):
    """Selects the ellipse that touches the box's four sides."""

    step = "Select ellipse"

    def region(self, box: Rect) -> TileMask:
        photo, options = self.studio.document.photo, self.studio.options
        return ellipse(photo.height, photo.width, box.x, box.y, box.right, box.bottom, antialias=options.antialias)

    def outline(self, box: Rect) -> Line:
        half = np.array([box.width, box.height]) / 2
        return np.asarray((box.x, box.y) + half + _UNIT_CIRCLE * half, np.float64)
