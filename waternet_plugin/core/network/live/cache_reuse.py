"""Whether an edit of rows left as it was what segments, supply and valves were computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.live.live_graph import LiveGraph

# Columns that say what a row does; the others are read when they are asked for.
_TELLING = {
    "pipe": ("system", "function", "status", "initial_status"),
    "node": ("kind", "system", "status", "valve_state", "operable", "accessible", "one_way"),
}


@dataclass(frozen=True)
class Snapshot(PlainFrames):
    """What some rows do and where their network's pipes end, as it was when the snapshot was taken.

    Parameters
    ----------
    rows
        Columns of the rows by table; None where one of them is not there.
    start, end
        Vertices of the first and the last end of each pipe.
    sizes
        Number of pipes and of vertices.
    """

    rows: Mapping[str, pd.DataFrame | None]
    start: Array
    end: Array
    sizes: tuple[int, int]

    @classmethod
    def of(cls, live: LiveGraph, ids: Mapping[str, Sequence[str]]) -> Snapshot:
        """Take a snapshot of rows by their ids."""
        graph = live.graph
        rows = {table: live.values(table, ids.get(table, ()), names) for table, names in _TELLING.items()}
        return cls(rows, graph.start.copy(), graph.end.copy(), (graph.pipe_count, graph.node_count))

    def is_equal(self, other: Snapshot) -> bool:
        """Return whether nothing is different, so that no joint changed and nothing that rows do."""
        if self.sizes != other.sizes:
            return False
        for table, before in self.rows.items():
            after = other.rows[table]
            if before is None or after is None or not before.equals(after):
                return False
        return np.array_equal(self.start, other.start) and np.array_equal(self.end, other.end)
