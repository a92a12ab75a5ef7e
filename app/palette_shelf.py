"""The user's palettes: one file each in the settings folder, so that none is lost when the program ends."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

from app.document.palette import Palette, Swatch
from app.errors import HuebrushError
from app.panels.swatches import NAMED_COLORS
from app.settings import settings_path

OWN = Palette("Huebrush", tuple(Swatch(color, name) for name, color in NAMED_COLORS))
"""Always there."""
_UNSAFE = re.compile(r"[^\w .-]+")

log = logging.getLogger(__name__)


class PaletteShelf:
    """Palettes in the order of their names, the program's own first. Changes are written at once.

    Every method that writes raises HuebrushError where the disk refuses; nothing has changed then.
    """

    def __init__(self) -> None:
        self._folder = settings_path().parent / "palettes"
        self._files: dict[str, tuple[Path, Palette]] = {}
        for path in sorted(self._folder.glob("*.gpl")) if self._folder.is_dir() else ():
            from app.files.palettes import read_palette  # formats are not needed to begin with

            try:
                palette = read_palette(path)
            except HuebrushError as error:  # somebody else's doing; the file stays as it is
                log.warning("%s", error)
                continue
            self._files[self._free_name(palette.name)] = path, palette

    @property
    def palettes(self) -> list[Palette]:
        """All of them."""
        return [OWN, *(replace(palette, name=name) for name, (_, palette) in sorted(self._files.items()))]

    def put(self, palette: Palette) -> Palette:
        """Keep a palette; it gets a number where its name is taken. Returns it as it is called now."""
        from app.files.palettes import write_palette

        name = self._free_name(palette.name or "Untitled")
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = _UNSAFE.sub("_", name).strip(" .") or "palette"
        path, number = self._folder / f"{stem}.gpl", 2
        while path.exists():
            path, number = self._folder / f"{stem} {number}.gpl", number + 1
        named = replace(palette, name=name)
        write_palette(path, named)
        self._files[name] = path, named
        return named

    def change(self, palette: Palette) -> Palette:
        """Put another content behind a palette's name; of the program's own a copy is kept."""
        from app.files.palettes import write_palette

        if palette.name not in self._files:
            return self.put(palette)
        path, _ = self._files[palette.name]
        write_palette(path, palette)
        self._files[palette.name] = path, palette
        return palette

    def remove(self, name: str) -> bool:
        """Take a palette off the shelf; its file is kept aside under another suffix. False for the program's own."""
        if name not in self._files:
            return False
        path, _ = self._files.pop(name)
        try:
            path.replace(path.with_suffix(".removed"))
        except OSError as error:
            raise HuebrushError(f"“{path}” could not be put aside ({error.strerror}); look at its folder.") from error
        return True

    def _free_name(self, name: str) -> str:
        taken = {OWN.name, *self._files}
        free, number = name, 2
        while free in taken:
            free, number = f"{name} {number}", number + 1
        return free
