"""Taking over the colours of another picture: choosing it, and matching regions of it with regions of the photo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.busy import run_busy
from app.document.composite import display8
from app.document.document import Document
from app.document.photo import Photo
from app.document.sources.base import small_colours, small_level, small_region
from app.document.sources.painting import Style
from app.document.sources.reference import MOST_PAIRS, Method, Reference, make_reference
from app.document.sources.statistics import cielab
from app.errors import HuebrushError
from app.jobs.opening import PHOTO_SUFFIXES
from app.panels.region_dialog import ask_region
from app.settings import Settings

NOT_ANSWERED = "The network has not coloured this photo yet. Try again in a moment."


class ReferenceCommands(QObject):
    """``opened`` gives the open document; ``tell`` shows a sentence, ``show_error`` one in a box.

    ``pictures_changed``: another reference has been looked at.
    """

    pictures_changed = Signal()

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        opened: Callable[[], Document | None],
        tell: Callable[[str], None],
        show_error: Callable[[str], None],
        finish_stroke: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._opened = window, settings, opened
        self._tell, self._show_error, self._finish_stroke = tell, show_error, finish_stroke
        self._pictures: dict[str, Photo] = {}
        self._matched: set[str] = set()  # of which regions have been matched, so that whole and whole no longer are

    def choose(self) -> None:
        """Ask for a picture, and let the active layer take its colours."""
        self._ask(self.take)

    def choose_style(self) -> None:
        """Ask for a picture, and let the active layer's colours stand together as they do in it."""
        self._ask(self.take_style)

    def _ask(self, take: Callable[[Path], None]) -> None:
        self._finish_stroke()
        if self._opened() is None:
            return
        patterns = " ".join(f"*{suffix}" for suffix in PHOTO_SUFFIXES)
        folder = self._settings.open_folder
        name, _filter = QFileDialog.getOpenFileName(self._window, "Take Colours Of", folder, f"Photos ({patterns})")
        if name:
            take(Path(name))

    def take(self, path: Path) -> None:
        """Let the active layer take the colours of this file's picture."""
        document, picture = self._opened(), self._read(path)
        if document is None or picture is None:
            return
        base, reference = small_colours(document.photo, document.state.layer.field), small_colours(picture, None)
        if base is None or reference is None:
            self._tell(NOT_ANSWERED)
            return
        self._pictures[path.name] = picture
        self._matched.discard(path.name)
        present = document.state.layer.source
        method = present.method if isinstance(present, Reference) else Method.REINHARD_CIELAB
        document.set_source(make_reference(path.name, method, base, reference))
        self.pictures_changed.emit()

    def picture_of(self, name: str) -> QImage | None:
        """The reference of that name, small; None where only its statistics are known."""
        picture = self._pictures.get(name)
        return None if picture is None else _image(picture)

    def take_style(self, path: Path) -> None:
        """Let the active layer be coloured like this file's picture."""
        document, picture = self._opened(), self._read(path)
        colours = None if picture is None else small_colours(picture, None)
        if document is not None and colours is not None:
            document.set_source(Style.of(path.name, cielab(colours)))

    def _read(self, path: Path) -> Photo | None:
        """The picture, if it has colours; a sentence where it has none or cannot be read."""
        try:
            from app.files.reading import read_photo  # formats are not needed to begin with

            picture = run_busy(self._window, f"Looking at {path.name} …", lambda _progress: read_photo(path))
        except HuebrushError as error:
            self._show_error(str(error))
            return None
        if picture is not None and picture.source is None:
            self._show_error(f"{path.name} has no colours to take over: it is a grey picture. Choose one in colour.")
            return None
        return picture

    def match_regions(self) -> None:
        """Ask for the region of the reference that what is selected in the photo shall look like."""
        self._finish_stroke()
        document = self._opened()
        source = document.state.layer.source if document is not None else None
        if document is None or not isinstance(source, Reference):
            return
        picture = self._pictures.get(source.name)
        if picture is None:
            self._tell(f"Choose “{source.name}” again first: only the statistics of its colours are kept.")
            return
        if document.state.selection is None:
            self._tell("Select the part of the photo first that shall look like a part of the reference.")
            return
        if len(source.pairs) >= MOST_PAIRS:
            self._tell(f"A reference has at most {MOST_PAIRS} pairs of regions.")
            return
        box = ask_region(self._window, _image(picture), source.name)
        if box is not None:
            self._match(document, source, picture, box)

    def _match(self, document: Document, source: Reference, picture: Photo, box: tuple[int, int, int, int]) -> None:
        base, reference = small_colours(document.photo, document.state.layer.field), small_colours(picture, None)
        selection = document.state.selection
        if base is None or reference is None or selection is None:
            self._tell(NOT_ANSWERED)
            return
        there = np.zeros(reference.shape[1:], np.uint8)
        x, y, width, height = box
        there[y : y + height, x : x + width] = 1
        here = small_region(document.photo, selection)
        try:
            matched = make_reference(source.name, source.method, base, reference, here, there)
        except ValueError as error:
            self._tell(f"These regions cannot be matched: {error}.")
            return
        goes_on = source.name in self._matched
        document.set_source(source.with_pair(*matched.pairs[0]) if goes_on else matched)
        self._matched.add(source.name)


def _image(picture: Photo) -> QImage:
    """The small level of a picture, at which regions are counted."""
    codes = np.ascontiguousarray(display8(picture.source_level(small_level(picture))))
    height, width = codes.shape[:2]
    return QImage(codes.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
