"""Where the active layer's colours come from, and what that source lets one choose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QStackedWidget, QVBoxLayout, QWidget

from app.document.sources.source import ColourSource
from app.document.sources.table import SOURCES
from app.panels.buttons import bare
from app.panels.source_pages import NeuralPage, NotePage, ReferencePage, SourcePage, StylePage, TintPage

Picture = NDArray[np.uint8]

NOTES = {
    "original": "The colours that the photo was opened with.",
    "scribbles": "Dabs spread to the edges of what they lie on, without the network. Lay them with the dab tool.",
    "painted": "Each pixel keeps the colour it was given.",
}
NO_ORIGINAL = "This photo was opened without colours, so there are none to bring back."


class SourcePanel(QWidget):
    """``source_wanted`` carries a source's id; ``edited`` a source with other settings; ``done`` gives the keyboard
    back. ``neural``, ``tint``, ``reference`` and ``style_page`` have signals of their own.
    """

    source_wanted = Signal(str)
    edited = Signal(object)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Colour source of the layer")
        self.choice.setToolTip("Where the layer's colours come from")
        for kind in SOURCES.values():
            self.choice.addItem(kind.title, kind.id)
        self.choice.activated.connect(self._chosen)
        self.neural, self.tint, self.reference, self.style_page = NeuralPage(), TintPage(), ReferencePage(), StylePage()
        own: tuple[SourcePage, ...] = (self.neural, self.tint, self.reference, self.style_page)
        special = {page.id: page for page in own}
        self._pages = {name: special.get(name) or NotePage(NOTES[name]) for name in SOURCES}
        self._stack = _Stack()
        for page in self._pages.values():
            self._stack.addWidget(page)
            page.edited.connect(self.edited)
            page.done.connect(self.done)
        column = QVBoxLayout(self)
        bare(column, 8)
        column.addWidget(self.choice)
        column.addWidget(self._stack)

    def show_source(self, source: ColourSource) -> None:
        """Show where colours come from, without reporting it."""
        self.choice.setCurrentIndex(self.choice.findData(source.id))
        page = self._pages[source.id]
        page.show_source(source)
        self._stack.show_page(page)

    def show_alternatives(self, pictures: Sequence[Picture]) -> None:
        """Offer these colourings, (h, w, 3) uint8 each, the most likely one first."""
        self.neural.show_alternatives([_image(picture) for picture in pictures])
        if self._stack.currentWidget() is self.neural:
            self._stack.show_page(self.neural)  # it is higher now

    def show_possible(self, *, has_original: bool) -> None:
        """Whether the photo has colours of its own."""
        model = self.choice.model()
        index = self.choice.findData("original")
        item = model.item(index)  # type: ignore[attr-defined] # a combo box makes a QStandardItemModel
        item.setEnabled(has_original)
        item.setToolTip("" if has_original else NO_ORIGINAL)

    def _chosen(self, index: int) -> None:
        self.source_wanted.emit(self.choice.itemData(index))


def _image(picture: Picture) -> QImage:
    codes = np.ascontiguousarray(picture)
    height, width = codes.shape[:2]
    return QImage(codes.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class _Stack(QStackedWidget):
    """As high as the page it shows."""

    def show_page(self, page: QWidget) -> None:
        self.setCurrentWidget(page)
        self.setFixedHeight(page.sizeHint().height())
