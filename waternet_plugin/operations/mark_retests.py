"""Mark zones whose boundary changed since they passed a test: they are to be tested again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.dma.dma_network import SYSTEMS
from waternet_plugin.core.dma.pressure_test import boundary_changes as changes
from waternet_plugin.core.dma.pressure_test.boundary_changes import BoundaryChange, ZoneTested
from waternet_plugin.core.dma.pressure_test.proven_boundary import boundary_from
from waternet_plugin.core.dma.pressure_test.record import PASS
from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.frames import stacked
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.newest_rows import with_newest_rows
from waternet_plugin.store.asset_changes import HistoryQuery
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import EditsSince

_PIPES = ("pipe_id", "from_node", "to_node", "dma_id", "system", "status")
_ENDS = ("from_node", "to_node")


@dataclass(frozen=True)
class RetestResult:
    """Zones that were marked with the change that voids their test, and the batch; '' where none was."""

    marked: tuple[BoundaryChange, ...]
    batch_id: str = ""

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
    """Mark the zones whose boundary changed since they passed a test, in one batch; none where all stand.

    What changed is asked of the change log, from the entry on that was the last one when the test was
    recorded. Zones that are marked already are left as they are, so that calling it again writes nothing.

    Parameters
    ----------
    network
        The network.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    ConflictError
        When somebody changed the same zones twice meanwhile.
    """
    return with_newest_rows(lambda _notes: _mark(network, progress), progress)


def _mark(network: Network, progress: Progress) -> RetestResult:
    seen = network.position()
    tested = _tested(network)
    if not tested:
        return RetestResult(())
    progress.at(0.1, tr("Looking for changed boundaries"))
    found = tuple(change for zone in tested if (change := _first_change(network, zone)) is not None)
    if not found:
        return RetestResult(())
    rows = pd.DataFrame({"zone_id": [one.zone_id for one in found], "retest": "yes"})
    facts = {one.zone_id: {"reason": one.reason, "asset": one.asset} for one in found}
    name = tr("Zones to be tested again")
    with network.write("dma", name=name, facts=facts, seen=seen) as batch:
        batch.update("zone", rows)
    return RetestResult(found, batch.batch_id)


def _tested(network: Network) -> list[ZoneTested]:
    """Return the zones whose newest pass has not been questioned yet."""
    tests = network.read("zone_test", ["test_id", "zone_id", "ended_on", "verdict", "valves", "base_log"])
    tests = tests[(tests["verdict"] == PASS) & tests["base_log"].notna()]
    if not len(tests):
        return []
    columns = ["zone_id", "kind", "level", "parent_id", "state", "tested_on", "retest"]
    zones = network.read("zone", columns, geometry=False)
    tree = zone_tree(zones)
    newest = tests.sort_values(["base_log", "ended_on"], kind="stable").drop_duplicates(
        "zone_id", keep="last"
    )
    by_zone = newest.set_index("zone_id")
    found = []
    for number, name in enumerate(tree.zone_id.tolist()):
        row = zones.iloc[int(tree.row[number])]
        if name not in by_zone.index or row["retest"] == "yes":
            continue
        test = by_zone.loc[name]
        boundary = boundary_from(test["valves"])
        if boundary is None:
            continue
        day = row["tested_on"] if pd.notna(row["tested_on"]) else test["ended_on"]
        held = frozenset(str(one) for one in tree.zone_id[tree.ancestors[number]])
        found.append(ZoneTested(str(name), held, day.date(), int(test["base_log"]), boundary))
    return found


def _first_change(network: Network, zone: ZoneTested) -> BoundaryChange | None:
    """Return the change that voids the test of a zone, None where it stands."""
    edits = network.changed(zone.entry)
    for table, names in (("node", zone.boundary.nodes), ("pipe", zone.boundary.pipes)):
        touched = names if edits.complete else sorted(set(names) & set(edits.assets.get(table, ())))
        for name in touched:
            history = network.history(HistoryQuery(table=table, asset=name))
            change = changes.changed_asset(zone, table, history)
            if change is not None:
                return change
    if edits.complete:
        pipes = network.read("pipe", list(_PIPES), where={"dma_id": sorted(zone.held)}, geometry=False)
        return changes.other_members(zone, _counted(pipes)["pipe_id"].tolist())
    return _changed_pipes(network, zone, edits)


def _changed_pipes(network: Network, zone: ZoneTested, edits: EditsSince) -> BoundaryChange | None:
    """Return what edits of pipes, those on the boundary apart, do to a zone."""
    names = edits.assets.get("pipe", ())
    if not names:
        return None
    history = network.history(HistoryQuery(table="pipe", since=zone.tested_on))
    change = changes.changed_members(zone, history)
    if change is not None:
        return change
    later = history[history["seq"] > zone.entry]
    moved = later[(later["action"] == "insert") | later["field"].isin([*_ENDS, "status", "system"])]
    changed = set(moved["asset"].astype(str)) & set(names)
    if not changed:
        return None
    pipes = network.read("pipe", list(_PIPES), ids=sorted(changed), geometry=False)
    nodes = sorted({str(name) for end in _ENDS for name in pipes[end].dropna()})
    around = [network.read("pipe", list(_PIPES), where={end: nodes}, geometry=False) for end in _ENDS]
    known = _counted(stacked([pipes, *around]).drop_duplicates("pipe_id"))
    return changes.joined_pipe(zone, changed, known)


def _counted(pipes: pd.DataFrame) -> pd.DataFrame:
    """Return the pipes of drinking and raw water in use."""
    chosen: pd.DataFrame = pipes[pipes["system"].isin(SYSTEMS) & ~pipes["status"].isin(OUT_OF_USE)]
    return chosen
