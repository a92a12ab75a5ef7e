"""The pieces of the status bar: where the pointer is, what colour is there, the photo, the network."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from app import theme


class NetworkState(Protocol):
    """What the colour service reports; ``state`` is 'loading', 'ready', 'thinking' or 'error'."""

    @property
    def device(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def last_ms(self) -> float | None: ...


_WORDS = {"loading": "loading the network", "ready": "ready", "thinking": "colouring", "error": "stopped"}
_DOTS = {"loading": theme.FAINT, "ready": "#7fbf7f", "thinking": theme.ACCENT, "error": "#e5574f"}


class _Dot(QWidget):
    """A small disc in the colour of a state."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(8, 16)
        self._color = QColor(theme.FAINT)

    def show_color(self, color: str) -> None:
        self._color = QColor(color)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(self._color)
        painter.drawEllipse(0, 4, 8, 8)


class StatusPieces(QObject):
    """Fills a status bar. ``cancelled``: the user no longer waits for the photo being opened."""

    cancelled = Signal()

    def __init__(self, bar: QStatusBar) -> None:
        super().__init__(bar)
        self.position = _field(bar, "00000, 00000")
        self.colour = _field(bar, "L* 100.0  a* −100.0  b* −100.0")
        self.position.setAccessibleName("Position under the pointer")
        self.colour.setAccessibleName("Colour under the pointer")
        self.busy = self._busy_row()
        self.network = QLabel("")
        self.network.setAccessibleName("Network")
        self._dot = _Dot()
        self._dot.hide()
        self.photo_size = QLabel("")
        self.photo_size.setAccessibleName("Photo size")
        self.zoom = _field(bar, "6400 %")
        self.zoom.setAccessibleName("Zoom")
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(8, 0, 16, 0)
        bar.setFixedHeight(32)
        for widget in (self.position, self.colour, self.busy):
            bar.addWidget(widget)
        for widget in (_joined(self._dot, self.network), _joined(self.photo_size), self.zoom):
            bar.addPermanentWidget(widget)

    def _busy_row(self) -> QWidget:
        self._busy_label = QLabel()
        progress = QProgressBar()
        progress.setRange(0, 0)
        progress.setFixedWidth(96)
        progress.setTextVisible(False)
        stop = QPushButton("Cancel")
        stop.setFlat(True)
        stop.clicked.connect(self.cancelled)
        row = _joined(self._busy_label, progress, stop)
        row.hide()
        return row

    def show_busy(self, name: str | None) -> None:
        """Which file is being read; None hides the row."""
        self._busy_label.setText(f"Opening {name} …" if name else "")
        self.busy.setVisible(name is not None)

    def show_pointer(self, position: tuple[float, float] | None, lab: tuple[float, float, float] | None) -> None:
        """The photo pixel under the pointer and its CIE L*a*b*; None off the photo."""
        self.position.setText("" if position is None else f"{int(position[0])}, {int(position[1])}")
        signs = str.maketrans("-", "−")
        rounded = [round(value, 1) + 0.0 for value in lab or ()]  # + 0.0 makes −0.0 a plain 0.0
        self.colour.setText("L* {:.1f}  a* {:.1f}  b* {:.1f}".format(*rounded).translate(signs) if rounded else "")

    def show_zoom(self, scale: float) -> None:
        """``scale`` device pixels per photo pixel."""
        percent = scale * 100
        self.zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def show_photo(self, width: int, height: int, bits: int) -> None:
        """The photo's size."""
        megapixels = width * height / 1e6
        amount = f"{megapixels:.0f}" if megapixels >= 10 else f"{megapixels:.1f}"
        self.photo_size.setText(f"{width} × {height}  ·  {amount} MP  ·  {bits} bit")

    def show_network(self, status: NetworkState) -> None:
        """Device, state and the time of the last answer."""
        words = status.message if status.state == "error" and status.message else _WORDS.get(status.state, status.state)
        parts = [status.device, words]
        if status.last_ms is not None and status.state != "error":
            parts.append(f"{status.last_ms:.0f} ms")
        self.network.setText("  ·  ".join(part for part in parts if part))
        self.network.setToolTip(status.message)
        self._dot.show_color(_DOTS.get(status.state, theme.FAINT))
        self._dot.show()


def _field(bar: QStatusBar, widest: str) -> QLabel:
    """A label as wide as its widest text, so that its neighbours do not jump."""
    label = QLabel()
    label.setMinimumWidth(bar.fontMetrics().horizontalAdvance(widest) + 8)
    return label


def _joined(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(8, 0, 8, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return holder
