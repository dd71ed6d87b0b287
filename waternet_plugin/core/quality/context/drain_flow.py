"""Drains in use by the way their water takes: where it comes from, where it goes, what leaves each vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import DRAINS, END, START, CheckContext
from waternet_plugin.core.schema.flow import REVERSE, UNDETERMINED, flow_sense, is_recorded


@dataclass(frozen=True)
class PipeFlow:
    """Which way water takes in each pipe, as if it were a drain.

    Parameters
    ----------
    sense
        FORWARD, REVERSE or UNDETERMINED of `core.schema.flow`.
    recorded
        Whether that is recorded or follows from the pipe's function, rather than from inverts or drawing.
    """

    sense: Array
    recorded: Array

    @property
    def lower_end(self) -> Array:
        """The end, START or END, at which water leaves each pipe; the last one where it is undetermined."""
        return np.where(self.sense == REVERSE, START, END)

    @property
    def one_way(self) -> Array:
        """Pipes whose flow is determined."""
        return np.asarray(self.sense != UNDETERMINED)


def pipe_flow(subject: CheckContext) -> PipeFlow:
    """Return which way water takes in each pipe."""
    pipes = subject.pipes
    flow, function = pipes.text("flow"), pipes.text("function")
    sense = flow_sense(
        flow=flow,
        function=function,
        invert_start_m=pipes.number("invert_start_m"),
        invert_end_m=pipes.number("invert_end_m"),
    )
    return PipeFlow(sense, is_recorded(flow=flow, function=function))


@dataclass(frozen=True)
class DrainFlow:
    """Drains in use along their flow.

    Parameters
    ----------
    upper, lower
        Vertex at which the water of each pipe enters and leaves; those of the drawn line where the flow is
        undetermined.
    known
        Drains in use whose flow is one way.
    of
        Pipes in use of each system of drains, masks by system.
    leaves, there
        By system, vertices that a drain in use leaves, and at which one has an end. A drain whose flow is
        undetermined leaves both its ends.
    """

    upper: Array
    lower: Array
    known: Array
    of: dict[str, Array]
    leaves: dict[str, Array]
    there: dict[str, Array]


def drain_flow(subject: CheckContext) -> DrainFlow:
    """Return the drains in use along their flow."""
    pipes, many = subject.pipes, subject.connected.graph.node_count
    sense = subject.once(pipe_flow).sense
    vertex = subject.vertex
    turned = sense == REVERSE
    upper = np.where(turned, vertex[:, END], vertex[:, START])
    lower = np.where(turned, vertex[:, START], vertex[:, END])
    both_ways = sense == UNDETERMINED
    of = {system: subject.live & pipes.among("system", (system,)) for system in DRAINS}
    leaves, there = {}, {}
    for system, mine in of.items():
        out, at = np.zeros(many, dtype=bool), np.zeros(many, dtype=bool)
        out[upper[mine]] = True
        out[lower[mine & both_ways]] = True
        at[upper[mine]] = at[lower[mine]] = True
        leaves[system], there[system] = out, at
    return DrainFlow(upper, lower, subject.live & subject.is_drain & ~both_ways, of, leaves, there)


@dataclass(frozen=True)
class CompoundMembership:
    """Row of the compound of each pipe and each node, -1 for none: the one named, else that around it."""

    pipe: Array
    node: Array


def compound_membership(subject: CheckContext) -> CompoundMembership:
    """Return the compounds in which pipes, by their middle, and nodes lie."""
    areas = subject.rows("compound")
    pipe, node = (areas.row_of(rows.text("compound_id")) for rows in (subject.pipes, subject.nodes))
    shapes = areas.geometry
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & shapely.is_valid(shapes))
    if len(drawn):
        shapely.prepare(shapes[drawn])
        for rows, member in ((subject.pipes, pipe), (subject.nodes, node)):
            asked = np.flatnonzero((member < 0) & ~shapely.is_missing(rows.geometry))
            points = shapely.points(rows.xy_of(asked))
            area, point = shapely.STRtree(points).query(shapes[drawn], predicate="intersects")
            # The first area by row where two overlap.
            member[asked[point[::-1]]] = drawn[area[::-1]]
    return CompoundMembership(pipe, node)
