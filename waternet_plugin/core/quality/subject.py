"""What is checked: the tables of a network as columns, with what several checks need computed once."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.core.network.arrays import Array
from waternet_plugin.core.network.graph import Connected, build_graph
from waternet_plugin.core.quality.found import Found
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, table
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.core.quality.joints import Joints

DRAINS = ("sewage", "storm", "combined")
SUPPLY = ("raw_water", "potable", "reclaimed", "fire")
PRESSED = ("rising_main",)
OUT_OF_USE = ("planned", "abandoned", "removed")
START, END = 0, 1


class Rows:
    """The rows of one table as columns; a column that was not read is unknown throughout."""

    def __init__(self, name: str, frame: pd.DataFrame | None) -> None:
        self.table: Table = table(name)
        self.frame: pd.DataFrame = frames.empty(name) if frame is None else frame
        self._texts: dict[str, Array] = {}
        self._numbers: dict[str, Array] = {}
        self._codes: dict[str, tuple[Array, Array]] = {}

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @cached_property
    def ids(self) -> Array:
        """The ids of the rows."""
        return self.text(self.table.id_field)

    @cached_property
    def geometry(self) -> Array:
        """The geometries; None where there is none."""
        if GEOMETRY_COLUMN not in self.frame.columns:
            return np.full(len(self), None, dtype=object)
        return np.asarray(self.frame[GEOMETRY_COLUMN].to_numpy(dtype=object))

    def has(self, column: str) -> bool:
        """Return whether the column was read."""
        return column in self.frame.columns

    def text(self, column: str) -> Array:
        """Return a text column, None for unknown."""
        if column not in self._texts:
            if self.has(column):
                values = self.frame[column].to_numpy(dtype=object)
                unknown = pd.isna(values)
                if unknown.any():
                    values = values.copy()
                    values[unknown] = None
                self._texts[column] = values
            else:
                self._texts[column] = np.full(len(self), None, dtype=object)
        return self._texts[column]

    def number(self, column: str) -> Array:
        """Return a numeric column, NaN for unknown."""
        if column not in self._numbers:
            known = self.has(column)
            self._numbers[column] = (
                self.frame[column].to_numpy(dtype=float, na_value=np.nan)
                if known
                else np.full(len(self), np.nan)
            )
        return self._numbers[column]

    def date(self, column: str) -> Array:
        """Return a date column as days, NaT for unknown."""
        if not self.has(column):
            return np.full(len(self), np.datetime64("NaT", "D"))
        return self.frame[column].to_numpy(dtype="datetime64[ns]").astype("datetime64[D]")

    def codes(self, column: str) -> tuple[Array, Array]:
        """Return a text column as numbers (-1 for unknown) and the words they stand for."""
        if column not in self._codes:
            numbers, found = pd.factorize(self.text(column))
            self._codes[column] = numbers, np.asarray(found, dtype=object)
        return self._codes[column]

    def per_word(self, column: str, values: Mapping[str, float], default: float = np.nan) -> Array:
        """Return for each row the number that a mapping gives its word."""
        numbers, found = self.codes(column)
        lookup = np.array([values.get(str(word), default) for word in found] + [default], dtype=float)
        return lookup[numbers]

    def among(self, column: str, values: Collection[str]) -> Array:
        """Return which rows have one of these words."""
        numbers, found = self.codes(column)
        lookup = np.array([word in values for word in found] + [False], dtype=bool)
        return lookup[numbers]

    def known(self, column: str) -> Array:
        """Return which rows have a value."""
        field = self.table.field(column)
        if field.type in ("real", "integer"):
            return np.isfinite(self.number(column))
        if field.type in ("date", "datetime"):
            return ~np.isnat(self.date(column))
        return self.codes(column)[0] >= 0

    def labels(self, column: str, rows: Array) -> Array:
        """Return what a coded column says to people, for some rows."""
        named = {code: each.label for code, each in domain(self.table.field(column).domain).items()}
        words = self.text(column)[rows]
        return np.array([named.get(word, word) or "" for word in words], dtype=object)

    @cached_property
    def place(self) -> Array:
        """A point of each row, (rows, 2), m; of lines the middle of their middle stretch; NaN for none."""
        return self._places(self.geometry)

    def places_of(self, rows: Array) -> Array:
        """Return the points of some rows without those of all."""
        return self._places(self.geometry[rows])

    def _places(self, shapes: Array) -> Array:
        there = ~shapely.is_missing(shapes)
        places = np.full((len(shapes), 2), np.nan)
        if not there.any():
            return places
        if self.table.geometry in ("Point", "PointZ"):
            places[:, 0], places[:, 1] = shapely.get_x(shapes), shapely.get_y(shapes)
        elif self.table.geometry == "LineStringZ":
            number = shapely.get_num_points(shapes)
            one = shapely.get_point(shapes, np.maximum(number // 2 - 1, 0))
            two = shapely.get_point(shapes, number // 2)
            for axis, of in enumerate((shapely.get_x, shapely.get_y)):
                places[:, axis] = (of(one) + of(two)) / 2
        else:
            points = shapely.point_on_surface(shapes[there])
            places[there] = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
        return places

    def row_of(self, ids: Array) -> Array:
        """Return the row of each id, -1 for none."""
        return np.asarray(self._index.get_indexer(pd.Index(ids)))

    @cached_property
    def _index(self) -> pd.Index:
        index = pd.Index(self.ids)
        if index.is_unique:
            return index
        # Ids are unique in a network; a frame from elsewhere may differ: its first row counts.
        twice = index.duplicated()
        marked = self.ids.copy()
        marked[twice] = [f"\0{row}" for row in np.flatnonzero(twice)]
        return pd.Index(marked)

    def found(
        self,
        rule: str,
        rows: Array,
        *,
        place: Array | None = None,
        part: Array | None = None,
        with_assets: Mapping[str, Array] | None = None,
        role: str = "",
        values: Mapping[str, Array] | None = None,
        **further: Array,
    ) -> Found:
        """Return findings on rows of this table.

        Parameters
        ----------
        rule
            Its id.
        rows
            Mask or row numbers.
        place
            Places of the findings; those of the rows if None.
        part
            What tells findings of one row apart.
        with_assets
            Ids of further assets by role.
        role
            Role of this table's rows; its name if ''.
        values, further
            Values for the sentence, one a finding.
        """
        numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
        where = self.place[numbers] if place is None else place
        return Found(
            rule,
            {role or self.name: self.ids[numbers], **(with_assets or {})},
            where[:, 0],
            where[:, 1],
            {**(values or {}), **further},
            part,
        )


def end_name(end: Array) -> Array:
    """Return the words for first (0) and last (1) ends of pipes, in the language of the interface."""
    words = np.array([tr("start"), tr("end")], dtype=object)
    return np.asarray(words[end])


class Subject:
    """A network under check.

    Parameters
    ----------
    tables
        Frames by table, as ``core.frames`` says; tables and columns that are missing count as unknown.
    settings
        Thresholds.
    today
        The day on which the network is judged.
    connected
        The graph of these pipes and nodes, if it is there already.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        settings: Settings,
        *,
        today: datetime.date,
        connected: Connected | None = None,
    ) -> None:
        self.settings = settings
        self.today = today
        self._connected = connected
        self._tables = dict(tables)
        self._rows: dict[str, Rows] = {}

    def rows(self, name: str) -> Rows:
        """Return the rows of a table; none if it was not read."""
        if name not in self._rows:
            self._rows[name] = Rows(name, self._tables.get(name))
        return self._rows[name]

    def has(self, name: str) -> bool:
        """Return whether a table was read."""
        return name in self._tables

    @property
    def pipes(self) -> Rows:
        """The pipes."""
        return self.rows("pipe")

    @property
    def nodes(self) -> Rows:
        """The nodes."""
        return self.rows("node")

    def real(self, key: str) -> float:
        """Return a threshold of this room."""
        return self.settings.real(f"quality.{key}")

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list among the thresholds of this room."""
        return self.settings.words(f"quality.{key}")

    def table_of(self, prefix: str) -> dict[str, float]:
        """Return the thresholds ``quality.<prefix>.<name>`` as numbers by name."""
        start = f"quality.{prefix}."
        return {
            key[len(start) :]: self.settings.real(key) for key in self.settings_keys if key.startswith(start)
        }

    @cached_property
    def settings_keys(self) -> tuple[str, ...]:
        """The keys of this room's settings."""
        from waternet_plugin.core.schema.settings import defaults

        return tuple(key for key in defaults() if key.startswith("quality."))

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
        return self.is_drain & ~self.pipes.among("function", (*PRESSED, "siphon"))

    @cached_property
    def is_supply(self) -> Array:
        """Pipes of water systems."""
        return self.pipes.among("system", SUPPLY)

    @cached_property
    def is_connector(self) -> Array:
        """Pipes that stand for the two sides of a pump or valve (contract section 5)."""
        return self.pipes.among("function", ("connector",)) & (self.drawn_m < 1e-6)

    @cached_property
    def drawn_m(self) -> Array:
        """Planar length of each line, m; NaN where there is none."""
        return np.asarray(shapely.length(self.pipes.geometry))

    @cached_property
    def vertices(self) -> tuple[Array, Array]:
        """All vertices of the pipes as (vertices, 3) with NaN for no height, and the pipe of each."""
        xyz, row = shapely.get_coordinates(self.pipes.geometry, include_z=True, return_index=True)
        return xyz, row

    @cached_property
    def first_vertex(self) -> Array:
        """Number of each pipe's first vertex, and one more for the end."""
        count = np.bincount(self.vertices[1], minlength=len(self.pipes))
        return np.concatenate([[0], np.cumsum(count)])

    @cached_property
    def ends(self) -> Array:
        """First and last place of each pipe with height, (pipes, 2, 3); NaN where there is none."""
        xyz, bounds = self.vertices[0], self.first_vertex
        places = np.full((len(self.pipes), 2, 3), np.nan)
        there = np.diff(bounds) > 0
        places[there, START] = xyz[bounds[:-1][there]]
        places[there, END] = xyz[bounds[1:][there] - 1]
        return places

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
        return np.column_stack(
            [self.nodes.row_of(self.pipes.text(name)) for name in ("from_node", "to_node")]
        )

    # The graph: a vertex where ends meet; the first vertices are the nodes, row by row.

    @cached_property
    def connected(self) -> Connected:
        """The graph of all pipes and nodes, with what was found odd while it was built."""
        if self._connected is not None:
            return self._connected
        return build_graph(self.pipes.frame, self.nodes.frame, settings=self.settings)

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
    def vertex_place(self) -> Array:
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
    def joints(self) -> Joints:
        """Pairs of ends of pipes in use that meet."""
        from waternet_plugin.core.quality.joints import joints_of

        return joints_of(self)

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

    @cached_property
    def meetings(self) -> tuple[Array, Array]:
        """Pairs of pipes in use whose lines meet though they share no vertex, each pair once.

        Lines without length are left out: they lie on others and can't cross them.
        """
        lines = self.pipes.geometry
        drawn = self.live & ~shapely.is_missing(lines) & (self.drawn_m > 0)
        rows = np.flatnonzero(drawn)
        asking, other = self.tree.query(lines[rows])
        one = rows[asking]
        once = (one < other) & drawn[other]
        one, other = one[once], other[once]
        a, b = self.vertex[one], self.vertex[other]
        apart = (a[:, 0] != b[:, 0]) & (a[:, 0] != b[:, 1]) & (a[:, 1] != b[:, 0]) & (a[:, 1] != b[:, 1])
        one, other = one[apart], other[apart]
        meets = shapely.intersects(lines[one], lines[other])
        return one[meets], other[meets]

    def shared_by(self, one: Array, other: Array) -> Array:
        """Return what the lines of pairs that meet have in common."""
        lines = self.pipes.geometry
        shared = np.asarray(shapely.intersection(lines[one], lines[other]))
        # Rounding may leave nothing of it: then the point that lies between them.
        nothing = shapely.is_empty(shared)
        shared[nothing] = shapely.shortest_line(lines[one[nothing]], lines[other[nothing]])
        return shared
