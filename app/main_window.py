"""The window: it makes the parts and wires them; what they do is in their own rooms."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QByteArray, QEvent, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMainWindow

from app import actions as table
from app.brush_control import BrushControl
from app.brush_settings import BrushSettings
from app.canvas.canvas import Canvas
from app.canvas.tools.table import TOOLS
from app.colours import Colours
from app.document.composite import Compositor
from app.document.document import Document
from app.document.photo import Photo
from app.document.sources.original import Original
from app.exporting import Exporting, ExportJobLike
from app.frame import Frame
from app.handlers import brush_handlers, view_handlers
from app.jobs.opening import PHOTO_SUFFIXES, PhotoOpener
from app.key_commands import KeyCommands
from app.overlay_control import OverlayControl
from app.panel_control import PanelControl
from app.panels import dialogs
from app.panels.recent_menu import RecentMenu
from app.panels.status import StatusPieces
from app.region_commands import RegionCommands
from app.resources import icon_path, sample_photo
from app.settings import Settings


class ColourServiceLike(Protocol):
    """What the window needs of :class:`app.jobs.colour.ColourService`."""

    state_changed: Any
    suggested: Any
    alternatives: Any

    def open_document(self, document: Document) -> None: ...
    def suggest(self, x: float, y: float) -> None: ...
    def try_others(self) -> None: ...
    def close(self) -> None: ...


class MainWindow(QMainWindow):
    """One window, one document. ``colour_service_factory`` makes the service that colours what is painted."""

    def __init__(
        self,
        colour_service_factory: Callable[[], ColourServiceLike] | None = None,
        photo: Photo | None = None,
        settings: Settings | None = None,
        export_job_factory: Callable[[], ExportJobLike] | None = None,
    ) -> None:
        super().__init__()
        self.document: Document | None = None
        self._leaving = False
        self._forgotten = 0
        self.settings = settings if settings is not None else Settings.load()
        self.brush = BrushSettings(self)
        self.canvas = Canvas(self.brush)
        self.opener = PhotoOpener(self)
        self.exporting = Exporting(self, self.settings, export_job_factory)
        self.overlay = OverlayControl(self.canvas, self.settings, self)
        self.keys = KeyCommands(self, self.canvas, self.settings)
        self.panels = PanelControl(self, self.settings)
        self.regions = RegionCommands(self, lambda: self.document, self._tell, self.canvas.finish_stroke)
        self.colours = Colours(self, self.settings, self.brush, self.canvas, lambda: self.document, self._tell)
        self.layers = self.colours.layers
        self.actions_by_id = table.make_actions(self, self._handlers())
        self.keys.attach(self.actions_by_id)
        self._arrange()
        self._connect()
        self._service = colour_service_factory() if colour_service_factory is not None else None
        if self._service is not None:
            self._service.state_changed.connect(self.status.show_network)
            self.colours.serve(self._service)
        self._restore()
        if photo is not None:
            self.show_photo(photo)

    # -- making --------------------------------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[..., object]]:
        return {
            **{spec.id: partial(self._take_tool, spec.id) for spec in TOOLS},
            **brush_handlers(self.brush),
            **view_handlers(self.canvas),
            **self.regions.handlers(),
            **self.keys.handlers(),
            **self.panels.handlers(),
            **self.colours.handlers(),
            "open": self.choose_photo,
            "sample": self._open_sample,
            "export": self.export,
            "quit": self.close,
            "undo": self._undo,
            "redo": self._redo,
            "undo_memory": self._choose_undo_memory,
            "swap_tool": self.canvas.swap_tool,
            "reset_brush": self._reset_brush,
            "gamut_warning": self.canvas.set_gamut_warning,
            "overlay": self.overlay.show,
            "overlay_color": self.overlay.choose_color,
            "full_screen": self._fill_screen,
            "about": lambda: dialogs.show_about(self),
        }

    def _arrange(self) -> None:
        act = self.actions_by_id
        act["sample"].setVisible(sample_photo() is not None)
        frame = Frame(self.canvas, self.brush, act)
        self.brush_bar, self.tool_strip, self.side_panel = frame.brush_bar, frame.tool_strip, frame.side_panel
        self.pages, self.start_page, self.options_bar = frame.pages, frame.start_page, frame.options_bar
        self.glimpse = frame.glimpse
        self.setCentralWidget(frame)
        self.panels.attach(self.side_panel, [self.brush_bar, self.tool_strip, self.side_panel], act)
        self.regions.show_softness(self.side_panel)
        self.colours.attach(self.side_panel)
        self.brush_control = BrushControl(self.brush, self.options_bar.brush.presets, act, self.settings)
        self.overlay.attach(self.side_panel)
        self.status = StatusPieces(self.statusBar())
        self.recent = RecentMenu(table.menu_titled(self, "&File"), before=act["sample"])
        self.setAcceptDrops(True)
        self.setWindowIcon(QIcon(str(icon_path("huebrush"))))
        self.setMinimumSize(960, 600)

    def _connect(self) -> None:
        self.opener.opened.connect(self.show_photo)
        self.opener.glimpsed.connect(self._show_glimpse)
        self.opener.failed.connect(self._open_failed)
        self.opener.busy.connect(self._show_busy)
        self.status.cancelled.connect(self.opener.cancel)
        self.recent.chosen.connect(self.open_path)
        self.canvas.hovered.connect(self._show_pointer)
        self.canvas.viewed.connect(self._show_zoom)
        self.canvas.tool_changed.connect(self._tool_changed)
        self.canvas.undo_wanted.connect(self._undo)
        self.canvas.redo_wanted.connect(self._redo)
        self.canvas.told.connect(self._tell)
        self.canvas.split_changed.connect(self.actions_by_id["split_view"].setChecked)
        self.canvas.compared.connect(self.actions_by_id["compare"].setChecked)
        self.tool_strip.compared.connect(self.canvas.compare)
        self.brush.changed.connect(self._brush_changed)
        self.brush_bar.done.connect(self.canvas.setFocus)
        self.side_panel.done.connect(self.canvas.setFocus)
        self.options_bar.done.connect(self.canvas.setFocus)
        self.options_bar.rotation_edited.connect(self.canvas.set_rotation)
        self.side_panel.history.steps_wanted.connect(self._go_to)

    def _restore(self) -> None:
        settings = self.settings
        self.actions_by_id["brush"].setChecked(True)
        self.actions_by_id["pixel_grid"].setChecked(settings.pixel_grid)
        self.recent.show_files(settings.recent_files)
        self.side_panel.colour.set_recent([(r, g, b) for r, g, b in settings.recent_colors])
        self.resize(1280, 800)
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))
        self._show_title()

    # -- opening -------------------------------------------------------------------------------------------------

    def choose_photo(self) -> None:
        """Ask for a file and open it."""
        patterns = " ".join(f"*{suffix}" for suffix in PHOTO_SUFFIXES)
        folder = self.settings.open_folder
        name, _filter = QFileDialog.getOpenFileName(self, "Open a Photo", folder, f"Photos ({patterns})")
        if name:
            self.open_path(Path(name))

    def _open_sample(self) -> None:
        path = sample_photo()
        if path is not None:
            self.open_path(path)

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Read a photo in the background and show it, unless work would be lost and the user minds."""
        self._unless_unsaved(lambda: self.opener.open(path))

    @Slot(object)
    def show_photo(self, photo: Photo) -> None:
        """Begin a new document with this photo; it is grey at once."""
        self._forget_document()
        document = Document(photo, history_limit=self.settings.undo_megabytes << 20)
        self.document = document
        self._forgotten = 0
        self.regions.follow(document)
        self.colours.follow(document)
        self.side_panel.history.set_document(document)
        self.side_panel.histogram.set_document(document)
        document.history_changed.connect(self._history_changed)
        document.modified_changed.connect(self._modified_changed)
        document.active_changed.connect(self._history_changed)
        document.refused.connect(self._refused)
        self.brush.suit(photo.width, photo.height)
        self.canvas.set_document(document, Compositor(photo))
        self.pages.setCurrentWidget(self.canvas)
        self.canvas.setFocus()
        for name in table.needs_photo():
            self.actions_by_id[name].setEnabled(True)
        self.actions_by_id["original"].setEnabled(photo.source is not None)
        self.status.show_photo(photo.width, photo.height, photo.bits)
        if photo.path is not None and photo.path != sample_photo():
            self.settings.remember_file(photo.path)
            self.recent.show_files(self.settings.recent_files)
        self._history_changed()
        self.setWindowModified(False)
        self._show_title()
        self._show_zoom()
        if self._service is not None:
            self._service.open_document(document)

    def _forget_document(self) -> None:
        if self.document is not None:
            self.canvas.finish_stroke()
            self.document.history_changed.disconnect(self._history_changed)
            self.document.modified_changed.disconnect(self._modified_changed)
            self.document.active_changed.disconnect(self._history_changed)
            self.document.refused.disconnect(self._refused)

    @Slot(object, str)
    def _open_failed(self, path: Path, sentence: str) -> None:
        if not path.exists():
            self.settings.forget_file(path)
            self.recent.show_files(self.settings.recent_files)
        dialogs.show_error(self, sentence)

    @Slot(object)
    def _show_busy(self, path: Path | None) -> None:
        name = path.name if path is not None else None
        self.status.show_busy(name)
        self.start_page.show_busy(name)
        if path is None and self.pages.currentWidget() is self.glimpse:
            self.pages.setCurrentWidget(self.start_page if self.document is None else self.canvas)
            self.glimpse.show_grey(None, (1, 1))

    @Slot(object, object)
    def _show_glimpse(self, grey: object, size: object) -> None:
        """Slot of the opener: the photo as far as it is known, in the place where it will be."""
        self.glimpse.show_grey(grey, size)  # type: ignore[arg-type] # signals carry objects
        self.pages.setCurrentWidget(self.glimpse)

    # -- exporting -----------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Ask where and how, and write the picture."""
        self._export_then(None)

    def _export_then(self, done: Callable[[], object] | None) -> None:
        if self.document is not None:
            self.canvas.finish_stroke()
            self.exporting.ask(self.document, done)

    def _unless_unsaved(self, proceed: Callable[[], object]) -> None:
        """Go on, perhaps after an export, or not at all."""
        self.canvas.finish_stroke()
        if self.document is None or not self.document.is_modified:
            proceed()
            return
        answer = dialogs.ask_unsaved(self, self._photo_name())
        if answer is dialogs.Unsaved.EXPORT:
            self._export_then(proceed)
        elif answer is dialogs.Unsaved.DISCARD:
            proceed()

    # -- the document --------------------------------------------------------------------------------------------

    def _undo(self) -> None:
        if self.document is not None and not self.canvas.cancel_stroke():
            self.document.undo()

    def _redo(self) -> None:
        if self.document is not None and not self.canvas.is_painting:
            self.document.redo()

    def _go_to(self, steps: int) -> None:
        if self.document is not None:
            self.canvas.finish_stroke()
            self.document.go_to(steps)

    def _choose_undo_memory(self) -> None:
        """Ask how much memory undo may use; it holds at once."""
        megabytes, chosen = QInputDialog.getInt(
            self, "Memory for Undo", "Megabytes that undo may use:", self.settings.undo_megabytes, 16, 1 << 20, 256
        )
        if chosen:
            self.settings.undo_megabytes = megabytes
            if self.document is not None:
                self.document.limit_history(megabytes << 20)

    def _history_changed(self) -> None:
        """Slot of the document: say in the menu what undo and redo would do."""
        if self.document is None:
            return
        for name, word, step in (("undo", "Undo", self.document.undo_name), ("redo", "Redo", self.document.redo_name)):
            action = self.actions_by_id[name]
            action.setEnabled(step is not None)
            action.setText(f"&{word} {step}" if step else f"&{word}")
        layer = self.document.state.layer
        self.actions_by_id["original"].setChecked(isinstance(layer.source, Original))
        self.side_panel.show_softness(layer.feather, layer.density)
        forgotten = self.document.history.forgotten
        if forgotten > self._forgotten:
            self._tell(
                "The oldest steps can no longer be undone: undo has used up its memory (Edit > Memory for undo)."
            )
        self._forgotten = forgotten

    def _refused(self, sentence: str) -> None:
        """Slot of the document: nothing has changed, so what shows its values shows them again."""
        self._tell(sentence)
        self._history_changed()
        self.colours.show()

    def _modified_changed(self, modified: bool) -> None:
        """Slot of the document: the mark in the title."""
        self.setWindowModified(modified)

    # -- brush and view ------------------------------------------------------------------------------------------

    def _take_tool(self, name: str, on: bool) -> None:
        if on and self.canvas.tool != name:
            self.canvas.set_tool(name)

    def _tool_changed(self, name: str) -> None:
        self.actions_by_id[name].setChecked(True)
        self.options_bar.show_page(next(spec.options for spec in TOOLS if spec.id == name))

    def _brush_changed(self) -> None:
        self.side_panel.colour.show_colour(self.brush.color)

    def _reset_brush(self) -> None:
        self.brush.reset()
        self.canvas.set_tool("brush")

    def _fill_screen(self, on: bool) -> None:
        """Full screen or not; a maximised window is maximised again afterwards."""
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | full if on else self.windowState() & ~full)

    def _tell(self, sentence: str) -> None:
        """Show a sentence in the status bar for a while."""
        self.statusBar().showMessage(sentence, 6000)

    def _show_pointer(self, position: tuple[float, float] | None) -> None:
        lab = self.canvas.lab_at(*position) if position is not None else None
        self.status.show_pointer(position if lab is not None else None, lab)
        picker = self.side_panel.colour
        if lab is not None and picker.isVisible() and not self.canvas.is_painting:
            picker.show_lightness(lab[0])

    def _show_zoom(self) -> None:
        if self.document is not None:
            self.status.show_zoom(self.canvas.viewport.scale)
            self.options_bar.show_rotation(self.canvas.viewport.rotation)
            self.actions_by_id["mirror_view"].setChecked(self.canvas.viewport.mirrored)

    def _photo_name(self) -> str:
        path = self.document.photo.path if self.document is not None else None
        return path.name if path is not None else "Untitled"

    def _show_title(self) -> None:
        self.setWindowTitle(f"{self._photo_name()}[*] – Huebrush" if self.document is not None else "Huebrush")

    # -- Qt's events ---------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused widget wanted still work on the photo."""
        if event.key() == Qt.Key.Key_Escape and not self.canvas.hasFocus():
            self.canvas.setFocus()
        if not self.canvas.press_key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.canvas.release_key(event):
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:  # the system, too, can end full screen
            self.actions_by_id["full_screen"].setChecked(self.isFullScreen())
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work first; it may still have to be exported, and the window closes after that."""
        if not self._leaving:
            self._unless_unsaved(self._leave)
        if not self._leaving:
            event.ignore()
            return
        self.settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.settings.pixel_grid = self.actions_by_id["pixel_grid"].isChecked()
        self.brush_control.remember()
        self.settings.recent_colors = [list(color) for color in self.side_panel.colour.recent_colors]
        self.keys.remember()
        self.settings.save()
        self._forget_document()
        self.exporting.close()
        self.opener.close()
        if self._service is not None:
            self._service.close()
        event.accept()

    def _leave(self) -> None:
        self._leaving = True
        self.close()
