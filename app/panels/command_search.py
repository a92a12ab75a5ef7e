"""Ctrl+K: type what you want to do, and do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.action_spec import ActionSpec
from app.panels.command_rank import Command, rank

WIDTH, ROW_HEIGHT, ROWS = 600, 34, 11
TOP, MARGIN = 88, 8
MAX_RECENT = 8
NEEDS_PHOTO = "needs a photo"

Index = QModelIndex | QPersistentModelIndex

PLACE, KEYS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
ID, POSSIBLE = Qt.ItemDataRole.UserRole + 2, Qt.ItemDataRole.UserRole + 3


class CommandSearch(QFrame):
    """A field and a list over the top of the window; no window of its own, so every system puts it where it belongs.

    ``closed`` follows when it closes by itself or by a key, before the chosen action is triggered. ``recent`` holds the
    ids of chosen actions, the latest first.
    """

    closed = Signal()

    def __init__(self, window: QWidget, specs: Sequence[ActionSpec], actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        self.recent: list[str] = []
        self._specs = {spec.id: spec for spec in specs}
        self._actions = actions
        self._commands: list[Command] = []
        self._has_photo = False
        self.setObjectName("commandSearch")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setStyleSheet(
            f"#commandSearch {{ background: {theme.WINDOW}; border: 1px solid {theme.LINE}; border-radius: 10px; }}"
            f"#commandSearch QListWidget {{ background: transparent; border: none; outline: none; }}"
        )
        self.field = QLineEdit()
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setAccessibleName("Search for a command")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_Row(self.list))
        self.list.currentItemChanged.connect(self._tell_current)
        self.list.itemClicked.connect(self._choose)
        self.nothing = QLabel("No command is called that.")
        self.nothing.setProperty("role", "caption")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setMinimumHeight(ROW_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(MARGIN)
        for widget in (self.field, self.list, self.nothing):
            layout.addWidget(widget)
        window.installEventFilter(self)
        self.hide()

    # -- opening and closing -------------------------------------------------------------------------------------

    def pop_up(self, *, has_photo: bool) -> None:
        """Show every command, the recently used first, and take the keyboard; close when it is open already."""
        if self.isVisible():
            self.close_up()
            return
        self._has_photo = has_photo
        self._commands = [
            Command(name, spec.name, spec.menu_name, spec.tip)
            for name, spec in self._specs.items()
            if name in self._actions and self._actions[name].isVisible() and name != "command_search"
        ]
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Disappear and say so."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def _place(self) -> None:
        room = self._window.rect()
        rows = max(1, min(ROWS, self.list.count()))
        self.list.setFixedHeight(rows * ROW_HEIGHT)
        width = min(WIDTH, room.width() - 4 * MARGIN)
        height = self.field.sizeHint().height() + rows * ROW_HEIGHT + 3 * MARGIN
        self.setGeometry((room.width() - width) // 2, min(TOP, max(0, room.height() - height)), width, height)

    # -- searching -----------------------------------------------------------------------------------------------

    def _search(self, query: str) -> None:
        self.list.clear()
        for command in rank(query, self._commands, self.recent):
            self.list.addItem(self._item(command))
        found = self.list.count() > 0
        self.list.setVisible(found)
        self.nothing.setVisible(not found)
        self.list.setCurrentRow(0 if found else -1)
        if not found:
            self.field.setAccessibleDescription(self.nothing.text())
        self._place()

    def _item(self, command: Command) -> QListWidgetItem:
        action, spec = self._actions[command.id], self._specs[command.id]
        # Undo and redo say in the menu what they would do.
        words = action.text().replace("&", "")
        keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
        place, reason = command.menu, self._reason(spec, action)
        if spec.checkable and spec.group is None and action.isChecked():
            place += " · on"
        if reason:
            place += f" · {reason}"
        item = QListWidgetItem(words)
        item.setData(PLACE, place)
        item.setData(KEYS, keys[0] if keys else "")
        item.setData(ID, command.id)
        item.setData(POSSIBLE, not reason)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join([words, place, *keys[:1]]))
        item.setToolTip(action.toolTip())
        return item

    def _reason(self, spec: ActionSpec, action: QAction) -> str:
        """Why not, in a few words; empty where it can be done."""
        if action.isEnabled():
            return ""
        if spec.needs_photo and not self._has_photo:
            return NEEDS_PHOTO
        return spec.needs or "not possible now"

    def _tell_current(self, item: QListWidgetItem | None) -> None:
        """The keyboard stays in the field, so a screen reader learns from the field what is marked."""
        if item is not None:
            self.field.setAccessibleDescription(str(item.data(Qt.ItemDataRole.AccessibleTextRole)))

    # -- choosing ------------------------------------------------------------------------------------------------

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.data(POSSIBLE):
            return
        name = str(item.data(ID))
        self.recent = [name, *(old for old in self.recent if old != name)][:MAX_RECENT]
        self.close_up()
        self._actions[name].trigger()

    def _press(self, event: QKeyEvent) -> bool:
        """Act on a key of the field that means the list; False for any other."""
        last, row = self.list.count() - 1, self.list.currentRow()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -ROWS, Qt.Key.Key_PageDown: ROWS}
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            pass  # there is nothing else to go to
        elif key in steps:
            wrapped = (row + steps[key]) % (last + 1) if abs(steps[key]) == 1 and last >= 0 else row + steps[key]
            self.list.setCurrentRow(max(0, min(last, wrapped)))
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._press(event)
            if event.type() == QEvent.Type.FocusOut and not self._keeps_focus():
                self.hide()  # somebody clicked elsewhere, and the keyboard is there now
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _keeps_focus(self) -> bool:
        """Whether the keyboard went to another program or to the field's own menu, and will come back."""
        focus = self.window().focusWidget()
        return focus is None or focus is self.field


class _Row(QStyledItemDelegate):
    """Words at the left, the menu beside them, keys at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(0, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.RAISED))
            painter.drawRoundedRect(rect, 6, 6)
        possible = bool(index.data(POSSIBLE))
        line = rect.adjusted(12, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        keys, words = str(index.data(KEYS)), str(index.data(Qt.ItemDataRole.DisplayRole))
        metrics = painter.fontMetrics()
        painter.setPen(QColor(theme.MUTED if possible else theme.FAINT))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, keys)
        left = line.adjusted(0, 0, -metrics.horizontalAdvance(keys) - 16, 0)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, left.width())
        painter.setPen(QColor(theme.TEXT if possible else theme.FAINT))
        painter.drawText(left, middle, shown)
        rest = left.adjusted(metrics.horizontalAdvance(shown) + 16, 0, 0, 0)
        painter.setPen(QColor(theme.MUTED))
        painter.drawText(
            rest, middle, metrics.elidedText(str(index.data(PLACE)), Qt.TextElideMode.ElideRight, rest.width())
        )
        painter.restore()
