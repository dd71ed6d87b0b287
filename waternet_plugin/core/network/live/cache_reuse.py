"""Whether an edit of rows left as it was what segments, supply and valves were computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.live.growing_columns import equal_values
from waternet_plugin.core.network.live.live_graph import LiveGraph

# Columns that say what a row does; the others are read when they are asked for.
_TELLING = {
    "pipe": ("system", "function", "status", "initial_status"),
    "node": ("kind", "system", "status", "valve_state", "operable", "accessible", "one_way"),
}


@dataclass(frozen=True)
class Snapshot:
    """What some rows do and how their network is joined, as it was when the snapshot was taken.

    Parameters
    ----------
    rows
        Columns of the rows by table; None where one of them is not there.
    joint_edits
        How often the ends of pipes had been joined in another way.
    sizes
        Number of pipes and of vertices.
    """

    rows: Mapping[str, Mapping[str, Array] | None]
    joint_edits: int
    sizes: tuple[int, int]

    @classmethod
    def of(cls, live: LiveGraph, ids: Mapping[str, Sequence[str]]) -> Snapshot:
        """Take a snapshot of rows by their ids."""
        graph = live.graph
        rows = {table: live.values(table, ids.get(table, ()), names) for table, names in _TELLING.items()}
        return cls(rows, live.joint_edits, (graph.pipe_count, graph.node_count))

    def is_equal(self, other: Snapshot) -> bool:
        """Return whether nothing is different, so that no joint changed and nothing that rows do."""
        if self.sizes != other.sizes or self.joint_edits != other.joint_edits:
            return False
        return all(are_equal(before, other.rows[table]) for table, before in self.rows.items())


def are_equal(first: Mapping[str, Array] | None, second: Mapping[str, Array] | None) -> bool:
    """Return whether rows hold the same in the columns that were asked for; rows not there equal none."""
    if first is None or second is None:
        return False
    return all(equal_values(name, values, second[name]).all() for name, values in first.items())
