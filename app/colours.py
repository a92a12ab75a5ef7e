"""All of the window that has to do with layers and their colours, wired in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QMainWindow

from app.brush_settings import BrushSettings
from app.canvas.canvas import Canvas
from app.document.document import Document
from app.document.sources.neural import Neural
from app.jobs.errands import Alternatives, Suggested
from app.layer_commands import LayerCommands
from app.layer_panel_control import LayerPanelControl
from app.palette_control import PaletteControl
from app.panels import dialogs
from app.panels.side_panel import SidePanel
from app.reference_commands import ReferenceCommands
from app.settings import Settings
from app.source_control import SourceControl
from app.window_dropper import WindowDropper


class Colours(QObject):
    """``attach`` the panel once it is made, ``serve`` with the network's service, ``follow`` each document."""

    def __init__(
        self,
        window: QMainWindow,
        settings: Settings,
        brush: BrushSettings,
        canvas: Canvas,
        opened: Callable[[], Document | None],
        tell: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self._brush, self._canvas = window, brush, canvas
        self._opened, self._tell = opened, tell
        self._panel: SidePanel | None = None
        self._service: Any = None
        finish = canvas.finish_stroke
        self.dropper = WindowDropper(window)
        self.dropper.picked.connect(brush.set_color)
        self.layers = LayerCommands(window, opened, tell, finish)
        self._references = ReferenceCommands(window, settings, opened, tell, self._show_error, finish)
        self._palettes = PaletteControl(window, settings, brush, opened, tell, self._show_error, finish)
        self._sources = SourceControl(
            window,
            opened,
            tell,
            finish,
            lambda: brush.color,
            self._references.choose,
            self._references.choose_style,
            self._references.picture_of,
            self.layers.turn_into_paint,
        )
        self._layer_panel: LayerPanelControl | None = None

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Action id to what it does."""
        return {
            **self.layers.handlers(),
            **self._sources.handlers(),
            "rename_layer": self._rename,
            "refresh": self._refresh,
            "try_another": self._try_another,
            "custom_color": self._choose_color,
            "window_color": self.dropper.start,
        }

    def attach(self, panel: SidePanel) -> None:
        """Listen to the panel's parts, and keep them in step."""
        self._panel = panel
        self._layer_panel = LayerPanelControl(panel.layers, self.layers)
        self._palettes.attach(panel.palettes)
        self._sources.attach(panel.source, panel.adjustments, panel.tone)
        self._references.pictures_changed.connect(self._sources.show)
        panel.source.reference.picture_wanted.connect(self._references.choose)
        panel.source.reference.pair_wanted.connect(self._references.match_regions)
        panel.source.style_page.picture_wanted.connect(self._references.choose_style)
        panel.source.neural.alternatives_wanted.connect(self._try_another)
        panel.colour.picked.connect(self._brush.set_color)
        panel.colour.custom_wanted.connect(self._choose_color)
        self._canvas.asked.connect(self._suggest)

    def serve(self, service: Any) -> None:
        """Ask this service, a :class:`app.jobs.colour.ColourService`, for the network's ideas."""
        self._service = service
        service.suggested.connect(self._show_suggestions)
        service.alternatives.connect(self._show_alternatives)

    def follow(self, document: Document) -> None:
        """Show this document's layers and values from now on."""
        assert self._layer_panel is not None
        self._layer_panel.follow(document)
        self._sources.follow(document)
        self._palettes.follow(document)

    def show(self) -> None:
        """Show all values as they are, after an edit was refused."""
        assert self._layer_panel is not None
        self._sources.show()
        self._layer_panel.show()

    # -- inside --------------------------------------------------------------------------------------------------

    def _show_error(self, sentence: str) -> None:
        dialogs.show_error(self._window, sentence)

    def _rename(self) -> None:
        if self._panel is not None:
            self._panel.layers.rename_active()

    def _choose_color(self) -> None:
        start = QColor(*self._brush.color) if self._brush.color is not None else QColor(192, 24, 48)
        color = QColorDialog.getColor(start, self._window, "Colour of the Brush")
        if color.isValid():
            self._brush.set_color((color.red(), color.green(), color.blue()))

    def _refresh(self) -> None:
        document = self._opened()
        if document is None:
            return
        self._canvas.finish_stroke()
        layer = document.state.layer
        if layer.locked:
            self._tell(document.refusal)
        elif document.refresh_colours():
            self._tell("The colours are being chosen anew; undo brings those before back.")
        elif layer.pinned:
            self._tell("These colours are pinned. Unpin them first (Layer > Pin or unpin colours).")
        else:
            self._tell(f"Nothing to refresh: the colours of “{layer.name}” do not come from the network.")

    def _try_another(self) -> None:
        """Ask the network how else the active layer could look."""
        document = self._opened()
        if document is None or self._service is None:
            return
        if not isinstance(document.state.layer.source, Neural):
            self._tell("Only the network has other ideas. Choose it as the colour source first.")
            return
        self._canvas.finish_stroke()
        self._service.try_others()

    def _show_alternatives(self, told: Alternatives) -> None:
        """Slot of the service: small pictures of what the layer could look like."""
        document = self._opened()
        if self._panel is None or document is None or document.state.layer.id != told.errand.layer.id:
            return  # they are another layer's
        self._panel.sections["Colour source"].set_open(True)
        self._panel.source.show_alternatives(told.pictures)
        self._panel.ensureWidgetVisible(self._panel.source)
        if len(told.pictures) < 2:
            self._tell("The network is sure of this one: it has no other colouring to offer.")

    def _suggest(self, x: float, y: float) -> None:
        """Slot of the canvas: a place was clicked whose colour is to be chosen."""
        if self._service is not None and self._panel is not None and self._panel.colour.isVisible():
            self._service.suggest(x, y)

    def _show_suggestions(self, told: Suggested) -> None:
        """Slot of the service: what colours that place could have."""
        if self._panel is not None:
            self._panel.colour.show_suggestions(told.colours)
