"""Columns of frames with packed shapes."""

from __future__ import annotations

from typing import Any, Type

import numpy as np
import shapely
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.shapes.packed_shapes import PackedShapes


class PackedType(ExtensionDtype):
    """What pandas calls a column of packed shapes."""

    name = "packed shapes"
    type = shapely.Geometry
    na_value = None

    @classmethod
    def construct_array_type(cls) -> Type[PackedColumn]:  # ``type`` is a field here.
        """Return the type of the column."""
        return PackedColumn


class PackedColumn(ExtensionArray):
    """A column of a frame with packed shapes, which can only be read.

    Parameters
    ----------
    shapes
        The shapes.
    """

    def __init__(self, shapes: PackedShapes) -> None:
        self.shapes = shapes

    @property
    def dtype(self) -> PackedType:
        """The type of the column."""
        return PackedType()

    def __len__(self) -> int:
        return len(self.shapes)

    def __getitem__(self, rows: Any) -> Any:
        if np.ndim(rows) or isinstance(rows, slice):
            return PackedColumn(PackedShapes(self.shapes[np.asarray(rows) if np.ndim(rows) else rows]))
        return self.shapes[np.array([rows])][0]

    def __array__(self, *_given: Any, **_options: Any) -> Array:
        return self.shapes[:]

    def isna(self) -> Array:
        """Return which rows have no shape."""
        return self.shapes.is_missing

    def take(self, indexer: Any, **_options: Any) -> PackedColumn:
        """Return some rows."""
        return PackedColumn(PackedShapes(self.shapes[np.asarray(indexer)]))

    def copy(self) -> PackedColumn:
        """Return the column itself, for nobody writes to it."""
        return self
