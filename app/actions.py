"""Every action of the window in one table: its name in the code, its words, its keys, its menu.

The window binds each to a method; menus, buttons and tooltips are made from the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app import theme

MENUS = ("&File", "&Edit", "&Brush", "&Mask", "&View", "&Help")


@dataclass(frozen=True)
class ActionSpec:
    """One row. ``keys`` are the default shortcuts, the first is shown; ``group`` makes a choice of one."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str | None = None
    tip: str = ""
    checkable: bool = False
    group: str | None = None
    needs_photo: bool = True
    starts_section: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "&File", "&Open…", ("Ctrl+O",), "open", "Open a photo", needs_photo=False),
    ActionSpec("sample", "&File", "Open the &sample photo", needs_photo=False),
    ActionSpec(
        "export",
        "&File",
        "&Export…",
        ("Ctrl+E", "Ctrl+Shift+E"),
        tip="Save the picture as PNG, JPEG or TIFF",
        starts_section=True,
    ),
    ActionSpec("quit", "&File", "&Quit", ("Ctrl+Q",), needs_photo=False, starts_section=True),
    ActionSpec("undo", "&Edit", "&Undo", ("Ctrl+Z",), "undo"),
    ActionSpec("redo", "&Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    ActionSpec("brush", "&Brush", "&Brush", ("B",), "brush", "Brush colour in", True, "tool"),
    ActionSpec("eraser", "&Brush", "&Eraser", ("E",), "eraser", "Turn grey again", True, "tool"),
    ActionSpec("hand", "&Brush", "&Hand", ("H",), "hand", "Move the photo", True, "tool"),
    ActionSpec("swap_tool", "&Brush", "S&wap brush and eraser", ("X",)),
    ActionSpec("larger", "&Brush", "&Larger", ("]",), starts_section=True),
    ActionSpec("smaller", "&Brush", "&Smaller", ("[",)),
    ActionSpec("harder", "&Brush", "H&arder", ("Shift+]",)),
    ActionSpec("softer", "&Brush", "S&ofter", ("Shift+[",)),
    ActionSpec(
        "pressure_sizes",
        "&Brush",
        "Pen &pressure sets the size",
        tip="A light touch of the pen paints a thinner stroke",
        checkable=True,
        needs_photo=False,
    ),
    ActionSpec("auto_color", "&Brush", "A&uto colour", ("A",), starts_section=True),
    ActionSpec("custom_color", "&Brush", "&Choose a colour…", ("C",)),
    ActionSpec("reset_brush", "&Brush", "&Reset the brush", ("D",), starts_section=True),
    ActionSpec("fill", "&Mask", "&Fill", ("Shift+F5", "Alt+Backspace"), tip="Colour the whole photo"),
    ActionSpec("invert", "&Mask", "&Invert", ("Ctrl+I",), tip="Swap what is coloured and what is grey"),
    ActionSpec("clear", "&Mask", "&Clear", ("Ctrl+Backspace",), tip="Turn the whole photo grey again"),
    ActionSpec(
        "original",
        "&Mask",
        "&Original colours",
        ("O",),
        tip="Paint with the photo's own colours",
        checkable=True,
        starts_section=True,
    ),
    ActionSpec("refresh", "&Mask", "&Refresh colours", ("F5",), tip="Ask the network for the whole mask anew"),
    ActionSpec("overlay", "&View", "Mask &overlay", ("Q",), "overlay", "Tint the painted area", True),
    ActionSpec("overlay_color", "&View", "Overlay &colour…"),
    ActionSpec("mask_only", "&View", "&Mask only", ("Alt+Q",), "mask", "Show the mask alone", True),
    ActionSpec("compare", "&View", "&Before / after (hold \\ or Y)", icon="compare", checkable=True),
    ActionSpec("zoom_in", "&View", "Zoom &in", ("Ctrl++", "Ctrl+="), starts_section=True),
    ActionSpec("zoom_out", "&View", "Zoom o&ut", ("Ctrl+-",)),
    ActionSpec("zoom_fit", "&View", "&Fit in window", ("Ctrl+0",), "fit"),
    ActionSpec("zoom_actual", "&View", "&Actual pixels (100 %)", ("Ctrl+1",), "actual"),
    ActionSpec(
        "full_screen", "&View", "F&ull screen", ("F11",), checkable=True, needs_photo=False, starts_section=True
    ),
    ActionSpec("keys", "&Help", "&Keys and gestures", ("F1",), needs_photo=False),
    ActionSpec("about", "&Help", "&About Huebrush", needs_photo=False),
)


def make_actions(window: QMainWindow, handlers: Mapping[str, Callable[..., object]]) -> dict[str, QAction]:
    """Create every action of the table, bound to the handler of the same id, and the menu bar that shows them.

    A checkable action's handler gets the new state. Raises KeyError when an action has no handler.
    """
    made: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    menus = {title: window.menuBar().addMenu(title) for title in MENUS}
    for spec in ACTIONS:
        action = _action(spec, window)
        if spec.checkable:
            action.toggled.connect(handlers[spec.id])
        else:
            action.triggered.connect(handlers[spec.id])
        if spec.group is not None:
            group = groups.setdefault(spec.group, QActionGroup(window))
            group.addAction(action)
        if spec.starts_section:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(action)
        made[spec.id] = action
    return made


def _action(spec: ActionSpec, window: QMainWindow) -> QAction:
    action = QAction(spec.text, window)
    action.setObjectName(spec.id)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setCheckable(spec.checkable)
    action.setEnabled(not spec.needs_photo)
    action.setIconText(spec.text.replace("&", "").removesuffix("…"))
    action.setToolTip(_tip(spec))
    action.setIconVisibleInMenu(False)
    if spec.icon is not None:
        action.setIcon(theme.icon(spec.icon))
    return action


def _tip(spec: ActionSpec) -> str:
    words = spec.tip or spec.text.replace("&", "").removesuffix("…")
    if not spec.keys:
        return words
    keys = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{words} ({keys})"


def needs_photo() -> frozenset[str]:
    """The ids of actions that mean nothing before a photo is open."""
    return frozenset(spec.id for spec in ACTIONS if spec.needs_photo)


def menu_titled(window: QMainWindow, title: str) -> QMenu:
    """The menu of the bar with this title. Raises StopIteration for a title outside :data:`MENUS`."""
    return next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == title)
