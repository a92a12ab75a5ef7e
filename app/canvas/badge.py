"""A small label on the canvas that says what is shown when it is not the result."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

MARGIN = 16


def draw_badge(painter: QPainter, text: str, dpr: float) -> None:
    """``text`` in a dark rounded box in the top left corner; the painter counts device pixels."""
    painter.save()
    painter.scale(dpr, dpr)
    width = painter.fontMetrics().horizontalAdvance(text)
    box = QRectF(MARGIN, MARGIN, width + 24, 28)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 20, 22, 210))
    painter.drawRoundedRect(box, 14, 14)
    painter.setPen(QColor("#f2f2f4"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
