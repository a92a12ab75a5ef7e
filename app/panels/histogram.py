"""How often each lightness occurs in the photo, and in its painted part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app import theme
from app.document.document import Document
from app.document.geometry import Rect
from app.panels.buttons import bare

BINS = 100
SIDE = 512
"""The long side in pixels at which the photo is counted."""
REST_MILLISECONDS = 300
"""The painted part is counted again after this much rest."""

Shares = npt.NDArray[np.float64]


class HistogramPanel(QWidget):
    """Follows one document: grey for the photo, the accent for what is painted. The light never changes, so the
    result's histogram is the photo's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = HistogramPlot()
        self.note = QLabel()
        self.note.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        bare(layout, 4)
        layout.addWidget(self.plot)
        layout.addWidget(self.note)
        self._document: Document | None = None
        self._lightness: npt.NDArray[np.float32] = np.zeros((1, 1), np.float32)
        self._timer = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        self.plot.pointed.connect(self._point)
        self._point(None)

    def set_document(self, document: Document) -> None:
        """Follow another document."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
        self._document = document
        self._lightness = np.empty((0, 0), np.float32)
        document.changed.connect(self._changed)
        self._timer.start()

    def _changed(self, _rect: Rect) -> None:
        self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def refresh(self) -> None:
        """Count again, if anybody looks."""
        document = self._document
        if document is None or not self.isVisible():
            return
        if not self._lightness.size:
            self._lightness = document.photo.lightness_at(SIDE)
        painted = document.state.layer.coverage.presence(*self._lightness.shape) > 0
        self.plot.show_shares(_shares(self._lightness), _shares(self._lightness[painted], self._lightness.size))

    def _point(self, place: int | None) -> None:
        if place is None:
            self.note.setText("Lightness L* from 0 to 100")
        else:
            photo, painted = (100 * shares[place] for shares in (self.plot.photo, self.plot.painted))
            self.note.setText(f"L* {place}: {photo:.1f} % of the photo, {painted:.1f} % painted")


class HistogramPlot(QWidget):
    """Draws the two; ``pointed`` tells which step of L* is under the pointer, or None."""

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.photo: Shares = np.zeros(BINS)
        self.painted: Shares = np.zeros(BINS)
        self.setMouseTracking(True)
        self.setFixedHeight(72)
        self.setAccessibleName("Histogram of lightness")

    def sizeHint(self) -> QSize:
        return QSize(208, 72)

    def show_shares(self, photo: Shares, painted: Shares) -> None:
        """(100,) each: the share of all pixels in each step of L*."""
        self.photo, self.painted = photo, painted
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        plot = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.fillRect(plot, QColor(theme.FIELD))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for shares, color in ((self.photo, theme.FAINT), (self.painted, theme.ACCENT)):
                painter.setBrush(QColor(color))
                painter.drawPolygon(_outline(np.sqrt(shares / max(self.photo.max(), 1e-9)), plot))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(min(BINS - 1, max(0, int(event.position().x() * BINS / self.width()))))

    def leaveEvent(self, event: object) -> None:
        del event
        self.pointed.emit(None)


def _shares(lightness: npt.NDArray[np.float32], of: int = 0) -> Shares:
    counts = np.histogram(lightness, BINS, (0, 100))[0]
    return np.asarray(counts / max(1, of or lightness.size), np.float64)


def _outline(bars: Shares, plot: QRectF) -> QPolygonF:
    """Steps as high as the bars (0..1), which are square roots: rare lightnesses are to be seen too."""
    width = plot.width() / len(bars)
    points = [plot.bottomLeft()]
    for place, bar in enumerate(bars):
        y = plot.bottom() - float(bar) * (plot.height() - 4)
        points += [QPointF(plot.left() + place * width, y), QPointF(plot.left() + (place + 1) * width, y)]
    return QPolygonF([*points, plot.bottomRight()])
