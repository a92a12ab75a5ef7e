"""The eraser: turns the photo grey again where it passes."""

from __future__ import annotations

from app.canvas.tools.brush import BrushTool


class EraserTool(BrushTool):
    """A brush that takes coverage away."""

    erases = True
