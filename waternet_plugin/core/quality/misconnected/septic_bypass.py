"""Ways round a septic tank: sewage that leaves a node past the tank to which the rest of it is led."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import pipe_flow
from waternet_plugin.core.network.model.row_groups import gather, slices
from waternet_plugin.core.quality.misconnected.drain_joints import DrainJoints

_TANK = ("septic_tank",)
# Where water leaves the drains for good.
_EXITS = ("outfall", "plant", "pump_station", "pump_pit")


def septic_bypasses(joints: DrainJoints) -> tuple[Array, Array]:
    """Return the sewage drains that lead past a septic tank, and the node where each leaves the way to it.

    A node has one sewage drain that leads to a septic tank of its compound, and another from which water
    reaches an exit, the outside of the compound, or what lies behind that tank, and passes no septic tank.
    """
    subject, flow = joints.subject, joints.flow
    many = subject.connected.graph.node_count
    tank = subject.kind_among(_TANK)
    sewage = np.flatnonzero(flow.of["sewage"] & flow.known & ~joints.is_overflow)
    number = np.bincount(flow.upper[sewage], minlength=many)
    asked = np.flatnonzero((number > 1) & ~tank)
    if not len(asked) or not tank.any():
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    every = np.flatnonzero(flow.known & ~joints.is_overflow)
    ways = _Ways(flow.upper[every], flow.lower[every], many)
    leaving_of, leaving = gather(flow.upper[sewage], many)
    nodes = len(subject.nodes)
    home = np.full(many, -1, dtype=np.int64)
    home[:nodes] = joints.compounds.node
    # An end without a node lies where its drain does.
    bare = every[flow.upper[every] >= nodes]
    home[flow.upper[bare]] = joints.compounds.pipe[bare]
    exits = subject.kind_among(_EXITS)
    is_told = _told(joints)
    found: list[tuple[int, int]] = []
    for vertex in asked.tolist():
        drains = sewage[leaving[leaving_of[vertex] : leaving_of[vertex + 1]]]
        first = {drain: ways.until([int(flow.lower[drain])], tank) for drain in drains.tolist()}
        tanks = {
            drain: [one for one in reached if tank[one] and home[one] == home[vertex]]
            for drain, reached in first.items()
        }
        behind = ways.beyond({one for some in tanks.values() for one in some})
        for drain, reached in first.items():
            led = [other for other, mine in tanks.items() if mine]
            if not led or drain in led:
                continue
            away = [one for one in reached if not tank[one]]
            rejoins = any(one in behind for one in away)
            leaves = any(exits[one] or (home[vertex] >= 0 and home[one] != home[vertex]) for one in away)
            # Two ways that meet again are there whichever way they are drawn; two that part may be one.
            if rejoins or (leaves and is_told[drain] and is_told[led].any()):
                found.append((drain, vertex))
    pipe, at = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return pipe, at


def _told(joints: DrainJoints) -> Array:
    """Return the pipes whose flow is recorded or told by their inverts, not by the drawn order alone."""
    pipes = joints.subject.pipes
    with np.errstate(invalid="ignore"):
        falls = np.abs(pipes.number("invert_start_m") - pipes.number("invert_end_m")) > 0
    return np.asarray(joints.subject.once(pipe_flow).recorded | falls)


class _Ways:
    """The ways of water from vertex to vertex."""

    def __init__(self, upper: Array, lower: Array, size: int) -> None:
        self._start, rows = gather(upper, size)
        self._next = lower[rows]

    def until(self, begin: Iterable[int], stop: Array) -> list[int]:
        """Return the vertices that water reaches from some, with these; it stops at those marked."""
        there = dict.fromkeys(begin)
        waiting = [one for one in there if not stop[one]]
        while waiting:
            after = np.unique(self._next[slices(self._start, np.array(waiting))]).tolist()
            waiting = [one for one in after if one not in there]
            there.update(dict.fromkeys(waiting))
            waiting = [one for one in waiting if not stop[one]]
        return list(there)

    def beyond(self, begin: Iterable[int]) -> set[int]:
        """Return the vertices that water reaches from some, without these."""
        chosen = np.array(sorted(begin), dtype=np.int64)
        if not len(chosen):
            return set()
        after = np.unique(self._next[slices(self._start, chosen)]).tolist()
        return set(self.until(after, np.zeros(len(self._start), dtype=bool)))
