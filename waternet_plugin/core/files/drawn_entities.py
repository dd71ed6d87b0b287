"""Entities of drawings and rows of field layers, as what opens them hands them on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.arrays import Array

_NO_PLACES = np.empty((0, 3))
# A line whose ends lie no farther apart is closed, in units of the drawing: nobody sees such a gap.
_CLOSED = 0.001
# Vertices of the least area: its three corners and the first once more.
_LEAST_VERTICES = 4
# The layers that a drawing has as a source of rows: what each entity is, whatever CAD layer it lies on.
DRAWN = BLOCKS, LINES, AREAS = ("blocks", "lines", "areas")
# What stands between the key and the value of extended data.
MARKS = ("=", "：", ":")
# The column of theirs with the CAD layer, and that with the name of the block.
LAYER_COLUMN, BLOCK_COLUMN = "layer", "block"


@dataclass(frozen=True)
class DrawnEntity:
    """One entity of a drawing.

    Parameters
    ----------
    number
        From 1, as the drawing counts its entities.
    layer
        Name of its layer.
    kind
        ``point``, ``line``, ``text`` or ``other``.
    xyz
        (k, 3) float64 places as drawn, one for a point; z NaN where the drawing has none.
    block
        Name of the block that a point inserts, empty for none.
    text
        Of a text.
    attributes
        (tag, text) of the block.
    extended
        Texts of the extended data, as the drawing has them in order.
    """

    number: int
    layer: str
    kind: str
    xyz: Array = field(default_factory=lambda: _NO_PLACES)
    block: str = ""
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    extended: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What it says of itself, key and value: its attributes, then the pairs among its extended data."""
        found = list(self.attributes)
        for word in self.extended:
            mark = next((mark for mark in MARKS if mark in word), None)
            if mark:
                key, _mark, value = word.partition(mark)
                found.append((key.strip(), value.strip()))
        return tuple(found)


def is_closed(xyz: Array) -> bool:
    """Return whether the vertices of a line, (k, 3), end where they begin."""
    return len(xyz) >= _LEAST_VERTICES and bool((np.abs(xyz[0, :2] - xyz[-1, :2]) <= _CLOSED).all())


@dataclass(frozen=True)
class FieldLayer:
    """One layer of a file of field work.

    Parameters
    ----------
    name
        Of the layer.
    columns
        (n,) object by field: str, or None where empty.
    places
        (n,) object of float64 (k, 3) vertices, one for a point, None for rows without; z NaN where unknown.
        None as a whole for a plain table.
    is_lines
        Whether the rows are lines.
    epsg
        Code of the layer's CRS, None where it has none.
    """

    name: str
    columns: dict[str, Array]
    places: Array | None
    is_lines: bool
    epsg: int | None
