"""Keyboard shortcuts: see them, find them, change them. Nothing changes before OK."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.action_spec import ActionSpec
from app.errors import HuebrushError
from app.keymap import PRESETS, Keymap, native
from app.panels.key_recorder import KeyRecorder
from app.panels.key_tree import KeyTree

ID = Qt.ItemDataRole.UserRole
NO_KEY = "–"
FILES = "Keyboard shortcuts (*.json)"


def edit_keys(parent: QWidget, keymap: Keymap, folder: str = "") -> Keymap | None:
    """Let the user change a copy of ``keymap``; None when it is to stay as it is."""
    editor = KeyEditor(keymap, folder, parent)
    accepted = editor.exec() == QDialog.DialogCode.Accepted
    editor.deleteLater()
    return editor.keymap if accepted else None


class KeyEditor(QDialog):
    """``keymap`` is the copy that is being changed."""

    def __init__(self, keymap: Keymap, folder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keymap = keymap.copy()
        self._folder = folder
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._rows: dict[str, QTreeWidgetItem] = {}
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(680, 720)
        self.preset = QComboBox()
        self.preset.addItems([preset.name for preset in PRESETS])
        self.preset.setAccessibleName("Preset")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search for an action or a key")
        self.search.setAccessibleName("Search for an action or a key")
        self.tree = KeyTree()
        self.recorder = KeyRecorder()
        self.nothing = QLabel("Nothing is called that, and no key is.")
        self.nothing.setProperty("role", "caption")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.change = _button("&Change key", "Give the action another key instead (Enter)")
        self.add = _button("&Add key", "Give the action one more key (Insert)")
        self.clear = _button("Re&move keys", "Leave the action without a key (Delete)")
        self.reset = _button("R&eset", "Give the action the keys of the preset back")
        self.reset_all = _button("Reset a&ll", "Forget everything you have changed")
        self.load = _button("&Import…", "Take the keys from a file")
        self.store = _button("E&xport…", "Save the keys in a file, for another machine")
        self._fill()
        self._arrange()
        self._connect()
        self.refresh()
        self.tree.select_first()
        self.search.setFocus()

    # -- making --------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for spec in self.keymap.specs:
            if spec.menu not in self._groups:
                self._groups[spec.menu] = self.tree.add_group(spec.menu_name)
            row = QTreeWidgetItem(self._groups[spec.menu], [spec.name, ""])
            row.setData(0, ID, spec.id)
            row.setToolTip(0, spec.tip)
            self._rows[spec.id] = row
        self.tree.expandAll()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        caption = QLabel("&Preset")
        caption.setBuddy(self.preset)
        top.addSpacing(8)
        top.addWidget(caption)
        top.addWidget(self.preset)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.change, self.add, self.clear, self.reset):
            row.addWidget(button)
        row.addStretch(1)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setProperty("role", "primary")
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        for button in (self.load, self.store, self.reset_all):
            bottom.addWidget(button)
        bottom.addStretch(1)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.recorder)
        layout.addLayout(row)
        layout.addSpacing(8)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.preset.textActivated.connect(self._preset_chosen)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._go_to_tree)
        self.tree.currentItemChanged.connect(self._row_changed)
        self.tree.itemActivated.connect(self._activated)
        self.tree.itemClicked.connect(self._clicked)
        self.tree.more_wanted.connect(lambda: self.record(add=True))
        self.tree.none_wanted.connect(self._clear)
        self.change.clicked.connect(lambda: self.record(add=False))
        self.add.clicked.connect(lambda: self.record(add=True))
        self.clear.clicked.connect(self._clear)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(self._reset_all)
        self.load.clicked.connect(self._import)
        self.store.clicked.connect(self._export)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.recorder.chosen.connect(self._recorded)
        self.recorder.ended.connect(self._go_to_tree)

    # -- showing -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the keys as they are now."""
        self.preset.setCurrentText(self.keymap.preset)
        for action, row in self._rows.items():
            keys = " or ".join(native(key) for key in self.keymap.keys(action)) or NO_KEY
            changed = self.keymap.is_changed(action)
            row.setText(1, f"{keys}  (changed)" if changed else keys)
            row.setForeground(1, QColor(theme.ACCENT if changed else theme.TEXT if keys != NO_KEY else theme.FAINT))
        self._row_changed()
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        """Leave the rows in sight whose words, menu or keys contain every word of ``text``."""
        words = text.casefold().split()
        for spec in self.keymap.specs:
            row = self._rows[spec.id]
            told = f"{spec.menu_name} {row.text(0)} {row.text(1)}".casefold()
            row.setHidden(not all(word in told for word in words))
        for menu, group in self._groups.items():
            group.setHidden(all(self._rows[spec.id].isHidden() for spec in self.keymap.specs if spec.menu == menu))
        found = not all(group.isHidden() for group in self._groups.values())
        self.tree.setVisible(found)
        self.nothing.setVisible(not found)
        current = self.tree.currentItem()
        if found and (current is None or current.isHidden()):
            self.tree.select_first()

    def _row_changed(self) -> None:
        spec = self.current
        for button in (self.change, self.add):
            button.setEnabled(spec is not None)
        self.clear.setEnabled(spec is not None and bool(self.keymap.keys(spec.id)))
        self.reset.setEnabled(spec is not None and self.keymap.is_changed(spec.id))
        self.reset_all.setEnabled(any(self.keymap.is_changed(action) for action in self._rows))

    @property
    def current(self) -> ActionSpec | None:
        """The action of the marked row."""
        row = self.tree.currentItem()
        action = row.data(0, ID) if row is not None else None
        return next((spec for spec in self.keymap.specs if spec.id == action), None)

    def show_action(self, action: str) -> None:
        """Mark the row of an action. Raises KeyError where there is none."""
        self.tree.setCurrentItem(self._rows[action])

    def _go_to_tree(self) -> None:
        self.tree.setFocus()

    # -- changing ------------------------------------------------------------------------------------------------

    def record(self, *, add: bool) -> None:
        """Wait for a key for the marked action: instead of those it has, or one more."""
        spec = self.current
        if spec is not None:
            self.recorder.ask(self.keymap, spec, add=add)

    def _activated(self, row: QTreeWidgetItem) -> None:
        if row.data(0, ID):
            self.record(add=False)

    def _clicked(self, row: QTreeWidgetItem, column: int) -> None:
        if column == 1 and row.data(0, ID):
            self.record(add=False)

    def _recorded(self, action: str, key: str, add: bool) -> None:
        before = self.keymap.keys(action) if add else ()
        self.keymap.set_keys(action, (*before, key))
        self.refresh()

    def _clear(self) -> None:
        if self.current is not None:
            self.keymap.set_keys(self.current.id, ())
            self.refresh()

    def _reset(self) -> None:
        if self.current is not None:
            self.keymap.reset(self.current.id)
            self.refresh()

    def _reset_all(self) -> None:
        self.keymap.reset_all()
        self.refresh()

    def _preset_chosen(self, name: str) -> None:
        self.keymap.set_preset(name)
        self.refresh()

    # -- files ---------------------------------------------------------------------------------------------------

    def _import(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "Import Keyboard Shortcuts", self._folder, FILES)
        if name:
            try:
                self.keymap = Keymap.read(Path(name), self.keymap.specs)
            except HuebrushError as error:
                QMessageBox.warning(self, "Keyboard shortcuts", str(error))
            self.refresh()

    def _export(self) -> None:
        suggestion = str(Path(self._folder) / "huebrush-keys.json")
        name, _filter = QFileDialog.getSaveFileName(self, "Export Keyboard Shortcuts", suggestion, FILES)
        if name:
            try:
                self.keymap.write(Path(name))
            except HuebrushError as error:
                QMessageBox.warning(self, "Keyboard shortcuts", str(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard, or records a key; the dialog stays open."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Escape first ends waiting for a key, then leaves everything as it was."""
        if self.recorder.is_asking:
            self.recorder.end()
        else:
            super().reject()


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button
