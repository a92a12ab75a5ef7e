"""The colour source, the adjustments and the tone of the open document, between their panels and it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QColorDialog, QWidget

from app.document.adjustments import NEUTRAL, Adjustments
from app.document.document import Document
from app.document.layer import Colour, LayerState
from app.document.sources.neural import NEURAL, Neural
from app.document.sources.original import ORIGINAL, Original
from app.document.sources.reference import Reference
from app.document.sources.scribbles import Scribbles
from app.document.sources.source import ColourSource
from app.document.sources.tint import TINTS, Tint
from app.document.tone import Tone
from app.panels.adjustments_panel import AdjustmentsPanel
from app.panels.source_panel import SourcePanel
from app.panels.tone_panel import TonePanel

ADJUST, TONE = "Adjust colours", "Adjust tone"


class SourceControl(QObject):
    """``attach`` the panels and ``follow`` a document. ``choose_reference`` and ``choose_style`` ask for
    a picture to take colours of, ``turn_into_paint`` does that, ``picture_of`` gives a reference
    by its name."""

    def __init__(
        self,
        window: QWidget,
        opened: Callable[[], Document | None],
        tell: Callable[[str], None],
        finish_stroke: Callable[[], object],
        brush_color: Callable[[], Colour | None],
        choose_reference: Callable[[], object],
        choose_style: Callable[[], object],
        picture_of: Callable[[str], QImage | None],
        turn_into_paint: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._opened, self._tell, self._finish_stroke = window, opened, tell, finish_stroke
        self._brush_color, self._picture_of = brush_color, picture_of
        self._choosers = {"reference": choose_reference, "style": choose_style, "painted": turn_into_paint}
        self._panels: tuple[SourcePanel, AdjustmentsPanel, TonePanel] | None = None
        self._document: Document | None = None
        self._has_dragged = False
        self._shown_id: int | None = None

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Action id to what it does."""
        return {
            "source_neural": lambda: self.take_source("neural"),
            "original": self._set_original,
            "source_tint": lambda: self.take_source("tint"),
            "source_reference": lambda: self.take_source("reference"),
            "source_style": lambda: self.take_source("style"),
            "source_scribbles": lambda: self.take_source("scribbles"),
            "reset_adjustments": lambda: self._adjust(NEUTRAL),
        }

    def attach(self, source: SourcePanel, adjustments: AdjustmentsPanel, tone: TonePanel) -> None:
        """Listen to these panels, and keep them in step."""
        self._panels = source, adjustments, tone
        source.source_wanted.connect(self.take_source)
        source.edited.connect(self._source_edited)
        source.tint.color_wanted.connect(self._choose_stop)
        adjustments.edited.connect(self._adjust)
        tone.edited.connect(self._set_tone)
        for panel in (adjustments, tone):
            panel.drag_began.connect(self._drag_begins)

    def follow(self, document: Document) -> None:
        """Show this document's values from now on."""
        if self._document is not None:
            self._document.history_changed.disconnect(self.show)
            self._document.active_changed.disconnect(self.show)
        self._document = document
        document.history_changed.connect(self.show)
        document.active_changed.connect(self.show)
        if self._panels is not None:
            self._panels[0].show_possible(has_original=document.photo.source is not None)
        self.show()

    def show(self) -> None:
        """Show the active layer's source and adjustments, and the document's tone."""
        if self._document is None or self._panels is None:
            return
        state = self._document.state
        source, adjustments, tone = self._panels
        if isinstance(state.layer.source, Reference):
            source.reference.show_picture(self._picture_of(state.layer.source.name))
        if state.layer.id != self._shown_id:
            self._shown_id = state.layer.id
            source.show_alternatives(())  # those of another layer
        source.show_source(state.layer.source)
        adjustments.show_adjustments(state.layer.adjustments)
        tone.show_tone(state.tone, has_colours=self._document.photo.source is not None)

    def take_source(self, source_id: str) -> None:
        """Let the active layer take its colours from a source of this kind."""
        document = self._document_at_rest()
        if document is None or document.state.layer.source.id == source_id:
            self.show()
            return
        if source_id in self._choosers:
            self._choosers[source_id]()
        else:
            document.set_source(self._plain_source(source_id, document.state.layer))
        self.show()  # a choice that was given up must not stay in the panel

    def _plain_source(self, source_id: str, layer: LayerState) -> ColourSource:
        if source_id == "tint":
            color = self._brush_color()
            return Tint.of(color) if color is not None else TINTS[0][1]
        if source_id == "neural" and isinstance(layer.made_by, Neural):
            return layer.made_by  # its colours are still there
        return {"neural": NEURAL, "original": ORIGINAL, "scribbles": Scribbles()}[source_id]

    # -- inside --------------------------------------------------------------------------------------------------

    def _document_at_rest(self) -> Document | None:
        self._finish_stroke()
        return self._opened()

    def _set_original(self, on: bool) -> None:
        document = self._document_at_rest()
        if document is not None and isinstance(document.state.layer.source, Original) != on:
            self.take_source("original" if on else "neural")

    def _source_edited(self, source: ColourSource) -> None:
        document = self._document_at_rest()
        if document is not None:
            document.set_source(source, goes_on=True)

    def _choose_stop(self, place: int) -> None:
        if self._panels is None:
            return
        page = self._panels[0].tint
        color = QColorDialog.getColor(QColor(*page.color_of(place)), self._window, "Colour of the Tint")
        if color.isValid():
            page.set_color(place, (color.red(), color.green(), color.blue()))

    def _drag_begins(self) -> None:
        self._has_dragged = False

    def _goes_on(self, step: str, panel: AdjustmentsPanel | TonePanel) -> tuple[str, ...]:
        """One drag of a slider is one step; a press of a key is another."""
        goes_on = (step,) if panel.is_dragged and self._has_dragged else ()
        self._has_dragged = panel.is_dragged
        return goes_on

    def _adjust(self, adjustments: Adjustments) -> None:
        document = self._document_at_rest()
        if document is None or self._panels is None:
            return
        goes_on = self._goes_on(ADJUST, self._panels[1])
        if not document.set_layer(document.state.layer.id, ADJUST, goes_on=goes_on, adjustments=adjustments):
            self.show()

    def _set_tone(self, tone: Tone) -> None:
        document = self._document_at_rest()
        if document is not None and self._panels is not None:
            goes_on = self._goes_on(TONE, self._panels[2])
            document.set_tone(tone, TONE, goes_on=goes_on)
