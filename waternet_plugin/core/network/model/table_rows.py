"""The rows of one table as columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import IdLookup, are_unknown
from waternet_plugin.core.network.model.end_coordinates import end_xy, point_xy
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, table
from waternet_plugin.core.shapes.packed_columns import PackedColumn
from waternet_plugin.core.shapes.packed_shapes import (
    Shapes,
    are_missing,
    vertex_counts,
    vertices_of,
)


@cache
def _no_rows(name: str) -> pd.DataFrame:
    """Return a table that was not read; kept, since most checks after an edit read few of the tables."""
    nothing: pd.DataFrame = pd.DataFrame(frames.empty(name))
    return nothing


def _middles(vertices: Array, number: Array) -> Array:
    """Return the middle of the middle stretch of lines, (lines, 2), m; NaN for one without vertices.

    Given are the vertices of all, line by line, and how many each has.
    """
    first = np.cumsum(number) - number
    drawn = number > 0
    # The same for a line drawn the other way.
    middle = (first + np.maximum(number - 1, 0) // 2)[drawn]
    two = (first + number // 2)[drawn]
    xy = np.full((len(number), 2), np.nan)
    xy[drawn] = (vertices[middle, :2] + vertices[two, :2]) / 2
    return xy


class TableRows:
    """The rows of one table as columns; a column that was not read is unknown throughout.

    Parameters
    ----------
    name
        Name of the table.
    frame
        Its rows; None for none.
    texts
        Columns of texts in which nothing but None is unknown: these need not be looked through.
    """

    def __init__(
        self, name: str, frame: pd.DataFrame | None, texts: Mapping[str, Array] = MappingProxyType({})
    ) -> None:
        self.table: Table = table(name)
        # Plain: a column of a frame with a place takes ten times as long to look up.
        self.frame: pd.DataFrame = _no_rows(name) if frame is None else pd.DataFrame(frame)
        self._texts: dict[str, Array] = dict(texts)
        self._numbers: dict[str, Array] = {}
        self._codes: dict[str, tuple[Array, Array]] = {}

    def _is_unknown(self, column: str) -> bool:
        """Return whether it is known of a column, without looking, that no row has a value."""
        if not self.has(column):
            return True
        kind = self.frame.dtypes[column]
        return isinstance(kind, np.dtype) and frames.takes_no_room(self.frame[column].to_numpy())

    def _is_coded(self, column: str) -> bool:
        """Return whether the texts of a column are categories."""
        return self.has(column) and isinstance(self.frame.dtypes[column], pd.CategoricalDtype)

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

    @property
    def shapes(self) -> Shapes:
        """The geometries, to be taken by row; packed where they are kept so."""
        if GEOMETRY_COLUMN in self.frame.columns:
            column = self.frame[GEOMETRY_COLUMN].array
            if isinstance(column, PackedColumn):
                return column.shapes
        return self.geometry

    def has(self, column: str) -> bool:
        """Return whether the column was read."""
        return column in self.frame.columns

    def text(self, column: str) -> Array:
        """Return a text column, None for unknown."""
        if column not in self._texts:
            if self._is_unknown(column):
                values = frames.unknown_values(len(self), None)
            elif self._is_coded(column):
                values = frames.texts_of(self.frame[column].array)
            else:
                values = self.frame[column].to_numpy(dtype=object)
                unknown = are_unknown(values)
                # Most frames have None already.
                if (values[unknown] != None).any():  # noqa: E711 (element by element)
                    values = values.copy()
                    values[unknown] = None
            self._texts[column] = values
        return self._texts[column]

    def number(self, column: str) -> Array:
        """Return a numeric column, NaN for unknown."""
        if column not in self._numbers:
            self._numbers[column] = (
                frames.unknown_values(len(self), np.nan)
                if self._is_unknown(column)
                else self.frame[column].to_numpy(dtype=float, na_value=np.nan)
            )
        return self._numbers[column]

    def date(self, column: str) -> Array:
        """Return a date column as days, NaT for unknown."""
        if self._is_unknown(column):
            return frames.unknown_values(len(self), np.datetime64("NaT", "D"))
        return self.frame[column].to_numpy(dtype="datetime64[ns]").astype("datetime64[D]")

    def codes(self, column: str) -> tuple[Array, Array]:
        """Return a text column as numbers (-1 for unknown) and the words they stand for."""
        if column not in self._codes and self._is_unknown(column):
            self._codes[column] = frames.unknown_values(len(self), np.int32(-1)), np.empty(0, dtype=object)
        elif column not in self._codes and self._is_coded(column):
            coded = self.frame[column].array
            self._codes[column] = coded.codes.astype(np.int32), coded.categories.to_numpy(dtype=object)
        elif column not in self._codes:
            as_read = self.has(column) and column not in self._texts
            # Unknown ones of any kind get -1: no text is made for that.
            values = self.frame[column].to_numpy(dtype=object) if as_read else self.text(column)
            numbers, distinct = pd.factorize(values)
            self._codes[column] = numbers.astype(np.int32), np.asarray(distinct, dtype=object)
        return self._codes[column]

    def numbered(self, column: str) -> tuple[Array, Array]:
        """Return a text column as `codes` does, but sooner: a word may be there twice, or in no row."""
        if column in self._codes or self._is_unknown(column) or self._is_coded(column):
            return self.codes(column)
        words = self.text(column)
        unknown = np.asarray(words == None, dtype=bool)  # noqa: E711 (element by element)
        return np.where(unknown, np.int32(-1), np.arange(len(self), dtype=np.int32)), words

    def per_word(self, column: str, values: Mapping[str, float], default: float = np.nan) -> Array:
        """Return for each row the number that a mapping gives its word."""
        numbers, distinct = self.codes(column)
        lookup = np.array([values.get(str(word), default) for word in distinct] + [default], dtype=float)
        return lookup[numbers]

    def among(self, column: str, values: Collection[str]) -> Array:
        """Return which rows have one of these words."""
        numbers, distinct = self.codes(column)
        lookup = np.array([word in values for word in distinct] + [False], dtype=bool)
        return lookup[numbers]

    def known(self, column: str) -> Array:
        """Return which rows have a value."""
        field = self.table.field(column)
        if field.type in ("real", "integer"):
            return np.isfinite(self.number(column))
        if field.type in ("date", "datetime"):
            return ~np.isnat(self.date(column))
        if column in self._codes or self._is_unknown(column) or self._is_coded(column):
            return self.codes(column)[0] >= 0
        # Words need not be told apart for that.
        return ~pd.isna(self.frame[column].to_numpy(dtype=object))

    def labels(self, column: str, rows: Array) -> Array:
        """Return what a coded column says to people, for some rows."""
        named = {code: each.label for code, each in domain(self.table.field(column).domain).items()}
        numbers, words = self.codes(column)
        labels = np.array([*(named.get(word, word) for word in words), ""], dtype=object)
        return np.asarray(labels[numbers[rows]])

    @cached_property
    def vertices(self) -> Array:
        """All vertices of the geometries, row by row, (vertices, 3), m, with NaN for no height."""
        return vertices_of(self.shapes)

    def forget_vertices(self) -> None:
        """Make room: who asks for the vertices again has them read again."""
        vars(self).pop("vertices", None)

    @cached_property
    def first_vertex(self) -> Array:
        """Number of each row's first vertex, and one more for the end."""
        return np.concatenate([[0], np.cumsum(vertex_counts(self.shapes))])

    @cached_property
    def xy(self) -> Array:
        """A point of each row, (rows, 2), m; of lines the middle of their middle stretch; NaN for none."""
        if self.table.geometry == "LineStringZ" and "vertices" in vars(self):
            return _middles(self.vertices, np.diff(self.first_vertex))
        return self._places(self.shapes)

    @property
    def ends_xy(self) -> Array:
        """The first and last place of each line, as `end_xy` has them."""
        return end_xy(self.shapes)

    def xy_of(self, rows: Array) -> Array:
        """Return the points of some rows without those of all."""
        return self._places(self.shapes[rows])

    def _places(self, shapes: Shapes) -> Array:
        if self.table.geometry in ("Point", "PointZ"):
            return point_xy(shapes)
        has_shape = ~are_missing(shapes)
        xy = np.full((len(shapes), 2), np.nan)
        if not has_shape.any():
            return xy
        if self.table.geometry == "LineStringZ":
            # Far quicker than asking each line for its points.
            return _middles(vertices_of(shapes), vertex_counts(shapes))
        points = shapely.point_on_surface(shapes[has_shape])
        xy[has_shape] = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
        return xy

    def row_of(self, ids: Array) -> Array:
        """Return the row of each id, -1 for none."""
        if not len(self) or (pd.isna(ids[:1]).all() and pd.isna(ids).all()):
            # No look-up is made for nothing.
            return np.full(len(ids), -1, dtype=np.intp)
        # Ids are unique in a network; in a frame from elsewhere the first row of an id counts.
        return self.lookup.rows(ids)

    @cached_property
    def lookup(self) -> IdLookup:
        """The rows by their ids."""
        return IdLookup(self.ids)
