"""What the Select and Mask menus do: whole-region changes of the selection and of the active layer's mask."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.busy import run_busy
from app.document import mask_ops
from app.document.document import Document
from app.document.photo import Photo
from app.document.progress import Progress
from app.document.selection import mixed
from app.document.tiles import TileMask
from app.document.wand import luminance_range
from app.panels.amount_dialog import ask_amount
from app.panels.luminance_dialog import ask_luminance
from app.panels.side_panel import SidePanel
from app.panels.softness_dialog import ask_softness

NOTHING_SELECTED = "Nothing is selected. Draw a selection first, or choose Select > All."

Operation = Callable[[TileMask, int, Progress], TileMask]


class RegionCommands(QObject):
    """``document`` gives the open document, None before the first; ``tell`` shows a sentence in the status bar;
    ``finish_stroke`` ends a stroke before the mask changes otherwise."""

    def __init__(
        self,
        window: QWidget,
        document: Callable[[], Document | None],
        tell: Callable[[str], None],
        finish_stroke: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._opened = document
        self._tell = tell
        self._finish_stroke = finish_stroke
        self._last: TileMask | None = None
        self._copied: TileMask | None = None
        self._has_softened = False
        self._amounts = {"Grow": 4.0, "Shrink": 4.0, "Smooth": 8.0, "Feather": 16.0}

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Action id to what it does."""
        return {
            "fill": lambda: self._on_document(Document.fill_mask),
            "invert": lambda: self._on_document(Document.invert_mask),
            "clear": lambda: self._on_document(Document.clear_mask),
            "select_all": lambda: self._on_document(_select_all),
            "deselect": lambda: self._on_document(lambda document: document.select(None, "Deselect")),
            "reselect": self._reselect,
            "invert_selection": self._invert_selection,
            "select_from_mask": self._select_mask,
            "selection_to_mask": lambda: self._selected("Selection to mask", lambda _mask, region: region),
            "add_selection_to_mask": lambda: self._selected("Add selection to mask", _added),
            "subtract_selection_from_mask": lambda: self._selected("Subtract selection from mask", _taken),
            "grow_selection": lambda: self._change_selection("Grow", mask_ops.grow),
            "shrink_selection": lambda: self._change_selection("Shrink", mask_ops.shrink),
            "smooth_selection": lambda: self._change_selection("Smooth", mask_ops.smooth),
            "feather_selection": lambda: self._change_selection("Feather", mask_ops.feather),
            "grow_mask": lambda: self._change_mask("Grow", mask_ops.grow),
            "shrink_mask": lambda: self._change_mask("Shrink", mask_ops.shrink),
            "smooth_mask": lambda: self._change_mask("Smooth", mask_ops.smooth),
            "feather_mask": self._soften,
            "luminance_range": lambda: self._luminance(to_mask=False),
            "mask_from_luminance": lambda: self._luminance(to_mask=True),
            "copy_mask": self._copy_mask,
            "paste_mask": self._paste_mask,
        }

    def follow(self, document: Document) -> None:
        """Remember this document's selections for *Reselect*."""
        self._last = None
        document.selection_changed.connect(self._remember)

    def _document(self) -> Document | None:
        """The open document, without a stroke in progress."""
        self._finish_stroke()
        return self._opened()

    def _remember(self) -> None:
        document = self._opened()
        if document is not None and document.state.selection is not None:
            self._last = document.state.selection

    def _on_document(self, change: Callable[[Document], object]) -> None:
        document = self._document()
        if document is not None:
            change(document)

    # -- the selection -------------------------------------------------------------------------------------------

    def _reselect(self) -> None:
        document = self._document()
        if document is not None and document.state.selection is None:
            if self._last is None:
                self._tell("There is no earlier selection to come back to.")
            else:
                document.select(self._last, "Reselect")

    def _invert_selection(self) -> None:
        document = self._document()
        if document is None:
            return
        if document.state.selection is None:
            self._tell(NOTHING_SELECTED)
        else:
            document.select(document.state.selection.inverted(), "Invert selection")

    def _select_mask(self) -> None:
        document = self._document()
        if document is None:
            return
        if document.state.layer.mask.is_empty:
            self._tell("The mask is empty. Paint something first.")
        else:
            document.select(document.state.layer.mask, "Select mask")

    def _selected(self, name: str, change: Callable[[TileMask, TileMask], TileMask]) -> None:
        """Make the mask what ``change`` makes of it and the selection."""
        document = self._document()
        if document is None:
            return
        if document.state.selection is None:
            self._tell(NOTHING_SELECTED)
        else:
            document.set_mask(change(document.state.layer.mask, document.state.selection), name)

    def _change_selection(self, word: str, change: Operation) -> None:
        document = self._document()
        if document is None:
            return
        if document.state.selection is None:
            self._tell(NOTHING_SELECTED)
            return
        changed = self._changed(word, "selection", document.state.selection, change)
        if changed is not None:
            document.select(changed, f"{word} selection")

    # -- the mask ------------------------------------------------------------------------------------------------

    def _change_mask(self, word: str, change: Operation) -> None:
        document = self._document()
        if document is None:
            return
        if document.state.layer.mask.is_empty:
            self._tell("The mask is empty. Paint something first.")
            return
        changed = self._changed(word, "mask", document.state.layer.mask, change)
        if changed is not None:
            document.edit_mask(f"{word} mask", lambda _mask: changed)

    def show_softness(self, panel: SidePanel) -> None:
        """Let the panel's sliders change the mask's softness; one drag is one step."""
        sliders = panel.softness
        sliders.edited.connect(lambda feather, density: self._softness_edited(feather, density, sliders.is_dragged))
        for slider in (sliders.feather.slider, sliders.density.slider):
            slider.sliderPressed.connect(self._drag_begins)

    def _drag_begins(self) -> None:
        self._has_softened = False

    def _softness_edited(self, feather: float, density: float, dragged: bool) -> None:
        document = self._document()
        if document is not None:
            document.set_softness(feather, density, goes_on=dragged and self._has_softened)
            self._has_softened = dragged

    def _soften(self) -> None:
        """Ask for feather and density, trying them out on the photo."""
        document = self._document()
        if document is None:
            return
        steps = len(document.history.names) + document.history.forgotten

        def tried() -> bool:
            return len(document.history.names) + document.history.forgotten > steps

        layer = document.state.layer
        chosen = ask_softness(
            self._window,
            layer.feather,
            layer.density,
            lambda feather, density: document.set_softness(feather, density, goes_on=tried()),
        )
        if chosen is not None:
            document.set_softness(*chosen, goes_on=tried())
        elif tried():
            document.undo()

    def _changed(self, word: str, what: str, region: TileMask, change: Operation) -> TileMask | None:
        amount = ask_amount(self._window, f"{word} {what}", f"{word} by", self._amounts[word])
        if amount is None:
            return None
        self._amounts[word] = amount
        sentence = f"{word.removesuffix('e')}ing the {what} …"
        return run_busy(self._window, sentence, lambda progress: change(region, round(amount), progress))

    def _luminance(self, *, to_mask: bool) -> None:
        document = self._document()
        if document is None:
            return
        photo, title = document.photo, "Mask from lightness" if to_mask else "Select by lightness"
        chosen = ask_luminance(self._window, title, photo.lightness_at(PREVIEW_SIDE))
        if chosen is None:
            return
        region = run_busy(self._window, "Looking at every pixel …", lambda progress: _range(photo, chosen, progress))
        if region is None:
            return
        if to_mask:
            document.edit_mask(title, lambda _mask: region)
        elif not document.select(region, title):
            self._tell("No pixel of the photo is that light.")

    def _copy_mask(self) -> None:
        document = self._document()
        if document is None:
            return
        self._copied = document.state.layer.mask
        coverage = self._copied.to_array()
        height, width = coverage.shape
        image = QImage(coverage.data, width, height, width, QImage.Format.Format_Grayscale8)
        QApplication.clipboard().setImage(image.copy())  # its own pixels: the array goes when this function ends
        self._tell("The mask is copied; other programs can paste it as a grey picture.")

    def _paste_mask(self) -> None:
        document = self._document()
        if document is None:
            return
        photo = document.photo
        image = QApplication.clipboard().image()
        if image.isNull():
            self._tell("There is no picture to paste. Copy a mask first, or a grey picture in another program.")
        elif (image.width(), image.height()) != (photo.width, photo.height):
            self._tell(
                f"The copied picture has {image.width()} × {image.height()} pixels, the photo "
                f"{photo.width} × {photo.height}; only one of the same size can become its mask."
            )
        else:
            pasted = _coverage(image)
            document.edit_mask("Paste mask", lambda _mask: TileMask.from_array(pasted))


PREVIEW_SIDE = 320
"""Photo pixels on the long side of the picture in the lightness dialog."""


def _select_all(document: Document) -> bool:
    return document.select(TileMask.full(document.photo.height, document.photo.width), "Select all")


def _added(mask: TileMask, region: TileMask) -> TileMask:
    return mixed(mask, TileMask.full(mask.height, mask.width), region)


def _taken(mask: TileMask, region: TileMask) -> TileMask:
    return mixed(mask, TileMask.empty(mask.height, mask.width), region)


def _range(photo: Photo, chosen: tuple[float, float, float], progress: Progress) -> TileMask:
    return luminance_range(photo, *chosen, progress=progress)


def _coverage(image: QImage) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """(H, W) uint8 of an image's grey values, a fresh array."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()
