"""A network ready to be traced, kept over edits that changed no joint and not what rows do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.unjoined import NearbyNetwork
from waternet_plugin.core.network.model.graph import GraphBuild
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.schema.flow import FORWARD, REVERSE

# What such an edit leaves as it was.
_LEFT = ("in_use", "drains", "closed_pipes", "closed_nodes", "sources", "kinds")
# What follows from lengths, inverts and flow of many rows together.
_TOGETHER = ("from_source_m", "along", "wet_only")


def with_rows(
    before: TraceableNetwork,
    connected: GraphBuild,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    surroundings: NearbyNetwork,
    rows: Array,
) -> TraceableNetwork:
    """Return a network after an edit, with what was computed of it and still holds.

    Parameters
    ----------
    before
        The network before the edit; of no use afterwards.
    connected, pipes, nodes, surroundings
        The graph, which has the same joints, its frames and what lies beside its pipes after the edit.
    rows
        Numbers of the edited pipes.
    """
    after = TraceableNetwork(connected, pipes, nodes, surroundings, before.settings)
    before_values, after_values = vars(before), vars(after)
    after_values.update((name, before_values[name]) for name in _LEFT if name in before_values)
    graph = connected.graph
    if "length_m" in before_values:
        after_values["length_m"] = _with(before_values["length_m"], rows, np.nan_to_num(graph.length_m[rows]))
    sense, against = after.sense_of(rows)
    for name, values in (("sense", sense), ("against", after.drains[rows] & against)):
        if name in before_values:
            after_values[name] = _with(before_values[name], rows, values)
    # Ways from sources hang together: they are found anew after an edit of pipes that carry water.
    if after.drains[rows].all():
        after_values.update((name, before_values[name]) for name in _TOGETHER if name in before_values)
        if "along" in after_values:
            directions = (sense != REVERSE, sense != FORWARD)
            after_values["along"] = tuple(
                _with(column, rows, values) for column, values in zip(after_values["along"], directions)
            )
        at_interceptors = after.of_kinds(("interceptor",))
        if at_interceptors[graph.start[rows]].any() or at_interceptors[graph.end[rows]].any():
            after_values.pop("wet_only", None)
    return after


def _with(values: Array, rows: Array, new: Array) -> Array:
    """Return values with those of some rows replaced."""
    changed = values.copy()
    changed[rows] = new
    return changed
