"""On a screen with a pixel ratio of 2 or 1.5, 100 % is one photo pixel per device pixel. The ratio is set at the start
of a process, so this runs in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
app = QApplication([])
from app.document.photo import Photo
from app.main_window import MainWindow
rgb = np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8)
window = MainWindow(None, Photo.from_rgb(rgb))
window.resize(1000, 640)
window.show()
canvas = window.canvas
canvas.zoom_actual()
for _ in range(100):
    app.processEvents()
dpr = canvas.devicePixelRatioF()
image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)[:, : 3 * image.width()]
shown = rows.reshape(image.height(), image.width(), 3)
left, top = (int(side) for side in canvas.viewport.to_view(0, 0))
grey = np.repeat(window.document.photo.grey[:, :, None], 3, axis=2)
assert canvas.viewport.scale == 1.0
assert np.array_equal(shown[top : top + 300, left : left + 400], grey), "not one photo pixel per device pixel"
canvas.pan(20 - left, 20 - top)
for _ in range(10):
    app.processEvents()
screen = window.screen().grabWindow(window.winId()).toImage().convertToFormat(QImage.Format.Format_RGB888)
rows = np.frombuffer(screen.constBits(), np.uint8).reshape(screen.height(), -1)[:, : 3 * screen.width()]
corner = canvas.mapTo(window, QPoint(0, 0))
left, top = 20 + round(corner.x() * dpr), 20 + round(corner.y() * dpr)
shown = rows.reshape(screen.height(), screen.width(), 3)[top : top + 300, left : left + 400]
assert np.array_equal(shown, grey), "blurred where the canvas begins between two device pixels"
window.brush.set_size(20)
x, y = canvas.viewport.to_view(200, 150)
spot = QPoint(round(x / dpr), round(y / dpr))
QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
mask = window.document.state.layer.mask.to_array()
rows, columns = np.nonzero(mask)
assert abs(rows.mean() - 149.5) <= 1 and abs(columns.mean() - 199.5) <= 1, "painted beside the pointer"
window.document.mark_saved()
window.close()
print("ratio", dpr)
"""


@pytest.mark.parametrize("ratio", ["1.25", "1.5", "2"])
def test_a_hundred_percent_is_sharp(ratio: str, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"QT_SCALE_FACTOR": ratio, "HUEBRUSH_SETTINGS": str(tmp_path), "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["ratio", f"{float(ratio)}"]
