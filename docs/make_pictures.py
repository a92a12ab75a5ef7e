"""Makes the pictures of ``docs/pictures`` with the real program: ``python docs/make_pictures.py [NAME …]``.

Everything is drawn offscreen by the real window, the real worker and the shipped network; nothing is retouched.
"""

from __future__ import annotations

import itertools
import math
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.picture import View
from app.demo import SCRIPT, movements
from app.document import shapes
from app.document.brush import Brush
from app.document.composite import Compositor, display8
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer import DocumentState, Hint, LayerState
from app.document.photo import Photo
from app.document.tiles import TileMask
from app.files.reading import read_photo
from app.jobs.answering import with_colours
from app.jobs.colour import ColourService
from app.main_window import MainWindow
from app.settings import Settings
from app.window import prepare_application
from model.colorizer import Colorizer
from model.colour import lab_to_rgb, rgb_to_lab

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "resources" / "samples"
PICTURES = ROOT / "docs" / "pictures"
Pixels = NDArray[np.uint8]


class Studio:
    """A window with a sample photo in it and a hand that paints through events."""

    def __init__(self, sample: str, size: tuple[int, int] = (1280, 800)) -> None:
        self.services: list[ColourService] = []
        self.window = MainWindow(colour_service_factory=self._service, settings=Settings())
        self.window.resize(*size)
        self.window.show()
        self.window.show_photo(read_photo(SAMPLES / sample))
        self.canvas = self.window.canvas
        self.settle()

    def _service(self) -> ColourService:
        self.services.append(ColourService())
        return self.services[0]

    def settle(self) -> None:
        deadline = time.monotonic() + 60
        while not (self.services[0].is_idle and self.window.canvas.is_settled()):
            QApplication.processEvents()
            time.sleep(0.002)
            if time.monotonic() > deadline:
                raise TimeoutError("the window did not come to rest")
        QApplication.processEvents()

    def rest(self) -> None:
        """Settle, and give navigator and histogram the moment after which they follow."""
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            self.settle()
            time.sleep(0.02)

    def send(self, kind: QEvent.Type, x: float, y: float) -> None:
        """One pointer event at a photo position, and a frame's time for the window."""
        view = self.canvas.viewport.to_view(x, y)
        ratio = self.canvas.devicePixelRatioF()
        place = QPointF(view[0] / ratio, view[1] / ratio)
        left = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, place, self.canvas.mapToGlobal(place), left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.canvas, event)
        due = time.perf_counter() + 1 / 60
        while time.perf_counter() < due:
            QApplication.processEvents()
            time.sleep(0.001)

    def stroke(self, points: Iterable[tuple[float, float]], each: Callable[[int], None] | None = None) -> None:
        last = (0.0, 0.0)
        for i, last in enumerate(points):
            self.send(QEvent.Type.MouseMove if i else QEvent.Type.MouseButtonPress, *last)
            if each is not None:
                each(i)
        self.send(QEvent.Type.MouseButtonRelease, *last)

    def brush(self, radius: float, colour: tuple[int, int, int] | None, hardness: float = 0.7) -> None:
        self.window.brush.set_size(2 * radius)
        self.window.brush.set_hardness(hardness)
        self.window.brush.set_color(colour)

    def close(self) -> None:
        assert self.window.document is not None
        self.window.document.commit_stroke()
        self.window.document.mark_saved()
        self.window.close()


def window() -> None:
    """The whole window in the middle of the demo's strokes."""
    studio = Studio("flower.jpg")
    photo_width = 640
    strokes: dict[int, list[tuple[float, float]]] = {}
    for stroke, points, _ in movements(SCRIPT, photo_width):
        strokes.setdefault(SCRIPT.index(stroke), []).extend(points)
    for index, points in strokes.items():
        studio.brush(SCRIPT[index].radius * photo_width, SCRIPT[index].colour)
        if index == len(strokes) - 1:
            for i, point in enumerate(points[:-2]):
                studio.send(QEvent.Type.MouseMove if i else QEvent.Type.MouseButtonPress, *point)
            studio.rest()
            studio.window.grab().save(str(PICTURES / "window.png"))
        else:
            studio.stroke(points)
            studio.settle()
    studio.close()


def stroke() -> None:
    """Six frames of one stroke: what is on the screen while the pen moves, and how old its colour is."""
    studio = Studio("china.jpg", (1000, 760))
    studio.brush(34, None, 0.8)
    answered = [math.nan]
    studio.services[0].settled.connect(lambda told: answered.__setitem__(0, told.request.asked))
    frames: list[Pixels] = []
    begun = time.perf_counter()
    count = 180
    points = [(70 + 500 * i / count, 345 - 40 * math.sin(i / 18) + 20 * math.sin(i / 5)) for i in range(count + 1)]

    def each(i: int) -> None:
        if i and i % 30 == 0:
            now = time.perf_counter()
            caption = f"{now - begun:.2f} s   colour {1000 * (now - answered[0]):.0f} ms old"
            frames.append(_captioned(_pixels(studio.canvas.grab().toImage()), caption))

    studio.stroke(points, each)
    studio.close()
    small = [cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for frame in frames]
    rows = [np.concatenate(small[i : i + 3], axis=1) for i in (0, 3)]
    _save("stroke.png", np.concatenate(rows))


EDGE = ((210, 200), (230, 160), (280, 120), (330, 110), (390, 130), (425, 180))


def edges() -> None:
    """The same stroke over a flower's rim, without and with a brush that keeps to edges; below, the masks."""
    rows: list[list[Pixels]] = [[], []]
    for keeps, caption in ((False, "round brush"), (True, "keep to edges")):
        studio = Studio("flower.jpg", (1280, 800))
        studio.brush(45, (214, 40, 90), 0.8)
        studio.window.brush.set_edge_aware(keeps)
        studio.stroke(
            (ax + (bx - ax) * i / 12, ay + (by - ay) * i / 12)
            for (ax, ay), (bx, by) in itertools.pairwise(EDGE)
            for i in range(13)
        )
        QApplication.sendEvent(studio.canvas, QEvent(QEvent.Type.Leave))
        for row, view in zip(rows, (View.RESULT, View.MASK), strict=True):
            studio.canvas.set_view(view)
            studio.settle()
            picture = _pixels(studio.canvas.grab().toImage())[20:470, 150:830]
            row.append(_captioned(picture, caption) if view is View.RESULT else picture)
        studio.close()
    whole = np.concatenate([np.concatenate(row, axis=1) for row in rows])
    _save("edges.jpg", np.asarray(cv2.resize(whole, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA), np.uint8))


def views() -> None:
    """A turned view, split into before and after, with a feathered selection and the panels around it."""
    studio = Studio("flower.jpg")
    studio.window.side_panel.fold(["Colour", "Layer", "Overlay"])
    document = studio.window.document
    assert document is not None
    height, width = document.photo.height, document.photo.width
    document.select(shapes.ellipse(height, width, 165, 85, 455, 370), "Select ellipse")
    document.fill_mask()
    studio.settle()
    studio.canvas.rotate_view(-15)
    studio.canvas.set_split(True)
    studio.rest()
    studio.window.grab().save(str(PICTURES / "views.png"))
    studio.close()


def rims() -> None:
    """An 8-px stroke, a 30 % brush and a 200-px feather on 24 MP: the picture and its chroma alone, 100 % and 400 %."""
    small = read_photo(SAMPLES / "cat.jpg")
    assert small.source is not None
    width, height = 6000, 4000
    rgb = cv2.resize(small.source, (width, height), interpolation=cv2.INTER_CUBIC)
    photo = Photo.from_rgb(np.asarray(rgb, np.uint8))
    colorizer = Colorizer()
    rows = []
    for name, mask, (x, y) in _rim_masks(photo):
        state = with_colours(lambda: colorizer, photo, DocumentState((LayerState(name, mask),)))
        compositor = Compositor(photo)

        def crop(
            side: int, x: int = x, y: int = y, state: DocumentState = state, compositor: Compositor = compositor
        ) -> Pixels:
            return display8(compositor.region(state, 0, Rect(x - side // 2, y - side // 2, side, side)))

        natural, close = crop(320), crop(80)
        parts = [natural, _chroma_alone(natural), _four_times(close), _four_times(_chroma_alone(close))]
        rows.append(_captioned(np.concatenate(parts, axis=1), f"{name}:  100 %,  its chroma,  400 %,  its chroma"))
    _save("rims.png", np.concatenate(rows))


def _rim_masks(photo: Photo) -> list[tuple[str, TileMask, tuple[int, int]]]:
    def painted(brush: Brush) -> TileMask:
        document = Document(photo)
        document.begin_stroke(brush)
        document.extend_stroke([(2300.0, 2300.0), (2700.0, 2150.0), (3300.0, 2300.0)])
        document.commit_stroke()
        return document.state.layer.mask

    distance = np.abs(np.arange(photo.width, dtype=np.float32) - 2700)
    feather = np.clip((300 - distance) / 200, 0, 1) * 255
    feathered = TileMask.from_array(np.rint(np.broadcast_to(feather, photo.grey.shape)).astype(np.uint8))
    return [
        ("8-px stroke", painted(Brush(4, 1.0, 1.0)), (2700, 2150)),
        ("30 % brush", painted(Brush(60, 0.8, 0.3)), (2700, 2110)),
        ("200-px feather", feathered, (2490, 2150)),
    ]


def _chroma_alone(rgb: Pixels) -> Pixels:
    """The same a*b* at one lightness, three times as strong."""
    lab = rgb_to_lab(rgb)
    lab[..., 0] = 60
    lab[..., 1:] *= 3
    return lab_to_rgb(lab)


def _four_times(rgb: Pixels) -> Pixels:
    return np.asarray(cv2.resize(rgb, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST), np.uint8)


def _captioned(rgb: Pixels, caption: str) -> Pixels:
    bar = np.full((44, rgb.shape[1], 3), 24, np.uint8)
    cv2.putText(bar, caption, (12, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (230, 230, 230), 2, cv2.LINE_AA)
    return np.concatenate([bar, rgb])


def _pixels(image: QImage) -> Pixels:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _save(name: str, rgb: Pixels) -> None:
    options = [cv2.IMWRITE_PNG_COMPRESSION, 9] if name.endswith(".png") else [cv2.IMWRITE_JPEG_QUALITY, 88]
    cv2.imwrite(str(PICTURES / name), np.ascontiguousarray(rgb[:, :, ::-1]), options)


RESULTS = ("flower.jpg", "china.jpg", "cat.jpg", "astronaut.jpg", "coffee.jpg", "rocket.jpg")
RESULT_SIDE = 260
DABS = 10


def results() -> None:
    """Twelve results on the sample photos: the grey photo, coloured without any hint, with ten dabs of its own
    colours, and the original."""
    colorizer = Colorizer()
    titles = ("grey", "no hint", f"{DABS} dabs", "original")
    rows = [np.concatenate([_captioned(np.zeros((0, RESULT_SIDE, 3), np.uint8), title) for title in titles], axis=1)]
    for name in RESULTS:
        photo = read_photo(SAMPLES / name)
        assert photo.source is not None
        side = min(photo.height, photo.width)
        top, left = (photo.height - side) // 2, (photo.width - side) // 2
        grey = np.repeat(photo.grey[:, :, None], 3, axis=2)
        parts = [grey, _coloured(colorizer, photo, ()), _coloured(colorizer, photo, _dabs(photo)), photo.source]
        square = [part[top : top + side, left : left + side] for part in parts]
        small = [cv2.resize(part, (RESULT_SIDE, RESULT_SIDE), interpolation=cv2.INTER_AREA) for part in square]
        rows.append(np.concatenate(small, axis=1))
    _save("results.jpg", np.concatenate(rows))


def _coloured(colorizer: Colorizer, photo: Photo, hints: tuple[Hint, ...]) -> Pixels:
    """The photo coloured all over."""
    layer = LayerState("Colour", TileMask.full(photo.height, photo.width), hints=hints)
    state = with_colours(lambda: colorizer, photo, DocumentState((layer,)))
    return display8(Compositor(photo).region(state, 0, Rect(0, 0, photo.width, photo.height)))


def _dabs(photo: Photo) -> tuple[Hint, ...]:
    """Square dabs of the photo's own colours: one in each field of a 5 × 2 grid, where it is most of one colour, as a
    person would dab."""
    assert photo.source is not None
    rng = np.random.default_rng(4)
    size = max(photo.height, photo.width) // 43  # six pixels of the network's
    side = min(photo.height, photo.width)  # of the square that is shown
    corner = np.array([photo.height - side, photo.width - side]) // 2
    dabs = []
    for field in np.ndindex(2, DABS // 2):
        places = (field + rng.uniform(0.1, 0.9, (6, 2))) / (2, DABS // 2) * (side - size) + corner
        tries = [(int(x), int(y)) for y, x in places]
        patches = [photo.source[y : y + size, x : x + size].reshape(-1, 3) for x, y in tries]
        (x, y), patch = min(zip(tries, patches, strict=True), key=lambda each: float(each[1].std(axis=0).sum()))
        red, green, blue = np.rint(patch.mean(axis=0)).astype(int).tolist()
        dabs.append(Hint(x + size / 2, y + size / 2, size, (red, green, blue)))
    return tuple(dabs)


MAKERS: dict[str, Callable[[], None]] = {
    "window": window,
    "stroke": stroke,
    "edges": edges,
    "views": views,
    "rims": rims,
    "results": results,
}


def main(names: list[str]) -> int:
    PICTURES.mkdir(exist_ok=True)
    prepare_application()
    for name in names or list(MAKERS):
        MAKERS[name]()
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
