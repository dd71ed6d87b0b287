"""A network ready to be traced, kept over edits that changed no joint and not what rows do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.graph import GraphBuild
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.schema.flow import FORWARD, REVERSE

# What such an edit leaves as it was.
_LEFT = ("in_use", "drains", "closed_pipes", "closed_nodes", "sources", "kinds")
# What follows from lengths, inverts and flow of many rows together.
_TOGETHER = ("from_source_m", "along", "wet_only")


def with_rows(
    before: TraceableNetwork, connected: GraphBuild, pipes: pd.DataFrame, nodes: pd.DataFrame, rows: Array
) -> TraceableNetwork:
    """Return a network after an edit, with what was computed of it and still holds.

    Parameters
    ----------
    before
        The network before the edit; of no use afterwards.
    connected, pipes, nodes
        The graph, which has the same joints, and its frames after the edit.
    rows
        Numbers of the edited pipes.
    """
    after = TraceableNetwork(connected, pipes, nodes, before.settings)
    held, kept = vars(before), vars(after)
    kept.update((name, held[name]) for name in _LEFT if name in held)
    graph = connected.graph
    if "length_m" in held:
        kept["length_m"] = _with(held["length_m"], rows, np.nan_to_num(graph.length_m[rows]))
    sense, against = after.sense_of(rows)
    for name, values in (("sense", sense), ("against", after.drains[rows] & against)):
        if name in held:
            kept[name] = _with(held[name], rows, values)
    # Ways from sources hang together: they are found anew after an edit of pipes that carry water.
    if after.drains[rows].all():
        kept.update((name, held[name]) for name in _TOGETHER if name in held)
        if "along" in kept:
            ways = (sense != REVERSE, sense != FORWARD)
            kept["along"] = tuple(_with(one, rows, values) for one, values in zip(kept["along"], ways))
        at_interceptors = after.of_kinds(("interceptor",))
        if at_interceptors[graph.start[rows]].any() or at_interceptors[graph.end[rows]].any():
            kept.pop("wet_only", None)
    return after


def _with(values: Array, rows: Array, new: Array) -> Array:
    """Return values with those of some rows replaced."""
    changed = values.copy()
    changed[rows] = new
    return changed
