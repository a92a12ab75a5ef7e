"""A widget that looks at something through a viewport: zooming, moving, turning and mirroring it.

Positions from Qt are logical; everything inside is in device pixels (see :mod:`app.canvas.viewport`).
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRect, QSize, Signal
from PySide6.QtGui import QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.canvas.steady import BLOCK
from app.canvas.viewport import Viewport


class ViewportWidget(QWidget):
    """Knows where things are; subclasses know what is there. ``viewed`` follows each change of the viewport."""

    viewed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = Viewport(1, 1, 1, 1)
        self._fits = True

    def _look(self) -> None:
        """The viewport is another one: show what it shows."""
        self.update()
        self.viewed.emit()

    # -- movements -----------------------------------------------------------------------------------------------

    def zoom_by(self, factor: float, x: float, y: float) -> None:
        """Multiply the scale; the photo point at (x, y) device pixels stays there."""
        self._move_to(self.viewport.scaled_to(self.viewport.scale * factor, x, y))

    def zoom_step(self, direction: int) -> None:
        """To the next zoom stop in (1) or out (-1), about the middle."""
        self._move_to(self.viewport.stepped(direction, *self.viewport.middle))

    def zoom_actual(self) -> None:
        """One photo pixel per device pixel, about the middle."""
        self._move_to(self.viewport.scaled_to(1.0, *self.viewport.middle))

    def zoom_fit(self) -> None:
        """The whole photo; it stays fitted when the window is resized."""
        self._fits = True
        self.viewport = self.viewport.fitted()
        self._look()

    def zoom_to(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """As close as the photo rectangle between two corners can be seen whole."""
        self._move_to(self.viewport.filled_with(x0, y0, x1, y1))

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by device pixels."""
        self._move_to(self.viewport.panned(dx, dy))

    def centre_on(self, x: float, y: float) -> None:
        """Bring a photo point into the middle."""
        self._move_to(self.viewport.centred_on(x, y))

    def rotate_view(self, degrees: float, x: float | None = None, y: float | None = None) -> None:
        """Turn the photo on the screen clockwise by ``degrees`` more, about (x, y) device pixels or the middle."""
        self._move_to(self.viewport.rotated_by(degrees, x, y))

    def set_rotation(self, degrees: float, x: float | None = None, y: float | None = None) -> None:
        """Turn the photo on the screen to ``degrees`` clockwise, about (x, y) device pixels or the middle."""
        self._move_to(self.viewport.rotated_to(degrees, x, y))

    def reset_rotation(self) -> None:
        """Upright again, about the middle; a fitted photo is fitted anew."""
        if self._fits:
            self._move_to(self.viewport.rotated_to(0.0), fits=True)
        else:
            self.set_rotation(0.0)

    def mirror_view(self, on: bool) -> None:
        """Show the photo as in a mirror, or no longer; its middle stays in the middle."""
        if on != self.viewport.mirrored:
            self._move_to(self.viewport.mirrored_about(), fits=self._fits)

    def _move_to(self, viewport: Viewport, *, fits: bool = False) -> None:
        self._fits = fits
        self.viewport = viewport.fitted() if fits else viewport
        self._look()

    # -- device pixels -------------------------------------------------------------------------------------------

    def _device_size(self) -> tuple[int, int]:
        dpr = self.devicePixelRatioF()
        return max(1, round(self.width() * dpr)), max(1, round(self.height() * dpr))

    def _count_device_pixels(self, painter: QPainter) -> None:
        """Let a painter on this widget count whole device pixels from the widget's corner.

        With a ratio like 1.25 the corner may lie between two of them; a photo drawn from there would be blurred.
        """
        dpr = self.devicePixelRatioF()
        painter.scale(1 / dpr, 1 / dpr)
        corner = painter.deviceTransform()
        painter.translate(round(corner.dx()) - corner.dx(), round(corner.dy()) - corner.dy())

    def update_device(self, region: QRegion) -> None:
        """Ask for a repaint of device pixels."""
        dpr, spare = self.devicePixelRatioF(), self._spare
        for rect in region:  # type: ignore[attr-defined] # PySide's stubs do not know that regions iterate
            wide = rect.adjusted(-spare, -spare, spare, spare)
            left, right = wide.left() // BLOCK * BLOCK, -(-(wide.right() + 1) // BLOCK) * BLOCK
            x, y = math.floor(left / dpr), math.floor(wide.top() / dpr)
            self.update(QRect(x, y, math.ceil(right / dpr) - x, math.ceil((wide.bottom() + 1) / dpr) - y))

    def _in_device_pixels(self, rect: QRect) -> QRect:
        """The device pixels that a logical rectangle touches."""
        dpr, spare = self.devicePixelRatioF(), self._spare
        x, y = math.floor(rect.x() * dpr), math.floor(rect.y() * dpr)
        right, bottom = math.ceil((rect.x() + rect.width()) * dpr), math.ceil((rect.y() + rect.height()) * dpr)
        return QRect(x, y, right - x, bottom - y).adjusted(-spare, -spare, spare, spare)

    @property
    def _spare(self) -> int:
        """Device pixels by which a repaint must reach further, as the widget's corner may lie between two of them."""
        return 0 if self.devicePixelRatioF().is_integer() else 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._resized()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resized()
        return super().event(event)

    def _resized(self) -> None:
        viewport = self.viewport.resized(*self._device_size())
        self.viewport = viewport.fitted() if self._fits else viewport
        self._look()

    def sizeHint(self) -> QSize:
        return QSize(960, 640)
