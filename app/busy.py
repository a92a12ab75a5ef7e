"""Work that may take seconds: done in a thread, with a window that tells how far it is and can stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QThread, QTimer
from PySide6.QtWidgets import QProgressDialog, QWidget

from app.document.progress import Progress

T = TypeVar("T")

PATIENCE_MILLISECONDS = 250
"""Nobody wants a window to flash for less."""
_POLL_MILLISECONDS = 40


class _Work(QThread, Generic[T]):
    """Runs one function. Its progress and result are plain attributes that the window's thread looks at."""

    def __init__(self, work: Callable[[Progress], T]) -> None:
        super().__init__()
        self._work = work
        self.share = 0.0
        self.stopped = False
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self._work(self._told)
        except BaseException as error:  # raised again in the window's thread
            self.error = error

    def _told(self, share: float) -> bool:
        self.share = share
        return not self.stopped


def run_busy(parent: QWidget, sentence: str, work: Callable[[Progress], T]) -> T | None:
    """What ``work`` returns, or None when the user stopped it. ``work`` must touch nothing that others change.

    It is given a function to tell the share done; when that answers False, ``work`` has to end soon, by returning or
    raising. Whatever it raises without having been stopped is raised here.
    """
    thread: _Work[T] = _Work(work)
    thread.start()
    if not thread.wait(PATIENCE_MILLISECONDS):
        _watch(parent, sentence, thread)
    thread.wait()
    if thread.stopped:
        return None
    if thread.error is not None:
        raise thread.error
    return thread.result


def _watch(parent: QWidget, sentence: str, thread: _Work[T]) -> None:
    dialog = QProgressDialog(sentence, "Cancel", 0, 1000, parent)
    dialog.setWindowTitle("Huebrush")
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setMinimumDuration(0)
    dialog.setAutoClose(False)
    dialog.setAutoReset(False)
    dialog.setMinimumWidth(360)
    loop = QEventLoop()

    def look() -> None:
        thread.stopped = thread.stopped or dialog.wasCanceled()
        dialog.setValue(min(999, round(thread.share * 1000)))
        if thread.isFinished():
            loop.quit()

    timer = QTimer(interval=_POLL_MILLISECONDS)
    timer.timeout.connect(look)
    timer.start()
    dialog.show()
    loop.exec()
    timer.stop()
    dialog.close()
    dialog.deleteLater()
