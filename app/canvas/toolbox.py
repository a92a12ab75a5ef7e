"""The tools of the canvas: which one is in hand, which one is at work."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from app.canvas.tools.pan import PanTool
from app.canvas.tools.resize import ResizeTool
from app.canvas.tools.table import TOOLS
from app.canvas.tools.tool import Sample, Studio, Tool


class Toolbox:
    """Passes the pointer to the tool in hand; ``pan`` and ``resize`` stand ready beside it, even in the middle of a
    stroke. Holding Alt puts another tool in hand where the present one has one for that."""

    def __init__(self, studio: Studio, name: str) -> None:
        self._tools: dict[str, Tool] = {spec.id: spec.make(studio) for spec in TOOLS}
        self.pan = PanTool(studio)
        self.resize = ResizeTool(studio)
        self.name = name
        self._working: Tool | None = None

    def choose(self, name: str) -> None:
        """Take another tool; what several clicks have begun with the present one is finished first.

        Raises KeyError for a tool that there is none of.
        """
        if name not in self._tools:
            raise KeyError(name)
        if name != self.name:
            self.in_hand.confirm()
        self.name = name

    @property
    def in_hand(self) -> Tool:
        return self._tools[self.name]

    @property
    def at_work(self) -> Tool:
        """The tool between press and release, or else the one in hand."""
        return self._working or self.in_hand

    def held_with(self, *, alt: bool, eraser_end: bool) -> Tool:
        """The tool that a press would begin with; a pen held upside down erases whatever is in hand."""
        if eraser_end:
            return self._tools["eraser"]
        stand_in = self.in_hand.holds_alt
        return self._tools[stand_in] if alt and stand_in in self._tools else self.in_hand

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is in progress."""
        return self._working is not None and self._working.paints and self._working.is_active  # it may have refused

    @property
    def is_working(self) -> bool:
        """Whether the tool in hand, or one standing in for it, is between press and release."""
        return self._working is not None

    def press(self, sample: Sample, *, double: bool = False) -> None:
        """Begin with the tool in hand or the one standing in for it."""
        if self._working is None:
            tool = self.held_with(alt=sample.alt, eraser_end=sample.eraser_end)
            if tool.edits and (refusal := tool.studio.document.refusal):
                tool.studio.tell(refusal)
                return
            self._working = tool
            if double:
                self._working.double_click(sample)
            else:
                self._working.press(sample)

    def move(self, samples: Sequence[Sample]) -> None:
        if self._working is not None:
            self._working.move(samples)

    def release(self) -> None:
        if self._working is not None:
            working, self._working = self._working, None
            working.release()

    def cancel(self) -> bool:
        """Undo what the tool at work, or the one in hand in several clicks, has begun; False when there is nothing."""
        begun = self.resize if self.resize.is_active else self.at_work
        if begun is not self.resize:
            self._working = None
        if not begun.is_active:
            return False
        begun.cancel()
        return True

    def cursor(self, *, alt: bool, eraser_end: bool) -> Qt.CursorShape:
        """The system's cursor for the tool that is at work or would be."""
        return (self._working or self.held_with(alt=alt, eraser_end=eraser_end)).cursor
