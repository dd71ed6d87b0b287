"""The scenario that gestures go into: named at the first one, stored on Enter or after a minute's pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.tasks.tasks import on_network

if TYPE_CHECKING:
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.dma.zone_scenarios import ScenarioHead

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
    # Id of a scenario that is to be drawn on as it is stored, '' for the network as it is.
    stored_wanted = pyqtSignal(str)

    def __init__(self, session: Session, model: DrawingModel, section: Any) -> None:
        super().__init__(section)
        self._session, self._model, self._section = session, model, section
        self.heads: tuple[ScenarioHead, ...] = ()
        self._scenario = _Scenario()
        self._is_storing = False
        # What is stored once the storing that runs has ended, and what is done then; None for nothing.
        self._next: tuple[_Drawn | None, Callable[[], Any] | None] | None = None
        self._take_question_back: Callable[[], None] = lambda: None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS, timeout=self.save)
        model.changed.connect(self._drawn)

    @property
    def path(self) -> str:
        """The network in which the drawing was begun."""
        return self._scenario.path

    @property
    def scenario_id(self) -> str:
        """Id of the scenario; '' for the network as it is, and for a scenario that is not stored yet."""
        return self._scenario.scenario_id

    @property
    def name(self) -> str:
        """Name of the scenario, '' for the network as it is."""
        return self._scenario.name

    @property
    def is_live(self) -> bool:
        """Whether the network itself shows, without a scenario."""
        return not self.scenario_id and not self.name

    def begin(self, path: str, heads: tuple[ScenarioHead, ...], scenario_id: str, seen: str = "") -> None:
        """Know the scenarios of a network and the one that is drawn, with the fingerprint of its content."""
        self._pause.stop()
        name = next((head.name for head in heads if head.scenario_id == scenario_id), "")
        # Another object: a storing that still runs knows the one before.
        self.heads, self._scenario = heads, _Scenario(path, scenario_id, name, seen=seen)
        self.changed.emit()

    def know(self, heads: tuple[ScenarioHead, ...]) -> None:
        """Know the scenarios that are stored by now, in other windows too."""
        self.heads = heads
        self.changed.emit()

    def branch(self) -> None:
        """Go on in a new scenario; the one before stays as it is stored."""
        self._scenario = _Scenario(self.path, "", self._free_name(), parent=self.scenario_id)
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
            self._scenario.name = self._free_name()
        self._pause.start()
        self.changed.emit()

    def save(self, then: Callable[[], Any] | None = None) -> None:
        """Store what is drawn as one batch, then do something more; nothing is stored where all is.

        What is drawn while a storing runs is stored after it, also where the drawing is put away meanwhile.
        """
        model = self._model
        if model.ground is None:
            return
        drawn = self._drawn_now() if model.is_unsaved else None
        if self._is_storing:
            before = self._next or (None, None)
            self._next = (drawn or before[0], then or before[1])
        elif drawn is not None:
            self._store(drawn, then)
        elif then is not None:
            then()

    def _drawn_now(self) -> _Drawn:
        """Return what is drawn, as it is stored."""
        from waternet_plugin.core.dma.drawing.scenario_content import content_of

        drawing = self._model.drawing
        figures = {
            str(drawing.zones.tree.zone_id[zone]): _plain(asdict(drawing.figures(zone, with_shape=False)))
            for zone in range(drawing.zones.count)
        }
        return _Drawn(self._scenario, content_of(drawing), figures, self._model.revision)

    def _store(self, drawn: _Drawn, then: Callable[[], Any] | None) -> None:
        """Store what was drawn."""
        from waternet_plugin.operations.dma.stored_scenarios import ScenarioChangedError
        from waternet_plugin.operations.dma.zone_scenarios import (
            StoreScenarioRequest,
            list_scenarios,
            store_scenario,
        )

        self._pause.stop()
        self._is_storing = True
        scenario = drawn.scenario
        request = StoreScenarioRequest(
            drawn.content,
            scenario.name,
            scenario.scenario_id,
            scenario.parent,
            drawn.figures,
            scenario.seen,
        )

        def work(network: Any, _progress: Any) -> tuple[str, Any]:
            return store_scenario(network, request).scenario_id, list_scenarios(network)

        def done(found: tuple[str, Any]) -> None:
            self._is_storing = False
            scenario.scenario_id, heads = found
            # Another window may have had the name already.
            names = {head.scenario_id: head.name for head in heads}
            scenario.name = names.get(scenario.scenario_id, scenario.name)
            scenario.seen = drawn.content.fingerprint
            self._model.mark_saved(drawn.revision)
            if scenario.path == self.path:
                self.heads = heads
                self.changed.emit()
            if self._session.network_path == scenario.path:
                self._session.written("zone_scenario")
            waiting, self._next = self._next, None
            if then is not None:
                then()
            if waiting is not None:
                self._go_on(*waiting)

        def failed(error: Any) -> None:
            self._is_storing = False
            waiting, self._next = self._next, None
            if isinstance(error, ScenarioChangedError):
                newest = waiting[0] if waiting is not None else None
                same = newest is not None and newest.scenario is scenario
                self._ask_whose(error, newest if newest is not None and same else drawn, then)
                if waiting is not None and newest is not None and not same:
                    self._go_on(*waiting)
            else:
                self._session.say_error(error)
            self.changed.emit()

        self._session.run(
            tr("Storing a scenario"),
            on_network(scenario.path, work),
            done,
            failed=failed,
            section=self._section,
        )

    def _go_on(self, drawn: _Drawn | None, then: Callable[[], Any] | None) -> None:
        """Do what waited for a storing."""
        if drawn is not None:
            self._store(drawn, then)
        elif then is not None:
            then()

    def _ask_whose(self, error: Any, drawn: _Drawn, then: Callable[[], Any] | None) -> None:
        """Ask what becomes of a drawing whose scenario somebody else stored, adopted or deleted."""

        def keep() -> None:
            before = drawn.scenario
            parent = "" if error.is_gone else before.scenario_id
            own, mine = _Scenario(before.path, "", before.name, parent=parent), drawn
            if self._scenario is before and self._model.ground is not None:
                self._scenario, mine = own, self._drawn_now()
            mine = replace(mine, scenario=own)
            if self._is_storing:
                self._next = (mine, then)
            else:
                self._store(mine, then)

        answers = [(tr("Keep mine as a new scenario"), keep)]
        if self._scenario is drawn.scenario:
            answers.append(self._answer_stored(error, drawn.scenario.scenario_id))
        self._take_question_back()
        self._take_question_back = self._session.ask(error.message, *answers)

    def _answer_stored(self, error: Any, scenario_id: str) -> tuple[str, Callable[[], None]]:
        """Return the answer that gives the drawing up for what is stored."""
        text = tr("Discard mine") if error.is_gone else tr("Show what is stored")
        return text, lambda: self.stored_wanted.emit("" if error.is_gone else scenario_id)

    def adopt(self, then: Callable[[], Any]) -> None:
        """Write the stored scenario to the network; ask first where somebody is left without water."""
        lost = self._model.drawing.lost_supply() if self._model.ground is not None else None
        if lost is None or not lost.is_any:
            self._adopt(then)
            return
        answers = ((tr("Adopt all the same"), lambda: self._adopt(then)), (tr("Go on drawing"), lambda: None))
        self._take_question_back()
        self._take_question_back = self._session.ask(lost.text(), *answers)

    def _adopt(self, then: Callable[[], Any]) -> None:
        """Write the stored scenario to the network, say what happened with a button that undoes it."""
        from waternet_plugin.operations.dma.adopt_scenario import AdoptScenarioRequest, adopt_scenario
        from waternet_plugin.operations.dma.stored_scenarios import ScenarioChangedError

        scenario_id, name, seen = self.scenario_id, self.name, self._scenario.seen
        if not scenario_id:
            return

        def work(network: Any, progress: Any) -> Any:
            return adopt_scenario(network, AdoptScenarioRequest(scenario_id, seen=seen), progress)

        def done(adopted: Any) -> None:
            self._session.written()
            text = tr("{name} is adopted: %n pipe(s) have another zone.", "", adopted.pipes)
            sentences = joined((text.format(name=name), *adopted.messages))
            self._session.say(sentences, "success", (tr("Undo"), partial(self._undo, adopted.batch_id, then)))
            then()

        def failed(error: Any) -> None:
            if isinstance(error, ScenarioChangedError):
                self._take_question_back()
                self._take_question_back = self._session.ask(
                    error.message, self._answer_stored(error, scenario_id)
                )
            else:
                self._session.say_error(error)

        self._session.run(
            tr("Adopting a scenario"),
            on_network(self.path, work),
            done,
            failed=failed,
            section=self._section,
        )

    def _undo(self, batch: str, then: Callable[[], Any]) -> None:
        parameters = {"NETWORK": self.path, "BATCH": batch}
        self._session.run_algorithm("undobatch", parameters, lambda _results: then(), section=self._section)

    def stop(self) -> None:
        """Wait for nothing more."""
        self._pause.stop()


@dataclass
class _Scenario:
    """Where what is drawn goes: another network may be open by the time it is stored."""

    path: str = ""
    # '' until it is stored for the first time.
    scenario_id: str = ""
    name: str = ""
    # Id of the scenario from which it branched.
    parent: str = ""
    # Fingerprint of what was read or stored last.
    seen: str = ""


@dataclass(frozen=True)
class _Drawn:
    """What was drawn at one moment."""

    scenario: _Scenario
    content: Any
    # By the ids of zones.
    figures: dict[str, dict[str, Any]]
    revision: int


def _plain(figures: dict[str, Any]) -> dict[str, Any]:
    """Return figures that JSON can hold."""
    return {name: None if value != value else value for name, value in figures.items()}
