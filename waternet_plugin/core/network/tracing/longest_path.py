"""The way to the farthest node of a trace that spreads: the one a long profile can follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from waternet_plugin.core.network.tracing.trace import Trace, TracePoint
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork


def longest_way(ground: TraceableNetwork, trace: Trace, start: TracePoint) -> Trace:
    """Return the part of a spreading trace that leads to its farthest node, its pipes one behind the other.

    Parameters
    ----------
    ground
        The network that was traced.
    found
        The trace.
    start
        Where it began.
    """
    graph, pipes = ground.graph, trace.pipes
    pipe = pipes["pipe"].to_numpy(dtype=np.int64)
    forward = pipes["forward"].to_numpy(dtype=bool).copy()
    enters = np.where(forward, graph.start[pipe], graph.end[pipe])
    leaves = np.where(forward, graph.end[pipe], graph.start[pipe])
    behind = pipes["distance_m"].to_numpy(dtype=float) + ground.length_m[pipe]
    order = np.argsort(leaves, kind="stable")
    by_exit = leaves[order]
    node = trace.nodes["node"].to_numpy(dtype=np.int64)
    metres = trace.nodes["distance_m"].to_numpy(dtype=float)
    distance = dict(zip(node.tolist(), metres.tolist()))
    current = int(node[int(np.argmax(metres))])
    rows: list[int] = []
    seen = {current}
    while distance[current] > 0:
        first, last = np.searchsorted(by_exit, [current, current + 1])
        # The pipe through which the node was reached: its end lies at the node's distance.
        candidates = [row for row in order[first:last].tolist() if int(enters[row]) not in seen]
        if not candidates:
            break
        row = min(candidates, key=lambda each: (abs(behind[each] - distance[current]), each))
        rows.append(row)
        current = int(enters[row])
        seen.add(current)
    rows.reverse()
    own = np.flatnonzero(pipe == start.pipe)
    if start.pipe >= 0 and len(own) and own[0] not in rows:
        rows.insert(0, int(own[0]))
        forward[own[0]] = graph.end[start.pipe] == current
    return replace(trace, pipes=pipes.assign(forward=forward).iloc[rows].reset_index(drop=True))
