"""A small label on the canvas that says what is shown when it is not the result."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

MARGIN = 16


def draw_badge(painter: QPainter, text: str, dpr: float, *, right_edge: float | None = None) -> None:
    """``text`` in a dark rounded box at the top, left or else before ``right_edge``; all in device pixels."""
    painter.save()
    painter.scale(dpr, dpr)
    width = painter.fontMetrics().horizontalAdvance(text) + 24
    left = MARGIN if right_edge is None else right_edge / dpr - MARGIN - width
    box = QRectF(left, MARGIN, width, 28)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 20, 22, 210))
    painter.drawRoundedRect(box, 14, 14)
    painter.setPen(QColor("#f2f2f4"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
