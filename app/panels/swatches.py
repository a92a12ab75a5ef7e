"""Buttons that show a colour: swatches, and the special one that leaves the choice to the network."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QConicalGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app import theme

Color = tuple[int, int, int]

SIDE = 28

NAMED_COLORS: tuple[tuple[str, Color], ...] = (
    ("Light skin", (241, 199, 168)),
    ("Tan skin", (201, 142, 102)),
    ("Dark skin", (141, 90, 60)),
    ("Blond", (226, 194, 122)),
    ("Wood", (170, 112, 60)),
    ("Brown", (90, 58, 40)),
    ("Red", (192, 24, 48)),
    ("Rose", (224, 96, 136)),
    ("Brick", (176, 74, 47)),
    ("Orange", (232, 112, 42)),
    ("Yellow", (242, 182, 50)),
    ("Wine", (122, 38, 58)),
    ("Grass", (111, 154, 61)),
    ("Forest", (47, 107, 60)),
    ("Teal", (42, 140, 130)),
    ("Sky", (127, 180, 224)),
    ("Blue", (44, 90, 160)),
    ("Violet", (107, 74, 156)),
)
"""Colours that photos are made of: skin and hair, cloth and brick, leaves, sky."""


def css_name(color: Color) -> str:
    """#rrggbb"""
    return "#{:02x}{:02x}{:02x}".format(*color)


class Swatch(QAbstractButton):
    """A rounded square of one colour, or an empty place where there is none yet."""

    def __init__(self, color: Color | None, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.color: Color | None = None
        self.set_color(color, name)

    def set_color(self, color: Color | None, name: str = "") -> None:
        """Show another colour; without one the swatch cannot be pressed."""
        self.color = color
        label = " ".join(part for part in (name, css_name(color) if color else "") if part)
        self.setEnabled(color is not None)
        self.setToolTip(label)
        self.setAccessibleName(label or "No recent colour")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.color is None:
            painter.setPen(QPen(QColor(theme.LINE), 1))
            painter.drawRoundedRect(QRectF(2.5, 2.5, SIDE - 5, SIDE - 5), 5, 5)
            return
        inset = 4.0 if self.isChecked() else 2.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*self.color))
        side = SIDE - 2 * inset
        painter.drawRoundedRect(QRectF(inset, inset, side, side), 5, 5)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            ring = theme.ACCENT if self.isChecked() else theme.MUTED
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(ring), 2 if self.isChecked() else 1))
            painter.drawRoundedRect(QRectF(1, 1, SIDE - 2, SIDE - 2), 7, 7)


class AutoSwatch(QAbstractButton):
    """*Auto*: no colour of the user's, so it wears all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFixedHeight(48)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText("Auto")
        self.setAccessibleName("Auto: the network chooses the colour")
        self.setToolTip("The network chooses the colour (A)")

    def sizeHint(self) -> QSize:
        return QSize(208, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        border = theme.ACCENT if self.isChecked() else theme.MUTED if self.hasFocus() else theme.LINE
        painter.setPen(QPen(QColor(border), 1.5 if self.isChecked() else 1))
        painter.setBrush(QColor(theme.RAISED if self.isChecked() or self.underMouse() else theme.WINDOW))
        painter.drawRoundedRect(box, 8, 8)
        centre = QPointF(28, self.height() / 2)
        self._wheel(painter, centre)
        painter.setPen(QColor(theme.TEXT))
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        text = QRectF(52, 6, self.width() - 60, 18)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        font.setBold(False)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme.MUTED))
        painter.drawText(text.translated(0, 18), Qt.AlignmentFlag.AlignVCenter, "The network chooses")

    @staticmethod
    def _wheel(painter: QPainter, centre: QPointF) -> None:
        """A wheel of hues with a four-pointed star in it."""
        hues = QConicalGradient(centre, 90)
        for step in range(13):
            hues.setColorAt(step / 12, QColor.fromHsvF((step % 12) / 12, 0.62, 0.96))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hues)
        painter.drawEllipse(centre, 14, 14)
        painter.setBrush(QColor(theme.FIELD))
        painter.drawEllipse(centre, 9.5, 9.5)
        painter.setBrush(QColor("#ffffff"))
        star = []
        for step in range(8):
            reach = 7.0 if step % 2 == 0 else 2.2
            angle = math.radians(step * 45)
            star.append(centre + QPointF(math.sin(angle) * reach, -math.cos(angle) * reach))
        painter.drawPolygon(star)
