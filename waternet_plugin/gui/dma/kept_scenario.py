"""The scenario that gestures go into: named at the first one, stored on Enter or after a minute's pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.tasks.tasks import on_network

if TYPE_CHECKING:
    from waternet_plugin.gui.dma.drawing_model import DrawingModel
    from waternet_plugin.gui.session import Session
    from waternet_plugin.operations.zone_scenarios import ScenarioHead

_PAUSE_MS = 60_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class KeptScenario(QObject):
    """Stores what a model draws; the network itself stays as it is.

    Parameters
    ----------
    session
        Runs the tasks.
    model
        What is drawn.
    section
        Shows the progress.
    """

    # The list of scenarios, the one that is drawn, or whether it is stored.
    changed = pyqtSignal()

    def __init__(self, session: Session, model: DrawingModel, section: Any) -> None:
        super().__init__(section)
        self._session, self._model, self._section = session, model, section
        self.heads: tuple[ScenarioHead, ...] = ()
        # Where the drawing was begun: another network may be open by the time it is stored.
        self.path = ""
        # '' for the network as it is, and for a scenario that is not stored yet.
        self.scenario_id = self.name = ""
        self._parent = ""
        self._is_storing = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS, timeout=self.save)
        model.changed.connect(self._drawn)

    @property
    def is_live(self) -> bool:
        """Whether the network itself shows, without a scenario."""
        return not self.scenario_id and not self.name

    def begin(self, path: str, heads: tuple[ScenarioHead, ...], scenario_id: str) -> None:
        """Know the scenarios of a network and the one that is drawn."""
        self._pause.stop()
        self.path, self.heads, self.scenario_id = path, heads, scenario_id
        self.name = next((head.name for head in heads if head.scenario_id == scenario_id), "")
        self._parent = ""
        self.changed.emit()

    def branch(self) -> None:
        """Go on in a new scenario; the one before stays as it is stored."""
        self._parent = self.scenario_id
        self.scenario_id = ""
        self.name = self._free_name()
        self.changed.emit()

    def _free_name(self) -> str:
        taken = {head.name for head in self.heads}
        names = (tr("Plan {letter}").format(letter=letter) for letter in _LETTERS)
        more = (tr("Plan {letter}").format(letter=number) for number in range(len(taken) + 2))
        return next(name for name in (*names, *more) if name not in taken)

    def _drawn(self) -> None:
        if not self._model.is_unsaved:
            return
        if self.is_live:
            self.name = self._free_name()
        self._pause.start()
        self.changed.emit()

    def save(self, then: Callable[[], Any] | None = None) -> None:
        """Store what is drawn as one batch, then do something more; nothing where all is stored."""
        from waternet_plugin.core.dma.drawing.scenario_content import content_of
        from waternet_plugin.operations.zone_scenarios import (
            StoreScenarioRequest,
            list_scenarios,
            store_scenario,
        )

        model = self._model
        if self._is_storing or not model.is_ready:
            return
        if not model.is_unsaved:
            if then is not None:
                then()
            return
        self._pause.stop()
        self._is_storing = True
        drawing, revision = model.drawing, model.revision
        figures = {
            str(drawing.zones.tree.zone_id[zone]): _plain(asdict(drawing.figures(zone, with_shape=False)))
            for zone in range(drawing.zones.count)
        }
        request = StoreScenarioRequest(
            content_of(drawing), self.name, self.scenario_id, self._parent, figures
        )

        def work(network: Any, _progress: Any) -> tuple[str, Any]:
            return store_scenario(network, request), list_scenarios(network)

        def done(found: tuple[str, Any]) -> None:
            self._is_storing = False
            self.scenario_id, self.heads = found
            model.mark_saved(revision)
            self.changed.emit()
            if self._session.network_path == self.path:
                self._session.written("zone_scenario")
            if then is not None:
                then()

        def failed(error: Any) -> None:
            self._is_storing = False
            self._session.say_error(error)

        self._session.run(
            tr("Storing a scenario"),
            on_network(self.path, work),
            done,
            failed=failed,
            section=self._section,
        )

    def adopt(self, then: Callable[[], Any]) -> None:
        """Write the stored scenario to the network, say what happened with a button that undoes it."""
        from waternet_plugin.operations.adopt_scenario import AdoptScenarioRequest, adopt_scenario

        scenario_id, name = self.scenario_id, self.name
        if not scenario_id:
            return

        def work(network: Any, progress: Any) -> Any:
            return adopt_scenario(network, AdoptScenarioRequest(scenario_id), progress=progress)

        def done(adopted: Any) -> None:
            self._session.written()
            text = tr("{name} is adopted: %n pipe(s) have another zone.", "", adopted.pipes)
            sentences = joined((text.format(name=name), *adopted.messages))
            undo = partial(self._undo, adopted.batch_id, then)
            self._session.say(sentences, "success", (tr("Undo"), undo))
            then()

        self._session.run(tr("Adopting a scenario"), on_network(self.path, work), done, section=self._section)

    def _undo(self, batch: str, then: Callable[[], Any]) -> None:
        parameters = {"NETWORK": self.path, "BATCH": batch}
        self._session.run_algorithm("undobatch", parameters, lambda _results: then(), section=self._section)

    def stop(self) -> None:
        """Wait for nothing more."""
        self._pause.stop()


def _plain(figures: dict[str, Any]) -> dict[str, Any]:
    """Return figures that JSON can hold."""
    return {name: None if value != value else value for name, value in figures.items()}
