"""Reading a photo in a thread of its own, so that the window answers while 100 megapixels are decoded."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.document.photo import Photo, rough_grey
from app.document.space import Codes
from app.errors import HuebrushError

log = logging.getLogger(__name__)

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp")
"""What a file dialog offers; the reader itself goes by the content."""

LOWEST_SIDE = 512
"""Half-size levels are made in advance down to about this long side: the first view needs the grey ones at once."""


GLIMPSE_SIDE = 512
"""The long side, at least, of what is shown before the photo's luminance is worked out."""


class _Reading(QThread):
    """One file. Its signals are emitted from the thread and so arrive queued in the GUI's."""

    glimpsed = Signal(object, object, object)
    read = Signal(object, object)
    refused = Signal(object, str)

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.path = path

    def run(self) -> None:
        from app.files.reading import read_photo  # its libraries take a while, and the first window needs none

        try:
            photo = read_photo(self.path, self._glimpse)
            photo.make_levels(LOWEST_SIDE)
        except HuebrushError as error:
            self.refused.emit(self, str(error))
        except MemoryError:
            self.refused.emit(self, f"“{self.path.name}” does not fit into the memory of this machine.")
        except Exception:  # an unforeseen fault in a decoder must reach the user, not vanish with the thread
            log.exception("reading %s", self.path)
            self.refused.emit(self, f"“{self.path.name}” could not be read; the log has the details.")
        else:
            self.read.emit(self, photo)
            photo.make_levels(LOWEST_SIDE, colours=True)  # nobody needs them before the photo is seen

    def _glimpse(self, codes: Codes) -> None:
        height, width = codes.shape[:2]
        self.glimpsed.emit(self, rough_grey(codes, GLIMPSE_SIDE), (width, height))


class PhotoOpener(QObject):
    """Opens one photo at a time; asking for another, or :meth:`cancel`, drops the answer to the one before.

    ``glimpsed`` carries a small grey picture, (h, w) uint8, and the photo's (width, height) as soon as it is decoded;
    ``opened`` carries the Photo, ``failed`` the path and a sentence for people; ``busy`` the path being read or None.
    """

    glimpsed = Signal(object, object)
    opened = Signal(object)
    failed = Signal(object, str)
    busy = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: _Reading | None = None
        self._threads: set[_Reading] = set()

    @property
    def is_reading(self) -> bool:
        """Whether any thread is still at work, wanted or not."""
        return bool(self._threads)

    def open(self, path: Path) -> None:
        """Start reading; the answer comes as a signal."""
        reading = _Reading(path, self)
        reading.glimpsed.connect(self._glimpsed)
        reading.read.connect(self._read)
        reading.refused.connect(self._refused)
        reading.finished.connect(self._finished)
        self._wanted = reading
        self._threads.add(reading)
        reading.start()
        self.busy.emit(path)

    def cancel(self) -> None:
        """Nobody waits for the answer any more; a decoder cannot be stopped half-way, it ends by itself."""
        self._wanted = None
        self.busy.emit(None)

    def close(self) -> None:
        """Wait for the threads; call before the program ends."""
        self._wanted = None
        for reading in list(self._threads):
            reading.wait()

    @Slot(object, object, object)
    def _glimpsed(self, reading: _Reading, grey: object, size: object) -> None:
        if reading is self._wanted:
            self.glimpsed.emit(grey, size)

    @Slot(object, object)
    def _read(self, reading: _Reading, photo: Photo) -> None:
        if reading is self._wanted:
            self.cancel()
            self.opened.emit(photo)

    @Slot(object, str)
    def _refused(self, reading: _Reading, message: str) -> None:
        if reading is self._wanted:
            self.cancel()
            self.failed.emit(reading.path, message)

    @Slot()
    def _finished(self) -> None:
        for reading in [reading for reading in self._threads if reading.isFinished()]:
            self._threads.discard(reading)
            reading.deleteLater()
