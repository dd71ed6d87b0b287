"""A network made ready for shutting parts of it off: segments, supply, and who lives where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.flow_elements import (
    AS_DRAWN,
    CONNECTOR,
    UNUSABLE,
    Elements,
    IsolationOptions,
    find_elements,
)
from waternet_plugin.core.network.analysis.segments import Flags, Ints, Segments
from waternet_plugin.core.network.analysis.supply import Supply, build_supply
from waternet_plugin.core.network.analysis.unjoined import NearbyNetwork
from waternet_plugin.core.network.analysis.widest import PassableLines, Widest
from waternet_plugin.core.network.analysis.widest_tree_update import WidestTreeUpdate
from waternet_plugin.core.network.model.customers import households_of, with_supply
from waternet_plugin.core.network.model.end_coordinates import column, lines_of
from waternet_plugin.core.network.model.graph import GraphBuild
from waternet_plugin.core.network.model.row_groups import gather
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.shapes.packed_shapes import Shapes
from waternet_plugin.core.texts import tr

PIPE_COLUMNS = (
    "pipe_id", "system", "function", "status", "initial_status", "from_node", "to_node", "length_m",
    "diameter_mm", "width_mm", "height_mm", "street", "dma_id",
)  # fmt: skip
NODE_COLUMNS = (
    "node_id", "kind", "system", "status", "valve_state", "operable", "accessible", "one_way",
    "diameter_mm", "turns", "street",
)  # fmt: skip
# Without the name, which is personal: it stands on no map, paper or table that leaves the network.
CUSTOMER_COLUMNS = (
    "customer_id", "pipe_id", "kind", "households", "persons", "demand_m3d", "critical",
)  # fmt: skip
UNKNOWN_WIDTH = -1.0
NO_PIPE, OTHER_SYSTEM = -1, -2
# Columns of `IsolationModel.weights`.
CUSTOMERS, HOUSEHOLDS, CRITICAL = range(3)


@dataclass(frozen=True)
class Index:
    """Rows by what they belong to, as ``indptr`` and ``rows``.

    Those of ``n`` are ``rows[indptr[n]:indptr[n + 1]]``.

    Parameters
    ----------
    pipes_of_segment, pipes_of_part
        Pipes by segment and by part of the supply, those of none left out.
    customers_of_pipe
        Rows of customers by pipe.
    valves_of_segment, segments_of_valve
        Separating nodes by segment, and segments by separating node.
    """

    pipes_of_segment: tuple[Ints, Ints]
    pipes_of_part: tuple[Ints, Ints]
    customers_of_pipe: tuple[Ints, Ints]
    valves_of_segment: tuple[Ints, Ints]
    segments_of_valve: tuple[Ints, Ints]


@dataclass(frozen=True)
class IsolationModel(PlainFrames):
    """The water systems of a network, ready for any number of questions about shutting valves.

    Parameters
    ----------
    connected
        The graph.
    pipes, nodes, customers
        The frames it was made of, pipes and nodes without shapes where these are packed; customers as
        `with_supply` returns them.
    surroundings
        What lies on or beside the pipes.
    elements
        What pipes and nodes do.
    segments, supply
        The segments, and what feeds what.
    customer_pipe
        Number of each customer's pipe; NO_PIPE where none in use is known, OTHER_SYSTEM for who drains
        there.
    weights, part_weights, segment_weights
        Customers, households and critical customers of each pipe (those of halves with the first half), of
        each part of the supply and of each segment.
    real
        Pipes that are pipes: no connectors, no second halves.
    hydrant_rows
        Rows of the hydrants in use.
    index
        What belongs to each segment, part, pipe and valve.
    width_mm
        Diameter of each of the graph's pipes, mm, boxes by their area; -1 where unknown, no limit for
        connectors.
    widest_tree
        Finds the widest way of each node to a source.
    """

    connected: GraphBuild
    pipes: pd.DataFrame
    nodes: pd.DataFrame
    customers: pd.DataFrame
    surroundings: NearbyNetwork
    elements: Elements
    segments: Segments
    supply: Supply
    customer_pipe: Ints
    weights: Array
    part_weights: Array
    segment_weights: Array
    real: Flags
    hydrant_rows: Ints
    index: Index
    width_mm: Array
    widest_tree: WidestTreeUpdate
    settings: Settings

    @property
    def one_way(self) -> bool:
        """Whether directions count."""
        return self.elements.one_way is not None

    @property
    def part_of_pipe(self) -> Ints:
        """The part of the supply that each pipe lies in, -1 for none."""
        return self.supply.part_of_pipe

    @property
    def widest(self) -> Widest:
        """The widest way of each node to a source."""
        return self.widest_tree.tree()

    def with_rows(
        self,
        connected: GraphBuild,
        pipes: pd.DataFrame,
        nodes: pd.DataFrame,
        surroundings: NearbyNetwork,
        rows: Ints,
    ) -> IsolationModel:
        """Return this network after an edit of sizes, lengths or bends that changed no joint.

        Parameters
        ----------
        connected, pipes, nodes, surroundings
            The graph, its frames and what lies beside its pipes after the edit.
        rows
            Numbers of the edited pipes.
        """
        graph, width = connected.graph, self.width_mm.copy()
        width[rows] = widths_of(pipes.iloc[graph.pipe_row[rows]], graph.pipe_function[rows])
        return replace(
            self,
            connected=connected,
            pipes=pipes,
            nodes=nodes,
            surroundings=surroundings,
            width_mm=width,
            widest_tree=self.widest_tree.with_widths(width),
        )

    @cached_property
    def hydrants(self) -> tuple[Ints, Ints]:
        """Rows of the hydrants in use, and the segment of each, -1 for none."""
        placement, row = self.connected.placement, self.hydrant_rows
        # By the pipes that end at it, or the one it stands on.
        vertex, pipe = placement.vertex[row], placement.pipe[row]
        segment = np.where(vertex >= 0, self.segments.node[np.maximum(vertex, 0)], -1)
        return row, np.where(pipe >= 0, self.segments.pipe[np.maximum(pipe, 0)], segment)

    @cached_property
    def streets(self) -> tuple[Array, Array]:
        """Streets of the pipes and of the nodes, by row of their frames."""
        return column(self.pipes, "street"), column(self.nodes, "street")

    @property
    def lines(self) -> Shapes:
        """The lines of the pipes, by row of their frame."""
        return self.surroundings.lines

    def valves(self, segment: int) -> list[int]:
        """Return the separating nodes of a segment."""
        indptr, node = self.index.valves_of_segment
        return [int(each) for each in node[indptr[segment] : indptr[segment + 1]]]

    def sides(self, valve: int) -> list[int]:
        """Return the segments at a separating node."""
        indptr, segment = self.index.segments_of_valve
        return [int(each) for each in segment[indptr[valve] : indptr[valve + 1]]]

    def passes(self, valve: int) -> bool:
        """Return whether a separating node is open and can't be closed."""
        elements = self.elements
        return bool(not elements.closed[valve] and elements.reliance[valve] == UNUSABLE)

    def node_name(self, node: int) -> str:
        """Return the id of a node; that of the pipe for one that is there in thought only."""
        graph = self.connected.graph
        if node < graph.node_count:
            return str(graph.node_id[node] or "")
        return str(graph.pipe_id[self.elements.half_of[graph.pipe_count + node - graph.node_count]])


def widths_of(frame: pd.DataFrame, function: Array, row: Ints | None = None) -> Array:
    """Return diameters of pipes as `IsolationModel.width_mm` has them.

    Parameters
    ----------
    frame
        Rows with diameter_mm, and width_mm and height_mm where there are.
    function
        Function of each pipe.
    row
        Row of each pipe; one after the other if None.
    """
    diameter = frame["diameter_mm"].to_numpy(dtype=float).copy()
    if "width_mm" in frame and "height_mm" in frame:
        area = frame["width_mm"].to_numpy(dtype=float) * frame["height_mm"].to_numpy(dtype=float)
        missing = np.isnan(diameter)
        diameter[missing] = np.sqrt(4 / np.pi * area[missing])
    width = np.nan_to_num(diameter if row is None else diameter[row], nan=UNKNOWN_WIDTH)
    width[function == CONNECTOR] = np.inf
    return width


def _index(elements: Elements, segments: Segments, supply: Supply, customer_pipe: Ints) -> Index:
    """Return what belongs to each segment, part, pipe and valve."""
    side_indptr, side_rows = gather(segments.side, segments.count)
    valve_indptr, valve_rows = gather(segments.valve, elements.node_count)
    return Index(
        pipes_of_segment=_rows_by(segments.pipe, segments.count),
        pipes_of_part=_rows_by(supply.part_of_pipe, len(supply.segment)),
        customers_of_pipe=_rows_by(customer_pipe, len(elements.half_of)),
        valves_of_segment=(side_indptr, segments.valve[side_rows]),
        segments_of_valve=(valve_indptr, segments.side[valve_rows]),
    )


def _rows_by(number: Ints, size: int) -> tuple[Ints, Ints]:
    """Return rows by their number, those below 0 left out."""
    rows = np.flatnonzero(number >= 0)
    indptr, order = gather(number[rows], size)
    return indptr.astype(np.int64), rows[order]


def rows_of(index: tuple[Ints, Ints], wanted: Iterable[int]) -> Ints:
    """Return the rows that an index keeps under some numbers, in their order."""
    indptr, rows = index
    parts = [rows[indptr[each] : indptr[each + 1]] for each in wanted]
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _customers_on(connected: GraphBuild, customers: pd.DataFrame, service: Flags) -> Ints:
    """Return the number of the pipe of each customer, NO_PIPE or OTHER_SYSTEM below 0."""
    graph = connected.graph
    if len(customers) == 0:
        return np.zeros(0, dtype=np.int64)
    names = pd.Series(np.arange(graph.pipe_count), index=pd.Index(graph.pipe_id, dtype=object))
    names = names[~names.index.duplicated() & names.index.notna()]
    pipe_of_customer = pd.Series(column(customers, "pipe_id"), dtype=object).map(names)
    pipe = pipe_of_customer.fillna(-1).to_numpy(dtype=np.int64)
    drains = pd.Series(graph.pipe_system, dtype=object).isin(systems("drain")).to_numpy()
    elsewhere = np.where((pipe >= 0) & drains[pipe], OTHER_SYSTEM, NO_PIPE)
    return np.where((pipe >= 0) & service[pipe], pipe, elsewhere)


def _sums_by(weights: Array, group: Ints, count: int) -> Array:
    """Return the weights of the pipes of each group; pipes of group -1 count nowhere."""
    has_group = group >= 0
    sums = np.empty((count, weights.shape[1]))
    for kind in range(weights.shape[1]):
        sums[:, kind] = np.bincount(group[has_group], weights[has_group, kind], minlength=count)
    return sums


def _hydrant_rows(nodes: pd.DataFrame) -> Ints:
    """Return the rows of the hydrants in use."""
    status = pd.Series(column(nodes, "status"), dtype=object)
    is_hydrant = column(nodes, "kind") == "hydrant"
    return np.flatnonzero(is_hydrant & ~status.isin(OUT_OF_USE).to_numpy())


def _widest_tree(elements: Elements, connected: GraphBuild, width: Array) -> WidestTreeUpdate:
    """Return what finds the widest ways over the graph's pipes that water can pass from end to end."""
    graph = connected.graph
    used = elements.used[: graph.pipe_count]
    lines = PassableLines(
        start=graph.start,
        end=graph.end,
        names=graph.pipe_id,
        usable=used & ~elements.closed[graph.start] & ~elements.closed[graph.end],
        sources=elements.sources[: graph.node_count],
    )
    return WidestTreeUpdate(lines, width)


def _weights(customers: pd.DataFrame, pipe: Ints, size: int) -> Array:
    has_pipe = pipe >= 0
    weights = np.zeros((size, 3))
    if has_pipe.any():
        at = pipe[has_pipe]
        households = households_of(customers)[has_pipe]
        critical = column(customers, "critical")[has_pipe] == "yes"
        weights[:, CUSTOMERS] = np.bincount(at, minlength=size)
        weights[:, HOUSEHOLDS] = np.bincount(at, households, minlength=size)
        weights[:, CRITICAL] = np.bincount(at, critical, minlength=size)
    return weights


def _refuse_unusable(elements: Elements) -> None:
    """Raise an InputError where there is no water pipe in use, no source or no valve at one."""
    if not elements.in_service.any():
        raise InputError(tr("This network has no water pipes in use, so there is nothing to isolate."))
    if not elements.sources.any():
        raise InputError(
            tr(
                "This network has no source: no node in use is of the kind source or plant, and no tank or "
                "reservoir counts as one. Add the source, or connect it, and try again."
            )
        )
    fed = np.zeros(elements.node_count, dtype=bool)
    fed[elements.start[elements.in_service]] = True
    fed[elements.end[elements.in_service]] = True
    if not (fed & elements.sources).any():
        raise InputError(
            tr("No pipe in use ends at a source of this network. Connect the source and try again.")
        )
    if not (fed & elements.valve).any():
        raise InputError(
            tr(
                "No pipe in use ends at an isolation valve, so nothing can be isolated. Add the valves, or "
                "let pipes end at them, and try again."
            )
        )


def build_isolation_model(
    connected: GraphBuild,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    surroundings: NearbyNetwork | None = None,
    settings: Settings | None = None,
    options: IsolationOptions = AS_DRAWN,
    progress: Progress = SILENT,
) -> IsolationModel:
    """Find segments and what feeds what.

    Parameters
    ----------
    connected
        Graph of ``pipes`` and ``nodes``.
    pipes, nodes, customers
        Frames with PIPE_COLUMNS, NODE_COLUMNS and CUSTOMER_COLUMNS.
    surroundings
        What lies on or beside the pipes, where that is known already; else pipes have a column of lines.
    options
        What is assumed of tanks, directions and valves.

    Raises
    ------
    InputError
        When the network has no water pipe in use, no source or no valve at one, or an id is not there.
    """
    settings = Settings() if settings is None else settings
    elements = find_elements(connected.graph, nodes, pipes, settings=settings, options=options)
    _refuse_unusable(elements)
    progress.at(0.2)
    segments = elements.segments(elements.separating)
    progress.at(0.5)
    supply = build_supply(elements, segments)
    progress.at(0.8)
    if surroundings is None:
        surroundings = NearbyNetwork(connected, lines_of(pipes), nodes, settings)
    customers = with_supply(customers, pipes, settings)
    pipe = _customers_on(connected, customers, elements.in_service)
    weights = _weights(customers, pipe, len(elements.half_of))
    graph = connected.graph
    real = np.zeros(len(elements.half_of), dtype=bool)
    real[: graph.pipe_count] = graph.pipe_function != CONNECTOR
    width = widths_of(pipes, graph.pipe_function, graph.pipe_row)
    return IsolationModel(
        connected=connected,
        pipes=pipes,
        nodes=nodes,
        customers=customers,
        surroundings=surroundings,
        elements=elements,
        segments=segments,
        supply=supply,
        customer_pipe=pipe,
        weights=weights,
        part_weights=_sums_by(weights, supply.part_of_pipe, len(supply.segment)),
        segment_weights=_sums_by(weights, segments.pipe, segments.count),
        real=real,
        hydrant_rows=_hydrant_rows(nodes),
        index=_index(elements, segments, supply, pipe),
        width_mm=width,
        widest_tree=_widest_tree(elements, connected, width),
        settings=settings,
    )
