"""The supply network as metered areas see it: what joins pipes, what parts them, where water comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import NO_ZONE, ZoneTree, zone_tree
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.analysis.segments import Segments, find_segments
from waternet_plugin.core.network.model.customers import (
    FOUND_BY,
    USER_COLUMNS,
    are_recorded,
    households_of,
    with_supply,
)
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.model.graph import Graph, GraphBuild
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import METERED_SYSTEMS, OUT_OF_USE

SYSTEMS = METERED_SYSTEMS
PIPE_COLUMNS = (
    "pipe_id", "system", "function", "status", "initial_status", "from_node", "to_node", "length_m",
    "diameter_mm", "street", "dma_id", "compound_id",
)  # fmt: skip
NODE_COLUMNS = (
    "node_id", "kind", "system", "status", "valve_state", "operable", "accessible", "operated_on",
    "turns", "diameter_mm", "ground_m", "street", "meter_in", "meter_out",
)  # fmt: skip
ZONE_COLUMNS = ("zone_id", "kind", "level", "parent_id", "name", "state")


@dataclass(frozen=True)
class DmaNetwork(PlainFrames):
    """Pipes, vertices and zones as columns; ``P`` pipes, ``N`` vertices, those of ``graph``.

    Parameters
    ----------
    graph
        The graph; vertex ``n`` is row ``graph.asset[n]`` of the nodes frame, pipe ``p`` row ``p`` of the
        pipes frame.
    counts
        Pipes of drinking and raw water in use (P,).
    open
        Those that are not closed at the start (P,).
    meter
        Boundary meters: nodes in use with meter_in or meter_out (N,).
    meter_in, meter_out
        Number of the zone that a positive reading runs into and out of (N,): NO_ZONE for none and where
        there is no meter, UNKNOWN_ZONE for a zone that does not exist.
    valve
        Isolation valves and other elements that can be closed (N,).
    closed
        Those that stand closed (N,).
    unknown
        Those whose state nobody knows (N,).
    source
        Nodes that feed the network (N,): plants, sources, reservoirs and tanks.
    storage
        Reservoirs and tanks among them (N,): inside a metered zone they are storage.
    zone
        Number of the zone that each pipe says it lies in (P,); NO_ZONE, UNKNOWN_ZONE.
    diameter_mm
        Of the pipes, NaN where unknown (P,).
    customers, households, demand_m3d
        Sums by pipe (P,), a household for each customer of unknown number; customers of pipes that do not
        count are left out.
    customer_pipe
        Pipe that supplies each row of the customers frame, -1 where none that counts is known.
    users
        The customers, row by row those of ``customer_pipe``, with what `UserCount` counts.
    shut_ends
        Vertices at which single pipes end that a closing cut off from a node, and these nodes (2, S).
    """

    graph: Graph
    counts: Array
    open: Array
    meter: Array
    meter_in: Array
    meter_out: Array
    valve: Array
    closed: Array
    unknown: Array
    source: Array
    storage: Array
    zones: ZoneTree
    zone: Array
    diameter_mm: Array
    customers: Array
    households: Array
    demand_m3d: Array
    customer_pipe: Array
    users: pd.DataFrame = field(default_factory=pd.DataFrame)
    shut_ends: Array = field(default_factory=lambda: np.zeros((2, 0), dtype=np.int64))

    @property
    def knows_users(self) -> bool:
        """Whether the pipe of any customer is known: without, sums of customers say nothing."""
        return FOUND_BY in self.users and are_recorded(self.users)

    def pieces(self, parting: Array, *, pipes: Array | None = None) -> Segments:
        """Return what hangs together when some nodes part all their pipes.

        Parameters
        ----------
        parting
            Nodes that part (N,), booleans.
        pipes
            Pipes that join (P,); the open ones if None.
        """
        return find_segments(
            self.graph.start,
            self.graph.end,
            self.graph.node_count,
            separating=parting,
            used=self.open if pipes is None else pipes,
        )

    def patches(self) -> Segments:
        """Return what hangs together between boundary meters, closed valves and closed pipes.

        A valve of unknown state counts as open.
        """
        return self.pieces(self.meter | self.closed)


def build_dma_network(
    connected: GraphBuild,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    customers: pd.DataFrame,
    zones: pd.DataFrame,
    *,
    settings: Settings | None = None,
) -> DmaNetwork:
    """Return a network as metered areas see it.

    Parameters
    ----------
    connected
        Graph of ``pipes`` and ``nodes``.
    pipes, nodes, customers, zones
        Frames with PIPE_COLUMNS, NODE_COLUMNS, CUSTOMER_COLUMNS of `isolation_model` and ZONE_COLUMNS;
        missing columns count as unknown.
    settings
        Lists of kinds in force.
    """
    settings = Settings() if settings is None else settings
    graph, tree = connected.graph, zone_tree(zones)
    system = pd.Series(graph.pipe_system, dtype=object)
    status = pd.Series(graph.pipe_status, dtype=object)
    counts = (system.isin(SYSTEMS) & ~status.isin(OUT_OF_USE)).to_numpy(dtype=bool)
    alive = ~_at_vertices(graph, nodes, "status", OUT_OF_USE)
    kind = pd.Series(graph.kind, dtype=object)
    isolating = kind.isin(settings.words("network.isolation_kinds")).to_numpy(dtype=bool) & alive
    passing = kind.isin(settings.words("network.one_way_kinds")).to_numpy(dtype=bool) & alive
    state_known = _at_vertices(graph, nodes, "valve_state", ("open", "closed"))
    tanks = kind.isin(settings.words("network.tank_kinds")).to_numpy(dtype=bool)
    sources = kind.isin(settings.words("network.source_kinds")).to_numpy(dtype=bool)
    water = np.zeros(graph.node_count, dtype=bool)
    water[graph.start[counts]] = True
    water[graph.end[counts]] = True
    # A tank of another system, such as one for fire fighting, takes water and gives none back.
    of_node = pd.Series(_of_vertices(graph, nodes, "system"), dtype=object)
    water &= (of_node.isna() | of_node.isin(SYSTEMS)).to_numpy(dtype=bool)
    meter_in = tree.numbers(_of_vertices(graph, nodes, "meter_in"))
    meter_out = tree.numbers(_of_vertices(graph, nodes, "meter_out"))
    meter = ((meter_in != NO_ZONE) | (meter_out != NO_ZONE)) & alive
    customers = with_supply(customers, pipes, settings)
    customer_pipe = _pipes_of(graph, column(customers, "pipe_id"), counts)
    return DmaNetwork(
        graph=graph,
        counts=counts,
        open=counts & (column(pipes, "initial_status")[graph.pipe_row] != "closed"),
        meter=meter,
        meter_in=np.where(meter, meter_in, NO_ZONE),
        meter_out=np.where(meter, meter_out, NO_ZONE),
        valve=isolating | passing,
        closed=_at_vertices(graph, nodes, "valve_state", ("closed",)) & (isolating | passing),
        unknown=isolating & ~state_known,
        source=(sources | tanks) & alive & water,
        storage=tanks & alive & water,
        zones=tree,
        zone=tree.numbers(column(pipes, "dma_id")[graph.pipe_row]),
        diameter_mm=_numbers(pipes, "diameter_mm")[graph.pipe_row],
        customers=_sums(customer_pipe, np.ones(len(customers)), graph.pipe_count),
        households=_sums(customer_pipe, households_of(customers), graph.pipe_count),
        demand_m3d=_sums(customer_pipe, _numbers(customers, "demand_m3d"), graph.pipe_count),
        customer_pipe=customer_pipe,
        users=pd.DataFrame(customers.reindex(columns=[*USER_COLUMNS])),
    )


def _numbers(frame: pd.DataFrame, name: str) -> Array:
    return np.full(len(frame), np.nan) if name not in frame else np.asarray(frame[name].to_numpy(dtype=float))


def _of_vertices(graph: Graph, nodes: pd.DataFrame, name: str) -> Array:
    """Return a column of the nodes by vertex, None where there is no node."""
    values = np.full(graph.node_count, None, dtype=object)
    has_asset = graph.asset >= 0
    values[has_asset] = column(nodes, name)[graph.asset[has_asset]]
    return values


def _at_vertices(graph: Graph, nodes: pd.DataFrame, name: str, wanted: tuple[str, ...]) -> Array:
    """Return the vertices whose node has one of some values in a column."""
    is_wanted = pd.Series(_of_vertices(graph, nodes, name), dtype=object).isin(wanted)
    return np.asarray(is_wanted.to_numpy(dtype=bool))


def _pipes_of(graph: Graph, names: Array, counts: Array) -> Array:
    """Return the number of the pipe of each name, -1 where none that counts has it."""
    pipe = rows_of_ids(graph.pipe_id, names)
    return np.where((pipe >= 0) & np.append(counts, False)[pipe], pipe, -1)


def _sums(group: Array, values: Array, size: int) -> Array:
    has_group = group >= 0
    return np.bincount(group[has_group], np.nan_to_num(values)[has_group], minlength=size)
