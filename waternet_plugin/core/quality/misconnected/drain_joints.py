"""What the rules about joints of drains ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import (
    CompoundMembership,
    DrainFlow,
    compound_membership,
    drain_flow,
)
from waternet_plugin.core.network.model.near import near_points
from waternet_plugin.core.network.model.network_frame import DRAINS
from waternet_plugin.core.quality.context.check_context import CheckContext

_COMBINED = "combined"


@dataclass(frozen=True)
class DrainJoints:
    """What several rules ask for.

    Parameters
    ----------
    subject
        The network.
    flow
        Where each drain begins and ends by its flow.
    compounds
        The compounds in which pipes and nodes lie.
    separate
        Which compounds have separate drainage, by row; the last one is for what lies in none.
    passes
        Vertices at which systems may meet.
    own
        By system of drains the vertices whose node is of it.
    is_overflow
        Pipes that are overflows.
    """

    subject: CheckContext
    flow: DrainFlow
    compounds: CompoundMembership
    separate: Array
    passes: Array
    own: dict[str, Array]
    is_overflow: Array

    def alone(self, *systems: str) -> Array:
        """Return the vertices where drains of these systems go on and no others.

        Where none goes on, the system of the node counts.
        """
        others = [system for system in DRAINS if system not in systems]
        goes_on = np.logical_or.reduce([self.flow.leaves[system] for system in systems])
        last = ~np.logical_or.reduce([self.flow.leaves[system] for system in DRAINS])
        named = np.logical_or.reduce([self.own[system] for system in systems])
        stops = np.logical_or.reduce([self.flow.leaves[system] for system in others])
        return np.asarray((goes_on & ~stops) | (last & named))

    def goes_on(self, vertex: Array) -> Array:
        """Return the first drain by id that leaves each vertex, -1 for none."""
        flow, rank = self.flow, self.subject.pipe_rank
        rows = np.flatnonzero(self.subject.live & self.subject.is_drain)
        rows = rows[np.argsort(rank[rows], kind="stable")[::-1]]
        first = np.full(len(self.passes), -1, dtype=np.int64)
        first[flow.upper[rows]] = rows
        free = rows[~flow.known[rows]]
        both = np.full(len(self.passes), -1, dtype=np.int64)
        both[flow.lower[free]] = free
        rank = np.append(rank, len(rank))
        one, two = first[vertex], both[vertex]
        return np.where(rank[one] <= rank[two], one, two)


def drain_joints(subject: CheckContext) -> DrainJoints:
    """Return what the rules ask for of a network."""
    many = subject.connected.graph.node_count
    joins = subject.kind_among(subject.settings.words("network.joining_kinds"))
    own = {}
    for system in DRAINS:
        own[system] = np.zeros(many, dtype=bool)
        own[system][: len(subject.nodes)] = subject.nodes.among("system", (system,))
    compounds = subject.once(compound_membership)
    # The last one stands for pipes of no compound.
    separate = np.append(subject.rows("compound").among("drainage", ("separate",)), False)
    # Systems may meet there; an outfall lets nothing on and takes what it is built for.
    passes = joins & ~subject.kind_among(("outfall",))
    overflow = subject.pipes.among("function", ("overflow",))
    return DrainJoints(subject, subject.once(drain_flow), compounds, separate, passes, own, overflow)


def loose_ends(joints: DrainJoints, ends: Array, system: str, reach_m: float) -> Array:
    """Return the drains of a system that end where nothing goes on.

    A combined drain takes both systems: an end without a node, or beside one, is joined to what of it goes on
    within the reach, m, whatever else begins there.
    """
    subject, flow = joints.subject, joints.flow
    last = ~np.logical_or.reduce([flow.leaves[one] for one in DRAINS])
    last &= ~subject.kind_among(subject.settings.words("network.joining_kinds"))
    pipe = np.flatnonzero(ends & flow.of[system] & last[flow.lower])
    takes, place = np.flatnonzero(flow.leaves[_COMBINED]), subject.vertex_xy
    asked, found, _apart = near_points(place[flow.lower[pipe]], place[takes], reach_m)
    nodes = len(subject.nodes)
    joined = (flow.lower[pipe[asked]] >= nodes) | (takes[found] >= nodes)
    return np.asarray(np.delete(pipe, asked[joined]))


def close_ends(joints: DrainJoints, pipe: Array, system: str, reach_m: float) -> tuple[Array, Array, Array]:
    """Return the lower ends close to an end or node of a system: which, the nearest vertex, how far, m."""
    flow, place = joints.flow, joints.subject.vertex_xy
    target = np.flatnonzero(flow.there[system] | joints.own[system])
    asked, found, apart = near_points(place[flow.lower[pipe]], place[target], reach_m)
    # A vertex of its own is no other.
    other = target[found] != flow.lower[pipe[asked]]
    asked, found, apart = asked[other], target[found[other]], apart[other]
    order = np.lexsort((found, apart, asked))
    _, first = np.unique(asked[order], return_index=True)
    chosen = order[first]
    return asked[chosen], found[chosen], apart[chosen]


def by_rank(joints: DrainJoints, rows: Array) -> Array:
    """Return drains in the order of their ids."""
    return rows[np.argsort(joints.subject.pipe_rank[rows], kind="stable")]


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
