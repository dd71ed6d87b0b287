"""Drains in use by the way their water takes: where it comes from, where it goes, what leaves each vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.surrounding_areas import first_area
from waternet_plugin.core.network.model.network_frame import DRAINS, END, START, NetworkFrame
from waternet_plugin.core.schema.flow import REVERSE, UNDETERMINED, sense_and_record

# What is asked of each table to follow drains: misconnections, searches, catchments.
WAY_COLUMNS = {
    "pipe": (
        "pipe_id", "system", "function", "status", "initial_status", "from_node", "to_node", "length_m",
        "diameter_mm", "invert_start_m", "invert_end_m", "flow", "flow_confidence", "compound_id",
    ),
    "node": ("node_id", "kind", "system", "valve_state", "weir_level_m", "compound_id"),
    "compound": ("compound_id", "type", "drainage"),
    "customer": (
        "customer_id", "pipe_id", "compound_id", "outlet_node", "households", "persons", "demand_m3d",
        "critical",
    ),
}  # fmt: skip


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


def pipe_flow(subject: NetworkFrame) -> PipeFlow:
    """Return which way water takes in each pipe."""
    pipes = subject.pipes
    sense, recorded = sense_and_record(
        flow=pipes.text("flow"),
        function=pipes.text("function"),
        invert_start_m=pipes.number("invert_start_m"),
        invert_end_m=pipes.number("invert_end_m"),
    )
    return PipeFlow(sense, recorded)


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

    def edges(self, drains: Array) -> tuple[Array, Array, Array]:
        """Return drains as edges that water takes one way: their rows, upper and lower vertices.

        A drain whose flow is undetermined leads both ways: it is two edges.
        """
        free = drains[~self.known[drains]]
        return (
            np.concatenate([drains, free]),
            np.concatenate([self.upper[drains], self.lower[free]]),
            np.concatenate([self.lower[drains], self.upper[free]]),
        )


def drain_flow(subject: NetworkFrame) -> DrainFlow:
    """Return the drains in use along their flow."""
    pipes, node_count = subject.pipes, subject.connected.graph.node_count
    sense = subject.once(pipe_flow).sense
    vertex = subject.vertex
    turned = sense == REVERSE
    upper = np.where(turned, vertex[:, END], vertex[:, START])
    lower = np.where(turned, vertex[:, START], vertex[:, END])
    both_ways = sense == UNDETERMINED
    of = {system: subject.live & pipes.among("system", (system,)) for system in DRAINS}
    leaves, arriving = {}, {}
    for system, mine in of.items():
        out, at = np.zeros(node_count, dtype=bool), np.zeros(node_count, dtype=bool)
        out[upper[mine]] = True
        out[lower[mine & both_ways]] = True
        at[upper[mine]] = at[lower[mine]] = True
        leaves[system], arriving[system] = out, at
    return DrainFlow(upper, lower, subject.live & subject.is_drain & ~both_ways, of, leaves, arriving)


@dataclass(frozen=True)
class CompoundMembership:
    """Row of the compound of each pipe and each node, -1 for none: the one named, else that around it."""

    pipe: Array
    node: Array


def compound_membership(subject: NetworkFrame) -> CompoundMembership:
    """Return the compounds in which pipes, by their middle, and nodes lie."""
    areas = subject.rows("compound")
    pipe, node = (areas.row_of(rows.text("compound_id")) for rows in (subject.pipes, subject.nodes))
    if not len(areas):
        return CompoundMembership(pipe, node)
    for rows, member in ((subject.pipes, pipe), (subject.nodes, node)):
        outside = np.flatnonzero(member < 0)
        member[outside] = first_area(rows.xy_of(outside), areas.geometry, areas.ids)
    return CompoundMembership(pipe, node)
