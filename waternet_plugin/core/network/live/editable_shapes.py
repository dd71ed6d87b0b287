"""Packed shapes of rows that follow edits."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.live.growing_columns import Growing, Slots
from waternet_plugin.core.shapes.packed_shapes import (
    AS_IT_IS,
    NOTHING,
    PackedShapes,
    bounds_of,
)


class EditableShapes(PackedShapes):
    """Packed shapes, of which those that are edited are kept as they are."""

    def __init__(self, shapes: Array | PackedShapes) -> None:
        packed = shapes if isinstance(shapes, PackedShapes) else PackedShapes(shapes)
        self._take(packed._xy, packed._z, packed._count, packed._dimensions, packed._others)
        self._kept = tuple(Growing(values) for values in (self._first, self._count, self._dimensions))
        self._bounds: Growing | None = None

    @property
    def bounds(self) -> Array:
        """West, south, east and north of each shape, (rows, 4), m; NaN for none. Kept once read."""
        if self._bounds is None:
            self._bounds = Growing(super().bounds)
        return self._bounds.values

    def shift(self, slots: Slots) -> None:
        """Move rows and change the length; rows that are new must be written."""
        moved = {
            after: self._others[before]
            for before, after in zip(slots.moved_from.tolist(), slots.moved_to.tolist())
            if before in self._others
        }
        for row in (*slots.gone.tolist(), *slots.moved_from.tolist()):
            self._others.pop(row, None)
        self._others.update(moved)
        for growing in (*self._kept, *([] if self._bounds is None else [self._bounds])):
            growing.shift(slots)
        self._first, self._count, self._dimensions = (growing.values for growing in self._kept)

    def write(self, rows: Array, shapes: Array) -> None:
        """Give rows other shapes."""
        drawn = np.array([shape is not None for shape in shapes], dtype=bool)
        self._dimensions[rows] = np.where(drawn, AS_IT_IS, NOTHING)
        if self._bounds is not None:
            self._bounds.values[rows] = bounds_of(shapes)
        for row, shape in zip(rows.tolist(), shapes):
            self._others.pop(row, None)
            if shape is not None:
                self._others[row] = shape
