"""Every action of the window in one table: its name in the code, its words, its keys, its menu.

The window binds each to a method; menus, buttons, tooltips, the editor of keys and the command search are made from the
same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from app import theme
from app.action_spec import ActionSpec
from app.canvas.tools.table import TOOLS

MENUS = ("&File", "&Edit", "&Tools", "&Brush", "&Select", "&Mask", "&Layer", "&View", "&Window", "&Help")

_FILE = (
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
)

_EDIT = (
    ActionSpec("undo", "&Edit", "&Undo", ("Ctrl+Z",), "undo", needs="nothing to undo"),
    ActionSpec("redo", "&Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", needs="nothing to redo"),
    ActionSpec(
        "command_search",
        "&Edit",
        "&Find a command…",
        ("Ctrl+K",),
        tip="Type what you want to do",
        needs_photo=False,
        starts_section=True,
    ),
    ActionSpec("undo_memory", "&Edit", "&Memory for undo…", tip="How much memory undo may use", needs_photo=False),
    ActionSpec("key_editor", "&Edit", "&Keyboard shortcuts…", tip="Choose which key does what", needs_photo=False),
)

_TOOLS = (
    *(
        ActionSpec(
            spec.id, "&Tools", spec.text, spec.keys, spec.icon, spec.tip, True, "tool", starts_section=spec.starts_group
        )
        for spec in TOOLS
    ),
    ActionSpec("swap_tool", "&Tools", "&Swap brush and eraser", ("X",), starts_section=True),
)

_BRUSH = (
    ActionSpec("larger", "&Brush", "&Larger", ("]", "Shift+Up"), tip="Larger brush"),
    ActionSpec("smaller", "&Brush", "&Smaller", ("[", "Shift+Down"), tip="Smaller brush"),
    ActionSpec("harder", "&Brush", "&Harder", ("Shift+]", "Shift+Right"), tip="Harder brush"),
    ActionSpec("softer", "&Brush", "S&ofter", ("Shift+[", "Shift+Left"), tip="Softer brush"),
    ActionSpec("more_opaque", "&Brush", "&More opaque", tip="Raise the opacity of the brush"),
    ActionSpec("less_opaque", "&Brush", "L&ess opaque", tip="Lower the opacity of the brush"),
    ActionSpec(
        "edge_aware",
        "&Brush",
        "&Keep to edges",
        ("K",),
        tip="The brush stays in the region of the photo under its centre",
        checkable=True,
        needs_photo=False,
        starts_section=True,
    ),
    ActionSpec(
        "pressure_sizes",
        "&Brush",
        "Pen &pressure sets the size",
        tip="A light touch of the pen paints a thinner stroke",
        checkable=True,
        needs_photo=False,
    ),
    ActionSpec(
        "pressure_opacity",
        "&Brush",
        "Pen pressure sets the opac&ity",
        tip="A light touch of the pen paints a fainter stroke",
        checkable=True,
        needs_photo=False,
    ),
    ActionSpec(
        "pressure_flow",
        "&Brush",
        "Pen pressure sets the &flow",
        tip="A light touch of the pen lays less with every dab",
        checkable=True,
        needs_photo=False,
    ),
    ActionSpec("auto_color", "&Brush", "&Auto colour", ("A",), tip="Let the network choose", starts_section=True),
    ActionSpec("custom_color", "&Brush", "&Choose a colour…", ("C",)),
    ActionSpec(
        "window_color",
        "&Brush",
        "Take a colour from the &window",
        ("Shift+I",),
        tip="The next click anywhere takes the colour you see there",
    ),
    ActionSpec("reset_brush", "&Brush", "&Reset the brush", ("D",), starts_section=True),
)

_SELECT = (
    ActionSpec("select_all", "&Select", "Select &all", ("Ctrl+A",)),
    ActionSpec("deselect", "&Select", "&Deselect", ("Ctrl+D",), tip="Paint everywhere again"),
    ActionSpec("reselect", "&Select", "&Reselect", ("Ctrl+Shift+D",), tip="Bring the last selection back"),
    ActionSpec("invert_selection", "&Select", "&Invert selection", ("Ctrl+Shift+I",)),
    ActionSpec(
        "luminance_range",
        "&Select",
        "L&uminance range…",
        tip="Select what is about as light as you say",
        starts_section=True,
    ),
    ActionSpec("select_from_mask", "&Select", "Load &mask as selection", tip="Select what is painted"),
    ActionSpec("grow_selection", "&Select", "&Grow selection…", starts_section=True),
    ActionSpec("shrink_selection", "&Select", "S&hrink selection…"),
    ActionSpec("smooth_selection", "&Select", "Smoo&th selection…"),
    ActionSpec("feather_selection", "&Select", "&Feather selection…", ("Shift+F6",), tip="Soften the selection's edge"),
    ActionSpec(
        "selection_to_mask",
        "&Select",
        "&Selection to mask",
        tip="Colour what is selected, only that",
        starts_section=True,
    ),
    ActionSpec("add_selection_to_mask", "&Select", "Add s&election to mask", tip="Colour what is selected as well"),
    ActionSpec(
        "subtract_selection_from_mask", "&Select", "Su&btract selection from mask", tip="Turn what is selected grey"
    ),
)

_MASK = (
    ActionSpec("fill", "&Mask", "&Fill", ("Shift+F5", "Alt+Backspace"), tip="Colour the whole photo"),
    ActionSpec("invert", "&Mask", "&Invert", ("Ctrl+I",), tip="Swap what is coloured and what is grey"),
    ActionSpec("clear", "&Mask", "&Clear", ("Ctrl+Backspace",), tip="Turn the whole photo grey again"),
    ActionSpec("copy_mask", "&Mask", "Co&py mask", ("Ctrl+C",), starts_section=True),
    ActionSpec("paste_mask", "&Mask", "P&aste mask", ("Ctrl+V",)),
    ActionSpec(
        "mask_from_below", "&Mask", "Take the mask of the layer &below", tip="Cover what the layer below covers"
    ),
    ActionSpec("grow_mask", "&Mask", "&Grow mask…", starts_section=True),
    ActionSpec("shrink_mask", "&Mask", "S&hrink mask…"),
    ActionSpec("smooth_mask", "&Mask", "S&mooth mask…"),
    ActionSpec(
        "feather_mask", "&Mask", "Feather and &density…", tip="Soften and weaken the mask; can be changed again later"
    ),
    ActionSpec("mask_from_luminance", "&Mask", "Mask from &luminance…", tip="Colour what is about as light as you say"),
)

_LAYER = (
    ActionSpec("new_layer", "&Layer", "&New layer", ("Ctrl+Shift+N",), "layer-add"),
    ActionSpec("duplicate_layer", "&Layer", "&Duplicate layer", ("Ctrl+J",), "layer-duplicate"),
    ActionSpec("delete_layer", "&Layer", "D&elete layer", icon="layer-delete"),
    ActionSpec(
        "merge_down",
        "&Layer",
        "&Merge down",
        ("Ctrl+Shift+M",),
        "layer-merge",
        "Make this layer and the one below it one painted layer",
    ),
    ActionSpec("raise_layer", "&Layer", "&Raise layer", ("Ctrl+PgUp", "Ctrl+]"), "layer-up", starts_section=True),
    ActionSpec("lower_layer", "&Layer", "&Lower layer", ("Ctrl+PgDown", "Ctrl+["), "layer-down"),
    ActionSpec("layer_above", "&Layer", "Go to the layer abo&ve", ("PgUp", "Alt+]")),
    ActionSpec("layer_below", "&Layer", "Go to the layer &below", ("PgDown", "Alt+[")),
    ActionSpec("rename_layer", "&Layer", "Rename la&yer…", ("F2",), starts_section=True),
    ActionSpec("show_layer", "&Layer", "Show or &hide layer", ("Ctrl+,",)),
    ActionSpec("solo_layer", "&Layer", "&Solo", tip="Show this layer alone, or all of them again"),
    ActionSpec("lock_layer", "&Layer", "Loc&k or unlock layer", tip="Keep the layer from being changed"),
    ActionSpec(
        "source_neural",
        "&Layer",
        "Colours from the net&work",
        tip="The network invents them, or spreads those you ask for",
        starts_section=True,
    ),
    ActionSpec(
        "original",
        "&Layer",
        "Ori&ginal colours",
        ("O",),
        tip="Paint with the photo's own colours",
        checkable=True,
        needs="this photo has no colours of its own",
    ),
    ActionSpec("source_tint", "&Layer", "&Tint", tip="One colour, or a few from dark to light"),
    ActionSpec("source_reference", "&Layer", "Colours of another &photo…", tip="Take over the colours of a reference"),
    ActionSpec("source_style", "&Layer", "Style of &a painting…", tip="Let colours stand together as in a picture"),
    ActionSpec(
        "source_scribbles", "&Layer", "Colours from dabs al&one", tip="Spread them to the edges, without the network"
    ),
    ActionSpec("paint_layer", "&Layer", "Turn colours &into paint", tip="Keep each pixel's colour as it is now"),
    ActionSpec(
        "try_another",
        "&Layer",
        "Try another colo&uring",
        ("Alt+F5", "Ctrl+F5"),
        tip="Another plausible choice of the network",
        starts_section=True,
    ),
    ActionSpec("refresh", "&Layer", "Re&fresh colours", ("F5",), tip="Ask the network for the whole mask anew"),
    ActionSpec(
        "pin_layer", "&Layer", "Pin or unpin &colours", tip="Pinned colours stay, whatever network comes after this one"
    ),
    ActionSpec("reset_adjustments", "&Layer", "Reset ad&justments", tip="Show the colours as they come"),
)

_VIEW = (
    ActionSpec("overlay", "&View", "Mask &overlay", ("Q",), "overlay", "Tint the painted area", True),
    ActionSpec("overlay_color", "&View", "Overlay &colour…"),
    ActionSpec("mask_only", "&View", "&Mask only", ("Alt+Q",), "mask", "Show the mask alone", True),
    ActionSpec("compare", "&View", "&Before / after (hold \\ or Y)", icon="compare", checkable=True),
    ActionSpec(
        "split_view",
        "&View",
        "&Split before / after",
        ("Shift+Y",),
        tip="The photo before your colour beside the result; drag the line between them",
        checkable=True,
    ),
    ActionSpec("zoom_in", "&View", "Zoom &in", ("Ctrl++", "Ctrl+="), starts_section=True),
    ActionSpec("zoom_out", "&View", "Zoom o&ut", ("Ctrl+-",)),
    ActionSpec("zoom_fit", "&View", "&Fit in window", ("Ctrl+0",), "fit"),
    ActionSpec("zoom_actual", "&View", "&Actual pixels (100 %)", ("Ctrl+1",), "actual"),
    ActionSpec(
        "rotate_left",
        "&View",
        "Rotate view &left",
        ("Ctrl+Left",),
        tip="Turn the view, not the photo",
        starts_section=True,
    ),
    ActionSpec("rotate_right", "&View", "Rotate view &right", ("Ctrl+Right",), tip="Turn the view, not the photo"),
    ActionSpec("reset_rotation", "&View", "Upri&ght view", ("Shift+Esc",), tip="Turn the view back"),
    ActionSpec("mirror_view", "&View", "Mirror &view", ("F4",), tip="See the photo as in a mirror", checkable=True),
    ActionSpec(
        "pixel_grid",
        "&View",
        "&Pixel grid",
        tip="Lines between the pixels from 800 % on",
        checkable=True,
        needs_photo=False,
    ),
    ActionSpec(
        "gamut_warning",
        "&View",
        "Gamut &warning",
        ("Ctrl+Shift+Y",),
        tip="Mark where a colour is more vivid than this lightness allows",
        checkable=True,
        starts_section=True,
    ),
)

_WINDOW = (
    ActionSpec(
        "navigator", "&Window", "&Navigator", ("F8",), tip="The whole photo, small", checkable=True, needs_photo=False
    ),
    ActionSpec(
        "histogram", "&Window", "Histo&gram", tip="How often each lightness occurs", checkable=True, needs_photo=False
    ),
    ActionSpec(
        "layers_panel", "&Window", "&Layers", ("F7",), tip="The stack of layers", checkable=True, needs_photo=False
    ),
    ActionSpec(
        "adjustments_panel",
        "&Window",
        "&Adjustments of the layer",
        tip="Strength, saturation, hue, warmth",
        checkable=True,
        needs_photo=False,
    ),
    ActionSpec("palettes_panel", "&Window", "&Palettes", ("F6",), checkable=True, needs_photo=False),
    ActionSpec(
        "tone_panel", "&Window", "&Tone of the photo", tip="How light the grey is", checkable=True, needs_photo=False
    ),
    ActionSpec(
        "history_panel",
        "&Window",
        "&History",
        ("F9",),
        tip="The steps you can go back to",
        checkable=True,
        needs_photo=False,
    ),
    ActionSpec(
        "hide_panels",
        "&Window",
        "Hi&de panels",
        ("Tab",),
        tip="Nothing but the photo",
        checkable=True,
        needs_photo=False,
        starts_section=True,
    ),
    ActionSpec("full_screen", "&Window", "Full scr&een", ("F11", "F"), checkable=True, needs_photo=False),
)

_HELP = (
    ActionSpec("keys", "&Help", "&Keys and gestures", ("F1",), needs_photo=False),
    ActionSpec("about", "&Help", "&About Huebrush", needs_photo=False),
)

ACTIONS: tuple[ActionSpec, ...] = (
    *_FILE,
    *_EDIT,
    *_TOOLS,
    *_BRUSH,
    *_SELECT,
    *_MASK,
    *_LAYER,
    *_VIEW,
    *_WINDOW,
    *_HELP,
)


def make_actions(window: QMainWindow, handlers: Mapping[str, Callable[..., object]]) -> dict[str, QAction]:
    """Create every action of the table, bound to the handler of the same id, and the menu bar that shows them.

    A checkable action's handler gets the new state. The keys are given by :class:`app.keymap.Keymap`. Raises KeyError
    when an action has no handler.
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
    action.setCheckable(spec.checkable)
    action.setEnabled(not spec.needs_photo)
    action.setIconText(spec.name)
    action.setIconVisibleInMenu(False)
    if spec.icon is not None:
        action.setIcon(theme.icon(spec.icon))
    return action


def needs_photo() -> frozenset[str]:
    """The ids of actions that mean nothing before a photo is open."""
    return frozenset(spec.id for spec in ACTIONS if spec.needs_photo)


def menu_titled(window: QMainWindow, title: str) -> QMenu:
    """The menu of the bar with this title. Raises StopIteration for a title outside :data:`MENUS`."""
    return next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == title)
