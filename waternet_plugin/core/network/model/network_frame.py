"""A network as columns: its tables, and what several questions need of them computed once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.graph import GraphBuild, build_graph, named_by_ends
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.shapes.packed_shapes import drawn_lengths

DRAINS, SUPPLY = systems("drain"), systems("supply")
# Functions of drains that are full of water under pressure.
PRESSED = ("rising_main", "siphon")
START, END = 0, 1

_Frame = TypeVar("_Frame", bound="NetworkFrame")
_Computed = TypeVar("_Computed")


class NetworkFrame:
    """A network's pipes, nodes and further tables as columns, with what is asked of them computed when asked.

    Parameters
    ----------
    tables
        Frames by table, as ``core.frames`` says; tables and columns that are missing count as unknown.
    settings
        Thresholds.
    connected
        The graph of these pipes and nodes, if it is there already.
    """

    row_type: type[TableRows] = TableRows

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        settings: Settings,
        *,
        connected: GraphBuild | None = None,
    ) -> None:
        self.settings = settings
        self._connected = connected
        self._tables = dict(tables)
        self._rows: dict[str, TableRows] = {}
        self._computed: dict[Callable[..., Any], Any] = {}

    def once(self: _Frame, compute: Callable[[_Frame], _Computed]) -> _Computed:
        """Return what a function makes of this network; it runs when it is asked for the first time."""
        if compute not in self._computed:
            self._computed[compute] = compute(self)
        result: _Computed = self._computed[compute]
        return result

    def give(self: _Frame, compute: Callable[[_Frame], _Computed], value: _Computed) -> None:
        """Say what a function would make of this network, where it is known already."""
        self._computed[compute] = value

    def rows(self, name: str) -> TableRows:
        """Return the rows of a table; none if it was not read."""
        if name not in self._rows:
            self._rows[name] = self.row_type(name, self._tables.get(name))
        return self._rows[name]

    def take_rows(self, rows: TableRows) -> None:
        """Use the columns of a table that are there already."""
        self._rows[rows.name] = rows

    def has(self, name: str) -> bool:
        """Return whether a table was read."""
        return name in self._tables

    @property
    def pipes(self) -> TableRows:
        """The pipes."""
        return self.rows("pipe")

    @property
    def nodes(self) -> TableRows:
        """The nodes."""
        return self.rows("node")

    # Pipes.

    @cached_property
    def live(self) -> Array:
        """Pipes in use, or whose status nobody wrote down."""
        return ~self.pipes.among("status", OUT_OF_USE)

    @cached_property
    def live_nodes(self) -> Array:
        """Nodes in use, or whose status nobody wrote down."""
        return ~self.nodes.among("status", OUT_OF_USE)

    @cached_property
    def is_drain(self) -> Array:
        """Pipes of sewage, storm and combined systems."""
        return self.pipes.among("system", DRAINS)

    @cached_property
    def is_gravity(self) -> Array:
        """Drains that flow by themselves: no rising mains, no siphons."""
        return self.is_drain & ~self.pipes.among("function", PRESSED)

    @cached_property
    def is_supply(self) -> Array:
        """Pipes of water systems."""
        return self.pipes.among("system", SUPPLY)

    @cached_property
    def is_connector(self) -> Array:
        """Pipes that stand for the two sides of a pump or valve (contract section 5)."""
        named = self.pipes.among("function", ("connector",))
        rows = np.flatnonzero(named)
        named[rows] = shapely.length(self.pipes.shapes[rows]) < 1e-6
        return named

    @cached_property
    def drawn_m(self) -> Array:
        """Planar length of each line, m; NaN where there is none."""
        return drawn_lengths(self.pipes.shapes)

    @property
    def vertices(self) -> Array:
        """All vertices of the pipes, pipe by pipe, (vertices, 3), m, with NaN for no height."""
        return self.pipes.vertices

    @property
    def first_vertex(self) -> Array:
        """Number of each pipe's first vertex, and one more for the end."""
        return self.pipes.first_vertex

    def pipe_of_vertices(self) -> Array:
        """Return the pipe of each vertex."""
        return np.repeat(np.arange(len(self.pipes)), np.diff(self.first_vertex))

    @cached_property
    def ends(self) -> Array:
        """First and last place of each pipe with height, (pipes, 2, 3); NaN where there is none."""
        xyz, bounds = self.vertices, self.first_vertex
        has_vertices = np.diff(bounds) > 0
        if has_vertices.all():
            return np.asarray(xyz[np.column_stack([bounds[:-1], bounds[1:] - 1])])
        xyz_m = np.full((len(self.pipes), 2, 3), np.nan)
        xyz_m[has_vertices, START] = xyz[bounds[:-1][has_vertices]]
        xyz_m[has_vertices, END] = xyz[bounds[1:][has_vertices] - 1]
        return xyz_m

    def directions(self, pipe: Array, end: Array) -> Array:
        """Return the direction in which pipes leave one of their ends each, (ends, 2), unit vectors.

        NaN where a line has no course.
        """
        if not len(pipe):
            # Nothing is read for nothing.
            return np.zeros((0, 2))
        first, last = self.first_vertex[pipe], self.first_vertex[pipe + 1] - 1
        at_end, towards = np.where(end == START, (first, first + 1), (last, last - 1))
        has_course = last > first
        at_end, towards = (np.where(has_course, vertex, 0) for vertex in (at_end, towards))
        step = self.vertices[towards, :2] - self.vertices[at_end, :2]
        step[~has_course] = np.nan
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(step / np.hypot(step[:, 0], step[:, 1])[:, None])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Search tree of the pipes' lines; pipes out of use are not in it."""
        lines = self.pipes.geometry.copy()
        lines[~self.live] = None
        return shapely.STRtree(lines)

    @cached_property
    def radius_m(self) -> Array:
        """Half the height of each pipe, m; 0 where the size is unknown."""
        size = np.where(
            np.isfinite(self.pipes.number("height_mm")),
            self.pipes.number("height_mm"),
            self.pipes.number("diameter_mm"),
        )
        return np.nan_to_num(size) / 2000

    # Ends and the nodes they name.

    @cached_property
    def named(self) -> Array:
        """Row of the node that each end names, (pipes, 2); -1 for none or unknown."""
        of_word, words = named_by_ends(self.pipes)
        rows = np.append(self.nodes.row_of(words), -1).astype(np.int32)
        return rows[of_word].reshape(-1, 2)

    # The graph: a vertex where ends meet; the first vertices are the nodes, row by row.

    @cached_property
    def connected(self) -> GraphBuild:
        """The graph of all pipes and nodes, with what was found odd while it was built."""
        if self._connected is not None:
            return self._connected
        return build_graph(self.pipes, self.nodes, settings=self.settings)

    @cached_property
    def vertex(self) -> Array:
        """Vertex of each end, (pipes, 2)."""
        graph = self.connected.graph
        return np.column_stack([graph.start, graph.end])

    @cached_property
    def degree(self) -> Array:
        """Ends of pipes in use at each vertex."""
        return np.asarray(self.connected.graph.degree(self.live))

    @cached_property
    def vertex_xy(self) -> Array:
        """Place of each vertex, (vertices, 2), m."""
        graph = self.connected.graph
        return np.column_stack([graph.x_m, graph.y_m])

    def kind_among(self, kinds: Collection[str]) -> Array:
        """Return which vertices have an asset of one of these kinds."""
        flags = np.zeros(self.connected.graph.node_count, dtype=bool)
        flags[: len(self.nodes)] = self.nodes.among("kind", kinds)
        return flags

    def vertex_ids(self, vertices: Array) -> Array:
        """Return the ids of the assets at vertices, None where there is none."""
        return np.asarray(self.connected.graph.node_id[vertices])

    @cached_property
    def pipe_by_rank(self) -> Array:
        """Rows of the pipes in the order of their ids."""
        return np.argsort(self.pipes.ids.astype(str), kind="stable")

    @cached_property
    def pipe_rank(self) -> Array:
        """Place of each pipe in the order of the ids."""
        rank = np.empty(len(self.pipes), dtype=np.int64)
        rank[self.pipe_by_rank] = np.arange(len(self.pipes))
        return rank

    def shared_by(self, one: Array, other: Array) -> Array:
        """Return what the lines of pairs that meet have in common."""
        lines = self.pipes.shapes
        shared = np.asarray(shapely.intersection(lines[one], lines[other]))
        # Rounding may leave nothing of it: then the point that lies between them.
        nothing = shapely.is_empty(shared)
        shared[nothing] = shapely.shortest_line(lines[one[nothing]], lines[other[nothing]])
        return shared
