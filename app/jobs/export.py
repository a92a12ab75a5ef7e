"""Export in the background, with progress and Cancel."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from app.document.layer import DocumentState
from app.document.photo import Photo
from app.errors import HuebrushError
from app.jobs.rendering import Cancelled, ExportOptions, export_picture

log = logging.getLogger(__name__)


class _Exporter(QThread):
    progress = Signal(float)
    ended = Signal(str)  # the sentence of a failure, empty for success

    def __init__(self, photo: Photo, state: DocumentState, path: Path, options: ExportOptions) -> None:
        super().__init__()
        self.setObjectName("export")
        self._photo, self._state, self._path, self._options = photo, state, path, options
        self.stop = threading.Event()

    def run(self) -> None:
        try:
            export_picture(self._photo, self._state, self._path, self._options, self._report)
        except Cancelled:
            self.ended.emit("")
        except HuebrushError as error:
            self.ended.emit(str(error))
        except Exception as error:
            log.exception("the export failed")
            self.ended.emit(f"“{self._path}” could not be written ({error}); the file is as it was before.")
        else:
            self.ended.emit("")

    def _report(self, share: float) -> None:
        if self.stop.is_set():
            raise Cancelled
        self.progress.emit(share)


class ExportJob(QObject):
    """One export at a time. The picture is a snapshot: painting goes on meanwhile."""

    progress = Signal(float)  # 0..1
    finished = Signal(object)  # the Path that was written
    failed = Signal(str)  # a sentence
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exporter: _Exporter | None = None

    @property
    def is_running(self) -> bool:
        return self._exporter is not None

    def start(self, state: DocumentState, photo: Photo, path: Path, options: ExportOptions) -> None:
        """Begin writing. Raises RuntimeError while another export runs."""
        if self._exporter is not None:
            raise RuntimeError("an export is running already")
        self._path = path
        self._exporter = _Exporter(photo, state, path, options)
        self._exporter.progress.connect(self.progress)
        self._exporter.ended.connect(self._end)
        self._exporter.start()

    def cancel(self) -> None:
        """Ask the export to stop; the target file stays what it was."""
        if self._exporter is not None:
            self._exporter.stop.set()

    def close(self) -> None:
        """Stop and wait, when the program ends."""
        self.cancel()
        if self._exporter is not None:
            self._exporter.wait()
            self._exporter = None

    def _end(self, sentence: str) -> None:
        exporter, self._exporter = self._exporter, None
        if exporter is None:
            return
        exporter.wait()
        if sentence:
            self.failed.emit(sentence)
        elif exporter.stop.is_set():
            self.cancelled.emit()
        else:
            self.finished.emit(self._path)
