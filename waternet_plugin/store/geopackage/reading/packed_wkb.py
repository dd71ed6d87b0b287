"""Points and lines of a stream as plain coordinates, without a shape for each row on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.shapes.packed_shapes import NOTHING, PackedShapes
from waternet_plugin.core.shapes.wkb import FARTHEST_M
from waternet_plugin.store.geopackage import blobs

# ISO WKB: order of bytes, type, for a line the number of its vertices; then coordinates of eight bytes.
_POINT, _LINE, _WITH_Z = 1, 2, 1000
_KIND_BYTES, _COUNT_BYTES = 5, 9
# Types of geometry that compact frames have packed.
PACKED = ("LineStringZ", "PointZ", "Point")


def packed_shapes(wkb: Any) -> PackedShapes:
    """Return the shapes of WKB as `blobs.shapes_of_wkb` does, but packed.

    ``wkb`` is a column of the stream: of PyArrow or objects.
    """
    packed = None if isinstance(wkb, np.ndarray) else _of_bytes(wkb.fill_null(b""))
    return PackedShapes(blobs.shapes_of_wkb(np.asarray(wkb))) if packed is None else packed


def packed_bodies(bodies: Sequence[Any]) -> PackedShapes | None:
    """Return points or lines of WKB, None for no shape, as a server has them; None where one is odd.

    Heights of which a shape has none that is known, are left out.
    """
    size = np.array([0 if body is None else len(body) for body in bodies], dtype=np.int64)
    content = np.frombuffer(b"".join(body for body in bodies if body is not None), np.uint8)
    return _of_content(content, np.concatenate([[0], np.cumsum(size)]), is_flat_without_heights=True)


def _of_bytes(wkb: Any) -> PackedShapes | None:
    """Return points or lines of a column of PyArrow; None where one is odd, and shapely must look at it."""
    _valid, offsets, content = wkb.buffers()
    width = np.int64 if str(wkb.type).startswith("large") else np.int32
    first = np.frombuffer(offsets, width, len(wkb) + 1, wkb.offset * np.dtype(width).itemsize)
    bytes_ = np.frombuffer(content or b"", np.uint8)[first[0] : first[-1]]
    return _of_content(bytes_, first - first[0])


def _of_content(bytes_: Array, first: Array, *, is_flat_without_heights: bool = False) -> PackedShapes | None:
    """Return points or lines of the bytes of rows; None where one is odd.

    Odd is another type, another order of bytes, a line of one vertex, a place or height that can't be, and a
    line of whose heights some are unknown.

    Parameters
    ----------
    bytes_
        WKB of all rows, one after the other.
    first
        Where each row begins, and where the last one ends, (rows + 1,); no bytes for no shape.
    is_flat_without_heights
        Whether shapes of which no height is known have none.
    """
    size = np.diff(first)
    rows = np.flatnonzero(size)
    at, size = first[:-1][rows].astype(np.int64), size[rows]
    if not len(rows):
        return PackedShapes(np.full(len(first) - 1, None, dtype=object))
    if size.min() < _COUNT_BYTES or not (bytes_[at] == 1).all():
        return None
    kind, count = bytes_[at[:, None] + np.arange(1, _COUNT_BYTES)].view("<u4").T
    is_line = bool(kind[0] % _WITH_Z == _LINE)
    dimensions = np.where(kind >= _WITH_Z, 3, 2)
    if not np.isin(kind, (_LINE, _LINE + _WITH_Z) if is_line else (_POINT, _POINT + _WITH_Z)).all():
        return None
    header, least = (_COUNT_BYTES, 2) if is_line else (_KIND_BYTES, 1)
    count = count.astype(np.int64) if is_line else np.ones(len(rows), dtype=np.int64)
    if (count < least).any() or (size != header + 8 * dimensions * count).any():
        return None
    is_coordinate = np.ones(len(bytes_), dtype=bool)
    is_coordinate[at[:, None] + np.arange(header)] = False
    xy, z = _split(bytes_[is_coordinate].view("<f8"), count, dimensions)
    if is_flat_without_heights and z is not None:
        heights = np.add.reduceat(np.isfinite(z), np.cumsum(count) - count, dtype=np.int64)
        dimensions = np.where(heights > 0, dimensions, 2)
        z = z if (dimensions == 3).any() else None
    if not ((np.abs(xy) <= FARTHEST_M).all() and (z is None or _are_possible(z, count, dimensions))):
        return None
    counts = np.zeros(len(first) - 1, dtype=np.int32)
    of_rows = np.full(len(counts), NOTHING, dtype=np.int8)
    counts[rows], of_rows[rows] = count, dimensions
    return PackedShapes.of_vertices(xy, z, counts, of_rows)


def _split(coordinates: Array, count: Array, dimensions: Array) -> tuple[Array, Array | None]:
    """Return places, (vertices, 2), and heights, NaN for none, of rows of coordinates."""
    if (dimensions == dimensions[0]).all():
        table = coordinates.reshape(-1, int(dimensions[0]))
        return (table, None) if table.shape[1] == 2 else (table[:, :2].copy(), table[:, 2].copy())
    size = count * dimensions
    begins: Array = np.cumsum(size) - size
    at = np.repeat(begins, count) + np.repeat(dimensions, count) * steps(count)
    z = np.full(len(at), np.nan)
    high = np.repeat(dimensions == 3, count)
    z[high] = coordinates[at[high] + 2]
    return coordinates[at[:, None] + np.arange(2)], z


def _are_possible(z: Array, count: Array, dimensions: Array) -> bool:
    """Return whether all heights of rows that have heights can be."""
    return bool((np.abs(z) <= FARTHEST_M)[np.repeat(dimensions == 3, count)].all())
