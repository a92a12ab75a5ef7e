"""Palettes between their panel, their files, the brush and the active layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.brush_settings import BrushSettings
from app.busy import run_busy
from app.document.composite import display8
from app.document.document import Document
from app.document.palette import MOST_SWATCHES, Palette, PaletteLock, Swatch, extract_palette
from app.document.photo import Photo
from app.document.sources.base import small_level
from app.errors import HuebrushError
from app.jobs.opening import PHOTO_SUFFIXES
from app.palette_shelf import PaletteShelf
from app.panels.palette_view import PaletteView
from app.settings import Settings

LOCK = "Lock to palette"
EXTRACTED = 8


class PaletteControl(QObject):
    """``attach`` the panel and ``follow`` a document; ``show_error`` shows a sentence in a box, ``tell`` in passing."""

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        brush: BrushSettings,
        opened: Callable[[], Document | None],
        tell: Callable[[str], None],
        show_error: Callable[[str], None],
        finish_stroke: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._brush, self._opened = window, settings, brush, opened
        self._tell, self._show_error, self._finish_stroke = tell, show_error, finish_stroke
        self._shelf = PaletteShelf()
        self._current = 0
        self._view: PaletteView | None = None
        self._document: Document | None = None

    def attach(self, view: PaletteView) -> None:
        """Listen to the panel, and keep it in step."""
        self._view = view
        view.picked.connect(self._brush.set_color)
        view.chosen.connect(self._choose)
        view.removed.connect(self._remove)
        view.load_wanted.connect(self._load)
        view.save_wanted.connect(self._save)
        view.extract_wanted.connect(self._extract)
        view.add_colour_wanted.connect(self._add_colour)
        view.lock_edited.connect(self._lock)
        self._brush.changed.connect(self._show_colour)
        self.show()

    def follow(self, document: Document) -> None:
        """Show how this document's active layer is locked from now on."""
        if self._document is not None:
            self._document.history_changed.disconnect(self._show_lock)
            self._document.active_changed.disconnect(self._show_lock)
        self._document = document
        document.history_changed.connect(self._show_lock)
        document.active_changed.connect(self._show_lock)
        self._show_lock()

    @property
    def palette(self) -> Palette:
        """The palette that is shown."""
        return self._shelf.palettes[self._current]

    def show(self) -> None:
        """Show palettes, the brush's colour and the lock as they are now."""
        if self._view is not None:
            self._view.show_palettes(self._shelf.palettes, self._current)
            self._show_colour()
            self._show_lock()

    def _show_colour(self) -> None:
        if self._view is not None:
            self._view.show_colour(self._brush.color)

    def _show_lock(self) -> None:
        if self._view is not None:
            lock = None if self._document is None else self._document.state.layer.palette
            self._view.show_lock(None if lock is None else lock.softness)

    # -- the shelf -----------------------------------------------------------------------------------------------

    def _take(self, palette: Palette) -> None:
        """Show a palette that the shelf has."""
        self._current = next(place for place, one in enumerate(self._shelf.palettes) if one.name == palette.name)
        self.show()

    def _choose(self, place: int) -> None:
        self._current = place
        self.show()
        layer = None if self._document is None else self._document.state.layer
        if layer is not None and layer.palette is not None:
            self._lock(layer.palette.softness)

    def _remove(self, place: int) -> None:
        try:
            if not self._shelf.remove(self._shelf.palettes[place].name):
                self._tell("This palette belongs to the program and stays.")
        except HuebrushError as error:
            self._show_error(str(error))
        self._current = min(self._current, len(self._shelf.palettes) - 1)
        self.show()

    def _load(self) -> None:
        from app.files.palettes import PALETTE_SUFFIXES, read_palette  # formats are not needed to begin with

        patterns = " ".join(f"*{suffix}" for suffix in PALETTE_SUFFIXES)
        name = self._asked("Open a Palette", f"Palettes ({patterns})")
        if name:
            self._keep(lambda: read_palette(Path(name)))

    def _save(self) -> None:
        from app.files.palettes import PALETTE_SUFFIXES, write_palette

        patterns = " ".join(f"*{suffix}" for suffix in PALETTE_SUFFIXES)
        proposal = str(Path(self._settings.export_folder) / f"{self.palette.name}.gpl")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the Palette", proposal, f"Palettes ({patterns})")
        if name:
            path = Path(name)
            try:
                write_palette(path if path.suffix else path.with_suffix(".gpl"), self.palette)
            except HuebrushError as error:
                self._show_error(str(error))

    def _extract(self) -> None:
        document = self._opened()
        if document is not None and document.photo.source is not None:
            path = document.photo.path
            self._keep(lambda: _palette_of(document.photo, "Photo" if path is None else path.stem))
            return
        patterns = " ".join(f"*{suffix}" for suffix in PHOTO_SUFFIXES)
        name = self._asked("Make a Palette Of", f"Photos ({patterns})")
        if name:
            from app.files.reading import read_photo  # formats are not needed to begin with

            self._keep(lambda: _palette_of(read_photo(Path(name)), Path(name).stem))

    def _asked(self, title: str, patterns: str) -> str:
        name, _filter = QFileDialog.getOpenFileName(self._window, title, self._settings.open_folder, patterns)
        return name

    def _keep(self, make: Callable[[], Palette]) -> None:
        try:
            palette = run_busy(self._window, "Reading colours …", lambda _progress: make())
            if palette is not None:
                self._take(self._shelf.put(palette))
        except HuebrushError as error:
            self._show_error(str(error))

    def _add_colour(self) -> None:
        color = self._brush.color
        if color is None:
            self._tell("The brush is on Auto. Choose a colour first, then add it.")
            return
        if any(swatch.color == color for swatch in self.palette.swatches):
            self._tell("This palette has that colour already.")
            return
        if len(self.palette.swatches) >= MOST_SWATCHES:
            self._tell(f"A palette has at most {MOST_SWATCHES} colours.")
            return
        more = replace(self.palette, swatches=(*self.palette.swatches, Swatch(color)))
        try:
            self._take(self._shelf.change(more))
        except HuebrushError as error:
            self._show_error(str(error))

    # -- the layer -----------------------------------------------------------------------------------------------

    def _lock(self, softness: float | None) -> None:
        self._finish_stroke()
        document = self._opened()
        if document is not None:
            lock = None if softness is None else PaletteLock(self.palette, softness)
            document.set_layer(document.state.layer.id, LOCK, goes_on=(LOCK,), palette=lock)
        self._show_lock()


def _palette_of(photo: Photo, name: str) -> Palette:
    if photo.source is None:
        raise HuebrushError(f"“{name}” is a grey picture and has no colours. Choose one in colour.")
    codes = np.ascontiguousarray(display8(photo.source_level(small_level(photo))))
    return extract_palette(codes, EXTRACTED, name)
