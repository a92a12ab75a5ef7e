"""Keeps the Layers panel in step with the open document, and hands on what is wanted there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer import LayerState
from app.document.photo import Photo
from app.document.softness import SoftMask
from app.document.thumbnails import layer_thumbnail
from app.layer_commands import LayerCommands
from app.panels.layer_delegate import THUMBNAIL
from app.panels.layer_model import LayerRow
from app.panels.layers_panel import LayersPanel

SIZE = 2 * THUMBNAIL.height(), 2 * THUMBNAIL.width()
"""Sharp on a dense screen too."""
REST_MILLISECONDS = 200
"""Small pictures wait until the pen has rested that long."""


class LayerPanelControl(QObject):
    """``follow`` a document; until then the panel is empty."""

    def __init__(self, panel: LayersPanel, commands: LayerCommands) -> None:
        super().__init__(panel)
        self._panel, self._commands = panel, commands
        self._document: Document | None = None
        self._pictures: dict[int, tuple[SoftMask, QImage]] = {}
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.show)
        panel.activated.connect(commands.activate)
        panel.visibility_wanted.connect(commands.show)
        panel.lock_wanted.connect(commands.lock)
        panel.solo_wanted.connect(commands.solo)
        panel.selection_wanted.connect(commands.select)
        panel.renamed.connect(commands.rename)
        panel.moved.connect(commands.move)
        panel.opacity_edited.connect(commands.set_opacity)

    def follow(self, document: Document) -> None:
        """Show this document's layers from now on."""
        if self._document is not None:
            self._document.history_changed.disconnect(self.show)
            self._document.active_changed.disconnect(self.show)
            self._document.changed.disconnect(self._changed)
        self._document = document
        self._pictures.clear()
        document.history_changed.connect(self.show)
        document.active_changed.connect(self.show)
        document.changed.connect(self._changed)
        self.show()

    def show(self) -> None:
        """Show the layers as they are now; small pictures only where a mask is another one."""
        document = self._document
        if document is None:
            return
        state = document.state
        if document.is_painting:
            self._rest.start()
            return
        rows = [_row(layer, self._picture(document.photo, layer)) for layer in state.layers]
        self._pictures = {layer.id: self._pictures[layer.id] for layer in state.layers}
        self._panel.show_layers(rows, state.layer.id, state.solo)

    def _changed(self, _rect: Rect) -> None:
        if self._document is not None and not self._document.is_settling:
            self._rest.start()

    def _picture(self, photo: Photo, layer: LayerState) -> QImage:
        known = self._pictures.get(layer.id)
        soft = layer.soft
        if known is not None and _is_alike(known[0], soft):
            return known[1]
        codes = np.ascontiguousarray(layer_thumbnail(photo, layer.coverage, SIZE))
        height, width = codes.shape[:2]
        image = QImage(codes.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self._pictures[layer.id] = soft, image
        return image


def _is_alike(one: SoftMask, other: SoftMask) -> bool:
    return one.mask is other.mask and (one.feather, one.density) == (other.feather, other.density)


def _row(layer: LayerState, picture: QImage) -> LayerRow:
    return LayerRow(
        id=layer.id,
        name=layer.name,
        visible=layer.visible,
        locked=layer.locked,
        pinned=layer.pinned,
        opacity=layer.opacity,
        source=layer.source.title,
        thumbnail=picture,
    )
