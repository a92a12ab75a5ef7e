"""What the window shows before the first photo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app import theme


class _Mark(QWidget):
    """A grey picture frame through which a brush stroke has brought colour back."""

    def sizeHint(self) -> QSize:
        return QSize(160, 112)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(28, 8, 104, 88)
        painter.setPen(QPen(QColor(theme.FAINT), 2, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap))
        painter.drawRoundedRect(frame, 12, 12)
        paint = QLinearGradient(frame.bottomLeft(), frame.topRight())
        for place, color in ((0.0, "#ff5f6d"), (0.5, theme.ACCENT), (1.0, "#ffc371")):
            paint.setColorAt(place, QColor(color))
        painter.setPen(QPen(paint, 18, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline([QPointF(52, 76), QPointF(78, 40), QPointF(86, 70), QPointF(112, 32)])


class StartPage(QWidget):
    """Invites to drop a photo, to open one, or to try the sample."""

    def __init__(self, open_action: QAction, sample: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), QColor(theme.CANVAS))
        self.setPalette(palette)
        self.title = QLabel("Drop a photo here")
        self.title.setProperty("role", "title")
        note = QLabel("It turns black and white, and you brush the colour back in.")
        note.setProperty("role", "caption")
        self._open = QPushButton("Open a photo…")
        self._open.setProperty("role", "primary")
        self._open.clicked.connect(open_action.trigger)
        self._sample = QPushButton("Try the sample")
        self._sample.clicked.connect(sample.trigger)
        self._sample.setVisible(sample.isVisible())
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self._open, self._sample):
            button.setMinimumSize(144, 40)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            buttons.addWidget(button)
        buttons.addStretch(1)
        formats = QLabel("JPEG, PNG, TIFF, WebP or BMP · 8 or 16 bit · up to 200 megapixels")
        formats.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(4)
        layout.addWidget(_Mark(), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(8)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(note, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(16)
        layout.addLayout(buttons)
        layout.addSpacing(16)
        layout.addWidget(formats, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(5)

    def show_busy(self, name: str | None) -> None:
        """Say which file is being read, or invite again."""
        self.title.setText(f"Opening {name} …" if name else "Drop a photo here")
