"""What is brought in: files, folders and open layers become sources, read beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin.bridge.layer_frames import file_of, layer_frame
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.worker import Worker
from waternet_plugin.gui.wizard import adoption_work
from waternet_plugin.gui.wizard.brought_files import looked_at
from waternet_plugin.gui.wizard.sources import file_reading
from waternet_plugin.gui.wizard.sources.file_reading import ReadRequest
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.gui.wizard.state import State
from waternet_plugin.operations.adoption.file_kinds import SURVEY, TABLES

_FOLDER = "wizard/folder"


class Incoming(QObject):
    """Reads what is brought into the wizard.

    Parameters
    ----------
    state
        The network and the coordinates that the rows are for.
    worker
        Reads files in a thread.
    sources
        Returns the sources that what is brought in joins.
    """

    # The sources that were read.
    was_read = pyqtSignal(list)
    # Files by kind that another import reads, or that are not data.
    elsewhere = pyqtSignal(dict)
    # Where the open network lies was looked at again.
    looked = pyqtSignal()
    # A sentence, and whether it is an error.
    told = pyqtSignal(str, bool)

    def __init__(
        self,
        session: Any,
        state: State,
        worker: Worker,
        sources: Callable[[], tuple[LayerSource, ...]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._state = state
        self._worker = worker
        self._sources = sources
        self._sent: set[str] = set()

    @property
    def folder(self) -> str:
        """Where files came from last, '' for nowhere."""
        return str(self._session.remembered(_FOLDER, "") or "")

    def add(self, files: Sequence[str], layers: Sequence[Any]) -> None:
        """Read files, folders and open layers."""
        if self._worker.is_busy:
            self.told.emit(tr("Files are being read. Add more when that is done."), True)
            return
        names: dict[str, str] = {}
        jobs: list[ReadRequest] = []
        drawn: list[LayerSource] = []
        for layer in layers:
            file = file_of(layer) if layer.isValid() else None
            if file is not None:
                names[file] = str(layer.name())
                jobs.append(ReadRequest(file))
                continue
            source = LayerSource(str(layer.id()), str(layer.name()), own=self._state.offered_tables)
            try:
                # Layers belong to the main thread.
                file_reading.take_frame(source, layer_frame(layer), self._state.pipes_crs() or None)
            except WaterNetError as error:
                source.error = error.message
            drawn.append(source)
        if drawn:
            self.was_read.emit(drawn)
        if files:
            first = Path(files[0].partition("|")[0])
            self._session.remember(_FOLDER, str(first if first.is_dir() else first.parent))
        if files or jobs or drawn:
            self._read(jobs, names, files)

    def look_again(self) -> None:
        """Look where another network lies."""
        self._state.places.network = None
        sources, path = self._sources(), self._state.network_path
        if not sources or not path or self._worker.is_busy:
            self.looked.emit()
            return

        def done(found: NetworkFacts | None) -> None:
            self._state.places.network = found
            self.looked.emit()

        self._worker.run(
            tr("Reading the network"), lambda _progress: adoption_work.places_of(path, sources), done
        )

    def read_again(self, source: LayerSource, encoding: str, header: Any, within: str = "") -> None:
        """Read a file in an encoding, with the rows that name its columns (None: found by itself).

        ``within`` is the year or month of its columns, '' where the file says it.
        """
        self._read([ReadRequest(source.origin, encoding, header, within)], {source.origin: source.name})

    def _sorted(self, files: Sequence[str], progress: Progress) -> dict[str, list[str]]:
        """Return files by kind: what another import reads, and what is read here.

        What was sent elsewhere once and is chosen again is wanted here; so is a table of points while no
        network is open that could take a survey.
        """
        kinds = looked_at(files, progress)
        here = kinds.pop(TABLES, [])
        for kind in list(kinds):
            again = [one for one in kinds[kind] if one in self._sent]
            if kind == SURVEY and not self._state.network_path:
                again = [one for one in kinds[kind] if Path(one).suffix.lower() in file_reading.TABLE_ENDS]
            here += again
            kinds[kind] = [one for one in kinds[kind] if one not in again]
        return {TABLES: here, **{kind: those for kind, those in kinds.items() if those}}

    def _read(self, jobs: Sequence[ReadRequest], names: dict[str, str], files: Sequence[str] = ()) -> None:
        crs = self._state.pipes_crs()
        there = self._sources()
        path = "" if self._state.makes_network else self._state.network_path

        # What was adopted since changed where the network lies.
        known = self._state.places.network if there else None
        lies_in = self._state.network_path

        def work(progress: Progress) -> tuple[list[LayerSource], NetworkFacts | None, dict[str, list[str]]]:
            kinds = self._sorted(files, progress.part(0.0, 0.1))
            wanted = [*jobs, *(ReadRequest(one) for one in kinds.pop(TABLES, []))]
            found = adoption_work.read(wanted, crs, progress.part(0.1, 1.0), path=path, there=there)
            return found, known or adoption_work.places_of(lies_in, [*there, *found]), kinds

        def done(answer: tuple[list[LayerSource], NetworkFacts | None, dict[str, list[str]]]) -> None:
            found, self._state.places.network, elsewhere = answer
            for one in found:
                one.name = names.get(one.origin, one.name)
            if found or not elsewhere:
                self.was_read.emit(found)
            if elsewhere:
                self._sent.update(one for those in elsewhere.values() for one in those)
                self.elsewhere.emit(elsewhere)

        count = len(jobs) or len(files)
        title = tr("Reading %n file(s)", "", count) if count else tr("Reading the network")
        self._worker.run(title, work, done)
