"""What is done about issues: checked, repaired, accepted, opened again, taken back; one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsReferencedRectangle

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues import issue_counts
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts

Done = Callable[[], Any]


@dataclass(frozen=True)
class UndoableAction:
    """Something that can be taken back: its name, its batch, whether it changed the network itself."""

    name: str
    batch: str
    is_repair: bool = False


def view_of(session: Session) -> QgsReferencedRectangle:
    """Return the part of the map that shows, with its coordinates."""
    canvas = session.iface.mapCanvas()
    return QgsReferencedRectangle(canvas.extent(), canvas.mapSettings().destinationCrs())


def check(
    session: Session,
    done: Callable[[dict[str, Any]], Any],
    *,
    section: Any = None,
    only_changed: bool = False,
    extent: QgsReferencedRectangle | None = None,
    failed: Callable[[WaterNetError], Any] | None = None,
) -> None:
    """Check the network, what changed, or an area; ``done`` gets the algorithm's results."""
    parameters: dict[str, Any] = {"NETWORK": session.network_path, "ONLY_CHANGED": only_changed}
    if extent is not None:
        parameters["EXTENT"] = extent
    session.run_algorithm("checknetwork", parameters, done, failed=failed, section=section)


def say_checked(
    session: Session, results: dict[str, Any], *, complete: bool, show: Callable[[], Any]
) -> None:
    """Say in a sentence what a check found; of a part of the network, with a button that leads there."""
    new, fixed = int(results["NEW"]), int(results["FIXED"])
    if complete:
        text = tr("Checked: {errors}, {warnings}.").format(
            errors=issue_counts.errors(int(results["ERRORS"])),
            warnings=issue_counts.warnings(int(results["WARNINGS"])),
        )
    else:
        text = tr("Checked: {new} new, {fixed} fixed.").format(
            new=amounts.number(new), fixed=amounts.number(fixed)
        )
    session.say(text, "info", (tr("Show"), show) if new and not complete else None)


class Actor:
    """Does things to issues, one at a time, and knows how to take them back.

    Parameters
    ----------
    section
        Shows the progress (``show_progress``, ``hide_progress``).
    changed
        Called whenever it begins or ends to be busy, or there is something else to take back.
    """

    def __init__(self, session: Session, section: Any, changed: Done) -> None:
        self._session = session
        self._section = section
        self._changed = changed
        self._deeds: list[UndoableAction] = []
        self.is_busy = False

    @property
    def last(self) -> UndoableAction | None:
        """What would be taken back."""
        return self._deeds[-1] if self._deeds else None

    def forget(self) -> None:
        """Another network is open: nothing of this one can be taken back here."""
        self._deeds.clear()
        self.is_busy = False

    def _begin(self) -> None:
        self.is_busy = True
        self._changed()

    def _end(self, *, deed: UndoableAction | None = None) -> None:
        self.is_busy = False
        if deed is not None:
            self._deeds.append(deed)
        self._changed()

    def _failed(self, error: WaterNetError) -> None:
        self._end()
        self._session.say_error(error)

    def repair(self, ids: Sequence[str], name: str, done: Callable[[dict[str, Any]], Any]) -> None:
        """Repair issues as one batch, then check what changed; ``done`` gets the repair's results."""
        if self.is_busy:
            return
        self._begin()

        def repaired(results: dict[str, Any]) -> None:
            batch = str(results.get("BATCH_ID") or "")
            if not batch:
                self._end()
                done(results)
                return
            self._recheck(lambda: done(results), deed=UndoableAction(name, batch, is_repair=True))

        parameters = {"NETWORK": self._session.network_path, "ISSUES": ", ".join(ids)}
        self._session.run_algorithm(
            "repairnetwork", parameters, repaired, failed=self._failed, section=self._section
        )

    def _recheck(self, done: Done, *, deed: UndoableAction | None = None) -> None:
        """Check what changed; what was done before stays, whatever comes of that."""

        def checked(_results: dict[str, Any]) -> None:
            self._end(deed=deed)
            done()

        def failed(error: WaterNetError) -> None:
            self._end(deed=deed)
            if not isinstance(error, CancelledError):
                self._session.say_error(error)
            done()

        check(self._session, checked, section=self._section, only_changed=True, failed=failed)

    def decide(self, name: str, work: Callable[[Any], str], done: Done) -> None:
        """Write a decision about issues; ``work`` gets the network and returns the batch's id."""
        if self.is_busy:
            return
        self._begin()
        path = self._session.network_path

        def written(batch: str) -> None:
            self._end(deed=UndoableAction(name, batch))
            self._session.written("issue")
            done()

        self._session.run(
            name,
            on_network(path, lambda network, _progress: work(network)),
            written,
            failed=self._failed,
            section=self._section,
        )

    def undo(self, done: Done) -> None:
        """Take the last deed back; after a repair what changed is checked again."""
        deed = self.last
        if self.is_busy or deed is None:
            return
        self._begin()

        def undone(_results: dict[str, Any]) -> None:
            self._deeds.remove(deed)
            self._session.say(tr("Undone: {what}").format(what=deed.name))
            if deed.is_repair:
                self._recheck(done)
                return
            self._end()
            done()

        parameters = {"NETWORK": self._session.network_path, "BATCH": deed.batch}
        self._session.run_algorithm(
            "undobatch", parameters, undone, failed=self._failed, section=self._section
        )
