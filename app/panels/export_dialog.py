"""Where and how to save the picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.slider import LabelledSlider

FORMATS: tuple[tuple[str, str, str], ...] = (
    ("PNG", ".png", "Exact, larger files"),
    ("JPEG", ".jpg", "Small files, for the web and for sharing"),
    ("TIFF", ".tif", "Exact, for print and other editors"),
)
SUFFIXES = {".png": ".png", ".jpg": ".jpg", ".jpeg": ".jpg", ".tif": ".tif", ".tiff": ".tif"}


class ExportDialog(QDialog):
    """After ``accept``, ``target``, ``bits`` and ``jpeg_quality`` say what to do."""

    def __init__(
        self,
        suggestion: Path,
        photo_path: Path | None,
        bits: int,
        quality: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setMinimumWidth(560)
        self._photo_path = photo_path
        self._photo_bits = bits
        self.path = QLineEdit(str(suggestion))
        self.path.setAccessibleName("File")
        browse = QPushButton("Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self.format_choice = QComboBox()
        for name, suffix, _note in FORMATS:
            self.format_choice.addItem(name, suffix)
        self.depth_choice = QComboBox()
        self.quality = LabelledSlider("Quality", 50, 100, "", captioned=False, field_width=56)
        self.quality.show_value(max(50, quality))
        self._note = _hint("")
        self._depth_note = _hint("")
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        export = self._buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        export.setProperty("role", "primary")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._arrange(browse)
        export.setDefault(True)  # not before it is in the dialog: Cancel would be made the default then
        self.format_choice.currentIndexChanged.connect(self._format_chosen)
        self.path.textEdited.connect(self._path_edited)
        self._take_suffix(suggestion.suffix)
        self._format_chosen()
        self.depth_choice.currentIndexChanged.connect(self._depth_chosen)
        self._depth_chosen()

    def _arrange(self, browse: QPushButton) -> None:
        holder = QWidget()
        file_row = QHBoxLayout(holder)
        file_row.setContentsMargins(0, 0, 0, 0)
        file_row.setSpacing(8)
        file_row.addWidget(self.path, 1)
        file_row.addWidget(browse)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.addRow("File", holder)
        form.addRow("Format", self.format_choice)
        form.addRow("", self._note)
        form.addRow("Depth", self.depth_choice)
        form.addRow("", self._depth_note)
        form.addRow("Quality", self.quality)
        self._form = form
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(24)
        layout.addLayout(form)
        layout.addWidget(self._buttons)

    @property
    def target(self) -> Path:
        """Where to write."""
        return Path(self.path.text()).expanduser()

    @property
    def bits(self) -> int:
        """8 or 16 per channel."""
        return int(self.depth_choice.currentData() or 8)

    @property
    def jpeg_quality(self) -> int:
        """1..100; means nothing for the other formats."""
        return self.quality.field.value()

    def _format_chosen(self) -> None:
        """The file's name and the possible depths follow the format."""
        suffix = self.format_choice.currentData()
        self._note.setText(FORMATS[self.format_choice.currentIndex()][2])
        if SUFFIXES.get(self.target.suffix.lower()) != suffix:
            known = self.target.suffix.lower() in SUFFIXES
            self.path.setText(str(self.target.with_suffix(suffix) if known else f"{self.target}{suffix}"))
        self._form.setRowVisible(self.quality, suffix == ".jpg")
        jpeg = suffix == ".jpg"
        self.depth_choice.clear()
        self.depth_choice.addItem("8 bit per channel", 8)
        if not jpeg:
            self.depth_choice.addItem("16 bit per channel", 16)
            self.depth_choice.setCurrentIndex(int(self._photo_bits == 16))
        self.depth_choice.setEnabled(not jpeg)

    def _depth_chosen(self) -> None:
        depth, jpeg = self.depth_choice.currentData(), not self.depth_choice.isEnabled()
        if depth == self._photo_bits:
            self._depth_note.setText("As the photo")
        elif jpeg:
            self._depth_note.setText("JPEG holds 8 bit only; the photo has 16")
        elif depth == 8:
            self._depth_note.setText("Rounded: the photo has 16 bit")
        else:
            self._depth_note.setText("The photo has 8 bit: a larger file, not a finer one")

    def _path_edited(self) -> None:
        self._take_suffix(self.target.suffix)

    def _take_suffix(self, suffix: str) -> None:
        index = self.format_choice.findData(SUFFIXES.get(suffix.lower()))
        if index >= 0:
            self.format_choice.setCurrentIndex(index)

    def _browse(self) -> None:
        filters = ";;".join(f"{name} (*{suffix})" for name, suffix, _note in FORMATS)
        chosen, _filter = QFileDialog.getSaveFileName(
            self, "Export", self.path.text(), filters, options=QFileDialog.Option.DontConfirmOverwrite
        )
        if chosen:
            self.path.setText(chosen)
            self._take_suffix(Path(chosen).suffix)
            self._format_chosen()

    def accept(self) -> None:
        """Refuse to write over the opened photo; ask before any other file is replaced."""
        target = self.target
        if target.suffix.lower() not in SUFFIXES:
            target = Path(f"{target}{self.format_choice.currentData()}")
            self.path.setText(str(target))
        if self._photo_path is not None and target.exists() and target.samefile(self._photo_path):
            QMessageBox.information(
                self, "Export", "This is the photo you opened. Choose another name, so that it stays as it is."
            )
            return
        if target.exists():
            answer = QMessageBox.question(self, "Export", f"“{target.name}” exists already. Replace it?")
            if answer != QMessageBox.StandardButton.Yes:
                return
        super().accept()


def _hint(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "hint")
    return label
