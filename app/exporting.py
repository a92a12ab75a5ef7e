"""An export from the question to the finished file: dialog, job, progress, and the note that the work is safe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.document.document import Document
from app.document.layer import DocumentState
from app.document.photo import Photo
from app.panels.dialogs import ExportProgress, show_error
from app.panels.export_dialog import ExportDialog
from app.settings import Settings


class ExportJobLike(Protocol):
    """What this needs of :class:`app.jobs.export.ExportJob`."""

    progress: Any
    finished: Any
    failed: Any
    cancelled: Any

    def start(self, state: DocumentState, photo: Photo, path: Path, options: Any) -> None: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...


class Exporting(QObject):
    """One export at a time; the progress window keeps the document from changing meanwhile."""

    def __init__(
        self, window: QWidget, settings: Settings, job_factory: Callable[[], ExportJobLike] | None = None
    ) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._job_factory = job_factory
        self._job: ExportJobLike | None = None  # made at the first export, then kept
        self._progress: ExportProgress | None = None
        self._document: Document | None = None
        self._then: Callable[[], object] | None = None

    def ask(self, document: Document, then: Callable[[], object] | None = None) -> None:
        """Ask where and how, write, and call ``then`` only if the file was finished."""
        dialog = ExportDialog(
            self._suggestion(document.photo),
            document.photo.path,
            document.photo.bits,
            self._settings.jpeg_quality,
            self._window,
        )
        if dialog.exec():
            path = dialog.target
            self._settings.export_folder = str(path.absolute().parent)
            self._settings.export_suffix = path.suffix.lower()
            self._settings.jpeg_quality = dialog.jpeg_quality
            self._start(document, path, dialog.bits, then)
        dialog.deleteLater()

    def _suggestion(self, photo: Photo) -> Path:
        """Beside the last export or the photo, named after it, free of conflicts."""
        source = photo.path or Path.home() / "photo"
        folder = Path(self._settings.export_folder or source.parent)
        name, suffix = f"{source.stem} huebrush", self._settings.export_suffix
        path, number = folder / f"{name}{suffix}", 2
        while path.exists():
            path, number = folder / f"{name} {number}{suffix}", number + 1
        return path

    def _start(self, document: Document, path: Path, bits: int, then: Callable[[], object] | None) -> None:
        from app.jobs.rendering import ExportOptions  # reaches torch, which is never loaded before the first window

        job = self._job = self._job or self._make_job()
        self._document, self._then = document, then
        self._progress = ExportProgress(path, self._window)
        self._progress.cancelled.connect(job.cancel)
        self._progress.show()
        options = ExportOptions(depth=bits, quality=self._settings.jpeg_quality)
        job.start(document.state, document.photo, path, options)

    def _make_job(self) -> ExportJobLike:
        from app.jobs.export import ExportJob

        job = self._job_factory() if self._job_factory is not None else ExportJob(self)
        job.progress.connect(self._show_progress)
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._end)
        return job

    def _show_progress(self, share: float) -> None:
        if self._progress is not None:
            self._progress.show_progress(share)

    def _finished(self, _path: Path) -> None:
        document, then = self._document, self._then
        self._end()
        if document is not None:
            document.mark_saved()
        if then is not None:
            then()

    def _failed(self, sentence: str) -> None:
        self._end()
        show_error(self._window, sentence)

    def _end(self) -> None:
        """Put everything away."""
        if self._progress is not None:
            self._progress.hide()
            self._progress.deleteLater()
        self._progress, self._document, self._then = None, None, None

    def close(self) -> None:
        """Stop an export under way, when the program ends."""
        if self._job is not None:
            self._job.close()
            self._end()
