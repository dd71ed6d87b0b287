"""Which way a trace may go: through which pipes, in which sense, past which nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.segments import Flags
from waternet_plugin.core.network.analysis.unjoined import NearbyNetwork
from waternet_plugin.core.network.model.end_coordinates import column, lines_of
from waternet_plugin.core.network.model.graph import Graph, GraphBuild
from waternet_plugin.core.network.model.row_groups import equal_pairs
from waternet_plugin.core.network.tracing.shortest_distances import shortest_distances
from waternet_plugin.core.network.tracing.trace_rules import DOWNSTREAM, DRY, TO_SOURCE, UPSTREAM, Rules
from waternet_plugin.core.schema.flow import FORWARD, REVERSE, UNDETERMINED, flow_sense, is_recorded
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.shapes.packed_shapes import Shapes
from waternet_plugin.core.texts import tr

_PLANT = "plant"
# Length 0 would not be an edge at all.
SHORTEST_M = 1e-6
PIPE_COLUMNS = (
    "pipe_id", "system", "function", "status", "initial_status", "from_node", "to_node", "length_m",
    "diameter_mm", "width_mm", "height_mm", "material", "street", "invert_start_m", "invert_end_m",
    "depth_start_m", "depth_end_m", "flow", "flow_source", "compound_id",
)  # fmt: skip
NODE_COLUMNS = ("node_id", "kind", "system", "status", "valve_state", "ground_m", "depth_m", "compound_id")


@dataclass(frozen=True)
class TraceableNetwork(PlainFrames):
    """A network ready to be traced, for any number of traces.

    Parameters
    ----------
    connected, pipes, nodes, settings
        As `ready_to_trace` takes them; the frames may lack their shapes.
    surroundings
        What lies on or beside the pipes.
    """

    connected: GraphBuild
    pipes: pd.DataFrame
    nodes: pd.DataFrame
    surroundings: NearbyNetwork
    settings: Settings

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self.connected.graph

    @property
    def lines(self) -> Shapes:
        """The lines of the pipes, by row of their frame."""
        return self.surroundings.lines

    @cached_property
    def in_use(self) -> Flags:
        """Pipes in use; unknown counts as in use."""
        status = pd.Series(self.graph.pipe_status, dtype=object)
        flags: Flags = (~status.isin(OUT_OF_USE)).to_numpy(dtype=bool)
        return flags

    @cached_property
    def drains(self) -> Flags:
        """Pipes that drain."""
        system = pd.Series(self.graph.pipe_system, dtype=object)
        flags: Flags = system.isin(systems("drain")).to_numpy(dtype=bool)
        return flags

    @cached_property
    def length_m(self) -> Array:
        """Lengths, m, 0 where unknown."""
        return np.nan_to_num(self.graph.length_m)

    @cached_property
    def closed_pipes(self) -> Flags:
        """Pipes that stand closed."""
        return np.asarray(column(self.pipes, "initial_status", self.graph.pipe_row) == "closed", dtype=bool)

    @cached_property
    def closed_nodes(self) -> Flags:
        """Valves and one-way elements that stand closed."""
        graph = self.graph
        kinds = (
            *self.settings.words("network.isolation_kinds"),
            *self.settings.words("network.one_way_kinds"),
        )
        closed = column(self.nodes, "valve_state") == "closed"
        flags = np.zeros(graph.node_count, dtype=bool)
        has_asset = graph.asset >= 0
        flags[has_asset] = closed[graph.asset[has_asset]]
        return flags & self.of_kinds(kinds)

    @cached_property
    def kinds(self) -> tuple[Array, Array]:
        """The kind of each node as a number, -1 for none, and the kinds that they stand for."""
        codes, names = pd.factorize(self.graph.kind)
        return codes, np.asarray(names, dtype=object)

    def of_kinds(self, kinds: tuple[str, ...]) -> Flags:
        """Return the nodes of some kinds."""
        codes, names = self.kinds
        chosen = np.array([*(name in kinds for name in names), False], dtype=bool)
        return np.asarray(chosen[codes])

    @cached_property
    def sources(self) -> Flags:
        """Nodes that feed the network."""
        words = self.settings.words
        return self.of_kinds((*words("network.source_kinds"), *words("network.tank_kinds")))

    @cached_property
    def from_source_m(self) -> Array:
        """Shortest way of each node from a source through open water pipes, m, infinite for none."""
        graph = self.graph
        used = self.in_use & ~self.drains & ~self.closed_pipes
        used &= ~self.closed_nodes[graph.start] & ~self.closed_nodes[graph.end]
        sources = np.flatnonzero(self.sources)
        if not len(sources) or not used.any():
            return np.full(graph.node_count, np.inf)
        length = np.maximum(self.length_m[used], SHORTEST_M)
        shape = (graph.node_count, graph.node_count)
        one_way = _least(graph.start[used], graph.end[used], length, shape)
        return shortest_distances((one_way + one_way.T).tocsr(), sources)

    def sense_of(self, pipes: Array | slice) -> tuple[Array, Flags]:
        """Return the sense of some pipes as drains, as `core.schema.flow` has it, and where only the inverts
        tell it, and another than the drawing.
        """
        frame, row = self.pipes, self.graph.pipe_row[pipes]
        flow, function = column(frame, "flow", row), self.graph.pipe_function[pipes]
        sense = flow_sense(
            flow=flow,
            function=function,
            invert_start_m=frame["invert_start_m"].to_numpy(dtype=float)[row],
            invert_end_m=frame["invert_end_m"].to_numpy(dtype=float)[row],
        )
        return sense, np.asarray(~is_recorded(flow=flow, function=function) & (sense == REVERSE), dtype=bool)

    @cached_property
    def sense(self) -> Array:
        """Sense of each pipe as a drain; of no meaning for other pipes."""
        return self.sense_of(slice(None))[0]

    @cached_property
    def against(self) -> Flags:
        """Drains of which only the inverts tell the flow, and tell another than the drawing."""
        return self.drains & self.sense_of(slice(None))[1]

    @cached_property
    def along(self) -> tuple[Flags, Flags]:
        """Whether water may go from first to last end of each pipe, and back.

        Drains run as `core.schema.flow` says, both ways where that is not determined. Other pipes lead away
        from the nearest source; where that does not tell, both ways.
        """
        graph, sense = self.graph, self.sense
        with np.errstate(invalid="ignore"):
            # Parts without a source tell nothing: infinite minus infinite.
            away = self.from_source_m[graph.end] - self.from_source_m[graph.start]
        forward = np.where(self.drains, sense != REVERSE, ~(away < 0))
        backward = np.where(self.drains, sense != FORWARD, ~(away > 0))
        return forward.astype(bool), backward.astype(bool)

    @cached_property
    def wet_only(self) -> Flags:
        """Drains that take water in wet weather only: overflows, and all but one that leave an interceptor.

        Its dry outlet is the sewage drain that leaves it; without one, the lowest that leaves it.
        """
        graph = self.graph
        wet: Flags = self.drains & np.asarray(graph.pipe_function == "overflow", dtype=bool)
        interceptor = self.of_kinds(("interceptor",))
        beside = np.flatnonzero(interceptor[graph.start] | interceptor[graph.end])
        if not len(beside):
            return wet
        beside = beside[(self.in_use & self.drains & ~wet)[beside]]
        sense = self.sense_of(beside)[0]
        beside, sense = beside[sense != UNDETERMINED], sense[sense != UNDETERMINED]
        upper = np.where(sense == REVERSE, graph.end[beside], graph.start[beside])
        leaves, upper, sense = (values[interceptor[upper]] for values in (beside, upper, sense))
        row = graph.pipe_row[leaves]
        first, second = (self.pipes[f"invert_{end}_m"].to_numpy(dtype=float)[row] for end in ("start", "end"))
        level = np.nan_to_num(np.where(sense == REVERSE, second, first), nan=np.inf)
        for node in np.unique(upper).tolist():
            leaving = np.flatnonzero(upper == node)
            if len(leaving) < 2:
                continue
            out = leaves[leaving]
            sewage = graph.pipe_system[out] == "sewage"
            if sewage.any():
                wet[out[~sewage]] = True
            else:
                order = np.lexsort((graph.pipe_id[out].astype(str), level[leaving]))
                wet[out[order[1:]]] = True
        return wet

    def leading(self, direction: str, node: int) -> list[int]:
        """Return the drains in use that lead on from a node, downstream or upstream."""
        graph = self.graph
        indptr, _, pipe = graph.adjacency()
        at_node = pipe[indptr[node] : indptr[node + 1]]
        forward, backward = self.along
        if direction == UPSTREAM:
            forward, backward = backward, forward
        leaves = (forward[at_node] & (graph.start[at_node] == node)) | (
            backward[at_node] & (graph.end[at_node] == node)
        )
        chosen = at_node[leaves & self.in_use[at_node] & self.drains[at_node]]
        return sorted(set(chosen.tolist()))

    def passages(self, rules: Rules, *, begins_in_drains: bool | None = None) -> tuple[Flags, Flags, Flags]:
        """Return whether each pipe may be gone along and back, and which nodes are not passed.

        Upstream and downstream, a trace that begins in drains stays in them, one that begins in water pipes
        in those (``begins_in_drains``; None where it begins between both).
        """
        graph = self.graph
        usable = self.in_use.copy()
        ends = self.of_kinds(rules.stop_kinds)
        if not rules.pass_closed:
            usable &= ~self.closed_pipes
            ends = ends | self.closed_nodes
        for name in rules.barriers:
            pipe, node = graph.edge_of(name), graph.vertex_of(name)
            if pipe < 0 and node < 0:
                message = tr("BARRIERS: “{name}” is neither a pipe nor a node of this network. Check the id.")
                raise InputError(message.format(name=name))
            if pipe >= 0:
                usable[pipe] = False
            if node >= 0:
                ends[node] = True
        if rules.direction == TO_SOURCE:
            # Water comes through no drain.
            usable &= ~self.drains
        if rules.direction not in (UPSTREAM, DOWNSTREAM):
            return usable, usable, ends
        if begins_in_drains is not None:
            usable &= self.drains == begins_in_drains
        if rules.weather == DRY:
            usable &= ~self.wet_only
        forward, backward = self.along
        if rules.direction == UPSTREAM:
            forward, backward = backward, forward
        return usable & forward, usable & backward, ends

    def drain_ends(self, direction: str) -> Flags:
        """Return the nodes that end a trace in drains: plants, and downstream stations.

        What lies above a station is still upstream of what lies below.
        """
        kinds = {
            DOWNSTREAM: self.settings.words("network.drain_end_kinds"),
            UPSTREAM: (_PLANT,),
        }
        return self.of_kinds(tuple(kinds.get(direction, ())))


def _least(first: Array, second: Array, length: Array, shape: tuple[int, int]) -> csr_matrix:
    """Return a matrix of the shortest pipe between any two nodes; summing parallel ones would be wrong."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    order, begin = equal_pairs(low, high)
    one = order[begin]
    return csr_matrix((np.minimum.reduceat(length[order], begin), (low[one], high[one])), shape=shape)


def ready_to_trace(
    connected: GraphBuild,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    *,
    surroundings: NearbyNetwork | None = None,
    settings: Settings | None = None,
) -> TraceableNetwork:
    """Make a network ready to be traced.

    Parameters
    ----------
    connected
        Graph of ``pipes`` and ``nodes``.
    pipes, nodes
        Frames with PIPE_COLUMNS and NODE_COLUMNS.
    surroundings
        What lies on or beside the pipes, where that is known already; else pipes have a column of lines.
    settings
        Lists of kinds in force.
    """
    settings = Settings() if settings is None else settings
    if surroundings is None:
        surroundings = NearbyNetwork(connected, lines_of(pipes), nodes, settings)
    return TraceableNetwork(connected, pipes, nodes, surroundings, settings)
