"""Two hundred strokes as fast as events come: the last is answered, none queue up, memory stays, quitting is clean."""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.chroma import ChromaField
from app.document.composite import CACHE_BYTES
from app.document.photo import Photo
from app.jobs.colour import Answered, ColourService
from app.main_window import MainWindow

if TYPE_CHECKING:
    from tests.e2e.conftest import Hand

    LiveWindow = Callable[..., tuple[MainWindow, ColourService, Hand]]

ROOT = Path(__file__).resolve().parents[2]
WAIT = 60_000
QUIRK = "This plugin does not support propagateSizeHints"


def landscape(height: int = 1200, width: int = 1800) -> Photo:
    small = np.random.default_rng(0).integers(20, 235, (12, 18, 3), np.uint8)
    return Photo.from_rgb(np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)))


def resident_bytes() -> int:
    """What this process holds now (Linux), without what it has freed and the C library only keeps for later."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def fields_alive() -> WeakSet[ChromaField]:
    """The answers that are kept in memory."""
    gc.collect()
    return WeakSet(thing for thing in gc.get_objects() if type(thing) is ChromaField)


def two_hundred(hand: Hand, window: MainWindow, rng: np.random.Generator) -> None:
    """Strokes in every colour and size, events delivered without a pause between them."""
    for i in range(200):
        window.brush.set_color(None if i % 3 else tuple(int(c) for c in rng.integers(0, 256, 3)))  # type: ignore[arg-type]
        window.brush.set_size(float(rng.uniform(10, 120)))
        x, y = rng.uniform(100, 1700), rng.uniform(100, 1100)
        hand.stroke([(x, y), (x + rng.uniform(-90, 90), y + 20), (x + rng.uniform(-90, 90), y + 60)])
        if i % 4 == 0:
            QApplication.processEvents()


@pytest.mark.slow
def test_two_hundred_strokes_again_and_again(open_live_window: LiveWindow, qtbot: QtBot) -> None:
    others = fields_alive()  # of whatever ran before in this process
    window, service, hand = open_live_window(landscape())
    document = window.document
    assert document is not None
    answered: list[Answered] = []
    service.settled.connect(answered.append)
    rng = np.random.default_rng(1)

    def settle() -> None:
        qtbot.waitUntil(lambda: service.is_idle and window.canvas.is_settled(), timeout=WAIT)

    settle()
    two_hundred(hand, window, rng)
    settle()
    assert len(document.history.names) == 200
    layer = document.state.layer
    assert answered[-1].request.layer.mask is layer.mask, "the last stroke was not answered"
    assert layer.chroma is not None
    assert not np.any(layer.mask.presence(*layer.chroma.support.shape) > layer.chroma.support)
    assert len(answered) < 200, "requests queued up"

    if not Path("/proc/self/statm").exists():
        return
    del answered[:]
    gc.collect()
    before, history = resident_bytes(), document.history.bytes
    for _ in range(2):
        two_hundred(hand, window, rng)
        settle()
        del answered[:]
    gc.collect()
    grown, remembered = resident_bytes() - before, document.history.bytes - history
    fields = len(fields_alive() - others)
    print(f"400 strokes more: {grown / 1e6:.0f} MB more, {remembered / 1e6:.0f} MB of them history; {fields} fields")
    # Beyond the history only the compositor's cache may have filled up; a single answer that stayed costs 12 MB.
    assert grown <= remembered * 1.5 + CACHE_BYTES
    assert fields <= 8, "answers that nobody shows any more are kept alive"
    service.settled.disconnect(answered.append)


def test_a_photo_opened_between_strokes_never_shows_the_other_ones_colours(
    open_live_window: LiveWindow, qtbot: QtBot
) -> None:
    window, service, hand = open_live_window(landscape())
    shown: list[tuple[tuple[int, int], tuple[int, int]]] = []

    def note(told: Answered) -> None:
        assert window.document is not None
        photo = window.document.photo
        shown.append((told.answer.field.photo_size, (photo.height, photo.width)))

    service.settled.connect(note)
    for i in range(6):
        qtbot.waitUntil(lambda: service.is_idle or service.status.state == "thinking", timeout=WAIT)
        hand.stroke([(200 + 150 * i, 300), (260 + 150 * i, 500)])
        assert window.document is not None
        window.document.mark_saved()
        window.show_photo(landscape(400 + 10 * i, 600))
        QApplication.processEvents()
        field = window.document.state.layer.field
        assert field is None or field.photo_size == (400 + 10 * i, 600)
    qtbot.waitUntil(lambda: service.is_idle, timeout=WAIT)
    service.settled.disconnect(note)
    assert shown
    assert all(answered == asked for answered, asked in shown)
    assert window.document.state.layer.field is not None
    assert window.document.state.layer.field.photo_size == (450, 600)
    assert window.document.state.layer.chroma is None


def test_undo_in_the_middle_of_answers_never_shows_an_old_one(open_live_window: LiveWindow, qtbot: QtBot) -> None:
    window, service, hand = open_live_window(landscape())
    document = window.document
    assert document is not None
    hand.stroke([(300, 300), (600, 500)])
    qtbot.waitUntil(lambda: service.is_idle and window.canvas.is_settled(), timeout=WAIT)
    before, seen = document.state, hand.picture()
    window.brush.set_color((20, 60, 220))
    shown: list[tuple[int, int]] = []

    def note(told: Answered) -> None:
        shown.append((told.request.epoch.colour, document.colour_epoch))

    service.settled.connect(note)
    for i in range(10):
        hand.stroke([(900 + 50 * i, 300), (1000 + 50 * i, 700)])
        qtbot.waitUntil(lambda: service.is_idle or service.status.state == "thinking", timeout=WAIT)
        window.actions_by_id["undo"].trigger()
        QApplication.processEvents()
        assert document.state.layer.mask is before.layer.mask
    qtbot.waitUntil(lambda: service.is_idle and window.canvas.is_settled(), timeout=WAIT)
    hand.settle()
    service.settled.disconnect(note)
    assert shown
    assert all(asked == now for asked, now in shown)
    assert document.state.layer.hints == ()
    np.testing.assert_array_equal(hand.picture(), seen)


QUIT = """
import sys
from pathlib import Path
import cv2, numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.window
from app.document.brush import Brush

moment, weights, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
photo = folder / "photo.png"
prepare = app.window.prepare_application

def window():
    from app.main_window import MainWindow
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))

def close():
    if window().document is not None:
        window().document.mark_saved()
    window().close()

def stroke():
    document = window().document
    document.begin_stroke(Brush(60), colour=(200, 20, 20))
    document.extend_stroke([(100, 100), (400, 300)])
    document.commit_stroke()

def painting():
    try:
        main, status = window(), window()._service.status
    except StopIteration:
        return
    if main.document is None:
        return
    stroke()
    if status.state == "thinking" or moment == "exporting" and status.state == "ready":
        timer.stop()
        if moment == "exporting":
            main.exporting._start(main.document, folder / "out.png", 8, None)
        close()

timer = QTimer

def prepared():
    global timer
    application = prepare()
    if moment == "loading the network":
        QTimer.singleShot(0, close)
    elif moment == "opening a photo":
        QTimer.singleShot(0, lambda: (window().open_path(photo), close()))
    else:
        timer = QTimer(application, interval=10)
        timer.timeout.connect(painting)
        timer.start()
    return application

app.window.prepare_application = prepared
from app.cli import main
code = main(["gui", str(photo), "--weights", str(weights), "--device", "cpu"])
sys.exit(code)
"""


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["loading the network", "opening a photo", "thinking", "exporting"])
def test_quitting_in_the_middle_of_work_is_clean(tmp_path: Path, tiny_weights: Path, moment: str) -> None:
    codes = np.random.default_rng(0).integers(0, 255, (900, 1200, 3), np.uint8)
    assert cv2.imwrite(str(tmp_path / "photo.png"), codes)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", QUIT, moment, str(tiny_weights), str(tmp_path)],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HUEBRUSH_SETTINGS": str(tmp_path / "settings"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONFAULTHANDLER": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = [line for line in done.stderr.splitlines() if QUIRK not in line]
    assert (done.returncode, said, done.stdout) == (0, [], "")
    assert not list(tmp_path.rglob("*.part"))
    if moment == "exporting" and (tmp_path / "out.png").exists():
        assert cv2.imread(str(tmp_path / "out.png")).shape == codes.shape
