"""Mark zones whose boundary changed since they passed a test: they are to be tested again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.retests import boundary_changes as changes
from waternet_plugin.core.retests.boundary_changes import BoundaryChange
from waternet_plugin.core.retests.tested_zones import MARKED
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.retests.boundary_look import BoundaryLook
from waternet_plugin.operations.rows.newest_rows import with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class RetestResult(Written):
    """Zones that were marked, with the change that voids their test."""

    marked: tuple[BoundaryChange, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What happened, a sentence a zone."""
        return tuple(change_sentence(one) for one in self.marked)


def change_sentence(change: BoundaryChange) -> str:
    """Return why a zone is to be tested again."""
    text = {
        changes.VALVE_CHANGED: tr(
            "Zone {zone} is to be tested again: “{asset}” on its boundary was changed after the test."
        ),
        changes.PIPE_CHANGED: tr(
            "Zone {zone} is to be tested again: pipe “{asset}” on its boundary was changed after the test."
        ),
        changes.MEMBERS_CHANGED: tr(
            "Zone {zone} is to be tested again: pipes came into it or left it after the test (“{asset}”)."
        ),
        changes.PIPE_JOINED: tr(
            "Zone {zone} is to be tested again: pipe “{asset}” joins it to what is outside since the test."
        ),
    }[change.reason]
    return text.format(zone=change.zone_id, asset=change.asset)


def mark_retests(network: Network, progress: Progress = SILENT) -> RetestResult:
    """Mark the zones whose boundary changed since they passed a test, in one batch; none where none changed.

    Every batch marks what it changes itself; this finds what other programs wrote. It asks the change log,
    from the entry on that was the last one when the test was recorded. Zones that are marked already are
    left as they are, so that calling it again writes nothing.

    Raises
    ------
    ConflictError
        When somebody changed the same zones twice meanwhile.
    """
    return with_newest_rows(lambda _notes: _mark(network, progress), progress)


def _mark(network: Network, progress: Progress) -> RetestResult:
    looking = BoundaryLook(network)
    tested = [zone for zone in looking.passed if not zone.is_marked]
    if not tested:
        return RetestResult("", ())
    progress.at(0.1, tr("Looking for changed boundaries"))
    found = tuple(change for zone in tested if (change := looking.first_change(zone)) is not None)
    if not found:
        return RetestResult("", ())
    rows = pd.DataFrame({"zone_id": [one.zone_id for one in found], "retest": MARKED})
    facts = {one.zone_id: {"reason": one.reason, "asset": one.asset} for one in found}
    with network.write("dma", name=tr("Zones to be tested again"), facts=facts, seen=looking.seen) as batch:
        batch.update("zone", rows)
    return RetestResult(batch.batch_id, found)
