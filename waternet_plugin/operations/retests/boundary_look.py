"""Look in the change log whether the boundary of a zone is still the one that a test proved."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.dma.dma_network import SYSTEMS
from waternet_plugin.core.frames import stacked, tuples
from waternet_plugin.core.retests import boundary_changes as changes
from waternet_plugin.core.retests.boundary_changes import BoundaryChange, without_undone
from waternet_plugin.core.retests.tested_zones import (
    TEST_COLUMNS,
    ZONE_COLUMNS,
    ZoneTested,
    tested_zones,
)
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import EditsSince

_PIPES = ("pipe_id", "from_node", "to_node", "dma_id", "system", "status")
_ENDS = ("from_node", "to_node")
_UNDO = "undo"


class BoundaryLook:
    """What the change log of a network says of tested boundaries; what many zones ask is read once.

    ``seen`` is the position of the network before it is read, ``passed`` are the zones that passed a test,
    each with its newest pass.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self.seen = network.position()
        tests = network.read("zone_test", TEST_COLUMNS)
        self.passed = tested_zones(network.read("zone", ZONE_COLUMNS, geometry=False), tests)

    def first_change(self, zone: ZoneTested) -> Optional[BoundaryChange]:
        """Return the change that makes the test of a zone void, None for none."""
        with self._network.reading_together():
            edits = self._network.changed(str(zone.entry))
            for table, names in (("node", zone.boundary.nodes), ("pipe", zone.boundary.pipes)):
                touched = names if edits.complete else sorted(set(names) & set(edits.assets.get(table, ())))
                for name in touched:
                    change = self._changed_asset(zone, table, name)
                    if change is not None:
                        return change
            if edits.complete:
                pipes = self._counted_pipes
                held = pipes.loc[pipes["dma_id"].isin(zone.held), "pipe_id"]
                return changes.other_members(zone, held.tolist())
            return self._changed_pipes(zone, edits)

    def _changed_asset(self, zone: ZoneTested, table: str, name: str) -> Optional[BoundaryChange]:
        history = self._network.history(HistoryQuery(table=table, asset=name))
        later = history[history["seq"] > zone.entry]
        if changes.changed_asset(zone, table, later) is None:
            return None
        return changes.changed_asset(zone, table, without_undone(later, self._roots))

    def _changed_pipes(self, zone: ZoneTested, edits: EditsSince) -> Optional[BoundaryChange]:
        """Return what edits of pipes, those on the boundary apart, do to a zone."""
        names = edits.assets.get("pipe", ())
        if not names:
            return None
        history = self._network.history(HistoryQuery(table="pipe", since=zone.tested_on))
        later = history[history["seq"] > zone.entry]
        fields = later["field"].isin([*_ENDS, "dma_id", "status", "system"])
        later = later[(later["action"] == "insert") | fields]
        if not len(later):
            return None
        later = without_undone(later, self._roots, by_asset=True)
        change = changes.changed_members(zone, later)
        if change is not None:
            return change
        moved = later[(later["action"] != "delete") & (later["field"] != "dma_id")]
        moved = moved[moved["asset"].astype(str).isin(names)]
        if not len(moved):
            return None
        read = self._network.read
        pipes = read("pipe", _PIPES, ids=sorted(set(moved["asset"].astype(str))), geometry=False)
        nodes = sorted({str(name) for end in _ENDS for name in pipes[end].dropna()})
        around = [read("pipe", _PIPES, where={end: nodes}, geometry=False) for end in _ENDS]
        known = _counted(stacked([pipes, *around]).drop_duplicates("pipe_id"))
        return changes.joined_pipe(zone, moved, known)

    @cached_property
    def _counted_pipes(self) -> pd.DataFrame:
        return _counted(self._network.read("pipe", _PIPES, geometry=False))

    @cached_property
    def _roots(self) -> dict[str, str]:
        """The first batch of its family of each batch."""
        roots: dict[str, str] = {}
        for batch, kind, name in tuples(self._network.batches()[["batch_id", "kind", "name"]].iloc[::-1]):
            roots[batch] = roots.get(name, name) if kind == _UNDO else batch
        return roots


def _counted(pipes: pd.DataFrame) -> Any:
    """Return the pipes of drinking and raw water in use."""
    return pipes[pipes["system"].isin(SYSTEMS) & ~pipes["status"].isin(OUT_OF_USE)]
