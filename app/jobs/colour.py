"""The colour worker: one long-lived thread that owns the network and keeps answering while the pen moves.

Requests wait in a mailbox with one slot: a newer one replaces an older, so nothing queues up. An answer is shown even
if the pen has moved on; only a changed *epoch* (another photo, an undo, other weights) discards it. What the worker
gets is an immutable snapshot of the layer, what it hands back are fresh arrays, and both cross the threads through
queued signals and a lock.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from app.document.document import Document
from app.document.gamut import prepare
from app.document.geometry import Rect
from app.document.layer import LayerState
from app.document.photo import Photo
from app.document.sources.source import Work
from app.jobs.errands import Alternatives, Errand, Suggested, run_errand

if TYPE_CHECKING:
    from app.document.chroma import Chroma, ChromaField
    from app.jobs.answering import Answer, Kept, PhotoLight
    from app.jobs.scribbling import Scribbler
    from app.jobs.styling import Styler

log = logging.getLogger(__name__)

MOST_THREADS = 4
START_MILLISECONDS = 100
"""Loading the network holds up whatever else Python does; the window is to be seen first."""


@dataclass(frozen=True)
class WorkerStatus:
    """What the status bar says. state: loading, ready, thinking or error; last_ms: the last answer's duration."""

    device: str
    state: str
    message: str = ""
    last_ms: float | None = None


class Epoch(NamedTuple):
    """A stretch of a document's life; an answer asked for in another one is discarded."""

    document: int
    colour: int


@dataclass(frozen=True)
class Request:
    """A snapshot to be answered. asked: perf_counter at its newest point."""

    epoch: Epoch
    photo: Photo
    layer: LayerState
    asked: float


@dataclass(frozen=True)
class Answered:
    """A request and what came of it; another answer follows one that is not final."""

    request: Request
    answer: Answer
    seconds: float
    is_final: bool = True


class Mailbox:
    """One slot for requests and one for errands; putting replaces what lies there, taking waits. Requests go first."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._request: Request | None = None
        self._errand: Errand | None = None
        self._closed = False

    def put(self, request: Request) -> None:
        with self._condition:
            self._request = request
            self._condition.notify()

    def send(self, errand: Errand) -> None:
        """Put an errand."""
        with self._condition:
            self._errand = errand
            self._condition.notify()

    def take(self) -> Request | Errand | None:
        """Wait for a request or an errand; None when the mailbox is closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._request is not None or self._errand is not None)
            if self._closed:
                return None
            if self._request is not None:
                request, self._request = self._request, None
                return request
            errand, self._errand = self._errand, None
            return errand

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits."""
        with self._condition:
            return self._request is None

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify()


class ColourWorker(QThread):
    """The thread. Loads torch behind the first window, then answers whatever lies in the mailbox."""

    answered = Signal(object)
    failed = Signal(object)  # what no answer will come to
    ran = Signal(object)  # Suggested or Alternatives
    status = Signal(object)

    def __init__(self, mailbox: Mailbox, weights: Path | None, device: str, threads: int) -> None:
        super().__init__()
        self.setObjectName("colour worker")
        self._mailbox, self._weights, self._device, self._threads = mailbox, weights, device, threads
        self._photo: PhotoLight | None = None
        self._ambient: ChromaField | None = None
        self._scribbler: Scribbler | None = None
        self._styler: Styler | None = None
        self._epoch: Epoch | None = None
        self._kept: dict[int, Kept] = {}

    def run(self) -> None:
        self.status.emit(WorkerStatus("", "loading", "loading the network"))
        try:
            import torch

            torch.set_num_threads(self._threads)
            from model.colorizer import Colorizer

            colorizer = Colorizer(self._weights, self._device)
        except Exception as error:
            log.exception("the network could not be loaded")
            self.status.emit(WorkerStatus("", "error", f"No network: {error}"))
            return
        name, last_ms = colorizer.device_name, None
        self.status.emit(WorkerStatus(name, "ready"))
        while (request := self._mailbox.take()) is not None:
            self.status.emit(WorkerStatus(name, "thinking", colorizer.notice, last_ms))
            started = time.perf_counter()
            try:
                if not isinstance(request, Request):
                    self._run(colorizer, request)
                    self.status.emit(WorkerStatus(colorizer.device_name, "ready", colorizer.notice, last_ms))
                    continue
                for told, is_final in self._answers(colorizer, request):
                    seconds = time.perf_counter() - started
                    name, last_ms = colorizer.device_name, seconds * 1000
                    self.answered.emit(Answered(request, told, seconds, is_final))
                    if not self._mailbox.is_empty:  # a finer answer would come too late
                        break
            except Exception as error:
                log.exception("an answer failed")
                self.status.emit(WorkerStatus(name, "error", f"Colouring failed: {error}", last_ms))
                self.failed.emit(request)
                continue
            self.status.emit(WorkerStatus(name, "ready", colorizer.notice, last_ms))

    def _run(self, colorizer: Any, errand: Errand) -> None:
        self.ran.emit(run_errand(colorizer, self._light(errand.photo), errand))

    def _light(self, photo: Photo) -> PhotoLight:
        """What the network sees of this photo; all that is known of another one is forgotten."""
        from app.jobs.answering import PhotoLight

        if self._photo is None or self._photo.photo is not photo:
            prepare(photo.space)
            self._photo, self._ambient, self._scribbler, self._styler = PhotoLight.of(photo), None, None, None
        return self._photo

    def _answers(self, colorizer: Any, request: Request) -> Iterator[tuple[Answer, bool]]:
        """The answer, or a rough one and then a finer one; and whether it is the last."""
        from app.jobs.answering import Kept, answer, full_answer
        from app.jobs.scribbling import LONG_SIDES, Scribbler
        from app.jobs.styling import Styler

        light, layer = self._light(request.photo), request.layer
        if self._epoch != request.epoch:
            self._kept.clear()
            self._epoch = request.epoch
        # A new stretch begins with what its root remembers: the chroma and the hints it was made with.
        kept = self._kept.get(layer.id) or Kept(layer.own_chroma, layer.own_hints, layer.field)
        if layer.source.work(request.photo) is Work.SOLVER:
            self._scribbler = self._scribbler or Scribbler(light)
            for long_side in LONG_SIDES:
                told = self._scribbler.answer(layer, long_side, kept.field)
                self._kept[layer.id] = kept = Kept(told.chroma, layer.hints, told.field)
                yield told, long_side == LONG_SIDES[-1]
            return
        if self._ambient is None:
            self._ambient = full_answer(colorizer, light)
        if layer.source.work(request.photo) is Work.STYLE:
            self._styler = self._styler or Styler(light)
            told = self._styler.answer(layer, self._ambient, kept.field)
        else:
            told = answer(colorizer, light, layer, kept=kept, ambient=self._ambient)
        self._kept[layer.id] = Kept(told.chroma, layer.hints, told.field)
        yield told, True


class ColourService(QObject):
    """The worker as the window knows it, on the GUI thread: follows a document, asks, and settles the answers."""

    state_changed = Signal(object)
    settled = Signal(object)  # Answered, after the document took it
    suggested = Signal(object)  # Suggested
    alternatives = Signal(object)  # Alternatives

    def __init__(
        self,
        weights: Path | None = None,
        device: str = "auto",
        threads: int | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``threads``: cores for the network on a CPU; by default all but the window's one, four at most."""
        super().__init__(parent)
        threads = threads or max(1, min(MOST_THREADS, (os.cpu_count() or 2) - 1))
        self._document: Document | None = None
        self._documents = 0
        self._asked: dict[int, Request] = {}
        self._told: dict[int, Chroma | None] = {}
        self._pending: Request | None = None
        self._failed: dict[int, Request] = {}
        self.status = WorkerStatus("", "loading", "loading the network")
        self._mailbox = Mailbox()
        self._worker = ColourWorker(self._mailbox, weights, device, threads)
        self._worker.answered.connect(self._take)
        self._worker.failed.connect(self._give_up)
        self._worker.ran.connect(self._ran)
        self._worker.status.connect(self._announce)
        self._starter = QTimer(self, singleShot=True, interval=0)
        self._starter.timeout.connect(self._start)
        self._starter.start()

    def _start(self) -> None:
        """The time that the window has for itself begins with its first event: making it may have taken longer."""
        if self._starter.interval():
            self._worker.start()
        else:
            self._starter.start(START_MILLISECONDS)

    def open_document(self, document: Document) -> None:
        """Follow this document from now on; the colours of the whole photo are asked for at once."""
        self._forget_document()
        self._document = document
        self._documents += 1
        document.changed.connect(self._document_changed)
        document.history_changed.connect(self._history_changed)
        document.active_changed.connect(self._history_changed)
        self._asked.clear()
        self._failed.clear()
        self._ask(document.state.layer)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked is answered."""
        return self._pending is None

    def suggest(self, x: float, y: float) -> None:
        """Ask what colours the place (photo pixels) could have; ``suggested`` tells."""
        self._send((x, y))

    def try_others(self) -> None:
        """Ask how else the active layer could look; ``alternatives`` tells."""
        self._send(None)

    def _send(self, place: tuple[float, float] | None) -> None:
        if self._document is not None:
            self._mailbox.send(Errand(self._document.photo, self._document.state.layer, place))

    def close(self) -> None:
        """Stop the worker and wait for it; an answer under way is finished and dropped."""
        self._forget_document()
        self._starter.stop()
        self._mailbox.close()
        self._worker.wait()

    def _forget_document(self) -> None:
        if self._document is not None:
            self._document.changed.disconnect(self._document_changed)
            self._document.history_changed.disconnect(self._history_changed)
            self._document.active_changed.disconnect(self._history_changed)
            self._document = None

    def _epoch(self) -> Epoch:
        assert self._document is not None
        return Epoch(self._documents, self._document.colour_epoch)

    def _document_changed(self, _rect: Rect) -> None:
        self._ask_if_new()

    def _history_changed(self) -> None:
        self._ask_if_new()

    def _ask_if_new(self) -> None:
        """Ask for the active layer unless that has been done, and else for another one that waits, one at a time."""
        if self._document is None:
            return
        state = self._document.state
        if not self._is_asked(state.layer):
            self._ask(state.layer)
        elif self._pending is None:
            waiting = next((layer for layer in reversed(state.layers) if not self._is_asked(layer)), None)
            if waiting is not None:
                self._ask(waiting)

    def _is_asked(self, layer: LayerState) -> bool:
        """Whether this layer needs nothing, has what it needs, or will get it with the answer under way."""
        assert self._document is not None
        if layer.pinned or layer.source.work(self._document.photo) is Work.NOTHING:
            return True
        asked = self._asked.get(layer.id)
        if asked is None or not asked.layer.asks_the_same(layer):
            return False
        if asked is self._pending or asked is self._failed.get(layer.id):
            return asked.epoch == self._epoch()
        return layer.field is not None and layer.chroma is self._told.get(layer.id)

    def _ask(self, layer: LayerState) -> None:
        assert self._document is not None
        if self._pending is not None and self._pending.layer.id != layer.id:
            self._asked.pop(self._pending.layer.id, None)  # it may still wait in the one slot, and lose its place
        request = Request(self._epoch(), self._document.photo, layer, time.perf_counter())
        self._asked[layer.id] = self._pending = request
        self._mailbox.put(request)

    @Slot(object)
    def _take(self, answered: Answered) -> None:
        """An answer has come. Same epoch? Then it is shown, even if the pen has moved on."""
        request, told = answered.request, answered.answer
        if request is self._pending and answered.is_final:
            self._pending = None
        if self._document is None:
            return
        if request.epoch == self._epoch():
            self._told[request.layer.id] = told.chroma
            self._document.settle(request.layer.id, told.chroma, told.field, told.changed, asked=request.layer)
            self.settled.emit(answered)
        self._ask_if_new()

    @Slot(object)
    def _give_up(self, request: Request | Errand) -> None:
        """No answer will come: this is not asked again, and those who wait have their turn."""
        if isinstance(request, Request) and request is self._pending:
            self._failed[request.layer.id], self._pending = request, None
            self._ask_if_new()

    @Slot(object)
    def _ran(self, told: object) -> None:
        """An errand is done; for another photo nobody wants it any more."""
        if self._document is None:
            return
        if isinstance(told, Suggested) and told.errand.photo is self._document.photo:
            self.suggested.emit(told)
        elif isinstance(told, Alternatives) and told.errand.photo is self._document.photo:
            self.alternatives.emit(told)

    @Slot(object)
    def _announce(self, status: WorkerStatus) -> None:
        self.status = status
        self.state_changed.emit(status)
