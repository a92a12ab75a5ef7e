"""The look of the program: neutral dark greys that leave colour to the photo, and one accent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.resources import icon_path

CANVAS = "#191a1c"
WINDOW = "#26272a"
RAISED = "#323438"
FIELD = "#1d1e20"
LINE = "#3a3c41"
TEXT = "#dcdde1"
MUTED = "#9b9ea6"
FAINT = "#676a72"
ACCENT = "#ff8f5e"
ACCENT_DOWN = "#e67a4b"
ON_ACCENT = "#22150e"

ICON_SIZE = 20
TEXT_PIXELS = 13

CHECK, CHECK_MENU, CHEVRON = (icon_path(name).as_posix() for name in ("check", "check-menu", "chevron"))

_STYLE = f"""
QWidget {{ font-size: {TEXT_PIXELS}px; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px 8px; }}
QMenuBar {{ background: {WINDOW}; padding: 2px 8px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {RAISED}; }}
QMenu {{ background: {WINDOW}; border: 1px solid {LINE}; padding: 4px 0; }}
QMenu::item {{ padding: 6px 32px 6px 32px; }}
QMenu::item:selected {{ background: {RAISED}; }}
QMenu::item:disabled {{ color: {FAINT}; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 10px; }}
QMenu::indicator:checked {{ image: url("{CHECK_MENU}"); }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 8px; }}
QStatusBar {{ background: {WINDOW}; border-top: 1px solid {FIELD}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {MUTED}; font-size: 12px; }}
#brushBar {{ background: {WINDOW}; border-bottom: 1px solid {FIELD}; }}
#toolStrip {{ background: {WINDOW}; border-right: 1px solid {FIELD}; }}
#sidePanel {{ background: {WINDOW}; border: none; border-left: 1px solid {FIELD}; }}
#sideContent {{ background: {WINDOW}; }}
QScrollBar:vertical {{ background: transparent; width: 6px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {LINE}; border-radius: 3px; min-height: 32px; }}
QScrollBar::handle:vertical:hover {{ background: {FAINT}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; border: none; height: 0;
}}
QLabel[role="section"] {{ color: {TEXT}; font-weight: 600; }}
QLabel[role="caption"] {{ color: {MUTED}; }}
QLabel[role="hint"] {{ color: {MUTED}; font-size: 12px; }}
QLabel[role="title"] {{ font-size: 22px; font-weight: 600; }}
QFrame[role="upright line"] {{
    background: {LINE}; border: none; max-width: 1px; min-width: 1px; margin: 8px 0;
}}
QFrame[role="line"] {{ background: {LINE}; border: none; max-height: 1px; min-height: 1px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 0; background: transparent; }}
QToolButton:hover {{ background: {RAISED}; }}
QToolButton:pressed {{ background: {LINE}; }}
QToolButton:checked {{ background: {RAISED}; border-color: {ACCENT}; }}
QToolButton:focus {{ border-color: {MUTED}; }}
QToolButton:checked:focus {{ border-color: {TEXT}; }}
QToolButton[role="heading"] {{
    border-radius: 4px; padding: 5px 0; font-weight: 600; color: {TEXT}; text-align: left;
}}
QToolButton[role="heading"]:checked {{ background: transparent; border-color: transparent; }}
QToolButton[role="heading"]:hover {{ background: {RAISED}; }}
QToolButton[role="heading"]:focus {{ border-color: {MUTED}; }}
QToolButton[role="picture"] {{ background: {FIELD}; border-color: {LINE}; padding: 2px; }}
QToolButton[role="picture"]:hover {{ border-color: {FAINT}; }}
QToolButton[role="picture"]:checked {{ border-color: {ACCENT}; background: {RAISED}; }}
QToolButton[role="picture"]:focus {{ border-color: {TEXT}; }}
QPushButton {{
    background: {RAISED}; border: 1px solid {LINE}; border-radius: 6px; padding: 0 14px; min-height: 30px;
}}
QPushButton:hover {{ background: {LINE}; }}
QPushButton:pressed {{ background: {FIELD}; }}
QPushButton:focus {{ border-color: {MUTED}; }}
QPushButton:disabled {{ color: {FAINT}; background: {WINDOW}; }}
QPushButton[role="primary"] {{ background: {ACCENT}; color: {ON_ACCENT}; border-color: {ACCENT}; font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: #ffa37a; }}
QPushButton[role="primary"]:pressed {{ background: {ACCENT_DOWN}; }}
QPushButton[role="primary"]:focus {{ border-color: {TEXT}; }}
QPushButton[role="primary"]:disabled {{ background: {RAISED}; color: {FAINT}; border-color: {RAISED}; }}
QPushButton[role="small"] {{ padding: 0 8px; min-height: 24px; font-size: 12px; border-radius: 5px; }}
QLineEdit, QAbstractSpinBox, QComboBox {{
    background: {FIELD}; border: 1px solid {LINE}; border-radius: 6px; padding: 0 8px; min-height: 28px;
    selection-background-color: {ACCENT}; selection-color: {ON_ACCENT};
}}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border-color: {ACCENT}; }}
QAbstractSpinBox:disabled, QComboBox:disabled, QLineEdit:disabled {{ color: {FAINT}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    subcontrol-origin: border; subcontrol-position: right; width: 1px; border: none; background: transparent;
}}
QAbstractSpinBox QLineEdit {{ border: none; background: transparent; padding: 0 8px 0 4px; min-height: 0; }}
QAbstractSpinBox {{ padding: 0; min-height: 26px; }}
QAbstractSpinBox[role="flat"] {{
    background: transparent; border-color: transparent; border-radius: 4px; min-height: 20px; max-height: 20px;
}}
QAbstractSpinBox[role="flat"]:hover {{ background: {FIELD}; }}
QAbstractSpinBox[role="flat"]:focus {{ background: {FIELD}; border-color: {ACCENT}; }}
QListView, QTableView {{ background: {FIELD}; border: 1px solid {LINE}; border-radius: 6px; outline: none; }}
QListView:focus, QTableView:focus {{ border-color: {MUTED}; }}
QListView[role="grid"]::item {{ color: {TEXT}; border: 1px solid transparent; border-radius: 4px; padding: 4px 2px; }}
QListView[role="grid"]::item:hover {{ background: {WINDOW}; }}
QListView[role="grid"]::item:selected {{ background: {RAISED}; border-color: {LINE}; }}
QListView[role="grid"]::item:selected:focus {{ border-color: {ACCENT}; }}
QListView QLineEdit {{ min-height: 20px; max-height: 20px; padding: 0 2px; border-radius: 3px; }}
#brushPanel {{ background: {WINDOW}; border: 1px solid {LINE}; border-radius: 8px; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url("{CHEVRON}"); width: 12px; height: 12px; margin-right: 10px; }}
QComboBox QAbstractItemView {{ background: {WINDOW}; border: 1px solid {LINE}; selection-background-color: {RAISED}; }}
QCheckBox {{ spacing: 8px; min-height: 24px; }}
QCheckBox:disabled {{ color: {FAINT}; }}
QCheckBox::indicator {{
    width: 14px; height: 14px; border: 1px solid {FAINT}; border-radius: 4px; background: {FIELD};
}}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {TEXT}; }}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; image: url("{CHECK}"); }}
QCheckBox::indicator:disabled {{ border-color: {LINE}; background: {WINDOW}; }}
QSlider::groove:horizontal {{ height: 4px; background: {FIELD}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {ACCENT}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {LINE}; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {TEXT}; border: none;
}}
QSlider::handle:horizontal:hover {{ background: #ffffff; }}
QSlider::handle:horizontal:disabled {{ background: {FAINT}; }}
QSlider[role="fine"]::groove:horizontal {{ height: 3px; border-radius: 1px; }}
QSlider[role="fine"]::handle:horizontal {{ width: 12px; height: 12px; margin: -5px 0; border-radius: 6px; }}
QSlider:focus {{ border: none; }}
QSlider::handle:horizontal:focus {{ background: {ACCENT}; }}
QProgressBar {{ background: {FIELD}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 3px; }}
"""


def apply(application: QApplication) -> None:
    """Give the whole program its look; the same on every platform."""
    application.setStyle("Fusion")
    application.setPalette(_palette())
    font = application.font()
    font.setPixelSize(TEXT_PIXELS)
    application.setFont(font)
    application.setStyleSheet(_STYLE)


@contextmanager
def building(application: QApplication) -> Iterator[None]:
    """While a window is built it goes without the style sheet, which Qt works out anew for every widget that moves into
    another one: it is as if all were moved at once at the end, in half the time."""
    application.setStyleSheet("")
    try:
        yield
    finally:
        application.setStyleSheet(_STYLE)


def _palette() -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, color in {
        role.Window: WINDOW,
        role.WindowText: TEXT,
        role.Base: FIELD,
        role.AlternateBase: WINDOW,
        role.Text: TEXT,
        role.Button: RAISED,
        role.ButtonText: TEXT,
        role.BrightText: "#ffffff",
        role.ToolTipBase: RAISED,
        role.ToolTipText: TEXT,
        role.PlaceholderText: FAINT,
        role.Highlight: ACCENT,
        role.HighlightedText: ON_ACCENT,
        role.Accent: ACCENT,
        role.Link: ACCENT,
        role.LinkVisited: ACCENT,
        role.Light: LINE,
        role.Midlight: LINE,
        role.Mid: LINE,
        role.Dark: FIELD,
        role.Shadow: "#101113",
    }.items():
        palette.setColor(name, QColor(color))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(FAINT))
    return palette


def icon(name: str) -> QIcon:
    """The drawing ``name`` in the theme's colours: muted, bright while checked, faint while disabled."""
    drawing = icon_path(name).read_text(encoding="utf-8")
    made = QIcon()
    for mode, state, color in (
        (QIcon.Mode.Normal, QIcon.State.Off, TEXT),
        (QIcon.Mode.Normal, QIcon.State.On, ACCENT),
        (QIcon.Mode.Disabled, QIcon.State.Off, FAINT),
    ):
        renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", color).encode()))
        for ratio in _ratios():
            made.addPixmap(_pixmap(renderer, ICON_SIZE, ratio), mode, state)
    return made


def fold_icon() -> QIcon:
    """A small arrow for what can be folded away: it points down while that is checked, to the right otherwise."""
    made = QIcon()
    side = 12
    for state, turn in ((QIcon.State.On, 0), (QIcon.State.Off, -90)):
        for ratio in _ratios():
            pixmap = QPixmap(side * ratio, side * ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            with QPainter(pixmap) as painter:
                painter.translate(side * ratio / 2, side * ratio / 2)
                painter.rotate(turn)
                box = QRectF(-side * ratio / 2, -side * ratio / 2, side * ratio, side * ratio)
                QSvgRenderer(CHEVRON).render(painter, box)
            pixmap.setDevicePixelRatio(ratio)
            made.addPixmap(pixmap, QIcon.Mode.Normal, state)
    return made


def _ratios() -> range:
    """The whole pixel ratios up to that of the sharpest screen there is."""
    return range(1, math.ceil(max(screen.devicePixelRatio() for screen in QGuiApplication.screens())) + 1)


def _pixmap(renderer: QSvgRenderer, side: int, ratio: int) -> QPixmap:
    pixmap = QPixmap(side * ratio, side * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side * ratio, side * ratio))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
