"""A picture on which a rectangle is drawn: the region of a reference that the photo's selection shall look like."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app import theme

LONG_SIDE = 560
"""Logical pixels of the picture's longer side in the dialog."""
STEP, LARGE_STEP = 4, 24
LEAST = 4

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the picture."""


class RegionPicture(QWidget):
    """Drag a rectangle; or move it with the arrows and size it with Shift and the arrows. ``changed`` follows it."""

    changed = Signal()

    def __init__(self, picture: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        scaled = picture.size().scaled(QSize(LONG_SIDE, LONG_SIDE), Qt.AspectRatioMode.KeepAspectRatio)
        self.setFixedSize(scaled)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Reference picture: drag a rectangle, or use the arrows, with Shift to size it")
        third = QSize(scaled.width() // 3, scaled.height() // 3)
        self._rect = QRect(QPoint(third.width(), third.height()), third)
        self._start: QPoint | None = None

    @property
    def box(self) -> Box:
        """The rectangle in pixels of the picture; at least one of them."""
        across, down = self._picture.width() / self.width(), self._picture.height() / self.height()
        x, y = int(self._rect.left() * across), int(self._rect.top() * down)
        right = min(self._picture.width(), max(x + 1, round((self._rect.right() + 1) * across)))
        bottom = min(self._picture.height(), max(y + 1, round((self._rect.bottom() + 1) * down)))
        return x, y, right - x, bottom - y

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._start = self._inside(event.position().toPoint())
        self._set(QRect(self._start, self._start))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._set(QRect(self._start, self._inside(event.position().toPoint())).normalized())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._start = None
        if self._rect.width() < LEAST or self._rect.height() < LEAST:
            self._set(self._rect.adjusted(-8, -8, 8, 8))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        step = way.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        far = LARGE_STEP if event.modifiers() & Qt.KeyboardModifier.ControlModifier else STEP
        dx, dy = step[0] * far, step[1] * far
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._set(self._rect.adjusted(0, 0, dx, dy).normalized())
        else:
            moved = self._rect.translated(dx, dy)
            moved.moveLeft(min(max(0, moved.left()), max(0, self.width() - moved.width())))
            moved.moveTop(min(max(0, moved.top()), max(0, self.height() - moved.height())))
            self._set(moved)

    def _inside(self, place: QPoint) -> QPoint:
        return QPoint(min(max(0, place.x()), self.width() - 1), min(max(0, place.y()), self.height() - 1))

    def _set(self, rect: QRect) -> None:
        self._rect = rect.intersected(self.rect())
        self.update()
        self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._picture)
        frame = self._rect.adjusted(0, 0, -1, -1)
        painter.setPen(QPen(QColor(0, 0, 0, 170), 3))
        painter.drawRect(frame)
        painter.setPen(QPen(QColor("#ffffff"), 1))
        painter.drawRect(frame)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.ACCENT), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def ask_region(parent: QWidget, picture: QImage, name: str) -> Box | None:
    """The region of a reference that the selected part of the photo shall look like; None when given up."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Match Regions")
    shown = RegionPicture(picture)
    hint = QLabel(f"Which part of “{name}” shall the selected part of the photo look like?")
    hint.setWordWrap(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Match")
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    for widget in (hint, shown, buttons):
        column.addWidget(widget)
    shown.setFocus()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return shown.box if accepted else None
