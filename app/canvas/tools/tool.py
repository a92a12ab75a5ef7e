"""What every tool of the canvas understands, and what it works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.brush_settings import BrushSettings
from app.document.document import Document
from app.tool_options import ToolOptions

if TYPE_CHECKING:
    from app.canvas.photo_view import PhotoView


@dataclass(frozen=True)
class Sample:
    """One pointer position: (x, y) in photo pixels, (view_x, view_y) in device pixels of the canvas.

    ``pressure`` is 0..1 for a pen that feels it and 1 for anything else; ``eraser_end``: the pen is held upside down;
    the rest tells which keys were held.
    """

    x: float
    y: float
    view_x: float
    view_y: float
    pressure: float = 1.0
    shift: bool = False
    alt: bool = False
    ctrl: bool = False
    eraser_end: bool = False


class Trail:
    """Where the last stroke ended: Shift-click draws a straight line from there, whichever tool made it."""

    def __init__(self) -> None:
        self.end: tuple[float, float] | None = None


@dataclass
class Studio:
    """What tools work with; one per open document. ``tell`` shows a sentence in the status bar."""

    document: Document
    brush: BrushSettings
    options: ToolOptions
    view: PhotoView
    tell: Callable[[str], None]
    trail: Trail = field(default_factory=Trail)


class Tool:
    """A small interaction: pressed, moved, released; or cancelled, which undoes what it began.

    A tool that needs several clicks stays ``is_active`` between them until it is confirmed or cancelled.
    """

    shows_brush = False
    """Whether the pointer is the brush's outline."""
    paints = False
    """Whether a press begins a stroke of the document."""
    asks = False
    """Whether a press asks what colours the place could have."""
    erases = False
    edits = False
    """Whether a press changes the active layer, which may refuse."""
    holds_alt: str | None = None
    """The tool that stands in for this one while Alt is held."""
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.is_active = False

    def press(self, sample: Sample) -> None:
        """The pointer went down."""

    def move(self, samples: Sequence[Sample]) -> None:
        """The pointer was dragged along these positions since the last call."""

    def right_press(self, sample: Sample) -> None:
        """The right button went down."""

    def hover(self, sample: Sample) -> None:
        """The pointer moves with no button down."""

    def release(self) -> None:
        """The pointer went up."""

    def double_click(self, sample: Sample) -> None:
        """The second press of a quick pair: two quick dabs are two dabs."""
        self.press(sample)

    def confirm(self) -> bool:
        """Return, or another tool is taken: finish what several clicks have begun. False where there is nothing."""
        return False

    def step_back(self) -> bool:
        """Backspace: take back the last of several clicks. False where there is none."""
        return False

    def wants_key(self, key: Qt.Key, *, shift: bool) -> bool:
        """Whether a key, without Ctrl or Alt, means something to the tool now: it comes before all shortcuts."""
        del key, shift
        return False

    def press_key(self, key: Qt.Key, *, shift: bool) -> None:
        """A key that it wants went down."""

    def cancel(self) -> None:
        """Give up, as if it had never been pressed."""

    def draw(self, painter: QPainter) -> None:
        """Show what is in the making, over the photo, in device pixels."""
