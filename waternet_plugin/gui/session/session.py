"""What every part of the face shares: the network of the open project, its layers, long work, messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsTask, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin.bridge.turns import Turns
from waternet_plugin.core.errors import CancelledError, ConflictError, InputError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session import left_out_layers, looking, memory
from waternet_plugin.gui.session.freed_memory import FreedMemory
from waternet_plugin.gui.session.layer_reload import LayerReload
from waternet_plugin.gui.session.messages import Action, Messages
from waternet_plugin.gui.session.neighbours import Neighbours
from waternet_plugin.gui.session.open_network_facts import OpenNetworkFacts
from waternet_plugin.gui.session.plane_warnings import PlaneWarnings
from waternet_plugin.gui.session.windows import Windows
from waternet_plugin.gui.tasks import lookout, tasks
from waternet_plugin.gui.tasks.file_watch import FileWatch
from waternet_plugin.gui.tasks.workbench import ShowsProgress, Workbench
from waternet_plugin.log import UnexpectedError
from waternet_plugin.processing.job import project_network
from waternet_plugin.store import own_writes
from waternet_plugin.store.addresses import parse

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_conflicts import Answers, RowConflict
    from waternet_plugin.store import Network


class Session(OpenNetworkFacts):
    """The one object the plugin's windows, sections and tools talk to.

    Parameters
    ----------
    iface
        QGIS's interface.
    parent
        The main window, with which the session ends.
    parts
        What opens from everywhere, functions of the session by their names: see ``shell.py``.
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

    def __init__(self, iface: Any, parent: QObject | None, parts: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(parent)
        self.setObjectName("wn_session")
        self.iface = iface
        # Which opening of a network this is: an answer to what was asked before it is not heard any more.
        self.opening = 0
        self._bench = Workbench(self)
        self._parts = parts
        self._windows = Windows()
        # For what would take too long together.
        self.turns = Turns(self)
        is_drawing = iface.mapCanvas().isDrawing
        self._reload = LayerReload(lambda: self.is_idle, is_drawing, self.turns, self)
        self._freed = FreedMemory(lambda: self.is_idle, self)
        self._messages = Messages(iface.messageBar(), self._windows)
        self._warnings = PlaneWarnings(iface.messageBar(), self)
        self.lookout = lookout.Lookout(self)
        self.neighbours = Neighbours(self)
        self._file = FileWatch(self.lookout, self)
        self._file.looked.connect(self._tell_repairs)
        self._file.came_or_went.connect(self.file_seen)
        # What was drawn while it was away is empty.
        self._file.came_or_went.connect(lambda is_there: is_there and self.reload_layers())
        self._file.changed.connect(self._written_by_others)
        self.sync_note = ""
        project = QgsProject.instance()
        project.readProject.connect(self._project_read)
        project.cleared.connect(self._project_cleared)
        project.writeProject.connect(self._project_written)
        project.writeMapLayer.connect(self._layer_written)
        project.layersRemoved.connect(self._layers_removed)
        self._adopt(self._network_of(project))

    # The network of the open project.

    def _project_read(self, *_args: Any) -> None:
        # Only when QGIS has all of the project in its hands.
        QTimer.singleShot(0, self.look_at_project)

    def _project_cleared(self) -> None:
        self._adopt("")

    def _project_written(self, document: Any) -> None:
        """Keep the path of a file relative to the project, which may be saved under another name."""
        left_out_layers.leave_out_of_tree(document)
        if self.network_path and not self.is_closed:
            memory.write_network(QgsProject.instance(), self.network_path)

    def _layer_written(self, layer: Any, element: Any, _document: Any) -> None:
        left_out_layers.leave_out_layer(layer, element)

    def _layers_removed(self, _ids: list[str]) -> None:
        # Later: QGIS also takes all layers away while it closes a project.
        QTimer.singleShot(0, self._tell_of_layers)

    def _tell_of_layers(self) -> None:
        if not self.is_closed and self.network_path:
            self.layers_taken.emit()

    def look_at_project(self) -> None:
        """Find out which network the open project belongs to."""
        if not self.is_closed:
            self._adopt(self._network_of(QgsProject.instance()))

    def _network_of(self, project: QgsProject) -> str:
        """Return the address of the network a project belongs to, '' for none and for one with a fault."""
        text = project_network(project)
        try:
            parse(text)
        except InputError as error:
            self.say_error(error)
            return ""
        return text

    def _adopt(self, path: str) -> None:
        if path == self.network_path:
            return
        if self.network_path:
            self._messages.take_offers_back()
            self._windows.close_those_of_a_network()
            self._freed.network_closed()
        self.opening += 1
        self.sync_note = ""
        self._forget_facts(path)
        self._file.begin(path)
        # Who else has a schema open, its server keeps apart.
        self.neighbours.follow(path if self.address.is_file else "")
        if path:
            self._freed.network_opened()
            self.lookout.ask(partial(lookout.see_place, path), partial(self._place_seen, path))
        self.network_changed.emit()

    def look_at_file(self) -> None:
        """Notice, as soon as the disk answers, that the network was written to or went away outside of us."""
        self._file.look()

    @property
    def is_looking(self) -> bool:
        """Whether an answer of the disk is awaited."""
        return self._file.is_looking

    @property
    def is_file_there(self) -> bool:
        """Whether the network's file was there when it was last looked for."""
        return self._file.is_there

    def _tell_repairs(self) -> None:
        """Say once what an opening of the network, by whatever part of us, put back."""
        from waternet_plugin.store import network_remarks

        path = self.network_path
        repairs = network_remarks.repairs_sentence(network_remarks.take_repairs(path))
        for sentence in (repairs, network_remarks.take_added_sentence(path)):
            if sentence:
                self.say(sentence, "warning")

    def _place_seen(self, path: str, place: lookout.SeenPlace) -> None:
        if path != self.network_path or self.is_closed:
            return
        self._takes_files = place.takes_files
        if place.note:
            self.sync_note = place.note
            self.sync_noted.emit()

    def _written_by_others(self) -> None:
        self._reload.written_by_others(self.layers())
        self.data_changed.emit("")

    def written(self, table: str = "") -> None:
        """Tell everybody that we wrote to the network (``table`` '' for several)."""
        self._file.accept_file()
        self._reload.add_written(self.layers(), own_writes.take_tables())
        if self.neighbours.programs or not self.address.is_file:
            # What others wrote right before is not told apart from this.
            self._reload.redraw(self.layers())
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

    def open_network(self, path: str) -> bool:
        """Open the project beside a network; it is built if it is not there yet."""
        return bool(self._open("network", path))

    def add_to_project(self, path: str) -> bool:
        """Add a network's layers to the open project, whose CRS and view stay."""
        return bool(self._open("added network", path))

    # Our layers in the open project.

    def layer(self, key: str) -> QgsVectorLayer | None:
        """Return our layer of a table or view (pipe, node, pipe_health, ...), None if it is not there."""
        from waternet_plugin.bridge.project import layer_tree

        return layer_tree.layer_of(QgsProject.instance(), key)

    def layers(self) -> list[QgsVectorLayer]:
        """Return all our layers of the open project."""
        from waternet_plugin.bridge.project import layer_tree

        layers = QgsProject.instance().mapLayers().values()
        return [layer for layer in layers if layer.customProperty(layer_tree.LAYER_MARK)]

    def reload_layers(self, *names: str) -> None:
        """Read layers anew after a write, one after the other; all of ours if none is named."""
        if not names:
            self._reload.add(self.layers())
        self._reload.add_first(layer for layer in map(self.layer, names) if layer is not None)

    def show_theme(self, code: str) -> None:
        """Show the map by a theme, such as system, health, plan or programme."""
        looking.show_theme(code)

    def zoom_to(self, target: Any) -> None:
        """Show a geometry, a rectangle or (min x, min y, max x, max y) of the network's coordinates."""
        pipe = self.layer("pipe")
        crs = pipe.crs() if pipe is not None else QgsCoordinateReferenceSystem()
        try:
            looking.zoom_to(self.iface.mapCanvas(), target, crs)
        except InputError as error:
            self.say(error.message, "warning")

    # Messages and long work.

    def say(self, text: str, level: str = "info", action: Action | None = None) -> None:
        """Tell the user something in the message bar; ``action`` is a button's label and what it does."""
        self._messages.say(text, level, *(() if action is None else (action,)))

    def ask(self, text: str, *actions: Action) -> Callable[[], None]:
        """Ask in the message bar, with a button for each answer; what comes back takes the question away."""
        return partial(self._messages.take_back, self._messages.say(text, "warning", *actions))

    def take_errors_back(self) -> None:
        """Take our errors out of the message bar: what they were about is mended."""
        self._messages.take_errors_back()

    def say_error(self, error: WaterNetError) -> None:
        """Tell the user of an error; rows changed by others are listed in a window of their own."""
        if isinstance(error, ConflictError) and error.conflicts:
            return
        if isinstance(error, UnexpectedError):
            self.say(error.short, "error", (tr("Details…"), lambda: self._open("error", error)))
        else:
            self.say(error.message, "info" if isinstance(error, CancelledError) else "error")

    def show_conflicts(self, error: ConflictError, again: Callable[[], Any]) -> None:
        """List the rows that others changed; ``again`` begins anew what was refused."""
        self._open("conflicts", error, again)

    def show_edit_conflicts(
        self, conflicts: Sequence[RowConflict], save: Callable[[Answers], bool], label: str = ""
    ) -> None:
        """Ask about rows that others changed too; ``save`` tries again with the answers.

        Parameters
        ----------
        conflicts
            The rows.
        save
            Says whether that went well.
        label
            Text of the button that tries again; '' for that of a Save.
        """
        self._open("edit conflicts", conflicts, save, label)

    def close_conflicts(self) -> None:
        """Close the pane of conflicts: the edits are saved or were discarded."""
        pane = self.window("wn_edit_conflicts")
        if pane is not None:
            pane.close()

    def run(
        self,
        title: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[WaterNetError], None] | None = None,
        section: ShowsProgress | None = None,
        is_quiet: bool = False,
        again: Callable[[], Any] | None = None,
    ) -> QgsTask | tasks.QuietWork | None:
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
            Shows how far the work is.
        is_quiet
            For short reading that nobody asked for: it shows no progress and is not a task of QGIS.
        again
            Begins anew what was refused since others changed rows of it, where that takes more than the
            same work once more.
        """
        return self._bench.run(
            title, work, done, failed=failed, section=section, is_quiet=is_quiet, again=again
        )

    def run_algorithm(
        self,
        id: str,  # noqa: A002 (as Processing calls it)
        parameters: dict[str, Any],
        done: Callable[[dict[str, Any]], None],
        *,
        failed: Callable[[WaterNetError], None] | None = None,
        section: ShowsProgress | None = None,
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

    def work_ended(self) -> None:
        """Give back the memory that work left, once nothing was under way for a while."""
        self._freed.work_ended()

    @property
    def running(self) -> list[str]:
        """The titles of the long work under way."""
        return self._bench.titles

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way, not even quiet reading."""
        return self._bench.is_idle

    # What opens.

    def _open(self, part: str, *args: Any) -> Any:
        return self._parts[part](self, *args)

    def open_wizard(self, files: Sequence[str] | None = None, layers: Sequence[Any] | None = None) -> Any:
        """Open the wizard that brings in files and open layers."""
        return self._open("wizard", files, layers)

    def open_tool(self, key: str) -> None:
        """Open the pane of a map tool (dma, condition, ...), or say what is missing on this computer."""
        self._open("tool", key)

    def check_all(self) -> None:
        """Check the whole network by all rules."""
        self._open("check")

    def open_print_dialog(self) -> Any:
        """Open the dialog that prints the map book."""
        return self._open("print")

    def open_export_dialog(self) -> Any:
        """Open the dialog that exports tables, themes and selections."""
        return self._open("export")

    def open_algorithm(self, id: str, parameters: dict[str, Any] | None = None) -> None:  # noqa: A002
        """Open the dialog of one of our algorithms."""
        import processing

        processing.execAlgorithmDialog(f"waternet:{id.rpartition(':')[2]}", parameters or {})
        self.look_at_file()

    def open_start_page(self) -> Any:
        """Open the page with the ways in."""
        return self._open("start page")

    def help(self, topic: str = "") -> None:
        """Open the guide at a topic."""
        self._open("guide", topic)

    def window(self, name: str) -> Any:
        """Return our window of an object name, None if there is none."""
        return self._windows.named(name)

    def show_window(self, window: Any) -> Any:
        """Show a window that is closed when the plugin is unloaded; one of each name at a time."""
        return self._windows.show(window)

    def close(self) -> None:
        """Let go of the project, cancel what is under way, close every window and message."""
        self._bench.close()
        self._file.stop()
        self.neighbours.close()
        self._freed.close()
        project = QgsProject.instance()
        for signal, slot in (
            (project.readProject, self._project_read),
            (project.cleared, self._project_cleared),
            (project.writeProject, self._project_written),
            (project.writeMapLayer, self._layer_written),
            (project.layersRemoved, self._layers_removed),
        ):
            signal.disconnect(slot)
        self._messages.close()
        self._windows.close()
        self.setParent(None)
        self.deleteLater()
