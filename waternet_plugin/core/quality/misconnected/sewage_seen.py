"""What crews saw in manholes: sewage where none belongs."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.drain_flow import drain_flow

SEWAGE_SEEN = "sewage_seen"


def sewage_seen(subject: CheckContext) -> Array:
    """Return the newest answer of crews whether sewage was seen, a value for each node: 1, 0, NaN unknown.

    Answers dated in the future don't count.
    """
    answer = np.full(len(subject.nodes), np.nan)
    node, when, value = _answers(subject)
    there = np.flatnonzero(when < _end_of_today(subject))
    order = there[np.argsort(when[there], kind="stable")]
    answer[node[order]] = value[order]
    return answer


def answers_to_come(subject: CheckContext) -> int:
    """Return how many answers of crews are dated in the future."""
    _node, when, _value = _answers(subject)
    return int((when >= _end_of_today(subject)).sum())


def _answers(subject: CheckContext) -> tuple[Array, Array, Array]:
    """Return node, time and value of what crews said about sewage."""
    readings = subject.rows("reading")
    if not len(readings):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype="datetime64[ns]"), np.empty(0)
    node, value = subject.nodes.row_of(readings.text("node_id")), readings.number("value")
    asked = np.flatnonzero((node >= 0) & np.isfinite(value) & readings.among("quantity", (SEWAGE_SEEN,)))
    when = readings.frame["time"].to_numpy(dtype="datetime64[ns]")
    return node[asked], when[asked], value[asked]


def _end_of_today(subject: CheckContext) -> np.datetime64:
    # Times are those of Greenwich, where a day ends up to twelve hours before it does elsewhere.
    return np.datetime64(subject.today) + np.timedelta64(36, "h")


def downstream(subject: CheckContext, vertices: Array) -> Array:
    """Return which vertices water reaches from some of them; undetermined drains lead both ways."""
    flow, many = subject.once(drain_flow), subject.connected.graph.node_count
    _pipe, upper, lower = flow.edges(np.flatnonzero(subject.live & subject.is_drain))
    # One more vertex leads to all where it begins, so that one search does.
    one = np.concatenate([upper, np.full(len(vertices), many)])
    two = np.concatenate([lower, vertices])
    ways = csr_matrix((np.ones(len(one), dtype=np.int8), (one, two)), shape=(many + 1, many + 1))
    found = breadth_first_order(ways, many, return_predecessors=False)
    reached = np.zeros(many + 1, dtype=bool)
    reached[found] = True
    return reached[:many]
