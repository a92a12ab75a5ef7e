"""How one layer looks in the list, where its eye, thumbnail and lock are, and the field that renames it."""

from __future__ import annotations

import enum

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QPainter, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app import theme
from app.panels.layer_model import LAYER_ROLE, SOLO_ROLE, Index, LayerRow
from app.resources import icon_path

ROW_HEIGHT = 44
THUMBNAIL = QSize(48, 32)
"""Logical pixels."""
LONGEST_NAME = 120

_EYE, _LOCK = 26, 24  # widths of what is clicked; the drawings are smaller
_ICON, _SMALL_ICON = 17, 14
_TEXT_LEFT = _EYE + THUMBNAIL.width() + 8
_DETAIL_SIZE = 11
_CHECK = 4
_DIM = 0.4


class Zone(enum.Enum):
    """What of a row is under the pointer."""

    EYE = "eye"
    THUMBNAIL = "thumbnail"
    NAME = "name"
    LOCK = "lock"


def zone_at(row: QRect, place: QPoint) -> Zone:
    """The zone of a row's rectangle at a place inside it."""
    x = place.x() - row.left()
    if x < _EYE:
        return Zone.EYE
    if x < _TEXT_LEFT:
        return Zone.THUMBNAIL
    return Zone.LOCK if x >= row.width() - _LOCK else Zone.NAME


def zone_rect(row: QRect, zone: Zone) -> QRect:
    """Where a zone is drawn in a row's rectangle; the name's is its upper line."""
    if zone is Zone.EYE:
        return QRect(row.left(), row.top(), _EYE, row.height())
    if zone is Zone.THUMBNAIL:
        top = row.top() + (row.height() - THUMBNAIL.height()) // 2
        return QRect(QPoint(row.left() + _EYE, top), THUMBNAIL)
    if zone is Zone.LOCK:
        return QRect(row.left() + row.width() - _LOCK, row.top(), _LOCK, row.height())
    return QRect(row.left() + _TEXT_LEFT, row.top() + 5, row.width() - _TEXT_LEFT - _LOCK, 18)


class LayerDelegate(QStyledItemDelegate):
    """``renamed`` carries the id and the new name; a blank one, or the old, is none.

    ``pointed`` is the row and zone under the pointer, which light up; ``field`` the name that is being typed, which the
    view's own state forgets when a row is removed.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pointed: tuple[int, Zone] | None = None
        self.field: QLineEdit | None = None
        self._drawings: dict[tuple[str, str], QSvgRenderer] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(160, ROW_HEIGHT)

    # -- the look --------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        layer: LayerRow = index.data(LAYER_ROLE)
        solo: bool | None = index.data(SOLO_ROLE)
        pointed = self.pointed[1] if self.pointed is not None and self.pointed[0] == index.row() else None
        is_active = bool(option.state & QStyle.StateFlag.State_Selected)
        is_shown = layer.visible if solo is None else solo
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, is_active, pointed is not None)
        self._paint_eye(painter, option.rect, layer.visible, solo, pointed is Zone.EYE)
        painter.setOpacity(1 if is_shown else _DIM)
        _paint_thumbnail(painter, zone_rect(option.rect, Zone.THUMBNAIL), layer.thumbnail)
        painter.setOpacity(1)
        _paint_text(painter, option, layer, is_shown, is_active)
        self._paint_marks(painter, option.rect, layer, pointed)
        painter.restore()

    def _paint_eye(self, painter: QPainter, row: QRect, visible: bool, solo: bool | None, pointed: bool) -> None:
        if solo:
            name, color = "solo", theme.ACCENT
        elif visible:
            name, color = "eye", theme.FAINT if solo is False else theme.TEXT
        else:
            name, color = "eye-off", theme.FAINT
        if pointed and color == theme.FAINT:
            color = theme.MUTED
        self._draw(painter, name, color, zone_rect(row, Zone.EYE).adjusted(2, 0, 0, 0), _ICON)

    def _paint_marks(self, painter: QPainter, row: QRect, layer: LayerRow, pointed: Zone | None) -> None:
        """The lock, an open one only under the pointer, and below it the pin."""
        lock = zone_rect(row, Zone.LOCK)
        upper = QRect(lock.left(), row.top() + 5, lock.width(), 18)
        is_pointed = pointed is Zone.LOCK
        if layer.locked:
            self._draw(painter, "lock", theme.TEXT if is_pointed else theme.MUTED, upper, _SMALL_ICON)
        elif pointed is not None:
            self._draw(painter, "unlock", theme.TEXT if is_pointed else theme.FAINT, upper, _SMALL_ICON)
        if layer.pinned:
            self._draw(painter, "pin", theme.MUTED, upper.translated(0, 18), _SMALL_ICON)

    def _draw(self, painter: QPainter, name: str, color: str, room: QRect, side: int) -> None:
        """A drawing in a colour, in the middle, as sharp as the screen is."""
        drawing = self._drawings.get((name, color))
        if drawing is None:
            text = icon_path(name).read_text(encoding="utf-8").replace("currentColor", color)
            drawing = self._drawings[name, color] = QSvgRenderer(QByteArray(text.encode()), self)
        left, top = room.left() + (room.width() - side) // 2, room.top() + (room.height() - side) // 2
        drawing.render(painter, QRectF(left, top, side, side))

    # -- renaming --------------------------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        del option, index
        field = self.field = QLineEdit(parent)
        field.setMaxLength(LONGEST_NAME)
        field.setAccessibleName("Name of the layer")
        return field

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.field:
            self.field = None
        super().destroyEditor(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        del index
        line = zone_rect(option.rect, Zone.NAME)
        editor.setGeometry(line.left() - 4, line.center().y() - 10, option.rect.right() - line.left(), 22)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The old name, once: a row that changes while its name is typed leaves what was typed."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified() and editor.text() != index.data():
            editor.setText(index.data())
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QObject, index: Index) -> None:
        del model
        assert isinstance(editor, QLineEdit)
        name = editor.text().strip()
        if name and name != index.data():
            self.renamed.emit(index.data(LAYER_ROLE).id, name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down belong to the field, or they would leave it for another layer."""
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return event.type() == QEvent.Type.KeyPress
        return super().eventFilter(watched, event)


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, is_active: bool, is_pointed: bool) -> None:
    rect = QRectF(option.rect)
    painter.fillRect(rect, QColor(theme.RAISED if is_active else theme.WINDOW if is_pointed else theme.FIELD))
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(theme.WINDOW))
    if is_active:
        painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), QColor(theme.ACCENT))
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QColor(theme.MUTED))
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_text(painter: QPainter, option: QStyleOptionViewItem, layer: LayerRow, shown: bool, active: bool) -> None:
    """The name, and below it the colour source and opacity; of a long source the end goes, never the number."""
    upper, font = zone_rect(option.rect, Zone.NAME), QFont(option.font)
    font.setWeight(QFont.Weight.DemiBold if active else QFont.Weight.Normal)
    _write(painter, upper, font, theme.TEXT if shown else theme.FAINT, layer.name)
    font.setWeight(QFont.Weight.Normal)
    font.setPixelSize(_DETAIL_SIZE)
    lower = upper.translated(0, upper.height() - 1)
    if not layer.pinned:
        lower.setRight(option.rect.right() - 6)
    _write(painter, lower, font, theme.MUTED if shown else theme.FAINT, layer.source, f" · {layer.percent} %")


def _write(painter: QPainter, line: QRect, font: QFont, color: str, text: str, end: str = "") -> None:
    """A line whose `text` is cut where there is no room for it and the `end`."""
    painter.setFont(font)
    painter.setPen(QColor(color))
    room = line.width() - painter.fontMetrics().horizontalAdvance(end)
    fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, fitted + end)


def _paint_thumbnail(painter: QPainter, frame: QRect, picture: QImage | None) -> None:
    """The picture in its shape; a dark chequerboard where there is none, or beside it."""
    painter.fillRect(frame, QColor(theme.CANVAS))
    if picture is None or picture.isNull():
        for y in range(0, frame.height(), _CHECK):
            for x in range(y % (2 * _CHECK), frame.width(), 2 * _CHECK):
                painter.fillRect(frame.left() + x, frame.top() + y, _CHECK, _CHECK, QColor(theme.WINDOW))
    else:
        size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
        room = QRect(QPoint(), size)
        room.moveCenter(frame.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(room, picture)
    painter.setPen(QPen(QColor(theme.LINE)))
    painter.drawRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5))
