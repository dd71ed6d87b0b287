"""Ends of pipes that nothing is joined to, and how far from them what they belong to may lie."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import CheckContext

_JOINED = ("junction",)


def lonely_ends(subject: CheckContext, *, displaced: bool = False) -> tuple[Array, Array]:
    """Return the ends of pipes in use that nothing is joined to, as pipe and end.

    In a displaced layer ends meet by chance: there all ends without a node count.
    """
    bare = np.arange(subject.connected.graph.node_count) >= len(subject.nodes)
    loose = bare if displaced else bare | subject.kind_among(_JOINED)
    alone = (subject.degree[subject.vertex] == 1) | displaced
    lonely = subject.live[:, None] & alone & loose[subject.vertex]
    lonely &= ~subject.is_connector[:, None] & np.isfinite(subject.ends[:, :, 0])
    pipe, end = np.nonzero(lonely)
    return pipe, end


def reach_of(subject: CheckContext) -> float:
    """Return how far from its node an end may lie, m: wide where most ends of a layer meet nothing.

    Such a layer was displaced or drawn on another one; a hand's breadth would find nothing.
    """
    reach = subject.real("near_miss_m")
    pipe, _end = subject.once(lonely_ends)
    ends = 2 * int(subject.live.sum())
    if len(pipe) < subject.settings.integer("quality.widespread_count") or not ends:
        return reach
    if len(pipe) < subject.real("displaced_share") * ends or not len(subject.nodes):
        return reach
    # Never so far that both ends of a usual pipe could mean the same node.
    half = float(np.median(subject.drawn_m[subject.live])) / 2
    return max(reach, min(subject.real("displaced_m"), half))
