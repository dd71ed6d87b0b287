"""What crews saw in manholes: sewage where none belongs."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import CheckContext

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
