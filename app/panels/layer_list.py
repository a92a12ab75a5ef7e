"""The list of layers under mouse and keys: it says what is wanted, and shows what it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QListView, QMenu, QToolTip, QWidget

from app.document.selection import Combine
from app.panels.layer_delegate import ROW_HEIGHT, LayerDelegate, Zone, zone_at, zone_rect
from app.panels.layer_drag import LayerDrag
from app.panels.layer_model import LAYER_ROLE, Index, LayerModel, LayerRow

MOST_ROWS = 6
"""A longer list scrolls."""

Keys = Qt.KeyboardModifier

_COMBINE = {
    Keys.ControlModifier: Combine.REPLACE,
    Keys.ControlModifier | Keys.ShiftModifier: Combine.ADD,
    Keys.ControlModifier | Keys.AltModifier: Combine.SUBTRACT,
    Keys.ControlModifier | Keys.ShiftModifier | Keys.AltModifier: Combine.INTERSECT,
}
"""Photoshop's keys for a click on a thumbnail."""


class LayerList(QListView):
    """Signals carry ids, never rows. ``chosen``: made the active layer. ``left``: the keyboard is no longer wanted.

    ``visibility_wanted`` and ``lock_wanted`` carry the new state; ``moved`` the new index from the bottom;
    ``selection_wanted`` a value of :class:`Combine`.
    """

    chosen = Signal(int)
    visibility_wanted = Signal(int, bool)
    lock_wanted = Signal(int, bool)
    solo_wanted = Signal(int)
    selection_wanted = Signal(int, str)
    renamed = Signal(int, str)
    moved = Signal(int, int)
    left = Signal()

    def __init__(self, context_actions: Sequence[QAction] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu(self)
        self.menu.addActions(list(context_actions))
        self.layers = LayerModel(self)
        self._delegate = LayerDelegate(self)
        self._delegate.renamed.connect(self._tell_name)
        self.setItemDelegate(self._delegate)
        self._active_id, self._active_row = -1, -1
        self._is_showing = False
        self._had_keyboard = False
        self._swept: bool | None = None
        self.setModel(self.layers)
        self._drag = LayerDrag(self)
        self._drag.dropped.connect(self._dropped)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 2)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Layers")
        self.setAccessibleDescription("Arrow keys choose the active layer, F2 renames it, the menu key has the rest.")
        self._fit_height()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show_layers(self, rows: Sequence[LayerRow], active_id: int, solo_id: int | None) -> None:
        """rows: the top layer first. Says nothing; a name that is being typed stays open."""
        with self._quietly():
            count = self.layers.rowCount()
            self.layers.show(rows, solo_id)
            if len(rows) != count:
                self._fit_height()
            self._active_id = active_id
            self._mark_active()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Nothing is wanted by the user meanwhile."""
        was_showing, self._is_showing = self._is_showing, True
        try:
            yield
        finally:
            self._is_showing = was_showing

    def _mark_active(self) -> None:
        """Scrolls to the active layer where it is another, or elsewhere.

        Not while a name is typed, or the field would close: it is made up for then.
        """
        row = self.layers.row_of(self._active_id)
        if self._delegate.field is not None or row is None:
            return
        self._make_current(self.layers.index(row))
        if row != self._active_row:
            self._active_row = row
            self.scrollTo(self.layers.index(row))

    def _make_current(self, index: QModelIndex) -> None:
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _fit_height(self) -> None:
        rows = min(max(self.layers.rowCount(), 1), MOST_ROWS)
        self.setFixedHeight(rows * ROW_HEIGHT + 2 * self.frameWidth())

    def layer_at(self, place: QPoint) -> LayerRow | None:
        """The layer under a place of the viewport."""
        index = self.indexAt(place)
        return index.data(LAYER_ROLE) if index.isValid() else None

    def zone_under(self, place: QPoint) -> Zone | None:
        """What of a layer is there; None below the last."""
        index = self.indexAt(place)
        return zone_at(self.visualRect(index), place) if index.isValid() else None

    # -- what is wanted --------------------------------------------------------------------------------------------

    def rename_active(self) -> None:
        """Open the name of the active layer."""
        row = self.layers.row_of(self._active_id)
        if row is not None:
            self.scrollTo(self.layers.index(row))
            self._open_name(self.layers.index(row))

    def _open_name(self, index: QModelIndex) -> None:
        self._had_keyboard = self.hasFocus()
        self.edit(index)

    def _tell_name(self, layer_id: int, name: str) -> None:
        if not self._is_showing:
            self.renamed.emit(layer_id, name)

    def _dropped(self, row: int, gap: int) -> None:
        """A layer was let go in the gap above row `gap` of the rows as they stand."""
        target = gap if gap <= row else gap - 1
        if target != row:
            self.moved.emit(self.layers.rows[row].id, self.layers.rowCount() - 1 - target)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._is_showing and current.isValid():
            self._active_id, self._active_row = current.data(LAYER_ROLE).id, current.row()
            self.chosen.emit(self._active_id)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        if self._delegate.field is not None:
            return  # Tab went on to the next name
        with self._quietly():
            self._mark_active()
        if not self._is_showing and not self._had_keyboard and self.hasFocus():
            self.left.emit()

    # -- mouse -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._delegate.field is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # takes the name that was typed
        layer, zone = self.layer_at(place), self.zone_under(place)
        if layer is None or event.button() != Qt.MouseButton.LeftButton:
            return
        combine = _COMBINE.get(event.modifiers()) if zone is Zone.THUMBNAIL else None
        if zone is Zone.EYE:
            self._eye_pressed(layer, alone=event.modifiers() == Keys.AltModifier)
        elif zone is Zone.LOCK:
            self.lock_wanted.emit(layer.id, not layer.locked)
        elif combine is not None:
            self.selection_wanted.emit(layer.id, combine.value)
        else:
            self._make_current(self.indexAt(place))
            self._drag.press(place)

    def _eye_pressed(self, layer: LayerRow, *, alone: bool) -> None:
        if alone:
            self.solo_wanted.emit(layer.id)
        else:
            self._swept = not layer.visible
            self.visibility_wanted.emit(layer.id, self._swept)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a name; anywhere else it is two clicks."""
        place = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self.zone_under(place) is Zone.NAME:
            self._open_name(self.indexAt(place))
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton:  # let go while another window had the pointer
            self._swept = None
            self._drag.cancel()
        if self._swept is not None:
            self._sweep(place, self._swept)
        elif not self._drag.move(place):
            self._point(place)

    def _sweep(self, place: QPoint, visible: bool) -> None:
        """Eyes that the held pointer passes open or close like the first."""
        layer = self.layer_at(QPoint(0, place.y()))
        if layer is not None and layer.visible != visible:
            self.visibility_wanted.emit(layer.id, visible)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._swept = None
            self._drag.release()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu is the active layer's, which the pointer's becomes."""
        place = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).center()
        index = self.indexAt(place)
        if index.isValid() and not self.menu.isEmpty():
            self._make_current(index)
            self.menu.popup(self.viewport().mapToGlobal(place))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def _point(self, place: QPoint | None) -> None:
        index = QModelIndex() if place is None else self.indexAt(place)
        zone = None if place is None else self.zone_under(place)
        pointed = None if zone is None else (index.row(), zone)
        if pointed != self._delegate.pointed:
            self._delegate.pointed = pointed
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            layer, zone = self.layer_at(event.pos()), self.zone_under(event.pos())
            if layer is None or zone is None:
                QToolTip.hideText()
            else:
                area = zone_rect(self.visualRect(self.indexAt(event.pos())), zone)
                QToolTip.showText(event.globalPos(), _tip(layer, zone), self, area)
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._drag.paint()

    # -- keys ------------------------------------------------------------------------------------------------------

    def keyboardSearch(self, _typed: str) -> None:
        """Letters are the photo's keys."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_active()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _tip(layer: LayerRow, zone: Zone) -> str:
    if zone is Zone.EYE:
        return f"{'Hide' if layer.visible else 'Show'} this layer. Alt-click: show it alone"
    if zone is Zone.LOCK:
        return "Unlock this layer" if layer.locked else "Lock this layer"
    if zone is Zone.THUMBNAIL:
        return "Ctrl-click: load the mask as a selection"
    pinned = ", colours pinned" if layer.pinned else ""
    return f"{layer.name}\n{layer.source} · {layer.percent} %{pinned}"
