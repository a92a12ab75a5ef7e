"""What the actions of the Brush and View menus do, by their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.brush_settings import BrushSettings
from app.canvas.canvas import Canvas
from app.canvas.picture import View

Handlers = Mapping[str, Callable[..., object]]

ROTATION_STEP = 15.0
OPACITY_STEP = 0.1


def brush_handlers(brush: BrushSettings) -> Handlers:
    """Size, hardness, opacity, and what the pen and the photo's edges have to say."""
    return {
        "larger": brush.larger,
        "smaller": brush.smaller,
        "harder": brush.harder,
        "softer": brush.softer,
        "more_opaque": lambda: brush.set_opacity(round(brush.opacity + OPACITY_STEP, 2)),
        "less_opaque": lambda: brush.set_opacity(round(brush.opacity - OPACITY_STEP, 2)),
        "edge_aware": brush.set_edge_aware,
        "pressure_sizes": brush.set_pressure_sizes,
        "pressure_opacity": brush.set_pressure_opacity,
        "pressure_flow": brush.set_pressure_flow,
        "auto_color": lambda: brush.set_color(None),
    }


def view_handlers(canvas: Canvas) -> Handlers:
    """Zoom, rotation, and ways of seeing the photo."""
    return {
        "mask_only": lambda on: canvas.set_view(View.MASK if on else View.RESULT),
        "compare": canvas.compare,
        "split_view": canvas.set_split,
        "zoom_in": lambda: canvas.zoom_step(1),
        "zoom_out": lambda: canvas.zoom_step(-1),
        "zoom_fit": canvas.zoom_fit,
        "zoom_actual": canvas.zoom_actual,
        "rotate_left": lambda: canvas.rotate_view(-ROTATION_STEP),
        "rotate_right": lambda: canvas.rotate_view(ROTATION_STEP),
        "reset_rotation": canvas.reset_rotation,
        "mirror_view": canvas.mirror_view,
        "pixel_grid": canvas.set_pixel_grid,
    }
