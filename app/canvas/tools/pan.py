"""Moving the photo under the window, with the hand tool, with Space held, or with the middle button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.canvas.tools.tool import Sample


class PanTool:
    """Calls ``pan(dx, dy)`` in device pixels; never touches the document."""

    def __init__(self, pan: Callable[[float, float], None]) -> None:
        self._pan = pan
        self._last: tuple[float, float] | None = None

    @property
    def is_active(self) -> bool:
        return self._last is not None

    def press(self, sample: Sample) -> None:
        self._last = (sample.view_x, sample.view_y)

    def move(self, samples: Sequence[Sample]) -> None:
        if self._last is None or not samples:
            return
        x, y = samples[-1].view_x, samples[-1].view_y
        dx, dy = x - self._last[0], y - self._last[1]
        self._last = (x, y)
        self._pan(dx, dy)

    def release(self) -> None:
        self._last = None

    def cancel(self) -> None:
        self._last = None
