"""Every tool in one table: a new tool is a file beside this one and a row here.

Actions, menus, the tool strip and the toolbox are made from these rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.canvas.tools.brush import BrushTool
from app.canvas.tools.dab import DabTool
from app.canvas.tools.ellipse import EllipseTool
from app.canvas.tools.eraser import EraserTool
from app.canvas.tools.eyedropper import EyedropperTool
from app.canvas.tools.fill import FillTool
from app.canvas.tools.gradient import GradientTool
from app.canvas.tools.lasso import LassoTool
from app.canvas.tools.pan import PanTool
from app.canvas.tools.polygon import PolygonTool
from app.canvas.tools.rectangle import RectangleTool
from app.canvas.tools.smudge import SmudgeTool
from app.canvas.tools.tool import Studio, Tool
from app.canvas.tools.wand import WandTool
from app.canvas.tools.zoom import ZoomTool


@dataclass(frozen=True)
class ToolSpec:
    """One tool: its name in the code and in menus, its keys, its icon, how it is made.

    ``options`` names the page of the options bar that goes with it; ``starts_group`` begins a group in the strip.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    icon: str
    tip: str
    make: Callable[[Studio], Tool]
    options: str = ""
    starts_group: bool = False


TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec("brush", "&Brush", ("B",), "brush", "Brush colour in", BrushTool, "brush"),
    ToolSpec("eraser", "&Eraser", ("E",), "eraser", "Turn grey again", EraserTool, "brush"),
    ToolSpec("smudge", "S&mudge", ("R",), "smudge", "Drag painted colours along", SmudgeTool, "brush"),
    ToolSpec("dab", "&Colour dab", ("Shift+B",), "dab", "Ask for a colour at a place", DabTool, "dab"),
    ToolSpec(
        "select_rectangle", "&Rectangle", ("M",), "rectangle", "Select a rectangle", RectangleTool, "select", True
    ),
    ToolSpec("select_ellipse", "E&llipse", ("Shift+M",), "ellipse", "Select an ellipse", EllipseTool, "select"),
    ToolSpec("lasso", "L&asso", ("L",), "lasso", "Select freehand", LassoTool, "select"),
    ToolSpec("polygon", "&Polygon", ("Shift+L",), "polygon", "Select corner by corner", PolygonTool, "select"),
    ToolSpec("wand", "&Wand", ("W",), "wand", "Select what is as light as a place", WandTool, "wand"),
    ToolSpec("fill_tool", "&Fill", ("G",), "fill", "Colour what is as light as a place", FillTool, "fill", True),
    ToolSpec("gradient", "&Gradient", ("Shift+G",), "gradient", "Let the colour fade away", GradientTool, "gradient"),
    ToolSpec("eyedropper", "Eye&dropper", ("I",), "eyedropper", "Take a colour", EyedropperTool, "eyedropper"),
    ToolSpec("hand", "&Hand", ("H",), "hand", "Move the photo", PanTool, "view", True),
    ToolSpec("zoom", "&Zoom", ("Z",), "zoom", "Zoom in; with Alt, out", ZoomTool, "view"),
)
