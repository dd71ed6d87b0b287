"""A network made ready for shutting parts of it off: segments, supply, and who lives where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.widest import Widest, widest_ways
from waternet_plugin.core.network.isolation.segments import Flags, Ints, Segments, find_segments
from waternet_plugin.core.network.isolation.supply import Supply, build_supply
from waternet_plugin.core.network.live.rewidth import Former
from waternet_plugin.core.network.model.arrays import gather
from waternet_plugin.core.network.model.elements import CONNECTOR, UNUSABLE, Elements, find_elements
from waternet_plugin.core.network.model.ends import column
from waternet_plugin.core.network.model.graph import Connected
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.texts import tr

PIPE_COLUMNS = (
    "pipe_id", "system", "function", "status", "initial_status", "from_node", "to_node", "length_m",
    "diameter_mm", "width_mm", "height_mm", "street", "dma_id",
)  # fmt: skip
NODE_COLUMNS = (
    "node_id", "kind", "system", "status", "valve_state", "operable", "accessible", "one_way",
    "diameter_mm", "turns", "street",
)  # fmt: skip
CUSTOMER_COLUMNS = ("customer_id", "name", "pipe_id", "kind", "households", "demand_m3d", "critical")
UNKNOWN_WIDTH = -1.0
NO_PIPE, OTHER_SYSTEM = -1, -2
# Columns of `Waterworks.weights`.
CUSTOMERS, HOUSEHOLDS, CRITICAL = range(3)


@dataclass(frozen=True)
class Waterworks(PlainFrames):
    """The water systems of a network, ready for any number of questions about shutting valves.

    Parameters
    ----------
    connected
        The graph.
    pipes, nodes, customers
        The frames it was made of.
    elements
        What pipes and nodes do.
    segments, supply
        The segments, and what feeds what.
    customer_pipe
        Number of each customer's pipe; NO_PIPE where it names none that is in use, OTHER_SYSTEM for who
        drains there.
    weights
        Customers, households and critical customers of each pipe, those of halves with the first half.
    settings
        Thresholds in force.
    former
        The widest ways before some pipes got other widths, None where none are known.
    """

    connected: Connected
    pipes: pd.DataFrame
    nodes: pd.DataFrame
    customers: pd.DataFrame
    elements: Elements
    segments: Segments
    supply: Supply
    customer_pipe: Ints
    weights: Array
    settings: Settings
    former: Former | None = None

    @property
    def one_way(self) -> bool:
        """Whether directions count."""
        return self.elements.one_way is not None

    @cached_property
    def part_of_pipe(self) -> Ints:
        """The part of the supply that each pipe lies in, -1 for none."""
        return self.supply.part_of_pipe

    @cached_property
    def part_weights(self) -> Array:
        """Weights by part of the supply."""
        return self.sums_by(self.part_of_pipe, len(self.supply.segment))

    @cached_property
    def segment_weights(self) -> Array:
        """Weights by segment."""
        return self.sums_by(self.segments.pipe, self.segments.count)

    def sums_by(self, group: Ints, count: int) -> Array:
        """Return the weights of the pipes of each group; pipes of group -1 count nowhere."""
        there = group >= 0
        sums = np.empty((count, self.weights.shape[1]))
        for kind in range(self.weights.shape[1]):
            sums[:, kind] = np.bincount(group[there], self.weights[there, kind], minlength=count)
        return sums

    @cached_property
    def real(self) -> Flags:
        """Pipes that are pipes: no connectors, no second halves."""
        graph = self.connected.graph
        real = np.zeros(len(self.elements.half_of), dtype=bool)
        real[: graph.pipe_count] = graph.pipe_function != CONNECTOR
        return real

    @cached_property
    def hydrants(self) -> tuple[Ints, Ints]:
        """Rows of the hydrants in use, and the segment of each, -1 for none."""
        placement, row = self.connected.placement, self.hydrant_rows
        # By the pipes that end at it, or the one it stands on.
        vertex, pipe = placement.vertex[row], placement.pipe[row]
        segment = np.where(vertex >= 0, self.segments.node[np.maximum(vertex, 0)], -1)
        return row, np.where(pipe >= 0, self.segments.pipe[np.maximum(pipe, 0)], segment)

    @cached_property
    def hydrant_rows(self) -> Ints:
        """Rows of the hydrants in use."""
        status = pd.Series(column(self.nodes, "status"), dtype=object)
        is_hydrant = column(self.nodes, "kind") == "hydrant"
        return np.flatnonzero(is_hydrant & ~status.isin(OUT_OF_USE).to_numpy())

    @cached_property
    def width_mm(self) -> Array:
        """Diameter of each pipe, mm, boxes by their area; -1 where unknown, no limit for connectors."""
        graph = self.connected.graph
        return widths_of(self.pipes, graph.pipe_function, graph.pipe_row)

    @property
    def passed(self) -> Flags:
        """The graph's pipes that water can pass from end to end."""
        graph, elements = self.connected.graph, self.elements
        used = elements.used[: graph.pipe_count]
        flags: Flags = used & ~elements.closed[graph.start] & ~elements.closed[graph.end]
        return flags

    @cached_property
    def widest(self) -> Widest:
        """The widest way of each node to a source."""
        graph, elements = self.connected.graph, self.elements
        if self.former is not None:
            return self.former.followed(
                graph.start, graph.end, width=self.width_mm, names=graph.pipe_id, usable=self.passed
            )
        return widest_ways(
            graph.start,
            graph.end,
            graph.node_count,
            width=self.width_mm,
            names=graph.pipe_id,
            usable=self.passed,
            sources=elements.sources[: graph.node_count],
        )

    @cached_property
    def pipes_of_segment(self) -> tuple[Ints, Ints]:
        """Pipes by segment: ``indptr`` and pipes, those of no segment left out."""
        return _rows_by(self.segments.pipe, self.segments.count)

    @cached_property
    def pipes_of_part(self) -> tuple[Ints, Ints]:
        """Pipes by part of the supply: ``indptr`` and pipes, those of no part left out."""
        return _rows_by(self.part_of_pipe, len(self.supply.segment))

    @cached_property
    def customers_of_pipe(self) -> tuple[Ints, Ints]:
        """Rows of customers by pipe: ``indptr`` and rows."""
        return _rows_by(self.customer_pipe, len(self.elements.half_of))

    @cached_property
    def streets(self) -> tuple[Array, Array]:
        """Streets of the pipes and of the nodes, by row of their frames."""
        return column(self.pipes, "street"), column(self.nodes, "street")

    @cached_property
    def valves_of(self) -> tuple[Ints, Ints]:
        """Separating nodes by segment: ``indptr`` and nodes."""
        indptr, rows = gather(self.segments.side, self.segments.count)
        return indptr, self.segments.valve[rows]

    @cached_property
    def sides_of(self) -> tuple[Ints, Ints]:
        """Segments by separating node: ``indptr`` and segments."""
        indptr, rows = gather(self.segments.valve, self.elements.node_count)
        return indptr, self.segments.side[rows]

    def valves(self, segment: int) -> list[int]:
        """Return the separating nodes of a segment."""
        indptr, node = self.valves_of
        return [int(each) for each in node[indptr[segment] : indptr[segment + 1]]]

    def sides(self, valve: int) -> list[int]:
        """Return the segments at a separating node."""
        indptr, segment = self.sides_of
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
    """Return diameters of pipes as `Waterworks.width_mm` has them.

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


def _customers_on(connected: Connected, customers: pd.DataFrame, service: Flags) -> Ints:
    """Return the number of the pipe of each customer, NO_PIPE or OTHER_SYSTEM below 0."""
    graph = connected.graph
    if len(customers) == 0:
        return np.zeros(0, dtype=np.int64)
    names = pd.Series(np.arange(graph.pipe_count), index=pd.Index(graph.pipe_id, dtype=object))
    names = names[~names.index.duplicated() & names.index.notna()]
    found = pd.Series(column(customers, "pipe_id"), dtype=object).map(names)
    pipe = found.fillna(-1).to_numpy(dtype=np.int64)
    drains = pd.Series(graph.pipe_system, dtype=object).isin(systems("drain")).to_numpy()
    elsewhere = np.where((pipe >= 0) & drains[pipe], OTHER_SYSTEM, NO_PIPE)
    return np.where((pipe >= 0) & service[pipe], pipe, elsewhere)


def _weights(customers: pd.DataFrame, pipe: Ints, size: int) -> Array:
    there = pipe >= 0
    weights = np.zeros((size, 3))
    if there.any():
        at = pipe[there]
        households = customers["households"].to_numpy(dtype=float)[there]
        critical = column(customers, "critical")[there] == "yes"
        weights[:, CUSTOMERS] = np.bincount(at, minlength=size)
        weights[:, HOUSEHOLDS] = np.bincount(at, np.nan_to_num(households), minlength=size)
        weights[:, CRITICAL] = np.bincount(at, critical, minlength=size)
    return weights


def open_waterworks(
    connected: Connected,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    settings: Settings | None = None,
    tanks_are_sources: bool = True,
    directed: bool = False,
    failed: Iterable[str] = (),
    what_if: Iterable[str] = (),
    progress: Progress = SILENT,
) -> Waterworks:
    """Find segments and what feeds what.

    Parameters
    ----------
    connected
        Graph of ``pipes`` and ``nodes``.
    pipes, nodes, customers
        Frames with PIPE_COLUMNS, NODE_COLUMNS and CUSTOMER_COLUMNS.
    settings, tanks_are_sources, directed, failed, what_if
        As `elements.find_elements` has them.
    progress
        Hears how far it is.

    Raises
    ------
    InputError
        When the network has no water pipe in use, no source or no valve at one.
    """
    settings = Settings() if settings is None else settings
    elements = find_elements(
        connected.graph,
        nodes,
        pipes,
        settings=settings,
        tanks_are_sources=tanks_are_sources,
        directed=directed,
        failed=failed,
        what_if=what_if,
    )
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
    progress.at(0.2)
    shape = {"separating": elements.separating, "used": elements.used, "present": elements.present}
    segments = find_segments(elements.start, elements.end, elements.node_count, **shape)
    progress.at(0.5)
    supply = build_supply(
        elements.start,
        elements.end,
        elements.node_count,
        segments,
        **shape,
        closed=elements.closed,
        sources=elements.sources,
        one_way=elements.one_way,
    )
    progress.at(0.8)
    pipe = _customers_on(connected, customers, elements.in_service)
    return Waterworks(
        connected=connected,
        pipes=pipes,
        nodes=nodes,
        customers=customers,
        elements=elements,
        segments=segments,
        supply=supply,
        customer_pipe=pipe,
        weights=_weights(customers, pipe, len(elements.half_of)),
        settings=settings,
    )
