"""Points and lines of a table as plain coordinates: a fifth of the memory that a shape a row takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array, sums

_POINT, _LINE = 0, 1
# What a row has instead of a number of dimensions: no shape, or one that is kept as it is.
NOTHING, AS_IT_IS = 0, 1
# So many shapes are made in some 10 ms.
_SHAPES = 20_000


class PackedShapes:
    """Points or lines, made into shapes again for the rows that are read.

    What is neither, such as an empty line, and lines of which some heights are unknown are kept as they are.

    Parameters
    ----------
    shapes
        Geometries, None for none.
    """

    def __init__(self, shapes: Array) -> None:
        kind, dimensions = shapely.get_type_id(shapes), shapely.get_coordinate_dimension(shapes)
        vertices, row = shapely.get_coordinates(shapes, include_z=True, return_index=True)
        count = np.bincount(row, minlength=len(shapes))
        # GEOS may judge by the first vertex whether a line has heights.
        high = np.bincount(row[np.isfinite(vertices[:, 2])], minlength=len(shapes))
        plain = ((kind == _POINT) & (count == 1)) | ((kind == _LINE) & (count > 1))
        plain &= np.where(dimensions == 3, high == count, high == 0)
        z = vertices[:, 2].copy() if high.any() else None
        dimensions = np.where(kind < 0, NOTHING, np.where(plain, dimensions, AS_IT_IS))
        others = {each: shapes[each] for each in np.flatnonzero((kind >= 0) & ~plain).tolist()}
        self._take(vertices[:, :2].copy(), z, count, dimensions, others)

    @classmethod
    def of_vertices(cls, xy: Array, z: Array | None, count: Array, dimensions: Array) -> PackedShapes:
        """Return points, or lines of two vertices and more, from their vertices.

        Parameters
        ----------
        xy, z
            Places of all vertices, row by row, (vertices, 2), m; their heights, NaN for none, m.
        count, dimensions
            Vertices of each row, and their dimensions: 2 or 3, `NOTHING` for no shape.
        """
        packed = cls.__new__(cls)
        packed._take(xy, z, count, dimensions, {})
        return packed

    @classmethod
    def joined(cls, parts: Sequence[PackedShapes]) -> PackedShapes:
        """Return the shapes of several, one after the other."""
        z, others, start = None, {}, 0
        if any(part._z is not None for part in parts):
            z = np.concatenate([part.vertices[:, 2] for part in parts])
        for part in parts:
            others.update({start + row: shape for row, shape in part._others.items()})
            start += len(part)
        xy, count, dimensions = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("_xy", "_count", "_dimensions")
        )
        packed = cls.__new__(cls)
        packed._take(xy, z, count, dimensions, others)
        return packed

    def _take(
        self, xy: Array, z: Array | None, count: Array, dimensions: Array, others: dict[int, Any]
    ) -> None:
        self._xy, self._z = xy, z
        # Numbers of vertices fit into 32 bits: half the memory.
        self._first = (np.cumsum(count) - count).astype(np.int32)
        self._count = count.astype(np.int32)
        self._dimensions = dimensions.astype(np.int8)
        self._others = others

    def __len__(self) -> int:
        return len(self._dimensions)

    def __getitem__(self, rows: Any) -> Array:
        """Return the shapes of rows, which may be numbers, a mask or a slice, as an array of objects."""
        dimensions = self._dimensions[rows]
        shapes = np.full(len(dimensions), None, dtype=object)
        if not len(shapes):
            return shapes
        first, count = self._first[rows], self._count[rows]
        for many in (2, 3):
            for is_point in (True, False):
                chosen = np.flatnonzero((dimensions == many) & ((count == 1) == is_point))
                # No other thread of Python runs while shapely makes shapes.
                for begin in range(0, len(chosen), _SHAPES):
                    some = chosen[begin : begin + _SHAPES]
                    shapes[some] = self._made(first[some], count[some], many)
        kept = np.flatnonzero(dimensions == AS_IT_IS)
        if len(kept):
            is_number = isinstance(rows, np.ndarray) and rows.dtype != bool
            numbers = (rows if is_number else np.arange(len(self))[rows])[kept].tolist()
            shapes[kept] = [self._others[number] for number in numbers]
        return shapes

    def _made(self, first: Array, count: Array, dimensions: int) -> Array:
        """Return points, or lines, from the numbers of their first vertices and how many each has."""
        at = self._vertices(first, count)
        vertices = self._xy[at]
        if dimensions == 3 and self._z is not None:
            vertices = np.column_stack([vertices, self._z[at]])
        if count[0] == 1:
            return np.asarray(shapely.points(vertices))
        return np.asarray(shapely.linestrings(vertices, indices=np.repeat(np.arange(len(count)), count)))

    def _of_rows(self, rows: Array) -> tuple[Array, Array]:
        """Return the places of the vertices of some shapes, one after the other, and how many each has."""
        first, count = self._first[rows], self._count[rows]
        if len(self._xy) == count.sum() and (np.diff(first) == count[:-1]).all():
            # All of them in their order.
            return self._xy, count
        return self._xy[self._vertices(first, count)], count

    @staticmethod
    def _vertices(first: Array, count: Array) -> Array:
        """Return the numbers of the vertices of shapes, one shape after the other."""
        count = count.astype(np.int64)
        return np.asarray(np.repeat(first - np.cumsum(count) + count, count) + np.arange(int(count.sum())))

    @property
    def bounds(self) -> Array:
        """West, south, east and north of each shape, (rows, 4), m; NaN for none."""
        bounds = np.full((len(self), 4), np.nan)
        plain = np.flatnonzero(self._dimensions > AS_IT_IS)
        if len(plain):
            vertices, count = self._of_rows(plain)
            starts = np.cumsum(count, dtype=np.int64) - count
            for axis in (0, 1):
                bounds[plain, axis] = np.minimum.reduceat(vertices[:, axis], starts)
                bounds[plain, axis + 2] = np.maximum.reduceat(vertices[:, axis], starts)
        for row, shape in self._others.items():
            bounds[row] = shapely.bounds(shape)
        return bounds

    @property
    def vertices(self) -> Array:
        """All vertices as they were packed, row by row, (vertices, 3), m, with NaN for no height."""
        z = np.broadcast_to(np.nan, len(self._xy)) if self._z is None else self._z
        return np.column_stack([self._xy, z])

    @property
    def count(self) -> Array:
        """How many vertices each shape has, as they were packed."""
        return self._count

    @property
    def is_missing(self) -> Array:
        """Which rows have no shape."""
        return np.asarray(self._dimensions == NOTHING)

    @property
    def has_heights(self) -> bool:
        """Whether any vertex has a height, as they were packed."""
        return self._z is not None

    @property
    def lengths(self) -> Array:
        """Planar length of each shape, m; NaN for none."""
        plain = np.flatnonzero(self._dimensions > AS_IT_IS)
        vertices, count = self._of_rows(plain)
        row = np.repeat(plain.astype(np.int32), count)
        x, y = np.diff(vertices, axis=0).T
        # As GEOS adds them up, to the last digit; from one shape to the next there is no way.
        way = np.sqrt(x * x + y * y)
        way[row[1:] != row[:-1]] = 0.0
        lengths = sums(row[1:], way, len(self))
        lengths[self.is_missing] = np.nan
        for each, shape in self._others.items():
            lengths[each] = shapely.length(shape)
        return lengths

    @property
    def ends(self) -> Array:
        """First and last place of each shape, (rows, 2, 2), m; NaN where there is none."""
        plain = np.flatnonzero(self._dimensions > AS_IT_IS)
        first = self._first[plain]
        vertices = np.stack([first, first + self._count[plain] - 1], axis=1)
        # Taken at once, which NumPy does several times sooner than assigning them one end after the other.
        ends_of_plain: Array = np.take(self._xy, vertices, axis=0)
        if len(plain) == len(self):
            return ends_of_plain
        ends = np.full((len(self), 2, 2), np.nan)
        ends[plain] = ends_of_plain
        for row, shape in self._others.items():
            xy = shapely.get_coordinates(shape)
            if len(xy):
                ends[row] = xy[[0, -1]]
        return ends


# Shapes that ``shapes[rows]`` returns: objects, or packed.
Shapes = Union[Array, PackedShapes]


def bounds_of(shapes: Shapes) -> Array:
    """Return west, south, east and north of each shape, (rows, 4), m; NaN for none."""
    return shapes.bounds if isinstance(shapes, PackedShapes) else shapely.bounds(shapes).reshape(-1, 4)


def drawn_lengths(shapes: Shapes) -> Array:
    """Return the planar length of each shape, m; NaN for none."""
    return shapes.lengths if isinstance(shapes, PackedShapes) else np.asarray(shapely.length(shapes))


def are_missing(shapes: Shapes) -> Array:
    """Return which rows have no shape."""
    return shapes.is_missing if isinstance(shapes, PackedShapes) else np.asarray(shapely.is_missing(shapes))


def have_heights(shapes: Shapes) -> bool:
    """Return whether any shape has heights."""
    return shapes.has_heights if isinstance(shapes, PackedShapes) else bool(shapely.has_z(shapes).any())


def vertices_of(shapes: Shapes) -> Array:
    """Return all vertices, row by row, (vertices, 3), m, with NaN for no height."""
    if isinstance(shapes, PackedShapes):
        return shapes.vertices
    return np.asarray(shapely.get_coordinates(shapes, include_z=True))


def vertex_counts(shapes: Shapes) -> Array:
    """Return how many vertices each shape has."""
    if isinstance(shapes, PackedShapes):
        return shapes.count
    return np.asarray(shapely.get_num_coordinates(shapes))
