"""The last step's work: try, adopt, show what was rejected, undo, assess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.network.model.strays import bulk_box
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.health.why_pane import show_run
from waternet_plugin.gui.panes.steps.worker import Worker
from waternet_plugin.gui.start.recent import is_same
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.wizard import adoption_work
from waternet_plugin.gui.wizard.sources.library import Library
from waternet_plugin.gui.wizard.sources.rejected_layer import show_rejected, take_away
from waternet_plugin.gui.wizard.state import State

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult


class Adopting(QObject):
    """Tries and adopts the ready sources of a state.

    Parameters
    ----------
    state
        The wizard's memory.
    library
        Keeps the mappings that were used.
    worker
        Does the long work.
    """

    # The dry run is there, or the rows are written or taken back.
    changed = pyqtSignal()
    told = pyqtSignal(str, bool)

    def __init__(self, session: Any, state: State, library: Library, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._state, self._library, self._worker = session, state, library, worker
        self.adopted: adoption_work.AdoptionOutcome | None = None
        # The state's version that the results belong to.
        self._tried = -1

    @property
    def results(self) -> list[AdoptionResult]:
        """What the dry run of the state as it is now gave, or what was written; empty before."""
        current = self.adopted is not None or self._tried == self._state.version
        return self._state.results if current else []

    @property
    def can_adopt(self) -> bool:
        """Whether the dry run is there and a row would be written."""
        return self.adopted is None and any(result.rows_written for result in self.results)

    @property
    def is_update(self) -> bool:
        """Whether all files update rows that are there."""
        results = self.results
        return bool(results) and all(result.update is not None for result in results)

    @property
    def is_nothing_left(self) -> bool:
        """Whether the dry run found nothing to write since the network has it all."""
        from waternet_plugin.core.reports.adoption.adoption import is_there_already

        results = self.results
        return self.adopted is None and bool(results) and all(is_there_already(result) for result in results)

    @property
    def can_assess(self) -> bool:
        """Whether what was adopted changes the health of the open network's pipes."""
        adopted = self.adopted
        if adopted is None or not self._is_open(adopted):
            return False
        return any(one.result.table in ("pipe", "failure") for one in adopted.written if one.batch_id)

    def _is_open(self, adopted: adoption_work.AdoptionOutcome) -> bool:
        """Return whether the network that was adopted into is the open one."""
        paths = (adopted.path, self._session.network_path)
        return all(paths) and is_same(*paths)

    def counts(self) -> str:
        """Return how many rows are ready or adopted, and how many are rejected."""
        if not self.results:
            return ""
        written = amounts.number(sum(result.rows_written for result in self.results))
        rejected = amounts.number(sum(result.rows_rejected for result in self.results))
        if self.is_nothing_left:
            return tr("The network has all of this already; {rejected} rejected").format(rejected=rejected)
        if self.is_update:
            updates = [result.update for result in self.results if result.update is not None]
            return tr("{changed} rows changed, {new} new, {rejected} rejected").format(
                changed=amounts.number(sum(update.rows_changed for update in updates)),
                new=amounts.number(sum(update.rows_new for update in updates)),
                rejected=rejected,
            )
        if self.adopted is not None:
            return tr("{written} rows adopted, {rejected} rejected").format(
                written=written, rejected=rejected
            )
        return tr("{written} rows ready, {rejected} rejected").format(written=written, rejected=rejected)

    def reset(self) -> None:
        """Forget what was adopted."""
        self.adopted = None
        self._tried = -1

    def try_all(self, notice: str = "") -> None:
        """Run the dry run, unless nothing changed since the last; then say why it was run, '' for nothing."""
        state = self._state
        if self.results:
            self.changed.emit()
            return
        version = state.version
        sources = state.ready
        choices = [state.choice_of(source) for source in sources]
        path = "" if state.makes_network else state.network_path
        crs = state.target_crs

        def done(results: list[AdoptionResult]) -> None:
            state.results, self._tried = results, version
            self.changed.emit()
            if notice:
                self.told.emit(notice, True)

        self._worker.run(
            tr("Testing the adoption"),
            lambda progress: adoption_work.try_parts(path, crs, sources, choices, progress),
            done,
        )

    def adopt(self) -> None:
        """Write every source as one batch, in the order in which they need one another."""
        state = self._state
        sources = state.ready
        path, crs = state.target_path, state.new_crs if state.makes_network else ""
        title = state.new_title
        choices = [state.choice_of(source) for source in sources]
        shown = list(state.results)

        def again() -> None:
            # What was changed in the wizard meanwhile is tried first.
            if self.can_adopt:
                self.adopt()

        def try_again(error: WaterNetError) -> None:
            # What others wrote meanwhile belongs in the list of changes.
            if self.is_update:
                state.change()
                self.try_all(error.message)

        self._worker.run(
            tr("Adopting %n layer(s)", "", len(sources)),
            lambda progress: adoption_work.adopt(
                path, crs, sources, choices, progress, title=title, shown=shown
            ),
            self._end,
            again=again,
            failed=try_again,
        )

    def _end(self, adopted: adoption_work.AdoptionOutcome) -> None:
        """Keep the mappings and show the network."""
        self.adopted = adopted
        self._state.touched = False
        self._state.results = [one.result for one in adopted.written]
        for source in self._state.ready:
            try:
                self._library.remember(source.columns, source.table, source.mapping)
                self._library.keep_answers(self._state.codes.given)
            except WaterNetError as error:
                # A full disk in the profile does not undo the adoption.
                self.told.emit(error.message, True)
        if not self._is_open(adopted):
            self._open(adopted.path)
        else:
            self._session.written("")
            if adopted.was_empty:
                self._zoom(adopted)
        self.changed.emit()

    def _open(self, path: str) -> None:
        """Open the network's project; rejected rows that were looked at move there."""
        looked_at = take_away()
        if not self._session.open_network(path):
            text = tr("The rows were written to {path}. Close the open project, then open that network.")
            self.told.emit(text.format(path=path), True)
        elif looked_at:
            self._add_rejected()

    def _zoom(self, adopted: adoption_work.AdoptionOutcome) -> None:
        """Show what came into an empty network."""
        frames = [one.result.rows for one in adopted.written if hasattr(one.result.rows, "total_bounds")]
        boxes = [shapely.bounds(np.asarray(frame.geometry.to_numpy(), dtype=object)) for frame in frames]
        bulk = bulk_box(np.vstack(boxes)) if boxes else None
        if bulk is not None:
            self._session.zoom_to(bulk)

    def undo(self) -> None:
        """Take back what was written; the wizard is at the dry run again."""
        adopted = self.adopted
        if adopted is None:
            return
        was_update = self.is_update

        def done(rows: int) -> None:
            self.reset()
            if self._is_open(adopted):
                self._session.written("")
                # A network that was made stays; the rows can go there again.
                self._state.is_new_wanted = False
                self._state.network_path, self._state.network_crs = adopted.path, adopted.crs
            self._state.change()
            self.changed.emit()
            text = tr("The adoption was undone: {rows} rows were removed again.")
            if was_update:
                text = tr("The update was undone: {rows} rows are as they were.")
            self.told.emit(text.format(rows=amounts.number(rows)), False)

        self._worker.run(
            tr("Undoing the adoption"),
            lambda _progress: adoption_work.take_back(adopted.path, adopted.batch_ids),
            done,
        )

    def assess(self) -> None:
        """Assess the health of the network; the map and the panel show it."""
        session = self._session
        session.run_algorithm(
            "assesshealth", {"NETWORK": session.network_path}, lambda _results: show_run(session, None)
        )

    def show_rejected(self) -> None:
        """Add the rejected rows to the open project and say where they are."""
        names = listed(self._add_rejected())
        if names:
            count = amounts.number(sum(result.rows_rejected for result in self.results))
            text = tr(
                "{n} rejected rows are in the layer “{layer}”. Correct them there and adopt that layer."
            )
            self.told.emit(text.format(n=count, layer=names), False)

    def _add_rejected(self) -> list[str]:
        """Add the rejected rows to the open project and return the names of the layers."""
        pairs = zip(self._state.ready, self.results)
        try:
            layers = [show_rejected(self._session, source, result) for source, result in pairs]
        except WaterNetError as error:
            self.told.emit(error.message, True)
            return []
        return [layer.name() for layer in layers if layer is not None]
