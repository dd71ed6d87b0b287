"""What was computed of a network carried over an edit that changes no joint: a size, a length, a bend.

What hangs together and what feeds what stays then; sizes and lengths of the edited pipes are written anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.isolation.segments import Ints
from waternet_plugin.core.network.isolation.waterworks import Waterworks, widths_of
from waternet_plugin.core.network.live.live_graph import LiveGraph
from waternet_plugin.core.network.live.rewidth import Former
from waternet_plugin.core.network.model.graph import Connected, Graph
from waternet_plugin.core.network.tracing.trace_graph import Ground

# Columns that say what a row does; the others are read when they are asked for.
_TELLING = {
    "pipe": ("system", "function", "status", "initial_status"),
    "node": ("kind", "system", "status", "valve_state", "operable", "accessible", "one_way"),
}
STREETS = {"pipe": ("street",), "node": ("street",)}
_WORKS = (
    "part_of_pipe", "part_weights", "segment_weights", "real", "hydrant_rows", "pipes_of_segment",
    "pipes_of_part", "customers_of_pipe", "valves_of", "sides_of",
)  # fmt: skip
_GROUND = ("in_use", "drains", "closed_pipes", "closed_nodes", "sources")
# From here on the tree of widest ways is sooner made anew.
_MANY_WIDTHS = 5


@dataclass(frozen=True)
class Facts(PlainFrames):
    """What rows of pipes and nodes say, by table; None where one of them is not there."""

    tables: Mapping[str, pd.DataFrame | None]

    @classmethod
    def of(cls, held: LiveGraph, ids: Mapping[str, Sequence[str]]) -> Facts:
        """Return what the rows with some ids say now."""
        names = {"pipe": (*_TELLING["pipe"], "street"), "node": (*_TELLING["node"], "street")}
        return cls({table: held.values(table, ids.get(table, ()), names[table]) for table in _TELLING})

    def differ(self, other: Facts, columns: Mapping[str, Sequence[str]]) -> bool:
        """Return whether rows are not the same, or columns of them."""
        for table, names in columns.items():
            one, two = self.tables[table], other.tables[table]
            if one is None or two is None:
                return True
            known = [name for name in names if name in one.columns]
            if not one[known].equals(two[known]):
                return True
        return False


def is_carried(before: Facts, after: Facts, was: Graph, now: Graph, ends: tuple[Ints, Ints]) -> bool:
    """Return whether an edit changed no joint and nothing that rows do.

    Parameters
    ----------
    before, after
        What the edited rows said and say.
    was, now
        The graphs.
    ends
        Vertices of first and last ends before the edit.
    """
    if was.pipe_count != now.pipe_count or was.node_count != now.node_count or before.differ(after, _TELLING):
        return False
    return np.array_equal(ends[0], now.start) and np.array_equal(ends[1], now.end)


def carried_ground(ground: Ground, connected: Connected, pipes: pd.DataFrame, nodes: pd.DataFrame) -> Ground:
    """Return a network ready to be traced after an edit that is carried."""
    fresh = replace(ground, connected=connected, pipes=pipes, nodes=nodes)
    _take(ground, fresh, _GROUND)
    return fresh


def carried_works(
    works: Waterworks,
    connected: Connected,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    *,
    rows: Ints,
    same_streets: bool,
) -> Waterworks:
    """Return a network ready to be shut off in parts after an edit that is carried.

    Parameters
    ----------
    works
        The network before.
    connected, pipes, nodes
        The graph and the frames after the edit.
    rows
        Numbers of the edited pipes.
    same_streets
        Whether no street was edited.
    """
    graph = connected.graph
    elements = replace(works.elements, graph=graph)
    fresh = replace(works, connected=connected, pipes=pipes, nodes=nodes, elements=elements, former=None)
    known = works.__dict__
    if "width_mm" not in known:
        _take(works, fresh, (*_WORKS, *(("streets",) if same_streets else ())))
        return fresh
    width = known["width_mm"].copy()
    width[rows] = widths_of(pipes.iloc[graph.pipe_row[rows]], graph.pipe_function[rows])
    changed = frozenset(rows[width[rows] != known["width_mm"][rows]].tolist())
    fresh = replace(fresh, former=_former(works, changed))
    _take(works, fresh, (*_WORKS, *(("streets",) if same_streets else ())))
    fresh.__dict__["width_mm"] = width
    if not changed:
        _take(works, fresh, ("widest",))
    return fresh


def _former(works: Waterworks, changed: frozenset[int]) -> Former | None:
    """Return the widest ways to go on from after pipes got other widths, None where they are lost."""
    known, former = works.__dict__, works.former
    if "widest" in known:
        former = Former(known["widest"], known["width_mm"], frozenset())
    if former is None or len(former.changed | changed) > _MANY_WIDTHS:
        return None
    return replace(former, changed=former.changed | changed)


def _take(old: Any, fresh: Any, names: Sequence[str]) -> None:
    """Take what was computed once over to another object of the same class."""
    for name in names:
        if name in old.__dict__:
            fresh.__dict__[name] = old.__dict__[name]
