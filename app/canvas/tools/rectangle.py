"""The rectangle: whole photo pixels from corner to corner."""

from __future__ import annotations

import numpy as np

from app.canvas.lines import Line
from app.canvas.tools.box import BoxTool
from app.document.geometry import Rect
from app.document.shapes import rectangle
from app.document.tiles import TileMask


class RectangleTool(BoxTool):
    """Selects the box itself."""

    step = "Select rectangle"

    def region(self, box: Rect) -> TileMask:
        photo = self.studio.document.photo
        return rectangle(photo.height, photo.width, box.x, box.y, box.right, box.bottom)

    def outline(self, box: Rect) -> Line:
        x, y = [box.x, box.right, box.right, box.x, box.x], [box.y, box.y, box.bottom, box.bottom, box.y]
        return np.stack([x, y], axis=1).astype(np.float64)
