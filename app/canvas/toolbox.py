"""The tools of the canvas: which one is in hand, which one is at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from app.brush_settings import BrushSettings
from app.canvas.tools.brush import BrushTool, Trail
from app.canvas.tools.eraser import EraserTool
from app.canvas.tools.pan import PanTool
from app.canvas.tools.tool import Sample, Tool
from app.document.document import Document


class ToolName(Enum):
    """The tools that the user can take."""

    BRUSH = "brush"
    ERASER = "eraser"
    HAND = "hand"


class Toolbox:
    """Passes the pointer to the tool in hand; ``pan`` stands ready beside it, even in the middle of a stroke."""

    def __init__(self, settings: BrushSettings, pan: Callable[[float, float], None]) -> None:
        self.name = ToolName.BRUSH
        self.pan = PanTool(pan)
        self._settings = settings
        self._tools: dict[ToolName, Tool] = {ToolName.HAND: self.pan}
        self._working: ToolName | None = None

    def set_document(self, document: Document) -> None:
        """The brush and the eraser work on another document from now on."""
        trail = Trail()
        self._tools[ToolName.BRUSH] = BrushTool(document, self._settings, trail)
        self._tools[ToolName.ERASER] = EraserTool(document, self._settings, trail)

    def choose(self, name: ToolName) -> None:
        self.name = name

    @property
    def shows_brush(self) -> bool:
        """Whether the tool in hand has a brush outline."""
        return self.name is not ToolName.HAND

    @property
    def erases(self) -> bool:
        """Whether the tool at work, or else the one in hand, is the eraser."""
        return (self._working or self.name) is ToolName.ERASER

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is in progress."""
        return self._working in (ToolName.BRUSH, ToolName.ERASER)

    def press(self, sample: Sample, *, eraser_end: bool = False) -> None:
        """Begin with the tool in hand; a pen held upside down erases whatever is in hand."""
        if self._working is None:
            self._working = ToolName.ERASER if eraser_end else self.name
            self._tools[self._working].press(sample)

    def move(self, samples: Sequence[Sample]) -> None:
        if self._working is not None:
            self._tools[self._working].move(samples)

    def release(self) -> None:
        if self._working is not None:
            working, self._working = self._working, None
            self._tools[working].release()

    def cancel(self) -> bool:
        """Undo what the tool at work has begun; False when none was."""
        if self._working is None:
            return False
        working, self._working = self._working, None
        self._tools[working].cancel()
        return True
