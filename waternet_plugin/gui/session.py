"""What every part of the face shares: the network of the open project, its layers, long work, messages."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsProject, QgsTask, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from waternet_plugin.core.errors import CancelledError, ConflictError, InputError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import lookout, memory, tasks
from waternet_plugin.gui.neighbours import Neighbours
from waternet_plugin.gui.plain_text import literal
from waternet_plugin.gui.unexpected import show_details
from waternet_plugin.gui.workbench import Workbench
from waternet_plugin.log import UnexpectedError
from waternet_plugin.processing.job import project_network

if TYPE_CHECKING:
    from waternet_plugin.gui.section import Section
    from waternet_plugin.store import Network

Action = tuple[str, Callable[[], Any]]
# Parts of the face that are opened by name: module and function of (session, ...).
_PARTS = {
    "wizard": ("waternet_plugin.gui.wizard", "open_wizard"),
    "print": ("waternet_plugin.gui.print_dialog", "open_print_dialog"),
    "export": ("waternet_plugin.gui.export_dialog", "open_export_dialog"),
}
# How often the file is looked at, and how long a message without a button stays.
_LOOK_MS = 2000
_MESSAGE_S = 10


def _sync_note(path: str) -> str:
    """Return what a network has to fear where it lies; it is looked for in a thread."""
    from waternet_plugin.store.geopackage import synced

    return synced.note(path)


class Session(QObject):
    """The one object the plugin's windows, sections and tools talk to.

    Parameters
    ----------
    iface
        QGIS's interface.
    parent
        The main window, with which the session ends.
    """

    # Another network, or none, belongs to the open project.
    network_changed = pyqtSignal()
    # Rows were written or undone: the table, '' for several or unknown.
    data_changed = pyqtSignal(str)
    # Another run or plan is shown.
    run_changed = pyqtSignal()
    # The network's file went away (False) or is back (True).
    file_seen = pyqtSignal(bool)
    # Layers were taken out of the open project.
    layers_taken = pyqtSignal()
    # The network lies where a program copies it to a cloud: see ``sync_note``.
    sync_noted = pyqtSignal()

    def __init__(self, iface: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wn_session")
        self.iface = iface
        self.network_path = ""
        self.is_file_there = True
        self._bench = Workbench(self)
        self._windows: list[QWidget] = []
        self._messages: list[QWidget] = []
        self.lookout = lookout.Lookout(self)
        # What was last seen of the file; None until the first look at it, and after we wrote ourselves.
        self._seen: lookout.Seen | None = None
        # Which look is awaited: what an earlier one saw is out of date.
        self._look = 0
        self.is_looking = False
        self.sync_note = ""
        project = QgsProject.instance()
        project.readProject.connect(self._project_read)
        project.cleared.connect(self._project_cleared)
        project.writeProject.connect(self._project_written)
        project.layersRemoved.connect(self._layers_removed)
        self._eye = QTimer(self)
        self._eye.setInterval(_LOOK_MS)
        self._eye.timeout.connect(self.look_at_file)
        self._adopt(project_network(project))
        self.neighbours = Neighbours(self)

    # The network of the open project.

    def _project_read(self, *_args: Any) -> None:
        # Only when QGIS has all of the project in its hands.
        QTimer.singleShot(0, self.look_at_project)

    def _project_cleared(self) -> None:
        self._adopt("")

    def _project_written(self, *_args: Any) -> None:
        """Keep the network's path relative to the project, which may be saved under another name."""
        if self.network_path and not self.is_closed:
            memory.write_network(QgsProject.instance(), self.network_path)

    def _layers_removed(self, _ids: list[str]) -> None:
        # Later: QGIS also takes all layers away while it closes a project.
        QTimer.singleShot(0, self._tell_of_layers)

    def _tell_of_layers(self) -> None:
        if not self.is_closed and self.network_path:
            self.layers_taken.emit()

    def look_at_project(self) -> None:
        """Find out which network the open project belongs to."""
        if not self.is_closed:
            self._adopt(project_network(QgsProject.instance()))

    def _adopt(self, path: str) -> None:
        if path == self.network_path:
            return
        self.network_path = path
        # Believed until the first look, which is not waited for.
        self.is_file_there = True
        self.sync_note = ""
        self._look_anew()
        if path:
            self._eye.start()
            self.lookout.ask(partial(_sync_note, path), partial(self._sync_seen, path))
        else:
            self._eye.stop()
        self.network_changed.emit()

    def look_at_file(self) -> None:
        """Notice, as soon as the disk answers, that the network was written to or went away outside of us."""
        path = self.network_path
        if not path or self.is_closed or self.is_looking:
            return
        self.is_looking = True
        self.lookout.ask(partial(lookout.see, path), partial(self._file_looked_at, self._look))

    def _look_anew(self) -> None:
        """Take the file as the next look finds it; what an earlier look finds does not count."""
        self._look += 1
        self._seen = None
        self.is_looking = False
        self.look_at_file()

    def _file_looked_at(self, look: int, seen: lookout.Seen) -> None:
        if look != self._look or self.is_closed:
            return
        self.is_looking = False
        self._tell_repairs()
        before, self._seen = self._seen, seen
        if seen.is_there != self.is_file_there:
            self.is_file_there = seen.is_there
            self.file_seen.emit(seen.is_there)
        if before is not None and seen.is_there and seen.stamp != before.stamp:
            self.data_changed.emit("")

    def _tell_repairs(self) -> None:
        """Say once what an opening of the network, by whatever part of us, put back."""
        from waternet_plugin.store import telling

        sentence = telling.repairs_sentence(telling.take_repairs(self.network_path))
        if sentence:
            self.say(sentence, "warning")

    def _sync_seen(self, path: str, note: str) -> None:
        if note and path == self.network_path and not self.is_closed:
            self.sync_note = note
            self.sync_noted.emit()

    def written(self, table: str = "") -> None:
        """Tell everybody that we wrote to the network (``table`` '' for several)."""
        self._look_anew()
        self.reload_layers()
        self.data_changed.emit(table)

    @contextmanager
    def network(self) -> Iterator[Network]:
        """Open the network for a short read or write; a WaterNetError when that can't be."""
        tasks.keep_packages_apart()
        from waternet_plugin import store

        if not self.network_path:
            raise InputError(tr("No network is open. Open one, or create one."))
        with store.open_network(self.network_path) as network:
            yield network

    def open_project(self, path: str) -> bool:
        """Open a project; QGIS asks about unsaved work first."""
        from waternet_plugin.gui import opening

        return opening.open_project(self, path)

    def open_network(self, path: str) -> bool:
        """Open the project beside a network; it is built if it is not there yet."""
        from waternet_plugin.gui import opening

        return opening.open_network(self, path)

    def add_to_project(self, path: str) -> bool:
        """Add a network's layers to the open project, whose CRS and view stay."""
        from waternet_plugin.gui import opening

        return opening.add_to_project(self, path)

    def close_network(self) -> bool:
        """Close the project of the network; QGIS asks about unsaved work first."""
        return bool(self.iface.newProject(True))

    # Our layers in the open project.

    def layer(self, key: str) -> QgsVectorLayer | None:
        """Return our layer of a table or view (pipe, node, pipe_health, ...), None if it is not there."""
        from waternet_plugin.bridge import arranging

        return arranging.layer_of(QgsProject.instance(), key)

    def layers(self) -> list[QgsVectorLayer]:
        """Return all our layers of the open project."""
        from waternet_plugin.bridge import arranging

        layers = QgsProject.instance().mapLayers().values()
        return [layer for layer in layers if layer.customProperty(arranging.LAYER_MARK)]

    def reload_layers(self, *names: str) -> None:
        """Read layers anew after a write, all of ours if none is named; those being edited wait."""
        wanted = [self.layer(name) for name in names] if names else self.layers()
        for layer in wanted:
            if layer is not None and not layer.isEditable():
                layer.reload()
                layer.triggerRepaint()

    def show_theme(self, code: str) -> None:
        """Show the map by a theme: system, material, age, status, health, verified or plan."""
        from waternet_plugin.gui import opening

        opening.show_theme(code)

    def zoom_to(self, place: Any) -> None:
        """Show a geometry, a rectangle or (min x, min y, max x, max y) of the network's coordinates."""
        from waternet_plugin.gui import opening

        opening.zoom_to(self, place)

    # Messages and long work.

    def say(self, text: str, level: str = "info", action: Action | None = None) -> None:
        """Tell the user something in the message bar; ``action`` is a button's label and what it does."""
        levels = Qgis.MessageLevel
        shown = {
            "info": levels.Info,
            "success": levels.Success,
            "warning": levels.Warning,
            "error": levels.Critical,
        }
        bar = self.iface.messageBar()
        item = bar.createMessage("WaterNet", literal(text))
        if action is not None and isinstance(item, QWidget):
            button = QPushButton(action[0], item)
            button.setObjectName("wn_message_button")
            button.clicked.connect(lambda _checked=False: (bar.popWidget(item), action[1]()))
            item.layout().addWidget(button)
        stays = level in ("warning", "error") or action is not None
        bar.pushWidget(item, shown[level], 0 if stays else _MESSAGE_S)
        page = self.window("wn_start_page")
        if level in ("warning", "error") and page is not None and page.isVisible():
            page.tell(text)
        self._messages = [each for each in self._messages if not sip.isdeleted(each)]
        if isinstance(item, QWidget):
            self._messages.append(item)

    def say_error(self, error: WaterNetError) -> None:
        """Tell the user of an error, with its details where nobody foresaw it.

        A cancel is no error, and rows changed by others are listed in a window of their own.
        """
        if isinstance(error, ConflictError) and error.conflicts:
            return
        if isinstance(error, UnexpectedError):
            details = (tr("Details…"), lambda: show_details(error, self.iface.mainWindow()))
            self.say(error.short, "error", details)
            return
        self.say(error.message, "info" if isinstance(error, CancelledError) else "error")

    def run(
        self,
        title: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[WaterNetError], None] | None = None,
        section: Section | None = None,
        is_quiet: bool = False,
    ) -> QgsTask | None:
        """Run a plain function in a task.

        Parameters
        ----------
        title
            What QGIS's list of tasks says.
        work
            Function of a ``Progress``, in a thread; it may not touch project, layers or widgets.
        done
            Called in the main thread with what ``work`` returned.
        failed
            Called with the error; without it the error is said in the message bar.
        section
            The section of the dock (or what has its ``show_progress`` and ``hide_progress``) that shows how
            far the work is.
        is_quiet
            For short reading that nobody asked for: it shows no progress of its own.
        """
        return self._bench.run(title, work, done, failed=failed, section=section, is_quiet=is_quiet)

    def run_algorithm(
        self,
        id: str,  # noqa: A002 (as Processing calls it)
        parameters: dict[str, Any],
        done: Callable[[dict[str, Any]], None],
        *,
        failed: Callable[[WaterNetError], None] | None = None,
        section: Section | None = None,
    ) -> tasks.AlgorithmRun | None:
        """Run one of our algorithms, in a task where it allows that; ``done`` gets its results.

        Results that are layers in memory are handed over as layers.
        """
        name = id.rpartition(":")[2]
        return self._bench.run_algorithm(name, parameters, done, failed=failed, section=section)

    @property
    def is_closed(self) -> bool:
        """Whether the plugin is being unloaded: windows close without asking."""
        return self._bench.is_closed

    def at_work(self, title: str, cancel: Callable[[], None]) -> AbstractContextManager[None]:
        """Count work in the main thread among what is under way, while the block lasts."""
        return self._bench.at_work(title, cancel)

    @property
    def running(self) -> list[str]:
        """The titles of the long work under way."""
        return self._bench.titles

    # Windows.

    def has(self, part: str) -> bool:
        """Return whether a part of the face (wizard, print, export) is installed."""
        return importlib.util.find_spec(_PARTS[part][0]) is not None

    def _open_part(self, part: str, *args: Any) -> Any:
        module, function = _PARTS[part]
        return getattr(importlib.import_module(module), function)(self, *args)

    def open_wizard(self, files: Sequence[str] | None = None, layers: Sequence[Any] | None = None) -> Any:
        """Open the wizard that brings in files and open layers."""
        return self._open_part("wizard", files, layers)

    def open_print_dialog(self) -> Any:
        """Open the dialog that prints the map book."""
        return self._open_part("print")

    def open_export_dialog(self) -> Any:
        """Open the dialog that exports tables, themes and selections."""
        return self._open_part("export")

    def open_algorithm(self, id: str, parameters: dict[str, Any] | None = None) -> None:  # noqa: A002
        """Open the dialog of one of our algorithms."""
        import processing

        processing.execAlgorithmDialog(f"waternet:{id.rpartition(':')[2]}", parameters or {})
        self.look_at_file()

    def open_start_page(self) -> Any:
        """Open the page with the ways in."""
        from waternet_plugin.gui.start_page import StartPage

        open_ = self.window("wn_start_page")
        # A page whose sample town is on its way stays.
        busy = open_ is not None and open_.is_busy
        return self.show_window(open_ if busy else StartPage(self, self.iface.mainWindow()))

    def help(self, topic: str = "") -> None:
        """Open the guide at a topic."""
        from waternet_plugin.gui import guide

        guide.open_guide(self, topic)

    def window(self, name: str) -> Any:
        """Return our window of an object name, None if there is none."""
        windows = [each for each in self._windows if not sip.isdeleted(each)]
        return next((each for each in windows if each.objectName() == name), None)

    def show_window(self, window: Any) -> Any:
        """Show a window that is closed when the plugin is unloaded; one of each name at a time."""
        self._windows = [each for each in self._windows if not sip.isdeleted(each)]
        for other in list(self._windows):
            if other.objectName() == window.objectName() and other is not window:
                self._windows.remove(other)
                other.close()
                other.deleteLater()
        if window not in self._windows:
            self._windows.append(window)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    # What is remembered.

    def remembered(self, key: str, default: Any = None) -> Any:
        """Return what was remembered for this network."""
        return memory.remembered(self.network_path, key, default)

    def remember(self, key: str, value: Any) -> None:
        """Remember a plain value for this network."""
        memory.remember(self.network_path, key, value)

    @property
    def network_name(self) -> str:
        """The file name of the network, '' for none."""
        return Path(self.network_path).name if self.network_path else ""

    def close(self) -> None:
        """Let go of the project, cancel what is under way, close every window and message."""
        self._bench.close()
        self._eye.stop()
        self.neighbours.close()
        project = QgsProject.instance()
        for signal, slot in (
            (project.readProject, self._project_read),
            (project.cleared, self._project_cleared),
            (project.writeProject, self._project_written),
            (project.layersRemoved, self._layers_removed),
        ):
            signal.disconnect(slot)
        for item in self._messages:
            if not sip.isdeleted(item):
                self.iface.messageBar().popWidget(item)
        for window in self._windows:
            if not sip.isdeleted(window):
                window.close()
                window.setParent(None)
                window.deleteLater()
        self._windows.clear()
        self._messages.clear()
        self.setParent(None)
        self.deleteLater()
